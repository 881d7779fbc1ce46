//! The form in which a person decides what becomes of each column; [`taken`](super::taken) reads what they decided.
//!
//! The controls of the n-th column begin with `c{n}_`. A field that was chosen anew brings its own controls with it
//! when the form comes back.

use i18n::Reader;
use kernel::{Message, Problem};
use metadata::{Field as ObjectField, Kind, Object, Registry};
use ui::{
    form::{Form, Layout, Section},
    input::{ChoiceOption, Field, Input},
};

use crate::{
    cell::DateStyle,
    mapping::{
        Assumption, Blank, ColumnProfile, ColumnRule, ID, Mapping, Mode, Profile, Unknown, find_field,
        path_label, paths,
    },
    run::Import,
    table::Format,
};

/// Different words of a column that are asked for.
pub(super) const WORDS: usize = 60;
/// Rows for contents of fields without a column.
const CONSTANTS: usize = 3;
/// Stands for a field that is to be made.
pub(super) const NEW: &str = "+";

/// What the form is drawn from.
pub struct Drawing<'a> {
    pub look: &'a Reader,
    pub registry: &'a Registry,
    pub object: &'a Object,
    pub import: &'a Import,
    pub profile: &'a Profile,
    pub administrator: bool,
    pub problems: &'a [Problem],
    pub assumptions: &'a [Assumption],
}

impl Drawing<'_> {
    pub fn form(&self) -> Form {
        let look = self.look;
        let mapping = &self.import.mapping;
        let mut sections = vec![self.head(mapping)];
        sections.extend(self.profile.columns.iter().enumerate().map(|(at, column)| self.column(at, column)));
        sections.push(self.constants(mapping));
        sections.extend(self.reading(mapping));
        let known: Vec<&str> =
            self.profile.columns.iter().map(|column| column.header.name.as_str()).collect();
        let elsewhere =
            |problem: &&Problem| problem.field.as_deref().is_none_or(|name| !known.contains(&name));
        let mut also = vec![
            ("do".to_owned(), "update".to_owned(), look.text("import-update")),
            ("do".to_owned(), "run".to_owned(), look.text("import-run-now")),
        ];
        also.push(("do".to_owned(), "keep".to_owned(), look.text("import-keep")));
        Form {
            id: "mapping".to_owned(),
            action: format!("/import/{}/mapping", self.import.id),
            sections,
            problems: self.problems.iter().filter(elsewhere).map(|problem| look.problem(problem)).collect(),
            submit: look.text("import-check"),
            also,
            cancel: Some("/imports".to_owned()),
            ..Form::default()
        }
    }

    fn head(&self, mapping: &Mapping) -> Section {
        let look = self.look;
        let choice = |value: &str, options: Vec<(&str, String)>| Input::Choice {
            value: Some(value.to_owned()),
            options: options.into_iter().map(|(name, label)| ChoiceOption::new(name, label)).collect(),
            radio: false,
        };
        let modes =
            Mode::ALL.map(|mode| (mode.as_str(), look.text(&format!("import-mode-{}", mode.as_str()))));
        let mapped = mapping.columns.iter().filter_map(|rule| rule.field.clone());
        let keys = mapped.filter_map(|path| {
            if path == ID {
                return Some(ChoiceOption::new(ID, look.text("import-id")));
            }
            let (_, field, _) = find_field(self.object, &path).ok()?;
            let can_tell = !matches!(field.kind, Kind::File { .. });
            can_tell.then(|| self.path_option(path, field))
        });
        let blanks =
            vec![("keep", look.text("import-blank-keep")), ("clear", look.text("import-blank-clear"))];
        Section {
            title: Some(look.text("import-how")),
            fields: vec![
                Field::new("mode", look.text("import-mode"), choice(mapping.mode.as_str(), modes.to_vec()))
                    .required(),
                Field::new(
                    "key",
                    look.text("import-key"),
                    Input::Choices { values: mapping.key.clone(), options: keys.collect() },
                )
                .help(look.text("import-key-help")),
                Field::new("empty", look.text("import-empty"), Input::text(mapping.empty.join(", ")))
                    .help(look.text("import-empty-help")),
                Field::new(
                    "blank",
                    look.text("import-blank"),
                    choice(if mapping.blank == Blank::Keep { "keep" } else { "clear" }, blanks),
                )
                .required(),
                Field::new("dates", look.text("import-dates"), self.dates(Some(&mapping.dates))).required(),
                Field::new("name", look.text("import-name"), Input::text(""))
                    .help(look.text("import-name-help")),
            ],
            ..Section::default()
        }
    }

    fn dates(&self, style: Option<&DateStyle>) -> Input {
        let options = ["ymd", "dmy", "mdy"];
        let options =
            options.map(|name| ChoiceOption::new(name, self.look.text(&format!("import-dates-{name}"))));
        let value = style.map(|style| String::from(style.clone()));
        Input::Choice { value, options: options.to_vec(), radio: false }
    }

    fn column(&self, at: usize, column: &ColumnProfile) -> Section {
        let look = self.look;
        let rule = self.import.mapping.column(&column.header.name).cloned().unwrap_or_default();
        let problem =
            self.problems.iter().find(|problem| problem.field.as_deref() == Some(&column.header.name));
        let own = self.object.field(rule.field.as_deref().unwrap_or("").split('.').next().unwrap_or(""));
        let value = match (&rule.new_field, &rule.field) {
            (Some(new), _) if self.object.field(&new.name).is_none() => Some(NEW.to_owned()),
            (_, field) => field.clone(),
        };
        let mut fields = vec![
            Field::new(
                format!("c{at}_field"),
                look.text_with(&Message::new("import-goes-to").with("column", column.header.name.as_str())),
                Input::Choice { value, options: self.targets(column), radio: false },
            )
            .problem(problem.map(|problem| look.problem(problem)))
            .help(self.assumed(column)),
        ];
        if let Some(field) = own {
            self.details(at, &rule, field, column, &mut fields);
        }
        let silent = problem.is_none() && self.assumed(column).is_empty();
        Section {
            title: Some(column.header.name.clone()),
            hint: Some(self.samples(column)),
            fields,
            folded: rule.field.is_none() && silent,
            ..Section::default()
        }
    }

    fn assumed(&self, column: &ColumnProfile) -> String {
        let own = self.assumptions.iter().filter(|assumption| assumption.column == column.header.name);
        own.map(|assumption| self.look.text_with(&assumption.message)).collect::<Vec<_>>().join(" ")
    }

    fn samples(&self, column: &ColumnProfile) -> String {
        if column.samples.is_empty() {
            return self.look.text("import-no-content");
        }
        let filled = self.look.integer(i64::try_from(column.filled).unwrap_or(i64::MAX));
        let message = Message::new("import-samples").with("filled", filled);
        self.look.text_with(&message.with("samples", column.samples.join(" · ")))
    }

    /// Where a column may go.
    fn targets(&self, column: &ColumnProfile) -> Vec<ChoiceOption> {
        let mut options = Vec::new();
        if self.administrator {
            let kind =
                self.look.text(&format!("import-type-{}", column.type_name().as_str().replace('_', "-")));
            let label = self.look.text_with(&Message::new("import-new-field").with("type", kind));
            options.push(ChoiceOption::new(NEW, label));
        }
        let mut fields: Vec<ChoiceOption> = paths(self.object, self.profile)
            .into_iter()
            .map(|(path, field)| self.path_option(path, field))
            .collect();
        fields.push(ChoiceOption::new(ID, self.look.text("import-id")));
        fields.sort_by_key(|option| option.label.to_lowercase());
        options.extend(fields);
        options
    }

    fn path_option(&self, path: String, field: &ObjectField) -> ChoiceOption {
        let label = path_label(self.look, self.object, field, &path);
        ChoiceOption::new(path, label)
    }

    /// What goes with the field that the column goes to.
    fn details(
        &self,
        at: usize,
        rule: &ColumnRule,
        field: &ObjectField,
        column: &ColumnProfile,
        fields: &mut Vec<Field>,
    ) {
        let look = self.look;
        let whole = !rule.field.as_deref().unwrap_or("").contains('.');
        match &field.kind {
            Kind::Integer | Kind::Decimal { .. } | Kind::Percent { .. } | Kind::Money if whole => {
                let value = rule.multiply.map_or_else(String::new, |factor| factor.to_string());
                let label = look.text("import-multiply");
                fields.push(Field::new(
                    format!("c{at}_multiply"),
                    label,
                    Input::Number { value, unit: None },
                ));
            }
            Kind::Date | Kind::DateTime => {
                let label = look.text("import-dates");
                fields.push(Field::new(format!("c{at}_dates"), label, self.dates(rule.dates.as_ref())));
            }
            Kind::Choice(_) | Kind::MultiChoice(_) => self.words(at, rule, field, column, fields),
            Kind::Link(_) | Kind::LinkAny(_) | Kind::LinkMany { .. } if whole => {
                fields.extend(super::link::controls(self, at, rule, field, column));
            }
            _ => {}
        }
        let label = look.text("import-empty-here");
        fields.push(Field::new(format!("c{at}_empty"), label, Input::text(rule.empty.join(", "))));
    }

    fn words(
        &self,
        at: usize,
        rule: &ColumnRule,
        field: &ObjectField,
        column: &ColumnProfile,
        fields: &mut Vec<Field>,
    ) {
        let look = self.look;
        let mut unknown = vec![
            ChoiceOption::new("report", look.text("import-unknown-report")),
            ChoiceOption::new("empty", look.text("import-unknown-empty")),
        ];
        if self.administrator {
            unknown.push(ChoiceOption::new("add", look.text("import-unknown-add")));
        }
        let value = match rule.unknown {
            Unknown::Report => "report",
            Unknown::Add => "add",
            Unknown::Empty => "empty",
        };
        let input = Input::Choice { value: Some(value.to_owned()), options: unknown, radio: false };
        fields.push(Field::new(format!("c{at}_unknown"), look.text("import-unknown"), input).required());
        let Some(choice) = field.kind.choice() else { return };
        let options: Vec<ChoiceOption> = choice
            .options
            .iter()
            .filter(|option| !option.retired)
            .map(|option| {
                let label =
                    look.option(&self.object.name, &field.name, &option.name, option.label.as_deref());
                ChoiceOption::new(option.name.clone(), label)
            })
            .collect();
        for (place, (word, count)) in column.values.iter().flatten().take(WORDS).enumerate() {
            let loose = crate::cell::loose(word);
            let own = options.iter().find(|option| {
                crate::cell::loose(&option.value) == loose || crate::cell::loose(&option.label) == loose
            });
            let value = rule.values.get(word).cloned().or_else(|| own.map(|option| option.value.clone()));
            let message = Message::new("import-word")
                .with("word", word.as_str())
                .with("count", i64::try_from(*count).unwrap_or(0));
            let input = Input::Choice { value, options: options.clone(), radio: false };
            fields.push(Field::new(format!("c{at}_w{place}"), look.text_with(&message), input));
        }
    }

    fn constants(&self, mapping: &Mapping) -> Section {
        let look = self.look;
        let options = || -> Vec<ChoiceOption> {
            let paths = paths(self.object, self.profile).into_iter();
            paths.map(|(path, field)| self.path_option(path, field)).collect()
        };
        let given: Vec<(String, String)> =
            mapping.set.iter().map(|(path, text)| (path.clone(), text.clone())).collect();
        let rows =
            (0..given.len().max(1) + CONSTANTS - 1).map(|at| given.get(at).cloned().unwrap_or_default());
        let fields = rows.enumerate().flat_map(|(at, (path, text))| {
            let value = (!path.is_empty()).then_some(path);
            [
                Field::new(
                    format!("s{at}_field"),
                    look.text("import-set-field"),
                    Input::Choice { value, options: options(), radio: false },
                ),
                Field::new(format!("s{at}_text"), look.text("import-set-text"), Input::text(text)),
            ]
        });
        Section {
            title: Some(look.text("import-set")),
            hint: Some(look.text("import-set-hint")),
            fields: fields.collect(),
            folded: mapping.set.is_empty(),
            ..Section::default()
        }
    }

    /// How the file is read, where that can be said otherwise.
    fn reading(&self, mapping: &Mapping) -> Option<Section> {
        let look = self.look;
        let reading = &mapping.reading;
        let signs =
            [(",", "import-comma"), (";", "import-semicolon"), ("\t", "import-tab"), ("|", "import-bar")];
        let signs = signs
            .map(|(sign, text)| ChoiceOption::new(if sign == "\t" { "tab" } else { sign }, look.text(text)));
        let sign =
            reading.delimiter.map(|sign| if sign == '\t' { "tab".to_owned() } else { sign.to_string() });
        let encodings = [
            "UTF-8",
            "UTF-16LE",
            "UTF-16BE",
            "windows-1252",
            "windows-1250",
            "windows-1251",
            "Shift_JIS",
            "GBK",
        ];
        let encodings = encodings.map(|name| ChoiceOption::new(name, name)).to_vec();
        let header = reading.header.map(|header| if header { "yes" } else { "no" }.to_owned());
        let answers =
            vec![ChoiceOption::new("yes", look.text("yes")), ChoiceOption::new("no", look.text("no"))];
        let sheet = reading.sheet.clone().unwrap_or_default();
        let table = self.profile.archive.as_deref().filter(|tables| tables.len() > 1).map(|tables| {
            let options = tables.iter().map(|path| ChoiceOption::new(path.clone(), path.clone())).collect();
            let input = Input::Choice { value: reading.table.clone(), options, radio: false };
            Field::new("table", look.text("import-table"), input).help(look.text("import-table-help"))
        });
        let of_texts = [
            Field::new(
                "delimiter",
                look.text("import-delimiter"),
                Input::Choice { value: sign, options: signs.to_vec(), radio: false },
            ),
            Field::new(
                "encoding",
                look.text("import-encoding"),
                Input::Choice { value: reading.encoding.clone(), options: encodings, radio: false },
            ),
            Field::new(
                "header",
                look.text("import-header"),
                Input::Choice { value: header, options: answers, radio: false },
            ),
            Field::new("sheet", look.text("import-sheet"), Input::text(sheet)),
        ];
        // JSON leaves nothing to be said.
        let is_json = matches!(self.profile.format, Format::Lines { .. });
        let fields: Vec<Field> = table.into_iter().chain(of_texts.into_iter().filter(|_| !is_json)).collect();
        (!fields.is_empty()).then(|| Section {
            title: Some(look.text("import-reading")),
            hint: Some(look.text("import-reading-hint")),
            fields,
            layout: Layout::TwoColumns,
            folded: true,
        })
    }
}
