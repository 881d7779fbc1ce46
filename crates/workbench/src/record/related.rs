//! The lists of records that lead to one: deals of a company, lines of a deal.

use std::sync::Arc;

use i18n::Reader;
use kernel::Message;
use maud::{Markup, html};
use metadata::{Field, Kind, Object, Registry, definition::RollUpFunction};
use records::{Action as May, ListQuery, Record, Sort};
use ui::{
    action::{Action, Go},
    bits::Empty,
    content::Content,
    table::{Align, Cell, Column, Group, Row, Table, Total},
};
use web::{Ctx, Fields};

use super::form::FROM;
use crate::{
    field::{creating, label, show},
    list::{alignment, is_editable},
};

/// Records of a related list that are shown.
const SHOWN: usize = 25;
/// Columns of a related list.
const COLUMNS: usize = 5;

/// What a number needs, in pixels, so that a line's total is beside its price.
const NUMBER_WIDTH: u16 = 110;

/// A list of records that lead to the one at hand.
pub struct Related<'r> {
    /// `deal.company`: the name of its tab.
    pub name: String,
    pub object: Arc<Object>,
    link: usize,
    registry: &'r Registry,
}

/// The related lists of an object, in the layout's order.
pub fn lists<'r>(registry: &'r Registry, object: &Object) -> Vec<Related<'r>> {
    let related = |name: &String| {
        let (from, link) = name.split_once('.')?;
        let from = registry.object(from)?;
        Some(Related { name: name.clone(), link: from.position(link)?, object: Arc::clone(from), registry })
    };
    object.layout.related.iter().filter_map(related).collect()
}

impl Related<'_> {
    pub fn label(&self, look: &Reader) -> String {
        look.related(&self.object.name, &self.link().name, self.object.plural_label.as_deref())
    }

    fn link(&self) -> &Field {
        &self.object.fields[self.link]
    }

    pub fn query(&self, record: &Record) -> Result<ListQuery, records::Error> {
        ListQuery::new(&self.object).leading_to(self.registry, self.link(), record.id())
    }

    pub fn draw(
        &self,
        ctx: &Ctx,
        registry: &Registry,
        reader: &mut records::Reader<'_, '_>,
        record: &Record,
    ) -> Result<Markup, records::Error> {
        let look = &ctx.look;
        let columns = self.columns();
        let view = self.object.views.first();
        let sort =
            view.map(|view| view.sort.iter().map(|text| Sort::parse(text)).collect()).unwrap_or_default();
        let names: Vec<&str> = columns.iter().map(|field| field.name.as_str()).collect();
        let query = self.query(record)?.fields(names).sort(sort).limit(SHOWN);
        let page = reader.list(&query)?;
        let rows = page.records.iter().map(|found| self.row(ctx, registry, found, &columns));
        let table = Table {
            id: "related".to_owned(),
            label: self.label(look),
            columns: columns
                .iter()
                .map(|field| Column {
                    name: field.name.clone(),
                    label: label(look, &self.object, field),
                    align: alignment(field),
                    width: (alignment(field) == Align::End).then_some(NUMBER_WIDTH),
                    ..Column::default()
                })
                .collect(),
            groups: vec![Group { rows: rows.collect(), ..Group::default() }],
            totals: if page.records.is_empty() { Vec::new() } else { self.totals(look, record, &columns) },
            empty: self.empty(look),
            ..Table::default()
        };
        let create = self.create(ctx, record);
        let all = (page.next.is_some() && self.object.area.is_some()).then(|| {
            let filter = format!("{} = \"{}\"", self.link().name, record.id());
            format!("/{}?{}", self.object.plural, Fields(vec![("filter".into(), filter)]).encode())
        });
        Ok(html! {
            div class="related-list" {
                @if let Some(create) = create { div class="related-actions" { (create.button(look)) } }
                (table.render(look))
                @if let Some(all) = all { a class="panel-all" href=(all) { (look.text("show-all")) } }
            }
        })
    }

    fn columns(&self) -> Vec<&Field> {
        let object = &self.object;
        let view = object.views.first().map(|view| view.columns.clone()).unwrap_or_default();
        let all = object.fields.iter().map(|field| field.name.clone());
        // A title that is written by itself repeats what the record links to, which the columns have.
        let title = object.title.iter().map(|at| &object.fields[*at]).filter(|field| !field.read_only);
        let title = title.map(|field| field.name.clone());
        let rest = object.layout.key.iter().cloned().chain(all).filter(|_| view.is_empty());
        let mut names: Vec<String> = Vec::new();
        for name in title.chain(view.iter().cloned()).chain(rest) {
            if names.len() < COLUMNS && !names.contains(&name) && name != self.link().name {
                names.push(name);
            }
        }
        names
            .iter()
            .filter_map(|name| object.field(name))
            .filter(|field| field.name != "deleted_at")
            .collect()
    }

    /// What the record at hand keeps as the sum of a column, whole however many rows are shown.
    fn totals(&self, look: &Reader, record: &Record, columns: &[&Field]) -> Vec<Option<Total>> {
        let sums = |field: &Field, column: &Field| {
            matches!(&field.kind, Kind::RollUp(sum) if sum.function == RollUpFunction::Sum
                && sum.object == self.object.name
                && sum.link == self.link().name
                && sum.field.as_deref() == Some(column.name.as_str()))
        };
        let value = |column: &Field| {
            let field = record.object.fields.iter().find(|field| sums(field, column))?;
            match record.money(&field.name) {
                _ if !record.shows(field) => None,
                Some(money) => Some(look.money_whole(&money)),
                None => record.decimal(&field.name).map(|number| look.number(number)),
            }
        };
        let values: Vec<Option<String>> = columns.iter().map(|column| value(column)).collect();
        // What the numbers are is said once, at the beginning of the line.
        let label = values.iter().any(Option::is_some).then(|| look.text("related-total"));
        let total = |(place, value): (usize, Option<String>)| {
            let label = label.clone().filter(|_| place == 0);
            let said = label.is_some() || value.is_some();
            said.then(|| Total { label: label.unwrap_or_default(), value: value.unwrap_or_default() })
        };
        values.into_iter().enumerate().map(total).collect()
    }

    fn row(&self, ctx: &Ctx, registry: &Registry, record: &Record, columns: &[&Field]) -> Row {
        let href = format!("/{}/{}", self.object.plural, record.id());
        let edits =
            ctx.principal().access.may(&self.object.name, May::Update) || self.object.part_of.is_some();
        let cell = |(place, field): (usize, &&Field)| Cell {
            content: match record.label(&field.name).filter(|_| place == 0) {
                // The first cell leads to the record itself.
                Some(linked) => Content::text(linked),
                None => show::content(&ctx.look, registry, record, field),
            },
            edit: (edits && is_editable(field)).then(|| format!("{href}/fields/{}?in=cell", field.name)),
        };
        Row {
            id: record.id().to_string(),
            title: record.title().to_owned(),
            cells: columns.iter().enumerate().map(cell).collect(),
            href,
            selected: false,
        }
    }

    /// A new record that leads here already.
    fn create(&self, ctx: &Ctx, record: &Record) -> Option<Action> {
        let may = ctx.principal().access.may(&self.object.name, May::Create) || self.object.part_of.is_some();
        if !may || record.is_deleted() {
            return None;
        }
        let link = self.link();
        let mut preset = vec![
            (link.name.clone(), record.id().to_string()),
            (format!("{}__title", link.name), record.title().to_owned()),
        ];
        if matches!(link.kind, metadata::Kind::LinkAny(_)) {
            preset = vec![
                (format!("{}_object", link.name), record.object.name.clone()),
                (format!("{}_id", link.name), record.id().to_string()),
                (format!("{}__title", link.name), record.title().to_owned()),
            ];
        }
        let said = creating(&ctx.look, &self.object, Some(&link.name));
        preset.push((FROM.to_owned(), link.name.clone()));
        let url = format!("/{}/new?{}", self.object.plural, Fields(preset).encode());
        Some(Action::new(said, "plus", Go::Dialog(url)))
    }

    fn empty(&self, look: &Reader) -> Empty {
        let said = |id| look.text_with(&Message::new(id).with("objects", self.label(look)));
        Empty {
            icon: self.object.icon.clone(),
            title: said("related-empty"),
            hint: None,
            actions: Vec::new(),
        }
    }
}
