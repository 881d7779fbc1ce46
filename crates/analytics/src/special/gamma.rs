//! Log gamma, digamma, trigamma, log beta, and Loader's two building blocks for accurate tails.

use std::f64::consts::PI;

const HALF_LN_2PI: f64 = 0.918_938_533_204_672_8;
const EULER: f64 = 0.577_215_664_901_532_9;

/// ln |Γ(x)|, to about 1e-15 (relative, absolute near the zeros at 1 and 2).
///
/// Stirling's series from 9 upwards (Abramowitz and Stegun 6.1.41), the recurrence below it, a Taylor series
/// around 1 and 2, reflection for negative arguments. Infinite at 0, −1, −2, …
pub fn ln_gamma(x: f64) -> f64 {
    if x.is_nan() || x == f64::INFINITY {
        return x;
    }
    if x <= 0.0 {
        if x == x.floor() {
            return f64::INFINITY;
        }
        return (PI / (PI * x).sin().abs()).ln() - ln_gamma(1.0 - x);
    }
    if (x - 1.0).abs() < 0.25 {
        return near_two(x - 1.0) - (x - 1.0).ln_1p();
    }
    if (x - 2.0).abs() < 0.25 {
        return near_two(x - 2.0);
    }
    let (shifted, product) = shift_up(x);
    stirling(shifted) - product.ln()
}

/// The sign of Γ(x): −1 between −1 and 0, +1 between −2 and −1, and so on.
pub fn gamma_sign(x: f64) -> f64 {
    if x > 0.0 || x.floor().rem_euclid(2.0) == 0.0 { 1.0 } else { -1.0 }
}

/// ln n! for real `n` > −1.
pub fn ln_factorial(n: f64) -> f64 {
    ln_gamma(n + 1.0)
}

/// ψ(x), the derivative of ln Γ (Abramowitz and Stegun 6.3.18).
pub fn digamma(x: f64) -> f64 {
    if x <= 0.0 {
        if x == x.floor() {
            return f64::NAN;
        }
        return digamma(1.0 - x) - PI / (PI * x).tan();
    }
    let (mut x, mut below) = (x, 0.0);
    while x < 10.0 {
        below += 1.0 / x;
        x += 1.0;
    }
    let inverse = 1.0 / (x * x);
    let series = inverse
        * (1.0 / 12.0
            - inverse
                * (1.0 / 120.0
                    - inverse
                        * (1.0 / 252.0
                            - inverse
                                * (1.0 / 240.0 - inverse * (1.0 / 132.0 - inverse * (691.0 / 32760.0))))));
    x.ln() - 0.5 / x - series - below
}

/// ψ′(x) for `x` > 0 (Abramowitz and Stegun 6.4.12).
pub fn trigamma(x: f64) -> f64 {
    let (mut x, mut below) = (x, 0.0);
    while x < 10.0 {
        below += 1.0 / (x * x);
        x += 1.0;
    }
    let inverse = 1.0 / (x * x);
    let series = inverse
        * (1.0 / 6.0
            - inverse
                * (1.0 / 30.0 - inverse * (1.0 / 42.0 - inverse * (1.0 / 30.0 - inverse * (5.0 / 66.0)))));
    below + 1.0 / x + 0.5 * inverse + series / x
}

/// ln B(a, b) for positive `a` and `b`, without the cancellation of three large log gammas.
pub fn ln_beta(a: f64, b: f64) -> f64 {
    let (small, large) = if a < b { (a, b) } else { (b, a) };
    if large < 9.0 {
        return ln_gamma(small) + ln_gamma(large) - ln_gamma(small + large);
    }
    let sum = small + large;
    let fall = -(large - 0.5) * (small / large).ln_1p() + remainder(large) - remainder(sum);
    if small < 9.0 {
        ln_gamma(small) + fall - small * sum.ln() + small
    } else {
        HALF_LN_2PI + fall + (small - 0.5) * (small / sum).ln() - 0.5 * sum.ln() + remainder(small)
    }
}

/// ln x! − ln of Stirling's formula √(2πx)(x/e)^x, for `x` > 0 (Loader 2000).
pub(super) fn stirling_error(x: f64) -> f64 {
    if x >= 9.0 {
        return remainder(x);
    }
    ln_gamma(x + 1.0) - (x + 0.5) * x.ln() + x - HALF_LN_2PI
}

/// x ln(x/m) + m − x, accurate when `x` is near `m` (Loader 2000, bd0).
pub(super) fn deviance(x: f64, m: f64) -> f64 {
    if (x - m).abs() >= 0.1 * (x + m) {
        return x * (x / m).ln() + m - x;
    }
    let ratio = (x - m) / (x + m);
    let mut sum = (x - m) * ratio;
    let mut power = 2.0 * x * ratio;
    for odd in (3..2000).step_by(2) {
        power *= ratio * ratio;
        let next = sum + power / f64::from(odd);
        if next == sum {
            break;
        }
        sum = next;
    }
    sum
}

fn stirling(x: f64) -> f64 {
    (x - 0.5) * x.ln() - x + HALF_LN_2PI + remainder(x)
}

/// The tail of Stirling's series, from 9 upwards.
fn remainder(x: f64) -> f64 {
    let inverse = 1.0 / (x * x);
    (1.0 / 12.0
        - inverse
            * (1.0 / 360.0
                - inverse
                    * (1.0 / 1260.0
                        - inverse
                            * (1.0 / 1680.0
                                - inverse
                                    * (1.0 / 1188.0
                                        - inverse * (691.0 / 360_360.0 - inverse * (1.0 / 156.0)))))))
        / x
}

/// `x` + n ≥ 9 and x (x+1) … (x+n−1).
fn shift_up(x: f64) -> (f64, f64) {
    let (mut x, mut product) = (x, 1.0);
    while x < 9.0 {
        product *= x;
        x += 1.0;
    }
    (x, product)
}

/// ln Γ(2 + z) for small `z` (Abramowitz and Stegun 6.1.33); the coefficients are ζ(k) − 1.
fn near_two(z: f64) -> f64 {
    const ZETA_LESS_ONE: [f64; 24] = [
        0.644_934_066_848_226_4,
        0.202_056_903_159_594_3,
        0.082_323_233_711_138_19,
        0.036_927_755_143_369_93,
        0.017_343_061_984_449_14,
        0.008_349_277_381_922_827,
        0.004_077_356_197_944_34,
        0.002_008_392_826_082_214_4,
        9.945_751_278_180_853e-4,
        4.941_886_041_194_645e-4,
        2.460_865_533_080_483e-4,
        1.227_133_475_784_891_5e-4,
        6.124_813_505_870_483e-5,
        3.058_823_630_702_049e-5,
        1.528_225_940_865_187e-5,
        7.637_197_637_899_762e-6,
        3.817_293_264_999_84e-6,
        1.908_212_716_553_939e-6,
        9.539_620_338_727_96e-7,
        4.769_329_867_878_064e-7,
        2.384_505_027_277_33e-7,
        1.192_199_259_653_110_7e-7,
        5.960_818_905_125_948e-8,
        2.980_350_351_465_228e-8,
    ];
    let mut power = z;
    let mut sum = z * (1.0 - EULER);
    for (index, coefficient) in ZETA_LESS_ONE.iter().enumerate() {
        power *= -z;
        sum -= power * coefficient / (index + 2) as f64;
    }
    sum
}
