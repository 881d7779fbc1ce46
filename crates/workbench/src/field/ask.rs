//! The control that asks for a field's content.

use i18n::Reader;
use kernel::{Currency, Id, Money, Value};
use metadata::{Choice, Field, Kind, Object, Registry};
use records::{Access, Action, StoredFile};
use ui::content::FileLink;
use ui::input::{
    AddressInput, ChoiceOption, Field as Control, Input, LinkInput, LinkKind, LinkValue, PersonNameInput,
};
use web::Fields;

use super::{label, option_label, show::tone};

/// What a control needs to know beside the field.
#[derive(Clone, Copy)]
pub struct Asking<'a> {
    pub look: &'a Reader,
    pub registry: &'a Registry,
    pub access: &'a Access,
    pub currency: Currency,
}

/// What stands in the field now: values by column, and what links are called.
#[derive(Clone, Debug, Default)]
pub struct Standing {
    pub values: Vec<Value>,
    pub title: Option<String>,
    pub members: Vec<LinkValue>,
    /// None for a new one.
    pub record: Option<Id>,
}

impl Asking<'_> {
    /// The control with what stands in the record.
    pub fn control(&self, object: &Object, field: &Field, standing: &Standing) -> Control {
        let input = self.input(object, field, standing);
        Control {
            name: field.name.clone(),
            label: label(self.look, object, field),
            help: self.look.field_help(&object.name, &field.name, field.help.as_deref()),
            required: field.required,
            readonly: !field.is_writable(),
            wide: matches!(
                field.kind,
                Kind::LongText | Kind::RichText | Kind::Json | Kind::Address | Kind::PersonName
            ),
            input,
            ..Control::default()
        }
    }

    /// The control with what was typed, and what is wrong with it.
    pub fn typed(&self, object: &Object, field: &Field, fields: &Fields, problem: Option<String>) -> Control {
        let name = field.name.as_str();
        let text = |part: &str| {
            let key = if part.is_empty() { name.to_owned() } else { format!("{name}_{part}") };
            fields.get(&key).unwrap_or("").to_owned()
        };
        let parts = field.kind.parts();
        let values = parts.iter().map(|part| Value::Text(text(part.name))).collect();
        let title = fields.filled(&format!("{name}__title")).map(str::to_owned);
        let mut control = self.control(object, field, &Standing { values, title, ..Standing::default() });
        retype(&mut control.input, &text, fields, name);
        control.problem(problem)
    }

    fn input(&self, object: &Object, field: &Field, standing: &Standing) -> Input {
        let look = self.look;
        let part = |at: usize| standing.values.get(at).unwrap_or(&Value::Null);
        let text = |at: usize| part(at).as_text().unwrap_or("").to_owned();
        match &field.kind {
            Kind::Text { max } => Input::Text {
                value: text(0),
                max: Some(*max),
                placeholder: None,
                autocomplete: Some("off".to_owned()),
            },
            Kind::LongText if field.code => Input::Code { value: text(0) },
            Kind::LongText => Input::LongText { value: text(0), rows: 4 },
            Kind::RichText => Input::RichText { value: text(0) },
            Kind::Integer | Kind::Decimal { .. } => Input::Number { value: look.value(part(0)), unit: None },
            Kind::Percent { .. } => Input::Percent { value: look.value(part(0)) },
            Kind::Money => self.money(part(0), part(1)),
            Kind::Date => Input::Date {
                value: part(0).as_date().map(|date| look.date_numeric(date)).unwrap_or_else(|| text(0)),
            },
            Kind::DateTime => Input::DateTime {
                value: part(0).as_instant().map(|at| look.date_time_numeric(at)).unwrap_or_else(|| text(0)),
            },
            Kind::Duration => Input::Duration {
                value: part(0).as_int().map(|seconds| look.duration(seconds)).unwrap_or_else(|| text(0)),
            },
            Kind::Boolean => Input::Bool { value: part(0).as_bool().unwrap_or_else(|| text(0) == "true") },
            Kind::Choice(choice) => Input::Choice {
                value: part(0).as_text().filter(|name| !name.is_empty()).map(str::to_owned),
                options: self.options(object, field, choice, part(0)),
                radio: false,
            },
            Kind::MultiChoice(choice) => Input::Choices {
                values: entries(part(0)),
                options: self.options(object, field, choice, part(0)),
            },
            Kind::Tags => Input::Tags { values: entries(part(0)), known: Vec::new() },
            Kind::Email => Input::Email { value: text(0) },
            Kind::Phone => Input::Phone { value: look.phone_international(&text(0)) },
            Kind::Url => Input::Url { value: text(0) },
            Kind::Address => Input::Address(AddressInput {
                street: text(0),
                city: text(1),
                state: text(2),
                postal_code: text(3),
                country: text(4),
                countries: Vec::new(),
            }),
            Kind::PersonName => Input::PersonName(PersonNameInput {
                salutation: text(0),
                first: text(1),
                middle: text(2),
                last: text(3),
                suffix: text(4),
                salutations: ["Mr.", "Ms.", "Mrs.", "Mx.", "Dr.", "Prof."]
                    .map(|word| ChoiceOption::new(word, word))
                    .to_vec(),
                full: false,
            }),
            Kind::Link(link) => Input::Link(self.link(&link.to, link_value(part(0), standing))),
            Kind::LinkMany { to } => {
                Input::Links { values: standing.members.clone(), link: self.link(to, None) }
            }
            Kind::LinkAny(to) => Input::LinkAny {
                kinds: to.iter().filter_map(|name| self.kind(name)).collect(),
                kind: part(0).as_text().filter(|name| !name.is_empty()).map(str::to_owned),
                value: link_value(part(1), standing),
            },
            Kind::Json => Input::Code { value: look.value(part(0)) },
            Kind::File { max } => Input::File {
                current: records::files(part(0))
                    .iter()
                    .map(|file| self.file(object, standing, file))
                    .collect(),
                accept: None,
                multiple: *max > 1,
                max_bytes: Some(kernel::limits::ATTACHMENT_BYTES as u64),
                upload: Some("/files".to_owned()),
            },
            Kind::AutoNumber { .. } | Kind::Formula { .. } | Kind::RollUp(_) => {
                Input::Hidden { value: look.value(part(0)) }
            }
        }
    }

    /// A file of a record; of one that is not there yet, where only whoever sent it can fetch it.
    fn file(&self, object: &Object, standing: &Standing, file: &StoredFile) -> FileLink {
        match standing.record {
            Some(record) => super::show::file(object, record, file),
            None => {
                FileLink { href: format!("/files/{}", file.id), ..super::show::file(object, file.id, file) }
            }
        }
    }

    fn money(&self, amount: &Value, currency: &Value) -> Input {
        let chosen = currency.as_text().and_then(|code| code.parse().ok()).unwrap_or(self.currency);
        let shown = match amount {
            Value::Text(typed) => typed.clone(),
            other => other
                .as_decimal()
                .map(|amount| self.look.amount(&Money { amount, currency: chosen }))
                .unwrap_or_default(),
        };
        let mut currencies: Vec<String> =
            ["USD", "EUR", "GBP", "CHF", "JPY", "CAD", "AUD", "INR", "CNY", "BRL"]
                .map(str::to_owned)
                .to_vec();
        for code in [self.currency.code(), chosen.code()] {
            if !currencies.iter().any(|known| known == code) {
                currencies.insert(0, code.to_owned());
            }
        }
        Input::Money { amount: shown, currency: chosen.code().to_owned(), currencies }
    }

    /// The options on offer, and the one that stands though it is no longer offered.
    pub fn options(
        &self,
        object: &Object,
        field: &Field,
        choice: &Choice,
        standing: &Value,
    ) -> Vec<ChoiceOption> {
        let limit = choice.depends_on.as_deref().and_then(|name| object.field(name));
        let stays = |name: &str| standing.as_text() == Some(name);
        let shown = choice.options.iter().filter(|option| !option.retired || stays(&option.name));
        shown
            .flat_map(|option| {
                let base = ChoiceOption {
                    value: option.name.clone(),
                    label: option_label(self.look, object, field, &option.name),
                    tone: tone(field, &option.name),
                    group: None,
                };
                match limit {
                    Some(limit) if !option.only_for.is_empty() => {
                        let groups: Vec<String> = option
                            .only_for
                            .iter()
                            .map(|name| option_label(self.look, object, limit, name))
                            .collect();
                        vec![ChoiceOption { group: Some(groups.join(", ")), ..base }]
                    }
                    _ => vec![base],
                }
            })
            .collect()
    }

    fn link(&self, to: &str, value: Option<LinkValue>) -> LinkInput {
        let Some(target) = self.registry.object(to) else { return LinkInput::default() };
        LinkInput {
            value,
            lookup: web::lookup_address(target),
            create: self.creates(to).then(|| format!("/{}/new", target.plural)),
            icon: Some(target.icon.clone()),
            placeholder: None,
        }
    }

    fn kind(&self, name: &str) -> Option<LinkKind> {
        let target = self.registry.object(name)?;
        Some(LinkKind {
            object: name.to_owned(),
            label: self.look.object(name, target.label.as_deref()),
            lookup: web::lookup_address(target),
            create: self.creates(name).then(|| format!("/{}/new", target.plural)),
        })
    }

    fn creates(&self, object: &str) -> bool {
        !matches!(object, "user" | "team" | "role") && self.access.may(object, Action::Create)
    }
}

fn entries(value: &Value) -> Vec<String> {
    value.as_list().unwrap_or(&[]).iter().filter_map(Value::as_text).map(str::to_owned).collect()
}

fn link_value(id: &Value, standing: &Standing) -> Option<LinkValue> {
    let id = match id {
        Value::Id(id) => id.to_string(),
        Value::Text(text) if !text.is_empty() => text.clone(),
        _ => return None,
    };
    Some(LinkValue { title: standing.title.clone().unwrap_or_else(|| id.clone()), id, href: None })
}

/// Puts back what was typed where it is no value of the field.
fn retype(input: &mut Input, text: &dyn Fn(&str) -> String, fields: &Fields, name: &str) {
    match input {
        Input::Number { value, .. } | Input::Percent { value } => *value = text(""),
        Input::Choices { values, .. } | Input::Tags { values, .. } => {
            *values = fields.all(name).filter(|entry| !entry.is_empty()).map(str::to_owned).collect();
        }
        Input::File { current, .. } => {
            let sent = |key: String| fields.0.iter().filter(move |(name, _)| *name == key);
            let ids = sent(name.to_owned()).map(|(_, id)| id).filter(|id| !id.is_empty());
            let titles: Vec<&String> = sent(format!("{name}__title")).map(|(_, title)| title).collect();
            *current = ids
                .enumerate()
                .map(|(at, id)| FileLink {
                    id: id.clone(),
                    name: titles.get(at).map_or_else(|| id.clone(), |title| (*title).clone()),
                    href: format!("/files/{id}"),
                    ..FileLink::default()
                })
                .collect();
        }
        Input::Bool { value } => *value = fields.all(name).any(|entry| entry == "true" || entry == "on"),
        Input::Links { values, .. } => {
            let titles: Vec<&str> = fields
                .0
                .iter()
                .filter(|(key, _)| *key == format!("{name}__title"))
                .map(|(_, title)| title.as_str())
                .collect();
            *values = fields
                .all(name)
                .filter(|id| !id.is_empty())
                .enumerate()
                .map(|(at, id)| LinkValue {
                    id: id.to_owned(),
                    title: (*titles.get(at).unwrap_or(&id)).to_owned(),
                    href: None,
                })
                .collect();
        }
        _ => {}
    }
}
