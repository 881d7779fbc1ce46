//! What an object is in the warehouse: what its definition says, and defaults that fit what it is.

use super::at;
use crate::{
    definition::{DefinitionError, TableKind, WarehouseDef},
    kind::Kind,
    object::{Field, Object, Star},
};

/// Works out the part an object plays in the star; wants its fields laid out.
pub fn star(object: &Object, definition: &WarehouseDef, problems: &mut Vec<DefinitionError>) -> Star {
    let mut find = |name: &String, fits: fn(&Kind) -> bool, what: &str| match object.position(name) {
        Some(position) if fits(&object.fields[position].kind) => Some(position),
        Some(_) => {
            problems.push(at(&object.name, "warehouse", format!("`{name}` is no {what}")));
            None
        }
        None => {
            let known = object.fields.iter().map(|field| field.name.as_str());
            problems.push(
                at(&object.name, "warehouse", format!("there is no field `{name}`")).nearest_to(name, known),
            );
            None
        }
    };
    let date = match &definition.date {
        Some(name) => find(name, is_moment, "date or instant"),
        None => own(object).find(|(_, field)| field.kind == Kind::Date).map(|(position, _)| position),
    };
    let measures: Vec<usize> = match &definition.measures {
        Some(names) => names.iter().filter_map(|name| find(name, is_number, "number")).collect(),
        None => own(object).filter(|(_, field)| adds_up(&field.kind)).map(|(position, _)| position).collect(),
    };
    let ends = own(object).any(|(_, field)| {
        field.kind.choice().is_some_and(|choice| choice.options.iter().any(|option| option.outcome.is_some()))
    });
    let has_money = measures.iter().any(|position| object.fields[*position].kind == Kind::Money);
    let kind = definition.kind.unwrap_or(match ends || has_money && object.part_of.is_some() {
        true => TableKind::Fact,
        false => TableKind::Dimension,
    });
    Star { kind, date, measures, daily: definition.snapshot.is_some() }
}

/// The object's own fields: without those that every object has.
fn own(object: &Object) -> impl Iterator<Item = (usize, &Field)> {
    const SYSTEM: [&str; 7] =
        ["created_at", "created_by", "created_via", "updated_at", "updated_by", "updated_via", "deleted_at"];
    object.fields.iter().enumerate().filter(|(_, field)| !SYSTEM.contains(&field.name.as_str()))
}

const fn is_moment(kind: &Kind) -> bool {
    matches!(kind, Kind::Date | Kind::DateTime)
}

const fn adds_up(kind: &Kind) -> bool {
    matches!(kind, Kind::Money | Kind::Decimal { .. } | Kind::Integer | Kind::Duration)
}

const fn is_number(kind: &Kind) -> bool {
    adds_up(kind) || matches!(kind, Kind::Percent { .. } | Kind::Formula { .. } | Kind::RollUp(_))
}
