//! How often something repeats.

use std::{fmt, str::FromStr, time::Duration};

use jiff::{ToSpan, Unit, Zoned, civil::Time, tz::TimeZone};
use kernel::Timestamp;

use crate::{Cron, Error};

/// The shortest period: looking for what is due takes a second.
const SHORTEST: Duration = Duration::from_secs(1);

/// The moments at which something repeats. As text, `every 15m`, `daily 03:30 Europe/Berlin` or
/// `cron 0 9 * * 1-5 Europe/Berlin`.
#[derive(Clone, Debug, PartialEq)]
pub enum Cadence {
    /// At the multiples of a period since 1970, so that `every 15m` means the quarters of each hour.
    Every(Duration),
    /// Each day at a time of the clocks in a zone. Where they skip it, at the same time after midnight as before.
    Daily(Time, TimeZone),
    /// Five fields as in a crontab.
    Cron(Cron, TimeZone),
}

impl Cadence {
    /// The first moment after `now`; `None` when there is none, such as for the 30th of February.
    pub fn next(&self, now: Timestamp) -> Option<Timestamp> {
        match self {
            Cadence::Every(period) => {
                let period = i64::try_from((*period).max(SHORTEST).as_micros()).ok()?;
                let passed = now.as_microsecond().div_euclid(period);
                Timestamp::from_microsecond(passed.checked_add(1)?.checked_mul(period)?).ok()
            }
            Cadence::Daily(time, zone) => {
                let today = now.to_zoned(zone.clone()).date();
                (0..=2).find_map(|days| {
                    let day = today.checked_add(i64::from(days).days()).ok()?;
                    let moment = day.to_datetime(*time).to_zoned(zone.clone()).ok()?.timestamp();
                    (moment > now).then_some(moment)
                })
            }
            Cadence::Cron(cron, zone) => {
                cron.next(&now.to_zoned(zone.clone())).map(|zoned: Zoned| zoned.timestamp())
            }
        }
    }
}

impl fmt::Display for Cadence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Cadence::Every(period) => match period.as_secs() {
                seconds if seconds % 3600 == 0 => write!(f, "every {}h", seconds / 3600),
                seconds if seconds % 60 == 0 => write!(f, "every {}m", seconds / 60),
                seconds => write!(f, "every {seconds}s"),
            },
            Cadence::Daily(time, zone) => {
                let time = time.round(Unit::Second).unwrap_or(*time);
                write!(f, "daily {time} {}", name(zone))
            }
            Cadence::Cron(cron, zone) => write!(f, "cron {cron} {}", name(zone)),
        }
    }
}

fn name(zone: &TimeZone) -> &str {
    zone.iana_name().unwrap_or("UTC")
}

impl FromStr for Cadence {
    type Err = Error;

    fn from_str(text: &str) -> Result<Cadence, Error> {
        let wrong = |why: String| Error::Cadence(format!("{text:?}: {why}"));
        let (kind, rest) = text.trim().split_once(' ').unwrap_or((text, ""));
        match kind {
            "every" => period(rest).map(Cadence::Every).map_err(wrong),
            "daily" => {
                let (time, zone) = rest.trim().split_once(' ').unwrap_or((rest, "UTC"));
                let time = time.parse().map_err(|_| wrong("expected a time such as 03:30".to_owned()))?;
                Ok(Cadence::Daily(time, zone_of(zone).map_err(wrong)?))
            }
            "cron" => {
                let fields: Vec<&str> = rest.split_whitespace().collect();
                let (fields, zone) = match fields.len() {
                    6 => (&fields[..5], fields[5]),
                    _ => (&fields[..], "UTC"),
                };
                Ok(Cadence::Cron(fields.join(" ").parse()?, zone_of(zone).map_err(wrong)?))
            }
            _ => Err(wrong("expected it to begin with every, daily or cron".to_owned())),
        }
    }
}

fn period(text: &str) -> Result<Duration, String> {
    let text = text.trim();
    let seconds = match text.chars().last() {
        Some('s') => 1,
        Some('m') => 60,
        Some('h') => 3600,
        Some('d') => 86_400,
        _ => return Err("expected a number with s, m, h or d, such as 15m".to_owned()),
    };
    let count: u64 = text[..text.len() - 1].trim().parse().map_err(|_| format!("{text:?} is no period"))?;
    let period = count.checked_mul(seconds).filter(|period| *period > 0);
    period.map(Duration::from_secs).ok_or_else(|| format!("{text:?} is too short or too long"))
}

fn zone_of(name: &str) -> Result<TimeZone, String> {
    TimeZone::get(name.trim()).map_err(|_| format!("no time zone {name:?}"))
}
