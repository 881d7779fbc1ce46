//! What statements do: only those go on that read, and each sees what its asker may see at that moment.

use std::sync::{Arc, OnceLock};

use async_trait::async_trait;
use datafusion::{
    common::{DataFusionError, ParamValues},
    execution::context::SQLOptions,
    logical_expr::LogicalPlan,
    prelude::{DataFrame, SessionContext},
    sql::{
        parser::Statement as Parsed,
        sqlparser::ast::{Set, Statement},
    },
};
use datafusion_postgres::{
    QueryHook,
    arrow_pg::datatypes::df::encode_dataframe,
    hooks::HookClient,
    pgwire::{
        api::{ClientInfo, portal::Format, results::Response},
        error::{ErrorInfo, PgWireError, PgWireResult},
        messages::response::TransactionStatus,
        types::format::FormatOptions,
    },
};

use super::{dialect, headings::headed, stopping::Stop};
use crate::{Error, guard, guest::Guest};

/// Lets statements through that read, each upon what there is now.
pub struct Reading {
    pub guest: Arc<OnceLock<Guest>>,
    pub stop: Arc<Stop>,
}

impl Reading {
    /// What a query that was planned before means now; nothing for a statement that is no query.
    pub async fn plan_again(&self, statement: &Statement) -> PgWireResult<Option<LogicalPlan>> {
        self.begin(statement)?;
        match (self.guest.get(), statement) {
            (Some(guest), Statement::Query(_) | Statement::Explain { .. }) => {
                plan(statement, &guest.context).await.map(Some)
            }
            _ => Ok(None),
        }
    }

    fn begin(&self, statement: &Statement) -> PgWireResult<()> {
        let guest = self.guest.get().ok_or_else(|| refused("sign in first"))?;
        if !is_reading(statement) {
            return Err(refused("the warehouse is only read: this statement does something else"));
        }
        tokio::task::block_in_place(|| guest.renew()).map_err(|error| failed(&error))
    }
}

/// Whether a statement reads, or says how it wants to be answered.
fn is_reading(statement: &Statement) -> bool {
    match statement {
        Statement::Query(_)
        | Statement::ShowVariable { .. }
        | Statement::ShowStatus { .. }
        | Statement::ShowCatalogs { .. }
        | Statement::ShowTables { .. }
        | Statement::ShowColumns { .. }
        | Statement::StartTransaction { .. }
        | Statement::Commit { .. }
        | Statement::Savepoint { .. }
        | Statement::ReleaseSavepoint { .. }
        | Statement::Deallocate { .. }
        | Statement::Discard { .. }
        | Statement::Rollback { .. } => true,
        Statement::Set(Set::SingleAssignment { variable, .. }) => {
            !variable.to_string().to_ascii_lowercase().starts_with("datafusion")
        }
        Statement::Set(_) => true,
        Statement::Explain { statement, .. } => is_reading(statement),
        _ => false,
    }
}

#[async_trait]
impl QueryHook for Reading {
    async fn handle_simple_query(
        &self,
        statement: &Statement,
        context: &SessionContext,
        client: &mut dyn HookClient,
    ) -> Option<PgWireResult<Response>> {
        if let Err(error) = self.begin(statement) {
            return Some(Err(error));
        }
        match statement {
            Statement::Query(_) | Statement::Explain { .. } => {
                let begun = self.stop.begin();
                let response = answer(statement, context, client).await;
                Some(response.map(|response| begun.stoppable(response)).map_err(in_our_words))
            }
            _ => None,
        }
    }

    async fn handle_extended_parse_query(
        &self,
        statement: &Statement,
        context: &SessionContext,
        _: &(dyn ClientInfo + Send + Sync),
    ) -> Option<PgWireResult<LogicalPlan>> {
        if let Err(error) = self.begin(statement) {
            return Some(Err(error));
        }
        match statement {
            Statement::Query(_) | Statement::Explain { .. } => Some(plan(statement, context).await),
            _ => None,
        }
    }

    async fn handle_extended_query(
        &self,
        statement: &Statement,
        _: &LogicalPlan,
        _: &ParamValues,
        _: &SessionContext,
        _: &mut dyn HookClient,
    ) -> Option<PgWireResult<Response>> {
        (!is_reading(statement)).then(|| Err(refused("the warehouse is only read")))
    }
}

/// The rows of a statement, as text.
async fn answer(
    statement: &Statement,
    context: &SessionContext,
    client: &dyn HookClient,
) -> PgWireResult<Response> {
    if client.transaction_status() == TransactionStatus::Error {
        // 25P02: in_failed_sql_transaction.
        return Err(told("25P02", "the transaction has failed: end it first"));
    }
    let frame = DataFrame::new(context.state(), plan(statement, context).await?);
    let options = Arc::new(FormatOptions::from_client_metadata(client.metadata()));
    let mut rows = encode_dataframe(frame, &Format::UnifiedText, Some(options)).await?;
    rows.row_schema = headed(statement, &rows.row_schema);
    Ok(Response::Query(rows))
}

/// What a statement means, if it does nothing but read.
async fn plan(statement: &Statement, context: &SessionContext) -> PgWireResult<LogicalPlan> {
    let parsed = Parsed::Statement(Box::new(dialect::rewritten(statement)));
    let planned = context.state().statement_to_plan(parsed).await;
    let plan = planned.map_err(|error| failed(&Error::from(error)))?;
    let reading = SQLOptions::new().with_allow_ddl(false).with_allow_dml(false).with_allow_statements(false);
    reading.verify_plan(&plan).map_err(|error| failed(&Error::from(error)))?;
    guard::check(&plan).map_err(|error| failed(&error))?;
    Ok(plan)
}

fn refused(why: &str) -> PgWireError {
    // 25006: read_only_sql_transaction.
    told("25006", why)
}

fn told(code: &str, why: &str) -> PgWireError {
    PgWireError::UserError(Box::new(ErrorInfo::new("ERROR".to_owned(), code.to_owned(), why.to_owned())))
}

pub fn failed(error: &Error) -> PgWireError {
    let code = match error {
        Error::Query(_) | Error::Source(_) | Error::NoSource(_) => "42601",
        Error::Limit(_) | Error::Memory => "53000",
        Error::Cancelled => "57014",
        // invalid_authorization_specification
        Error::Denied => "28000",
        // serialization_failure: drivers try it again
        Error::Replaced => "40001",
        Error::Records(_) | Error::Damaged { .. } | Error::Busy | Error::Files(_) | Error::Cluster(_) => {
            "58000"
        }
    };
    told(code, &error.to_string())
}

/// What the protocol's own part says of a query that fails, as it is said everywhere else.
pub fn in_our_words(error: PgWireError) -> PgWireError {
    match error {
        PgWireError::ApiError(cause) => match cause.downcast::<DataFusionError>() {
            Ok(cause) => failed(&Error::from(*cause)),
            Err(cause) => PgWireError::ApiError(cause),
        },
        other => other,
    }
}
