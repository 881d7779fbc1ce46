//! What a check remembers and says: each of its batches is undone, so the database keeps nothing for it.

use std::{
    collections::{HashMap, HashSet},
    hash::{BuildHasher, RandomState},
};

use super::{
    batch::{self, Deferred},
    carry::{Carrying, Halt},
    import::{self, KindOfProblem, State, Summary},
    links,
    report::{self, Bad},
};
use crate::{
    mapping::{End, Missing},
    table::Fault,
};

/// Kinds of problems that are told apart.
const KINDS: usize = 200;

#[derive(Default)]
pub(super) struct Memory {
    hasher: RandomState,
    /// Hashes of the keys and of the titles of records that would be new.
    keys: HashSet<u64>,
    titles: HashSet<u64>,
    /// Hashes of names that would become records.
    made: HashSet<u64>,
    deferred: Vec<Deferred>,
    kinds: HashMap<(Option<usize>, String), KindOfProblem>,
}

impl Carrying<'_> {
    /// Takes note of what a batch would have done.
    pub(super) fn remember(&mut self, outcome: batch::Outcome) -> Result<(), Halt> {
        let Some(memory) = &mut self.memory else { return Ok(()) };
        let mut counts = outcome.counts;
        let known =
            outcome.new_keys.iter().filter(|key| !memory.keys.insert(memory.hasher.hash_one(key))).count()
                as u64;
        counts.created -= known;
        counts.updated += known;
        memory.titles.extend(outcome.titles.iter().map(|title| memory.hasher.hash_one(title)));
        // Each batch makes them anew, since the one before was undone.
        let made = outcome.learnt.made.iter();
        counts.made = made.filter(|made| memory.made.insert(memory.hasher.hash_one(made))).count() as u64;
        memory.deferred.extend(outcome.deferred);
        for bad in &outcome.bad {
            memory.note(bad.number, &bad.faults);
        }
        for one in &outcome.unmatched {
            memory.note(one.number, &[links::unmatched(self.plan, one.link, &one.name)]);
        }
        self.progress.next_row = outcome.next_row;
        self.progress.counts.add(&counts);
        self.keep(&outcome.bad)
    }

    /// Keeps what a check found, outside of the transaction that it undid.
    fn keep(&self, bad: &[Bad]) -> Result<(), Halt> {
        let (import, progress, run) = (self.import, &self.progress, self.run);
        self.workspace.db().write(|tx| {
            report::keep(tx, import.id, bad)?;
            import::put(tx, import.id, "progress", progress)?;
            run.checkpoint(tx, &progress.next_row)?;
            Ok::<_, Halt>(())
        })
    }

    /// Names that no row had: settled as the second pass would.
    pub(super) fn finish_check(mut self) -> Result<(), Halt> {
        let Some(mut memory) = self.memory.take() else { return Ok(()) };
        let mut bad = Vec::new();
        let (mut unlinked, mut unmatched, mut made) = (0, 0, 0);
        for deferred in std::mem::take(&mut memory.deferred) {
            let rule = &self.plan.links[deferred.link];
            let mut own = rule.ends.iter().filter(|end| end.is_own);
            let is_title = |end: &End| {
                memory.titles.contains(&memory.hasher.hash_one(links::key_at(end, &deferred.name)))
            };
            if own.any(is_title) {
                continue;
            }
            let name = links::key(rule, &deferred.name);
            match rule.missing {
                Missing::Create => {
                    made +=
                        u64::from(memory.made.insert(memory.hasher.hash_one(&(deferred.link, name.clone()))))
                }
                Missing::Empty => {
                    unmatched += 1;
                    memory
                        .note(deferred.number, &[links::unmatched(self.plan, deferred.link, &deferred.name)]);
                }
                Missing::Other => {}
                Missing::Report => {
                    unlinked += 1;
                    let column = self.plan.column_of_link(deferred.link);
                    let faults = vec![Fault::new(column, links::absent(rule, &deferred.name))];
                    memory.note(deferred.number, &faults);
                    bad.push(Bad { number: deferred.number, cells: deferred.cells, faults });
                }
            }
        }
        self.progress.counts.unlinked += unlinked;
        self.progress.counts.unmatched += unmatched;
        self.progress.counts.made += made;
        self.keep(&bad)?;
        let mut kinds: Vec<KindOfProblem> = memory.kinds.into_values().collect();
        kinds.sort_by(|one, other| other.rows.cmp(&one.rows).then(one.first_row.cmp(&other.first_row)));
        kinds.truncate(KINDS);
        let summary = Summary { counts: self.progress.counts, kinds };
        let (import, run) = (self.import, self.run);
        self.workspace.db().write(|tx| {
            import::put(tx, import.id, "checked", &summary)?;
            import::set_state(tx, import.id, State::Checked, None, None)?;
            run.finish(tx)?;
            Ok::<_, Halt>(())
        })
    }
}

impl Memory {
    fn note(&mut self, number: u64, faults: &[Fault]) {
        for fault in faults {
            let place = fault.field.as_deref().unwrap_or("");
            let key = (fault.column, format!("{place} {}", fault.message.id));
            let kind = self.kinds.entry(key).or_insert_with(|| KindOfProblem {
                fault: fault.clone(),
                rows: 0,
                first_row: number,
            });
            kind.rows += 1;
        }
    }
}
