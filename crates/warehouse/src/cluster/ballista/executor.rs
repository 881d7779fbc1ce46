//! The process that carries out stages: it asks the scheduler for work, reads files of the warehouse, and keeps what
//! stages hand on until the question is answered.
//!
//! It takes work from nobody but the scheduler it asks. At its own address others fetch what stages left, and the
//! scheduler stops tasks; nothing else answers there.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use app::AnalyticsConfig;
use arrow_flight::flight_service_server::FlightServiceServer;
use axum::middleware::from_fn_with_state;
use ballista_core::{
    extension::SessionConfigExt,
    registry::BallistaFunctionRegistry,
    serde::{
        BallistaCodec, BallistaLogicalExtensionCodec,
        protobuf::{
            self, executor_grpc_server::ExecutorGrpc, executor_grpc_server::ExecutorGrpcServer,
            scheduler_grpc_client::SchedulerGrpcClient,
        },
    },
};
use ballista_executor::{
    execution_engine::DefaultExecutionEngine,
    execution_loop::poll_loop,
    executor::Executor,
    executor_process::{ExecutorProcessConfig, structure_executor_metadata},
    flight_service::BallistaFlightService,
    health::ExecutorHealth,
    metrics::LoggingMetricsCollector,
};
use datafusion::{
    execution::{SessionStateBuilder, runtime_env::RuntimeEnv},
    prelude::SessionConfig,
};
use datafusion_proto::protobuf::{LogicalPlanNode, PhysicalPlanNode};
use tonic::{
    Request, Response, Status,
    service::Routes,
    transport::{Channel, Endpoint},
};

use super::{
    Executing,
    codec::{self, Codec},
    door::{Guard, Key, MESSAGE, let_in, listen},
    workplace::{Workplace, told_to_stop},
};
use crate::{Error, environment, store::Store};

/// How long the scheduler may be away.
const AWAY: Duration = Duration::from_secs(60);
/// How often to look for it, and how often to look through the folder.
const LOOK: Duration = Duration::from_millis(250);
const SWEEP: Duration = Duration::from_secs(60);
/// How long what a job left may lie when nobody said that it was read.
const LEFT_BEHIND: Duration = Duration::from_secs(1_800);

/// Executes until the process is told to stop.
///
/// # Errors
/// [`Error::Cluster`] when the address or the folder cannot be had, or the scheduler is away for a minute.
pub fn execute(executing: &Executing) -> Result<(), Error> {
    let key = Key::in_file(&executing.key)?;
    let workplace = Workplace::make(&executing.folder)?;
    let runtime = crate::cores::runtime("executor")?;
    let environment = files(executing, &workplace, runtime.handle())?;
    let done = runtime.block_on(serve(executing, key, &workplace, environment));
    // What still runs may write until it is stopped; the folder goes after it.
    runtime.shutdown_timeout(Duration::from_secs(2));
    drop(workplace);
    done
}

/// What queries run in, as in the program, with the files of all warehouses.
fn files(
    executing: &Executing,
    workplace: &Workplace,
    runtime: &tokio::runtime::Handle,
) -> Result<Arc<RuntimeEnv>, Error> {
    let open = |config: &AnalyticsConfig| {
        Store::open(&config.folder, config.store.as_ref(), &config.name, runtime.clone())
    };
    let stores = executing.warehouses.iter().map(open).collect::<Result<Vec<_>, _>>()?;
    let usual = executing.warehouses.first();
    let memory = usual.map_or(512, |config| config.memory_mb) << 20;
    let disk = usual.map_or(4_096, |config| config.disk_mb) << 20;
    environment::of(&stores, memory, disk, workplace.spill())
}

async fn serve(
    executing: &Executing,
    key: Key,
    workplace: &Workplace,
    environment: Arc<RuntimeEnv>,
) -> Result<(), Error> {
    let failed =
        |error: &dyn std::fmt::Display| Error::Cluster(format!("the executor at {}: {error}", executing.at));
    let (address, listener) = listen(executing.at).await.map_err(|error| failed(&error))?;
    let port = address.port();
    let folder = workplace.shuffle().display().to_string();
    let executor = Arc::new(executor(executing, &key, port, &folder, environment));
    let scheduler = find_scheduler(&executing.scheduler, &key).await?;
    let routes = Routes::new(
        FlightServiceServer::new(BallistaFlightService::new(folder)).max_encoding_message_size(MESSAGE),
    )
    .add_service(ExecutorGrpcServer::new(Stopping(Arc::clone(&executor))));
    let guard = Guard { key, obstacle: Arc::new(|_| None) };
    let router = routes.into_axum_router().layer(from_fn_with_state(guard, let_in));
    let codec: BallistaCodec<LogicalPlanNode, PhysicalPlanNode> =
        BallistaCodec::new(Arc::new(BallistaLogicalExtensionCodec::default()), Arc::new(Codec::default()));
    let health = ExecutorHealth::new();
    let work = tokio::spawn(poll_loop(scheduler, executor, codec, None, None, health.clone()));
    println!("The executor listens on {}:{port} and asks {} for work.", executing.host, executing.scheduler);
    tokio::select! {
        served = axum::serve(listener, router) => served.map_err(|error| failed(&error)),
        ended = work => Err(failed(&format!("{ended:?}"))),
        error = watch(&executing.scheduler, &health) => Err(error),
        () = keep_clean(workplace) => Ok(()),
        () = told_to_stop() => Ok(()),
    }
}

fn executor(
    executing: &Executing,
    key: &Key,
    port: u16,
    folder: &str,
    environment: Arc<RuntimeEnv>,
) -> Executor {
    let config = ExecutorProcessConfig {
        bind_host: executing.at.ip().to_string(),
        external_host: Some(executing.host.clone()),
        port,
        grpc_port: port,
        ..ExecutorProcessConfig::default()
    };
    let cores = u32::try_from(executing.cores).unwrap_or(u32::MAX);
    let state = codec::with_functions(SessionStateBuilder::new().with_default_features().build());
    let shown = key.shown();
    let settings = move || {
        let config = SessionConfig::new_with_ballista();
        config
            .with_ballista_override_create_grpc_client_endpoint(Arc::clone(&shown))
            .with_ballista_grpc_client_max_message_size(MESSAGE)
    };
    Executor::new(
        structure_executor_metadata(&Arc::new(config), cores),
        folder,
        Arc::new(move |_| Ok(Arc::clone(&environment))),
        Arc::new(settings),
        Arc::new(BallistaFunctionRegistry::from(&state)),
        Arc::new(LoggingMetricsCollector::default()),
        executing.cores,
        Arc::new(DefaultExecutionEngine::new()),
    )
}

/// Waits until the scheduler can be reached: it may be started later.
async fn find_scheduler(address: &str, key: &Key) -> Result<SchedulerGrpcClient<Channel>, Error> {
    let wrong = |error: &dyn std::fmt::Display| Error::Cluster(format!("the scheduler {address}: {error}"));
    let endpoint = Endpoint::from_shared(format!("http://{address}")).map_err(|error| wrong(&error))?;
    let endpoint = endpoint.connect_timeout(AWAY).tcp_nodelay(true);
    let endpoint = (key.shown())(endpoint).map_err(|error| wrong(&error))?;
    let begun = Instant::now();
    loop {
        match endpoint.connect().await {
            Ok(channel) => {
                let client = SchedulerGrpcClient::new(channel);
                return Ok(client.max_decoding_message_size(MESSAGE).max_encoding_message_size(MESSAGE));
            }
            Err(_) if begun.elapsed() < AWAY => tokio::time::sleep(LOOK).await,
            Err(error) => return Err(wrong(&error)),
        }
    }
}

/// Ends with an error when the scheduler has been away for too long.
async fn watch(scheduler: &str, health: &ExecutorHealth) -> Error {
    let mut heard = Instant::now();
    loop {
        tokio::time::sleep(LOOK).await;
        if health.is_ready() {
            heard = Instant::now();
        } else if heard.elapsed() > AWAY {
            let seconds = AWAY.as_secs();
            return Error::Cluster(format!(
                "the scheduler {scheduler} has not answered for {seconds} seconds: is it there, with the same key \
                 and version?"
            ));
        }
    }
}

async fn keep_clean(workplace: &Workplace) {
    loop {
        tokio::time::sleep(SWEEP).await;
        if let Err(error) = workplace.sweep(LEFT_BEHIND) {
            tracing::warn!(%error, "what jobs left cannot be removed");
        }
    }
}

/// Lets the scheduler stop tasks, and do nothing else.
struct Stopping(Arc<Executor>);

#[tonic::async_trait]
impl ExecutorGrpc for Stopping {
    async fn cancel_tasks(
        &self,
        request: Request<protobuf::CancelTasksParams>,
    ) -> Result<Response<protobuf::CancelTasksResult>, Status> {
        let mut cancelled = true;
        for task in request.into_inner().task_infos {
            let stopped =
                self.0.cancel_task(task.job_id.into(), task.stage_id as usize, task.task_id as usize);
            cancelled &= stopped.await.unwrap_or(false);
        }
        Ok(Response::new(protobuf::CancelTasksResult { cancelled }))
    }

    async fn launch_task(
        &self,
        _: Request<protobuf::LaunchTaskParams>,
    ) -> Result<Response<protobuf::LaunchTaskResult>, Status> {
        Err(not_taken())
    }

    async fn launch_multi_task(
        &self,
        _: Request<protobuf::LaunchMultiTaskParams>,
    ) -> Result<Response<protobuf::LaunchMultiTaskResult>, Status> {
        Err(not_taken())
    }

    async fn stop_executor(
        &self,
        _: Request<protobuf::StopExecutorParams>,
    ) -> Result<Response<protobuf::StopExecutorResult>, Status> {
        Err(not_taken())
    }

    async fn remove_job_data(
        &self,
        _: Request<protobuf::RemoveJobDataParams>,
    ) -> Result<Response<protobuf::RemoveJobDataResult>, Status> {
        Err(not_taken())
    }
}

fn not_taken() -> Status {
    Status::unimplemented("this executor asks its scheduler for work")
}
