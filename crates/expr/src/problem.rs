//! What is wrong with an expression, and where.

use std::fmt;

use kernel::limits::EXPRESSION_DEPTH;
use kernel::{Arg, Message};

/// A stretch of an expression's text, in bytes.
#[derive(Clone, Copy, Debug, Default)]
pub struct Span {
    pub start: usize,
    pub end: usize,
}

/// Where something stands is no part of what it is: trees that differ only in spans are equal.
impl PartialEq for Span {
    fn eq(&self, _: &Span) -> bool {
        true
    }
}

impl Eq for Span {}

impl Span {
    pub const fn new(start: usize, end: usize) -> Span {
        Span { start, end }
    }

    pub fn to(self, end: Span) -> Span {
        Span { start: self.start, end: end.end }
    }
}

/// One thing wrong with an expression. The text of the message is in the catalogues under `expr-…`.
#[derive(Clone, Debug, PartialEq)]
pub struct ExprProblem {
    pub message: Message,
    pub span: Span,
}

impl ExprProblem {
    pub fn new(span: Span, message: Message) -> ExprProblem {
        ExprProblem { message, span }
    }

    pub(crate) fn too_deep(span: Span) -> ExprProblem {
        ExprProblem::new(span, Message::new("expr-too-deep").with("max", EXPRESSION_DEPTH))
    }

    /// The line of `source` with the place underlined, then `said`: the message in the reader's language.
    ///
    /// ```text
    /// amont > 50000
    /// ^^^^^ deal has no field "amont"; did you mean "amount"?
    /// ```
    pub fn render(&self, source: &str, said: &str) -> String {
        let start = floor_boundary(source, self.span.start);
        let end = floor_boundary(source, self.span.end).max(start);
        let line_start = source[..start].rfind('\n').map_or(0, |at| at + 1);
        let line_end = source[start..].find('\n').map_or(source.len(), |at| start + at);
        let line = &source[line_start..line_end];
        let indent: String =
            source[line_start..start].chars().map(|c| if c == '\t' { '\t' } else { ' ' }).collect();
        let width = source[start..end.min(line_end).max(start)].chars().count().max(1);
        format!("{line}\n{indent}{} {said}", "^".repeat(width))
    }
}

/// For logs: the message's name, its arguments and the place. People read the text from the catalogues.
impl fmt::Display for ExprProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at {}..{}", self.message.id, self.span.start, self.span.end)?;
        for (name, arg) in &self.message.args {
            match arg {
                Arg::Number(number) => write!(f, " {name}={number}")?,
                Arg::Text(text) => write!(f, " {name}={text:?}")?,
                Arg::Value(value) => write!(f, " {name}={value:?}")?,
            }
        }
        Ok(())
    }
}

impl std::error::Error for ExprProblem {}

fn floor_boundary(source: &str, at: usize) -> usize {
    let mut at = at.min(source.len());
    while !source.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// The candidate most like `name`, if any is like it at all.
pub(crate) fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let likeness = |candidate: &str| strsim::jaro_winkler(&name.to_lowercase(), candidate);
    candidates
        .into_iter()
        .map(|candidate| (likeness(candidate), candidate))
        .filter(|(score, _)| *score > 0.75)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, candidate)| candidate)
}

/// `id` with the nearest name as an argument, or `id` as it is when nothing is near. The ids are `x` and `x-nearest`.
pub(crate) fn with_nearest<'a>(
    ids: (&'static str, &'static str),
    name: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Message {
    match nearest(name, candidates) {
        Some(near) => Message::new(ids.1).with("name", name).with("nearest", near),
        None => Message::new(ids.0).with("name", name),
    }
}
