//! What tools ask of PostgreSQL's catalogue, said so that it can be planned.
//!
//! Drivers ask it with everything PostgreSQL can do. A few of those things are not there, and need not be: every
//! rewriting here gives the same answer on the catalogue of a warehouse, which has no sequences, no defaults and no
//! collations of its own.

use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{
    AccessExpr, ArrayElemTypeDef, BinaryOperator, CaseWhen, CastKind, DataType, Expr, Function, FunctionArg,
    FunctionArgExpr, FunctionArgumentList, FunctionArguments, Ident, ObjectName, Query, SelectItem, SetExpr,
    Statement, Subscript, TableFactor, Value, VisitMut, VisitorMut,
};

use super::{naming, patterns};

/// Tables of the catalogue from which nothing comes that is about a table of a warehouse; and what takes the lists of
/// columns of statistics apart, of which there are none.
const EMPTY: [&str; 5] = ["pg_attrdef", "pg_sequence", "pg_collation", "pg_trigger", "unnest"];

/// The statement as it can be planned.
pub fn rewritten(statement: &Statement) -> Statement {
    let mut statement = statement.clone();
    let walked = VisitMut::visit(&mut statement, &mut Rewriting);
    debug_assert!(walked.is_continue());
    if let Statement::Query(query) = &mut statement
        && let SetExpr::Select(select) = &mut *query.body
        && select.projection.iter().any(tells_a_vector)
    {
        // psqlODBC reads these from a type of their own, which cannot be told: better no index than a wrong one.
        select.selection = Some(Expr::Value(Value::Boolean(false).into()));
    }
    statement
}

/// Whether a column of an answer is the list of an index's columns.
fn tells_a_vector(item: &SelectItem) -> bool {
    match item {
        SelectItem::UnnamedExpr(Expr::Identifier(name)) => name.value == "indkey",
        SelectItem::UnnamedExpr(Expr::CompoundIdentifier(names)) => {
            names.last().is_some_and(|name| name.value == "indkey")
        }
        _ => false,
    }
}

/// Goes from the inside out: what a branch has become decides what its `case` is.
struct Rewriting;

impl VisitorMut for Rewriting {
    type Break = ();

    fn post_visit_expr(&mut self, expression: &mut Expr) -> ControlFlow<()> {
        rewrite(expression);
        ControlFlow::Continue(())
    }

    fn post_visit_query(&mut self, query: &mut Query) -> ControlFlow<()> {
        naming::name_tables(&mut query.body);
        naming::tell_apart(&mut query.body);
        ControlFlow::Continue(())
    }

    fn pre_visit_table_factor(&mut self, table: &mut TableFactor) -> ControlFlow<()> {
        // Functions are in no schema.
        if let TableFactor::Table { name, args: Some(_), .. } | TableFactor::Function { name, .. } = table {
            name.0.drain(..name.0.len().saturating_sub(1));
        }
        if let TableFactor::Table { name, .. } = table {
            naming::find_own(name);
        }
        ControlFlow::Continue(())
    }
}

fn rewrite(expression: &mut Expr) {
    match expression {
        Expr::Like { pattern, escape_char, .. } | Expr::ILike { pattern, escape_char, .. } => {
            escape_with_backslash(pattern, escape_char);
        }
        Expr::Subquery(query) if begins_with_nothing(query) => *expression = nothing(),
        Expr::Subquery(query) => take_the_first(query),
        // The functions of a type stand in its row by their names.
        Expr::BinaryOp { left, op: BinaryOperator::Eq, right } if is_of_a_function(left) => {
            if let Some(name) = sought(right) {
                **right = text(name);
            }
        }
        // Flags of the catalogue, as text.
        Expr::BinaryOp { left, op: BinaryOperator::Eq, right } if is_flag(left) => {
            if let Some(flag) = flag_in(right) {
                **right = Expr::Value(Value::Boolean(flag).into());
            }
        }
        Expr::BinaryOp { left, op: BinaryOperator::Multiply, right } if is_interval(left) => {
            *expression = call("interval_times", vec![(**left).clone(), (**right).clone()]);
        }
        Expr::BinaryOp { left, op: BinaryOperator::Multiply, right } if is_interval(right) => {
            *expression = call("interval_times", vec![(**right).clone(), (**left).clone()]);
        }
        // A field of what `_pg_expandarray` gives, and where it is called something else.
        Expr::CompoundFieldAccess { root, access_chain } => match access_chain.as_slice() {
            [AccessExpr::Dot(Expr::Identifier(field))] => {
                *expression = call("get_field", vec![(**root).clone(), text(field.value.clone())]);
            }
            [way @ .., AccessExpr::Subscript(Subscript::Index { index })] => {
                if let Some(vector) = vector(root, way) {
                    *expression = call("array_element", vec![vector, next(index)]);
                }
            }
            _ => {}
        },
        Expr::Case { conditions, else_result, .. } => {
            let empty = |CaseWhen { result, .. }: &CaseWhen| is_nothing(result);
            if conditions.iter().all(empty) && else_result.as_deref().is_none_or(is_nothing) {
                *expression = nothing();
            }
        }
        // A type of texts that is not there.
        Expr::Cast { data_type, .. } if data_type.to_string().eq_ignore_ascii_case("name") => {
            *data_type = DataType::Text;
        }
        // The places in the lists of a key's columns, each of which has one.
        Expr::Function(function) if is_over_bounds(function) => *expression = number("1"),
        Expr::Function(function) => match (name_of(function), &mut function.args) {
            (Some("_pg_expandarray"), FunctionArguments::List(list)) => {
                if let [FunctionArg::Unnamed(FunctionArgExpr::Expr(array))] = list.args.as_slice() {
                    *expression = only_entry(array.clone());
                }
            }
            (Some("to_char" | "to_date" | "to_timestamp"), FunctionArguments::List(list)) => {
                translate_pattern(&mut list.args);
            }
            (Some("pg_get_constraintdef"), FunctionArguments::List(list)) => {
                if let Some(definition) = naming::definition(list) {
                    *expression = definition;
                }
            }
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
    let plain = std::mem::replace(&mut **pattern, nothing());
    let plain = Expr::Nested(Box::new(plain));
    **pattern = call("replace", vec![plain, text(character), text("\\".to_owned())]);
}

fn text(text: String) -> Expr {
    Expr::Value(Value::SingleQuotedString(text).into())
}

fn number(number: &str) -> Expr {
    Expr::Value(Value::Number(number.into(), false).into())
}

/// `_pg_expandarray(a)`, an entry with its place for each: those that are taken apart here have one.
fn only_entry(array: Expr) -> Expr {
    let entry = call("array_element", vec![array, number("1")]);
    call("named_struct", vec![text("x".to_owned()), entry, text("n".to_owned()), number("1")])
}

/// Whether it is `generate_series(array_lower(a, 1), array_upper(a, 1))`.
fn is_over_bounds(function: &Function) -> bool {
    let said = function.to_string().to_lowercase();
    said.starts_with("generate_series(array_lower(") && said.contains("array_upper(")
}

/// The column of an index's columns that a path leads to, if it is one: their entries are counted from 0.
fn vector(root: &Expr, way: &[AccessExpr]) -> Option<Expr> {
    let mut names = match root {
        Expr::Identifier(name) => vec![name.clone()],
        Expr::CompoundIdentifier(names) => names.clone(),
        _ => return None,
    };
    for step in way {
        let AccessExpr::Dot(Expr::Identifier(name)) = step else { return None };
        names.push(name.clone());
    }
    let is_vector = ["indkey", "indclass", "indcollation", "indoption"].contains(&&*names.last()?.value);
    is_vector.then_some(Expr::CompoundIdentifier(names))
}

/// The place of an entry, counted from 1.
fn next(index: &Expr) -> Expr {
    let (left, right) = (Box::new(Expr::Nested(Box::new(index.clone()))), Box::new(number("1")));
    Expr::BinaryOp { left, op: BinaryOperator::Plus, right }
}

/// Has a query that is a value look for one: that it finds no more than one row is not seen when it is planned.
fn take_the_first(query: &mut Query) {
    let SetExpr::Select(select) = &mut *query.body else { return };
    if let [SelectItem::UnnamedExpr(column) | SelectItem::ExprWithAlias { expr: column, .. }] =
        select.projection.as_mut_slice()
        && select.from.len() == 1
        && !adds_up(column)
        && is_of_the_catalogue(&select.from[0].relation)
    {
        *column = call("first_value", vec![column.clone()]);
    }
}

fn is_of_a_function(expression: &Expr) -> bool {
    let name = match expression {
        Expr::Identifier(name) => Some(name),
        Expr::CompoundIdentifier(names) => names.last(),
        _ => None,
    };
    name.is_some_and(|name| name.value == "typinput")
}

/// The name in `(select oid from pg_proc where proname = 'array_in')`.
fn sought(expression: &Expr) -> Option<String> {
    let Expr::Subquery(query) = expression else { return None };
    let SetExpr::Select(select) = &*query.body else { return None };
    let Some(Expr::BinaryOp { right, .. }) = &select.selection else { return None };
    let Expr::Value(value) = &**right else { return None };
    let Value::SingleQuotedString(name) = &value.value else { return None };
    Some(name.rsplit('.').next().unwrap_or(name).to_owned())
}

fn is_of_the_catalogue(table: &TableFactor) -> bool {
    let TableFactor::Table { name, .. } = table else { return false };
    name.0.last().and_then(|part| part.as_ident()).is_some_and(|table| table.value.starts_with("pg_"))
}

fn adds_up(expression: &Expr) -> bool {
    let Expr::Function(function) = expression else { return false };
    let name = function.name.to_string().to_lowercase();
    ["count", "sum", "min", "max", "array_agg", "string_agg", "bool_or", "bool_and", "first_value"]
        .contains(&name.as_str())
}

/// Whether a query reads a table that is empty before any other.
fn begins_with_nothing(query: &Query) -> bool {
    let SetExpr::Select(select) = &*query.body else { return false };
    let Some(first) = select.from.first() else { return false };
    let TableFactor::Table { name, .. } = &first.relation else { return false };
    let table = name.0.last().and_then(|part| part.as_ident());
    table.is_some_and(|table| EMPTY.contains(&table.value.as_str()))
}

pub fn nothing() -> Expr {
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

/// `to_char(at, 'YYYY-MM')` and its like: the pattern in the engine's words.
fn translate_pattern(arguments: &mut [FunctionArg]) {
    let [_, FunctionArg::Unnamed(FunctionArgExpr::Expr(Expr::Value(pattern)))] = arguments else { return };
    if let Value::SingleQuotedString(text) = &mut pattern.value
        && let Some(translated) = patterns::translated(text)
    {
        *text = translated;
    }
}

/// Whether a name is that of a flag in the catalogue, such as `indisprimary` and `attnotnull`.
fn is_flag(expression: &Expr) -> bool {
    let name = match expression {
        Expr::Identifier(name) => Some(name),
        Expr::CompoundIdentifier(names) => names.last(),
        _ => None,
    };
    let begins =
        |name: &Ident| ["indis", "attis", "attnot", "atthas"].iter().any(|it| name.value.starts_with(it));
    name.is_some_and(begins)
}

/// What `'t'` and `'f'` say.
fn flag_in(expression: &Expr) -> Option<bool> {
    match expression {
        Expr::Value(value) => match &value.value {
            Value::SingleQuotedString(text) if text == "t" => Some(true),
            Value::SingleQuotedString(text) if text == "f" => Some(false),
            _ => None,
        },
        _ => None,
    }
}

fn is_interval(expression: &Expr) -> bool {
    match expression {
        Expr::Interval(_) => true,
        Expr::Nested(inner) => is_interval(inner),
        _ => false,
    }
}

/// `generate_subscripts(a, 1)` as a row for each position of the array.
fn subscripts(array: FunctionArg) -> Expr {
    let FunctionArg::Unnamed(FunctionArgExpr::Expr(array)) = array else { return nothing() };
    call("unnest", vec![call("range", vec![number("0"), call("array_length", vec![array])])])
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
    [
        "generate_subscripts",
        "array",
        "pg_get_constraintdef",
        "_pg_expandarray",
        "to_char",
        "to_date",
        "to_timestamp",
    ]
    .into_iter()
    .find(|known| name.eq_ignore_ascii_case(known))
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
