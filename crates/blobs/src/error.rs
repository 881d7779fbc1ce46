//! What can go wrong with files.

use std::io;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error(transparent)]
    Database(#[from] db::Error),
    /// More content than is accepted: how many bytes that is.
    #[error("the file is larger than {0} bytes")]
    TooLarge(u64),
    #[error("the disk is full")]
    DiskFull,
    /// There is no such blob, or its file is gone.
    #[error("no such file")]
    NotFound,
    /// The content is not what was written. Restore a backup.
    #[error("the content of the file {0} is damaged")]
    Damaged(kernel::Id),
    /// The configured place cannot be used.
    #[error("{0}")]
    Config(String),
    /// The disk fails in another way.
    #[error("the folder of files cannot be used: {0}")]
    Disk(io::Error),
}

impl From<io::Error> for Error {
    fn from(error: io::Error) -> Error {
        match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Error::DiskFull,
            io::ErrorKind::NotFound => Error::NotFound,
            _ => Error::Disk(error),
        }
    }
}
