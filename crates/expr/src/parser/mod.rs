//! From tokens to a tree. Loosest first: `or`, `and`, `not`, comparisons, `&`, `+ -`, `* /`, unary minus.

mod predicate;

use kernel::{Message, limits::EXPRESSION_DEPTH};

use crate::{
    lexer::{Token, tokens},
    problem::{ExprProblem, Span},
    syntax::{BinaryOp, Expr, Kind, Name},
};

/// Segments of a dotted path, links and field together.
const PATH_NAMES: usize = 8;

/// Words that cannot be the name of a field.
pub const RESERVED: [&str; 10] =
    ["and", "between", "empty", "false", "in", "is", "me", "my_teams", "not", "or"];

/// Reads an expression.
///
/// # Errors
/// The first thing that is not understood, with its place.
pub fn parse(source: &str) -> Result<Expr, ExprProblem> {
    let mut parser = Parser { tokens: tokens(source)?, at: 0, depth: 0 };
    if matches!(parser.peek(), Token::End) {
        return Err(parser.problem(Message::new("expr-missing")));
    }
    let expr = parser.or()?;
    match parser.peek() {
        Token::End => Ok(expr),
        _ => Err(parser.unexpected()),
    }
}

type Parsed = Result<Expr, ExprProblem>;

struct Parser<'a> {
    tokens: Vec<(Token<'a>, Span)>,
    at: usize,
    depth: usize,
}

impl<'a> Parser<'a> {
    fn or(&mut self) -> Parsed {
        self.chain("or", Parser::and, Kind::Or)
    }

    fn and(&mut self) -> Parsed {
        self.chain("and", Parser::not, Kind::And)
    }

    fn chain(&mut self, word: &str, part: fn(&mut Self) -> Parsed, make: fn(Vec<Expr>) -> Kind) -> Parsed {
        let first = part(self)?;
        if !self.at_word(word) {
            return Ok(first);
        }
        let mut parts = vec![first];
        while self.take_word(word) {
            parts.push(part(self)?);
        }
        self.make_many(make, parts)
    }

    fn not(&mut self) -> Parsed {
        let start = self.span();
        if !self.take_word("not") {
            return self.predicate();
        }
        let operand = self.nested(Parser::not)?;
        let span = start.to(operand.span);
        self.make(Kind::Not(Box::new(operand)), span)
    }

    fn binary_rest(&mut self, op: BinaryOp, left: Expr) -> Parsed {
        let right = self.join()?;
        self.make_binary(op, left, right)
    }

    fn join(&mut self) -> Parsed {
        let first = self.sum()?;
        if !matches!(self.peek(), Token::Sign("&")) {
            return Ok(first);
        }
        let mut parts = vec![first];
        while self.take_sign("&") {
            parts.push(self.sum()?);
        }
        self.make_many(Kind::Join, parts)
    }

    fn sum(&mut self) -> Parsed {
        let mut left = self.product()?;
        loop {
            let op = match self.peek() {
                Token::Sign("+") => BinaryOp::Add,
                Token::Sign("-") => BinaryOp::Subtract,
                _ => return Ok(left),
            };
            self.at += 1;
            let right = self.product()?;
            left = self.make_binary(op, left, right)?;
        }
    }

    fn product(&mut self) -> Parsed {
        let mut left = self.negation()?;
        loop {
            let op = match self.peek() {
                Token::Sign("*") => BinaryOp::Multiply,
                Token::Sign("/") => BinaryOp::Divide,
                _ => return Ok(left),
            };
            self.at += 1;
            let right = self.negation()?;
            left = self.make_binary(op, left, right)?;
        }
    }

    fn negation(&mut self) -> Parsed {
        let start = self.span();
        if !self.take_sign("-") {
            return self.operand();
        }
        let operand = self.nested(Parser::negation)?;
        let span = start.to(operand.span);
        self.make(Kind::Negate(Box::new(operand)), span)
    }

    fn operand(&mut self) -> Parsed {
        let (token, span) = self.tokens[self.at].clone();
        match token {
            Token::Number(number) => {
                self.at += 1;
                Ok(Expr::new(Kind::Number(number), span))
            }
            Token::Text(text) => {
                self.at += 1;
                Ok(Expr::new(Kind::Text(text), span))
            }
            Token::Sign("(") => {
                self.at += 1;
                let mut inner = self.nested(Parser::or)?;
                if !self.take_sign(")") {
                    return Err(self.expected(")"));
                }
                inner.span = span.to(self.tokens[self.at - 1].1);
                Ok(inner)
            }
            Token::Name(word) => self.word(word, span),
            Token::Sign(_) | Token::End => Err(self.unexpected()),
        }
    }

    fn word(&mut self, word: &str, span: Span) -> Parsed {
        let is = |keyword: &str| is_word(word, keyword);
        let called = matches!(self.tokens.get(self.at + 1), Some((Token::Sign("("), _)));
        if is("empty") || is("true") || is("false") {
            self.at += 1;
            let kind = if is("empty") { Kind::Empty } else { Kind::Bool(is("true")) };
            Ok(Expr::new(kind, span))
        } else if called && !RESERVED.iter().any(|reserved| is(reserved)) {
            self.at += 1;
            let (args, end) = self.arguments()?;
            let name = Name { text: word.to_ascii_lowercase(), span };
            self.make(Kind::Call { name, args }, span.to(end))
        } else if RESERVED.iter().any(|reserved| is(reserved)) && !is("me") && !is("my_teams") {
            Err(self.unexpected())
        } else {
            self.path(word, span)
        }
    }

    fn path(&mut self, first: &str, start: Span) -> Parsed {
        self.at += 1;
        let known = if first.eq_ignore_ascii_case("me") { "me" } else { first };
        let known = if known.eq_ignore_ascii_case("my_teams") { "my_teams" } else { known };
        let mut names = vec![Name { text: known.to_owned(), span: start }];
        while self.take_sign(".") {
            let (token, span) = self.tokens[self.at].clone();
            let Token::Name(word) = token else {
                return Err(self.problem(Message::new("expr-after-dot")));
            };
            self.at += 1;
            names.push(Name { text: word.to_owned(), span });
            if names.len() > PATH_NAMES {
                let message = Message::new("expr-path-long").with("max", PATH_NAMES);
                return Err(ExprProblem::new(start.to(span), message));
            }
        }
        let end = self.tokens[self.at - 1].1;
        Ok(Expr::new(Kind::Path(names), start.to(end)))
    }

    /// `( a, b, … )` and where it ends.
    fn arguments(&mut self) -> Result<(Vec<Expr>, Span), ExprProblem> {
        self.at += 1;
        let mut items = Vec::new();
        if !matches!(self.peek(), Token::Sign(")")) {
            loop {
                items.push(self.nested(Parser::or)?);
                if !self.take_sign(",") {
                    break;
                }
            }
        }
        let end = self.span();
        if !self.take_sign(")") {
            return Err(self.expected(")"));
        }
        Ok((items, end))
    }

    fn nested(&mut self, part: fn(&mut Self) -> Parsed) -> Parsed {
        self.depth += 1;
        if self.depth > EXPRESSION_DEPTH {
            return Err(ExprProblem::too_deep(self.span()));
        }
        let parsed = part(self)?;
        self.depth -= 1;
        Ok(parsed)
    }

    fn make(&self, kind: Kind, span: Span) -> Parsed {
        let expr = Expr::new(kind, span);
        if expr.height() > EXPRESSION_DEPTH { Err(ExprProblem::too_deep(span)) } else { Ok(expr) }
    }

    fn make_binary(&self, op: BinaryOp, left: Expr, right: Expr) -> Parsed {
        let span = left.span.to(right.span);
        self.make(Kind::Binary { op, left: Box::new(left), right: Box::new(right) }, span)
    }

    fn make_many(&self, make: fn(Vec<Expr>) -> Kind, parts: Vec<Expr>) -> Parsed {
        let span = parts[0].span.to(parts[parts.len() - 1].span);
        self.make(make(parts), span)
    }

    fn peek(&self) -> &Token<'a> {
        &self.tokens[self.at].0
    }

    fn span(&self) -> Span {
        self.tokens[self.at].1
    }

    fn word_at(&self, ahead: usize) -> Option<&'a str> {
        match self.tokens.get(self.at + ahead) {
            Some((Token::Name(word), _)) => Some(word),
            _ => None,
        }
    }

    fn at_word(&self, keyword: &str) -> bool {
        self.word_at(0).is_some_and(|word| word.eq_ignore_ascii_case(keyword))
    }

    fn take_word(&mut self, keyword: &str) -> bool {
        let found = self.at_word(keyword);
        self.at += usize::from(found);
        found
    }

    fn take_sign(&mut self, sign: &str) -> bool {
        let found = matches!(self.peek(), Token::Sign(other) if *other == sign);
        self.at += usize::from(found);
        found
    }

    fn problem(&self, message: Message) -> ExprProblem {
        ExprProblem::new(self.span(), message)
    }

    fn expected(&self, what: &'static str) -> ExprProblem {
        self.problem(Message::new("expr-expected").with("what", what))
    }

    fn unexpected(&self) -> ExprProblem {
        match self.peek() {
            Token::End => self.problem(Message::new("expr-unexpected-end")),
            Token::Number(number) => {
                self.problem(Message::new("expr-unexpected").with("token", number.to_string()))
            }
            Token::Text(text) => self.problem(Message::new("expr-unexpected").with("token", text.as_str())),
            Token::Name(word) => self.problem(Message::new("expr-unexpected").with("token", *word)),
            Token::Sign(sign) => self.problem(Message::new("expr-unexpected").with("token", *sign)),
        }
    }
}

fn is_word(word: &str, keyword: &str) -> bool {
    word.eq_ignore_ascii_case(keyword)
}
