//! My day: the first records of every view that says it belongs here.
//!
//! What is due, late, at risk or changed is no code: a view of the object says it, with `home = true`.

use std::sync::Arc;

use app::App;
use axum::{Router, response::Response, routing::get};
use kernel::Message;
use maud::{Markup, html};
use metadata::{
    Object,
    definition::{Area, ViewDef},
};
use records::{Action as May, Count};
use ui::{
    action::{Action, Go},
    bits::Count as Shown,
    content::Content,
    icon::icon,
    live::Live,
    page::{Fit, PageHeader, page},
    record::{Panel, RelatedItem, related_list},
};
use web::{Ctx, Error, Fields};

use crate::{
    field::show,
    first_steps,
    list::{request::ListRequest, view_label},
};

/// Records of each view.
const SHOWN: usize = 6;
/// What is told of each record beside its title.
const DETAILS: usize = 3;

pub fn routes() -> Router<Arc<App>> {
    Router::new().route("/", get(home))
}

async fn home(ctx: Ctx) -> Result<Response, Error> {
    let worker = ctx.clone();
    let panels = ctx
        .read(move |reader| -> Result<Vec<Panel>, Error> {
            let registry = Arc::clone(reader.registry());
            let mut panels: Vec<Panel> = first_steps::panel(&worker, reader)?.into_iter().collect();
            // What is one's own to do comes before what is in the books.
            let mut objects: Vec<&Arc<Object>> = registry.objects().collect();
            objects.sort_by_key(|object| object.area != Some(Area::Home));
            for object in objects {
                for view in object.views.iter().filter(|view| view.home) {
                    panels.extend(panel(&worker, reader, object, view)?);
                }
            }
            Ok(panels)
        })
        .await?;
    let look = &ctx.look;
    let first = ctx.session.name.split(' ').next().unwrap_or_default().to_owned();
    let head = PageHeader {
        title: look.text_with(&Message::new(greeting(look)).with("name", first)),
        subtitle: Some(look.date_long(look.today())),
        ..PageHeader::default()
    };
    // What there is to do comes first; that there is nothing takes one line.
    let (clear, busy): (Vec<&Panel>, Vec<&Panel>) =
        panels.iter().partition(|panel| panel.count.is_some_and(|count| count.number == 0));
    let body = html! {
        div class="home-panels" { @for panel in busy { (panel.render(look)) } }
        @if !clear.is_empty() {
            div class="home-panels home-clear" { @for panel in clear { (panel.render(look)) } }
        }
    };
    Ok(ctx.page(&look.text("nav-my-day"), page(&head.render(look), &[body], Fit::Flow)).await)
}

fn greeting(look: &i18n::Reader) -> &'static str {
    match look.local(look.now()).hour() {
        5..12 => "home-morning",
        12..18 => "home-afternoon",
        _ => "home-evening",
    }
}

fn panel(
    ctx: &Ctx,
    reader: &mut records::Reader<'_, '_>,
    object: &Arc<Object>,
    view: &ViewDef,
) -> Result<Option<Panel>, Error> {
    if !ctx.principal().access.may(&object.name, May::Read) {
        return Ok(None);
    }
    let registry = Arc::clone(reader.registry());
    let request = ListRequest::new(&registry, object, Fields::default().with("view", Some(&view.name)));
    let query = request.query().limit(SHOWN);
    let found = match reader.list(&query) {
        Ok(found) => found,
        // A view over fields that somebody may not see is no view of theirs.
        Err(records::Error::Denied(_)) => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    let count = match &found.next {
        None => Shown::exactly(found.records.len() as u64),
        Some(_) => match reader.count(&request.query())? {
            Count::Exactly(count) => Shown::exactly(count as u64),
            Count::Over(count) => Shown::at_least(count as u64),
        },
    };
    let fields: Vec<_> = view
        .columns
        .iter()
        .filter_map(|name| object.field(name))
        .filter(|field| !object.title.iter().any(|at| object.fields[*at].name == field.name))
        .collect();
    let items: Vec<RelatedItem> = found
        .records
        .iter()
        .map(|record| RelatedItem {
            title: record.title().to_owned(),
            href: format!("/{}/{}", object.plural, record.id()),
            icon: Some(object.icon.clone()),
            details: details(fields.iter().map(|field| show::content(&ctx.look, &registry, record, field))),
            actions: verbs(ctx, object, record),
            ..RelatedItem::default()
        })
        .collect();
    let body = if items.is_empty() { nothing(ctx) } else { related_list(&ctx.look, &items) };
    Ok(Some(Panel {
        id: format!("home-{}-{}", object.name, view.name),
        title: format!(
            "{}: {}",
            ctx.look.objects(&object.name, object.plural_label.as_deref()),
            view_label(ctx, object, view)
        ),
        icon: Some(object.icon.clone()),
        count: Some(count),
        body,
        all: found.next.is_some().then(|| format!("/{}?view={}", object.plural, view.name)),
        live: Some(Live::of([object.name.clone()])),
        ..Panel::default()
    }))
}

/// The first of what is known; a beginning and its end are one.
fn details(contents: impl Iterator<Item = Content>) -> Vec<Content> {
    let mut details: Vec<Content> = Vec::new();
    for content in contents.filter(|content| *content != Content::Empty) {
        match (details.last().cloned(), content) {
            (Some(Content::Instant(from)), Content::Time(to)) => {
                details.pop();
                details.push(Content::Period { from, to });
            }
            (_, content) => details.push(content),
        }
    }
    details.truncate(DETAILS);
    details
}

/// What ends the record with one click, where that asks for nothing: completing a task.
fn verbs(ctx: &Ctx, object: &Object, record: &records::Record) -> Vec<Action> {
    if object.name != "task" {
        return Vec::new();
    }
    let actions =
        ctx.app.actions(&object.name).filter(|action| action.fields.is_empty() && (action.applies)(record));
    actions
        .map(|action| {
            let said = ctx.look.text(&format!("{}-action-{}", object.name, action.name));
            let url = format!("/{}/{}/actions/{}", object.plural, record.id(), action.name);
            Action::new(said, action.icon, Go::Post(url)).quiet().icon_only()
        })
        .collect()
}

fn nothing(ctx: &Ctx) -> Markup {
    html! { p class="all-clear" { (icon("check")) (ctx.look.text("home-clear")) } }
}
