//! The normal distribution and the error function.

use super::incomplete_gamma::{gamma_p, ln_gamma_q};
use std::f64::consts::{LN_2, PI};

/// erf(x), by the incomplete gamma function with a = 1/2.
pub fn erf(x: f64) -> f64 {
    gamma_p(0.5, x * x).copysign(x)
}

/// erfc(x) = 1 − erf(x), without cancellation for large `x`.
pub fn erfc(x: f64) -> f64 {
    if x < 0.0 { 1.0 + gamma_p(0.5, x * x) } else { ln_gamma_q(0.5, x * x).exp() }
}

/// Density of the standard normal distribution.
pub fn normal_pdf(z: f64) -> f64 {
    (-0.5 * z * z).exp() / (2.0 * PI).sqrt()
}

/// Share of the standard normal distribution below `z`.
pub fn normal_cdf(z: f64) -> f64 {
    normal_sf(-z)
}

/// Share of the standard normal distribution above `z`.
pub fn normal_sf(z: f64) -> f64 {
    0.5 * erfc(z * std::f64::consts::FRAC_1_SQRT_2)
}

/// ln of [`normal_cdf`].
pub fn ln_normal_cdf(z: f64) -> f64 {
    ln_normal_sf(-z)
}

/// ln of [`normal_sf`], good far below the smallest `f64`.
pub fn ln_normal_sf(z: f64) -> f64 {
    if z > 0.0 { ln_gamma_q(0.5, 0.5 * z * z) - LN_2 } else { normal_sf(z).ln() }
}

/// The `z` with `normal_cdf(z) == p`, to about 1e-16 (Wichura 1988, AS 241).
///
/// Infinite at 0 and 1, NaN outside.
pub fn normal_quantile(p: f64) -> f64 {
    let q = p - 0.5;
    if q.abs() <= 0.425 {
        let r = 0.180_625 - q * q;
        return q * ratio(r, &CENTRE);
    }
    let tail = if q < 0.0 { p } else { 1.0 - p };
    if tail.is_nan() || tail < 0.0 {
        return f64::NAN;
    }
    if tail == 0.0 {
        return f64::INFINITY.copysign(q);
    }
    let r = (-tail.ln()).sqrt();
    let z = if r <= 5.0 { ratio(r - 1.6, &MIDDLE) } else { ratio(r - 5.0, &FAR) };
    z.copysign(q)
}

/// Numerator and denominator, highest power first.
type Rational = [[f64; 8]; 2];

fn ratio(r: f64, coefficients: &Rational) -> f64 {
    let [top, bottom] = coefficients.map(|row| row.iter().fold(0.0, |sum, c| sum * r + c));
    top / bottom
}

const CENTRE: Rational = [
    [
        2_509.080_928_730_122_7,
        33_430.575_583_588_13,
        67_265.770_927_008_7,
        45_921.953_931_549_87,
        13_731.693_765_509_46,
        1_971.590_950_306_551_3,
        133.141_667_891_784_38,
        3.387_132_872_796_366_5,
    ],
    [
        5_226.495_278_852_546,
        28_729.085_735_721_943,
        39_307.895_800_092_71,
        21_213.794_301_586_597,
        5_394.196_021_424_751,
        687.187_007_492_057_9,
        42.313_330_701_600_91,
        1.0,
    ],
];

const MIDDLE: Rational = [
    [
        7.745_450_142_783_414e-4,
        0.022_723_844_989_269_184,
        0.241_780_725_177_450_6,
        1.270_458_252_452_368_4,
        3.647_848_324_763_204_5,
        5.769_497_221_460_691,
        4.630_337_846_156_546,
        1.423_437_110_749_683_5,
    ],
    [
        1.050_750_071_644_416_9e-9,
        5.475_938_084_995_345e-4,
        0.015_198_666_563_616_457,
        0.148_103_976_427_480_08,
        0.689_767_334_985_1,
        1.676_384_830_183_803_8,
        2.053_191_626_637_759,
        1.0,
    ],
];

const FAR: Rational = [
    [
        2.010_334_399_292_288_1e-7,
        2.711_555_568_743_487_6e-5,
        0.001_242_660_947_388_078_4,
        0.026_532_189_526_576_124,
        0.296_560_571_828_504_87,
        1.784_826_539_917_291_3,
        5.463_784_911_164_114,
        6.657_904_643_501_103,
    ],
    [
        2.044_263_103_389_939_8e-15,
        1.421_511_758_316_445_8e-7,
        1.846_318_317_510_054_8e-5,
        7.868_691_311_456_133e-4,
        0.014_875_361_290_850_615,
        0.136_929_880_922_735_8,
        0.599_832_206_555_888,
        1.0,
    ],
];
