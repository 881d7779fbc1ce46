//! Counters of what the database has done, for tests that count queries and for monitoring.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// The live counters of one [`crate::Db`].
#[derive(Debug, Default)]
pub(crate) struct Metrics {
    pub reads: AtomicU64,
    pub writes: AtomicU64,
    pub statements: AtomicU64,
    pub rows_read: AtomicU64,
    pub rows_written: AtomicU64,
    pub commits: AtomicU64,
    pub bytes_written: AtomicU64,
    pub retries: AtomicU64,
}

/// The counters at one moment, each counted since the database was opened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Transactions that read.
    pub reads: u64,
    /// Closures that wrote and were acknowledged.
    pub writes: u64,
    /// Statements of either kind; rows inserted in bulk count as one.
    pub statements: u64,
    pub rows_read: u64,
    pub rows_written: u64,
    /// Commits that reached the disk; on SQLite one may carry many writes.
    pub commits: u64,
    /// Bytes that those commits wrote to the log (SQLite only).
    pub bytes_written: u64,
    /// Closures run again after a conflict (PostgreSQL only).
    pub retries: u64,
}

impl Metrics {
    pub fn counts(&self) -> Counts {
        Counts {
            reads: self.reads.load(Relaxed),
            writes: self.writes.load(Relaxed),
            statements: self.statements.load(Relaxed),
            rows_read: self.rows_read.load(Relaxed),
            rows_written: self.rows_written.load(Relaxed),
            commits: self.commits.load(Relaxed),
            bytes_written: self.bytes_written.load(Relaxed),
            retries: self.retries.load(Relaxed),
        }
    }

    pub fn add(counter: &AtomicU64, amount: u64) {
        counter.fetch_add(amount, Relaxed);
    }
}

impl std::ops::Sub for Counts {
    type Output = Counts;

    /// What was done between two moments.
    fn sub(self, earlier: Counts) -> Counts {
        Counts {
            reads: self.reads - earlier.reads,
            writes: self.writes - earlier.writes,
            statements: self.statements - earlier.statements,
            rows_read: self.rows_read - earlier.rows_read,
            rows_written: self.rows_written - earlier.rows_written,
            commits: self.commits - earlier.commits,
            bytes_written: self.bytes_written - earlier.bytes_written,
            retries: self.retries - earlier.retries,
        }
    }
}
