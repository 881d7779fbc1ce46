//! A handful of deals, worked out by hand.

use super::*;
use Outcome::{Lost, Open, Won};

const OPENED: [i32; 6] = [0, 0, 10, 10, 20, 45];
const CLOSED: [i32; 6] = [10, 20, 40, 70, 0, 60];
const OUTCOME: [Outcome; 6] = [Won, Lost, Won, Won, Open, Won];
const VALUE: [f64; 6] = [100.0, f64::NAN, 300.0, 500.0, f64::NAN, 50.0];

fn deals(group: &[u32; 6]) -> Deals<'_> {
    Deals { group, opened: &OPENED, closed: &CLOSED, outcome: &OUTCOME, value: &VALUE }
}

#[track_caller]
fn check(actual: f64, expected: f64) {
    assert!((actual - expected).abs() <= 1e-12, "{actual} is not {expected}");
}

#[test]
fn on_day_40_two_of_three_were_won_and_two_are_open() {
    let group = [0, 0, 0, 0, 1, 0];
    let forecast = deals(&group).forecast(40, 20).unwrap();
    assert_eq!((forecast.closed, forecast.open), (3, 2));
    check(forecast.overall.rate, 2.0 / 3.0);
    assert!(forecast.by_group[1].rate.is_nan());
    // Both are worth 200, the mean of what was won; the group without a past takes the overall rate.
    check(forecast.weighted_total, 2.0 * 2.0 / 3.0 * 200.0);
    // Ages 10 won, 20 lost, 30 won, 30 and 20 open: nothing is known past 30, and of those past 20 one of one was won.
    check(forecast.by_timing, 200.0);
    check(forecast.chances[0].1, 0.0);
    check(forecast.chances[1].1, 0.5);
    check(forecast.wins, 0.5);
    check(forecast.by_risks, 100.0);
    check(forecast.spread, 100.0);
    let actual = deals(&group).actual(40, 20);
    assert_eq!((actual.won_value, actual.won, actual.new_business), (0.0, 0, 50.0));
    assert_eq!(deals(&group).actual(40, 30).won_value, 500.0);
}

#[test]
fn competing_risks_share_out_what_remains() {
    let risks = CompetingRisks::new(&[1, 2, 2, 3], &[Won, Lost, Won, Open]);
    check(risks.chance(0, 1), 0.25);
    check(risks.chance(0, 2), 0.25 + 0.75 / 3.0);
    check(risks.chance(1, 9), 1.0 / 3.0);
    check(risks.chance(3, 9), 0.0);
}

#[test]
fn deals_that_cannot_be_are_refused() {
    let group = [0; 6];
    let late = Deals { closed: &[-1; 6], ..deals(&group) };
    assert!(late.forecast(40, 20).unwrap_err().to_string().contains("before the deal was opened"));
    let unpaid = Deals { value: &[f64::NAN; 6], ..deals(&group) };
    assert!(unpaid.forecast(40, 20).is_err());
    assert!(matches!(deals(&group).forecast(5, 20), Err(Error::TooFew { .. })));
    let none = Deals { group: &[], opened: &[], closed: &[], outcome: &[], value: &[] };
    assert_eq!(none.forecast(5, 20), Err(Error::Empty));
    assert_eq!(deals(&group).win_rates(i32::MAX).unwrap().0.closed, 5);
}
