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
        self.by_weekday(ahead, days, |_| 1.0)
    }

    /// The share of a day's calls that falls into each interval: mean over the last `days` days of the same weekday.
    /// Days ahead × intervals.
    ///
    /// # Errors
    /// As [`CallHistory::mean_of_last`].
    pub fn profile(&self, days: usize, ahead: &[u8]) -> Result<Vec<f64>, Error> {
        self.by_weekday(ahead, days, |day| day.iter().sum())
    }

    /// Expects daily totals by Holt–Winters without trend, with a multiplicative season of one week (as many days as
    /// there are weekdays with calls in the history), spread over the day by the profile of the last `days` days. A weekday
    /// that never had a call is expected to have none. Days ahead × intervals.
    ///
    /// A day that the week leaves out, or one without a call (a holiday), is taken to have been like those of the same
    /// weekday around it, in the history; of the days ahead those left out are passed over.
    ///
    /// # Errors
    /// As [`CallHistory::mean_of_last`] and [`fit_holt_winters`]; [`Error::TooFew`] without a call at all.
    pub fn forecast(&self, days: usize, ahead: &[u8], progress: &dyn Progress) -> Result<Vec<f64>, Error> {
        let mut profile = self.profile(days, ahead)?;
        let totals = self.daily_totals();
        let week = Week::of(&totals, self.weekday);
        if week.open.is_empty() {
            return Err(Error::TooFew { what: "days with calls", have: 0, need: 1 });
        }
        let (series, last) = week.without_gaps(&totals, self.weekday);
        let period = week.open.len();
        let kind = if period > 1 { SeasonKind::Multiplicative } else { SeasonKind::None };
        let fit = fit_holt_winters(&series, period, kind, TrendKind::None, None, progress)?;
        let steps = week.steps(last, ahead);
        let expected = fit.model.forecast(steps.iter().flatten().max().map_or(0, |most| *most));
        for (day, step) in profile.chunks_mut(self.intervals).zip(steps) {
            let total = step.map_or(0.0, |step| expected[step - 1]);
            day.iter_mut().for_each(|share| *share *= total);
        }
        Ok(profile)
    }

    fn by_weekday(&self, ahead: &[u8], last: usize, unit: impl Fn(&[f64]) -> f64) -> Result<Vec<f64>, Error> {
        if last == 0 {
            return Err(Error::Parameter { name: "the days to learn from", problem: "must be at least 1" });
        }
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
                None => self.average(weekday, last, &unit)?,
            };
            all.extend_from_slice(&known);
            *day = Some(known);
        }
        Ok(all)
    }

    /// The mean of the last days of a weekday, each divided by `unit`; days without calls are left out, and where there
    /// are no others it is zero.
    fn average(&self, weekday: u8, days: usize, unit: &impl Fn(&[f64]) -> f64) -> Result<Vec<f64>, Error> {
        let of_kind =
            self.counts.chunks(self.intervals).zip(self.weekday).rev().filter(|(_, w)| **w == weekday);
        let mut sum = vec![0.0; self.intervals];
        let (mut seen, mut used) = (0, 0.0);
        for (day, _) in of_kind.take(days) {
            seen += 1;
            let unit = unit(day);
            if unit > 0.0 {
                sum.iter_mut().zip(day).for_each(|(s, count)| *s += count / unit);
                used += 1.0;
            }
        }
        if seen == 0 {
            return Err(Error::TooFew { what: "days of that weekday", have: 0, need: 1 });
        }
        if used > 0.0 {
            sum.iter_mut().for_each(|s| *s /= used);
        }
        Ok(sum)
    }
}

/// The weekdays on which there are calls, in order: the steps that the season takes.
struct Week {
    open: Vec<u8>,
}

impl Week {
    fn of(totals: &[f64], weekday: &[u8]) -> Week {
        let mut open: Vec<u8> =
            totals.iter().zip(weekday).filter(|(total, _)| **total > 0.0).map(|(_, day)| *day).collect();
        open.sort_unstable();
        open.dedup();
        Week { open }
    }

    fn place(&self, weekday: u8) -> Option<usize> {
        self.open.binary_search(&weekday).ok()
    }

    fn after(&self, place: usize) -> usize {
        (place + 1) % self.open.len()
    }

    /// Totals of one open weekday after the other, and the place of the last; for days that are missing or had no call
    /// the mean of those of the same weekday before and after.
    fn without_gaps(&self, totals: &[f64], weekday: &[u8]) -> (Vec<f64>, usize) {
        let mut known: Vec<Option<f64>> = Vec::with_capacity(totals.len());
        let mut last: Option<usize> = None;
        let open = totals.iter().zip(weekday).filter_map(|(total, day)| Some((*total, self.place(*day)?)));
        for (total, place) in open {
            let mut next = last.map_or(place, |last| self.after(last));
            while next != place {
                known.push(None);
                next = self.after(next);
            }
            known.push((total > 0.0).then_some(total));
            last = Some(place);
        }
        let period = self.open.len();
        let filled = |at: usize| {
            let before = known[..=at].iter().rev().step_by(period).flatten().next();
            let after = known[at..].iter().step_by(period).flatten().next();
            let around: Vec<f64> = before.into_iter().chain(after).copied().collect();
            around.iter().sum::<f64>() / around.len() as f64
        };
        ((0..known.len()).map(filled).collect(), last.unwrap_or(0))
    }

    /// How many open weekdays after the one at `last` each day ahead is; none for a weekday without calls.
    fn steps(&self, last: usize, ahead: &[u8]) -> Vec<Option<usize>> {
        let (mut at, mut steps) = (last, 0);
        let step = |day: &u8| {
            let place = self.place(*day)?;
            loop {
                at = self.after(at);
                steps += 1;
                if at == place {
                    return Some(steps);
                }
            }
        };
        ahead.iter().map(step).collect()
    }
}
