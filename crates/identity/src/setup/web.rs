//! The page that makes the first administrator.

use std::sync::Arc;

use app::App;
use axum::{Router, response::Response, routing::get};
use i18n::Reader;
use kernel::{Message, Problem};
use ui::{
    form::Form,
    input::{Field, Input},
};
use web::{Error, Fields, Query, Visitor};

use super::{SetUp, is_needed, set_up};
use crate::{caller::Caller, form, password, sign_in};

pub fn routes() -> Router<Arc<App>> {
    Router::new().route("/setup", get(show).post(make))
}

/// `GET /setup?code=`: as long as there is no administrator.
async fn show(visitor: Visitor, caller: Caller, query: Query) -> Result<Response, Error> {
    if !visitor.blocking(|visitor| is_needed(&visitor.workspace.engine)).await? {
        return Ok(caller.go("/sign-in"));
    }
    let form = setup_form(&visitor.look, &query, &[]);
    Ok(answer(&visitor, &caller, &form))
}

/// `POST /setup`.
async fn make(visitor: Visitor, caller: Caller, fields: Fields) -> Result<Response, Error> {
    let (sent, origin) = (fields.clone(), caller.origin.clone());
    let came = visitor.blocking(move |visitor| {
        let get = |name: &str| sent.get(name).unwrap_or("");
        set_up(&visitor.workspace.engine, get("code"), get("name"), get("email"), get("password"), &origin)
    });
    let problems = match came.await {
        Ok(SetUp::Done(opened)) => return Ok(caller.let_in(&opened, "/")),
        Ok(SetUp::NotNeeded) => return Ok(caller.go("/sign-in")),
        Ok(SetUp::WrongCode) => vec![Problem::at("code", Message::new("identity-setup-code-wrong"))],
        Ok(SetUp::Wait(seconds)) => vec![Problem::overall(sign_in::web::wait(seconds))],
        Err(error) => form::problems_of(error)?,
    };
    let form = setup_form(&visitor.look, &fields, &problems);
    Ok(answer(&visitor, &caller, &form))
}

fn setup_form(look: &Reader, sent: &Fields, problems: &[Problem]) -> Form {
    let value = |name: &str| sent.get(name).unwrap_or("");
    let email = Input::Email { value: value("email").to_owned() };
    let least = look.text_with(&Message::new("identity-password-help").with("min", password::LEAST_CHARS));
    let mut code = form::text(look, "code", "identity-setup-code", value("code"), "one-time-code")
        .help(look.text("identity-setup-code-help"));
    code.autofocus = problems.is_empty();
    let fields = vec![
        code,
        form::text(look, "name", "user--name", value("name"), "name"),
        Field::new("email", look.text("user--email"), email).required(),
        form::password(look, "password", "identity-new-password", "new-password").help(least),
    ];
    form::simple(look, "setup", "/setup", "identity-setup-do", fields, problems)
}

fn answer(visitor: &Visitor, caller: &Caller, form: &Form) -> Response {
    let look = &visitor.look;
    form::plain(
        visitor,
        caller,
        &look.text("identity-setup-title"),
        Some(&look.text("identity-setup-intro")),
        form,
    )
}
