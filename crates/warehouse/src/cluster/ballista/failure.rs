//! What goes wrong on a cluster, in words that whoever asks can use.

use std::fmt::Display;

use datafusion::common::DataFusionError;

use crate::present;

/// Why a query could not be answered by a cluster.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The cluster itself is not as it should be.
    #[error("{0}")]
    Cluster(String),
    /// An executor died that had a part of the answer.
    #[error("one of its executors was lost with a part of the answer ({0}): ask again")]
    Answer(String),
}

/// Errors of something that is gone.
pub mod lost {
    use super::*;

    pub fn cluster(why: String) -> DataFusionError {
        DataFusionError::External(Box::new(Failure::Cluster(why)))
    }

    pub fn answer(why: &dyn Display) -> DataFusionError {
        DataFusionError::External(Box::new(Failure::Answer(why.to_string())))
    }

    /// Whether a part of the answer was.
    pub fn is(error: &DataFusionError) -> bool {
        matches!(failure(error), Some(Failure::Answer(_)))
    }
}

/// What the cluster failed of, if it did.
pub fn failure(error: &DataFusionError) -> Option<&Failure> {
    match error.find_root() {
        DataFusionError::External(cause) => cause.downcast_ref(),
        _ => None,
    }
}

/// What a job failed of. Errors come as texts from there, one in another; the kinds that somebody waits for are made
/// again.
pub fn of_job(text: &str) -> DataFusionError {
    if ["Resources exhausted", "ResourcesExhausted"].iter().any(|it| text.contains(it)) {
        return DataFusionError::ResourcesExhausted(text.to_owned());
    }
    if let Some(file) = present::gone_in(text) {
        return DataFusionError::External(Box::new(present::gone(file)));
    }
    if ["ExecutorLost", "Executor lost", "no executors", "FetchFailed"].iter().any(|it| text.contains(it)) {
        return lost::answer(&text);
    }
    let (_, why) = text.rsplit_once("runtime execution error: ").unwrap_or(("", text));
    // The innermost sentence, where there is one.
    let sentence = why.rsplit_once("(\"").and_then(|(_, end)| Some(end.split_once("\")")?.0));
    DataFusionError::Execution(sentence.filter(|it| !it.is_empty()).unwrap_or(why).trim().to_owned())
}
