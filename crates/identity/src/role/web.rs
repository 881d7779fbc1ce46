//! The pages where roles are made and edited: for administrators only.

use std::{collections::BTreeMap, sync::Arc};

use app::App;
use axum::{
    Router,
    extract::Path,
    response::{Html, IntoResponse, Response},
    routing::{get, post},
};
use kernel::{Id, Problem, Value};
use records::{Action, Draft, Record, Writer};
use ui::page::Fit;
use web::{Ctx, Error, Fields, Query};

use super::view::{self, Edited, Line};
use crate::{
    access::Directory,
    caller::Caller,
    form,
    grant::{EVERYTHING, GrantSpec, behaviour::problems},
};

pub fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/roles", get(show))
        .route("/roles/new", get(new_role).post(create))
        .route("/roles/check", post(check))
        .route("/roles/{id}", get(edit).post(save))
}

/// `GET /roles`: all roles, how many people hold each, and what is wrong with their grants.
async fn show(ctx: Ctx) -> Result<Response, Error> {
    form::administrators_only(&ctx)?;
    let registry = ctx.workspace.engine.registry();
    let (lines, faults) = ctx
        .read(move |reader| -> Result<_, records::Error> {
            let directory = Directory::load(reader.tx(), &registry)?;
            let holders = super::holders(reader.tx())?;
            let query = records::ListQuery::new(&reader.object("role")?)
                .sort(vec![records::Sort::parse("name")])
                .limit(kernel::limits::PAGE_RECORDS);
            let lines = reader
                .list(&query)?
                .records
                .into_iter()
                .map(|record| Line { holders: holders.get(&record.id()).copied().unwrap_or(0), record });
            Ok((lines.collect::<Vec<_>>(), directory.faults))
        })
        .await?;
    let title = ctx.look.objects("role", None);
    Ok(ctx.page(&title, view::overview(&ctx.look, &lines, &faults)).await)
}

/// `GET /roles/new`.
async fn new_role(ctx: Ctx) -> Result<Response, Error> {
    form::administrators_only(&ctx)?;
    let form = view::new_form(&ctx.look, &Fields::default(), &[]);
    let title = ctx.look.text("identity-role-new");
    Ok(form::framed(&ctx, &title, &crumbs(&ctx), &[form.render(&ctx.look)], Fit::Narrow).await)
}

/// `POST /roles/new`: an empty role, to be filled on its page.
async fn create(ctx: Ctx, caller: Caller, fields: Fields) -> Result<Response, Error> {
    form::administrators_only(&ctx)?;
    let sent = fields.clone();
    let saved = ctx.write(move |writer| {
        let draft = Draft::new(&writer.object("role")?)
            .with("name", sent.get("name").unwrap_or(""))
            .with("description", sent.filled("description"));
        writer.save(draft)
    });
    match saved.await {
        Ok(saved) => Ok(caller.go(&format!("/roles/{}", saved.id))),
        Err(error) => {
            let problems = form::problems_of(error)?;
            let form = view::new_form(&ctx.look, &fields, &problems);
            Ok(form::again(&ctx, &caller, &ctx.look.text("identity-role-new"), &crumbs(&ctx), &form).await)
        }
    }
}

/// `GET /roles/{id}`: the matrix of objects and actions, the rules, the fields.
async fn edit(ctx: Ctx, Path(id): Path<Id>) -> Result<Response, Error> {
    form::administrators_only(&ctx)?;
    let (record, specs) = ctx.blocking(move |ctx| standing(ctx, id)).await?;
    let registry = ctx.workspace.engine.registry();
    let edited = Edited::standing(&record, specs);
    let form = view::role_form(&ctx.look, &registry, id, &edited, &[]);
    let title = record.title().to_owned();
    Ok(form::framed(&ctx, &title, &crumbs(&ctx), &[form], Fit::Flow).await)
}

/// `POST /roles/{id}`: everything at once, or nothing.
async fn save(ctx: Ctx, caller: Caller, Path(id): Path<Id>, fields: Fields) -> Result<Response, Error> {
    form::administrators_only(&ctx)?;
    let registry = ctx.workspace.engine.registry();
    let edited = sent(&registry, &fields);
    let wanted = edited.clone();
    match ctx.write(move |writer| store(writer, id, &wanted)).await {
        Ok(()) => Ok(caller.go("/roles")),
        Err(error) => {
            let problems = form::problems_of(error)?;
            let form = view::role_form(&ctx.look, &registry, id, &edited, &problems);
            if caller.partial {
                let status = axum::http::StatusCode::UNPROCESSABLE_ENTITY;
                return Ok((status, Html(form.into_string())).into_response());
            }
            Ok(form::framed(&ctx, &edited.name, &crumbs(&ctx), &[form], Fit::Flow).await)
        }
    }
}

/// `POST /roles/check?object=&field=`: what is wrong with a rule, while it is typed.
async fn check(ctx: Ctx, query: Query, fields: Fields) -> Result<Response, Error> {
    form::administrators_only(&ctx)?;
    let (object, field) = (query.get("object").unwrap_or(""), query.get("field").unwrap_or(""));
    let text = fields.filled(&view::control(object, field)).map(str::to_owned);
    let mut spec = GrantSpec { object: object.to_owned(), ..GrantSpec::default() };
    match field {
        "rows" => spec.rows = text,
        _ => spec.editable = text,
    }
    let registry = ctx.workspace.engine.registry();
    let found: Vec<String> =
        problems(&registry, &spec).iter().map(|(_, message)| ctx.look.text_with(message)).collect();
    Ok(Html(view::checked(&found).into_string()).into_response())
}

fn crumbs(ctx: &Ctx) -> Vec<(String, String)> {
    vec![(ctx.look.objects("role", None), "/roles".to_owned())]
}

type Standing = (Record, BTreeMap<String, GrantSpec>);

fn standing(ctx: &Ctx, id: Id) -> Result<Standing, records::Error> {
    ctx.workspace.engine.read(ctx.principal(), |reader| {
        let object = reader.object("role")?;
        let record = reader.load(&object, id)?;
        let grants = super::grants(reader.tx(), id)?;
        Ok((record, grants.into_iter().map(|(_, spec)| (spec.object.clone(), spec)).collect()))
    })
}

/// The form as it was sent.
fn sent(registry: &metadata::Registry, fields: &Fields) -> Edited {
    let mut specs = BTreeMap::new();
    let names = registry.objects().map(|object| object.name.as_str());
    for object in names.chain([EVERYTHING]) {
        let text = |field: &str| fields.filled(&view::control(object, field)).map(str::to_owned);
        let list = |field: &str| form::chosen(fields, &view::control(object, field));
        let spec = GrantSpec {
            object: object.to_owned(),
            actions: list("actions").into_iter().filter(|name| Action::parse(name).is_some()).collect(),
            rows: text("rows"),
            editable: text("editable"),
            hidden: list("hidden"),
            locked: list("locked"),
        };
        if spec != (GrantSpec { object: object.to_owned(), ..GrantSpec::default() }) {
            specs.insert(object.to_owned(), spec);
        }
    }
    Edited {
        name: fields.get("name").unwrap_or("").to_owned(),
        description: fields.get("description").unwrap_or("").to_owned(),
        administrator: form::ticked(fields, "administrator"),
        specs,
    }
}

/// Saves the role and brings its grants to what is wanted; problems carry the object before the field's name.
fn store(writer: &mut Writer<'_, '_>, id: Id, wanted: &Edited) -> Result<(), records::Error> {
    let draft = Draft::change(&writer.object("role")?, id)
        .with("name", wanted.name.as_str())
        .with("description", wanted.description.as_str())
        .with("administrator", wanted.administrator);
    writer.save(draft)?;
    let object = writer.object("grant")?;
    let standing = super::grants(writer.tx(), id)?;
    for (grant, spec) in &standing {
        if !wanted.specs.contains_key(&spec.object) {
            writer.delete(&object, *grant)?;
        }
    }
    let mut found = Vec::new();
    for spec in wanted.specs.values() {
        let known = standing.iter().find(|(_, known)| known.object == spec.object);
        if known.is_some_and(|(_, known)| same(known, spec)) {
            continue;
        }
        let draft = known.map_or_else(|| Draft::new(&object), |(grant, _)| Draft::change(&object, *grant));
        let list = |names: &[String]| Value::List(names.iter().map(|name| name.as_str().into()).collect());
        let draft = draft
            .with("role", id)
            .with("object", spec.object.as_str())
            .with("actions", list(&spec.actions))
            .with("rows", spec.rows.as_deref())
            .with("editable", spec.editable.as_deref())
            .with("hidden", list(&spec.hidden))
            .with("locked", list(&spec.locked));
        match writer.save(draft) {
            Err(records::Error::Invalid(problems)) => {
                found.extend(problems.into_iter().map(|problem| Problem {
                    field: problem.field.map(|field| view::control(&spec.object, &field)),
                    message: problem.message,
                }))
            }
            Err(error) => return Err(error),
            Ok(_) => {}
        }
    }
    if found.is_empty() { Ok(()) } else { Err(records::Error::Invalid(found)) }
}

/// Whether two say the same; the order of actions and fields says nothing.
fn same(one: &GrantSpec, other: &GrantSpec) -> bool {
    let sorted = |names: &[String]| {
        let mut names = names.to_vec();
        names.sort();
        names
    };
    one.rows == other.rows
        && one.editable == other.editable
        && sorted(&one.actions) == sorted(&other.actions)
        && sorted(&one.hidden) == sorted(&other.hidden)
        && sorted(&one.locked) == sorted(&other.locked)
}

impl Edited {
    /// The role as it is stored.
    pub fn standing(record: &Record, specs: BTreeMap<String, GrantSpec>) -> Edited {
        Edited {
            name: record.text("name").to_owned(),
            description: record.text("description").to_owned(),
            administrator: record.get("administrator").as_bool() == Some(true),
            specs,
        }
    }
}
