//! Who asks, and what they may do.
//!
//! Rights come from roles and add up. A [`Grant`] is one role's say on one object: which actions, on which rows,
//! with which fields. A field of a record is visible when one grant gives both the row and the field; a filter, an
//! order or a sum over a field therefore reaches only the rows that some grant opens *together with that field*.

use std::{collections::HashMap, sync::Arc};

use expr::Checked;
use kernel::{Actor, Channel, Id};

/// Whoever reads or saves: a person, a program acting for one, or Rapport itself.
#[derive(Clone, Debug)]
pub struct Principal {
    pub actor: Actor,
    /// The team that the user's new records belong to.
    pub team: Option<Id>,
    /// The teams of the user and all teams below them.
    pub teams: Arc<[Id]>,
    pub access: Arc<Access>,
    /// The zone whose days `today()` means.
    pub zone: jiff::tz::TimeZone,
}

impl Principal {
    /// Rapport itself: may do everything.
    pub fn system() -> Principal {
        Principal {
            actor: Actor::SYSTEM,
            team: None,
            teams: Arc::from([]),
            access: Arc::new(Access::everything()),
            zone: jiff::tz::TimeZone::UTC,
        }
    }

    /// The same person, coming in another way.
    #[must_use]
    pub fn through(&self, channel: Channel) -> Principal {
        Principal { actor: Actor { channel, ..self.actor }, ..self.clone() }
    }

    pub const fn me(&self) -> Option<Id> {
        self.actor.user
    }
}

/// What may be done with records of an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    Read,
    Create,
    Update,
    /// Into the trash, and out of it.
    Delete,
    /// For good.
    Destroy,
    Export,
    Import,
}

impl Action {
    pub const ALL: [Action; 7] = [
        Action::Read,
        Action::Create,
        Action::Update,
        Action::Delete,
        Action::Destroy,
        Action::Export,
        Action::Import,
    ];

    pub const fn as_str(self) -> &'static str {
        match self {
            Action::Read => "read",
            Action::Create => "create",
            Action::Update => "update",
            Action::Delete => "delete",
            Action::Destroy => "destroy",
            Action::Export => "export",
            Action::Import => "import",
        }
    }

    pub fn parse(name: &str) -> Option<Action> {
        Action::ALL.into_iter().find(|action| action.as_str() == name)
    }
}

/// A set of actions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Actions(u8);

impl Actions {
    pub const ALL: Actions = Actions(0x7f);

    pub const fn has(self, action: Action) -> bool {
        self.0 & (1 << action as u8) != 0
    }

    #[must_use]
    pub const fn with(self, action: Action) -> Actions {
        Actions(self.0 | (1 << action as u8))
    }
}

impl FromIterator<Action> for Actions {
    fn from_iter<I: IntoIterator<Item = Action>>(actions: I) -> Actions {
        actions.into_iter().fold(Actions::default(), Actions::with)
    }
}

/// All rights of a person.
#[derive(Clone, Debug, Default)]
pub struct Access {
    /// May do everything, and change what everything is.
    pub administrator: bool,
    /// By object; one that is missing is closed.
    pub objects: HashMap<String, Vec<Grant>>,
}

/// One role's rights on one object.
#[derive(Clone, Debug)]
pub struct Grant {
    pub actions: Actions,
    /// Which rows may be read; all without a rule.
    pub rows: Option<Arc<Checked>>,
    /// Which of these may be changed or deleted, and which may be created; all without a rule.
    pub editable: Option<Arc<Checked>>,
    pub fields: FieldRights,
}

/// The fields, by name, that a grant keeps back.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FieldRights {
    pub hidden: Vec<String>,
    /// Seen but not changed.
    pub locked: Vec<String>,
}

impl Access {
    pub fn everything() -> Access {
        Access { administrator: true, objects: HashMap::new() }
    }

    pub fn grants(&self, object: &str) -> &[Grant] {
        self.objects.get(object).map_or(&[], Vec::as_slice)
    }

    /// Whether any grant gives the action on the object, on some row at least.
    pub fn may(&self, object: &str, action: Action) -> bool {
        self.administrator || self.grants(object).iter().any(|grant| grant.actions.has(action))
    }
}

impl Grant {
    pub fn everything() -> Grant {
        Grant { actions: Actions::ALL, rows: None, editable: None, fields: FieldRights::default() }
    }

    pub fn shows(&self, field: &str) -> bool {
        !self.fields.hidden.iter().any(|hidden| hidden == field)
    }

    pub fn changes(&self, field: &str) -> bool {
        self.shows(field) && !self.fields.locked.iter().any(|locked| locked == field)
    }
}
