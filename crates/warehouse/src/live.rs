//! Tables whose rows are made when they are read: what is so at that moment.

use std::{fmt, sync::Arc};

use arrow::{array::RecordBatch, datatypes::SchemaRef};
use async_trait::async_trait;
use datafusion::{
    catalog::{Session, TableProvider},
    common::Result,
    logical_expr::{Expr, TableType},
    physical_plan::ExecutionPlan,
};

use crate::view::memory_table;

/// What makes the rows. It may block.
type Rows = dyn Fn() -> Result<RecordBatch> + Send + Sync;

/// A table whose rows are made when they are read.
pub struct Live {
    schema: SchemaRef,
    rows: Box<Rows>,
}

impl Live {
    pub fn new(schema: SchemaRef, rows: impl Fn() -> Result<RecordBatch> + Send + Sync + 'static) -> Live {
        Live { schema, rows: Box::new(rows) }
    }
}

impl fmt::Debug for Live {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Live")
    }
}

#[async_trait]
impl TableProvider for Live {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    async fn scan(
        &self,
        session: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let rows = tokio::task::block_in_place(|| (self.rows)())?;
        memory_table(rows)?.scan(session, projection, filters, limit).await
    }
}
