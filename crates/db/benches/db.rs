//! How fast the database is, in figures: `cargo bench -p db` (`RAPPORT_BENCH_URL=postgres://…` for PostgreSQL).
//!
//! Each case runs for a fixed amount of work and prints a rate. The files lie in the temporary folder
//! (`TMPDIR`), which must be a real disk for the durable cases to mean anything.

use std::{
    sync::Barrier,
    thread,
    time::{Duration, Instant},
};

use db::{
    Config, Db, Dialect, Error, Migration, Row,
    schema::{Column, create_record_table},
    search,
};
use expr::sql::Sql;
use kernel::{ColumnType, Decimal, Id, Value};

const ROWS: usize = 50_000;
const THREADS: usize = 16;
const FOR: Duration = Duration::from_secs(2);

const COLUMNS: &[(&str, ColumnType)] = &[
    ("first_name", ColumnType::Text),
    ("last_name", ColumnType::Text),
    ("email", ColumnType::Text),
    ("phone", ColumnType::Text),
    ("city", ColumnType::Text),
    ("country", ColumnType::Text),
    ("note", ColumnType::Text),
    ("owner", ColumnType::Id),
    ("company", ColumnType::Id),
    ("created_at", ColumnType::Instant),
    ("updated_at", ColumnType::Instant),
    ("deleted_at", ColumnType::Instant),
    ("amount", ColumnType::Decimal { scale: 4 }),
    ("score", ColumnType::Int),
    ("active", ColumnType::Bool),
    ("tags", ColumnType::List),
];

const MIGRATIONS: &[Migration] = &[Migration { name: "bench/1-person", statements: person }];

fn person(dialect: Dialect) -> Vec<String> {
    let columns: Vec<Column<'_>> = COLUMNS.iter().map(|(name, column)| Column::new(name, *column)).collect();
    vec![create_record_table(dialect, "person", &columns)]
}

fn main() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let url = std::env::var("RAPPORT_BENCH_URL")
        .unwrap_or_else(|_| format!("sqlite:{}", folder.path().join("bench.db").display()));
    let db = Db::open(&Config::new(&url), MIGRATIONS).expect("a database");
    println!("{} on {}", db.dialect().as_str(), url.split(':').next().unwrap_or_default());
    let people = std::env::var("RAPPORT_BENCH_PEOPLE").ok().and_then(|number| number.parse().ok());
    insert_to_be_found(&db, people.unwrap_or(100_000));
    db.optimize().expect("statistics");
    search_as_typed(&db);
    let ids = insert_in_bulk(&db);
    for threads in [1, THREADS] {
        read_points(&db, &ids, threads, Way::Snapshot);
        read_points(&db, &ids, threads, Way::Alone);
    }
    let alone = write_durably(&db, 1);
    let together = write_durably(&db, THREADS);
    println!("{THREADS} writers against one: {:.1} times", together / alone);
    println!("{:?}", db.counts());
}

fn insert_in_bulk(db: &Db) -> Vec<Id> {
    let ids: Vec<Id> = (0..ROWS).map(|_| Id::generate()).collect();
    let mut columns = vec![
        ("id", ColumnType::Id),
        ("version", ColumnType::Int),
        ("title", ColumnType::Text),
        ("title_key", ColumnType::Text),
    ];
    columns.extend_from_slice(COLUMNS);
    let rows: Vec<Vec<Value>> = ids.iter().enumerate().map(|(at, id)| row(at, *id)).collect();
    let start = Instant::now();
    db.write(|tx| tx.insert_rows("person", &columns, &rows)).expect("rows go in");
    let took = start.elapsed();
    println!("{ROWS} rows of {} columns in one write: {:.3} s", columns.len(), took.as_secs_f64());
    ids
}

/// People with names from lists, in writes of a thousand as an import makes them.
fn insert_to_be_found(db: &Db, people: usize) {
    let mut columns = vec![
        ("rid", ColumnType::Int),
        ("id", ColumnType::Id),
        ("version", ColumnType::Int),
        ("title", ColumnType::Text),
        ("title_key", ColumnType::Text),
    ];
    columns.extend_from_slice(COLUMNS);
    let start = Instant::now();
    for chunk in 0..people.div_ceil(1_000) {
        db.write(|tx| -> Result<(), Error> {
            let rids = tx.next_rids("person", 1_000)?;
            let rows: Vec<(Vec<Value>, String)> = rids
                .into_iter()
                .enumerate()
                .map(|(at, rid)| {
                    let number = chunk * 1_000 + at;
                    let name = format!("{} {}", name(number, 3), name(number / 7, 2));
                    let mut values: Vec<Value> = vec![rid.into()];
                    values.extend(row(number, Id::generate()));
                    (values, format!("{name} {name}{number}@example.com Berlin"))
                })
                .collect();
            search::insert_rows(tx, "person", &columns, &rows)?;
            Ok(())
        })
        .expect("rows go in");
    }
    let took = start.elapsed().as_secs_f64();
    println!(
        "{people} rows with their words, a thousand a write: {took:.1} s, {:.0} a second",
        people as f64 / took
    );
}

/// A name of some syllables, one of a few thousand.
fn name(number: usize, syllables: u32) -> String {
    const SYLLABLES: [&str; 16] =
        ["an", "ma", "ri", "jo", "se", "li", "na", "to", "mar", "ka", "el", "ste", "fan", "da", "vid", "son"];
    let mixed = number.wrapping_mul(2_654_435_761) >> 7;
    (0..syllables).map(|at| SYLLABLES[(mixed >> (4 * at)) % 16]).collect()
}

fn search_as_typed(db: &Db) {
    for typed in ["mar", "mari", "mariann", "mar an", "berlin jos", "person9999"] {
        let source = search::source(db.dialect(), "p", "person", &search::Query::typed(typed));
        let mut sql = Sql::new("select p.id, p.title from ");
        sql.append(&source.from).push(" where ").append(&source.condition);
        sql.push(" order by ").append(&source.age).push(" desc limit 20");
        let mut times: Vec<Duration> = (0..50)
            .map(|_| {
                let start = Instant::now();
                db.read(|tx| tx.query(&sql, |row| row.id(0))).expect("an answer");
                start.elapsed()
            })
            .collect();
        times.sort();
        println!("search {typed:?}: median {:?}, worst {:?}", times[25], times[49]);
    }
}

fn row(at: usize, id: Id) -> Vec<Value> {
    let now = jiff::Timestamp::from_second(1_780_000_000).expect("a time");
    let number = i64::try_from(at).expect("a small number");
    vec![
        id.into(),
        1.into(),
        format!("Person {at}").into(),
        format!("person {at}").into(),
        format!("First{at}").into(),
        format!("Last{at}").into(),
        format!("person{at}@example.com").into(),
        format!("+49 30 {at:07}").into(),
        "Berlin".into(),
        "DE".into(),
        "Met at the fair, wants an offer for the large machine in spring".into(),
        id.into(),
        id.into(),
        now.into(),
        now.into(),
        Value::Null,
        Decimal::new(number * 10_000 + 25, 4).into(),
        number.into(),
        at.is_multiple_of(2).into(),
        Value::List(vec!["customer".into(), "fair".into()]),
    ]
}

/// How one row is read.
#[derive(Clone, Copy, Debug)]
enum Way {
    /// [`Db::read`].
    Snapshot,
    /// [`Db::query`].
    Alone,
}

fn read_points(db: &Db, ids: &[Id], threads: usize, way: Way) {
    let rate = on_threads(threads, |thread| {
        let id = ids[thread.wrapping_mul(7919) % ids.len()];
        let mut sql = Sql::new(
            "select id, version, title, first_name, last_name, email, phone, city, amount, created_at \
             from person where id = ",
        );
        sql.bind(id, ColumnType::Id);
        let chars = match way {
            Way::Snapshot => db.read(|tx| tx.query(&sql, length)),
            Way::Alone => db.query(&sql, length),
        };
        assert!(chars.expect("an answer")[0] > 10);
    });
    println!("point reads on {threads} threads, {way:?}: {rate:.0} a second");
}

fn length(row: &Row<'_>) -> usize {
    (2..8).filter_map(|at| row.text(at)).map(str::len).sum::<usize>()
        + usize::from(row.decimal(8, 4).is_some())
        + usize::from(row.instant(9).is_some())
}

fn write_durably(db: &Db, threads: usize) -> f64 {
    let rate = on_threads(threads, |_| {
        let mut sql = Sql::new("insert into person (id, title) values (");
        sql.bind(Id::generate(), ColumnType::Id).push(", ").bind("New", ColumnType::Text).push(")");
        db.write(|tx| -> Result<u64, Error> { tx.execute(&sql) }).expect("a row goes in");
    });
    println!("durable writes on {threads} threads: {rate:.0} a second");
    rate
}

/// Repeats `work` on each thread for a while; the rate of all together. `work` gets a number that is new each time.
fn on_threads(threads: usize, work: impl Fn(usize) + Sync) -> f64 {
    let start = Barrier::new(threads);
    let total: usize = thread::scope(|scope| {
        let handles: Vec<_> = (0..threads)
            .map(|thread| {
                let (start, work) = (&start, &work);
                scope.spawn(move || {
                    start.wait();
                    let since = Instant::now();
                    let mut count = 0;
                    while since.elapsed() < FOR {
                        work(count * threads + thread);
                        count += 1;
                    }
                    count
                })
            })
            .collect();
        handles.into_iter().map(|handle| handle.join().expect("a thread ends")).sum()
    });
    total as f64 / FOR.as_secs_f64()
}
