//! What queries run in: so much memory, so much disk, and no files but the warehouse's own.

use std::{path::PathBuf, sync::Arc};

use datafusion::execution::{
    memory_pool::FairSpillPool,
    object_store::{DefaultObjectStoreRegistry, ObjectStoreRegistry},
    runtime_env::{RuntimeEnv, RuntimeEnvBuilder},
};

use crate::{Error, Options, present::Present, store::Store};

/// # Errors
/// [`Error::Files`] when the folder for what is put aside cannot be made.
pub fn environment(store: &Store, options: &Options) -> Result<Arc<RuntimeEnv>, Error> {
    let spill = options.folder.join("spill");
    of(std::slice::from_ref(store), options.memory, options.disk, spill)
}

/// The files of these stores, so many bytes of memory, and of disk in a folder.
///
/// # Errors
/// [`Error::Files`] when the folder for what is put aside cannot be made.
pub fn of(stores: &[Store], memory: usize, disk: u64, spill: PathBuf) -> Result<Arc<RuntimeEnv>, Error> {
    let registry = DefaultObjectStoreRegistry::new();
    let local = url::Url::parse("file://").map_err(|error| Error::Files(error.to_string()))?;
    registry.deregister_store(&local)?;
    for store in stores {
        let (address, objects) = store.objects();
        let own = url::Url::parse(address).map_err(|error| Error::Files(error.to_string()))?;
        registry.register_store(&own, Arc::new(Present(objects)));
    }
    std::fs::create_dir_all(&spill)?;
    let environment = RuntimeEnvBuilder::new()
        .with_memory_pool(Arc::new(FairSpillPool::new(memory)))
        .with_temp_file_path(spill)
        .with_max_temp_directory_size(disk)
        .with_object_store_registry(Arc::new(registry))
        .build_arc()?;
    Ok(environment)
}
