//! What differs between the databases.

use expr::sql::{Order, Shape, Sql};
use kernel::{ColumnType, Decimal, Value};

/// The database that statements are written for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Dialect {
    Sqlite,
    Postgres,
}

/// Digits after the point that a numeric argument of a computation may have: all that a [`Decimal`] can.
const ANY_SCALE: ColumnType = ColumnType::Decimal { scale: 28 };

impl Dialect {
    /// `sqlite` or `postgres`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Dialect::Sqlite => "sqlite",
            Dialect::Postgres => "postgres",
        }
    }

    /// A text as lists are ordered by it: without regard to the case of ASCII letters, else by bytes. The
    /// indexes of [`crate::schema`] serve it.
    pub fn text_order(self, text: &Sql) -> Sql {
        match self {
            Dialect::Sqlite => sql(&[Part::Sql(text), Part::Text(" collate nocase")]),
            Dialect::Postgres => call("lower", &[text]),
        }
    }

    /// What the order key of a computed number ([`expr::compile_sort_key`]) is read and bound as.
    pub const fn number_key(self) -> ColumnType {
        match self {
            Dialect::Sqlite => ColumnType::Text,
            Dialect::Postgres => ANY_SCALE,
        }
    }

    /// ` from … where …`: the rows of `table`, under `alias`, whose column has one of these contents, each given once,
    /// and for which `and` is true: what the index on the column demands.
    ///
    /// PostgreSQL is told to look up one after the other: before it has statistics of a table, it takes any index with
    /// the same condition for better, and reads all of it.
    pub fn look_up(
        self,
        table: &str,
        alias: &str,
        column: (&str, ColumnType),
        contents: Vec<Value>,
        and: &Sql,
    ) -> Sql {
        let (name, of) = column;
        let mut item = Sql::new(alias);
        item.push(".").name(name);
        let mut sql = Sql::new(" from ");
        match self {
            Dialect::Sqlite => {
                sql.name(table).push(" as ").push(alias).push(" where ");
                sql.append(&expr::sql::Dialect::in_list(&self, &item, contents, of));
                sql.push(" and ").append(and);
            }
            Dialect::Postgres => {
                sql.push("unnest(")
                    .bind(contents, of)
                    .push(") as wanted(content) cross join lateral (select * from ");
                sql.name(table)
                    .push(" as ")
                    .push(alias)
                    .push(" where ")
                    .append(&item)
                    .push(" = wanted.content and ");
                sql.append(and).push(" offset 0) as ").push(alias).push(" where true");
            }
        }
        sql
    }

    /// Whether others may write at the same time, so that what was checked need not hold when it is written.
    pub const fn has_rivals(self) -> bool {
        match self {
            Dialect::Sqlite => false,
            Dialect::Postgres => true,
        }
    }

    /// Appended to a select whose rows are to stay as they are until the transaction ends.
    /// SQLite has one writer at a time and needs nothing.
    pub const fn for_update(self) -> &'static str {
        match self {
            Dialect::Sqlite => "",
            Dialect::Postgres => " for update",
        }
    }

    /// A statement that tells two numbers of transactions: all before the first had ended when this transaction's
    /// snapshot was taken, and all that write right now are before the second. None where writes come one after the
    /// other, so that nothing becomes visible before what was numbered earlier.
    ///
    /// What writes is told by its lock on its own number: a snapshot ends with the last transaction that is complete,
    /// and knows nothing of later ones. The locks have 32 bits of the number; the rest is the snapshot's.
    pub const fn transactions_under_way(self) -> Option<&'static str> {
        match self {
            Dialect::Sqlite => None,
            Dialect::Postgres => Some(
                "with s as (select pg_snapshot_xmin(p)::text::bigint as low, pg_snapshot_xmax(p)::text::bigint as high \
                 from pg_current_snapshot() p) \
                 select low, greatest(high, (select max(high + (l.transactionid::text::bigint - high % 4294967296 \
                 + 6442450944) % 4294967296 - 2147483648) + 1 from pg_locks l \
                 where l.locktype = 'transactionid' and l.mode = 'ExclusiveLock' and l.granted)) from s",
            ),
        }
    }

    /// Like [`Dialect::for_update`], but passes over rows that another transaction holds.
    pub const fn for_update_skip_locked(self) -> &'static str {
        match self {
            Dialect::Sqlite => "",
            Dialect::Postgres => " for update skip locked",
        }
    }
}

impl expr::sql::Dialect for Dialect {
    fn read(&self, stored: &Sql, column: ColumnType) -> Sql {
        match (self, column) {
            (Dialect::Sqlite, ColumnType::Decimal { scale }) => {
                call("rp_number", &[stored, &Sql::new(scale.to_string())])
            }
            (Dialect::Postgres, ColumnType::Int) => cast(stored, "numeric"),
            _ => stored.clone(),
        }
    }

    fn constant(&self, value: &Value, shape: Shape) -> Sql {
        let mut place = Sql::default();
        match self {
            Dialect::Sqlite => match (shape, value.as_decimal()) {
                (Shape::Number, Some(number)) => match whole(number) {
                    Some(whole) => place.bind(whole, ColumnType::Int),
                    None => place.bind(number.normalize().to_string(), ColumnType::Text),
                },
                _ => place.bind(value.clone(), column_of(shape)),
            },
            Dialect::Postgres => place.bind(value.clone(), column_of(shape)).push(match shape {
                Shape::Bool => "::boolean",
                Shape::Number => "::numeric",
                Shape::Text => "::text",
                Shape::Date => "::date",
                Shape::Instant => "::timestamptz",
                Shape::Id => "::uuid",
                Shape::List | Shape::Json => "::jsonb",
            }),
        };
        place
    }

    fn result(&self, computed: &Sql, column: ColumnType) -> Sql {
        match (self, column) {
            (_, ColumnType::Int) => call("rp_int", &[computed]),
            (Dialect::Sqlite, ColumnType::Decimal { .. }) => {
                sql(&[Part::Text("cast("), Part::Sql(computed), Part::Text(" as text)")])
            }
            _ => computed.clone(),
        }
    }

    fn compare_numbers(&self, left: &Sql, order: Order, right: &Sql) -> Sql {
        match self {
            Dialect::Sqlite => {
                let mut compared = call("rp_compare", &[left, right]);
                compared.push(" ").push(order.sign()).push(" 0");
                enclosed(&compared)
            }
            Dialect::Postgres => compared(left, order, right, ""),
        }
    }

    fn compare_texts(&self, left: &Sql, order: Order, right: &Sql) -> Sql {
        match self {
            Dialect::Sqlite => compared(left, order, right, " collate nocase"),
            Dialect::Postgres => {
                // The columns have this collation already, and the planner drops it there; constants have not.
                let lower =
                    |text| sql(&[Part::Text("lower("), Part::Sql(text), Part::Text(" collate \"C\")")]);
                compared(&lower(left), order, &lower(right), "")
            }
        }
    }

    fn in_list(&self, item: &Sql, list: Vec<Value>, column: ColumnType) -> Sql {
        let mut found = Sql::new("(");
        found.append(item);
        match self {
            Dialect::Sqlite => found.push(" in (select value from rarray(").bind(list, column).push(")))"),
            Dialect::Postgres => found.push(" = any(").bind(list, column).push("))"),
        };
        found
    }

    fn list_contains(&self, list: &Sql, item: &Sql, shape: Shape) -> Sql {
        match (self, shape) {
            (Dialect::Sqlite, Shape::Id) => call("rp_list_contains", &[list, &call("rp_id_text", &[item])]),
            (Dialect::Sqlite, _) => call("rp_list_contains", &[list, item]),
            (Dialect::Postgres, _) => call("jsonb_exists", &[list, &cast(item, "text")]),
        }
    }
}

/// The number, if it is whole and fits 64 bits.
fn whole(number: Decimal) -> Option<i64> {
    let number = number.normalize();
    (number.scale() == 0).then(|| i64::try_from(number).ok()).flatten()
}

const fn column_of(shape: Shape) -> ColumnType {
    match shape {
        Shape::Bool => ColumnType::Bool,
        Shape::Number => ANY_SCALE,
        Shape::Text => ColumnType::Text,
        Shape::Date => ColumnType::Date,
        Shape::Instant => ColumnType::Instant,
        Shape::Id => ColumnType::Id,
        Shape::List => ColumnType::List,
        Shape::Json => ColumnType::Json,
    }
}

enum Part<'a> {
    Text(&'a str),
    Sql(&'a Sql),
}

fn sql(parts: &[Part<'_>]) -> Sql {
    let mut whole = Sql::default();
    for part in parts {
        match part {
            Part::Text(text) => whole.push(text),
            Part::Sql(sql) => whole.append(sql),
        };
    }
    whole
}

fn call(function: &str, arguments: &[&Sql]) -> Sql {
    let mut call = Sql::new(function);
    for (at, argument) in arguments.iter().enumerate() {
        call.push(if at == 0 { "(" } else { ", " }).append(argument);
    }
    call.push(")");
    call
}

fn enclosed(inner: &Sql) -> Sql {
    sql(&[Part::Text("("), Part::Sql(inner), Part::Text(")")])
}

fn cast(inner: &Sql, to: &str) -> Sql {
    sql(&[Part::Text("("), Part::Sql(inner), Part::Text(")::"), Part::Text(to)])
}

fn compared(left: &Sql, order: Order, right: &Sql, collation: &str) -> Sql {
    sql(&[
        Part::Text("("),
        Part::Sql(left),
        Part::Text(" "),
        Part::Text(order.sign()),
        Part::Text(" "),
        Part::Sql(right),
        Part::Text(collation),
        Part::Text(")"),
    ])
}
