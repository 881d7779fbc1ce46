//! The tables of the queue.
//!
//! A job that is not finished has a moment `due_at` at which somebody should take it: when it is to run, when it is
//! to be tried again, or, while it runs, when its lease ends. So one index answers "what is there to do".

use db::{
    Dialect, Migration,
    schema::{Column, Index, Key, Only, Part, Table, create_index, create_table},
};
use kernel::ColumnType::{Bool, Id, Instant, Int, Json, Text};

/// What [`db::Db::open`] must be given.
pub const MIGRATIONS: &[Migration] = &[Migration { name: "jobs/1-queue", statements: queue }];

fn queue(dialect: Dialect) -> Vec<String> {
    vec![
        create_table(dialect, &job()),
        create_table(dialect, &schedule()),
        create_index(
            dialect,
            &index("job_due", &[Part::Column("lane"), Part::Column("due_at")], Kind::Unfinished),
        ),
        create_index(dialect, &index("job_key", &[Part::Column("unique_key")], Kind::UniqueUnfinished)),
        create_index(dialect, &index("job_state", &[Part::Column("state"), Part::Column("id")], Kind::Plain)),
        create_index(dialect, &index("job_owner", &[Part::Column("owner"), Part::Column("id")], Kind::Plain)),
    ]
}

fn job() -> Table<'static> {
    let columns = vec![
        Column::new("id", Id).required(),
        Column::new("name", Text).required(),
        Column::new("payload", Json).required(),
        Column::new("lane", Int).required(),
        Column::new("state", Text).required(),
        Column::new("owner", Id),
        // At most one unfinished job has it.
        Column::new("unique_key", Text),
        // Whether the key is given up when the job is taken.
        Column::new("until_started", Bool).required(),
        Column::new("enqueued_at", Instant).required(),
        Column::new("due_at", Instant).required(),
        Column::new("started_at", Instant),
        Column::new("finished_at", Instant),
        // How often it was taken; tells a run that has lost its lease from the one that has it.
        Column::new("runs", Int).required().default(0),
        // Since the last checkpoint.
        Column::new("failures", Int).required().default(0),
        Column::new("worker", Id),
        Column::new("cancel_asked", Bool).required().default(false),
        Column::new("progress_done", Int).required().default(0),
        Column::new("progress_total", Int),
        Column::new("progress_message", Json),
        Column::new("checkpoint", Json),
        Column::new("reason", Text),
    ];
    Table { name: "job", key: Key::Columns(&["id"]), columns }
}

fn schedule() -> Table<'static> {
    let columns = vec![
        Column::new("name", Text).required(),
        Column::new("cadence", Text).required(),
        Column::new("job", Text).required(),
        Column::new("payload", Json).required(),
        Column::new("lane", Int).required(),
        Column::new("owner", Id),
        // Whether the program declares it, and drops it when it no longer does.
        Column::new("built_in", Bool).required(),
        Column::new("next_at", Instant).required(),
        Column::new("last_at", Instant),
    ];
    Table { name: "job_schedule", key: Key::Columns(&["name"]), columns }
}

enum Kind {
    Plain,
    Unfinished,
    UniqueUnfinished,
}

fn index<'a>(name: &'a str, parts: &'a [Part<'a>], kind: Kind) -> Index<'a> {
    Index {
        name,
        table: "job",
        parts,
        unique: matches!(kind, Kind::UniqueUnfinished),
        only: if matches!(kind, Kind::Plain) { &[] } else { &[Only::Null("finished_at")] },
    }
}
