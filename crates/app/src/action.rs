//! Named verbs on records: convert, win, lose. Buttons, API and command line all call them here.

use kernel::{Id, Message};
use records::{Error, Record, Writer};
use serde_json::{Map, Value as Json};

/// A verb on one record of an object.
#[derive(Clone, Copy, Debug)]
pub struct Action {
    pub object: &'static str,
    /// Snake case: the name in the API, `POST /api/v1/leads/{id}/actions/convert`. Its texts are
    /// `{object}-action-{name}`, with the attribute `.question` where it asks before it acts.
    pub name: &'static str,
    /// An icon's name.
    pub icon: &'static str,
    /// Whether it makes sense on the record as it stands.
    pub applies: fn(&Record) -> bool,
    /// What it asks for before it runs.
    pub fields: &'static [ActionField],
    /// A page of its own for choosing, instead of a plain form: an address below the record's.
    pub page: Option<&'static str>,
    pub run: Run,
}

/// Does it, in the transaction of the writer. It fails as saving does; problems name the action's fields.
pub type Run = fn(&mut Writer<'_, '_>, Id, &ActionInput) -> Result<Done, Error>;

impl Action {
    /// One that asks for nothing and makes sense on every record.
    pub const fn new(object: &'static str, name: &'static str, icon: &'static str, run: Run) -> Action {
        Action { object, name, icon, applies: |_| true, fields: &[], page: None, run }
    }
}

/// Something an action asks for: a field of the object, by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ActionField {
    pub name: &'static str,
    pub required: bool,
}

/// What was answered: by the fields' names, in the API's JSON.
pub type ActionInput = Map<String, Json>;

/// What came of an action.
#[derive(Clone, Debug, PartialEq)]
pub struct Done {
    pub message: Message,
    /// The record to go to, by object and id; the one acted on when there is none.
    pub go_to: Option<(String, Id)>,
    /// What a program wants to know, such as the ids of what was made.
    pub details: Map<String, Json>,
}

impl Done {
    pub fn new(message: Message) -> Done {
        Done { message, go_to: None, details: Map::new() }
    }
}
