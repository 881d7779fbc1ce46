//! Values from Abramowitz and Stegun's tables, from R, and from identities.

use super::*;

#[track_caller]
fn check(actual: f64, expected: f64, relative: f64) {
    let error = (actual - expected).abs() / expected.abs().max(1e-300);
    assert!(error <= relative, "{actual} is not {expected}: off by {error:e}");
}

#[test]
fn log_gamma_meets_exact_factorials_and_halves() {
    check(ln_gamma(5.0), 24f64.ln(), 1e-15);
    check(ln_gamma(0.5), std::f64::consts::PI.sqrt().ln(), 1e-15);
    check(ln_gamma(171.0), 706.573_062_245_787_5, 1e-15);
    check(ln_gamma(-1.5), 0.860_047_015_376_481, 1e-13);
    assert_eq!(ln_gamma(1.0), 0.0);
    assert_eq!(ln_gamma(2.0), 0.0);
    assert_eq!(gamma_sign(-0.5), -1.0);
    assert_eq!(gamma_sign(-1.5), 1.0);
}

#[test]
fn digamma_and_trigamma_are_its_derivatives() {
    check(digamma(1.0), -0.577_215_664_901_532_9, 1e-14);
    check(trigamma(1.0), std::f64::consts::PI.powi(2) / 6.0, 1e-13);
    for x in [0.3, 2.7, 40.0] {
        let h = 1e-5;
        check((ln_gamma(x + h) - ln_gamma(x - h)) / (2.0 * h), digamma(x), 1e-8);
        check((digamma(x + h) - digamma(x - h)) / (2.0 * h), trigamma(x), 1e-8);
    }
}

#[test]
fn log_beta_agrees_with_log_gamma_and_keeps_its_digits() {
    for (a, b) in [(0.3, 0.4), (3.0, 12.0), (0.5, 50.0), (20.0, 30.0)] {
        check(ln_beta(a, b), ln_gamma(a) + ln_gamma(b) - ln_gamma(a + b), 1e-12);
    }
    check(ln_beta(1.0, 1e12), -(1e12f64).ln(), 1e-15);
}

#[test]
fn the_normal_distribution_meets_its_table() {
    check(normal_cdf(1.96), 0.975_002_104_851_779_7, 1e-14);
    check(normal_sf(6.0), 9.865_876_450_376_98e-10, 1e-13);
    check(ln_normal_sf(50.0), -1_254.831_361_139_419_9, 1e-13);
    check(erf(0.5), 0.520_499_877_813_046_5, 1e-14);
    check(erf(-0.5), -0.520_499_877_813_046_5, 1e-14);
    for p in [1e-12, 0.01, 0.3, 0.8, 0.999] {
        check(normal_cdf(normal_quantile(p)), p, 1e-12);
    }
    assert_eq!(normal_quantile(0.0), f64::NEG_INFINITY);
    assert!(normal_quantile(1.5).is_nan());
}

#[test]
fn quantiles_undo_shares() {
    for df in [0.7, 1.0, 4.0, 30.0, 5_000.0] {
        for p in [1e-6, 0.05, 0.5, 0.95, 0.9999] {
            check(chi2_cdf(chi2_quantile(p, df), df), p, 1e-10);
            check(t_cdf(t_quantile(p, df), df), p, 1e-10);
            check(beta_regularized(df, 2.5, beta_quantile(p, df, 2.5)), p, 1e-9);
        }
    }
    check(chi2_quantile(0.95, 1.0), 3.841_458_820_694_124, 1e-12);
    check(t_quantile(0.975, 10.0), 2.228_138_851_986_275, 1e-12);
}

#[test]
fn f_is_t_squared_and_never_underflows_in_logarithms() {
    check(f_sf(4.0, 1.0, 10.0), t_sf_two_sided(2.0, 10.0), 1e-13);
    check(f_cdf(4.0, 1.0, 10.0) + f_sf(4.0, 1.0, 10.0), 1.0, 1e-14);
    assert!(ln_f_sf(1e5, 3.0, 5_000.0) < -5_000.0);
    check(ln_chi2_sf(2_353.0, 2.0), -1_176.5, 1e-14);
}

#[test]
fn gauss_function_meets_its_elementary_cases() {
    for z in [-3.0_f64, -0.2, 0.1, 0.5, 0.85, 0.99, 0.9999] {
        check(hyp2f1(1.0, 1.0, 2.0, z), -(-z).ln_1p() / z, 1e-12);
        check(hyp2f1(2.5, 1.3, 1.3, z), (1.0 - z).powf(-2.5), 1e-11);
    }
    for z in [0.3, 0.7, 0.95] {
        check(ln_hyp2f1(2.2, 3.1, 4.7, z), hyp2f1(2.2, 3.1, 4.7, z).ln(), 1e-11);
        check(ln_hyp2f1(800.0, 2.0, 801.0, z).exp().ln(), ln_hyp2f1(800.0, 2.0, 801.0, z), 1e-12);
    }
    assert!(ln_hyp2f1(900.0, 900.0, 5.0, 0.99).is_finite());
    assert!(hyp2f1(1.0, 1.0, 2.0, 1.0).is_nan());
    check(hyp2f1(-2.0, 3.0, 1.5, 1.0), 1.0 - 4.0 + 2.0 * 3.0 * 4.0 / (1.5 * 2.5) * 0.5, 1e-14);
}

#[test]
fn the_rule_of_gauss_integrates_what_is_smooth() {
    let rule = GaussLegendre::new(16);
    check(rule.weights.iter().sum(), 1.0, 1e-14);
    check(rule.integrate(0.0, 2.0, |x| (-3.0 * x).exp()), (1.0 - (-6.0_f64).exp()) / 3.0, 1e-13);
}

#[test]
fn noncentral_t_is_that_of_r() {
    let cases = [
        (2.0, 10.0, 1.5, 0.659154072442026),
        (-1.0, 5.0, 2.0, 0.00231637565416343),
        (30.0, 50.0, 28.0, 0.717804883119766),
        (1.2, 2.5, 0.0, 0.834280581167061),
    ];
    for (t, df, shift, want) in cases {
        let have = noncentral_t_cdf(t, df, shift);
        assert!((have - want).abs() < 1e-10, "{have}, not {want}");
    }
}
