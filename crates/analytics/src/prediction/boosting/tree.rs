//! A finished tree: questions and answers on plain values.

use crate::{Feature, Values};

/// Nodes, the root first; children come after their parent.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Tree {
    pub nodes: Vec<Node>,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Node {
    /// What is added to the score of a row that ends here.
    pub value: f64,
    /// Rows of the fit that passed.
    pub cover: f64,
    /// Where to go on; none at a leaf.
    pub question: Option<Question>,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Question {
    /// Up to the border goes left; gaps as told.
    Number { column: usize, border: f64, gaps_left: bool, left: usize, right: usize },
    /// The listed codes (ascending) go to one side, everything else and gaps to the other.
    Category { column: usize, listed: Vec<u32>, listed_left: bool, left: usize, right: usize },
}

impl Question {
    pub fn column(&self) -> usize {
        match self {
            Question::Number { column, .. } | Question::Category { column, .. } => *column,
        }
    }

    pub fn next(&self, goes_left: bool) -> usize {
        match self {
            Question::Number { left, right, .. } | Question::Category { left, right, .. } => {
                if goes_left {
                    *left
                } else {
                    *right
                }
            }
        }
    }

    pub fn number_goes_left(&self, value: f64) -> bool {
        match self {
            Question::Number { gaps_left, .. } if value.is_nan() => *gaps_left,
            Question::Number { border, .. } => value <= *border,
            Question::Category { listed_left, .. } => !listed_left,
        }
    }

    pub fn code_goes_left(&self, code: u32) -> bool {
        match self {
            Question::Number { gaps_left, .. } => *gaps_left,
            Question::Category { listed, listed_left, .. } => {
                listed.binary_search(&code).is_ok() == *listed_left
            }
        }
    }

    pub fn goes_left(&self, features: &[Feature], row: usize) -> bool {
        match features[self.column()].values {
            Values::Numbers(values) => self.number_goes_left(values[row]),
            Values::Categories { codes, .. } => self.code_goes_left(codes[row]),
        }
    }
}

impl Tree {
    /// The answer for a row.
    pub fn value(&self, features: &[Feature], row: usize) -> f64 {
        let mut node = &self.nodes[0];
        while let Some(question) = &node.question {
            node = &self.nodes[question.next(question.goes_left(features, row))];
        }
        node.value
    }

    /// The mean answer over the rows of the fit.
    pub fn mean(&self) -> f64 {
        let leaves = self.nodes.iter().filter(|node| node.question.is_none());
        leaves.map(|leaf| leaf.value * leaf.cover).sum::<f64>() / self.nodes[0].cover
    }
}
