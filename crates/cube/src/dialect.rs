//! How the engine of queries (DataFusion) says what expressions need.
//!
//! | shape | form |
//! |---|---|
//! | Number | `decimal(38, 10)` |
//! | Text, Id | text |
//! | Date | `date` |
//! | Instant | timestamp in microseconds, UTC |
//! | List | text, a JSON array of strings |
//!
//! The functions `rp_…` are those of `expr`, run on its own code; besides them the engine brings `cube_fold` (a text with
//! the letters of ASCII small), `cube_list` (a list as JSON) and `cube_has` (whether such has an entry).

use expr::sql::{Dialect, Order, Shape, Sql};
use kernel::{ColumnType, Value};

/// The dialect.
#[derive(Clone, Copy, Debug, Default)]
pub struct Columnar;

/// The form of numbers: what the expression language computes with.
const NUMBER: &str = " as decimal(38, 10))";

impl Dialect for Columnar {
    fn read(&self, stored: &Sql, column: ColumnType) -> Sql {
        match column {
            ColumnType::Int | ColumnType::Decimal { .. } => around("try_cast(", stored, NUMBER),
            ColumnType::List => around("cube_list(", stored, ")"),
            _ => stored.clone(),
        }
    }

    fn constant(&self, value: &Value, shape: Shape) -> Sql {
        let (value, ty, column) = match (value, shape) {
            (Value::Int(number), _) => {
                (Value::Decimal((*number).into()), NUMBER, ColumnType::Decimal { scale: 10 })
            }
            (_, Shape::Number) => (value.clone(), NUMBER, ColumnType::Decimal { scale: 10 }),
            (_, Shape::Bool) => (value.clone(), " as boolean)", ColumnType::Bool),
            (_, Shape::Date) => (value.clone(), " as date)", ColumnType::Date),
            (Value::Instant(_) | Value::Null, Shape::Instant) => {
                let mut sql = Sql::new("arrow_cast(");
                sql.bind(value.clone(), ColumnType::Instant);
                sql.push(", 'Timestamp(Microsecond, Some(\"UTC\"))')");
                return sql;
            }
            (Value::List(entries), _) => {
                let json = expr::sql::functions::list_as_json(entries);
                (Value::Text(json), " as varchar)", ColumnType::Text)
            }
            (Value::Id(id), _) => (Value::Text(id.to_string()), " as varchar)", ColumnType::Text),
            (Value::Json(json), _) => (Value::Text(json.to_string()), " as varchar)", ColumnType::Text),
            _ => (value.clone(), " as varchar)", ColumnType::Text),
        };
        let mut sql = Sql::new("cast(");
        sql.bind(value, column).push(ty);
        sql
    }

    fn result(&self, computed: &Sql, column: ColumnType) -> Sql {
        match column {
            ColumnType::Int => around("try_cast(rp_int(", computed, ") as bigint)"),
            _ => computed.clone(),
        }
    }

    fn compare_numbers(&self, left: &Sql, order: Order, right: &Sql) -> Sql {
        between(left, order, right)
    }

    fn compare_texts(&self, left: &Sql, order: Order, right: &Sql) -> Sql {
        between(&around("cube_fold(", left, ")"), order, &around("cube_fold(", right, ")"))
    }

    fn in_list(&self, item: &Sql, list: Vec<Value>, column: ColumnType) -> Sql {
        if list.is_empty() {
            return Sql::new("false");
        }
        let mut sql = around("(", item, " in (");
        for (at, entry) in list.into_iter().enumerate() {
            sql.push(if at > 0 { ", " } else { "" }).bind(entry, column);
        }
        sql.push("))");
        sql
    }

    fn list_contains(&self, list: &Sql, item: &Sql, _: Shape) -> Sql {
        let mut sql = around("cube_has(", list, ", ");
        sql.append(item).push(")");
        sql
    }
}

fn around(before: &str, inner: &Sql, after: &str) -> Sql {
    let mut sql = Sql::new(before);
    sql.append(inner).push(after);
    sql
}

fn between(left: &Sql, order: Order, right: &Sql) -> Sql {
    let mut sql = around("(", left, " ");
    sql.push(order.sign()).push(" ").append(right).push(")");
    sql
}
