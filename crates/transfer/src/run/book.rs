//! What names led to, remembered from one transaction to the next.

use std::collections::HashMap;

use kernel::{Id, Message};
use records::{Error, Reader};

use super::{course::Moment, links};
use crate::mapping::{LinkPlan, Plan};

/// Names that are remembered, about; when there are more, those before are forgotten.
const REMEMBERED: usize = 300_000;

/// What a name leads to.
#[derive(Clone, Debug, PartialEq)]
pub enum Found {
    /// A record of one of the link's ends.
    One {
        end: usize,
        id: Id,
    },
    /// Nothing, and nothing is to be linked.
    Nothing,
    /// Maybe to a record that comes later in the file.
    Later,
    /// To a record that is made when a row that is to be saved needs it.
    Make,
    Problem(Message),
}

/// Names that were looked up before, by link of the plan.
#[derive(Clone, Debug, Default)]
pub struct Book {
    pub known: Vec<HashMap<String, Entry>>,
    size: usize,
}

/// What a name led to when it was looked up.
#[derive(Clone, Debug)]
pub struct Entry {
    pub found: Found,
    pub at: Moment,
}

/// What one transaction has learnt: told to the book once it is committed.
#[derive(Clone, Debug, Default)]
pub struct Learnt {
    /// By link of the plan.
    pub new: Vec<HashMap<String, Found>>,
    /// Records that were made: by which link, under which key.
    pub made: Vec<(usize, String)>,
}

/// What names led to before the transaction that needs them, by link of the plan.
#[derive(Clone, Debug, Default)]
pub struct Ahead(pub Vec<HashMap<String, Entry>>);

impl Book {
    pub fn new(plan: &Plan) -> Book {
        Book { known: vec![HashMap::new(); plan.links.len()], size: 0 }
    }

    /// Takes note of what a transaction has learnt that began at `at`.
    pub fn learn(&mut self, learnt: Learnt, at: Moment) {
        // What may come later is asked again.
        let lasting = |(_, found): &(String, Found)| !matches!(found, Found::Later | Found::Make);
        let entries = |new: HashMap<String, Found>| {
            let lasting = new.into_iter().filter(lasting);
            lasting.map(|(name, found)| (name, Entry { found, at })).collect()
        };
        self.learn_ahead(Ahead(learnt.new.into_iter().map(entries).collect()));
    }

    /// Takes note of what was looked up ahead of a transaction, and so holds whatever becomes of it.
    pub fn learn_ahead(&mut self, ahead: Ahead) {
        self.size += ahead.0.iter().map(HashMap::len).sum::<usize>();
        if self.size > REMEMBERED {
            self.known.iter_mut().for_each(HashMap::clear);
            self.size = 0;
        }
        for (known, new) in self.known.iter_mut().zip(ahead.0) {
            known.extend(new);
        }
    }
}

impl Ahead {
    /// What these names, by their keys, lead to at `at`.
    ///
    /// # Errors
    /// Only when something is broken.
    pub fn look_up(
        reader: &mut Reader<'_, '_>,
        plan: &Plan,
        names: &[HashMap<String, String>],
        at: Moment,
    ) -> Result<Ahead, Error> {
        let one = |(rule, names): (&LinkPlan, &HashMap<String, String>)| {
            let found = links::find(reader, rule, names)?;
            Ok(found.into_iter().map(|(name, found)| (name, Entry { found, at })).collect())
        };
        plan.links.iter().zip(names).map(one).collect::<Result<_, Error>>().map(Ahead)
    }
}
