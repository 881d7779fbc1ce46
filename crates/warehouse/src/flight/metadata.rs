//! What the server is, and what is in it, for drivers.

use arrow::{array::RecordBatch, error::ArrowError};
use arrow_flight::{
    error::FlightError,
    sql::{
        CommandGetCatalogs, CommandGetDbSchemas, CommandGetTableTypes, CommandGetTables, Nullable,
        Searchable, SqlInfo, SqlSupportedTransaction, XdbcDataType,
        metadata::{
            SqlInfoData, SqlInfoDataBuilder, XdbcTypeInfo, XdbcTypeInfoData, XdbcTypeInfoDataBuilder,
        },
    },
};
use datafusion::catalog::SchemaProvider;

use super::sessions::Session;
use crate::query::{CATALOG, SCHEMA};

/// What tables are called.
const TABLE: &str = "TABLE";

/// What the server is.
pub fn about() -> Result<SqlInfoData, FlightError> {
    let mut info = SqlInfoDataBuilder::new();
    info.append(SqlInfo::FlightSqlServerName, "Rapport");
    info.append(SqlInfo::FlightSqlServerVersion, env!("CARGO_PKG_VERSION"));
    info.append(SqlInfo::FlightSqlServerArrowVersion, "1.3");
    info.append(SqlInfo::FlightSqlServerReadOnly, true);
    info.append(SqlInfo::FlightSqlServerSql, true);
    info.append(SqlInfo::FlightSqlServerSubstrait, false);
    info.append(SqlInfo::FlightSqlServerTransaction, SqlSupportedTransaction::None as i32);
    info.append(SqlInfo::FlightSqlServerCancel, false);
    info.append(SqlInfo::SqlIdentifierQuoteChar, "\"");
    info.build()
}

/// The types of columns.
pub fn types() -> Result<XdbcTypeInfoData, FlightError> {
    let mut types = XdbcTypeInfoDataBuilder::new();
    for (name, kind, digits, quote) in [
        ("boolean", XdbcDataType::XdbcBit, 1, None),
        ("bigint", XdbcDataType::XdbcBigint, 19, None),
        ("decimal", XdbcDataType::XdbcDecimal, 38, None),
        ("double", XdbcDataType::XdbcDouble, 53, None),
        ("date", XdbcDataType::XdbcDate, 10, Some("'")),
        ("timestamp", XdbcDataType::XdbcTimestamp, 32, Some("'")),
        ("varchar", XdbcDataType::XdbcVarchar, i32::MAX, Some("'")),
    ] {
        types.append(XdbcTypeInfo {
            type_name: name.to_owned(),
            data_type: kind,
            column_size: Some(digits),
            literal_prefix: quote.map(str::to_owned),
            literal_suffix: quote.map(str::to_owned),
            nullable: Nullable::NullabilityNullable,
            case_sensitive: true,
            searchable: Searchable::Full,
            sql_data_type: kind,
            ..XdbcTypeInfo::default()
        });
    }
    types.build()
}

pub fn catalogs(asked: CommandGetCatalogs) -> Result<RecordBatch, FlightError> {
    let mut catalogs = asked.into_builder();
    catalogs.append(CATALOG);
    catalogs.build()
}

pub fn schemas(asked: CommandGetDbSchemas) -> Result<RecordBatch, FlightError> {
    let mut schemas = asked.into_builder();
    schemas.append(CATALOG, SCHEMA);
    schemas.build()
}

pub fn table_types(asked: CommandGetTableTypes) -> Result<RecordBatch, FlightError> {
    let mut types = asked.into_builder();
    types.append(TABLE);
    types.build()
}

/// The tables that somebody sees, with their columns where those are wanted.
pub async fn tables(session: &Session, asked: CommandGetTables) -> Result<RecordBatch, FlightError> {
    let with_columns = asked.include_schema;
    let mut builder = asked.into_builder();
    for name in session.guest.tables.table_names() {
        let columns = match with_columns {
            true => {
                session.guest.tables.table(&name).await.map_err(ArrowError::from)?.map(|table| table.schema())
            }
            false => None,
        };
        let columns = columns.unwrap_or_else(|| std::sync::Arc::new(arrow::datatypes::Schema::empty()));
        builder.append(CATALOG, SCHEMA, &name, TABLE, &columns)?;
    }
    builder.build()
}
