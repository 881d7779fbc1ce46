//! What was known of deals on a day.

use super::{Deals, Outcome, WinRate};

pub(super) struct View<'a> {
    deals: &'a Deals<'a>,
    /// Rows closed up to the day.
    closed: Vec<usize>,
    /// Rows open on the day, with their age in days.
    pub open: Vec<(usize, u32)>,
    /// Ages at the close, or on the day, of all deals opened up to it.
    pub ages: Vec<u32>,
    pub outcomes: Vec<Outcome>,
}

/// Ages of closed deals and of the won ones among them, rising.
pub(super) struct Timing {
    closed: Vec<u32>,
    won: Vec<u32>,
}

impl<'a> View<'a> {
    pub fn new(deals: &'a Deals<'a>, as_of: i32) -> View<'a> {
        let mut view = View { deals, closed: vec![], open: vec![], ages: vec![], outcomes: vec![] };
        let days = |from: i32, to: i32| (i64::from(to) - i64::from(from)) as u32;
        for row in (0..deals.opened.len()).filter(|&row| deals.opened[row] <= as_of) {
            let ended = deals.outcome[row] != Outcome::Open && deals.closed[row] <= as_of;
            let until = if ended { deals.closed[row] } else { as_of };
            let age = days(deals.opened[row], until);
            view.ages.push(age);
            view.outcomes.push(if ended { deals.outcome[row] } else { Outcome::Open });
            if ended { view.closed.push(row) } else { view.open.push((row, age)) }
        }
        view
    }

    pub fn win_rates(&self) -> (WinRate, Vec<WinRate>) {
        let groups = self.deals.group.iter().max().map_or(0, |&last| last as usize + 1);
        let mut counts = vec![(0, 0, 0.0); groups + 1];
        for &row in &self.closed {
            for place in [self.deals.group[row] as usize, groups] {
                counts[place].0 += 1;
                if self.deals.outcome[row] == Outcome::Won {
                    counts[place].1 += 1;
                    counts[place].2 += self.deals.value[row];
                }
            }
        }
        let rate = |&(closed, won, revenue): &(usize, usize, f64)| WinRate {
            closed,
            won,
            rate: won as f64 / closed as f64,
            mean_value: revenue / won as f64,
            revenue,
        };
        (rate(&counts[groups]), counts[..groups].iter().map(rate).collect())
    }

    pub fn timing(&self) -> Timing {
        let ages = |keep: &dyn Fn(Outcome) -> bool| {
            let kept = self.ages.iter().zip(&self.outcomes).filter(|(_, outcome)| keep(**outcome));
            let mut ages: Vec<u32> = kept.map(|(age, _)| *age).collect();
            ages.sort_unstable();
            ages
        };
        Timing { closed: ages(&|o| o != Outcome::Open), won: ages(&|o| o == Outcome::Won) }
    }
}

impl Timing {
    /// Won deals with an age in (age, age + horizon] over closed deals older than age; 0 when there are none.
    pub fn chance(&self, age: u32, horizon: u32) -> f64 {
        let up_to = |ages: &[u32], limit: u32| ages.partition_point(|&a| a <= limit);
        let older = self.closed.len() - up_to(&self.closed, age);
        let won = up_to(&self.won, age.saturating_add(horizon)) - up_to(&self.won, age);
        if older == 0 { 0.0 } else { won as f64 / older as f64 }
    }
}
