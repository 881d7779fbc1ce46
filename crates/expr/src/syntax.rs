//! The tree of an expression as it was written, before names mean anything.

use kernel::Decimal;

use crate::problem::Span;

/// A name as written, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    pub text: String,
    pub span: Span,
}

/// A node of the tree. Two are equal when they say the same, wherever they stand.
#[derive(Clone, Debug, PartialEq)]
pub struct Expr {
    pub kind: Kind,
    pub span: Span,
    /// Levels below and including this one.
    height: u16,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    Empty,
    Bool(bool),
    /// Never negative: `-5` is the negation of 5.
    Number(Decimal),
    Text(String),
    /// A field, or a field reached through links: `company.owner.team`; also `me` and `my_teams`.
    Path(Vec<Name>),
    Call {
        name: Name,
        args: Vec<Expr>,
    },
    /// `("new", "open")`, only to the right of `in`.
    List(Vec<Expr>),
    Negate(Box<Expr>),
    Not(Box<Expr>),
    /// Two or more.
    And(Vec<Expr>),
    /// Two or more.
    Or(Vec<Expr>),
    /// Two or more, joined by `&`.
    Join(Vec<Expr>),
    Binary {
        op: BinaryOp,
        left: Box<Expr>,
        right: Box<Expr>,
    },
    IsEmpty(Box<Expr>),
    Between {
        item: Box<Expr>,
        low: Box<Expr>,
        high: Box<Expr>,
    },
    Within {
        item: Box<Expr>,
        period: Period,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BinaryOp {
    Add,
    Subtract,
    Multiply,
    Divide,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    In,
    Contains,
    StartsWith,
    EndsWith,
}

/// Days relative to today, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    pub which: Which,
    pub unit: Unit,
    /// `last 30 days`: from so many units before today to today. Without: the whole calendar unit.
    pub count: Option<u16>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    Last,
    /// Never with a count.
    This,
    Next,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    Day,
    Week,
    Month,
    Quarter,
    Year,
}

impl BinaryOp {
    pub const ALL: [BinaryOp; 14] = [
        BinaryOp::Add,
        BinaryOp::Subtract,
        BinaryOp::Multiply,
        BinaryOp::Divide,
        BinaryOp::Equal,
        BinaryOp::NotEqual,
        BinaryOp::Less,
        BinaryOp::LessOrEqual,
        BinaryOp::Greater,
        BinaryOp::GreaterOrEqual,
        BinaryOp::In,
        BinaryOp::Contains,
        BinaryOp::StartsWith,
        BinaryOp::EndsWith,
    ];

    pub const fn sign(self) -> &'static str {
        match self {
            BinaryOp::Add => "+",
            BinaryOp::Subtract => "-",
            BinaryOp::Multiply => "*",
            BinaryOp::Divide => "/",
            BinaryOp::Equal => "=",
            BinaryOp::NotEqual => "!=",
            BinaryOp::Less => "<",
            BinaryOp::LessOrEqual => "<=",
            BinaryOp::Greater => ">",
            BinaryOp::GreaterOrEqual => ">=",
            BinaryOp::In => "in",
            BinaryOp::Contains => "contains",
            BinaryOp::StartsWith => "starts with",
            BinaryOp::EndsWith => "ends with",
        }
    }
}

impl Expr {
    pub fn new(kind: Kind, span: Span) -> Expr {
        let mut below = 0;
        kind.for_each_child(|child| below = below.max(child.height));
        Expr { kind, span, height: below.saturating_add(1) }
    }

    /// Levels of nesting, at least 1.
    pub const fn height(&self) -> usize {
        self.height as usize
    }

    /// Calls `change` on every path in the tree. `rename` of a field is built on it.
    pub fn for_each_path(&mut self, change: &mut impl FnMut(&mut Vec<Name>)) {
        if let Kind::Path(names) = &mut self.kind {
            change(names);
        }
        self.kind.for_each_child_mut(|child| child.for_each_path(change));
    }
}

impl Kind {
    pub fn for_each_child<'a>(&'a self, mut visit: impl FnMut(&'a Expr)) {
        match self {
            Kind::Empty | Kind::Bool(_) | Kind::Number(_) | Kind::Text(_) | Kind::Path(_) => {}
            Kind::Call { args: children, .. }
            | Kind::List(children)
            | Kind::And(children)
            | Kind::Or(children)
            | Kind::Join(children) => children.iter().for_each(visit),
            Kind::Negate(child) | Kind::Not(child) | Kind::IsEmpty(child) => visit(child),
            Kind::Within { item, .. } => visit(item),
            Kind::Binary { left, right, .. } => {
                visit(left);
                visit(right);
            }
            Kind::Between { item, low, high } => {
                visit(item);
                visit(low);
                visit(high);
            }
        }
    }

    pub fn for_each_child_mut(&mut self, mut visit: impl FnMut(&mut Expr)) {
        match self {
            Kind::Empty | Kind::Bool(_) | Kind::Number(_) | Kind::Text(_) | Kind::Path(_) => {}
            Kind::Call { args: children, .. }
            | Kind::List(children)
            | Kind::And(children)
            | Kind::Or(children)
            | Kind::Join(children) => children.iter_mut().for_each(visit),
            Kind::Negate(child) | Kind::Not(child) | Kind::IsEmpty(child) => visit(child),
            Kind::Within { item, .. } => visit(item),
            Kind::Binary { left, right, .. } => {
                visit(left);
                visit(right);
            }
            Kind::Between { item, low, high } => {
                visit(item);
                visit(low);
                visit(high);
            }
        }
    }
}
