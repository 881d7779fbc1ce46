//! How a long fit tells how far it is, and how it is stopped.

use crate::Error;

/// Whoever watches a fit.
///
/// Any `Fn(f64) -> bool` will do; [`Silent`] lets everything run to its end.
pub trait Progress: Sync {
    /// Hears the share done, rising from 0 to 1 (several cores may speak slightly out of turn); answers whether to
    /// go on.
    fn reached(&self, share: f64) -> bool;
}

impl dyn Progress + '_ {
    /// Tells the share done.
    ///
    /// # Errors
    /// [`Error::Stopped`] when the watcher wants no more.
    pub fn at(&self, share: f64) -> Result<(), Error> {
        if self.reached(share) { Ok(()) } else { Err(Error::Stopped) }
    }
}

impl<F: Fn(f64) -> bool + Sync> Progress for F {
    fn reached(&self, share: f64) -> bool {
        self(share)
    }
}

/// One part of a longer task: its own 0 to 1 counts as `from` to `to` of the whole.
pub struct Part<'a> {
    pub whole: &'a dyn Progress,
    pub from: f64,
    pub to: f64,
}

impl Progress for Part<'_> {
    fn reached(&self, share: f64) -> bool {
        self.whole.reached(self.from + (self.to - self.from) * share)
    }
}

/// Nobody watches.
pub struct Silent;

impl Progress for Silent {
    fn reached(&self, _share: f64) -> bool {
        true
    }
}
