//! The table of blobs.

use db::{
    Dialect, Migration,
    schema::{Column, Index, Key, Part, Table, add_column, create_index, create_table},
};
use kernel::ColumnType::{Id, Instant, Int, Text};

/// What [`db::Db::open`] must be given.
pub const MIGRATIONS: &[Migration] = &[
    Migration { name: "blobs/1-blob", statements: blob },
    Migration { name: "blobs/2-record", statements: record },
];

/// The record that an attachment belongs to.
fn record(dialect: Dialect) -> Vec<String> {
    ["object", "record"]
        .into_iter()
        .map(|name| {
            let column = Column::new(name, if name == "object" { Text } else { Id });
            add_column(dialect, "blob", &column)
        })
        .collect()
}

fn blob(dialect: Dialect) -> Vec<String> {
    let columns = vec![
        Column::new("id", Id).required(),
        Column::new("name", Text).required(),
        Column::new("media_type", Text).required(),
        Column::new("size_bytes", Int).required(),
        // In hexadecimal.
        Column::new("sha256", Text).required(),
        Column::new("purpose", Text).required(),
        Column::new("created_at", Instant).required(),
        Column::new("created_by", Id),
        // When it goes by itself; null for what is kept.
        Column::new("expires_at", Instant),
    ];
    let expiry = Index {
        name: "blob_expiry",
        table: "blob",
        parts: &[Part::Column("expires_at")],
        unique: false,
        only: &[],
    };
    vec![
        create_table(dialect, &Table { name: "blob", key: Key::Columns(&["id"]), columns }),
        create_index(dialect, &expiry),
    ]
}
