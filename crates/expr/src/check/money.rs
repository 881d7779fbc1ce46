//! Amounts keep their currency, and those of different currencies are not computed with: the answer is empty.
//!
//! What an expression computes from amounts has a currency too, told by a node beside it. Where two amounts meet whose
//! currencies may differ, a guard compares them first; an amount without a currency goes with any. So the same answer
//! comes out in memory and in every database, and no sum of dollars and euros comes out anywhere.

use super::{Typed, folded};
use crate::node::{Compare, Node};

/// The condition under which amounts may be computed with each other; nothing when nothing can be in the way.
pub(super) fn guard(currencies: &[Option<&Node>]) -> Option<Node> {
    let mut known: Vec<&Node> = Vec::new();
    for currency in currencies.iter().copied().flatten() {
        if !known.contains(&currency) {
            known.push(currency);
        }
    }
    let mut pairs = Vec::new();
    for (at, first) in known.iter().enumerate() {
        pairs.extend(known[at + 1..].iter().map(|second| folded(same(first, second))));
    }
    match pairs.len() {
        0 => None,
        1 => pairs.pop(),
        _ => Some(folded(Node::And(pairs))),
    }
}

/// What is computed from these amounts: empty where their currencies differ, else in the one that they have.
pub(super) fn computed(made: Typed, of: &[Option<Node>]) -> Typed {
    let currencies: Vec<Option<&Node>> = of.iter().map(Option::as_ref).collect();
    let node = match guard(&currencies) {
        Some(guard) => {
            let empty = Node::Const { value: kernel::Value::Null, shape: made.node.shape() };
            Node::If(Box::new([guard, made.node, empty]))
        }
        None => made.node,
    };
    Typed { node, ..made }.in_currency(common(of))
}

/// A comparison of these amounts: false where their currencies differ.
pub(super) fn compared(condition: Node, of: [Option<&Node>; 2]) -> Node {
    match guard(&of) {
        Some(guard) => Node::And(vec![guard, folded(condition)]),
        None => condition,
    }
}

/// The currency of an amount, as long as there is one.
pub(super) fn where_filled(amount: &Node, currency: Node) -> Node {
    Node::If(Box::new([Node::IsEmpty(Box::new(amount.clone())), Node::nothing(), currency]))
}

/// The currency that amounts have which passed the guard.
fn common(of: &[Option<Node>]) -> Option<Node> {
    let mut known: Vec<Node> = Vec::new();
    for currency in of.iter().flatten() {
        if !known.contains(currency) {
            known.push(currency.clone());
        }
    }
    match known.len() {
        0 | 1 => known.pop(),
        _ => Some(Node::Coalesce(known)),
    }
}

fn same(first: &Node, second: &Node) -> Node {
    let is_empty = |node: &Node| folded(Node::IsEmpty(Box::new(node.clone())));
    Node::Or(vec![
        is_empty(first),
        is_empty(second),
        folded(Node::compare(Compare::Equal, first.clone(), second.clone())),
    ])
}
