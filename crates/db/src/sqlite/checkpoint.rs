//! Moving committed pages from the log into the file, beside the work.
//!
//! A thread with a connection of its own does it in passing whenever the log has grown, and cuts the log off when
//! nobody has written for a while. Only if it cannot keep up does a writer do it (see [`Log::is_overgrown`]).

use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicI32, Ordering::Relaxed},
    },
    thread::JoinHandle,
    time::Duration,
};

use crossbeam_channel as channel;
use rusqlite::Connection;

use super::connection::{self, Role};
use crate::{Config, Error, metrics::Metrics};

/// Pages in the log before the thread is woken: 16 MB.
const GROWN: i32 = 4_000;
/// Pages in the log before a writer has to help: 256 MB.
const OVERGROWN: i32 = 64_000;
/// After so long without a commit, the log is cut off.
const QUIET: Duration = Duration::from_secs(3);
/// What a page costs in the log: itself and its header.
const PAGE_BYTES: u64 = 4_096 + 24;

/// How long the log is.
#[derive(Clone)]
pub struct Log {
    pages: Arc<AtomicI32>,
    wake: channel::Sender<()>,
}

pub struct Checkpointer {
    wake: Option<channel::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Checkpointer {
    /// Starts the thread and has `writer` tell how the log grows.
    pub fn start(
        path: &Path,
        config: &Config,
        writer: &mut Connection,
        metrics: Arc<Metrics>,
    ) -> Result<(Checkpointer, Log), Error> {
        let mut own = connection::open(path, config, Role::Checkpointer)?;
        let (wake, woken) = channel::bounded(1);
        let log = Log { pages: Arc::default(), wake: wake.clone() };
        let counted = log.clone();
        writer
            .wal_hook(Some(move |_: &mut _, pages| {
                counted.grown_to(pages, &metrics);
                Ok(())
            }))
            .map_err(|error| super::error::translate(&error))?;
        let thread = std::thread::Builder::new()
            .name("db-checkpoint".to_owned())
            .spawn(move || run(&mut own, &woken))
            .map_err(|error| Error::Unavailable(error.to_string()))?;
        Ok((Checkpointer { wake: Some(wake), thread: Some(thread) }, log))
    }
}

impl Drop for Checkpointer {
    /// The writer, with the other sender, is closed before.
    fn drop(&mut self) {
        self.wake = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl Log {
    fn grown_to(&self, pages: i32, metrics: &Metrics) {
        let before = self.pages.swap(pages, Relaxed);
        let added = if pages > before { pages - before } else { pages };
        Metrics::add(&metrics.bytes_written, u64::try_from(added).unwrap_or(0) * PAGE_BYTES);
        // The first commit after a cut starts the wait for a quiet time.
        if pages <= before || before == 0 || pages >= GROWN {
            let _ = self.wake.try_send(());
        }
    }

    /// Whether the log grows faster than the thread can move it, so that a writer must pause for it.
    pub fn is_overgrown(&self) -> bool {
        self.pages.load(Relaxed) >= OVERGROWN
    }
}

fn run(connection: &mut Connection, woken: &channel::Receiver<()>) {
    let mut written = false;
    loop {
        let news = if written {
            woken.recv_timeout(QUIET)
        } else {
            woken.recv().map_err(|_| channel::RecvTimeoutError::Disconnected)
        };
        match news {
            Ok(()) => {
                written = true;
                checkpoint(connection, "passive");
            }
            Err(channel::RecvTimeoutError::Timeout) => {
                // Only when nothing is left to move does cutting off the log hold nobody up.
                written = !(checkpoint(connection, "passive") && checkpoint(connection, "truncate"));
            }
            Err(channel::RecvTimeoutError::Disconnected) => return,
        }
    }
}

/// Moves what can be moved; tells whether that was all.
fn checkpoint(connection: &Connection, mode: &str) -> bool {
    let moved = connection.query_row(&format!("pragma wal_checkpoint({mode})"), [], |row| {
        Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?, row.get::<_, i64>(2)?))
    });
    match moved {
        Ok((busy, pages, moved)) => busy == 0 && pages == moved,
        Err(error) => {
            tracing::warn!(%error, "the log of the database could not be moved into its file");
            false
        }
    }
}
