//! The regularised incomplete beta function I_x(a, b) and its logarithm.
//!
//! Lentz's continued fraction (Abramowitz and Stegun 26.5.8) on the side of the mean where it converges fast; the
//! factor in front by Loader's formula (2000), so that large shapes lose no digits.

use super::gamma::{deviance, stirling_error};
use std::f64::consts::PI;

/// I_x(a, b): the share of a beta distribution with shapes `a` and `b` below `x`, 0 ≤ x ≤ 1.
pub fn beta_regularized(a: f64, b: f64, x: f64) -> f64 {
    ln_both_sides(a, b, x, 1.0 - x).0.exp()
}

/// ln I_x(a, b), good far below the smallest `f64`.
pub fn ln_beta_regularized(a: f64, b: f64, x: f64) -> f64 {
    ln_both_sides(a, b, x, 1.0 - x).0
}

/// ln I_x(a, b) and ln (1 − I_x(a, b)), given both `x` and `y` = 1 − x so that neither is rounded.
pub(super) fn ln_both_sides(a: f64, b: f64, x: f64, y: f64) -> (f64, f64) {
    if !(a > 0.0 && b > 0.0 && x >= 0.0 && y >= 0.0) {
        return (f64::NAN, f64::NAN);
    }
    if x == 0.0 {
        return (f64::NEG_INFINITY, 0.0);
    }
    if y == 0.0 {
        return (0.0, f64::NEG_INFINITY);
    }
    let front = ln_front(a, b, x, y);
    if x < (a + 1.0) / (a + b + 2.0) {
        let below = front - a.ln() + fraction(a, b, x).ln();
        (below, (-below.exp()).ln_1p())
    } else {
        let above = front - b.ln() + fraction(b, a, y).ln();
        ((-above.exp()).ln_1p(), above)
    }
}

/// ln of x^a y^b / B(a, b).
fn ln_front(a: f64, b: f64, x: f64, y: f64) -> f64 {
    let n = a + b;
    stirling_error(n) - stirling_error(a) - stirling_error(b) - deviance(a, n * x) - deviance(b, n * y)
        + 0.5 * (a * b / (2.0 * PI * n)).ln()
}

fn fraction(a: f64, b: f64, x: f64) -> f64 {
    const TINY: f64 = 1e-300;
    let guard = |value: f64| if value.abs() < TINY { TINY } else { value };
    let mut c = 1.0;
    let mut d = 1.0 / guard(1.0 - (a + b) * x / (a + 1.0));
    let mut fraction = d;
    for m in 1..200_000 {
        let m = f64::from(m);
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        d = 1.0 / guard(1.0 + even * d);
        c = guard(1.0 + even / c);
        fraction *= d * c;
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        d = 1.0 / guard(1.0 + odd * d);
        c = guard(1.0 + odd / c);
        fraction *= d * c;
        if (d * c - 1.0).abs() < 1e-16 {
            break;
        }
    }
    fraction
}
