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

use super::{reading::failed, stopping::Stop};
use crate::guard;

/// Answers them, unless they are longer than people write them.
pub struct Simple {
    pub service: Arc<DfSessionService>,
    pub stop: Arc<Stop>,
}

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
        self.stop.hear(query);
        if let Some(name) = forgotten(query) {
            client.portal_store().rm_statement(&name);
        }
        SimpleQueryHandler::do_query(&*self.service, client, query).await
    }
}

/// The prepared statement of `deallocate name`, by which some drivers say what others do by a message.
fn forgotten(query: &str) -> Option<String> {
    let rest = query.trim().trim_end_matches(';').to_owned();
    let mut words = rest.split_whitespace().filter(|word| !word.eq_ignore_ascii_case("prepare"));
    let is_one = words.next()?.eq_ignore_ascii_case("deallocate");
    let name = words.next().filter(|_| is_one && words.next().is_none())?;
    Some(name.trim_matches('"').to_owned())
}
