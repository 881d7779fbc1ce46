//! The pages for signing in and out.

use std::sync::Arc;

use app::App;
use axum::{
    Router,
    response::Response,
    routing::{get, post},
};
use i18n::Reader;
use kernel::{Message, Problem};
use ui::{
    form::Form,
    input::{Field, Input},
};
use web::{Ctx, Error, Fields, Query, Visitor};

use super::{Answer, Attempt, sign_in};
use crate::{
    caller::{Caller, own_path},
    form, session, setup,
};

pub fn routes() -> Router<Arc<App>> {
    Router::new().route("/sign-in", get(show).post(enter)).route("/sign-out", post(leave))
}

/// `GET /sign-in?then=`: the form; the setup page while there is nobody who could sign in.
async fn show(visitor: Visitor, ctx: Option<Ctx>, caller: Caller, query: Query) -> Result<Response, Error> {
    if ctx.is_some() {
        return Ok(caller.go(own_path(query.get("then"))));
    }
    if visitor.blocking(|visitor| setup::is_needed(&visitor.workspace.engine)).await? {
        return Ok(caller.go("/setup"));
    }
    let form = sign_in_form(&visitor.look, "", query.get("then"), &[]);
    Ok(answer(&visitor, &caller, &form))
}

/// `POST /sign-in`: a session, or the form again without a word about what was wrong.
async fn enter(visitor: Visitor, caller: Caller, fields: Fields) -> Result<Response, Error> {
    let (sent, origin) = (fields.clone(), caller.origin.clone());
    let came = visitor.blocking(move |visitor| {
        let attempt = Attempt {
            email: sent.get("email").unwrap_or(""),
            password: sent.get("password").unwrap_or(""),
            origin: &origin,
        };
        sign_in(&visitor.workspace.engine, &attempt)
    });
    let then = fields.get("then");
    let message = match came.await? {
        Answer::In(opened) => return Ok(caller.let_in(&opened, own_path(then))),
        Answer::MustChange(path) => return Ok(caller.go(&path)),
        Answer::Refused => Message::new("identity-refused"),
        Answer::Wait(seconds) => wait(seconds),
    };
    let form =
        sign_in_form(&visitor.look, fields.get("email").unwrap_or(""), then, &[Problem::overall(message)]);
    Ok(answer(&visitor, &caller, &form))
}

/// `POST /sign-out`.
async fn leave(ctx: Ctx, caller: Caller) -> Result<Response, Error> {
    let origin = caller.origin.clone();
    ctx.blocking(move |ctx| session::sign_out(&ctx.workspace.engine, ctx.session.session, &origin)).await?;
    Ok(caller.let_out("/sign-in"))
}

/// How long to wait, in minutes from two on.
pub fn wait(seconds: i64) -> Message {
    if seconds < 120 {
        Message::new("identity-wait-seconds").with("count", seconds)
    } else {
        Message::new("identity-wait-minutes").with("count", (seconds + 59) / 60)
    }
}

fn sign_in_form(look: &Reader, email: &str, then: Option<&str>, problems: &[Problem]) -> Form {
    let mut address =
        Field::new("email", look.text("user--email"), Input::Email { value: email.to_owned() }).required();
    address.autofocus = email.is_empty() && problems.is_empty();
    let fields = vec![address, form::password(look, "password", "identity-password", "current-password")];
    let mut form = form::simple(look, "sign-in", "/sign-in", "identity-sign-in", fields, problems);
    form.hidden = then.map(|then| ("then".to_owned(), own_path(Some(then)).to_owned())).into_iter().collect();
    form
}

fn answer(visitor: &Visitor, caller: &Caller, form: &Form) -> Response {
    form::plain(visitor, caller, &visitor.look.text("identity-sign-in-title"), None, form)
}
