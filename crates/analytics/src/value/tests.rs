//! Small data: published figures, identities between formulas, and refusals.

use super::*;
use crate::{Error, Silent, special};

#[track_caller]
fn check(actual: f64, expected: f64, relative: f64) {
    let error = (actual - expected).abs() / expected.abs().max(1e-300);
    assert!(error <= relative, "{actual} is not {expected}: off by {error:e}");
}

/// Rounded estimates for CDNOW (Fader, Hardie and Lee 2005, table 2).
const CDNOW: BgNbd = BgNbd { r: 0.243, alpha: 4.414, a: 0.793, b: 2.426 };
const CDNOW_PARETO: ParetoNbd = ParetoNbd { r: 0.553, alpha: 10.578, s: 0.606, beta: 11.669 };
const SOMEBODY: History = History { x: 2.0, t_x: 30.43, t: 38.86 };

/// Customers drawn from a model: observed for 30 to 52 units of time.
fn draw_histories(model: &dyn Buying, customers: usize, seed: u64) -> Histories {
    let mut random = Random::new(seed);
    let mut histories = Histories::default();
    for i in 0..customers {
        let t = 30.0 + (i % 23) as f64;
        let (mut x, mut t_x) = (0.0, 0.0);
        model.simulate(&History { x: 0.0, t_x: 0.0, t: 0.0 }, t, &mut random, &mut |time| {
            (x, t_x) = (x + 1.0, time)
        });
        histories.customer.push(i as u32);
        histories.x.push(x);
        histories.t_x.push(t_x);
        histories.t.push(t);
        histories.mean_value.push(0.0);
    }
    histories
}

fn mean_of_futures(model: &dyn Buying, history: &History, horizon: f64) -> f64 {
    let mut random = Random::new(5);
    let mut count = 0u32;
    (0..200_000).for_each(|_| model.simulate(history, horizon, &mut random, &mut |_| count += 1));
    f64::from(count) / 200_000.0
}

#[test]
fn somebody_who_bought_twice_is_expected_to_buy_1_226_times() {
    check(CDNOW.expected_purchases(&SOMEBODY, 39.0), 1.226, 1e-3);
    check(CDNOW.p_alive(&SOMEBODY), 0.7266, 1e-3);
}

#[test]
fn the_bgnbd_likelihood_is_its_two_terms() {
    let BgNbd { r, alpha, a, b } = CDNOW;
    let History { x, t_x, t } = SOMEBODY;
    let purchases = (special::ln_gamma(r + x) - special::ln_gamma(r)).exp() * alpha.powf(r);
    let alive = (special::ln_beta(a, b + x) - special::ln_beta(a, b)).exp() / (alpha + t).powf(r + x);
    let gone =
        (special::ln_beta(a + 1.0, b + x - 1.0) - special::ln_beta(a, b)).exp() / (alpha + t_x).powf(r + x);
    check(CDNOW.log_likelihood(&SOMEBODY), (purchases * (alive + gone)).ln(), 1e-12);
    check(CDNOW.p_alive(&SOMEBODY), alive / (alive + gone), 1e-12);
}

#[test]
fn expected_purchases_meet_the_hypergeometric_formula_and_pass_a_equal_one() {
    for a in [0.4, 0.793, 1.4, 2.5, 6.0] {
        let model = BgNbd { a, ..CDNOW };
        let BgNbd { r, alpha, b, .. } = model;
        let History { x, t, .. } = SOMEBODY;
        let z = 39.0 / (alpha + t + 39.0);
        let inner = special::hyp2f1(r + x, b + x, a + b + x - 1.0, z) * (1.0 - z).powf(r + x);
        let formula = (a + b + x - 1.0) / (a - 1.0) * (1.0 - inner) * model.p_alive(&SOMEBODY);
        check(model.expected_purchases(&SOMEBODY, 39.0), formula, 1e-11);
    }
    let at = |a| BgNbd { a, ..CDNOW }.expected_purchases(&SOMEBODY, 39.0);
    check(at(1.0), 0.5 * (at(1.0 - 1e-6) + at(1.0 + 1e-6)), 1e-11);
    assert_eq!(CDNOW.expected_purchases(&SOMEBODY, 0.0), 0.0);
    assert!(BgNbd { a: 3_000.0, b: 90_000.0, ..CDNOW }.expected_purchases(&SOMEBODY, 39.0) > 0.0);
}

#[test]
fn expectations_are_the_means_of_drawn_futures() {
    let models: [&dyn Buying; 2] = [&CDNOW, &CDNOW_PARETO];
    for model in models {
        check(mean_of_futures(model, &SOMEBODY, 39.0), model.expected_purchases(&SOMEBODY, 39.0), 0.02);
        let new = History { x: 0.0, t_x: 0.0, t: 0.0 };
        check(mean_of_futures(model, &new, 39.0), model.expected_of_new(39.0), 0.02);
    }
}

#[test]
fn discounted_purchases_meet_tricomi_s_function() {
    // P(alive) (r + x) / (α + T) (β + T)^s δ^(s−1) Ψ(s, s; δ (β + T)), by SciPy 1.17's hyperu and by quad.
    let histories = Histories {
        x: vec![2.0, 0.0, 26.0],
        t_x: vec![30.43, 0.0, 30.86],
        t: vec![38.86, 38.86, 31.0],
        ..Histories::default()
    };
    let found = |rate| discounted_purchases(&CDNOW_PARETO, &histories, rate, &Silent).unwrap();
    for (rate, want) in [
        (0.0027, [6.483_773_567_730_7, 0.477_136_229_032_19, 86.056_493_601_164]),
        (0.1, [0.406_744_422_721_44, 0.029_932_029_243_444, 5.689_755_471_469_6]),
    ] {
        found(rate).iter().zip(want).for_each(|(have, want)| check(*have, want, 1e-10));
    }
    // BG/NBD against a sum over small steps.
    let purchases = |time: f64| CDNOW.expected_purchases(&SOMEBODY, time);
    let step = |k: u32| {
        let (from, to) = (0.02 * f64::from(k), 0.02 * f64::from(k + 1));
        (purchases(to) - purchases(from)) * (-0.1 * (from + 0.01)).exp()
    };
    let sum: f64 = (0..20_000).map(step).sum();
    check(discounted_purchases(&CDNOW, &histories, 0.1, &Silent).unwrap()[0], sum, 1e-6);
    assert!(discounted_purchases(&CDNOW, &histories, 0.0, &Silent).is_err());
}

#[test]
fn bgnbd_finds_the_parameters_that_drew_the_data() {
    let truth = BgNbd { r: 0.8, alpha: 6.0, a: 0.9, b: 3.0 };
    let histories = draw_histories(&truth, 8_000, 3);
    let fit = fit_bgnbd(&histories, &Silent).unwrap();
    let likelihood = |model: &BgNbd| histories.iter().map(|h| model.log_likelihood(&h)).sum::<f64>();
    check(fit.log_likelihood, likelihood(&fit.model), 1e-12);
    assert!(fit.log_likelihood >= likelihood(&truth));
    let errors = fit.standard_errors.clone().unwrap();
    for (found, (true_value, error)) in [fit.model.r, fit.model.alpha, fit.model.a, fit.model.b]
        .into_iter()
        .zip([truth.r, truth.alpha, truth.a, truth.b].into_iter().zip(errors))
    {
        assert!((found - true_value).abs() < 3.5 * error, "{found} is not {true_value} ± {error}");
    }
    assert_eq!(fit, fit_bgnbd(&histories, &Silent).unwrap());
}

#[test]
fn without_drop_out_the_fit_ends_and_says_what_it_does_not_know() {
    let truth = BgNbd { r: 1.2, alpha: 6.0, a: 1e-3, b: 1e4 };
    let histories = draw_histories(&truth, 500, 4);
    let fit = fit_bgnbd(&histories, &Silent).unwrap();
    assert_eq!(fit.standard_errors, None);
    let expected = fit.model.expected_purchases(&SOMEBODY, 39.0);
    check(expected, (1.2 + 2.0) / (6.0 + 38.86) * 39.0, 0.15);
}

#[test]
fn pareto_meets_the_hypergeometric_formula() {
    let model = CDNOW_PARETO;
    let ParetoNbd { r, alpha, s, beta } = model;
    for history in
        [SOMEBODY, History { x: 0.0, t_x: 0.0, t: 38.86 }, History { x: 26.0, t_x: 30.86, t: 31.0 }]
    {
        let History { x, t_x, t } = history;
        let f = |at: f64| {
            special::hyp2f1(r + s + x, r + x, r + s + x + 1.0, (beta - alpha) / (beta + at))
                / (beta + at).powf(r + s + x)
        };
        let a0 = f(t_x) - f(t);
        let odds = s / (r + s + x) * (alpha + t).powf(r + x) * (beta + t).powf(s) * a0;
        check(model.p_alive(&history), 1.0 / (1.0 + odds), 1e-9);
    }
    let at = |s| ParetoNbd { s, ..CDNOW_PARETO }.expected_purchases(&SOMEBODY, 39.0);
    check(at(1.0), 0.5 * (at(1.0 - 1e-6) + at(1.0 + 1e-6)), 1e-10);
}

#[test]
fn pareto_finds_the_parameters_that_drew_the_data() {
    let truth = ParetoNbd { r: 0.8, alpha: 6.0, s: 0.7, beta: 12.0 };
    let histories = draw_histories(&truth, 3_000, 3);
    let fit = fit_pareto_nbd(&histories, &Silent).unwrap();
    let likelihood = |model: &ParetoNbd| histories.iter().map(|h| model.log_likelihood(&h)).sum::<f64>();
    check(fit.log_likelihood, likelihood(&fit.model), 1e-12);
    for (field, nudged) in [
        (0, ParetoNbd { r: fit.model.r * 1.01, ..fit.model }),
        (1, ParetoNbd { alpha: fit.model.alpha * 0.99, ..fit.model }),
        (2, ParetoNbd { s: fit.model.s * 1.01, ..fit.model }),
        (3, ParetoNbd { beta: fit.model.beta * 0.99, ..fit.model }),
    ] {
        assert!(likelihood(&nudged) < fit.log_likelihood, "parameter {field} is not at its best");
    }
    assert!(fit.log_likelihood >= likelihood(&truth));
}

#[test]
fn histories_that_cannot_be_fitted_are_refused() {
    let columns = |x: &[f64], t_x: &[f64], t: &[f64]| Histories {
        x: x.to_vec(),
        t_x: t_x.to_vec(),
        t: t.to_vec(),
        ..Histories::default()
    };
    let refusal = |histories: Histories| {
        let [a, b] = [fit_bgnbd(&histories, &Silent).err(), fit_pareto_nbd(&histories, &Silent).err()];
        assert_eq!(a, b);
        a.expect("a refusal").to_string()
    };
    assert_eq!(refusal(columns(&[], &[], &[])), "too few customers: 0, at least 4 are needed");
    assert_eq!(
        refusal(columns(&[0.0; 9], &[0.0; 9], &[5.0; 9])),
        "too few customers who bought again: 0, at least 2 are needed"
    );
    assert_eq!(
        refusal(columns(&[1.0; 9], &[3.0; 9], &[5.0; 9])),
        "the history is the same in every row, so nothing can be learnt from it"
    );
    assert!(refusal(columns(&[1.0; 9], &[7.0; 9], &[5.0; 9])).starts_with("t_x, row 1: does not fit"));
    assert!(refusal(columns(&[0.5; 9], &[3.0; 9], &[5.0; 9])).starts_with("x, row 1: is not a whole number"));
    assert!(refusal(columns(&[1.0; 9], &[3.0; 9], &[f64::NAN; 9])).starts_with("t, row 1"));
}

#[test]
fn a_fit_can_be_stopped() {
    let histories = draw_histories(&CDNOW, 100, 3);
    assert_eq!(fit_bgnbd(&histories, &|_share: f64| false), Err(Error::Stopped));
}

#[test]
fn gamma_gamma_shrinks_the_mean_of_few_purchases_towards_all() {
    let model = GammaGamma { p: 6.25, q: 3.74, v: 15.44 };
    check(model.population_mean(), 35.2, 2e-3);
    check(model.expected_value(1.0, 11.77), 6.25 * (15.44 + 11.77) / (6.25 + 2.74), 1e-15);
    assert_eq!(GammaGamma { q: 0.9, ..model }.population_mean(), f64::INFINITY);
}

#[test]
fn gamma_gamma_finds_the_parameters_that_drew_the_data() {
    let (p, q, v) = (4.0, 3.0, 40.0);
    let mut random = Random::new(9);
    let (mut x, mut m) = (vec![0.0; 3], vec![0.0; 3]);
    for i in 0..6_000 {
        let count = 1.0 + f64::from(i % 5);
        let rate = random.gamma(q) / v;
        x.push(count);
        m.push(random.gamma(p * count) / (count * rate));
    }
    let found = fit_gamma_gamma(&x, &m, &Silent).unwrap();
    assert_eq!(found.left_out, 3);
    assert!(found.correlation.abs() < 0.05);
    let errors = found.fit.standard_errors.clone().unwrap();
    let model = found.fit.model;
    for (actual, expected, error) in
        [(model.p, p, errors[0]), (model.q, q, errors[1]), (model.v, v, errors[2])]
    {
        assert!((actual - expected).abs() < 3.5 * error, "{actual} is not {expected} ± {error}");
    }
    let constant = fit_gamma_gamma(&[1.0; 5], &[3.0; 5], &Silent);
    assert_eq!(constant, Err(Error::Constant { column: "mean_value".to_owned() }));
}

#[test]
fn lifetime_value_lies_in_its_interval_and_repeats() {
    let histories = Histories {
        customer: vec![0, 1],
        x: vec![12.0, 0.0],
        t_x: vec![37.9, 0.0],
        t: vec![38.0, 38.0],
        mean_value: vec![50.0, 0.0],
        ..Histories::default()
    };
    let spending = GammaGamma { p: 6.25, q: 3.74, v: 15.44 };
    let plan = Plan { steps: 12, step: 4.345, discount: 0.01, margin: 0.5 };
    let futures = Futures { level: 0.8, draws: 2_000, seed: 1 };
    let values = lifetime_value(&CDNOW, &spending, &histories, &plan, &Silent).unwrap();
    let intervals =
        || lifetime_value_intervals(&CDNOW, &spending, &histories, &plan, futures, &Silent).unwrap();
    let [often, never] = intervals()[..] else { panic!("two customers") };
    assert!(often.low < values[0] && values[0] < often.high, "{} in {often:?}", values[0]);
    assert!(often.low > 0.0 && never.low == 0.0 && never.high < often.high);
    assert_eq!(intervals(), intervals());
    let undiscounted = Plan { discount: 0.0, margin: 1.0, ..plan };
    let plain = lifetime_value(&CDNOW, &spending, &histories, &undiscounted, &Silent).unwrap();
    let expected =
        CDNOW.expected_purchases(&histories.get(0), 12.0 * 4.345) * spending.expected_value(12.0, 50.0);
    check(plain[0], expected, 1e-12);
    let nothing = lifetime_value(&CDNOW, &spending, &histories, &Plan { steps: 0, ..plan }, &Silent);
    assert!(matches!(nothing, Err(Error::Parameter { .. })));
}

#[test]
fn rows_keep_their_order_on_any_number_of_cores() {
    let rows = rows::for_rows(5_000, &Silent, |row| row * row).unwrap();
    assert!(rows.iter().enumerate().all(|(row, &value)| value == row * row));
    assert_eq!(rows::for_rows(0, &Silent, |row| row), Ok(vec![]));
    assert_eq!(rows::for_rows(9, &|_share: f64| false, |row| row), Err(Error::Stopped));
}

#[test]
fn retention_curves_meet_fader_and_hardie_2007() {
    let high_end = [1000.0, 869.0, 743.0, 653.0, 593.0, 551.0, 517.0, 491.0];
    let fit = fit_shifted_beta_geometric(&high_end, &Silent).unwrap();
    check(fit.model.alpha, 0.668, 1e-3);
    check(fit.model.beta, 3.806, 1e-3);
    check(fit.log_likelihood, -1611.2, 1e-4);
    let regular = [1000.0, 631.0, 468.0, 382.0, 326.0, 289.0, 262.0, 241.0];
    let fit = fit_shifted_beta_geometric(&regular, &Silent).unwrap();
    check(fit.model.alpha, 0.704, 1e-3);
    check(fit.model.beta, 1.182, 1e-3);
    check(fit.log_likelihood, -1680.3, 1e-4);
    assert!(fit_shifted_beta_geometric(&[10.0, 10.0, 10.0], &Silent).is_err());
    assert!(fit_shifted_beta_geometric(&[10.0, 8.0, 9.0], &Silent).is_err());
}

#[test]
fn endless_renewals_are_the_sum_of_all_of_them() {
    let model = ShiftedBetaGeometric { alpha: 0.668, beta: 3.806 };
    let long: f64 =
        (3..400).map(|t| model.survival(t) / model.survival(2) / 1.1_f64.powi(t as i32 - 3)).sum();
    check(model.discounted_renewals(3, 0.1), long, 1e-10);
    let plan = Plan { steps: 397, step: 1.0, discount: 0.1, margin: 1.0 };
    let value = contract_value(|t| model.survival(t as u32), 2.0, 100.0, &plan);
    check(value, 100.0 * long / 1.1, 1e-12);
    assert_eq!(contract_value(|_| 0.0, 2.0, 100.0, &plan), 0.0);
}

#[test]
fn scores_count_cuts_below_and_recency_is_reversed() {
    let recency = [1.0, 2.0, 3.0, 4.0, 5.0];
    let scores = score_rfm(&recency, &recency, &recency, 5).unwrap();
    assert_eq!(scores.recency, [5, 4, 3, 2, 1]);
    assert_eq!(scores.frequency, [1, 2, 3, 4, 5]);
    assert_eq!(scores.recency_cuts, [1.8, 2.6, 3.4, 4.2]);
    let names: Vec<_> = scores.segment.iter().map(|segment| segment.name()).collect();
    assert_eq!(names, ["new_customers", "potential_loyalists", "need_attention", "at_risk", "cant_lose"]);
    let summary = summarise_segments(&scores.segment, &recency, &recency, &recency);
    assert_eq!(summary.iter().map(|s| s.customers).sum::<usize>(), 5);
    assert_eq!(score_rfm(&[], &[], &[], 5), Err(Error::Empty));
    let same = score_rfm(&[3.0; 4], &[3.0; 4], &[3.0; 4], 5).unwrap();
    assert_eq!((same.recency[0], same.frequency[0]), (5, 1));
    assert!(score_rfm(&[f64::NAN], &[1.0], &[1.0], 5).is_err());
}

#[test]
fn a_log_becomes_one_row_per_customer() {
    let log = PurchaseLog {
        customer: &[0, 0, 0, 2, 2, 0],
        order: &[1, 1, 2, 3, 4, 5],
        day: &[0, 0, 14, 7, 30, 40],
        amount: &[5.0, 5.0, 20.0, 1.0, 2.0, 9.0],
    };
    let table = log.rfm_table(41).unwrap();
    assert_eq!((table.recency_days[0], table.orders[0], table.amount[0]), (1.0, 3.0, 39.0));
    assert!(table.recency_days[1].is_nan() && table.orders[1] == 0.0);
    let histories = log.histories(21, 60, 7.0).unwrap();
    assert_eq!(histories.customer, [0, 2]);
    assert_eq!(histories.get(0), History { x: 1.0, t_x: 2.0, t: 3.0 });
    assert_eq!(histories.get(1), History { x: 0.0, t_x: 0.0, t: 2.0 });
    assert_eq!(
        (histories.mean_value[0], histories.later_purchases[1], histories.later_value[0]),
        (20.0, 1.0, 9.0)
    );
    let empty = PurchaseLog { customer: &[], order: &[], day: &[], amount: &[] };
    assert_eq!(empty.rfm_table(1), Err(Error::Empty));
}

#[test]
fn the_whale_curve_rises_above_all_and_falls_back() {
    let served = ProfitLine { times: &[1.0, 0.0, 5.0], unit_cost: 10.0 };
    let profit = profitability(&[100.0, 50.0, 40.0], &[30.0, 20.0, 20.0], &[served]).unwrap();
    assert_eq!(profit.profit, [60.0, 30.0, -30.0]);
    assert_eq!((profit.rank.clone(), profit.total, profit.losing), (vec![1, 2, 3], 60.0, 1));
    assert_eq!(profit.whale[5].profit, 1.5);
    assert_eq!(profit.whale[9].profit, 1.0);
    assert_eq!(profitability(&[], &[], &[]), Err(Error::Empty));
    // Of next to no revenue no share can be told, nor of a profit that is none in sum.
    let least = profitability(&[1e-300, 10.0], &[50.0, 5.0], &[]).unwrap();
    assert!(least.margin[0].is_nan() && least.margin[1] == 0.5);
    let even = profitability(&[10.0, 10.0], &[5.0, 15.0], &[]).unwrap();
    assert!(even.whale.iter().all(|point| point.profit.is_nan()));
}

#[test]
fn wallets_are_shared_by_rank_and_guessed_from_peers() {
    check(wallet_allocation(1.0, 2).unwrap(), 2.0 / 3.0, 1e-15);
    check((1..=4).map(|rank| wallet_allocation(f64::from(rank), 4).unwrap()).sum(), 1.0, 1e-15);
    assert!(wallet_allocation(3.0, 2).is_err());
    let wallet = wallet_from_peers(&[10.0, 20.0, 30.0, 7.0], &[0, 0, 0, 1], 0.5).unwrap();
    assert_eq!(wallet, [20.0, 20.0, 30.0, 7.0]);
    assert_eq!(share_of_wallet(&[10.0, 30.0], &[20.0, 15.0]).unwrap(), [0.5, 1.0]);
    assert!(share_of_wallet(&[0.0], &[0.0]).unwrap()[0].is_nan());
}

#[test]
fn a_hold_out_is_summed_up() {
    let held = check_holdout(&[1.0, 2.0, 3.0], &[2.0, 2.0, 5.0]).unwrap();
    check(held.mae, 1.0, 1e-15);
    check(held.rmse, (5.0_f64 / 3.0).sqrt(), 1e-15);
    check(held.bias, -1.0, 1e-15);
    assert_eq!(check_holdout(&[], &[]), Err(Error::Empty));
}
