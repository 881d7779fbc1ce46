//! New columns and conditions on rows, in the expression language of the whole product.
//!
//! A column whose cells are all numbers is a number there, one whose cells are all dates is a date, any other is
//! text. A name with blanks or signs is written with `_` for each of them.

use std::sync::Arc;

use expr::{Catalog, Checked, Column, Expected, Field, Source, Type};
use i18n::Reader;
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use kernel::{Decimal, Id, Value};

use super::{Table, Texts, folded};
use crate::failure::Failure;

/// How expressions call the table they are about.
const ROW: &str = "row";

impl Table {
    /// Adds the column that `name = expression` describes.
    pub(super) fn compute(&mut self, definition: &str) -> Result<(), Failure> {
        let Some((name, source)) = definition.split_once('=') else {
            return Err(Failure::Usage(format!("--let \"{definition}\": write NAME = EXPRESSION")));
        };
        let checked = self.checked("--let", source.trim(), &Expected::Any)?;
        let mut column = Texts::default();
        self.for_each_row(&checked, |row| column.push(&written(&expr::eval(&checked, row))));
        self.push_column(name.trim().to_owned(), column);
        Ok(())
    }

    /// Keeps the rows that meet the condition.
    pub(super) fn filter(&mut self, condition: &str) -> Result<(), Failure> {
        let checked = self.checked("--where", condition, &Expected::Condition)?;
        let mut keep = Vec::with_capacity(self.len());
        self.for_each_row(&checked, |row| keep.push(expr::holds(&checked, row)));
        self.keep(&keep);
        Ok(())
    }

    /// Whether all names in the condition are columns already.
    pub(super) fn knows(&self, condition: &str) -> bool {
        self.checked("--where", condition, &Expected::Condition).is_ok()
    }

    fn checked(&self, option: &str, source: &str, expected: &Expected) -> Result<Checked, Failure> {
        expr::check(source, ROW, &Names(self), expected).map_err(|problems| {
            let reader = english();
            let said: Vec<String> = problems
                .iter()
                .map(|problem| problem.render(source, &reader.text_with(&problem.message)))
                .collect();
            Failure::Usage(format!("{option}:\n{}", said.join("\n")))
        })
    }

    fn for_each_row(&self, checked: &Checked, mut visit: impl FnMut(&Row)) {
        let used: Vec<(usize, Type)> =
            checked.own_columns().iter().map(|&column| (column, self.type_of(column))).collect();
        let mut row = Row { values: vec![Value::Null; self.names.len()], zone: TimeZone::UTC };
        for at in 0..self.len() {
            for (column, ty) in &used {
                row.values[*column] = self.value(*column, at, ty);
            }
            visit(&row);
        }
    }

    fn type_of(&self, column: usize) -> Type {
        let dates = || {
            (0..self.len()).all(|row| {
                let text = self.text(column, row);
                self.is_missing(text) || self.time_of(text).is_some()
            })
        };
        if self.is_numeric(column) {
            Type::Number
        } else if !self.is_empty() && dates() {
            Type::Date
        } else {
            Type::Text
        }
    }

    fn value(&self, column: usize, row: usize, ty: &Type) -> Value {
        let text = self.text(column, row);
        match ty {
            _ if self.is_missing(text) => Value::Null,
            Type::Number => decimal(text).map_or(Value::Null, Value::Decimal),
            Type::Date => self.time_of(text).and_then(date).map_or(Value::Null, Value::Date),
            _ => Value::Text(text.to_owned()),
        }
    }
}

/// What is wrong with an expression is a message; the terminal reads English.
fn english() -> Reader {
    let mut texts = i18n::Texts::new();
    // Only a catalogue with errors is refused, and then the ids of the messages are shown.
    let _ = texts.add("en", "expr", expr::TEXTS);
    Arc::new(texts).reader("en", TimeZone::UTC, Timestamp::now())
}

fn decimal(text: &str) -> Option<Decimal> {
    text.parse().ok().or_else(|| Decimal::from_scientific(text).ok())
}

fn date(time: f64) -> Option<Date> {
    Date::constant(1970, 1, 1).checked_add(jiff::Span::new().days(time.floor() as i64)).ok()
}

fn written(value: &Value) -> String {
    match value {
        Value::Bool(yes) => u8::from(*yes).to_string(),
        Value::Int(number) => number.to_string(),
        Value::Decimal(number) => number.to_string(),
        Value::Text(text) => text.clone(),
        Value::Date(date) => date.to_string(),
        Value::Instant(instant) => instant.to_string(),
        _ => String::new(),
    }
}

/// The columns as fields.
struct Names<'a>(&'a Table);

impl Catalog for Names<'_> {
    fn field(&self, object: &str, name: &str) -> Option<Field> {
        let table = self.0;
        let same = |own: &String| own == name || as_name(own) == name;
        let index = table.names.iter().position(same);
        let index = index.or_else(|| table.names.iter().position(|own| folded(own) == folded(name)))?;
        if object != ROW {
            return None;
        }
        let ty = table.type_of(index);
        let column = Column { name: name.into(), index, column: ty.column() };
        Some(Field::new(ty, Source::Column(column)))
    }

    fn field_names(&self, _: &str) -> Vec<String> {
        self.0.names.iter().map(|name| as_name(name)).collect()
    }

    fn table(&self, _: &str) -> Option<Arc<str>> {
        None
    }
}

/// A column's name as expressions write it.
pub fn as_name(column: &str) -> String {
    column.chars().map(|c| if c.is_alphanumeric() { c } else { '_' }).collect()
}

/// One row at hand.
struct Row {
    values: Vec<Value>,
    zone: TimeZone,
}

impl expr::Env for Row {
    fn column(&self, index: usize) -> &Value {
        &self.values[index]
    }

    fn linked(&self, _: &str, _: Id, _: usize) -> Value {
        Value::Null
    }

    fn members(&self, _: Option<(&str, Id)>, _: &expr::Many) -> Vec<Id> {
        Vec::new()
    }

    fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    fn zone(&self) -> &TimeZone {
        &self.zone
    }

    fn me(&self) -> Option<Id> {
        None
    }

    fn my_teams(&self) -> &[Id] {
        &[]
    }
}
