//! Operators that make values.

use kernel::Message;

use super::{
    Checker, Typed,
    adapt::{numeric, printed, start_of_day},
    folded, money,
};
use crate::{
    Span,
    node::Node,
    syntax::{BinaryOp, Expr},
    types::Type,
};

const SECONDS_OF_DAY: i64 = 86_400;

impl Checker<'_> {
    pub(super) fn negate(&mut self, operand: &Expr, span: Span) -> Option<Typed> {
        let operand = self.expr(operand)?;
        let ty = match operand.ty {
            Type::Empty => Type::Number,
            ref ty if ty.is_numeric() || *ty == Type::Duration => ty.clone(),
            _ => return self.mismatch(&operand, &Type::Number),
        };
        let node = Node::call("rp_subtract", vec![Node::number(0), operand.node]);
        Some(Typed::new(node, ty, span).in_currency(operand.currency))
    }

    pub(super) fn join(&mut self, parts: &[Expr], span: Span) -> Option<Typed> {
        let typed: Vec<Option<Typed>> = parts.iter().map(|part| self.expr(part)).collect();
        let mut joined: Option<Node> = None;
        for typed in typed {
            let typed = typed?;
            let (place, ty) = (typed.span, typed.ty.clone());
            let Some(next) = printed(typed) else {
                return self.fail(place, Message::new("expr-no-text").with("found", ty.to_string()));
            };
            let next = folded(next);
            joined = Some(match joined {
                Some(before) => folded(Node::call("rp_join", vec![before, next])),
                None => next,
            });
        }
        Some(Typed::new(joined?, Type::Text, span))
    }

    pub(super) fn arithmetic(
        &mut self,
        op: BinaryOp,
        left: &Expr,
        right: &Expr,
        span: Span,
    ) -> Option<Typed> {
        let (left, right) = self.pair(left, right)?;
        let made = match op {
            BinaryOp::Add => add(&left, &right),
            BinaryOp::Subtract => subtract(&left, &right),
            BinaryOp::Multiply => multiply(&left, &right),
            _ => divide(&left, &right),
        };
        match made {
            Some((node, ty)) => Some(amount(op, Typed::new(node, ty, span), left.currency, right.currency)),
            None => self.operands(op, &left, &right, span),
        }
    }

    pub(super) fn operands<T>(&mut self, op: BinaryOp, left: &Typed, right: &Typed, span: Span) -> Option<T> {
        let message = Message::new("expr-operands")
            .with("operator", op.sign())
            .with("left", left.ty.to_string())
            .with("right", right.ty.to_string());
        self.fail(span, message)
    }
}

/// What operators make of amounts: sums and differences of two of one currency, an amount so many times or so many parts
/// of it, and of two amounts a plain number.
fn amount(op: BinaryOp, made: Typed, left: Option<Node>, right: Option<Node>) -> Typed {
    match (op, left, right) {
        (BinaryOp::Multiply, Some(currency), None) | (BinaryOp::Multiply, None, Some(currency)) => {
            made.in_currency(Some(currency))
        }
        (BinaryOp::Divide, Some(currency), None) => made.in_currency(Some(currency)),
        (BinaryOp::Divide, Some(left), Some(right)) => {
            money::computed(made, &[Some(left), Some(right)]).in_currency(None)
        }
        (BinaryOp::Multiply | BinaryOp::Divide, ..) => made,
        (_, left, right) => money::computed(made, &[left, right]),
    }
}

type Made = Option<(Node, Type)>;

fn call(name: &str, a: &Typed, b: &Typed) -> Node {
    Node::call(name, vec![a.node.clone(), b.node.clone()])
}

/// `empty` counts as a number among numbers.
fn numbers(left: &Typed, right: &Typed) -> Option<Type> {
    match (&left.ty, &right.ty) {
        (Type::Empty, other) | (other, Type::Empty) if other.is_numeric() => Some(other.clone()),
        (a, b) if a.is_numeric() && b.is_numeric() => Some(numeric(a, b)),
        _ => None,
    }
}

fn add(left: &Typed, right: &Typed) -> Made {
    if let Some(ty) = numbers(left, right) {
        return Some((call("rp_add", left, right), ty));
    }
    Some(match (&left.ty, &right.ty) {
        (Type::Date, Type::Int) => (call("rp_add_days", left, right), Type::Date),
        (Type::Int, Type::Date) => (call("rp_add_days", right, left), Type::Date),
        (Type::Date, Type::Duration) => (add_duration(left, right.node.clone()), Type::Date),
        (Type::DateTime, Type::Duration) => (call("rp_add_seconds", left, right), Type::DateTime),
        (Type::Duration, Type::DateTime) => (call("rp_add_seconds", right, left), Type::DateTime),
        (Type::Duration, Type::Duration) => (call("rp_add", left, right), Type::Duration),
        _ => return None,
    })
}

fn subtract(left: &Typed, right: &Typed) -> Made {
    if let Some(ty) = numbers(left, right) {
        return Some((call("rp_subtract", left, right), ty));
    }
    let negative = || folded(Node::call("rp_subtract", vec![Node::number(0), right.node.clone()]));
    Some(match (&left.ty, &right.ty) {
        (Type::Date, Type::Int) => {
            (Node::call("rp_add_days", vec![left.node.clone(), negative()]), Type::Date)
        }
        (Type::Date, Type::Duration) => (add_duration(left, negative()), Type::Date),
        (Type::Date, Type::Date) => (call("rp_days_between", right, left), Type::Int),
        (Type::DateTime, Type::Duration) => {
            (Node::call("rp_add_seconds", vec![left.node.clone(), negative()]), Type::DateTime)
        }
        (Type::DateTime | Type::Date, Type::DateTime | Type::Date) => {
            let (from, to) = (instant(right), instant(left));
            (call("rp_seconds_between", &from, &to), Type::Duration)
        }
        (Type::Duration, Type::Duration) => (call("rp_subtract", left, right), Type::Duration),
        _ => return None,
    })
}

fn multiply(left: &Typed, right: &Typed) -> Made {
    let ty = match (&left.ty, &right.ty) {
        (Type::Money, Type::Money) => Type::Number,
        (Type::Duration, other) | (other, Type::Duration) if other.is_numeric() => Type::Duration,
        _ => numbers(left, right)?,
    };
    Some((call("rp_multiply", left, right), ty))
}

fn divide(left: &Typed, right: &Typed) -> Made {
    let ty = match (&left.ty, &right.ty) {
        (Type::Money, other) if other.is_numeric() && *other != Type::Money => Type::Money,
        (Type::Duration, Type::Duration) => Type::Number,
        (Type::Duration, other) if other.is_numeric() => Type::Duration,
        _ => numbers(left, right).map(|_| Type::Number)?,
    };
    Some((call("rp_divide", left, right), ty))
}

/// A day some whole days of a duration later.
fn add_duration(day: &Typed, seconds: Node) -> Node {
    let days = folded(Node::call("rp_divide", vec![seconds, Node::number(SECONDS_OF_DAY)]));
    Node::call("rp_add_days", vec![day.node.clone(), days])
}

fn instant(typed: &Typed) -> Typed {
    if typed.ty == Type::Date { start_of_day(typed.clone()) } else { typed.clone() }
}
