//! A dialect and a database in memory, as small as the tests need.

use expr::{
    generate::sample::{FOLLOWERS, TABLES, World},
    sql::{Argument, Dialect, Order, Shape, Sql, functions},
};
use kernel::{ColumnType, Id, Timestamp, Value, number::to_scaled};
use rusqlite::{
    Connection, ToSql,
    functions::FunctionFlags,
    types::{ToSqlOutput, Value as Raw, ValueRef},
};

pub struct Sqlite;

impl Dialect for Sqlite {
    fn read(&self, stored: &Sql, column: ColumnType) -> Sql {
        match column {
            ColumnType::Decimal { scale } => around("rp_number(", stored, &format!(", {scale})")),
            _ => stored.clone(),
        }
    }

    fn constant(&self, value: &Value, shape: Shape) -> Sql {
        let mut sql = Sql::default();
        match value.as_decimal().map(|number| number.normalize()) {
            Some(number) if number.scale() == 0 && i64::try_from(number).is_ok() => {
                sql.bind(i64::try_from(number).ok(), ColumnType::Int);
            }
            Some(number) => {
                sql.bind(number.to_string(), ColumnType::Text);
            }
            None => {
                sql.bind(value.clone(), column_of(shape));
            }
        }
        sql
    }

    fn result(&self, computed: &Sql, column: ColumnType) -> Sql {
        match column {
            ColumnType::Decimal { .. } => around("cast(", computed, " as text)"),
            ColumnType::Int => around("rp_int(", computed, ")"),
            _ => computed.clone(),
        }
    }

    fn compare_numbers(&self, left: &Sql, order: Order, right: &Sql) -> Sql {
        let mut sql = around("(rp_compare(", left, ", ");
        sql.append(right).push(") ").push(order.sign()).push(" 0)");
        sql
    }

    fn compare_texts(&self, left: &Sql, order: Order, right: &Sql) -> Sql {
        let mut sql = around("(", left, " ");
        sql.push(order.sign()).push(" ").append(right).push(" collate nocase)");
        sql
    }

    fn in_list(&self, item: &Sql, list: Vec<Value>, column: ColumnType) -> Sql {
        let mut sql = around("(", item, " in (");
        for (index, entry) in list.into_iter().enumerate() {
            sql.push(if index > 0 { ", " } else { "" }).bind(entry, column);
        }
        sql.push("))");
        sql
    }

    fn list_contains(&self, list: &Sql, item: &Sql, _: Shape) -> Sql {
        let mut sql = around("exists (select 1 from json_each(", list, ") where value = ");
        sql.append(item).push(")");
        sql
    }
}

fn around(before: &str, inner: &Sql, after: &str) -> Sql {
    let mut sql = Sql::new(before);
    sql.append(inner).push(after);
    sql
}

fn column_of(shape: Shape) -> ColumnType {
    match shape {
        Shape::Bool => ColumnType::Bool,
        Shape::Number => ColumnType::Decimal { scale: 10 },
        Shape::Text => ColumnType::Text,
        Shape::Date => ColumnType::Date,
        Shape::Instant => ColumnType::Instant,
        Shape::Id => ColumnType::Id,
        Shape::List => ColumnType::List,
        Shape::Json => ColumnType::Json,
    }
}

/// A database with the functions and the tables of the sample, empty.
pub fn open() -> Connection {
    let connection = Connection::open_in_memory().expect("a database in memory");
    for function in functions() {
        let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
        let arity = i32::try_from(function.arity()).expect("few parameters");
        connection
            .create_scalar_function(function.name, arity, flags, move |context| {
                let raw: Vec<Value> =
                    (0..context.len()).map(|index| raw_value(context.get_raw(index))).collect();
                Ok(stored(&function.call_raw(&raw), ColumnType::Int))
            })
            .expect("a function");
    }
    for (table, columns) in TABLES {
        let columns: Vec<String> =
            columns.iter().map(|(name, ty)| format!("\"{name}\" {}", declared(*ty))).collect();
        connection
            .execute(&format!("create table \"{table}\" ({})", columns.join(", ")), [])
            .expect("a table");
    }
    connection.execute(&format!("create table {FOLLOWERS} (deal blob, user blob)"), []).expect("a table");
    connection
}

/// Replaces all rows by those of `world`.
pub fn fill(connection: &Connection, world: &World) {
    for (table, columns) in TABLES {
        connection.execute(&format!("delete from \"{table}\""), []).expect("rows deleted");
        for record in &world.records[table] {
            let places = vec!["?"; columns.len()].join(", ");
            let values = record.iter().zip(columns).map(|(value, (_, ty))| stored(value, *ty));
            let insert = format!("insert into \"{table}\" values ({places})");
            let mut statement = connection.prepare_cached(&insert).expect("a statement");
            statement.execute(rusqlite::params_from_iter(values)).expect("a row");
        }
    }
    connection.execute(&format!("delete from {FOLLOWERS}"), []).expect("rows deleted");
    for (deal, user) in &world.followers {
        let values = [stored(&(*deal).into(), ColumnType::Id), stored(&(*user).into(), ColumnType::Id)];
        connection.execute(&format!("insert into {FOLLOWERS} values (?, ?)"), values).expect("a row");
    }
}

/// The first column of each row, read as `column`.
pub fn query(connection: &Connection, sql: &Sql, column: ColumnType) -> Vec<Value> {
    let mut statement =
        connection.prepare(sql.text()).unwrap_or_else(|error| panic!("{error}: {}", sql.text()));
    let arguments = sql.args().iter().map(|Argument { value, column }| stored(value, *column));
    let mut rows = statement.query(rusqlite::params_from_iter(arguments)).expect("rows");
    let mut found = Vec::new();
    while let Some(row) = rows.next().unwrap_or_else(|error| panic!("{error}: {}", sql.text())) {
        found.push(read(row.get_ref(0).expect("a column"), column));
    }
    found
}

struct Stored(Raw);

impl ToSql for Stored {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        self.0.to_sql()
    }
}

fn stored(value: &Value, column: ColumnType) -> Stored {
    Stored(match value {
        Value::Null => Raw::Null,
        Value::Bool(truth) => Raw::Integer((*truth).into()),
        Value::Int(number) => Raw::Integer(*number),
        Value::Decimal(number) => match column {
            ColumnType::Decimal { scale } => Raw::Integer(to_scaled(*number, scale.into()).expect("it fits")),
            _ => Raw::Text(number.to_string()),
        },
        Value::Text(text) => Raw::Text(text.clone()),
        Value::Date(date) => Raw::Integer(date.duration_since(jiff::civil::date(1970, 1, 1)).as_hours() / 24),
        Value::Instant(instant) => Raw::Integer(instant.as_microsecond()),
        Value::Id(id) => Raw::Blob(id.as_bytes().to_vec()),
        Value::List(entries) => Raw::Text(expr::sql::functions::list_as_json(entries)),
        Value::Json(json) => Raw::Text(json.to_string()),
    })
}

fn raw_value(raw: ValueRef) -> Value {
    match raw {
        ValueRef::Integer(number) => Value::Int(number),
        ValueRef::Text(text) => Value::from(std::str::from_utf8(text).expect("UTF-8")),
        ValueRef::Blob(bytes) => Value::Id(Id::from_bytes(bytes.try_into().expect("16 bytes"))),
        _ => Value::Null,
    }
}

fn read(raw: ValueRef, column: ColumnType) -> Value {
    match (raw, column) {
        (ValueRef::Null, _) => Value::Null,
        (ValueRef::Integer(truth), ColumnType::Bool) => Value::Bool(truth != 0),
        (ValueRef::Integer(units), ColumnType::Decimal { scale }) => {
            kernel::number::from_scaled(units, scale.into()).into()
        }
        (ValueRef::Text(digits), ColumnType::Decimal { .. }) => {
            Value::Decimal(std::str::from_utf8(digits).expect("UTF-8").parse().expect("a number"))
        }
        (ValueRef::Integer(days), ColumnType::Date) => {
            let span = jiff::Span::new().days(days);
            Value::Date(jiff::civil::date(1970, 1, 1).checked_add(span).expect("a date"))
        }
        (ValueRef::Integer(at), ColumnType::Instant) => {
            Value::Instant(Timestamp::from_microsecond(at).expect("in range"))
        }
        (ValueRef::Text(json), ColumnType::List) => {
            let entries: Vec<String> = serde_json::from_slice(json).expect("JSON");
            Value::List(entries.into_iter().map(Value::Text).collect())
        }
        (ValueRef::Text(json), ColumnType::Json) => Value::Json(serde_json::from_slice(json).expect("JSON")),
        (raw, _) => raw_value(raw),
    }
}

fn declared(ty: ColumnType) -> &'static str {
    match ty {
        ColumnType::Text | ColumnType::List | ColumnType::Json => "text",
        ColumnType::Id => "blob",
        _ => "integer",
    }
}
