//! When things repeat.

use jobs::Cadence;
use kernel::Timestamp;

/// The moments of `cadence` after `from`.
#[track_caller]
fn check(cadence: &str, from: &str, expected: &[&str]) {
    let parsed: Cadence = cadence.parse().unwrap();
    assert_eq!(parsed.to_string().parse::<Cadence>(), Ok(parsed.clone()), "it reads what it prints");
    let mut now: Timestamp = from.parse().unwrap();
    for moment in expected {
        now = parsed.next(now).unwrap();
        assert_eq!(now.to_string(), *moment, "{cadence} after {from}");
    }
}

#[test]
fn a_period_is_counted_from_1970() {
    check("every 15m", "2026-01-01T00:07:00Z", &["2026-01-01T00:15:00Z", "2026-01-01T00:30:00Z"]);
    check("every 90s", "2026-01-01T00:00:00Z", &["2026-01-01T00:01:30Z", "2026-01-01T00:03:00Z"]);
}

#[test]
fn a_daily_time_keeps_to_the_clocks_of_its_zone() {
    check(
        "daily 08:30 Europe/Berlin",
        "2026-03-28T00:00:00Z",
        &["2026-03-28T07:30:00Z", "2026-03-29T06:30:00Z", "2026-03-30T06:30:00Z"],
    );
}

#[test]
fn a_daily_time_that_the_clocks_skip_comes_an_hour_later() {
    check(
        "daily 02:30 Europe/Berlin",
        "2026-03-28T12:00:00Z",
        &["2026-03-29T01:30:00Z", "2026-03-30T00:30:00Z"],
    );
}

#[test]
fn a_daily_time_that_the_clocks_repeat_comes_once() {
    check(
        "daily 02:30 Europe/Berlin",
        "2026-10-24T12:00:00Z",
        &["2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"],
    );
}

#[test]
fn crontab_fields_mean_what_they_mean_in_a_crontab() {
    check("cron 0 9 * * 1-5", "2026-01-02T10:00:00Z", &["2026-01-05T09:00:00Z", "2026-01-06T09:00:00Z"]);
    check("cron */20 6,7 * * *", "2026-01-02T06:30:00Z", &["2026-01-02T06:40:00Z", "2026-01-02T07:00:00Z"]);
    check("cron 0 0 29 2 *", "2026-01-01T00:00:00Z", &["2028-02-29T00:00:00Z", "2032-02-29T00:00:00Z"]);
    check("cron 0 0 13 * 5", "2026-02-01T00:00:00Z", &["2026-02-06T00:00:00Z", "2026-02-13T00:00:00Z"]);
    check("cron 0 0 * * 7", "2026-01-01T00:00:00Z", &["2026-01-04T00:00:00Z"]);
    check("cron 5-59/25 0 1 1 *", "2026-02-01T00:00:00Z", &["2027-01-01T00:05:00Z", "2027-01-01T00:30:00Z"]);
}

#[test]
fn a_cadence_that_makes_no_sense_is_refused_and_says_why() {
    for (cadence, why) in [
        ("hourly", "expected it to begin with every, daily or cron"),
        ("every 0m", "too short"),
        ("every 5y", "expected a number with s, m, h or d"),
        ("every", "expected a number with s, m, h or d"),
        ("daily 25:00", "expected a time such as 03:30"),
        ("daily 03:00 Europe/Atlantis", "no time zone"),
        ("cron * * * *", "expected five fields, not 4"),
        ("cron 60 * * * *", "no number from 0 to 59"),
        ("cron 5-1 * * * *", "ends before it begins"),
        ("cron */0 * * * *", "no number from 1 to 59"),
    ] {
        let error = cadence.parse::<Cadence>().unwrap_err().to_string();
        assert!(error.contains(why), "{cadence}: {error}");
    }
    let never: Cadence = "cron 0 0 30 2 *".parse().unwrap();
    assert_eq!(never.next(Timestamp::UNIX_EPOCH), None);
}
