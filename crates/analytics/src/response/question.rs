//! What a comparison of two groups asks.

use crate::Error;
use crate::special::{ln_normal_sf, normal_quantile, t_cdf, t_sf_two_sided};

/// In which direction a difference counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Alternative {
    /// In either.
    #[default]
    TwoSided,
    /// Only where the treated are higher.
    Higher,
    /// Only where the treated are lower.
    Lower,
}

/// How a test is made.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Question {
    /// Probability inside the intervals, which are two-sided whatever is asked.
    pub level: f64,
    /// In which direction a difference counts.
    pub alternative: Alternative,
    /// Whether both groups are taken to vary alike (Student's t), or not (Welch's).
    pub equal_variances: bool,
}

impl Default for Question {
    fn default() -> Self {
        Question { level: 0.95, alternative: Alternative::TwoSided, equal_variances: false }
    }
}

impl Question {
    pub(super) fn check(&self) -> Result<(), Error> {
        check_level(self.level)
    }

    /// The z between which `level` of a normal distribution lies.
    pub(super) fn z(&self) -> f64 {
        normal_quantile(0.5 + 0.5 * self.level)
    }

    /// The p-value of a normal z.
    pub(super) fn p_of_z(&self, z: f64) -> f64 {
        match self.alternative {
            Alternative::TwoSided => (ln_normal_sf(z.abs()) + std::f64::consts::LN_2).exp().min(1.0),
            Alternative::Higher => ln_normal_sf(z).exp(),
            Alternative::Lower => ln_normal_sf(-z).exp(),
        }
    }

    /// The p-value of Student's t.
    pub(super) fn p_of_t(&self, t: f64, df: f64) -> f64 {
        match self.alternative {
            Alternative::TwoSided => t_sf_two_sided(t, df),
            Alternative::Higher if t > 0.0 => 0.5 * t_sf_two_sided(t, df),
            Alternative::Lower if t < 0.0 => 0.5 * t_sf_two_sided(t, df),
            Alternative::Higher => 1.0 - t_cdf(t, df),
            Alternative::Lower => t_cdf(t, df),
        }
    }
}

pub(super) fn check_level(level: f64) -> Result<(), Error> {
    match level > 0.0 && level < 1.0 {
        true => Ok(()),
        false => Err(Error::Parameter { name: "level", problem: "must be above 0 and below 1" }),
    }
}
