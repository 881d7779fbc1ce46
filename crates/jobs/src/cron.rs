//! The five fields of a crontab (POSIX.1-2017, crontab, "INPUT FILES"), with `/` for steps.

use std::{fmt, str::FromStr};

use jiff::{ToSpan, Zoned, civil};

use crate::Error;

/// Days to look ahead: the 29th of February may be eight years away.
const HORIZON_DAYS: u32 = 366 * 8 + 2;

/// Minutes, hours, days of the month, months and days of the week (0 or 7 is Sunday), each a bit set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cron {
    text: String,
    minutes: u64,
    hours: u64,
    days: u64,
    months: u64,
    weekdays: u64,
    /// If both kinds of day are restricted, either will do.
    either_day: bool,
}

impl Cron {
    /// The first moment after `now` in its zone. A time that the clocks skip comes right after the gap.
    pub(crate) fn next(&self, now: &Zoned) -> Option<Zoned> {
        let mut day = now.date();
        for _ in 0..HORIZON_DAYS {
            if self.has_day(day)
                && let Some(moment) = self.first_on(day, now)
            {
                return Some(moment);
            }
            day = day.checked_add(1.day()).ok()?;
        }
        None
    }

    fn first_on(&self, day: civil::Date, now: &Zoned) -> Option<Zoned> {
        let hours = (0..24_i8).filter(|hour| has(self.hours, *hour));
        let times = hours.flat_map(|hour| {
            (0..60_i8).filter(|minute| has(self.minutes, *minute)).map(move |minute| (hour, minute))
        });
        times
            .filter_map(|(hour, minute)| day.at(hour, minute, 0, 0).to_zoned(now.time_zone().clone()).ok())
            .find(|moment| moment.timestamp() > now.timestamp())
    }

    fn has_day(&self, day: civil::Date) -> bool {
        let of_month = has(self.days, day.day());
        let of_week = has(self.weekdays, day.weekday().to_sunday_zero_offset());
        let fits = if self.either_day { of_month || of_week } else { of_month && of_week };
        fits && has(self.months, day.month())
    }
}

impl fmt::Display for Cron {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl FromStr for Cron {
    type Err = Error;

    fn from_str(text: &str) -> Result<Cron, Error> {
        let wrong = |why: String| Error::Cadence(format!("{text:?}: {why}"));
        let fields: Vec<&str> = text.split_whitespace().collect();
        let [minutes, hours, days, months, weekdays] = fields[..] else {
            return Err(wrong(format!("expected five fields, not {}", fields.len())));
        };
        let week = field(weekdays, 0, 7).map_err(wrong)?;
        Ok(Cron {
            text: fields.join(" "),
            minutes: field(minutes, 0, 59).map_err(wrong)?,
            hours: field(hours, 0, 23).map_err(wrong)?,
            days: field(days, 1, 31).map_err(wrong)?,
            months: field(months, 1, 12).map_err(wrong)?,
            weekdays: (week | week >> 7) & 0x7f,
            either_day: !days.starts_with('*') && !weekdays.starts_with('*'),
        })
    }
}

const fn has(set: u64, number: i8) -> bool {
    set >> number & 1 == 1
}

/// `*`, `5`, `1-5`, `*/10`, `0-30/10`, or several of them with commas.
fn field(text: &str, least: u32, most: u32) -> Result<u64, String> {
    let mut set = 0;
    for part in text.split(',') {
        let (range, step) = part.split_once('/').map_or((part, None), |(range, step)| (range, Some(step)));
        let step = step.map_or(Ok(1), |step| number(step, 1, most))?;
        let (from, to) = match range.split_once('-') {
            _ if range == "*" => (least, most),
            Some((from, to)) => (number(from, least, most)?, number(to, least, most)?),
            None => {
                let one = number(range, least, most)?;
                (one, if part.contains('/') { most } else { one })
            }
        };
        if from > to {
            return Err(format!("{part:?} ends before it begins"));
        }
        (from..=to).step_by(step as usize).for_each(|number| set |= 1 << number);
    }
    Ok(set)
}

fn number(text: &str, least: u32, most: u32) -> Result<u32, String> {
    let number: Option<u32> = text.parse().ok().filter(|number| (least..=most).contains(number));
    number.ok_or_else(|| format!("{text:?} is no number from {least} to {most}"))
}
