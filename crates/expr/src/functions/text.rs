//! Texts. Positions and lengths count characters, the first being 1. An empty argument gives empty, but `length` 0.

use super::{
    Function,
    Parameter::{Printable, Text, Whole},
    Returns, signature,
};
use crate::node::Node;

pub(super) const FUNCTIONS: &[Function] = &[
    Function {
        name: "lower",
        signatures: &[signature(&[Text], Returns::Text, |a| Node::call("rp_fold", a))],
        summary: "the text in lower case",
        example: ("lower(\"Ärzte GmbH\")", "\"ärzte gmbh\""),
    },
    Function {
        name: "upper",
        signatures: &[signature(&[Text], Returns::Text, |a| Node::call("rp_raise", a))],
        summary: "the text in upper case",
        example: ("upper(\"de\")", "\"DE\""),
    },
    Function {
        name: "trim",
        signatures: &[signature(&[Text], Returns::Text, |a| Node::call("rp_trim", a))],
        summary: "the text without blanks at both ends",
        example: ("trim(\"  a b \")", "\"a b\""),
    },
    Function {
        name: "length",
        signatures: &[signature(&[Text], Returns::Whole, |a| Node::call("rp_length", a))],
        summary: "how many characters the text has; 0 when it is empty",
        example: ("length(\"Straße\")", "6"),
    },
    Function {
        name: "left",
        signatures: &[signature(&[Text, Whole], Returns::Text, |a| Node::call("rp_left", a))],
        summary: "the first so many characters",
        example: ("left(\"Rapport\", 3)", "\"Rap\""),
    },
    Function {
        name: "right",
        signatures: &[signature(&[Text, Whole], Returns::Text, |a| Node::call("rp_right", a))],
        summary: "the last so many characters",
        example: ("right(\"Rapport\", 4)", "\"port\""),
    },
    Function {
        name: "mid",
        signatures: &[signature(&[Text, Whole, Whole], Returns::Text, |a| Node::call("rp_mid", a))],
        summary: "so many characters (third) from a position (second) on",
        example: ("mid(\"DE-10115\", 4, 3)", "\"101\""),
    },
    Function {
        name: "replace",
        signatures: &[signature(&[Text, Text, Text], Returns::Text, |a| Node::call("rp_replace", a))],
        summary: "the text with each occurrence of the second argument replaced by the third; case counts",
        example: ("replace(\"a-b-c\", \"-\", \"\")", "\"abc\""),
    },
    Function {
        name: "position",
        signatures: &[signature(&[Text, Text], Returns::Whole, |a| Node::call("rp_position", a))],
        summary: "where the second text begins in the first; 0 when it is not in it; case is ignored",
        example: ("position(\"info@acme.example\", \"@\")", "5"),
    },
    Function {
        name: "text",
        signatures: &[signature(&[Printable], Returns::Text, |mut a| a.pop().unwrap_or(Node::text("")))],
        summary: "a number, date, date-time or choice as text: `1234.5`, `2026-01-31`, `2026-01-31 14:05`",
        example: ("text(1.50)", "\"1.5\""),
    },
];
