//! Cubes over files: a session of its own with one table in it, and no workspace.

use std::{
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use arrow::datatypes::{DataType, TimeUnit};
use cube::{Calendar, Content, Engine, Opened, Relation, Source};
use datafusion::{
    catalog::{MemTable, TableProvider, view::ViewTable},
    datasource::{
        file_format::parquet::ParquetFormat,
        listing::{ListingOptions, ListingTable, ListingTableConfig, ListingTableUrl},
        provider_as_source,
    },
    logical_expr::{Expr, LogicalPlanBuilder, cast, ident, lit},
    prelude::{SessionConfig, SessionContext},
};
use expr::{Catalog, Field};
use jiff::tz::TimeZone;
use kernel::ColumnType;

use super::{engine::Running, functions, stars::of_column};
use crate::{Cancel, Error, bounds::Bounds, columns::data_type};

/// What statements call a file.
const ROWS: &str = "rows";
/// How long a question about a file may take: whoever asks stops it.
const PATIENCE: Duration = Duration::from_secs(7 * 24 * 3_600);
/// How often it is looked whether they have.
const LOOK: Duration = Duration::from_millis(100);

/// Opens files for questions on so many cores, with years that go like those of `calendar`; `stop` ends these.
///
/// # Errors
/// When a file cannot be read, as a sentence.
pub fn open(
    source: Source,
    calendar: Calendar,
    threads: usize,
    stop: Arc<AtomicBool>,
) -> Result<Opened, String> {
    let opened = || -> Result<Opened, Error> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(threads.max(1))
            .enable_all()
            .build()?;
        let context =
            SessionContext::new_with_config(SessionConfig::new().with_target_partitions(threads.max(1)));
        functions::register(&context, calendar, &TimeZone::UTC);
        let table = match source.content {
            Content::Parquet(paths) => runtime.block_on(parquet(&context, &paths))?,
            Content::Rows(batch) => Arc::new(MemTable::try_new(batch.schema(), vec![vec![batch]])?),
        };
        let (view, columns) = view(table, &source.several)?;
        context.register_table(ROWS, view)?;
        let cancel = Cancel::default();
        runtime.spawn(stopping(stop, cancel.clone()));
        let names = columns.iter().map(|own| (own.called.clone(), own.named.clone())).collect();
        let run = move |statement: &expr::sql::Sql, limit: usize| {
            let running = Running {
                context: &context,
                runtime: runtime.handle().clone(),
                bounds: &Bounds::new(PATIENCE, &cancel),
            };
            running.rows(statement, limit).map_err(|error| error.to_string())
        };
        let relation = Relation::new(ROWS, Box::new(Columns(columns)));
        Ok(Opened { relation, columns: names, run: Box::new(run) })
    };
    opened().map_err(|error| error.to_string())
}

/// The names under which somebody may mean a column: its own, and how expressions write it.
struct Named {
    called: String,
    /// A name that expressions can say.
    named: String,
    /// Its name in statements.
    column: String,
    kind: DataType,
}

/// The columns as fields.
struct Columns(Vec<Named>);

impl Catalog for Columns {
    fn field(&self, _: &str, name: &str) -> Option<Field> {
        let exact = self.0.iter().find(|own| own.called == name || own.named == name);
        let folded = |own: &&Named| own.named.eq_ignore_ascii_case(name);
        let own = exact.or_else(|| self.0.iter().find(folded))?;
        of_column(&own.column, &own.kind)
    }

    fn field_names(&self, _: &str) -> Vec<String> {
        self.0.iter().map(|own| own.named.clone()).collect()
    }

    fn table(&self, name: &str) -> Option<Arc<str>> {
        (name == ROWS).then(|| ROWS.into())
    }
}

async fn parquet(context: &SessionContext, paths: &[PathBuf]) -> Result<Arc<dyn TableProvider>, Error> {
    let url = |path: &PathBuf| {
        let path = std::path::absolute(path)?;
        let url = url::Url::from_file_path(&path)
            .map_err(|()| Error::Files(format!("{} is no path of a file", path.display())))?;
        Ok::<_, Error>(ListingTableUrl::parse(url.as_str())?)
    };
    let urls = paths.iter().map(url).collect::<Result<Vec<_>, _>>()?;
    let options = ListingOptions::new(Arc::new(ParquetFormat::default())).with_file_extension("");
    let config = ListingTableConfig::new_with_multi_paths(urls).with_listing_options(options);
    let config = config.infer_schema(&context.state()).await?;
    Ok(Arc::new(ListingTable::try_new(config)?))
}

/// The table under names that statements can write, with what no cube knows made into what it does.
fn view(
    table: Arc<dyn TableProvider>,
    several: &[(String, String)],
) -> Result<(Arc<dyn TableProvider>, Vec<Named>), Error> {
    let schema = table.schema();
    if let Some((missing, _)) = several.iter().find(|(name, _)| schema.field_with_name(name).is_err()) {
        let names: Vec<&str> = schema.fields().iter().map(|field| field.name().as_str()).collect();
        let names = names.join(", ");
        return Err(Error::Source(format!("there is no column \"{missing}\"; the file has {names}")));
    }
    let mut columns: Vec<Named> = Vec::new();
    let mut values: Vec<Expr> = Vec::new();
    for (at, field) in schema.fields().iter().enumerate() {
        let column = format!("c{at}");
        let separator = several.iter().find(|(name, _)| name == field.name()).map(|(_, separator)| separator);
        let whole = plain(ident(field.name()), field.data_type());
        let Some((value, kind)) = (match separator {
            Some(separator) => whole.map(|(value, kind)| (in_parts(value, &kind, separator), lists())),
            None => whole,
        }) else {
            continue;
        };
        values.push(value.alias(&column));
        let written = written(field.name());
        let taken = columns.iter().any(|own| own.named == written);
        let sayable =
            expr::parse(&written).is_ok_and(|tree| matches!(tree.kind, expr::syntax::Kind::Path(_)));
        let named = if sayable && !taken { written } else { format!("column_{}", at + 1) };
        columns.push(Named { called: field.name().clone(), named, column, kind });
    }
    let plan = LogicalPlanBuilder::scan(ROWS, provider_as_source(table), None)?.project(values)?.build()?;
    Ok((Arc::new(ViewTable::new(plan, None)), columns))
}

/// A column's name as expressions write it.
fn written(name: &str) -> String {
    name.chars().map(|letter| if letter.is_alphanumeric() { letter } else { '_' }).collect()
}

/// A text as the values that stand in it; what is a list already stays one.
fn in_parts(value: Expr, kind: &DataType, separator: &str) -> Expr {
    match kind {
        DataType::List(_) => value,
        _ => functions::split().call(vec![cast(value, DataType::Utf8), lit(separator)]),
    }
}

fn lists() -> DataType {
    data_type(ColumnType::List)
}

/// A column as cubes read it; nothing for what they cannot.
fn plain(value: Expr, kind: &DataType) -> Option<(Expr, DataType)> {
    let into = |kind: DataType, value: Expr| Some((cast(value, kind.clone()), kind));
    match kind {
        // What is no number is no value.
        DataType::Float16 | DataType::Float32 | DataType::Float64 => {
            let number = if *kind == DataType::Float64 { value } else { cast(value, DataType::Float64) };
            Some((functions::known_number().call(vec![number]), DataType::Float64))
        }
        DataType::UInt64 => into(DataType::Decimal128(20, 0), value),
        DataType::Date64 => into(DataType::Date32, value),
        // Finer than a microsecond is nothing that the expression language knows.
        DataType::Timestamp(_, Some(_)) => {
            into(DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())), value)
        }
        DataType::Timestamp(TimeUnit::Microsecond, None) => Some((value, kind.clone())),
        DataType::Timestamp(_, None) => into(DataType::Timestamp(TimeUnit::Microsecond, None), value),
        DataType::Null => into(DataType::Utf8, value),
        DataType::List(of) | DataType::LargeList(of) | DataType::FixedSizeList(of, _)
            if of_column("", of.data_type()).is_some() =>
        {
            into(lists(), value)
        }
        _ => of_column("", kind).map(|_| (value, kind.clone())),
    }
}

/// Stops all questions when somebody wants it.
async fn stopping(stop: Arc<AtomicBool>, cancel: Cancel) {
    while !stop.load(Ordering::Relaxed) {
        tokio::time::sleep(LOOK).await;
    }
    cancel.cancel();
}
