//! From characters to tokens.

use kernel::{Decimal, Message, limits::EXPRESSION_CHARS};

use crate::{
    number::{FRACTION_DIGITS, WHOLE_DIGITS},
    problem::{ExprProblem, Span},
};

#[derive(Clone, Debug, PartialEq)]
pub enum Token<'a> {
    Number(Decimal),
    /// A text literal, quotes taken off.
    Text(String),
    /// A field, function or keyword.
    Name(&'a str),
    /// An operator or bracket.
    Sign(&'static str),
    End,
}

/// The longest first, so that `<=` is not read as `<`.
const SIGNS: [(&str, &str); 17] = [
    ("!=", "!="),
    ("<>", "!="),
    ("<=", "<="),
    (">=", ">="),
    ("==", "="),
    ("=", "="),
    ("<", "<"),
    (">", ">"),
    ("+", "+"),
    ("-", "-"),
    ("*", "*"),
    ("/", "/"),
    ("&", "&"),
    ("(", "("),
    (")", ")"),
    (",", ","),
    (".", "."),
];

/// All tokens of `source`, the last being [`Token::End`].
///
/// # Errors
/// A character that means nothing, a text without its closing quote, a number with too many digits, too long a source.
pub fn tokens(source: &str) -> Result<Vec<(Token<'_>, Span)>, ExprProblem> {
    if source.len() > EXPRESSION_CHARS && source.chars().count() > EXPRESSION_CHARS {
        let message = Message::new("expr-too-long").with("max", EXPRESSION_CHARS);
        return Err(ExprProblem::new(Span::new(0, 0), message));
    }
    let mut tokens = Vec::with_capacity(source.len() / 4 + 2);
    let mut at = 0;
    while let Some(first) = source[at..].chars().next() {
        if first.is_whitespace() {
            at += first.len_utf8();
            continue;
        }
        let (token, end) = token(source, at, first)?;
        tokens.push((token, Span::new(at, end)));
        at = end;
    }
    tokens.push((Token::End, Span::new(source.len(), source.len())));
    Ok(tokens)
}

fn token(source: &str, start: usize, first: char) -> Result<(Token<'_>, usize), ExprProblem> {
    let rest = &source[start..];
    match first {
        '0'..='9' => number(rest, start),
        '"' | '\'' => text(rest, start, first),
        _ if is_name_start(first) => {
            let length = rest.find(|c| !is_name_part(c)).unwrap_or(rest.len());
            Ok((Token::Name(&rest[..length]), start + length))
        }
        _ => match SIGNS.iter().find(|(written, _)| rest.starts_with(written)) {
            Some((written, sign)) => Ok((Token::Sign(sign), start + written.len())),
            None => {
                let message = Message::new("expr-character").with("character", first.to_string());
                Err(ExprProblem::new(Span::new(start, start + first.len_utf8()), message))
            }
        },
    }
}

fn is_name_start(c: char) -> bool {
    c == '_' || c.is_alphabetic()
}

fn is_name_part(c: char) -> bool {
    c == '_' || c.is_alphanumeric()
}

fn number(rest: &str, start: usize) -> Result<(Token<'_>, usize), ExprProblem> {
    let whole = digits(rest);
    let after = &rest[whole..];
    let fraction = after.strip_prefix('.').map_or(0, digits);
    let length = if fraction > 0 { whole + 1 + fraction } else { whole };
    let number =
        if whole > WHOLE_DIGITS || fraction > FRACTION_DIGITS { None } else { rest[..length].parse().ok() };
    match number {
        Some(number) => Ok((Token::Number(number), start + length)),
        None => {
            let message = Message::new("expr-number-digits")
                .with("whole", WHOLE_DIGITS)
                .with("fraction", FRACTION_DIGITS);
            Err(ExprProblem::new(Span::new(start, start + length), message))
        }
    }
}

fn digits(text: &str) -> usize {
    text.bytes().take_while(u8::is_ascii_digit).count()
}

/// A quote inside is written twice, as in spreadsheets.
fn text(rest: &str, start: usize, quote: char) -> Result<(Token<'_>, usize), ExprProblem> {
    let mut content = String::new();
    let mut at = 1;
    while let Some(length) = rest[at..].find(quote) {
        content.push_str(&rest[at..at + length]);
        at += length + 1;
        if !rest[at..].starts_with(quote) {
            if content.contains('\0') {
                let message = Message::new("expr-character").with("character", "NUL");
                return Err(ExprProblem::new(Span::new(start, start + at), message));
            }
            return Ok((Token::Text(content), start + at));
        }
        content.push(quote);
        at += 1;
    }
    Err(ExprProblem::new(Span::new(start, start + rest.len()), Message::new("expr-unclosed-text")))
}
