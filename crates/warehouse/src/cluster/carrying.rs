//! What a plan is before it goes to the cluster, and which plans go.

use std::sync::Arc;

use datafusion::{
    common::{
        Result,
        tree_node::{Transformed, TreeNode},
    },
    datasource::{
        memory::MemorySourceConfig,
        physical_plan::FileScanConfig,
        source::{DataSource, DataSourceExec},
    },
    physical_plan::ExecutionPlan,
};
use datafusion_proto::{physical_plan::AsExecutionPlan, protobuf::PhysicalPlanNode};

use super::{codec::Codec, door::MESSAGE};

/// A plan as it is sent; nothing for one that runs here: it reads no files, or is of what only this process knows.
pub fn carried(plan: &Arc<dyn ExecutionPlan>) -> Option<Vec<u8>> {
    if !reads_files(plan) {
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
    let narrow = Arc::clone(plan).transform_up(|node| narrowed(&node))?.data;
    let message = PhysicalPlanNode::try_from_physical_plan(narrow, &Codec::default())?;
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
fn narrowed(node: &Arc<dyn ExecutionPlan>) -> Result<Transformed<Arc<dyn ExecutionPlan>>> {
    let memory = node
        .downcast_ref::<DataSourceExec>()
        .and_then(|scan| scan.data_source().downcast_ref::<MemorySourceConfig>());
    let Some((memory, columns)) = memory.and_then(|memory| Some((memory, memory.projection().as_ref()?)))
    else {
        return Ok(Transformed::no(Arc::clone(node)));
    };
    let narrow = |batches: &Vec<_>| {
        batches.iter().map(|batch: &arrow::array::RecordBatch| Ok(batch.project(columns)?)).collect()
    };
    let partitions = memory.partitions().iter().map(narrow).collect::<Result<Vec<_>>>()?;
    let source = MemorySourceConfig::try_new(&partitions, node.schema(), None)?.with_limit(memory.fetch());
    Ok(Transformed::yes(DataSourceExec::from_data_source(source)))
}
