//! What stands between two values and makes a condition: comparisons, lists, periods.

use kernel::Message;

use super::{Parsed, Parser, is_word};
use crate::{
    lexer::Token,
    problem::ExprProblem,
    syntax::{BinaryOp, Expr, Kind, Period, Unit, Which},
};

/// The longest `last N days`.
const PERIOD_COUNT: u16 = 9_999;

impl<'a> Parser<'a> {
    pub(super) fn predicate(&mut self) -> Parsed {
        let left = self.join()?;
        let negated = self.at_word("not") && self.word_at(1).is_some();
        if negated {
            self.at += 1;
        }
        let start = left.span;
        let made = match self.peek().clone() {
            Token::Sign(sign) if !negated => match comparison(sign) {
                Some(op) => {
                    self.at += 1;
                    self.binary_rest(op, left)?
                }
                None => return Ok(left),
            },
            Token::Name(word) if !negated && (is_word(word, "and") || is_word(word, "or")) => {
                return Ok(left);
            }
            Token::Name(word) => self.word_predicate(word, left)?,
            _ if negated => return Err(self.unexpected()),
            _ => return Ok(left),
        };
        if self.at_predicate() {
            return Err(self.problem(Message::new("expr-chain")));
        }
        if !negated {
            return Ok(made);
        }
        let span = start.to(made.span);
        self.make(Kind::Not(Box::new(made)), span)
    }

    fn word_predicate(&mut self, word: &'a str, left: Expr) -> Parsed {
        let is = |keyword: &str| is_word(word, keyword);
        if is("is") {
            self.at += 1;
            self.is_empty(left)
        } else if is("in") {
            self.at += 1;
            if self.at_period() { self.within(left) } else { self.member(left) }
        } else if is("within") {
            self.at += 1;
            self.within(left)
        } else if is("between") {
            self.at += 1;
            self.between(left)
        } else if is("contains") {
            self.at += 1;
            self.binary_rest(BinaryOp::Contains, left)
        } else if (is("starts") || is("ends"))
            && self.word_at(1).is_some_and(|w| w.eq_ignore_ascii_case("with"))
        {
            self.at += 2;
            self.binary_rest(if is("starts") { BinaryOp::StartsWith } else { BinaryOp::EndsWith }, left)
        } else {
            Err(self.unexpected())
        }
    }

    fn is_empty(&mut self, left: Expr) -> Parsed {
        let negated = self.take_word("not");
        let span = left.span.to(self.span());
        if !self.take_word("empty") {
            return Err(self.expected("empty"));
        }
        let empty = self.make(Kind::IsEmpty(Box::new(left)), span)?;
        if negated { self.make(Kind::Not(Box::new(empty)), span) } else { Ok(empty) }
    }

    fn member(&mut self, left: Expr) -> Parsed {
        let right = if matches!(self.peek(), Token::Sign("(")) { self.list()? } else { self.join()? };
        let span = left.span.to(right.span);
        self.make(Kind::Binary { op: BinaryOp::In, left: Box::new(left), right: Box::new(right) }, span)
    }

    fn list(&mut self) -> Parsed {
        let start = self.span();
        let (items, end) = self.arguments()?;
        if items.is_empty() {
            return Err(ExprProblem::new(start.to(end), Message::new("expr-list-empty")));
        }
        self.make(Kind::List(items), start.to(end))
    }

    fn between(&mut self, item: Expr) -> Parsed {
        let low = self.join()?;
        if !self.take_word("and") {
            return Err(self.expected("and"));
        }
        let high = self.join()?;
        let span = item.span.to(high.span);
        self.make(Kind::Between { item: Box::new(item), low: Box::new(low), high: Box::new(high) }, span)
    }

    fn within(&mut self, item: Expr) -> Parsed {
        let start = item.span;
        let period = self.period()?;
        let span = start.to(self.tokens[self.at - 1].1);
        self.make(Kind::Within { item: Box::new(item), period }, span)
    }

    fn at_period(&self) -> bool {
        let word = |ahead| self.word_at(ahead).map(str::to_ascii_lowercase);
        match word(0).as_deref() {
            Some("today" | "yesterday" | "tomorrow") => {
                !matches!(self.tokens.get(self.at + 1), Some((Token::Sign("(" | "."), _)))
            }
            Some("this" | "last" | "next") => {
                word(1).is_some_and(|w| unit(&w).is_some())
                    || matches!(self.tokens.get(self.at + 1), Some((Token::Number(_), _)))
            }
            _ => false,
        }
    }

    fn period(&mut self) -> Result<Period, ExprProblem> {
        let word = self.word_at(0).map(str::to_ascii_lowercase).unwrap_or_default();
        let which = match word.as_str() {
            "yesterday" | "last" => Which::Last,
            "today" | "this" => Which::This,
            "tomorrow" | "next" => Which::Next,
            _ => return Err(self.problem(Message::new("expr-period"))),
        };
        self.at += 1;
        if matches!(word.as_str(), "yesterday" | "today" | "tomorrow") {
            return Ok(Period { which, unit: Unit::Day, count: None });
        }
        let count = match *self.peek() {
            Token::Number(number) if which != Which::This => {
                let count = u16::try_from(number)
                    .ok()
                    .filter(|count| (1..=PERIOD_COUNT).contains(count) && number.scale() == 0);
                if count.is_none() {
                    return Err(self
                        .problem(Message::new("expr-period-count").with("max", usize::from(PERIOD_COUNT))));
                }
                self.at += 1;
                count
            }
            _ => None,
        };
        let Some(unit) = self.word_at(0).and_then(unit) else {
            return Err(self.problem(Message::new("expr-period")));
        };
        self.at += 1;
        Ok(Period { which, unit, count })
    }

    fn at_predicate(&self) -> bool {
        let words = ["is", "in", "within", "between", "contains", "starts", "ends", "not"];
        match self.peek() {
            Token::Sign(sign) => comparison(sign).is_some(),
            Token::Name(_) => words.iter().any(|word| self.at_word(word)),
            _ => false,
        }
    }
}

fn comparison(sign: &str) -> Option<BinaryOp> {
    use BinaryOp::{Equal, Greater, GreaterOrEqual, Less, LessOrEqual, NotEqual};
    [Equal, NotEqual, Less, LessOrEqual, Greater, GreaterOrEqual].into_iter().find(|op| op.sign() == sign)
}

fn unit(word: &str) -> Option<Unit> {
    let word = word.to_ascii_lowercase();
    Some(match word.strip_suffix('s').unwrap_or(&word) {
        "day" => Unit::Day,
        "week" => Unit::Week,
        "month" => Unit::Month,
        "quarter" => Unit::Quarter,
        "year" => Unit::Year,
        _ => return None,
    })
}
