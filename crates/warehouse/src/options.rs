//! What a warehouse is told once.

use std::{path::PathBuf, time::Duration};

use app::{ClusterConfig, SourcesConfig, StoreConfig};
use jiff::tz::TimeZone;

/// What a warehouse is told once.
#[derive(Clone, Debug)]
pub struct Options {
    pub folder: PathBuf,
    /// The bucket that the files are in, instead of the folder.
    pub store: Option<StoreConfig>,
    /// What a cluster tells this warehouse's folder from others by.
    pub name: String,
    /// Where queries run instead of in this process.
    pub cluster: Option<ClusterConfig>,
    /// What sources of outside data may be read.
    pub sources: SourcesConfig,
    /// Days begin and end here.
    pub zone: TimeZone,
    /// The month, from 1, with which the fiscal year begins.
    pub fiscal_year_begins: i8,
    /// Bytes that all queries together may take.
    pub memory: usize,
    /// Bytes that they may put aside on disk.
    pub disk: u64,
    /// How long a query may take.
    pub patience: Duration,
    /// Records in memory beyond which files are written.
    pub flush_records: usize,
    /// How old an answer may be before the log is looked at again.
    pub freshness: Duration,
}

impl Options {
    pub fn new(folder: impl Into<PathBuf>) -> Options {
        Options {
            folder: folder.into(),
            store: None,
            name: "files".to_owned(),
            cluster: None,
            sources: SourcesConfig::default(),
            zone: TimeZone::UTC,
            fiscal_year_begins: 1,
            memory: 512 << 20,
            disk: 4 << 30,
            patience: Duration::from_secs(60),
            flush_records: 10_000,
            freshness: Duration::from_millis(1_500),
        }
    }
}
