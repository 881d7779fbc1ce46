//! Steps of DDL, carried out; the tables of the engine itself.

use db::{
    Dialect, Migration, Tx,
    schema::{Column, Index, Key, Only, Part, Table},
};
use expr::sql::Sql;
use kernel::{ColumnType, Timestamp};
use metadata::{
    Registry,
    schema::{SchemaChange, Shape},
};

use super::{Loss, SchemaError, convert::convert};

/// The tables of the engine itself.
pub const MIGRATIONS: &[Migration] = &[
    Migration { name: "records/1-log-and-definitions", statements: first_tables },
    Migration { name: "records/2-saved-views", statements: crate::saved_view::table },
];

fn first_tables(dialect: Dialect) -> Vec<String> {
    let text = |name| Column::new(name, ColumnType::Text).required();
    let index = |name, parts: &[&'static str]| {
        let parts: Vec<Part<'_>> = parts.iter().map(|part| Part::Column(part)).collect();
        db::schema::create_index(
            dialect,
            &Index { name, table: "change", parts: &parts, unique: false, only: &[] },
        )
    };
    vec![
        db::schema::create_table(
            dialect,
            &Table {
                name: "change",
                key: Key::Sequence("seq"),
                columns: vec![
                    Column::new("at", ColumnType::Instant).required(),
                    Column::new("actor", ColumnType::Id),
                    text("channel"),
                    text("object"),
                    Column::new("record", ColumnType::Id).required(),
                    Column::new("version", ColumnType::Int).required(),
                    text("happening"),
                    Column::new("cause", ColumnType::Id),
                    Column::new("fields", ColumnType::Json).required(),
                ],
            },
        ),
        index("change_by_record", &["record", "seq"]),
        index("change_by_cause", &["cause", "seq"]),
        db::schema::create_table(
            dialect,
            &Table {
                name: "sequence",
                key: Key::Columns(&["name"]),
                columns: vec![text("name"), Column::new("next", ColumnType::Int).required()],
            },
        ),
        db::schema::create_table(
            dialect,
            &Table {
                name: "definition",
                key: Key::Columns(&["kind", "name"]),
                columns: vec![text("kind"), text("name"), Column::new("body", ColumnType::Json).required()],
            },
        ),
        db::schema::create_table(
            dialect,
            &Table {
                name: "schema_state",
                key: Key::Columns(&["name"]),
                columns: vec![text("name"), Column::new("body", ColumnType::Json).required()],
            },
        ),
    ]
}

/// Carries one step out; tells what a column held that its new type cannot read.
pub(super) fn carry_out(
    tx: &mut Tx<'_>,
    change: &SchemaChange,
    registry: &Registry,
    at: Timestamp,
) -> Result<Option<Loss>, SchemaError> {
    let dialect = tx.dialect();
    let column = |column: &metadata::schema::TableColumn| (column.name.clone(), column.column);
    match change {
        SchemaChange::CreateTable(table) => {
            let columns: Vec<(String, ColumnType)> = table.columns.iter().map(column).collect();
            let columns: Vec<Column<'_>> = columns.iter().map(|(name, of)| Column::new(name, *of)).collect();
            match table.shape {
                Shape::Records => {
                    tx.execute_script(&db::schema::create_record_table(dialect, &table.name, &columns))?;
                    for index in standard_indexes(&table.name).iter().chain(&table.indexes) {
                        create_index(tx, &table.name, index)?;
                    }
                }
                Shape::Links => create_link_table(tx, &table.name)?,
            }
        }
        SchemaChange::DropTable(table) => match table.shape {
            Shape::Records => tx.execute_script(&db::schema::drop_table(dialect, &table.name))?,
            Shape::Links => {
                let mut sql = Sql::new("drop table ");
                sql.name(&table.name);
                tx.execute(&sql)?;
            }
        },
        SchemaChange::AddColumn { table, column } => {
            tx.execute_script(&db::schema::add_column(
                dialect,
                table,
                &Column::new(&column.name, column.column),
            ))?;
        }
        SchemaChange::DropColumn { table, column } => {
            tx.execute_script(&db::schema::drop_column(dialect, table, column))?;
        }
        SchemaChange::RenameColumn { table, from, to } => {
            tx.execute_script(&db::schema::rename_column(dialect, table, from, to))?;
        }
        SchemaChange::ConvertColumn { table, column, from, to } => {
            let object = registry.objects().find(|object| object.table() == table);
            return Ok(convert(
                tx,
                table,
                object.map(|object| object.name.as_str()),
                column,
                (*from, *to),
                at,
            )?);
        }
        SchemaChange::CreateIndex { table, index } => create_index(tx, table, index)?,
        SchemaChange::DropIndex { table, index } => {
            tx.execute_script(&db::schema::drop_index(dialect, &index_name(table, index)))?;
        }
    }
    Ok(None)
}

/// What every table of records is looked through by: the title, for order and search.
fn standard_indexes(_table: &str) -> [metadata::schema::Index; 1] {
    [metadata::schema::Index::of(vec!["title_key".to_owned()])]
}

fn create_index(tx: &mut Tx<'_>, table: &str, index: &metadata::schema::Index) -> Result<(), db::Error> {
    let parts: Vec<Part<'_>> = index.columns.iter().map(|column| Part::Listed(column)).collect();
    let name = index_name(table, index);
    let mut only = vec![Only::Null("deleted_at")];
    only.extend(index.columns.first().filter(|_| index.sparse).map(|column| Only::Filled(column)));
    let index = Index { name: &name, table, parts: &parts, unique: index.unique, only: &only };
    tx.execute_script(&db::schema::create_index(tx.dialect(), &index))
}

/// `deal__stage_amount`, cut to what PostgreSQL takes without losing what tells it apart.
fn index_name(table: &str, index: &metadata::schema::Index) -> String {
    let full = format!("{table}__{}{}", index.columns.join("_"), if index.unique { "__unique" } else { "" });
    if full.len() <= 60 {
        return full;
    }
    let sum = full.bytes().fold(0_u64, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte.into()));
    format!("{}_{sum:016x}", &full[..43])
}

fn create_link_table(tx: &mut Tx<'_>, name: &str) -> Result<(), db::Error> {
    let dialect = tx.dialect();
    let side = |name| Column::new(name, ColumnType::Id).required();
    let columns = vec![side("this_id"), side("other_id")];
    let table = Table { name, key: Key::Columns(&["this_id", "other_id"]), columns };
    tx.execute_script(&db::schema::create_table(dialect, &table))?;
    let (back, parts) = (format!("{name}__back"), [Part::Column("other_id")]);
    let index = Index { name: &back, table: name, parts: &parts, unique: false, only: &[] };
    tx.execute_script(&db::schema::create_index(dialect, &index))
}
