//! The page on which a lead is converted: what it may be already, and what it shall become.

use std::sync::Arc;

use app::App;
use axum::{
    Router,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use kernel::{Id, Message, Problem};
use maud::html;
use records::{Error as Refused, Record};
use ui::page::{Fit, PageHeader, page};
use web::{Ctx, Error, Fields, Path};

use super::{
    convert::{Conversion, Converted, DealPick, NewDeal, Pick, convert},
    form::{Asking, other_of, person_name},
    matches::{Match, Matches, matches},
};

pub fn routes() -> Router<Arc<App>> {
    Router::new().route("/leads/{id}/convert", get(form).post(run))
}

async fn form(ctx: Ctx, Path(id): Path<Id>) -> Result<Response, Error> {
    let (lead, found) = read(&ctx, id).await?;
    let given = suggested(&lead, &found);
    Ok(shown(&ctx, &lead, &found, &given, &[]).await)
}

async fn run(ctx: Ctx, Path(id): Path<Id>, fields: Fields) -> Result<Response, Error> {
    let wanted = match wish(&ctx, &fields) {
        Ok(wanted) => wanted,
        Err(problem) => return refused(&ctx, id, &fields, &[problem]).await,
    };
    let converted: Result<Converted, Refused> = ctx.write(move |writer| convert(writer, id, &wanted)).await;
    match converted {
        Ok(converted) => {
            let made =
                [("deals", converted.deal), ("people", converted.person), ("companies", converted.company)];
            let to = made.into_iter().find_map(|(plural, id)| id.map(|id| format!("/{plural}/{id}")));
            let to = to.unwrap_or_else(|| format!("/leads/{id}"));
            if !ctx.partial {
                return Ok(Redirect::to(&to).into_response());
            }
            Ok(([("hx-redirect", to)], html! {}).into_response())
        }
        Err(Refused::Invalid(problems)) => refused(&ctx, id, &fields, &problems).await,
        Err(error) => Err(error.into()),
    }
}

async fn read(ctx: &Ctx, id: Id) -> Result<(Record, Matches), Error> {
    ctx.read(move |reader| -> Result<_, Error> {
        let leads = reader.object("lead")?;
        Ok((reader.load(&leads, id)?, matches(reader, id)?))
    })
    .await
}

/// The surest match of each kind, or a new one; a company or a person only when the lead names one.
fn suggested(lead: &Record, found: &Matches) -> Fields {
    let first = |matches: &[Match]| matches.first().map_or("new".to_owned(), |found| found.id.to_string());
    let company = if lead.text("company_name").is_empty() && found.companies.is_empty() {
        "none".to_owned()
    } else {
        first(&found.companies)
    };
    let person = if person_name(lead).is_empty() && found.people.is_empty() {
        "none".to_owned()
    } else {
        first(&found.people)
    };
    let pairs = [("company", company), ("person", person), ("deal", "new".to_owned())];
    Fields(pairs.map(|(name, value)| (name.to_owned(), value)).to_vec())
}

async fn refused(ctx: &Ctx, id: Id, fields: &Fields, problems: &[Problem]) -> Result<Response, Error> {
    let (lead, found) = read(ctx, id).await?;
    let mut response = shown(ctx, &lead, &found, fields, problems).await;
    *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    Ok(response)
}

async fn shown(ctx: &Ctx, lead: &Record, found: &Matches, given: &Fields, problems: &[Problem]) -> Response {
    let look = &ctx.look;
    let registry = ctx.workspace.engine.registry();
    let currency = ctx.workspace.config.currency;
    let form =
        Asking { look, registry: &registry, currency, lead, found, given, problems }.form().render(look);
    if ctx.partial {
        return form.into_response();
    }
    let title = look.text_with(&Message::new("lead-convert-title").with("title", lead.title()));
    let head = PageHeader {
        title: title.clone(),
        icon: Some("arrow-left-right".to_owned()),
        crumbs: vec![
            (look.objects("lead", None), "/leads".to_owned()),
            (lead.title().to_owned(), format!("/leads/{}", lead.id())),
        ],
        subtitle: Some(look.text("lead-convert-hint")),
        ..PageHeader::default()
    };
    ctx.page(&title, page(&head.render(look), &[form], Fit::Narrow)).await
}

fn wish(ctx: &Ctx, fields: &Fields) -> Result<Conversion, Problem> {
    let existing = |name: &str, id: &str| {
        id.parse().map(Pick::Existing).map_err(|_| Problem::at(name, Message::new("problem-link")))
    };
    let pick = |name: &str| match fields.get(name) {
        None | Some("new" | "") => Ok(Pick::New),
        Some("none") => Ok(Pick::None),
        Some("other") => match fields.filled(&other_of(name)) {
            Some(id) => existing(name, id),
            None => Err(Problem::at(name, Message::new("lead-problem-which"))),
        },
        Some(id) => existing(name, id),
    };
    let deal = match fields.get("deal") {
        None | Some("none") => DealPick::None,
        Some(_) => {
            let currency = fields.filled("deal_amount_currency").and_then(|code| code.parse().ok());
            let amount = match fields.filled("deal_amount") {
                Some(typed) => Some(
                    ctx.look
                        .parse_money(typed, currency.or(Some(ctx.workspace.config.currency)))
                        .map_err(|message| Problem::at("amount", message))?,
                ),
                None => None,
            };
            let text = |name: &str| fields.filled(name).map(str::to_owned);
            DealPick::New(NewDeal { name: text("deal_name"), amount, pipeline: text("deal_pipeline") })
        }
    };
    Ok(Conversion { company: pick("company")?, person: pick("person")?, deal })
}
