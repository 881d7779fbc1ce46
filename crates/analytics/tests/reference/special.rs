//! Special functions against mpmath's 50 digits.

use crate::shared::{close, expected, near, number};
use analytics::special;
use serde_json::Value;

fn check(name: &str, arguments: &[&str], relative: f64, function: impl Fn(&[f64]) -> f64) {
    let Some(cases) = expected("special_functions") else { return };
    for case in cases[name].as_array().expect("a list of cases") {
        let values: Vec<f64> = arguments.iter().map(|argument| number(case, argument)).collect();
        meets(name, case, function(&values), relative);
    }
}

fn meets(name: &str, case: &Value, actual: f64, relative: f64) {
    let value = number(case, "value");
    if value == 0.0 {
        close(name, actual, 0.0, 1e-15);
    } else {
        near(&format!("{name} {case}"), actual, value, relative);
    }
}

#[test]
fn special_functions_have_ten_digits() {
    check("hyp2f1", &["a", "b", "c", "z"], 1e-9, |v| special::hyp2f1(v[0], v[1], v[2], v[3]));
    check("lgamma", &["x"], 1e-10, |v| special::ln_gamma(v[0]));
    check("digamma", &["x"], 1e-10, |v| special::digamma(v[0]));
    check("chi2_log_sf", &["x", "df"], 1e-10, |v| special::ln_chi2_sf(v[0], v[1]));
    check("betainc_regularized", &["x", "a", "b"], 1e-10, |v| special::beta_regularized(v[1], v[2], v[0]));
    check("gammainc_upper_regularized", &["a", "x"], 1e-10, |v| special::gamma_q(v[0], v[1]));
    check("normal_ppf", &["p"], 1e-10, |v| special::normal_quantile(v[0]));
    check("student_t_sf_two_sided", &["t", "df"], 1e-10, |v| special::t_sf_two_sided(v[0], v[1]));
}
