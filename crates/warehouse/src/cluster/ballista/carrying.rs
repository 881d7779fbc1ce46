//! What a plan is before it goes to the cluster, and which plans go.

use std::sync::Arc;

use datafusion::{
    common::{
        JoinType, Result,
        tree_node::{Transformed, TreeNode},
    },
    datasource::{
        memory::MemorySourceConfig,
        physical_plan::FileScanConfig,
        source::{DataSource, DataSourceExec},
    },
    physical_plan::{
        ExecutionPlan, ExecutionPlanProperties,
        coalesce_partitions::CoalescePartitionsExec,
        joins::{HashJoinExec, NestedLoopJoinExec},
        repartition::RepartitionExec,
        sorts::sort_preserving_merge::SortPreservingMergeExec,
        union::UnionExec,
    },
};
use datafusion_proto::{physical_plan::AsExecutionPlan, protobuf::PhysicalPlanNode};

use super::{codec::Codec, door::MESSAGE};

/// A plan as it is sent; nothing for one that runs here: it reads no files, is of what only this process knows, or would
/// come out wrong.
pub fn carried(plan: &Arc<dyn ExecutionPlan>) -> Option<Vec<u8>> {
    if !reads_files(plan) || joins_in_one_process(plan) || sorts_before_a_union(plan) {
        return None;
    }
    match written(plan) {
        Ok(bytes) if bytes.len() <= MESSAGE / 2 => Some(bytes),
        Ok(bytes) => {
            let mebibytes = bytes.len() >> 20;
            tracing::warn!(mebibytes, "a query's plan is too large for the cluster; it runs in the program");
            None
        }
        Err(error) => {
            tracing::debug!(%error, "a query cannot go to the cluster; it runs in the program");
            None
        }
    }
}

fn written(plan: &Arc<dyn ExecutionPlan>) -> Result<Vec<u8>> {
    let ready = Arc::clone(plan).transform_up(narrowed)?.data;
    let message = PhysicalPlanNode::try_from_physical_plan(ready, &Codec::default())?;
    let mut bytes = Vec::new();
    message.try_encode(&mut bytes)?;
    Ok(bytes)
}

fn reads_files(plan: &Arc<dyn ExecutionPlan>) -> bool {
    let own = plan
        .downcast_ref::<DataSourceExec>()
        .is_some_and(|scan| scan.data_source().downcast_ref::<FileScanConfig>().is_some());
    own || plan.children().into_iter().any(reads_files)
}

/// Rows in memory with the columns alone that are read: the others stay here.
fn narrowed(node: Arc<dyn ExecutionPlan>) -> Result<Transformed<Arc<dyn ExecutionPlan>>> {
    let memory = node
        .downcast_ref::<DataSourceExec>()
        .and_then(|scan| scan.data_source().downcast_ref::<MemorySourceConfig>());
    let Some((memory, columns)) = memory.and_then(|memory| Some((memory, memory.projection().as_ref()?)))
    else {
        return Ok(Transformed::no(node));
    };
    let narrow = |batches: &Vec<_>| {
        batches.iter().map(|batch: &arrow::array::RecordBatch| Ok(batch.project(columns)?)).collect()
    };
    let partitions = memory.partitions().iter().map(narrow).collect::<Result<Vec<_>>>()?;
    let source = MemorySourceConfig::try_new(&partitions, node.schema(), None)?.with_limit(memory.fetch());
    Ok(Transformed::yes(DataSourceExec::from_data_source(source)))
}

/// Whether a join keeps in mind, over all rows of its right side, which rows of its left side found somebody: tasks of a
/// cluster do not know what others have found, and Ballista 55 gives such a join to several. It keeps the hash joins
/// right that may be cut by their keys, which `not in` may not, nor a join that compares every pair.
fn joins_in_one_process(plan: &Arc<dyn ExecutionPlan>) -> bool {
    let own = match (plan.downcast_ref::<HashJoinExec>(), plan.downcast_ref::<NestedLoopJoinExec>()) {
        (Some(join), _) => join.null_aware,
        (_, Some(join)) => matches!(
            join.join_type(),
            JoinType::Left | JoinType::Full | JoinType::LeftSemi | JoinType::LeftAnti | JoinType::LeftMark
        ),
        _ => false,
    };
    own || plan.children().into_iter().any(joins_in_one_process)
}

/// Whether a stage whose rows are gathered or spread at its end unites sorted rows. Ballista 55 reads a sorted input of
/// such a union from a stage of its own, sorts it again, and then has every task of the stage read all of it.
fn sorts_before_a_union(plan: &Arc<dyn ExecutionPlan>) -> bool {
    let cut = plan.is::<CoalescePartitionsExec>() || plan.is::<RepartitionExec>();
    let children = plan.children();
    children.iter().any(|child| (cut && unites_sorted(child)) || sorts_before_a_union(child))
}

/// Whether there is a union of sorted rows in a stage that ends here.
fn unites_sorted(plan: &Arc<dyn ExecutionPlan>) -> bool {
    let before = plan.is::<CoalescePartitionsExec>()
        || plan.is::<RepartitionExec>()
        || plan.is::<SortPreservingMergeExec>();
    if before {
        return false;
    }
    let own = plan.is::<UnionExec>() && plan.output_ordering().is_some();
    own || plan.children().into_iter().any(unites_sorted)
}
