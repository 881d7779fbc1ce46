//! A mapping checked against the file and the objects, ready to run.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use i18n::Reader;
use jiff::tz::TimeZone;
use kernel::{Decimal, Message, Problem, Value};
use metadata::{Field, Kind, Object, Registry};
use records::input;

use super::{Blank, ColumnRule, LinkRule, Mapping, Missing, Mode, Unknown};
use crate::{
    cell::{How, Style},
    table::{Format, Header, Shape},
};

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

/// What becomes of a column.
#[derive(Clone, Debug)]
pub struct ColumnPlan {
    /// Position in the file.
    pub at: usize,
    pub target: Target,
    pub style: Style,
    pub multiply: Option<Decimal>,
    /// In lower case.
    pub empty: HashSet<String>,
    /// By what stands in a cell, in lower case.
    pub values: HashMap<String, String>,
    pub unknown: Unknown,
}

#[derive(Clone, Debug)]
pub enum Target {
    /// A column of the object.
    Value { field: usize, column: usize, how: How },
    /// A person's name in one cell.
    Name { field: usize },
    /// One of [`Plan::links`].
    Link(usize),
    /// A field of files, which the cell names.
    Files { field: usize },
    /// A field that is not there yet: cells are only looked at.
    Planned(How),
}

/// A link that is filled by names.
#[derive(Clone, Debug)]
pub struct LinkPlan {
    pub field: usize,
    pub to: Arc<Object>,
    /// What people call one of those records.
    pub label: String,
    pub by: By,
    pub missing: Missing,
    pub other: Option<String>,
    /// Leads to the object that is imported: its records may come later in the same file.
    pub is_own: bool,
    pub many: bool,
}

/// What a text finds a record by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum By {
    /// Whatever case and accents.
    Title,
    Id,
    Field(String),
}

/// One part of the key.
#[derive(Clone, Debug)]
pub struct KeyPlan {
    pub by: By,
    /// Where the draft has it.
    pub source: KeySource,
}

impl KeyPlan {
    /// Whether the part is a record that the row links to.
    pub const fn is_link(&self) -> bool {
        matches!(self.source, KeySource::Link(_))
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeySource {
    Column(usize),
    /// The whole name of a person.
    Name(usize),
    Link(usize),
}

/// A content for a field without a column.
#[derive(Clone, Debug)]
pub struct Constant {
    pub target: Target,
    /// Pieces of text, and positions in the file of cells between them.
    pub pieces: Vec<Piece>,
    pub style: Style,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    Text(String),
    Cell(usize),
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

    fn field_of(&self, target: &Target) -> Option<usize> {
        match target {
            Target::Value { field, .. } | Target::Name { field } | Target::Files { field } => Some(*field),
            Target::Link(link) => Some(self.links[*link].field),
            Target::Planned(_) => None,
        }
    }
}

/// The column behind `field` or `field.part`: position of the field, and of the part.
///
/// # Errors
/// When there is none, or it takes nothing.
pub fn find_field<'o>(object: &'o Object, path: &str) -> Result<(usize, &'o Field, usize), Message> {
    let unknown = || {
        let names = object.fields.iter().map(|field| &field.name);
        match crate::cell::nearest(names, path) {
            Some(like) => {
                Message::new("import-problem-field-like").with("name", path).with("like", like.as_str())
            }
            None => Message::new("import-problem-field").with("name", path),
        }
    };
    let (name, part) = path.split_once('.').unwrap_or((path, ""));
    let position = object.position(name).ok_or_else(unknown)?;
    let field = &object.fields[position];
    if !field.is_writable() || field.name == "deleted_at" {
        return Err(Message::new("import-problem-read-only").with("name", path));
    }
    let part = if part == "amount" && field.kind == Kind::Money { "" } else { part };
    let found = field.kind.parts().iter().position(|candidate| candidate.name == part);
    match (found, &field.kind, part) {
        (Some(part), ..) => Ok((position, field, part)),
        // A person's whole name is taken apart, an address in one cell is a street.
        (None, Kind::PersonName | Kind::Address | Kind::LinkMany { .. } | Kind::LinkAny(_), "") => {
            Ok((position, field, 0))
        }
        _ => Err(unknown()),
    }
}

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

impl Making<'_> {
    fn columns(&mut self, fields_come: bool) -> Vec<ColumnPlan> {
        let mut taken: HashMap<String, String> = HashMap::new();
        let mut columns = Vec::new();
        for rule in &self.mapping.columns {
            let path = match (&rule.field, &rule.new_field) {
                (Some(path), _) => path.clone(),
                (None, Some(new)) => new.name.clone(),
                (None, None) => continue,
            };
            let Some(at) = position(self.headers, &rule.name) else {
                self.refuse(
                    &rule.name,
                    Message::new("import-problem-no-column").with("name", rule.name.as_str()),
                );
                continue;
            };
            if let Some(other) = taken.insert(path.clone(), rule.name.clone()) {
                let field = self.object.field(path.split('.').next().unwrap_or(&path));
                let label = field.map_or_else(|| path.clone(), |field| self.label(field, &path));
                let message = Message::new("import-problem-twice").with("name", label).with("other", other);
                self.refuse(&rule.name, message);
                continue;
            }
            let is_new = rule.new_field.is_some() && self.object.field(&path).is_none();
            let target = match (&rule.new_field, is_new && fields_come) {
                (Some(new), true) => Ok(Target::Planned(super::schema::how(new))),
                _ => self.target(&path, rule.link.as_ref()),
            };
            match target {
                Ok(target) => columns.push(self.column(rule, at, target)),
                Err(message) => self.refuse(&rule.name, message),
            }
        }
        columns
    }

    fn column(&self, rule: &ColumnRule, at: usize, target: Target) -> ColumnPlan {
        let mut style = self.style();
        if let Some(dates) = &rule.dates {
            style.dates = dates.clone();
        }
        let low = |text: &String| text.trim().to_lowercase();
        ColumnPlan {
            at,
            target,
            style,
            multiply: rule.multiply,
            empty: self.mapping.empty.iter().chain(&rule.empty).map(low).collect(),
            values: rule.values.iter().map(|(from, to)| (low(from), to.clone())).collect(),
            unknown: rule.unknown,
        }
    }

    fn style(&self) -> Style {
        Style {
            decimal_mark: self.mapping.decimal_mark.or(self.decimal_mark),
            dates: self.mapping.dates.clone(),
            zone: self.zone.clone(),
        }
    }

    fn target(&mut self, path: &str, rule: Option<&LinkRule>) -> Result<Target, Message> {
        let (position, field, part) = find_field(self.object, path)?;
        let whole = !path.contains('.');
        match &field.kind {
            Kind::PersonName if whole => Ok(Target::Name { field: position }),
            Kind::Link(_) | Kind::LinkAny(_) | Kind::LinkMany { .. } if whole => {
                let rule = rule.cloned().unwrap_or_default();
                let link = self.link(position, field, &rule)?;
                self.links.push(link);
                Ok(Target::Link(self.links.len() - 1))
            }
            Kind::File { .. } if self.with_files => Ok(Target::Files { field: position }),
            Kind::File { .. } => {
                Err(Message::new("import-problem-file-field").with("name", self.label(field, path)))
            }
            _ => {
                let (look, object) = (self.look, self.object);
                let choice = field.kind.choice();
                let how = How::of(field, part, |option| {
                    let given = choice.and_then(|choice| choice.option(option)?.label.as_deref());
                    look.option(&object.name, &field.name, option, given)
                });
                Ok(Target::Value { field: position, column: field.columns.start + part, how })
            }
        }
    }

    fn link(&self, position: usize, field: &Field, rule: &LinkRule) -> Result<LinkPlan, Message> {
        let targets = field.kind.targets();
        let name = match (&rule.to, targets) {
            (Some(to), targets) if targets.contains(to) => to,
            (None, [one]) => one,
            _ => {
                let offered = targets.join(", ");
                return Err(Message::new("import-problem-link-to")
                    .with("name", self.label(field, &field.name))
                    .with("objects", offered));
            }
        };
        let to = self
            .registry
            .object(name)
            .ok_or_else(|| Message::new("import-problem-object").with("name", name.as_str()))?;
        let by = self.by(to, &rule.by)?;
        if rule.missing == Missing::Other && rule.other.is_none() {
            return Err(Message::new("import-problem-other"));
        }
        Ok(LinkPlan {
            field: position,
            is_own: to.name == self.object.name,
            many: matches!(field.kind, Kind::LinkMany { .. }),
            to: Arc::clone(to),
            label: self.look.object(&to.name, to.label.as_deref()),
            by,
            missing: rule.missing,
            other: rule.other.clone(),
        })
    }

    fn by(&self, to: &Object, by: &str) -> Result<By, Message> {
        match by {
            "title" => Ok(By::Title),
            "id" => Ok(By::Id),
            name => {
                let field = to.field(name).filter(|field| field.columns.len() == 1);
                let unknown = || {
                    let object = self.look.object(&to.name, to.label.as_deref());
                    Message::new("import-problem-link-by").with("name", name).with("object", object)
                };
                let field = field.ok_or_else(unknown)?;
                let is_title = to.title.len() == 1 && to.fields[to.title[0]].name == field.name;
                Ok(if is_title { By::Title } else { By::Field(field.name.clone()) })
            }
        }
    }

    fn constants(&mut self, given: &indexmap::IndexMap<String, String>) -> Vec<Constant> {
        let mut constants = Vec::new();
        for (path, text) in given {
            let target = self.target(path, None);
            let pieces = pieces(text, self.headers);
            match (target, pieces) {
                (Ok(target), Ok(pieces)) => constants.push(Constant { target, pieces, style: self.style() }),
                (Err(message), _) | (_, Err(message)) => self.refuse(path, message),
            }
        }
        constants
    }

    /// Files come for every record or for none: `set` names them, since whether a record has some already is not asked.
    fn refuse_files(&mut self, default: &[Constant]) {
        for constant in default {
            if let Target::Files { field } = constant.target {
                let field = &self.object.fields[field];
                let label = self.label(field, &field.name);
                let message = Message::new("import-problem-files-default").with("name", label);
                self.refuse(&field.name, message);
            }
        }
    }

    fn key(&mut self, columns: &[ColumnPlan], set: &[Constant]) -> Vec<KeyPlan> {
        if self.mapping.key.is_empty() && self.mapping.mode != Mode::Create {
            self.problems.push(Problem::overall(Message::new("import-problem-no-key")));
        }
        let mut key = Vec::new();
        for path in &self.mapping.key {
            match self.key_part(path, columns, set) {
                Ok(part) => key.push(part),
                Err(message) => self.refuse(path, message),
            }
        }
        key
    }

    fn key_part(&self, path: &str, columns: &[ColumnPlan], set: &[Constant]) -> Result<KeyPlan, Message> {
        let (position, field, part) = find_field(self.object, path)?;
        let targets =
            columns.iter().map(|column| &column.target).chain(set.iter().map(|constant| &constant.target));
        let mut source = targets.filter_map(|target| match target {
            Target::Value { field, column, .. } if *field == position => {
                (self.object.fields[position].columns.start + part == *column)
                    .then_some(KeySource::Column(*column))
            }
            Target::Name { field } if *field == position => Some(KeySource::Name(position)),
            Target::Link(link) if self.links[*link].field == position => Some(KeySource::Link(*link)),
            _ => None,
        });
        let refuse = |id: &'static str| Message::new(id).with("name", self.label(field, path));
        let source = source.next_back().ok_or_else(|| refuse("import-problem-key-column"))?;
        let is_title = self.object.title == [position];
        let by = match (&field.kind, is_title) {
            (Kind::PersonName, true) if source == KeySource::Name(position) => By::Title,
            (Kind::PersonName | Kind::Address | Kind::LinkAny(_) | Kind::LinkMany { .. }, _) => {
                return Err(refuse("import-problem-key-kind"));
            }
            (_, true) => By::Title,
            _ => By::Field(field.name.clone()),
        };
        Ok(KeyPlan { by, source })
    }

    fn label(&self, field: &Field, path: &str) -> String {
        super::path_label(self.look, self.object, field, path)
    }

    fn refuse(&mut self, place: &str, message: Message) {
        self.problems.push(Problem::at(place, message));
    }
}

impl KeyPlan {
    /// The content of a key as the database keeps it.
    pub fn normal(&self, object: &Object, value: Value) -> Result<Value, Message> {
        match (&self.by, self.source) {
            (By::Field(name), KeySource::Column(column)) => {
                let Some(field) = object.field(name) else { return Ok(value) };
                input::normalise(field, column - field.columns.start, value)
            }
            _ => Ok(value),
        }
    }
}

fn position(headers: &[Header], name: &str) -> Option<usize> {
    let wanted = name.trim().to_lowercase();
    headers.iter().find(|header| header.name.to_lowercase() == wanted).map(|header| header.at)
}

/// Text with `{Column}` in it.
fn pieces(text: &str, headers: &[Header]) -> Result<Vec<Piece>, Message> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}').ok_or_else(|| Message::new("import-problem-braces"))?;
        let at = position(headers, name)
            .ok_or_else(|| Message::new("import-problem-no-column").with("name", name))?;
        if !before.is_empty() {
            pieces.push(Piece::Text(before.to_owned()));
        }
        pieces.push(Piece::Cell(at));
        rest = after;
    }
    if !rest.is_empty() || pieces.is_empty() {
        pieces.push(Piece::Text(rest.to_owned()));
    }
    Ok(pieces)
}
