//! Times of an interval, which PostgreSQL has as a product: `interval '5 minutes' * floor(…)`. Tools cut time into pieces by it.

use std::sync::Arc;

use arrow::{
    array::{AsArray, IntervalMonthDayNanoArray},
    datatypes::{DataType, Float64Type, IntervalMonthDayNano, IntervalMonthDayNanoType, IntervalUnit},
};
use datafusion::{
    common::Result,
    logical_expr::{ColumnarValue, ScalarUDF, Volatility, create_udf},
};

const NANOS_OF_A_DAY: f64 = 86_400e9;
const DAYS_OF_A_MONTH: f64 = 30.0;

/// `interval_times(interval, number)`.
pub fn interval_times() -> ScalarUDF {
    let interval = DataType::Interval(IntervalUnit::MonthDayNano);
    create_udf(
        "interval_times",
        vec![interval.clone(), DataType::Float64],
        interval,
        Volatility::Immutable,
        Arc::new(multiplied),
    )
}

fn multiplied(arguments: &[ColumnarValue]) -> Result<ColumnarValue> {
    let arrays = ColumnarValue::values_to_arrays(arguments)?;
    let intervals = arrays[0].as_primitive::<IntervalMonthDayNanoType>();
    let products = intervals.iter().zip(arrays[1].as_primitive::<Float64Type>());
    let products: IntervalMonthDayNanoArray =
        products.map(|(one, times)| Some(product(one?, times?))).collect();
    Ok(ColumnarValue::Array(Arc::new(products)))
}

/// As PostgreSQL does it: parts of a month become days of thirty a month, parts of a day become time.
fn product(interval: IntervalMonthDayNano, times: f64) -> IntervalMonthDayNano {
    let months = f64::from(interval.months) * times;
    let days = f64::from(interval.days) * times + months.fract() * DAYS_OF_A_MONTH;
    let nanos = interval.nanoseconds as f64 * times + days.fract() * NANOS_OF_A_DAY;
    IntervalMonthDayNano::new(months.trunc() as i32, days.trunc() as i32, nanos.round() as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_a_month_is_days_and_a_part_of_a_day_time() {
        let month = IntervalMonthDayNano::new(1, 0, 0);
        assert_eq!(product(month, 2.0), IntervalMonthDayNano::new(2, 0, 0));
        assert_eq!(product(month, 1.5), IntervalMonthDayNano::new(1, 15, 0));
        let day = IntervalMonthDayNano::new(0, 1, 0);
        assert_eq!(product(day, 2.5), IntervalMonthDayNano::new(0, 2, 43_200_000_000_000));
    }
}
