//! What a record gets without being told: defaults, owner, numbers, formulas, its title, its dates.

use std::{cell::RefCell, collections::HashMap, sync::Arc};

use expr::sql::Sql;
use kernel::{ColumnType, Id, Value, number};
use metadata::{Field, Kind, Object};

use super::{Work, Writer, stamps::Stamps, validate::check_title};
use crate::{
    Error, Principal, Reader,
    env::{Linked, RecordEnv},
    figures::figure,
};

impl Writer<'_, '_> {
    pub(super) fn set_defaults(
        &mut self,
        object: &Arc<Object>,
        works: &mut [Work],
        linked: &mut Linked,
    ) -> Result<(), Error> {
        let who = self.who;
        for work in works.iter_mut().filter(|work| work.error.is_none()) {
            if work.before.is_none() {
                default_fields(object, work, &mut self.reader, linked, who);
            }
            default_currencies(object, work, self.reader.engine.currency());
        }
        if object.owned {
            self.set_owner(object, works)?;
        }
        Ok(())
    }

    /// A new record is its maker's, and of the owner's team; a record that changes hands changes team.
    fn set_owner(&mut self, object: &Object, works: &mut [Work]) -> Result<(), Error> {
        let (owner, team) = (object.column_of("owner"), object.column_of("team"));
        let mut teams: HashMap<Id, Value> = HashMap::new();
        for work in works.iter_mut().filter(|work| work.error.is_none()) {
            if work.before.is_none() && work.after[owner].is_null() && !work.given.has(owner) {
                work.after[owner] = self.who.me().into();
            }
            if work.given.has(team) || !work.changes(owner) {
                continue;
            }
            let Some(id) = work.after[owner].as_id() else { continue };
            let of_owner = match teams.get(&id) {
                Some(team) => team.clone(),
                None => {
                    let found = team_of(&mut self.reader, id)?;
                    teams.insert(id, found.clone());
                    found
                }
            };
            if work.before.is_none() || !of_owner.is_null() {
                work.after[team] = of_owner;
            }
        }
        Ok(())
    }

    pub(super) fn complete(&mut self, object: &Arc<Object>, works: &mut [Work], linked: &mut Linked) {
        let who = self.who;
        let stamps = Stamps::of(object);
        for work in works.iter_mut().filter(|work| work.error.is_none()) {
            compute_formulas(object, work.id, &mut work.after, &mut self.reader, linked, who);
            work.after[Object::TITLE] = title(object, &work.after).into();
            stamps.put(work, &self.reader);
        }
    }

    /// Hands out the next numbers of auto-number fields, to what will be saved: so that none is missing.
    pub(super) fn number(
        &mut self,
        object: &Arc<Object>,
        works: &mut [Work],
        linked: &mut Linked,
    ) -> Result<(), Error> {
        let who = self.who;
        for field in &object.fields {
            let Kind::AutoNumber { prefix, digits } = &field.kind else { continue };
            let at = field.columns.start;
            let mut open: Vec<&mut Work> =
                works.iter_mut().filter(|work| work.is_good() && work.after[at].is_null()).collect();
            if open.is_empty() {
                continue;
            }
            let first = self.reader.take_numbers(&format!("{}.{}", object.name, field.name), open.len())?;
            for (number, work) in (first..).zip(&mut open) {
                work.after[at] = format!("{prefix}{number:0width$}", width = usize::from(*digits)).into();
                compute_formulas(object, work.id, &mut work.after, &mut self.reader, linked, who);
                work.after[Object::TITLE] = title(object, &work.after).into();
            }
        }
        for work in works.iter_mut().filter(|work| work.is_good()) {
            check_title(object, work);
        }
        Ok(())
    }
}

impl Reader<'_, '_> {
    /// Takes the next `count` numbers of a sequence; tells the first. Numbers of a transaction that fails are used again.
    fn take_numbers(&mut self, sequence: &str, count: usize) -> Result<i64, Error> {
        let count = i64::try_from(count).unwrap_or(i64::MAX);
        let mut sql = Sql::new("insert into \"sequence\" (\"name\", \"next\") values (");
        sql.bind(sequence, ColumnType::Text).push(", ").bind(count + 1, ColumnType::Int);
        sql.push(") on conflict (\"name\") do update set \"next\" = \"sequence\".\"next\" + ")
            .bind(count, ColumnType::Int);
        sql.push(" returning \"next\"");
        let next = self.tx.query_one(&sql, |row| row.int(0).unwrap_or(1))?;
        Ok(next - count)
    }
}

fn default_fields(
    object: &Object,
    work: &mut Work,
    reader: &mut Reader<'_, '_>,
    linked: &mut Linked,
    who: &Principal,
) {
    for field in &object.fields {
        if let Kind::RollUp(roll_up) = &field.kind {
            work.after[field.columns.start] = figure(roll_up, None);
        }
        let Some(default) = &field.default else { continue };
        let given = field.columns.clone().any(|column| work.given.has(column));
        if given || field.columns.is_empty() {
            continue;
        }
        let value = evaluate(default, work.id, &work.after, reader, linked, who);
        work.after[field.columns.start] = fit(field, object, value);
        if let (Kind::Money, Some(currency)) = (&field.kind, default.currency()) {
            let code = evaluate(&currency, work.id, &work.after, reader, linked, who);
            work.after[field.columns.start + 1] = code;
        }
    }
}

/// An amount without a currency is in the workspace's own.
fn default_currencies(object: &Object, work: &mut Work, currency: kernel::Currency) {
    for field in object.fields.iter().filter(|field| field.kind == Kind::Money) {
        let (amount, code) = (field.columns.start, field.columns.start + 1);
        if work.after[amount].is_null() {
            if !work.given.has(code) {
                work.after[code] = Value::Null;
            }
        } else if work.after[code].is_null() {
            work.after[code] = currency.code().into();
        }
    }
}

fn team_of(reader: &mut Reader<'_, '_>, user: Id) -> Result<Value, Error> {
    if reader.registry.object("user").and_then(|users| users.field("team")).is_none() {
        return Ok(Value::Null);
    }
    let mut sql = Sql::new("select \"team\" from \"user\" where \"id\" = ");
    sql.bind(user, ColumnType::Id);
    Ok(reader.tx.query_optional(&sql, |row| row.id(0))?.flatten().into())
}

pub(super) fn compute_formulas(
    object: &Object,
    id: Id,
    values: &mut [Value],
    reader: &mut Reader<'_, '_>,
    linked: &mut Linked,
    who: &Principal,
) {
    for position in &object.formulas {
        let field = &object.fields[*position];
        let Some(formula) = &field.formula else { continue };
        let value = evaluate(formula, id, values, reader, linked, who);
        values[field.columns.start] = fit(field, object, value);
    }
}

fn evaluate(
    checked: &expr::Checked,
    id: Id,
    values: &[Value],
    reader: &mut Reader<'_, '_>,
    linked: &mut Linked,
    who: &Principal,
) -> Value {
    let now = reader.now();
    let env = RecordEnv { id, values, members: &[], who, now, reader: RefCell::new((reader, linked)) };
    expr::eval(checked, &env)
}

/// A computed value as the field's column keeps it.
fn fit(field: &Field, object: &Object, value: Value) -> Value {
    match (object.columns[field.columns.start].column, value) {
        (ColumnType::Decimal { scale }, Value::Int(number)) => fit_decimal(number.into(), scale),
        (ColumnType::Decimal { scale }, Value::Decimal(number)) => fit_decimal(number, scale),
        (ColumnType::Int, Value::Decimal(number)) => i64::try_from(number::round(number, 0)).ok().into(),
        (_, value) => value,
    }
}

fn fit_decimal(number: kernel::Decimal, scale: u8) -> Value {
    let rounded = number::round(number, scale.into());
    number::to_scaled(rounded, scale.into()).map(|_| rounded).into()
}

/// What the record is called: the texts of its title fields.
pub fn title(object: &Object, values: &[Value]) -> String {
    let mut words: Vec<String> = Vec::new();
    for position in &object.title {
        let field = &object.fields[*position];
        let parts = &values[field.columns.clone()];
        match &field.kind {
            Kind::PersonName => words.extend(parts[1..].iter().filter_map(Value::as_text).map(str::to_owned)),
            Kind::Choice(choice) => words.extend(parts[0].as_text().map(|name| option_label(choice, name))),
            _ => words.extend(parts.iter().find(|part| !part.is_null()).map(plain_text)),
        }
    }
    words.join(" ")
}

fn option_label(choice: &metadata::Choice, name: &str) -> String {
    choice.option(name).and_then(|option| option.label.clone()).unwrap_or_else(|| name.replace('_', " "))
}

pub(crate) fn plain_text(value: &Value) -> String {
    match value {
        Value::Text(text) => text.clone(),
        Value::Null => String::new(),
        Value::Int(number) => number.to_string(),
        Value::Decimal(number) => number.to_string(),
        Value::Date(date) => date.to_string(),
        Value::Instant(instant) => instant.to_string(),
        Value::List(entries) => entries.iter().map(plain_text).collect::<Vec<_>>().join(" "),
        Value::Bool(_) | Value::Id(_) | Value::Json(_) => String::new(),
    }
}
