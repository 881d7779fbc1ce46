//! Relative dates: what `within last 30 days` means on a given day.

use jiff::{Span, civil::Date};

use crate::syntax::{Period, Unit, Which};

/// The first and the last day of `period`, seen from `today`; `None` beyond the calendar.
///
/// `this quarter` is the whole calendar quarter, weeks begin on Monday (ISO 8601). `last 30 days` are today and the 30
/// days before it, `next 2 months` today and the days up to the same day two months on.
pub fn bounds(period: Period, today: Date) -> Option<(Date, Date)> {
    let sign = match period.which {
        Which::Last => -1,
        Which::This => 0,
        Which::Next => 1,
    };
    match period.count {
        Some(count) => {
            let other = shift(today, period.unit, sign * i32::from(count))?;
            Some((today.min(other), today.max(other)))
        }
        None => {
            let first = shift(start_of(today, period.unit)?, period.unit, sign)?;
            Some((first, shift(first, period.unit, 1)?.yesterday().ok()?))
        }
    }
}

/// The first day of the unit that `date` is in.
pub fn start_of(date: Date, unit: Unit) -> Option<Date> {
    let first = match unit {
        Unit::Day => date,
        Unit::Week => date.checked_sub(Span::new().days(date.weekday().to_monday_zero_offset())).ok()?,
        Unit::Month => date.first_of_month(),
        Unit::Quarter => Date::new(date.year(), (date.month() - 1) / 3 * 3 + 1, 1).ok()?,
        Unit::Year => date.first_of_year(),
    };
    Some(first)
}

fn shift(date: Date, unit: Unit, count: i32) -> Option<Date> {
    let span = match unit {
        Unit::Day => Span::new().days(count),
        Unit::Week => Span::new().weeks(count),
        Unit::Month => Span::new().months(count),
        Unit::Quarter => Span::new().months(count * 3),
        Unit::Year => Span::new().years(count),
    };
    date.checked_add(span).ok()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn check(text: &str, expected: &str) {
        let tree = crate::parse(&format!("d within {text}")).expect(text);
        let crate::syntax::Kind::Within { period, .. } = tree.kind else { panic!("{text}") };
        let (first, last) = bounds(period, date(2026, 5, 14)).expect(text);
        assert_eq!(format!("{first} {last}"), expected, "{text}");
    }

    #[test]
    fn periods_are_seen_from_today() {
        check("today", "2026-05-14 2026-05-14");
        check("yesterday", "2026-05-13 2026-05-13");
        check("this week", "2026-05-11 2026-05-17");
        check("last month", "2026-04-01 2026-04-30");
        check("next quarter", "2026-07-01 2026-09-30");
        check("this year", "2026-01-01 2026-12-31");
        check("last 30 days", "2026-04-14 2026-05-14");
        check("next 2 months", "2026-05-14 2026-07-14");
        check("last 1 week", "2026-05-07 2026-05-14");
    }
}
