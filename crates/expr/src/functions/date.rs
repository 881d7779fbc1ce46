//! Days, instants and durations. A date-time given where a day is wanted means its day in the reader's time zone.

use super::{
    Function,
    Parameter::{DateTime, Day, Duration, Number, Whole},
    Returns, signature,
};
use crate::node::Node;

/// A number read off a day.
macro_rules! part {
    ($name:literal, $function:literal, $summary:literal, $example:expr) => {
        Function {
            name: $name,
            signatures: &[signature(&[Day], Returns::Whole, |a| Node::call($function, a))],
            summary: $summary,
            example: $example,
        }
    };
}

/// The first day of a unit.
macro_rules! start {
    ($name:literal, $unit:literal, $summary:literal, $of_may_14:literal) => {
        Function {
            name: $name,
            signatures: &[signature(&[Day], Returns::Date, |mut a| {
                a.push(Node::text($unit));
                Node::call("rp_start_of", a)
            })],
            summary: $summary,
            example: (concat!($name, "(\"2026-05-14\")"), $of_may_14),
        }
    };
}

/// A duration of so many units of some seconds.
macro_rules! span {
    ($name:literal, $seconds:literal, $summary:literal, $example:expr) => {
        Function {
            name: $name,
            signatures: &[signature(&[Number], Returns::Duration, |mut a| {
                a.push(Node::number($seconds));
                Node::call("rp_multiply", a)
            })],
            summary: $summary,
            example: $example,
        }
    };
}

/// A duration counted in units of some seconds.
macro_rules! measure {
    ($name:literal, $seconds:literal, $summary:literal, $three_days:literal) => {
        Function {
            name: $name,
            signatures: &[signature(&[Duration], Returns::Number, |mut a| {
                a.push(Node::number($seconds));
                Node::call("rp_divide", a)
            })],
            summary: $summary,
            example: (concat!($name, "(days(3))"), $three_days),
        }
    };
}

pub(super) const FUNCTIONS: &[Function] = &[
    Function {
        name: "today",
        signatures: &[signature(&[], Returns::Date, |_| Node::Today)],
        summary: "the present day in the reader's time zone",
        example: ("today()", "2026-05-14"),
    },
    Function {
        name: "now",
        signatures: &[signature(&[], Returns::DateTime, |_| Node::Now)],
        summary: "the present instant",
        example: ("now()", "2026-05-14T10:00:00Z"),
    },
    Function {
        name: "days_ago",
        signatures: &[signature(&[Whole], Returns::Date, |mut a| {
            a.insert(0, Node::number(0));
            days_from(Node::Today, Node::call("rp_subtract", a))
        })],
        summary: "the day so many days before today",
        example: ("days_ago(14)", "2026-04-30"),
    },
    Function {
        name: "days_from_now",
        signatures: &[signature(&[Whole], Returns::Date, |mut a| {
            a.insert(0, Node::Today);
            Node::call("rp_add_days", a)
        })],
        summary: "the day so many days after today",
        example: ("days_from_now(30)", "2026-06-13"),
    },
    Function {
        name: "date",
        signatures: &[
            signature(&[Day], Returns::Date, |mut a| a.pop().unwrap_or(Node::Today)),
            signature(&[Whole, Whole, Whole], Returns::Date, |a| Node::call("rp_date", a)),
        ],
        summary: "the day of a date-time or of a text such as \"2026-01-31\", or the day of a year, month and day",
        example: ("date(2026, 2, 28) + 1", "2026-03-01"),
    },
    Function {
        name: "datetime",
        signatures: &[signature(&[DateTime], Returns::DateTime, |mut a| a.pop().unwrap_or(Node::Now))],
        summary: "the instant that a text says, or the first instant of a day",
        example: ("datetime(\"2026-01-31T12:00:00Z\")", "2026-01-31T12:00:00Z"),
    },
    part!("year", "rp_year", "the year of a day", ("year(\"2026-05-14\")", "2026")),
    part!("quarter", "rp_quarter", "the quarter of a day, 1 to 4", ("quarter(\"2026-05-14\")", "2")),
    part!("month", "rp_month", "the month of a day, 1 to 12", ("month(\"2026-05-14\")", "5")),
    part!(
        "week",
        "rp_week",
        "the week of a day as ISO 8601 counts them, 1 to 53",
        ("week(\"2026-05-14\")", "20")
    ),
    part!("day", "rp_day_of_month", "the day of the month, 1 to 31", ("day(\"2026-05-14\")", "14")),
    part!("weekday", "rp_weekday", "1 for Monday to 7 for Sunday", ("weekday(\"2026-05-14\")", "4")),
    Function {
        name: "hour",
        signatures: &[signature(&[DateTime], Returns::Whole, |a| zoned("rp_hour", a))],
        summary: "the hour of an instant in the reader's time zone, 0 to 23",
        example: ("hour(now())", "12"),
    },
    Function {
        name: "minute",
        signatures: &[signature(&[DateTime], Returns::Whole, |a| zoned("rp_minute", a))],
        summary: "the minute of an instant in the reader's time zone, 0 to 59",
        example: ("minute(datetime(\"2026-05-14T10:05:00Z\"))", "5"),
    },
    Function {
        name: "add_days",
        signatures: &[signature(&[Day, Whole], Returns::Date, |a| Node::call("rp_add_days", a))],
        summary: "the day so many days later; the same as `day + number`",
        example: ("add_days(\"2026-12-31\", 1)", "2027-01-01"),
    },
    Function {
        name: "add_months",
        signatures: &[signature(&[Day, Whole], Returns::Date, |a| Node::call("rp_add_months", a))],
        summary: "the same day so many months later, or the month's last",
        example: ("add_months(\"2026-01-31\", 1)", "2026-02-28"),
    },
    Function {
        name: "add_years",
        signatures: &[signature(&[Day, Whole], Returns::Date, |mut a| {
            let years = a.pop().unwrap_or(Node::number(0));
            a.push(Node::call("rp_multiply", vec![years, Node::number(12)]));
            Node::call("rp_add_months", a)
        })],
        summary: "the same day so many years later, or the month's last",
        example: ("add_years(\"2024-02-29\", 1)", "2025-02-28"),
    },
    Function {
        name: "days_between",
        signatures: &[signature(&[Day, Day], Returns::Whole, |a| Node::call("rp_days_between", a))],
        summary: "days from the first day to the second",
        example: ("days_between(\"2026-01-31\", \"2026-03-01\")", "29"),
    },
    Function {
        name: "months_between",
        signatures: &[signature(&[Day, Day], Returns::Whole, |a| Node::call("rp_months_between", a))],
        summary: "whole months from the first day to the second",
        example: ("months_between(\"2026-01-31\", \"2026-03-01\")", "1"),
    },
    start!("start_of_week", "week", "the Monday of the week that the day is in", "2026-05-11"),
    start!("start_of_month", "month", "the first day of the month that the day is in", "2026-05-01"),
    start!("start_of_quarter", "quarter", "the first day of the quarter that the day is in", "2026-04-01"),
    start!("start_of_year", "year", "the first day of the year that the day is in", "2026-01-01"),
    Function {
        name: "end_of_month",
        signatures: &[signature(&[Day], Returns::Date, |a| {
            let first = Node::call("rp_start_of", vec![first_of(a), Node::text("month")]);
            let next = Node::call("rp_add_months", vec![first, Node::number(1)]);
            days_from(next, Node::number(-1))
        })],
        summary: "the last day of the month that the day is in",
        example: ("end_of_month(\"2026-02-10\")", "2026-02-28"),
    },
    span!("minutes", 60, "a duration of so many minutes", ("in_hours(minutes(90))", "1.5")),
    span!("hours", 3_600, "a duration of so many hours", ("in_minutes(hours(2))", "120")),
    span!("days", 86_400, "a duration of so many days of 24 hours", ("in_hours(days(1.5))", "36")),
    measure!("in_minutes", 60, "a duration as a number of minutes", "4320"),
    measure!("in_hours", 3_600, "a duration as a number of hours", "72"),
    measure!("in_days", 86_400, "a duration as a number of days of 24 hours", "3"),
];

fn first_of(args: Vec<Node>) -> Node {
    args.into_iter().next().unwrap_or(Node::Today)
}

fn days_from(day: Node, days: Node) -> Node {
    Node::call("rp_add_days", vec![day, days])
}

fn zoned(name: &str, mut args: Vec<Node>) -> Node {
    args.push(Node::Zone);
    Node::call(name, args)
}
