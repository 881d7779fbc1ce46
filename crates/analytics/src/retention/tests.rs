//! Small data: Freireich's leukaemia remissions (1963) with published results, hand-made cohorts, refusals.

use super::*;
use crate::{Error, Silent, value::Histories};

#[track_caller]
fn check(actual: f64, expected: f64, distance: f64) {
    assert!((actual - expected).abs() <= distance, "{actual} is not {expected}");
}

/// Weeks in remission, whether it ended, and whether the patient had the placebo (Freireich et al. 1963).
pub(super) fn remissions() -> (Vec<f64>, Vec<bool>, Vec<f64>) {
    let treated = [6.0, 6.0, 6.0, 6.0, 7.0, 9.0, 10.0, 10.0, 11.0, 13.0, 16.0, 17.0, 19.0, 20.0, 22.0, 23.0];
    let treated_late = [25.0, 32.0, 32.0, 34.0, 35.0];
    let ended = [
        true, true, true, false, true, false, true, false, false, true, true, false, false, false, true, true,
    ];
    let placebo =
        [1.0, 1.0, 2.0, 2.0, 3.0, 4.0, 4.0, 5.0, 5.0, 8.0, 8.0, 8.0, 8.0, 11.0, 11.0, 12.0, 12.0, 15.0, 17.0];
    let placebo_late = [22.0, 23.0];
    let time = [&treated[..], &treated_late, &placebo, &placebo_late].concat();
    let event = [&ended[..], &[false; 5], &[true; 21]].concat();
    let group = [[0.0; 21], [1.0; 21]].concat();
    (time, event, group)
}

#[test]
fn the_curve_of_the_treated_is_the_textbook_one() {
    let (time, event, _) = remissions();
    let curve = kaplan_meier(&time[..21], &event[..21], 0.95, Scale::LogLog).unwrap();
    for (weeks, share, error) in [(6.0, 0.857, 0.0764), (10.0, 0.753, 0.0963), (23.0, 0.448, 0.1346)] {
        check(curve.survival_at(weeks), share, 5e-4);
        check(curve.standard_error[curve.row_at(weeks).unwrap()], error, 5e-4);
    }
    assert_eq!(curve.median(), Some(23.0));
    assert_eq!(curve.quantile_interval(0.5), (Some(13.0), None));
    assert_eq!((curve.at_risk_at(10.0), curve.at_risk_at(99.0)), (15.0, 0.0));
    assert_eq!(curve.survival_at(1.0), 1.0);
    let placebo = kaplan_meier(&time[21..], &event[21..], 0.95, Scale::LogLog).unwrap();
    assert_eq!(placebo.median(), Some(8.0));
    check(placebo.restricted_mean(100.0), time[21..].iter().sum::<f64>() / 21.0, 1e-12);
    assert!(placebo.low.last().unwrap().is_nan());
}

#[test]
fn the_log_rank_test_tells_treated_from_placebo() {
    let (time, event, group) = remissions();
    let group: Vec<u32> = group.iter().map(|&g| g as u32).collect();
    let test = log_rank(&time, &event, &group, None, TimeWeight::Even).unwrap();
    check(test.chi2, 16.793, 1e-3);
    check(test.ln_p.exp(), 4.17e-5, 1e-7);
    assert_eq!(test.observed, [9.0, 21.0]);
    check(test.expected[0], 19.25, 5e-3);
    assert!(matches!(log_rank(&time, &event, &[0; 42], None, TimeWeight::Even), Err(Error::TooFew { .. })));
    assert!(matches!(
        log_rank(&time, &event, &[u32::MAX; 42], None, TimeWeight::Even),
        Err(Error::TooFew { .. })
    ));
}

#[test]
fn weighted_times_and_the_score_test_of_proportionality_are_those_of_r() {
    let (time, event, group) = remissions();
    let codes: Vec<u32> = group.iter().map(|&g| g as u32).collect();
    let early = log_rank(&time, &event, &codes, None, TimeWeight::Survival { p: 1.0, q: 0.0 }).unwrap();
    check(early.chi2, 14.457_150_818_7, 1e-9);
    // R 4.2, survival 3.5: survdiff(rho = 1); cox.zph of a fit with a second column 0, 1, 2, 0, …
    let third: Vec<f64> = (0..42).map(|row| f64::from(row % 3)).collect();
    let (columns, names) = ([&group[..], &third[..]], ["placebo", "third"]);
    for (ties, clock, want) in [
        (Ties::Efron, Clock::Survival, [0.002_086_685, 0.237_388_578, 0.239_622_424]),
        (Ties::Efron, Clock::Time, [0.013_418_049, 0.114_537_188, 0.161_449_155]),
        (Ties::Breslow, Clock::Survival, [0.023_236_690, 0.245_440_925, 0.248_895_371]),
        (Ties::Breslow, Clock::Time, [0.000_107_667, 0.122_704_249, 0.130_490_487]),
    ] {
        let fit = fit_cox(&CoxData::new(&time, &event, &columns, &names), ties, &Silent).unwrap();
        let tests = fit
            .proportionality_by_score(&CoxData::new(&time, &event, &columns, &names), ties, clock)
            .unwrap();
        tests.iter().zip(want).for_each(|(test, want)| check(test.chi2, want, 1e-6));
    }
}

#[test]
fn cox_meets_the_published_estimates_with_both_ties() {
    let (time, event, group) = remissions();
    let fit = |ties| fit_cox(&CoxData::new(&time, &event, &[&group], &["placebo"]), ties, &Silent).unwrap();
    let (efron, breslow) = (fit(Ties::Efron), fit(Ties::Breslow));
    check(efron.model.coefficients[0], 1.5721, 1e-4);
    check(efron.standard_errors[0], 0.4124, 1e-4);
    check(breslow.model.coefficients[0], 1.5092, 1e-4);
    check(breslow.standard_errors[0], 0.4096, 1e-4);
    check(efron.concordance, 0.690, 1e-3);
    let (factor, low, high) = efron.hazard_ratios(0.95)[0];
    assert!(low < factor && factor < high && (factor - 4.817).abs() < 1e-3);
    let tests = efron
        .proportionality(&CoxData::new(&time, &event, &[&group], &["placebo"]), Ties::Efron, Clock::Survival)
        .unwrap();
    assert!(tests[0].ln_p.exp() > 0.5, "{tests:?}");
    check(tests[0].chi2, tests[1].chi2, 1e-12);
}

#[test]
fn strata_weights_and_robust_errors_are_those_of_r() {
    let (time, event, group) = remissions();
    let rows = || (0..42).map(|row| row as f64);
    let (third, weights): (Vec<f64>, Vec<f64>) = rows().map(|row| (row % 3.0, 1.0 + row % 4.0 / 2.0)).unzip();
    let strata: Vec<u32> = (0..42).map(|row| row % 2).collect();
    let (columns, names) = ([&group[..], &third[..]], ["placebo", "third"]);
    let even = CoxData::new(&time, &event, &columns, &names);
    let data = CoxData { strata: Some(&strata), weights: Some(&weights), ..even };
    // R 4.2, survival 3.5: coxph(Surv(time, event) ~ placebo + third + strata(s), weights = w); for each way of ties
    // coefficients, standard errors, robust ones, ln likelihoods, cox.zph by survival and by time, survfit at week 10,
    // and robust standard errors without strata and weights.
    for (ties, coefficients, errors, robust, likelihoods, by_survival, by_time, stays, plain) in [
        (
            Ties::Efron,
            [1.658_268_425, -0.171_260_448],
            [0.320_990_615, 0.173_150_067],
            [0.358_864_715, 0.213_048_971],
            [-153.998_739_504, -138.676_017_077],
            [0.237_837_730, 0.974_120_491, 1.073_949_430],
            [0.160_468_797, 0.624_859_821, 0.671_300_003],
            [0.287_506_242, 0.439_226_217],
            [0.374_780_371, 0.213_262_624],
        ),
        (
            Ties::Breslow,
            [1.606_995_122, -0.168_351_457],
            [0.317_834_167, 0.172_772_495],
            [0.350_757_742, 0.207_174_129],
            [-155.288_037_743, -140.678_103_402],
            [0.423_487_075, 1.014_839_093, 1.235_313_875],
            [0.365_491_369, 0.682_007_609, 0.850_090_981],
            [0.298_838_039, 0.452_448_597],
            [0.362_530_392, 0.205_651_925],
        ),
    ] {
        let fit = fit_cox(&data, ties, &Silent).unwrap();
        let near = |have: &[f64], want: &[f64]| {
            assert_eq!(have.len(), want.len());
            have.iter().zip(want).for_each(|(have, want)| check(*have, *want, 2e-7));
        };
        near(&fit.model.coefficients, &coefficients);
        near(&fit.standard_errors, &errors);
        near(&[fit.null_log_likelihood, fit.log_likelihood], &likelihoods);
        check(fit.concordance, 0.726_519_337, 1e-9);
        near(&[0, 1].map(|stratum| fit.model.survival(&[1.0, 1.0], stratum, 10.0)), &stays);
        for (clock, want) in [(Clock::Survival, by_survival), (Clock::Time, by_time)] {
            let tests = fit.proportionality_by_score(&data, ties, clock).unwrap();
            near(&tests.iter().map(|test| test.chi2).collect::<Vec<_>>(), &want);
        }
        near(&fit.with_robust_errors(&data, ties).unwrap().standard_errors, &robust);
        let fit = fit_cox(&even, ties, &Silent).unwrap();
        near(&fit.with_robust_errors(&even, ties).unwrap().standard_errors, &plain);
    }
    let groups: Vec<u32> = (0..42).map(|row| row % 3).collect();
    let test = log_rank(&time, &event, &groups, Some(&strata), TimeWeight::Even).unwrap();
    check(test.chi2, 0.714_438_595_887, 1e-9);
    check(test.expected[0], 4.961_065_766 + 4.254_549_978, 1e-8);
}

#[test]
fn a_row_of_weight_two_counts_as_two_rows() {
    let (time, event, group) = remissions();
    let twice = |values: &[f64]| values.iter().flat_map(|&value| [value, value]).collect::<Vec<f64>>();
    let (times, groups) = (twice(&time), twice(&group));
    let events: Vec<bool> = event.iter().flat_map(|&left| [left, left]).collect();
    let (once, each): ([&[f64]; 1], [&[f64]; 1]) = ([&group], [&groups]);
    let weighted = CoxData { weights: Some(&[2.0; 42]), ..CoxData::new(&time, &event, &once, &["placebo"]) };
    let repeated = CoxData::new(&times, &events, &each, &["placebo"]);
    let fits = [weighted, repeated].map(|data| fit_cox(&data, Ties::Breslow, &Silent).unwrap());
    check(fits[0].model.coefficients[0], fits[1].model.coefficients[0], 1e-9);
    check(fits[0].standard_errors[0], fits[1].standard_errors[0], 1e-9);
    check(fits[0].concordance, fits[1].concordance, 1e-12);
    let test = |fit: &CoxFit, data| fit.proportionality(data, Ties::Breslow, Clock::Time).unwrap()[0].chi2;
    check(test(&fits[0], &weighted), test(&fits[1], &repeated), 1e-8);
}

#[test]
fn the_cumulative_hazard_of_the_treated_is_the_textbook_one() {
    let (time, event, _) = remissions();
    let curve = kaplan_meier(&time[..21], &event[..21], 0.95, Scale::LogLog).unwrap();
    let found = curve.cumulative_hazard(HazardTies::NelsonAalen, 0.95).unwrap();
    // By hand: 3/21 + 1/17 + 1/15 + …, and the root of 3/21² + 1/17² + …
    for (weeks, hazard, error) in [(6.0, 0.1428, 0.0825), (10.0, 0.2683, 0.1212), (23.0, 0.7521, 0.2795)] {
        let row = curve.row_at(weeks).unwrap();
        check(found.hazard[row], hazard, 1e-4);
        check(found.standard_error[row], error, 1e-4);
        assert!(found.low[row] < hazard && hazard < found.high[row]);
    }
    let apart = curve.cumulative_hazard(HazardTies::FlemingHarrington, 0.95).unwrap();
    check(apart.hazard[0], 1.0 / 21.0 + 1.0 / 20.0 + 1.0 / 19.0, 1e-15);
    // Without anybody still there, the mean is a plain mean.
    let placebo = kaplan_meier(&time[21..], &event[21..], 0.95, Scale::LogLog).unwrap();
    let variance = crate::sample::variance(&time[21..]) * 20.0 / 21.0;
    check(placebo.restricted_mean_error(100.0), (variance / 21.0).sqrt(), 1e-12);
}

/// Customers of whom each was seen in two rows: until half of the time, and from then on.
struct Halved {
    time: Vec<f64>,
    entry: Vec<f64>,
    event: Vec<bool>,
    customer: Vec<u32>,
}

fn halved(time: &[f64], event: &[bool]) -> Halved {
    let rows = || (0..time.len()).flat_map(|i| [(i, 0.5), (i, 1.0)]);
    Halved {
        time: rows().map(|(i, until)| until * time[i]).collect(),
        entry: rows().map(|(i, until)| (until - 0.5) * time[i]).collect(),
        event: rows().map(|(i, until)| until == 1.0 && event[i]).collect(),
        customer: rows().map(|(i, _)| i as u32).collect(),
    }
}

#[test]
fn customers_seen_in_two_rows_count_once() {
    let (time, event, group) = remissions();
    let parts = halved(&time, &event);
    let twice = |values: &[f64]| parts.customer.iter().map(|&i| values[i as usize]).collect::<Vec<f64>>();
    let weights: Vec<f64> = (0..42).map(|row| 1.0 + f64::from(row % 4) / 2.0).collect();
    let strata: Vec<u32> = (0..42).map(|row| row % 2).collect();
    let (each, heavy) = (twice(&group), twice(&weights));
    let strata_of_parts: Vec<u32> = parts.customer.iter().map(|&i| strata[i as usize]).collect();
    let (one, two): ([&[f64]; 1], [&[f64]; 1]) = ([&group], [&each]);
    let whole = CoxData {
        strata: Some(&strata),
        weights: Some(&weights),
        ..CoxData::new(&time, &event, &one, &["placebo"])
    };
    let split = CoxData {
        entry: Some(&parts.entry),
        strata: Some(&strata_of_parts),
        weights: Some(&heavy),
        clusters: Some(&parts.customer),
        ..CoxData::new(&parts.time, &parts.event, &two, &["placebo"])
    };
    for ties in [Ties::Efron, Ties::Breslow] {
        let fits = [whole, split].map(|data| fit_cox(&data, ties, &Silent).unwrap());
        let compare = |of: &dyn Fn(&CoxFit) -> f64| check(of(&fits[1]), of(&fits[0]), 1e-8);
        compare(&|fit| fit.model.coefficients[0]);
        compare(&|fit| fit.standard_errors[0]);
        compare(&|fit| fit.log_likelihood);
        compare(&|fit| fit.concordance);
        compare(&|fit| fit.model.survival(&[1.0], 1, 10.0));
        let test = |fit: &CoxFit, data| fit.proportionality(data, ties, Clock::Survival).unwrap()[0].chi2;
        check(test(&fits[1], &split), test(&fits[0], &whole), 1e-8);
        let [a, b] = fits;
        let robust = a.with_robust_errors(&whole, ties).unwrap().standard_errors[0];
        check(b.with_robust_errors(&split, ties).unwrap().standard_errors[0], robust, 1e-8);
    }
    let curve = |time, event, entry, weights| {
        Watched { time, event, entry, weights }.curve(0.95, Scale::LogLog).unwrap()
    };
    let whole = curve(&time, &event, None, Some(&weights));
    let split = curve(&parts.time, &parts.event, Some(&parts.entry), Some(&heavy));
    for weeks in [1.0, 6.0, 10.0, 23.0] {
        check(split.survival_at(weeks), whole.survival_at(weeks), 1e-12);
        check(split.at_risk_at(weeks), whole.at_risk_at(weeks), 1e-9);
    }
    let late = Watched { time: &[2.0, 3.0], event: &[true, true], entry: Some(&[0.0, 3.0]), weights: None };
    assert!(matches!(late.curve(0.95, Scale::LogLog), Err(Error::Value { row: 1, .. })));
}

#[test]
fn a_ridge_shares_an_effect_between_twins() {
    let (time, event, group) = remissions();
    let (one, two): ([&[f64]; 1], [&[f64]; 2]) = ([&group], [&group, &group]);
    let alone = CoxData::new(&time, &event, &one, &["placebo"]);
    let twins = CoxData::new(&time, &event, &two, &["placebo", "again"]);
    let fit = |data: &CoxData, ridge| fit_cox_ridge(data, Ties::Efron, ridge, &Silent);
    let (single, both) = (fit(&alone, 2.0).unwrap(), fit(&twins, 4.0).unwrap());
    let free = fit(&alone, 0.0).unwrap();
    for k in 0..2 {
        check(2.0 * both.model.coefficients[k], single.model.coefficients[0], 1e-8);
    }
    check(both.log_likelihood, single.log_likelihood, 1e-8);
    check(both.freedom, single.freedom, 1e-8);
    assert!(single.model.coefficients[0] < free.model.coefficients[0] && single.freedom < free.freedom);
    assert_eq!(free.freedom, 1.0);
    let only_placebo: Vec<bool> = group.iter().map(|&g| g == 1.0).collect();
    let perfect = CoxData { event: &only_placebo, ..alone };
    assert!(fit(&perfect, 1.0).unwrap().model.coefficients[0] > 1.0);
    assert!(matches!(fit(&alone, -1.0), Err(Error::Parameter { .. })));
}

#[test]
fn a_customer_at_the_means_has_the_baseline_risk() {
    let (time, event, group) = remissions();
    let model =
        fit_cox(&CoxData::new(&time, &event, &[&group], &["placebo"]), Ties::Efron, &Silent).unwrap().model;
    assert_eq!(model.ln_risk(&[0.5]), 0.0);
    assert_eq!(model.survival(&[1.0], 0, 0.5), 1.0);
    assert!(model.survival(&[1.0], 0, 10.0) < model.survival(&[0.0], 0, 10.0));
    check(model.contributions(&[1.0])[0], 0.5 * model.coefficients[0], 1e-15);
}

#[test]
fn the_coefficient_of_drawn_customers_is_found() {
    let mut random = crate::Random::new(4);
    let (mut time, mut x, mut y) = (vec![], vec![], vec![]);
    for _ in 0..4_000 {
        let (a, b) = (random.normal(), 1_000.0 * random.uniform());
        time.push(random.exponential() / (0.7 * a - 0.001 * b).exp());
        x.push(a);
        y.push(b);
    }
    let event: Vec<bool> = time.iter().map(|&t| t < 2.0).collect();
    let time: Vec<f64> = time.iter().map(|t| t.min(2.0)).collect();
    let fit = fit_cox(&CoxData::new(&time, &event, &[&x, &y], &["x", "y"]), Ties::Efron, &Silent).unwrap();
    for (k, truth) in [0.7, -0.001].into_iter().enumerate() {
        check(fit.model.coefficients[k], truth, 3.0 * fit.standard_errors[k]);
    }
    assert!(fit.ln_p_of_all() < -300.0);
    let tests = fit
        .proportionality(&CoxData::new(&time, &event, &[&x, &y], &["x", "y"]), Ties::Efron, Clock::Rank)
        .unwrap();
    assert!(tests.iter().all(|test| test.ln_p.exp() > 0.001), "{tests:?}");
}

#[test]
fn a_factor_that_fades_is_found_out() {
    let mut random = crate::Random::new(6);
    let (mut time, mut x) = (vec![], vec![]);
    for i in 0..2_000 {
        let early = i % 2 == 0;
        let first = random.exponential() / if early { 4.0 } else { 1.0 };
        time.push(if first < 0.3 { first } else { 0.3 + random.exponential() });
        x.push(f64::from(u8::from(early)));
    }
    let event = vec![true; 2_000];
    let fit = fit_cox(&CoxData::new(&time, &event, &[&x], &["early"]), Ties::Efron, &Silent).unwrap();
    for clock in [Clock::Survival, Clock::Rank, Clock::Time, Clock::LnTime] {
        let tests =
            fit.proportionality(&CoxData::new(&time, &event, &[&x], &["early"]), Ties::Efron, clock).unwrap();
        assert!(tests[0].ln_p < -15.0 && tests[0].correlation < 0.0, "{clock:?} {tests:?}");
    }
}

#[test]
fn what_cannot_be_fitted_is_refused() {
    let (time, event, group) = remissions();
    let refusal = |columns: &[&[f64]], event: &[bool]| {
        let names = &["a", "b"][..columns.len()];
        fit_cox(&CoxData::new(&time, event, columns, names), Ties::Efron, &Silent).unwrap_err()
    };
    assert_eq!(refusal(&[&[1.0; 42]], &event), Error::Constant { column: "a".to_owned() });
    let twice: Vec<f64> = group.iter().map(|g| 3.0 - 2.0 * g).collect();
    assert_eq!(refusal(&[&group, &twice], &event), Error::Collinear { column: "b".to_owned() });
    assert!(matches!(refusal(&[&group], &[false; 42]), Error::TooFew { .. }));
    let only_placebo: Vec<bool> = group.iter().map(|&g| g == 1.0).collect();
    assert_eq!(refusal(&[&group], &only_placebo), Error::Separated { column: "a".to_owned() });
    assert_eq!(kaplan_meier(&[], &[], 0.95, Scale::LogLog), Err(Error::Empty));
    assert!(kaplan_meier(&[-1.0], &[true], 0.95, Scale::LogLog).is_err());
    assert!(kaplan_meier(&[f64::NAN], &[true], 0.95, Scale::LogLog).is_err());
    let column: [&[f64]; 1] = [&group];
    let even = CoxData::new(&time, &event, &column, &["a"]);
    let strata: Vec<u32> = group.iter().map(|&g| g as u32).collect();
    let within = fit_cox(&CoxData { strata: Some(&strata), ..even }, Ties::Efron, &Silent);
    assert_eq!(within, Err(Error::Constant { column: "a within each stratum".to_owned() }));
    for weight in [0.0, -1.0, f64::NAN] {
        let weighted = fit_cox(&CoxData { weights: Some(&[weight; 42]), ..even }, Ties::Efron, &Silent);
        assert!(matches!(weighted, Err(Error::Value { row: 0, .. })));
    }
    let stopped = fit_cox(&CoxData::new(&time, &event, &[&group], &["a"]), Ties::Efron, &|_share: f64| false);
    assert_eq!(stopped, Err(Error::Stopped));
}

#[test]
fn cohorts_follow_customers_from_their_first_period() {
    let found = cohorts(&[0, 1, 0, 2, 0, 2], &[5, 5, 6, 7, 6, 7], &[10.0, 20.0, 1.0, 4.0, 2.0, 5.0]).unwrap();
    assert_eq!(
        found,
        [
            Cohort { first: 5, size: 2, active: vec![2, 1, 0], revenue: vec![30.0, 3.0, 0.0] },
            Cohort { first: 7, size: 1, active: vec![1], revenue: vec![9.0] },
        ]
    );
    assert_eq!(found[0].retention(), [1.0, 0.5, 0.0]);
    assert_eq!(cohorts(&[], &[], &[]), Err(Error::Empty));
    assert!(matches!(cohorts(&[0, 1], &[i32::MIN, i32::MAX], &[1.0, 1.0]), Err(Error::Parameter { .. })));
}

#[test]
fn a_long_silence_counts_more_for_a_frequent_buyer() {
    let histories = Histories {
        x: vec![10.0, 1.0, 0.0],
        t_x: vec![20.0, 20.0, 0.0],
        t: vec![32.0, 32.0, 2.0],
        ..Histories::default()
    };
    let found = departures(&histories, 0.05).unwrap();
    assert_eq!(found[0].left_at, Some(20.0));
    assert_eq!((found[1].left_at, found[2].left_at), (None, None));
    assert!(found[0].probability < found[1].probability);
    assert!(departures(&Histories::default(), 0.05).is_err());
}
