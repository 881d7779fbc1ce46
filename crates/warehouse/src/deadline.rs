//! The bound on the time of a query, whichever door it came in by: a step around the whole plan whose stream fails when
//! the time is over. Dropping the stream ends what works for it, at the next moment at which that lets others in; so steps
//! that make much of little are made to do so.

use std::{fmt, sync::Arc, time::Duration};

use datafusion::{
    common::{
        DataFusionError, Result,
        config::ConfigOptions,
        tree_node::{Transformed, TreeNode, TreeNodeRecursion},
    },
    execution::{SendableRecordBatchStream, TaskContext},
    physical_expr::PhysicalExpr,
    physical_optimizer::PhysicalOptimizerRule,
    physical_plan::{
        DisplayAs, DisplayFormatType, ExecutionPlan, PlanProperties, coop::CooperativeExec,
        stream::RecordBatchStreamAdapter,
    },
};
use futures_util::StreamExt;
use tokio::time::Instant;

/// Puts a bound on the time of every plan.
#[derive(Debug)]
pub struct Deadline(pub Duration);

impl PhysicalOptimizerRule for Deadline {
    fn optimize(&self, plan: Arc<dyn ExecutionPlan>, _: &ConfigOptions) -> Result<Arc<dyn ExecutionPlan>> {
        let plan = plan.transform_up(|step| {
            Ok(match step.name().ends_with("JoinExec") || step.name() == "UnnestExec" {
                true => Transformed::yes(Arc::new(CooperativeExec::new(step)) as _),
                false => Transformed::no(step),
            })
        });
        Ok(Arc::new(Bounded { plan: plan?.data, patience: self.0 }))
    }

    fn name(&self) -> &str {
        "deadline"
    }

    fn schema_check(&self) -> bool {
        true
    }
}

#[derive(Debug)]
struct Bounded {
    plan: Arc<dyn ExecutionPlan>,
    patience: Duration,
}

impl DisplayAs for Bounded {
    fn fmt_as(&self, _: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Deadline: {} s", self.patience.as_secs())
    }
}

impl ExecutionPlan for Bounded {
    fn name(&self) -> &str {
        "Deadline"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        self.plan.properties()
    }

    fn maintains_input_order(&self) -> Vec<bool> {
        vec![true]
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

    fn with_new_children(
        self: Arc<Self>,
        mut children: Vec<Arc<dyn ExecutionPlan>>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        match children.pop() {
            Some(plan) => Ok(Arc::new(Bounded { plan, patience: self.patience })),
            None => Ok(self),
        }
    }

    fn execute(&self, partition: usize, context: Arc<TaskContext>) -> Result<SendableRecordBatchStream> {
        let stream = self.plan.execute(partition, context)?;
        let schema = stream.schema();
        let (end, patience) = (Instant::now() + self.patience, self.patience);
        let bounded = futures_util::stream::unfold(Some(stream), move |stream| async move {
            let mut stream = stream?;
            match tokio::time::timeout_at(end, stream.next()).await {
                Ok(Some(batch)) => Some((batch, Some(stream))),
                Ok(None) => None,
                Err(_) => Some((Err(too_long(patience)), None)),
            }
        });
        Ok(Box::pin(RecordBatchStreamAdapter::new(schema, bounded)))
    }
}

const TOO_LONG: &str = "the query took longer than ";

/// What is said when the time of a query is over.
pub fn too_long(patience: Duration) -> DataFusionError {
    DataFusionError::ResourcesExhausted(format!("{TOO_LONG}{} seconds", patience.as_secs()))
}

/// Whether an error's text says so.
pub fn is_too_long(text: &str) -> bool {
    text.contains(TOO_LONG)
}
