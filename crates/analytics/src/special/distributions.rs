//! Chi-squared, Student's t, Fisher's F, gamma and beta, noncentral t: shares below and above, their logarithms, quantiles.

use super::gamma::ln_gamma;
use super::incomplete_beta::{beta_regularized, ln_both_sides};
use super::incomplete_gamma::{gamma_p, gamma_q, ln_gamma_q};
use super::normal::{normal_cdf, normal_quantile};
use super::root::{bisect, increasing_root};

/// Share of a chi-squared distribution with `df` degrees of freedom below `x`.
pub fn chi2_cdf(x: f64, df: f64) -> f64 {
    gamma_p(0.5 * df, 0.5 * x)
}

/// Share above `x`: the p-value of a chi-squared statistic.
pub fn chi2_sf(x: f64, df: f64) -> f64 {
    gamma_q(0.5 * df, 0.5 * x)
}

/// ln of [`chi2_sf`]; use it to compare p-values, which underflow from about x = 1,400 on.
pub fn ln_chi2_sf(x: f64, df: f64) -> f64 {
    ln_gamma_q(0.5 * df, 0.5 * x)
}

/// The `x` below which a share `p` of the chi-squared distribution lies.
pub fn chi2_quantile(p: f64, df: f64) -> f64 {
    2.0 * gamma_quantile(p, 0.5 * df)
}

/// The `x` below which a share `p` of the gamma distribution with this shape and rate 1 lies.
pub fn gamma_quantile(p: f64, shape: f64) -> f64 {
    match p {
        p if !(0.0..=1.0).contains(&p) => f64::NAN,
        0.0 => 0.0,
        1.0 => f64::INFINITY,
        _ => increasing_root(|x| gamma_p(shape, x), p, shape),
    }
}

/// The `x` below which a share `p` of the beta distribution with shapes `a` and `b` lies.
pub fn beta_quantile(p: f64, a: f64, b: f64) -> f64 {
    match p {
        p if !(0.0..=1.0).contains(&p) => f64::NAN,
        0.0 | 1.0 => p,
        _ => bisect(|x| beta_regularized(a, b, x) - p, 0.0, 1.0),
    }
}

/// Share of Student's t distribution below `t`.
pub fn t_cdf(t: f64, df: f64) -> f64 {
    let tail = 0.5 * t_sf_two_sided(t, df);
    if t < 0.0 { tail } else { 1.0 - tail }
}

/// Share of Student's t distribution further from zero than `t`: the two-sided p-value.
pub fn t_sf_two_sided(t: f64, df: f64) -> f64 {
    ln_t_sf_two_sided(t, df).exp()
}

/// ln of [`t_sf_two_sided`] (Abramowitz and Stegun 26.7.1).
pub fn ln_t_sf_two_sided(t: f64, df: f64) -> f64 {
    let square = t * t;
    ln_both_sides(0.5 * df, 0.5, df / (df + square), square / (df + square)).0
}

/// The `t` below which a share `p` of Student's t distribution lies.
pub fn t_quantile(p: f64, df: f64) -> f64 {
    if !(0.0..=1.0).contains(&p) {
        return f64::NAN;
    }
    if p == 0.5 {
        return 0.0;
    }
    if p == 0.0 || p == 1.0 {
        return f64::INFINITY.copysign(p - 0.5);
    }
    let tail = p.min(1.0 - p);
    let start = normal_quantile(tail).abs();
    let size = increasing_root(|t| -ln_t_sf_two_sided(t, df), -(2.0 * tail).ln(), start);
    size.copysign(p - 0.5)
}

/// Share below `t` of Student's distribution around `shift` instead of 0 (noncentral; Lenth 1989, AS 243).
pub fn noncentral_t_cdf(t: f64, df: f64, shift: f64) -> f64 {
    if !(t.is_finite() && shift.is_finite() && df > 0.0) {
        return f64::NAN;
    }
    if t < 0.0 {
        return 1.0 - noncentral_t_cdf(-t, df, -shift);
    }
    let (x, half) = (t * t / (df + t * t), 0.5 * shift * shift);
    // Terms of Poisson's law, those of whole and of half counts, from their peak outwards; e^-half may underflow.
    let term = |j: f64| {
        let whole = (j * half.max(f64::MIN_POSITIVE).ln() - half - ln_gamma(j + 1.0)).exp();
        let between = ((j + 0.5) * half.max(f64::MIN_POSITIVE).ln() - half - ln_gamma(j + 1.5)).exp();
        whole * beta_regularized(j + 0.5, 0.5 * df, x)
            + shift.signum() * between * beta_regularized(j + 1.0, 0.5 * df, x)
    };
    let peak = half.floor();
    let reach = 12.0 * half.sqrt() + 40.0;
    let (mut j, mut sum) = ((peak - reach).max(0.0), 0.0);
    while j <= peak + reach {
        sum += term(j);
        j += 1.0;
    }
    (normal_cdf(-shift) + 0.5 * sum).clamp(0.0, 1.0)
}

/// Share of Fisher's F distribution with `d1` and `d2` degrees of freedom below `f`.
pub fn f_cdf(f: f64, d1: f64, d2: f64) -> f64 {
    f_sides(f, d1, d2).1.exp()
}

/// Share above `f`: the p-value of an F statistic.
pub fn f_sf(f: f64, d1: f64, d2: f64) -> f64 {
    ln_f_sf(f, d1, d2).exp()
}

/// ln of [`f_sf`] (Abramowitz and Stegun 26.6.2).
pub fn ln_f_sf(f: f64, d1: f64, d2: f64) -> f64 {
    f_sides(f, d1, d2).0
}

fn f_sides(f: f64, d1: f64, d2: f64) -> (f64, f64) {
    let below = d2 + d1 * f;
    ln_both_sides(0.5 * d2, 0.5 * d1, d2 / below, d1 * f / below)
}
