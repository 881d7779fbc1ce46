//! Discounted lifetime value: how often a customer will buy, times how much, in today's money.

use super::rows::for_rows;
use super::{Buying, GammaGamma, Histories};
use crate::special::GaussLegendre;
use crate::{Error, Progress, Random, same_length, sample};

/// The future that counts, cut into equal steps.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Plan {
    /// Number of steps (months, say).
    pub steps: usize,
    /// Length of a step in the time unit of the histories (4.345 for months when they are in weeks).
    pub step: f64,
    /// Discount per step: 0.01 for one percent. Money of step k is divided by 1.01^k.
    pub discount: f64,
    /// Share of the spending that is margin; 1 for revenue.
    pub margin: f64,
}

impl Plan {
    fn check(&self) -> Result<(), Error> {
        if self.steps == 0 || !(self.step > 0.0 && self.step.is_finite()) {
            return Err(Error::Parameter { name: "the plan", problem: "needs steps of a positive length" });
        }
        if self.discount <= -1.0 || !self.discount.is_finite() {
            return Err(Error::Parameter { name: "the discount", problem: "must be above −1 per step" });
        }
        Ok(())
    }
}

/// Where a value lies with the probability asked for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    pub low: f64,
    pub high: f64,
}

/// The expected discounted value of each customer (money, one per history):
/// Σ_k E[spend] (E[X(k)] − E[X(k−1)]) / (1 + d)^k. Infinite for customers without repeat purchases when the fitted
/// spending has no mean (q ≤ 1).
///
/// # Errors
/// [`Error::Length`], [`Error::Parameter`], [`Error::Stopped`].
pub fn lifetime_value(
    buying: &dyn Buying,
    spending: &GammaGamma,
    histories: &Histories,
    plan: &Plan,
    progress: &dyn Progress,
) -> Result<Vec<f64>, Error> {
    plan.check()?;
    same_length("mean_value", histories.mean_value.len(), histories.x.len())?;
    for_rows(histories.x.len(), progress, |row| {
        let history = histories.get(row);
        let (mut purchases, mut before, mut factor) = (0.0, 0.0, 1.0);
        for step in 1..=plan.steps {
            let until = buying.expected_purchases(&history, step as f64 * plan.step);
            factor /= 1.0 + plan.discount;
            purchases += (until - before) * factor;
            before = until;
        }
        let spend = || spending.expected_value(history.x, histories.mean_value[row]);
        if purchases > 0.0 { plan.margin * spend() * purchases } else { 0.0 }
    })
}

/// The purchases still expected of each customer, without end, those after a time t counted e^(−rate · t): Fader, Hardie and
/// Lee 2005, "RFM and CLV: using iso-value curves for customer base analysis", eq. 2, by parts ∫ e^−u E[X(u / rate)] du.
/// `rate` is per unit of time of the histories: ln(1.15) / 52 for 15 % a year and weeks.
///
/// # Errors
/// [`Error::Parameter`] for a rate not above 0, [`Error::Stopped`].
pub fn discounted_purchases(
    buying: &dyn Buying,
    histories: &Histories,
    rate: f64,
    progress: &dyn Progress,
) -> Result<Vec<f64>, Error> {
    if !(rate > 0.0 && rate.is_finite()) {
        return Err(Error::Parameter { name: "the discount", problem: "must be above 0" });
    }
    let rule = GaussLegendre::new(NODES);
    for_rows(histories.x.len(), progress, |row| {
        let history = histories.get(row);
        // Rates of buying and leaving change over times like the customer's own, the discount over 1 / rate: so u rises
        // slowly at first.
        let unit = (rate * (history.t + 1.0)).min(1.0);
        let weighed = |w: f64| {
            let u = unit * w.exp_m1();
            (w - u).exp() * unit * buying.expected_purchases(&history, u / rate)
        };
        let panel = (FARTHEST / unit).ln_1p() / PANELS;
        let part = |at: usize| rule.integrate(at as f64 * panel, (at + 1) as f64 * panel, weighed);
        (0..PANELS as usize).map(part).sum()
    })
}

/// What comes later than this in units of 1 / rate is worth nothing: e^−50.
const FARTHEST: f64 = 50.0;
const PANELS: f64 = 8.0;
const NODES: usize = 24;

/// The interval that holds a customer's discounted value with probability `level`, by drawing futures.
///
/// Each of the `draws` futures draws whether the customer is alive, the customer's own rates given the history, every
/// purchase and its amount; so the interval covers chance as well as what the history leaves open about the customer
/// (not the error of the fitted parameters). The same seed gives the same intervals, whatever the number of rows.
///
/// # Errors
/// [`Error::Length`], [`Error::Parameter`], [`Error::Stopped`].
pub fn lifetime_value_intervals(
    buying: &dyn Buying,
    spending: &GammaGamma,
    histories: &Histories,
    plan: &Plan,
    futures: Futures,
    progress: &dyn Progress,
) -> Result<Vec<Interval>, Error> {
    plan.check()?;
    same_length("mean_value", histories.mean_value.len(), histories.x.len())?;
    if futures.draws == 0 || !(futures.level > 0.0 && futures.level < 1.0) {
        return Err(Error::Parameter {
            name: "the futures",
            problem: "need draws and a level between 0 and 1",
        });
    }
    for_rows(histories.x.len(), progress, |row| {
        let mut random = Random::stream(futures.seed, row as u64);
        let mut drawn: Vec<f64> =
            (0..futures.draws).map(|_| draw(buying, spending, histories, row, plan, &mut random)).collect();
        drawn.sort_unstable_by(f64::total_cmp);
        let tail = 0.5 * (1.0 - futures.level);
        let at = |p| plan.margin * sample::quantile_of_sorted(&drawn, p);
        Interval { low: at(tail), high: at(1.0 - tail) }
    })
}

/// How futures are drawn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Futures {
    /// The probability inside the interval: 0.95.
    pub level: f64,
    /// Futures for each customer; 1,000 give two digits.
    pub draws: usize,
    pub seed: u64,
}

fn draw(
    buying: &dyn Buying,
    spending: &GammaGamma,
    histories: &Histories,
    row: usize,
    plan: &Plan,
    random: &mut Random,
) -> f64 {
    let history = histories.get(row);
    let mut in_step = vec![0u32; plan.steps];
    let mut any = false;
    buying.simulate(&history, plan.step * plan.steps as f64, random, &mut |time| {
        let step = (time / plan.step) as usize;
        in_step[step.min(plan.steps - 1)] += 1;
        any = true;
    });
    if !any {
        return 0.0;
    }
    let GammaGamma { p, q, v } = *spending;
    let rate = random.gamma(p * history.x + q) / (v + history.x * histories.mean_value[row]);
    let (mut total, mut factor) = (0.0, 1.0);
    for count in in_step {
        factor /= 1.0 + plan.discount;
        if count > 0 {
            total += factor * random.gamma(p * f64::from(count)) / rate;
        }
    }
    total
}
