//! Which columns a statement selects for the fields asked for, and the record that a row becomes.

use std::sync::Arc;

use db::Row;
use expr::sql::Sql;
use kernel::{ColumnType, Value};
use metadata::{Kind, Object};

use crate::{
    Action, Record,
    condition::{Asking, Rows},
    record::FieldSet,
};

/// The alias of the table that is read.
pub(crate) const ALIAS: &str = "t";

/// What stands where in the rows of a statement.
pub(crate) struct Selection {
    object: Arc<Object>,
    shown: FieldSet,
    cells: Vec<Cell>,
    /// For each action, for each grant of it: the fields that it hides on the rows that it opens. A field shows
    /// where each action has a grant that opens the row and shows the field.
    masks: Vec<Vec<FieldSet>>,
}

enum Cell {
    Column(usize, ColumnType),
    Computed(usize, ColumnType),
    Label(usize),
    /// The code of the currency of a computed amount.
    Currency(usize),
    /// Whether the grant of that mask opens the row.
    Mask,
}

impl Selection {
    /// Plans to read `fields` for `action`, as far as it reaches them, and writes the list of columns after `select `.
    pub fn new(
        asking: &Asking<'_>,
        object: &Arc<Object>,
        fields: &FieldSet,
        action: Action,
        labels: bool,
        sql: &mut Sql,
    ) -> Selection {
        let actions: &[Action] = if action == Action::Read { &[action] } else { &[Action::Read, action] };
        let mut readable = asking.readable(object, Action::Read);
        for action in &actions[1..] {
            readable.retain(&asking.readable(object, *action));
        }
        let mut shown = fields.clone();
        shown.retain(&readable);
        let mut cells = Vec::new();
        column(sql, object, Object::ID, &mut cells);
        column(sql, object, Object::VERSION, &mut cells);
        if object.title.iter().all(|position| readable.has(*position)) {
            column(sql, object, Object::TITLE, &mut cells);
        }
        for position in shown.iter() {
            let field = &object.fields[position];
            field.columns.clone().for_each(|index| column(sql, object, index, &mut cells));
            if let (Kind::Formula { column: None }, Some(formula)) = (&field.kind, &field.formula) {
                let of = formula.column_type();
                sql.push(", ").append(&asking.compile_value(formula, ALIAS));
                cells.push(Cell::Computed(position, of));
            }
            if let Some(currency) = field.currency.as_ref().filter(|_| field.is_computed_money()) {
                sql.push(", ").append(&asking.compile_value(currency, ALIAS));
                cells.push(Cell::Currency(position));
            }
            if labels && matches!(field.kind, Kind::Link(_) | Kind::LinkAny(_)) {
                sql.push(", ").append(&label(asking, object, position));
                cells.push(Cell::Label(position));
            }
        }
        let mut masks = Vec::new();
        for action in actions {
            let grants = asking.masks(object, *action, ALIAS);
            if grants.is_empty() {
                continue;
            }
            for (rows, _) in &grants {
                match rows {
                    Rows::All => sql.push(", true"),
                    Rows::Where(condition) => sql.push(", (").append(condition).push(")"),
                };
                cells.push(Cell::Mask);
            }
            masks.push(grants.into_iter().map(|(_, hidden)| hidden).collect());
        }
        Selection { object: Arc::clone(object), shown, cells, masks }
    }

    /// Columns that the selection takes: what a statement adds comes after.
    pub fn width(&self) -> usize {
        self.cells.len()
    }

    pub fn record(&self, row: &Row<'_>) -> Record {
        let mut record = Record {
            object: Arc::clone(&self.object),
            values: vec![Value::Null; self.object.columns.len()],
            computed: Vec::new(),
            currencies: Vec::new(),
            labels: Vec::new(),
            members: Vec::new(),
            shown: self.shown.clone(),
        };
        let mut open = Vec::new();
        for (at, cell) in self.cells.iter().enumerate() {
            match cell {
                Cell::Column(index, column) => record.values[*index] = row.value(at, *column),
                Cell::Computed(position, column) => record.computed.push((*position, row.value(at, *column))),
                Cell::Currency(position) => {
                    if let Some(code) = row.text(at) {
                        record.currencies.push((*position, code.to_owned()));
                    }
                }
                Cell::Label(position) => {
                    if let Some(title) = row.text(at) {
                        record.labels.push((*position, title.to_owned()));
                    }
                }
                Cell::Mask => open.push(row.bool(at).unwrap_or(false)),
            }
        }
        if !self.masks.is_empty() {
            self.hide(&mut record, &open);
        }
        record
    }

    /// Takes out the fields that no grant which opens this row shows; `open` tells it for one after the other.
    fn hide(&self, record: &mut Record, open: &[bool]) {
        let mut opening: Vec<Vec<&FieldSet>> = Vec::with_capacity(self.masks.len());
        let mut open = open.iter();
        for grants in &self.masks {
            let those = grants.iter().zip(&mut open).filter(|(_, open)| **open);
            opening.push(those.map(|(hidden, _)| hidden).collect());
        }
        let hidden =
            |position: usize| opening.iter().any(|grants| grants.iter().all(|hidden| hidden.has(position)));
        for position in self.shown.iter().filter(|position| hidden(*position)) {
            record.shown.remove(position);
            let columns = self.object.fields[position].columns.clone();
            columns.for_each(|index| record.values[index] = Value::Null);
            record.computed.retain(|(at, _)| *at != position);
            record.currencies.retain(|(at, _)| *at != position);
            record.labels.retain(|(at, _)| *at != position);
        }
        if self.object.title.iter().any(|position| hidden(*position)) {
            record.values[Object::TITLE] = Value::Null;
        }
    }
}

fn column(sql: &mut Sql, object: &Object, index: usize, cells: &mut Vec<Cell>) {
    let stored = &object.columns[index];
    sql.push(if cells.is_empty() { "" } else { ", " }).push(ALIAS).push(".").name(&stored.name);
    cells.push(Cell::Column(index, stored.column));
}

/// The title of the record behind a link, as far as it may be seen.
fn label(asking: &Asking<'_>, object: &Object, position: usize) -> Sql {
    let field = &object.fields[position];
    if let Kind::Link(link) = &field.kind {
        return title_of(asking, &link.to, &object.columns[field.columns.start].name);
    }
    let (kind, id) =
        (&object.columns[field.columns.start].name, &object.columns[field.columns.start + 1].name);
    let mut sql = Sql::new("case ");
    sql.push(ALIAS).push(".").name(kind);
    for to in field.kind.targets() {
        sql.push(" when '").push(to).push("' then ").append(&title_of(asking, to, id));
    }
    sql.push(" end");
    sql
}

fn title_of(asking: &Asking<'_>, to: &str, link: &str) -> Sql {
    let Some(linked) = asking.registry.object(to) else { return Sql::new("null") };
    let fields = linked.title.iter().copied().collect();
    let Ok(rows) = asking.rows(linked, Action::Read, &fields, "l") else { return Sql::new("null") };
    let mut sql = Sql::new("(select l.\"title\" from ");
    sql.name(linked.table()).push(" l where l.\"id\" = ").push(ALIAS).push(".").name(link);
    if let Rows::Where(condition) = rows {
        sql.push(" and ").append(&condition);
    }
    sql.push(")");
    sql
}
