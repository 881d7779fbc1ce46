//! Baskets: for each customer or order, the set of items in it.

use std::ops::Range;

use crate::error::{Error, same_length};

/// Baskets as sorted sets of item codes, without repeats.
///
/// Item codes are small numbers `0..item_count`, so that arrays can be indexed by them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Baskets {
    starts: Vec<usize>,
    items: Vec<u32>,
    item_count: usize,
}

impl Baskets {
    /// Takes one list of item codes per basket; repeats within a basket count once.
    pub fn from_rows<R: AsRef<[u32]>>(rows: impl IntoIterator<Item = R>) -> Self {
        let mut baskets = Baskets { starts: vec![0], items: Vec::new(), item_count: 0 };
        for row in rows {
            let start = baskets.items.len();
            baskets.items.extend_from_slice(row.as_ref());
            baskets.close_row(start);
        }
        baskets
    }

    /// Takes two columns of equal length: the basket and the item of each order line.
    ///
    /// Baskets are numbered `0..=max(basket)`; a number that no line has is an empty basket.
    ///
    /// # Errors
    /// [`Error::Length`] when the columns differ in length.
    pub fn from_columns(basket: &[u32], item: &[u32]) -> Result<Self, Error> {
        same_length("the item column", item.len(), basket.len())?;
        let count = basket.iter().max().map_or(0, |&last| last as usize + 1);
        let mut next = vec![0usize; count + 1];
        for &b in basket {
            next[b as usize + 1] += 1;
        }
        for b in 0..count {
            next[b + 1] += next[b];
        }
        let bounds = next.clone();
        let mut grouped = vec![0u32; item.len()];
        for (&b, &i) in basket.iter().zip(item) {
            grouped[next[b as usize]] = i;
            next[b as usize] += 1;
        }
        Ok(Self::from_rows(bounds.windows(2).map(|w| &grouped[w[0]..w[1]])))
    }

    fn close_row(&mut self, start: usize) {
        self.items[start..].sort_unstable();
        let mut end = start;
        for at in start..self.items.len() {
            if end == start || self.items[at] != self.items[end - 1] {
                self.items[end] = self.items[at];
                end += 1;
            }
        }
        self.items.truncate(end);
        self.starts.push(end);
        if end > start {
            self.item_count = self.item_count.max(self.items[end - 1] as usize + 1);
        }
    }

    /// Number of baskets, empty ones included.
    pub fn len(&self) -> usize {
        self.starts.len() - 1
    }

    /// Whether there is no basket at all.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// One more than the largest item code.
    pub fn item_count(&self) -> usize {
        self.item_count
    }

    /// Number of (basket, item) pairs.
    pub fn entries(&self) -> usize {
        self.items.len()
    }

    /// The items of one basket, ascending.
    pub fn row(&self, basket: usize) -> &[u32] {
        &self.items[self.starts[basket]..self.starts[basket + 1]]
    }

    /// Where the pairs of one basket stand among all pairs.
    pub fn entries_of(&self, basket: usize) -> Range<usize> {
        self.starts[basket]..self.starts[basket + 1]
    }

    /// All baskets in order.
    pub fn rows(&self) -> impl Iterator<Item = &[u32]> {
        self.starts.windows(2).map(|w| &self.items[w[0]..w[1]])
    }

    /// In how many baskets each item is: one count per item code.
    pub fn item_counts(&self) -> Vec<u32> {
        let mut counts = vec![0; self.item_count];
        for &item in &self.items {
            counts[item as usize] += 1;
        }
        counts
    }

    /// The same pairs seen from the items: for each item the baskets it is in, ascending.
    pub fn transposed(&self) -> Baskets {
        let starts = self.starts_by_item();
        let mut next = starts.clone();
        let mut owners = vec![0u32; self.items.len()];
        for (basket, row) in self.rows().enumerate() {
            for &item in row {
                owners[next[item as usize]] = basket as u32;
                next[item as usize] += 1;
            }
        }
        Baskets { starts, items: owners, item_count: self.len() }
    }

    /// A value of each pair, in the order of the pairs of [`Self::transposed`].
    pub(super) fn transposed_values(&self, values: &[f64]) -> Vec<f64> {
        let mut next = self.starts_by_item();
        let mut moved = vec![0.0; values.len()];
        for (&item, &value) in self.items.iter().zip(values) {
            moved[next[item as usize]] = value;
            next[item as usize] += 1;
        }
        moved
    }

    fn starts_by_item(&self) -> Vec<usize> {
        let mut starts = vec![0usize; self.item_count + 1];
        for &item in &self.items {
            starts[item as usize + 1] += 1;
        }
        for item in 0..self.item_count {
            starts[item + 1] += starts[item];
        }
        starts
    }
}

/// The smallest number of baskets that reaches `support`, a share of all: `ceil(support × baskets)`, at least 1.
///
/// A product within 1e-9 above a whole number counts as that number, so that 0.1 of 30 is 3.
///
/// # Errors
/// [`Error::Parameter`] when the share is not above 0 and at most 1.
pub fn min_count(support: f64, baskets: usize) -> Result<u32, Error> {
    if !(support > 0.0 && support <= 1.0) {
        return Err(Error::Parameter { name: "support", problem: "must be above 0 and at most 1" });
    }
    Ok(((support * baskets as f64 - 1e-9).ceil() as u32).max(1))
}
