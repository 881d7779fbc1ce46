//! The kinds of job that a program knows.

use std::{collections::BTreeMap, time::Duration};

use kernel::Value;

use crate::{Backoff, Cadence, Error, Job, Lane, Outcome, Run};

/// The kinds of job that run with a context `C`, and the schedules that the program itself declares.
pub struct Registry<C: ?Sized> {
    kinds: BTreeMap<&'static str, Kind<C>>,
    schedules: Vec<BuiltIn>,
}

/// A kind of job, without its type.
pub(crate) struct Kind<C: ?Sized> {
    pub lane: Lane,
    pub max_attempts: u32,
    pub backoff: Backoff,
    pub lease: Duration,
    /// Reads the job from its JSON and runs it.
    pub run: fn(&str, &C, &Run) -> Result<Outcome, serde_json::Error>,
}

/// A schedule that the program declares.
pub(crate) struct BuiltIn {
    pub name: &'static str,
    pub cadence: Cadence,
    pub job: &'static str,
    pub lane: Lane,
    pub payload: serde_json::Value,
}

impl<C: ?Sized> Default for Registry<C> {
    fn default() -> Registry<C> {
        Registry { kinds: BTreeMap::new(), schedules: Vec::new() }
    }
}

impl<C: ?Sized> Registry<C> {
    pub fn new() -> Registry<C> {
        Registry::default()
    }

    /// Makes a kind of job known.
    ///
    /// # Panics
    /// When another kind has the name already.
    pub fn register<J: Job<Context = C>>(&mut self) -> &mut Registry<C> {
        let kind = Kind {
            lane: J::LANE,
            max_attempts: J::MAX_ATTEMPTS.max(1),
            backoff: J::BACKOFF,
            lease: J::LEASE,
            run: |payload, context, run| Ok(serde_json::from_str::<J>(payload)?.run(context, run)),
        };
        assert!(self.kinds.insert(J::NAME, kind).is_none(), "two kinds of job are called {}", J::NAME);
        self
    }

    /// Declares that `job` is enqueued again and again under this name, which is unique in the program. Those who
    /// want schedules that come and go call [`crate::schedule`].
    pub fn schedule<J: Job<Context = C>>(
        &mut self,
        name: &'static str,
        cadence: Cadence,
        job: &J,
    ) -> Result<&mut Registry<C>, Error> {
        let payload = serde_json::to_value(job)?;
        self.schedules.push(BuiltIn { name, cadence, job: J::NAME, lane: J::LANE, payload });
        Ok(self)
    }

    /// The names of all kinds of job, for whoever has words for them.
    pub fn kinds(&self) -> impl Iterator<Item = &'static str> + '_ {
        self.kinds.keys().copied()
    }

    pub(crate) fn kind(&self, name: &str) -> Option<&Kind<C>> {
        self.kinds.get(name)
    }

    pub(crate) fn built_in(&self) -> &[BuiltIn] {
        &self.schedules
    }

    /// The names of the kinds in a lane.
    pub(crate) fn names(&self, lane: Lane) -> Vec<Value> {
        self.kinds.iter().filter(|(_, kind)| kind.lane == lane).map(|(name, _)| Value::from(*name)).collect()
    }
}
