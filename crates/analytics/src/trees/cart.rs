//! Classification and regression trees (Breiman, Friedman, Olshen, Stone 1984).
//!
//! Columns are sorted once; every node keeps its rows in the order of each column, so a question costs one pass.
//! Start at [`cart`].

use super::cut::{Cut, Search};
use crate::error::{check_values, same_length};
use crate::weights::Weights;
use crate::{Error, Feature, MISSING, Progress, Values};

/// How mixed a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Criterion {
    /// 1 − Σ share², for classes 0, 1, 2 …
    Gini,
    /// −Σ share × log2 share, for classes 0, 1, 2 …
    Entropy,
    /// Variance, for numbers.
    Squared,
}

/// How to grow a tree.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CartOptions {
    /// How mixed a node is.
    pub criterion: Criterion,
    /// Most questions above a leaf.
    pub max_depth: usize,
    /// Most leaves: nodes are asked about in the order of how much that lowers the impurity, until there are so many.
    pub max_leaves: usize,
    /// Least rows in a leaf.
    pub min_leaf: usize,
    /// Least rows in a node that is asked about.
    pub min_split: usize,
    /// Least fall of impurity, as a share of all rows: rows here / all × (impurity − that of the sides).
    pub min_gain: f64,
    /// α of cost-complexity pruning (chapter 3): what a leaf must be worth; 0 prunes nothing.
    pub prune: f64,
}

impl CartOptions {
    /// A full tree of this criterion: every leaf pure.
    pub fn new(criterion: Criterion) -> Self {
        CartOptions {
            criterion,
            max_depth: usize::MAX,
            max_leaves: usize::MAX,
            min_leaf: 1,
            min_split: 2,
            min_gain: 0.0,
            prune: 0.0,
        }
    }
}

/// What is asked at a node.
#[derive(Clone, Debug, PartialEq)]
pub enum Split {
    /// Numbers up to the border go left; gaps as told.
    Number { feature: usize, border: f64, gaps_left: bool },
    /// The listed codes (ascending) go left, all others right; gaps as told.
    Category { feature: usize, left: Vec<u32>, gaps_left: bool },
}

impl Split {
    /// Position of the column.
    pub fn feature(&self) -> usize {
        match self {
            Split::Number { feature, .. } | Split::Category { feature, .. } => *feature,
        }
    }

    /// Whether a row goes left.
    pub fn goes_left(&self, features: &[Feature], row: usize) -> bool {
        match (self, features[self.feature()].values) {
            (Split::Number { border, gaps_left, .. }, Values::Numbers(values)) => {
                if values[row].is_nan() {
                    *gaps_left
                } else {
                    values[row] <= *border
                }
            }
            (Split::Category { left, gaps_left, .. }, Values::Categories { codes, .. }) => {
                if codes[row] == MISSING { *gaps_left } else { left.binary_search(&codes[row]).is_ok() }
            }
            // The tree was grown on a column of the other kind; it counts as a gap.
            (Split::Number { gaps_left, .. } | Split::Category { gaps_left, .. }, _) => *gaps_left,
        }
    }
}

/// A node, and what is known of its rows.
#[derive(Clone, Debug, PartialEq)]
pub struct CartNode {
    /// Questions above it.
    pub depth: usize,
    /// Rows, by their weights.
    pub rows: f64,
    /// Gini, entropy in bits, or variance.
    pub impurity: f64,
    /// Share of each class, or the one mean.
    pub value: Vec<f64>,
    /// The question, and the nodes for yes (left) and no (right); none at a leaf.
    pub split: Option<(Split, usize, usize)>,
}

/// A grown tree; nodes in the order of a walk, left before right, the root first.
#[derive(Clone, Debug, PartialEq)]
pub struct Cart {
    /// Names of the columns.
    pub names: Vec<String>,
    /// How impurity is measured.
    pub criterion: Criterion,
    /// All nodes.
    pub nodes: Vec<CartNode>,
}

impl Cart {
    /// The leaf of each row, as its number among the nodes.
    ///
    /// # Errors
    /// [`Error::Length`] and [`Error::Value`] for bad columns.
    pub fn leaves(&self, features: &[Feature]) -> Result<Vec<usize>, Error> {
        same_length("the list of columns", features.len(), self.names.len())?;
        let rows = features.first().map_or(0, Feature::len);
        features.iter().try_for_each(|feature| feature.check(rows))?;
        let leaf = |row: usize| {
            let mut at = 0;
            while let Some((split, left, right)) = &self.nodes[at].split {
                at = if split.goes_left(features, row) { *left } else { *right };
            }
            at
        };
        Ok((0..rows).map(leaf).collect())
    }

    /// For each row the share of class 1, or the mean of the leaf for numbers.
    ///
    /// # Errors
    /// [`Error::Length`] and [`Error::Value`] for bad columns.
    pub fn predict(&self, features: &[Feature]) -> Result<Vec<f64>, Error> {
        Ok(self.leaves(features)?.into_iter().map(|leaf| self.nodes[leaf].answer()).collect())
    }

    /// For each row the class with the largest share, the first of those that tie.
    ///
    /// # Errors
    /// As [`Self::predict`].
    pub fn classes(&self, features: &[Feature]) -> Result<Vec<u32>, Error> {
        let most = |leaf: usize| {
            let shares = self.nodes[leaf].value.iter().enumerate();
            shares.rev().max_by(|a, b| a.1.total_cmp(b.1)).map_or(0, |(class, _)| class as u32)
        };
        Ok(self.leaves(features)?.into_iter().map(most).collect())
    }

    /// Number of leaves.
    pub fn leaf_count(&self) -> usize {
        self.nodes.iter().filter(|node| node.split.is_none()).count()
    }

    /// Most questions above a leaf.
    pub fn depth(&self) -> usize {
        self.nodes.iter().map(|node| node.depth).max().unwrap_or(0)
    }

    /// How much each column lowers the impurity, weighed by rows, as shares that sum to 1 (section 5.3.4, without
    /// surrogates).
    pub fn importance(&self) -> Vec<f64> {
        let mut gains = vec![0.0; self.names.len()];
        for node in &self.nodes {
            if let Some((split, left, right)) = &node.split {
                let part = |at: usize| self.nodes[at].rows * self.nodes[at].impurity;
                gains[split.feature()] += node.rows * node.impurity - part(*left) - part(*right);
            }
        }
        let all: f64 = gains.iter().sum();
        if all > 0.0 {
            gains.iter_mut().for_each(|gain| *gain /= all);
        }
        gains
    }
}

impl CartNode {
    /// The share of class 1, or the mean.
    pub fn answer(&self) -> f64 {
        *self.value.get(1).unwrap_or(&self.value[0])
    }
}

/// Grows a tree for `outcome`: classes 0, 1, 2 … for Gini and entropy, any numbers for squared error.
///
/// `weights`, if given, say how much each row counts; `min_leaf` and `min_split` count rows all the same. Columns
/// may have gaps: they go to the side where they lower the impurity more. Categories are sorted by their mean
/// outcome, which finds the best question for two classes and for numbers (theorem 4.5); for more classes by the
/// share of the class that is most frequent at the node.
///
/// # Errors
/// [`Error::Empty`], [`Error::Length`], [`Error::Value`] for bad data, [`Error::OneClass`] when all outcomes are
/// alike, [`Error::Constant`] when no column varies, [`Error::Parameter`] for options out of range,
/// [`Error::Stopped`].
pub fn cart(
    features: &[Feature],
    outcome: &[f64],
    weights: Option<&[f64]>,
    options: &CartOptions,
    progress: &dyn Progress,
) -> Result<Cart, Error> {
    let classes = check(features, outcome, weights, options)?;
    let search = Search::new(features, outcome, weights, classes, options);
    let mut growth = Growth { features, search, options, nodes: Vec::new(), progress, done: 0 };
    let columns = growth.search.sorted_rows();
    growth.grow(columns, 0)?;
    let mut tree = Cart {
        names: features.iter().map(|feature| feature.name.to_owned()).collect(),
        criterion: options.criterion,
        nodes: growth.nodes,
    };
    if options.max_leaves < tree.leaf_count() {
        tree = tree.best_first(options.max_leaves);
    }
    Ok(if options.prune > 0.0 { tree.pruned(options.prune) } else { tree })
}

struct Growth<'a> {
    features: &'a [Feature<'a>],
    search: Search<'a>,
    options: &'a CartOptions,
    nodes: Vec<CartNode>,
    progress: &'a dyn Progress,
    /// Rows that have reached a leaf.
    done: usize,
}

impl Growth<'_> {
    /// Grows the node of these rows, given in the order of each column, and all below; gives its number.
    fn grow(&mut self, columns: Vec<Vec<u32>>, depth: usize) -> Result<usize, Error> {
        let at = self.nodes.len();
        let state = self.search.state(&columns[0]);
        self.nodes.push(CartNode {
            depth,
            rows: state.weight,
            impurity: state.impurity(),
            value: state.value(),
            split: None,
        });
        let count = columns[0].len();
        let ends = depth >= self.options.max_depth
            || count < self.options.min_split
            || count < 2 * self.options.min_leaf
            || self.nodes[at].impurity <= 1e-15;
        let cut = if ends { None } else { self.search.best(&columns, &state) };
        let Some(Cut { split, .. }) = cut else {
            self.done += count;
            self.progress.at(self.done as f64 / self.search.rows() as f64)?;
            return Ok(at);
        };
        let (left, right) = self.part(columns, &split);
        let left = self.grow(left, depth + 1)?;
        let right = self.grow(right, depth + 1)?;
        self.nodes[at].split = Some((split, left, right));
        Ok(at)
    }

    fn part(&self, columns: Vec<Vec<u32>>, split: &Split) -> (Vec<Vec<u32>>, Vec<Vec<u32>>) {
        let mut goes_left = vec![false; self.search.rows()];
        let mut count = 0;
        for &row in &columns[0] {
            goes_left[row as usize] = split.goes_left(self.features, row as usize);
            count += usize::from(goes_left[row as usize]);
        }
        let halves = columns.into_iter().map(|column| {
            let mut left = Vec::with_capacity(count);
            let mut right = Vec::with_capacity(column.len() - count);
            for row in column {
                if goes_left[row as usize] { left.push(row) } else { right.push(row) }
            }
            (left, right)
        });
        halves.unzip()
    }
}

/// Gives the number of classes, 0 for numbers.
fn check(
    features: &[Feature],
    outcome: &[f64],
    weights: Option<&[f64]>,
    options: &CartOptions,
) -> Result<usize, Error> {
    if outcome.is_empty() || features.is_empty() {
        return Err(Error::Empty);
    }
    if options.max_leaves == 0 {
        return Err(Error::Parameter { name: "max_leaves", problem: "must be at least 1" });
    }
    if options.min_leaf == 0 || options.min_gain.is_nan() || options.prune.is_nan() || options.prune < 0.0 {
        let problem = "must be at least 1, a number, and not below 0";
        return Err(Error::Parameter { name: "min_leaf, min_gain and prune", problem });
    }
    features.iter().try_for_each(|feature| feature.check(outcome.len()))?;
    Weights::new(weights, outcome.len())?;
    let classes = match options.criterion {
        Criterion::Squared => {
            check_values("outcome", outcome, "is not a finite number", f64::is_finite)?;
            0
        }
        Criterion::Gini | Criterion::Entropy => {
            let class = |y: f64| (0.0..1000.0).contains(&y) && y == y.floor();
            check_values("outcome", outcome, "is not a class 0, 1, 2 … below 1,000", class)?;
            outcome.iter().fold(0.0f64, |most, y| most.max(*y)) as usize + 1
        }
    };
    if outcome.iter().all(|&y| y == outcome[0]) {
        return Err(Error::OneClass);
    }
    if !features.iter().any(varies) {
        return Err(Error::Constant { column: "every column".to_owned() });
    }
    Ok(classes.max(if options.criterion == Criterion::Squared { 0 } else { 2 }))
}

fn varies(feature: &Feature) -> bool {
    match feature.values {
        Values::Numbers(values) => values.iter().any(|v| v.to_bits() != values[0].to_bits()),
        Values::Categories { codes, .. } => codes.iter().any(|code| *code != codes[0]),
    }
}
