//! The process that cuts plans into stages and hands these to executors, which ask it for work.

use std::{net::SocketAddr, sync::Arc};

use axum::middleware::from_fn_with_state;
use ballista_core::{
    config::TaskSchedulingPolicy, extension::SessionConfigExt,
    serde::protobuf::scheduler_grpc_server::SchedulerGrpcServer,
};
use ballista_scheduler::{
    cluster::BallistaCluster, config::SchedulerConfig, scheduler_process::create_scheduler,
};
use datafusion::{
    common::Result,
    execution::{
        SessionState, SessionStateBuilder, object_store::ObjectStoreRegistry, runtime_env::RuntimeEnvBuilder,
    },
    prelude::SessionConfig,
};
use datafusion_proto::protobuf::{LogicalPlanNode, PhysicalPlanNode};
use object_store::{ObjectStore, memory::InMemory};
use tonic::{Status, service::Routes};
use url::Url;

use super::{
    Scheduling,
    codec::{self, Codec},
    door::{Guard, Key, MESSAGE, let_in, listen},
    workplace::told_to_stop,
};
use crate::Error;

/// Seconds without a word after which an executor counts as dead; a busy one speaks every five.
const SILENCE: u64 = 10;
/// Seconds after which what a job left is removed, though nobody said that they have read it.
const LEFT_BEHIND: u64 = 300;
/// The calls that hand in a plan.
const HANDING_IN: [&str; 2] =
    ["/ballista.protobuf.SchedulerGrpc/ExecuteQuery", "/ballista.protobuf.SchedulerGrpc/ExecuteQueryPush"];

/// Schedules until the process is told to stop.
///
/// # Errors
/// [`Error::Cluster`] when the address cannot be had or the key cannot be read.
pub fn schedule(scheduling: &Scheduling) -> Result<(), Error> {
    let key = Key::in_file(&scheduling.key)?;
    let runtime = crate::cores::runtime("scheduler")?;
    runtime.block_on(serve(scheduling.at, key))
}

async fn serve(at: SocketAddr, key: Key) -> Result<(), Error> {
    let failed = |error: &dyn std::fmt::Display| Error::Cluster(format!("the scheduler at {at}: {error}"));
    let (address, listener) = listen(at).await.map_err(|error| failed(&error))?;
    let config = config(address, &key);
    let cluster = BallistaCluster::new_from_config(&config).await.map_err(|error| failed(&error))?;
    let scheduler = create_scheduler::<LogicalPlanNode, PhysicalPlanNode>(cluster, Arc::new(config));
    let scheduler = scheduler.await.map_err(|error| failed(&error))?;
    let watched = scheduler.clone();
    let obstacle = move |path: &str| {
        let vain = HANDING_IN.contains(&path) && !watched.is_ready();
        vain.then(|| {
            Status::unavailable("the cluster has no executor: start one with `rapport cluster executor`")
        })
    };
    let service = SchedulerGrpcServer::new(scheduler)
        .max_decoding_message_size(MESSAGE)
        .max_encoding_message_size(MESSAGE);
    let guard = Guard { key, obstacle: Arc::new(obstacle) };
    let router = Routes::new(service).into_axum_router().layer(from_fn_with_state(guard, let_in));
    println!("The scheduler listens on {address}.");
    tokio::select! {
        served = axum::serve(listener, router) => served.map_err(|error| failed(&error)),
        () = told_to_stop() => Ok(()),
    }
}

fn config(at: SocketAddr, key: &Key) -> SchedulerConfig {
    SchedulerConfig {
        external_host: at.ip().to_string(),
        bind_host: at.ip().to_string(),
        bind_port: at.port(),
        scheduling_policy: TaskSchedulingPolicy::PullStaged,
        executor_timeout_seconds: SILENCE,
        expire_dead_executor_interval_seconds: 1,
        no_executors_grace_period_seconds: SILENCE,
        finished_job_data_clean_up_interval_seconds: LEFT_BEHIND,
        finished_job_state_clean_up_interval_seconds: LEFT_BEHIND,
        grpc_client_max_message_size: u32::try_from(MESSAGE).unwrap_or(u32::MAX),
        override_config_producer: Some(Arc::new(SessionConfig::new_with_ballista)),
        override_session_builder: Some(Arc::new(session)),
        override_physical_codec: Some(Arc::new(Codec::default())),
        override_create_grpc_client_endpoint: Some(key.shown()),
        ..SchedulerConfig::default()
    }
}

/// Where plans are read: with the functions that they name, without any files.
fn session(config: SessionConfig) -> Result<SessionState> {
    let environment = RuntimeEnvBuilder::new().with_object_store_registry(Arc::new(Nowhere)).build_arc()?;
    let state = SessionStateBuilder::new().with_config(config).with_runtime_env(environment);
    Ok(codec::with_functions(state.with_default_features().build()))
}

/// An empty store at every address: a scheduler cuts plans that read files, and reads none.
#[derive(Debug)]
struct Nowhere;

impl ObjectStoreRegistry for Nowhere {
    fn register_store(&self, _: &Url, _: Arc<dyn ObjectStore>) -> Option<Arc<dyn ObjectStore>> {
        None
    }

    fn get_store(&self, _: &Url) -> Result<Arc<dyn ObjectStore>> {
        Ok(Arc::new(InMemory::new()))
    }
}
