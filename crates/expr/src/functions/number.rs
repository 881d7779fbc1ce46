//! Numbers.

use super::{
    Function,
    Parameter::{Day, Number, Text, Whole},
    Returns, fold_by, signature, variadic,
};
use crate::node::Node;

pub(super) const FUNCTIONS: &[Function] = &[
    Function {
        name: "round",
        signatures: &[
            signature(&[Number], Returns::Whole, |a| Node::call("rp_round", with(a, 0))),
            signature(&[Number, Whole], Returns::Number, |a| Node::call("rp_round", a)),
        ],
        summary: "the number rounded to a whole one, or to so many digits after the point; halves away from zero",
        example: ("round(2.345, 2)", "2.35"),
    },
    Function {
        name: "floor",
        signatures: &[signature(&[Number], Returns::Whole, |a| Node::call("rp_floor", a))],
        summary: "the next whole number below",
        example: ("floor(-1.5)", "-2"),
    },
    Function {
        name: "ceiling",
        signatures: &[signature(&[Number], Returns::Whole, |a| Node::call("rp_ceiling", a))],
        summary: "the next whole number above",
        example: ("ceiling(1.2)", "2"),
    },
    Function {
        name: "abs",
        signatures: &[signature(&[Number], Returns::Numeric, |a| Node::call("rp_abs", a))],
        summary: "the number without its sign",
        example: ("abs(-3)", "3"),
    },
    Function {
        name: "min",
        signatures: &[
            variadic(&[Number], Returns::Numeric, |a| fold_by("rp_min", a)),
            variadic(&[Day], Returns::Date, |a| fold_by("rp_min_date", a)),
        ],
        summary: "the smallest number or earliest date; empty ones are left out",
        example: ("min(3, empty, 2)", "2"),
    },
    Function {
        name: "max",
        signatures: &[
            variadic(&[Number], Returns::Numeric, |a| fold_by("rp_max", a)),
            variadic(&[Day], Returns::Date, |a| fold_by("rp_max_date", a)),
        ],
        summary: "the largest number or latest date; empty ones are left out",
        example: ("max(3, 7, 2)", "7"),
    },
    Function {
        name: "mod",
        signatures: &[signature(&[Number, Number], Returns::Numeric, |a| Node::call("rp_modulo", a))],
        summary: "the remainder of a division, with the sign of the divisor",
        example: ("mod(-3, 2)", "1"),
    },
    Function {
        name: "number",
        signatures: &[signature(&[Text], Returns::Number, |a| Node::call("rp_parse_number", a))],
        summary: "the number that a text says; empty when it says none",
        example: ("number(\"12.50\")", "12.5"),
    },
];

fn with(mut args: Vec<Node>, last: i64) -> Vec<Node> {
    args.push(Node::number(last));
    args
}
