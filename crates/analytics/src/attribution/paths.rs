//! Paths: the channels that people touched, in order, and how that ended.

use crate::Error;

/// One order of channels and how often it ended in what.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Path<'a> {
    /// Channel codes in the order of the touches; a channel may come again.
    pub channels: &'a [u32],
    /// How many such paths ended in a conversion.
    pub conversions: f64,
    /// Money (or another value) of those conversions, all together.
    pub value: f64,
    /// How many such paths ended in none.
    pub nulls: f64,
}

/// Paths of a campaign, checked.
#[derive(Clone, Debug, Default)]
pub struct Paths {
    starts: Vec<usize>,
    channels: Vec<u32>,
    ends: Vec<[f64; 3]>,
    channel_count: usize,
}

impl Paths {
    /// Collects paths; channel codes are small numbers from 0.
    ///
    /// # Errors
    /// - [`Error::Value`] for a path without a channel, or a count that is negative or not a number
    /// - [`Error::Empty`] when there is no path
    pub fn new<'a>(paths: impl IntoIterator<Item = Path<'a>>) -> Result<Paths, Error> {
        let mut made = Paths { starts: vec![0], ..Paths::default() };
        for path in paths {
            made.push(path)?;
        }
        if made.ends.is_empty() { Err(Error::Empty) } else { Ok(made) }
    }

    fn push(&mut self, path: Path) -> Result<(), Error> {
        let row = self.ends.len();
        let refuse = |problem| Err(Error::Value { column: "path".to_owned(), row, problem });
        if path.channels.is_empty() {
            return refuse("has no channel");
        }
        let counts = [path.conversions, path.nulls];
        if !counts.iter().all(|count| count.is_finite() && *count >= 0.0) || !path.value.is_finite() {
            return refuse("has a count or a value that is negative or not a number");
        }
        self.channels.extend_from_slice(path.channels);
        self.starts.push(self.channels.len());
        self.ends.push([path.conversions, path.value, path.nulls]);
        let last = path.channels.iter().max().map_or(0, |&code| code as usize + 1);
        self.channel_count = self.channel_count.max(last);
        Ok(())
    }

    /// One more than the largest channel code.
    pub fn channel_count(&self) -> usize {
        self.channel_count
    }

    /// All paths in the order given.
    pub fn iter(&self) -> impl Iterator<Item = Path<'_>> {
        self.starts.windows(2).zip(&self.ends).map(|(bounds, &[conversions, value, nulls])| Path {
            channels: &self.channels[bounds[0]..bounds[1]],
            conversions,
            value,
            nulls,
        })
    }

    /// Conversions, value and nulls of all paths together.
    pub fn totals(&self) -> [f64; 3] {
        self.ends.iter().fold([0.0; 3], |sum, end| std::array::from_fn(|at| sum[at] + end[at]))
    }
}
