//! Cox's proportional hazards: how much each property multiplies the risk of leaving.
//!
//! Cox (1972), "Regression models and life-tables"; ties by Efron (1977) or Breslow (1974); strata and weights as in
//! Therneau and Grambsch (2000), chapter 3; proportionality by Grambsch and Therneau (1994).

mod concordance;
mod fit;
mod partial;
mod proportionality;
mod robust;

pub use fit::{fit_cox, fit_cox_ridge};
pub use proportionality::{Clock, Proportionality};

/// How customers who left at the same time share the risk set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Ties {
    /// The better approximation when ties are many.
    #[default]
    Efron,
    /// The simpler one; what some programs use by default.
    Breslow,
}

/// What a model is fitted to: one row per customer, all columns of the same length.
#[derive(Debug, Clone, Copy)]
pub struct CoxData<'a> {
    /// Until when each customer stayed or was last seen, in any unit.
    pub time: &'a [f64],
    /// From when on each was watched (left truncation), before `time`; all from the start if `None`. A row counts among those
    /// at risk after its entry, up to and with its time, so that a customer whose columns change may have several rows.
    pub entry: Option<&'a [f64]>,
    /// Whether the customer left then.
    pub event: &'a [bool],
    /// What may raise or lower the risk, and the names of those columns.
    pub columns: &'a [&'a [f64]],
    pub names: &'a [&'a str],
    /// Groups numbered from 0, each with a risk over time of its own: customers are compared within theirs only.
    pub strata: Option<&'a [u32]>,
    /// How much each row counts, above 0: 2 is as good as two rows.
    pub weights: Option<&'a [f64]>,
    /// Rows that belong together, such as those of one customer: any numbers, read by robust errors only.
    pub clusters: Option<&'a [u32]>,
}

/// The fitted model.
#[derive(Debug, Clone, PartialEq)]
pub struct Cox {
    /// One per column: ln of the factor on the risk for each unit of it.
    pub coefficients: Vec<f64>,
    /// (Weighted) mean of each column; the baseline is a customer at the means.
    pub means: Vec<f64>,
    /// One per stratum; a single one without strata.
    pub baselines: Vec<Baseline>,
}

/// The risk of a customer at the means.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Baseline {
    /// Times at which somebody left, rising.
    pub time: Vec<f64>,
    /// Cumulative hazard at each of them.
    pub cumulative_hazard: Vec<f64>,
}

/// A fitted model and what to think of it.
#[derive(Debug, Clone, PartialEq)]
pub struct CoxFit {
    pub model: Cox,
    /// One per column, from the inverse information, or robust ([`CoxFit::with_robust_errors`]).
    pub standard_errors: Vec<f64>,
    /// Covariance of the coefficients, row by row, from the inverse information (with a ridge, the penalised one).
    pub covariance: Vec<f64>,
    /// ln of the two-sided p-value of each coefficient (Wald).
    pub ln_p: Vec<f64>,
    /// Columns, less what a ridge takes of them: the trace of the information by the inverse of the penalised one.
    pub freedom: f64,
    /// ln of the partial likelihood, without the penalty of a ridge.
    pub log_likelihood: f64,
    /// The same with all coefficients zero.
    pub null_log_likelihood: f64,
    /// Share of comparable pairs in which the one who left earlier was given the higher risk; 0.5 is chance.
    pub concordance: f64,
    pub rows: usize,
    pub events: usize,
    pub steps: usize,
}

impl<'a> CoxData<'a> {
    /// Rows that all count alike, in one stratum.
    pub fn new(time: &'a [f64], event: &'a [bool], columns: &'a [&'a [f64]], names: &'a [&'a str]) -> Self {
        CoxData { time, entry: None, event, columns, names, strata: None, weights: None, clusters: None }
    }

    fn stratum(&self, row: usize) -> u32 {
        self.strata.map_or(0, |strata| strata[row])
    }

    fn weight(&self, row: usize) -> f64 {
        self.weights.map_or(1.0, |weights| weights[row])
    }

    fn entry(&self, row: usize) -> f64 {
        self.entry.map_or(f64::NEG_INFINITY, |entry| entry[row])
    }
}

impl Cox {
    /// ln of the customer's risk relative to the baseline; `row` has one value per column.
    pub fn ln_risk(&self, row: &[f64]) -> f64 {
        self.contributions(row).iter().sum()
    }

    /// What each column adds to [`Cox::ln_risk`]: who leaves, driven by what.
    pub fn contributions(&self, row: &[f64]) -> Vec<f64> {
        self.coefficients.iter().zip(row).zip(&self.means).map(|((b, x), mean)| b * (x - mean)).collect()
    }

    /// The probability that a customer of the stratum (0 without strata) stays beyond `time`.
    pub fn survival(&self, row: &[f64], stratum: usize, time: f64) -> f64 {
        let baseline = &self.baselines[stratum];
        let place = baseline.time.partition_point(|&t| t <= time);
        let hazard = place.checked_sub(1).map_or(0.0, |last| baseline.cumulative_hazard[last]);
        (-hazard * self.ln_risk(row).exp()).exp()
    }
}

impl CoxFit {
    /// Factors on the risk with the bounds that hold them with probability `level`: (factor, low, high) per column.
    pub fn hazard_ratios(&self, level: f64) -> Vec<(f64, f64, f64)> {
        let z = crate::special::normal_quantile(0.5 + 0.5 * level);
        let each = |(b, se): (&f64, &f64)| (b.exp(), (b - z * se).exp(), (b + z * se).exp());
        self.model.coefficients.iter().zip(&self.standard_errors).map(each).collect()
    }

    /// ln of the p-value that no column matters (likelihood ratio, chi-squared with [`CoxFit::freedom`] degrees).
    pub fn ln_p_of_all(&self) -> f64 {
        let chi2 = 2.0 * (self.log_likelihood - self.null_log_likelihood);
        crate::special::ln_chi2_sf(chi2, self.freedom)
    }
}

#[cfg(test)]
mod tests;
