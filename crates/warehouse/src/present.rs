//! The warehouse's files as queries find them: they can be read, and one that is gone is an error of its own.
//!
//! What DataFusion asks for and does not find it takes for an empty folder. A file that another process has replaced
//! would be a table without rows.

use std::{fmt, sync::Arc};

use async_trait::async_trait;
use futures_util::{StreamExt, stream, stream::BoxStream};
use object_store::{
    CopyOptions, Error, GetOptions, GetResult, ListResult, MultipartUpload, ObjectMeta, ObjectStore,
    PutMultipartOptions, PutOptions, PutPayload, PutResult, Result, path::Path,
};

/// An object store of which nothing but known files is read.
#[derive(Debug)]
pub struct Present(pub Arc<dyn ObjectStore>);

/// Why a file cannot be read: it is not there any more.
#[derive(Debug, thiserror::Error)]
#[error("{0} is not there any more")]
struct Gone(Path);

/// The error of a file that is not there any more.
#[cfg(feature = "ballista")]
pub fn gone(path: &str) -> impl std::error::Error + Send + Sync + use<> {
    Gone(Path::from(path))
}

/// The file that a text, made of such an error somewhere else, is about.
#[cfg(feature = "ballista")]
pub fn gone_in(text: &str) -> Option<&str> {
    let (before, _) = text.split_once(" is not there any more")?;
    before.rsplit([' ', '(', '"', ':']).next()
}

/// Whether an error comes of a file that is not there any more.
pub fn is_gone(error: &(dyn std::error::Error + 'static)) -> bool {
    let causes = std::iter::successors(Some(error), |error| error.source());
    causes.into_iter().any(|cause| cause.is::<Gone>())
}

impl fmt::Display for Present {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[async_trait]
impl ObjectStore for Present {
    async fn get_opts(&self, location: &Path, options: GetOptions) -> Result<GetResult> {
        self.0.get_opts(location, options).await.map_err(|error| match error {
            Error::NotFound { .. } => {
                Error::Generic { store: "warehouse", source: Box::new(Gone(location.clone())) }
            }
            other => other,
        })
    }

    async fn put_opts(&self, _: &Path, _: PutPayload, _: PutOptions) -> Result<PutResult> {
        Err(refused())
    }

    async fn put_multipart_opts(&self, _: &Path, _: PutMultipartOptions) -> Result<Box<dyn MultipartUpload>> {
        Err(refused())
    }

    fn delete_stream(&self, _: BoxStream<'static, Result<Path>>) -> BoxStream<'static, Result<Path>> {
        stream::once(async { Err(refused()) }).boxed()
    }

    fn list(&self, _: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        stream::once(async { Err(refused()) }).boxed()
    }

    async fn list_with_delimiter(&self, _: Option<&Path>) -> Result<ListResult> {
        Err(refused())
    }

    async fn copy_opts(&self, _: &Path, _: &Path, _: CopyOptions) -> Result<()> {
        Err(refused())
    }
}

fn refused() -> Error {
    Error::NotSupported { source: "queries read files that the warehouse names".into() }
}
