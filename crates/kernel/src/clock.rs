//! Where the time comes from.

use std::sync::atomic::{AtomicI64, Ordering};

use jiff::Timestamp;

/// The source of "now": the system's clock in production, one set by hand in tests.
#[derive(Debug, Default)]
pub enum Clock {
    #[default]
    System,
    /// Microseconds since 1970; moved with [`Clock::set`].
    Fixed(AtomicI64),
}

impl Clock {
    pub fn fixed(at: Timestamp) -> Clock {
        Clock::Fixed(AtomicI64::new(at.as_microsecond()))
    }

    /// The present instant, in whole microseconds: what both databases can store.
    pub fn now(&self) -> Timestamp {
        let microsecond = match self {
            Clock::System => Timestamp::now().as_microsecond(),
            Clock::Fixed(at) => at.load(Ordering::SeqCst),
        };
        Timestamp::from_microsecond(microsecond).unwrap_or(Timestamp::UNIX_EPOCH)
    }

    /// Moves a fixed clock; the system's clock stays as it is.
    pub fn set(&self, to: Timestamp) {
        if let Clock::Fixed(at) = self {
            at.store(to.as_microsecond(), Ordering::SeqCst);
        }
    }
}
