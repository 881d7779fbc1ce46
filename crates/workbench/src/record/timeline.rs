//! Everything that happened with a record: its changes, and the notes, calls, tasks and meetings about it.

use std::sync::Arc;

use kernel::{Channel, Id, Message, Timestamp};
use maud::{Markup, html};
use metadata::{Kind, Object, Registry};
use records::{
    Record, Sort,
    change_log::{Change as Logged, FieldChange, Happening},
    plain,
};
use ui::{
    bits::Person,
    live::Live,
    timeline::{Change, Entry, Kind as Filter, Timeline},
    tone::Tone,
};
use web::{Ctx, Query};

use super::page::leading_here;
use crate::field::{href, label, show};

/// Entries of each kind that are read at once.
const ENTRIES: usize = 30;

pub fn draw(
    ctx: &Ctx,
    registry: &Registry,
    reader: &mut records::Reader<'_, '_>,
    record: &Record,
    query: &Query,
) -> Result<Markup, records::Error> {
    let chosen = query.get("kind").unwrap_or("all");
    let objects = activities(registry, &record.object);
    let mut entries = Vec::new();
    for (object, link) in &objects {
        if chosen == "all" || chosen == object.name {
            entries.extend(about(ctx, registry, reader, record, object, link)?);
        }
    }
    let before = query.get("before").and_then(|seq| seq.parse().ok());
    let mut more = None;
    if matches!(chosen, "all" | "changes") {
        let changes = reader.history(&record.object, record.id(), before, ENTRIES)?;
        if changes.len() == ENTRIES {
            more = changes.last().map(|last| last.seq);
        }
        let names = actors(reader, &changes)?;
        let told = changes
            .iter()
            .map(|change| (change.happening, logged(ctx, registry, reader, record, change, &names)));
        let says = |(happening, entry): &(Happening, Entry)| {
            *happening != Happening::Update || !entry.changes.is_empty()
        };
        entries.extend(told.filter(says).map(|(_, entry)| entry));
    }
    entries.sort_by_key(|entry| std::cmp::Reverse(entry.at));
    let url = format!("/{}/{}?tab=timeline", record.object.plural, record.id());
    let filter = |name: &str, label: String, icon: &str| Filter {
        label,
        icon: icon.to_owned(),
        href: format!("{url}&kind={name}"),
        count: None,
        current: chosen == name,
    };
    let mut filters = vec![filter("all", ctx.look.text("timeline-all"), "layers")];
    filters.extend(objects.iter().map(|(object, _)| {
        filter(&object.name, ctx.look.objects(&object.name, object.plural_label.as_deref()), &object.icon)
    }));
    filters.push(filter("changes", ctx.look.text("timeline-changes"), "history"));
    let mut live: Vec<String> = objects.iter().map(|(object, _)| object.name.clone()).collect();
    live.push(format!("{}:{}", record.object.name, record.id()));
    let timeline = Timeline {
        id: "timeline".to_owned(),
        filters,
        entries,
        more: more.map(|seq| format!("{url}&kind={chosen}&before={seq}")),
        composer: composer(ctx, record),
        live: Some(Live::of(live)),
    };
    Ok(timeline.render(&ctx.look))
}

/// A note, a call, a task: one click above the entries.
fn composer(ctx: &Ctx, record: &Record) -> Option<Markup> {
    if record.is_deleted() {
        return None;
    }
    let registry = ctx.workspace.engine.registry();
    let objects = activities(&registry, &record.object);
    let makes: Vec<_> = objects
        .iter()
        .filter(|(object, _)| ctx.principal().access.may(&object.name, records::Action::Create))
        .map(|(object, link)| {
            let preset = web::Fields(vec![
                (format!("{link}_object"), record.object.name.clone()),
                (format!("{link}_id"), record.id().to_string()),
                (format!("{link}__title"), record.title().to_owned()),
            ]);
            let name = ctx.look.object(&object.name, object.label.as_deref());
            let url = format!("/{}/new?{}", object.plural, preset.encode());
            ui::action::Action::new(name, &object.icon, ui::action::Go::Dialog(url))
        })
        .collect();
    (!makes.is_empty())
        .then(|| html! { div class="composer-actions" { @for make in &makes { (make.button(&ctx.look)) } } })
}

/// The objects that are about others: those with a link to any of several kinds that may lead here.
fn activities(registry: &Registry, object: &Object) -> Vec<(Arc<Object>, String)> {
    let about = |(from, link): (&Arc<Object>, &metadata::Field)| {
        matches!(link.kind, Kind::LinkAny(_)).then(|| (Arc::clone(from), link.name.clone()))
    };
    registry.incoming(&object.name).filter_map(about).collect()
}

fn about(
    ctx: &Ctx,
    registry: &Registry,
    reader: &mut records::Reader<'_, '_>,
    record: &Record,
    object: &Arc<Object>,
    link: &str,
) -> Result<Vec<Entry>, records::Error> {
    let Some(field) = object.field(link) else { return Ok(Vec::new()) };
    let query =
        leading_here(object, field, record, registry)?.sort(vec![Sort::parse("-created_at")]).limit(ENTRIES);
    let page = match reader.list(&query) {
        Ok(page) => page,
        Err(records::Error::Denied(_)) => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    Ok(page.records.iter().map(|found| activity(ctx, registry, found)).collect())
}

fn activity(ctx: &Ctx, registry: &Registry, found: &Record) -> Entry {
    let look = &ctx.look;
    let object = &found.object;
    let moments = ["started_at", "starts_at", "completed_at"];
    let at = moments
        .iter()
        .find_map(|name| found.get(name).as_instant())
        .or_else(|| found.get("created_at").as_instant());
    let name = look.object(&object.name, object.label.as_deref());
    let url = href(registry, &object.name, found.id());
    let body = ["body", "description"]
        .iter()
        .find_map(|name| object.field(name).filter(|field| !found.get(&field.name).is_empty()))
        // A note of one line is its own title.
        .filter(|field| !says_only(found.get(&field.name).as_text().unwrap_or(""), found.title()));
    let status = ["status", "disposition"].iter().find_map(|name| object.field(name));
    let status =
        status.map(|field| show::content(look, registry, found, field)).filter(|content| !content.is_empty());
    Entry {
        id: found.id().to_string(),
        icon: object.icon.clone(),
        tone: Tone::Blue,
        at: at.unwrap_or(Timestamp::UNIX_EPOCH),
        actor: found.label("owner").or_else(|| found.label("created_by")).map(Person::named),
        what: html! {
            (look.text_with(&Message::new("timeline-activity").with("object", name))) " "
            @if let Some(url) = url { a class="record-link" href=(url) { (found.title()) } } @else { (found.title()) }
            @if let Some(status) = status { " " (status.render(look)) }
        },
        body: body.map(|field| show::content(look, registry, found, field).render(look)),
        ..Entry::default()
    }
}

/// Whether HTML has no other words than `title`.
fn says_only(html: &str, title: &str) -> bool {
    let words: String = html
        .split('<')
        .enumerate()
        .map(|(at, piece)| match piece.split_once('>') {
            Some((_, text)) if at > 0 => text,
            _ => piece,
        })
        .collect();
    words.trim() == title.trim()
}

fn actors(
    reader: &mut records::Reader<'_, '_>,
    changes: &[Logged],
) -> Result<std::collections::HashMap<Id, String>, records::Error> {
    let mut ids: Vec<Id> = changes.iter().filter_map(|change| change.actor.user).collect();
    ids.sort_unstable();
    ids.dedup();
    match reader.object("user") {
        Ok(users) => reader.titles(&users, &ids),
        Err(_) => Ok(std::collections::HashMap::new()),
    }
}

fn logged(
    ctx: &Ctx,
    registry: &Registry,
    reader: &mut records::Reader<'_, '_>,
    record: &Record,
    change: &Logged,
    names: &std::collections::HashMap<Id, String>,
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
        at: change.at,
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
    // What the engine works out by itself is no news to anybody.
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
