//! What one of an object's tables is made of, for somebody: files and memory at the bottom, above them the rows and
//! columns that they may see.

use std::{borrow::Cow, collections::HashMap, sync::Arc};

use arrow::{
    array::RecordBatch,
    datatypes::{DataType, SchemaRef},
};
use async_trait::async_trait;
use datafusion::{
    catalog::{MemTable, Session, TableProvider, view::ViewTable},
    common::{Column, DataFusionError, Result, ScalarValue},
    datasource::{
        file_format::parquet::ParquetFormat,
        listing::{ListingOptions, ListingTable, ListingTableConfig, ListingTableUrl},
        provider_as_source,
    },
    logical_expr::{
        Expr, LogicalPlan, LogicalPlanBuilder, TableProviderFilterPushDown, TableType, cast, ident, lit, when,
    },
    physical_plan::ExecutionPlan,
};
use kernel::{ColumnType, Id};
use metadata::{Field, Kind, Object};
use records::{Opened, Sight};

use crate::{
    Warehouse, bounded,
    catalog::{Moment, Shape},
    columns::{self, FROM, TO, days},
    computed,
    functions::{self, Rates},
    manifest::FileEntry,
    members::Members,
    state::Fresh,
    store::Store,
};

/// A view that passes for a table, which it is to whoever asks: tools list tables, and look for columns in them.
#[derive(Debug)]
pub struct Shown(pub ViewTable);

#[async_trait]
impl TableProvider for Shown {
    fn schema(&self) -> SchemaRef {
        self.0.schema()
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    fn get_logical_plan(&self) -> Option<Cow<'_, LogicalPlan>> {
        self.0.get_logical_plan()
    }

    fn supports_filters_pushdown(&self, filters: &[&Expr]) -> Result<Vec<TableProviderFilterPushDown>> {
        self.0.supports_filters_pushdown(filters)
    }

    async fn scan(
        &self,
        session: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        self.0.scan(session, projection, filters, limit).await
    }
}

/// One object's tables, for somebody.
pub struct View<'v> {
    pub warehouse: &'v Warehouse,
    pub moment: &'v Moment,
    pub object: &'v Object,
    pub fresh: &'v Fresh,
    pub sight: &'v Sight,
    /// What may be seen of many-to-many fields, by their positions.
    pub members: &'v HashMap<usize, Arc<Members>>,
}

impl View<'_> {
    /// What the rows of one of its tables are made of.
    pub fn plan(&self, shape: Shape) -> Result<LogicalPlan> {
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
        let stored = provider_as_source(listing(self.warehouse.store(), &files, &self.fresh.schema)?);
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
            self.members_of(position, field, &mut shown)?;
            if field.columns.clone().all(|at| known(&self.object.columns[at].name)) {
                self.derived(position, field, &mut shown)?;
            }
        }
        Ok(shown)
    }

    /// The members of a many-to-many field, as far as lists show them.
    fn members_of(&self, position: usize, field: &Field, shown: &mut Vec<(String, Expr)>) -> Result<()> {
        let Some(seen) = self.members.get(&position) else { return Ok(()) };
        if self.stored_type(&field.name) != Some(columns::data_type(ColumnType::List)) {
            return Ok(());
        }
        let name = format!("members_of_{}_{}", self.object.name, field.name);
        let value = functions::members(&name, seen).call(vec![ident(&field.name)]);
        shown.extend(self.masked(position, value)?.map(|value| (field.name.clone(), value)));
        Ok(())
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
                add("base", self.worth(field, currency)?)?;
            }
            _ => {
                if let Some(currency) = self.currency(field)? {
                    add("currency", when(ident(&field.name).is_not_null(), currency.clone()).end()?)?;
                    add("base", self.worth(field, currency)?)?;
                }
            }
        }
        Ok(())
    }

    /// An amount in the base currency, by the rate of the record's day.
    fn worth(&self, field: &Field, currency: Expr) -> Result<Expr> {
        let worth = functions::to_base(Rates::clone(&self.moment.rates));
        Ok(worth.call(vec![cast(ident(&field.name), functions::AMOUNT), currency, self.day()?]))
    }

    /// The code of the currency of a computed amount that is stored, of which no column tells it.
    fn currency(&self, field: &Field) -> Result<Option<Expr>> {
        let Some(currency) = field.currency.as_ref().filter(|_| !field.columns.is_empty()) else {
            return Ok(None);
        };
        let mut read = currency.own_columns().iter().map(|at| &self.object.columns[*at]);
        match read.all(|read| self.stored_type(&read.name) == Some(columns::data_type(read.column))) {
            true => Ok(Some(computed::of_columns(currency, &self.fresh.schema)?)),
            false => Ok(None),
        }
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
        Ok(bounded::days().call(vec![from, until, one]))
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

/// A table of rows that are in files.
pub fn listing(store: &Store, files: &[&FileEntry], schema: &SchemaRef) -> Result<Arc<dyn TableProvider>> {
    let url = |file: &&FileEntry| ListingTableUrl::parse(store.url(&file.path));
    let urls = files.iter().map(url).collect::<Result<Vec<_>>>()?;
    let options = ListingOptions::new(Arc::new(ParquetFormat::default())).with_file_extension(".parquet");
    let config = ListingTableConfig::new_with_multi_paths(urls)
        .with_listing_options(options)
        .with_schema(Arc::clone(schema));
    Ok(Arc::new(ListingTable::try_new(config)?))
}

/// A table of rows that are in memory.
pub fn memory_table(batch: RecordBatch) -> Result<Arc<dyn TableProvider>> {
    Ok(Arc::new(MemTable::try_new(batch.schema(), vec![vec![batch]])?))
}
