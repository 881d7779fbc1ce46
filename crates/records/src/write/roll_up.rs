//! Roll-ups: figures over the records that link to one, computed anew at the end of a transaction that touched them.
//!
//! A new figure is saved like any change, so that behaviours, formulas, log and roll-ups further up follow.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use expr::sql::Sql;
use kernel::{ColumnType, Id, Value};
use metadata::{Field, Kind, Object, Registry, RollUp, definition::RollUpFunction};

use super::Writer;
use crate::{Draft, Error, Principal, Reader, engine::in_ids};

/// Chains of roll-ups on roll-ups longer than this are circles.
const ROUNDS: usize = 10;

/// Records whose roll-ups may have changed, by object.
#[derive(Default)]
pub(crate) struct Touched(BTreeMap<String, BTreeSet<Id>>);

/// The links of an object along which others roll it up.
pub(super) struct RollUpLinks<'r>(Vec<(&'r Object, &'r Field)>);

impl<'r> RollUpLinks<'r> {
    pub fn of(registry: &'r Registry, object: &'r Object) -> RollUpLinks<'r> {
        let mut links: Vec<(&Object, &Field)> = Vec::new();
        for (parent, field) in registry.roll_ups_of(&object.name) {
            let Kind::RollUp(roll_up) = &field.kind else { continue };
            let Some(link) = object.field(&roll_up.link) else { continue };
            if !links.iter().any(|(to, known)| to.name == parent.name && known.name == link.name) {
                links.push((parent, link));
            }
        }
        RollUpLinks(links)
    }

    /// Notes the records that a changed record linked or links to.
    pub fn note(&self, before: Option<&[Value]>, after: Option<&[Value]>, touched: &mut Touched) {
        for (parent, link) in &self.0 {
            for values in [before, after].into_iter().flatten() {
                let Some(id) = linked(link, values, &parent.name) else { continue };
                match touched.0.get_mut(&parent.name) {
                    Some(ids) => {
                        ids.insert(id);
                    }
                    None => {
                        touched.0.insert(parent.name.clone(), BTreeSet::from([id]));
                    }
                }
            }
        }
    }
}

/// The record of object `to` that a link leads to.
fn linked(link: &Field, values: &[Value], to: &str) -> Option<Id> {
    let start = link.columns.start;
    match link.kind {
        Kind::Link(_) => values[start].as_id(),
        Kind::LinkAny(_) if values[start].as_text() == Some(to) => values[start + 1].as_id(),
        _ => None,
    }
}

impl Writer<'_, '_> {
    pub(super) fn settle_roll_ups(&mut self) -> Result<(), Error> {
        for _ in 0..ROUNDS {
            let touched = std::mem::take(&mut self.touched);
            if touched.0.is_empty() {
                return Ok(());
            }
            for (object, ids) in touched.0 {
                let object = self.object(&object)?;
                let ids: Vec<Id> = ids.into_iter().collect();
                for ids in ids.chunks(500) {
                    self.roll_up(&object, ids)?;
                }
            }
        }
        Err(Error::invalid(kernel::Message::new("problem-endless")))
    }

    /// Computes the roll-ups and the stored formulas of these records anew, whatever touched them.
    pub(crate) fn compute_anew(&mut self, object: &Arc<Object>, ids: &[Id]) -> Result<(), Error> {
        self.roll_up(object, ids)
    }

    fn roll_up(&mut self, object: &Arc<Object>, ids: &[Id]) -> Result<(), Error> {
        self.meet_rivals(object, ids)?;
        let fields = object.fields.iter().filter_map(|field| match &field.kind {
            Kind::RollUp(roll_up) => Some((field, roll_up)),
            _ => None,
        });
        let mut drafts: BTreeMap<Id, Draft> =
            ids.iter().map(|id| (*id, Draft::change(object, *id))).collect();
        for (field, roll_up) in fields {
            let figures = self.figures(field, roll_up, &object.name, ids)?;
            for (id, draft) in &mut drafts {
                draft.put_column(field.columns.start, figure(roll_up, figures.get(id)));
            }
        }
        let system = Principal { zone: self.who.zone.clone(), ..Principal::system() };
        let drafts = drafts.into_values().collect();
        self.acting_as(&system, |writer| writer.save_all(drafts).map(|_| ()))
    }

    /// Has one of two transactions that compute the same figures begin anew, also where neither finds a change.
    ///
    /// Sums and counts need none of this: what leaves them as they are adds nothing for the other either. But of two
    /// that each take away one of two largest, both would leave the largest as it was.
    fn meet_rivals(&mut self, object: &Object, ids: &[Id]) -> Result<(), Error> {
        use RollUpFunction::{Average, Max, Min};
        let compares = |field: &Field| matches!(&field.kind, Kind::RollUp(roll_up) if matches!(roll_up.function, Average | Min | Max));
        let dialect = self.tx.dialect();
        if !dialect.has_rivals() || !object.fields.iter().any(compares) {
            return Ok(());
        }
        let mut sql = Sql::new("update ");
        sql.name(object.table()).push(" set \"version\" = \"version\" where ");
        sql.append(&in_ids(dialect, "\"id\"", ids.iter().map(|id| (*id).into()).collect()));
        self.tx.execute(&sql)?;
        Ok(())
    }
}

impl Reader<'_, '_> {
    /// The figure for each of these records that has any.
    pub(crate) fn figures(
        &mut self,
        field: &Field,
        roll_up: &RollUp,
        to: &str,
        ids: &[Id],
    ) -> Result<BTreeMap<Id, Value>, Error> {
        let children = self.object(&roll_up.object)?;
        let Some(link) = children.field(&roll_up.link) else { return Ok(BTreeMap::new()) };
        let mut key = Sql::new("t.");
        key.name(&children.columns[link.columns.end - 1].name);
        let mut sql = Sql::new("select ");
        sql.append(&key).push(", ").append(&aggregate(&children, roll_up));
        sql.push(" from ").name(children.table()).push(" t where t.\"deleted_at\" is null and ");
        sql.append(&in_ids(self.tx.dialect(), key.text(), ids.iter().map(|id| (*id).into()).collect()));
        if let Kind::LinkAny(_) = link.kind {
            sql.push(" and t.").name(&children.columns[link.columns.start].name).push(" = ");
            sql.bind(to, ColumnType::Text);
        }
        if let Some(filter) = &field.filter {
            let registry = Arc::clone(&self.registry);
            sql.push(" and ").append(&self.asking(&registry).compile(filter, "t"));
        }
        sql.push(" group by ").append(&key);
        let read_as = match (roll_up.function, roll_up.column) {
            // PostgreSQL adds whole numbers up to a numeric.
            (RollUpFunction::Sum, ColumnType::Int) => ColumnType::Decimal { scale: 0 },
            (_, column) => column,
        };
        let rows = self.tx.query(&sql, |row| Some((row.id(0)?, row.value(1, read_as))))?;
        Ok(rows.into_iter().flatten().collect())
    }
}

fn aggregate(children: &Object, roll_up: &RollUp) -> Sql {
    let mut column = Sql::new("t.");
    let name =
        roll_up.field.as_deref().and_then(|name| children.field(name)).map(|field| field.columns.start);
    match name {
        Some(at) => column.name(&children.columns[at].name),
        None => return Sql::new("count(*)"),
    };
    let function = match roll_up.function {
        RollUpFunction::Count => "count(",
        RollUpFunction::Sum => "sum(",
        RollUpFunction::Average => "rp_average(",
        RollUpFunction::Min => "min(",
        RollUpFunction::Max => "max(",
    };
    let mut sql = Sql::new(function);
    sql.append(&column).push(")");
    sql
}

/// What the field shows: nothing to count is none, nothing to add up is zero, nothing to compare is empty.
pub(crate) fn figure(roll_up: &RollUp, found: Option<&Value>) -> Value {
    match (found, roll_up.function) {
        (Some(Value::Decimal(number)), _) if roll_up.column == ColumnType::Int => {
            i64::try_from(*number).ok().into()
        }
        (Some(value), _) if !value.is_null() => value.clone(),
        (_, RollUpFunction::Count | RollUpFunction::Sum) if roll_up.column == ColumnType::Int => {
            Value::Int(0)
        }
        (_, RollUpFunction::Count | RollUpFunction::Sum) => Value::Decimal(kernel::Decimal::ZERO),
        _ => Value::Null,
    }
}
