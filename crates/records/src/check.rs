//! Whether what is kept twice agrees: records with the change log, with the search index, and with their roll-ups.
//!
//! The log is played from its beginning, record by record. Not compared is what changes without being logged: stored
//! formulas, which follow a change of their definition; members of many-to-many links, which go when the other record
//! is destroyed; and roll-ups that look at the clock, or are converted with exchange rates, which change first.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use expr::sql::Sql;
use kernel::{ColumnType, Id, Value, number};
use metadata::{Kind, Object};
use serde_json::Value as Json;

use crate::{
    Engine, Error, Principal, Reader,
    change_log::{self, Happening},
    engine::in_ids,
    figures::{Figure, figure},
    plain,
    schema::read_beginnings,
    write::words,
};

/// Records looked at together.
const RECORDS: usize = 500;
/// Problems of one object that are told; the rest is counted.
const TOLD: usize = 50;

/// Reads all records and the whole log, on one snapshot, and tells what does not agree, a sentence each.
///
/// # Errors
/// When the database cannot be read.
pub fn check(engine: &Engine) -> Result<Vec<String>, Error> {
    engine.read(&Principal::system(), |reader| {
        let registry = Arc::clone(reader.registry());
        let beginnings = read_beginnings(reader.tx)?;
        let mut all = Vec::new();
        for object in registry.objects() {
            let mut found = Found { object: &object.name, told: Vec::new(), untold: 0 };
            let begun = Begun::of(object, &beginnings);
            reader.compare_all(object, &begun, &mut found)?;
            reader.look_for_lost(object, &begun, &mut found)?;
            all.extend(found.sentences());
        }
        Ok(all)
    })
}

/// What was found about one object.
struct Found<'a> {
    object: &'a str,
    told: Vec<String>,
    untold: usize,
}

impl Found<'_> {
    fn note(&mut self, id: Id, problem: &str) {
        if self.told.len() < TOLD {
            self.told.push(format!("{} {id}: {problem}", self.object));
        } else {
            self.untold += 1;
        }
    }

    fn sentences(mut self) -> Vec<String> {
        if self.untold > 0 {
            self.told.push(format!("{}: {} more problems", self.object, self.untold));
        }
        self.told
    }
}

/// After which rows of the log an object and its columns began.
struct Begun {
    object: i64,
    columns: HashMap<String, i64>,
}

impl Begun {
    fn of(object: &Object, beginnings: &BTreeMap<String, i64>) -> Begun {
        let of = |name: &str| beginnings.get(name).copied();
        let column = |name: &String| Some((name.clone(), of(&format!("{}.{name}", object.table()))?));
        Begun {
            object: of(object.table()).unwrap_or(i64::MIN),
            columns: object.columns.iter().filter_map(|stored| column(&stored.name)).collect(),
        }
    }

    fn has(&self, column: &str, seq: i64) -> bool {
        self.columns.get(column).is_none_or(|begun| seq > *begun)
    }
}

/// A record as it stands.
struct Row {
    rid: i64,
    id: Id,
    /// One for each column of the object.
    values: Vec<Value>,
}

/// What the log says of a record, played from the beginning.
#[derive(Default)]
struct Played {
    version: i64,
    fields: HashMap<String, Json>,
    /// Where its versions do not follow upon each other.
    torn_at: Option<i64>,
    is_destroyed: bool,
}

impl Reader<'_, '_> {
    fn compare_all(
        &mut self,
        object: &Arc<Object>,
        begun: &Begun,
        found: &mut Found<'_>,
    ) -> Result<(), Error> {
        let mut indexed = db::search::indexed(self.tx, object.table())?;
        let mut after = i64::MIN;
        loop {
            let rows = self.rows_after(object, after)?;
            let Some(last) = rows.last() else { break };
            after = last.rid;
            let played = self.play(object, begun, &rows)?;
            for row in &rows {
                compare(object, row, played.get(&row.id), found);
                let said = db::search::digest(&words(object, &row.values));
                if indexed.remove(&row.rid).unwrap_or(0) != said {
                    found.note(row.id, "search finds it by other words than it has");
                }
            }
            self.compare_roll_ups(object, &rows, found)?;
        }
        if !indexed.is_empty() {
            found.told.push(format!(
                "{}: search finds {} records that are not there",
                object.name,
                indexed.len()
            ));
        }
        Ok(())
    }

    fn rows_after(&mut self, object: &Object, after: i64) -> Result<Vec<Row>, Error> {
        let mut sql = Sql::new("select t.\"rid\"");
        for column in &object.columns {
            sql.push(", t.").name(&column.name);
        }
        sql.push(" from ").name(object.table()).push(" t where t.\"rid\" > ").bind(after, ColumnType::Int);
        sql.push(&format!(" order by t.\"rid\" limit {RECORDS}"));
        let rows = self.tx.query(&sql, |row| {
            let values =
                object.columns.iter().enumerate().map(|(at, column)| row.value(at + 1, column.column));
            Some(Row { rid: row.int(0)?, id: row.id(1 + Object::ID)?, values: values.collect() })
        })?;
        Ok(rows.into_iter().flatten().collect())
    }

    fn play(&mut self, object: &Object, begun: &Begun, rows: &[Row]) -> Result<HashMap<Id, Played>, Error> {
        let ids = rows.iter().map(|row| row.id.into()).collect();
        let mut sql = change_log::select();
        sql.push(" where ").append(&in_ids(self.tx.dialect(), "c.\"record\"", ids));
        sql.push(" and c.\"object\" = ").bind(object.name.as_str(), ColumnType::Text);
        sql.push(" and c.\"seq\" > ").bind(begun.object, ColumnType::Int);
        sql.push(" order by c.\"seq\"");
        let mut played: HashMap<Id, Played> = HashMap::new();
        self.tx.each(&sql, |row| -> Result<(), Error> {
            let Some(change) = change_log::read(row) else { return Ok(()) };
            let known = played.entry(change.record).or_default();
            let begins = change.happening == Happening::Create;
            if known.torn_at.is_none()
                && (change.version != known.version + 1 || begins != (known.version == 0))
            {
                known.torn_at = Some(change.version);
            }
            known.version = change.version;
            known.is_destroyed = change.happening == Happening::Destroy;
            let fields = change.fields.into_iter().filter(|field| begun.has(&field.column, change.seq));
            known.fields.extend(fields.map(|field| (field.column, field.after)));
            Ok(())
        })?;
        Ok(played)
    }

    fn compare_roll_ups(
        &mut self,
        object: &Object,
        rows: &[Row],
        found: &mut Found<'_>,
    ) -> Result<(), Error> {
        let deleted_at = object.column_of("deleted_at");
        let live: Vec<&Row> = rows.iter().filter(|row| row.values[deleted_at].is_null()).collect();
        let ids: Vec<Id> = live.iter().map(|row| row.id).collect();
        for field in &object.fields {
            let Kind::RollUp(roll_up) = &field.kind else { continue };
            if ids.is_empty() || field.filter.as_ref().is_some_and(|filter| filter.is_volatile()) {
                continue;
            }
            let figures: BTreeMap<Id, Figure> = self.figures(field, roll_up, object, &ids)?;
            for row in &live {
                let figure_now = figures.get(&row.id);
                if figure_now.is_some_and(|figure| figure.is_converted) {
                    continue;
                }
                let stands = &row.values[field.columns.start];
                let sum = figure(roll_up, figure_now);
                if !is_same_figure(stands, &sum, roll_up.column) {
                    let problem = format!("{} is {stands:?}, but its parts give {sum:?}", field.name);
                    found.note(row.id, &problem);
                }
            }
        }
        Ok(())
    }

    /// Records that the log has made and not destroyed, and that are not there.
    fn look_for_lost(&mut self, object: &Object, begun: &Begun, found: &mut Found<'_>) -> Result<(), Error> {
        let mut sql = Sql::new("select c.\"record\" from \"change\" c where c.\"object\" = ");
        sql.bind(object.name.as_str(), ColumnType::Text);
        sql.push(" and c.\"seq\" > ").bind(begun.object, ColumnType::Int);
        sql.push(" and c.\"happening\" = 'create' and not exists (select 1 from ").name(object.table());
        sql.push(" t where t.\"id\" = c.\"record\") and not exists (select 1 from \"change\" d where d.\"record\" = ");
        sql.push("c.\"record\" and d.\"object\" = c.\"object\" and d.\"happening\" = 'destroy')");
        self.tx.each(&sql, |row| -> Result<(), Error> {
            if let Some(id) = row.id(0) {
                found.note(id, "the log has it, but it is not there");
            }
            Ok(())
        })
    }
}

fn compare(object: &Object, row: &Row, played: Option<&Played>, found: &mut Found<'_>) {
    let Some(played) = played else {
        return found.note(row.id, "the log does not know it");
    };
    if let Some(version) = played.torn_at {
        found.note(row.id, &format!("the log misses what came before version {version}, or has it twice"));
    }
    if played.is_destroyed {
        found.note(row.id, "the log says that it was destroyed");
    }
    if row.values[Object::VERSION].as_int() != Some(played.version) {
        let stands = row.values[Object::VERSION].as_int().unwrap_or(0);
        found.note(row.id, &format!("it has version {stands}, the log has {}", played.version));
    }
    for (at, column) in object.columns.iter().enumerate() {
        let is_formula =
            column.field.is_some_and(|field| matches!(object.fields[field].kind, Kind::Formula { .. }));
        let Some(said) = played.fields.get(&column.name).filter(|_| !is_formula) else { continue };
        // What was of another type when it was logged says nothing about what stands now.
        let Some(said) = plain::from_json(said, column.column) else { continue };
        if plain::to_json(&said) != plain::to_json(&row.values[at]) {
            found.note(row.id, &format!("{} is not what the log says", column.name));
        }
    }
}

fn is_same_figure(stands: &Value, sum: &Value, column: ColumnType) -> bool {
    match (stands, sum, column) {
        (Value::Decimal(stands), Value::Decimal(sum), ColumnType::Decimal { scale }) => {
            number::round(*stands, scale.into()) == number::round(*sum, scale.into())
        }
        _ => stands == sum,
    }
}
