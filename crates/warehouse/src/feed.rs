//! Reading the change log with a cursor of its own, and what follows from it: fresh images in memory.
//!
//! The log says which records were touched; what the warehouse knows of them is then made anew from the record and
//! its log, so that reading a row of the log twice does no harm. A cursor that is too old is therefore always right.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use kernel::Id;
use metadata::{Object, Registry, definition::TableKind};
use records::{Engine, LOOK_BACK, Principal, Reader, change_log::Change};

use crate::{
    Error,
    columns::{self, StoredColumn},
    image::Image,
    state::{Fresh, State},
};

/// Rows of the log that are read at a time.
const PART: usize = 2_000;
/// How long a row is waited for that was not committed when later ones were, in milliseconds: longer than any transaction lasts.
const PATIENCE_MS: i64 = 3_600_000;

/// The objects that the warehouse has.
pub fn objects(registry: &Registry) -> impl Iterator<Item = &Arc<Object>> {
    registry.objects().filter(|object| object.star.kind != TableKind::None)
}

/// What became of a table's columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Evolution {
    Same,
    /// Columns came along that are empty in older files.
    Grown,
    /// The files are of no use any more.
    Changed,
}

/// How a definition goes with the columns that files have.
pub fn evolution(object: &Object, stored: &[StoredColumn]) -> Evolution {
    let wanted = columns::of_object(object);
    if wanted == stored {
        return Evolution::Same;
    }
    let kept = stored.iter().all(|column| wanted.contains(column));
    let new = wanted.iter().filter(|column| !stored.contains(column));
    let plain = |column: &StoredColumn| {
        let field =
            object.columns.iter().find(|known| known.name == column.name).and_then(|known| known.field);
        !column.computed && field.is_some_and(|at| object.fields[at].renamed_from.is_none())
    };
    match kept && new.into_iter().all(plain) {
        true => Evolution::Grown,
        false => Evolution::Changed,
    }
}

/// What one step of reading the log found.
pub struct Step {
    pub state: State,
    /// Rows of the log that were read.
    pub rows: usize,
    /// Whether there may be more.
    pub more: bool,
}

/// Reads on in the log, one part of it.
///
/// Nothing, when a definition has changed that the tables do not fit any more: somebody has to settle that first.
///
/// # Errors
/// When the database cannot be read; the state stands as it was.
pub fn step(engine: &Engine, state: &State) -> Result<Option<Step>, Error> {
    let now = engine.clock().now().as_millisecond();
    engine.read(&Principal::system(), |reader| {
        let mut changes = reader.changes_since(state.cursor, PART)?;
        let more = changes.len() == PART;
        let mut next = state.clone();
        next.epoch += 1;
        note_holes(&mut next, &changes, now);
        changes.extend(late(reader, &mut next, now)?);
        if let Some(last) = changes.iter().map(|change| change.seq).max() {
            next.cursor = next.cursor.max(last);
        }
        let rows = changes.len();
        for (object, ids) in touched(&changes) {
            let Some(fresh) = next.tables.get(object) else { continue };
            let Some(object) = reader.registry().object(object).cloned() else { continue };
            if columns::of_object(&object) != fresh.columns {
                return Ok(None);
            }
            let images = images(reader, &object, &ids)?;
            let fresh = fresh.with(images, next.epoch);
            next.tables.insert(object.name.clone(), fresh);
        }
        Ok(Some(Step { state: next, rows, more }))
    })
}

/// Remembers the numbers that the log passed over.
fn note_holes(state: &mut State, changes: &[Change], now_ms: i64) {
    let mut expected = state.cursor + 1;
    for change in changes {
        let missing = (expected..change.seq).rev().take(LOOK_BACK);
        state.holes.extend(missing.map(|seq| (seq, now_ms)));
        expected = change.seq + 1;
    }
    while state.holes.len() > LOOK_BACK {
        state.holes.pop_first();
    }
}

/// The rows that came after later ones had been read. Those that never come are forgotten in the end.
fn late(reader: &mut Reader<'_, '_>, state: &mut State, now_ms: i64) -> Result<Vec<Change>, records::Error> {
    if state.holes.is_empty() {
        return Ok(Vec::new());
    }
    let seqs: Vec<i64> = state.holes.keys().copied().collect();
    let found = reader.changes_at(&seqs)?;
    found.iter().for_each(|change| _ = state.holes.remove(&change.seq));
    state
        .holes
        .values_mut()
        .filter(|since| **since == 0 || **since > now_ms)
        .for_each(|since| *since = now_ms);
    state.holes.retain(|_, since| now_ms - *since < PATIENCE_MS);
    Ok(found)
}

fn touched(changes: &[Change]) -> BTreeMap<&str, Vec<Id>> {
    let mut touched: BTreeMap<&str, Vec<Id>> = BTreeMap::new();
    for change in changes {
        touched.entry(&change.object).or_default().push(change.record);
    }
    for ids in touched.values_mut() {
        ids.sort_unstable();
        ids.dedup();
    }
    touched
}

/// The images of these records, as they are in this transaction.
///
/// # Errors
/// When the database cannot be read.
pub fn images(
    reader: &mut Reader<'_, '_>,
    object: &Object,
    ids: &[Id],
) -> Result<Vec<Image>, records::Error> {
    let rows = reader.whole_rows_of(object, ids)?;
    let mut images = images_of(reader, object, rows)?;
    let there: std::collections::HashSet<Id> = images.iter().map(|image| image.id).collect();
    images.extend(ids.iter().filter(|id| !there.contains(id)).map(|id| Image::gone(*id)));
    Ok(images)
}

/// The images of records that have been read.
///
/// # Errors
/// When the database cannot be read.
pub fn images_of(
    reader: &mut Reader<'_, '_>,
    object: &Object,
    rows: Vec<Vec<kernel::Value>>,
) -> Result<Vec<Image>, records::Error> {
    let ids: Vec<Id> = rows.iter().filter_map(|row| row[Object::ID].as_id()).collect();
    let log = reader.log_of(&object.name, &ids)?;
    let mut by_record: HashMap<Id, Vec<&Change>> = HashMap::new();
    log.iter().for_each(|change| by_record.entry(change.record).or_default().push(change));
    let image = |row: Vec<kernel::Value>| {
        let id = row[Object::ID].as_id()?;
        Image::of(object, row, by_record.get(&id).map_or(&[], Vec::as_slice))
    };
    Ok(rows.into_iter().filter_map(image).collect())
}

/// Makes the images of all fresh records of an object again, in its present columns.
///
/// # Errors
/// When the database cannot be read.
pub fn renewed(engine: &Engine, object: &Arc<Object>, fresh: &Fresh) -> Result<Arc<Fresh>, Error> {
    let ids: Vec<Id> = fresh.images.keys().copied().collect();
    let mut renewed = Fresh::empty(columns::of_object(object));
    for part in ids.chunks(PART) {
        let images = engine.read(&Principal::system(), |reader| images(reader, object, part))?;
        let at =
            part.iter().filter_map(|id| fresh.images.get(id)).map(|touched| touched.at).max().unwrap_or(0);
        renewed = renewed.with(images, at);
    }
    Ok(renewed)
}
