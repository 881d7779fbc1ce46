//! The tables that somebody sees: those of the objects they may read, with the rows and columns that they may see.
//!
//! Every table is a view. At its bottom are the files and what is in memory; above them the rows that
//! [`records::Reader::sight`] opens and the columns that it shows. There is no way around it: nothing but these views
//! is in the catalogue of a session.
//!
//! For an object `deal`: `deal`, what is; `deal_history`, every version with `valid_from` and `valid_to`;
//! `deal_daily`, where the definition wants it, how open ones stood at the end of each day. Besides them `calendar`.

use std::{collections::HashMap, sync::Arc};

use arrow::{
    array::RecordBatch,
    datatypes::{DataType, SchemaRef},
};
use async_trait::async_trait;
use datafusion::{
    catalog::{MemTable, SchemaProvider, TableProvider, view::ViewTable},
    common::{Column, DataFusionError, Result, ScalarValue},
    datasource::{
        file_format::parquet::ParquetFormat,
        listing::{ListingOptions, ListingTable, ListingTableConfig, ListingTableUrl},
        provider_as_source,
    },
    functions_nested::range::range_udf,
    logical_expr::{Expr, LogicalPlan, LogicalPlanBuilder, ident, lit, when},
};
use kernel::Id;
use metadata::{Field, Kind, Object, Registry};
use parking_lot::{Mutex, RwLock};
use records::{Opened, Sight};

use crate::{
    Asking, Warehouse,
    columns::{self, FROM, TO, days},
    feed,
    functions::{self, Rates},
    manifest::FileEntry,
    state::{Fresh, State},
    warehouse::STORE_URL,
};

/// What the tables of an object are called after its name.
const HISTORY: &str = "_history";
const DAILY: &str = "_daily";
/// The date dimension.
const CALENDAR: &str = "calendar";

/// The tables of one session.
pub struct Catalog {
    warehouse: Arc<Warehouse>,
    asking: RwLock<Asking>,
    /// The state that all tables of a query are read from; taken anew by [`Catalog::look_again`].
    moment: Mutex<Moment>,
}

#[derive(Clone)]
struct Moment {
    state: Arc<State>,
    rates: Arc<Rates>,
    views: HashMap<String, Arc<dyn TableProvider>>,
}

/// Which of an object's tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    Current,
    History,
    Daily,
}

impl std::fmt::Debug for Catalog {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Catalog")
    }
}

impl Catalog {
    pub fn new(warehouse: &Arc<Warehouse>, asking: Asking) -> Catalog {
        let moment = Moment::now(warehouse);
        Catalog { warehouse: Arc::clone(warehouse), asking: RwLock::new(asking), moment: Mutex::new(moment) }
    }

    /// Forgets what the tables were and who asks: for a session of several queries, before each.
    pub fn look_again(&self, asking: Asking) {
        *self.asking.write() = asking;
        *self.moment.lock() = Moment::now(&self.warehouse);
    }

    /// The columns of a table, if it is there.
    pub fn schema_of(&self, name: &str) -> Option<SchemaRef> {
        self.build(name).ok().flatten().map(|table| table.schema())
    }

    /// The object and table behind a name.
    fn find(&self, name: &str) -> Option<(Arc<Object>, Shape)> {
        let registry = self.warehouse.engine.registry();
        named(&registry, name).filter(|(object, _)| self.may_read(object))
    }

    fn may_read(&self, object: &Object) -> bool {
        let asking = self.asking.read();
        if asking.scope.as_ref().is_some_and(|allows| !allows(&object.name)) {
            return false;
        }
        let access = &asking.who.access;
        let open = |name: &str| access.may(name, records::Action::Read);
        match object.part_of {
            Some(link) if access.grants(&object.name).is_empty() => {
                object.fields[link].kind.targets().iter().any(|parent| open(parent))
            }
            _ => open(&object.name),
        }
    }

    fn build(&self, name: &str) -> Result<Option<Arc<dyn TableProvider>>> {
        let moment = self.moment.lock().clone();
        if let Some(view) = moment.views.get(name) {
            return Ok(Some(Arc::clone(view)));
        }
        let view: Arc<dyn TableProvider> = match self.find(name) {
            Some((object, shape)) => {
                let who = self.asking.read().who.clone();
                let sight = self.warehouse.engine.read(&who, |reader| reader.sight(&object));
                let sight = match sight {
                    Ok(sight) => sight,
                    Err(records::Error::Denied(_) | records::Error::NotFound) => return Ok(None),
                    Err(error) => return Err(DataFusionError::External(Box::new(error))),
                };
                let Some(fresh) = moment.state.tables.get(&object.name) else { return Ok(None) };
                let view = View {
                    warehouse: &self.warehouse,
                    moment: &moment,
                    object: &object,
                    fresh,
                    sight: &sight,
                };
                Arc::new(ViewTable::new(view.plan(shape)?, None))
            }
            None if name == CALENDAR => {
                let calendar = crate::calendar::calendar(self.warehouse.options.fiscal_year_begins)
                    .map_err(|error| DataFusionError::External(Box::new(error)))?;
                memory_table(calendar)?
            }
            None => return Ok(None),
        };
        self.moment.lock().views.insert(name.to_owned(), Arc::clone(&view));
        Ok(Some(view))
    }
}

/// The object whose table, history or daily states have a name.
pub fn object_of(registry: &Registry, table: &str) -> Option<String> {
    named(registry, table).map(|(object, _)| object.name.clone())
}

fn named(registry: &Registry, table: &str) -> Option<(Arc<Object>, Shape)> {
    let object = |name: &str| feed::objects(registry).find(|object| object.name == name).cloned();
    object(table).map(|object| (object, Shape::Current)).or_else(|| {
        let with = |ending: &str, shape| object(table.strip_suffix(ending)?).map(|object| (object, shape));
        with(HISTORY, Shape::History)
            .or_else(|| with(DAILY, Shape::Daily).filter(|(object, _)| object.star.daily))
    })
}

impl Moment {
    fn now(warehouse: &Arc<Warehouse>) -> Moment {
        let state = warehouse.state();
        let rates = Arc::new(warehouse.rates());
        Moment { state, rates, views: HashMap::new() }
    }
}

#[async_trait]
impl SchemaProvider for Catalog {
    fn table_names(&self) -> Vec<String> {
        let registry = self.warehouse.engine.registry();
        let mut names: Vec<String> = Vec::new();
        for object in feed::objects(&registry).filter(|object| self.may_read(object)) {
            names.push(object.name.clone());
            names.push(format!("{}{HISTORY}", object.name));
            if object.star.daily {
                names.push(format!("{}{DAILY}", object.name));
            }
        }
        if !names.iter().any(|name| name == CALENDAR) {
            names.push(CALENDAR.to_owned());
        }
        names
    }

    async fn table(&self, name: &str) -> Result<Option<Arc<dyn TableProvider>>> {
        tokio::task::block_in_place(|| self.build(name))
    }

    fn table_exist(&self, name: &str) -> bool {
        self.find(name).is_some() || name == CALENDAR
    }
}

/// One object's tables, for somebody.
struct View<'v> {
    warehouse: &'v Warehouse,
    moment: &'v Moment,
    object: &'v Object,
    fresh: &'v Fresh,
    sight: &'v Sight,
}

impl View<'_> {
    fn plan(&self, shape: Shape) -> Result<LogicalPlan> {
        let mut plan = self.versions(false)?;
        if shape != Shape::Current {
            plan = plan.union(self.versions(true)?.build()?)?;
        }
        if let Opened::Only(ids) = &self.sight.rows {
            plan = plan.filter(self.permitted("permitted", ids).call(vec![ident("id")]))?;
        }
        let mut shown = self.columns()?;
        let name = |wanted: &str| match shown.iter().any(|(name, _)| name == wanted) {
            true => format!("record_{wanted}"),
            false => wanted.to_owned(),
        };
        match shape {
            Shape::Current => {}
            Shape::History => {
                let period = [(name("valid_from"), ident(FROM)), (name("valid_to"), ident(TO))];
                shown.extend(period);
            }
            Shape::Daily => {
                let day = (name("day"), self.days_of_version()?);
                plan = plan.filter(self.is_open())?;
                shown.insert(0, day);
            }
        }
        let list = shown.first().filter(|_| shape == Shape::Daily).map(|(name, _)| name.clone());
        let mut plan = plan.project(shown.into_iter().map(|(name, value)| value.alias(name)))?;
        if let Some(day) = list {
            plan = plan.unnest_column(Column::from_name(day))?;
        }
        plan.build()
    }

    /// The versions that are true, or those that were.
    fn versions(&self, past: bool) -> Result<LogicalPlanBuilder> {
        let table = &self.object.name;
        let batches = self.fresh.batches().map_err(|error| DataFusionError::External(Box::new(error)))?;
        let batch = if past { &batches.past } else { &batches.current };
        let fresh = provider_as_source(memory_table(batch.clone())?);
        let fresh = LogicalPlanBuilder::scan(table.as_str(), fresh, None)?;
        let months =
            self.moment.state.manifest.tables.get(table).into_iter().flat_map(|entry| entry.months.values());
        let files: Vec<&FileEntry> = months
            .filter_map(|month| if past { month.past.as_ref() } else { month.current.as_ref() })
            .collect();
        if files.is_empty() {
            return Ok(fresh);
        }
        let stored = provider_as_source(self.listing(&files)?);
        let mut stored = LogicalPlanBuilder::scan(table.as_str(), stored, None)?;
        if !batches.touched.is_empty() {
            let untouched = functions::untouched(table, &batches.touched);
            stored = stored.filter(untouched.call(vec![ident("id")]))?;
        }
        if batch.num_rows() == 0 {
            return Ok(stored);
        }
        stored.union(fresh.build()?)
    }

    fn listing(&self, files: &[&FileEntry]) -> Result<Arc<dyn TableProvider>> {
        let url = |file: &&FileEntry| ListingTableUrl::parse(format!("{STORE_URL}/{}", file.path));
        let urls = files.iter().map(url).collect::<Result<Vec<_>>>()?;
        let options = ListingOptions::new(Arc::new(ParquetFormat::default())).with_file_extension(".parquet");
        let config = ListingTableConfig::new_with_multi_paths(urls)
            .with_listing_options(options)
            .with_schema(Arc::clone(&self.fresh.schema));
        Ok(Arc::new(ListingTable::try_new(config)?))
    }

    /// The columns that may be seen, each by its name, with what is derived from them beside them.
    fn columns(&self) -> Result<Vec<(String, Expr)>> {
        let mut shown: Vec<(String, Expr)> = vec![("id".to_owned(), ident("id"))];
        let known = |name: &str| self.fresh.columns.iter().any(|column| column.name == name);
        shown.push(("version".to_owned(), ident("version")));
        if let Some(title) = self.masked_by(self.object.title.iter().copied(), ident("title"))? {
            shown.push(("title".to_owned(), title));
        }
        for (position, field) in self.object.fields.iter().enumerate() {
            if field.name == "deleted_at" {
                continue;
            }
            for column in &self.object.columns[field.columns.clone()] {
                // A column that has another type now, or another name, shows when the files have followed.
                let stands = known(&column.name)
                    && self.stored_type(&column.name) == Some(columns::data_type(column.column));
                if stands && let Some(value) = self.masked(position, ident(&column.name))? {
                    shown.push((column.name.clone(), value));
                }
            }
            if field.columns.clone().all(|at| known(&self.object.columns[at].name)) {
                self.derived(position, field, &mut shown)?;
            }
        }
        Ok(shown)
    }

    fn stored_type(&self, name: &str) -> Option<DataType> {
        self.fresh.schema.field_with_name(name).ok().map(|field| field.data_type().clone())
    }

    /// What options stand for, and amounts in the base currency.
    fn derived(&self, position: usize, field: &Field, shown: &mut Vec<(String, Expr)>) -> Result<()> {
        let mut add = |ending: &str, value: Expr| -> Result<()> {
            let name = format!("{}_{ending}", field.name);
            let taken = self.object.columns.iter().any(|column| column.name == name);
            if !taken && let Some(value) = self.masked(position, value)? {
                shown.push((name, value));
            }
            Ok(())
        };
        match &field.kind {
            Kind::Choice(choice) => {
                if choice.options.iter().any(|option| option.outcome.is_some()) {
                    add("outcome", outcome(field)?)?;
                }
                let chances = choice.options.iter().filter_map(|option| {
                    let chance: i64 = option.probability?.to_string().parse().ok()?;
                    Some((option.name.clone(), lit(chance)))
                });
                let chances: Vec<_> = chances.collect();
                if !chances.is_empty() {
                    add("probability", by_option(field, chances, ScalarValue::Int64(None))?)?;
                }
            }
            Kind::Money => {
                let currency = ident(format!("{}_currency", field.name));
                let worth = functions::to_base(Rates::clone(&self.moment.rates));
                add("base", worth.call(vec![ident(&field.name), currency, self.day()?]))?;
            }
            _ => {}
        }
        Ok(())
    }

    /// The day on which a record counts, as far as that may be seen; else the one on which it was made.
    fn day(&self) -> Result<Expr> {
        let local_day = functions::local_day(self.warehouse.options.zone.clone());
        let made = local_day.call(vec![ident("created_at")]);
        let Some(position) = self.object.star.date else { return Ok(made) };
        let field = &self.object.fields[position];
        let Some(value) = self.masked(position, ident(&field.name))? else { return Ok(made) };
        let day = match field.kind {
            Kind::Date => value,
            _ => local_day.call(vec![value]),
        };
        Ok(datafusion::functions::expr_fn::coalesce(vec![day, made]))
    }

    /// A value that is made of a field, where the field may be seen.
    fn masked(&self, position: usize, value: Expr) -> Result<Option<Expr>> {
        self.masked_by([position], value)
    }

    /// A value that is made of several fields, where all of them may be seen.
    fn masked_by(&self, positions: impl IntoIterator<Item = usize>, value: Expr) -> Result<Option<Expr>> {
        let mut value = value;
        for position in positions {
            match self.sight.of_field(position) {
                None => return Ok(None),
                Some(Opened::All) => {}
                Some(Opened::Only(ids)) => {
                    let name = format!("shows_{}", self.object.fields[position].name);
                    let shows = self.permitted(&name, &ids).call(vec![ident("id")]);
                    value = when(shows, value).end()?;
                }
            }
        }
        Ok(Some(value))
    }

    fn permitted(
        &self,
        what: &str,
        ids: &std::collections::HashSet<Id>,
    ) -> datafusion::logical_expr::ScalarUDF {
        functions::permitted(&format!("{what}_{}", self.object.name), ids.clone())
    }

    /// The days at whose end a version was true; today counts as it is.
    fn days_of_version(&self) -> Result<Expr> {
        let local_day = functions::local_day(self.warehouse.options.zone.clone());
        let today = self.warehouse.options.zone.to_datetime(self.warehouse.engine.clock().now()).date();
        let tomorrow = lit(ScalarValue::Date32(Some(days(today) + 1)));
        let from = local_day.call(vec![ident(FROM)]);
        let until = datafusion::functions::expr_fn::coalesce(vec![local_day.call(vec![ident(TO)]), tomorrow]);
        let one = lit(ScalarValue::new_interval_mdn(0, 1, 0));
        Ok(range_udf().call(vec![from, until, one]))
    }

    /// Whether nothing that a choice says has ended the record.
    fn is_open(&self) -> Expr {
        let ending = |field: &&Field| {
            field
                .kind
                .choice()
                .is_some_and(|choice| choice.options.iter().any(|option| option.outcome.is_some()))
        };
        let choices =
            self.object.fields.iter().filter(|field| matches!(field.kind, Kind::Choice(_))).filter(ending);
        let open = choices.map(|field| {
            let ends: Vec<Expr> = field
                .kind
                .choice()
                .into_iter()
                .flat_map(|choice| &choice.options)
                .filter(|option| option.outcome.is_some())
                .map(|option| lit(option.name.as_str()))
                .collect();
            ident(&field.name).is_null().or(ident(&field.name).in_list(ends, true))
        });
        open.reduce(Expr::and).unwrap_or_else(|| lit(true))
    }
}

fn outcome(field: &Field) -> Result<Expr> {
    let options = field.kind.choice().into_iter().flat_map(|choice| &choice.options);
    let outcomes = options.filter_map(|option| Some((option.name.clone(), lit(option.outcome?.as_str()))));
    by_option(field, outcomes.collect(), ScalarValue::Utf8(None))
}

fn by_option(field: &Field, options: Vec<(String, Expr)>, none: ScalarValue) -> Result<Expr> {
    let mut options = options.into_iter();
    let Some((name, value)) = options.next() else { return Ok(lit(none)) };
    let mut case = when(ident(&field.name).eq(lit(name)), value);
    for (name, value) in options {
        case.when(ident(&field.name).eq(lit(name)), value);
    }
    case.end()
}

fn memory_table(batch: RecordBatch) -> Result<Arc<dyn TableProvider>> {
    Ok(Arc::new(MemTable::try_new(batch.schema(), vec![vec![batch]])?))
}
