//! How many cores queries run on, and the threads for them.

use tokio::runtime::{Builder, Runtime};

use crate::Error;

/// What a thread may have on its stack, in bytes: planning goes down a level for each part of a statement ([`crate::guard`]),
/// and a stack that runs over ends the whole program. Memory is taken only as far as it is used.
const STACK: usize = 64 << 20;
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
    let mut builder = Builder::new_multi_thread();
    Ok(builder.worker_threads(threads).thread_stack_size(STACK).thread_name(name).enable_all().build()?)
}
