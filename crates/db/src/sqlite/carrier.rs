//! Carrying out errands: one thread runs them one after the other in the open transaction, commits, and tells everyone.

use std::{
    collections::VecDeque,
    sync::{Arc, MutexGuard, PoisonError, atomic::Ordering::SeqCst},
};

use super::writer::{Batch, Line, Outcome, Writer};
use crate::{
    Errand, Error, Tx, Undone,
    config::Durability,
    errand::{Errands, Halt},
    metrics::Metrics,
    transaction::{After, Engine},
};

/// An errand that is to be run.
struct Due {
    errand: Box<dyn Errand>,
    /// It was run in a batch that was undone, and gets a savepoint now.
    is_again: bool,
}

/// An errand that was run: what follows its commit, or why it is undone.
struct Carried {
    errand: Box<dyn Errand>,
    answer: Result<After, Halt>,
}

impl Writer {
    /// Carries out errands until there are none; `follow` does what follows a commit.
    ///
    /// # Panics
    /// When the calling thread is writing already.
    pub fn carry_out(&self, metrics: &Metrics, errands: &Errands, follow: &dyn Fn(After)) {
        self.refuse_nesting();
        let mut again: VecDeque<Box<dyn Errand>> = VecDeque::new();
        let due = |again: &mut VecDeque<Box<dyn Errand>>| match again.pop_front() {
            Some(errand) => Some(Due { errand, is_again: true }),
            None => errands.next().map(|errand| Due { errand, is_again: false }),
        };
        while let Some(first) = due(&mut again) {
            let Some((mut line, batch, first)) = self.enter(first) else { continue };
            let mut carried = Vec::new();
            let mut one = Some(first);
            {
                let _held = self.hold();
                while let Some(own) = one {
                    carried.push(line.carry(own, metrics));
                    one = if line.has_room_in(&batch) { due(&mut again) } else { None };
                }
            }
            if line.is_due(self.waiting()) {
                line.commit(metrics);
            }
            drop(line);
            match batch.wait() {
                Outcome::Again => {
                    Metrics::add(&metrics.retries, carried.len() as u64);
                    carried.into_iter().rev().for_each(|one| again.push_front(one.errand));
                }
                Outcome::Committed => carried.into_iter().for_each(|one| one.end(None, follow)),
                Outcome::Failed(error) => carried.into_iter().for_each(|one| one.end(Some(&error), follow)),
            }
        }
    }

    /// Takes the line, and becomes a member of the open batch or opens one; tells the errand if there is none to be had.
    fn enter(&self, due: Due) -> Option<(MutexGuard<'_, Line>, Arc<Batch>, Due)> {
        self.waiting.fetch_add(1, SeqCst);
        let mut line = self.line.lock().unwrap_or_else(PoisonError::into_inner);
        self.waiting.fetch_sub(1, SeqCst);
        let left = self.patience.saturating_sub(due.errand.since().elapsed());
        match line.join(Durability::Full, left, self.patience) {
            Ok(batch) => Some((line, batch, due)),
            Err(error) => {
                due.errand.end(Err(error));
                None
            }
        }
    }
}

impl Line {
    fn carry(&mut self, Due { mut errand, is_again }: Due, metrics: &Metrics) -> Carried {
        let answer = self.run(is_again, &mut |session| {
            let mut tx = Tx::new(Engine::Sqlite(session), metrics);
            errand.run(&mut tx).map_err(|Undone| Halt::Own)?;
            Ok(tx.into_after())
        });
        let panicked = |_| Err(Halt::Database(Error::Other("an errand panicked".to_owned())));
        Carried { answer: answer.unwrap_or_else(panicked), errand }
    }

    /// Whether the batch is still open and takes one more.
    fn has_room_in(&self, batch: &Arc<Batch>) -> bool {
        let is_open = self.batch.as_ref().is_some_and(|open| Arc::ptr_eq(&open.batch, batch));
        is_open && !self.is_due(1)
    }
}

impl Carried {
    /// Tells that it is over; `failed` is why the commit failed, if it did.
    fn end(self, failed: Option<&Error>, follow: &dyn Fn(After)) {
        let outcome = match (self.answer, failed) {
            (Err(Halt::Own), _) => Ok(()),
            (Err(Halt::Database(error)), _) => Err(error),
            (Ok(_), Some(error)) => Err(error.clone()),
            (Ok(after), None) => {
                follow(after);
                Ok(())
            }
        };
        self.errand.end(outcome);
    }
}
