//! Gauss's hypergeometric function 2F1(a, b; c; z) for real arguments, z < 1.
//!
//! The power series where it converges fast; towards z = 1 the differential equation is followed by Taylor steps
//! (Abramowitz and Stegun 15.5.1), each halving the distance to 1. Unlike the connection formula in 1 − z this
//! has no trouble when c − a − b is a whole number.

const SERIES_UP_TO: f64 = 0.8;

/// 2F1(a, b; c; z). NaN for z ≥ 1 (unless the series ends) and for `c` zero or a negative whole number.
pub fn hyp2f1(a: f64, b: f64, c: f64, z: f64) -> f64 {
    if z.is_nan() || (c <= 0.0 && c == c.floor()) {
        return f64::NAN;
    }
    if z < 0.0 {
        let (near, far) = if a < b { (a, b) } else { (b, a) };
        return (1.0 - z).powf(-near) * hyp2f1(near, c - far, c, z / (z - 1.0));
    }
    let ends = [a, b].iter().any(|&p| p <= 0.0 && p == p.floor());
    if z >= 1.0 && !ends {
        return f64::NAN;
    }
    if ends { series(a, b, c, z).value() } else { by_best_way(a, b, c, z).value() }
}

/// ln 2F1(a, b; c; z) for positive `a`, `b`, `c` and 0 ≤ z < 1, where the function itself may overflow.
pub fn ln_hyp2f1(a: f64, b: f64, c: f64, z: f64) -> f64 {
    if c > a && c > b && a + b > c {
        // Euler's transformation (Abramowitz and Stegun 15.3.3) keeps every term positive, and smaller.
        return (c - a - b) * (-z).ln_1p() + ln_hyp2f1(c - a, c - b, c, z);
    }
    let scaled = by_best_way(a, b, c, z);
    scaled.mantissa.ln() + scaled.exponent
}

/// Large parameters make the differential equation stiff, so they stay with the series, however long.
fn by_best_way(a: f64, b: f64, c: f64, z: f64) -> Scaled {
    let mild = [a, b, c].iter().all(|p| p.abs() < 12.0);
    if z <= SERIES_UP_TO || !mild { series(a, b, c, z) } else { towards_one(a, b, c, z) }
}

/// mantissa · e^exponent.
struct Scaled {
    mantissa: f64,
    exponent: f64,
}

impl Scaled {
    fn value(&self) -> f64 {
        if self.exponent == 0.0 { self.mantissa } else { self.mantissa * self.exponent.exp() }
    }
}

/// Numbers are brought back to the middle of the range when they pass this.
const LARGE: f64 = 1e250;

fn series(a: f64, b: f64, c: f64, z: f64) -> Scaled {
    let (mut term, mut sum, mut exponent, mut n) = (1.0, 1.0, 0.0, 0.0);
    for _ in 0..1_000_000 {
        let factor = (a + n) * (b + n) / ((c + n) * (n + 1.0)) * z;
        term *= factor;
        sum += term;
        n += 1.0;
        if f64::abs(sum) > LARGE {
            sum /= LARGE;
            term /= LARGE;
            exponent += LARGE.ln();
        }
        if term == 0.0 || (f64::abs(term) < f64::abs(sum) * 1e-17 && f64::abs(factor) < 1.0) {
            break;
        }
    }
    Scaled { mantissa: sum, exponent }
}

/// From z = 1/2 on, follows value and slope along the differential equation.
fn towards_one(a: f64, b: f64, c: f64, z: f64) -> Scaled {
    let start = series(a, b, c, 0.5);
    let slope = series(a + 1.0, b + 1.0, c + 1.0, 0.5);
    let mut at = 0.5;
    let mut value = start.mantissa;
    let mut exponent = start.exponent;
    let mut derivative = a * b / c * slope.mantissa * (slope.exponent - exponent).exp();
    while at < z {
        let step = (0.5 * (1.0 - at)).min(z - at);
        (value, derivative) = taylor_step(a, b, c, at, step, value, derivative);
        at = if step == z - at { z } else { at + step };
        if value.abs() > LARGE || derivative.abs() > LARGE {
            value /= LARGE;
            derivative /= LARGE;
            exponent += LARGE.ln();
        }
    }
    Scaled { mantissa: value, exponent }
}

/// Value and slope at `at` + `step`, from those at `at`: u_n is the n-th Taylor coefficient times step^n.
fn taylor_step(a: f64, b: f64, c: f64, at: f64, step: f64, value: f64, slope: f64) -> (f64, f64) {
    let lead = at * (1.0 - at);
    let (mut u0, mut u1) = (value, slope * step);
    let (mut sum, mut slope_sum) = (u0 + u1, u1);
    let mut n = 0.0;
    for _ in 0..2_000 {
        let first = (n + 1.0) * (n * (1.0 - 2.0 * at) + c - (a + b + 1.0) * at) * u1 * step;
        let second = (n + a) * (n + b) * u0 * step * step;
        let u2 = (second - first) / (lead * (n + 1.0) * (n + 2.0));
        sum += u2;
        slope_sum += (n + 2.0) * u2;
        let small = |u: f64| (n + 2.0) * u.abs() <= 1e-17 * sum.abs().min(slope_sum.abs());
        if small(u1) && small(u2) {
            break;
        }
        (u0, u1) = (u1, u2);
        n += 1.0;
    }
    (sum, slope_sum / step)
}
