//! The routes of lists.

use std::{collections::HashMap, sync::Arc};

use app::App;
use axum::{
    Router,
    http::HeaderValue,
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use kernel::Id;
use maud::{Markup, html};
use metadata::{
    Object,
    definition::{ViewDef, ViewKind},
};
use records::{Action as May, Count, Page, SavedView, Trash};
use ui::{
    action::{Action, Go},
    filter::{Group, Mode},
    overlay::{Overlay, Toast},
    page::{Fit, PageHeader, ViewBar, ViewKind as Segment, ViewTab, page},
};
use web::{Ctx, Error, Fields, Path, Query};

use super::{
    board, bulk,
    filter::{self, text_of},
    request::ListRequest,
    table,
};
use crate::{
    field::{ask::Asking, creating, option_label},
    first_steps,
    record::stage,
    saved_view,
};

/// Views with a tab of their own; the others are in the menu beside them.
const PINNED: usize = 5;

pub fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/{plural}", get(list))
        .route("/{plural}/rows", get(rows))
        .route("/{plural}/cards", get(cards))
        .route("/{plural}/count", get(count))
        .route("/{plural}/filter", post(compose))
        .route("/{plural}/columns", post(columns))
        .route("/{plural}/move", post(move_card))
        .route("/{plural}/bulk/edit", get(bulk::edit_form).post(bulk::edit))
        .route("/{plural}/bulk/{verb}", post(bulk::act))
        .route("/undo/{cause}", post(bulk::undo))
}

async fn list(ctx: Ctx, Path(plural): Path<String>, query: Query) -> Result<Response, Error> {
    let object = ctx.object(&plural)?;
    let worker = ctx.clone();
    let content = ctx
        .read(move |reader| -> Result<Markup, records::Error> {
            let registry = Arc::clone(reader.registry());
            let request = ListRequest::new(&registry, &object, query.0);
            draw(&worker, reader, &request)
        })
        .await?;
    let title =
        ctx.object(&plural).map(|object| ctx.look.objects(&object.name, object.plural_label.as_deref()))?;
    Ok(ctx.page(&title, content).await)
}

fn draw(
    ctx: &Ctx,
    reader: &mut records::Reader<'_, '_>,
    request: &ListRequest,
) -> Result<Markup, records::Error> {
    let registry = Arc::clone(reader.registry());
    let look = &ctx.look;
    let access = &*ctx.principal().access;
    let asking = Asking { look, registry: &registry, access, currency: ctx.workspace.config.currency };
    let mut counted = None;
    let body = if !request.problems.is_empty() {
        html! { div id="list" {} }
    } else if request.kind == ViewKind::Board && request.trash == Trash::Without {
        board::Drawing { look, registry: &registry, access, request }.board(reader)?.render(look)
    } else {
        let found = reader.list(&request.query())?;
        // A first page that is the whole list needs no counting.
        let count = match (&found.next, &request.after) {
            (None, None) => Count::Exactly(found.records.len()),
            _ => reader.count(&request.query())?,
        };
        counted = Some(count);
        let deleted_by = deleted_by(reader, request, &found)?;
        let is_bare = count == Count::Exactly(0)
            && request.trash == Trash::Without
            && !first_steps::is_there_any(reader, &request.object)?;
        let drawing = table::Drawing { look, registry: &registry, access, request, deleted_by, is_bare };
        drawing.table(&found, Some(count)).render(look)
    };
    let head = header(ctx, &request.object, counted);
    let bar = filter::bar(&asking, request, Mode::Closed).render(look);
    let saved = reader.saved_views(&request.object.name)?;
    let views = views(ctx, reader, request, &saved);
    Ok(page(&head.render(look), &[views.render(look), bar, body], Fit::Full))
}

/// In the trash: who put the records there.
fn deleted_by(
    reader: &mut records::Reader<'_, '_>,
    request: &ListRequest,
    page: &Page,
) -> Result<HashMap<Id, String>, records::Error> {
    if request.trash == Trash::Only { reader.deleted_by(&page.records) } else { Ok(HashMap::new()) }
}

fn header(ctx: &Ctx, object: &Object, count: Option<Count>) -> PageHeader {
    let look = &ctx.look;
    let may = |action| ctx.principal().access.may(&object.name, action);
    let mut actions = Vec::new();
    if may(May::Create) {
        let label = creating(look, object, None);
        actions.push(
            Action::new(label, "plus", Go::Dialog(format!("/{}/new", object.plural))).primary().shortcut("c"),
        );
    }
    let mut more = Vec::new();
    if may(May::Create) {
        more.extend(table::start(look, object));
    }
    if may(May::Import) {
        more.push(Action::new(
            look.text("nav-import"),
            "upload",
            Go::Page(format!("/import?object={}", object.name)),
        ));
    }
    if may(May::Export) {
        for (format, ids, text) in [
            ("csv", "", "export-csv"),
            ("xlsx", "", "export-xlsx"),
            ("jsonl", "", "export-jsonl"),
            ("csv", "ids=1&", "export-ids"),
        ] {
            let query = ctx.here.split_once('?').map_or("", |(_, query)| query);
            more.push(Action::new(
                look.text(text),
                "download",
                Go::Download(format!("/export/{}.{format}?{ids}{query}", object.plural)),
            ));
        }
    }
    if may(May::Delete) {
        more.push(Action::new(
            look.text("trash"),
            "trash-2",
            Go::Page(format!("/{}?trash=1&filter=", object.plural)),
        ));
    }
    PageHeader {
        title: look.objects(&object.name, object.plural_label.as_deref()),
        icon: Some(object.icon.clone()),
        count: count.map(table::shown_count),
        actions,
        more,
        ..PageHeader::default()
    }
}

fn views(ctx: &Ctx, reader: &records::Reader<'_, '_>, request: &ListRequest, saved: &[SavedView]) -> ViewBar {
    let object = &request.object;
    let plural = object.plural.as_str();
    let is_apart = request.trash == Trash::Only || request.cause.is_some();
    let own = if is_apart { Fields::default() } else { request.given.clone() };
    let kept = saved_view::tabs(ctx, saved, &own, plural);
    let is_saved = kept.iter().any(|tab| tab.current);
    let (manage, changed) = saved_view::actions(ctx, reader, saved, &own, plural);
    let tab = |view: &ViewDef| ViewTab {
        label: view_label(ctx, object, view),
        href: format!("/{}?view={}", object.plural, view.name),
        icon: None,
        current: view.name == request.view.name && !is_apart && !is_saved,
        shared: false,
    };
    // The first views have tabs; the one at hand has one too, wherever it stands.
    let (pinned, rest): (Vec<_>, Vec<_>) = object
        .views
        .iter()
        .enumerate()
        .partition(|(at, view)| *at < PINNED || view.name == request.view.name);
    let mut tabs: Vec<ViewTab> = pinned.into_iter().map(|(_, view)| tab(view)).collect();
    let others = rest.into_iter().map(|(_, view)| {
        let to = format!("/{}?view={}", object.plural, view.name);
        Action::new(view_label(ctx, object, view), "layout-list", Go::Page(to))
    });
    // Kept views have tabs as long as there is room; the one at hand has one in any case.
    let (with_tab, without): (Vec<_>, Vec<_>) =
        kept.into_iter().enumerate().partition(|(at, tab)| *at < PINNED || tab.current);
    tabs.extend(with_tab.into_iter().map(|(_, tab)| tab));
    let more = without.into_iter().map(|(_, tab)| Action::new(tab.label, "bookmark", Go::Page(tab.href)));
    let others = others.chain(more).collect();
    let apart = match (request.trash, request.cause) {
        (Trash::Only, _) => Some(("trash", "trash-2")),
        (_, Some(_)) => Some(("list-of-cause", "history")),
        _ => None,
    };
    tabs.extend(apart.map(|(label, icon)| ViewTab {
        label: ctx.look.text(label),
        href: ctx.here.clone(),
        icon: Some(icon.to_owned()),
        current: true,
        shared: false,
    }));
    let segment = |kind: &str, icon: &str, current: bool| Segment {
        label: ctx.look.text(&format!("view-{kind}")),
        icon: icon.to_owned(),
        href: request.href("kind", Some(kind)),
        current,
    };
    let kinds = if request.group.is_some() && table::has_board(object) && request.trash == Trash::Without {
        vec![
            segment("list", "table-2", request.kind == ViewKind::List),
            segment("board", "kanban", request.kind == ViewKind::Board),
        ]
    } else {
        Vec::new()
    };
    ViewBar { views: tabs, others, kinds, manage: if is_apart { Vec::new() } else { manage }, changed }
}

pub fn view_label(ctx: &Ctx, object: &Object, view: &ViewDef) -> String {
    match &view.label {
        Some(label) => label.clone(),
        None => ctx
            .look
            .find(&format!("{}-view-{}", object.name, view.name))
            .unwrap_or_else(|| i18n::humanise(&view.name)),
    }
}

/// The next rows of a table.
async fn rows(ctx: Ctx, Path(plural): Path<String>, query: Query) -> Result<Markup, Error> {
    let object = ctx.object(&plural)?;
    let worker = ctx.clone();
    ctx.read(move |reader| -> Result<Markup, Error> {
        let registry = Arc::clone(reader.registry());
        let request = ListRequest::new(&registry, &object, query.0);
        let found = reader.list(&request.query())?;
        let access = &*worker.principal().access;
        let deleted_by = deleted_by(reader, &request, &found)?;
        let look = &worker.look;
        let request = &request;
        let drawing =
            table::Drawing { look, registry: &registry, access, request, deleted_by, is_bare: false };
        let table = drawing.table(&found, None);
        let group = ui::table::Group { more: table.more.clone(), ..drawing.group(&found) };
        Ok(table.rows(&worker.look, &group))
    })
    .await
}

/// More cards of a board's column.
async fn cards(ctx: Ctx, Path(plural): Path<String>, query: Query) -> Result<Markup, Error> {
    let object = ctx.object(&plural)?;
    let worker = ctx.clone();
    ctx.read(move |reader| -> Result<Markup, Error> {
        let registry = Arc::clone(reader.registry());
        let column = query.get("column").unwrap_or("").to_owned();
        let request = ListRequest::new(&registry, &object, query.0);
        let access = &*worker.principal().access;
        let drawing = board::Drawing { look: &worker.look, registry: &registry, access, request: &request };
        let (cards, more) = drawing.cards(reader, &column, request.after.clone())?;
        let board =
            ui::board::Board { id: "list".to_owned(), move_url: Some(String::new()), ..Default::default() };
        let column = ui::board::BoardColumn { key: column, cards, more, ..Default::default() };
        Ok(board.cards(&worker.look, &column))
    })
    .await
}

/// All that match, counted to the end.
async fn count(ctx: Ctx, Path(plural): Path<String>, query: Query) -> Result<Markup, Error> {
    let object = ctx.object(&plural)?;
    let counted = ctx
        .read(move |reader| {
            let registry = Arc::clone(reader.registry());
            reader.count_exactly(&ListRequest::new(&registry, &object, query.0).query())
        })
        .await?;
    Ok(html! { (ctx.look.integer(i64::try_from(counted).unwrap_or(i64::MAX))) })
}

/// The builder's form: a condition more or less, or done.
async fn compose(
    ctx: Ctx,
    Path(plural): Path<String>,
    query: Query,
    fields: Fields,
) -> Result<Response, Error> {
    let object = ctx.object(&plural)?;
    let registry = ctx.workspace.engine.registry();
    let access = &*ctx.principal().access;
    let asking =
        Asking { look: &ctx.look, registry: &registry, access, currency: ctx.workspace.config.currency };
    let mut group = Group::parse(&fields.0);
    let first = object.title.first().map_or("", |at| object.fields[*at].name.as_str());
    let wish = fields.get("do").unwrap_or("apply").to_owned();
    group.act(&wish, first);
    let text = text_of(&asking, &object, &group);
    let mut request = ListRequest::new(&registry, &object, query.0);
    if wish == "apply" {
        let to = request.href("filter", Some(&text));
        if ctx.partial {
            let mut response = html! {}.into_response();
            response
                .headers_mut()
                .insert("hx-redirect", HeaderValue::from_str(&to).map_err(|_| Error::not_found())?);
            return Ok(response);
        }
        return Ok(Redirect::to(&to).into_response());
    }
    let text_mode = wish == "text";
    request.filter_text = if text_mode { text } else { request.filter_text };
    let mut bar = filter::bar(&asking, &request, if text_mode { Mode::Text } else { Mode::Builder });
    if !text_mode {
        bar.group = Some(group);
    }
    Ok(bar.builder(&ctx.look).into_response())
}

/// Another choice of columns: it stands in the address from then on.
async fn columns(
    ctx: Ctx,
    Path(plural): Path<String>,
    query: Query,
    fields: Fields,
) -> Result<Response, Error> {
    let object = ctx.object(&plural)?;
    let registry = ctx.workspace.engine.registry();
    let request = ListRequest::new(&registry, &object, query.0);
    let chosen: Vec<&str> = fields
        .all("columns")
        .flat_map(|names| names.split(','))
        .map(|name| name.split(':').next().unwrap_or(name))
        .filter(|name| object.field(name).is_some())
        .collect();
    let to = request.href("columns", Some(chosen.join(",")).as_deref().filter(|names| !names.is_empty()));
    if !ctx.partial {
        return Ok(Redirect::to(&to).into_response());
    }
    let mut response = html! {}.into_response();
    response.headers_mut().insert("hx-redirect", HeaderValue::from_str(&to).map_err(|_| Error::not_found())?);
    Ok(response)
}

/// A card was dropped into another column. An ending that needs more than the move asks for it first.
async fn move_card(
    ctx: Ctx,
    Path(plural): Path<String>,
    query: Query,
    fields: Fields,
) -> Result<Response, Error> {
    let object = ctx.object(&plural)?;
    let id = fields.get("record").and_then(|id| id.parse().ok()).ok_or_else(Error::not_found)?;
    let to = fields.get("to").unwrap_or("").to_owned();
    let registry = ctx.workspace.engine.registry();
    let request = ListRequest::new(&registry, &object, query.0);
    let group = request.group.clone().ok_or_else(Error::not_found)?;
    let field = board::choice_field(&object, &group).ok_or_else(Error::not_found)?;
    let label = option_label(&ctx.look, &object, field, &to);
    let version = fields.get("version").and_then(|version| version.parse().ok());
    match stage::set(&ctx, &object, id, &group, &to, version, &Fields::default()).await {
        Ok(()) => {
            let worker = ctx.clone();
            let board = ctx
                .read(move |reader| {
                    let registry = Arc::clone(reader.registry());
                    let access = &*worker.principal().access;
                    board::Drawing { look: &worker.look, registry: &registry, access, request: &request }
                        .board(reader)
                })
                .await?;
            let heads = html! {
                @for column in &board.columns {
                    (ui::overlay::partial(&format!("#list-{}-head", column.key), "outerHTML", &board.column_head(&ctx.look, column)))
                }
            };
            Ok(heads.into_response())
        }
        Err(error) if stage::asks_more(&object, &error) => {
            let form = stage::form(&ctx, &object, id, &group, &to, &error);
            let title = stage::titled(&ctx, &object, id, &label).await;
            let overlay = Overlay { id: "stage".to_owned(), title, content: form, ..Overlay::default() };
            let mut response =
                ui::overlay::partial("#overlays", "beforeend", &overlay.render(&ctx.look)).into_response();
            *response.status_mut() = axum::http::StatusCode::UNPROCESSABLE_ENTITY;
            Ok(response)
        }
        Err(error) => {
            let said: Vec<String> = error.problems.iter().map(|problem| ctx.look.problem(problem)).collect();
            let said = if said.is_empty() { ctx.look.text("board-failed") } else { said.join(" ") };
            let mut response = Toast::error(said).partial(&ctx.look).into_response();
            *response.status_mut() = error.kind.status();
            Ok(response)
        }
    }
}
