//! The best question at a node of a CART tree.

use super::cart::{CartOptions, Criterion, Split};
use crate::{Feature, MISSING, Values};

/// A question and how much it lowers the impurity, as a share of all rows.
pub(super) struct Cut {
    pub split: Split,
    pub gain: f64,
}

/// Sums over rows: by class, or of numbers and their squares.
#[derive(Clone, Debug)]
pub(super) struct State {
    criterion: Criterion,
    pub weight: f64,
    rows: usize,
    /// Weight by class; or Σ number and Σ number², both less the overall mean.
    sums: Vec<f64>,
    shift: f64,
}

impl State {
    fn add(&mut self, y: f64, weight: f64, class: usize) {
        self.weight += weight;
        self.rows += 1;
        if self.criterion == Criterion::Squared {
            let y = y - self.shift;
            self.sums[0] += weight * y;
            self.sums[1] += weight * y * y;
        } else {
            self.sums[class] += weight;
        }
    }

    fn clear(&mut self) {
        self.weight = 0.0;
        self.rows = 0;
        self.sums.fill(0.0);
    }

    fn add_all(&mut self, other: &State) {
        self.weight += other.weight;
        self.rows += other.rows;
        self.sums.iter_mut().zip(&other.sums).for_each(|(sum, part)| *sum += part);
    }

    fn rest(&mut self, all: &State, part: &State) {
        self.weight = all.weight - part.weight;
        self.rows = all.rows - part.rows;
        for ((rest, all), part) in self.sums.iter_mut().zip(&all.sums).zip(&part.sums) {
            *rest = all - part;
        }
    }

    pub fn impurity(&self) -> f64 {
        self.weighed() / self.weight
    }

    /// Weight × impurity.
    fn weighed(&self) -> f64 {
        let w = self.weight;
        match self.criterion {
            Criterion::Gini => w - self.sums.iter().map(|sum| sum * sum).sum::<f64>() / w,
            Criterion::Entropy => {
                let parts = self.sums.iter().filter(|sum| **sum > 0.0);
                -parts.map(|sum| sum * (sum / w).log2()).sum::<f64>()
            }
            Criterion::Squared => (self.sums[1] - self.sums[0] * self.sums[0] / w).max(0.0),
        }
    }

    pub fn value(&self) -> Vec<f64> {
        match self.criterion {
            Criterion::Squared => vec![self.shift + self.sums[0] / self.weight],
            _ => self.sums.iter().map(|sum| sum / self.weight).collect(),
        }
    }
}

/// Everything that questions are chosen by.
pub(super) struct Search<'a> {
    features: &'a [Feature<'a>],
    outcome: &'a [f64],
    weights: Option<&'a [f64]>,
    options: &'a CartOptions,
    empty: State,
    all: f64,
}

impl<'a> Search<'a> {
    pub fn new(
        features: &'a [Feature<'a>],
        outcome: &'a [f64],
        weights: Option<&'a [f64]>,
        classes: usize,
        options: &'a CartOptions,
    ) -> Self {
        let numbers = options.criterion == Criterion::Squared;
        let shift = if numbers { outcome.iter().sum::<f64>() / outcome.len() as f64 } else { 0.0 };
        let sums = vec![0.0; if numbers { 2 } else { classes }];
        let all = weights.map_or(outcome.len() as f64, |weights| weights.iter().sum());
        let empty = State { criterion: options.criterion, weight: 0.0, rows: 0, sums, shift };
        Search { features, outcome, weights, options, empty, all }
    }

    pub fn rows(&self) -> usize {
        self.outcome.len()
    }

    /// For each column all rows, gaps first, then by rising value; for categories by code.
    pub fn sorted_rows(&self) -> Vec<Vec<u32>> {
        let sort = |feature: &Feature| {
            let mut rows: Vec<u32> = (0..self.rows() as u32).collect();
            match feature.values {
                Values::Numbers(values) if let Some(few) = few_values(values) => {
                    let place = |row: &u32| few.partition_point(|value| *value < values[*row as usize]);
                    let mut parts = vec![Vec::new(); few.len()];
                    rows.iter().for_each(|row| parts[place(row)].push(*row));
                    rows = parts.concat();
                }
                Values::Numbers(values) => {
                    let mut keyed: Vec<(f64, u32)> =
                        rows.iter().map(|&row| (values[row as usize], row)).collect();
                    keyed.sort_unstable_by(|a, b| {
                        b.0.is_nan()
                            .cmp(&a.0.is_nan())
                            .then((a.0 + 0.0).total_cmp(&(b.0 + 0.0)))
                            .then(a.1.cmp(&b.1))
                    });
                    rows = keyed.into_iter().map(|(_, row)| row).collect();
                }
                Values::Categories { codes, .. } => {
                    rows.sort_by_key(|&row| (codes[row as usize] != MISSING, codes[row as usize]));
                }
            }
            rows
        };
        self.features.iter().map(sort).collect()
    }

    fn add(&self, state: &mut State, row: u32) {
        let y = self.outcome[row as usize];
        let weight = self.weights.map_or(1.0, |weights| weights[row as usize]);
        state.add(y, weight, y as usize);
    }

    pub fn state(&self, rows: &[u32]) -> State {
        let mut state = self.empty.clone();
        rows.iter().for_each(|&row| self.add(&mut state, row));
        state
    }

    /// The question that lowers the impurity most; of equal ones that of the first column, lowest border.
    pub fn best(&self, columns: &[Vec<u32>], total: &State) -> Option<Cut> {
        let mut best: Option<Cut> = None;
        for (feature, rows) in columns.iter().enumerate() {
            match self.features[feature].values {
                Values::Numbers(values) => self.numbers(feature, values, rows, total, &mut best),
                Values::Categories { codes, .. } => self.categories(feature, codes, rows, total, &mut best),
            }
        }
        best.filter(|cut| cut.gain >= self.options.min_gain)
    }

    /// Takes the question if both sides have rows enough and it gains more than the best so far.
    fn consider(
        &self,
        best: &mut Option<Cut>,
        total: &State,
        left: &State,
        right: &mut State,
        split: impl FnOnce() -> Split,
    ) {
        right.rest(total, left);
        if left.rows < self.options.min_leaf || right.rows < self.options.min_leaf {
            return;
        }
        // Rounding may leave a gain of nothing just below 0. A question that gains nothing is still asked when there
        // is no better one: what is asked next may gain all the more.
        let gain = ((total.weighed() - left.weighed() - right.weighed()) / self.all).max(0.0);
        // Gains that differ by rounding alone count as equal, so that the first column wins.
        let slack = 1e-12 * total.weighed() / self.all;
        if best.as_ref().is_none_or(|best| gain > best.gain + slack) {
            *best = Some(Cut { split: split(), gain });
        }
    }

    fn numbers(&self, feature: usize, values: &[f64], rows: &[u32], total: &State, best: &mut Option<Cut>) {
        let known = rows.iter().position(|&row| !values[row as usize].is_nan()).unwrap_or(rows.len());
        let gaps = self.state(&rows[..known]);
        let mut right = self.empty.clone();
        let known_rows = &rows[known..];
        for gaps_left in [false, true] {
            if gaps_left && known == 0 {
                break;
            }
            let mut left = self.empty.clone();
            if gaps_left {
                left.add_all(&gaps);
            }
            for pair in known_rows.windows(2) {
                self.add(&mut left, pair[0]);
                let (low, high) = (values[pair[0] as usize], values[pair[1] as usize]);
                if low < high {
                    self.consider(best, total, &left, &mut right, || Split::Number {
                        feature,
                        border: middle(low, high),
                        gaps_left,
                    });
                }
            }
        }
        if let (true, Some(&last)) = (known > 0, known_rows.last()) {
            // All known values against the gaps.
            let mut left = self.empty.clone();
            left.rest(total, &gaps);
            let border = values[last as usize];
            self.consider(best, total, &left, &mut right, || Split::Number {
                feature,
                border,
                gaps_left: false,
            });
        }
    }

    fn categories(&self, feature: usize, codes: &[u32], rows: &[u32], total: &State, best: &mut Option<Cut>) {
        let mut groups: Vec<(u32, State)> = Vec::new();
        for &row in rows {
            let code = codes[row as usize];
            if groups.last().is_none_or(|(last, _)| *last != code) {
                groups.push((code, self.empty.clone()));
            }
            self.add(&mut groups.last_mut().expect("one was just pushed").1, row);
        }
        let class = most_frequent(total);
        let key = |state: &State| match self.options.criterion {
            Criterion::Squared => state.sums[0] / state.weight,
            _ if state.sums.len() == 2 => state.sums[1] / state.weight,
            _ => state.sums[class] / state.weight,
        };
        groups.sort_by(|a, b| key(&a.1).total_cmp(&key(&b.1)).then(a.0.cmp(&b.0)));
        let (mut left, mut right) = (self.empty.clone(), self.empty.clone());
        left.clear();
        for taken in 1..groups.len() {
            left.add_all(&groups[taken - 1].1);
            self.consider(best, total, &left, &mut right, || {
                let mut codes: Vec<u32> = groups[..taken].iter().map(|(code, _)| *code).collect();
                codes.sort_unstable();
                let gaps_left = codes.last() == Some(&MISSING);
                codes.retain(|&code| code != MISSING);
                Split::Category { feature, left: codes, gaps_left }
            });
        }
    }
}

/// The values of a column, rising, if it has few and no gaps: such columns are sorted in one pass.
fn few_values(values: &[f64]) -> Option<Vec<f64>> {
    let mut few: Vec<f64> = Vec::new();
    for &value in values {
        let place = few.partition_point(|known| *known < value);
        if few.get(place) != Some(&value) {
            if few.len() == 16 || value.is_nan() {
                return None;
            }
            few.insert(place, value);
        }
    }
    Some(few)
}

fn most_frequent(state: &State) -> usize {
    let best = state.sums.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1).then(b.0.cmp(&a.0)));
    best.map_or(0, |(class, _)| class)
}

/// A number with `low` ≤ it < `high`, halfway if there is one.
fn middle(low: f64, high: f64) -> f64 {
    let half = 0.5 * low + 0.5 * high;
    if half < high { half } else { low }
}
