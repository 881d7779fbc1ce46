//! From a lead to company, person and deal, in one transaction.

use std::sync::Arc;

use kernel::{Id, Message, Money, Value};
use metadata::{Kind, Object, Origin, Outcome};
use records::{Draft, Error, ListQuery, Record, Writer};

/// What a lead is to become.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Conversion {
    pub company: Pick,
    pub person: Pick,
    pub deal: DealPick,
}

/// Which company or person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Pick {
    /// A new one, made of what the lead knows.
    #[default]
    New,
    /// One that is there; what is empty on it is filled from the lead.
    Existing(Id),
    None,
}

/// Which deal.
#[derive(Clone, Debug, PartialEq, Default)]
pub enum DealPick {
    New(NewDeal),
    Existing(Id),
    #[default]
    None,
}

/// What is said of a new deal; the rest follows from the lead.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct NewDeal {
    /// The company's or person's name, if none is given.
    pub name: Option<String>,
    pub amount: Option<Money>,
    /// An option of `pipeline`; the field's default, if none is given.
    pub pipeline: Option<String>,
}

/// What a lead became.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Converted {
    pub company: Option<Id>,
    pub person: Option<Id>,
    pub deal: Option<Id>,
}

/// Fields of a lead and where they go on a company.
const TO_COMPANY: [(&str, &str); 7] = [
    ("company_name", "name"),
    ("website", "website"),
    ("phone", "phone"),
    ("industry", "industry"),
    ("annual_revenue", "annual_revenue"),
    ("employees", "employees"),
    ("address", "billing"),
];

const TO_PERSON: [(&str, &str); 10] = [
    ("name", "name"),
    ("job_title", "job_title"),
    ("email", "email"),
    ("phone", "phone"),
    ("mobile", "mobile"),
    ("address", "mailing"),
    ("do_not_call", "do_not_call"),
    ("email_opt_out", "email_opt_out"),
    ("lead_source", "lead_source"),
    ("language", "language"),
];

const TO_DEAL: [(&str, &str); 2] = [("lead_source", "lead_source"), ("description", "description")];

/// Converts a lead: makes or finds company, person and deal, moves its activities to them, and closes it.
///
/// All of it happens, or nothing. Whoever converts needs the rights to make what is made and to change the lead.
///
/// # Errors
/// [`Error::Invalid`] when the lead is converted already or lacks the name that a new record needs, and with
/// what is wrong with the new records; [`Error::NotFound`] and [`Error::Denied`] as any save.
pub fn convert(writer: &mut Writer<'_, '_>, lead: Id, conversion: &Conversion) -> Result<Converted, Error> {
    let leads = writer.object("lead")?;
    let lead = writer.load(&leads, lead)?;
    if !lead.get("converted_at").is_null() {
        return Err(Error::invalid_field("status", Message::new("lead-problem-converted")));
    }
    let status = converted_status(&lead)?;
    let company = company(writer, &lead, conversion.company)?;
    let person = person(writer, &lead, conversion.person, company)?;
    let deal = deal(writer, &lead, &conversion.deal, company, person)?;
    let converted = Converted { company, person, deal };
    note_on_lead(writer, &lead, converted)?;
    // Whoever converts closes the lead with rights of their own.
    writer.save(Draft::change(&leads, lead.id()).with("status", status))?;
    move_activities(writer, &lead, converted)?;
    Ok(converted)
}

fn converted_status(lead: &Record) -> Result<String, Error> {
    let statuses = lead.object.field("status").and_then(|field| field.kind.choice());
    let status = statuses.and_then(|statuses| statuses.with_outcome(Some(Outcome::Won), None));
    let missing = || Error::invalid_field("status", Message::new("lead-problem-no-status"));
    status.map(|status| status.name.clone()).ok_or_else(missing)
}

fn company(writer: &mut Writer<'_, '_>, lead: &Record, pick: Pick) -> Result<Option<Id>, Error> {
    let companies = writer.object("company")?;
    match pick {
        Pick::None => Ok(None),
        Pick::Existing(id) => complete(writer, &companies, id, lead, &TO_COMPANY, &[]).map(Some),
        Pick::New if lead.text("company_name").is_empty() => {
            Err(Error::invalid_field("company_name", Message::new("lead-problem-no-company")))
        }
        Pick::New => {
            let draft = made_of(lead, Draft::new(&companies), None, &TO_COMPANY);
            Ok(Some(writer.save(draft)?.id))
        }
    }
}

fn person(
    writer: &mut Writer<'_, '_>,
    lead: &Record,
    pick: Pick,
    company: Option<Id>,
) -> Result<Option<Id>, Error> {
    let people = writer.object("person")?;
    match pick {
        Pick::None => Ok(None),
        Pick::Existing(id) => {
            complete(writer, &people, id, lead, &TO_PERSON, &[("company", company)]).map(Some)
        }
        Pick::New if !has_name(lead) => {
            Err(Error::invalid_field("name", Message::new("lead-problem-no-person")))
        }
        Pick::New => {
            let draft = made_of(lead, Draft::new(&people), None, &TO_PERSON).with("company", company);
            Ok(Some(writer.save(draft)?.id))
        }
    }
}

fn deal(
    writer: &mut Writer<'_, '_>,
    lead: &Record,
    pick: &DealPick,
    company: Option<Id>,
    person: Option<Id>,
) -> Result<Option<Id>, Error> {
    let deals = writer.object("deal")?;
    let new = match pick {
        DealPick::None => return Ok(None),
        DealPick::Existing(id) => {
            let links = [("company", company), ("person", person)];
            return complete(writer, &deals, *id, lead, &TO_DEAL, &links).map(Some);
        }
        DealPick::New(new) => new,
    };
    let mut draft =
        made_of(lead, Draft::new(&deals), None, &TO_DEAL).with("company", company).with("person", person);
    if let Some(name) = &new.name {
        draft.put("name", name.as_str());
    }
    if let Some(amount) = new.amount {
        draft.put("amount", amount.amount);
        draft.put("amount.currency", amount.currency.code());
    }
    if let Some(pipeline) = &new.pipeline {
        draft.put("pipeline", pipeline.as_str());
    }
    if new.name.is_none() && company.is_none() && person.is_none() {
        draft.put("name", lead.title());
    }
    Ok(Some(writer.save(draft)?.id))
}

fn has_name(lead: &Record) -> bool {
    lead.object.field("name").is_some_and(|name| lead.parts(name).iter().any(|part| !part.is_empty()))
}

/// A draft of a record that has what the lead has: the fields named, and customers' own fields of the same name
/// and kind. On a `standing` record only what is empty is filled.
fn made_of(lead: &Record, mut draft: Draft, standing: Option<&Record>, named: &[(&str, &str)]) -> Draft {
    let target = Arc::clone(&draft.object);
    let custom = lead.object.fields.iter().filter(|field| field.origin == Origin::Custom);
    let custom = custom.map(|field| (field.name.as_str(), field.name.as_str()));
    let also = [("tags", "tags"), ("owner", "owner")];
    for (from, to) in named.iter().copied().chain(also).chain(custom) {
        let (Some(from), Some(to)) = (lead.object.field(from), target.field(to)) else { continue };
        // A file belongs to one record.
        let is_file = matches!(from.kind, Kind::File { .. });
        let fits =
            !is_file && from.kind == to.kind || from.kind.choice().is_some() && to.kind.choice().is_some();
        let is_free = standing.is_none_or(|record| record.parts(to).iter().all(Value::is_empty));
        if !fits || !is_free || !lead.shows(from) {
            continue;
        }
        for (column, value) in to.columns.clone().zip(lead.parts(from)) {
            let known = to.kind.choice().is_none_or(|choice| {
                value.as_text().is_none_or(|name| choice.option(name).is_some_and(|option| !option.retired))
            });
            if known && !value.is_null() {
                draft.put_column(column, value.clone());
            }
        }
    }
    draft
}

/// Fills what is empty on an existing record, if anything is.
fn complete(
    writer: &mut Writer<'_, '_>,
    object: &Arc<Object>,
    id: Id,
    lead: &Record,
    named: &[(&str, &str)],
    links: &[(&str, Option<Id>)],
) -> Result<Id, Error> {
    let standing = writer.load(object, id)?;
    let mut draft = made_of(lead, Draft::change(object, id), Some(&standing), named);
    for (link, to) in links {
        if standing.link(link).is_none() && to.is_some() {
            draft.put(link, *to);
        }
    }
    // Matching with a record is no change of it: one that may only be seen is left as it is.
    match writer.save(draft) {
        Ok(_) | Err(Error::Denied(_)) => Ok(id),
        Err(error) => Err(error),
    }
}

/// Writes on the lead what it became, and on the deal where it came from: both are closed to people.
fn note_on_lead(writer: &mut Writer<'_, '_>, lead: &Record, converted: Converted) -> Result<(), Error> {
    let now = writer.now();
    writer.as_system(|writer| {
        let draft = Draft::change(&lead.object, lead.id())
            .with("converted_at", now)
            .with("converted_company", converted.company)
            .with("converted_person", converted.person)
            .with("converted_deal", converted.deal);
        writer.save(draft)?;
        if let Some(deal) = converted.deal {
            let deals = writer.object("deal")?;
            writer.save(Draft::change(&deals, deal).with("lead", lead.id()))?;
        }
        Ok(())
    })
}

/// Hands over whatever is about the lead to the deal, or else the person, or else the company.
fn move_activities(writer: &mut Writer<'_, '_>, lead: &Record, converted: Converted) -> Result<(), Error> {
    let targets = [("deal", converted.deal), ("person", converted.person), ("company", converted.company)];
    let Some((to, id)) = targets.into_iter().find_map(|(object, id)| Some((object, id?))) else {
        return Ok(());
    };
    writer.as_system(|writer| {
        let registry = Arc::clone(writer.registry());
        let about = registry.incoming("lead");
        let about = about.filter(|(_, link)| {
            matches!(&link.kind, metadata::Kind::LinkAny(kinds) if kinds.iter().any(|kind| kind == to))
        });
        for (object, link) in about {
            move_links(writer, object, &link.name, lead.id(), (to, id))?;
        }
        Ok(())
    })
}

fn move_links(
    writer: &mut Writer<'_, '_>,
    object: &Arc<Object>,
    link: &str,
    from: Id,
    (to, id): (&str, Id),
) -> Result<(), Error> {
    let registry = Arc::clone(writer.registry());
    let condition = format!("{link} = \"{from}\"");
    let condition = expr::check(&condition, &object.name, registry.as_ref(), &expr::Expected::Condition);
    let Ok(condition) = condition else { return Ok(()) };
    let query = ListQuery { labels: false, ..ListQuery::new(object) };
    let mut query = query.fields([]).filter(Some(Arc::new(condition))).limit(kernel::limits::PAGE_RECORDS);
    loop {
        let page = writer.list(&query)?;
        let moved = |record: &Record| {
            Draft::change(object, record.id())
                .with(&format!("{link}.object"), to)
                .with(&format!("{link}.id"), id)
        };
        writer.save_all(page.records.iter().map(moved).collect())?;
        let Some(next) = page.next else { return Ok(()) };
        query.after = Some(next);
    }
}
