//! Days and times written in the usual ways.

use jiff::civil::{Date, DateTime, Time};

/// Days since 1970-01-01, with the part of the day that has passed.
///
/// `2024-05-31`, `2024/05/31` and `31.5.2024`, each with a time after a blank (or `T`), and `20240531` are understood;
/// `format` is what `strptime` takes, for all others. A year of two digits could be of any century, and is not.
pub fn parse(text: &str, format: Option<&str>) -> Option<f64> {
    let text = text.trim();
    if let Some(format) = format {
        let time = DateTime::strptime(format, text).ok();
        return time.or_else(|| Date::strptime(format, text).ok().map(DateTime::from)).map(days_of);
    }
    let iso = text.trim_end_matches('Z').parse::<DateTime>().ok();
    iso.or_else(|| compact(text)).or_else(|| slashed(text)).or_else(|| dotted(text)).map(days_of)
}

/// A whole day as people write it.
pub fn written(day: i32) -> String {
    let epoch = Date::constant(1970, 1, 1);
    epoch
        .checked_add(jiff::Span::new().days(i64::from(day)))
        .map_or_else(|_| day.to_string(), |d| d.to_string())
}

/// Year and month (1 to 12) of a day.
pub fn month_of(day: i32) -> (i16, i8) {
    let epoch = Date::constant(1970, 1, 1);
    let date = epoch.checked_add(jiff::Span::new().days(i64::from(day))).unwrap_or(epoch);
    (date.year(), date.month())
}

/// A part of a day as people write it: `year`, `quarter`, `month`, `week` (ISO 8601), `weekday` or else the day.
pub fn part(day: i32, part: &str) -> String {
    let epoch = Date::constant(1970, 1, 1);
    let Ok(date) = epoch.checked_add(jiff::Span::new().days(i64::from(day))) else { return day.to_string() };
    let (year, month) = (date.year(), date.month());
    match part {
        "year" => format!("{year:04}"),
        "quarter" => format!("{year:04}-Q{}", (month + 2) / 3),
        "month" => format!("{year:04}-{month:02}"),
        "week" => {
            let week = date.iso_week_date();
            format!("{:04}-W{:02}", week.year(), week.week())
        }
        // Numbered as in ISO 8601, so that they sort as they pass.
        "weekday" => date.weekday().to_monday_one_offset().to_string(),
        _ => date.to_string(),
    }
}

fn compact(text: &str) -> Option<DateTime> {
    let digits = text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit());
    let part = |range: std::ops::Range<usize>| text.get(range)?.parse::<i16>().ok();
    let date = digits.then(|| Date::new(part(0..4)?, part(4..6)? as i8, part(6..8)? as i8).ok()).flatten();
    date.map(DateTime::from)
}

/// Year first: which of the others is the month is not known.
fn slashed(text: &str) -> Option<DateTime> {
    let year_first = text.find('/') == Some(4);
    year_first.then(|| text.replacen('/', "-", 2).parse().ok()).flatten()
}

fn dotted(text: &str) -> Option<DateTime> {
    let (date, time) = text.split_once(' ').map_or((text, None), |(date, time)| (date, Some(time)));
    let time = time.map_or(Some(Time::midnight()), |time| time.trim().parse().ok())?;
    let parts: Vec<&str> = date.split('.').collect();
    let &[day, month, year] = parts.as_slice() else { return None };
    let date = Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()?;
    (year.len() == 4).then(|| date.to_datetime(time))
}

fn days_of(time: DateTime) -> f64 {
    let epoch = Date::constant(1970, 1, 1);
    let days = epoch.until(time.date()).map_or(0, |span| span.get_days());
    let clock = time.time();
    let seconds = i32::from(clock.hour()) * 3600 + i32::from(clock.minute()) * 60 + i32::from(clock.second());
    f64::from(days) + f64::from(seconds) / 86_400.0
}
