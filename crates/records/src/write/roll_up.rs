//! Roll-ups: figures over the records that link to one, computed anew at the end of a transaction that touched them.
//!
//! A new figure is saved like any change, so that behaviours, formulas, log and roll-ups further up follow. It is stamped
//! with whoever touched the parts, and with Rapport as the way: programs that keep up by `updated_at` must not miss it, and
//! people are told who it was.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use expr::sql::Sql;
use kernel::{Id, Value};
use metadata::{Field, Kind, Object, Registry, definition::RollUpFunction};

use super::Writer;
use crate::{Draft, Error, engine::in_ids, figures::figure};

/// Chains of roll-ups on roll-ups longer than this are circles.
const ROUNDS: usize = 10;

/// Records whose roll-ups may have changed, by object.
#[derive(Default)]
pub(crate) struct Touched(BTreeMap<String, BTreeSet<Id>>);

impl Touched {
    fn insert(&mut self, object: &Object, id: Id) {
        match self.0.get_mut(&object.name) {
            Some(ids) => {
                ids.insert(id);
            }
            None => {
                self.0.insert(object.name.clone(), BTreeSet::from([id]));
            }
        }
    }
}

/// What has to be computed anew when a record of an object changes: the records that it links to, along the links by
/// which others roll it up, and its own roll-ups, where they follow the currency of a field of it.
pub(super) struct RollUpLinks<'r> {
    object: &'r Object,
    links: Vec<(&'r Object, &'r Field)>,
}

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
        RollUpLinks { object, links }
    }

    /// Notes the records that a changed record linked or links to.
    pub fn note(&self, before: Option<&[Value]>, after: Option<&[Value]>, touched: &mut Touched) {
        for (parent, link) in &self.links {
            for values in [before, after].into_iter().flatten() {
                let Some(id) = linked(link, values, &parent.name) else { continue };
                touched.insert(parent, id);
            }
        }
        if let (Some(before), Some(after)) = (before, after)
            && self.followed_columns().any(|column| before[column] != after[column])
            && let Some(id) = after[Object::ID].as_id()
        {
            touched.insert(self.object, id);
        }
    }

    /// The columns that tell in which currency the object's own roll-ups are.
    fn followed_columns(&self) -> impl Iterator<Item = usize> {
        let roll_ups = self.object.fields.iter().filter(|field| matches!(field.kind, Kind::RollUp(_)));
        roll_ups
            .filter_map(|field| field.currency.as_ref())
            .flat_map(|currency| currency.own_columns())
            .copied()
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
            let figures = self.figures(field, roll_up, object, ids)?;
            for (id, draft) in &mut drafts {
                draft.put_column(field.columns.start, figure(roll_up, figures.get(id)));
            }
        }
        let drafts = drafts.into_values().collect();
        self.trusted(|writer| writer.save_all(drafts).map(|_| ()))
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
