//! Conditions on values.

use std::sync::Arc;

use kernel::Value;

use super::{Checker, NODES, Typed, adapt::start_of_day, folded, money, paths::entry_type};
use crate::{
    Span,
    node::{Compare, Match, Node},
    sql::Shape,
    syntax::{BinaryOp, Expr, Kind, Period},
    types::Type,
};

/// The object that teams are records of.
const TEAM: &str = "team";

impl Checker<'_> {
    pub(super) fn comparison(
        &mut self,
        op: BinaryOp,
        left: &Expr,
        right: &Expr,
        span: Span,
    ) -> Option<Typed> {
        let (left, right) = self.pair(left, right)?;
        Typed::condition(self.compared(op, left, right, span)?, span)
    }

    /// The node for one comparison of two values.
    fn compared(&mut self, op: BinaryOp, left: Typed, right: Typed, span: Span) -> Option<Node> {
        if matches!(op, BinaryOp::Equal | BinaryOp::NotEqual) {
            for (item, other) in [(&left, &right), (&right, &left)] {
                let is_empty = matches!(other.constant(), Some(Value::Null))
                    || matches!(other.constant(), Some(Value::Text(text)) if text.is_empty());
                if is_empty && item.ty != Type::Empty {
                    let empty = emptiness(item.clone());
                    return Some(if op == BinaryOp::Equal { empty } else { empty.not() });
                }
            }
        }
        let left = self.adapt(left, &right.ty)?;
        let right = self.adapt(right, &left.ty)?;
        let (node_op, negated) = match op {
            BinaryOp::Less => (Compare::Less, false),
            BinaryOp::LessOrEqual => (Compare::LessOrEqual, false),
            BinaryOp::Greater => (Compare::Greater, false),
            BinaryOp::GreaterOrEqual => (Compare::GreaterOrEqual, false),
            _ => (Compare::Equal, op == BinaryOp::NotEqual),
        };
        let made = match (&left.ty, &right.ty) {
            (Type::DateTime, Type::Date) => with_day(node_op, left, right),
            (Type::Date, Type::DateTime) => with_day(mirrored(node_op), right, left),
            (a, b) if comparable(a, b, node_op) => {
                let compared = of_property(Node::compare(node_op, left.node, right.node));
                money::compared(compared, [left.currency.as_ref(), right.currency.as_ref()])
            }
            _ => return self.operands(op, &left, &right, span),
        };
        Some(if negated { made.not() } else { made })
    }

    pub(super) fn is_empty(&mut self, operand: &Expr, span: Span) -> Option<Typed> {
        let operand = self.expr(operand)?;
        Typed::condition(emptiness(operand), span)
    }

    pub(super) fn between(&mut self, item: &Expr, low: &Expr, high: &Expr, span: Span) -> Option<Typed> {
        let item = self.expr(item);
        let (low, high) = self.pair(low, high)?;
        let item = item?;
        let above = self.compared(BinaryOp::GreaterOrEqual, item.clone(), low, span)?;
        let below = self.compared(BinaryOp::LessOrEqual, item, high, span)?;
        Typed::condition(Node::And(vec![folded(above), folded(below)]), span)
    }

    pub(super) fn within(&mut self, item: &Expr, period: Period, span: Span) -> Option<Typed> {
        let item = self.expr(item)?;
        match item.ty {
            Type::Date | Type::DateTime => {
                Typed::condition(Node::Within { item: Box::new(item.node), period }, span)
            }
            _ => self.mismatch(&item, &Type::Date),
        }
    }

    pub(super) fn member(&mut self, item: &Expr, list: &Expr, span: Span) -> Option<Typed> {
        if is_my_teams(list) {
            let item = self.expr(item)?;
            return match &item.ty {
                Type::Link(object) if **object == *TEAM => {
                    Typed::condition(Node::InMyTeams(Box::new(item.node)), span)
                }
                _ => self.mismatch(&item, &Type::Link(TEAM.into())),
            };
        }
        let Kind::List(entries) = &list.kind else {
            let (item, list) = self.pair(item, list)?;
            return self.list_has(BinaryOp::In, list, item, span);
        };
        let item = self.expr(item);
        let entries: Vec<Option<Typed>> = entries.iter().map(|entry| self.expr(entry)).collect();
        let item = item?;
        let entries: Vec<Typed> = entries.into_iter().collect::<Option<_>>()?;
        if let [Typed { ty: Type::List(_), .. }] = entries.as_slice() {
            return self.list_has(BinaryOp::In, entries[0].clone(), item, span);
        }
        self.one_of(&item, entries, span)
    }

    /// Any of some equalities; those of the item with constants become one list.
    fn one_of(&mut self, item: &Typed, entries: Vec<Typed>, span: Span) -> Option<Typed> {
        let mut others = Vec::new();
        let mut size = 0;
        let mut values = Vec::new();
        let mut listed = None;
        for entry in entries {
            let place = entry.span;
            match folded(self.compared(BinaryOp::Equal, item.clone(), entry, place)?) {
                Node::Compare { op: Compare::Equal, left, right } if is_value(&right) => {
                    if let Node::Const { value, .. } = *right {
                        values.push(value);
                    }
                    listed = Some(left);
                }
                Node::In { item: choice, values: more } => {
                    values.extend(more.iter().cloned());
                    listed = Some(choice);
                }
                other => {
                    size += other.measure().0;
                    if size > NODES {
                        return self.too_large(span);
                    }
                    others.push(other);
                }
            }
        }
        if let Some(item) = listed {
            others.insert(0, Node::In { item, values: values.into() });
        }
        let node = if others.len() == 1 { others.swap_remove(0) } else { Node::Or(others) };
        Typed::condition(node, span)
    }

    pub(super) fn contains(&mut self, op: BinaryOp, text: &Expr, part: &Expr, span: Span) -> Option<Typed> {
        if op == BinaryOp::Contains && is_my_teams(text) {
            return self.member(part, text, span);
        }
        let (text, part) = self.pair(text, part)?;
        if op == BinaryOp::Contains && matches!(text.ty, Type::List(_)) {
            return self.list_has(op, text, part, span);
        }
        let how = match op {
            BinaryOp::StartsWith => Match::StartsWith,
            BinaryOp::EndsWith => Match::EndsWith,
            _ => Match::Contains,
        };
        let node = match (&text.ty, &part.ty) {
            (Type::Text | Type::Choice(_), Type::Text | Type::Choice(_)) => text.node,
            (Type::PersonName | Type::Address, Type::Text) => joined(text.node),
            _ => return self.operands(op, &text, &part, span),
        };
        Typed::condition(Node::Match { how, text: Box::new(node), part: Box::new(part.node) }, span)
    }

    fn list_has(&mut self, op: BinaryOp, list: Typed, item: Typed, span: Span) -> Option<Typed> {
        let Type::List(entry) = &list.ty else {
            return self.operands(op, &item, &list, span);
        };
        let wanted = entry_type(entry);
        let item = self.adapt(item, &wanted)?;
        let fits = match (&item.ty, &wanted) {
            (Type::Link(a), Type::Link(b)) => a == b,
            (Type::Text | Type::Choice(_), Type::Text | Type::Choice(_)) => true,
            _ => false,
        };
        if !fits {
            return self.mismatch(&item, &wanted);
        }
        Typed::condition(Node::ListHas { list: Box::new(list.node), item: Box::new(item.node) }, span)
    }
}

fn is_my_teams(expr: &Expr) -> bool {
    matches!(&expr.kind, Kind::Path(names) if names.len() == 1 && names[0].text == "my_teams")
}

fn comparable(a: &Type, b: &Type, op: Compare) -> bool {
    let equality = op == Compare::Equal;
    match (a, b) {
        (a, b) if a.is_numeric() && b.is_numeric() => true,
        (Type::Text, Type::Text) | (Type::Date, Type::Date) | (Type::DateTime, Type::DateTime) => true,
        (Type::Duration, Type::Duration) => true,
        (Type::Text | Type::Choice(_), Type::Text | Type::Choice(_)) => equality,
        (Type::Bool, Type::Bool) => equality,
        (Type::Link(a), Type::Link(b)) => equality && a == b,
        (Type::Link(_) | Type::LinkAny, Type::Link(_) | Type::LinkAny) => equality,
        _ => false,
    }
}

const fn mirrored(op: Compare) -> Compare {
    match op {
        Compare::Equal => Compare::Equal,
        Compare::Less => Compare::Greater,
        Compare::LessOrEqual => Compare::GreaterOrEqual,
        Compare::Greater => Compare::Less,
        Compare::GreaterOrEqual => Compare::LessOrEqual,
    }
}

/// An instant compared with a day: with the first instant of it or of the next, so that an index serves.
fn with_day(op: Compare, instant: Typed, day: Typed) -> Node {
    let first = start_of_day(day.clone()).node;
    let next_day = Node::call("rp_add_days", vec![day.node, Node::number(1)]);
    let after = start_of_day(Typed::new(folded(next_day), Type::Date, day.span)).node;
    let compare = |op, bound: Node| Node::compare(op, instant.node.clone(), bound);
    match op {
        Compare::Equal => {
            Node::And(vec![compare(Compare::GreaterOrEqual, first), compare(Compare::Less, after)])
        }
        Compare::Less => compare(Compare::Less, first),
        Compare::LessOrEqual => compare(Compare::Less, after),
        Compare::Greater => compare(Compare::GreaterOrEqual, after),
        Compare::GreaterOrEqual => compare(Compare::GreaterOrEqual, first),
    }
}

/// Whether a value of any type is empty.
fn emptiness(typed: Typed) -> Node {
    match (typed.ty, typed.node) {
        (Type::PersonName | Type::Address, Node::Coalesce(parts)) => {
            Node::And(parts.into_iter().map(|part| Node::IsEmpty(Box::new(part))).collect())
        }
        (_, Node::Property { choice, entries, .. }) => {
            let with = entries.iter().map(|(option, _)| option.clone()).collect();
            Node::In { item: choice, values: with }.not()
        }
        (_, node) => Node::IsEmpty(Box::new(node)),
    }
}

/// A property of a choice compared with a constant is a question which option it is.
fn of_property(node: Node) -> Node {
    let Node::Compare { op, left, right } = node else { return node };
    let (choice, entries, constant, op) = match (*left, *right) {
        (Node::Property { choice, entries, .. }, constant @ Node::Const { .. }) => {
            (choice, entries, constant, op)
        }
        (constant @ Node::Const { .. }, Node::Property { choice, entries, .. }) => {
            (choice, entries, constant, mirrored(op))
        }
        (left, right) => return Node::compare(op, left, right),
    };
    let holds = |value: &Value| {
        let property = Node::Const { value: value.clone(), shape: constant.shape() };
        crate::eval::constant(&Node::compare(op, property, constant.clone())) == Value::Bool(true)
    };
    let values: Arc<[Value]> =
        entries.iter().filter(|(_, value)| holds(value)).map(|(option, _)| option.clone()).collect();
    Node::In { item: choice, values }
}

fn is_value(node: &Node) -> bool {
    matches!(node, Node::Const { value, .. } if !value.is_null())
}

/// The parts of a name or an address as one text.
fn joined(parts: Node) -> Node {
    let Node::Coalesce(parts) = parts else { return parts };
    let join = |before: Node, next: Node| Node::call("rp_join", vec![before, next]);
    parts
        .into_iter()
        .filter(|part| part.shape() == Shape::Text)
        .fold(Node::text(""), |before, part| join(join(before, part), Node::text(" ")))
}
