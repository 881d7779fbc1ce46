//! What drivers do around statements: savepoints before what may fail, where nothing is written and so there is nothing to
//! go back to; and forgetting what they have prepared.

use std::sync::Arc;

use async_trait::async_trait;
use datafusion::{
    common::{DFSchema, ParamValues},
    logical_expr::{EmptyRelation, LogicalPlan},
    prelude::SessionContext,
    sql::sqlparser::ast::Statement,
};
use datafusion_postgres::{
    QueryHook,
    hooks::HookClient,
    pgwire::{
        api::{
            ClientInfo,
            results::{Response, Tag},
        },
        error::PgWireResult,
    },
};

/// Answers statements about savepoints, and those that forget.
pub struct Savepoints;

fn answer(statement: &Statement) -> Option<Response> {
    match statement {
        Statement::Savepoint { .. } => Some(Response::Execution(Tag::new("SAVEPOINT"))),
        Statement::ReleaseSavepoint { .. } => Some(Response::Execution(Tag::new("RELEASE"))),
        Statement::Deallocate { .. } => Some(Response::Execution(Tag::new("DEALLOCATE"))),
        Statement::Discard { .. } => Some(Response::Execution(Tag::new("DISCARD ALL"))),
        // The transaction goes on, also one that had failed.
        Statement::Rollback { savepoint: Some(_), .. } => {
            Some(Response::TransactionStart(Tag::new("ROLLBACK")))
        }
        _ => None,
    }
}

#[async_trait]
impl QueryHook for Savepoints {
    async fn handle_simple_query(
        &self,
        statement: &Statement,
        _: &SessionContext,
        _: &mut dyn HookClient,
    ) -> Option<PgWireResult<Response>> {
        answer(statement).map(Ok)
    }

    async fn handle_extended_parse_query(
        &self,
        statement: &Statement,
        _: &SessionContext,
        _: &(dyn ClientInfo + Send + Sync),
    ) -> Option<PgWireResult<LogicalPlan>> {
        let schema = Arc::new(DFSchema::empty());
        let empty = LogicalPlan::EmptyRelation(EmptyRelation { produce_one_row: false, schema });
        answer(statement).map(|_| Ok(empty))
    }

    async fn handle_extended_query(
        &self,
        statement: &Statement,
        _: &LogicalPlan,
        _: &ParamValues,
        _: &SessionContext,
        _: &mut dyn HookClient,
    ) -> Option<PgWireResult<Response>> {
        answer(statement).map(Ok)
    }
}
