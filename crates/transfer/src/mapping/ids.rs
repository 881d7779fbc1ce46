//! Columns of ids, as an export writes them: of the rows' own records, and beside the titles of what is linked.

use std::collections::HashMap;

use i18n::Reader;
use kernel::{Id, Message};
use metadata::{Field, Kind, Object};
use records::Error;

use super::{Assumption, ColumnProfile, ID, Mode, Profile, Proposal, propose::key};
use crate::cell::{entries, loose};

/// Ids of a column that are looked up, at most.
const LOOKED_UP: usize = 200;
/// The field that keeps what a record is called elsewhere.
const FOREIGN: &str = "external_id";

/// The columns that have the ids of links, by position, with the field.
pub fn of_links(profile: &Profile, object: &Object, look: &Reader) -> HashMap<usize, String> {
    let columns = profile.columns.iter().enumerate();
    columns.filter_map(|(at, column)| Some((at, beside(column, object, look)?.name.clone()))).collect()
}

/// The link whose ids stand in a column: called as the field with `id` behind, as `company.id`, with nothing but ids.
fn beside<'o>(column: &ColumnProfile, object: &'o Object, look: &Reader) -> Option<&'o Field> {
    let word = loose(&column.header.name);
    let base = word.strip_suffix(ID).filter(|base| !base.is_empty())?;
    let is_called = |field: &Field| {
        let label = look.field(&object.name, &field.name, field.label.as_deref());
        base == loose(&field.name) || base == loose(&label)
    };
    let is_link = |field: &Field| {
        field.is_writable() && matches!(field.kind, Kind::Link(_) | Kind::LinkAny(_) | Kind::LinkMany { .. })
    };
    let field = object.fields.iter().find(|field| is_link(field) && is_called(field))?;
    (column.filled > 0 && are_ids(column)).then_some(field)
}

/// What a column of ids is called without that.
pub fn base(column: &ColumnProfile) -> &str {
    let name = column.header.name.trim();
    let end = name.len().saturating_sub(ID.len());
    match name.get(end..) {
        Some(ending) if ending.eq_ignore_ascii_case(ID) && are_ids(column) => {
            name[..end].trim_end_matches(|sign: char| !sign.is_alphanumeric())
        }
        _ => name,
    }
}

/// Whether the column has the ids of the rows' own records. Rows that have none were added to an export: they are refused
/// then, while by another key all others might be made anew.
pub fn are_own(column: &ColumnProfile) -> bool {
    column.header.name.trim().eq_ignore_ascii_case(ID) && are_ids(column)
}

pub fn are_ids(column: &ColumnProfile) -> bool {
    let mut ids = column.samples.iter().flat_map(|sample| ids_in(sample)).peekable();
    ids.peek().is_some() && ids.all(|id| id.is_some())
}

/// The ids of a cell; that of a sample which was cut off is passed over.
fn ids_in(cell: &str) -> Vec<Option<Id>> {
    let cut = cell.ends_with('…');
    let texts = entries(cell);
    let whole = texts.len() - usize::from(cut && texts.len() > 1);
    texts[..whole].iter().map(|text| text.parse().ok()).collect()
}

/// Leaves out columns of ids none of which is one here, as in a file from another workspace: titles and keys then tell
/// what is meant.
///
/// # Errors
/// As reading records.
pub fn leave_strange_out(
    proposal: &mut Proposal,
    profile: &Profile,
    object: &Object,
    reader: &mut records::Reader<'_, '_>,
) -> Result<(), Error> {
    let mut lost_key = false;
    let is_kept = proposal.mapping.columns.iter().any(|rule| rule.field.as_deref() == Some(FOREIGN));
    let keeps = !is_kept && object.field(FOREIGN).is_some_and(Field::is_writable);
    for rule in &mut proposal.mapping.columns {
        let Some(path) = &rule.field else { continue };
        let is_own = path == ID;
        if !is_own && rule.link.as_ref().is_none_or(|link| link.by != ID) {
            continue;
        }
        let Some(column) = profile.column(&rule.name) else { continue };
        let targets = match object.field(path) {
            Some(field) => field.kind.targets().to_vec(),
            None => vec![object.name.clone()],
        };
        if !any_is_seen(column, &targets, reader)? {
            (rule.field, rule.link) = (None, None);
            lost_key |= is_own;
            if is_own && keeps {
                // So that the same file imported twice makes nothing twice.
                rule.field = Some(FOREIGN.to_owned());
                continue;
            }
            let message = Message::new("import-assumed-ids-elsewhere");
            proposal.assumptions.push(Assumption { column: rule.name.clone(), message });
        }
    }
    if lost_key {
        proposal.mapping.key = key(profile, object, &proposal.mapping);
        proposal.mapping.mode = if proposal.mapping.key.is_empty() { Mode::Create } else { Mode::Upsert };
    }
    Ok(())
}

fn any_is_seen(
    column: &ColumnProfile,
    targets: &[String],
    reader: &mut records::Reader<'_, '_>,
) -> Result<bool, Error> {
    let counted = column.values.iter().flat_map(|values| values.keys());
    let cells = column.samples.iter().chain(counted);
    let ids: Vec<Id> = cells.flat_map(|cell| ids_in(cell)).flatten().take(LOOKED_UP).collect();
    for target in targets {
        let target = reader.object(target)?;
        if !reader.visible(&target, &ids)?.is_empty() {
            return Ok(true);
        }
    }
    Ok(false)
}
