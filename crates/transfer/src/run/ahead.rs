//! Looking up ahead what rows lead to, beside the saving of the rows before them: what their names and their keys stand
//! for, as far as that can be known before the rows before them are saved. [`Course`](super::course::Course) tells
//! whether it still holds.

use std::{
    collections::{HashMap, HashSet},
    hash::{BuildHasher, RandomState},
    sync::Arc,
};

use kernel::Id;
use records::{Engine, Error, Principal, Reader};

use super::{
    book::Ahead,
    course::{Moment, Now},
    keys,
    rows::Wish,
};
use crate::mapping::{KeyPlan, Plan};

/// What the key of a row led to.
#[derive(Clone, Debug)]
pub struct Foreseen {
    pub at: Moment,
    pub records: Vec<Id>,
}

/// Rows on their way to be saved, with what was looked up about them.
pub struct Chunk {
    pub wishes: Vec<Wish>,
    pub names: Ahead,
}

/// Looks up what rows need, as they are read.
pub struct Lookout<'a> {
    engine: &'a Engine,
    who: &'a Principal,
    plan: &'a Plan,
    now: Arc<Now>,
    hasher: RandomState,
    /// Hashes of names that were looked up. If one hides another, that one is looked up when it is needed.
    asked: Vec<HashSet<u64>>,
}

impl<'a> Lookout<'a> {
    pub fn new(engine: &'a Engine, who: &'a Principal, plan: &'a Plan, now: Arc<Now>) -> Lookout<'a> {
        let asked = vec![HashSet::new(); plan.links.len()];
        Lookout { engine, who, plan, now, hasher: RandomState::new(), asked }
    }

    /// What fails here is left open: it is looked up again, and fails again, when the rows are saved.
    pub fn look(&mut self, mut wishes: Vec<Wish>) -> Chunk {
        let names = self.new_names(&wishes);
        let at = self.now.moment();
        let found = self.engine.read(self.who, |reader| {
            let good: Vec<&Wish> = wishes.iter().filter(|wish| wish.faults.is_empty()).collect();
            let names = Ahead::look_up(reader, self.plan, &names, at)?;
            Ok::<_, Error>((names, self.records(reader, &good)?))
        });
        let Ok((names, records)) = found else {
            return Chunk { wishes, names: Ahead::default() };
        };
        let good = wishes.iter_mut().filter(|wish| wish.faults.is_empty());
        for (wish, records) in good.zip(records) {
            wish.foreseen = records.map(|records| Foreseen { at, records });
        }
        Chunk { wishes, names }
    }

    /// Names that no row before had, by link and key.
    fn new_names(&mut self, wishes: &[Wish]) -> Vec<HashMap<String, String>> {
        let mut names = vec![HashMap::new(); self.plan.links.len()];
        for named in wishes.iter().flat_map(|wish| wish.links.iter().chain(&wish.default_links)) {
            if self.asked[named.link].insert(self.hasher.hash_one(&named.key)) {
                names[named.link].insert(named.key.clone(), named.name.clone());
            }
        }
        names
    }

    /// The records that each of the rows leads to by its key, where that can be known before they are saved.
    fn records(&self, reader: &mut Reader<'_, '_>, wishes: &[&Wish]) -> Result<Vec<Option<Vec<Id>>>, Error> {
        let plan = self.plan;
        if plan.key.is_empty() || plan.key.iter().any(KeyPlan::is_link) {
            return Ok(vec![None; wishes.len()]);
        }
        keys::find(reader, plan, wishes, |wish, at| wish.key.get(at).cloned())
    }
}
