//! The rows of a relation as a statement: joins for what links lead to, and a row for each entry of columns of many.
//!
//! ```sql
//! (select t."amount" as "amount", j0."name" as "company.name"
//!  from "deal" as t left join "company" as j0 on t."company" = j0."id")
//!
//! (select t."#row" as "#row", j0."name" as "watchers[].name"
//!  from (select t."#row", unnest(cube_entries(t."watchers")) as "watchers[]"
//!        from (select row_number() over () as "#row", t."watchers" from "deal" as t) as t) as t
//!  left join "user" as j0 on t."watchers[]" = j0."id")
//! ```

use std::{collections::BTreeSet, sync::Arc};

use expr::sql::Sql;
use kernel::ColumnType;

use crate::relation::EACH;

/// What tells rows apart that are read once for each of their entries.
pub(crate) const ROW: &str = "#row";

/// A column that something reads.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Used {
    /// The links that lead to it.
    pub path: Vec<Link>,
    /// Its name in the table that it is of.
    pub name: Arc<str>,
    /// Its name among the rows.
    pub flat: Arc<str>,
    pub column: ColumnType,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Link {
    pub column: Arc<str>,
    /// The table that its ids are of; nothing where entries are no ids.
    pub to: Option<Arc<str>>,
    /// Whether it has many entries, each of which gives a row.
    pub each: bool,
}

/// Columns of a table and of what can be reached from it.
pub(crate) struct Reading<'c> {
    table: &'c str,
    wanted: Vec<&'c Used>,
    /// All ways that are gone, shorter ones before those that they begin.
    ways: Vec<&'c [Link]>,
}

impl<'c> Reading<'c> {
    pub fn of(table: &'c str, wanted: impl Iterator<Item = &'c Used>) -> Reading<'c> {
        let mut wanted: Vec<&Used> = wanted.collect();
        wanted.sort_by(|a, b| a.flat.cmp(&b.flat));
        wanted.dedup_by(|a, b| a.flat == b.flat);
        let mut ways: Vec<&[Link]> = Vec::new();
        for used in &wanted {
            for length in 1..=used.path.len() {
                let way = &used.path[..length];
                if !ways.contains(&way) {
                    ways.push(way);
                }
            }
        }
        Reading { table, wanted, ways }
    }

    /// The rows, in brackets.
    pub fn statement(&self) -> Sql {
        let unfolded = self.unfolded();
        let mut sql = Sql::new("(select ");
        let mut before = "";
        if !unfolded.is_empty() {
            sql.push("t.").name(ROW).push(" as ").name(ROW);
            before = ", ";
        }
        for used in &self.wanted {
            sql.push(before);
            match used.path.split_last() {
                Some((Link { to: None, .. }, _)) => sql.push("t.").name(&unfolded_name(&used.path)),
                _ => sql.push(&self.alias(&used.path)).push(".").name(&used.name),
            };
            sql.push(" as ").name(&used.flat);
            before = ", ";
        }
        if before.is_empty() {
            sql.push("1 as one");
        }
        sql.push(" from ").append(&self.source(&unfolded)).push(" as t");
        self.join(self.ways.iter().copied(), &mut sql);
        sql.push(")");
        sql
    }

    /// The ways that end in many entries.
    fn unfolded(&self) -> Vec<&'c [Link]> {
        let many = |way: &&[Link]| way.last().is_some_and(|link| link.each);
        let mut unfolded: Vec<&[Link]> = self.ways.iter().copied().filter(many).collect();
        unfolded.sort_by_key(|way| way.len());
        unfolded
    }

    /// The table; where columns of many are read, with a row for each of their entries.
    fn source(&self, unfolded: &[&[Link]]) -> Sql {
        let mut table = Sql::default();
        table.name(self.table);
        if unfolded.is_empty() {
            return table;
        }
        let own = self.wanted.iter().filter(|used| used.path.is_empty()).map(|used| &*used.name);
        let linking = self.ways.iter().filter_map(|way| way.first()).map(|link| &*link.column);
        let own: BTreeSet<&str> = own.chain(linking).collect();
        let mut carried: Vec<String> = vec![ROW.to_owned()];
        let mut sql = Sql::new("(select row_number() over () as ");
        sql.name(ROW);
        for name in own {
            sql.push(", t.").name(name);
            carried.push(name.to_owned());
        }
        sql.push(" from ").append(&table).push(" as t)");
        for way in unfolded {
            let inner = std::mem::replace(&mut sql, Sql::new("(select "));
            for name in &carried {
                sql.push("t.").name(name).push(", ");
            }
            sql.push("unnest(cube_entries(").append(&self.content(way)).push(")) as ");
            let name = unfolded_name(way);
            sql.name(&name).push(" from ").append(&inner).push(" as t");
            let before = (1..way.len()).map(|length| &way[..length]);
            self.join(before, &mut sql);
            sql.push(")");
            carried.push(name);
        }
        sql
    }

    /// Joins what ways lead to.
    fn join<'w>(&self, ways: impl Iterator<Item = &'w [Link]>, sql: &mut Sql) {
        for way in ways {
            let Some(to) = way.last().and_then(|link| link.to.as_ref()) else { continue };
            let own = self.alias(way);
            sql.push(" left join ").name(to).push(" as ").push(&own).push(" on ");
            match way.last() {
                Some(link) if link.each => sql.push("t.").name(&unfolded_name(way)),
                _ => sql.append(&self.content(way)),
            };
            sql.push(" = ").push(&own).push(".\"id\"");
        }
    }

    /// The column that a way ends with, where it stands.
    fn content(&self, way: &[Link]) -> Sql {
        let mut sql = Sql::default();
        if let Some((last, before)) = way.split_last() {
            sql.push(&self.alias(before)).push(".").name(&last.column);
        }
        sql
    }

    fn alias(&self, way: &[Link]) -> String {
        match self.ways.iter().position(|own| *own == way) {
            Some(at) => format!("j{at}"),
            None => "t".to_owned(),
        }
    }
}

/// What the entries at the end of a way are called among the rows.
fn unfolded_name(way: &[Link]) -> String {
    let names: Vec<&str> = way.iter().map(|link| &*link.column).collect();
    format!("{}{EACH}", names.join("."))
}
