//! Comparisons of a bare column with constants: the constant is bound in the column's own form, so that indexes serve.

use kernel::{ColumnType, Decimal, Value, number::to_scaled};
use rust_decimal::RoundingStrategy;

use super::{Compiler, Strictness, write_column};
use crate::{
    node::{Compare, Read},
    sql::{Order, Shape, Sql},
};

/// More constants than this are bound as one list.
const LIST_PLACES: usize = 16;

impl Compiler<'_> {
    /// `t."amount" > $1`.
    pub(super) fn compare_column(
        &self,
        op: Compare,
        read: &Read,
        constant: &Value,
        alias: &str,
        strictness: Strictness,
        out: &mut Sql,
    ) {
        let column = read.column.column;
        let bound = match constant {
            Value::Null => Bound::Never,
            _ => bound(op, constant, column),
        };
        match bound {
            Bound::Never => {
                out.push("false");
            }
            Bound::Always => {
                write_column(alias, &read.column.name, out);
                out.push(" is not null");
            }
            Bound::At(op, value) => {
                exactly(strictness, out, |out| match order(op) {
                    Some(order) if column == ColumnType::Text => {
                        let mut name = Sql::default();
                        write_column(alias, &read.column.name, &mut name);
                        let constant = self.dialect.constant(&value, Shape::Text);
                        out.append(&self.dialect.compare_texts(&name, order, &constant));
                    }
                    _ => {
                        write_column(alias, &read.column.name, out);
                        out.push(sign(op)).bind(value, column);
                    }
                });
            }
        }
    }

    /// `t."amount" is distinct from $1`: not equal, or empty.
    pub(super) fn column_is_not(&self, read: &Read, constant: &Value, alias: &str, out: &mut Sql) {
        match (constant, bound(Compare::Equal, constant, read.column.column)) {
            (Value::Null, _) | (_, Bound::Never | Bound::Always) => {
                out.push("true");
            }
            (_, Bound::At(_, value)) => {
                // In parentheses: one of the engines takes a following `and` into the right side.
                out.push("(");
                write_column(alias, &read.column.name, out);
                out.push(" is distinct from ").bind(value, read.column.column).push(")");
            }
        }
    }

    /// `t."stage" in ($1, $2)`.
    pub(super) fn column_in(
        &self,
        read: &Read,
        values: &[Value],
        alias: &str,
        strictness: Strictness,
        out: &mut Sql,
    ) {
        let column = read.column.column;
        let storable = |value: &Value| match bound(Compare::Equal, value, column) {
            Bound::At(_, value) => Some(value),
            _ => None,
        };
        let values: Vec<Value> = values.iter().filter_map(storable).collect();
        if values.is_empty() {
            out.push("false");
            return;
        }
        exactly(strictness, out, |out| {
            if values.len() > LIST_PLACES {
                let mut name = Sql::default();
                write_column(alias, &read.column.name, &mut name);
                out.append(&self.dialect.in_list(&name, values, column));
                return;
            }
            write_column(alias, &read.column.name, out);
            let one = values.len() == 1;
            let mut before = if one { " = " } else { " in (" };
            for value in values {
                out.push(before).bind(value, column);
                before = ", ";
            }
            if !one {
                out.push(")");
            }
        });
    }
}

/// Writes a condition that may be NULL, made false then if it must be.
pub(super) fn exactly(strictness: Strictness, out: &mut Sql, write: impl FnOnce(&mut Sql)) {
    if strictness == Strictness::KeepsRows {
        return write(out);
    }
    out.push("coalesce(");
    write(out);
    out.push(", false)");
}

pub(super) const fn order(op: Compare) -> Option<Order> {
    Some(match op {
        Compare::Equal => return None,
        Compare::Less => Order::Less,
        Compare::LessOrEqual => Order::LessOrEqual,
        Compare::Greater => Order::Greater,
        Compare::GreaterOrEqual => Order::GreaterOrEqual,
    })
}

pub(super) const fn sign(op: Compare) -> &'static str {
    match op {
        Compare::Equal => " = ",
        Compare::Less => " < ",
        Compare::LessOrEqual => " <= ",
        Compare::Greater => " > ",
        Compare::GreaterOrEqual => " >= ",
    }
}

/// What a comparison with a constant is for a column that cannot hold every number.
enum Bound {
    Never,
    /// For every content but none.
    Always,
    At(Compare, Value),
}

fn bound(op: Compare, constant: &Value, column: ColumnType) -> Bound {
    let scale = match column {
        ColumnType::Int => 0,
        ColumnType::Decimal { scale } => u32::from(scale),
        _ => return Bound::At(op, constant.clone()),
    };
    let Some(number) = constant.as_decimal() else { return Bound::Never };
    let (op, nearest) = match op {
        Compare::Less | Compare::LessOrEqual if fraction_beyond(number, scale) => {
            (Compare::LessOrEqual, rounded(number, scale, RoundingStrategy::ToNegativeInfinity))
        }
        Compare::Greater | Compare::GreaterOrEqual if fraction_beyond(number, scale) => {
            (Compare::GreaterOrEqual, rounded(number, scale, RoundingStrategy::ToPositiveInfinity))
        }
        op => (op, number),
    };
    match (to_scaled(nearest, scale), op, number.is_sign_negative()) {
        (Some(units), op, _) => Bound::At(op, stored(units, nearest, column)),
        (None, Compare::Less | Compare::LessOrEqual, false)
        | (None, Compare::Greater | Compare::GreaterOrEqual, true) => Bound::Always,
        (None, ..) => Bound::Never,
    }
}

fn stored(units: i64, number: Decimal, column: ColumnType) -> Value {
    if column == ColumnType::Int { Value::Int(units) } else { Value::Decimal(number) }
}

fn fraction_beyond(number: Decimal, scale: u32) -> bool {
    number.normalize().scale() > scale
}

fn rounded(number: Decimal, scale: u32, strategy: RoundingStrategy) -> Decimal {
    number.round_dp_with_strategy(scale, strategy)
}
