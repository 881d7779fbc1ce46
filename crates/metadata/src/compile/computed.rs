//! The second pass: formulas and roll-ups.
//!
//! Each may read others, so they are tried again and again while at least one more is settled; what is left
//! then reads itself in a circle, or names something that is not there. A settled field gets its column at the
//! end of its object's columns, so that everything settled before keeps its place. A formula that reads nothing
//! but its own record, and no clock, is stored; any other is computed when it is asked for.

use std::sync::Arc;

use expr::{Expected, Type};
use kernel::{ColumnType, Currency};

use super::{at, check};
use crate::{
    Registry,
    definition::{DefinitionError, FieldDef, ObjectDef, RollUpFunction, TypeName},
    kind::{Kind, RollUp},
    object::{Column, Object, Origin},
};

/// Digits after the point of a formula that says nothing else.
const FORMULA_SCALE: u8 = 4;

pub fn resolve(
    registry: &mut Registry,
    definitions: &[(ObjectDef, Origin)],
    problems: &mut Vec<DefinitionError>,
) {
    let fields = definitions
        .iter()
        .flat_map(|(object, _)| object.fields.iter().map(|field| (object.name.as_str(), field)));
    let mut open: Vec<(&str, &FieldDef)> =
        fields.filter(|(_, field)| matches!(field.type_name, TypeName::Formula | TypeName::RollUp)).collect();
    registry.unsettled =
        open.iter().map(|(object, field)| (object.to_string(), field.name.clone())).collect();
    if let Err(problem) = name_currencies(registry) {
        problems.push(problem);
        return;
    }
    loop {
        let mut failed = Vec::new();
        let before = open.len();
        open.retain(|(object, field)| match settle(registry, object, field) {
            Ok(()) => {
                registry.unsettled.remove(&(object.to_string(), field.name.clone()));
                false
            }
            Err(problem) => {
                failed.push(problem);
                true
            }
        });
        if open.is_empty() {
            return;
        }
        if open.len() == before {
            problems.append(&mut failed);
            return;
        }
    }
}

/// Lets every money field say where its currency stands.
fn name_currencies(registry: &mut Registry) -> Result<(), DefinitionError> {
    let all =
        registry.objects().flat_map(|object| object.fields.iter().map(move |field| (&object.name, field)));
    let money = all.filter(|(_, field)| field.kind == Kind::Money);
    let money: Vec<(String, String)> =
        money.map(|(object, field)| (object.clone(), field.name.clone())).collect();
    for (object, name) in money {
        let currency = check(registry, &object, &name, &format!("{name}.currency"), Expected::Any)?;
        let object = registry.object_mut(&object);
        let position = object.by_name[&name];
        object.fields[position].currency = Some(currency);
    }
    Ok(())
}

fn settle(registry: &mut Registry, object: &str, field: &FieldDef) -> Result<(), DefinitionError> {
    match field.type_name {
        TypeName::Formula => settle_formula(registry, object, field),
        _ => settle_roll_up(registry, object, field),
    }
}

fn settle_formula(registry: &mut Registry, object: &str, field: &FieldDef) -> Result<(), DefinitionError> {
    let text = field.formula.as_deref().unwrap_or_default();
    let mut checked = check(registry, object, &field.name, text, Expected::Any)?;
    let scale = field.scale.unwrap_or(FORMULA_SCALE);
    if matches!(checked.ty(), Type::Number | Type::Money) {
        checked = check(registry, object, &field.name, &format!("round({text}, {scale})"), Expected::Any)?;
    }
    let column = match checked.ty() {
        Type::Bool => ColumnType::Bool,
        Type::Int | Type::Duration => ColumnType::Int,
        Type::Number | Type::Money => ColumnType::Decimal { scale },
        Type::Text | Type::Choice(_) => ColumnType::Text,
        Type::Date => ColumnType::Date,
        Type::DateTime => ColumnType::Instant,
        _ => {
            return Err(at(
                object,
                &field.name,
                "a formula gives a number, text, date or truth, not a record or list",
            ));
        }
    };
    let stored = !checked.reads_links() && !checked.is_volatile();
    let object = registry.object_mut(object);
    let position = object.by_name[&field.name];
    object.fields[position].currency = checked.currency().map(Arc::new);
    object.fields[position].formula = Some(checked);
    object.fields[position].kind = Kind::Formula { column: stored.then_some(column) };
    if stored {
        object.formulas.push(position);
        add_column(object, position, &field.name, column);
    }
    Ok(())
}

fn settle_roll_up(registry: &mut Registry, object: &str, field: &FieldDef) -> Result<(), DefinitionError> {
    let fail = |message: String| at(object, &field.name, message);
    let of = field.of.as_deref().unwrap_or_default();
    let (child, link) =
        of.split_once('.').ok_or_else(|| fail(format!("`of` is `object.link`, not `{of}`")))?;
    let children = registry.object(child).ok_or_else(|| fail(format!("there is no object `{child}`")))?;
    let leads_here =
        children.field(link).is_some_and(|link| link.kind.targets().iter().any(|to| to == object));
    if !leads_here {
        return Err(fail(format!("`{of}` is no link to {object}")));
    }
    let function = field.function.unwrap_or(RollUpFunction::Count);
    let column = roll_up_column(children, field, function).map_err(fail)?;
    let is_amount = function != RollUpFunction::Count
        && field
            .field
            .as_ref()
            .and_then(|name| children.field(name))
            .is_some_and(|added| added.currency.is_some());
    if field.currency.is_some() && !is_amount {
        return Err(fail("`currency` says nothing where no amounts are added up".to_owned()));
    }
    let currency = if is_amount { Some(roll_up_currency(registry, object, field)?) } else { None };
    let filter = match &field.filter {
        Some(text) => Some(check(registry, child, &field.name, text, Expected::Condition)?),
        None => None,
    };
    let (child, link) = (child.to_owned(), link.to_owned());
    let object = registry.object_mut(object);
    let position = object.by_name[&field.name];
    object.fields[position].kind =
        Kind::RollUp(RollUp { object: child, link, function, field: field.field.clone(), column });
    object.fields[position].filter = filter;
    object.fields[position].currency = currency;
    add_column(object, position, &field.name, column);
    Ok(())
}

/// In which currency amounts are rolled up: that of the money field which `currency` names, or of the record's only one;
/// where it has none or that is empty, the workspace's own.
fn roll_up_currency(
    registry: &Registry,
    object: &str,
    field: &FieldDef,
) -> Result<Arc<expr::Checked>, DefinitionError> {
    let fields = registry.object(object).into_iter().flat_map(|object| &object.fields);
    let money: Vec<&str> =
        fields.filter(|field| field.kind == Kind::Money).map(|field| field.name.as_str()).collect();
    let named = match (&field.currency, money.as_slice()) {
        (Some(name), _) if !money.contains(&name.as_str()) => {
            let unknown = at(object, &field.name, format!("`currency`: there is no money field `{name}`"));
            return Err(unknown.nearest_to(name, money.iter().copied()));
        }
        (Some(name), _) => Some(name.as_str()),
        (None, [only]) => Some(*only),
        (None, _) => None,
    };
    let own = registry.currency.unwrap_or(Currency::USD).code();
    let text = match named {
        Some(name) => format!("coalesce({name}.currency, \"{own}\")"),
        None => format!("\"{own}\""),
    };
    check(registry, object, &field.name, &text, Expected::Any)
}

fn roll_up_column(
    children: &Object,
    field: &FieldDef,
    function: RollUpFunction,
) -> Result<ColumnType, String> {
    let Some(name) = &field.field else {
        return match function {
            RollUpFunction::Count => Ok(ColumnType::Int),
            _ => Err("`field` says what is added up".to_owned()),
        };
    };
    let added = children.field(name).ok_or_else(|| format!("{} has no field `{name}`", children.name))?;
    let column = children.columns.get(added.columns.start).filter(|_| !added.columns.is_empty());
    let column = column.ok_or_else(|| format!("`{name}` is not stored, so it cannot be added up"))?.column;
    match (function, column) {
        (RollUpFunction::Count, _) => Ok(ColumnType::Int),
        (RollUpFunction::Average, ColumnType::Int) => Ok(ColumnType::Decimal { scale: FORMULA_SCALE }),
        (_, ColumnType::Int | ColumnType::Decimal { .. }) => Ok(column),
        (RollUpFunction::Min | RollUpFunction::Max, ColumnType::Date | ColumnType::Instant) => Ok(column),
        _ => Err(format!("`{name}` is nothing to compute with")),
    }
}

fn add_column(object: &mut Object, position: usize, name: &str, column: ColumnType) {
    let start = object.columns.len();
    object.columns.push(Column { name: name.to_owned(), column, field: Some(position) });
    object.fields[position].columns = start..start + 1;
}

impl Registry {
    fn object_mut(&mut self, name: &str) -> &mut Object {
        let object = self.objects.get_mut(name).expect("only objects of the registry are settled");
        Arc::get_mut(object).expect("nobody holds an object while the registry is made")
    }
}
