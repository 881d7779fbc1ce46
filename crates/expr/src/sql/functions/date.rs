//! Days and instants. Years run from 1 to 9999; what leaves them is empty.

use jiff::{Timestamp, civil};
use kernel::{Decimal, Value};

use super::{SqlFunction, content, decimal, whole};
use crate::{
    env::{day_in, zone_named},
    number,
    period::start_of,
    sql::Shape::{Date, Instant, Number, Text},
    syntax::Unit,
};

pub(super) const FUNCTIONS: &[SqlFunction] = &[
    // The day of an instant in the zone `b`.
    SqlFunction {
        name: "rp_day",
        parameters: &[Instant, Text],
        returns: Date,
        definition: "(a at time zone b)::date",
        body: |a| bounded(day_in(instant(a, 0)?, content(a, 1)?)?),
    },
    // The first instant of a day in the zone `b`: midnight, the earlier one where clocks go back over it.
    SqlFunction {
        name: "rp_start",
        parameters: &[Date, Text],
        returns: Instant,
        definition: "case when ((a::timestamp at time zone b) - interval '1 hour') at time zone b = a::timestamp \
                     then (a::timestamp at time zone b) - interval '1 hour' else a::timestamp at time zone b end",
        body: |a| start_of_day(day(a, 0)?, content(a, 1)?).map(Value::Instant),
    },
    SqlFunction {
        name: "rp_year",
        parameters: &[Date],
        returns: Number,
        definition: "extract(year from a)",
        body: |a| Some(Value::Int(day(a, 0)?.year().into())),
    },
    SqlFunction {
        name: "rp_quarter",
        parameters: &[Date],
        returns: Number,
        definition: "extract(quarter from a)",
        body: |a| Some(Value::Int(i64::from(day(a, 0)?.month() - 1) / 3 + 1)),
    },
    SqlFunction {
        name: "rp_month",
        parameters: &[Date],
        returns: Number,
        definition: "extract(month from a)",
        body: |a| Some(Value::Int(day(a, 0)?.month().into())),
    },
    // The week of ISO 8601.
    SqlFunction {
        name: "rp_week",
        parameters: &[Date],
        returns: Number,
        definition: "extract(week from a)",
        body: |a| Some(Value::Int(day(a, 0)?.iso_week_date().week().into())),
    },
    SqlFunction {
        name: "rp_day_of_month",
        parameters: &[Date],
        returns: Number,
        definition: "extract(day from a)",
        body: |a| Some(Value::Int(day(a, 0)?.day().into())),
    },
    // 1 for Monday to 7 for Sunday.
    SqlFunction {
        name: "rp_weekday",
        parameters: &[Date],
        returns: Number,
        definition: "extract(isodow from a)",
        body: |a| Some(Value::Int(day(a, 0)?.weekday().to_monday_one_offset().into())),
    },
    SqlFunction {
        name: "rp_hour",
        parameters: &[Instant, Text],
        returns: Number,
        definition: "extract(hour from a at time zone b)",
        body: |a| Some(Value::Int(instant(a, 0)?.to_zoned(zone_named(content(a, 1)?)?).hour().into())),
    },
    SqlFunction {
        name: "rp_minute",
        parameters: &[Instant, Text],
        returns: Number,
        definition: "extract(minute from a at time zone b)",
        body: |a| Some(Value::Int(instant(a, 0)?.to_zoned(zone_named(content(a, 1)?)?).minute().into())),
    },
    // The day of year `a`, month `b`, day `c`; empty when there is no such day.
    SqlFunction {
        name: "rp_date",
        parameters: &[Number, Number, Number],
        returns: Date,
        definition: "case when trunc(a) between 1 and 9999 and trunc(b) between 1 and 12 and trunc(c) >= 1 \
                     and trunc(c) <= extract(day from make_date(rp_clamp(a, 1, 9999)::int, \
                     rp_clamp(b, 1, 12)::int, 1) + interval '1 month' - interval '1 day') \
                     then make_date(rp_clamp(a, 1, 9999)::int, rp_clamp(b, 1, 12)::int, 1) \
                     + (rp_clamp(c, 1, 31)::int - 1) end",
        body: |a| {
            let year = i16::try_from(whole(a, 0)?).ok()?;
            let month = i8::try_from(whole(a, 1)?).ok()?;
            bounded(civil::Date::new(year, month, i8::try_from(whole(a, 2)?).ok()?).ok()?)
        },
    },
    SqlFunction {
        name: "rp_add_days",
        parameters: &[Date, Number],
        returns: Date,
        definition: "case when trunc(b) between ('0001-01-01'::date - a) and ('9999-12-31'::date - a) \
                     then a + rp_clamp(b, -4000000, 4000000)::int end",
        body: |a| {
            let span = jiff::Span::new().try_days(whole(a, 1)?).ok()?;
            bounded(day(a, 0)?.checked_add(span).ok()?)
        },
    },
    // The same day some months on; the last of the month where that has fewer days.
    SqlFunction {
        name: "rp_add_months",
        parameters: &[Date, Number],
        returns: Date,
        definition: "case when extract(year from a) * 12 + extract(month from a) - 1 + trunc(b) between 12 and 119999 \
                     then (a + make_interval(months => rp_clamp(b, -120000, 120000)::int))::date end",
        body: |a| {
            let span = jiff::Span::new().try_months(whole(a, 1)?).ok()?;
            bounded(day(a, 0)?.checked_add(span).ok()?)
        },
    },
    // Days from `a` to `b`, negative when `b` is before.
    SqlFunction {
        name: "rp_days_between",
        parameters: &[Date, Date],
        returns: Number,
        definition: "(b - a)::numeric",
        body: |a| Some(Value::Int(day(a, 0)?.until(day(a, 1)?).ok()?.get_days().into())),
    },
    // Whole months from `a` to `b`, negative when `b` is before.
    SqlFunction {
        name: "rp_months_between",
        parameters: &[Date, Date],
        returns: Number,
        definition: "case when a <= b then extract(year from age(b::timestamp, a::timestamp)) * 12 \
                     + extract(month from age(b::timestamp, a::timestamp)) \
                     else -(extract(year from age(a::timestamp, b::timestamp)) * 12 \
                     + extract(month from age(a::timestamp, b::timestamp))) end",
        body: |a| Some(Value::Int(months_between(day(a, 0)?, day(a, 1)?))),
    },
    // The first day of the week (from Monday), month, quarter or year that `a` is in; `b` is the unit's name.
    SqlFunction {
        name: "rp_start_of",
        parameters: &[Date, Text],
        returns: Date,
        definition: "case when date_trunc(b, a::timestamp)::date >= '0001-01-01'::date \
                     then date_trunc(b, a::timestamp)::date end",
        body: |a| bounded(start_of(day(a, 0)?, unit(content(a, 1)?)?)?),
    },
    // Seconds from `a` to `b`.
    SqlFunction {
        name: "rp_seconds_between",
        parameters: &[Instant, Instant],
        returns: Number,
        definition: "rp_fit((extract(epoch from b) - extract(epoch from a))::numeric)",
        body: |a| {
            let microseconds = instant(a, 1)?.as_microsecond() - instant(a, 0)?.as_microsecond();
            Some(Decimal::new(microseconds, 6).into())
        },
    },
    // An instant some seconds later, to the microsecond.
    SqlFunction {
        name: "rp_add_seconds",
        parameters: &[Instant, Number],
        returns: Instant,
        definition: "case when extract(epoch from a)::numeric + round(b, 6) between -62135596800 and 253402300799.999999 \
                     then a + interval '1 hour' * div(round(least(greatest(b, -400000000000), 400000000000), 6), 3600)::int \
                     + interval '1 microsecond' * (mod(round(least(greatest(b, -400000000000), 400000000000), 6), 3600) \
                     * 1000000)::bigint end",
        body: |a| add_seconds(instant(a, 0)?, decimal(a, 1)?).map(Value::Instant),
    },
    // The earlier of two; of one and an empty one, the one.
    SqlFunction {
        name: "rp_min_date",
        parameters: &[Date, Date],
        returns: Date,
        definition: "least(a, b)",
        body: |a| Some(day(a, 0).into_iter().chain(day(a, 1)).min()?.into()),
    },
    SqlFunction {
        name: "rp_max_date",
        parameters: &[Date, Date],
        returns: Date,
        definition: "greatest(a, b)",
        body: |a| Some(day(a, 0).into_iter().chain(day(a, 1)).max()?.into()),
    },
];

fn day(arguments: &[Value], index: usize) -> Option<civil::Date> {
    arguments.get(index)?.as_date()
}

fn instant(arguments: &[Value], index: usize) -> Option<Timestamp> {
    arguments.get(index)?.as_instant()
}

fn bounded(date: civil::Date) -> Option<Value> {
    (1..=9999).contains(&date.year()).then_some(Value::Date(date))
}

/// The first instant of `date` in the zone called `zone`.
pub(crate) fn start_of_day(date: civil::Date, zone: &str) -> Option<Timestamp> {
    zone_named(zone)?
        .to_ambiguous_zoned(date.to_datetime(civil::Time::midnight()))
        .compatible()
        .ok()
        .map(|z| z.timestamp())
}

fn unit(name: &str) -> Option<Unit> {
    Some(match name {
        "week" => Unit::Week,
        "month" => Unit::Month,
        "quarter" => Unit::Quarter,
        "year" => Unit::Year,
        _ => return None,
    })
}

fn months_between(from: civil::Date, to: civil::Date) -> i64 {
    let (early, late) = if from <= to { (from, to) } else { (to, from) };
    let count = |date: civil::Date| i64::from(date.year()) * 12 + i64::from(date.month());
    let months = count(late) - count(early) - i64::from(late.day() < early.day());
    if from <= to { months } else { -months }
}

fn add_seconds(instant: Timestamp, seconds: Decimal) -> Option<Timestamp> {
    let microseconds = number::round(seconds, 6)?.checked_mul(1_000_000.into())?;
    let moved = instant.as_microsecond().checked_add(i64::try_from(microseconds).ok()?)?;
    let bounds = -62_135_596_800_000_000..=253_402_300_799_999_999;
    if bounds.contains(&moved) { Timestamp::from_microsecond(moved).ok() } else { None }
}
