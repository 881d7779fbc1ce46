//! What is said to people: a message by its name in the catalogues, and a problem at a place.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::Value;

/// A value put into a message: shown in the reader's locale where the message asks for it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Arg {
    Number(i64),
    Text(String),
    Value(Value),
}

impl From<&str> for Arg {
    fn from(text: &str) -> Arg {
        Arg::Text(text.to_owned())
    }
}

impl From<String> for Arg {
    fn from(text: String) -> Arg {
        Arg::Text(text)
    }
}

impl From<usize> for Arg {
    fn from(number: usize) -> Arg {
        Arg::Number(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

impl From<i64> for Arg {
    fn from(number: i64) -> Arg {
        Arg::Number(number)
    }
}

/// A text in no language yet: its name in the Fluent catalogues and what goes into it.
///
/// A text that users wrote themselves (a validation rule's) has the id [`Message::VERBATIM`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Message {
    pub id: Cow<'static, str>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub args: Vec<(Cow<'static, str>, Arg)>,
}

impl Message {
    /// The id of a text to be shown as it stands, in its argument `text`.
    pub const VERBATIM: &'static str = "verbatim";

    pub const fn new(id: &'static str) -> Message {
        Message { id: Cow::Borrowed(id), args: Vec::new() }
    }

    pub fn verbatim(text: impl Into<String>) -> Message {
        Message::new(Message::VERBATIM).with("text", text.into())
    }

    #[must_use]
    pub fn with(mut self, name: &'static str, arg: impl Into<Arg>) -> Message {
        self.args.push((Cow::Borrowed(name), arg.into()));
        self
    }
}

/// Something wrong with input, and where: the field's name, or nothing when it is the record as a whole.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Problem {
    pub field: Option<String>,
    pub message: Message,
}

impl Problem {
    pub fn at(field: impl Into<String>, message: Message) -> Problem {
        Problem { field: Some(field.into()), message }
    }

    pub const fn overall(message: Message) -> Problem {
        Problem { field: None, message }
    }
}
