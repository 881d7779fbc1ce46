//! Functions that the warehouse's own views are made of. Each holds the facts it answers from.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::Arc,
};

use arrow::{
    array::{
        Array, ArrayRef, BooleanArray, Date32Array, Decimal128Array, Decimal128Builder, StringArray,
        TimestampMicrosecondArray,
    },
    datatypes::{DataType, TimeUnit},
};
use datafusion::{
    common::{DataFusionError, Result, ScalarValue},
    logical_expr::{ColumnarValue, ScalarUDF, Volatility, create_udf},
};
use jiff::tz::TimeZone;
use kernel::{Decimal, Id, Timestamp};
use records::Opened;

use crate::columns::{DECIMAL_DIGITS, days};

/// Digits after the point of amounts, and so of those in the base currency.
const MONEY_SCALE: i8 = metadata::MONEY_SCALE as i8;
/// Digits of an amount in the base currency.
pub const BASE_DIGITS: u8 = 28;

/// Whether an id is none of these: of rows in files, those that still count.
pub fn untouched(table: &str, touched: &Arc<HashSet<String>>) -> ScalarUDF {
    let touched = Arc::clone(touched);
    let answer = move |arguments: &[ColumnarValue]| {
        let ids = column(arguments, 0)?;
        let ids = as_text(&ids)?;
        Ok(of_bools(ids.iter().map(|id| id.is_some_and(|id| !touched.contains(id))).collect()))
    };
    create_udf(
        &format!("untouched_{table}"),
        vec![DataType::Utf8],
        DataType::Boolean,
        Volatility::Immutable,
        Arc::new(answer),
    )
}

/// Whether somebody may see the record of that id.
pub fn permitted(name: &str, opened: HashSet<Id>) -> ScalarUDF {
    let opened = Opened::Only(opened);
    let answer = move |arguments: &[ColumnarValue]| {
        let ids = column(arguments, 0)?;
        let ids = as_text(&ids)?;
        let has = |id: &str| id.parse().is_ok_and(|id| opened.has(id));
        Ok(of_bools(ids.iter().map(|id| id.is_some_and(has)).collect()))
    };
    create_udf(name, vec![DataType::Utf8], DataType::Boolean, Volatility::Immutable, Arc::new(answer))
}

/// The day of an instant in a zone.
pub fn local_day(zone: TimeZone) -> ScalarUDF {
    let answer = move |arguments: &[ColumnarValue]| {
        let instants = column(arguments, 0)?;
        let instants: &TimestampMicrosecondArray = downcast(&instants)?;
        let day = |microsecond: i64| {
            let at = Timestamp::from_microsecond(microsecond).ok()?;
            Some(days(zone.to_datetime(at).date()))
        };
        let days: Date32Array = instants.iter().map(|at| at.and_then(day)).collect();
        Ok(ColumnarValue::Array(Arc::new(days)))
    };
    let instant = DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()));
    create_udf("local_day", vec![instant], DataType::Date32, Volatility::Immutable, Arc::new(answer))
}

/// What a unit of each currency was worth in the base currency, by the day from which on.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rates {
    pub base: String,
    pub rates: HashMap<String, BTreeMap<i32, Decimal>>,
}

impl Rates {
    /// The rate of a day: the latest known that is not from after it; none before the first.
    pub fn on(&self, currency: &str, day: Option<i32>) -> Option<Decimal> {
        if currency == self.base {
            return Some(Decimal::ONE);
        }
        let rates = self.rates.get(currency)?;
        rates.range(..=day?).next_back().map(|(_, rate)| *rate)
    }
}

/// An amount in the base currency by a day's rate: `(amount, currency, day)`; empty where no rate is known.
pub fn to_base(rates: Rates) -> ScalarUDF {
    let answer = move |arguments: &[ColumnarValue]| {
        let [amounts, currencies, day] =
            [column(arguments, 0)?, column(arguments, 1)?, column(arguments, 2)?];
        let amounts: &Decimal128Array = downcast(&amounts)?;
        let currencies = as_text(&currencies)?;
        let day: &Date32Array = downcast(&day)?;
        let mut answers = Decimal128Builder::with_capacity(amounts.len())
            .with_data_type(DataType::Decimal128(BASE_DIGITS, MONEY_SCALE));
        for (at, amount) in amounts.iter().enumerate() {
            let day = (!day.is_null(at)).then(|| day.value(at));
            let currency = (!currencies.is_null(at)).then(|| currencies.value(at));
            let worth = || -> Option<i128> {
                let rate = rates.on(currency?, day)?;
                let amount =
                    Decimal::try_from_i128_with_scale(amount?, MONEY_SCALE.cast_unsigned().into()).ok()?;
                let mut worth =
                    kernel::number::round(amount.checked_mul(rate)?, MONEY_SCALE.cast_unsigned().into());
                worth.rescale(MONEY_SCALE.cast_unsigned().into());
                Some(worth.mantissa())
            };
            answers.append_option(worth());
        }
        let answers: ArrayRef = Arc::new(answers.finish());
        Ok(ColumnarValue::Array(answers))
    };
    create_udf(
        "to_base",
        vec![DataType::Decimal128(DECIMAL_DIGITS, MONEY_SCALE), DataType::Utf8, DataType::Date32],
        DataType::Decimal128(BASE_DIGITS, MONEY_SCALE),
        Volatility::Immutable,
        Arc::new(answer),
    )
}

fn column(arguments: &[ColumnarValue], at: usize) -> Result<ArrayRef> {
    let rows = arguments.iter().find_map(|argument| match argument {
        ColumnarValue::Array(array) => Some(array.len()),
        ColumnarValue::Scalar(_) => None,
    });
    match arguments.get(at) {
        Some(argument) => argument.clone().into_array(rows.unwrap_or(1)),
        None => Err(DataFusionError::Execution("an argument is missing".to_owned())),
    }
}

fn as_text(array: &ArrayRef) -> Result<&StringArray> {
    downcast(array)
}

fn downcast<T: 'static>(array: &ArrayRef) -> Result<&T> {
    let found = array.as_any().downcast_ref();
    found.ok_or_else(|| DataFusionError::Execution(format!("{} was not expected", array.data_type())))
}

fn of_bools(answers: Vec<bool>) -> ColumnarValue {
    match answers.as_slice() {
        [one] => ColumnarValue::Scalar(ScalarValue::Boolean(Some(*one))),
        _ => ColumnarValue::Array(Arc::new(BooleanArray::from(answers))),
    }
}
