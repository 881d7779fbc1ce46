//! The calls of Flight SQL: each finds out who asks, then answers.

use std::{pin::Pin, sync::Arc};

use app::App;
use arrow::{array::RecordBatch, datatypes::SchemaRef, ipc::writer::IpcWriteOptions};
use arrow_flight::{
    Action, FlightData, FlightDescriptor, FlightEndpoint, FlightInfo, HandshakeRequest, HandshakeResponse,
    IpcMessage, SchemaAsIpc, Ticket,
    encode::FlightDataEncoderBuilder,
    error::FlightError,
    sql::{
        ActionClosePreparedStatementRequest, ActionCreatePreparedStatementRequest,
        ActionCreatePreparedStatementResult, CommandGetCatalogs, CommandGetCrossReference,
        CommandGetDbSchemas, CommandGetExportedKeys, CommandGetImportedKeys, CommandGetPrimaryKeys,
        CommandGetSqlInfo, CommandGetTableTypes, CommandGetTables, CommandGetXdbcTypeInfo,
        CommandPreparedStatementQuery, CommandPreparedStatementUpdate, CommandStatementQuery,
        CommandStatementUpdate, DoPutPreparedStatementResult, ProstMessageExt, SqlInfo, TicketStatementQuery,
        metadata::{SqlInfoData, XdbcTypeInfoData},
        server::{FlightSqlService, PeekableFlightDataStream},
    },
};
use datafusion::dataframe::DataFrame;
use futures_util::{Stream, StreamExt, TryStreamExt, stream};
use prost::Message;
use tonic::{Request, Response, Status, Streaming, metadata::MetadataValue};

use super::{
    keys, metadata,
    sessions::{Sessions, status},
};
use crate::Error;

type Rows = Pin<Box<dyn Stream<Item = Result<FlightData, Status>> + Send>>;
type Handshakes = Pin<Box<dyn Stream<Item = Result<HandshakeResponse, Status>> + Send>>;

/// What answers calls.
pub struct Door {
    sessions: Sessions,
    about: SqlInfoData,
    types: XdbcTypeInfoData,
}

impl Door {
    /// # Errors
    /// When what the server says of itself cannot be put into columns.
    pub fn new(app: &Arc<App>) -> Result<Door, FlightError> {
        Ok(Door { sessions: Sessions::new(app), about: metadata::about()?, types: metadata::types()? })
    }
}

/// Where to fetch what a command asks for.
fn info(
    schema: &SchemaRef,
    command: &impl ProstMessageExt,
    request: Request<FlightDescriptor>,
) -> Result<Response<FlightInfo>, Status> {
    let ticket = Ticket::new(command.as_any().encode_to_vec());
    let info = FlightInfo::new()
        .try_with_schema(schema)
        .map_err(|error| status(&Error::from(error)))?
        .with_endpoint(FlightEndpoint::new().with_ticket(ticket))
        .with_descriptor(request.into_inner());
    Ok(Response::new(info))
}

/// Runs a statement; it ends with its time, or when nobody fetches its rows any more.
async fn rows(frame: DataFrame) -> Result<Response<Rows>, Status> {
    let schema = Arc::clone(frame.schema().inner());
    let batches = frame.execute_stream().await.map_err(|error| status(&Error::from(error)))?;
    Ok(streamed(schema, batches.map_err(Error::from)))
}

fn streamed(
    schema: SchemaRef,
    batches: impl Stream<Item = Result<RecordBatch, Error>> + Send + 'static,
) -> Response<Rows> {
    let batches = batches.map_err(|error| FlightError::Tonic(Box::new(status(&error))));
    let encoded = FlightDataEncoderBuilder::new().with_schema(schema).build(batches);
    Response::new(encoded.map_err(Status::from).boxed())
}

fn one(batch: Result<RecordBatch, FlightError>) -> Result<Response<Rows>, Status> {
    let batch = batch?;
    let encoded =
        FlightDataEncoderBuilder::new()
            .with_schema(batch.schema())
            .build(stream::iter([Ok::<_, FlightError>(batch)]));
    Ok(Response::new(encoded.map_err(Status::from).boxed()))
}

fn encoded(schema: &SchemaRef) -> Result<bytes::Bytes, Status> {
    let message: Result<IpcMessage, _> = SchemaAsIpc::new(schema, &IpcWriteOptions::default()).try_into();
    Ok(message.map_err(|error| status(&Error::from(error)))?.0)
}

fn only_reads<T>() -> Result<T, Status> {
    Err(Status::permission_denied("the warehouse is only read: this statement does something else"))
}

#[tonic::async_trait]
impl FlightSqlService for Door {
    type FlightService = Door;

    async fn do_handshake(
        &self,
        request: Request<Streaming<HandshakeRequest>>,
    ) -> Result<Response<Handshakes>, Status> {
        let token = self.sessions.begin(&request)?;
        let answer = HandshakeResponse { protocol_version: 0, payload: token.clone().into() };
        let mut response: Response<Handshakes> = Response::new(stream::iter([Ok(answer)]).boxed());
        let bearer = MetadataValue::try_from(format!("Bearer {token}"));
        let bearer = bearer.map_err(|_| Status::internal("a token that is no header"))?;
        response.metadata_mut().insert("authorization", bearer);
        Ok(response)
    }

    async fn get_flight_info_statement(
        &self,
        query: CommandStatementQuery,
        request: Request<FlightDescriptor>,
    ) -> Result<Response<FlightInfo>, Status> {
        let frame = self.sessions.of(&request)?.plan(&query.query).await?;
        let ticket = TicketStatementQuery { statement_handle: query.query.into() };
        info(frame.schema().inner(), &ticket, request)
    }

    async fn do_get_statement(
        &self,
        ticket: TicketStatementQuery,
        request: Request<Ticket>,
    ) -> Result<Response<Rows>, Status> {
        let sql = std::str::from_utf8(&ticket.statement_handle);
        let sql = sql.map_err(|_| Status::invalid_argument("the ticket is not one of this server"))?;
        rows(self.sessions.of(&request)?.plan(sql).await?).await
    }

    async fn do_action_create_prepared_statement(
        &self,
        asked: ActionCreatePreparedStatementRequest,
        request: Request<Action>,
    ) -> Result<ActionCreatePreparedStatementResult, Status> {
        let (handle, described) = self.sessions.of(&request)?.prepare(&asked.query).await?;
        Ok(ActionCreatePreparedStatementResult {
            prepared_statement_handle: handle.into(),
            dataset_schema: encoded(&described.rows)?,
            parameter_schema: encoded(&described.parameters)?,
        })
    }

    async fn do_put_prepared_statement_query(
        &self,
        query: CommandPreparedStatementQuery,
        request: Request<PeekableFlightDataStream>,
    ) -> Result<DoPutPreparedStatementResult, Status> {
        let session = self.sessions.of(&request)?;
        let rows = request.into_inner().map_err(|error| FlightError::Tonic(Box::new(error)));
        session.bind(&query.prepared_statement_handle, rows).await?;
        Ok(DoPutPreparedStatementResult { prepared_statement_handle: Some(query.prepared_statement_handle) })
    }

    async fn get_flight_info_prepared_statement(
        &self,
        query: CommandPreparedStatementQuery,
        request: Request<FlightDescriptor>,
    ) -> Result<Response<FlightInfo>, Status> {
        let bound = self.sessions.of(&request)?.plan_prepared(&query.prepared_statement_handle).await?;
        info(&bound.schema()?, &query, request)
    }

    async fn do_get_prepared_statement(
        &self,
        query: CommandPreparedStatementQuery,
        request: Request<Ticket>,
    ) -> Result<Response<Rows>, Status> {
        let session = self.sessions.of(&request)?;
        let bound = session.plan_prepared(&query.prepared_statement_handle).await?;
        Ok(streamed(bound.schema()?, bound.run(&session)))
    }

    async fn do_action_close_prepared_statement(
        &self,
        asked: ActionClosePreparedStatementRequest,
        request: Request<Action>,
    ) -> Result<(), Status> {
        self.sessions.of(&request)?.close(&asked.prepared_statement_handle);
        Ok(())
    }

    async fn do_put_statement_update(
        &self,
        _: CommandStatementUpdate,
        request: Request<PeekableFlightDataStream>,
    ) -> Result<i64, Status> {
        self.sessions.of(&request)?;
        only_reads()
    }

    /// Runs a statement with each row of parameters for whoever wants no rows; tells how many there were.
    async fn do_put_prepared_statement_update(
        &self,
        update: CommandPreparedStatementUpdate,
        request: Request<PeekableFlightDataStream>,
    ) -> Result<i64, Status> {
        let session = self.sessions.of(&request)?;
        let handle = update.prepared_statement_handle;
        let rows = request.into_inner().map_err(|error| FlightError::Tonic(Box::new(error)));
        session.bind(&handle, rows).await?;
        let batches = session.plan_prepared(&handle).await?.run(&session);
        let counted = batches.try_fold(0, async |sum, batch| Ok(sum + batch.num_rows())).await;
        let counted = counted.map_err(|error| status(&error))?;
        Ok(i64::try_from(counted).unwrap_or(i64::MAX))
    }

    async fn get_flight_info_catalogs(
        &self,
        query: CommandGetCatalogs,
        request: Request<FlightDescriptor>,
    ) -> Result<Response<FlightInfo>, Status> {
        self.sessions.of(&request)?;
        info(&query.into_builder().schema(), &query, request)
    }

    async fn do_get_catalogs(
        &self,
        query: CommandGetCatalogs,
        request: Request<Ticket>,
    ) -> Result<Response<Rows>, Status> {
        self.sessions.of(&request)?;
        one(metadata::catalogs(query))
    }

    async fn get_flight_info_schemas(
        &self,
        query: CommandGetDbSchemas,
        request: Request<FlightDescriptor>,
    ) -> Result<Response<FlightInfo>, Status> {
        self.sessions.of(&request)?;
        info(&query.clone().into_builder().schema(), &query, request)
    }

    async fn do_get_schemas(
        &self,
        query: CommandGetDbSchemas,
        request: Request<Ticket>,
    ) -> Result<Response<Rows>, Status> {
        self.sessions.of(&request)?;
        one(metadata::schemas(query))
    }

    async fn get_flight_info_tables(
        &self,
        query: CommandGetTables,
        request: Request<FlightDescriptor>,
    ) -> Result<Response<FlightInfo>, Status> {
        self.sessions.of(&request)?;
        info(&query.clone().into_builder().schema(), &query, request)
    }

    async fn do_get_tables(
        &self,
        query: CommandGetTables,
        request: Request<Ticket>,
    ) -> Result<Response<Rows>, Status> {
        let session = self.sessions.of(&request)?;
        one(metadata::tables(&session, query).await)
    }

    async fn get_flight_info_table_types(
        &self,
        query: CommandGetTableTypes,
        request: Request<FlightDescriptor>,
    ) -> Result<Response<FlightInfo>, Status> {
        self.sessions.of(&request)?;
        info(&query.into_builder().schema(), &query, request)
    }

    async fn do_get_table_types(
        &self,
        query: CommandGetTableTypes,
        request: Request<Ticket>,
    ) -> Result<Response<Rows>, Status> {
        self.sessions.of(&request)?;
        one(metadata::table_types(query))
    }

    async fn get_flight_info_sql_info(
        &self,
        query: CommandGetSqlInfo,
        request: Request<FlightDescriptor>,
    ) -> Result<Response<FlightInfo>, Status> {
        self.sessions.of(&request)?;
        info(&self.about.schema(), &query, request)
    }

    async fn do_get_sql_info(
        &self,
        query: CommandGetSqlInfo,
        request: Request<Ticket>,
    ) -> Result<Response<Rows>, Status> {
        self.sessions.of(&request)?;
        one(query.into_builder(&self.about).build())
    }

    async fn get_flight_info_xdbc_type_info(
        &self,
        query: CommandGetXdbcTypeInfo,
        request: Request<FlightDescriptor>,
    ) -> Result<Response<FlightInfo>, Status> {
        self.sessions.of(&request)?;
        info(&self.types.schema(), &query, request)
    }

    async fn do_get_xdbc_type_info(
        &self,
        query: CommandGetXdbcTypeInfo,
        request: Request<Ticket>,
    ) -> Result<Response<Rows>, Status> {
        self.sessions.of(&request)?;
        one(query.into_builder(&self.types).build())
    }

    async fn get_flight_info_primary_keys(
        &self,
        query: CommandGetPrimaryKeys,
        request: Request<FlightDescriptor>,
    ) -> Result<Response<FlightInfo>, Status> {
        self.sessions.of(&request)?;
        info(&keys::PRIMARY, &query, request)
    }

    async fn do_get_primary_keys(
        &self,
        query: CommandGetPrimaryKeys,
        request: Request<Ticket>,
    ) -> Result<Response<Rows>, Status> {
        one(keys::of_table(&*self.sessions.of(&request)?, &query))
    }

    async fn get_flight_info_imported_keys(
        &self,
        query: CommandGetImportedKeys,
        request: Request<FlightDescriptor>,
    ) -> Result<Response<FlightInfo>, Status> {
        self.sessions.of(&request)?;
        info(&keys::FOREIGN, &query, request)
    }

    async fn do_get_imported_keys(
        &self,
        query: CommandGetImportedKeys,
        request: Request<Ticket>,
    ) -> Result<Response<Rows>, Status> {
        one(keys::imported(&*self.sessions.of(&request)?, &query))
    }

    async fn get_flight_info_exported_keys(
        &self,
        query: CommandGetExportedKeys,
        request: Request<FlightDescriptor>,
    ) -> Result<Response<FlightInfo>, Status> {
        self.sessions.of(&request)?;
        info(&keys::FOREIGN, &query, request)
    }

    async fn do_get_exported_keys(
        &self,
        query: CommandGetExportedKeys,
        request: Request<Ticket>,
    ) -> Result<Response<Rows>, Status> {
        one(keys::exported(&*self.sessions.of(&request)?, &query))
    }

    async fn get_flight_info_cross_reference(
        &self,
        query: CommandGetCrossReference,
        request: Request<FlightDescriptor>,
    ) -> Result<Response<FlightInfo>, Status> {
        self.sessions.of(&request)?;
        info(&keys::FOREIGN, &query, request)
    }

    async fn do_get_cross_reference(
        &self,
        query: CommandGetCrossReference,
        request: Request<Ticket>,
    ) -> Result<Response<Rows>, Status> {
        one(keys::between(&*self.sessions.of(&request)?, &query))
    }

    async fn register_sql_info(&self, _: i32, _: &SqlInfo) {}
}
