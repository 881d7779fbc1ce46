//! A believable company, made up from a seed: what a newcomer looks around in, and what benchmarks run on.
//!
//! [`fill`] plans two years of a sales department's life ([`plan`]) and saves it through the one write path
//! ([`save`]), day by day, as the people who did it. The plan is pure: the same seed, instant and people give
//! the same records. [`bench`] gives rows without end for the large benchmarks.
//!
//! What must not be here: the names of real people and companies beyond common ones put together by chance.

pub mod bench;
mod chance;
pub mod plan;
mod save;
mod words;

use kernel::{Id, Timestamp};
use records::{Engine, Error};

pub use plan::Size;

/// How many records a sample company got.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Filled {
    pub records: usize,
    pub changes: usize,
}

/// Fills a workspace with the sample company as it stands at `now`.
///
/// `sellers` are the users who did it all, in two teams: the first half sells to the English-speaking world, the
/// second to everybody else. Records and log tell of the past as it happened; so do sums that follow from it, when the
/// engine's clock is a fixed one, which is moved along.
///
/// # Errors
/// When a record is refused: the objects have been changed so much that the sample does not fit any more.
///
/// # Panics
/// Without sellers.
pub fn fill(engine: &Engine, sellers: &[Id], now: Timestamp, size: Size) -> Result<Filled, Error> {
    assert!(!sellers.is_empty(), "somebody has to sell");
    let steps = plan::plan(sellers, now, engine.currency(), size);
    save::save(engine, sellers, now, &steps)
}

#[cfg(test)]
mod tests;
