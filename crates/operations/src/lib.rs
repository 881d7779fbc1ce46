//! What keeps a workspace running: background jobs to look at, and the housekeeping that is one of them.
//!
//! `page.rs` shows jobs to administrators, `api.rs` gives the same to programs, `housekeeping.rs` sweeps up files
//! that nothing refers to any more.

mod api;
mod housekeeping;
mod page;

use app::Feature;

/// The feature, for the server to compose.
pub fn feature() -> Feature {
    Feature {
        name: "operations",
        texts: include_str!("en.ftl"),
        jobs: Some(housekeeping::register),
        routes: Some(page::routes().merge(api::routes())),
        ..Feature::default()
    }
}

/// What can be done about a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    Cancel,
    Retry,
    Discard,
}

impl Verb {
    pub fn parse(name: &str) -> Option<Verb> {
        match name {
            "cancel" => Some(Verb::Cancel),
            "retry" => Some(Verb::Retry),
            "discard" => Some(Verb::Discard),
            _ => None,
        }
    }

    /// Does it.
    ///
    /// # Errors
    /// When the job is in no state for it, or not there.
    pub fn carry_out(self, workspace: &app::Workspace, id: kernel::Id) -> Result<(), jobs::Error> {
        let now = workspace.engine.clock().now();
        workspace.db().write(|tx| match self {
            Verb::Cancel => jobs::cancel(tx, now, id),
            Verb::Retry => jobs::retry(tx, now, id),
            Verb::Discard => jobs::discard(tx, id),
        })
    }
}
