//! The functions that statements of cubes call: those of the expression language on its own code, and periods.

use std::{
    collections::HashMap,
    sync::{Arc, LazyLock, Mutex, PoisonError},
};

use arrow::{
    array::{
        Array, ArrayRef, AsArray, BooleanArray, Date32Array, Float64Array, Int64Array, StringArray,
        TimestampMicrosecondArray,
    },
    compute::cast,
    datatypes::{DataType, Date32Type, Decimal128Type, Float64Type, TimeUnit, TimestampMicrosecondType},
};
use cube::{Calendar, Unit};
use datafusion::{
    common::{DataFusionError, Result},
    logical_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility},
    prelude::SessionContext,
};
use expr::sql::{Shape, SqlFunction, functions};
use jiff::tz::TimeZone;
use kernel::{ColumnType, Date, Decimal, Timestamp, Value};

use super::lists;
use crate::columns::{array, data_type as data_type_of, days};

/// Digits of computed numbers, and how many of them stand after the point.
const NUMBER: DataType = DataType::Decimal128(38, 10);

/// Functions that count in periods.
const PERIODS: [&str; 3] = ["cube_period", "cube_year_of", "cube_number"];

/// Makes the functions known to a session.
pub fn register(context: &SessionContext, calendar: Calendar, zone: &TimeZone) {
    for function in functions() {
        let arguments = function.parameters.iter().map(|shape| data_type(*shape)).collect();
        let body = |arrays: &[ArrayRef]| computed(function, arrays);
        context.register_udf(udf(function.name, Coerced::To(arguments), data_type(function.returns), body));
    }
    let fold = |arrays: &[ArrayRef]| {
        let folded = arrays[0].as_string::<i32>().iter().map(|text| text.map(str::to_ascii_lowercase));
        Ok(Arc::new(folded.collect::<StringArray>()) as ArrayRef)
    };
    context.register_udf(udf("cube_fold", Coerced::To(vec![DataType::Utf8]), DataType::Utf8, fold));
    context.register_udf(udf("cube_list", Coerced::Stay(1), DataType::Utf8, |arrays| {
        lists::as_json(&arrays[0])
    }));
    let list = vec![data_type_of(ColumnType::List)];
    context.register_udf(udf("cube_entries", Coerced::To(list.clone()), list[0].clone(), |arrays| {
        Ok(lists::entries(arrays[0].as_list()))
    }));
    let has = |arrays: &[ArrayRef]| {
        let (lists, items) = (arrays[0].as_string::<i32>(), arrays[1].as_string::<i32>());
        let has = lists.iter().zip(items).map(|(list, item)| {
            let list: Vec<String> = serde_json::from_str(list?).ok()?;
            Some(list.iter().any(|entry| Some(entry.as_str()) == item))
        });
        Ok(Arc::new(has.map(|has| Some(has.unwrap_or(false))).collect::<BooleanArray>()) as ArrayRef)
    };
    context.register_udf(udf("cube_has", Coerced::To(vec![DataType::Utf8; 2]), DataType::Boolean, has));
    for name in PERIODS {
        context.register_udf(ScalarUDF::from(Period::new(name, calendar, zone)));
    }
}

/// The values of a text that stand between separators: `(text, separator)`.
pub fn split() -> ScalarUDF {
    let split = |arrays: &[ArrayRef]| Ok(lists::split(arrays[0].as_string(), arrays[1].as_string()));
    udf("cube_split", Coerced::To(vec![DataType::Utf8; 2]), data_type_of(ColumnType::List), split)
}

/// A binary number, or nothing where there is none: whatever sign a NaN has.
pub fn known_number() -> ScalarUDF {
    let known = |arrays: &[ArrayRef]| {
        let numbers = arrays[0].as_primitive::<Float64Type>().iter();
        let known = numbers.map(|number| number.filter(|number| !number.is_nan()));
        Ok(Arc::new(known.collect::<Float64Array>()) as ArrayRef)
    };
    udf("cube_known", Coerced::To(vec![DataType::Float64]), DataType::Float64, known)
}

/// What arguments are made into before a function sees them.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Coerced {
    To(Vec<DataType>),
    /// So many, as they are.
    Stay(usize),
}

type Body = Arc<dyn Fn(&[ArrayRef]) -> Result<ArrayRef> + Send + Sync>;

/// A function of arrays.
struct Function {
    name: &'static str,
    coerced: Coerced,
    returns: DataType,
    signature: Signature,
    body: Body,
}

fn udf(
    name: &'static str,
    coerced: Coerced,
    returns: DataType,
    body: impl Fn(&[ArrayRef]) -> Result<ArrayRef> + Send + Sync + 'static,
) -> ScalarUDF {
    let signature = Signature::user_defined(Volatility::Immutable);
    ScalarUDF::from(Function { name, coerced, returns, signature, body: Arc::new(body) })
}

impl std::fmt::Debug for Function {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

impl PartialEq for Function {
    fn eq(&self, other: &Function) -> bool {
        self.name == other.name
    }
}

impl Eq for Function {}

impl std::hash::Hash for Function {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.name.hash(state);
    }
}

impl ScalarUDFImpl for Function {
    fn name(&self) -> &str {
        self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(self.returns.clone())
    }

    fn coerce_types(&self, given: &[DataType]) -> Result<Vec<DataType>> {
        let wanted = match &self.coerced {
            Coerced::To(types) => types.clone(),
            Coerced::Stay(_) => given.to_vec(),
        };
        let count = match &self.coerced {
            Coerced::To(types) => types.len(),
            Coerced::Stay(count) => *count,
        };
        match given.len() == count {
            true => Ok(wanted),
            false => Err(DataFusionError::Plan(format!("{} takes {count} arguments", self.name))),
        }
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let single = args.args.iter().all(|arg| matches!(arg, ColumnarValue::Scalar(_)));
        let rows = if single { 1 } else { args.number_rows };
        let arrays = args.args.iter().map(|arg| arg.to_array(rows)).collect::<Result<Vec<_>>>()?;
        // A function without arguments of any row is still asked once a row.
        let answer = (self.body)(&arrays)?;
        if single {
            let scalar = datafusion::common::ScalarValue::try_from_array(&answer, 0)?;
            return Ok(ColumnarValue::Scalar(scalar));
        }
        Ok(ColumnarValue::Array(answer))
    }
}

fn data_type(shape: Shape) -> DataType {
    match shape {
        Shape::Bool => DataType::Boolean,
        Shape::Number => NUMBER,
        Shape::Date => DataType::Date32,
        Shape::Instant => DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
        Shape::Text | Shape::Id | Shape::List | Shape::Json => DataType::Utf8,
    }
}

/// A function of the language, row by row.
fn computed(function: &SqlFunction, arrays: &[ArrayRef]) -> Result<ArrayRef> {
    if let Some(answer) = super::arithmetic::computed(function.name, arrays) {
        return Ok(answer);
    }
    let rows = arrays.first().map_or(1, |array| array.len());
    let mut values = Vec::with_capacity(rows);
    let mut arguments: Vec<Value> = vec![Value::Null; arrays.len()];
    for row in 0..rows {
        for ((slot, array), shape) in arguments.iter_mut().zip(arrays).zip(function.parameters) {
            *slot = value(array, row, *shape);
        }
        values.push((function.body)(&arguments).unwrap_or(Value::Null));
    }
    if function.returns == Shape::Number {
        return Ok(numbers(&values));
    }
    let texts: Vec<Value>;
    let values: &[Value] = match function.returns {
        Shape::List => {
            let text = |value: &Value| match value {
                Value::List(entries) => Value::Text(expr::sql::functions::list_as_json(entries)),
                other => other.clone(),
            };
            texts = values.iter().map(text).collect();
            &texts
        }
        _ => &values,
    };
    let column = match function.returns {
        Shape::Bool => ColumnType::Bool,
        Shape::Date => ColumnType::Date,
        Shape::Instant => ColumnType::Instant,
        _ => ColumnType::Text,
    };
    Ok(array(column, values.iter()))
}

fn value(array: &ArrayRef, row: usize, shape: Shape) -> Value {
    if array.is_null(row) {
        return Value::Null;
    }
    match shape {
        Shape::Bool => Value::Bool(array.as_boolean().value(row)),
        Shape::Number => {
            let units = array.as_primitive::<Decimal128Type>().value(row);
            Decimal::try_from_i128_with_scale(units, 10)
                .map_or(Value::Null, |it| Value::Decimal(it.normalize()))
        }
        Shape::Date => date(array.as_primitive::<Date32Type>().value(row)).into(),
        Shape::Instant => {
            let at = array.as_primitive::<TimestampMicrosecondType>().value(row);
            Timestamp::from_microsecond(at).ok().into()
        }
        Shape::Id => array.as_string::<i32>().value(row).parse().map_or(Value::Null, Value::Id),
        Shape::List => {
            let entries: Vec<String> =
                serde_json::from_str(array.as_string::<i32>().value(row)).unwrap_or_default();
            Value::List(entries.into_iter().map(Value::Text).collect())
        }
        Shape::Json => {
            serde_json::from_str(array.as_string::<i32>().value(row)).map_or(Value::Null, Value::Json)
        }
        Shape::Text => Value::Text(array.as_string::<i32>().value(row).to_owned()),
    }
}

/// Numbers as units of ten digits after the point.
fn numbers(values: &[Value]) -> ArrayRef {
    let units = values.iter().map(|value| {
        let mut number = kernel::number::round(value.as_decimal()?, 10);
        number.rescale(10);
        (number.scale() == 10).then(|| number.mantissa())
    });
    let units: arrow::array::Decimal128Array = units.collect();
    Arc::new(units.with_data_type(NUMBER))
}

fn date(day: i32) -> Option<Date> {
    Date::constant(1970, 1, 1).checked_add(jiff::Span::new().days(day)).ok()
}

/// Days within which periods are looked up in a table: from 1900 to 2149.
const FIRST: i32 = -25_567;
const TABLE: usize = 91_310;

/// Tables of periods by function, unit and beginning of the fiscal year, each made once.
type Known = Mutex<HashMap<(&'static str, Unit, i8), Arc<Vec<i32>>>>;
static KNOWN: LazyLock<Known> = LazyLock::new(Known::default);

/// `cube_period` and `cube_year_of`, which give days; and `cube_number`, for units that come round.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct Period {
    name: &'static str,
    fiscal_year_begins: i8,
    zone: Option<String>,
    signature: Signature,
}

impl Period {
    fn new(name: &'static str, calendar: Calendar, zone: &TimeZone) -> Period {
        Period {
            name,
            fiscal_year_begins: calendar.fiscal_year_begins,
            zone: zone.iana_name().filter(|name| *name != "UTC").map(str::to_owned),
            signature: Signature::user_defined(Volatility::Immutable),
        }
    }

    /// One of [`PERIODS`] by its name, with the beginning of its fiscal year and its zone.
    #[cfg(feature = "ballista")]
    pub fn of_calendar(name: &str, fiscal_year_begins: i8, zone: &str) -> Option<Period> {
        let name = PERIODS.into_iter().find(|known| *known == name)?;
        let zone = TimeZone::get(if zone.is_empty() { "UTC" } else { zone }).ok()?;
        Some(Period::new(name, Calendar { fiscal_year_begins }, &zone))
    }

    /// The beginning of its fiscal year, and its zone unless that is UTC.
    #[cfg(feature = "ballista")]
    pub fn calendar(&self) -> (i8, Option<&str>) {
        (self.fiscal_year_begins, self.zone.as_deref())
    }

    /// The day as a number, or what it counts in units that come round.
    fn of(&self, unit: Unit, day: i32) -> Option<i32> {
        let calendar = Calendar { fiscal_year_begins: self.fiscal_year_begins };
        let day = date(day)?;
        match (self.name, unit) {
            ("cube_year_of", _) => calendar.year_of(unit, day).map(days),
            (_, Unit::Weekday) => Some(day.weekday().to_monday_one_offset().into()),
            (_, Unit::MonthOfYear) => Some(day.month().into()),
            _ => calendar.start(unit, day).map(days),
        }
    }

    fn table(&self, unit: Unit) -> Arc<Vec<i32>> {
        let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
        let made = || {
            let day = |at: usize| self.of(unit, FIRST + at as i32).unwrap_or_default();
            Arc::new((0..TABLE).map(day).collect::<Vec<i32>>())
        };
        Arc::clone(known.entry((self.name, unit, self.fiscal_year_begins)).or_insert_with(made))
    }

    /// The days of an array of days or instants.
    fn days(&self, array: &ArrayRef) -> Result<Date32Array> {
        match array.data_type() {
            DataType::Date32 => Ok(array.as_primitive::<Date32Type>().clone()),
            DataType::Timestamp(_, zone) => {
                let at = DataType::Timestamp(TimeUnit::Microsecond, zone.clone());
                let instants = cast(array, &at)?;
                let instants: &TimestampMicrosecondArray = instants.as_primitive();
                // A time of day without a zone is what people saw on the clock.
                let own = self.zone.as_ref().filter(|_| zone.is_some());
                let Some(own) = own.and_then(|name| TimeZone::get(name).ok()) else {
                    let day = |at: i64| i32::try_from(at.div_euclid(86_400_000_000)).unwrap_or_default();
                    return Ok(instants.unary(day));
                };
                let day = |at: i64| Some(days(own.to_datetime(Timestamp::from_microsecond(at).ok()?).date()));
                Ok(instants.iter().map(|at| at.and_then(day)).collect())
            }
            _ => Ok(cast(array, &DataType::Date32)?.as_primitive::<Date32Type>().clone()),
        }
    }
}

impl ScalarUDFImpl for Period {
    fn name(&self) -> &str {
        self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(if self.name == "cube_number" { DataType::Int64 } else { DataType::Date32 })
    }

    fn coerce_types(&self, given: &[DataType]) -> Result<Vec<DataType>> {
        match given {
            [day @ (DataType::Date32 | DataType::Timestamp(..)), _] => Ok(vec![day.clone(), DataType::Utf8]),
            [_, _] => Ok(vec![DataType::Date32, DataType::Utf8]),
            _ => Err(DataFusionError::Plan(format!("{} takes a day and a unit", self.name))),
        }
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let wrong = || DataFusionError::Plan(format!("{} takes a day and a unit", self.name));
        let [day, ColumnarValue::Scalar(unit)] = args.args.as_slice() else { return Err(wrong()) };
        let unit = unit.try_as_str().flatten().and_then(Unit::named).ok_or_else(wrong)?;
        let days = self.days(&day.to_array(args.number_rows)?)?;
        let table = self.table(unit);
        let found = |day: i32| {
            let at = usize::try_from(i64::from(day) - i64::from(FIRST)).ok();
            at.and_then(|at| table.get(at).copied()).or_else(|| self.of(unit, day))
        };
        let found = days.iter().map(|day| day.and_then(found));
        Ok(ColumnarValue::Array(match self.name {
            "cube_number" => Arc::new(found.map(|it| it.map(i64::from)).collect::<Int64Array>()),
            _ => Arc::new(found.collect::<Date32Array>()),
        }))
    }
}
