//! The page behind a link: a new password.

use std::sync::Arc;

use app::App;
use axum::{Router, extract::Path, response::Response, routing::get};
use kernel::{Message, Problem};
use maud::html;
use ui::{Action, Go, bits::Empty, form::Form};
use web::{Error, Fields, Visitor};

use super::{owner, path_of};
use crate::{
    caller::Caller,
    form,
    password::{self, Replaced, replace_by_link},
};

pub fn routes() -> Router<Arc<App>> {
    Router::new().route("/reset/{secret}", get(show).post(replace))
}

/// `GET /reset/{secret}`: the form, for as long as the link is good.
async fn show(visitor: Visitor, caller: Caller, Path(secret): Path<String>) -> Result<Response, Error> {
    respond(visitor, caller, secret, Vec::new()).await
}

/// `POST /reset/{secret}`: the new password, and in.
async fn replace(
    visitor: Visitor,
    caller: Caller,
    Path(secret): Path<String>,
    fields: Fields,
) -> Result<Response, Error> {
    let (link, origin) = (secret.clone(), caller.origin.clone());
    let came = visitor.blocking(move |visitor| {
        replace_by_link(&visitor.workspace.engine, &link, fields.get("password").unwrap_or(""), &origin)
    });
    match came.await {
        Ok(Replaced::Done(opened)) => Ok(caller.let_in(&opened, "/")),
        Ok(Replaced::NoSuchLink) => respond(visitor, caller, secret, Vec::new()).await,
        Err(error) => {
            let problems = form::problems_of(error)?;
            respond(visitor, caller, secret, problems).await
        }
    }
}

async fn respond(
    visitor: Visitor,
    caller: Caller,
    secret: String,
    problems: Vec<Problem>,
) -> Result<Response, Error> {
    let look = visitor.look.clone();
    let title = look.text("identity-reset-title");
    let asked = secret.clone();
    let owner = visitor.blocking(move |visitor| {
        let engine = &visitor.workspace.engine;
        let now = engine.clock().now();
        engine.db().read(|tx| owner(tx, &asked, now))
    });
    let Some(owner) = owner.await.map_err(records::Error::from)? else {
        let empty = Empty {
            icon: "link-2".to_owned(),
            title: look.text("identity-link-gone"),
            hint: Some(look.text("identity-link-gone-hint")),
            actions: vec![Action::new(
                look.text("identity-sign-in"),
                "log-out",
                Go::Page("/sign-in".to_owned()),
            )],
        };
        return Ok(form::plain_notice(&visitor, &title, &html! { (empty.render(&look)) }));
    };
    let intro = look.text_with(&Message::new("identity-reset-intro").with("name", owner.name));
    let form = reset_form(&look, &secret, &problems);
    Ok(form::plain(&visitor, &caller, &title, Some(&intro), &form))
}

fn reset_form(look: &i18n::Reader, secret: &str, problems: &[Problem]) -> Form {
    let least = look.text_with(&Message::new("identity-password-help").with("min", password::LEAST_CHARS));
    let fields = vec![form::password(look, "password", "identity-new-password", "new-password").help(least)];
    form::simple(look, "reset", &path_of(secret), "identity-reset-do", fields, problems)
}
