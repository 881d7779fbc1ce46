//! Units of time: where one begins, what it is called, which is before it.

use jiff::{Span, ToSpan, civil::Date};

/// A unit that days are put together by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Unit {
    Year,
    Quarter,
    Month,
    /// Monday to Sunday, ISO 8601.
    Week,
    Day,
    FiscalYear,
    FiscalQuarter,
    /// 1 for Monday to 7: comes round again, so nothing is before or after it.
    Weekday,
    /// 1 to 12: likewise.
    MonthOfYear,
}

/// All units, by the names that levels have.
pub const UNITS: [(&str, Unit); 9] = [
    ("year", Unit::Year),
    ("quarter", Unit::Quarter),
    ("month", Unit::Month),
    ("week", Unit::Week),
    ("day", Unit::Day),
    ("fiscal_year", Unit::FiscalYear),
    ("fiscal_quarter", Unit::FiscalQuarter),
    ("weekday", Unit::Weekday),
    ("month_of_year", Unit::MonthOfYear),
];

impl Unit {
    pub fn named(name: &str) -> Option<Unit> {
        UNITS.iter().find(|(own, _)| *own == name).map(|(_, unit)| *unit)
    }

    pub fn name(self) -> &'static str {
        UNITS.iter().find(|(_, unit)| *unit == self).map_or("", |(name, _)| name)
    }

    /// Whether it comes round again and again.
    pub const fn is_cyclic(self) -> bool {
        matches!(self, Unit::Weekday | Unit::MonthOfYear)
    }

    /// Whether each of its periods lies within one of `other`'s.
    pub fn is_within(self, other: Unit) -> bool {
        use Unit::{Day, FiscalQuarter, FiscalYear, Month, Quarter, Week, Year};
        self == other
            || match self {
                Day => !other.is_cyclic(),
                Month => matches!(other, Quarter | Year | FiscalQuarter | FiscalYear),
                Quarter => matches!(other, Year),
                FiscalQuarter => matches!(other, FiscalYear),
                Week | Year | FiscalYear | Unit::Weekday | Unit::MonthOfYear => false,
            }
    }
}

/// Units with the month, from 1, that a fiscal year begins with. Periods are named by their first day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Calendar {
    pub fiscal_year_begins: i8,
}

impl Default for Calendar {
    fn default() -> Calendar {
        Calendar { fiscal_year_begins: 1 }
    }
}

impl Calendar {
    /// The first day of the period that a day is in; before the year -9999 there is none.
    pub fn start(self, unit: Unit, day: Date) -> Option<Date> {
        let month_start = |months_back: i8| {
            let first = Date::new(day.year(), day.month(), 1).ok()?;
            first.checked_sub(i64::from(months_back).months()).ok()
        };
        let fiscal = (day.month() - self.fiscal_year_begins).rem_euclid(12);
        match unit {
            Unit::Year => Date::new(day.year(), 1, 1).ok(),
            Unit::Quarter => month_start((day.month() - 1) % 3),
            Unit::Month => month_start(0),
            Unit::Week => {
                let back = i64::from(day.weekday().to_monday_zero_offset());
                day.checked_sub(back.days()).ok()
            }
            Unit::Day | Unit::Weekday | Unit::MonthOfYear => Some(day),
            Unit::FiscalYear => month_start(fiscal),
            Unit::FiscalQuarter => month_start(fiscal % 3),
        }
    }

    /// The last day of the period that begins on `start`.
    pub fn end(self, unit: Unit, start: Date) -> Date {
        self.shifted(unit, start, 1).and_then(|next| next.yesterday().ok()).unwrap_or(Date::MAX)
    }

    /// The period so many after the one that begins on `start`; none beyond the calendar.
    pub fn shifted(self, unit: Unit, start: Date, by: i32) -> Option<Date> {
        let by = i64::from(by);
        let span: Span = match unit {
            Unit::Year | Unit::FiscalYear => (by * 12).months(),
            Unit::Quarter | Unit::FiscalQuarter => (by * 3).months(),
            Unit::Month => by.months(),
            Unit::Week => (by * 7).days(),
            Unit::Day => by.days(),
            Unit::Weekday | Unit::MonthOfYear => return None,
        };
        start.checked_add(span).ok()
    }

    /// The same period a year before: the month of that name, the week of that number, the day of that date; none where
    /// that year has no such.
    pub fn year_ago(self, unit: Unit, start: Date) -> Option<Date> {
        match unit {
            Unit::Week => {
                let week = start.iso_week_date();
                jiff::civil::ISOWeekDate::new(week.year() - 1, week.week(), week.weekday())
                    .ok()
                    .map(|week| week.date())
            }
            Unit::Weekday | Unit::MonthOfYear => None,
            _ => Date::new(start.year().checked_sub(1)?, start.month(), start.day()).ok(),
        }
    }

    /// The first day of the year that the period belongs to: the ISO year for weeks, the fiscal one for its parts.
    pub fn year_of(self, unit: Unit, start: Date) -> Option<Date> {
        match unit {
            Unit::FiscalYear | Unit::FiscalQuarter => self.start(Unit::FiscalYear, start),
            Unit::Week => {
                let first = jiff::civil::ISOWeekDate::new(
                    start.iso_week_date().year(),
                    1,
                    jiff::civil::Weekday::Monday,
                );
                first.ok().map(|week| week.date())
            }
            _ => self.start(Unit::Year, start),
        }
    }

    /// What a period is called: `2026`, `2026-Q1`, `2026-03`, `2026-W09`, `2026-03-01`, `FY2026`, `FY2026-Q1`. A fiscal
    /// year has the name of the year that it ends in.
    pub fn name(self, unit: Unit, start: Date) -> String {
        let (year, month) = (start.year(), start.month());
        let fiscal_year = || {
            let first = self.start(Unit::FiscalYear, start).unwrap_or(start);
            self.end(Unit::FiscalYear, first).year()
        };
        match unit {
            Unit::Year => format!("{year:04}"),
            Unit::Quarter => format!("{year:04}-Q{}", (month + 2) / 3),
            Unit::Month => format!("{year:04}-{month:02}"),
            Unit::Week => {
                let week = start.iso_week_date();
                format!("{:04}-W{:02}", week.year(), week.week())
            }
            Unit::Day => start.to_string(),
            Unit::FiscalYear => format!("FY{:04}", fiscal_year()),
            Unit::FiscalQuarter => {
                let quarter = (month - self.fiscal_year_begins).rem_euclid(12) / 3 + 1;
                format!("FY{:04}-Q{quarter}", fiscal_year())
            }
            Unit::Weekday => start.weekday().to_monday_one_offset().to_string(),
            Unit::MonthOfYear => format!("{month:02}"),
        }
    }

    /// The first day of the period of that name.
    pub fn named(self, unit: Unit, name: &str) -> Option<Date> {
        let name = name.trim();
        let number = |text: &str| text.parse::<i16>().ok();
        let quarter =
            |text: &str| number(text.strip_prefix('Q')?).filter(|quarter| (1..=4).contains(quarter));
        let fiscal = |year: i16, quarter: i16| {
            let calendar_year = if self.fiscal_year_begins == 1 { year } else { year.checked_sub(1)? };
            let first = Date::new(calendar_year, self.fiscal_year_begins, 1).ok()?;
            first.checked_add((i64::from(quarter - 1) * 3).months()).ok()
        };
        match unit {
            Unit::Year => Date::new(number(name)?, 1, 1).ok(),
            Unit::Quarter => {
                let (year, part) = name.split_once('-')?;
                Date::new(number(year)?, (quarter(part)? as i8 - 1) * 3 + 1, 1).ok()
            }
            Unit::Month => {
                let (year, month) = name.split_once('-')?;
                Date::new(number(year)?, month.parse().ok()?, 1).ok()
            }
            Unit::Week => {
                let (year, week) = name.split_once("-W")?;
                let week = week.parse().ok()?;
                let monday = jiff::civil::Weekday::Monday;
                Some(jiff::civil::ISOWeekDate::new(number(year)?, week, monday).ok()?.date())
            }
            Unit::Day => name.parse().ok(),
            Unit::FiscalYear => fiscal(number(name.strip_prefix("FY")?)?, 1),
            Unit::FiscalQuarter => {
                let (year, part) = name.strip_prefix("FY")?.split_once('-')?;
                fiscal(number(year)?, quarter(part)?)
            }
            Unit::Weekday | Unit::MonthOfYear => None,
        }
    }

    /// How many periods `later` is after `earlier`.
    pub fn between(self, unit: Unit, earlier: Date, later: Date) -> i32 {
        let months = || {
            (i32::from(later.year()) - i32::from(earlier.year())) * 12
                + (i32::from(later.month()) - i32::from(earlier.month()))
        };
        let days = || earlier.until(later).map_or(0, |span| span.get_days());
        match unit {
            Unit::Year | Unit::FiscalYear => months() / 12,
            Unit::Quarter | Unit::FiscalQuarter => months() / 3,
            Unit::Month | Unit::MonthOfYear => months(),
            Unit::Week => days() / 7,
            Unit::Day | Unit::Weekday => days(),
        }
    }
}
