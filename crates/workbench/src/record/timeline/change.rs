//! A change of the record as an entry: who, by which way, and the fields before and after.

use kernel::{Channel, Message, Value};
use maud::html;
use metadata::{Field, Kind, Object};
use records::{
    Titles, Touched,
    change_log::{Change as Logged, Happening},
    of_another_type, touched,
};
use ui::{
    bits::Person,
    content::Content,
    timeline::{Change, Entry},
};
use web::Ctx;

use crate::field::{label, show};

pub fn entry(ctx: &Ctx, object: &Object, change: &Logged, titles: &Titles) -> Entry {
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
    let line = |Touched { field, before, after }| Change {
        label: label(&ctx.look, object, field),
        before: shown(ctx, object, field, &before, titles),
        after: shown(ctx, object, field, &after, titles),
    };
    let changes = if change.happening == Happening::Update {
        touched(object, change).map(line).collect()
    } else {
        Vec::new()
    };
    let actor = change.actor.user.and_then(|user| titles.of("user", user));
    Entry {
        id: format!("change-{}", change.seq),
        icon: icon.to_owned(),
        actor: actor.map(Person::named),
        what: html! { (said) },
        changes,
        ..Entry::default()
    }
}

/// What stood in a field, as the record would show it; names instead of ids.
fn shown(ctx: &Ctx, object: &Object, field: &Field, values: &[Value], titles: &Titles) -> Content {
    if let Some(text) = of_another_type(object, field, values) {
        return Content::text(text);
    }
    match (&field.kind, values) {
        (Kind::Link(link), [id]) => name(ctx, &link.to, id, titles),
        (Kind::LinkAny(_), [to, id]) => name(ctx, to.as_text().unwrap_or(""), id, titles),
        (Kind::LinkMany { to }, members) => {
            let seen = members.iter().filter_map(|id| titles.of(to, id.as_id()?));
            Content::text(seen.collect::<Vec<_>>().join(", "))
        }
        _ => show::parts(&ctx.look, object, field, values),
    }
}

fn name(ctx: &Ctx, object: &str, id: &Value, titles: &Titles) -> Content {
    let Some(id) = id.as_id() else { return Content::Empty };
    let title = titles.of(object, id).map(str::to_owned);
    Content::text(title.unwrap_or_else(|| ctx.look.text("record-hidden")))
}
