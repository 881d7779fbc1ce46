//! Forecasts that add up: regions to the country, products to the range.
//!
//! Every node of a tree is forecast for itself; then all are moved, as little as the chosen weights allow, until each
//! parent is the sum of its children: ỹ = S (Sᵀ W⁻¹ S)⁻¹ Sᵀ W⁻¹ ŷ. Hyndman, Ahmed, Athanasopoulos and Shang (2011);
//! Wickramasuriya, Athanasopoulos and Hyndman (2019), "Optimal forecast reconciliation … through trace minimization".
//! Or the top is shared out downwards: Athanasopoulos, Ahmed and Hyndman (2009), section 3.3.

use crate::optimise::Cholesky;
use crate::{Error, check_values, same_length};

/// What is known of the errors of the forecasts, and so which of them are moved most.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Weights<'a> {
    /// Only the leaves count; parents become their sums.
    BottomUp,
    /// Only the top counts; it is shared out in the proportions of the forecasts below it.
    TopDown,
    /// All errors alike (ordinary least squares).
    Equal,
    /// The variance of a node grows with the number of leaves below it (structural scaling).
    Leaves,
    /// Variances from one-step errors: nodes × `times`, node by node.
    Variances { errors: &'a [f64], times: usize },
    /// The covariance of the same errors, shrunk towards its diagonal (MinT; Schäfer and Strimmer 2005).
    Covariance { errors: &'a [f64], times: usize },
}

/// Makes forecasts of a tree add up.
///
/// `parent[i]` is the node above node i, `None` for a root; `forecasts` has nodes × `steps` values, node by node, and
/// so has the result.
///
/// # Errors
/// [`Error::Length`], [`Error::Value`], [`Error::Parameter`] for a tree with a circle or a parent that is not there,
/// [`Error::TooFew`] with fewer than two times of errors, [`Error::Constant`] when a node has no error at all,
/// [`Error::Value`] for a node whose children are forecast to be nothing in all, when the top is shared out.
pub fn reconcile(
    parent: &[Option<usize>],
    forecasts: &[f64],
    steps: usize,
    weights: Weights<'_>,
) -> Result<Vec<f64>, Error> {
    let nodes = parent.len();
    same_length("the forecasts", forecasts.len(), nodes * steps)?;
    check_values("the forecasts", forecasts, "is not a number", f64::is_finite)?;
    let tree = Tree::new(parent)?;
    if weights == Weights::TopDown {
        return tree.shared_out(parent, forecasts, steps);
    }
    let Some(inverse) = tree.inverse_weights(weights)? else {
        return Ok(tree.sums(&tree.leaf_values(forecasts, steps), steps));
    };
    let leaves = tree.leaves.len();
    let weighted = tree.sum_by_leaf(&inverse, nodes);
    let mut normal = vec![0.0; leaves * leaves];
    for (row, values) in weighted.chunks(nodes).enumerate() {
        for (node, value) in values.iter().enumerate() {
            for &leaf in &tree.below[node] {
                normal[row * leaves + leaf] += value;
            }
        }
    }
    let factor = Cholesky::new(&normal, leaves)
        .map_err(|_| Error::Parameter { name: "the weights", problem: "do not determine the leaves" })?;
    let mut values = vec![0.0; leaves * steps];
    for step in 0..steps {
        let right: Vec<f64> = weighted
            .chunks(nodes)
            .map(|row| row.iter().enumerate().map(|(node, w)| w * forecasts[node * steps + step]).sum())
            .collect();
        for (leaf, value) in factor.solve(&right).into_iter().enumerate() {
            values[leaf * steps + step] = value;
        }
    }
    Ok(tree.sums(&values, steps))
}

struct Tree {
    /// The nodes without children.
    leaves: Vec<usize>,
    /// For each node, the places among the leaves of those at or below it.
    below: Vec<Vec<usize>>,
}

impl Tree {
    fn new(parent: &[Option<usize>]) -> Result<Tree, Error> {
        let nodes = parent.len();
        let broken = Error::Parameter { name: "the hierarchy", problem: "must be a tree without circles" };
        if parent.iter().flatten().any(|&above| above >= nodes) {
            return Err(broken);
        }
        let mut has_children = vec![false; nodes];
        parent.iter().flatten().for_each(|&above| has_children[above] = true);
        let leaves: Vec<usize> = (0..nodes).filter(|&node| !has_children[node]).collect();
        let mut below = vec![Vec::new(); nodes];
        for (place, &leaf) in leaves.iter().enumerate() {
            let (mut node, mut depth) = (Some(leaf), 0);
            while let Some(at) = node {
                below[at].push(place);
                node = parent[at];
                depth += 1;
                if depth > nodes {
                    return Err(broken);
                }
            }
        }
        if below.iter().any(Vec::is_empty) { Err(broken) } else { Ok(Tree { leaves, below }) }
    }

    fn leaf_values(&self, forecasts: &[f64], steps: usize) -> Vec<f64> {
        self.leaves.iter().flat_map(|&node| &forecasts[node * steps..(node + 1) * steps]).copied().collect()
    }

    /// All nodes from the tops: each child gets its share of what all children of its parent were forecast to be.
    fn shared_out(
        &self,
        parent: &[Option<usize>],
        forecasts: &[f64],
        steps: usize,
    ) -> Result<Vec<f64>, Error> {
        let nodes = parent.len();
        let mut children = vec![Vec::new(); nodes];
        (0..nodes).for_each(|node| parent[node].iter().for_each(|&above| children[above].push(node)));
        let mut found = forecasts.to_vec();
        let mut open: Vec<usize> = (0..nodes).filter(|&node| parent[node].is_none()).collect();
        while let Some(node) = open.pop() {
            for step in 0..steps {
                let all: f64 = children[node].iter().map(|&child| forecasts[child * steps + step]).sum();
                if all == 0.0 && !children[node].is_empty() && found[node * steps + step] != 0.0 {
                    let problem = "has children whose forecasts sum to zero, so that it cannot be shared out";
                    return Err(Error::Value { column: "the hierarchy".to_owned(), row: node, problem });
                }
                let share = if all == 0.0 { 0.0 } else { found[node * steps + step] / all };
                for &child in &children[node] {
                    found[child * steps + step] = share * forecasts[child * steps + step];
                }
            }
            open.extend(&children[node]);
        }
        Ok(found)
    }

    /// All nodes from the leaves: nodes × steps.
    fn sums(&self, leaf_values: &[f64], steps: usize) -> Vec<f64> {
        let at = |leaves: &Vec<usize>, step| leaves.iter().map(|leaf| leaf_values[leaf * steps + step]).sum();
        self.below.iter().flat_map(|leaves| (0..steps).map(move |step| at(leaves, step))).collect()
    }

    /// Sᵀ times a matrix of nodes × `width`.
    fn sum_by_leaf(&self, matrix: &[f64], width: usize) -> Vec<f64> {
        let mut sums = vec![0.0; self.leaves.len() * width];
        for (node, row) in matrix.chunks(width).enumerate() {
            for &leaf in &self.below[node] {
                sums[leaf * width..(leaf + 1) * width].iter_mut().zip(row).for_each(|(s, v)| *s += v);
            }
        }
        sums
    }

    /// W⁻¹, nodes × nodes; `None` when only leaves count.
    fn inverse_weights(&self, weights: Weights<'_>) -> Result<Option<Vec<f64>>, Error> {
        let nodes = self.below.len();
        let diagonal = |weight: &dyn Fn(usize) -> f64| {
            let mut matrix = vec![0.0; nodes * nodes];
            (0..nodes).for_each(|node| matrix[node * nodes + node] = 1.0 / weight(node));
            Ok(Some(matrix))
        };
        match weights {
            Weights::BottomUp | Weights::TopDown => Ok(None),
            Weights::Equal => diagonal(&|_| 1.0),
            Weights::Leaves => diagonal(&|node| self.below[node].len() as f64),
            Weights::Variances { errors, times } => {
                let covariance = covariance(errors, times, nodes, false)?;
                diagonal(&|node| covariance[node * nodes + node])
            }
            Weights::Covariance { errors, times } => {
                let covariance = covariance(errors, times, nodes, true)?;
                let factor = Cholesky::new(&covariance, nodes)
                    .map_err(|_| Error::Parameter { name: "the errors", problem: "repeat one another" })?;
                Ok(Some(factor.inverse()))
            }
        }
    }
}

/// Mean products of errors, nodes × nodes; with `shrink`, correlations shrunk towards zero by the share that Schäfer
/// and Strimmer (2005) estimate.
fn covariance(errors: &[f64], times: usize, nodes: usize, shrink: bool) -> Result<Vec<f64>, Error> {
    same_length("the errors", errors.len(), nodes * times)?;
    check_values("the errors", errors, "is not a number", f64::is_finite)?;
    if times < 2 {
        return Err(Error::TooFew { what: "times of errors", have: times, need: 2 });
    }
    let row = |node: usize| &errors[node * times..(node + 1) * times];
    let n = times as f64;
    let product = |a: usize, b: usize| row(a).iter().zip(row(b)).map(|(x, y)| x * y).sum::<f64>() / n;
    let scale: Vec<f64> = (0..nodes).map(|node| product(node, node).sqrt()).collect();
    if let Some(node) = scale.iter().position(|&s| s == 0.0) {
        return Err(Error::Constant { column: format!("the error of node {node}") });
    }
    let (mut unsure, mut squares) = (0.0, 0.0);
    let mut matrix = vec![0.0; nodes * nodes];
    for a in 0..nodes {
        matrix[a * nodes + a] = scale[a] * scale[a];
        for b in 0..a {
            let correlation = product(a, b) / (scale[a] * scale[b]);
            let spread = |(x, y): (&f64, &f64)| (x * y / (scale[a] * scale[b]) - correlation).powi(2);
            unsure += row(a).iter().zip(row(b)).map(spread).sum::<f64>() / (n * (n - 1.0));
            squares += correlation * correlation;
            matrix[a * nodes + b] = correlation;
        }
    }
    let share = if shrink && squares > 0.0 { 1.0 - (unsure / squares).clamp(0.0, 1.0) } else { 0.0 };
    for a in 0..nodes {
        for b in 0..a {
            let value = share * matrix[a * nodes + b] * scale[a] * scale[b];
            matrix[a * nodes + b] = value;
            matrix[b * nodes + a] = value;
        }
    }
    Ok(matrix)
}
