//! What a query may not do besides writing: take memory that nobody counts, of the heap or of the stack.
//!
//! Sorting, grouping and joining take memory from a pool that has a bound, and go to disk beyond it. A single value that
//! a function makes is in no pool: one that makes values of any length from a small number is refused, or bounded.

use datafusion::{
    common::{
        Result as Outcome, ScalarValue,
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

/// Functions whose length is an argument of theirs, and which.
const LENGTHS: [(&str, usize); 5] =
    [("repeat", 1), ("lpad", 1), ("rpad", 1), ("array_repeat", 1), ("array_resize", 1)];
/// Characters or entries that such a function may make.
const LONGEST: i64 = 1_000;
/// Functions that gather all of a window in every row.
const GATHERING: [&str; 3] = ["array_agg", "string_agg", "nth_value_list"];

/// Keywords and operators of one statement: each may be a level that planning goes down.
const PARTS: usize = 2_000;

/// Looks through the text of a statement before it is planned.
///
/// # Errors
/// [`Error::Limit`] when it has too many parts.
pub fn check_text(sql: &str) -> Result<(), Error> {
    // What is no SQL is told by whoever parses it.
    let tokens = Tokenizer::new(&PostgreSqlDialect {}, sql).tokenize().unwrap_or_default();
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
        Expr::ScalarFunction(call) => {
            let (name, at) = LENGTHS.iter().find(|(name, _)| *name == call.name())?;
            let nested = call.args.iter().any(makes_lengths);
            let bounded = call.args.get(*at).and_then(whole).is_some_and(|length| length <= LONGEST);
            (nested || !bounded).then(|| {
                format!("{name} may make at most {LONGEST} characters or entries here: say how many as a number, and use it once")
            })
        }
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

/// Whether an expression contains one of [`LENGTHS`].
fn makes_lengths(expression: &Expr) -> bool {
    let named = |part: &Expr| matches!(part, Expr::ScalarFunction(call) if LENGTHS.iter().any(|(name, _)| *name == call.name()));
    expression.exists(|part| Ok(named(part))).unwrap_or(true)
}

/// The number that an expression is.
fn whole(expression: &Expr) -> Option<i64> {
    match expression {
        Expr::Literal(value, _) => match value.cast_to(&arrow::datatypes::DataType::Int64).ok()? {
            ScalarValue::Int64(number) => number,
            _ => None,
        },
        Expr::Cast(cast) => whole(&cast.expr),
        _ => None,
    }
}
