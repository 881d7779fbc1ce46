//! A change of the record as an entry: who, by which way, and the fields before and after.

use std::{collections::HashMap, sync::Arc};

use kernel::{Channel, Id, Message};
use maud::html;
use metadata::{Kind, Object, Registry};
use records::{
    Record,
    change_log::{Change as Logged, FieldChange, Happening},
    plain,
};
use ui::{
    bits::Person,
    timeline::{Change, Entry},
};
use web::Ctx;

use crate::field::{label, show};

/// The names of those who made the changes, as far as they may be seen.
pub fn actors<'c>(
    reader: &mut records::Reader<'_, '_>,
    changes: impl Iterator<Item = &'c Logged>,
) -> Result<HashMap<Id, String>, records::Error> {
    let mut ids: Vec<Id> = changes.filter_map(|change| change.actor.user).collect();
    ids.sort_unstable();
    ids.dedup();
    match reader.object("user") {
        Ok(users) => reader.titles(&users, &ids),
        Err(_) => Ok(HashMap::new()),
    }
}

pub fn entry(
    ctx: &Ctx,
    registry: &Registry,
    reader: &mut records::Reader<'_, '_>,
    record: &Record,
    change: &Logged,
    names: &HashMap<Id, String>,
) -> Entry {
    let look = &ctx.look;
    let (icon, text) = match change.happening {
        Happening::Create => ("plus", "timeline-created"),
        Happening::Update => ("pencil", "timeline-changed"),
        Happening::Delete => ("trash-2", "timeline-deleted"),
        Happening::Restore => ("undo-2", "timeline-restored"),
        Happening::Destroy => ("trash-2", "timeline-destroyed"),
    };
    let via = match (change.actor.user, change.actor.channel) {
        (None, Channel::System) => "automatic",
        (_, channel) => channel.as_str(),
    };
    let said = look.text_with(&Message::new(text).with("channel", via));
    let changes = if change.happening == Happening::Update {
        self::changes(ctx, registry, reader, &record.object, &change.fields)
    } else {
        Vec::new()
    };
    Entry {
        id: format!("change-{}", change.seq),
        icon: icon.to_owned(),
        actor: change.actor.user.and_then(|user| names.get(&user)).map(|name| Person::named(name.clone())),
        what: html! { (said) },
        changes,
        ..Entry::default()
    }
}

/// The fields of a change, each with all its columns before and after.
fn changes(
    ctx: &Ctx,
    registry: &Registry,
    reader: &mut records::Reader<'_, '_>,
    object: &Arc<Object>,
    columns: &[FieldChange],
) -> Vec<Change> {
    let mut changes = Vec::new();
    for field in object.fields.iter().filter(|field| field.is_writable() && !field.columns.is_empty()) {
        let own = &object.columns[field.columns.clone()];
        let touched = own.iter().any(|column| columns.iter().any(|change| change.column == column.name));
        if !touched {
            continue;
        }
        let side = |pick: fn(&FieldChange) -> &serde_json::Value| -> Vec<kernel::Value> {
            own.iter()
                .map(|column| {
                    let change = columns.iter().find(|change| change.column == column.name);
                    // What was of another type then is told as the text that it was.
                    let as_text = |json: &serde_json::Value| json.as_str().map(kernel::Value::from);
                    change
                        .map(pick)
                        .and_then(|json| plain::from_json(json, column.column).or_else(|| as_text(json)))
                        .unwrap_or_default()
                })
                .collect()
        };
        let (before, after) = (side(|change| &change.before), side(|change| &change.after));
        changes.push(Change {
            label: label(&ctx.look, object, field),
            before: shown(ctx, registry, reader, object, field, &before),
            after: shown(ctx, registry, reader, object, field, &after),
        });
    }
    changes
}

fn shown(
    ctx: &Ctx,
    registry: &Registry,
    reader: &mut records::Reader<'_, '_>,
    object: &Object,
    field: &metadata::Field,
    values: &[kernel::Value],
) -> ui::content::Content {
    let is_text = |values: &[kernel::Value]| values.first().is_some_and(|value| value.as_text().is_some());
    if is_text(values) && object.columns[field.columns.start].column != kernel::ColumnType::Text {
        let text = values.iter().filter_map(kernel::Value::as_text);
        return ui::content::Content::text(text.collect::<Vec<_>>().join(" "));
    }
    let Kind::Link(link) = &field.kind else { return show::parts(&ctx.look, object, field, values) };
    let Some(id) = values.first().and_then(kernel::Value::as_id) else { return ui::content::Content::Empty };
    let title = registry
        .object(&link.to)
        .and_then(|target| reader.titles(target, &[id]).ok())
        .and_then(|mut titles| titles.remove(&id));
    match title {
        Some(title) => ui::content::Content::text(title),
        None => ui::content::Content::text(ctx.look.text("record-hidden")),
    }
}
