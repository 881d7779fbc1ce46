//! CHAID: trees with as many branches as the data call for, chosen by chi-squared or F tests (Kass 1980).
//!
//! At each node the categories of every predictor are merged until all that are left differ, or, exhaustively, to
//! where they differ most (Biggs, de Ville, Suen 1991). The predictor whose groups are least likely by chance, allowing for the ways it could have been merged, splits the node. p-values
//! underflow on large data, so their logarithms are compared. Start at [`chaid`].

use super::chaid_answers::{Answers, Target, test};
use super::chaid_merge::{Group, answers, exhaustive_multiplier, ln_multiplier, merge, multiplier};
use crate::error::{check_values, same_length};
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
    /// Categories merge while their difference has a p-value above this; of no use to exhaustive merging.
    pub merge: f64,
    /// A merged category of three or more is split again where its parts differ by a p-value of at most this, which is not
    /// above `merge`; never if none, nor by exhaustive merging.
    pub resplit: Option<f64>,
    /// Merge down to two groups, and take the step at which the groups were least likely by chance.
    pub exhaustive: bool,
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
            resplit: None,
            exhaustive: false,
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
    /// Pearson's chi-squared of the merged table, or F of its groups for a number.
    pub statistic: f64,
    /// Its degrees of freedom.
    pub df: usize,
    /// F's degrees of freedom within groups: rows, by weight, less groups.
    pub df_within: Option<f64>,
    /// ln of its p-value.
    pub ln_p: f64,
    /// Bonferroni's multiplier, 1 without it; infinite past 1.8e308.
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
    /// What they answer.
    pub answers: Answers,
    /// Every predictor that could split it, likeliest by chance last.
    pub candidates: Vec<Candidate>,
    /// The node of each group of the first candidate; empty at a leaf.
    pub children: Vec<usize>,
}

impl ChaidNode {
    /// Share of class 1, or the mean.
    pub fn answer(&self) -> f64 {
        self.answers.answer()
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

    /// Share of class 1, or the mean, where each row ends.
    ///
    /// # Errors
    /// As [`Self::ends`].
    pub fn predict(&self, predictors: &[Predictor]) -> Result<Vec<f64>, Error> {
        Ok(self.ends(predictors)?.into_iter().map(|node| self.nodes[node].answer()).collect())
    }
}

/// Grows a tree that tells `target`.
///
/// `weights`, if given, say how many cases each row stands for; rows of weight 0 are left out.
///
/// # Errors
/// [`Error::Empty`], [`Error::Length`], [`Error::Value`] for bad data, [`Error::OneClass`] when all answers are
/// alike, [`Error::Constant`] when no predictor varies, [`Error::Parameter`] for levels outside 0 and 1,
/// [`Error::Stopped`].
pub fn chaid(
    predictors: &[Predictor],
    target: Target,
    weights: Option<&[f64]>,
    options: &ChaidOptions,
    progress: &dyn Progress,
) -> Result<Chaid, Error> {
    let rows = check(predictors, target, weights, options)?;
    let classes = match target {
        Target::Classes(codes) => codes.iter().max().map_or(0, |&last| last as usize + 1).max(2),
        Target::Numbers(_) => 0,
    };
    let mut growth =
        Growth { predictors, target, weights, classes, options, progress, nodes: vec![], done: 0 };
    growth.grow(rows, None, 0)?;
    let levels = |predictor: &Predictor| predictor.names.iter().map(|&name| name.to_owned()).collect();
    Ok(Chaid {
        names: predictors.iter().map(|predictor| predictor.name.to_owned()).collect(),
        levels: predictors.iter().map(levels).collect(),
        nodes: growth.nodes,
    })
}

struct Growth<'a> {
    predictors: &'a [Predictor<'a>],
    target: Target<'a>,
    weights: Option<&'a [f64]>,
    classes: usize,
    options: &'a ChaidOptions,
    progress: &'a dyn Progress,
    nodes: Vec<ChaidNode>,
    done: usize,
}

impl Growth<'_> {
    fn add(&self, answers: &mut Answers, row: u32) {
        let weight = self.weights.map_or(1.0, |weights| weights[row as usize]);
        answers.add(self.target, row as usize, weight);
    }

    fn grow(&mut self, rows: Vec<u32>, parent: Option<usize>, depth: usize) -> Result<usize, Error> {
        let at = self.nodes.len();
        let mut answers = Answers::none(self.target, self.classes);
        rows.iter().for_each(|&row| self.add(&mut answers, row));
        let large = answers.rows() >= self.options.min_parent;
        let asks = depth < self.options.max_depth && large && answers.differ();
        let candidates = if asks { self.candidates(&rows) } else { Vec::new() };
        let splits = candidates.first().is_some_and(|best| best.ln_adjusted_p <= self.options.split.ln());
        self.nodes.push(ChaidNode { parent, depth, answers, candidates, children: Vec::new() });
        if !splits {
            self.done += rows.len();
            self.progress.at(self.done as f64 / self.target.len() as f64)?;
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
        let mut categories = vec![Answers::none(self.target, self.classes); names.len() + 1];
        for &row in rows {
            self.add(&mut categories[(codes[row as usize] as usize).min(names.len())], row);
        }
        let present = |answers: &Answers| answers.rows() > 0.0;
        let gaps = present(&categories[names.len()]);
        let scale = if scale == Scale::Ordinal && gaps { Scale::Floating } else { scale };
        let groups: Vec<Group> = categories
            .into_iter()
            .enumerate()
            .filter(|(_, answers)| present(answers))
            .map(|(code, answers)| {
                let gap = code == names.len();
                let member = if gap { MISSING } else { code as u32 };
                Group { members: vec![member], answers, floating: gap && scale == Scale::Floating }
            })
            .collect();
        let categories = groups.len();
        let groups = merge(groups, scale, self.options);
        if groups.len() < 2 {
            return None;
        }
        let found = test(&answers(&groups));
        let scale = if scale == Scale::Floating && !gaps { Scale::Ordinal } else { scale };
        let (multiplier, ln_multiplier) = match (self.options.bonferroni, self.options.exhaustive) {
            (false, _) => (1.0, 0.0),
            (true, false) => {
                (multiplier(scale, categories, groups.len()), ln_multiplier(scale, categories, groups.len()))
            }
            (true, true) => {
                let pairs = exhaustive_multiplier(scale, categories);
                (pairs, pairs.ln())
            }
        };
        Some(Candidate {
            predictor,
            groups: groups.into_iter().map(|group| group.members).collect(),
            statistic: found.statistic,
            df: found.df,
            df_within: found.df_within,
            ln_p: found.ln_p,
            multiplier,
            ln_adjusted_p: (found.ln_p + ln_multiplier).min(0.0),
        })
    }
}

/// Checks everything; gives the rows that count.
fn check(
    predictors: &[Predictor],
    target: Target,
    weights: Option<&[f64]>,
    options: &ChaidOptions,
) -> Result<Vec<u32>, Error> {
    if target.is_empty() || predictors.is_empty() {
        return Err(Error::Empty);
    }
    let level = |level: f64| level > 0.0 && level <= 1.0;
    if !(level(options.merge) && level(options.split)) {
        return Err(Error::Parameter { name: "merge and split", problem: "must be above 0 and at most 1" });
    }
    if options.resplit.is_some_and(|resplit| !level(resplit) || resplit > options.merge) {
        let problem = "must be above 0 and at most the level at which categories merge";
        return Err(Error::Parameter { name: "the level to split again at", problem });
    }
    for predictor in predictors {
        same_length("a predictor", predictor.codes.len(), target.len())?;
        let named = |&code: &u32| code == MISSING || (code as usize) < predictor.names.len();
        if let Some(row) = predictor.codes.iter().position(|code| !named(code)) {
            let problem = "has a code without a name";
            return Err(Error::Value { column: predictor.name.to_owned(), row, problem });
        }
    }
    let rows = counted(target.len(), weights)?;
    let same = match target {
        Target::Classes(codes) => {
            if let Some(row) = codes.iter().position(|&code| code >= 1_000) {
                let problem = "is not a code below 1,000";
                return Err(Error::Value { column: "outcome".to_owned(), row, problem });
            }
            rows.iter().all(|&row| codes[row as usize] == codes[rows[0] as usize])
        }
        Target::Numbers(values) => {
            check_values("outcome", values, "is not a finite number", f64::is_finite)?;
            rows.iter().all(|&row| values[row as usize] == values[rows[0] as usize])
        }
    };
    if same {
        return Err(Error::OneClass);
    }
    let constant = |codes: &[u32]| rows.iter().all(|&row| codes[row as usize] == codes[rows[0] as usize]);
    if predictors.iter().all(|predictor| constant(predictor.codes)) {
        return Err(Error::Constant { column: "every predictor".to_owned() });
    }
    Ok(rows)
}

/// The rows with a weight above zero.
fn counted(rows: usize, weights: Option<&[f64]>) -> Result<Vec<u32>, Error> {
    let Some(weights) = weights else { return Ok((0..rows as u32).collect()) };
    same_length("the column of weights", weights.len(), rows)?;
    check_values("weight", weights, "is not a number of zero or more", |w| w >= 0.0 && w.is_finite())?;
    let counted: Vec<u32> = (0..rows as u32).filter(|&row| weights[row as usize] > 0.0).collect();
    if counted.is_empty() { Err(Error::Empty) } else { Ok(counted) }
}
