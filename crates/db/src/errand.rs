//! Writes that one thread carries out for many. Whoever has something to write and need not stand in line for it hands it
//! over as an [`Errand`] and is told when it is on disk: no thread waits for each, and none is woken to do its part.

use std::{
    collections::VecDeque,
    sync::{Mutex, MutexGuard, PoisonError},
    thread,
    time::Instant,
};

use crate::{Error, Tx};

/// Something to write, for [`crate::Db::hand_over`].
pub trait Errand: Send {
    /// When it was handed over: how long it waits for the database counts from here.
    fn since(&self) -> Instant;

    /// Does the work, and keeps what came of it. May be called more than once, as the closure of [`crate::Db::write`].
    ///
    /// # Errors
    /// [`Undone`] when what it did is to be undone: it failed, and has kept why. It must not panic.
    fn run(&mut self, tx: &mut Tx<'_>) -> Result<(), Undone>;

    /// Nothing comes after this: what the work did is on disk, or the work failed by itself, and knows. Or the database
    /// failed, and nothing is there.
    fn end(self: Box<Self>, outcome: Result<(), Error>);
}

/// That an errand's work is to be undone.
#[derive(Debug)]
pub struct Undone;

/// Why an errand's work is undone.
pub(crate) enum Halt {
    /// It says so.
    Own,
    Database(Error),
}

impl From<Error> for Halt {
    fn from(error: Error) -> Halt {
        Halt::Database(error)
    }
}

/// The errands of a database that nobody has begun.
#[derive(Default)]
pub(crate) struct Errands(Mutex<HandedOver>);

#[derive(Default)]
struct HandedOver {
    errands: VecDeque<Box<dyn Errand>>,
    /// A thread carries them out.
    is_carried: bool,
}

impl Errands {
    /// Whether nobody carries errands out yet.
    pub fn push(&self, errand: Box<dyn Errand>) -> bool {
        let mut inner = self.lock();
        inner.errands.push_back(errand);
        !std::mem::replace(&mut inner.is_carried, true)
    }

    pub fn next(&self) -> Option<Box<dyn Errand>> {
        self.lock().errands.pop_front()
    }

    pub fn len(&self) -> usize {
        self.lock().errands.len()
    }

    /// Runs `carry` until there are none.
    pub fn all(&self, mut carry: impl FnMut()) {
        let carrying = Carrying(self);
        while !carrying.is_over() {
            carry();
        }
    }

    fn lock(&self) -> MutexGuard<'_, HandedOver> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// That this thread carries errands out.
struct Carrying<'a>(&'a Errands);

impl Carrying<'_> {
    /// Whether there is nothing more; whoever comes from now on has to see to a thread.
    fn is_over(&self) -> bool {
        let mut inner = self.0.lock();
        inner.is_carried = !inner.errands.is_empty();
        !inner.is_carried
    }
}

impl Drop for Carrying<'_> {
    fn drop(&mut self) {
        if thread::panicking() {
            self.0.lock().is_carried = false;
        }
    }
}
