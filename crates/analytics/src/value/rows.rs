//! Work on rows that do not depend on each other, on all cores; the result does not depend on how many there are.

use crate::{Error, Progress};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// Rows that a core takes at a time.
const CHUNK: usize = 512;

/// Calls `one` for each row and gives the answers in row order.
///
/// # Errors
/// [`Error::Stopped`] when `progress` wants no more.
pub(super) fn for_rows<T: Send>(
    rows: usize,
    progress: &dyn Progress,
    one: impl Fn(usize) -> T + Sync,
) -> Result<Vec<T>, Error> {
    let chunks = rows.div_ceil(CHUNK);
    let cores = thread::available_parallelism().map_or(1, usize::from).min(chunks.max(1));
    let next = AtomicUsize::new(0);
    let work = || {
        let mut done = Vec::new();
        loop {
            let chunk = next.fetch_add(1, Ordering::Relaxed);
            if chunk >= chunks {
                return Ok(done);
            }
            progress.at(chunk as f64 / chunks as f64)?;
            let end = rows.min((chunk + 1) * CHUNK);
            done.push((chunk, (chunk * CHUNK..end).map(&one).collect::<Vec<T>>()));
        }
    };
    let parts = thread::scope(|scope| {
        let others: Vec<_> = (1..cores).map(|_| scope.spawn(work)).collect();
        let mine = work();
        let join = |other: thread::ScopedJoinHandle<'_, _>| match other.join() {
            Ok(result) => result,
            Err(panic) => std::panic::resume_unwind(panic),
        };
        std::iter::once(mine).chain(others.into_iter().map(join)).collect::<Result<Vec<_>, Error>>()
    })?;
    let mut parts: Vec<(usize, Vec<T>)> = parts.into_iter().flatten().collect();
    parts.sort_unstable_by_key(|(chunk, _)| *chunk);
    Ok(parts.into_iter().flat_map(|(_, values)| values).collect())
}
