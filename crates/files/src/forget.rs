//! Letting go of files whose records have been deleted for good.

use std::collections::{HashMap, HashSet};

use app::Workspace;
use jobs::{Cadence, Job, Outcome, Registry, Run};
use kernel::Id;
use records::{Error, Principal};
use serde::{Deserialize, Serialize};

/// Files looked at in one transaction.
const AT_ONCE: usize = 500;

/// Has the nightly sweep take files whose records are gone: destroying a record says nothing to anybody.
#[derive(Debug, Serialize, Deserialize)]
struct ForgetFiles {}

impl Job for ForgetFiles {
    const NAME: &'static str = "files/forget";
    type Context = Workspace;

    fn run(&self, workspace: &Workspace, _: &Run) -> Outcome {
        match forget(workspace) {
            Ok(()) => Outcome::Done,
            Err(error) => Outcome::Retry(error.to_string()),
        }
    }
}

/// Makes the job known, and when it runs: before files past their time are swept.
pub fn register(registry: &mut Registry<Workspace>) {
    registry.register::<ForgetFiles>();
    let nightly: Cadence = "daily 03:10 UTC".parse().expect("the cadence is written as cadences are");
    registry
        .schedule("files/forget", nightly, &ForgetFiles {})
        .expect("a job without fields can always be written");
}

fn forget(workspace: &Workspace) -> Result<(), Error> {
    let now = workspace.engine.clock().now();
    let mut after = None;
    loop {
        let (last, gone) = workspace.engine.read(&Principal::system(), |reader| -> Result<_, Error> {
            let claimed = blobs::claimed(reader.tx(), after, AT_ONCE).map_err(broken)?;
            let mut by_object: HashMap<&str, Vec<Id>> = HashMap::new();
            for (_, object, record) in &claimed {
                by_object.entry(object).or_default().push(*record);
            }
            let mut there: HashSet<Id> = HashSet::new();
            for (object, ids) in by_object {
                // The records of an object that is no more are gone with it; those in the trash are there.
                if let Ok(object) = reader.object(object) {
                    there.extend(reader.visible(&object, &ids)?);
                }
            }
            let gone: Vec<Id> =
                claimed.iter().filter(|(.., record)| !there.contains(record)).map(|(id, ..)| *id).collect();
            Ok((claimed.last().map(|(id, ..)| *id), gone))
        })?;
        for file in gone {
            // What is gone already, another process was faster with.
            if let Err(blobs::Error::Database(error)) =
                workspace.db().write(|tx| blobs::expire(tx, file, now))
            {
                return Err(Error::Database(error));
            }
        }
        match last {
            None => return Ok(()),
            last => after = last,
        }
    }
}

fn broken(error: blobs::Error) -> Error {
    match error {
        blobs::Error::Database(error) => Error::Database(error),
        other => Error::invalid(kernel::Message::verbatim(other.to_string())),
    }
}
