//! The line in which writes wait before anybody carries them out, so that however many wait for a database that is locked,
//! there are threads for those who read.

use std::{convert::Infallible, sync::Arc};

use app::Workspace;
use records::{DatabaseError, Errand, Error};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::timeout,
};

/// The writes of one workspace that may be under way at once.
struct Line(Arc<Semaphore>);

/// A place among the writes that are under way; dropping it lets the next one in.
pub struct Turn {
    _permit: OwnedSemaphorePermit,
}

/// Waits for a turn to write, as long as a write waits for the database.
///
/// # Errors
/// That the database is busy.
pub async fn turn(workspace: &Workspace) -> Result<Turn, Error> {
    let made = workspace
        .keep(|| Ok::<_, Infallible>(Line(Arc::new(Semaphore::new(workspace.db().writes_at_once())))));
    let Ok(line) = made;
    let acquired = timeout(workspace.config.database.wait, Arc::clone(&line.0).acquire_owned()).await;
    match acquired {
        Ok(Ok(permit)) => Ok(Turn { _permit: permit }),
        _ => Err(DatabaseError::Busy("too many writes wait for it already".to_owned()).into()),
    }
}

/// Has an errand carried out: by the thread that does so already, or by one that begins.
pub fn hand_over(workspace: &Arc<Workspace>, errand: Box<dyn Errand>) {
    if workspace.db().hand_over(errand) {
        let workspace = Arc::clone(workspace);
        tokio::task::spawn_blocking(move || workspace.db().carry_out());
    }
}
