//! The tables that identity keeps besides records: what must never be read or written as a record.

use db::{
    Dialect, Migration,
    schema::{Column, Index, Key, Part, Table, create_index, create_table},
};
use kernel::ColumnType;

pub const MIGRATIONS: &[Migration] = &[Migration { name: "identity/1-doors", statements: first_tables }];

fn first_tables(dialect: Dialect) -> Vec<String> {
    vec![
        create_table(dialect, &credential()),
        create_table(dialect, &session()),
        index(dialect, "identity_session_by_user", "identity_session", "user_id", Rows::Repeat),
        create_table(dialect, &api_token()),
        index(dialect, "identity_api_token_by_hash", "identity_api_token", "hash", Rows::Unique),
        index(dialect, "identity_api_token_by_user", "identity_api_token", "user_id", Rows::Repeat),
        create_table(dialect, &one_time()),
        create_table(dialect, &throttle()),
        create_table(dialect, &event()),
        index(dialect, "identity_event_by_user", "identity_event", "user_id", Rows::Repeat),
        index(dialect, "identity_event_by_at", "identity_event", "at", Rows::Repeat),
    ]
}

/// The password of a user, as Argon2id keeps it.
fn credential() -> Table<'static> {
    Table {
        name: "identity_credential",
        key: Key::Columns(&["user_id"]),
        columns: vec![id("user_id"), text("hash"), instant("changed_at"), flag("must_change")],
    }
}

fn session() -> Table<'static> {
    Table {
        name: "identity_session",
        key: Key::Columns(&["hash"]),
        columns: vec![
            text("hash"),
            id("id"),
            id("user_id"),
            instant("opened_at"),
            instant("seen_at"),
            instant("expires_at"),
            Column::new("address", ColumnType::Text),
            Column::new("agent", ColumnType::Text),
        ],
    }
}

fn api_token() -> Table<'static> {
    Table {
        name: "identity_api_token",
        key: Key::Columns(&["id"]),
        columns: vec![
            id("id"),
            text("hash"),
            text("prefix"),
            text("name"),
            id("user_id"),
            Column::new("scopes", ColumnType::List).required(),
            instant("made_at"),
            Column::new("expires_at", ColumnType::Instant),
            Column::new("used_at", ColumnType::Instant),
            Column::new("revoked_at", ColumnType::Instant),
        ],
    }
}

/// Links and codes that open one door once.
fn one_time() -> Table<'static> {
    Table {
        name: "identity_one_time",
        key: Key::Columns(&["hash"]),
        columns: vec![
            text("hash"),
            text("purpose"),
            Column::new("user_id", ColumnType::Id),
            instant("made_at"),
            instant("expires_at"),
        ],
    }
}

/// How often somebody has failed, by account and by address.
fn throttle() -> Table<'static> {
    Table {
        name: "identity_throttle",
        key: Key::Columns(&["name"]),
        columns: vec![
            text("name"),
            Column::new("failures", ColumnType::Int).required(),
            instant("failed_at"),
            instant("blocked_until"),
        ],
    }
}

/// The audit: who came in, who did not, and what happened to passwords and tokens.
fn event() -> Table<'static> {
    Table {
        name: "identity_event",
        key: Key::Sequence("seq"),
        columns: vec![
            instant("at"),
            text("event"),
            Column::new("email", ColumnType::Text),
            Column::new("user_id", ColumnType::Id),
            Column::new("actor_id", ColumnType::Id),
            Column::new("address", ColumnType::Text),
            Column::new("agent", ColumnType::Text),
            Column::new("detail", ColumnType::Text),
        ],
    }
}

const fn text(name: &'static str) -> Column<'static> {
    Column::new(name, ColumnType::Text).required()
}

const fn id(name: &'static str) -> Column<'static> {
    Column::new(name, ColumnType::Id).required()
}

const fn instant(name: &'static str) -> Column<'static> {
    Column::new(name, ColumnType::Instant).required()
}

fn flag(name: &'static str) -> Column<'static> {
    Column::new(name, ColumnType::Bool).required().default(false)
}

enum Rows {
    Unique,
    Repeat,
}

fn index(dialect: Dialect, name: &str, table: &str, column: &str, rows: Rows) -> String {
    let parts = [Part::Column(column)];
    let unique = matches!(rows, Rows::Unique);
    create_index(dialect, &Index { name, table, parts: &parts, unique, only: &[] })
}
