//! What the open deals will bring: by win rate, by timing, and by competing risks.
//!
//! [`Deals`] holds what is known today; every forecast looks back from a day `as_of` and uses nothing that was not
//! known then, so that the same call is a backtest when the day lies in the past.

mod risks;
mod view;

pub use risks::CompetingRisks;

use crate::{Error, check_values, same_length};
use view::View;

/// Numbers from here on are keys of another system, not places in a table.
const MOST_GROUPS: u32 = 1 << 24;

/// How a deal ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    Won,
    Lost,
    /// Not ended yet.
    Open,
}

/// Deals as columns of the same length; days count from any fixed day.
#[derive(Debug, Clone, Copy)]
pub struct Deals<'a> {
    /// What win rates and values are known by (product, say), from 0.
    pub group: &'a [u32],
    pub opened: &'a [i32],
    /// The day the deal was won or lost; not read for open deals.
    pub closed: &'a [i32],
    pub outcome: &'a [Outcome],
    /// Money of won deals; not read for others.
    pub value: &'a [f64],
}

/// The past of one group, or of all.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WinRate {
    pub closed: usize,
    pub won: usize,
    /// won / closed; NaN without closed deals.
    pub rate: f64,
    /// Mean money of a won deal; NaN without any.
    pub mean_value: f64,
    /// Money of all won deals.
    pub revenue: f64,
}

/// What the open deals are expected to bring.
#[derive(Debug, Clone, PartialEq)]
pub struct PipelineForecast {
    /// Deals closed up to the day.
    pub closed: usize,
    /// Deals open on the day.
    pub open: usize,
    pub overall: WinRate,
    pub by_group: Vec<WinRate>,
    /// Σ win rate · mean value over open deals, whenever they close.
    pub weighted_total: f64,
    /// Within the horizon: Σ P · mean value, P the won deals that closed at an age within the horizon of the deal's
    /// own over all closed deals that grew older than it.
    pub by_timing: f64,
    /// Within the horizon: Σ P · mean value, P by competing risks (Aalen and Johansen 1978), open deals counted as
    /// not yet decided.
    pub by_risks: f64,
    /// Wins expected within the horizon by competing risks.
    pub wins: f64,
    /// Standard deviation of `by_risks` when deals are won independently of each other, each at its mean value.
    pub spread: f64,
    /// The open deals (rows of the columns), with the chance of each to be won within the horizon.
    pub chances: Vec<(usize, f64)>,
}

/// What came, to hold a forecast against.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PipelineActual {
    /// Money and number of won deals that were open on the day and closed within the horizon.
    pub won_value: f64,
    pub won: usize,
    /// Money of won deals opened after the day and closed within the horizon.
    pub new_business: f64,
}

impl Deals<'_> {
    /// Win rates of all deals closed up to `as_of`: overall, and by group.
    ///
    /// # Errors
    /// [`Error::Empty`], [`Error::Length`], [`Error::Value`] for a won deal without a value or a deal that closed
    /// before it opened.
    pub fn win_rates(&self, as_of: i32) -> Result<(WinRate, Vec<WinRate>), Error> {
        self.check()?;
        Ok(View::new(self, as_of).win_rates())
    }

    /// What the deals open on `as_of` will bring within the `horizon` days after it.
    ///
    /// Groups without closed deals take the overall win rate, without won deals the overall mean value.
    ///
    /// # Errors
    /// As [`Deals::win_rates`]; [`Error::TooFew`] when no deal was won up to the day.
    pub fn forecast(&self, as_of: i32, horizon: u32) -> Result<PipelineForecast, Error> {
        self.check()?;
        let view = View::new(self, as_of);
        let (overall, by_group) = view.win_rates();
        if overall.won == 0 {
            return Err(Error::TooFew { what: "deals won up to the day", have: 0, need: 1 });
        }
        let risks = CompetingRisks::new(&view.ages, &view.outcomes);
        let timing = view.timing();
        let mut forecast = PipelineForecast {
            closed: overall.closed,
            open: view.open.len(),
            overall,
            weighted_total: 0.0,
            by_timing: 0.0,
            by_risks: 0.0,
            wins: 0.0,
            spread: 0.0,
            chances: Vec::with_capacity(view.open.len()),
            by_group,
        };
        let mut variance = 0.0;
        for &(row, age) in &view.open {
            let group = &forecast.by_group[self.group[row] as usize];
            let rate = if group.closed > 0 { group.rate } else { overall.rate };
            let value = if group.won > 0 { group.mean_value } else { overall.mean_value };
            let chance = risks.chance(age, horizon);
            forecast.weighted_total += rate * value;
            forecast.by_timing += timing.chance(age, horizon) * value;
            forecast.by_risks += chance * value;
            forecast.wins += chance;
            variance += chance * (1.0 - chance) * value * value;
            forecast.chances.push((row, chance));
        }
        forecast.spread = variance.sqrt();
        Ok(forecast)
    }

    /// What came within the `horizon` days after `as_of`.
    pub fn actual(&self, as_of: i32, horizon: u32) -> PipelineActual {
        let last = i64::from(as_of) + i64::from(horizon);
        let mut actual = PipelineActual { won_value: 0.0, won: 0, new_business: 0.0 };
        for row in 0..self.outcome.len() {
            let within = self.closed[row] > as_of && i64::from(self.closed[row]) <= last;
            if self.outcome[row] != Outcome::Won || !within {
                continue;
            }
            if self.opened[row] > as_of {
                actual.new_business += self.value[row];
            } else {
                actual.won_value += self.value[row];
                actual.won += 1;
            }
        }
        actual
    }

    fn check(&self) -> Result<(), Error> {
        let rows = self.group.len();
        if rows == 0 {
            return Err(Error::Empty);
        }
        same_length("opened", self.opened.len(), rows)?;
        same_length("closed", self.closed.len(), rows)?;
        same_length("outcome", self.outcome.len(), rows)?;
        same_length("value", self.value.len(), rows)?;
        if let Some(row) = self.group.iter().position(|&group| group >= MOST_GROUPS) {
            let problem = "must be numbered from 0 without large gaps";
            return Err(Error::Value { column: "group".to_owned(), row, problem });
        }
        let ended = |row: usize| self.outcome[row] != Outcome::Open;
        if let Some(row) = (0..rows).find(|&row| ended(row) && self.closed[row] < self.opened[row]) {
            return Err(Error::Value {
                column: "closed".to_owned(),
                row,
                problem: "is before the deal was opened",
            });
        }
        let of_won: Vec<f64> = self
            .value
            .iter()
            .zip(self.outcome)
            .map(|(v, o)| if *o == Outcome::Won { *v } else { 0.0 })
            .collect();
        check_values("value", &of_won, "is not an amount, though the deal was won", f64::is_finite)
    }
}

#[cfg(test)]
mod tests;
