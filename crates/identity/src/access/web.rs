//! The page that says why somebody can or cannot see a record.

use std::sync::Arc;

use app::App;
use axum::{Router, extract::Path, response::Response, routing::get};
use i18n::Reader;
use kernel::{Id, Message};
use maud::{Markup, html};
use metadata::Registry;
use records::Action;
use ui::{
    Content, Tone,
    bits::{Severity, badge, notice},
    content::Choice,
    page::Fit,
};
use web::{Ctx, Error, Query};

use super::{Directory, Explanation, GrantLine, Person, explain};
use crate::{
    authenticate::defaults,
    form,
    profile::{row, table},
    user,
};

pub fn routes() -> Router<Arc<App>> {
    Router::new().route("/why/{object}/{id}", get(show))
}

/// `GET /why/{object}/{id}?user=`: about anybody for administrators, about oneself for everybody else.
async fn show(ctx: Ctx, Path((object, id)): Path<(String, Id)>, query: Query) -> Result<Response, Error> {
    let asked = query.filled("user").and_then(|user| user.parse().ok()).unwrap_or(ctx.session.user);
    if asked != ctx.session.user {
        form::administrators_only(&ctx)?;
    }
    let look = ctx.look.clone();
    let named = object.clone();
    let (explanation, name, people) = ctx.blocking(move |ctx| answer(ctx, &named, id, asked)).await?;
    let registry = ctx.workspace.engine.registry();
    let back = registry.object(&object).map(|object| format!("/{}/{id}", object.plural));
    let crumbs: Vec<_> = back.into_iter().map(|href| (explanation.title.clone(), href)).collect();
    let mut parts = Vec::new();
    if ctx.principal().access.administrator {
        parts.push(person_choice(&look, asked, people));
    }
    parts.push(verdict(&look, &explanation, &name));
    parts.push(lines(&look, &registry, &object, &explanation));
    let title = look.text_with(&Message::new("identity-why-title").with("title", explanation.title.as_str()));
    Ok(form::framed(&ctx, &title, &crumbs, &parts, Fit::Flow).await)
}

type Answer = (Explanation, String, Vec<(Id, String)>);

fn answer(ctx: &Ctx, object: &str, id: Id, user: Id) -> Result<Answer, records::Error> {
    let engine = &ctx.workspace.engine;
    let known = engine.object(object)?;
    let sees = engine.read(ctx.principal(), |reader| reader.find(&known, id))?.is_some();
    // Who may not see the record learns no more than that from the page.
    if !sees {
        return Err(records::Error::NotFound);
    }
    let registry = engine.registry();
    let (directory, row, people) = engine.db().read(|tx| -> Result<_, records::Error> {
        let row = user::find_row(tx, user)?.ok_or(records::Error::NotFound)?;
        let people = user::all(tx)?.into_iter().map(|user| (user.id, user.name)).collect();
        Ok((Directory::load(tx, &registry)?, row, people))
    })?;
    let person = Person::new(&directory, &row, &defaults(&ctx.workspace));
    let explanation = explain(engine, &directory, &person, &row.roles, object, id)?;
    Ok((explanation, row.name, people))
}

fn person_choice(look: &Reader, asked: Id, people: Vec<(Id, String)>) -> Markup {
    let options = people.into_iter().map(|(id, name)| (id.to_string(), name));
    let field = form::choice(look.object("user", None), "user", Some(asked.to_string()), options);
    html! {
        form class="form" method="get" {
            (field.render(look, "why"))
            div class="form-buttons" { button class="btn" type="submit" { (look.text("identity-why-ask")) } }
        }
    }
}

fn verdict(look: &Reader, explanation: &Explanation, name: &str) -> Markup {
    let id = match (explanation.administrator, explanation.allowed.is_empty()) {
        (true, _) => "identity-why-administrator",
        (false, true) => "identity-why-nothing",
        (false, false) => "identity-why-allowed",
    };
    let severity = if explanation.allowed.is_empty() { Severity::Warning } else { Severity::Success };
    let content = html! {
        p { (look.text_with(&Message::new(id).with("name", name))) }
        p { @for action in &explanation.allowed { (badge(Tone::Green, &action_name(look, *action))) " " } }
        @if let Some((object, id)) = &explanation.part_of {
            p { a href={ "/why/" (object) "/" (id) } { (look.text("identity-why-part")) } }
        }
    };
    notice(severity, content)
}

/// What each grant says, in a table.
fn lines(look: &Reader, registry: &Registry, object: &str, explanation: &Explanation) -> Markup {
    let label = |name: &str| {
        let given = registry.object(object).and_then(|object| object.field(name)?.label.clone());
        look.field(object, name, given.as_deref())
    };
    if explanation.administrator {
        return html! {};
    }
    let rows = explanation
        .lines
        .iter()
        .map(|line| row(line.role.as_ref().map_or(nobody(), |(id, _)| *id), cells(look, line, label)));
    let columns = [
        ("identity-why-role", 160),
        ("identity-why-actions", 160),
        ("identity-why-rows", 160),
        ("identity-why-editable", 160),
        ("identity-why-hidden", 160),
        ("identity-why-locked", 160),
    ];
    table(look, "why", "identity-why-lines", &columns, rows.collect()).render(look)
}

fn cells(look: &Reader, line: &GrantLine, label: impl Fn(&str) -> String) -> Vec<Content> {
    let role =
        line.role.as_ref().map_or_else(|| look.text("identity-why-everybody"), |(_, name)| name.clone());
    let names =
        |actions: &[Action]| actions.iter().map(|action| action_name(look, *action)).collect::<Vec<_>>();
    let rows = match &line.fault {
        Some(fault) => Content::Choice(Choice { label: look.text_with(fault), tone: Tone::Red }),
        None => rule(look, line.rows.as_ref()),
    };
    vec![
        Content::text(role),
        Content::Tags(names(&line.actions)),
        rows,
        rule(look, line.editable.as_ref()),
        Content::Tags(line.hidden.iter().map(|name| label(name)).collect()),
        Content::Tags(line.locked.iter().map(|name| label(name)).collect()),
    ]
}

/// A rule, and whether the record fulfils it.
fn rule(look: &Reader, rule: Option<&(String, bool)>) -> Content {
    let Some((text, holds)) = rule else { return Content::text(look.text("identity-why-all")) };
    let (id, tone) =
        if *holds { ("identity-why-holds", Tone::Green) } else { ("identity-why-fails", Tone::Red) };
    Content::markup(html! { (badge(tone, &look.text(id))) " " code class="code" { (text) } })
}

pub(crate) fn action_name(look: &Reader, action: Action) -> String {
    look.option("grant", "actions", action.as_str(), None)
}

const fn nobody() -> Id {
    Id::from_bytes([0; 16])
}
