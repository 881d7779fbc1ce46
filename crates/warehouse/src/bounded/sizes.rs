//! How many bytes functions make of their arguments: at least about as many as they do, and reckoned without making them.

use arrow::{
    array::{Array, ArrayRef, AsArray},
    compute::{cast, kernels::length::length},
    datatypes::{DataType, Int64Type, IntervalMonthDayNanoType, TimeUnit},
};
use datafusion::{
    common::{Result, ScalarValue},
    logical_expr::{ColumnarValue, ScalarFunctionArgs},
};

/// What a call makes, in bytes.
#[derive(Clone, Copy, Default)]
pub struct Made {
    /// In all rows together.
    pub all: u64,
    /// In the row in which it is the most.
    pub longest: u64,
}

impl Made {
    fn and(self, more: Made) -> Made {
        Made { all: self.all.saturating_add(more.all), longest: self.longest.saturating_add(more.longest) }
    }
}

/// Bytes of a number in a list.
const NUMBER: u64 = 8;

/// Nothing that would have to be bounded.
pub fn little(_: &ScalarFunctionArgs) -> Result<Made> {
    Ok(Made::default())
}

/// All arguments, one after the other.
pub fn all(call: &ScalarFunctionArgs) -> Result<Made> {
    together(call, &vec![1; call.args.len()])
}

/// Texts with the first between each two.
pub fn separated(call: &ScalarFunctionArgs) -> Result<Made> {
    let mut times = vec![1; call.args.len()];
    if let Some(first) = times.first_mut() {
        *first = call.args.len() as u64;
    }
    together(call, &times)
}

/// `repeat(text, times)`.
pub fn repeated(call: &ScalarFunctionArgs) -> Result<Made> {
    let [lengths, times] = [lengths(call, 0)?, numbers(call, 1)?];
    Ok(sum(call, |row| at(&lengths, row).saturating_mul(at(&times, row))))
}

/// `lpad(text, length, with)`: in characters.
pub fn padded(call: &ScalarFunctionArgs) -> Result<Made> {
    let wanted = numbers(call, 1)?;
    Ok(sum(call, |row| at(&wanted, row).saturating_mul(4)))
}

/// `array_repeat(value, times)`.
pub fn entries(call: &ScalarFunctionArgs) -> Result<Made> {
    let (each, times) = (each(call, 0)?.max(NUMBER), numbers(call, 1)?);
    Ok(sum(call, |row| at(&times, row).saturating_mul(each)))
}

/// `array_resize(list, length, with)`.
pub fn resized(call: &ScalarFunctionArgs) -> Result<Made> {
    let (each, wanted) = (each(call, 2)?.max(NUMBER), numbers(call, 1)?);
    Ok(sum(call, |row| at(&wanted, row).saturating_mul(each)))
}

/// `array_replace(list, from, to)`: as if all entries were.
pub fn entries_replaced(call: &ScalarFunctionArgs) -> Result<Made> {
    let (count, each) = (lengths(call, 0)?, each(call, 2)?);
    Ok(all(call)?.and(sum(call, |row| at(&count, row).saturating_mul(each))))
}

/// `array_to_string(list, separator)`.
pub fn entries_joined(call: &ScalarFunctionArgs) -> Result<Made> {
    let (count, each) = (lengths(call, 0)?, each(call, 1)?);
    // A number of eight bytes has twenty digits.
    Ok(together(call, &[3, 0])?.and(sum(call, |row| at(&count, row).saturating_mul(each))))
}

/// `replace(text, from, to)`.
pub fn replaced(call: &ScalarFunctionArgs) -> Result<Made> {
    let [text, from, to] = [texts(call, 0)?, texts(call, 1)?, texts(call, 2)?];
    let (Some(text), Some(from), Some(to)) = (text, from, to) else { return Ok(Made::default()) };
    Ok(sum(call, |row| {
        let [text, from, to] = [&text, &from, &to].map(|texts| text_at(texts, row));
        let times = if from.is_empty() { text.len() + 1 } else { text.matches(from).count() };
        (times as u64).saturating_mul(to.len() as u64).saturating_add(text.len() as u64)
    }))
}

/// `regexp_replace(text, pattern, to, flags)`: as if every fourth character were replaced, with what was found in it.
pub fn replaced_by_pattern(call: &ScalarFunctionArgs) -> Result<Made> {
    let [lengths, to] = [lengths(call, 0)?, lengths(call, 2)?];
    Ok(sum(call, |row| {
        let (length, to) = (at(&lengths, row), at(&to, row));
        length.saturating_add((length / 4 + 1).saturating_mul(to))
    }))
}

/// `to_char(at, pattern)`: a letter of the pattern may be a word.
pub fn written(call: &ScalarFunctionArgs) -> Result<Made> {
    let pattern = lengths(call, 1)?;
    Ok(sum(call, |row| at(&pattern, row).saturating_mul(NUMBER)))
}

/// `range(to)`, `range(from, to, step)`, `generate_series`: of numbers, days and moments.
pub fn series(call: &ScalarFunctionArgs) -> Result<Made> {
    let on_a_line =
        (0..call.args.len()).map(|argument| on_a_line(call, argument)).collect::<Result<Vec<_>>>()?;
    let value =
        |argument: usize, row: usize| on_a_line.get(argument).and_then(|values| signed_at(values, row));
    Ok(sum(call, |row| {
        let (from, to) = match call.args.len() {
            1 => (Some(0), value(0, row)),
            _ => (value(0, row), value(1, row)),
        };
        let (Some(from), Some(to)) = (from, to) else { return 0 };
        let step = value(2, row).unwrap_or(1).unsigned_abs().max(1);
        (from.abs_diff(to) / step + 1).saturating_mul(NUMBER)
    }))
}

/// Numbers as they are, days and moments in microseconds, spans of time in the fewest microseconds that they are.
fn on_a_line(call: &ScalarFunctionArgs, argument: usize) -> Result<ArrayRef> {
    const DAY: i64 = 86_400_000_000;
    let values = array(call, argument)?;
    Ok(match values.data_type() {
        DataType::Interval(_) => {
            let spans = cast(&values, &DataType::Interval(arrow::datatypes::IntervalUnit::MonthDayNano))?;
            let spans = spans.as_primitive::<IntervalMonthDayNanoType>();
            let in_microseconds = spans.iter().map(|span| {
                let span = span?;
                let days = i64::from(span.months) * 28 + i64::from(span.days);
                Some(days.saturating_mul(DAY).saturating_add(span.nanoseconds / 1_000))
            });
            std::sync::Arc::new(in_microseconds.collect::<arrow::array::Int64Array>())
        }
        kind if kind.is_temporal() => {
            cast(&cast(&values, &DataType::Timestamp(TimeUnit::Microsecond, None))?, &DataType::Int64)?
        }
        _ => cast(&values, &DataType::Int64)?,
    })
}

/// All arguments so many times one after the other.
fn together(call: &ScalarFunctionArgs, times: &[u64]) -> Result<Made> {
    let mut made = Made::default();
    let mut texts: Vec<(ArrayRef, u64)> = Vec::new();
    for (at, times) in times.iter().enumerate().take(call.args.len()) {
        match call.args[at].data_type() {
            DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => {
                texts.push((lengths(call, at)?, *times))
            }
            _ => {
                let each = each(call, at)?.saturating_mul(*times);
                made = made.and(sum(call, |_| each));
            }
        }
    }
    let texts = sum(call, |row| {
        texts
            .iter()
            .fold(0, |sum, (lengths, times)| at(lengths, row).saturating_mul(*times).saturating_add(sum))
    });
    Ok(made.and(texts))
}

fn sum(call: &ScalarFunctionArgs, of_row: impl Fn(usize) -> u64) -> Made {
    let rows = if is_constant(call) { 1 } else { call.number_rows };
    (0..rows).map(of_row).fold(Made::default(), |made, row| Made {
        all: made.all.saturating_add(row),
        longest: made.longest.max(row),
    })
}

/// Whether a call makes one value, for all rows.
pub fn is_constant(call: &ScalarFunctionArgs) -> bool {
    call.args.iter().all(|argument| matches!(argument, ColumnarValue::Scalar(_)))
}

/// Bytes of an argument in all rows.
fn bytes(argument: &ColumnarValue, rows: usize) -> Result<u64> {
    let of = |array: &ArrayRef| Ok(array.to_data().get_slice_memory_size()? as u64);
    match argument {
        ColumnarValue::Array(array) => of(array),
        ColumnarValue::Scalar(value) => Ok(of(&value.to_array()?)?.saturating_mul(rows as u64)),
    }
}

/// Bytes of an argument in a row, on average.
fn each(call: &ScalarFunctionArgs, argument: usize) -> Result<u64> {
    let rows = call.number_rows.max(1) as u64;
    call.args.get(argument).map_or(Ok(0), |argument| Ok(bytes(argument, call.number_rows)? / rows))
}

/// An argument: as long as there are rows, or a single value for all of them.
fn array(call: &ScalarFunctionArgs, argument: usize) -> Result<ArrayRef> {
    match call.args.get(argument) {
        Some(ColumnarValue::Array(array)) => Ok(array.clone()),
        Some(ColumnarValue::Scalar(value)) => value.to_array(),
        None => ScalarValue::Null.to_array(),
    }
}

fn numbers(call: &ScalarFunctionArgs, argument: usize) -> Result<ArrayRef> {
    Ok(cast(&array(call, argument)?, &DataType::Int64)?)
}

/// Bytes of texts, entries of lists.
fn lengths(call: &ScalarFunctionArgs, argument: usize) -> Result<ArrayRef> {
    let values = array(call, argument)?;
    let is_null = *values.data_type() == DataType::Null;
    Ok(if is_null { values } else { cast(&length(&values)?, &DataType::Int64)? })
}

fn texts(call: &ScalarFunctionArgs, argument: usize) -> Result<Option<ArrayRef>> {
    let values = array(call, argument)?;
    let is_null = *values.data_type() == DataType::Null;
    Ok(if is_null { None } else { Some(cast(&values, &DataType::Utf8)?) })
}

fn text_at(texts: &ArrayRef, row: usize) -> &str {
    let texts = texts.as_string::<i32>();
    let row = if texts.len() == 1 { 0 } else { row };
    if texts.is_null(row) { "" } else { texts.value(row) }
}

fn signed_at(numbers: &ArrayRef, row: usize) -> Option<i64> {
    let numbers = numbers.as_primitive_opt::<Int64Type>()?;
    let row = if numbers.len() == 1 { 0 } else { row };
    numbers.is_valid(row).then(|| numbers.value(row))
}

/// The number of a row; none for less than nothing.
fn at(numbers: &ArrayRef, row: usize) -> u64 {
    signed_at(numbers, row).and_then(|number| u64::try_from(number).ok()).unwrap_or(0)
}
