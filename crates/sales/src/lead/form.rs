//! The form that asks what a lead shall become; `wish` in [`web`](super::web) reads what they decided.

use i18n::Reader;
use kernel::{Currency, Message, Problem, Value};
use metadata::Registry;
use records::Record;
use ui::{
    form::{Form, Layout, Section},
    input::{ChoiceOption, Field, Input, LinkInput, LinkValue},
};
use web::Fields;

use super::matches::{By, Match, Matches};

/// What the form is made of.
pub struct Asking<'a> {
    pub look: &'a Reader,
    pub registry: &'a Registry,
    /// In which amounts are typed unless another is chosen.
    pub currency: Currency,
    pub lead: &'a Record,
    pub found: &'a Matches,
    /// What was chosen and typed so far.
    pub given: &'a Fields,
    pub problems: &'a [Problem],
}

impl Asking<'_> {
    pub fn form(&self) -> Form {
        let (look, lead, found) = (self.look, self.lead, self.found);
        let elsewhere = self.problems.iter().filter(|problem| {
            !matches!(problem.field.as_deref(), Some("company" | "person" | "deal" | "name" | "amount"))
        });
        let section =
            |fields: Vec<Field>| Section { fields, layout: Layout::OneColumn, ..Section::default() };
        Form {
            id: "convert".to_owned(),
            action: format!("/leads/{}/convert", lead.id()),
            sections: vec![
                section(self.pick("company", lead.text("company_name"), &found.companies)),
                section(self.pick("person", &person_name(lead), &found.people)),
                section(self.deal()),
            ],
            problems: elsewhere.map(|problem| look.problem(problem)).collect(),
            submit: look.text("lead-action-convert"),
            cancel: Some(format!("/leads/{}", lead.id())),
            ..Form::default()
        }
    }

    /// One of the matches, a new record called `made`, another one that is looked for, or none.
    fn pick(&self, object: &str, made: &str, matches: &[Match]) -> Vec<Field> {
        let look = self.look;
        let options = options(look, object, made, matches);
        let input = Input::Choice { value: self.chosen(object), options, radio: true };
        let pick = Field::new(object, look.object(object, None), input).problem(self.problem(object));
        let label = look.text(&format!("lead-convert-{object}-other"));
        let other = Field::new(other_of(object), label, Input::Link(self.other(object)));
        vec![pick, Field { of_other: true, ..other }]
    }

    fn other(&self, object: &str) -> LinkInput {
        let Some(target) = self.registry.object(object) else { return LinkInput::default() };
        let name = other_of(object);
        let title = self.given.get(&format!("{name}__title")).unwrap_or("").to_owned();
        let chosen = self.given.filled(&name);
        LinkInput {
            value: chosen.map(|id| LinkValue { id: id.to_owned(), title, href: None }),
            lookup: web::lookup_address(target),
            icon: Some(target.icon.clone()),
            ..LinkInput::default()
        }
    }

    fn deal(&self) -> Vec<Field> {
        let look = self.look;
        let label = |field: &str| look.field("deal", field, None);
        let options = ["new", "none"];
        let options =
            options.map(|name| ChoiceOption::new(name, look.text(&format!("lead-convert-deal-{name}"))));
        let whether = Input::Choice { value: self.chosen("deal"), options: options.to_vec(), radio: true };
        let name = self.given.get("deal_name").map_or_else(|| deal_name(self.lead), str::to_owned);
        let pipelines = self.pipelines();
        let pipeline = Input::Choice {
            value: self
                .chosen("deal_pipeline")
                .or_else(|| pipelines.first().map(|first| first.value.clone())),
            options: pipelines,
            radio: false,
        };
        vec![
            Field::new("deal", look.object("deal", None), whether).problem(self.problem("deal")),
            Field::new("deal_name", label("name"), Input::text(name)).problem(self.problem("name")),
            Field::new("deal_amount", label("amount"), self.amount()).problem(self.problem("amount")),
            Field::new("deal_pipeline", label("pipeline"), pipeline),
        ]
    }

    fn amount(&self) -> Input {
        let own = self.currency.code();
        let others = ["EUR", "GBP"].into_iter().filter(|code| *code != own);
        Input::Money {
            amount: self.given.get("deal_amount").unwrap_or("").to_owned(),
            currency: self.given.get("deal_amount_currency").unwrap_or(own).to_owned(),
            currencies: [own].into_iter().chain(others).map(str::to_owned).collect(),
        }
    }

    fn pipelines(&self) -> Vec<ChoiceOption> {
        let field = self.registry.object("deal").and_then(|deals| deals.field("pipeline"));
        let choice = field.and_then(|field| field.kind.choice());
        let offered = choice.into_iter().flat_map(|choice| choice.offered(None));
        let option = offered.map(|option| {
            let label = self.look.option("deal", "pipeline", &option.name, option.label.as_deref());
            ChoiceOption::new(option.name.clone(), label)
        });
        option.collect()
    }

    fn chosen(&self, name: &str) -> Option<String> {
        self.given.get(name).map(str::to_owned)
    }

    fn problem(&self, name: &str) -> Option<String> {
        let problem = self.problems.iter().find(|problem| problem.field.as_deref() == Some(name));
        problem.map(|problem| self.look.problem(problem))
    }
}

/// Where the form has the record that is none of the matches.
pub fn other_of(object: &str) -> String {
    format!("{object}_other")
}

/// The matches with what they have in common, a new one called `made` where the lead names it, another, or none.
fn options(look: &Reader, name: &str, made: &str, matches: &[Match]) -> Vec<ChoiceOption> {
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
    let rest = ["other", "none"]
        .map(|pick| ChoiceOption::new(pick, look.text(&format!("lead-convert-{name}-{pick}"))));
    existing.chain(new).chain(rest).collect()
}

/// What the deal is called unless another name is typed: as the company, or the person where there is none.
fn deal_name(lead: &Record) -> String {
    match lead.text("company_name") {
        "" => person_name(lead),
        company => company.to_owned(),
    }
}

pub fn person_name(lead: &Record) -> String {
    let Some(name) = lead.object.field("name") else { return String::new() };
    let parts = lead.parts(name).iter().filter_map(Value::as_text).filter(|part| !part.is_empty());
    parts.collect::<Vec<_>>().join(" ")
}
