//! What columns without a name are headed by: as PostgreSQL has it (`FigureColname` in its parse_target.c), so that
//! `select count(*)` is `count` for a program that reads columns by name.

use std::sync::Arc;

use datafusion::sql::sqlparser::ast::{
    DataType, Expr, Query, SelectItem, SetExpr, Statement, TrimWhereField, Value,
};
use datafusion_postgres::pgwire::api::results::FieldInfo;

/// Of what nothing is known but that it is a column.
const NAMELESS: &str = "?column?";

/// The columns of a statement's answer, headed as its sender expects.
pub fn headed(statement: &Statement, columns: &Arc<Vec<FieldInfo>>) -> Arc<Vec<FieldInfo>> {
    let Statement::Query(query) = statement else { return Arc::clone(columns) };
    let Some(items) = items(query) else { return Arc::clone(columns) };
    let mut headed = columns.to_vec();
    let is_many =
        |item: &&SelectItem| matches!(item, SelectItem::Wildcard(_) | SelectItem::QualifiedWildcard(..));
    // What stands before the first `*` is counted from the left, what stands behind the last one from the right.
    let Some(first) = items.iter().position(|item| is_many(&item)) else {
        items.iter().zip(&mut headed).for_each(|(item, column)| head(item, column));
        return Arc::new(headed);
    };
    items[..first].iter().zip(&mut headed).for_each(|(item, column)| head(item, column));
    let after = items.iter().rev().take_while(|item| !is_many(item));
    after.zip(headed.iter_mut().rev()).for_each(|(item, column)| head(item, column));
    Arc::new(headed)
}

/// What is selected, by the first of several that are united.
fn items(query: &Query) -> Option<&[SelectItem]> {
    let mut body = &*query.body;
    loop {
        match body {
            SetExpr::Select(select) => return Some(&select.projection),
            SetExpr::Query(query) => body = &query.body,
            SetExpr::SetOperation { left, .. } => body = left,
            _ => return None,
        }
    }
}

fn head(item: &SelectItem, column: &mut FieldInfo) {
    let SelectItem::UnnamedExpr(expression) = item else { return };
    // The engine heads a column by its own name, however that is written.
    if matches!(expression, Expr::Identifier(_) | Expr::CompoundIdentifier(_)) {
        return;
    }
    let name = figured(expression).map_or_else(|| NAMELESS.to_owned(), |figured| figured.name);
    *column = FieldInfo::new(
        name,
        column.table_id(),
        column.column_id(),
        column.datatype().clone(),
        column.format(),
    )
    .with_format_options(Arc::clone(column.format_options()))
    .with_type_size(column.type_size())
    .with_type_modifier(column.type_modifier());
}

/// A name, and whether it gives way to that of what stands around it.
struct Figured {
    name: String,
    weak: bool,
}

impl Figured {
    fn strong(name: impl Into<String>) -> Option<Figured> {
        Some(Figured { name: name.into(), weak: false })
    }

    fn weak(name: impl Into<String>) -> Option<Figured> {
        Some(Figured { name: name.into(), weak: true })
    }
}

fn figured(expression: &Expr) -> Option<Figured> {
    let by_type = |data_type: &DataType, inner: Option<Figured>| {
        inner.filter(|figured| !figured.weak).or_else(|| Figured::weak(named(data_type)))
    };
    match expression {
        Expr::Identifier(name) => Figured::strong(&*name.value),
        Expr::CompoundIdentifier(names) => Figured::strong(&*names.last()?.value),
        Expr::Nested(inner) | Expr::Collate { expr: inner, .. } => figured(inner),
        Expr::Function(function) => {
            Figured::strong(function.name.0.last()?.as_ident()?.value.to_ascii_lowercase())
        }
        Expr::Cast { expr, data_type, .. } => by_type(data_type, figured(expr)),
        Expr::TypedString(literal) => by_type(&literal.data_type, None),
        Expr::Interval(_) => Figured::weak("interval"),
        Expr::Case { else_result, .. } => else_result
            .as_deref()
            .and_then(figured)
            .filter(|figured| !figured.weak)
            .or_else(|| Figured::weak("case")),
        Expr::Subquery(query) => match items(query)?.first()? {
            SelectItem::UnnamedExpr(column) => figured(column),
            SelectItem::ExprWithAlias { alias, .. } => Figured::strong(&*alias.value),
            _ => None,
        },
        Expr::Value(value) if matches!(value.value, Value::Placeholder(_)) => None,
        Expr::Exists { negated: false, .. } => Figured::strong("exists"),
        Expr::Extract { .. } => Figured::strong("extract"),
        Expr::Ceil { .. } => Figured::strong("ceil"),
        Expr::Floor { .. } => Figured::strong("floor"),
        Expr::Position { .. } => Figured::strong("position"),
        Expr::Substring { .. } => Figured::strong("substring"),
        Expr::Overlay { .. } => Figured::strong("overlay"),
        Expr::AtTimeZone { .. } => Figured::strong("timezone"),
        Expr::Trim { trim_where, .. } => Figured::strong(match trim_where {
            Some(TrimWhereField::Leading) => "ltrim",
            Some(TrimWhereField::Trailing) => "rtrim",
            Some(TrimWhereField::Both) | None => "btrim",
        }),
        Expr::Array(_) => Figured::strong("array"),
        Expr::Tuple(_) => Figured::strong("row"),
        _ => None,
    }
}

/// What PostgreSQL calls a type itself.
fn named(data_type: &DataType) -> String {
    let written = data_type.to_string().to_ascii_lowercase();
    let bare = written.split('(').next().unwrap_or(&written).trim_end_matches("[]").trim();
    let own = match bare {
        "smallint" => "int2",
        "int" | "integer" => "int4",
        "bigint" => "int8",
        "real" => "float4",
        "double" | "double precision" | "float" => "float8",
        "decimal" | "dec" => "numeric",
        "boolean" => "bool",
        "character varying" | "char varying" => "varchar",
        "character" | "char" => "bpchar",
        "timestamp with time zone" => "timestamptz",
        "timestamp without time zone" => "timestamp",
        other => other,
    };
    own.to_owned()
}

#[cfg(test)]
mod tests {
    use datafusion::sql::sqlparser::{dialect::PostgreSqlDialect, parser::Parser};
    use datafusion_postgres::pgwire::api::{Type, results::FieldFormat};

    use super::*;

    /// The headings of a statement whose columns the engine calls 1, 2, 3, ….
    fn headings(sql: &str, columns: usize) -> Vec<String> {
        let statement = Parser::parse_sql(&PostgreSqlDialect {}, sql).unwrap().remove(0);
        let column = |at: usize| FieldInfo::new(at.to_string(), None, None, Type::TEXT, FieldFormat::Text);
        let columns = Arc::new((1..=columns).map(column).collect());
        headed(&statement, &columns).iter().map(|column| column.name().to_owned()).collect()
    }

    /// As PostgreSQL 15 said it.
    #[test]
    fn columns_without_a_name_are_headed_as_by_postgresql() {
        for (expression, heading) in [
            ("1", "?column?"),
            ("'x'", "?column?"),
            ("1 + 1", "?column?"),
            ("not a.x", "?column?"),
            ("a.x is null", "?column?"),
            ("count(*)", "count"),
            ("COUNT(distinct x)", "count"),
            ("pg_catalog.version()", "version"),
            ("coalesce(x, 1)", "coalesce"),
            ("nullif(x, 1)", "nullif"),
            ("sum(x) over (order by x)", "sum"),
            ("cast(count(*) as int)", "count"),
            ("cast(1 as int)", "int4"),
            ("'x'::text", "text"),
            ("1::double precision", "float8"),
            ("1::numeric(10, 2)", "numeric"),
            ("x::bigint", "x"),
            ("(x)", "x"),
            ("date '2026-01-01'", "date"),
            ("interval '1 day'", "interval"),
            ("case when x then 1 else 2 end", "case"),
            ("case when x then 1 else y end", "y"),
            ("case when x then 1 end", "case"),
            ("(select max(x) from t)", "max"),
            ("(select max(x) as m from t)", "m"),
            ("exists (select 1)", "exists"),
            ("extract(year from x)", "extract"),
            ("x at time zone 'UTC'", "timezone"),
            ("trim(x)", "btrim"),
            ("trim(leading 'a' from x)", "ltrim"),
            ("substring(x from 2)", "substring"),
            ("position('a' in x)", "position"),
            ("floor(x)", "floor"),
            ("array[1, 2]", "array"),
            ("row(1, 2)", "row"),
        ] {
            assert_eq!(headings(&format!("select {expression} from t"), 1), [heading], "{expression}");
        }
    }

    #[test]
    fn what_has_a_name_keeps_it() {
        assert_eq!(headings("select x, t.y, count(*) as n from t", 3), ["1", "2", "3"]);
    }

    #[test]
    fn columns_beside_a_star_are_counted_from_the_end_they_are_nearer_to() {
        assert_eq!(headings("select 1, *, count(*) from t", 5), ["?column?", "2", "3", "4", "count"]);
        assert_eq!(headings("select t.*, 1, u.*, max(x) from t, u", 5), ["1", "2", "3", "4", "max"]);
    }

    #[test]
    fn of_united_queries_the_first_says_what_columns_are_headed_by() {
        assert_eq!(headings("(select max(x) from t) union all select min(x) from t", 1), ["max"]);
        assert_eq!(headings("with t as (select 1) select sum(x) from t order by 1", 1), ["sum"]);
    }
}
