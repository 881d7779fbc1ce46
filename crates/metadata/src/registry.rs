//! All objects of a workspace, ready for use, and what their names mean in expressions.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use expr::{Catalog, Checked, Entry, Source, Type};
use indexmap::IndexMap;
use kernel::{ColumnType, Currency};

use crate::{
    kind::{Choice, Kind},
    object::{Field, Object, Rule},
};

/// The objects of a workspace, by name, in the order in which they were given.
#[derive(Debug, Default)]
pub struct Registry {
    pub(crate) objects: IndexMap<String, Arc<Object>>,
    by_plural: HashMap<String, String>,
    /// Which fields lead to an object: (object, position of the field) by target.
    incoming: HashMap<String, Vec<(String, usize)>>,
    /// Formulas and roll-ups whose type is not known yet.
    pub(crate) unsettled: HashSet<(String, String)>,
    /// The workspace's own currency.
    pub(crate) currency: Option<Currency>,
}

impl Registry {
    pub(crate) fn new(currency: Currency) -> Registry {
        Registry { currency: Some(currency), ..Registry::default() }
    }

    pub fn object(&self, name: &str) -> Option<&Arc<Object>> {
        self.objects.get(name)
    }

    /// The object behind an address: `deals`.
    pub fn by_plural(&self, plural: &str) -> Option<&Arc<Object>> {
        self.object(self.by_plural.get(plural)?)
    }

    pub fn objects(&self) -> impl Iterator<Item = &Arc<Object>> {
        self.objects.values()
    }

    /// The fields that lead to `object`: which object has them, and which field of it.
    pub fn incoming(&self, object: &str) -> impl Iterator<Item = (&Arc<Object>, &Field)> {
        self.incoming.get(object).into_iter().flatten().map(|(from, position)| {
            let from = &self.objects[from];
            (from, &from.fields[*position])
        })
    }

    /// The roll-ups, on other objects, that add up records of `object` along its link `link`.
    pub fn roll_ups_of<'a>(&'a self, object: &'a str) -> impl Iterator<Item = (&'a Arc<Object>, &'a Field)> {
        self.objects().flat_map(move |parent| {
            let fields = parent.fields.iter();
            fields
                .filter(move |field| matches!(&field.kind, Kind::RollUp(roll_up) if roll_up.object == object))
                .map(move |field| (parent, field))
        })
    }

    pub(crate) fn add(&mut self, object: Object) {
        self.by_plural.insert(object.plural.clone(), object.name.clone());
        self.objects.insert(object.name.clone(), Arc::new(object));
    }

    pub(crate) fn set_checked(
        &mut self,
        object: &str,
        defaults: Vec<(String, Arc<Checked>)>,
        rules: Vec<Rule>,
    ) {
        let Some(object) = self.objects.get_mut(object).and_then(Arc::get_mut) else { return };
        object.rules = rules;
        for (name, default) in defaults {
            let position = object.by_name[&name];
            object.fields[position].default = Some(default);
        }
    }

    pub(crate) fn finish(&mut self) {
        let mut incoming: HashMap<String, Vec<(String, usize)>> = HashMap::new();
        for object in self.objects.values() {
            for (position, field) in object.fields.iter().enumerate() {
                for to in field.kind.targets() {
                    incoming.entry(to.clone()).or_default().push((object.name.clone(), position));
                }
            }
        }
        self.incoming = incoming;
    }
}

impl Catalog for Registry {
    fn field(&self, object: &str, name: &str) -> Option<expr::Field> {
        let object = self.objects.get(object)?;
        if name == "id" {
            let source = Source::Column(stored(object, Object::ID));
            return Some(expr::Field::new(Type::Link(object.name.as_str().into()), source));
        }
        if name == "title" {
            return Some(expr::Field::new(Type::Text, Source::Column(stored(object, Object::TITLE))));
        }
        let field = object.field(name)?;
        if self.unsettled.contains(&(object.name.clone(), name.to_owned())) {
            return None;
        }
        Some(expr::Field {
            ty: type_of(field),
            source: source(object, field),
            currency: field.currency.clone(),
        })
    }

    fn field_names(&self, object: &str) -> Vec<String> {
        let fields = self.objects.get(object).map(|object| &object.fields);
        fields.into_iter().flatten().map(|field| field.name.clone()).collect()
    }

    fn table(&self, object: &str) -> Option<Arc<str>> {
        self.objects.get(object).map(|object| object.table().into())
    }
}

fn stored(object: &Object, index: usize) -> expr::Column {
    let column = &object.columns[index];
    expr::Column { name: column.name.as_str().into(), index, column: column.column }
}

fn source(object: &Object, field: &Field) -> Source {
    let start = field.columns.start;
    match (&field.kind, &field.formula) {
        (Kind::Formula { column: None }, Some(formula)) => Source::Formula(Arc::clone(formula)),
        (Kind::LinkMany { .. }, _) => Source::Many(Arc::new(expr::Many {
            table: object.link_table(field).into(),
            this_column: "this_id".into(),
            other_column: "other_id".into(),
        })),
        (Kind::LinkAny(_), _) => {
            Source::LinkAny { object: stored(object, start), id: stored(object, start + 1) }
        }
        (Kind::Money | Kind::PersonName | Kind::Address, _) => {
            let parts = field.kind.parts().into_iter().zip(field.columns.clone());
            let part = |(part, index): (crate::Part, usize)| expr::Part {
                name: if part.name.is_empty() { "amount" } else { part.name }.into(),
                ty: if part.column == ColumnType::Text { Type::Text } else { Type::Number },
                column: stored(object, index),
            };
            Source::Parts(parts.map(part).collect())
        }
        _ => Source::Column(stored(object, start)),
    }
}

/// The type of a field in expressions.
fn type_of(field: &Field) -> Type {
    match &field.kind {
        Kind::Text { .. } | Kind::LongText | Kind::RichText | Kind::Email | Kind::Phone | Kind::Url => {
            Type::Text
        }
        Kind::AutoNumber { .. } => Type::Text,
        Kind::Integer => Type::Int,
        Kind::Decimal { .. } | Kind::Percent { .. } => Type::Number,
        Kind::Money => Type::Money,
        Kind::Date => Type::Date,
        Kind::DateTime => Type::DateTime,
        Kind::Duration => Type::Duration,
        Kind::Boolean => Type::Bool,
        Kind::Choice(choice) => Type::Choice(options(choice)),
        Kind::MultiChoice(choice) => Type::List(Entry::Choice(options(choice))),
        Kind::Tags => Type::List(Entry::Text),
        Kind::Address => Type::Address,
        Kind::PersonName => Type::PersonName,
        Kind::Link(link) => Type::Link(link.to.as_str().into()),
        Kind::LinkAny(_) => Type::LinkAny,
        Kind::LinkMany { to } => Type::List(Entry::Link(to.as_str().into())),
        Kind::Formula { .. } => field.formula.as_ref().map_or(Type::Text, |formula| formula.ty().clone()),
        Kind::RollUp(_) if field.currency.is_some() => Type::Money,
        Kind::RollUp(roll_up) => match roll_up.column {
            ColumnType::Int => Type::Int,
            ColumnType::Date => Type::Date,
            ColumnType::Instant => Type::DateTime,
            _ => Type::Number,
        },
        Kind::Json | Kind::File { .. } => Type::Json,
    }
}

fn options(choice: &Choice) -> Arc<expr::Options> {
    let options = choice.options.iter().map(|option| expr::ChoiceOption {
        name: option.name.as_str().into(),
        outcome: option.outcome.map(|outcome| outcome.as_str().into()),
        probability: option.probability.map(Into::into),
        forecast_category: option.forecast_category.as_deref().map(Into::into),
    });
    Arc::new(expr::Options { options: options.collect() })
}
