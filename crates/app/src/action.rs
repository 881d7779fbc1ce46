//! Named verbs on records: convert, win, lose. Buttons, API and command line all call them here.

use kernel::{Id, Message};
use records::{Error, Record, Writer};
use serde_json::{Map, Value as Json};

use crate::Workspace;

/// A verb on one record of an object.
pub trait Action: Send + Sync {
    fn object(&self) -> &'static str;

    /// Snake case: the name in the API, `POST /api/v1/leads/{id}/convert`. Its texts are `{object}-action-{name}`,
    /// with the attribute `.question` where it asks before it acts.
    fn name(&self) -> &'static str;

    /// An icon's name.
    fn icon(&self) -> &'static str;

    /// Whether it makes sense on the record as it stands.
    fn applies(&self, record: &Record) -> bool;

    /// What it asks for before it runs.
    fn fields(&self) -> &'static [ActionField] {
        &[]
    }

    /// A page of its own for choosing, instead of a plain form: an address below the record's.
    fn page(&self) -> Option<&'static str> {
        None
    }

    /// Does it, in the transaction of the writer.
    ///
    /// # Errors
    /// As saving; problems name the action's fields.
    fn run(
        &self,
        workspace: &Workspace,
        writer: &mut Writer<'_, '_>,
        record: Id,
        input: &ActionInput,
    ) -> Result<Done, Error>;
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
