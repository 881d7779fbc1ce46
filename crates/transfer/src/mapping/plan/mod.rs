//! A mapping checked against the file and the objects, ready to run.

mod column;
mod constant;
mod field;
mod key;
mod link;

use std::sync::Arc;

use i18n::Reader;
use jiff::tz::TimeZone;
use kernel::{Message, Problem};
use metadata::{Field, Object, Registry};

use super::{Blank, Mapping, Mode};
use crate::{
    cell::Style,
    table::{Format, Header, Shape},
};

pub use column::{ColumnPlan, Target};
pub use constant::{Constant, Piece};
pub use field::find_field;
pub use key::{KeyPlan, KeySource};
pub use link::{By, End, KindPlan, LinkPlan};

/// Everything that turning rows into drafts needs.
#[derive(Clone, Debug)]
pub struct Plan {
    pub object: Arc<Object>,
    pub mode: Mode,
    pub blank: Blank,
    pub key: Vec<KeyPlan>,
    pub columns: Vec<ColumnPlan>,
    pub links: Vec<LinkPlan>,
    /// For every record, and for new ones that have nothing there.
    pub set: Vec<Constant>,
    pub default: Vec<Constant>,
    /// Fields and options that the mapping makes are not there yet.
    pub fields_come: bool,
    /// Names of all columns of the file, for reports.
    pub headers: Vec<Header>,
}

impl Plan {
    /// Checks a mapping. `fields_come`: fields and options that the mapping makes are not there yet.
    ///
    /// # Errors
    /// With all that is wrong with it.
    pub fn new(
        mapping: &Mapping,
        shape: &Shape,
        registry: &Registry,
        look: &Reader,
        zone: &TimeZone,
        fields_come: bool,
    ) -> Result<Plan, Vec<Problem>> {
        let Some(object) = registry.object(&mapping.object) else {
            return Err(vec![Problem::overall(
                Message::new("import-problem-object").with("name", mapping.object.as_str()),
            )]);
        };
        let headers = shape.headers.as_slice();
        let mut making = Making {
            mapping,
            headers,
            with_files: shape.archive.is_some(),
            decimal_mark: matches!(shape.format, Format::Lines { .. }).then_some('.'),
            registry,
            look,
            zone,
            object,
            links: Vec::new(),
            problems: Vec::new(),
        };
        let columns = making.columns(fields_come);
        let (set, default) = (making.constants(&mapping.set), making.constants(&mapping.default));
        making.refuse_files(&default);
        let key = making.key(&columns, &set);
        let Making { links, problems, .. } = making;
        if !problems.is_empty() {
            return Err(problems);
        }
        Ok(Plan {
            object: Arc::clone(object),
            mode: mapping.mode,
            blank: mapping.blank,
            key,
            columns,
            links,
            set,
            default,
            fields_come,
            headers: headers.to_vec(),
        })
    }

    /// The columns of the file that a field's content comes from.
    pub fn columns_of(&self, field: &str) -> impl Iterator<Item = usize> + '_ {
        let position = self.object.position(field);
        self.columns
            .iter()
            .filter(move |column| position.is_some() && self.field_of(&column.target) == position)
            .map(|column| column.at)
    }

    /// The column of the file that names what a link of the plan leads to.
    pub fn column_of_link(&self, link: usize) -> Option<usize> {
        let link = &self.links[link];
        link.column.or_else(|| self.columns_of(&self.object.fields[link.field].name).next())
    }

    /// The first column of the file that a part of the key comes from.
    pub fn column_of_key(&self, part: &KeyPlan) -> Option<usize> {
        let field = match part.source {
            KeySource::Column(column) => self.object.columns[column].field?,
            KeySource::Name(field) => field,
            KeySource::Link(link) => self.links[link].field,
            KeySource::Id => {
                let mut columns = self.columns.iter();
                return columns.find(|column| matches!(column.target, Target::Id)).map(|column| column.at);
            }
        };
        self.columns_of(&self.object.fields[field].name).next()
    }

    fn field_of(&self, target: &Target) -> Option<usize> {
        match target {
            Target::Value { field, .. } | Target::Name { field } | Target::Files { field } => Some(*field),
            Target::Link(link) => Some(self.links[*link].field),
            Target::LinkByKind(kind) => Some(kind.field),
            Target::Id | Target::Planned(_) => None,
        }
    }
}

/// A plan in the making, and what is wrong with it so far.
struct Making<'a> {
    mapping: &'a Mapping,
    headers: &'a [Header],
    with_files: bool,
    /// JSON has one mark, so that nothing has to be told from the number itself.
    decimal_mark: Option<char>,
    registry: &'a Registry,
    look: &'a Reader,
    zone: &'a TimeZone,
    object: &'a Arc<Object>,
    links: Vec<LinkPlan>,
    problems: Vec<Problem>,
}

impl<'a> Making<'a> {
    fn style(&self) -> Style {
        Style {
            decimal_mark: self.mapping.decimal_mark.or(self.decimal_mark),
            dates: self.mapping.dates.clone(),
            zone: self.zone.clone(),
        }
    }

    /// As [`find_field`], with what is said where there is none.
    fn field(&self, path: &str) -> Result<(usize, &'a Field, usize), Message> {
        find_field(self.object, path).map_err(|none| none.message(self.look, self.object, path))
    }

    fn label(&self, field: &Field, path: &str) -> String {
        super::path_label(self.look, self.object, field, path)
    }

    fn refuse(&mut self, place: &str, message: Message) {
        self.problems.push(Problem::at(place, message));
    }
}

/// Where the file has the column of that name.
fn column_at(headers: &[Header], name: &str) -> Result<usize, Message> {
    let wanted = name.trim().to_lowercase();
    let header = headers.iter().find(|header| header.name.to_lowercase() == wanted);
    header.map(|header| header.at).ok_or_else(|| Message::new("import-problem-no-column").with("name", name))
}
