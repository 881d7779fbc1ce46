//! The one expression language: filters, formulas, roll-ups, validation and row rules.
//!
//! [`parse`] reads text into a tree, [`check`] resolves its names against a [`Catalog`] and makes a [`Checked`],
//! which [`eval`] computes for one record in memory and [`compile`] turns into SQL; a property test holds the two
//! answers equal. The language is small, typed and total: no loops, no side effects, no failure at run time.
//! What cannot be computed is empty; a condition is true or false, never empty.
//!
//! The functions are one table, in [`functions`]; what they compute is in [`sql::functions`], once for memory and
//! for both databases. No I/O and no clock here: who asks and when comes in through [`Env`] and [`Binding`].

mod check;
mod checked;
mod env;
mod eval;
pub mod functions;
#[cfg(feature = "generate")]
pub mod generate;
mod lexer;
mod node;
pub mod number;
mod parser;
pub mod period;
mod print;
mod problem;
mod rename;
pub mod sql;
pub mod syntax;
pub mod text;
mod types;

/// What is said about expressions that are wrong, in English.
pub const TEXTS: &str = include_str!("../messages/en.ftl");

pub use check::{check, check_tree};
pub use checked::{Checked, FieldRef};
pub use env::{Binding, Env, Guard};
pub use eval::{eval, holds};
pub use parser::{RESERVED, parse};
pub use print::print;
pub use problem::{ExprProblem, Span};
pub use rename::rename;
pub use sql::{compile, compile_condition, compile_sort_key};
pub use types::{
    Catalog, ChoiceOption, Column, Entry, Expected, Field, Many, OUTCOMES, Options, Part, Source, Type,
};
