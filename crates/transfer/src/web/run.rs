//! An import on its way and when it has ended.

use axum::{
    http::header,
    response::{IntoResponse, Redirect, Response},
};
use kernel::{Id, Message};
use maud::{Markup, html};
use ui::{
    action::{Action, Go},
    bits::{Progress as Bar, Severity, notice},
    content::Content,
    page::{Fit, PageHeader, page},
    table::{Align, Column, Group, Row, Table},
};
use web::{Ctx, Error, Path, Query};

use super::{list::state, load, mapping, upload::steps};
use crate::run::{
    Bad, Counts, Import, State, bad_rows, cancel, delete, enqueue, enqueue_revert, open, said, set_mapping,
    write_report,
};

/// Bad rows on the page; the file has all of them.
const BAD: usize = 50;
/// Cells of a bad row on the page.
const CELLS: usize = 6;

pub async fn show(ctx: Ctx, Path(id): Path<Id>, query: Query) -> Result<Response, Error> {
    let import = load(&ctx, id).await?;
    let decides =
        import.state == State::New || query.get("step") == Some("columns") && import.state == State::Checked;
    if decides {
        return mapping::page_of(&ctx, import, Vec::new(), Vec::new()).await;
    }
    let title = import.file_name.clone();
    let content = ctx.blocking(move |ctx| draw(ctx, &import)).await?;
    Ok(ctx.page(&title, content).await)
}

fn draw(ctx: &Ctx, import: &Import) -> Result<Markup, Error> {
    let look = &ctx.look;
    let step = match import.state {
        State::New => 1,
        State::Checking | State::Checked => 2,
        _ => 3,
    };
    let mut parts = vec![steps(ctx, step, Some(import))];
    if import.state.is_busy() {
        parts.push(html! {
            div hx-get={ "/import/" (import.id) "/progress" } hx-trigger="every 1s" hx-swap="innerHTML" aria-live="polite" {
                (bar(ctx, import)?)
            }
            noscript { p { a href={ "/import/" (import.id) } { (look.text("import-refresh")) } } }
        });
    } else {
        parts.push(report(ctx, import)?);
    }
    let head = PageHeader {
        title: import.file_name.clone(),
        icon: Some("upload".to_owned()),
        crumbs: vec![(look.text("imports-title"), "/imports".to_owned())],
        subtitle: Some(state(ctx, import.state)),
        actions: actions(ctx, import),
        more: more(ctx, import),
        ..PageHeader::default()
    };
    Ok(page(&head.render(look), &parts, Fit::Flow))
}

fn actions(ctx: &Ctx, import: &Import) -> Vec<Action> {
    let look = &ctx.look;
    let to = |verb: &str| Go::Submit(format!("/import/{}/{verb}", import.id));
    match import.state {
        State::Checking | State::Running | State::Reverting => {
            vec![Action::new(look.text("import-cancel"), "x", to("cancel"))]
        }
        State::Checked => vec![
            Action::new(look.text("import-change"), "pencil", to("change")),
            Action::new(look.text("import-run"), "play", to("run")).primary(),
        ],
        State::Cancelled | State::Failed => vec![
            Action::new(look.text("import-change"), "pencil", to("change")),
            Action::new(look.text("import-again"), "play", to("run")).primary(),
        ],
        _ => {
            let another = Action::new(look.text("import-another"), "upload", Go::Page("/import".to_owned()));
            match records_of(ctx, import) {
                Some(to) => {
                    vec![another, Action::new(look.text("import-show"), "list", Go::Page(to)).primary()]
                }
                None => vec![another.primary()],
            }
        }
    }
}

/// The list of what has come in, for those who may see such records.
pub fn records_of(ctx: &Ctx, import: &Import) -> Option<String> {
    let registry = ctx.workspace.engine.registry();
    let object = registry.object(&import.mapping.object)?;
    let came =
        import.state == State::Done && import.progress.counts.created + import.progress.counts.updated > 0;
    let seen = ctx.principal().access.may(&object.name, records::Action::Read);
    (came && seen).then(|| format!("/{}?cause={}&filter=", object.plural, import.id))
}

fn more(ctx: &Ctx, import: &Import) -> Vec<Action> {
    let look = &ctx.look;
    let at = |rest: &str| format!("/import/{}/{rest}", import.id);
    let mut more =
        vec![Action::new(look.text("import-mapping-download"), "download", Go::Download(at("mapping.toml")))];
    let left_some = import.progress.counts.created + import.progress.counts.updated > 0;
    if matches!(import.state, State::Done | State::Cancelled | State::Failed)
        && left_some
        && import.checked.is_none()
    {
        let revert = Action::new(look.text("import-revert"), "undo-2", Go::Submit(at("revert"))).danger();
        more.push(revert.confirm(look.text("import-revert-question")));
    }
    if !import.state.is_busy() {
        more.push(Action::new(look.text("import-forget"), "trash-2", Go::Submit(at("delete"))).danger());
    }
    more
}

/// How far it is; sends the page on when it has ended.
pub async fn progress(ctx: Ctx, Path(id): Path<Id>) -> Result<Response, Error> {
    let import = load(&ctx, id).await?;
    if !import.state.is_busy() {
        return Ok(([("hx-redirect", format!("/import/{id}"))], html! {}).into_response());
    }
    let bar = ctx.blocking(move |ctx| bar(ctx, &import)).await?;
    Ok(bar.into_response())
}

fn bar(ctx: &Ctx, import: &Import) -> Result<Markup, Error> {
    let look = &ctx.look;
    let entry = match import.job {
        Some(job) => ctx.workspace.db().read(|tx| jobs::find(tx, job)),
        None => Ok(None),
    };
    let entry = entry.map_err(|_| Error::new(web::Kind::Broken))?;
    let (done, total) = entry.map_or((0, None), |entry| (entry.progress.done, entry.progress.total));
    let number = |count: u64| look.integer(i64::try_from(count).unwrap_or(i64::MAX));
    let note = match total {
        Some(total) => look.text_with(
            &Message::new("import-rows-of").with("done", number(done)).with("total", number(total)),
        ),
        None => look.text_with(&Message::new("import-rows").with("done", number(done))),
    };
    let bar = Bar { label: state(ctx, import.state), done, total, note: Some(note) };
    Ok(html! { (bar.render(look)) (figures(ctx, &import.progress.counts, import.state == State::Checking)) })
}

fn figures(ctx: &Ctx, counts: &Counts, is_check: bool) -> Markup {
    let look = &ctx.look;
    let number = |count: u64| look.integer(i64::try_from(count).unwrap_or(i64::MAX));
    let verb = if is_check { "would" } else { "did" };
    let lines = [
        (format!("import-{verb}-create"), counts.created),
        (format!("import-{verb}-update"), counts.updated),
        ("import-unchanged".to_owned(), counts.unchanged),
        ("import-passed".to_owned(), counts.passed),
        (format!("import-{verb}-make"), counts.made),
        ("import-unlinked".to_owned(), counts.unlinked),
        ("import-unmatched".to_owned(), counts.unmatched),
        (format!("import-{verb}-refuse"), counts.bad),
    ];
    html! {
        ul {
            @for (text, count) in lines.iter().filter(|(text, count)| *count > 0 || text.ends_with("-create")) {
                li { (look.text_with(&Message { id: text.clone().into(), args: vec![("count".into(), number(*count).into())] })) }
            }
        }
    }
}

fn report(ctx: &Ctx, import: &Import) -> Result<Markup, Error> {
    let look = &ctx.look;
    let is_check = import.state == State::Checked;
    let counts = match (&import.checked, is_check) {
        (Some(summary), true) => summary.counts,
        _ => import.progress.counts,
    };
    let headers = open(&ctx.workspace, import).map(|table| table.shape.headers).unwrap_or_default();
    let bad = ctx.workspace.db().read(|tx| bad_rows(tx, import.id, 0, BAD)).map_err(records::Error::from)?;
    let severity = match import.state {
        State::Failed => Severity::Error,
        State::Done | State::Checked if counts.bad + counts.unlinked + counts.unmatched == 0 => {
            Severity::Success
        }
        _ => Severity::Warning,
    };
    let object = &import.mapping.object;
    Ok(html! {
        (notice(severity, html! {
            p class="notice-title" { (state(ctx, import.state)) }
            @if let Some(reason) = &import.reason { p { (look.text_with(reason)) } }
            (figures(ctx, &counts, is_check))
            @if let Some(reverted) = &import.reverted {
                p {
                    (look.text_with(&Message::new("import-reverted")
                        .with("deleted", i64::try_from(reverted.deleted).unwrap_or(0))
                        .with("updated", i64::try_from(reverted.updated).unwrap_or(0))
                        .with("kept", i64::try_from(reverted.kept).unwrap_or(0))))
                }
            }
        }))
        @if let (Some(summary), true) = (&import.checked, is_check) {
            @if !summary.kinds.is_empty() {
                h2 class="section-title" { (look.text("import-kinds")) }
                ul {
                    @for kind in summary.kinds.iter().take(BAD) {
                        li {
                            (look.text_with(&Message::new("import-kind")
                                .with("rows", i64::try_from(kind.rows).unwrap_or(0))
                                .with("row", i64::try_from(kind.first_row).unwrap_or(0))
                                .with("problem", said(&kind.fault, &headers, object, look))))
                        }
                    }
                }
            }
        }
        @if !bad.is_empty() {
            h2 class="section-title" { (look.text("import-bad-rows")) }
            p {
                a class="btn" href={ "/import/" (import.id) "/problems.csv" } download {
                    (ui::icon::icon("download")) span { (look.text("import-download-bad")) }
                }
            }
            (bad_table(ctx, import, &headers, &bad))
        }
    })
}

fn bad_table(ctx: &Ctx, import: &Import, headers: &[crate::table::Header], bad: &[(i64, Bad)]) -> Markup {
    let look = &ctx.look;
    // The columns that are wrong most of all, then the first ones.
    let mut shown: Vec<usize> = Vec::new();
    let wrong = bad.iter().flat_map(|(_, bad)| bad.faults.iter().filter_map(|fault| fault.column));
    for at in wrong.chain(headers.iter().map(|header| header.at)) {
        if shown.len() < CELLS && !shown.contains(&at) {
            shown.push(at);
        }
    }
    let column = |label: String, align, width| Column {
        name: label.clone(),
        label,
        align,
        width,
        ..Column::default()
    };
    let mut columns = vec![
        column(look.text("import-report-row"), Align::End, Some(70)),
        column(look.text("import-report-problems"), Align::Start, Some(380)),
    ];
    let name =
        |at: usize| headers.iter().find(|header| header.at == at).map_or("", |header| header.name.as_str());
    columns.extend(shown.iter().map(|at| column(name(*at).to_owned(), Align::Start, None)));
    let row = |(seq, bad): &(i64, Bad)| {
        let problems: Vec<String> =
            bad.faults.iter().map(|fault| said(fault, headers, &import.mapping.object, look)).collect();
        let cells = shown.iter().map(|at| bad.cells.get(*at).map_or("", String::as_str));
        let mut contents = vec![
            Content::text(look.integer(i64::try_from(bad.number).unwrap_or(0))),
            Content::LongText(problems.join(" ")),
        ];
        contents.extend(cells.map(|cell| Content::text(crate::cell::shortened(cell))));
        Row {
            id: format!("bad-{seq}"),
            title: bad.number.to_string(),
            cells: contents.into_iter().map(Into::into).collect(),
            ..Row::default()
        }
    };
    let table = Table {
        id: "bad".to_owned(),
        label: look.text("import-bad-rows"),
        columns,
        groups: vec![Group { rows: bad.iter().map(row).collect(), ..Group::default() }],
        ..Table::default()
    };
    table.render(look)
}

/// `POST …/run`: for good.
pub async fn start(ctx: Ctx, Path(id): Path<Id>) -> Result<Response, Error> {
    change_state(ctx, id, |tx, now, import| match import.state {
        State::New | State::Checked | State::Cancelled | State::Failed => {
            // What a check found is no longer what the report is about.
            set_mapping(tx, import.id, &import.mapping)?;
            enqueue(tx, now, import, false).map(|_| ())
        }
        _ => Ok(()),
    })
    .await
}

/// `POST …/change`: back to the columns.
pub async fn change(ctx: Ctx, Path(id): Path<Id>) -> Result<Response, Error> {
    change_state(ctx, id, |tx, _, import| {
        if !import.state.is_busy() && import.state != State::Done {
            set_mapping(tx, import.id, &import.mapping)?;
        }
        Ok(())
    })
    .await
}

pub async fn stop(ctx: Ctx, Path(id): Path<Id>) -> Result<Response, Error> {
    change_state(
        ctx,
        id,
        |tx, now, import| if import.state.is_busy() { cancel(tx, now, import) } else { Ok(()) },
    )
    .await
}

pub async fn revert(ctx: Ctx, Path(id): Path<Id>) -> Result<Response, Error> {
    change_state(ctx, id, |tx, now, import| {
        if matches!(import.state, State::Done | State::Cancelled | State::Failed) {
            enqueue_revert(tx, now, import)?;
        }
        Ok(())
    })
    .await
}

pub async fn forget(ctx: Ctx, Path(id): Path<Id>) -> Result<Response, Error> {
    change_state(ctx, id, |tx, _, import| {
        if !import.state.is_busy() {
            delete(tx, import.id)?;
            let _ = blobs::remove(tx, import.file);
        }
        Ok(())
    })
    .await?;
    Ok(Redirect::to("/imports").into_response())
}

async fn change_state(
    ctx: Ctx,
    id: Id,
    change: impl Fn(&mut db::Tx<'_>, kernel::Timestamp, &Import) -> Result<(), jobs::Error> + Send + 'static,
) -> Result<Response, Error> {
    let import = load(&ctx, id).await?;
    let done = ctx.blocking(move |ctx| {
        let now = ctx.workspace.engine.clock().now();
        ctx.workspace.db().write(|tx| {
            // What stands now counts, not what stood on the page.
            match crate::run::find(tx, import.id)? {
                Some(import) => change(tx, now, &import),
                None => Ok(()),
            }
        })
    });
    done.await.map_err(|error| {
        tracing::error!(%error, "an import could not be changed");
        Error::new(web::Kind::Broken)
    })?;
    Ok(Redirect::to(&format!("/import/{id}")).into_response())
}

/// The bad rows as a file.
pub async fn problems(ctx: Ctx, Path(id): Path<Id>) -> Result<Response, Error> {
    let import = load(&ctx, id).await?;
    let name = format!("{}-problems.csv", import.mapping.object);
    let written = ctx.blocking(move |ctx| {
        let headers = open(&ctx.workspace, &import).map(|table| table.shape.headers).unwrap_or_default();
        let mut file = tempfile::tempfile()?;
        let mut out = std::io::BufWriter::new(&mut file);
        write_report(ctx.workspace.db(), &import, &headers, &ctx.look, &mut out)?;
        std::io::Write::flush(&mut out)?;
        drop(out);
        std::io::Seek::rewind(&mut file)?;
        Ok::<_, std::io::Error>(file)
    });
    let file = written.await.map_err(|error| {
        tracing::error!(%error, "a report could not be written");
        Error::new(web::Kind::Broken)
    })?;
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
    ];
    Ok((headers, super::export::file_body(file)).into_response())
}
