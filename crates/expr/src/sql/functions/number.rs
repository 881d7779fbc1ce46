//! Arithmetic.

use std::cmp::Ordering;

use kernel::{Decimal, Value};

use super::{SqlFunction, decimal, whole};
use crate::{
    number,
    sql::Shape::{Id, Number, Text},
};

pub(super) const FUNCTIONS: &[SqlFunction] = &[
    // The content of a decimal column: `a` units of 10^-`b`. Only where decimals are stored as scaled integers.
    SqlFunction {
        name: "rp_number",
        parameters: &[Number, Number],
        returns: Number,
        definition: "",
        body: |a| {
            let scale = u32::try_from(a.get(1)?.as_int()?).ok().filter(|scale| *scale <= 28)?;
            Some(kernel::number::from_scaled(a.first()?.as_int()?, scale).into())
        },
    },
    // -1, 0 or 1. Only where numbers have no order of their own.
    SqlFunction {
        name: "rp_compare",
        parameters: &[Number, Number],
        returns: Number,
        definition: "",
        body: |a| Some(Value::Int(decimal(a, 0)?.cmp(&decimal(a, 1)?) as i64)),
    },
    // `a` without its fraction, held between `b` and `c`. (`least` and `greatest` would pass over an empty `a`.)
    SqlFunction {
        name: "rp_clamp",
        parameters: &[Number, Number, Number],
        returns: Number,
        definition: "case when a < b then b when a > c then c else trunc(a) end",
        body: |a| {
            let (low, high) = (decimal(a, 1)?, decimal(a, 2)?);
            Some(if low <= high { decimal(a, 0)?.trunc().clamp(low, high) } else { low }.into())
        },
    },
    // A whole number of at most 64 bits, for an integer column; anything else is empty. Returns bigint.
    SqlFunction {
        name: "rp_int",
        parameters: &[Number],
        returns: Number,
        definition: "case when a between -9223372036854775808 and 9223372036854775807 then trunc(a)::bigint end",
        body: |a| Some(Value::Int(whole(a, 0)?)),
    },
    // How an id looks in a stored list. Only where ids are bytes.
    SqlFunction {
        name: "rp_id_text",
        parameters: &[Id],
        returns: Text,
        definition: "",
        body: |a| Some(super::id_text(a.first()?.as_id()?).into()),
    },
    // Something whose order is the number's: digits of one length where numbers have no order of their own.
    SqlFunction {
        name: "rp_sort_key",
        parameters: &[Number],
        returns: Number,
        definition: "a",
        body: |a| Some(number::sort_key(decimal(a, 0)?)?.into()),
    },
    // The number rounded to 10 digits after the point; empty with more than 18 before it.
    SqlFunction {
        name: "rp_fit",
        parameters: &[Number],
        returns: Number,
        definition: "case when abs(round(a, 10)) < 1000000000000000000 then round(a, 10) end",
        body: |a| Some(number::add(decimal(a, 0)?, Decimal::ZERO)?.into()),
    },
    SqlFunction {
        name: "rp_add",
        parameters: &[Number, Number],
        returns: Number,
        definition: "rp_fit(a + b)",
        body: |a| Some(number::add(decimal(a, 0)?, decimal(a, 1)?)?.into()),
    },
    SqlFunction {
        name: "rp_subtract",
        parameters: &[Number, Number],
        returns: Number,
        definition: "rp_fit(a - b)",
        body: |a| Some(number::subtract(decimal(a, 0)?, decimal(a, 1)?)?.into()),
    },
    SqlFunction {
        name: "rp_multiply",
        parameters: &[Number, Number],
        returns: Number,
        definition: "rp_fit(a * b)",
        body: |a| Some(number::multiply(decimal(a, 0)?, decimal(a, 1)?)?.into()),
    },
    // The exact quotient rounded once: whole division of twice as many units of 10^-10, plus a half.
    SqlFunction {
        name: "rp_divide",
        parameters: &[Number, Number],
        returns: Number,
        definition: "case when b <> 0 then rp_fit(sign(a) * sign(b) * \
                     div(abs(a) * 20000000000 + abs(b), abs(b) * 2) * 0.0000000001) end",
        body: |a| Some(number::divide(decimal(a, 0)?, decimal(a, 1)?)?.into()),
    },
    // The remainder, with the sign of the divisor.
    SqlFunction {
        name: "rp_modulo",
        parameters: &[Number, Number],
        returns: Number,
        definition: "case when b <> 0 then rp_fit(case when mod(a, b) <> 0 and sign(mod(a, b)) <> sign(b) \
                     then mod(a, b) + b else mod(a, b) end) end",
        body: |a| Some(number::modulo(decimal(a, 0)?, decimal(a, 1)?)?.into()),
    },
    SqlFunction {
        name: "rp_round",
        parameters: &[Number, Number],
        returns: Number,
        definition: "rp_fit(round(a, rp_clamp(b, -18, 10)::int))",
        body: |a| {
            let digits = decimal(a, 1)?.trunc();
            let digits = digits.clamp(Decimal::from(-18), Decimal::from(10));
            Some(number::round(decimal(a, 0)?, digits.try_into().ok()?)?.into())
        },
    },
    SqlFunction {
        name: "rp_floor",
        parameters: &[Number],
        returns: Number,
        definition: "rp_fit(floor(a))",
        body: |a| Some(number::floor(decimal(a, 0)?)?.into()),
    },
    SqlFunction {
        name: "rp_ceiling",
        parameters: &[Number],
        returns: Number,
        definition: "rp_fit(ceil(a))",
        body: |a| Some(number::ceiling(decimal(a, 0)?)?.into()),
    },
    SqlFunction {
        name: "rp_abs",
        parameters: &[Number],
        returns: Number,
        definition: "rp_fit(abs(a))",
        body: |a| {
            let number = decimal(a, 0)?;
            Some(number::add(number.abs(), Decimal::ZERO)?.into())
        },
    },
    // The smaller of two; of one and an empty one, the one.
    SqlFunction {
        name: "rp_min",
        parameters: &[Number, Number],
        returns: Number,
        definition: "least(a, b)",
        body: |a| extreme(a, Ordering::Less),
    },
    SqlFunction {
        name: "rp_max",
        parameters: &[Number, Number],
        returns: Number,
        definition: "greatest(a, b)",
        body: |a| extreme(a, Ordering::Greater),
    },
];

fn extreme(arguments: &[Value], wanted: Ordering) -> Option<Value> {
    match (decimal(arguments, 0), decimal(arguments, 1)) {
        (Some(a), Some(b)) => Some(if a.cmp(&b) == wanted { a } else { b }.into()),
        (a, b) => a.or(b).map(Value::Decimal),
    }
}
