//! What one question may take: time, rows, and as many cores as its memory lets it have.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use arrow::array::RecordBatch;
use datafusion::{dataframe::DataFrame, logical_expr::LogicalPlan, prelude::SessionContext};
use futures_util::StreamExt;
use tokio::{runtime::Handle, sync::watch};

use crate::{Asking, Error, Warehouse, catalog::Catalog, cores::cores};

/// Rows up to which a limit is a part of the plan.
const PUSHED: usize = 20_000;

/// Stops a query from outside.
#[derive(Clone, Debug)]
pub struct Cancel(Arc<watch::Sender<bool>>);

impl Default for Cancel {
    fn default() -> Cancel {
        Cancel(Arc::new(watch::Sender::new(false)))
    }
}

impl Cancel {
    pub fn cancel(&self) {
        self.0.send_replace(true);
    }
}

/// When all statements of a question have to be answered, and who may stop them.
pub(crate) struct Bounds {
    end: Instant,
    patience: Duration,
    cancel: Cancel,
}

impl Bounds {
    /// From now on.
    pub fn new(patience: Duration, cancel: &Cancel) -> Bounds {
        Bounds { end: Instant::now() + patience, patience, cancel: cancel.clone() }
    }

    /// Does the work on a thread of the runtime, since planning and answering take the processor. Blocking.
    ///
    /// # Errors
    /// [`Error::Limit`] when it takes too long, [`Error::Cancelled`]; and its own.
    pub fn hold<T: Send + 'static>(
        &self,
        runtime: &Handle,
        work: impl Future<Output = Result<T, Error>> + Send + 'static,
    ) -> Result<T, Error> {
        let mut cancelled = self.cancel.0.subscribe();
        runtime.block_on(async {
            let mut work = tokio::spawn(work);
            let outcome = tokio::select! {
                done = &mut work => done.unwrap_or_else(|error| Err(Error::Query(error.to_string()))),
                () = tokio::time::sleep_until(self.end.into()) => Err(self.too_long()),
                _ = cancelled.wait_for(|cancelled| *cancelled) => Err(Error::Cancelled),
            };
            work.abort();
            outcome
        })
    }

    fn too_long(&self) -> Error {
        Error::Limit(format!("the query took longer than {} seconds", self.patience.as_secs()))
    }
}

/// The rows of a frame, so many at most; and whether there are more.
///
/// # Errors
/// Those of the query.
pub(crate) async fn rows(frame: DataFrame, limit: usize) -> Result<(Vec<RecordBatch>, bool), Error> {
    let mut stream = ending(frame, limit)?.execute_stream().await?;
    let (mut batches, mut rows) = (Vec::new(), 0);
    while let Some(batch) = stream.next().await {
        let batch = batch?;
        if rows + batch.num_rows() > limit {
            batches.push(batch.slice(0, limit - rows));
            return Ok((batches, true));
        }
        rows += batch.num_rows();
        batches.push(batch);
    }
    Ok((batches, false))
}

/// The same rows up to one more than the limit, so that a query, or a cluster's part in it, ends early. Sorting for a larger
/// limit would hold all of them, where sorting everything puts aside what has no room.
fn ending(frame: DataFrame, limit: usize) -> Result<DataFrame, Error> {
    let tells_of_a_plan = matches!(
        frame.logical_plan(),
        LogicalPlan::Explain(_) | LogicalPlan::Analyze(_) | LogicalPlan::DescribeTable(_)
    );
    if limit > PUSHED || tells_of_a_plan {
        return Ok(frame);
    }
    Ok(frame.limit(0, Some(limit + 1))?)
}

impl Warehouse {
    /// Does the work in a session of somebody's on all cores; once more on one when memory runs out: cores divide it among
    /// them, and what one of them holds back another lacks. Once more also when another process has replaced files.
    pub(crate) fn within_memory<T, E>(
        self: &Arc<Warehouse>,
        asking: &Asking,
        cause: fn(&E) -> Option<&Error>,
        work: impl Fn(&SessionContext, &Arc<Catalog>) -> Result<T, E>,
    ) -> Result<T, E> {
        let on = |partitions| {
            let (session, tables) = self.session_of(asking, partitions);
            work(&session, &tables)
        };
        match on(cores()) {
            Err(error) => match cause(&error) {
                Some(Error::Memory) => on(1),
                Some(Error::Replaced) if self.catch_up().is_ok() => on(cores()),
                _ => Err(error),
            },
            done => done,
        }
    }
}
