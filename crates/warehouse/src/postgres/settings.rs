//! What a connection is set to, which drivers and tools ask for by name: `show timezone`.
//!
//! Instants are told in UTC, with their offset, whatever zone a client wishes for: what it sets is kept and told again.

use std::sync::Arc;

use async_trait::async_trait;
use datafusion::{
    common::ParamValues,
    logical_expr::LogicalPlan,
    prelude::SessionContext,
    sql::sqlparser::ast::{Expr, Set, Statement},
};
use datafusion_postgres::{
    QueryHook,
    hooks::HookClient,
    pgwire::{
        api::{
            ClientInfo, Type,
            results::{DataRowEncoder, FieldFormat, FieldInfo, QueryResponse, Response, Tag},
        },
        error::PgWireResult,
    },
};
use futures_util::stream;

use super::catalogue::NUMBER;

/// Where the protocol keeps the zone that a client has set.
const ZONE: &str = "timezone";

/// Settings that are the same in every connection.
const FIXED: [(&str, &str); 10] = [
    ("client_encoding", "UTF8"),
    ("default_transaction_read_only", "on"),
    ("integer_datetimes", "on"),
    ("is_superuser", "off"),
    ("max_identifier_length", "63"),
    ("server_encoding", "UTF8"),
    ("server_version", NUMBER),
    ("server_version_num", "160003"),
    ("standard_conforming_strings", "on"),
    ("transaction_read_only", "on"),
];

/// Answers for settings; what it does not know goes on to what comes with the protocol.
pub struct Settings;

#[async_trait]
impl QueryHook for Settings {
    async fn handle_simple_query(
        &self,
        statement: &Statement,
        _: &SessionContext,
        client: &mut dyn HookClient,
    ) -> Option<PgWireResult<Response>> {
        if let Some(zone) = zone_in(statement) {
            client.metadata_mut().insert(ZONE.to_owned(), zone);
            return Some(Ok(Response::Execution(Tag::new("SET"))));
        }
        let (name, value) = shown(statement, client)?;
        Some(row(name, &value).map(Response::Query))
    }

    async fn handle_extended_parse_query(
        &self,
        _: &Statement,
        _: &SessionContext,
        _: &(dyn ClientInfo + Send + Sync),
    ) -> Option<PgWireResult<LogicalPlan>> {
        // As that of any other setting, which comes with the protocol.
        None
    }

    async fn handle_extended_query(
        &self,
        statement: &Statement,
        _: &LogicalPlan,
        _: &ParamValues,
        context: &SessionContext,
        client: &mut dyn HookClient,
    ) -> Option<PgWireResult<Response>> {
        self.handle_simple_query(statement, context, client).await
    }
}

/// The zone in `set timezone to 'Europe/Berlin'`.
fn zone_in(statement: &Statement) -> Option<String> {
    let Statement::Set(Set::SingleAssignment { variable, values, .. }) = statement else { return None };
    let value = values.first().filter(|_| variable.to_string().eq_ignore_ascii_case("timezone"))?;
    Some(match value {
        Expr::Value(value) => value.clone().into_string()?,
        other => other.to_string(),
    })
}

/// The name and value of what a statement wants to see.
fn shown(statement: &Statement, client: &dyn HookClient) -> Option<(&'static str, String)> {
    let Statement::ShowVariable { variable } = statement else { return None };
    let names: Vec<String> = variable.iter().map(|name| name.value.to_ascii_lowercase()).collect();
    match names.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["timezone"] | ["time", "zone"] => {
            // Wished for by a statement, or else when the connection was opened.
            let wished = client.metadata().get(ZONE).or_else(|| client.metadata().get("TimeZone"));
            Some(("TimeZone", wished.map_or("UTC", String::as_str).to_owned()))
        }
        [wanted] => {
            let (name, value) = FIXED.iter().find(|(name, _)| name == wanted)?;
            Some((*name, (*value).to_owned()))
        }
        _ => None,
    }
}

fn row(name: &str, value: &str) -> PgWireResult<QueryResponse> {
    let column = FieldInfo::new(name.to_owned(), None, None, Type::VARCHAR, FieldFormat::Text);
    let columns = Arc::new(vec![column]);
    let mut encoder = DataRowEncoder::new(Arc::clone(&columns));
    encoder.encode_field(&Some(value))?;
    let row = encoder.take_row();
    Ok(QueryResponse::new(columns, Box::pin(stream::iter([Ok(row)]))))
}
