//! An expression that has passed the check.

use std::{fmt, sync::Arc};

use kernel::ColumnType;

use crate::{
    node::{Node, Start},
    syntax::Expr,
    types::Type,
};

/// A checked expression: names resolved, types right. Cheap to clone.
#[derive(Clone)]
pub struct Checked(Arc<Inner>);

struct Inner {
    tree: Expr,
    object: Arc<str>,
    ty: Type,
    node: Node,
    /// The code of the currency of an amount.
    currency: Option<Node>,
    fields: Vec<FieldRef>,
    own_columns: Vec<usize>,
    reads_links: bool,
    reads_time: bool,
    reads_user: bool,
    size: usize,
}

/// A field that an expression names.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FieldRef {
    pub object: Arc<str>,
    pub field: Arc<str>,
}

impl Checked {
    pub(crate) fn new(
        tree: Expr,
        object: Arc<str>,
        ty: Type,
        node: Node,
        currency: Option<Node>,
        mut fields: Vec<FieldRef>,
    ) -> Checked {
        fields.sort();
        fields.dedup();
        let (size, _) = node.measure();
        let mut own_columns = Vec::new();
        collect_own_columns(&node, &mut own_columns);
        own_columns.sort_unstable();
        own_columns.dedup();
        let reads_links = node.any(&|node| match node {
            Node::Read(read) => !read.steps.is_empty() || read.start != Start::Own,
            Node::Many(_) => true,
            _ => false,
        });
        let reads_time =
            node.any(&|node| matches!(node, Node::Now | Node::Today | Node::Zone | Node::Within { .. }));
        let reads_user = node.any(&|node| match node {
            Node::Me | Node::InMyTeams(_) => true,
            Node::Read(read) => read.start != Start::Own,
            _ => false,
        });
        let inner = Inner {
            tree,
            object,
            ty,
            node,
            currency,
            fields,
            own_columns,
            reads_links,
            reads_time,
            reads_user,
            size,
        };
        Checked(Arc::new(inner))
    }

    /// The tree as it was written.
    pub fn tree(&self) -> &Expr {
        &self.0.tree
    }

    /// The object whose records it is about.
    pub fn object(&self) -> &str {
        &self.0.object
    }

    pub fn ty(&self) -> &Type {
        &self.0.ty
    }

    /// What gives the code of the currency that its values are amounts of; nothing when they are none. Where an amount is
    /// empty, so may its currency be, or not.
    pub fn currency(&self) -> Option<Checked> {
        let Inner { tree, object, currency, fields, .. } = &*self.0;
        let node = currency.clone()?;
        Some(Checked::new(tree.clone(), Arc::clone(object), Type::Text, node, None, fields.clone()))
    }

    /// The type of column that its values have: a bare column's own, else what fits [`Checked::ty`].
    /// What [`crate::compile`] makes is read from a row with it.
    pub fn column_type(&self) -> ColumnType {
        match &self.0.node {
            Node::Read(read) => read.column.column,
            _ => self.0.ty.column(),
        }
    }

    /// The fields that the text names, links on the way included: whoever uses it must be allowed to read them.
    /// Formulas are named, not looked into.
    pub fn fields(&self) -> &[FieldRef] {
        &self.0.fields
    }

    /// Positions of the record's own columns on which the value depends, formulas looked into.
    pub fn own_columns(&self) -> &[usize] {
        &self.0.own_columns
    }

    /// Whether the value depends on other records: it can change without this one being saved.
    pub fn reads_links(&self) -> bool {
        self.0.reads_links
    }

    /// Whether the value depends on when, where or by whom it is read (`now()`, `today()`, a zone, `me`).
    pub fn is_volatile(&self) -> bool {
        self.0.reads_time || self.0.reads_user
    }

    /// Whether the value depends on who reads it.
    pub fn reads_user(&self) -> bool {
        self.0.reads_user
    }

    /// Whether a formula's value can be kept in a column, computed when the record is saved.
    pub fn can_be_stored(&self) -> bool {
        !self.reads_links() && !self.is_volatile()
    }

    pub(crate) fn node(&self) -> &Node {
        &self.0.node
    }

    /// Nodes, formulas written out.
    pub(crate) fn size(&self) -> usize {
        self.0.size
    }
}

fn collect_own_columns(node: &Node, found: &mut Vec<usize>) {
    let (start, steps, own) = match node {
        Node::Read(read) => (&read.start, &read.steps, Some(read.column.index)),
        Node::Many(many) => (&many.start, &many.steps, None),
        _ => (&Start::Own, const { &Vec::new() }, None),
    };
    if *start == Start::Own {
        found.extend(steps.first().map(|step| step.link.index).or(own));
    }
    node.for_each_child(&mut |child| collect_own_columns(child, found));
}

/// The expression as text.
impl fmt::Display for Checked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.tree.fmt(f)
    }
}

impl fmt::Debug for Checked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Checked({} on {}: {})", self.0.tree, self.0.object, self.0.ty)
    }
}

/// Two are equal when they say the same about the same object.
impl PartialEq for Checked {
    fn eq(&self, other: &Checked) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
            || (self.0.object == other.0.object && self.0.tree == other.0.tree && self.0.ty == other.0.ty)
    }
}
