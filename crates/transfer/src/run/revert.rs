//! Taking an import back, a part at a time, in the background.

use app::Workspace;
use db::Tx;
use jobs::{Job, Lane, Outcome, Run};
use kernel::{Id, Message, Timestamp};
use serde::{Deserialize, Serialize};

use super::{
    carry::{Halt, principal},
    import::{self, Import, Reversal, State},
};

/// Changes taken back in one transaction.
const BATCH: usize = 500;

/// Takes back what an import did.
#[derive(Debug, Serialize, Deserialize)]
pub struct Revert {
    pub import: Id,
}

/// Has a job take the import back.
///
/// # Errors
/// When the database refuses.
pub fn enqueue_revert(tx: &mut Tx<'_>, now: Timestamp, import: &Import) -> Result<Id, jobs::Error> {
    let options = jobs::Options::new().owner(import.owner).once(format!("import {}", import.id));
    let job = jobs::enqueue(tx, now, &Revert { import: import.id }, &options)?;
    import::set_state(tx, import.id, State::Reverting, None, None)?;
    import::put(tx, import.id, "reverted", &Reversal::default())?;
    import::set_job(tx, import.id, job)?;
    Ok(job)
}

impl Job for Revert {
    const NAME: &'static str = "transfer/revert";
    const LANE: Lane = Lane::Long;
    type Context = Workspace;

    fn run(&self, workspace: &Workspace, run: &Run) -> Outcome {
        match self.take_back(workspace, run) {
            Ok(()) => Outcome::Done,
            Err(Halt::Stopped | Halt::Undone(_)) => {
                if run.is_cancelled() {
                    let now = workspace.engine.clock().now();
                    let done =
                        |tx: &mut Tx<'_>| import::set_state(tx, self.import, State::Done, None, Some(now));
                    if let Err(error) = workspace.db().write(done) {
                        return Outcome::Retry(error.to_string());
                    }
                }
                Outcome::Stopped
            }
            Err(Halt::Retry(why)) => Outcome::Retry(why),
            Err(Halt::Failed(message)) => {
                let why = message.id.to_string();
                let state =
                    |tx: &mut Tx<'_>| import::set_state(tx, self.import, State::Done, Some(&message), None);
                match workspace.db().write(state) {
                    Ok(()) => Outcome::Drop(why),
                    Err(error) => Outcome::Retry(error.to_string()),
                }
            }
        }
    }
}

impl Revert {
    fn take_back(&self, workspace: &Workspace, run: &Run) -> Result<(), Halt> {
        let Some(import) = workspace.db().read(|tx| import::find(tx, self.import))? else { return Ok(()) };
        let who = principal(workspace, &import)?;
        let mut reverted = import.reverted.unwrap_or_default();
        loop {
            if run.should_stop() {
                return Err(Halt::Stopped);
            }
            let before = reverted;
            let (next, ended) = workspace.engine.write(&who, |writer| {
                let (part, next) = writer.revert_part(import.id, before.before, BATCH)?;
                let next_state = Reversal {
                    deleted: before.deleted + part.deleted as u64,
                    updated: before.updated + part.updated as u64,
                    restored: before.restored + part.restored as u64,
                    kept: before.kept + part.kept as u64,
                    before: next,
                };
                let tx = writer.tx();
                import::put(tx, import.id, "reverted", &next_state)?;
                if next.is_none() {
                    import::set_state(tx, import.id, State::Reverted, None, Some(run_now(workspace)))?;
                    run.finish(tx)?;
                } else {
                    run.checkpoint(tx, &next)?;
                }
                Ok::<_, Halt>((next_state, next.is_none()))
            })?;
            reverted = next;
            let done = reverted.deleted + reverted.updated + reverted.restored + reverted.kept;
            run.progress(done, Some(import.progress.counts.good()), Some(Message::new("import-reverting")));
            if ended {
                return Ok(());
            }
        }
    }
}

fn run_now(workspace: &Workspace) -> Timestamp {
    workspace.engine.clock().now()
}
