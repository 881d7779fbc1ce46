//! The date dimension: a row a day, with ISO weeks (ISO 8601) and the fiscal calendar.

use std::sync::Arc;

use arrow::{
    array::{ArrayRef, BooleanArray, Date32Array, Int32Array, RecordBatch, StringArray},
    datatypes::{DataType, Field, Schema},
};
use kernel::Date;

use crate::{Error, columns::days};

/// The years that the calendar has. A day beyond them has no row, and an outer join keeps what falls on it.
pub const YEARS: std::ops::RangeInclusive<i16> = 1970..=2099;

/// The calendar, with fiscal years that begin in a month (from 1). A fiscal year is called by the year it ends in.
///
/// # Errors
/// Never.
pub fn calendar(fiscal_year_begins: i8) -> Result<RecordBatch, Error> {
    let first = Date::constant(*YEARS.start(), 1, 1);
    let all: Vec<Date> =
        first.series(jiff::Span::new().days(1)).take_while(|day| day.year() <= *YEARS.end()).collect();
    let fiscal = |day: &Date| fiscal(*day, fiscal_year_begins);
    let numbers = |of: &dyn Fn(&Date) -> i32| -> ArrayRef {
        Arc::new(all.iter().map(|day| Some(of(day))).collect::<Int32Array>())
    };
    let texts = |of: &dyn Fn(&Date) -> String| -> ArrayRef {
        Arc::new(all.iter().map(|day| Some(of(day))).collect::<StringArray>())
    };
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("day", Arc::new(all.iter().map(|day| Some(days(*day))).collect::<Date32Array>())),
        ("year", numbers(&|day| day.year().into())),
        ("quarter", numbers(&|day| quarter(day.month()))),
        ("month", numbers(&|day| day.month().into())),
        ("day_of_month", numbers(&|day| day.day().into())),
        ("day_of_year", numbers(&|day| day.day_of_year().into())),
        ("year_month", texts(&|day| day.strftime("%Y-%m").to_string())),
        ("year_quarter", texts(&|day| format!("{}-Q{}", day.year(), quarter(day.month())))),
        ("iso_year", numbers(&|day| day.iso_week_date().year().into())),
        ("iso_week", numbers(&|day| day.iso_week_date().week().into())),
        (
            "iso_year_week",
            texts(&|day| {
                let week = day.iso_week_date();
                format!("{}-W{:02}", week.year(), week.week())
            }),
        ),
        ("weekday", numbers(&|day| day.weekday().to_monday_one_offset().into())),
        (
            "is_weekend",
            Arc::new(
                all.iter()
                    .map(|day| Some(day.weekday().to_monday_one_offset() > 5))
                    .collect::<BooleanArray>(),
            ),
        ),
        ("fiscal_year", numbers(&|day| fiscal(day).0)),
        ("fiscal_quarter", numbers(&|day| quarter(fiscal(day).1))),
        ("fiscal_month", numbers(&|day| fiscal(day).1.into())),
    ];
    let fields: Vec<Field> = columns
        .iter()
        .map(|(name, column)| Field::new(*name, DataType::clone(column.data_type()), false))
        .collect();
    let arrays = columns.into_iter().map(|(_, column)| column).collect();
    Ok(RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays)?)
}

fn quarter(month: i8) -> i32 {
    i32::from((month - 1) / 3 + 1)
}

/// The fiscal year, and the month in it from 1.
fn fiscal(day: Date, begins: i8) -> (i32, i8) {
    let month = (day.month() - begins).rem_euclid(12) + 1;
    let later = begins > 1 && day.month() >= begins;
    (i32::from(day.year()) + i32::from(later), month)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fiscal_year_is_called_by_the_year_it_ends_in() {
        assert_eq!(fiscal(Date::constant(2026, 3, 31), 4), (2026, 12));
        assert_eq!(fiscal(Date::constant(2026, 4, 1), 4), (2027, 1));
        assert_eq!(fiscal(Date::constant(2026, 4, 1), 1), (2026, 4));
    }

    #[test]
    fn the_first_days_of_2027_are_in_the_last_iso_week_of_2026() {
        let calendar = calendar(1).unwrap();
        let at = (days(Date::constant(2027, 1, 2))) as usize;
        let text =
            calendar.column_by_name("iso_year_week").unwrap().as_any().downcast_ref::<StringArray>().unwrap();
        assert_eq!(text.value(at), "2026-W53");
    }
}
