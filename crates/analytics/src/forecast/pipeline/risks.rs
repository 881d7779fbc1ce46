//! Winning and losing as competing risks, day of age by day of age (Aalen and Johansen 1978).

use super::Outcome;

/// Hazards of winning and of closing at all, at each age at which a deal closed.
#[derive(Debug, Clone, PartialEq)]
pub struct CompetingRisks {
    /// Ages in days, rising.
    pub age: Vec<u32>,
    /// Share of the deals still open at that age that were won at it.
    pub win: Vec<f64>,
    /// Share that was won or lost at it.
    pub close: Vec<f64>,
}

impl CompetingRisks {
    /// Hazards from the ages of deals (days) at their close, or today for those still open.
    pub fn new(ages: &[u32], outcomes: &[Outcome]) -> CompetingRisks {
        let mut order: Vec<usize> = (0..ages.len()).collect();
        order.sort_by_key(|&i| ages[i]);
        let mut risks = CompetingRisks { age: vec![], win: vec![], close: vec![] };
        let mut at_risk = ages.len();
        for same in order.chunk_by(|&a, &b| ages[a] == ages[b]) {
            let count = |outcome| same.iter().filter(|&&i| outcomes[i] == outcome).count() as f64;
            let (won, lost) = (count(Outcome::Won), count(Outcome::Lost));
            if won + lost > 0.0 {
                risks.age.push(ages[same[0]]);
                risks.win.push(won / at_risk as f64);
                risks.close.push((won + lost) / at_risk as f64);
            }
            at_risk -= same.len();
        }
        risks
    }

    /// The chance that a deal open at `age` is won at an age in (age, age + horizon].
    pub fn chance(&self, age: u32, horizon: u32) -> f64 {
        let first = self.age.partition_point(|&a| a <= age);
        let last = self.age.partition_point(|&a| a <= age.saturating_add(horizon));
        let (mut open, mut won) = (1.0, 0.0);
        for i in first..last {
            won += open * self.win[i];
            open *= 1.0 - self.close[i];
        }
        won
    }
}
