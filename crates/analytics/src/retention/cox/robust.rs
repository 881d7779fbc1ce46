//! Standard errors that hold when rows are not what the model takes them for: weighted by chance, or not alike in risk.
//!
//! Lin and Wei (1989), "The robust inference for the Cox proportional hazards model"; Binder (1992) for weights; ties
//! as in Therneau and Grambsch (2000), section 7.1.

use super::fit::{check, sort, two_sided};
use super::partial::{Sorted, dot};
use super::{CoxData, CoxFit, Ties};
use crate::Error;

impl CoxFit {
    /// The same fit with standard errors and p-values from the sandwich V (Σ wᵢ² rᵢ rᵢᵀ) V, r a row's share in the slope of
    /// the likelihood, on the data the model was fitted to; with clusters, wᵢ rᵢ are added up within each first.
    ///
    /// # Errors
    /// As [`super::fit_cox`].
    pub fn with_robust_errors(mut self, data: &CoxData, ties: Ties) -> Result<CoxFit, Error> {
        check(data)?;
        let width = data.columns.len();
        let sorted = sort(data, &self.model.means, &vec![1.0; width]);
        let shares = slope_shares(&sorted, &self.model.coefficients, ties);
        let mut squares = vec![0.0; width];
        for share in weighted_shares(&sorted, shares, data.clusters).chunks(width) {
            for (square, row) in squares.iter_mut().zip(self.covariance.chunks(width)) {
                *square += dot(row, share).powi(2);
            }
        }
        self.standard_errors = squares.into_iter().map(f64::sqrt).collect();
        let z = self.model.coefficients.iter().zip(&self.standard_errors);
        self.ln_p = z.map(|(b, se)| two_sided(b / se)).collect();
        Ok(self)
    }
}

/// Shares times weights, those of one cluster added up.
fn weighted_shares(sorted: &Sorted, mut shares: Vec<f64>, clusters: Option<&[u32]>) -> Vec<f64> {
    let width = sorted.width;
    for (share, weight) in shares.chunks_mut(width).zip(&sorted.weight) {
        share.iter_mut().for_each(|r| *r *= weight);
    }
    let Some(clusters) = clusters else { return shares };
    let mut rows: Vec<usize> = (0..sorted.order.len()).collect();
    let cluster = |i: usize| clusters[sorted.order[i]];
    rows.sort_by_key(|&i| cluster(i));
    let sum = |rows: &[usize], k: usize| rows.iter().map(|&i| shares[i * width + k]).sum::<f64>();
    let together = rows.chunk_by(|&a, &b| cluster(a) == cluster(b));
    together.flat_map(|rows| (0..width).map(move |k| (rows, k))).map(|(rows, k)| sum(rows, k)).collect()
}

/// What happened to a stratum at one time: hazard, and hazard times the mean of each column.
struct Step {
    first_row: usize,
    hazard: f64,
    drawn: Vec<f64>,
    /// The same for the leavers themselves, who share the risk only in part (Efron).
    own_hazard: f64,
    own_drawn: Vec<f64>,
    /// Mean of the columns over the risk sets of the leavers.
    mean: Vec<f64>,
}

/// For each row δ(x − x̄(t)) − ∫ (x − x̄) exp(xβ) dΛ: `width` numbers each.
fn slope_shares(sorted: &Sorted, coefficients: &[f64], ties: Ties) -> Vec<f64> {
    let width = sorted.width;
    let steps = steps(sorted, coefficients, ties);
    let mut shares = vec![0.0; sorted.values.len()];
    let (mut hazard, mut drawn) = (0.0, vec![0.0; width]);
    // What had come together at each time of leaving so far, for those who were not there from the start.
    let mut known: Vec<(f64, f64, Vec<f64>)> = Vec::new();
    let mut steps = steps.into_iter().rev().peekable();
    // From the first time of each stratum to its last: rows stand the other way round.
    let mut to = sorted.time.len();
    while to > 0 {
        let place = |i: usize| (sorted.stratum[i], sorted.time[i]);
        let from = (0..to).rev().take_while(|&i| place(i) == place(to - 1)).last().unwrap_or(0);
        let here = steps.next_if(|step| (from..to).contains(&step.first_row));
        for i in from..to {
            let (row, share) = (sorted.row(i), &mut shares[i * width..(i + 1) * width]);
            let risk = dot(row, coefficients).exp();
            let missed = known[..known.partition_point(|(time, ..)| *time <= sorted.entry[i])].last();
            for k in 0..width {
                let (missed, missed_drawn) =
                    missed.map_or((0.0, 0.0), |(_, hazard, drawn)| (*hazard, drawn[k]));
                share[k] = -risk * (row[k] * (hazard - missed) - (drawn[k] - missed_drawn));
                let Some(here) = &here else { continue };
                match sorted.event[i] {
                    true => {
                        share[k] -= risk * (row[k] * here.own_hazard - here.own_drawn[k]);
                        share[k] += row[k] - here.mean[k];
                    }
                    false => share[k] -= risk * (row[k] * here.hazard - here.drawn[k]),
                }
            }
        }
        if let Some(here) = here {
            hazard += here.hazard;
            drawn.iter_mut().zip(&here.drawn).for_each(|(sum, more)| *sum += more);
            if !sorted.by_entry.is_empty() {
                known.push((sorted.time[from], hazard, drawn.clone()));
            }
        }
        if from > 0 && sorted.stratum[from - 1] != sorted.stratum[from] {
            (hazard, drawn) = (0.0, vec![0.0; width]);
            known.clear();
        }
        to = from;
    }
    shares
}

fn steps(sorted: &Sorted, coefficients: &[f64], ties: Ties) -> Vec<Step> {
    let width = sorted.width;
    let mut steps = Vec::new();
    sorted.walk(coefficients, false, |moment| {
        let leavers = moment.leavers.len();
        let zero = || vec![0.0; width];
        let mut step = Step {
            first_row: moment.leavers[0],
            hazard: 0.0,
            drawn: zero(),
            own_hazard: 0.0,
            own_drawn: zero(),
            mean: zero(),
        };
        for l in 0..leavers {
            let hazard = moment.mean_weight / moment.total(ties, l);
            let own = hazard * (1.0 - moment.taken_out(ties, l));
            step.hazard += hazard;
            step.own_hazard += own;
            for k in 0..width {
                let mean = moment.mean(ties, l, k);
                step.drawn[k] += hazard * mean;
                step.own_drawn[k] += own * mean;
                step.mean[k] += mean / leavers as f64;
            }
        }
        steps.push(step);
    });
    steps
}
