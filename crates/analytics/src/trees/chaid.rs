//! CHAID: trees with as many branches as the data call for, chosen by chi-squared tests (Kass 1980).
//!
//! At each node the categories of every predictor are merged until all that are left differ. The predictor whose
//! table is least likely by chance, allowing for the ways it could have been merged, splits the node. p-values
//! underflow on large data, so their logarithms are compared. Start at [`chaid`].

use super::chaid_merge::{Group, chi_squared, ln_p, merge, multiplier};
use crate::error::same_length;
use crate::weights::Weights;
use crate::{Error, MISSING, Progress};

/// Which categories of a predictor may merge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scale {
    /// Any two; what is missing is a category of its own.
    Nominal,
    /// Neighbours, in the order of their codes; what is missing makes it [`Scale::Floating`].
    Ordinal,
    /// Neighbours, and one category (what is missing) with any other.
    Floating,
}

/// A column to split by.
#[derive(Clone, Copy, Debug)]
pub struct Predictor<'a> {
    /// Its name.
    pub name: &'a str,
    /// A category per row; [`MISSING`] where there is none.
    pub codes: &'a [u32],
    /// Names of the categories.
    pub names: &'a [&'a str],
    /// Nominal or ordinal.
    pub scale: Scale,
}

/// How to grow a tree.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ChaidOptions {
    /// Categories merge while their difference has a p-value above this.
    pub merge: f64,
    /// A node is split when the adjusted p-value is at most this.
    pub split: f64,
    /// Most questions above a leaf.
    pub max_depth: usize,
    /// Least rows, by weight, in a node that is split.
    pub min_parent: f64,
    /// Least rows, by weight, in the parts.
    pub min_child: f64,
    /// Whether p-values are multiplied by the number of ways to merge (Bonferroni).
    pub bonferroni: bool,
}

impl Default for ChaidOptions {
    fn default() -> Self {
        ChaidOptions {
            merge: 0.05,
            split: 0.05,
            max_depth: 3,
            min_parent: 100.0,
            min_child: 50.0,
            bonferroni: true,
        }
    }
}

/// A predictor as it would split a node.
#[derive(Clone, Debug, PartialEq)]
pub struct Candidate {
    /// Position of the predictor.
    pub predictor: usize,
    /// Codes of each merged category, ascending ([`MISSING`] last).
    pub groups: Vec<Vec<u32>>,
    /// Pearson's chi-squared of the merged table.
    pub chi2: f64,
    /// Its degrees of freedom.
    pub df: usize,
    /// ln of its p-value.
    pub ln_p: f64,
    /// Bonferroni's multiplier, 1 without it.
    pub multiplier: f64,
    /// ln of the adjusted p-value, at most 0.
    pub ln_adjusted_p: f64,
}

/// A node, and what is known of its rows.
#[derive(Clone, Debug, PartialEq)]
pub struct ChaidNode {
    /// The node above; none at the root.
    pub parent: Option<usize>,
    /// Questions above it.
    pub depth: usize,
    /// Rows, by weight, with each outcome.
    pub counts: Vec<f64>,
    /// Every predictor that could split it, likeliest by chance last.
    pub candidates: Vec<Candidate>,
    /// The node of each group of the first candidate; empty at a leaf.
    pub children: Vec<usize>,
}

impl ChaidNode {
    /// Share of outcome 1.
    pub fn answer(&self) -> f64 {
        self.counts[1] / self.counts.iter().sum::<f64>()
    }
}

/// A grown tree; parents before children, the root first.
#[derive(Clone, Debug, PartialEq)]
pub struct Chaid {
    /// Names of the predictors.
    pub names: Vec<String>,
    /// Names of their categories.
    pub levels: Vec<Vec<String>>,
    /// All nodes.
    pub nodes: Vec<ChaidNode>,
}

impl Chaid {
    /// Number of leaves.
    pub fn leaf_count(&self) -> usize {
        self.nodes.iter().filter(|node| node.children.is_empty()).count()
    }

    /// The node where each row ends: a leaf, or where its category was not seen in the fit.
    ///
    /// # Errors
    /// [`Error::Length`] when predictors are missing or differ in length.
    pub fn ends(&self, predictors: &[Predictor]) -> Result<Vec<usize>, Error> {
        same_length("the list of predictors", predictors.len(), self.names.len())?;
        let rows = predictors.first().map_or(0, |predictor| predictor.codes.len());
        for predictor in predictors {
            same_length("a predictor", predictor.codes.len(), rows)?;
        }
        let end = |row: usize| {
            let mut at = 0;
            while let Some(next) = self.next(at, |predictor| predictors[predictor].codes[row]) {
                at = next;
            }
            at
        };
        Ok((0..rows).map(end).collect())
    }

    fn next(&self, at: usize, code: impl Fn(usize) -> u32) -> Option<usize> {
        let node = &self.nodes[at];
        let split = node.candidates.first().filter(|_| !node.children.is_empty())?;
        let code = code(split.predictor);
        let group = split.groups.iter().position(|group| group.binary_search(&code).is_ok())?;
        Some(node.children[group])
    }

    /// Share of outcome 1 where each row ends.
    ///
    /// # Errors
    /// As [`Self::ends`].
    pub fn predict(&self, predictors: &[Predictor]) -> Result<Vec<f64>, Error> {
        Ok(self.ends(predictors)?.into_iter().map(|node| self.nodes[node].answer()).collect())
    }
}

/// Grows a tree for `outcome`, codes 0, 1, 2 … per row.
///
/// `weights`, if given, say how many cases each row stands for.
///
/// # Errors
/// [`Error::Empty`], [`Error::Length`], [`Error::Value`] for bad data, [`Error::OneClass`] when all outcomes are
/// alike, [`Error::Constant`] when no predictor varies, [`Error::Parameter`] for levels outside 0 and 1,
/// [`Error::Stopped`].
pub fn chaid(
    predictors: &[Predictor],
    outcome: &[u32],
    weights: Option<&[f64]>,
    options: &ChaidOptions,
    progress: &dyn Progress,
) -> Result<Chaid, Error> {
    check(predictors, outcome, weights, options)?;
    let outcomes = outcome.iter().max().map_or(0, |&last| last as usize + 1).max(2);
    let mut growth =
        Growth { predictors, outcome, weights, outcomes, options, progress, nodes: vec![], done: 0 };
    growth.grow((0..outcome.len() as u32).collect(), None, 0)?;
    let levels = |predictor: &Predictor| predictor.names.iter().map(|&name| name.to_owned()).collect();
    Ok(Chaid {
        names: predictors.iter().map(|predictor| predictor.name.to_owned()).collect(),
        levels: predictors.iter().map(levels).collect(),
        nodes: growth.nodes,
    })
}

struct Growth<'a> {
    predictors: &'a [Predictor<'a>],
    outcome: &'a [u32],
    weights: Option<&'a [f64]>,
    outcomes: usize,
    options: &'a ChaidOptions,
    progress: &'a dyn Progress,
    nodes: Vec<ChaidNode>,
    done: usize,
}

impl Growth<'_> {
    fn weight(&self, row: u32) -> f64 {
        self.weights.map_or(1.0, |weights| weights[row as usize])
    }

    fn grow(&mut self, rows: Vec<u32>, parent: Option<usize>, depth: usize) -> Result<usize, Error> {
        let at = self.nodes.len();
        let mut counts = vec![0.0; self.outcomes];
        rows.iter().for_each(|&row| counts[self.outcome[row as usize] as usize] += self.weight(row));
        let total: f64 = counts.iter().sum();
        let mixed = counts.iter().filter(|count| **count > 0.0).count() > 1;
        let asks = depth < self.options.max_depth && total >= self.options.min_parent && mixed;
        let candidates = if asks { self.candidates(&rows) } else { Vec::new() };
        let splits = candidates.first().is_some_and(|best| best.ln_adjusted_p <= self.options.split.ln());
        self.nodes.push(ChaidNode { parent, depth, counts, candidates, children: Vec::new() });
        if !splits {
            self.done += rows.len();
            self.progress.at(self.done as f64 / self.outcome.len() as f64)?;
            return Ok(at);
        }
        let parts = self.part(&rows, &self.nodes[at].candidates[0]);
        drop(rows);
        for part in parts {
            let child = self.grow(part, Some(at), depth + 1)?;
            self.nodes[at].children.push(child);
        }
        Ok(at)
    }

    fn part(&self, rows: &[u32], split: &Candidate) -> Vec<Vec<u32>> {
        let codes = self.predictors[split.predictor].codes;
        let mut parts = vec![Vec::new(); split.groups.len()];
        for &row in rows {
            let holds = |group: &Vec<u32>| group.binary_search(&codes[row as usize]).is_ok();
            let group = split.groups.iter().position(holds).expect("every code of the node is in a group");
            parts[group].push(row);
        }
        parts
    }

    /// Predictors that keep two groups or more, least likely by chance first.
    fn candidates(&self, rows: &[u32]) -> Vec<Candidate> {
        let all = 0..self.predictors.len();
        let mut found: Vec<Candidate> = all.filter_map(|predictor| self.candidate(predictor, rows)).collect();
        found.sort_by(|a, b| a.ln_adjusted_p.total_cmp(&b.ln_adjusted_p));
        found
    }

    fn candidate(&self, predictor: usize, rows: &[u32]) -> Option<Candidate> {
        let Predictor { codes, names, scale, .. } = self.predictors[predictor];
        let mut tables = vec![vec![0.0; self.outcomes]; names.len() + 1];
        for &row in rows {
            let place = (codes[row as usize] as usize).min(names.len());
            tables[place][self.outcome[row as usize] as usize] += self.weight(row);
        }
        let present = |counts: &Vec<f64>| counts.iter().any(|count| *count > 0.0);
        let gaps = present(&tables[names.len()]);
        let scale = if scale == Scale::Ordinal && gaps { Scale::Floating } else { scale };
        let groups: Vec<Group> = tables
            .into_iter()
            .enumerate()
            .filter(|(_, counts)| present(counts))
            .map(|(code, counts)| {
                let gap = code == names.len();
                let member = if gap { MISSING } else { code as u32 };
                Group { members: vec![member], counts, floating: gap && scale == Scale::Floating }
            })
            .collect();
        let categories = groups.len();
        let groups = merge(groups, scale, self.options);
        if groups.len() < 2 {
            return None;
        }
        let (chi2, df) = chi_squared(&groups.iter().collect::<Vec<_>>());
        let ln_p = ln_p((chi2, df));
        let scale = if scale == Scale::Floating && !gaps { Scale::Ordinal } else { scale };
        let multiplier =
            if self.options.bonferroni { multiplier(scale, categories, groups.len()) } else { 1.0 };
        let ln_adjusted_p = (ln_p + multiplier.ln()).min(0.0);
        let groups = groups.into_iter().map(|group| group.members).collect();
        Some(Candidate { predictor, groups, chi2, df, ln_p, multiplier, ln_adjusted_p })
    }
}

fn check(
    predictors: &[Predictor],
    outcome: &[u32],
    weights: Option<&[f64]>,
    options: &ChaidOptions,
) -> Result<(), Error> {
    if outcome.is_empty() || predictors.is_empty() {
        return Err(Error::Empty);
    }
    let level = |level: f64| level > 0.0 && level <= 1.0;
    if !(level(options.merge) && level(options.split)) {
        return Err(Error::Parameter { name: "merge and split", problem: "must be above 0 and at most 1" });
    }
    for predictor in predictors {
        same_length("a predictor", predictor.codes.len(), outcome.len())?;
        let named = |&code: &u32| code == MISSING || (code as usize) < predictor.names.len();
        if let Some(row) = predictor.codes.iter().position(|code| !named(code)) {
            let problem = "has a code without a name";
            return Err(Error::Value { column: predictor.name.to_owned(), row, problem });
        }
    }
    if let Some(row) = outcome.iter().position(|&y| y >= 1_000) {
        return Err(Error::Value { column: "outcome".to_owned(), row, problem: "is not a code below 1,000" });
    }
    Weights::new(weights, outcome.len())?;
    if outcome.iter().all(|y| *y == outcome[0]) {
        return Err(Error::OneClass);
    }
    if predictors.iter().all(|predictor| predictor.codes.iter().all(|code| *code == predictor.codes[0])) {
        return Err(Error::Constant { column: "every predictor".to_owned() });
    }
    Ok(())
}
