//! Credit by removal in a Markov chain of channels (Anderl, Becker, von Wangenheim, Schumann 2016).
//!
//! People move from a start through channels to a conversion or to nothing; the chances are those counted. A
//! channel's removal effect is the share of conversions that is lost when everybody who would enter it leaves
//! instead. In a chain of order k a state is the last k channels. Answers are exact, by linear equations, not by
//! simulation. Start at [`markov`].

use std::collections::HashMap;

use super::paths::Paths;
use crate::Error;

/// What a Markov chain says of each channel.
#[derive(Clone, Debug, PartialEq)]
pub struct Markov {
    /// Channels that a state remembers.
    pub order: usize,
    /// States, the start not counted.
    pub states: usize,
    /// Chance that a path from the start converts.
    pub conversion_rate: f64,
    /// Share of conversions lost without the channel, one per channel code.
    pub removal_effects: Vec<f64>,
    /// All conversions, split in proportion to the removal effects.
    pub conversions: Vec<f64>,
    /// All value, split in the same proportion.
    pub value: Vec<f64>,
}

/// Up to so many states the equations are solved by elimination, beyond it by iteration.
const DENSE_UP_TO: usize = 300;
const SWEEPS: usize = 100_000;

/// Fits a chain of the given order and takes each channel away in turn.
///
/// A path counts `conversions + nulls` times for the way from the start through all its touches (repeats of a
/// channel are moves too), `conversions` times for the last step to a conversion, `nulls` times for the other.
///
/// # Errors
/// - [`Error::Parameter`] for order 0
/// - [`Error::OneClass`] when nothing converts
/// - [`Error::NotConverged`] when a chain with many states does not settle
pub fn markov(paths: &Paths, order: usize) -> Result<Markov, Error> {
    if order == 0 {
        return Err(Error::Parameter { name: "order", problem: "must be at least 1" });
    }
    let [conversions, value, _] = paths.totals();
    if conversions <= 0.0 {
        return Err(Error::OneClass);
    }
    let chain = Chain::count(paths, order);
    let conversion_rate = chain.conversion_rate(None)?;
    let removal_effects: Vec<f64> = (0..paths.channel_count() as u32)
        .map(|channel| Ok(1.0 - chain.conversion_rate(Some(channel))? / conversion_rate))
        .collect::<Result<_, Error>>()?;
    let sum: f64 = removal_effects.iter().sum();
    let share = |total: f64| removal_effects.iter().map(|effect| total * effect / sum).collect();
    Ok(Markov {
        order,
        states: chain.newest.len() - 1,
        conversion_rate,
        conversions: share(conversions),
        value: share(value),
        removal_effects,
    })
}

/// States with their moves; state 0 is the start.
struct Chain {
    /// The channel entered last, by state; none for the start.
    newest: Vec<Option<u32>>,
    /// For each state the chance of each next state.
    moves: Vec<Vec<(u32, f64)>>,
    /// For each state the chance that it converts next.
    converts: Vec<f64>,
}

impl Chain {
    fn count(paths: &Paths, order: usize) -> Chain {
        let mut names: HashMap<&[u32], u32> = HashMap::new();
        let mut newest = vec![None];
        let mut counts: Vec<HashMap<u32, f64>> = vec![HashMap::new()];
        let mut ends = vec![[0.0; 2]];
        let rows: Vec<_> = paths.iter().collect();
        for path in &rows {
            let weight = path.conversions + path.nulls;
            if weight == 0.0 {
                continue;
            }
            let mut state = 0u32;
            for at in 0..path.channels.len() {
                let memory = &path.channels[(at + 1).saturating_sub(order)..=at];
                let next = *names.entry(memory).or_insert_with(|| {
                    newest.push(memory.last().copied());
                    counts.push(HashMap::new());
                    ends.push([0.0; 2]);
                    newest.len() as u32 - 1
                });
                *counts[state as usize].entry(next).or_insert(0.0) += weight;
                state = next;
            }
            ends[state as usize][0] += path.conversions;
            ends[state as usize][1] += path.nulls;
        }
        Self::shares(newest, counts, &ends)
    }

    fn shares(newest: Vec<Option<u32>>, counts: Vec<HashMap<u32, f64>>, ends: &[[f64; 2]]) -> Chain {
        let mut moves = Vec::with_capacity(counts.len());
        let mut converts = Vec::with_capacity(counts.len());
        for (counts, end) in counts.into_iter().zip(ends) {
            // Sorted, so that sums are formed in the same order in every run.
            let mut next: Vec<(u32, f64)> = counts.into_iter().collect();
            next.sort_unstable_by_key(|&(state, _)| state);
            let total = next.iter().map(|&(_, count)| count).sum::<f64>() + end[0] + end[1];
            moves.push(next.into_iter().map(|(state, count)| (state, count / total)).collect());
            converts.push(end[0] / total);
        }
        Chain { newest, moves, converts }
    }

    /// Chance of a conversion from the start, with nobody entering `without`.
    fn conversion_rate(&self, without: Option<u32>) -> Result<f64, Error> {
        let open: Vec<usize> = (0..self.newest.len())
            .filter(|&state| state == 0 || without.is_none() || self.newest[state] != without)
            .collect();
        if open.len() <= DENSE_UP_TO { Ok(self.eliminate(&open)) } else { self.iterate(&open) }
    }

    /// Solves h = c + M h for the open states by Gaussian elimination; gives h at the start. Rows of I − M
    /// sum to no less than 0, so no exchange of rows is needed.
    fn eliminate(&self, open: &[usize]) -> f64 {
        let n = open.len();
        let mut place = vec![usize::MAX; self.newest.len()];
        open.iter().enumerate().for_each(|(at, &state)| place[state] = at);
        let mut rows: Vec<Vec<f64>> = open
            .iter()
            .enumerate()
            .map(|(at, &state)| {
                let mut row = vec![0.0; n + 1];
                row[at] = 1.0;
                row[n] = self.converts[state];
                for &(next, chance) in self.moves[state].iter().filter(|(next, _)| place[*next as usize] < n)
                {
                    row[place[next as usize]] -= chance;
                }
                row
            })
            .collect();
        // From the last state to the first, so that the start is what remains at the end.
        for at in (1..n).rev() {
            let pivot = rows[at].clone();
            for row in &mut rows[..at] {
                let factor = row[at] / pivot[at];
                if factor != 0.0 {
                    row.iter_mut().zip(&pivot).for_each(|(value, pivot)| *value -= factor * pivot);
                }
            }
        }
        rows[0][n] / rows[0][0]
    }

    /// The same by Gauss–Seidel sweeps, which always settle because every state leads out with some chance.
    fn iterate(&self, open: &[usize]) -> Result<f64, Error> {
        let mut chance = vec![0.0; self.newest.len()];
        for _ in 0..SWEEPS {
            let mut change = 0.0f64;
            for &state in open.iter().rev() {
                let (mut stays, mut sum) = (0.0, self.converts[state]);
                for &(next, share) in &self.moves[state] {
                    if next as usize == state {
                        stays += share;
                    } else {
                        sum += share * chance[next as usize];
                    }
                }
                let better = sum / (1.0 - stays);
                change = change.max((better - chance[state]).abs());
                chance[state] = better;
            }
            if change <= 1e-15 {
                return Ok(chance[0]);
            }
        }
        Err(Error::NotConverged { model: "the chain of channels", steps: SWEEPS })
    }
}
