//! What carrying rows from one engine to the other needs to know: of which types columns are, and how far counters are.

use std::collections::BTreeMap;

use expr::sql::Sql;
use kernel::ColumnType;

use crate::{
    Dialect, Error, Tx,
    schema::{literal, quoted},
};

const COLUMNS: &str = "select c.relname::text, a.attname::text, format_type(a.atttypid, a.atttypmod) \
    from pg_attribute a join pg_class c on c.oid = a.attrelid \
    where c.relnamespace = current_schema()::regnamespace and c.relkind = 'r' and a.attnum > 0 \
    and not a.attisdropped and a.atttypid <> 'tsvector'::regtype order by 1, a.attnum";

const IDENTITIES: &str = "select c.relname::text, a.attname::text from pg_attribute a \
    join pg_class c on c.oid = a.attrelid where c.relnamespace = current_schema()::regnamespace \
    and c.relkind = 'r' and a.attidentity <> '' and not a.attisdropped order by 1, 2";

impl Tx<'_> {
    /// The columns of every table with their types, words for search left out (PostgreSQL only: SQLite keeps several types
    /// as whole numbers, and does not know which).
    pub fn columns(&mut self) -> Result<BTreeMap<String, Vec<(String, ColumnType)>>, Error> {
        let found = self.query(&Sql::new(COLUMNS), |row| {
            Some((row.text(0)?.to_owned(), row.text(1)?.to_owned(), row.text(2)?.to_owned()))
        })?;
        let mut tables: BTreeMap<String, Vec<(String, ColumnType)>> = BTreeMap::new();
        for (table, column, stored) in found.into_iter().flatten() {
            let of = column_type(&stored).ok_or_else(|| {
                Error::Other(format!("{table}.{column} is a {stored}, which is unknown here"))
            })?;
            tables.entry(table).or_default().push((column, of));
        }
        Ok(tables)
    }

    /// The last number that each counter of a table has given, where it has given one.
    pub fn counters(&mut self) -> Result<BTreeMap<String, i64>, Error> {
        match self.dialect() {
            Dialect::Sqlite => {
                let sql = Sql::new("select name, seq from sqlite_sequence");
                let given = self.query(&sql, |row| Some((row.text(0)?.to_owned(), row.int(1)?)))?;
                Ok(given.into_iter().flatten().collect())
            }
            Dialect::Postgres => {
                let mut given = BTreeMap::new();
                for (table, column) in self.identities()? {
                    let mut sql = Sql::new("select pg_sequence_last_value(");
                    sql.push(&sequence(&table, &column)).push("::regclass)");
                    if let Some(last) = self.query_one(&sql, |row| row.int(0))? {
                        given.insert(table, last);
                    }
                }
                Ok(given)
            }
        }
    }

    /// Lets the counter of each table go on after what it holds, and after what `given` says that it had given elsewhere.
    pub fn go_on_counting(&mut self, given: &BTreeMap<String, i64>) -> Result<(), Error> {
        match self.dialect() {
            Dialect::Sqlite => {
                for (table, last) in given {
                    let mut sql = Sql::new("update sqlite_sequence set seq = max(seq, ");
                    sql.bind(*last, ColumnType::Int).push(") where name = ");
                    sql.bind(table.as_str(), ColumnType::Text);
                    if self.execute(&sql)? == 0 {
                        self.begin_counting(table, *last)?;
                    }
                }
            }
            Dialect::Postgres => {
                for (table, column) in self.identities()? {
                    let mut sql = Sql::new("select max(");
                    sql.name(&column).push(") from ").name(&table);
                    let held = self.query_one(&sql, |row| row.int(0))?;
                    if let Some(last) = held.max(given.get(&table).copied()) {
                        self.execute_script(&format!(
                            "select setval({}, {last})",
                            sequence(&table, &column)
                        ))?;
                    }
                }
            }
        }
        Ok(())
    }

    /// SQLite: notes how far a table is that has had rows and has none now, if it counts at all.
    fn begin_counting(&mut self, table: &str, last: i64) -> Result<(), Error> {
        let mut sql = Sql::new("insert into sqlite_sequence (name, seq) select name, ");
        sql.bind(last, ColumnType::Int).push(" from sqlite_schema where type = 'table' and name = ");
        sql.bind(table, ColumnType::Text).push(" and sql like '% autoincrement%'");
        self.execute(&sql).map(|_| ())
    }

    fn identities(&mut self) -> Result<Vec<(String, String)>, Error> {
        let found = self
            .query(&Sql::new(IDENTITIES), |row| Some((row.text(0)?.to_owned(), row.text(1)?.to_owned())))?;
        Ok(found.into_iter().flatten().collect())
    }
}

/// The sequence behind an identity column.
fn sequence(table: &str, column: &str) -> String {
    format!("pg_get_serial_sequence({}, {})", literal(&quoted(table)), literal(column))
}

/// The type that PostgreSQL stores so; see [`crate::schema`]. Lists are read as the JSON that they are.
fn column_type(stored: &str) -> Option<ColumnType> {
    Some(match stored {
        "boolean" => ColumnType::Bool,
        "bigint" => ColumnType::Int,
        "text" => ColumnType::Text,
        "date" => ColumnType::Date,
        "timestamp with time zone" => ColumnType::Instant,
        "uuid" => ColumnType::Id,
        "jsonb" => ColumnType::Json,
        numeric => {
            let (_, scale) = numeric.strip_prefix("numeric(")?.strip_suffix(')')?.split_once(',')?;
            ColumnType::Decimal { scale: scale.parse().ok()? }
        }
    })
}
