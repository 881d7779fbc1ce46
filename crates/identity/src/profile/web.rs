//! Handlers of the own profile. All of it is for people: a token changes nothing here.

use std::sync::Arc;

use app::App;
use axum::{
    Router,
    extract::Path,
    http::{HeaderValue, header},
    response::{Html, IntoResponse, Response},
    routing::{get, post},
};
use jiff::SignedDuration;
use kernel::{Id, Message, Problem, Value};
use records::Draft;
use ui::{page::Fit, shell::Appearance};
use web::{Ctx, Error, Fields};

use super::view::{self, Standing};
use crate::{
    caller::Caller,
    form,
    password::{self, Changed},
    session, sign_in,
    token::{self, NewToken},
    user::{self, UserRow},
};

pub fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/profile", get(show).post(save))
        .route("/profile/password", post(change_password))
        .route("/profile/sessions/{id}/end", post(end_session))
        .route("/profile/sign-out-everywhere", post(sign_out_everywhere))
        .route("/profile/tokens", post(make_token))
        .route("/profile/tokens/{id}/revoke", post(revoke_token))
}

/// `GET /profile`.
async fn show(ctx: Ctx) -> Result<Response, Error> {
    form::people_only(&ctx)?;
    let standing = ctx.blocking(standing).await?;
    let look = &ctx.look;
    let parts = [
        view::profile_form(look, &standing.row, None, &[]).render(look),
        form::part(&look.text("identity-password-title"), None, &view::password_form(look, &[]).render(look)),
        view::sessions(look, &standing, ctx.session.session),
        view::tokens(look, &standing, ctx.principal().access.administrator),
    ];
    Ok(form::framed(&ctx, &look.text("identity-profile-title"), &[], &parts, Fit::Narrow).await)
}

/// `POST /profile`: name and preferences, saved like any record.
async fn save(ctx: Ctx, caller: Caller, fields: Fields) -> Result<Response, Error> {
    form::people_only(&ctx)?;
    let (user, sent) = (ctx.session.user, fields.clone());
    let saved = ctx.write(move |writer| {
        let mut draft = Draft::change(&writer.object("user")?, user);
        for name in ["name", "job_title", "phone", "locale", "zone", "theme", "density"] {
            if sent.has(name) {
                draft.put(name, sent.filled(name).map_or(Value::Null, Value::from));
            }
        }
        writer.save(draft)
    });
    match saved.await {
        Ok(_) => {
            let mut response = caller.go("/profile");
            if let Ok(cookie) = HeaderValue::from_str(&appearance(&ctx, &fields)) {
                response.headers_mut().append(header::SET_COOKIE, cookie);
            }
            Ok(response)
        }
        Err(error) => {
            let problems = form::problems_of(error)?;
            let standing = ctx.blocking(standing).await?;
            let form = view::profile_form(&ctx.look, &standing.row, Some(&fields), &problems);
            Ok(form::again(&ctx, &caller, &ctx.look.text("identity-profile-title"), &[], &form).await)
        }
    }
}

/// The cookie by which pages know how they look, with what was chosen.
fn appearance(ctx: &Ctx, sent: &Fields) -> String {
    let nav = if ctx.appearance.narrow { "narrow" } else { "wide" };
    let theme = sent.get("theme").filter(|theme| matches!(*theme, "light" | "dark")).unwrap_or("system");
    let density = sent.get("density").filter(|density| *density == "compact").unwrap_or("comfortable");
    format!("{}={theme}-{density}-{nav}; Path=/; SameSite=Lax; Max-Age=31536000", Appearance::COOKIE)
}

/// `POST /profile/password`: the session goes on under a new secret, all others end.
async fn change_password(ctx: Ctx, caller: Caller, fields: Fields) -> Result<Response, Error> {
    form::people_only(&ctx)?;
    let origin = caller.origin.clone();
    let came = ctx.blocking(move |ctx| {
        let (old, new) = (fields.get("old").unwrap_or(""), fields.get("password").unwrap_or(""));
        password::change(&ctx.workspace.engine, ctx.session.user, old, new, &origin)
    });
    let problems = match came.await {
        Ok(Changed::Done(opened)) => return Ok(caller.let_in(&opened, "/profile")),
        Ok(Changed::WrongPassword) => vec![Problem::at("old", Message::new("identity-old-password-wrong"))],
        Ok(Changed::Wait(seconds)) => vec![Problem::overall(sign_in::web::wait(seconds))],
        Err(error) => form::problems_of(error)?,
    };
    let form = view::password_form(&ctx.look, &problems);
    Ok(form::again(&ctx, &caller, &ctx.look.text("identity-password-title"), &crumbs(&ctx), &form).await)
}

/// `POST /profile/sessions/{id}/end`: one of the own.
async fn end_session(ctx: Ctx, caller: Caller, Path(id): Path<Id>) -> Result<Response, Error> {
    form::people_only(&ctx)?;
    let origin = caller.origin.clone();
    let ended = ctx.blocking(move |ctx| {
        let (engine, user) = (&ctx.workspace.engine, ctx.session.user);
        let now = engine.clock().now();
        let own = engine.db().read(|tx| session::list(tx, user, now))?;
        if !own.iter().any(|session| session.id == id) {
            return Err(records::Error::NotFound);
        }
        session::sign_out(engine, id, &origin)
    });
    ended.await?;
    Ok(caller.go("/profile"))
}

/// `POST /profile/sign-out-everywhere`: all sessions but this one.
async fn sign_out_everywhere(ctx: Ctx, caller: Caller) -> Result<Response, Error> {
    form::people_only(&ctx)?;
    let origin = caller.origin.clone();
    let ended = ctx.blocking(move |ctx| {
        let (user, this) = (ctx.session.user, ctx.session.session);
        session::sign_out_everywhere(&ctx.workspace.engine, user, Some(this), Some(user), &origin)
    });
    ended.await?;
    Ok(caller.go("/profile"))
}

/// `POST /profile/tokens`: the token, this once.
async fn make_token(ctx: Ctx, caller: Caller, fields: Fields) -> Result<Response, Error> {
    form::people_only(&ctx)?;
    let (sent, origin) = (fields.clone(), caller.origin.clone());
    let made = ctx.blocking(move |ctx| {
        let engine = &ctx.workspace.engine;
        let days = sent.filled("days").and_then(|days| days.parse::<i64>().ok()).filter(|days| *days > 0);
        let new = NewToken {
            name: sent.get("name").unwrap_or("").to_owned(),
            scopes: scopes(&sent),
            expires_at: days
                .map(|days| engine.clock().now() + SignedDuration::from_hours(24 * days.min(3_660))),
        };
        token::create(engine, ctx.session.user, &new, &origin)
    });
    let administrator = ctx.principal().access.administrator;
    match made.await {
        Ok((_, text)) => {
            let shown = view::new_token(&ctx.look, &text);
            if caller.partial {
                return Ok(Html(shown.into_string()).into_response());
            }
            let title = ctx.look.text("identity-tokens-title");
            Ok(form::framed(&ctx, &title, &crumbs(&ctx), &[shown], Fit::Narrow).await)
        }
        Err(error) => {
            let problems = form::problems_of(error)?;
            let form = view::token_form(&ctx.look, administrator, Some(&fields), &problems);
            Ok(form::again(&ctx, &caller, &ctx.look.text("identity-tokens-title"), &crumbs(&ctx), &form)
                .await)
        }
    }
}

/// The scopes that were ticked, and those that were typed.
fn scopes(sent: &Fields) -> Vec<String> {
    let mut scopes = form::chosen(sent, "scopes");
    let typed = sent.get("more_scopes").unwrap_or("").split([',', ' ']);
    scopes.extend(typed.filter(|scope| !scope.is_empty()).map(str::to_owned));
    scopes.sort();
    scopes.dedup();
    scopes
}

/// `POST /profile/tokens/{id}/revoke`.
async fn revoke_token(ctx: Ctx, caller: Caller, Path(id): Path<Id>) -> Result<Response, Error> {
    form::people_only(&ctx)?;
    let origin = caller.origin.clone();
    let revoked = ctx.blocking(move |ctx| {
        let user = ctx.session.user;
        token::revoke(&ctx.workspace.engine, user, id, Some(user), &origin)
    });
    revoked.await?;
    Ok(caller.go("/profile"))
}

fn standing(ctx: &Ctx) -> Result<Standing, records::Error> {
    let engine = &ctx.workspace.engine;
    let (user, now) = (ctx.session.user, engine.clock().now());
    engine.db().read(|tx| {
        let row: UserRow = user::find_row(tx, user)?.ok_or(records::Error::NotFound)?;
        let tokens = token::list(tx, user)?.into_iter().filter(|token| token.is_alive(now)).collect();
        Ok(Standing { row, sessions: session::list(tx, user, now)?, tokens })
    })
}

fn crumbs(ctx: &Ctx) -> [(String, String); 1] {
    [(ctx.look.text("identity-profile-title"), "/profile".to_owned())]
}
