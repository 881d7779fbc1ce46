//! Calls by interval of the day: how many a day, and how a day of that kind runs.

use super::{SeasonKind, TrendKind, fit_holt_winters};
use crate::{Error, Progress, check_values, same_length};

/// Counts of whole days in order, `intervals` a day, and what kind of day each is (the weekday, from 0).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CallHistory<'a> {
    /// Days × intervals, day by day.
    pub counts: &'a [f64],
    pub intervals: usize,
    /// One per day.
    pub weekday: &'a [u8],
}

impl CallHistory<'_> {
    /// Calls of each day.
    pub fn daily_totals(&self) -> Vec<f64> {
        self.counts.chunks(self.intervals).map(|day| day.iter().sum()).collect()
    }

    /// Expects of each day ahead the mean, interval by interval, of the last `days` days of the same weekday (1 for
    /// the seasonal naive forecast). Days ahead × intervals.
    ///
    /// # Errors
    /// [`Error::Length`], [`Error::Value`], [`Error::Parameter`], and [`Error::TooFew`] when a weekday has never been.
    pub fn mean_of_last(&self, days: usize, ahead: &[u8]) -> Result<Vec<f64>, Error> {
        self.by_weekday(ahead, |weekday| self.average(weekday, days, |_| 1.0))
    }

    /// The share of a day's calls that falls into each interval: mean over the last `days` days of the same weekday.
    /// Days ahead × intervals.
    ///
    /// # Errors
    /// As [`CallHistory::mean_of_last`].
    pub fn profile(&self, days: usize, ahead: &[u8]) -> Result<Vec<f64>, Error> {
        self.by_weekday(ahead, |weekday| self.average(weekday, days, |day| day.iter().sum()))
    }

    /// Expects daily totals by Holt–Winters without trend, with a multiplicative season of one week (as many days as
    /// there are weekdays in the history), spread over the day by the profile of the last `days` days. Days ahead ×
    /// intervals.
    ///
    /// The days ahead must follow the history without a gap.
    ///
    /// # Errors
    /// As [`CallHistory::mean_of_last`] and [`fit_holt_winters`].
    pub fn forecast(&self, days: usize, ahead: &[u8], progress: &dyn Progress) -> Result<Vec<f64>, Error> {
        let mut profile = self.profile(days, ahead)?;
        let mut seen = self.weekday.to_vec();
        seen.sort_unstable();
        seen.dedup();
        let kind = if seen.len() > 1 { SeasonKind::Multiplicative } else { SeasonKind::None };
        let fit = fit_holt_winters(&self.daily_totals(), seen.len(), kind, TrendKind::None, None, progress)?;
        let totals = fit.model.forecast(ahead.len());
        for (day, total) in profile.chunks_mut(self.intervals).zip(totals) {
            day.iter_mut().for_each(|share| *share *= total);
        }
        Ok(profile)
    }

    fn by_weekday(
        &self,
        ahead: &[u8],
        one: impl Fn(u8) -> Result<Vec<f64>, Error>,
    ) -> Result<Vec<f64>, Error> {
        if self.intervals == 0 {
            return Err(Error::Parameter { name: "intervals", problem: "must be at least 1" });
        }
        same_length("the counts", self.counts.len(), self.weekday.len() * self.intervals)?;
        check_values("calls", self.counts, "is not a count", |c| c >= 0.0 && c.is_finite())?;
        let mut days: Vec<Option<Vec<f64>>> = vec![None; 256];
        let mut all = Vec::with_capacity(ahead.len() * self.intervals);
        for &weekday in ahead {
            let day = &mut days[usize::from(weekday)];
            let known = match day.take() {
                Some(known) => known,
                None => one(weekday)?,
            };
            all.extend_from_slice(&known);
            *day = Some(known);
        }
        Ok(all)
    }

    /// The mean of the last days of a weekday, each divided by `unit`; days without calls are left out.
    fn average(&self, weekday: u8, days: usize, unit: impl Fn(&[f64]) -> f64) -> Result<Vec<f64>, Error> {
        let of_kind =
            self.counts.chunks(self.intervals).zip(self.weekday).rev().filter(|(_, w)| **w == weekday);
        let mut sum = vec![0.0; self.intervals];
        let mut used = 0.0;
        for (day, _) in of_kind.take(days) {
            let unit = unit(day);
            if unit > 0.0 {
                sum.iter_mut().zip(day).for_each(|(s, count)| *s += count / unit);
                used += 1.0;
            }
        }
        if used == 0.0 {
            return Err(Error::TooFew { what: "days of that weekday", have: 0, need: 1 });
        }
        sum.iter_mut().for_each(|s| *s /= used);
        Ok(sum)
    }
}
