//! What tools ask of PostgreSQL's catalogue, said so that it can be planned.
//!
//! Drivers ask it with everything PostgreSQL can do. A few of those things are not there, and need not be: every
//! rewriting here gives the same answer on the catalogue of a warehouse, which has no sequences, no defaults and no
//! collations of its own.

use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{
    ArrayElemTypeDef, CaseWhen, CastKind, DataType, Expr, Function, FunctionArg, FunctionArgExpr,
    FunctionArgumentList, FunctionArguments, Ident, ObjectName, Query, SelectItem, SetExpr, Statement,
    TableFactor, Value, visit_expressions_mut,
};

/// Tables of the catalogue from which nothing comes that is about a table of a warehouse; and what takes the lists of
/// columns of statistics apart, of which there are none.
const EMPTY: [&str; 4] = ["pg_attrdef", "pg_sequence", "pg_collation", "unnest"];

/// The statement as it can be planned.
pub fn rewritten(statement: &Statement) -> Statement {
    let mut statement = statement.clone();
    // From the inside out: what a branch has become decides what its `case` is.
    let walked = visit_expressions_mut(&mut statement, |expression| {
        rewrite(expression);
        ControlFlow::<()>::Continue(())
    });
    debug_assert!(walked.is_continue());
    statement
}

fn rewrite(expression: &mut Expr) {
    match expression {
        Expr::Like { pattern, escape_char, .. } | Expr::ILike { pattern, escape_char, .. } => {
            escape_with_backslash(pattern, escape_char);
        }
        Expr::Subquery(query) if begins_with_nothing(query) => *expression = nothing(),
        Expr::Case { conditions, else_result, .. } => {
            let empty = |CaseWhen { result, .. }: &CaseWhen| is_nothing(result);
            if conditions.iter().all(empty) && else_result.as_deref().is_none_or(is_nothing) {
                *expression = nothing();
            }
        }
        Expr::Function(function) => match (name_of(function), &mut function.args) {
            (Some("generate_subscripts"), FunctionArguments::List(list)) => {
                if let Some(array) = list.args.first().cloned() {
                    *expression = subscripts(array);
                }
            }
            (Some("array"), FunctionArguments::Subquery(query)) => {
                if begins_with_nothing(query) {
                    *expression = nothing_of(list_of_text());
                } else if let Some(query) = gathered(query) {
                    *expression = Expr::Subquery(Box::new(query));
                }
            }
            _ => {}
        },
        _ => {}
    }
}

/// `like p escape '/'` as `like replace(p, '/', '\')`, which knows no other escape.
fn escape_with_backslash<V: Clone + Into<Value>>(pattern: &mut Box<Expr>, escape: &mut Option<V>) {
    let Some(Value::SingleQuotedString(character)) = escape.take().map(Into::into) else { return };
    if character == "\\" || character.is_empty() {
        return;
    }
    let text = |text: String| Expr::Value(Value::SingleQuotedString(text).into());
    let plain = std::mem::replace(&mut **pattern, nothing());
    let plain = Expr::Nested(Box::new(plain));
    **pattern = call("replace", vec![plain, text(character), text("\\".to_owned())]);
}

/// Whether a query reads a table that is empty before any other.
fn begins_with_nothing(query: &Query) -> bool {
    let SetExpr::Select(select) = &*query.body else { return false };
    let Some(first) = select.from.first() else { return false };
    let TableFactor::Table { name, .. } = &first.relation else { return false };
    let table = name.0.last().and_then(|part| part.as_ident());
    table.is_some_and(|table| EMPTY.contains(&table.value.as_str()))
}

fn nothing() -> Expr {
    nothing_of(DataType::Text)
}

fn nothing_of(data_type: DataType) -> Expr {
    Expr::Cast {
        kind: CastKind::Cast,
        expr: Box::new(Expr::Value(Value::Null.into())),
        data_type,
        array: false,
        format: None,
    }
}

fn list_of_text() -> DataType {
    DataType::Array(ArrayElemTypeDef::SquareBracket(Box::new(DataType::Text), None))
}

fn is_nothing(expression: &Expr) -> bool {
    match expression {
        Expr::Value(value) => value.value == Value::Null,
        Expr::Cast { expr, .. } => is_nothing(expr),
        Expr::Nested(inner) => is_nothing(inner),
        _ => false,
    }
}

/// `generate_subscripts(a, 1)` as a row for each position of the array.
fn subscripts(array: FunctionArg) -> Expr {
    let FunctionArg::Unnamed(FunctionArgExpr::Expr(array)) = array else { return nothing() };
    let from = Expr::Value(Value::Number("0".into(), false).into());
    call("unnest", vec![call("range", vec![from, call("array_length", vec![array])])])
}

/// The query of `array(select x …)`, as one that gathers its only column.
fn gathered(query: &Query) -> Option<Query> {
    let mut query = query.clone();
    query.order_by = None;
    let SetExpr::Select(select) = &mut *query.body else { return None };
    let [SelectItem::UnnamedExpr(column) | SelectItem::ExprWithAlias { expr: column, .. }] =
        select.projection.as_slice()
    else {
        return None;
    };
    select.projection = vec![SelectItem::UnnamedExpr(call("array_agg", vec![column.clone()]))];
    Some(query)
}

fn name_of(function: &Function) -> Option<&'static str> {
    let name = &function.name.0.last()?.as_ident()?.value;
    ["generate_subscripts", "array"].into_iter().find(|known| name.eq_ignore_ascii_case(known))
}

fn call(name: &str, arguments: Vec<Expr>) -> Expr {
    let args = arguments.into_iter().map(|one| FunctionArg::Unnamed(FunctionArgExpr::Expr(one))).collect();
    Expr::Function(Function {
        name: ObjectName::from(vec![Ident::new(name)]),
        uses_odbc_syntax: false,
        parameters: FunctionArguments::None,
        args: FunctionArguments::List(FunctionArgumentList {
            duplicate_treatment: None,
            args,
            clauses: Vec::new(),
        }),
        filter: None,
        null_treatment: None,
        over: None,
        within_group: Vec::new(),
    })
}
