//! What becomes of the columns.

use axum::{
    http::{StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use kernel::{Id, Message, Problem};
use maud::{Markup, html};
use ui::{
    action::{Action, Go},
    bits::{Severity, notice},
    content::Content,
    page::{Fit, PageHeader, page},
    table::{Column, Group, Row, Table},
};
use web::{Ctx, Error, Fields, Path};

use super::{form::Drawing, load, taken::taken, upload::steps};
use crate::{
    mapping::{Assumption, ColumnRule, Mapping, Plan, comma_column, complete, saved},
    run::{Import, State, enqueue, set_mapping},
    start::{self, Examined},
    table::Format,
};

/// Rows and columns of the file that are shown.
const ROWS: usize = 8;
const COLUMNS: usize = 12;

/// The page on which the columns are decided.
pub async fn page_of(
    ctx: &Ctx,
    import: Import,
    problems: Vec<Problem>,
    assumptions: Vec<Assumption>,
) -> Result<Response, Error> {
    let status = if problems.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let title =
        ctx.look.text_with(&Message::new("import-columns-title").with("file", import.file_name.as_str()));
    let drawn = ctx.blocking(move |ctx| draw(ctx, &import, &problems, &assumptions)).await?;
    let mut response = ctx.page(&title, drawn).await;
    *response.status_mut() = status;
    Ok(response)
}

/// `POST /import/{id}/mapping`: decides, and goes on as `do` says.
pub async fn save(ctx: Ctx, Path(id): Path<Id>, fields: Fields) -> Result<Response, Error> {
    let import = load(&ctx, id).await?;
    if import.state.is_busy() || import.state == State::Done {
        return Err(Error::invalid(Message::new("import-problem-busy")));
    }
    let wish = fields.get("do").unwrap_or("check").to_owned();
    let outcome = ctx.blocking(move |ctx| decide(ctx, import, &fields, &wish)).await?;
    match outcome {
        Outcome::Shown(import, problems, assumptions) => page_of(&ctx, *import, problems, assumptions).await,
        Outcome::Going => Ok(Redirect::to(&format!("/import/{id}")).into_response()),
    }
}

enum Outcome {
    Shown(Box<Import>, Vec<Problem>, Vec<Assumption>),
    Going,
}

fn decide(ctx: &Ctx, mut import: Import, fields: &Fields, wish: &str) -> Result<Outcome, Error> {
    let workspace = &ctx.workspace;
    let examined = examined(ctx, &import)?;
    let registry = workspace.engine.registry();
    let object = registry.object(&import.mapping.object).ok_or_else(Error::not_found)?;
    let administrator = ctx.principal().access.administrator;
    let (mapping, assumptions) =
        taken(fields, &import.mapping, &examined.profile, object, &registry, &ctx.look, administrator);
    let reads_anew = mapping.reading != import.mapping.reading;
    let is_another_table = mapping.reading.table != import.mapping.reading.table;
    import.mapping = mapping;
    let assumptions = if is_another_table { propose_anew(ctx, &mut import)? } else { assumptions };
    let now = workspace.engine.clock().now();
    let mapping = import.mapping.clone();
    workspace.db().write(|tx| set_mapping(tx, import.id, &mapping)).map_err(records::Error::from)?;
    // Whoever has given it a name wants it kept, whichever way they go on.
    let name = fields.filled("name").filter(|_| wish != "update");
    if let Some(name) = name {
        let by = ctx.principal().me();
        workspace.db().write(|tx| saved::save(tx, name, &mapping, by, now)).map_err(records::Error::from)?;
    }
    if matches!(wish, "keep" | "update") || reads_anew {
        let nameless = wish == "keep" && name.is_none();
        let problem = nameless.then(|| Problem::overall(Message::new("import-problem-name")));
        return Ok(Outcome::Shown(Box::new(import), problem.into_iter().collect(), assumptions));
    }
    if let Err(problems) = plan(ctx, &import, &examined) {
        return Ok(Outcome::Shown(Box::new(import), problems, assumptions));
    }
    let dry = wish != "run";
    let begun = workspace.db().write(|tx| enqueue(tx, now, &import, dry));
    begun.map_err(|error| {
        tracing::error!(%error, "an import could not be enqueued");
        Error::new(web::Kind::Broken)
    })?;
    Ok(Outcome::Going)
}

/// A mapping for another table of the same archive.
fn propose_anew(ctx: &Ctx, import: &mut Import) -> Result<Vec<Assumption>, Error> {
    let examined = examined(ctx, import)?;
    let object = import.mapping.object.clone();
    let (workspace, who) = (&ctx.workspace, ctx.principal());
    let proposal = start::suggest(workspace, who, &ctx.look, &examined, &object, false);
    let proposal = proposal.map_err(Error::invalid)?;
    let reading = std::mem::take(&mut import.mapping.reading);
    import.mapping = Mapping { reading, ..proposal.mapping };
    Ok(proposal.assumptions)
}

pub fn plan(ctx: &Ctx, import: &Import, examined: &Examined) -> Result<Plan, Vec<Problem>> {
    let registry = ctx.workspace.engine.registry();
    let shape = &examined.table.shape;
    Plan::new(&import.mapping, shape, &registry, &ctx.look, &ctx.principal().zone, true)
}

pub fn examined(ctx: &Ctx, import: &Import) -> Result<Examined, Error> {
    let blob = ctx.workspace.db().read(|tx| blobs::find(tx, import.file));
    let blob = blob.map_err(|_| Error::new(web::Kind::Broken))?;
    let blob = blob.ok_or_else(|| Error::invalid(Message::new("import-problem-file-gone")))?;
    let found = start::glance(&ctx.workspace, &blob, &import.mapping.reading);
    // A wrong guess of the person about the file must not lock them out.
    found
        .or_else(|_| start::glance(&ctx.workspace, &blob, &crate::table::Reading::default()))
        .map_err(Error::invalid)
}

fn draw(
    ctx: &Ctx,
    import: &Import,
    problems: &[Problem],
    assumptions: &[Assumption],
) -> Result<Markup, Error> {
    let look = &ctx.look;
    let examined = examined(ctx, import)?;
    let registry = ctx.workspace.engine.registry();
    let object = registry.object(&import.mapping.object).ok_or_else(Error::not_found)?;
    let administrator = ctx.principal().access.administrator;
    let taken_for_granted = granted(ctx, import, &examined, object);
    let assumptions = if assumptions.is_empty() { &taken_for_granted } else { assumptions };
    let drawing = Drawing {
        look,
        registry: &registry,
        object,
        import,
        profile: &examined.profile,
        administrator,
        problems,
        assumptions,
    };
    let head = PageHeader {
        title: look.text_with(&Message::new("import-columns-title").with("file", import.file_name.as_str())),
        icon: Some("upload".to_owned()),
        crumbs: vec![(look.text("imports-title"), "/imports".to_owned())],
        subtitle: Some(
            look.text_with(
                &Message::new("import-columns-hint")
                    .with("objects", look.objects(&object.name, object.plural_label.as_deref())),
            ),
        ),
        more: vec![
            Action::new(
                look.text("import-mapping-download"),
                "download",
                Go::Download(format!("/import/{}/mapping.toml", import.id)),
            ),
            Action::new(
                look.text("import-forget"),
                "trash-2",
                Go::Submit(format!("/import/{}/delete", import.id)),
            )
            .danger(),
        ],
        ..PageHeader::default()
    };
    let parts = [
        steps(ctx, 1, Some(import)),
        found(ctx, &examined),
        preview(ctx, &examined),
        drawing.form().render(look),
    ];
    Ok(page(&head.render(look), &parts, Fit::Flow))
}

/// What was proposed for a column and still stands.
fn granted(ctx: &Ctx, import: &Import, examined: &Examined, object: &metadata::Object) -> Vec<Assumption> {
    let registry = ctx.workspace.engine.registry();
    let administrator = ctx.principal().access.administrator;
    let mut granted = Vec::new();
    if import.mapping.decimal_mark == Some(',')
        && let Some(column) = comma_column(&import.mapping, &examined.profile, object)
    {
        let message = Message::new("import-assumed-comma");
        granted.push(Assumption { column: column.header.name.clone(), message });
    }
    for rule in &import.mapping.columns {
        let Some(column) = examined.profile.column(&rule.name) else { continue };
        let mut fresh =
            ColumnRule { name: rule.name.clone(), field: rule.field.clone(), ..ColumnRule::default() };
        let assumed =
            complete(&mut fresh, column, &examined.profile, object, &registry, &ctx.look, administrator);
        if (&fresh.values, fresh.unknown, &fresh.dates) == (&rule.values, rule.unknown, &rule.dates) {
            granted.extend(assumed);
        }
    }
    granted
}

/// What the file is.
fn found(ctx: &Ctx, examined: &Examined) -> Markup {
    let look = &ctx.look;
    let shape = &examined.table.shape;
    let rows = look.integer(i64::try_from(examined.profile.rows).unwrap_or(i64::MAX));
    let rows = if examined.profile.more { format!("{rows}+") } else { rows };
    let message = match &shape.format {
        Format::Delimited { delimiter, encoding, .. } => Message::new("import-found-text")
            .with("encoding", encoding.as_str())
            .with("delimiter", sign(look, *delimiter).to_lowercase()),
        Format::Lines { .. } => Message::new("import-found-lines"),
        Format::Workbook { sheet, .. } => Message::new("import-found-sheet").with("sheet", sheet.as_str()),
    };
    let message = message.with("rows", rows).with("columns", shape.headers.len());
    let files = shape.archive.as_ref().map(|tables| {
        let table = examined.table.source.name();
        look.text_with(
            &Message::new("import-found-archive").with("table", table).with("tables", tables.len()),
        )
    });
    let mut notes: Vec<String> = shape.notes.iter().map(|note| look.text_with(note)).collect();
    if examined.profile.repaired > 0 {
        let rows = i64::try_from(examined.profile.repaired).unwrap_or(i64::MAX);
        notes.push(look.text_with(&Message::new("import-note-repaired").with("rows", rows)));
    }
    let faults = examined.profile.faults.iter().take(5).map(|(row, column, message)| {
        let place = column.map_or_else(String::new, |at| format!(" {}", shape.place(at)));
        format!("{} {row}{place}: {}", look.text("import-report-row"), look.text_with(message))
    });
    let faults: Vec<String> = faults.collect();
    html! {
        (notice(Severity::Note, html! {
            p { (look.text_with(&message)) }
            @if let Some(files) = &files { p { (files) } }
            @for note in &notes { p { (note) } }
        }))
        @if !faults.is_empty() {
            (notice(Severity::Warning, html! {
                p class="notice-title" { (look.text("import-found-faults")) }
                ul { @for fault in &faults { li { (fault) } } }
            }))
        }
    }
}

/// What the sign between cells is called.
fn sign(look: &i18n::Reader, sign: char) -> String {
    match sign {
        ',' => look.text("import-comma"),
        ';' => look.text("import-semicolon"),
        '\t' => look.text("import-tab"),
        '|' => look.text("import-bar"),
        other => other.to_string(),
    }
}

/// The first rows of the file.
fn preview(ctx: &Ctx, examined: &Examined) -> Markup {
    let look = &ctx.look;
    let shape = &examined.table.shape;
    let headers = || shape.headers.iter().take(COLUMNS);
    let columns = headers().map(|header| Column {
        name: header.name.clone(),
        label: header.name.clone(),
        ..Column::default()
    });
    let rows = shape.first.iter().take(ROWS).enumerate().map(|(at, cells)| Row {
        id: format!("row-{at}"),
        title: format!("{}", at + 1),
        cells: headers()
            .map(|header| {
                Content::text(crate::cell::shortened(cells.get(header.at).map_or("", String::as_str))).into()
            })
            .collect(),
        ..Row::default()
    });
    let table = Table {
        id: "preview".to_owned(),
        label: look.text("import-preview"),
        columns: columns.collect(),
        groups: vec![Group { rows: rows.collect(), ..Group::default() }],
        ..Table::default()
    };
    html! {
        details class="form-section" {
            summary class="section-title" { (ui::icon::icon("chevron-right")) (look.text("import-preview")) }
            (table.render(look))
        }
    }
}

/// The mapping as a file, for the command line.
pub async fn download(ctx: Ctx, Path(id): Path<Id>) -> Result<Response, Error> {
    let import = load(&ctx, id).await?;
    let mapping: &Mapping = &import.mapping;
    let headers = [
        (header::CONTENT_TYPE, "application/toml; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{}.toml\"", mapping.object)),
    ];
    Ok((headers, mapping.print()).into_response())
}
