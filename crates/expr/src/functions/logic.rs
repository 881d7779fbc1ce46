//! Choosing between values.

use super::{
    Function,
    Parameter::{Condition, Same},
    Returns, Signature, signature, variadic,
};
use crate::node::Node;

pub(super) const FUNCTIONS: &[Function] = &[
    Function {
        name: "if",
        signatures: &[Signature {
            required: 2,
            ..signature(&[Condition, Same, Same], Returns::Same, choose)
        }],
        summary: "the second argument if the condition is true, else the third, or empty without one",
        example: ("if(12 > 10, \"bulky\", \"small\")", "\"bulky\""),
    },
    Function {
        name: "coalesce",
        signatures: &[variadic(&[Same], Returns::Same, Node::Coalesce)],
        summary: "the first argument that is not empty",
        example: ("coalesce(empty, \"\", \"none\")", "\"none\""),
    },
];

fn choose(mut args: Vec<Node>) -> Node {
    let otherwise = args.pop().unwrap_or(Node::FALSE);
    let then = args.pop().unwrap_or(Node::FALSE);
    let condition = args.pop().unwrap_or(Node::FALSE);
    Node::If(Box::new([condition, then, otherwise]))
}
