//! The functions of the language: one table, a file per group. The next one is a row here and, if it computes something
//! new, a row in [`crate::sql::functions`]; `docs/expressions.md` must name it, a test sees to that.

mod date;
mod logic;
mod number;
mod text;

use crate::node::Node;

/// A function as people write it.
pub struct Function {
    pub name: &'static str,
    pub signatures: &'static [Signature],
    /// One line in English for the reference and for completion.
    pub summary: &'static str,
    /// An expression and its value as the reference shows them; run as a test, at noon of 14 May 2026 in Berlin.
    pub example: (&'static str, &'static str),
}

/// One way to call a function.
pub struct Signature {
    pub parameters: &'static [Parameter],
    /// How many must be given.
    pub required: usize,
    /// Whether the last may be given any number of times.
    pub repeats: bool,
    pub returns: Returns,
    /// What it is computed by.
    pub(crate) build: fn(Vec<Node>) -> Node,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Parameter {
    Condition,
    /// A text or a choice.
    Text,
    /// A text, choice, number, date or date-time, turned into text.
    Printable,
    Number,
    Whole,
    /// A date, or a date-time whose day in the reader's zone is meant.
    Day,
    DateTime,
    Duration,
    /// Any type, the same for all parameters of this kind.
    Same,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Returns {
    Text,
    Whole,
    Number,
    Date,
    DateTime,
    Duration,
    /// What the parameters of kind [`Parameter::Same`] are.
    Same,
    /// Whole of whole numbers, money of money, else a number.
    Numeric,
}

impl Function {
    /// The function called `name`, in lower case.
    pub fn named(name: &str) -> Option<&'static Function> {
        all().find(|function| function.name == name)
    }
}

/// What is to be given, in one word: `text`, `day`, `value`.
impl std::fmt::Display for Parameter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Parameter::Condition => "condition",
            Parameter::Text => "text",
            Parameter::Printable | Parameter::Same => "value",
            Parameter::Number => "number",
            Parameter::Whole => "whole number",
            Parameter::Day => "day",
            Parameter::DateTime => "date-time",
            Parameter::Duration => "duration",
        })
    }
}

/// All functions, group by group.
pub fn all() -> impl Iterator<Item = &'static Function> {
    groups().into_iter().flat_map(|(_, functions)| functions)
}

/// The groups in the order of the reference.
pub fn groups() -> [(&'static str, &'static [Function]); 4] {
    [
        ("Logic", logic::FUNCTIONS),
        ("Text", text::FUNCTIONS),
        ("Numbers", number::FUNCTIONS),
        ("Dates and times", date::FUNCTIONS),
    ]
}

const fn signature(
    parameters: &'static [Parameter],
    returns: Returns,
    build: fn(Vec<Node>) -> Node,
) -> Signature {
    Signature { parameters, required: parameters.len(), repeats: false, returns, build }
}

/// One or more arguments of one kind.
const fn variadic(
    parameters: &'static [Parameter],
    returns: Returns,
    build: fn(Vec<Node>) -> Node,
) -> Signature {
    Signature { parameters, required: parameters.len(), repeats: true, returns, build }
}

/// Joins the arguments from left to right by a function of two.
fn fold_by(name: &str, args: Vec<Node>) -> Node {
    let mut args = args.into_iter();
    let first = args.next().unwrap_or(Node::number(0));
    args.fold(first, |joined, next| Node::call(name, vec![joined, next]))
}
