//! The fields that the filter of a list can be about: the object's own, how it ended, and those of what it links to.

use i18n::Reader;
use kernel::Message;
use metadata::{Choice, Field, Kind, Object};
use ui::{
    filter::{FieldKind, FilterField},
    input::ChoiceOption,
};

use crate::field::{ask::Asking, label};

/// The fields that conditions may be about: the object's own, and the plain ones of what it links to.
pub fn fields(asking: &Asking<'_>, object: &Object) -> Vec<FilterField> {
    let mut fields: Vec<FilterField> =
        object.shown_fields().filter_map(|field| filter_field(asking, object, field, None)).collect();
    fields.extend(
        object.path().and_then(|(at, choice)| outcome(asking.look, object, &object.fields[at], choice)),
    );
    for link in &object.fields {
        let Kind::Link(details) = &link.kind else { continue };
        if matches!(details.to.as_str(), "user" | "team") || link.read_only {
            continue;
        }
        let Some(target) = asking.registry.object(&details.to) else { continue };
        let group = label(asking.look, object, link);
        let own = target.fields.iter().filter(|field| !field.read_only && field.kind.targets().is_empty());
        fields.extend(
            own.take(20).filter_map(|field| filter_field(asking, target, field, Some((link, &group)))),
        );
    }
    fields
}

fn filter_field(
    asking: &Asking<'_>,
    object: &Object,
    field: &Field,
    through: Option<(&Field, &String)>,
) -> Option<FilterField> {
    let kind = kind(field)?;
    let options =
        field.kind.choice().map(|choice| asking.options(object, field, choice, &kernel::Value::Null));
    let lookup = match &field.kind {
        Kind::Link(link) => asking.registry.object(&link.to).map(|target| web::lookup_address(target)),
        _ => None,
    };
    Some(FilterField {
        path: through.map_or_else(|| field.name.clone(), |(link, _)| format!("{}.{}", link.name, field.name)),
        label: label(asking.look, object, field),
        group: through.map(|(_, group)| group.clone()),
        kind,
        options: options.unwrap_or_default(),
        lookup,
    })
}

/// How a record ended, whatever the options of its path are called.
fn outcome(look: &Reader, object: &Object, field: &Field, choice: &Choice) -> Option<FilterField> {
    let mut ends: Vec<&str> =
        choice.options.iter().filter_map(|option| Some(option.outcome?.as_str())).collect();
    ends.sort_unstable();
    ends.dedup();
    let option = |end: &&str| ChoiceOption {
        value: (*end).to_owned(),
        label: look.text(&format!("outcome-{end}")),
        ..ChoiceOption::default()
    };
    let name = label(look, object, field);
    (!ends.is_empty()).then(|| FilterField {
        path: format!("{}.outcome", field.name),
        label: look.text_with(&Message::new("filter-outcome").with("field", name)),
        group: None,
        kind: FieldKind::Choice,
        options: ends.iter().map(option).collect(),
        lookup: None,
    })
}

/// What may be asked of a field; nothing where no condition can be.
pub fn kind(field: &Field) -> Option<FieldKind> {
    Some(match &field.kind {
        Kind::Text { .. }
        | Kind::LongText
        | Kind::Email
        | Kind::Phone
        | Kind::Url
        | Kind::AutoNumber { .. } => FieldKind::Text,
        Kind::Integer | Kind::Decimal { .. } | Kind::Money | Kind::Percent { .. } => FieldKind::Number,
        Kind::Date => FieldKind::Date,
        Kind::DateTime => FieldKind::Instant,
        Kind::Boolean => FieldKind::Bool,
        Kind::Choice(_) => FieldKind::Choice,
        Kind::MultiChoice(_) => FieldKind::Choices,
        Kind::Tags => FieldKind::Tags,
        Kind::Link(link) if link.to == "user" => FieldKind::User,
        Kind::Link(_) => FieldKind::Link,
        Kind::Formula { .. } | Kind::RollUp(_) => {
            match field.formula.as_ref().map(|formula| formula.ty().clone()) {
                Some(expr::Type::Text) => FieldKind::Text,
                Some(expr::Type::Date) => FieldKind::Date,
                Some(expr::Type::Bool) => FieldKind::Bool,
                _ => FieldKind::Number,
            }
        }
        _ => return None,
    })
}
