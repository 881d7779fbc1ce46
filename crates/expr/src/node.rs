//! An expression with its names resolved: what is evaluated and compiled.

use std::sync::Arc;

use kernel::Value;

use crate::{
    sql::{Shape, SqlFunction},
    syntax::Period,
    types::{Column, Many},
};

/// A resolved node. Conditions (the nodes from [`Node::And`] to [`Node::Within`]) are true or false and never empty.
#[derive(Clone, Debug, PartialEq)]
pub enum Node {
    Const {
        value: Value,
        shape: Shape,
    },
    /// The present instant.
    Now,
    /// The reader's day.
    Today,
    /// The acting user; empty when Rapport acts by itself.
    Me,
    /// The name of the reader's time zone.
    Zone,
    Read(Arc<Read>),
    /// A many-to-many field; only as the list of [`Node::ListHas`] and in [`Node::IsEmpty`].
    Many(Arc<ManyRead>),
    Call {
        function: &'static SqlFunction,
        args: Vec<Node>,
    },
    /// `if(condition, a, b)`.
    If(Box<[Node; 3]>),
    /// The first that is not empty.
    Coalesce(Vec<Node>),
    /// What an option of a choice says: its outcome, probability or forecast category.
    Property {
        choice: Box<Node>,
        entries: Arc<[(Value, Value)]>,
        shape: Shape,
    },
    And(Vec<Node>),
    Or(Vec<Node>),
    Not(Box<Node>),
    /// False when a side is empty.
    Compare {
        op: Compare,
        left: Box<Node>,
        right: Box<Node>,
    },
    /// One of some constants, none of them empty.
    In {
        item: Box<Node>,
        values: Arc<[Value]>,
    },
    /// One of the user's teams and the teams below them.
    InMyTeams(Box<Node>),
    ListHas {
        list: Box<Node>,
        item: Box<Node>,
    },
    Match {
        how: Match,
        text: Box<Node>,
        part: Box<Node>,
    },
    IsEmpty(Box<Node>),
    /// A day or an instant in a period around today.
    Within {
        item: Box<Node>,
        period: Period,
    },
}

/// Where a path begins.
#[derive(Clone, Debug, PartialEq)]
pub enum Start {
    /// The record at hand.
    Own,
    /// The acting user's record.
    Me { object: Arc<str>, table: Arc<str> },
}

/// One column, of the record at hand or of one that it reaches by links.
#[derive(Clone, Debug, PartialEq)]
pub struct Read {
    pub start: Start,
    pub steps: Vec<Step>,
    pub column: Column,
}

/// A many-to-many field, of the record at hand or of one that it reaches by links.
#[derive(Clone, Debug, PartialEq)]
pub struct ManyRead {
    pub start: Start,
    pub steps: Vec<Step>,
    pub many: Arc<Many>,
}

/// One link followed.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// The column that holds the id.
    pub link: Column,
    /// What is linked to, and the table of it.
    pub object: Arc<str>,
    pub table: Arc<str>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compare {
    Equal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// How a text has another in it; case is ignored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Match {
    Contains,
    StartsWith,
    EndsWith,
}

impl Node {
    pub const FALSE: Node = Node::Const { value: Value::Bool(false), shape: Shape::Bool };

    pub fn text(text: impl Into<String>) -> Node {
        Node::Const { value: Value::Text(text.into()), shape: Shape::Text }
    }

    pub fn number(number: impl Into<Value>) -> Node {
        Node::Const { value: number.into(), shape: Shape::Number }
    }

    /// A call of the function named `rp_…`; an unknown name is a mistake in this crate that a test finds.
    pub fn call(name: &str, args: Vec<Node>) -> Node {
        match SqlFunction::named(name) {
            Some(function) => Node::Call { function, args },
            None => Node::Const { value: Value::Null, shape: Shape::Text },
        }
    }

    /// Nothing, in the place of a text.
    pub const fn nothing() -> Node {
        Node::Const { value: Value::Null, shape: Shape::Text }
    }

    pub fn not(self) -> Node {
        Node::Not(Box::new(self))
    }

    pub fn compare(op: Compare, left: Node, right: Node) -> Node {
        Node::Compare { op, left: Box::new(left), right: Box::new(right) }
    }

    pub fn shape(&self) -> Shape {
        match self {
            Node::Const { shape, .. } | Node::Property { shape, .. } => *shape,
            Node::Now => Shape::Instant,
            Node::Today => Shape::Date,
            Node::Me => Shape::Id,
            Node::Zone => Shape::Text,
            Node::Many(_) => Shape::List,
            Node::Read(read) => Shape::of(read.column.column),
            Node::Call { function, .. } => function.returns,
            Node::If(parts) => parts[1].shape(),
            Node::Coalesce(parts) => parts.first().map_or(Shape::Text, Node::shape),
            _ => Shape::Bool,
        }
    }

    pub fn for_each_child<'a>(&'a self, visit: &mut dyn FnMut(&'a Node)) {
        match self {
            Node::Const { .. } | Node::Now | Node::Today | Node::Me | Node::Zone => {}
            Node::Read(_) | Node::Many(_) => {}
            Node::Call { args: parts, .. } | Node::Coalesce(parts) | Node::And(parts) | Node::Or(parts) => {
                parts.iter().for_each(visit);
            }
            Node::If(parts) => parts.iter().for_each(visit),
            Node::Property { choice: item, .. }
            | Node::Not(item)
            | Node::In { item, .. }
            | Node::InMyTeams(item)
            | Node::IsEmpty(item)
            | Node::Within { item, .. } => visit(item),
            Node::Compare { left, right, .. }
            | Node::ListHas { list: left, item: right }
            | Node::Match { text: left, part: right, .. } => {
                visit(left);
                visit(right);
            }
        }
    }

    /// The node with each child changed by `change`.
    pub fn map_children(self, change: &mut dyn FnMut(Node) -> Node) -> Node {
        let all =
            |parts: Vec<Node>, change: &mut dyn FnMut(Node) -> Node| parts.into_iter().map(change).collect();
        let mut boxed = |item: Box<Node>| Box::new(change(*item));
        match self {
            Node::Call { function, args } => Node::Call { function, args: all(args, change) },
            Node::Coalesce(parts) => Node::Coalesce(all(parts, change)),
            Node::And(parts) => Node::And(all(parts, change)),
            Node::Or(parts) => Node::Or(all(parts, change)),
            Node::If(parts) => Node::If(Box::new(parts.map(change))),
            Node::Property { choice, entries, shape } => {
                Node::Property { choice: boxed(choice), entries, shape }
            }
            Node::Not(item) => Node::Not(boxed(item)),
            Node::In { item, values } => Node::In { item: boxed(item), values },
            Node::InMyTeams(item) => Node::InMyTeams(boxed(item)),
            Node::IsEmpty(item) => Node::IsEmpty(boxed(item)),
            Node::Within { item, period } => Node::Within { item: boxed(item), period },
            Node::Compare { op, left, right } => Node::Compare { op, left: boxed(left), right: boxed(right) },
            Node::ListHas { list, item } => Node::ListHas { list: boxed(list), item: boxed(item) },
            Node::Match { how, text, part } => Node::Match { how, text: boxed(text), part: boxed(part) },
            leaf => leaf,
        }
    }

    /// Nodes and levels.
    pub fn measure(&self) -> (usize, usize) {
        let (mut size, mut depth) = (1, 0);
        self.for_each_child(&mut |child| {
            let (child_size, child_depth) = child.measure();
            size += child_size;
            depth = depth.max(child_depth);
        });
        (size, depth + 1)
    }

    pub fn any(&self, test: &dyn Fn(&Node) -> bool) -> bool {
        if test(self) {
            return true;
        }
        let mut found = false;
        self.for_each_child(&mut |child| found = found || child.any(test));
        found
    }

    /// Whether it reads nothing: its value is known once it is known who asks and when.
    pub fn is_fixed(&self) -> bool {
        !self.any(&|node| matches!(node, Node::Read(_) | Node::Many(_)))
    }
}
