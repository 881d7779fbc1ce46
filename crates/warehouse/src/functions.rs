//! Functions that the warehouse's own views are made of. Each holds the facts it answers from.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    fmt,
    hash::{Hash, Hasher},
    sync::Arc,
};

use arrow::{
    array::{
        Array, ArrayRef, BooleanArray, Date32Array, Decimal128Array, Decimal128Builder, ListArray,
        ListBuilder, StringArray, StringBuilder, TimestampMicrosecondArray,
    },
    datatypes::{DataType, TimeUnit},
};
use datafusion::{
    common::{DataFusionError, Result, ScalarValue},
    logical_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility},
};
use jiff::tz::TimeZone;
use kernel::{ColumnType, Decimal, Id, Timestamp};
use records::SeenMembers;
use serde::{Deserialize, Serialize};

use crate::{
    columns::{data_type, days},
    members::Members,
};

/// Digits after the point of amounts, and so of those in the base currency.
const MONEY_SCALE: i8 = metadata::MONEY_SCALE as i8;
/// An amount that is converted, of whatever scale it is kept.
pub const AMOUNT: DataType = DataType::Decimal128(38, 10);
/// Digits of an amount in the base currency.
pub const BASE_DIGITS: u8 = 28;

/// What a function answers from.
#[derive(PartialEq)]
pub enum Facts {
    /// Whether an id is none of these: of rows in files, those that still count.
    Untouched(Arc<HashSet<String>>),
    /// Whether somebody may see the record of that id.
    Permitted(HashSet<Id>),
    /// Of a list of ids, those of records that somebody sees as members; empty where there are none.
    Members(Arc<Members>),
    /// The day of an instant in a zone.
    LocalDay(TimeZone),
    /// An amount in the base currency by a day's rate: `(amount, currency, day)`; empty where no rate is known.
    ToBase(Rates),
}

/// A function of a view, with its facts.
pub struct Function {
    name: String,
    signature: Signature,
    facts: Arc<Facts>,
}

pub fn untouched(table: &str, touched: &Arc<HashSet<String>>) -> ScalarUDF {
    Function::of(&format!("untouched_{table}"), Facts::Untouched(Arc::clone(touched)))
}

pub fn permitted(name: &str, opened: HashSet<Id>) -> ScalarUDF {
    Function::of(name, Facts::Permitted(opened))
}

pub fn members(name: &str, seen: &Arc<Members>) -> ScalarUDF {
    Function::of(name, Facts::Members(Arc::clone(seen)))
}

pub fn local_day(zone: TimeZone) -> ScalarUDF {
    Function::of("local_day", Facts::LocalDay(zone))
}

pub fn to_base(rates: Rates) -> ScalarUDF {
    Function::of("to_base", Facts::ToBase(rates))
}

/// What a unit of each currency was worth in the base currency, by the day from which on.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
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

impl Function {
    pub fn of(name: &str, facts: Facts) -> ScalarUDF {
        let signature = Signature::exact(facts.arguments(), Volatility::Immutable);
        ScalarUDF::from(Function { name: name.to_owned(), signature, facts: Arc::new(facts) })
    }

    #[cfg(feature = "ballista")]
    pub fn facts(&self) -> &Facts {
        &self.facts
    }
}

impl Facts {
    fn arguments(&self) -> Vec<DataType> {
        match self {
            Facts::Untouched(_) | Facts::Permitted(_) => vec![DataType::Utf8],
            Facts::Members(_) => vec![data_type(ColumnType::List)],
            Facts::LocalDay(_) => vec![DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()))],
            Facts::ToBase(_) => vec![AMOUNT, DataType::Utf8, DataType::Date32],
        }
    }

    fn returns(&self) -> DataType {
        match self {
            Facts::Untouched(_) | Facts::Permitted(_) => DataType::Boolean,
            Facts::Members(_) => data_type(ColumnType::List),
            Facts::LocalDay(_) => DataType::Date32,
            Facts::ToBase(_) => DataType::Decimal128(BASE_DIGITS, MONEY_SCALE),
        }
    }

    fn answer(&self, arguments: &[ColumnarValue]) -> Result<ColumnarValue> {
        match self {
            Facts::Untouched(touched) => of_ids(arguments, |id| !touched.contains(id)),
            Facts::Permitted(opened) => {
                of_ids(arguments, |id| id.parse().is_ok_and(|id| opened.contains(&id)))
            }
            Facts::Members(members) => members_of(&*members.seen()?, arguments),
            Facts::LocalDay(zone) => days_in(zone, arguments),
            Facts::ToBase(rates) => amounts_in_base(rates, arguments),
        }
    }
}

impl ScalarUDFImpl for Function {
    fn name(&self) -> &str {
        &self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(self.facts.returns())
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        self.facts.answer(&arguments.args)
    }
}

impl fmt::Debug for Function {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

impl PartialEq for Function {
    fn eq(&self, other: &Function) -> bool {
        self.name == other.name && (Arc::ptr_eq(&self.facts, &other.facts) || self.facts == other.facts)
    }
}

impl Eq for Function {}

impl Hash for Function {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name.hash(state);
    }
}

fn of_ids(arguments: &[ColumnarValue], holds: impl Fn(&str) -> bool) -> Result<ColumnarValue> {
    let ids = column(arguments, 0)?;
    let ids = as_text(&ids)?;
    Ok(of_bools(ids.iter().map(|id| id.is_some_and(&holds)).collect()))
}

fn members_of(seen: &SeenMembers, arguments: &[ColumnarValue]) -> Result<ColumnarValue> {
    let is_seen = |id: &str| {
        id.parse().is_ok_and(|id| match seen {
            SeenMembers::AllBut(hidden) => !hidden.contains(&id),
            SeenMembers::Only(shown) => shown.contains(&id),
        })
    };
    let lists = column(arguments, 0)?;
    if matches!(seen, SeenMembers::AllBut(hidden) if hidden.is_empty()) {
        return Ok(ColumnarValue::Array(lists));
    }
    let lists: &ListArray = downcast(&lists)?;
    let mut answers = ListBuilder::new(StringBuilder::new());
    for list in lists.iter() {
        let entries = list.as_ref().map(as_text).transpose()?;
        let mut some = false;
        for id in entries.into_iter().flatten().flatten().filter(|id| is_seen(id)) {
            answers.values().append_value(id);
            some = true;
        }
        answers.append(some);
    }
    Ok(ColumnarValue::Array(Arc::new(answers.finish())))
}

fn days_in(zone: &TimeZone, arguments: &[ColumnarValue]) -> Result<ColumnarValue> {
    let instants = column(arguments, 0)?;
    let instants: &TimestampMicrosecondArray = downcast(&instants)?;
    let day = |microsecond: i64| {
        let at = Timestamp::from_microsecond(microsecond).ok()?;
        Some(days(zone.to_datetime(at).date()))
    };
    let days: Date32Array = instants.iter().map(|at| at.and_then(day)).collect();
    Ok(ColumnarValue::Array(Arc::new(days)))
}

fn amounts_in_base(rates: &Rates, arguments: &[ColumnarValue]) -> Result<ColumnarValue> {
    let [amounts, currencies, day] = [column(arguments, 0)?, column(arguments, 1)?, column(arguments, 2)?];
    let amounts: &Decimal128Array = downcast(&amounts)?;
    let currencies = as_text(&currencies)?;
    let day: &Date32Array = downcast(&day)?;
    let DataType::Decimal128(_, scale) = *amounts.data_type() else {
        return Err(DataFusionError::Execution("an amount is no decimal".to_owned()));
    };
    let (scale, answer_scale) = (scale.cast_unsigned().into(), MONEY_SCALE.cast_unsigned().into());
    let mut answers = Decimal128Builder::with_capacity(amounts.len())
        .with_data_type(DataType::Decimal128(BASE_DIGITS, MONEY_SCALE));
    for (at, amount) in amounts.iter().enumerate() {
        let day = (!day.is_null(at)).then(|| day.value(at));
        let currency = (!currencies.is_null(at)).then(|| currencies.value(at));
        let worth = || -> Option<i128> {
            let rate = rates.on(currency?, day)?;
            let amount = Decimal::try_from_i128_with_scale(amount?, scale).ok()?;
            let mut worth = kernel::number::round(amount.checked_mul(rate)?, answer_scale);
            worth.rescale(answer_scale);
            Some(worth.mantissa())
        };
        answers.append_option(worth());
    }
    let answers: ArrayRef = Arc::new(answers.finish());
    Ok(ColumnarValue::Array(answers))
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
