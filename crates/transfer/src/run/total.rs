//! How many rows a file has: counted beside the import, which does not wait for it.

use std::{
    ops::ControlFlow,
    sync::{
        OnceLock,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
};

use crate::table::Table;

/// Rows of a file, as soon as they are counted.
pub struct Total {
    rows: OnceLock<u64>,
    is_over: AtomicBool,
}

impl Total {
    /// Those that are known already, if they are.
    pub fn new(known: Option<u64>) -> Total {
        Total { rows: known.map_or_else(OnceLock::new, OnceLock::from), is_over: AtomicBool::new(false) }
    }

    pub fn get(&self) -> Option<u64> {
        self.rows.get().copied()
    }

    /// Counts the rows, until nobody needs to know any more. What is wrong with the file, whoever reads it tells.
    pub fn count(&self, table: &Table) {
        if self.get().is_some() {
            return;
        }
        let mut rows = 0;
        let read = table.each(0, &mut |_| {
            rows += 1;
            if self.is_over.load(Relaxed) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        if read.is_ok() && !self.is_over.load(Relaxed) {
            let _ = self.rows.set(rows);
        }
    }

    /// Nobody needs to know any more.
    pub fn give_up(&self) {
        self.is_over.store(true, Relaxed);
    }
}
