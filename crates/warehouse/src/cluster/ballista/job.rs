//! One question on the cluster: handed in, waited for, read; and cleared away, also when nobody listens any more.

use std::{sync::Arc, time::Duration, vec};

use arrow::{array::RecordBatch, datatypes::SchemaRef};
use ballista_core::{
    client::BallistaClient,
    extension::BallistaConfigGrpcEndpoint,
    serde::protobuf::{
        CancelJobParams, CleanJobDataParams, ExecuteQueryParams, GetJobStatusParams, KeyValuePair,
        PartitionLocation, execute_query_params::Query, execute_query_result, job_status,
        scheduler_grpc_client::SchedulerGrpcClient,
    },
    version::insert_version_header,
};
use datafusion::{
    common::{DataFusionError, Result},
    execution::SendableRecordBatchStream,
    physical_plan::stream::RecordBatchStreamAdapter,
};
use futures_util::{StreamExt, TryStreamExt, stream};
use tonic::{
    Code, Request, Status,
    transport::{Channel, Endpoint},
};
use uuid::Uuid;

use super::{
    door::MESSAGE,
    failure::{lost, of_job},
    remote::Cluster,
};

/// How long a scheduler may take to be reached.
const REACHED: Duration = Duration::from_secs(5);
/// How long to wait between questions whether the answer is there, at first and at most.
const SOON: Duration = Duration::from_millis(4);
const LATER: Duration = Duration::from_millis(64);
/// How often and how fast an executor is asked again for a piece of the answer.
const TRIES: u8 = 2;
const BETWEEN_MS: u64 = 200;

type Scheduler = SchedulerGrpcClient<Channel>;

/// A plan as it is handed in.
pub struct Question {
    pub cluster: Arc<Cluster>,
    pub plan: Arc<[u8]>,
    pub settings: Vec<KeyValuePair>,
}

/// The rows of the answer, once the cluster has them all.
pub fn answer(question: Question, schema: SchemaRef) -> SendableRecordBatchStream {
    let rows = stream::once(async move {
        // An executor may die with the answer in its hands; what is not begun to be read can be made once more.
        let reading = match Reading::begin(&question).await {
            Err(error) if lost::is(&error) => Reading::begin(&question).await?,
            begun => begun?,
        };
        Ok::<_, DataFusionError>(stream::try_unfold(reading, Reading::next))
    });
    Box::pin(RecordBatchStreamAdapter::new(schema, rows.try_flatten()))
}

/// An answer that is read piece by piece, in the order of its rows.
struct Reading {
    job: Job,
    left: vec::IntoIter<PartitionLocation>,
    piece: Option<SendableRecordBatchStream>,
}

impl Reading {
    async fn begin(question: &Question) -> Result<Reading> {
        let mut job = Job::hand_in(question).await?;
        let mut left = job.pieces().await?.into_iter();
        let piece = match left.next() {
            Some(first) => Some(fetch(&job.cluster, first).await?),
            None => None,
        };
        Ok(Reading { job, left, piece })
    }

    async fn next(mut self) -> Result<Option<(RecordBatch, Reading)>> {
        while let Some(piece) = &mut self.piece {
            if let Some(batch) = piece.next().await {
                return Ok(Some((batch.map_err(|error| lost::answer(&error))?, self)));
            }
            self.piece = match self.left.next() {
                Some(next) => Some(fetch(&self.job.cluster, next).await?),
                None => None,
            };
        }
        Ok(None)
    }
}

async fn fetch(cluster: &Cluster, piece: PartitionLocation) -> Result<SendableRecordBatchStream> {
    let layout = piece.layout();
    let (Some(executor), Some(partition)) = (piece.executor_meta, piece.partition_id) else {
        return Err(DataFusionError::Internal("a piece of the answer is nowhere".to_owned()));
    };
    let (host, port) = (executor.host.as_str(), u16::try_from(executor.port).unwrap_or_default());
    let endpoint = Some(Arc::new(BallistaConfigGrpcEndpoint::new(cluster.key.shown())));
    let client = BallistaClient::try_new(host, port, MESSAGE, false, endpoint, TRIES, BETWEEN_MS, 0, 0);
    let mut client = client.await.map_err(|error| lost::answer(&error))?;
    let id = partition.into();
    let rows = client.fetch_partition(&executor.id, &id, piece.file_id, layout, true);
    rows.await.map_err(|error| lost::answer(&error))
}

/// What was handed in. When it is dropped, the cluster stops working for it and removes what it left.
struct Job {
    cluster: Arc<Cluster>,
    scheduler: Scheduler,
    id: String,
    ended: bool,
}

impl Job {
    async fn hand_in(question: &Question) -> Result<Job> {
        let cluster = Arc::clone(&question.cluster);
        let mut scheduler = reach(&cluster).await?;
        let mut request = Request::new(ExecuteQueryParams {
            query: Some(Query::PhysicalPlan(question.plan.to_vec())),
            settings: question.settings.clone(),
            session_id: cluster.session.clone(),
            operation_id: Uuid::now_v7().to_string(),
        });
        insert_version_header(request.metadata_mut());
        let taken = scheduler.execute_query(request).await.map_err(|status| refused(&cluster, &status))?;
        match taken.into_inner().result {
            Some(execute_query_result::Result::Success(taken)) => {
                Ok(Job { cluster, scheduler, id: taken.job_id, ended: false })
            }
            other => Err(lost::cluster(format!(
                "its scheduler {} cannot read the plan: {other:?}",
                cluster.scheduler
            ))),
        }
    }

    /// Waits for the answer, and tells where its pieces are.
    async fn pieces(&mut self) -> Result<Vec<PartitionLocation>> {
        let mut pause = SOON;
        loop {
            let asked = self.scheduler.get_job_status(GetJobStatusParams { job_id: self.id.clone() });
            let status = asked.await.map_err(|status| refused(&self.cluster, &status))?.into_inner().status;
            match status.and_then(|status| status.status) {
                Some(job_status::Status::Successful(done)) => {
                    self.ended = true;
                    return Ok(done.partition_location);
                }
                Some(job_status::Status::Failed(failed)) => {
                    self.ended = true;
                    return Err(of_job(&failed.error));
                }
                Some(_) => {}
                // A scheduler that was started anew knows nothing of it.
                None => return Err(lost::answer(&"the scheduler was started anew")),
            }
            tokio::time::sleep(pause).await;
            pause = LATER.min(pause * 2);
        }
    }
}

impl Drop for Job {
    fn drop(&mut self) {
        let (mut scheduler, job_id, ended) =
            (self.scheduler.clone(), std::mem::take(&mut self.id), self.ended);
        self.cluster.runtime.spawn(async move {
            let left = CleanJobDataParams { job_id: job_id.clone(), remove_stage_ids: Vec::new() };
            let told = match ended {
                true => scheduler.clean_job_data(left).await.map(|_| ()),
                false => scheduler.cancel_job(CancelJobParams { job_id: job_id.clone() }).await.map(|_| ()),
            };
            if let Err(error) = told {
                tracing::warn!(job_id, %error, "the cluster was not told that a query has ended");
            }
        });
    }
}

async fn reach(cluster: &Cluster) -> Result<Scheduler> {
    let unreached = |error: &dyn std::fmt::Display| {
        lost::cluster(format!(
            "its scheduler {} cannot be reached ({error}); start it with `rapport cluster scheduler`, or take `engine` \
             out of [analytics] and queries run in the program",
            cluster.scheduler
        ))
    };
    let endpoint = Endpoint::from_shared(format!("http://{}", cluster.scheduler));
    let endpoint = endpoint.map_err(|error| unreached(&error))?.connect_timeout(REACHED).tcp_nodelay(true);
    let endpoint = (cluster.key.shown())(endpoint).map_err(|error| unreached(&error))?;
    let channel = endpoint.connect().await.map_err(|error| unreached(&error))?;
    Ok(SchedulerGrpcClient::new(channel)
        .max_decoding_message_size(MESSAGE)
        .max_encoding_message_size(MESSAGE))
}

/// What the scheduler said instead of an answer.
fn refused(cluster: &Cluster, status: &Status) -> DataFusionError {
    let scheduler = &cluster.scheduler;
    match status.code() {
        Code::Unavailable | Code::Unauthenticated | Code::FailedPrecondition => {
            lost::cluster(format!("its scheduler {scheduler} says: {}", status.message()))
        }
        _ => lost::cluster(format!("its scheduler {scheduler} does not answer: {}", status.message())),
    }
}
