//! What has been written while an import runs, so that what was looked up ahead of a transaction can be trusted in it.
//!
//! Each transaction of the import begins with a look at the log of changes. If somebody else has written since the one
//! before, what was looked up earlier holds no longer. What the import itself has saved meanwhile is remembered here.

use std::{
    collections::{BTreeSet, HashMap, VecDeque},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use kernel::Id;
use records::{Error, LOOK_BACK, Reader};

/// The course of one import, for the thread that saves.
#[derive(Debug)]
pub struct Course {
    import: Id,
    now: Arc<Now>,
    log: Log,
    /// Whether the transaction has found that somebody else has written. Until it has ended those who look up may not see
    /// that yet: what was written just before may be committed together with it.
    is_disturbed: bool,
    /// The records that the import has saved, by key, and how many of its transactions were committed then.
    saved: VecDeque<(u64, HashMap<String, Id>)>,
}

/// How things stand, for everybody who looks up.
#[derive(Debug, Default)]
pub struct Now {
    disturbances: AtomicU64,
    commits: AtomicU64,
}

/// When something was looked up: after so many disturbances by others, and so many commits of the import.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment {
    disturbances: u64,
    commits: u64,
}

/// The log of changes as it was last seen.
#[derive(Debug)]
struct Log {
    end: i64,
    /// Numbers before its end that were not there.
    holes: BTreeSet<i64>,
}

impl Now {
    /// The moment of what is looked up from here on: to be asked before a transaction that looks up begins.
    pub fn moment(&self) -> Moment {
        Moment {
            disturbances: self.disturbances.load(Ordering::SeqCst),
            commits: self.commits.load(Ordering::SeqCst),
        }
    }
}

impl Course {
    /// The course of an import that begins now, or goes on.
    ///
    /// # Errors
    /// Only when something is broken.
    pub fn new(reader: &mut Reader<'_, '_>, import: Id) -> Result<Course, Error> {
        let end = reader.log_end()?;
        let holes = match reader.tx().dialect().has_rivals() {
            true => reader.log_holes(end)?.into_iter().collect(),
            false => BTreeSet::new(),
        };
        let log = Log { end, holes };
        Ok(Course { import, now: Arc::default(), log, is_disturbed: false, saved: VecDeque::new() })
    }

    pub fn now(&self) -> Arc<Now> {
        Arc::clone(&self.now)
    }

    /// Looks, at the beginning of a transaction, whether somebody else has written.
    ///
    /// # Errors
    /// Only when something is broken.
    pub fn begin(&mut self, reader: &mut Reader<'_, '_>) -> Result<(), Error> {
        self.is_disturbed |= self.log.read_on(reader, self.import)?;
        Ok(())
    }

    /// Whether what was looked up then still holds, but for what the import has saved since.
    pub fn holds(&self, looked_up: Moment) -> bool {
        !self.is_disturbed && looked_up.disturbances == self.now.moment().disturbances
    }

    /// The record that the import has saved under a key since then.
    pub fn saved_since(&self, looked_up: Moment, key: &str) -> Option<Id> {
        let batches = self.saved.iter().rev().take_while(|(commits, _)| *commits > looked_up.commits);
        batches.filter_map(|(_, saved)| saved.get(key)).next().copied()
    }

    /// The transaction has ended, committed or undone.
    pub fn ended(&mut self) {
        if std::mem::take(&mut self.is_disturbed) {
            self.now.disturbances.fetch_add(1, Ordering::SeqCst);
        }
    }

    /// It was committed. It saved these records; what was looked up before `oldest` does not come any more.
    /// `end` is where it left the log, if nobody else can have written meanwhile.
    pub fn committed(&mut self, saved: HashMap<String, Id>, oldest: Moment, end: Option<i64>) {
        self.log.end = end.unwrap_or(self.log.end);
        let commits = self.now.moment().commits + 1;
        self.saved.retain(|(commits, _)| *commits > oldest.commits);
        self.saved.push_back((commits, saved));
        // Last: whoever sees the number sees the records.
        self.now.commits.store(commits, Ordering::SeqCst);
    }
}

impl Log {
    /// Takes note of what has come, and tells whether any of it is somebody else's.
    fn read_on(&mut self, reader: &mut Reader<'_, '_>, import: Id) -> Result<bool, Error> {
        let mut by_others = false;
        let (end, holes) = (&mut self.end, &mut self.holes);
        let asked: Vec<i64> = holes.iter().copied().collect();
        reader.each_cause(*end, &asked, |seq, cause| {
            by_others |= cause != Some(import);
            if seq > *end {
                holes.extend(*end + 1..seq);
                *end = seq;
            } else {
                holes.remove(&seq);
            }
        })?;
        while holes.len() > LOOK_BACK {
            holes.pop_first();
        }
        Ok(by_others)
    }
}
