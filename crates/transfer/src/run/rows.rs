//! From rows to wishes: pure, so that it goes on beside the saving.

use kernel::{Decimal, Id, Message, Value};
use metadata::Kind;

use super::{
    ahead::Foreseen,
    files::{Brought, FileName},
    links::Named,
};
use crate::{
    cell::{How, Style, currency, entries, split_name},
    mapping::{Blank, ColumnPlan, Constant, Plan, Target},
    mapping::{KeySource, Piece, Unknown},
    table::{Fault, Row},
};

/// A row, read.
#[derive(Clone, Debug)]
pub struct Wish {
    pub row: Row,
    /// By column of the object.
    pub values: Vec<(usize, Value)>,
    /// Names to be linked.
    pub links: Vec<Named>,
    /// What a new record gets where `values` says nothing.
    pub defaults: Vec<(usize, Value)>,
    pub default_links: Vec<Named>,
    /// Files that the row names, and those brought along for it.
    pub names: Vec<FileName>,
    pub files: Vec<Brought>,
    /// Columns whose cell is empty, where that empties the record's.
    pub blanks: Vec<usize>,
    /// The id of the record that the row is about.
    pub id: Option<Id>,
    /// One content for each part of the key; links are known later.
    pub key: Vec<Value>,
    /// What the key led to when that was looked up ahead.
    pub foreseen: Option<Foreseen>,
    /// Whether it has content for a field or of an option that is yet to be made: a record that it leads to changes.
    pub awaits: bool,
    pub faults: Vec<Fault>,
}

impl Wish {
    /// What the row links to by the field of a link of the plan, whether by its title or by its id.
    pub fn linked(&self, plan: &Plan, link: usize) -> Option<&Named> {
        let field = plan.links[link].field;
        self.links.iter().find(|named| plan.links[named.link].field == field)
    }
}

/// Reads rows by a plan.
pub struct Rows<'p> {
    plan: &'p Plan,
    set: Vec<Ready<'p>>,
    default: Vec<Ready<'p>>,
}

/// A constant, computed once when it is the same in every row.
struct Ready<'p> {
    constant: &'p Constant,
    fixed: Option<String>,
}

impl<'p> Rows<'p> {
    pub fn new(plan: &'p Plan) -> Rows<'p> {
        let ready = |constant: &'p Constant| {
            let texts = constant.pieces.iter().map(|piece| match piece {
                Piece::Text(text) => Some(text.as_str()),
                Piece::Cell(_) => None,
            });
            Ready { constant, fixed: texts.collect::<Option<String>>() }
        };
        Rows {
            plan,
            set: plan.set.iter().map(ready).collect(),
            default: plan.default.iter().map(ready).collect(),
        }
    }

    pub fn read(&self, row: &Row) -> Wish {
        let mut wish = Wish {
            row: row.clone(),
            values: Vec::with_capacity(self.plan.columns.len() + self.plan.set.len()),
            links: Vec::new(),
            defaults: Vec::new(),
            default_links: Vec::new(),
            names: Vec::new(),
            files: Vec::new(),
            blanks: Vec::new(),
            id: None,
            key: Vec::new(),
            foreseen: None,
            awaits: false,
            faults: row.faults.clone(),
        };
        if !wish.faults.is_empty() {
            return wish;
        }
        for column in &self.plan.columns {
            self.read_cell(column, row, &mut wish);
        }
        self.prefer_ids(&mut wish);
        for ready in &self.set {
            if let Target::Files { field } = ready.constant.target {
                let text = joined(&ready.constant.pieces, row);
                wish.names.extend((!text.is_empty()).then_some(FileName { at: None, field, text }));
                continue;
            }
            let (mut values, mut links) = (Vec::new(), Vec::new());
            self.read_constant(ready, row, &mut values, &mut links, &mut wish.faults);
            wish.values.extend(values);
            wish.links.extend(links);
        }
        self.settle_currencies(row, &mut wish);
        for ready in &self.default {
            let (mut values, mut links) = (Vec::new(), Vec::new());
            self.read_constant(ready, row, &mut values, &mut links, &mut wish.faults);
            wish.defaults.extend(values);
            wish.default_links.extend(links);
        }
        self.read_key(&mut wish);
        wish
    }

    fn read_cell(&self, column: &ColumnPlan, row: &Row, wish: &mut Wish) {
        let Some(cell) = column.meant(row.cell(column.at)) else {
            self.blank(column, wish);
            return;
        };
        let fault = |message| Fault::new(Some(column.at), message);
        match &column.target {
            Target::Value { column: to, how, .. } => match how.read(cell, &column.style) {
                Ok(value) => match multiplied(value, column.multiply) {
                    Some(value) => wish.values.push((*to, value)),
                    None => wish.faults.push(fault(Message::new("problem-number-size"))),
                },
                Err(_) if is_choice(how) && column.unknown == Unknown::Empty => {}
                Err(_) if is_choice(how) && column.unknown == Unknown::Add && self.plan.fields_come => {
                    wish.awaits = true;
                }
                Err(message) => wish.faults.push(fault(message)),
            },
            Target::Name { field } => self.put_name(*field, cell, &mut wish.values),
            Target::Link(link) => put_link(self.plan, *link, cell, &mut wish.links),
            Target::LinkByKind(kind) => match kind.link(row.cell(kind.at)) {
                Ok(link) => put_link(self.plan, link, cell, &mut wish.links),
                // Titles and ids may ask the same column.
                Err(_) if wish.faults.iter().any(|fault| fault.column == Some(kind.at)) => {}
                Err(message) => wish.faults.push(Fault::new(Some(kind.at), message)),
            },
            Target::Id => match cell.parse() {
                Ok(id) => wish.id = Some(id),
                Err(_) => {
                    let typed = crate::cell::shortened(cell);
                    wish.faults.push(fault(Message::new("import-problem-id").with("typed", typed)));
                }
            },
            Target::Files { field } => {
                wish.names.push(FileName { at: Some(column.at), field: *field, text: cell.to_owned() });
            }
            Target::Planned(how) => match how.read(cell, &column.style) {
                Ok(_) => wish.awaits = true,
                Err(message) => wish.faults.push(fault(message)),
            },
        }
    }

    /// An amount that names its currency is in that one, whatever new records have; another column has to agree.
    fn settle_currencies(&self, row: &Row, wish: &mut Wish) {
        for column in &self.plan.columns {
            let Target::Value { field, column: to, .. } = &column.target else { continue };
            let field = &self.plan.object.fields[*field];
            let is_refused = wish.faults.iter().any(|fault| fault.column == Some(column.at));
            if field.kind != Kind::Money || *to != field.columns.start || is_refused {
                continue;
            }
            let cell = column.meant(row.cell(column.at)).unwrap_or_default();
            let named = match currency(cell) {
                Ok(Some(named)) => named,
                Ok(None) => continue,
                Err(_) => {
                    let typed = crate::cell::shortened(cell);
                    let message = Message::new("import-problem-no-currency").with("typed", typed);
                    wish.faults.push(Fault::new(Some(column.at), message));
                    continue;
                }
            };
            let said =
                wish.values.iter().find(|(at, _)| *at == to + 1).and_then(|(_, value)| value.as_text());
            match said {
                None => wish.values.push((to + 1, named.code().into())),
                Some(said) if said.eq_ignore_ascii_case(named.code()) => {}
                Some(said) => {
                    let message = Message::new("import-problem-currency").with("said", said);
                    let message = message.with("typed", crate::cell::shortened(cell));
                    wish.faults.push(Fault::new(Some(column.at), message));
                }
            }
        }
    }

    /// What is linked by id needs no title any more, which says less.
    fn prefer_ids(&self, wish: &mut Wish) {
        let links = &self.plan.links;
        let by_id = wish.links.iter().map(|named| &links[named.link]).filter(|link| link.is_by_id());
        let certain: Vec<usize> = by_id.map(|link| link.field).collect();
        wish.links.retain(|named| {
            let link = &links[named.link];
            link.is_by_id() || !certain.contains(&link.field)
        });
    }

    fn blank(&self, column: &ColumnPlan, wish: &mut Wish) {
        if self.plan.blank == Blank::Keep {
            return;
        }
        let of_field = |field: usize| self.plan.object.fields[field].columns.clone();
        match &column.target {
            Target::Value { column, .. } => wish.blanks.push(*column),
            Target::Name { field } | Target::Files { field } => wish.blanks.extend(of_field(*field)),
            Target::Link(link) => wish.blanks.extend(of_field(self.plan.links[*link].field)),
            Target::LinkByKind(kind) => wish.blanks.extend(of_field(kind.field)),
            Target::Id | Target::Planned(_) => {}
        }
    }

    fn put_name(&self, field: usize, name: &str, values: &mut Vec<(usize, Value)>) {
        let start = self.plan.object.fields[field].columns.start;
        for (part, text) in split_name(name).into_iter().enumerate() {
            values.extend(text.map(|text| (start + part, Value::Text(text))));
        }
    }

    fn read_constant(
        &self,
        ready: &Ready<'_>,
        row: &Row,
        values: &mut Vec<(usize, Value)>,
        links: &mut Vec<Named>,
        faults: &mut Vec<Fault>,
    ) {
        let text = match &ready.fixed {
            Some(text) => text.clone(),
            None => joined(&ready.constant.pieces, row),
        };
        if text.is_empty() {
            return;
        }
        match &ready.constant.target {
            Target::Value { column, how, .. } => match read(how, &text, &ready.constant.style) {
                Ok(value) => values.push((*column, value)),
                Err(message) => faults.push(Fault::new(None, message)),
            },
            Target::Name { field } => self.put_name(*field, &text, values),
            Target::Link(link) => put_link(self.plan, *link, &text, links),
            Target::LinkByKind(_) | Target::Id | Target::Files { .. } | Target::Planned(_) => {}
        }
    }

    /// What the row finds its record by.
    fn read_key(&self, wish: &mut Wish) {
        for part in &self.plan.key {
            let content = match part.source {
                KeySource::Column(column) => {
                    let value =
                        wish.values.iter().find(|(at, _)| *at == column).map(|(_, value)| value.clone());
                    value.unwrap_or_default()
                }
                KeySource::Name(field) => {
                    let columns = &self.plan.object.fields[field].columns;
                    let words =
                        wish.values.iter().filter(|(at, _)| columns.contains(at) && *at > columns.start);
                    let words: Vec<&str> = words.filter_map(|(_, value)| value.as_text()).collect();
                    Value::from(words.join(" "))
                }
                KeySource::Link(link) => {
                    let name = wish.linked(self.plan, link).map(|named| named.name.clone());
                    name.map_or(Value::Null, Value::Text)
                }
                KeySource::Id => wish.id.map_or(Value::Null, Value::Id),
            };
            let column = self.plan.column_of_key(part);
            if content.is_empty() {
                if wish.faults.iter().all(|fault| fault.column.is_none() || fault.column != column) {
                    wish.faults.push(Fault::new(column, Message::new("import-problem-key-empty")));
                }
                continue;
            }
            match part.normal(&self.plan.object, content) {
                Ok(normal) => wish.key.push(normal),
                Err(message) => wish.faults.push(Fault::new(column, message)),
            }
        }
    }
}

fn read(how: &How, text: &str, style: &Style) -> Result<Value, Message> {
    how.read(text.trim(), style)
}

const fn is_choice(how: &How) -> bool {
    matches!(how, How::Option(_) | How::Options(_))
}

/// Each name of a cell that may hold several.
fn put_link(plan: &Plan, link: usize, cell: &str, links: &mut Vec<Named>) {
    let field = &plan.object.fields[plan.links[link].field];
    if matches!(field.kind, Kind::LinkMany { .. }) {
        links.extend(entries(cell).iter().map(|name| Named::new(plan, link, name)));
    } else {
        links.push(Named::new(plan, link, cell));
    }
}

fn multiplied(value: Value, factor: Option<Decimal>) -> Option<Value> {
    let Some(factor) = factor else { return Some(value) };
    match value.as_decimal() {
        Some(number) => number.checked_mul(factor).map(|product| Value::Decimal(product.normalize())),
        None => Some(value),
    }
}

/// The pieces with the row's cells between them; without the separators of cells that are empty.
fn joined(pieces: &[Piece], row: &Row) -> String {
    let mut text = String::new();
    for piece in pieces {
        match piece {
            Piece::Text(own) => text.push_str(own),
            Piece::Cell(at) => text.push_str(row.cell(*at).trim()),
        }
    }
    text.trim_matches(|c: char| c.is_whitespace() || matches!(c, '–' | '-' | ',' | '/' | '·')).to_owned()
}
