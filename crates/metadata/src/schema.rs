//! The tables that a set of objects needs, and the steps from one set to another.
//!
//! A [`Schema`] is stored with each workspace as the last one applied; [`diff`] between that and what the
//! definitions want now is what a start, or a change at run time, has to do. The difference taken the other
//! way round undoes it.

use std::fmt;

use kernel::ColumnType;
use serde::{Deserialize, Serialize};

use crate::Object;

/// Every table of record objects.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Schema {
    pub tables: Vec<Table>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Table {
    pub name: String,
    pub shape: Shape,
    /// Besides those that every table of its shape has.
    pub columns: Vec<TableColumn>,
    pub indexes: Vec<Index>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shape {
    /// One row a record: `rid`, `id`, `version`, `title`, `title_key`, and full-text search.
    Records,
    /// One row a pair of a many-to-many field: `this_id`, `other_id`.
    Links,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableColumn {
    pub name: String,
    pub column: ColumnType,
    /// The name it had before, when the definition says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub renamed_from: Option<String>,
}

/// An index over the records that are not deleted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Index {
    pub columns: Vec<String>,
    pub unique: bool,
    /// Leaves out the records whose first column is empty: what most have no content for then costs them nothing, and
    /// the index does not serve an order of the list.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub sparse: bool,
}

/// One step of DDL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SchemaChange {
    CreateTable(Table),
    DropTable(Table),
    AddColumn {
        table: String,
        column: TableColumn,
    },
    DropColumn {
        table: String,
        column: String,
    },
    RenameColumn {
        table: String,
        from: String,
        to: String,
    },
    /// The content moves over as far as it can be read as the new type.
    ConvertColumn {
        table: String,
        column: String,
        from: ColumnType,
        to: ColumnType,
    },
    CreateIndex {
        table: String,
        index: Index,
    },
    DropIndex {
        table: String,
        index: Index,
    },
}

impl fmt::Display for SchemaChange {
    /// As a log says it.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SchemaChange::CreateTable(table) => write!(out, "create table {}", table.name),
            SchemaChange::DropTable(table) => write!(out, "drop table {}", table.name),
            SchemaChange::AddColumn { table, column } => write!(out, "add column {table}.{}", column.name),
            SchemaChange::DropColumn { table, column } => write!(out, "drop column {table}.{column}"),
            SchemaChange::RenameColumn { table, from, to } => {
                write!(out, "rename column {table}.{from} to {to}")
            }
            SchemaChange::ConvertColumn { table, column, from, to } => {
                write!(out, "convert column {table}.{column} from {from:?} to {to:?}")
            }
            SchemaChange::CreateIndex { table, index } => {
                write!(out, "create index on {table} ({})", index.columns.join(", "))
            }
            SchemaChange::DropIndex { table, index } => {
                write!(out, "drop index on {table} ({})", index.columns.join(", "))
            }
        }
    }
}

impl Index {
    /// A plain one.
    pub fn of(columns: Vec<String>) -> Index {
        Index { columns, unique: false, sparse: false }
    }
}

impl Schema {
    /// What these objects need.
    pub fn of<'a>(objects: impl IntoIterator<Item = &'a Object>) -> Schema {
        let mut tables = Vec::new();
        for object in objects {
            tables.push(records_table(object));
            let many =
                object.fields.iter().filter(|field| matches!(field.kind, crate::Kind::LinkMany { .. }));
            tables.extend(many.map(|field| Table {
                name: object.link_table(field),
                shape: Shape::Links,
                columns: Vec::new(),
                indexes: Vec::new(),
            }));
        }
        Schema { tables }
    }

    fn table(&self, name: &str) -> Option<&Table> {
        self.tables.iter().find(|table| table.name == name)
    }
}

fn records_table(object: &Object) -> Table {
    let stored = &object.columns[Object::TITLE + 1..];
    let columns = stored.iter().map(|column| TableColumn {
        name: column.name.clone(),
        column: column.column,
        renamed_from: column.field.and_then(|field| renamed_from(object, field, &column.name)),
    });
    let mut indexes: Vec<Index> = object.indexes.clone();
    for field in &object.fields {
        let names: Vec<String> =
            object.columns[field.columns.clone()].iter().map(|column| column.name.clone()).collect();
        // Nobody asks which records a person has touched last, and every index costs each save.
        let stamp = matches!(field.name.as_str(), "created_by" | "updated_by");
        let is_link = !field.kind.targets().is_empty() && !names.is_empty() && !stamp;
        if field.unique {
            // Most records are known by no other system, and few lists are in the order of its numbers.
            let sparse = field.name == "external_id";
            indexes.push(Index { columns: vec![names[0].clone()], unique: true, sparse });
        } else if is_link {
            indexes.push(Index::of(names.into_iter().rev().collect()));
        } else if field.index {
            indexes.push(Index::of(vec![names[0].clone()]));
        }
    }
    indexes.dedup();
    Table { name: object.table().to_owned(), shape: Shape::Records, columns: columns.collect(), indexes }
}

/// The column's name under the field's earlier name: `old_currency` for `new_currency`.
fn renamed_from(object: &Object, field: usize, column: &str) -> Option<String> {
    let field = &object.fields[field];
    let rest = column.strip_prefix(&field.name)?;
    field.renamed_from.as_ref().map(|old| format!("{old}{rest}"))
}

/// The steps that make `old` into `new`, in an order in which they can be done.
pub fn diff(old: &Schema, new: &Schema) -> Vec<SchemaChange> {
    let mut changes = Vec::new();
    for table in &new.tables {
        match old.table(&table.name) {
            None => changes.push(SchemaChange::CreateTable(table.clone())),
            Some(before) => diff_table(before, table, &mut changes),
        }
    }
    let gone = old.tables.iter().filter(|table| new.table(&table.name).is_none());
    changes.extend(gone.cloned().map(SchemaChange::DropTable));
    changes
}

fn diff_table(old: &Table, new: &Table, changes: &mut Vec<SchemaChange>) {
    let table = || new.name.clone();
    let before = |name: &str| old.columns.iter().find(|column| column.name == name);
    let wanted = |name: &str| new.columns.iter().any(|column| column.name == name);
    let mut moved: Vec<&str> = Vec::new();
    let mut steps = Vec::new();
    for column in &new.columns {
        let earlier = column.renamed_from.as_deref().filter(|name| !wanted(name)).and_then(before);
        match (before(&column.name), earlier) {
            (Some(same), _) if same.column == column.column => {}
            (Some(same), _) => steps.push(SchemaChange::ConvertColumn {
                table: table(),
                column: column.name.clone(),
                from: same.column,
                to: column.column,
            }),
            (None, Some(earlier)) => {
                moved.push(&earlier.name);
                let (from, to) = (earlier.name.clone(), column.name.clone());
                steps.push(SchemaChange::RenameColumn { table: table(), from, to });
                if earlier.column != column.column {
                    let (from, to) = (earlier.column, column.column);
                    steps.push(SchemaChange::ConvertColumn {
                        table: table(),
                        column: column.name.clone(),
                        from,
                        to,
                    });
                }
            }
            (None, None) => steps.push(SchemaChange::AddColumn { table: table(), column: column.clone() }),
        }
    }
    let dropped =
        old.columns.iter().filter(|column| !wanted(&column.name) && !moved.contains(&&*column.name));
    steps.extend(
        dropped.map(|column| SchemaChange::DropColumn { table: table(), column: column.name.clone() }),
    );

    // An index stands in the way of changing its columns: each that is touched goes first and comes back last.
    let touched =
        |index: &Index| steps.iter().any(|step| index.columns.iter().any(|name| touches(step, name)));
    let stays = |index: &&Index| new.indexes.contains(index) && !touched(index);
    let kept: Vec<&Index> = old.indexes.iter().filter(stays).collect();
    let drop = old.indexes.iter().filter(|index| !kept.contains(index));
    changes.extend(drop.map(|index| SchemaChange::DropIndex { table: table(), index: index.clone() }));
    let create: Vec<_> = new
        .indexes
        .iter()
        .filter(|index| !kept.contains(index))
        .map(|index| SchemaChange::CreateIndex { table: table(), index: index.clone() })
        .collect();
    changes.append(&mut steps);
    changes.extend(create);
}

fn touches(step: &SchemaChange, name: &str) -> bool {
    match step {
        SchemaChange::DropColumn { column, .. } | SchemaChange::ConvertColumn { column, .. } => {
            column == name
        }
        SchemaChange::RenameColumn { from, .. } => from == name,
        _ => false,
    }
}
