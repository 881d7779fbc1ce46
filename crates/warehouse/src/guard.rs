//! What a query may not do besides writing: take memory that nobody counts, of the heap or of the stack.
//!
//! Sorting, grouping and joining take memory from a pool that has a bound, and go to disk beyond it. What functions make is
//! bounded by [`crate::bounded`]; here are those for which that is no bound, and texts that are written out.

use datafusion::{
    common::{
        Result as Outcome,
        tree_node::{TreeNode, TreeNodeRecursion},
    },
    logical_expr::{Expr, LogicalPlan, expr::WindowFunctionDefinition},
    sql::sqlparser::{
        dialect::PostgreSqlDialect,
        keywords::Keyword,
        tokenizer::{Token, Tokenizer},
    },
};

use crate::Error;

/// Functions that gather all of a window in every row.
const GATHERING: [&str; 3] = ["array_agg", "string_agg", "nth_value_list"];

/// Bytes of a text in a statement: it may stand in every row.
const TEXT: usize = 10_000;

/// Keywords and operators of one statement: each may be a level that planning goes down.
const PARTS: usize = 2_000;

/// Looks through the text of a statement before it is planned.
///
/// # Errors
/// [`Error::Limit`] when it has too many parts, or too long a text.
pub fn check_text(sql: &str) -> Result<(), Error> {
    // What is no SQL is told by whoever parses it.
    let tokens = Tokenizer::new(&PostgreSqlDialect {}, sql).tokenize().unwrap_or_default();
    if tokens.iter().any(|token| matches!(token, Token::SingleQuotedString(text) if text.len() > TEXT)) {
        return Err(Error::Limit(format!("a text in a statement may have {TEXT} bytes")));
    }
    let parts = tokens.iter().filter(|token| is_part(token)).count();
    if parts <= PARTS {
        return Ok(());
    }
    Err(Error::Limit(format!(
        "a statement may have {PARTS} keywords and operators, not {parts}: put many values into one `in (…)`, \
         or ask in several statements"
    )))
}

fn is_part(token: &Token) -> bool {
    match token {
        Token::Word(word) => word.keyword != Keyword::NoKeyword,
        Token::Number(..)
        | Token::SingleQuotedString(_)
        | Token::Placeholder(_)
        | Token::Whitespace(_)
        | Token::Comma
        | Token::Period
        | Token::LParen
        | Token::RParen => false,
        _ => true,
    }
}

/// Looks through a plan.
///
/// # Errors
/// [`Error::Limit`], with the function that is not allowed.
pub fn check(plan: &LogicalPlan) -> Result<(), Error> {
    let mut problem = None;
    let walked = plan.apply_with_subqueries(|node| {
        node.apply_expressions(|expression| {
            expression.apply(|part| {
                problem = problem.take().or_else(|| unbounded(part));
                Ok(if problem.is_some() { TreeNodeRecursion::Stop } else { TreeNodeRecursion::Continue })
            })
        })
    });
    let _: Outcome<TreeNodeRecursion> = walked;
    problem.map_or(Ok(()), |problem| Err(Error::Limit(problem)))
}

fn unbounded(expression: &Expr) -> Option<String> {
    match expression {
        Expr::WindowFunction(window) => match &window.fun {
            WindowFunctionDefinition::AggregateUDF(function) if GATHERING.contains(&function.name()) => {
                Some(format!(
                    "{} cannot be used with `over`: it would gather the window in every row",
                    function.name()
                ))
            }
            _ => None,
        },
        _ => None,
    }
}
