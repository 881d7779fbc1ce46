//! The tables of imports.

use db::{
    Dialect, Migration,
    schema::{Column, Index, Key, Part, Table, create_index, create_table},
};
use kernel::ColumnType::{Id, Instant, Int, Json, Text};

/// What [`db::Db::open`] must be given.
pub const MIGRATIONS: &[Migration] = &[Migration { name: "transfer/1-imports", statements: first }];

fn first(dialect: Dialect) -> Vec<String> {
    let index = |name, table, parts: &[&'static str]| {
        let parts: Vec<Part<'_>> = parts.iter().map(|part| Part::Column(part)).collect();
        create_index(dialect, &Index { name, table, parts: &parts, unique: false, only: &[] })
    };
    vec![
        create_table(dialect, &import()),
        create_table(dialect, &problem()),
        create_table(dialect, &deferred()),
        create_table(dialect, &mapping()),
        index("import_by_owner", "import", &["owner", "id"]),
        index("import_problem_by_import", "import_problem", &["import", "seq"]),
        index("import_deferred_by_import", "import_deferred", &["import", "seq"]),
    ]
}

fn import() -> Table<'static> {
    let columns = vec![
        Column::new("id", Id).required(),
        // The file, among the blobs.
        Column::new("file", Id).required(),
        Column::new("file_name", Text).required(),
        // Who acts; Rapport itself on the command line.
        Column::new("owner", Id),
        Column::new("object", Text).required(),
        Column::new("state", Text).required(),
        Column::new("mapping", Json).required(),
        // How far it is, and what has come of it.
        Column::new("progress", Json).required(),
        // What the last check found.
        Column::new("checked", Json),
        Column::new("reverted", Json),
        Column::new("reason", Json),
        Column::new("job", Id),
        Column::new("created_at", Instant).required(),
        Column::new("finished_at", Instant),
    ];
    Table { name: "import", key: Key::Columns(&["id"]), columns }
}

/// Rows that were not imported, and what is wrong with them.
fn problem() -> Table<'static> {
    let columns = vec![
        Column::new("import", Id).required(),
        Column::new("number", Int).required(),
        Column::new("cells", Json).required(),
        Column::new("faults", Json).required(),
    ];
    Table { name: "import_problem", key: Key::Sequence("seq"), columns }
}

/// Links to records of the same file that had not come yet.
fn deferred() -> Table<'static> {
    let columns = vec![
        Column::new("import", Id).required(),
        Column::new("number", Int).required(),
        Column::new("record", Id).required(),
        Column::new("link", Int).required(),
        Column::new("name", Text).required(),
        Column::new("cells", Json).required(),
    ];
    Table { name: "import_deferred", key: Key::Sequence("seq"), columns }
}

fn mapping() -> Table<'static> {
    let columns = vec![
        Column::new("name", Text).required(),
        Column::new("object", Text).required(),
        Column::new("body", Json).required(),
        Column::new("changed_by", Id),
        Column::new("changed_at", Instant).required(),
    ];
    Table { name: "import_mapping", key: Key::Columns(&["name"]), columns }
}
