//! Asking: one statement of SQL that reads, within limits of time and memory, by somebody with their rights.

use std::sync::Arc;

use arrow::{array::RecordBatch, datatypes::SchemaRef};
use datafusion::{
    catalog::{CatalogProvider, MemoryCatalogProvider},
    dataframe::DataFrame,
    execution::{SessionStateBuilder, context::SQLOptions},
    prelude::{SessionConfig, SessionContext},
};
use metadata::definition::TableKind;
use records::Principal;

use crate::{
    Cancel, Error, Warehouse, bounded,
    bounds::{Bounds, rows},
    catalog::Catalog,
    columns::days,
    cores::cores,
    deadline::Deadline,
    functions::Rates,
    guard, places,
};

/// The names that tables are reached by besides their own: `rapport.public.deal`.
pub const CATALOG: &str = "rapport";
pub const SCHEMA: &str = "public";

/// Whether somebody reads an object at all, whatever their rights.
pub type Scope = Arc<dyn Fn(&str) -> bool + Send + Sync>;

/// Who asks, and what of.
#[derive(Clone)]
pub struct Asking {
    pub who: Principal,
    /// Objects that a token is limited to; all without.
    pub scope: Option<Scope>,
}

impl Asking {
    pub const fn of(who: Principal) -> Asking {
        Asking { who, scope: None }
    }
}

/// An answer, whole.
#[derive(Clone, Debug)]
pub struct Answer {
    pub schema: SchemaRef,
    pub batches: Vec<RecordBatch>,
    /// Whether rows beyond the limit were left out.
    pub cut: bool,
}

impl Answer {
    pub fn rows(&self) -> usize {
        self.batches.iter().map(RecordBatch::num_rows).sum()
    }
}

impl Warehouse {
    /// A session for somebody, with the catalogue that they see, whose queries run on all cores.
    pub fn session(self: &Arc<Warehouse>, asking: &Asking) -> (SessionContext, Arc<Catalog>) {
        self.session_of(asking, cores())
    }

    pub(crate) fn session_of(
        self: &Arc<Warehouse>,
        asking: &Asking,
        partitions: usize,
    ) -> (SessionContext, Arc<Catalog>) {
        let config = SessionConfig::new()
            .with_default_catalog_and_schema(CATALOG, SCHEMA)
            .with_information_schema(true)
            .with_sort_spill_reservation_bytes((self.options.memory / 64).min(10 << 20))
            .with_create_default_catalog_and_schema(false)
            .with_target_partitions(partitions);
        let mut state = SessionStateBuilder::new()
            .with_config(config)
            .with_runtime_env(Arc::clone(&self.environment))
            .with_default_features();
        if let Some(cluster) = &self.cluster {
            state = cluster.of_session(state, partitions);
        }
        let state = state.with_physical_optimizer_rule(Arc::new(Deadline(self.options.patience))).build();
        let context = SessionContext::new_with_state(state);
        places::functions().into_iter().for_each(|function| context.register_udf(function));
        bounded::bound(&context);
        let tables = Arc::new(Catalog::new(self, asking.clone()));
        let catalog = MemoryCatalogProvider::new();
        // A catalogue in memory takes any schema.
        let registered = catalog.register_schema(SCHEMA, Arc::clone(&tables) as _);
        debug_assert!(registered.is_ok());
        context.register_catalog(CATALOG, Arc::new(catalog));
        (context, tables)
    }

    /// Runs one statement and waits for its answer of at most `limit` rows. Blocking: not for a thread of an executor.
    ///
    /// # Errors
    /// [`Error::Query`] when the statement does not parse, names what is not there or does anything but read;
    /// [`Error::Limit`] when it takes too much time, [`Error::Memory`]; [`Error::Cancelled`].
    pub fn query(
        self: &Arc<Warehouse>,
        asking: &Asking,
        sql: &str,
        limit: usize,
        cancel: &Cancel,
    ) -> Result<Answer, Error> {
        self.freshen()?;
        let bounds = Bounds::new(self.options.patience, cancel);
        self.within_memory(
            asking,
            |error| Some(error),
            |session, _| {
                let (session, sql) = (session.clone(), sql.to_owned());
                bounds.hold(&self.runtime(), async move {
                    let frame = plan(&session, &sql).await?;
                    let schema = Arc::clone(frame.schema().inner());
                    let (batches, cut) = rows(frame, limit).await?;
                    Ok(Answer { schema, batches, cut })
                })
            },
        )
    }

    /// The exchange rates that are known.
    pub(crate) fn rates(&self) -> Rates {
        let base = self.engine.currency().code().to_owned();
        let registry = self.engine.registry();
        let mut rates = Rates { base, ..Rates::default() };
        let Some(object) =
            registry.object("exchange_rate").filter(|object| object.star.kind != TableKind::None)
        else {
            return rates;
        };
        let read = self.engine.read(&Principal::system(), |reader| {
            let mut after = None;
            loop {
                let rows = reader.whole_rows_after(object, after, 5_000)?;
                let Some(last) = rows.last() else { return Ok::<_, records::Error>(()) };
                after = last[metadata::Object::ID].as_id();
                for row in rows {
                    let get = |name: &str| object.field(name).map(|field| &row[field.columns.start]);
                    let known = || {
                        Some((
                            get("currency")?.as_text()?,
                            get("day")?.as_date()?,
                            get("rate")?.as_decimal()?,
                        ))
                    };
                    let standing = get("deleted_at").is_some_and(kernel::Value::is_null);
                    if let Some((currency, day, rate)) = known().filter(|_| standing) {
                        rates.rates.entry(currency.to_ascii_uppercase()).or_default().insert(days(day), rate);
                    }
                }
            }
        });
        if let Err(error) = read {
            tracing::warn!(%error, "exchange rates cannot be read");
        }
        rates
    }
}

/// What a statement means, if it does nothing but read, and is no longer than people write them.
pub async fn plan(context: &SessionContext, sql: &str) -> Result<DataFrame, Error> {
    guard::check_text(sql)?;
    plan_own(context, sql).await
}

/// As [`plan`], of a statement that we have written.
pub async fn plan_own(context: &SessionContext, sql: &str) -> Result<DataFrame, Error> {
    let reading = SQLOptions::new().with_allow_ddl(false).with_allow_dml(false).with_allow_statements(false);
    let frame = context.sql_with_options(sql, reading).await?;
    guard::check(frame.logical_plan())?;
    Ok(frame)
}
