//! Three channels, worked by hand.

use super::*;
use crate::Error;

fn path(channels: &[u32], conversions: f64, nulls: f64) -> Path<'_> {
    Path { channels, conversions, value: 10.0 * conversions, nulls }
}

/// A > B, A and B > A > C convert once each; C alone once does not.
fn small() -> Paths {
    Paths::new([
        path(&[0, 1], 1.0, 0.0),
        path(&[0], 1.0, 0.0),
        path(&[1, 0, 2], 1.0, 0.0),
        path(&[2], 0.0, 1.0),
    ])
    .unwrap()
}

fn check(actual: &[f64], expected: &[f64]) {
    assert_eq!(actual.len(), expected.len());
    for (a, e) in actual.iter().zip(expected) {
        assert!((a - e).abs() < 1e-12, "{actual:?} is not {expected:?}");
    }
}

#[test]
fn credit_goes_by_place() {
    let credit = |credit| by_position(&small(), credit).unwrap().conversions;
    check(&credit(Credit::First), &[2.0, 1.0, 0.0]);
    check(&credit(Credit::Last), &[1.0, 1.0, 1.0]);
    check(&credit(Credit::Linear), &[0.5 + 1.0 + 1.0 / 3.0, 0.5 + 1.0 / 3.0, 1.0 / 3.0]);
    check(&credit(Credit::Position { first: 0.4, last: 0.4 }), &[0.5 + 1.0 + 0.2, 0.5 + 0.4, 0.4]);
    let decayed = credit(Credit::TimeDecay { half_life: 1.0 });
    check(&decayed, &[1.0 / 3.0 + 1.0 + 2.0 / 7.0, 2.0 / 3.0 + 1.0 / 7.0, 4.0 / 7.0]);
}

#[test]
fn touches_on_even_days_decay_like_touches() {
    let times = [0.0, 7.0, 3.0, 1.0, 8.0, 15.0, 2.0];
    let by_days = by_time_decay(&small(), &times, 7.0).unwrap();
    assert_eq!(by_days, by_position(&small(), Credit::TimeDecay { half_life: 1.0 }).unwrap());
}

#[test]
fn removal_in_the_small_chain() {
    let fit = markov(&small(), 1).unwrap();
    assert!((fit.conversion_rate - 0.75).abs() < 1e-12);
    check(&fit.removal_effects, &[2.0 / 3.0, 0.5, 1.0 / 3.0]);
    check(&fit.conversions, &[4.0 / 3.0, 1.0, 2.0 / 3.0]);
    check(&fit.value, &[40.0 / 3.0, 10.0, 20.0 / 3.0]);
}

#[test]
fn a_chain_that_remembers_whole_paths_loses_exactly_the_paths_through_a_channel() {
    let fit = markov(&small(), 3).unwrap();
    check(&fit.removal_effects, &[1.0, 2.0 / 3.0, 1.0 / 3.0]);
}

#[test]
fn elimination_and_iteration_agree() {
    // 40 channels visited in a long pseudo-random order: order 2 has over 300 states, order 1 has 40.
    let mut state = 1u64;
    let mut next = move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as u32
    };
    let rows: Vec<(Vec<u32>, f64)> = (0..800)
        .map(|_| ((0..1 + next() % 6).map(|_| next() % 40).collect(), f64::from(next() % 3)))
        .collect();
    let paths = Paths::new(rows.iter().map(|(channels, hits)| path(channels, *hits, 1.0))).unwrap();
    let fit = markov(&paths, 2).unwrap();
    assert!(fit.states > 300);
    let [conversions, _, nulls] = paths.totals();
    assert!((fit.conversion_rate - conversions / (conversions + nulls)).abs() < 1e-9);
    assert!(fit.removal_effects.iter().all(|effect| (0.0..=1.0).contains(effect)));
}

#[test]
fn shapley_conversions_split_a_path_evenly() {
    check(&shapley_conversions(&small()).conversions, &[0.5 + 1.0 + 1.0 / 3.0, 0.5 + 1.0 / 3.0, 1.0 / 3.0]);
}

#[test]
fn shapley_rates_sum_to_the_rate_of_all() {
    let fit = shapley_rates(&small()).unwrap();
    assert!((fit.grand_rate - 0.75).abs() < 1e-12);
    assert!((fit.rates.iter().sum::<f64>() - 0.75).abs() < 1e-12);
    // v: A 1, B 0, C 0, AB 1, AC 1/2, BC 0, ABC 3/4.
    check(&fit.rates, &[5.0 / 6.0, 1.0 / 12.0, -1.0 / 6.0]);
}

#[test]
fn what_cannot_be_attributed_is_refused() {
    assert_eq!(Paths::new([]).unwrap_err(), Error::Empty);
    assert!(matches!(Paths::new([path(&[], 1.0, 0.0)]), Err(Error::Value { .. })));
    assert!(matches!(Paths::new([path(&[0], f64::NAN, 0.0)]), Err(Error::Value { .. })));
    let never = Paths::new([path(&[0], 0.0, 5.0)]).unwrap();
    assert_eq!(markov(&never, 1).unwrap_err(), Error::OneClass);
    assert!(markov(&small(), 0).is_err());
    assert!(by_position(&small(), Credit::TimeDecay { half_life: 0.0 }).is_err());
}
