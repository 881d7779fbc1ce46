//! Statements: text with numbered places, and the values that go into them.

mod compile;
pub mod dialect;
pub mod functions;

use kernel::{ColumnType, Value};

pub use compile::{compile, compile_condition, compile_sort_key};
pub use dialect::{Dialect, Order, Shape};
pub use functions::{SqlFunction, functions};

/// A piece of SQL and its arguments. Values never become part of the text.
///
/// Places are written `$1`, `$2`, … in the order in which they are bound, which both databases understand;
/// the same shape of query is the same text, so prepared statements are found again.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sql {
    text: String,
    args: Vec<Argument>,
}

/// A value to be bound, and the type of the column that it is compared with or stored in.
#[derive(Clone, Debug, PartialEq)]
pub struct Argument {
    pub value: Value,
    pub column: ColumnType,
}

impl Sql {
    pub fn new(text: impl Into<String>) -> Sql {
        Sql { text: text.into(), args: Vec::new() }
    }

    pub fn text(&self) -> &str {
        &self.text
    }

    pub fn args(&self) -> &[Argument] {
        &self.args
    }

    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// Appends text that the program wrote; never anything that came from outside.
    pub fn push(&mut self, text: &str) -> &mut Sql {
        self.text.push_str(text);
        self
    }

    /// Appends a name in double quotes.
    pub fn name(&mut self, name: &str) -> &mut Sql {
        self.text.push('"');
        for character in name.chars() {
            if character == '"' {
                self.text.push('"');
            }
            self.text.push(character);
        }
        self.text.push('"');
        self
    }

    /// Appends a place and binds `value` to it.
    pub fn bind(&mut self, value: impl Into<Value>, column: ColumnType) -> &mut Sql {
        use std::fmt::Write;
        self.args.push(Argument { value: value.into(), column });
        let _ = write!(self.text, "${}", self.args.len());
        self
    }

    /// Appends another piece, its places numbered on from this one's.
    ///
    /// Quoted text in `other` must not contain `$`: what people write is bound, not quoted.
    pub fn append(&mut self, other: &Sql) -> &mut Sql {
        use std::fmt::Write;
        let shift = self.args.len();
        let mut rest = other.text.as_str();
        while let Some(at) = rest.find('$') {
            self.text.push_str(&rest[..at]);
            let digits = rest[at + 1..].bytes().take_while(u8::is_ascii_digit).count();
            let place: usize = rest[at + 1..at + 1 + digits].parse().unwrap_or(0);
            let _ = write!(self.text, "${}", place + shift);
            rest = &rest[at + 1 + digits..];
        }
        self.text.push_str(rest);
        self.args.extend_from_slice(&other.args);
        self
    }
}
