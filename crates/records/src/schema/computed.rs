//! Stored formulas and roll-ups of records that were there before their definition: computed anew, some at a time.
//!
//! How each was defined when it was computed last is kept; whoever is interrupted here begins again at the next start.

use std::{
    collections::BTreeMap,
    fmt::{Debug, Write},
    sync::Arc,
};

use expr::{Checked, sql::Sql};
use kernel::{ColumnType, Id};
use metadata::{Field, Kind, Object, Registry};

use super::{
    SchemaError,
    kept::{read_computed, write_computed},
};
use crate::{Engine, Principal};

/// Records of one transaction, so that others are not held up.
const PART: i64 = 500;

/// Computes what is defined otherwise than when it was computed last.
pub(super) fn bring_up(engine: &Engine) -> Result<(), SchemaError> {
    let registry = engine.registry();
    let known = engine.db().read(read_computed)?;
    let wanted: BTreeMap<String, String> =
        registry.objects().flat_map(|object| definitions(&registry, object)).collect();
    if known == wanted {
        return Ok(());
    }
    for object in registry.objects() {
        let mut own = definitions(&registry, object);
        if own.any(|(name, definition)| known.get(&name) != Some(&definition)) {
            compute(engine, object)?;
        }
    }
    Ok(engine.db().write(|tx| write_computed(tx, &wanted))?)
}

/// What an object computes and keeps: `deal.expected` and how.
fn definitions<'r>(
    registry: &'r Registry,
    object: &'r Object,
) -> impl Iterator<Item = (String, String)> + 'r {
    object.fields.iter().filter_map(move |field| {
        let mut definition = match &field.kind {
            Kind::Formula { column: Some(column) } => said(registry, field.formula.as_deref(), column),
            Kind::RollUp(roll_up) => said(registry, field.filter.as_deref(), roll_up),
            _ => return None,
        };
        if let Some(currency) = &field.currency {
            let _ = write!(definition, " in {currency}");
        }
        Some((format!("{}.{}", object.name, field.name), definition))
    })
}

/// The expression with the options that it may read the roles of, and what else makes the content.
fn said(registry: &Registry, expression: Option<&Checked>, more: &impl Debug) -> String {
    let mut said = format!("{more:?}");
    let Some(expression) = expression else { return said };
    let _ = write!(said, " {expression}");
    for read in expression.fields() {
        let field: Option<&Field> =
            registry.object(&read.object).and_then(|object| object.field(&read.field));
        for option in
            field.and_then(|field| field.kind.choice()).into_iter().flat_map(|choice| &choice.options)
        {
            let roles = (&option.name, option.outcome, option.probability, &option.forecast_category);
            let _ = write!(said, " {roles:?}");
        }
    }
    said
}

fn compute(engine: &Engine, object: &Arc<Object>) -> Result<(), SchemaError> {
    let system = Principal::system();
    let mut last: Option<Id> = None;
    loop {
        let mut sql = Sql::new("select \"id\" from ");
        sql.name(object.table());
        if let Some(last) = last {
            sql.push(" where \"id\" > ").bind(last, ColumnType::Id);
        }
        sql.push(" order by \"id\" limit ").bind(PART, ColumnType::Int);
        let ids: Vec<Id> = engine.db().query(&sql, |row| row.id(0))?.into_iter().flatten().collect();
        last = ids.last().copied();
        if last.is_none() {
            return Ok(());
        }
        engine.write(&system, |writer| writer.compute_anew(object, &ids)).map_err(super::broken)?;
    }
}
