//! A note, a call, a task or a meeting as an entry.

use kernel::Message;
use maud::html;
use metadata::{Field, Kind, Registry};
use records::Record;
use ui::{bits::Person, content::Content, timeline::Entry, tone::Tone};
use web::Ctx;

use crate::field::{href, show};

/// `found`, in the timeline of `record`.
pub fn entry(ctx: &Ctx, registry: &Registry, record: &Record, found: &Record) -> Entry {
    let look = &ctx.look;
    let object = &found.object;
    let name = look.object(&object.name, object.label.as_deref());
    let url = href(registry, &object.name, found.id());
    let shown = |field: &Field| show::content(look, registry, found, field);
    let filled = |field: Option<&Field>| field.map(shown).filter(|content| !content.is_empty());
    let body = ["body", "description"]
        .iter()
        .find_map(|name| object.field(name).filter(|field| !found.get(&field.name).is_empty()))
        // A note of one line is its own title.
        .filter(|field| !says_only(found.get(&field.name).as_text().unwrap_or(""), found.title()));
    let status = filled(["status", "disposition"].iter().find_map(|name| object.field(name)));
    let about = filled(about_another(record, found));
    let part =
        |content: &Option<Content>| content.as_ref().map(|content| html! { " " (content.render(look)) });
    Entry {
        id: found.id().to_string(),
        icon: object.icon.clone(),
        tone: Tone::Blue,
        actor: found.label("owner").or_else(|| found.label("created_by")).map(Person::named),
        what: html! {
            (look.text_with(&Message::new("timeline-activity").with("object", name))) " "
            @if let Some(url) = url { a class="record-link" href=(url) { (found.title()) } } @else { (found.title()) }
            @if let Some(status) = part(&status) { (status) }
            @if let Some(about) = part(&about) { (about) }
        },
        body: filled(body).map(|content| content.render(look)),
        ..Entry::default()
    }
}

/// The link that says what the activity is about, where that is something else than the record at hand.
fn about_another<'f>(record: &Record, found: &'f Record) -> Option<&'f Field> {
    let mut links = found.object.fields.iter().filter(|field| matches!(field.kind, Kind::LinkAny(_)));
    links.find(|link| found.link_any(&link.name).is_some_and(|(_, id)| id != record.id()))
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
