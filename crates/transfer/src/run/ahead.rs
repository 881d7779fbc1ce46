//! Looking up ahead what rows lead to, beside the saving of the rows before them.
//!
//! What names lead to is looked up once for the whole import. What keys lead to holds as long as nobody but the import
//! has written since. [`Course`] knows that from the log of changes, whose end every write moves, and it knows what the
//! import itself has saved meanwhile. Only where one writes at a time (SQLite): elsewhere a write that began before may
//! end after.

use std::{
    collections::{HashMap, HashSet, VecDeque},
    hash::{BuildHasher, RandomState},
};

use kernel::Id;
use records::{Engine, Error, Principal, Reader};

use super::{book::Ahead, keys, links, rows::Wish};
use crate::mapping::{KeyPlan, Plan};

/// What the key of a row led to when the log of changes ended at `at`.
#[derive(Clone, Debug)]
pub struct Foreseen {
    pub at: i64,
    pub records: Vec<Id>,
}

/// What has been written while the import runs.
#[derive(Debug, Default)]
pub struct Course {
    /// Where the log ended when somebody else had last written.
    since: i64,
    /// Where the log ended after the last transaction of the import.
    end: Option<i64>,
    /// The records that the import has saved, by key, and where the log ended after it.
    saved: VecDeque<(i64, HashMap<String, Id>)>,
}

impl Course {
    /// How things stand at the beginning of a transaction.
    ///
    /// # Errors
    /// Only when something is broken.
    pub fn stand(&self, reader: &mut Reader<'_, '_>) -> Result<Stand, Error> {
        let end = log_end(reader)?;
        let undisturbed_since = match self.end {
            _ if reader.tx().dialect().has_rivals() => i64::MAX,
            Some(own) if own == end => self.since,
            _ => end,
        };
        Ok(Stand { undisturbed_since, end })
    }

    /// The record that the import has saved under a key after the log ended at `at`.
    pub fn saved_after(&self, at: i64, key: &str) -> Option<Id> {
        let batches = self.saved.iter().rev().take_while(|(end, _)| *end > at);
        batches.filter_map(|(_, saved)| saved.get(key)).next().copied()
    }

    /// A transaction that began with `stand` is committed, and the log ends at `end` now. Rows that were looked up before
    /// `oldest` do not come any more.
    pub fn committed(&mut self, stand: Stand, end: i64, oldest: i64, saved: HashMap<String, Id>) {
        (self.since, self.end) = (stand.undisturbed_since, Some(end));
        self.saved.retain(|(end, _)| *end > oldest);
        self.saved.push_back((end, saved));
    }
}

/// How things stand at the beginning of a transaction of the import.
#[derive(Clone, Copy, Debug, Default)]
pub struct Stand {
    /// From where on in the log nobody but the import has written.
    pub undisturbed_since: i64,
    /// Where the log ends.
    pub end: i64,
}

/// Rows on their way to be saved, with what was looked up about them.
#[derive(Clone)]
pub struct Chunk {
    pub wishes: Vec<Wish>,
    pub names: Ahead,
}

/// Looks up what rows need, as they are read.
pub struct Lookout<'a> {
    engine: &'a Engine,
    who: &'a Principal,
    plan: &'a Plan,
    hasher: RandomState,
    /// Hashes of names that were looked up. If one hides another, that one is looked up when it is needed.
    asked: Vec<HashSet<u64>>,
}

impl<'a> Lookout<'a> {
    pub fn new(engine: &'a Engine, who: &'a Principal, plan: &'a Plan) -> Lookout<'a> {
        let asked = vec![HashSet::new(); plan.links.len()];
        Lookout { engine, who, plan, hasher: RandomState::new(), asked }
    }

    /// What fails here is left open: it is looked up again, and fails again, when the rows are saved.
    pub fn look(&mut self, wishes: Vec<Wish>) -> Chunk {
        let names = self.new_names(&wishes);
        let found = self.engine.read(self.who, |reader| {
            let at = log_end(reader)?;
            let good: Vec<&Wish> = wishes.iter().filter(|wish| wish.faults.is_empty()).collect();
            let names = Ahead::look_up(reader, self.plan, &names, at)?;
            Ok::<_, Error>((at, names, self.records(reader, &good)?))
        });
        let Ok((at, names, records)) = found else {
            return Chunk { wishes, names: Ahead::default() };
        };
        let mut wishes = wishes;
        for wish in wishes.iter_mut().filter(|wish| wish.faults.is_empty()) {
            let key = keys::text_of(self.plan, |at| wish.key.get(at).cloned());
            let records = key.ok().and_then(|key| records.as_ref()?.get(&key).cloned());
            wish.foreseen = records.map(|records| Foreseen { at, records });
        }
        Chunk { wishes, names }
    }

    /// Names that no row before had, by link and key.
    fn new_names(&mut self, wishes: &[Wish]) -> Vec<HashMap<String, String>> {
        let mut names = vec![HashMap::new(); self.plan.links.len()];
        for (link, name) in wishes.iter().flat_map(|wish| wish.links.iter().chain(&wish.default_links)) {
            let key = links::key(&self.plan.links[*link], name);
            if self.asked[*link].insert(self.hasher.hash_one(&key)) {
                names[*link].insert(key, name.clone());
            }
        }
        names
    }

    /// The records that the rows lead to by their keys, where that can be known before they are saved.
    fn records(
        &self,
        reader: &mut Reader<'_, '_>,
        wishes: &[&Wish],
    ) -> Result<Option<HashMap<String, Vec<Id>>>, Error> {
        let plan = self.plan;
        let by_link = plan.key.iter().any(KeyPlan::is_link);
        if plan.key.is_empty() || by_link || reader.tx().dialect().has_rivals() {
            return Ok(None);
        }
        keys::find(reader, plan, wishes, |wish, at| wish.key.get(at).cloned()).map(Some)
    }
}

/// Where the log of changes ends; nowhere in particular where that tells nothing.
///
/// # Errors
/// Only when something is broken.
pub fn log_end(reader: &mut Reader<'_, '_>) -> Result<i64, Error> {
    if reader.tx().dialect().has_rivals() {
        return Ok(0);
    }
    reader.log_end()
}
