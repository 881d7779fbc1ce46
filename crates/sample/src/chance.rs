//! Seeded chance: the same seed gives the same company on every machine.

use jiff::{SignedDuration, Timestamp};
use kernel::Id;
use rand::{Rng as _, RngExt as _, SeedableRng, rngs::StdRng};

/// A source of chance.
pub struct Chance(StdRng);

impl Chance {
    pub fn new(seed: u64) -> Chance {
        Chance(StdRng::seed_from_u64(seed))
    }

    /// True so many times of a hundred.
    pub fn percent(&mut self, percent: u32) -> bool {
        self.0.random_range(0..100) < percent
    }

    /// A whole number from `low` to `high`, both included.
    pub fn between(&mut self, low: i64, high: i64) -> i64 {
        self.0.random_range(low..=high)
    }

    pub fn index(&mut self, count: usize) -> usize {
        self.0.random_range(0..count)
    }

    /// One of these, each as likely.
    pub fn of<'a, T>(&mut self, choices: &'a [T]) -> &'a T {
        &choices[self.index(choices.len())]
    }

    /// One of these, the front ones more often: as names are, the n-th about 1/n as often as the first.
    pub fn common<'a, T>(&mut self, choices: &'a [T]) -> &'a T {
        let last = (choices.len() as f64 + 4.0) / 4.0;
        let rank = 4.0 * last.powf(self.0.random::<f64>()) - 4.0;
        &choices[(rank as usize).min(choices.len() - 1)]
    }

    /// One of these by its weight.
    pub fn weighted<'a, T>(&mut self, choices: &'a [T], weight: impl Fn(&T) -> u32) -> &'a T {
        let total: u32 = choices.iter().map(&weight).sum();
        let mut drawn = self.0.random_range(0..total.max(1));
        for choice in choices {
            let weight = weight(choice);
            if drawn < weight {
                return choice;
            }
            drawn -= weight;
        }
        &choices[choices.len() - 1]
    }

    /// A log-normal number: half lie below `median`, two thirds between `median / spread` and `median * spread`.
    pub fn around(&mut self, median: f64, spread: f64) -> f64 {
        median * (self.normal() * spread.ln()).exp()
    }

    /// Standard normal, by Box and Muller (1958).
    fn normal(&mut self) -> f64 {
        let (first, second): (f64, f64) = (self.0.random(), self.0.random());
        (-2.0 * (1.0 - first).ln()).sqrt() * (std::f64::consts::TAU * second).cos()
    }

    /// An instant between two.
    pub fn instant(&mut self, from: Timestamp, to: Timestamp) -> Timestamp {
        let span = (to.as_second() - from.as_second()).max(1);
        from.saturating_add(SignedDuration::from_secs(self.0.random_range(0..span))).unwrap_or(from)
    }

    /// The same day at an hour of work, between 8 and 18 o'clock in UTC; Saturday and Sunday become Monday.
    pub fn at_work(&mut self, at: Timestamp) -> Timestamp {
        let mut day = at.to_zoned(jiff::tz::TimeZone::UTC).date();
        while matches!(day.weekday(), jiff::civil::Weekday::Saturday | jiff::civil::Weekday::Sunday) {
            day = day.tomorrow().unwrap_or(day);
        }
        let minute = self.0.random_range(0..600);
        let start = day.at(8, 0, 0, 0).to_zoned(jiff::tz::TimeZone::UTC);
        start.map_or(at, |start| start.timestamp() + SignedDuration::from_mins(minute))
    }

    /// An id that was made at that instant.
    pub fn id(&mut self, at: Timestamp) -> Id {
        let entropy = u128::from(self.0.next_u64()) << 64 | u128::from(self.0.next_u64());
        Id::from_parts(u64::try_from(at.as_millisecond()).unwrap_or(0), entropy)
    }

    /// The pattern with each `#` made a digit.
    pub fn digits(&mut self, pattern: &str) -> String {
        let digit = |character| match character {
            '#' => char::from(b'0' + self.0.random_range(0..10_u8)),
            other => other,
        };
        pattern.chars().map(digit).collect()
    }
}
