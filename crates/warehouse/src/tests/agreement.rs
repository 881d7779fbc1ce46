//! An expression keeps the same rows in the warehouse as in memory, and has the same values.

use std::{cell::RefCell, sync::Arc};

use arrow::{
    array::RecordBatch,
    datatypes::{Field, Schema},
};
use cube::{Calendar, Columnar, Engine, Relation};
use datafusion::{catalog::MemTable, prelude::SessionContext};
use expr::{
    Binding, Expected, compile, compile_condition, eval,
    generate::{
        Choices, conditions, expressions, numbers,
        sample::{AtDeal, SampleCatalog, TABLES, World},
    },
    holds,
    sql::Sql,
};
use jiff::tz::TimeZone;
use kernel::{ColumnType, Value};
use proptest::prelude::*;
use tokio::runtime::Runtime;

use crate::{Cancel, bounds::Bounds, columns, cubes::testing};

thread_local! {
    static RUNTIME: RefCell<Runtime> = RefCell::new(Runtime::new().unwrap());
}

fn session(world: &World) -> SessionContext {
    let context = SessionContext::new();
    testing::register(&context, Calendar::default(), &TimeZone::UTC);
    for (table, columns) in TABLES {
        let fields: Vec<Field> =
            columns.iter().map(|(name, ty)| Field::new(*name, columns::data_type(*ty), true)).collect();
        let arrays = columns.iter().enumerate().map(|(at, (_, ty))| {
            columns::array(*ty, world.records[table].iter().map(move |record| &record[at]))
        });
        let batch = RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays.collect()).unwrap();
        let table_of_rows = MemTable::try_new(batch.schema(), vec![vec![batch]]).unwrap();
        context.register_table(table, Arc::new(table_of_rows)).unwrap();
    }
    context
}

fn binding(world: &World) -> Binding<'_> {
    Binding { now: world.now, zone: &world.zone, me: world.me, my_teams: &world.my_teams, guard: None }
}

/// The rows of a statement, as text.
fn asked(context: &SessionContext, sql: &Sql) -> Vec<Vec<Option<String>>> {
    let batches = RUNTIME.with_borrow(|runtime| {
        let running = testing::Running {
            context,
            runtime: runtime.handle().clone(),
            bounds: &Bounds::new(std::time::Duration::from_secs(60), &Cancel::default()),
        };
        running.rows(sql, 10_000).unwrap_or_else(|error| panic!("{error}\n{}", sql.text())).0
    });
    let mut rows = Vec::new();
    for batch in batches {
        let columns: Vec<_> = batch.columns().iter().map(cast_text).collect();
        rows.extend(
            (0..batch.num_rows()).map(|row| columns.iter().map(|column| column[row].clone()).collect()),
        );
    }
    rows
}

fn cast_text(column: &arrow::array::ArrayRef) -> Vec<Option<String>> {
    let options = arrow::util::display::FormatOptions::new();
    let formatter = arrow::util::display::ArrayFormatter::try_new(column.as_ref(), &options).unwrap();
    (0..column.len()).map(|row| (!column.is_null(row)).then(|| formatter.value(row).to_string())).collect()
}

/// A value as the warehouse has it, as text.
fn written(value: &Value, column: ColumnType) -> Option<String> {
    let value = match (value, column) {
        (Value::Null, _) => return None,
        (Value::Int(number), ColumnType::Decimal { .. }) => Value::Decimal((*number).into()),
        (value, _) => value.clone(),
    };
    if let Some(number) = value.as_decimal() {
        return Some(number.normalize().to_string());
    }
    let text = match &value {
        Value::List(entries) => expr::sql::functions::list_as_json(entries),
        _ => cast_text(&columns::array(column, std::iter::once(&value))).pop()??,
    };
    Some(text)
}

fn select(relation: &Relation, own: &[usize], what: &Sql, condition: Option<&Sql>) -> Sql {
    let id = relation.check("id", &Expected::Any).unwrap();
    let columns = own.iter().chain(id.own_columns()).copied();
    let mut sql = Sql::new("select b.\"id\", ");
    sql.append(what).push(" from ").append(&relation.rows(columns)).push(" as b");
    if let Some(condition) = condition {
        sql.push(" where ").append(condition);
    }
    sql.push(" order by 1");
    sql
}

/// Expressions about fields of many records are not for the warehouse; about all others it agrees with memory.
fn check_condition(source: &str, world: &World) -> Result<(), TestCaseError> {
    let relation = Relation::new("deal", Box::new(SampleCatalog));
    let Ok(checked) = relation.check(source, &Expected::Condition) else {
        prop_assert!(source.contains("followers"), "{source}");
        return Ok(());
    };
    let plain = expr::check(source, "deal", &SampleCatalog, &Expected::Condition).unwrap();
    let compiled = compile_condition(&checked, &Columnar, "b", &binding(world));
    let statement = select(&relation, checked.own_columns(), &Sql::new("1"), Some(&compiled));
    let kept: Vec<String> =
        asked(&session(world), &statement).into_iter().filter_map(|mut row| row.swap_remove(0)).collect();
    let mut held: Vec<String> = world.records["deal"]
        .iter()
        .filter(|deal| holds(&plain, &AtDeal { world, deal }))
        .filter_map(|deal| written(&deal[0], ColumnType::Id))
        .collect();
    held.sort();
    prop_assert_eq!(&held, &kept, "{}\n{}", source, statement.text());
    Ok(())
}

fn check_value(source: &str, world: &World) -> Result<(), TestCaseError> {
    let relation = Relation::new("deal", Box::new(SampleCatalog));
    let Ok(checked) = relation.check(source, &Expected::Any) else {
        prop_assert!(source.contains("followers"), "{source}");
        return Ok(());
    };
    let plain = expr::check(source, "deal", &SampleCatalog, &Expected::Any).unwrap();
    let compiled = compile(&checked, &Columnar, "b", &binding(world));
    let statement = select(&relation, checked.own_columns(), &compiled, None);
    let found = asked(&session(world), &statement);
    for deal in &world.records["deal"] {
        let id = written(&deal[0], ColumnType::Id);
        let mut row = found.iter().find(|row| row[0] == id).cloned().unwrap();
        let number =
            |text: String| text.parse::<kernel::Decimal>().map_or(text, |it| it.normalize().to_string());
        let memory = eval(&plain, &AtDeal { world, deal });
        let is_number = memory.as_decimal().is_some();
        let kept = row.swap_remove(1).map(|text| if is_number { number(text) } else { text });
        let wanted = written(&memory, plain.column_type());
        if matches!(plain.column_type(), ColumnType::List | ColumnType::Json) {
            prop_assert_eq!(wanted.is_some(), kept.is_some(), "{}\n{}", source, statement.text());
        } else {
            prop_assert_eq!(wanted, kept, "{}\n{}", source, statement.text());
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_filter_keeps_the_rows_for_which_it_holds(
        raw in numbers(),
        source in conditions(SampleCatalog.vocabulary(&World::random(&mut Choices::new(&[])).ids())),
    ) {
        let world = World::random(&mut Choices::new(&raw.repeat(8)));
        check_condition(&source, &world)?;
    }

    #[test]
    fn a_computed_column_has_the_values_that_it_has_in_memory(
        raw in numbers(),
        source in expressions(SampleCatalog.vocabulary(&World::random(&mut Choices::new(&[])).ids())),
    ) {
        let world = World::random(&mut Choices::new(&raw.repeat(8)));
        check_value(&source, &world)?;
    }
}

/// `PROPTEST_CASES` gives more.
fn cases() -> u32 {
    std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(60)
}
