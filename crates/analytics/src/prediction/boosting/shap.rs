//! What each column adds to a row's answer: SHAP values by tree paths (Lundberg, Erion, Lee 2018, algorithm 2).
//!
//! On the way down a path is kept of the columns asked so far: for each, the share of rows that would pass without
//! knowing it (`zero`), whether the row passes knowing it (`one`), and the weight of the sets of columns of each
//! size. Names follow the paper: extend, unwind.

use super::tree::Tree;
use crate::Feature;

#[derive(Clone, Copy)]
struct Step {
    column: usize,
    zero: f64,
    one: f64,
    weight: f64,
}

/// Stands for no column, at the root.
const NOTHING: usize = usize::MAX;

impl Tree {
    /// Adds what each column contributes to the answer for a row; with the mean answer they sum to it.
    pub(super) fn add_contributions(&self, features: &[Feature], row: usize, parts: &mut [f64]) {
        self.walk(features, row, 0, &[], Step { column: NOTHING, zero: 1.0, one: 1.0, weight: 0.0 }, parts);
    }

    fn walk(
        &self,
        features: &[Feature],
        row: usize,
        at: usize,
        path: &[Step],
        step: Step,
        parts: &mut [f64],
    ) {
        let mut path = extend(path, step);
        let node = &self.nodes[at];
        let Some(question) = &node.question else {
            for known in 1..path.len() {
                let weight: f64 = unwind(&path, known).iter().map(|step| step.weight).sum();
                let Step { column, zero, one, .. } = path[known];
                parts[column] += weight * (one - zero) * node.value;
            }
            return;
        };
        let goes_left = question.goes_left(features, row);
        let (hot, cold) = (question.next(goes_left), question.next(!goes_left));
        let (mut zero, mut one) = (1.0, 1.0);
        if let Some(known) = path.iter().position(|step| step.column == question.column()) {
            (zero, one) = (path[known].zero, path[known].one);
            path = unwind(&path, known);
        }
        for (child, passes) in [(hot, one), (cold, 0.0)] {
            let share = self.nodes[child].cover / node.cover;
            let step = Step { column: question.column(), zero: zero * share, one: passes, weight: 0.0 };
            self.walk(features, row, child, &path, step, parts);
        }
    }
}

fn extend(path: &[Step], step: Step) -> Vec<Step> {
    let length = path.len();
    let mut longer = path.to_vec();
    longer.push(Step { weight: if length == 0 { 1.0 } else { 0.0 }, ..step });
    for at in (0..length).rev() {
        let size = (length + 1) as f64;
        longer[at + 1].weight += step.one * longer[at].weight * (at + 1) as f64 / size;
        longer[at].weight *= step.zero * (length - at) as f64 / size;
    }
    longer
}

/// The path as it would be without one of its steps.
fn unwind(path: &[Step], without: usize) -> Vec<Step> {
    let last = path.len() - 1;
    let Step { zero, one, .. } = path[without];
    let mut shorter = path[..last].to_vec();
    let mut next = path[last].weight;
    for at in (0..last).rev() {
        if one != 0.0 {
            let before = path[at].weight;
            shorter[at].weight = next * (last + 1) as f64 / ((at + 1) as f64 * one);
            next = before - shorter[at].weight * zero * (last - at) as f64 / (last + 1) as f64;
        } else {
            shorter[at].weight = path[at].weight * (last + 1) as f64 / (zero * (last - at) as f64);
        }
    }
    for at in without..last {
        let Step { column, zero, one, .. } = path[at + 1];
        shorter[at] = Step { column, zero, one, weight: shorter[at].weight };
    }
    shorter
}
