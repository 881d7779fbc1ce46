//! How many cores queries run on, and the threads for them.

use tokio::runtime::{Builder, Runtime};

use crate::Error;

/// Cores that one query is spread over at most.
const MOST: usize = 8;

/// The cores that a query is spread over.
pub fn cores() -> usize {
    std::thread::available_parallelism().map_or(2, usize::from).min(MOST)
}

/// Threads that answer; two at least, so that one that waits holds up nobody.
///
/// # Errors
/// [`Error::Files`] when the system has none.
pub fn runtime(name: &str) -> Result<Runtime, Error> {
    let threads = cores().max(2);
    Ok(Builder::new_multi_thread().worker_threads(threads).thread_name(name).enable_all().build()?)
}
