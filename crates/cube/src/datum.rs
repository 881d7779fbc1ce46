//! A value that comes out of a table, and goes into an answer.

use std::cmp::Ordering;

use kernel::{Date, Decimal};

/// One value. Decimals are exact; binary numbers come from files that hold such.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Datum {
    Bool(bool),
    Int(i64),
    Decimal(Decimal),
    Float(Float),
    Date(Date),
    Text(String),
    /// After everything: where there is no value.
    Null,
}

/// A binary number with an order; never NaN.
#[derive(Clone, Copy, Debug)]
pub struct Float(pub f64);

impl PartialEq for Float {
    fn eq(&self, other: &Float) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Float {}

impl PartialOrd for Float {
    fn partial_cmp(&self, other: &Float) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Float {
    fn cmp(&self, other: &Float) -> Ordering {
        self.0.total_cmp(&other.0)
    }
}

impl std::hash::Hash for Float {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.0.to_bits().hash(state);
    }
}

impl Datum {
    pub const fn is_null(&self) -> bool {
        matches!(self, Datum::Null)
    }

    pub fn float(number: f64) -> Datum {
        if number.is_nan() { Datum::Null } else { Datum::Float(Float(number)) }
    }

    /// The number, if it is an exact one.
    pub fn exact(&self) -> Option<Decimal> {
        match self {
            Datum::Int(number) => Some((*number).into()),
            Datum::Decimal(number) => Some(*number),
            _ => None,
        }
    }

    /// The number, rounded to the nearest binary one.
    pub fn approximate(&self) -> Option<f64> {
        match self {
            Datum::Float(number) => Some(number.0),
            other => other.exact()?.to_string().parse().ok(),
        }
    }

    /// As people read it.
    pub fn shown(&self) -> String {
        match self {
            Datum::Bool(truth) => if *truth { "yes" } else { "no" }.to_owned(),
            Datum::Int(number) => number.to_string(),
            Datum::Decimal(number) => number.normalize().to_string(),
            Datum::Float(number) => number.0.to_string(),
            Datum::Date(date) => date.to_string(),
            Datum::Text(text) => text.clone(),
            Datum::Null => String::new(),
        }
    }
}

/// A sum; empty when a side is.
pub fn add(a: &Datum, b: &Datum) -> Datum {
    exactly(a, b, Decimal::checked_add, |a, b| a + b)
}

/// A difference; empty when a side is.
pub fn subtract(a: &Datum, b: &Datum) -> Datum {
    exactly(a, b, Decimal::checked_sub, |a, b| a - b)
}

/// A quotient, of exact numbers rounded as the expression language rounds; empty when a side is, and by zero.
pub fn divide(a: &Datum, b: &Datum) -> Datum {
    if b.approximate() == Some(0.0) {
        return Datum::Null;
    }
    exactly(a, b, kernel::number::divide, |a, b| a / b)
}

/// In decimals where both are and the result fits, in binary numbers else.
fn exactly(
    a: &Datum,
    b: &Datum,
    decimal: impl Fn(Decimal, Decimal) -> Option<Decimal>,
    binary: impl Fn(f64, f64) -> f64,
) -> Datum {
    let exact = a.exact().zip(b.exact()).and_then(|(a, b)| decimal(a, b));
    match (exact, a.approximate().zip(b.approximate())) {
        (Some(number), _) => Datum::Decimal(number),
        (None, Some((a, b))) => Datum::float(binary(a, b)),
        (None, None) => Datum::Null,
    }
}
