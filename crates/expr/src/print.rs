//! From a tree back to text: `parse(print(e)) == e`.

use std::fmt::{self, Display, Write};

use crate::syntax::{BinaryOp, Expr, Kind, Period, Unit, Which};

/// The expression as text in one canonical form: lower-case keywords, one space, brackets only where needed.
pub fn print(expr: &Expr) -> String {
    expr.to_string()
}

/// How tightly a construct binds; an operand that binds less tightly than its place demands gets brackets.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Level {
    Or,
    And,
    Not,
    Predicate,
    Join,
    Sum,
    Product,
    Negation,
    Operand,
}

impl Display for Expr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_at(self, Level::Or, f)
    }
}

fn level(kind: &Kind) -> Level {
    match kind {
        Kind::Or(_) => Level::Or,
        Kind::And(_) => Level::And,
        Kind::Not(inner) => match &inner.kind {
            Kind::IsEmpty(_) | Kind::Between { .. } | Kind::Within { .. } => Level::Predicate,
            Kind::Binary { op, .. } if is_word(*op) => Level::Predicate,
            _ => Level::Not,
        },
        Kind::IsEmpty(_) | Kind::Between { .. } | Kind::Within { .. } => Level::Predicate,
        Kind::Join(_) => Level::Join,
        Kind::Binary { op, .. } => match op {
            BinaryOp::Add | BinaryOp::Subtract => Level::Sum,
            BinaryOp::Multiply | BinaryOp::Divide => Level::Product,
            _ => Level::Predicate,
        },
        Kind::Negate(_) => Level::Negation,
        _ => Level::Operand,
    }
}

const fn is_word(op: BinaryOp) -> bool {
    matches!(op, BinaryOp::In | BinaryOp::Contains | BinaryOp::StartsWith | BinaryOp::EndsWith)
}

fn write_at(expr: &Expr, demanded: Level, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    if level(&expr.kind) >= demanded {
        return write_kind(&expr.kind, f);
    }
    f.write_char('(')?;
    write_kind(&expr.kind, f)?;
    f.write_char(')')
}

fn write_kind(kind: &Kind, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match kind {
        Kind::Empty => f.write_str("empty"),
        Kind::Bool(truth) => truth.fmt(f),
        Kind::Number(number) => number.fmt(f),
        Kind::Text(text) => write!(f, "\"{}\"", text.replace('"', "\"\"")),
        Kind::Path(names) => {
            let names: Vec<&str> = names.iter().map(|name| name.text.as_str()).collect();
            f.write_str(&names.join("."))
        }
        Kind::Call { name, args } => {
            f.write_str(&name.text)?;
            f.write_char('(')?;
            write_parts(args, ", ", Level::Or, f)?;
            f.write_char(')')
        }
        Kind::List(items) => {
            f.write_char('(')?;
            write_parts(items, ", ", Level::Or, f)?;
            f.write_char(')')
        }
        Kind::Negate(inner) => {
            f.write_char('-')?;
            write_at(inner, Level::Negation, f)
        }
        Kind::Not(inner) if level(kind) == Level::Predicate => write_predicate(&inner.kind, "not ", f),
        Kind::Not(inner) => {
            f.write_str("not ")?;
            write_at(inner, Level::Not, f)
        }
        Kind::And(parts) => write_parts(parts, " and ", Level::Not, f),
        Kind::Or(parts) => write_parts(parts, " or ", Level::And, f),
        Kind::Join(parts) => write_parts(parts, " & ", Level::Sum, f),
        Kind::Binary { op: BinaryOp::Add | BinaryOp::Subtract, .. } => {
            write_binary(kind, Level::Sum, Level::Product, f)
        }
        Kind::Binary { op: BinaryOp::Multiply | BinaryOp::Divide, .. } => {
            write_binary(kind, Level::Product, Level::Negation, f)
        }
        Kind::Binary { .. } | Kind::IsEmpty(_) | Kind::Between { .. } | Kind::Within { .. } => {
            write_predicate(kind, "", f)
        }
    }
}

fn write_binary(
    kind: &Kind,
    left_level: Level,
    right_level: Level,
    f: &mut fmt::Formatter<'_>,
) -> fmt::Result {
    let Kind::Binary { op, left, right } = kind else { return Ok(()) };
    write_at(left, left_level, f)?;
    write!(f, " {} ", op.sign())?;
    write_at(right, right_level, f)
}

/// A comparison, with `not ` before its words when it is denied.
fn write_predicate(kind: &Kind, not: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match kind {
        Kind::IsEmpty(item) => {
            write_at(item, Level::Join, f)?;
            write!(f, " is {not}empty")
        }
        Kind::Between { item, low, high } => {
            write_at(item, Level::Join, f)?;
            write!(f, " {not}between ")?;
            write_at(low, Level::Join, f)?;
            f.write_str(" and ")?;
            write_at(high, Level::Join, f)
        }
        Kind::Within { item, period } => {
            write_at(item, Level::Join, f)?;
            write!(f, " {not}within {period}")
        }
        Kind::Binary { op, left, right } => {
            write_at(left, Level::Join, f)?;
            write!(f, " {not}{} ", op.sign())?;
            write_at(right, Level::Join, f)
        }
        _ => Ok(()),
    }
}

fn write_parts(parts: &[Expr], between: &str, demanded: Level, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    for (index, part) in parts.iter().enumerate() {
        if index > 0 {
            f.write_str(between)?;
        }
        write_at(part, demanded, f)?;
    }
    Ok(())
}

impl Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unit = match self.unit {
            Unit::Day => "day",
            Unit::Week => "week",
            Unit::Month => "month",
            Unit::Quarter => "quarter",
            Unit::Year => "year",
        };
        let which = match self.which {
            Which::Last => "last",
            Which::This => "this",
            Which::Next => "next",
        };
        match (self.count, self.unit, self.which) {
            (Some(1), ..) => write!(f, "{which} 1 {unit}"),
            (Some(count), ..) => write!(f, "{which} {count} {unit}s"),
            (None, Unit::Day, Which::Last) => f.write_str("yesterday"),
            (None, Unit::Day, Which::This) => f.write_str("today"),
            (None, Unit::Day, Which::Next) => f.write_str("tomorrow"),
            (None, ..) => write!(f, "{which} {unit}"),
        }
    }
}
