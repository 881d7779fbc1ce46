//! A start and many small trees that add up to a score.

use super::tree::Tree;
use crate::Feature;

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Ensemble {
    /// The score before any tree.
    pub start: f64,
    pub trees: Vec<Tree>,
}

impl Ensemble {
    /// The score of each of so many rows.
    pub fn scores(&self, features: &[Feature], rows: usize) -> Vec<f64> {
        let mut scores = vec![self.start; rows];
        for tree in &self.trees {
            for (row, score) in scores.iter_mut().enumerate() {
                *score += tree.value(features, row);
            }
        }
        scores
    }

    /// What each column adds to the score of a row, and what the score of the average row is; they sum to the score.
    pub fn contributions(&self, features: &[Feature], row: usize) -> (Vec<f64>, f64) {
        let mut parts = vec![0.0; features.len()];
        let mut base = self.start;
        for tree in &self.trees {
            base += tree.mean();
            tree.add_contributions(features, row, &mut parts);
        }
        (parts, base)
    }
}

#[cfg(test)]
impl Ensemble {
    /// The score when only the columns that `known` names are known, the others by the rows that went each way.
    pub fn expected_score(&self, features: &[Feature], row: usize, known: &dyn Fn(usize) -> bool) -> f64 {
        fn below(
            tree: &Tree,
            at: usize,
            features: &[Feature],
            row: usize,
            known: &dyn Fn(usize) -> bool,
        ) -> f64 {
            let node = &tree.nodes[at];
            let Some(question) = &node.question else { return node.value };
            let on = |left: bool| below(tree, question.next(left), features, row, known);
            if known(question.column()) {
                return on(question.goes_left(features, row));
            }
            let share = |left: bool| tree.nodes[question.next(left)].cover / node.cover;
            share(true) * on(true) + share(false) * on(false)
        }
        self.start + self.trees.iter().map(|tree| below(tree, 0, features, row, known)).sum::<f64>()
    }
}
