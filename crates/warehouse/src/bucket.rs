//! A bucket of an object store as the place of the warehouse's files.
//!
//! Two machines may write at once: every file has a name that no other writer makes, and the manifest is put on the
//! condition that the one it was made from still stands.

use std::{
    sync::Arc,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use app::StoreConfig;
use futures_util::TryStreamExt;
use object_store::{
    ObjectMeta, ObjectStore, ObjectStoreExt, PutMode, RetryConfig, UpdateVersion, aws::AmazonS3Builder,
    path::Path,
};

use crate::Error;

/// How long a request is tried again.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long a file that no manifest names may be one that somebody is about to name.
const LEFT_OVER: Duration = Duration::from_secs(3_600);

/// A folder in a bucket.
pub struct Bucket {
    pub objects: Arc<dyn ObjectStore>,
    /// `s3://bucket`
    pub address: String,
    pub folder: Path,
}

/// Connects to nothing yet: the first request does.
///
/// # Errors
/// [`Error::Files`] when the settings cannot be right.
pub fn open(config: &StoreConfig) -> Result<Bucket, Error> {
    let (bucket, folder) = match config.url.strip_prefix("s3://").map(|place| place.split_once('/')) {
        Some(Some((bucket, folder))) => (bucket, folder),
        Some(None) => (&config.url["s3://".len()..], ""),
        None => return Err(Error::Files(format!("{:?} is no s3://BUCKET/FOLDER", config.url))),
    };
    let patience = RetryConfig { max_retries: 5, retry_timeout: PATIENCE, ..RetryConfig::default() };
    let mut builder = AmazonS3Builder::from_env().with_bucket_name(bucket).with_retry(patience);
    if let Some(endpoint) = &config.endpoint {
        builder = builder.with_endpoint(endpoint).with_allow_http(endpoint.starts_with("http://"));
    }
    if let Some(region) = &config.region {
        builder = builder.with_region(region);
    }
    if let Some(key) = &config.access_key {
        builder = builder.with_access_key_id(key);
    }
    if let Some(key) = &config.secret_key {
        builder = builder.with_secret_access_key(key);
    }
    let objects = Arc::new(builder.build()?);
    Ok(Bucket { objects, address: format!("s3://{bucket}"), folder: Path::from(folder) })
}

/// The text of the manifest at a place, and its mark; nothing before the first.
pub async fn manifest(
    objects: &dyn ObjectStore,
    place: &Path,
) -> Result<Option<(String, Option<String>)>, Error> {
    let found = match objects.get(place).await {
        Ok(found) => found,
        Err(object_store::Error::NotFound { .. }) => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    let mark = found.meta.e_tag.clone();
    let text = String::from_utf8(found.bytes().await?.into());
    Ok(Some((text.map_err(|_| Error::Files(format!("{place} is no text")))?, mark)))
}

/// Puts a manifest in the place of the one with that mark; gives its own.
///
/// # Errors
/// [`Error::Busy`] when another stands there now.
pub async fn put_manifest(
    objects: &dyn ObjectStore,
    place: &Path,
    text: &str,
    in_place_of: Option<&str>,
) -> Result<Option<String>, Error> {
    let mode = match in_place_of {
        Some(mark) => PutMode::Update(UpdateVersion { e_tag: Some(mark.to_owned()), version: None }),
        None => PutMode::Create,
    };
    match objects.put_opts(place, text.to_owned().into(), mode.into()).await {
        Ok(put) => Ok(put.e_tag),
        Err(object_store::Error::Precondition { .. } | object_store::Error::AlreadyExists { .. }) => {
            Err(Error::Busy)
        }
        Err(error) => Err(error.into()),
    }
}

/// Files that somebody left lying: old enough that nobody is about to name them.
pub async fn old_files(objects: &dyn ObjectStore, folder: &Path) -> Result<Vec<ObjectMeta>, Error> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let before = i64::try_from(now.saturating_sub(LEFT_OVER).as_secs()).unwrap_or(i64::MAX);
    let files = objects.list(Some(folder)).try_filter(|file| {
        let old = file.last_modified.timestamp() < before;
        async move { old }
    });
    Ok(files.try_collect().await?)
}
