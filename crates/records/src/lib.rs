//! Loading and saving records: the engine that everything else stands on.
//!
//! [`Engine::read`] and [`Engine::write`] open a transaction for a [`Principal`] and hand out a [`Reader`] or
//! [`Writer`]. Every statement over records carries the permissions of the principal ([`condition`]), every save
//! goes the one way ([`write`]), every change leaves a row in the log ([`change_log`]).
//!
//! What must not be here: HTTP, HTML, a clock other than [`kernel::Clock`], the name of a database.

mod behaviour;
pub mod change_log;
mod check;
mod condition;
mod draft;
mod engine;
mod env;
mod errand;
mod error;
mod event;
mod figures;
mod file;
pub mod input;
pub mod plain;
mod principal;
pub mod rates;
mod read;
mod record;
mod saved_view;
pub mod schema;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
mod write;

pub use behaviour::{Behaviour, Saved, Saving};
pub use check::check;
pub use db::{Errand, Error as DatabaseError};
pub use draft::{Draft, Target};
pub use engine::{Engine, Options};
pub use error::{Conflict, ConflictingField, Error};
pub use event::{Event, Events};
pub use file::{StoredFile, file_value, files};
pub use principal::{Access, Action, Actions, FieldRights, Grant, Principal};
pub use read::{
    Around, Count, Cursor, Group, GroupQuery, Happened, Hit, Kinds, LOOK_BACK, ListQuery, Opened, Page,
    Place, Reader, SeenMembers, Sight, Sort, Sought, Sum, TimelineQuery, Titles, Touched, Trash, What,
    activities, of_another_type, touched,
};
pub use record::{FieldSet, Member, Record};
pub use saved_view::SavedView;
pub use write::{Reverted, Writer, title_of};

#[cfg(test)]
mod tests;
