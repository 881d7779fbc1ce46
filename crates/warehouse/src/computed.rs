//! Expressions of the language over the columns of a table, as expressions of a plan.

use std::sync::LazyLock;

use arrow::datatypes::SchemaRef;
use cube::{Calendar, Columnar};
use datafusion::{
    common::{
        Column, DFSchema, Result,
        tree_node::{Transformed, TreeNode},
    },
    logical_expr::{Expr, lit},
    prelude::SessionContext,
};
use expr::{Binding, Checked};
use jiff::tz::TimeZone;
use kernel::Timestamp;

use crate::cubes::{engine::scalar, functions};

/// A session that knows the functions of the language, to read expressions in.
static READER: LazyLock<SessionContext> = LazyLock::new(|| {
    let context = SessionContext::new();
    functions::register(&context, Calendar::default(), &TimeZone::UTC);
    context
});

/// What an expression that reads nothing but a record's own columns is on rows with these columns.
///
/// # Errors
/// When a column is not there.
pub fn of_columns(checked: &Checked, schema: &SchemaRef) -> Result<Expr> {
    const TABLE: &str = "t";
    debug_assert!(!checked.is_volatile() && !checked.reads_links());
    let zone = TimeZone::UTC;
    let binding = Binding { now: Timestamp::UNIX_EPOCH, zone: &zone, me: None, my_teams: &[], guard: None };
    let sql = expr::compile(checked, &Columnar, TABLE, &binding);
    let read = READER.parse_sql_expr(sql.text(), &DFSchema::try_from_qualified_schema(TABLE, schema)?)?;
    let bound = |place: &str| {
        let at: usize = place.strip_prefix('$')?.parse().ok()?;
        sql.args().get(at.checked_sub(1)?).map(scalar)
    };
    let plain = read.transform(|part| {
        Ok(match part {
            Expr::Column(column) => Transformed::yes(Expr::Column(Column::from_name(column.name))),
            Expr::Placeholder(place) => match bound(&place.id) {
                Some(value) => Transformed::yes(lit(value)),
                None => Transformed::no(Expr::Placeholder(place)),
            },
            part => Transformed::no(part),
        })
    })?;
    Ok(plain.data)
}
