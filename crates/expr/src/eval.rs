//! Computes an expression for one record in memory.

use std::borrow::Cow;

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use kernel::{ColumnType, Id, Value};

use crate::{
    Binding, Checked, Env,
    env::zone_name,
    node::{Compare, ManyRead, Match, Node, Read, Start, Step},
    period,
    sql::Shape,
    syntax::Period,
    text,
    types::Type,
};

/// The value of the expression: of the type that [`Checked::column_type`] says, or Null when it is empty.
pub fn eval(checked: &Checked, env: &dyn Env) -> Value {
    let value = value(checked.node(), env);
    match (checked.ty(), &*value) {
        (_, Value::Decimal(number)) if checked.column_type() == ColumnType::Int => {
            i64::try_from(number.trunc()).ok().into()
        }
        (Type::Number | Type::Money | Type::Duration, Value::Int(number)) => match checked.column_type() {
            ColumnType::Int => Value::Int(*number),
            _ => Value::Decimal((*number).into()),
        },
        (_, Value::Decimal(number)) => Value::Decimal(number.normalize()),
        _ => value.into_owned(),
    }
}

/// Whether a condition holds; an empty yes/no counts as no.
pub fn holds(checked: &Checked, env: &dyn Env) -> bool {
    truth(checked.node(), env)
}

/// The value of a node that reads nothing and does not depend on when or by whom it is read.
pub(crate) fn constant(node: &Node) -> Value {
    let zone = TimeZone::UTC;
    let binding = Binding { now: Timestamp::UNIX_EPOCH, zone: &zone, me: None, my_teams: &[], guard: None };
    value(node, &binding).into_owned()
}

static NULL: Value = Value::Null;

pub(crate) fn value<'a>(node: &'a Node, env: &'a dyn Env) -> Cow<'a, Value> {
    Cow::Owned(match node {
        Node::Const { value, .. } => return Cow::Borrowed(value),
        Node::Read(read) if read.steps.is_empty() && read.start == Start::Own => {
            return Cow::Borrowed(env.column(read.column.index));
        }
        Node::Read(read) => linked(read, env),
        Node::Many(read) => Value::List(members(read, env).into_iter().map(Value::Id).collect()),
        Node::Now => Value::Instant(env.now()),
        Node::Today => Value::Date(today(env)),
        Node::Me => env.me().into(),
        Node::Zone => Value::from(zone_name(env.zone())),
        Node::Call { function, args } => {
            let mut values: [Value; 4] = Default::default();
            for (slot, arg) in values.iter_mut().zip(args) {
                *slot = value(arg, env).into_owned();
            }
            (function.body)(&values[..args.len().min(4)]).unwrap_or_default()
        }
        Node::If(parts) => {
            let [condition, then, otherwise] = &**parts;
            return value(if truth(condition, env) { then } else { otherwise }, env);
        }
        Node::Coalesce(parts) => return coalesce(parts, env),
        Node::Property { choice, entries, .. } => {
            let choice = value(choice, env);
            let found = entries.iter().find(|(option, _)| *option == *choice);
            return Cow::Borrowed(found.map_or(&NULL, |(_, property)| property));
        }
        condition => Value::Bool(truth(condition, env)),
    })
}

/// The first that is not empty, or the last as it is.
fn coalesce<'a>(parts: &'a [Node], env: &'a dyn Env) -> Cow<'a, Value> {
    let mut last = Cow::Borrowed(&NULL);
    for part in parts {
        last = value(part, env);
        if !last.is_empty() || (last.as_list().is_some()) {
            break;
        }
    }
    last
}

pub(crate) fn truth(node: &Node, env: &dyn Env) -> bool {
    match node {
        Node::And(parts) => parts.iter().all(|part| truth(part, env)),
        Node::Or(parts) => parts.iter().any(|part| truth(part, env)),
        Node::Not(part) => !truth(part, env),
        Node::Compare { op, left, right } => compare(*op, &value(left, env), &value(right, env)),
        Node::In { item, values } => {
            let item = value(item, env);
            values.iter().any(|value| compare(Compare::Equal, &item, value))
        }
        Node::InMyTeams(item) => value(item, env).as_id().is_some_and(|team| env.my_teams().contains(&team)),
        Node::ListHas { list, item } => {
            let item = value(item, env);
            !item.is_null()
                && value(list, env)
                    .as_list()
                    .is_some_and(|list| list.iter().any(|entry| same_entry(entry, &item)))
        }
        Node::Match { how, text, part } => match (value(text, env).as_text(), value(part, env).as_text()) {
            (Some(text), Some(part)) => match how {
                Match::Contains => text::contains(text, part),
                Match::StartsWith => text::starts_with(text, part),
                Match::EndsWith => text::ends_with(text, part),
            },
            _ => false,
        },
        Node::IsEmpty(item) => value(item, env).is_empty(),
        Node::Within { item, period } => within(&value(item, env), *period, env),
        other => value(other, env).as_bool() == Some(true),
    }
}

/// False when a side is empty or the two are not of one kind.
fn compare(op: Compare, left: &Value, right: &Value) -> bool {
    use std::cmp::Ordering::{Equal, Greater, Less};
    let order = match (left, right) {
        (Value::Null, _) | (_, Value::Null) => return false,
        (Value::Text(left), Value::Text(right)) if op == Compare::Equal => return left == right,
        (Value::Text(left), Value::Text(right)) => text::order(left, right),
        (Value::Int(left), Value::Int(right)) => left.cmp(right),
        (Value::Date(left), Value::Date(right)) => left.cmp(right),
        (Value::Instant(left), Value::Instant(right)) => left.cmp(right),
        (Value::Bool(left), Value::Bool(right)) => left.cmp(right),
        (Value::Id(left), Value::Id(right)) => left.cmp(right),
        (left, right) => match (left.as_decimal(), right.as_decimal()) {
            (Some(left), Some(right)) => left.cmp(&right),
            _ => return false,
        },
    };
    match op {
        Compare::Equal => order == Equal,
        Compare::Less => order == Less,
        Compare::LessOrEqual => order != Greater,
        Compare::Greater => order == Greater,
        Compare::GreaterOrEqual => order != Less,
    }
}

/// A list of ids may come as texts from JSON.
fn same_entry(entry: &Value, item: &Value) -> bool {
    match (entry, item) {
        (Value::Text(text), Value::Id(id)) => text.parse() == Ok(*id),
        (entry, item) => entry == item,
    }
}

/// The first and last instant or day of a period, the last excluded for instants.
pub(crate) enum Range {
    Days(Date, Date),
    Instants(Timestamp, Timestamp),
}

/// What `period` means for a value of `shape`; `None` beyond the calendar.
pub(crate) fn range(period: Period, shape: Shape, env: &dyn Env) -> Option<Range> {
    let (first, last) = period::bounds(period, today(env))?;
    if shape == Shape::Date {
        return Some(Range::Days(first, last));
    }
    let zone = zone_name(env.zone());
    let start = |date| crate::sql::functions::start_of_day(date, zone);
    Some(Range::Instants(start(first)?, start(last.tomorrow().ok()?)?))
}

fn within(value: &Value, period: Period, env: &dyn Env) -> bool {
    let shape = if matches!(value, Value::Date(_)) { Shape::Date } else { Shape::Instant };
    match (range(period, shape, env), value) {
        (Some(Range::Days(first, last)), Value::Date(date)) => (first..=last).contains(date),
        (Some(Range::Instants(first, after)), Value::Instant(instant)) => (first..after).contains(instant),
        _ => false,
    }
}

pub(crate) fn today(env: &dyn Env) -> Date {
    match env.zone().iana_name() {
        Some(_) => env.now().to_zoned(env.zone().clone()).date(),
        None => env.now().to_zoned(TimeZone::UTC).date(),
    }
}

/// Follows links; the record arrived at, `None` when a link on the way is empty.
fn follow<'s>(start: &'s Start, steps: &'s [Step], env: &dyn Env) -> Option<(&'s str, Id)> {
    let (mut at, steps) = match (start, steps) {
        (Start::Me { object, .. }, steps) => ((&**object, env.me()?), steps),
        (Start::Own, [first, rest @ ..]) => ((&*first.object, env.column(first.link.index).as_id()?), rest),
        (Start::Own, []) => return None,
    };
    for step in steps {
        at = (&*step.object, env.linked(at.0, at.1, step.link.index).as_id()?);
    }
    Some(at)
}

fn linked(read: &Read, env: &dyn Env) -> Value {
    match follow(&read.start, &read.steps, env) {
        Some((object, id)) => env.linked(object, id, read.column.index),
        None => Value::Null,
    }
}

fn members(read: &ManyRead, env: &dyn Env) -> Vec<Id> {
    if read.start == Start::Own && read.steps.is_empty() {
        return env.members(None, &read.many);
    }
    match follow(&read.start, &read.steps, env) {
        Some(record) => env.members(Some(record), &read.many),
        None => Vec::new(),
    }
}
