//! Everything that happened with a record: its changes, and the notes, calls, tasks and meetings around it.

mod activity;
mod change;

use maud::{Markup, html};
use metadata::Registry;
use records::{Kinds, Place, Record, TimelineQuery, What, activities};
use ui::{
    live::Live,
    timeline::{Entry, Kind as Filter, Timeline},
};
use web::{Ctx, Query};

/// Entries of a page.
const ENTRIES: usize = 30;

pub fn draw(
    ctx: &Ctx,
    registry: &Registry,
    reader: &mut records::Reader<'_, '_>,
    record: &Record,
    query: &Query,
) -> Result<Markup, records::Error> {
    let chosen = query.get("kind").unwrap_or("all");
    let asked = TimelineQuery {
        kinds: match chosen {
            "all" => Kinds::All,
            "changes" => Kinds::Changes,
            object => Kinds::Activities(object.to_owned()),
        },
        after: query.get("after").map(Place::parse).transpose()?,
        limit: ENTRIES,
    };
    let (happened, next) = reader.timeline(record, &asked)?;
    let changes = happened.iter().filter_map(|happened| match &happened.what {
        What::Change(change) => Some(change),
        What::Activity(_) => None,
    });
    let titles = reader.titles_in(&record.object, changes)?;
    let entries = happened.iter().map(|happened| {
        let entry = match &happened.what {
            What::Activity(found) => activity::entry(ctx, registry, record, found),
            What::Change(change) => change::entry(ctx, &record.object, change, &titles),
        };
        Entry { at: happened.at, ..entry }
    });
    let entries = entries.collect();

    let objects = activities(registry, &record.object);
    let mut live: Vec<String> = objects.iter().map(|(object, _)| object.name.clone()).collect();
    live.push(format!("{}:{}", record.object.name, record.id()));
    let url = format!("/{}/{}?tab=timeline", record.object.plural, record.id());
    let timeline = Timeline {
        id: "timeline".to_owned(),
        filters: filters(ctx, registry, record, &url, chosen),
        entries,
        more: next.map(|place| format!("{url}&kind={chosen}&after={}", place.to_text())),
        composer: composer(ctx, registry, record),
        live: Some(Live::of(live)),
    };
    Ok(timeline.render(&ctx.look))
}

fn filters(ctx: &Ctx, registry: &Registry, record: &Record, url: &str, chosen: &str) -> Vec<Filter> {
    let filter = |name: &str, label: String, icon: &str| Filter {
        label,
        icon: icon.to_owned(),
        href: format!("{url}&kind={name}"),
        count: None,
        current: chosen == name,
    };
    let mut filters = vec![filter("all", ctx.look.text("timeline-all"), "layers")];
    filters.extend(activities(registry, &record.object).iter().map(|(object, _)| {
        filter(&object.name, ctx.look.objects(&object.name, object.plural_label.as_deref()), &object.icon)
    }));
    filters.push(filter("changes", ctx.look.text("timeline-changes"), "history"));
    filters
}

/// A note, a call, a task: one click above the entries.
fn composer(ctx: &Ctx, registry: &Registry, record: &Record) -> Option<Markup> {
    if record.is_deleted() {
        return None;
    }
    let makes: Vec<_> = activities(registry, &record.object)
        .iter()
        .filter(|(object, _)| ctx.principal().access.may(&object.name, records::Action::Create))
        .map(|(object, link)| {
            let link = &object.fields[*link].name;
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
