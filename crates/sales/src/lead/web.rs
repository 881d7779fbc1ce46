//! The page on which a lead is converted: what it may be already, and what it shall become.

use std::sync::Arc;

use app::App;
use axum::{
    Router,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use kernel::{Id, Message, Problem, Value};
use maud::html;
use records::{Error as Refused, Record};
use ui::{
    form::{Form, Layout, Section},
    input::{ChoiceOption, Field, Input},
    page::{Fit, PageHeader, page},
};
use web::{Ctx, Error, Fields, Path};

use super::{
    convert::{Conversion, Converted, DealPick, NewDeal, Pick, convert},
    matches::{By, Match, Matches, matches},
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
    let problem = |name: &str| {
        problems
            .iter()
            .find(|problem| problem.field.as_deref() == Some(name))
            .map(|problem| look.problem(problem))
    };
    let choice = |name: &str, object: &str, made: &str, matches: &[Match]| {
        let options = options(look, name, made, matches);
        let value = given.get(name).map(str::to_owned);
        Field::new(name, look.object(object, None), Input::Choice { value, options, radio: true })
            .problem(problem(name))
    };
    let pipelines = registry.object("deal").and_then(|deals| {
        let field = deals.field("pipeline")?;
        let options = field.kind.choice()?.offered(None).map(|option| {
            ChoiceOption::new(
                option.name.clone(),
                look.option("deal", "pipeline", &option.name, option.label.as_deref()),
            )
        });
        Some(options.collect::<Vec<_>>())
    });
    let pipelines = pipelines.unwrap_or_default();
    let deal_options = vec![
        ChoiceOption::new("new", look.text("lead-convert-deal-new")),
        ChoiceOption::new("none", look.text("lead-convert-deal-none")),
    ];
    let name = given.get("deal_name").map_or_else(|| deal_name(lead), str::to_owned);
    let currency = ctx.workspace.config.currency.code().to_owned();
    let deal = vec![
        Field::new(
            "deal",
            look.object("deal", None),
            Input::Choice { value: given.get("deal").map(str::to_owned), options: deal_options, radio: true },
        )
        .problem(problem("deal")),
        Field::new("deal_name", look.field("deal", "name", None), Input::text(name)).problem(problem("name")),
        Field::new(
            "deal_amount",
            look.field("deal", "amount", None),
            Input::Money {
                amount: given.get("deal_amount").unwrap_or("").to_owned(),
                currency: given.get("deal_amount_currency").unwrap_or(&currency).to_owned(),
                currencies: vec![currency.clone(), "EUR".to_owned(), "GBP".to_owned()],
            },
        )
        .problem(problem("amount")),
        Field::new(
            "deal_pipeline",
            look.field("deal", "pipeline", None),
            Input::Choice {
                value: given
                    .get("deal_pipeline")
                    .map(str::to_owned)
                    .or_else(|| pipelines.first().map(|first| first.value.clone())),
                options: pipelines,
                radio: false,
            },
        ),
    ];
    let elsewhere = problems.iter().filter(|problem| {
        !matches!(problem.field.as_deref(), Some("company" | "person" | "deal" | "name" | "amount"))
    });
    let section = |fields: Vec<Field>| Section { fields, layout: Layout::OneColumn, ..Section::default() };
    let form = Form {
        id: "convert".to_owned(),
        action: format!("/leads/{}/convert", lead.id()),
        sections: vec![
            section(vec![choice("company", "company", lead.text("company_name"), &found.companies)]),
            section(vec![choice("person", "person", &person_name(lead), &found.people)]),
            section(deal),
        ],
        problems: elsewhere.map(|problem| look.problem(problem)).collect(),
        submit: look.text("lead-action-convert"),
        cancel: Some(format!("/leads/{}", lead.id())),
        ..Form::default()
    };
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
    let form = form.render(look);
    if ctx.partial {
        return form.into_response();
    }
    ctx.page(&title, page(&head.render(look), &[form], Fit::Narrow)).await
}

/// The matches with what they have in common, then a new one called `made` where the lead names it, then none.
fn options(look: &i18n::Reader, name: &str, made: &str, matches: &[Match]) -> Vec<ChoiceOption> {
    let existing = matches.iter().map(|found| {
        let why = look.text(match found.by {
            By::Email => "lead-match-email",
            By::Person => "lead-match-person",
            By::Domain => "lead-match-domain",
            By::Phone => "lead-match-phone",
            By::Name => "lead-match-name",
        });
        ChoiceOption::new(found.id.to_string(), format!("{} · {why}", found.title))
    });
    let new = (!made.is_empty()).then(|| {
        let id = if name == "company" { "lead-convert-company-new" } else { "lead-convert-person-new" };
        let said = Message::new(id).with("name", made);
        ChoiceOption::new("new", look.text_with(&said))
    });
    let none = ChoiceOption::new("none", look.text(&format!("lead-convert-{name}-none")));
    existing.chain(new).chain([none]).collect()
}

/// What the deal is called unless another name is typed: as the company, or the person where there is none.
fn deal_name(lead: &Record) -> String {
    match lead.text("company_name") {
        "" => person_name(lead),
        company => company.to_owned(),
    }
}

fn person_name(lead: &Record) -> String {
    let Some(name) = lead.object.field("name") else { return String::new() };
    let parts = lead.parts(name).iter().filter_map(Value::as_text).filter(|part| !part.is_empty());
    parts.collect::<Vec<_>>().join(" ")
}

fn wish(ctx: &Ctx, fields: &Fields) -> Result<Conversion, Problem> {
    let pick = |name: &str| match fields.get(name) {
        None | Some("new" | "") => Ok(Pick::New),
        Some("none") => Ok(Pick::None),
        Some(id) => {
            id.parse().map(Pick::Existing).map_err(|_| Problem::at(name, Message::new("problem-link")))
        }
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
