//! Gives names their meaning and makes sure that types fit.
//!
//! [`paths`] resolves names, [`compare`] conditions, [`arithmetic`] operators with a value, [`calls`] functions,
//! [`adapt`] lets one type serve as another, [`money`] keeps currencies apart. Each returns `None` once it has reported what is wrong; the others go on, so
//! that one check tells all problems.

mod adapt;
mod arithmetic;
mod calls;
mod compare;
mod money;
mod paths;

use std::sync::Arc;

use kernel::{Message, Value};

use crate::{
    Checked, ExprProblem, Span,
    checked::FieldRef,
    eval,
    node::Node,
    parser::parse,
    sql::Shape,
    syntax::{BinaryOp, Expr, Kind},
    types::{Catalog, Expected, Type},
};

/// Nodes that an expression may have with its formulas written out.
const NODES: usize = 2_000;
/// Levels that an expression may have with its formulas written out.
const LEVELS: usize = 200;
/// Conditions joined by one `and` or `or`: databases nest them.
const CONDITIONS: usize = 250;

/// Reads and checks the text of an expression about records of `object`.
///
/// # Errors
/// What cannot be read (one problem), or every unknown name and ill-fitting type.
pub fn check(
    source: &str,
    object: &str,
    catalog: &dyn Catalog,
    expected: &Expected,
) -> Result<Checked, Vec<ExprProblem>> {
    let tree = parse(source).map_err(|problem| vec![problem])?;
    check_tree(tree, object, catalog, expected)
}

/// The same for a tree that has been read already.
///
/// # Errors
/// Every unknown name and ill-fitting type.
pub fn check_tree(
    tree: Expr,
    object: &str,
    catalog: &dyn Catalog,
    expected: &Expected,
) -> Result<Checked, Vec<ExprProblem>> {
    let mut checker =
        Checker { catalog, object: object.into(), problems: Vec::new(), fields: Vec::new(), expanded: 0 };
    let typed = checker.expr(&tree).and_then(|typed| checker.expected(typed, expected));
    match typed {
        Some(typed) if checker.problems.is_empty() => {
            Ok(Checked::new(tree, checker.object, typed.ty, typed.node, typed.currency, checker.fields))
        }
        _ => Err(checker.problems),
    }
}

struct Checker<'a> {
    catalog: &'a dyn Catalog,
    object: Arc<str>,
    problems: Vec<ExprProblem>,
    fields: Vec<FieldRef>,
    /// Nodes of the formulas written out so far.
    expanded: usize,
}

/// A resolved part of the expression.
#[derive(Clone)]
struct Typed {
    node: Node,
    ty: Type,
    span: Span,
    /// The code of the currency, of an amount: empty, or any, where that is empty.
    currency: Option<Node>,
}

impl Typed {
    fn new(node: Node, ty: Type, span: Span) -> Typed {
        Typed { node, ty, span, currency: None }
    }

    fn in_currency(self, currency: Option<Node>) -> Typed {
        Typed { currency: currency.map(folded), ..self }
    }

    fn condition(node: Node, span: Span) -> Option<Typed> {
        Some(Typed::new(node, Type::Bool, span))
    }

    /// The constant that it is.
    fn constant(&self) -> Option<&Value> {
        match &self.node {
            Node::Const { value, .. } => Some(value),
            _ => None,
        }
    }
}

impl Checker<'_> {
    fn expr(&mut self, expr: &Expr) -> Option<Typed> {
        let span = expr.span;
        let constant = |value, shape, ty| Some(Typed::new(Node::Const { value, shape }, ty, span));
        let typed = match &expr.kind {
            Kind::Empty => constant(Value::Null, Shape::Text, Type::Empty),
            Kind::Bool(truth) => constant(Value::Bool(*truth), Shape::Bool, Type::Bool),
            Kind::Number(number) => {
                let number = number.normalize();
                let ty = if number.scale() == 0 { Type::Int } else { Type::Number };
                constant(Value::Decimal(number), Shape::Number, ty)
            }
            Kind::Text(text) => constant(Value::Text(text.clone()), Shape::Text, Type::Text),
            Kind::Path(names) => self.path(names, span),
            Kind::Call { name, args } => self.call(name, args, span),
            Kind::List(_) => self.fail(span, Message::new("expr-list-misplaced")),
            Kind::Negate(operand) => self.negate(operand, span),
            Kind::Join(parts) => self.join(parts, span),
            Kind::Not(operand) => {
                let operand = self.condition(operand)?;
                Typed::condition(operand.node.not(), span)
            }
            Kind::And(parts) => {
                self.conditions(parts, span).and_then(|nodes| Typed::condition(Node::And(nodes), span))
            }
            Kind::Or(parts) => {
                self.conditions(parts, span).and_then(|nodes| Typed::condition(Node::Or(nodes), span))
            }
            Kind::IsEmpty(operand) => self.is_empty(operand, span),
            Kind::Between { item, low, high } => self.between(item, low, high, span),
            Kind::Within { item, period } => self.within(item, *period, span),
            Kind::Binary { op, left, right } => match op {
                BinaryOp::Add | BinaryOp::Subtract | BinaryOp::Multiply | BinaryOp::Divide => {
                    self.arithmetic(*op, left, right, span)
                }
                BinaryOp::In => self.member(left, right, span),
                BinaryOp::Contains | BinaryOp::StartsWith | BinaryOp::EndsWith => {
                    self.contains(*op, left, right, span)
                }
                _ => self.comparison(*op, left, right, span),
            },
        };
        let typed = typed?;
        let node = folded(typed.node);
        let (size, levels) = node.measure();
        if size > NODES || levels > LEVELS {
            return self.too_large(span);
        }
        Some(Typed { node, ..typed })
    }

    fn too_large<T>(&mut self, span: Span) -> Option<T> {
        self.fail(span, Message::new("expr-too-large"))
    }

    fn condition(&mut self, expr: &Expr) -> Option<Typed> {
        let typed = self.expr(expr)?;
        if typed.ty == Type::Bool {
            return Some(typed);
        }
        self.mismatch(&typed, &Type::Bool)
    }

    fn conditions(&mut self, parts: &[Expr], span: Span) -> Option<Vec<Node>> {
        if parts.len() > CONDITIONS {
            return self.too_large(span);
        }
        // All are looked at before the first failure counts.
        let checked: Vec<Option<Typed>> = parts.iter().map(|part| self.condition(part)).collect();
        checked.into_iter().map(|typed| typed.map(|typed| typed.node)).collect()
    }

    fn pair(&mut self, left: &Expr, right: &Expr) -> Option<(Typed, Typed)> {
        let (left, right) = (self.expr(left), self.expr(right));
        Some((left?, right?))
    }

    fn expected(&mut self, typed: Typed, expected: &Expected) -> Option<Typed> {
        if matches!(typed.node, Node::Many(_)) {
            return self.fail(typed.span, Message::new("expr-many-alone"));
        }
        if matches!(typed.ty, Type::PersonName | Type::Address) {
            return self
                .fail(typed.span, Message::new("expr-parts-alone").with("found", typed.ty.to_string()));
        }
        match expected {
            Expected::Any => Some(typed),
            Expected::Condition => {
                if typed.ty == Type::Bool {
                    Some(typed)
                } else {
                    self.mismatch(&typed, &Type::Bool)
                }
            }
            Expected::Type(ty) => self.serve_as(typed, ty),
        }
    }

    fn fail<T>(&mut self, span: Span, message: Message) -> Option<T> {
        self.problems.push(ExprProblem::new(span, message));
        None
    }

    fn mismatch<T>(&mut self, found: &Typed, wanted: &Type) -> Option<T> {
        let message =
            Message::new("expr-type").with("wanted", wanted.to_string()).with("found", found.ty.to_string());
        self.fail(found.span, message)
    }
}

/// The constant that a node with only constants below it stands for; any other node as it is.
fn folded(node: Node) -> Node {
    if matches!(&node, Node::In { values, .. } if values.is_empty()) {
        return Node::FALSE;
    }
    let mut children = 0;
    let mut constant = true;
    node.for_each_child(&mut |child| {
        children += 1;
        constant &= matches!(child, Node::Const { .. });
    });
    if children == 0 || !constant || matches!(node, Node::Within { .. } | Node::InMyTeams(_)) {
        return node;
    }
    let shape = node.shape();
    Node::Const { value: eval::constant(&node), shape }
}
