//! A cluster as whoever asks knows it: the rule that sends plans there, and the settings of plans that can go.

use std::{fmt, sync::Arc};

use app::ClusterConfig;
use ballista_core::extension::{SessionConfigExt, SessionConfigHelperExt};
use datafusion::{
    common::{Result, config::ConfigOptions, tree_node::TreeNodeRecursion},
    execution::{SendableRecordBatchStream, SessionStateBuilder, TaskContext},
    physical_expr::{EquivalenceProperties, Partitioning, PhysicalExpr},
    physical_optimizer::PhysicalOptimizerRule,
    physical_plan::{
        DisplayAs, DisplayFormatType, ExecutionPlan, PlanProperties,
        execution_plan::{Boundedness, EmissionType},
    },
};
use tokio::runtime::Handle;
use uuid::Uuid;

use super::{
    carrying,
    door::Key,
    job::{self, Question},
};
use crate::Error;

/// Pieces that stages hand on are in at most; the cluster's cores take them in turn.
const PIECES: usize = 8;

/// A cluster that questions go to.
pub struct Cluster {
    /// The scheduler's `HOST:PORT`.
    pub scheduler: String,
    pub key: Key,
    /// Looks after what goes on when nobody listens any more.
    pub runtime: Handle,
    /// Tells the scheduler whose settings are whose.
    pub session: String,
}

impl Cluster {
    /// Connects to nothing yet: the first question does.
    ///
    /// # Errors
    /// [`Error::Cluster`] when its key cannot be read.
    pub fn open(config: Option<&ClusterConfig>, runtime: &Handle) -> Result<Option<Arc<Cluster>>, Error> {
        let Some(config) = config else { return Ok(None) };
        Ok(Some(Arc::new(Cluster {
            scheduler: config.scheduler.clone(),
            key: Key::in_file(&config.key)?,
            runtime: runtime.clone(),
            session: Uuid::now_v7().to_string(),
        })))
    }

    /// A session whose plans go there, with the settings of plans that can be cut into stages. On one core, where a
    /// question goes when memory ran out, joins sort and put aside instead of holding one side.
    pub fn of_session(
        self: &Arc<Cluster>,
        mut session: SessionStateBuilder,
        cores: usize,
    ) -> SessionStateBuilder {
        let config = session.config().take().unwrap_or_default();
        let config = config.upgrade_for_ballista().with_target_partitions(PIECES);
        let config = config.set_bool("datafusion.optimizer.prefer_hash_join", cores > 1);
        session.with_config(config).with_physical_optimizer_rule(Arc::new(Sending(Arc::clone(self))))
    }
}

impl fmt::Debug for Cluster {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Cluster({})", self.scheduler)
    }
}

#[derive(Debug)]
struct Sending(Arc<Cluster>);

impl PhysicalOptimizerRule for Sending {
    fn optimize(&self, plan: Arc<dyn ExecutionPlan>, _: &ConfigOptions) -> Result<Arc<dyn ExecutionPlan>> {
        let Some(written) = carrying::carried(&plan) else { return Ok(plan) };
        let properties = PlanProperties::new(
            EquivalenceProperties::new(plan.schema()),
            Partitioning::UnknownPartitioning(1),
            EmissionType::Final,
            Boundedness::Bounded,
        );
        let (cluster, written) = (Arc::clone(&self.0), written.into());
        Ok(Arc::new(Sent { plan, cluster, written, properties: Arc::new(properties) }))
    }

    fn name(&self) -> &str {
        "cluster"
    }

    fn schema_check(&self) -> bool {
        true
    }
}

/// A plan that is carried out on the cluster.
#[derive(Debug)]
struct Sent {
    /// For whoever wants to look at it.
    plan: Arc<dyn ExecutionPlan>,
    cluster: Arc<Cluster>,
    written: Arc<[u8]>,
    properties: Arc<PlanProperties>,
}

impl DisplayAs for Sent {
    fn fmt_as(&self, _: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Cluster: {}", self.cluster.scheduler)
    }
}

impl ExecutionPlan for Sent {
    fn name(&self) -> &str {
        "Cluster"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        vec![&self.plan]
    }

    fn apply_expressions(
        &self,
        _: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        Ok(TreeNodeRecursion::Continue)
    }

    fn with_new_children(self: Arc<Self>, _: Vec<Arc<dyn ExecutionPlan>>) -> Result<Arc<dyn ExecutionPlan>> {
        // What was written is what is carried out.
        Ok(self)
    }

    fn execute(&self, _: usize, context: Arc<TaskContext>) -> Result<SendableRecordBatchStream> {
        let settings = context.session_config().to_key_value_pairs();
        let (cluster, plan) = (Arc::clone(&self.cluster), Arc::clone(&self.written));
        Ok(job::answer(Question { cluster, plan, settings }, self.schema()))
    }
}
