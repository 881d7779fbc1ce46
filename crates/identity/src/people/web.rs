//! Handlers of the administration of people: for administrators only.

use std::sync::Arc;

use app::App;
use axum::{
    Router,
    extract::Path,
    http::StatusCode,
    response::{Html, IntoResponse, Response},
    routing::{get, post},
};
use kernel::{Id, Problem, Value};
use maud::Markup;
use records::{Cursor, Draft, ListQuery, Record, Sort};
use ui::page::Fit;
use web::{Ctx, Error, Fields, Query};

use super::view::{self, Choices, Known, Users};
use crate::{
    caller::Caller,
    event, form, one_time, session, token,
    user::{self, NewUser, RoleName},
};

/// Users that are shown at a time.
const PAGE: usize = 50;

pub fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/people-and-teams", get(show))
        .route("/people-and-teams/rows", get(more))
        .route("/people-and-teams/new", get(new_user).post(create))
        // Wherever a user can be made, they get the link by which they choose a password.
        .route("/users/new", get(new_user).post(create))
        .route("/people-and-teams/{id}", get(show_user).post(save))
        .route("/people-and-teams/{id}/reset-link", post(reset_link))
        .route("/people-and-teams/{id}/sign-out", post(sign_out))
        .route("/people-and-teams/{id}/tokens/{token}/revoke", post(revoke_token))
}

/// `GET /people-and-teams`.
async fn show(ctx: Ctx) -> Result<Response, Error> {
    form::administrators_only(&ctx)?;
    let (users, teams) = ctx
        .read(|reader| -> Result<_, records::Error> { Ok((users(reader, None)?, all(reader, "team")?)) })
        .await?;
    let title = ctx.look.text("identity-people-title");
    Ok(ctx.page(&title, view::overview(&ctx.look, &users, &teams)).await)
}

/// `GET /people-and-teams/rows?after=…`: the users that follow.
async fn more(ctx: Ctx, query: Query) -> Result<Markup, Error> {
    form::administrators_only(&ctx)?;
    let after = query.get("after").and_then(Cursor::parse);
    let users = ctx.read(move |reader| users(reader, after)).await?;
    Ok(view::more_users(&ctx.look, &users))
}

/// `GET /people-and-teams/new`.
async fn new_user(ctx: Ctx) -> Result<Response, Error> {
    form::administrators_only(&ctx)?;
    let choices = ctx.blocking(choices).await?;
    let form = view::new_form(&ctx.look, &choices, &Fields::default(), &[]);
    let title = ctx.look.text("identity-user-new");
    Ok(form::framed(&ctx, &title, &crumbs(&ctx), &[form.render(&ctx.look)], Fit::Narrow).await)
}

/// `POST /people-and-teams/new`: the user, and the link by which they choose a password.
async fn create(ctx: Ctx, caller: Caller, fields: Fields) -> Result<Response, Error> {
    form::administrators_only(&ctx)?;
    form::people_only(&ctx)?;
    let (sent, origin) = (fields.clone(), caller.origin.clone());
    let created = ctx.blocking(move |ctx| {
        let new = NewUser {
            name: sent.get("name").unwrap_or("").to_owned(),
            email: sent.get("email").unwrap_or("").to_owned(),
            password: None,
            roles: ids(&sent, "roles").into_iter().map(RoleName::Id).collect(),
            team: sent.filled("team").and_then(|team| team.parse().ok()),
            job_title: sent.filled("job_title").map(str::to_owned),
        };
        user::create(&ctx.workspace.engine, ctx.principal(), &new, &origin)
    });
    match created.await {
        Ok(created) => {
            let link = caller.address_of(created.link.as_deref().unwrap_or("/"));
            let shown = view::link(&ctx.look, created.user, &link);
            Ok(piece_or_page(&ctx, &caller, "identity-user-new", shown).await)
        }
        Err(error) => {
            let problems = form::problems_of(error)?;
            let choices = ctx.blocking(choices).await?;
            let form = view::new_form(&ctx.look, &choices, &fields, &problems);
            Ok(form::again(&ctx, &caller, &ctx.look.text("identity-user-new"), &crumbs(&ctx), &form).await)
        }
    }
}

/// `GET /people-and-teams/{id}`.
async fn show_user(ctx: Ctx, Path(id): Path<Id>) -> Result<Response, Error> {
    form::administrators_only(&ctx)?;
    let (choices, known) =
        ctx.blocking(move |ctx| Ok::<_, records::Error>((choices(ctx)?, known(ctx, id)?))).await?;
    let look = &ctx.look;
    let parts = [view::user_form(look, &choices, &known, None, &[]).render(look), view::access(look, &known)];
    let title = known.record.title().to_owned();
    Ok(form::framed(&ctx, &title, &crumbs(&ctx), &parts, Fit::Narrow).await)
}

/// `POST /people-and-teams/{id}`.
async fn save(ctx: Ctx, caller: Caller, Path(id): Path<Id>, fields: Fields) -> Result<Response, Error> {
    form::administrators_only(&ctx)?;
    let sent = fields.clone();
    let saved = ctx.write(move |writer| {
        let object = writer.object("user")?;
        let mut draft = Draft::change(&object, id);
        for name in ["name", "email", "job_title", "phone"] {
            draft.put(name, sent.filled(name).map_or(Value::Null, Value::from));
        }
        for name in ["team", "reports_to"] {
            match sent.filled(name).map(str::parse::<Id>) {
                Some(Ok(link)) => draft.put(name, link),
                Some(Err(_)) => {
                    draft.add_problem(Problem::at(name, kernel::Message::new("problem-not-found")))
                }
                None => draft.put(name, Value::Null),
            }
        }
        draft.put("active", form::ticked(&sent, "active"));
        if let Some(position) = object.position("roles") {
            draft.put_members(position, ids(&sent, "roles"));
        }
        writer.save(draft)
    });
    match saved.await {
        Ok(_) => Ok(caller.go("/people-and-teams")),
        Err(error) => {
            let problems = form::problems_of(error)?;
            let (choices, known) =
                ctx.blocking(move |ctx| Ok::<_, records::Error>((choices(ctx)?, known(ctx, id)?))).await?;
            let form = view::user_form(&ctx.look, &choices, &known, Some(&fields), &problems);
            Ok(form::again(&ctx, &caller, known.record.title(), &crumbs(&ctx), &form).await)
        }
    }
}

/// `POST /people-and-teams/{id}/reset-link`: a link to a new password, shown to be passed on.
async fn reset_link(ctx: Ctx, caller: Caller, Path(id): Path<Id>) -> Result<Response, Error> {
    form::administrators_only(&ctx)?;
    form::people_only(&ctx)?;
    let origin = caller.origin.clone();
    let link = ctx.blocking(move |ctx| {
        one_time::reset_link(&ctx.workspace.engine, id, Some(ctx.session.user), &origin)
    });
    let shown = view::link(&ctx.look, id, &caller.address_of(&link.await?));
    Ok(piece_or_page(&ctx, &caller, "identity-reset-link", shown).await)
}

/// `POST /people-and-teams/{id}/sign-out`: out everywhere.
async fn sign_out(ctx: Ctx, caller: Caller, Path(id): Path<Id>) -> Result<Response, Error> {
    form::administrators_only(&ctx)?;
    let origin = caller.origin.clone();
    let out = ctx.blocking(move |ctx| {
        session::sign_out_everywhere(&ctx.workspace.engine, id, None, Some(ctx.session.user), &origin)
    });
    out.await?;
    Ok(caller.go(&format!("/people-and-teams/{id}")))
}

/// `POST /people-and-teams/{id}/tokens/{token}/revoke`.
async fn revoke_token(
    ctx: Ctx,
    caller: Caller,
    Path((id, token)): Path<(Id, Id)>,
) -> Result<Response, Error> {
    form::administrators_only(&ctx)?;
    let origin = caller.origin.clone();
    let revoked = ctx.blocking(move |ctx| {
        token::revoke(&ctx.workspace.engine, id, token, Some(ctx.session.user), &origin)
    });
    revoked.await?;
    Ok(caller.go(&format!("/people-and-teams/{id}")))
}

async fn piece_or_page(ctx: &Ctx, caller: &Caller, title: &str, shown: Markup) -> Response {
    if caller.partial {
        return (StatusCode::OK, Html(shown.into_string())).into_response();
    }
    form::framed(ctx, &ctx.look.text(title), &crumbs(ctx), &[shown], Fit::Narrow).await
}

fn crumbs(ctx: &Ctx) -> Vec<(String, String)> {
    vec![(ctx.look.text("identity-people-title"), "/people-and-teams".to_owned())]
}

/// What can be chosen for a user.
fn choices(ctx: &Ctx) -> Result<Choices, records::Error> {
    ctx.workspace.engine.read(ctx.principal(), |reader| {
        let mut named = |object: &str| -> Result<Vec<(Id, String)>, records::Error> {
            Ok(all(reader, object)?.iter().map(|record| (record.id(), record.title().to_owned())).collect())
        };
        Ok(Choices { users: named("user")?, teams: named("team")?, roles: named("role")? })
    })
}

/// What is known of a user.
fn known(ctx: &Ctx, id: Id) -> Result<Known, records::Error> {
    let engine = &ctx.workspace.engine;
    let now = engine.clock().now();
    engine.read(ctx.principal(), |reader| {
        let object = reader.object("user")?;
        let record = reader.load(&object, id)?;
        let tx = reader.tx();
        let tokens = token::list(tx, id)?.into_iter().filter(|token| token.is_alive(now)).collect();
        Ok(Known { record, sessions: session::list(tx, id, now)?, tokens })
    })
}

/// A page of users, by name.
fn users(reader: &mut records::Reader<'_, '_>, after: Option<Cursor>) -> Result<Users, records::Error> {
    let mut query = ListQuery::new(&reader.object("user")?).sort(vec![Sort::parse("title")]).limit(PAGE);
    let count = reader.count(&query)?;
    query.after = after;
    let found = reader.list(&query)?;
    let ids: Vec<Id> = found.records.iter().map(Record::id).collect();
    Ok(Users { found, count, sign_ins: event::last_sign_ins(reader.tx(), &ids)? })
}

/// All records of a small object, by name.
fn all(reader: &mut records::Reader<'_, '_>, object: &str) -> Result<Vec<Record>, records::Error> {
    let mut query = ListQuery::new(&reader.object(object)?)
        .sort(vec![Sort::parse("title")])
        .limit(kernel::limits::PAGE_RECORDS);
    let mut records = Vec::new();
    loop {
        let page = reader.list(&query)?;
        records.extend(page.records);
        match page.next {
            Some(next) => query.after = Some(next),
            None => return Ok(records),
        }
    }
}

fn ids(sent: &Fields, name: &str) -> Vec<Id> {
    sent.all(name).filter_map(|id| id.parse().ok()).collect()
}
