//! Minimal cost-complexity pruning (Breiman et al. 1984, chapter 3), and the part of a tree that grows first.
//!
//! The cost of a leaf is its impurity × its share of the rows. A branch is worth α for each leaf that it has more
//! than one; the branch that is worth least per leaf goes first.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use super::cart::Cart;

/// A node that can be asked about, and how much that lowers the impurity of the tree.
struct Offer {
    fall: f64,
    at: usize,
}

impl Ord for Offer {
    fn cmp(&self, other: &Offer) -> Ordering {
        self.fall.total_cmp(&other.fall).then(other.at.cmp(&self.at))
    }
}

impl PartialOrd for Offer {
    fn partial_cmp(&self, other: &Offer) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Offer {
    fn eq(&self, other: &Offer) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Offer {}

/// The tree when α has reached a value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PruneStep {
    /// The least α that gives this tree.
    pub alpha: f64,
    /// Its leaves.
    pub leaves: usize,
    /// Σ impurity × share of rows over its leaves.
    pub cost: f64,
}

/// Which nodes of a tree are still there, and what their branches cost.
struct Branches<'a> {
    tree: &'a Cart,
    parent: Vec<Option<usize>>,
    /// Below a node: leaves, and what they cost.
    leaves: Vec<usize>,
    cost: Vec<f64>,
    gone: Vec<bool>,
    cut: Vec<bool>,
}

impl<'a> Branches<'a> {
    fn new(tree: &'a Cart) -> Self {
        let count = tree.nodes.len();
        let mut made = Branches {
            tree,
            parent: vec![None; count],
            leaves: vec![1; count],
            cost: (0..count).map(|at| leaf_cost(tree, at)).collect(),
            gone: vec![false; count],
            cut: tree.nodes.iter().map(|node| node.split.is_none()).collect(),
        };
        // Children come after their parents.
        for at in (0..count).rev() {
            if let Some((_, left, right)) = tree.nodes[at].split {
                made.parent[left] = Some(at);
                made.parent[right] = Some(at);
                made.leaves[at] = made.leaves[left] + made.leaves[right];
                made.cost[at] = made.cost[left] + made.cost[right];
            }
        }
        made
    }

    /// The branch worth least per leaf, with that α.
    fn weakest(&self) -> Option<(usize, f64)> {
        let worth = |at: usize| (leaf_cost(self.tree, at) - self.cost[at]) / (self.leaves[at] - 1) as f64;
        let branches = (0..self.leaves.len()).filter(|&at| !self.cut[at] && !self.gone[at]);
        branches.map(|at| (at, worth(at))).min_by(|a, b| a.1.total_cmp(&b.1))
    }

    /// Makes a leaf of a branch.
    fn prune(&mut self, at: usize) {
        let (leaves, cost) = (self.leaves[at] - 1, self.cost[at] - leaf_cost(self.tree, at));
        let mut up = Some(at);
        while let Some(above) = up {
            self.leaves[above] -= leaves;
            self.cost[above] -= cost;
            up = self.parent[above];
        }
        self.cut[at] = true;
        let mut below: Vec<usize> = children(self.tree, at);
        while let Some(node) = below.pop() {
            self.gone[node] = true;
            below.extend(children(self.tree, node));
        }
    }
}

fn children(tree: &Cart, at: usize) -> Vec<usize> {
    tree.nodes[at].split.as_ref().map_or(Vec::new(), |(_, left, right)| vec![*left, *right])
}

fn leaf_cost(tree: &Cart, at: usize) -> f64 {
    tree.nodes[at].impurity * tree.nodes[at].rows / tree.nodes[0].rows
}

/// Every tree that some α gives, from the whole tree to the root alone, with rising α.
pub fn pruning_path(tree: &Cart) -> Vec<PruneStep> {
    let mut branches = Branches::new(tree);
    let mut alpha = 0.0f64;
    let mut path = vec![PruneStep { alpha, leaves: branches.leaves[0], cost: branches.cost[0] }];
    while let Some((at, worth)) = branches.weakest() {
        branches.prune(at);
        alpha = alpha.max(worth);
        path.push(PruneStep { alpha, leaves: branches.leaves[0], cost: branches.cost[0] });
    }
    path
}

impl Cart {
    /// The part of the tree with at most so many leaves that growing has when it always asks next about the node where that
    /// lowers the impurity most, weighed by rows; of equal ones about the first in the order of the walk.
    pub(super) fn best_first(&self, leaves: usize) -> Cart {
        let fall = |at: usize| {
            leaf_cost(self, at)
                - children(self, at).into_iter().map(|below| leaf_cost(self, below)).sum::<f64>()
        };
        let mut cut = vec![true; self.nodes.len()];
        let mut open = BinaryHeap::new();
        let offer = |open: &mut BinaryHeap<Offer>, at: usize| {
            if self.nodes[at].split.is_some() {
                open.push(Offer { fall: fall(at), at });
            }
        };
        offer(&mut open, 0);
        for _ in 1..leaves {
            let Some(Offer { at, .. }) = open.pop() else { break };
            cut[at] = false;
            children(self, at).into_iter().for_each(|below| offer(&mut open, below));
        }
        let mut nodes = Vec::new();
        self.keep(0, &cut, &mut nodes);
        Cart { names: self.names.clone(), criterion: self.criterion, nodes }
    }

    /// The smallest tree whose branches are all worth more than `alpha` per leaf.
    pub fn pruned(&self, alpha: f64) -> Cart {
        let mut branches = Branches::new(self);
        while let Some((at, worth)) = branches.weakest()
            && worth <= alpha
        {
            branches.prune(at);
        }
        let mut nodes = Vec::new();
        self.keep(0, &branches.cut, &mut nodes);
        Cart { names: self.names.clone(), criterion: self.criterion, nodes }
    }

    fn keep(&self, at: usize, cut: &[bool], nodes: &mut Vec<super::CartNode>) -> usize {
        let place = nodes.len();
        let mut node = self.nodes[at].clone();
        let split = node.split.take();
        nodes.push(node);
        if let (Some((split, left, right)), false) = (split, cut[at]) {
            let left = self.keep(left, cut, nodes);
            let right = self.keep(right, cut, nodes);
            nodes[place].split = Some((split, left, right));
        }
        place
    }
}
