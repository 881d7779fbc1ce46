//! Days of the civil calendar as the databases count them.
//!
//! The proleptic Gregorian calendar repeats every 400 years of 146,097 days; counting years from March puts
//! the leap day at the end, so that the months before it follow one linear rule.

use jiff::civil::Date;

const DAYS_OF_ERA: i64 = 146_097;
/// From 0000-03-01 to 1970-01-01.
const EPOCH: i64 = 719_468;

/// Days since 1970-01-01.
pub fn days(date: Date) -> i64 {
    let month = i64::from(date.month());
    let year = i64::from(date.year()) - i64::from(month <= 2);
    let (era, year_of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + i64::from(date.day()) - 1;
    era * DAYS_OF_ERA + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - EPOCH
}

/// The date so many days after 1970-01-01; `None` outside of the years -9999 to 9999.
pub fn date(days: i64) -> Option<Date> {
    let days = days.checked_add(EPOCH)?;
    let (era, day) = (days.div_euclid(DAYS_OF_ERA), days.rem_euclid(DAYS_OF_ERA));
    let year_of_era = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day_of_year = day - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day_of_month = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = (month_from_march + 2) % 12 + 1;
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    Date::new(i16::try_from(year).ok()?, i8::try_from(month).ok()?, i8::try_from(day_of_month).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_dates_are_each_others_inverse_over_four_hundred_years() {
        let first = Date::constant(1600, 1, 1);
        let start = days(first);
        for (offset, expected) in first.series(jiff::Span::new().days(1)).take(150_000).enumerate() {
            let at = start + i64::try_from(offset).unwrap();
            assert_eq!((days(expected), date(at)), (at, Some(expected)));
        }
        assert_eq!(days(Date::constant(1970, 1, 1)), 0);
        assert_eq!(date(i64::MAX), None);
        assert_eq!(date(days(Date::MIN)), Some(Date::MIN));
        assert_eq!(date(days(Date::MAX)), Some(Date::MAX));
    }
}
