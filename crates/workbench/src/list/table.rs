//! A list as a table.

use std::collections::HashMap;

use i18n::Reader;
use kernel::{Id, Message};
use metadata::{Field, Kind, Object, Registry};
use records::{Action, Count, Page, Record, Trash};
use ui::{
    action::{Action as Button, Go},
    bits::{Count as Shown, Empty},
    content::Content,
    live::Live,
    table::{Cell, Column, Direction, Group, Row, Selection, Sort, Table},
};

use super::request::ListRequest;
use crate::field::{label, show};

/// Where the trash names who deleted a record: after what it is called, and when.
const DELETED_BY: usize = 2;

/// A table and what it is drawn from.
pub struct Drawing<'a> {
    pub look: &'a Reader,
    pub registry: &'a Registry,
    pub access: &'a records::Access,
    pub request: &'a ListRequest,
    /// In the trash: who put the records there, by name.
    pub deleted_by: HashMap<Id, String>,
    /// There is no record at all, whatever the list is narrowed to.
    pub is_bare: bool,
}

impl Drawing<'_> {
    pub fn table(&self, page: &Page, count: Option<Count>) -> Table {
        let object = &self.request.object;
        let base = format!("/{}", object.plural);
        Table {
            id: "list".to_owned(),
            label: self.look.objects(&object.name, object.plural_label.as_deref()),
            columns: self.columns(),
            groups: vec![Group {
                rows: page.records.iter().map(|record| self.row(record)).collect(),
                ..Group::default()
            }],
            selection: Some(self.selection()),
            more: page.next.as_ref().map(|next| {
                let parameters = self.request.given.with("after", Some(&next.to_text()));
                format!("{base}/rows?{}", parameters.encode())
            }),
            count: count.map(shown_count),
            empty: self.empty(),
            live: Some(Live::of([object.name.clone()])),
            columns_url: Some(format!("{base}/columns?{}", self.request.given.encode())),
            available: object
                .shown_fields()
                .filter(|field| !matches!(field.kind, Kind::Json | Kind::RichText))
                .map(|field| (field.name.clone(), label(self.look, object, field)))
                .collect(),
            ..Table::default()
        }
    }

    pub fn group(&self, page: &Page) -> Group {
        Group { rows: page.records.iter().map(|record| self.row(record)).collect(), ..Group::default() }
    }

    fn columns(&self) -> Vec<Column> {
        let mut columns: Vec<Column> = self.fields().map(|field| self.column(field)).collect();
        if self.is_trash() {
            let by = Column {
                name: "deleted_by".to_owned(),
                label: self.look.text("deleted-by"),
                ..Column::default()
            };
            columns.insert(DELETED_BY.min(columns.len()), by);
        }
        columns
    }

    fn is_trash(&self) -> bool {
        self.request.trash == Trash::Only
    }

    fn fields(&self) -> impl Iterator<Item = &Field> {
        self.request.columns.iter().filter_map(|name| self.request.object.field(name))
    }

    fn column(&self, field: &Field) -> Column {
        let place = self.request.sort.iter().position(|sort| sort.field == field.name);
        let descending = place.map(|place| self.request.sort[place].descending);
        let next = match descending {
            None => field.name.clone(),
            Some(false) => format!("-{}", field.name),
            Some(true) => String::new(),
        };
        let sort = is_sortable(field).then(|| Sort {
            href: self.request.href("sort", Some(next.as_str()).filter(|next| !next.is_empty())),
            direction: descending.map(|down| if down { Direction::Descending } else { Direction::Ascending }),
            place: place
                .filter(|_| self.request.sort.len() > 1)
                .and_then(|place| u8::try_from(place + 1).ok()),
        });
        Column {
            name: field.name.clone(),
            label: label(self.look, &self.request.object, field),
            align: alignment(field),
            width: Some(self.width(field)),
            sort,
            ..Column::default()
        }
    }

    /// What a column of this kind mostly needs, in pixels.
    fn width(&self, field: &Field) -> u16 {
        if self.request.object.title.contains(&self.position(field)) {
            return 280;
        }
        match &field.kind {
            Kind::Boolean | Kind::Percent { .. } | Kind::Integer => 110,
            Kind::Money | Kind::Decimal { .. } | Kind::Duration | Kind::RollUp(_) | Kind::Formula { .. } => {
                130
            }
            Kind::Date | Kind::Phone => 150,
            Kind::DateTime => 180,
            Kind::Email | Kind::Url | Kind::Tags | Kind::LinkMany { .. } => 220,
            _ => 190,
        }
    }

    fn row(&self, record: &Record) -> Row {
        let object = &self.request.object;
        let href = format!("/{}/{}", object.plural, record.id());
        let edits = self.access.may(&object.name, Action::Update) && !self.is_trash();
        let cell = |(place, field): (usize, &Field)| {
            let edit = (edits && is_editable(field) && !object.title.contains(&self.position(field)))
                .then(|| format!("{href}/fields/{}?in=cell", field.name));
            // The first cell leads to the record itself, not to what it links to.
            let content = match record.label(&field.name).filter(|_| place == 0) {
                Some(linked) => Content::text(linked),
                None => show::content(self.look, self.registry, record, field),
            };
            Cell { content, edit: edit.filter(|_| record.shows(field)) }
        };
        let mut cells: Vec<Cell> = self.fields().enumerate().map(cell).collect();
        if self.is_trash() {
            let by = self.deleted_by.get(&record.id()).map_or(Content::Empty, Content::text);
            cells.insert(DELETED_BY.min(cells.len()), by.into());
        }
        Row {
            id: record.id().to_string(),
            href: href.clone(),
            title: record.title().to_owned(),
            cells,
            selected: false,
        }
    }

    fn position(&self, field: &Field) -> usize {
        self.request.object.position(&field.name).unwrap_or(usize::MAX)
    }

    fn selection(&self) -> Selection {
        let object = &self.request.object;
        let base = format!("/{}/bulk", object.plural);
        let may = |action| self.access.may(&object.name, action);
        let mut actions = Vec::new();
        let mut add = |allowed: bool, button: Button| {
            if allowed {
                actions.push(button);
            }
        };
        if self.is_trash() {
            add(
                may(Action::Delete),
                Button::new(self.look.text("restore"), "undo-2", Go::Post(format!("{base}/restore"))),
            );
            add(
                may(Action::Destroy),
                Button::new(self.look.text("destroy"), "trash-2", Go::Post(format!("{base}/destroy")))
                    .danger()
                    .confirm(self.look.text("destroy-question")),
            );
        } else {
            add(
                may(Action::Update),
                Button::new(self.look.text("bulk-edit"), "pencil", Go::Dialog(format!("{base}/edit"))),
            );
            add(
                may(Action::Delete),
                Button::new(self.look.text("delete"), "trash-2", Go::Post(format!("{base}/delete"))).danger(),
            );
        }
        Selection { query: self.request.given.encode(), actions, csrf: None }
    }

    fn empty(&self) -> Empty {
        let object = &self.request.object;
        let name = self.look.objects(&object.name, object.plural_label.as_deref());
        let request = self.request;
        let narrowed =
            !self.is_bare && (request.filter.is_some() || request.words.is_some() || request.cause.is_some());
        let may = |action| self.access.may(&object.name, action);
        let (title, hint) = match (self.request.trash, narrowed) {
            (Trash::Only, _) => ("list-trash-empty", Some("list-trash-empty-hint")),
            (_, true) => ("list-nothing-found", Some("list-nothing-found-hint")),
            (_, false) if !may(Action::Create) => ("list-empty", None),
            (_, false) if may(Action::Import) => ("list-empty", Some("list-empty-import")),
            (_, false) => ("list-empty", Some("list-empty-create")),
        };
        let said = |id| self.look.text_with(&Message::new(id).with("objects", name.as_str()));
        let mut actions = Vec::new();
        if narrowed {
            let all = format!("/{}?filter=", object.plural);
            actions.push(Button::new(self.look.text("list-show-all"), "list", Go::Page(all)));
        } else if may(Action::Create) && !self.is_trash() {
            let new = Go::Dialog(format!("/{}/new", object.plural));
            actions.push(Button::new(self.look.text("create"), "plus", new).primary());
            if let Some(start) = start(self.look, object) {
                actions.push(start);
            } else if may(Action::Import) {
                let import = Go::Page(format!("/import?object={}", object.name));
                actions.push(Button::new(self.look.text("nav-import"), "upload", import));
            }
        }
        let from = !narrowed && !self.is_trash() && object.layout.start.is_some();
        let hint = match hint {
            Some(_) if from && may(Action::Create) => {
                Some(self.look.text(&format!("object-{}-start-hint", object.name)))
            }
            other => other.map(said),
        };
        Empty { icon: object.icon.clone(), title: said(title), hint, actions }
    }
}

/// Leads to what a new record can begin from.
pub fn start(look: &Reader, object: &Object) -> Option<Button> {
    let page = Go::Page(object.layout.start.clone()?);
    Some(Button::new(look.text(&format!("object-{}-start", object.name)), "copy", page))
}

pub fn shown_count(count: Count) -> Shown {
    match count {
        Count::Exactly(number) => Shown::exactly(number as u64),
        Count::Over(number) => Shown::at_least(number as u64),
    }
}

fn is_sortable(field: &Field) -> bool {
    !matches!(
        field.kind,
        Kind::Json
            | Kind::MultiChoice(_)
            | Kind::Tags
            | Kind::LinkMany { .. }
            | Kind::LinkAny(_)
            | Kind::File { .. }
            | Kind::LongText
            | Kind::RichText
    )
}

/// Whether a cell or a field on the record's page may be changed where it stands.
pub fn is_editable(field: &Field) -> bool {
    field.is_writable() && !matches!(field.kind, Kind::RichText | Kind::Json)
}

/// Numbers stand under each other by their ends.
pub fn alignment(field: &Field) -> ui::table::Align {
    let number = matches!(
        field.kind,
        Kind::Integer | Kind::Decimal { .. } | Kind::Money | Kind::Percent { .. } | Kind::Duration
    );
    let computed = match &field.kind {
        Kind::RollUp(roll_up) => Some(roll_up.column),
        Kind::Formula { .. } => field.formula.as_ref().map(|formula| formula.column_type()),
        _ => None,
    };
    let computed_number =
        matches!(computed, Some(kernel::ColumnType::Int | kernel::ColumnType::Decimal { .. }));
    if number || computed_number { ui::table::Align::End } else { ui::table::Align::Start }
}

/// Whether an object has a field to make a board of.
pub fn has_board(object: &Object) -> bool {
    object.fields.iter().any(|field| matches!(field.kind, Kind::Choice(_)) && !field.read_only)
}
