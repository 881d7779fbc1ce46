//! What the forms of identity have in common: how problems come to their fields, and how an answer is given.

use axum::{
    http::StatusCode,
    response::{Html, IntoResponse, Response},
};
use i18n::Reader;
use kernel::Problem;
use maud::{Markup, html};
use ui::{
    form::{Form, Layout, Section},
    input::{ChoiceOption, Field, Input},
    page::{Fit, PageHeader, page},
};
use web::{Ctx, Error, Fields, Visitor};

use crate::caller::Caller;

/// The problems of a form, taken apart: those with its fields, and the rest.
#[derive(Clone, Copy)]
pub struct Problems<'a> {
    pub look: &'a Reader,
    pub all: &'a [Problem],
}

impl Problems<'_> {
    /// What is wrong with a field.
    pub fn at(&self, name: &str) -> Option<String> {
        let here = self.all.iter().filter(|problem| problem.field.as_deref() == Some(name));
        let texts: Vec<String> = here.map(|problem| self.look.problem(problem)).collect();
        (!texts.is_empty()).then(|| texts.join(" "))
    }

    /// What is wrong with none of these fields.
    pub fn beside(&self, fields: &[Field]) -> Vec<String> {
        let elsewhere = |problem: &&Problem| {
            problem.field.as_deref().is_none_or(|name| fields.iter().all(|field| field.name != name))
        };
        self.all.iter().filter(elsewhere).map(|problem| self.look.problem(problem)).collect()
    }
}

/// A form of one column with one section.
pub fn simple(
    look: &Reader,
    id: &str,
    action: &str,
    submit: &str,
    fields: Vec<Field>,
    problems: &[Problem],
) -> Form {
    let known = Problems { look, all: problems };
    let fields: Vec<Field> = fields
        .into_iter()
        .map(|field| {
            let problem = field.problem.clone().or_else(|| known.at(&field.name));
            field.problem(problem)
        })
        .collect();
    Form {
        id: id.to_owned(),
        action: action.to_owned(),
        problems: known.beside(&fields),
        sections: vec![Section { fields, layout: Layout::OneColumn, ..Section::default() }],
        submit: look.text(submit),
        ..Form::default()
    }
}

/// A control for a line of text.
pub fn text(look: &Reader, name: &str, label: &str, value: &str, autocomplete: &str) -> Field {
    let input = Input::Text {
        value: value.to_owned(),
        max: Some(kernel::limits::TEXT_CHARS),
        placeholder: None,
        autocomplete: Some(autocomplete.to_owned()),
    };
    Field::new(name, look.text(label), input).required()
}

/// A control for a password, old or new.
pub fn password(look: &Reader, name: &str, label: &str, autocomplete: &'static str) -> Field {
    Field::new(name, look.text(label), Input::Password { autocomplete }).required()
}

/// A choice of one among records, or none.
pub fn choice(
    label: String,
    name: &str,
    value: Option<String>,
    options: impl IntoIterator<Item = (String, String)>,
) -> Field {
    let options = options.into_iter().map(|(value, label)| ChoiceOption::new(value, label)).collect();
    Field::new(name, label, Input::Choice { value, options, radio: false })
}

/// What was sent under a name, or else what stands.
pub fn sent_or<'f>(sent: Option<&'f Fields>, name: &str, standing: &'f str) -> &'f str {
    sent.map_or(standing, |fields| fields.get(name).unwrap_or(""))
}

/// Whether a switch was on: it also sends `false`, so that one that is off is told from one that was not there.
pub fn ticked(sent: &Fields, name: &str) -> bool {
    sent.get(name) == Some("true")
}

/// What was ticked in a list, without the empty entry that the list sends in any case.
pub fn chosen(sent: &Fields, name: &str) -> Vec<String> {
    sent.all(name).filter(|entry| !entry.is_empty()).map(str::to_owned).collect()
}

/// The answer of a page for nobody in particular; with status 422 when the input was wrong.
pub fn plain(visitor: &Visitor, caller: &Caller, title: &str, intro: Option<&str>, form: &Form) -> Response {
    let look = &visitor.look;
    let status = status_of(form);
    if caller.partial && status != StatusCode::OK {
        return (status, Html(form.render(look).into_string())).into_response();
    }
    let content = html! {
        h1 class="page-title" { (title) }
        @if let Some(intro) = intro { p class="page-subtitle" { (intro) } }
        (form.render(look))
    };
    let body = ui::shell::plain(look, visitor.appearance, title, None, &content);
    (status, Html(body.into_string())).into_response()
}

/// A sentence in place of a form, for nobody in particular.
pub fn plain_notice(visitor: &Visitor, title: &str, content: &Markup) -> Response {
    let content = html! { h1 class="page-title" { (title) } (content) };
    let body = ui::shell::plain(&visitor.look, visitor.appearance, title, None, &content);
    Html(body.into_string()).into_response()
}

/// The answer to a form that was wrong: the form again, alone for a script of the page, else with the way to it.
pub async fn again(
    ctx: &Ctx,
    caller: &Caller,
    title: &str,
    crumbs: &[(String, String)],
    form: &Form,
) -> Response {
    if caller.partial {
        return (StatusCode::UNPROCESSABLE_ENTITY, Html(form.render(&ctx.look).into_string()))
            .into_response();
    }
    let mut response = framed(ctx, title, crumbs, &[form.render(&ctx.look)], Fit::Narrow).await;
    *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    response
}

/// A page of somebody signed in, with the way to it.
pub async fn framed(
    ctx: &Ctx,
    title: &str,
    crumbs: &[(String, String)],
    parts: &[Markup],
    fit: Fit,
) -> Response {
    let head = PageHeader { title: title.to_owned(), crumbs: crumbs.to_vec(), ..PageHeader::default() };
    ctx.page(title, page(&head.render(&ctx.look), parts, fit)).await
}

/// A part of a page under a heading.
pub fn part(title: &str, hint: Option<&str>, content: &Markup) -> Markup {
    html! {
        section class="form-section" {
            h2 class="section-title" { (title) }
            @if let Some(hint) = hint { p class="section-hint" { (hint) } }
            (content)
        }
    }
}

/// Refuses everybody but administrators.
///
/// # Errors
/// Not found: whoever may not know of a page does not learn of it.
pub fn administrators_only(ctx: &Ctx) -> Result<(), Error> {
    if ctx.principal().access.administrator { Ok(()) } else { Err(Error::not_found()) }
}

/// Refuses programs: what lets somebody in is changed by people only.
///
/// # Errors
/// Denied.
pub fn people_only(ctx: &Ctx) -> Result<(), Error> {
    if ctx.session.scopes.is_none() { Ok(()) } else { Err(Error::denied()) }
}

/// The problems in an error of the engine; every other error goes on.
///
/// # Errors
/// Whatever is no matter of input.
pub fn problems_of(error: records::Error) -> Result<Vec<Problem>, Error> {
    match error {
        records::Error::Invalid(problems) => Ok(problems),
        records::Error::Denied(message) => Ok(vec![Problem::overall(message)]),
        other => Err(other.into()),
    }
}

fn status_of(form: &Form) -> StatusCode {
    let mut fields = form.sections.iter().flat_map(|section| &section.fields);
    let good = form.problems.is_empty() && fields.all(|field| field.problem.is_none());
    if good { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY }
}
