//! How one type serves as another: whole numbers as numbers, choices as texts, texts as dates.

use jiff::{Timestamp, civil::Date};
use kernel::{Id, Message, Value};

use super::{Checker, Typed};
use crate::{
    node::Node,
    problem::with_nearest,
    sql::Shape,
    types::{Entry, Options, Type},
};

impl Checker<'_> {
    /// A text literal where another type is wanted becomes a value of that type: a date, an option, an id. Anything else
    /// stays as it is.
    pub(super) fn adapt(&mut self, typed: Typed, to: &Type) -> Option<Typed> {
        let (Type::Text, Some(Value::Text(text))) = (&typed.ty, typed.constant()) else { return Some(typed) };
        let (value, ty, shape) = match to {
            Type::Date => match text.parse::<Date>().ok().filter(|date| (1..=9999).contains(&date.year())) {
                Some(date) => (Value::Date(date), Type::Date, Shape::Date),
                None => {
                    return self.fail(typed.span, Message::new("expr-no-date").with("text", text.as_str()));
                }
            },
            Type::DateTime => match (text.parse::<Timestamp>(), text.parse::<Date>()) {
                (Ok(instant), _) => (Value::Instant(to_microsecond(instant)), Type::DateTime, Shape::Instant),
                (_, Ok(date)) => (Value::Date(date), Type::Date, Shape::Date),
                _ => {
                    return self
                        .fail(typed.span, Message::new("expr-no-date-time").with("text", text.as_str()));
                }
            },
            Type::Choice(options) => return self.option(typed.clone(), text, options),
            Type::Link(_) | Type::LinkAny => match text.parse::<Id>() {
                Ok(id) => (Value::Id(id), to.clone(), Shape::Id),
                Err(_) => {
                    return self.fail(typed.span, Message::new("expr-no-id").with("text", text.as_str()));
                }
            },
            _ => return Some(typed),
        };
        Some(Typed::new(Node::Const { value, shape }, ty, typed.span))
    }

    fn option(&mut self, typed: Typed, text: &str, options: &Options) -> Option<Typed> {
        if text.is_empty() || options.options.iter().any(|option| &*option.name == text) {
            return Some(typed);
        }
        let names = options.options.iter().map(|option| &*option.name);
        self.fail(
            typed.span,
            with_nearest(("expr-unknown-option", "expr-unknown-option-nearest"), text, names),
        )
    }

    /// The expression as a value for a field of type `wanted`.
    pub(super) fn serve_as(&mut self, typed: Typed, wanted: &Type) -> Option<Typed> {
        let typed = self.adapt(typed, wanted)?;
        let same = match (&typed.ty, wanted) {
            (Type::Empty, _) => {
                let node = Node::Const { value: Value::Null, shape: Shape::of(wanted.column()) };
                return Some(Typed::new(node, wanted.clone(), typed.span));
            }
            (Type::Date, Type::DateTime) => return Some(start_of_day(typed)),
            (Type::DateTime, Type::Date) => return Some(day_of(typed)),
            (Type::Int | Type::Number | Type::Money, Type::Number | Type::Money) => true,
            (Type::Choice(_), Type::Text) => true,
            (Type::Choice(_) | Type::Text, Type::Choice(_)) => true,
            (Type::Link(from), Type::Link(to)) => from == to,
            (Type::Link(_), Type::LinkAny) => true,
            (from, to) => from == to,
        };
        if same { Some(Typed { ty: wanted.clone(), ..typed }) } else { self.mismatch(&typed, wanted) }
    }

    /// The type that all parts have in common, and the parts as values of it.
    pub(super) fn unify(&mut self, parts: Vec<Typed>) -> Option<(Vec<Node>, Type)> {
        let mut common = Type::Empty;
        for part in &parts {
            match common_type(&common, &part.ty) {
                Some(ty) if !matches!(part.node, Node::Many(_)) => common = ty,
                _ => {
                    let message = Message::new("expr-mixed")
                        .with("first", common.to_string())
                        .with("second", part.ty.to_string());
                    return self.fail(part.span, message);
                }
            }
        }
        let shape = Shape::of(common.column());
        let as_common = |part: Typed| match part.ty {
            Type::Empty => Node::Const { value: Value::Null, shape },
            _ => part.node,
        };
        Some((parts.into_iter().map(as_common).collect(), common))
    }
}

fn common_type(a: &Type, b: &Type) -> Option<Type> {
    Some(match (a, b) {
        (Type::Empty, other) | (other, Type::Empty) => other.clone(),
        (Type::PersonName | Type::Address, _) | (_, Type::PersonName | Type::Address) => return None,
        (a, b) if a == b => a.clone(),
        (a, b) if a.is_numeric() && b.is_numeric() => numeric(a, b),
        (Type::Text | Type::Choice(_), Type::Text | Type::Choice(_)) => Type::Text,
        (Type::Link(_) | Type::LinkAny, Type::Link(_) | Type::LinkAny) => Type::LinkAny,
        (Type::List(Entry::Text | Entry::Choice(_)), Type::List(Entry::Text | Entry::Choice(_))) => {
            Type::List(Entry::Text)
        }
        _ => return None,
    })
}

/// Money with anything is money, whole numbers stay whole.
pub(super) fn numeric(a: &Type, b: &Type) -> Type {
    match (a, b) {
        (Type::Money, _) | (_, Type::Money) => Type::Money,
        (Type::Int, Type::Int) => Type::Int,
        _ => Type::Number,
    }
}

/// A date as the first instant of it.
pub(super) fn start_of_day(date: Typed) -> Typed {
    Typed::new(Node::call("rp_start", vec![date.node, Node::Zone]), Type::DateTime, date.span)
}

/// A date-time as its day.
pub(super) fn day_of(instant: Typed) -> Typed {
    Typed::new(Node::call("rp_day", vec![instant.node, Node::Zone]), Type::Date, instant.span)
}

/// The value as text, where it has one way to be written.
pub(super) fn printed(typed: Typed) -> Option<Node> {
    Some(match typed.ty {
        Type::Text | Type::Choice(_) | Type::Empty => typed.node,
        Type::Int | Type::Number | Type::Money => Node::call("rp_number_text", vec![typed.node]),
        Type::Date => Node::call("rp_date_text", vec![typed.node]),
        Type::DateTime => Node::call("rp_instant_text", vec![typed.node, Node::Zone]),
        _ => return None,
    })
}

fn to_microsecond(instant: Timestamp) -> Timestamp {
    Timestamp::from_microsecond(instant.as_microsecond()).unwrap_or(instant)
}
