//! Statements without parameters, which are sent as text and answered at once.

use std::sync::Arc;

use async_trait::async_trait;
use datafusion_postgres::{
    DfSessionService,
    pgwire::{
        api::{
            ClientInfo, ClientPortalStore, query::SimpleQueryHandler, results::Response, store::PortalStore,
        },
        error::{PgWireError, PgWireResult},
        messages::PgWireBackendMessage,
    },
};
use futures_util::Sink;

use super::reading::failed;
use crate::guard;

/// Answers them, unless they are longer than people write them.
pub struct Simple(pub Arc<DfSessionService>);

#[async_trait]
impl SimpleQueryHandler for Simple {
    async fn do_query<C>(&self, client: &mut C, query: &str) -> PgWireResult<Vec<Response>>
    where
        C: ClientInfo + ClientPortalStore + Sink<PgWireBackendMessage> + Unpin + Send + Sync,
        C::PortalStore: PortalStore,
        C::Error: std::fmt::Debug,
        PgWireError: From<<C as Sink<PgWireBackendMessage>>::Error>,
    {
        guard::check_text(query).map_err(|error| failed(&error))?;
        SimpleQueryHandler::do_query(&*self.0, client, query).await
    }
}
