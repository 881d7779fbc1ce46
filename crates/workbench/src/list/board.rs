//! A list as a board: a column for each option of a choice, cards moved between them.

use i18n::Reader;
use kernel::Money;
use metadata::{Choice, Field, Kind, Object, Registry, definition::OptionDef};
use records::{Access, Action, Error, GroupQuery, ListQuery, Record, Sum};
use ui::{
    bits::{Count, Person},
    board::{Activity, Age, Board, BoardColumn, Card},
    live::Live,
};
use web::Fields;

use super::request::ListRequest;
use crate::field::{option_label, show};

/// Cards of a column that are drawn at first; more are loaded on demand.
pub const CARDS: usize = 20;
/// Days in one stage after which a card counts as stale.
const STALE_DAYS: i64 = 30;

/// A board and what it is drawn from.
pub struct Drawing<'a> {
    pub look: &'a Reader,
    pub registry: &'a Registry,
    pub access: &'a Access,
    pub request: &'a ListRequest,
}

impl Drawing<'_> {
    /// Reads and draws all columns.
    ///
    /// # Errors
    /// As reading records.
    pub fn board(&self, reader: &mut records::Reader<'_, '_>) -> Result<Board, Error> {
        let object = &self.request.object;
        let Some((field, choice)) = self.grouping() else { return Err(Error::NotFound) };
        let sums: Vec<String> = self.sum().into_iter().map(|field| field.name.clone()).collect();
        let records = ListQuery { fields: records::FieldSet::default(), ..self.request.query() };
        let groups = reader.group(&GroupQuery { records, by: Some(field.name.clone()), sums })?;
        let mut columns = Vec::new();
        for option in choice.options.iter().filter(|option| self.is_column(option, choice)) {
            let group = groups.iter().find(|group| group.key.as_text() == Some(&option.name));
            let (number, sums) = group.map_or((0, &[][..]), |group| (group.count, &group.sums[..]));
            let (cards, more) =
                if number == 0 { (Vec::new(), None) } else { self.cards(reader, &option.name, None)? };
            columns.push(BoardColumn {
                key: option.name.clone(),
                title: option_label(self.look, object, field, &option.name),
                tone: show::tone(field, &option.name),
                count: Count::exactly(number as u64),
                sum: self.shown_sum(sums),
                cards,
                more,
                create: self.access.may(&object.name, Action::Create).then(|| {
                    let mut preset = Fields::default().with(&field.name, Some(&option.name));
                    if let (Some(limit), Some(value)) = (&choice.depends_on, option.only_for.first()) {
                        preset = preset.with(limit, Some(value));
                    }
                    format!("/{}/new?{}", object.plural, preset.encode())
                }),
            });
        }
        let moves = self.access.may(&object.name, Action::Update) && !field.read_only;
        Ok(Board {
            id: "list".to_owned(),
            label: self.look.objects(&object.name, object.plural_label.as_deref()),
            columns,
            move_url: moves.then(|| format!("/{}/move?{}", object.plural, self.request.given.encode())),
            live: Some(Live::of([object.name.clone()])),
        })
    }

    /// Some cards of a column, and the address of more.
    ///
    /// # Errors
    /// As reading records.
    pub fn cards(
        &self,
        reader: &mut records::Reader<'_, '_>,
        option: &str,
        after: Option<records::Cursor>,
    ) -> Result<(Vec<Card>, Option<String>), Error> {
        let object = &self.request.object;
        let Some((field, _)) = self.grouping() else { return Err(Error::NotFound) };
        let mut query = self.request.query().limit(CARDS);
        query.fields = self.card_fields().into_iter().filter_map(|name| object.position(&name)).collect();
        query.filter = Some(self.narrowed(field, option)?);
        query.after = after;
        let page = reader.list(&query)?;
        let more = page.next.map(|next| {
            let parameters =
                self.request.given.with("column", Some(option)).with("after", Some(&next.to_text()));
            format!("/{}/cards?{}", object.plural, parameters.encode())
        });
        Ok((page.records.iter().map(|record| self.card(record)).collect(), more))
    }

    /// The list's filter, and the column's option.
    fn narrowed(&self, field: &Field, option: &str) -> Result<std::sync::Arc<expr::Checked>, Error> {
        let option = option.replace('"', "\"\"");
        let column = format!("{} = \"{option}\"", field.name);
        let text = match self.request.filter_text.as_str() {
            "" => column,
            filter => format!("({filter}) and {column}"),
        };
        let checked =
            expr::check(&text, &self.request.object.name, self.registry, &expr::Expected::Condition);
        checked.map(std::sync::Arc::new).map_err(|_| Error::NotFound)
    }

    fn grouping(&self) -> Option<(&Field, &Choice)> {
        let field = self.request.object.field(self.request.group.as_deref()?)?;
        match &field.kind {
            Kind::Choice(choice) => Some((field, choice)),
            _ => None,
        }
    }

    /// Retired options have no column; options of one pipeline stand only on its board.
    fn is_column(&self, option: &OptionDef, choice: &Choice) -> bool {
        let limit = choice.depends_on.as_deref().and_then(|name| self.limit(name));
        let fits = limit.is_none_or(|limit| option.only_for.is_empty() || option.only_for.contains(&limit));
        !option.retired && fits
    }

    /// The one content of a field that the filter asks for: `pipeline = "renewals"`.
    fn limit(&self, name: &str) -> Option<String> {
        let text = &self.request.filter_text;
        let after = text.split(&format!("{name} = \"")).nth(1)?;
        after.split('"').next().map(str::to_owned)
    }

    fn sum(&self) -> Option<&Field> {
        let object = &self.request.object;
        let named = self.request.view.sum.as_deref().and_then(|name| object.field(name));
        named.or_else(|| object.fields.iter().find(|field| field.kind == Kind::Money))
    }

    fn shown_sum(&self, sums: &[Sum]) -> Option<String> {
        let shown: Vec<String> = sums
            .iter()
            .map(|sum| match sum.currency.as_deref().and_then(|code| code.parse().ok()) {
                Some(currency) => self.look.money_compact(&Money { amount: sum.total, currency }),
                None => self.look.compact(sum.total),
            })
            .collect();
        (!shown.is_empty()).then(|| shown.join(" + "))
    }

    /// What a card shows: the sum's field, links to companies and people, dates, who owns it.
    fn card_fields(&self) -> Vec<String> {
        let object = &self.request.object;
        let mut names: Vec<String> = self.request.view.columns.clone();
        names.extend(self.sum().map(|field| field.name.clone()));
        let known = [
            "owner",
            "company",
            "person",
            "close_date",
            "next_task_due",
            "stage_changed_at",
            "updated_at",
            "tags",
        ];
        names.extend(known.map(str::to_owned));
        names.extend(self.grouping().map(|(field, _)| field.name.clone()));
        names.retain(|name| object.field(name).is_some());
        names.dedup();
        names
    }

    pub fn card(&self, record: &Record) -> Card {
        let object = &self.request.object;
        let amount = self.sum().and_then(|field| self.amount(record, field));
        let closed = self
            .grouping()
            .and_then(|(field, choice)| choice.option(record.text(&field.name)))
            .is_some_and(|option| option.outcome.is_some());
        let subtitle = [record.label("company"), record.label("person")].into_iter().flatten().next();
        Card {
            id: record.id().to_string(),
            href: format!("/{}/{}", object.plural, record.id()),
            title: record.title().to_owned(),
            version: record.version(),
            subtitle: subtitle.or(record.get("company_name").as_text()).map(str::to_owned),
            amount,
            fields: Vec::new(),
            badges: Vec::new(),
            owner: record.label("owner").map(Person::named),
            age: self.age(record).filter(|_| !closed),
            activity: self.activity(record, closed),
            live: None,
        }
    }

    fn amount(&self, record: &Record, field: &Field) -> Option<String> {
        match record.money(&field.name) {
            Some(money) => Some(self.look.money_whole(&money)),
            None => Some(self.look.number(record.decimal(&field.name)?)),
        }
    }

    /// How long the card has been where it is.
    fn age(&self, record: &Record) -> Option<Age> {
        let since =
            record.get("stage_changed_at").as_instant().or_else(|| record.get("updated_at").as_instant())?;
        let days = self.look.now().duration_since(since).as_secs() / 86_400;
        let text = self.look.text_with(&kernel::Message::new("days-short").with("days", days.max(0)));
        Some(Age { text, stale: days > STALE_DAYS })
    }

    /// The next thing to do, by the earliest open task.
    fn activity(&self, record: &Record, closed: bool) -> Activity {
        if closed || record.object.field("next_task_due").is_none() {
            return Activity::NotNeeded;
        }
        let Some(due) = record.get("next_task_due").as_date() else { return Activity::None };
        let said = self.look.relative_day(due);
        match self.look.days_until(due) {
            ..0 => Activity::Late(said),
            0 => Activity::Today(said),
            _ => Activity::Planned(said),
        }
    }
}

/// The object's choice of that name.
pub fn choice_field<'o>(object: &'o Object, name: &str) -> Option<&'o Field> {
    object.field(name).filter(|field| matches!(field.kind, Kind::Choice(_)))
}
