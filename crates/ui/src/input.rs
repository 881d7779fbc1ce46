//! One form control for each type of field. Values are what is in the control, as typed: a refused form shows them again.

mod compound;
mod link;
mod parts;
mod render;

pub(crate) use render::select_options;

pub use link::{LinkInput, LinkKind, LinkValue, Options, lookup_options};
pub use parts::{AddressInput, PersonNameInput};
pub use render::{file_item, too_large};

use crate::{content::FileLink, tone::Tone};

/// A control with its label, help and problem.
#[derive(Clone, Debug, Default)]
pub struct Field {
    /// The form's key. A control of several parts has several: `amount` and `amount_currency`, `name_first` …
    pub name: String,
    pub label: String,
    pub help: Option<String>,
    pub required: bool,
    pub readonly: bool,
    /// What is wrong with what was typed.
    pub problem: Option<String>,
    pub input: Input,
    /// Takes the whole width of a form of two columns.
    pub wide: bool,
    /// Takes the focus when the form opens.
    pub autofocus: bool,
    /// Belongs to the option `other` of the choice before it, and shows only while that is chosen.
    pub of_other: bool,
}

/// A control.
#[derive(Clone, Debug)]
pub enum Input {
    Text {
        value: String,
        max: Option<usize>,
        placeholder: Option<String>,
        autocomplete: Option<String>,
    },
    Password {
        autocomplete: &'static str,
    },
    LongText {
        value: String,
        rows: u8,
    },
    /// Text in a language of programs: a tall box, each character as wide as the other.
    Code {
        value: String,
    },
    /// HTML; the server sanitises what comes back.
    RichText {
        value: String,
    },
    /// Whole or with decimals, as the reader's locale writes it.
    Number {
        value: String,
        unit: Option<String>,
    },
    /// The currency's select has the name `{name}_currency`.
    Money {
        amount: String,
        currency: String,
        currencies: Vec<String>,
    },
    Percent {
        value: String,
    },
    /// As typed; the picker fills in the locale's form.
    Date {
        value: String,
    },
    DateTime {
        value: String,
    },
    Time {
        value: String,
    },
    Duration {
        value: String,
    },
    Bool {
        value: bool,
    },
    /// Few options become a row of radio buttons when `radio` is set.
    Choice {
        value: Option<String>,
        options: Vec<ChoiceOption>,
        radio: bool,
    },
    /// Sends its name once for each chosen option.
    Choices {
        values: Vec<String>,
        options: Vec<ChoiceOption>,
    },
    Email {
        value: String,
    },
    Phone {
        value: String,
    },
    Url {
        value: String,
    },
    Address(AddressInput),
    PersonName(PersonNameInput),
    /// A record of one object.
    Link(LinkInput),
    /// A record of one of several objects: `{name}_object` and `{name}_id`.
    LinkAny {
        kinds: Vec<LinkKind>,
        kind: Option<String>,
        value: Option<LinkValue>,
    },
    /// Several records of one object: sends its name once for each.
    Links {
        values: Vec<LinkValue>,
        link: LinkInput,
    },
    /// Sends its name once for each tag.
    Tags {
        values: Vec<String>,
        known: Vec<String>,
    },
    File {
        current: Vec<FileLink>,
        accept: Option<String>,
        multiple: bool,
        max_bytes: Option<u64>,
        /// Where each file is sent to as soon as it is chosen; the form then sends the ids. Without it, the form
        /// sends the files.
        upload: Option<String>,
    },
    /// Any text that is an expression of the filter language; `check` is asked for problems while typing.
    Expression {
        value: String,
        check: Option<String>,
    },
    Color {
        value: Option<Tone>,
    },
    Hidden {
        value: String,
    },
}

impl Default for Input {
    fn default() -> Input {
        Input::text("")
    }
}

impl Input {
    pub fn text(value: impl Into<String>) -> Input {
        Input::Text { value: value.into(), max: None, placeholder: None, autocomplete: None }
    }
}

/// An option of a choice.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ChoiceOption {
    pub value: String,
    pub label: String,
    pub tone: Tone,
    /// Options with the same group stand together.
    pub group: Option<String>,
}

impl ChoiceOption {
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> ChoiceOption {
        ChoiceOption { value: value.into(), label: label.into(), ..ChoiceOption::default() }
    }
}

impl Field {
    pub fn new(name: impl Into<String>, label: impl Into<String>, input: Input) -> Field {
        Field { name: name.into(), label: label.into(), input, ..Field::default() }
    }

    #[must_use]
    pub fn required(mut self) -> Field {
        self.required = true;
        self
    }

    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Field {
        self.help = Some(help.into());
        self
    }

    #[must_use]
    pub fn problem(mut self, problem: Option<String>) -> Field {
        self.problem = problem;
        self
    }

    #[must_use]
    pub fn wide(mut self) -> Field {
        self.wide = true;
        self
    }

    /// The id of the control that its label and the error summary point to.
    pub fn id(&self, form: &str) -> String {
        format!("{form}-{}", self.name)
    }
}
