//! What tools ask of PostgreSQL's own catalogue before they ask anything else: tables, columns, types, keys.

use std::{collections::HashMap, sync::Arc};

use arrow::{
    array::{Array, BooleanArray, StringArray},
    datatypes::DataType,
};
use async_trait::async_trait;
use datafusion::{
    catalog::{SchemaProvider, TableProvider, view::ViewTable},
    common::{DataFusionError, Result as Outcome, ScalarValue},
    logical_expr::{
        ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility, create_udf,
    },
    prelude::SessionContext,
};
use datafusion_postgres::datafusion_pg_catalog::{
    pg_catalog::context::EmptyContextProvider, setup_pg_catalog,
};

use super::{
    activity::{self, ACTIVITY},
    keys::{self, KEY_OID},
    stopping::Stop,
};
use crate::{Error, catalog::Catalog, query::CATALOG};

const PG_CATALOG: &str = "pg_catalog";
/// What tools take this for: they look at the number to know what they may ask.
pub const NUMBER: &str = "16.3";

/// Functions that answer the same to everything.
const TRUE: [&str; 6] = [
    "pg_function_is_visible",
    "pg_type_is_visible",
    "pg_collation_is_visible",
    "pg_operator_is_visible",
    "pg_opclass_is_visible",
    "has_column_privilege",
];
const NOTHING: [&str; 10] = [
    "current_setting",
    "pg_get_function_identity_arguments",
    "pg_get_function_result",
    "pg_get_function_arguments",
    "pg_get_viewdef",
    "pg_get_triggerdef",
    "pg_get_serial_sequence",
    "obj_description",
    "col_description",
    "shobj_description",
];

/// Puts `pg_catalog` into a session, with the keys of its tables.
///
/// # Errors
/// [`Error::Query`] when a table of it cannot be made.
pub async fn add(context: &SessionContext, tables: &Arc<Catalog>, stop: &Arc<Stop>) -> Result<(), Error> {
    setup_pg_catalog(context, CATALOG, EmptyContextProvider).map_err(|error| Error::from(*error))?;
    let answer =
        |name: &str, value: ScalarValue| context.register_udf(ScalarUDF::from(Constant::new(name, value)));
    TRUE.iter().for_each(|name| answer(name, ScalarValue::Boolean(Some(true))));
    NOTHING.iter().for_each(|name| answer(name, ScalarValue::Utf8(None)));
    context.register_udf(super::intervals::interval_times());
    // Of types that are not there, drivers ask by their names.
    answer("to_regtype", ScalarValue::Int32(None));
    let version = format!("PostgreSQL {NUMBER} (Rapport {})", env!("CARGO_PKG_VERSION"));
    answer("version", ScalarValue::from(version.as_str()));
    // Every key is of one column.
    answer("pg_get_indexdef", ScalarValue::from("id"));
    answer("pg_is_in_recovery", ScalarValue::Boolean(Some(false)));
    context.register_udf(has_key(tables));
    let mut own: HashMap<&'static str, Arc<dyn TableProvider>> = HashMap::new();
    own.insert(ACTIVITY, Arc::new(activity::add(context, tables, stop)));
    own.insert(keys::TABLE, Arc::new(keys::table(tables)));
    let missing = || Error::Query("pg_catalog is missing".to_owned());
    let catalog = context.catalog(CATALOG).ok_or_else(missing)?;
    let shipped = catalog.schema(PG_CATALOG).ok_or_else(missing)?;
    let shown: Arc<dyn SchemaProvider> =
        Arc::new(Catalogue { shipped: Arc::clone(&shipped), own: own.clone() });
    catalog.register_schema(PG_CATALOG, shown)?;
    for (name, sql) in [
        ("pg_index", keys::indexes()),
        ("pg_constraint", keys::constraints()),
        ("pg_class", classes()),
        ("pg_attribute", attributes()),
        ("pg_settings", settings()),
    ]
    .into_iter()
    .chain(keys::of_the_standard())
    {
        let plan = context.state().create_logical_plan(&sql).await?;
        own.insert(name, Arc::new(ViewTable::new(plan, None)));
    }
    catalog.register_schema(PG_CATALOG, Arc::new(Catalogue { shipped, own }))?;
    Ok(())
}

/// Takes `pg_catalog` out of a session again. What comes with the protocol holds on to the list of catalogues that it is in:
/// without this, nothing of the session would ever be given back.
pub fn remove(context: &SessionContext) {
    if let Some(catalog) = context.catalog(CATALOG) {
        let removed = catalog.deregister_schema(PG_CATALOG, true);
        debug_assert!(removed.is_ok());
    }
}

/// What is a table, with what drivers ask besides, and the index behind the key of each. psql looks for foreign keys where
/// there are triggers.
fn classes() -> String {
    let more = "cast(null as text[]) as reloptions, cast(null as text) as relacl";
    format!(
        "select * replace (true as relhastriggers), {more} from {CATALOG}.pg_catalog.pg_class
         union all
         select * replace (cast(oid + {KEY_OID} as int) as oid, relname || '_pkey' as relname, 'i' as relkind,
            cast(403 as int) as relam, cast(1 as smallint) as relnatts, false as relhasindex), {more}
         from {CATALOG}.pg_catalog.pg_class where has_key(relname)"
    )
}

/// The columns of tables, and of the index behind the key of each.
fn attributes() -> String {
    format!(
        "select * from {CATALOG}.pg_catalog.pg_attribute
         union all
         select * replace (cast(attrelid + {KEY_OID} as int) as attrelid, cast(1 as smallint) as attnum)
         from {CATALOG}.pg_catalog.pg_attribute
         where attname = 'id' and attrelid in (select oid from {CATALOG}.pg_catalog.pg_class where has_key(relname))"
    )
}

/// What is set that drivers ask for.
fn settings() -> String {
    "select 'max_index_keys' as name, '32' as setting, cast(null as text) as unit".to_owned()
}

/// Whether a table has one row for each `id`.
fn has_key(tables: &Arc<Catalog>) -> ScalarUDF {
    let tables = Arc::clone(tables);
    let answer = move |arguments: &[ColumnarValue]| {
        let names = ColumnarValue::values_to_arrays(arguments)?;
        let names: Option<&StringArray> = names.first().and_then(|names| names.as_any().downcast_ref());
        let names = names.ok_or_else(|| DataFusionError::Execution("no names".to_owned()))?;
        let has: BooleanArray = names.iter().map(|name| name.map(|name| tables.has_key(name))).collect();
        Ok(ColumnarValue::Array(Arc::new(has)))
    };
    create_udf("has_key", vec![DataType::Utf8], DataType::Boolean, Volatility::Volatile, Arc::new(answer))
}

/// The catalogue that comes with the protocol, with tables of our own in front.
#[derive(Debug)]
struct Catalogue {
    shipped: Arc<dyn SchemaProvider>,
    own: HashMap<&'static str, Arc<dyn TableProvider>>,
}

#[async_trait]
impl SchemaProvider for Catalogue {
    fn table_names(&self) -> Vec<String> {
        self.shipped.table_names()
    }

    async fn table(&self, name: &str) -> Outcome<Option<Arc<dyn TableProvider>>> {
        match self.own.get(name) {
            Some(table) => Ok(Some(Arc::clone(table))),
            None => self.shipped.table(name).await,
        }
    }

    fn table_exist(&self, name: &str) -> bool {
        self.own.contains_key(name) || self.shipped.table_exist(name)
    }
}

/// A function that answers the same to everything.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Constant {
    name: String,
    value: ScalarValue,
    signature: Signature,
}

impl Constant {
    fn new(name: &str, value: ScalarValue) -> Constant {
        let any = vec![
            datafusion::logical_expr::TypeSignature::Nullary,
            datafusion::logical_expr::TypeSignature::VariadicAny,
        ];
        Constant { name: name.to_owned(), value, signature: Signature::one_of(any, Volatility::Immutable) }
    }
}

impl ScalarUDFImpl for Constant {
    fn name(&self) -> &str {
        &self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Outcome<DataType> {
        Ok(self.value.data_type())
    }

    fn invoke_with_args(&self, _: ScalarFunctionArgs) -> Outcome<ColumnarValue> {
        Ok(ColumnarValue::Scalar(self.value.clone()))
    }
}
