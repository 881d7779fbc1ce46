//! The regularised incomplete gamma functions P(a, x) and Q(a, x) = 1 − P, and their logarithms.
//!
//! Series below x = a + 1, Lentz's continued fraction above (Abramowitz and Stegun 6.5.29, 6.5.31); the factor
//! in front by Loader's formula, so that large `a` loses no digits.

use super::gamma::{deviance, ln_gamma, stirling_error};
use std::f64::consts::PI;

/// P(a, x), the share of a gamma distribution with shape `a` and rate 1 that lies below `x`.
pub fn gamma_p(a: f64, x: f64) -> f64 {
    if x > a + 1.0 { 1.0 - ln_upper(a, x).exp() } else { ln_gamma_p(a, x).exp() }
}

/// Q(a, x) = 1 − P(a, x).
pub fn gamma_q(a: f64, x: f64) -> f64 {
    ln_gamma_q(a, x).exp()
}

/// ln P(a, x).
pub fn ln_gamma_p(a: f64, x: f64) -> f64 {
    if !(a > 0.0 && x >= 0.0) {
        return f64::NAN;
    }
    if x == 0.0 {
        return f64::NEG_INFINITY;
    }
    if x > a + 1.0 { (-ln_upper(a, x).exp()).ln_1p() } else { ln_lower(a, x) }
}

/// ln Q(a, x): the logarithm of a p-value, good far below the smallest `f64`.
pub fn ln_gamma_q(a: f64, x: f64) -> f64 {
    if !(a > 0.0 && x >= 0.0) {
        return f64::NAN;
    }
    if x == 0.0 {
        return 0.0;
    }
    if x > a + 1.0 {
        return ln_upper(a, x);
    }
    if x < 1.0 && a < 1.0 {
        return upper_of_small(a, x).ln();
    }
    (-ln_lower(a, x).exp()).ln_1p()
}

/// ln of x^a e^−x / Γ(a + 1).
fn ln_front(a: f64, x: f64) -> f64 {
    if a < 1.0 {
        return a * x.ln() - x - ln_gamma(a + 1.0);
    }
    -stirling_error(a) - deviance(a, x) - 0.5 * (2.0 * PI * a).ln()
}

fn ln_lower(a: f64, x: f64) -> f64 {
    let (mut term, mut sum, mut n) = (1.0, 1.0, a);
    loop {
        n += 1.0;
        term *= x / n;
        sum += term;
        if term < sum * 1e-17 {
            return ln_front(a, x) + f64::ln(sum);
        }
    }
}

fn ln_upper(a: f64, x: f64) -> f64 {
    if x == f64::INFINITY {
        return f64::NEG_INFINITY;
    }
    const TINY: f64 = 1e-300;
    let mut b = x + 1.0 - a;
    let mut c = 1.0 / TINY;
    let mut d = 1.0 / b;
    let mut fraction = d;
    for n in 1..100_000 {
        let n = f64::from(n);
        let numerator = -n * (n - a);
        b += 2.0;
        d = numerator * d + b;
        d = 1.0 / if d.abs() < TINY { TINY } else { d };
        c = b + numerator / c;
        c = if c.abs() < TINY { TINY } else { c };
        fraction *= d * c;
        if (d * c - 1.0).abs() < 1e-16 {
            break;
        }
    }
    ln_front(a, x) + a.ln() + fraction.ln()
}

/// Q for small `a` and `x`, where 1 − P would cancel: 1 − x^a / Γ(a + 1) · (1 + a Σ (−x)^n / (n! (a + n))).
fn upper_of_small(a: f64, x: f64) -> f64 {
    let exponent = a * x.ln() - ln_gamma(a + 1.0);
    let (mut term, mut sum) = (1.0, 0.0);
    for n in 1..100 {
        let n = f64::from(n);
        term *= -x / n;
        let part = a * term / (a + n);
        sum += part;
        if part.abs() < 1e-18 {
            break;
        }
    }
    -exponent.exp_m1() - exponent.exp() * sum
}
