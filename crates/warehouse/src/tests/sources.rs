//! Data from outside: what is read, what is told, and what stays as it was.

use std::{fs, path::PathBuf};

use app::SourcesConfig;

use super::{rights::person, *};
use crate::source::{Origin, Report, Source};

fn csv(name: &str, path: &std::path::Path, key: &str) -> Source {
    source(name, Origin::Csv { file: path.to_str().unwrap().to_owned() }, key)
}

fn source(name: &str, from: Origin, key: &str) -> Source {
    let key = key.split(',').map(str::to_owned).collect();
    Source { name: name.to_owned(), from, key, every: None, roles: Vec::new(), zone: None }
}

fn load(warehouse: &Arc<Warehouse>, source: &Source) -> Report {
    warehouse.add_source(source).unwrap();
    warehouse.refresh_source(&source.name).unwrap()
}

/// A file of that content, read as the source `prices` with the key `sku`.
pub fn prices(house: &House, warehouse: &Arc<Warehouse>, content: &str) -> Report {
    let path = house.folder.path().join("prices.csv");
    fs::write(&path, content).unwrap();
    load(warehouse, &csv("prices", &path, "sku"))
}

/// What a query answers, as a Parquet file.
fn in_parquet(house: &House, warehouse: &Arc<Warehouse>, asked: &str) -> (Origin, PathBuf) {
    let mut content = Vec::new();
    let answer = ask_as(warehouse, &Principal::system(), asked).unwrap();
    answer.write(crate::Format::Parquet, &mut content).unwrap();
    let path = house.folder.path().join("answer.parquet");
    fs::write(&path, content).unwrap();
    (Origin::Parquet { file: path.to_str().unwrap().to_owned() }, path)
}

fn said(report: &Report) -> Vec<String> {
    report.problems.iter().map(|problem| format!("{}: {}", problem.place, problem.reason)).collect()
}

#[test]
fn a_file_joins_with_records() {
    on_both(|house| {
        house.save(house.draft("deal").with("name", "Anchor").with("amount", kernel::Decimal::new(3, 0)));
        let warehouse = house.warehouse();
        let content =
            "\u{feff}sku;Unit price;Since;In stock\nAnchor;12.50;2026-01-31;true\nBuoy;;2026-02-01;false\n";
        let report = prices(house, &warehouse, content);
        assert_eq!((report.rows, report.bad, report.error), (2, 0, None));
        let asked = "select name, amount * unit_price, since + 1, in_stock
                     from deal join source_prices on sku = name";
        assert_eq!(rows(&warehouse, asked), ["Anchor,37.50000000,2026-02-01,true"]);
        assert_eq!(rows(&warehouse, "select count(*) from source_prices where unit_price is null"), ["1"]);
        assert_eq!(
            rows(
                &warehouse,
                "select table_name from information_schema.tables where table_name like 'source%'"
            ),
            ["source_prices"]
        );
    });
}

#[test]
fn a_column_is_what_nearly_all_of_its_cells_are() {
    let house = House::sqlite();
    let warehouse = house.warehouse();
    let mut content = "sku,whole,money,fraction,code,day,moment,mixed,empty\n".to_owned();
    for row in 0..1_000 {
        let fraction = f64::from(row) / 7.0;
        // What comes late counts as well.
        let whole = if row == 999 { "12.5".to_owned() } else { row.to_string() };
        let mixed = if row % 2 == 0 { "1" } else { "one" };
        let day = "2026-03-01";
        content.push_str(&format!("{row},{whole},{row}.25,{fraction},007,{day},{day}T10:00:00Z,{mixed},\n"));
    }
    assert_eq!(said(&prices(&house, &warehouse, &content)), [""; 0]);
    let answer = ask_as(&warehouse, &Principal::system(), "select * from source_prices limit 1").unwrap();
    let found: Vec<String> =
        answer.schema.fields().iter().map(|field| field.data_type().to_string()).collect();
    let money = "Decimal128(38, 4)";
    let expected =
        ["Int64", money, money, "Float64", "Utf8", "Date32", "Timestamp(µs, \"UTC\")", "Utf8", "Utf8"];
    assert_eq!(found, expected);
}

#[test]
fn a_moment_without_a_zone_is_that_on_the_clocks_of_its_source() {
    let house = House::sqlite();
    let zone = jiff::tz::TimeZone::get("America/New_York").unwrap();
    let warehouse = Arc::new(Warehouse::open(&house.engine, Options { zone, ..house.options() }).unwrap());
    let path = house.folder.path().join("calls.csv");
    fs::write(
        &path,
        "id,at\n1,2026-03-31T10:00:00\n2,2026-03-31 10:00\n3,2026-03-31T10:00:00Z\n4,2026-03-31 10:00:00.5-03\n\
         5,2026-03-08T02:30:00\n6,2026-11-01T01:30:00\n7,2026-03-29 02:30:00\n",
    )
    .unwrap();
    let here = csv("calls", &path, "id");
    let there = Source { name: "there".to_owned(), zone: Some("Europe/Berlin".to_owned()), ..here.clone() };
    for source in [&here, &there] {
        assert_eq!(said(&load(&warehouse, source)), [""; 0]);
    }
    let moments = |table: &str| rows(&warehouse, &format!("select at from {table} order by id"));
    let expected = [
        "2026-03-31T14:00:00Z",
        "2026-03-31T14:00:00Z",
        "2026-03-31T10:00:00Z",
        "2026-03-31T13:00:00.500Z",
        // The clocks skip it, show it twice, and know nothing of what others' do.
        "2026-03-08T07:30:00Z",
        "2026-11-01T05:30:00Z",
        "2026-03-29T06:30:00Z",
    ];
    assert_eq!(moments("source_calls"), expected);
    assert_eq!(
        moments("source_there")[..2],
        ["2026-03-31T08:00:00Z"; 2],
        "the zone of the source comes first"
    );
    assert_eq!(moments("source_there")[6], "2026-03-29T01:30:00Z");
    let asked =
        "select id, arrow_cast(at, 'Timestamp(Millisecond, None)') as at from source_calls where id <= 3";
    let (from, _) = in_parquet(&house, &warehouse, asked);
    load(&warehouse, &Source { zone: Some("Europe/Berlin".to_owned()), ..source("kept", from, "id") });
    // The clocks show 14:00 and 10:00 in the file.
    let expected = ["2026-03-31T12:00:00Z", "2026-03-31T12:00:00Z", "2026-03-31T08:00:00Z"];
    assert_eq!(moments("source_kept"), expected);
}

#[test]
fn rows_that_are_wrong_are_told_with_their_lines_and_left_out() {
    let house = House::sqlite();
    let warehouse = house.warehouse();
    let mut content = "sku,price\n".to_owned();
    (0..400).for_each(|row| content.push_str(&format!("A{row},{row}\n")));
    content.push_str("A7,1\n,2\nB1,cheap\nB2\n");
    let report = prices(&house, &warehouse, &content);
    assert_eq!((report.rows, report.bad), (400, 4));
    assert_eq!(
        said(&report),
        [
            "line 402: there is another row with the key A7",
            "line 403: its key is empty",
            "line 404: price: \"cheap\" is not a whole number",
            "line 405: it has 1 cells where there are 2 columns",
        ]
    );
    assert_eq!(rows(&warehouse, "select count(*), sum(price) from source_prices"), ["400,79800"]);
}

#[test]
fn what_cannot_be_read_changes_nothing_but_the_report() {
    let house = House::sqlite();
    let warehouse = house.warehouse();
    prices(&house, &warehouse, "sku,price\nA,1\n");
    let many_bad: String = (0..30).map(|row| format!("A,{row}\n")).collect();
    for (content, says) in [
        ("", "no line with the names"),
        ("article,price\nA,1\n", "no column \"sku\" for the key, only article, price"),
        ("sku,Price,price\nA,1,1\n", "two columns are called \"price\""),
        (&format!("sku,price\n{many_bad}"), "29 of 30 rows are bad, such as line 3"),
    ] {
        let report = prices(&house, &warehouse, content);
        assert!(report.error.as_ref().is_some_and(|error| error.contains(says)), "{report:?}");
        assert_eq!(rows(&warehouse, "select sku, price from source_prices"), ["A,1"]);
    }
    fs::remove_file(house.folder.path().join("prices.csv")).unwrap();
    let report = warehouse.refresh_source("prices").unwrap();
    assert!(report.error.as_ref().is_some_and(|error| error.contains("prices.csv")), "{report:?}");
    assert_eq!(rows(&warehouse, "select sku, price from source_prices"), ["A,1"]);
    assert_eq!(warehouse.sources().unwrap()[0].report, Some(report));
}

#[test]
fn no_row_is_an_empty_table() {
    let house = House::sqlite();
    let warehouse = house.warehouse();
    let report = prices(&house, &warehouse, "sku,price\n");
    assert_eq!((report.rows, report.error), (0, None));
    assert_eq!(rows(&warehouse, "select count(*) from source_prices"), ["0"]);
}

#[test]
fn a_parquet_file_keeps_its_types() {
    let house = House::sqlite();
    let warehouse = house.warehouse();
    let asked = "select day, year, iso_year_week as \"Week\", cast(year as double) / 2 as half from calendar where year = 2026";
    let (file, path) = in_parquet(&house, &warehouse, asked);
    let report = load(&warehouse, &source("days", file.clone(), "day"));
    assert_eq!((report.rows, report.bad, report.error), (365, 0, None));
    let asked =
        "select c.day, s.week, half from source_days s join calendar c on c.day = s.day order by 1 limit 1";
    assert_eq!(rows(&warehouse, asked), ["2026-01-01,2026-W01,1013.0"]);
    // The first year's key is there 365 times.
    let report = load(&warehouse, &source("years", file.clone(), "year"));
    assert!(
        report.error.is_some_and(|error| error.contains("row 2: there is another row with the key 2026"))
    );
    let content = fs::read(&path).unwrap();
    fs::write(&path, &content[..content.len() / 2]).unwrap();
    let report = load(&warehouse, &source("days", file, "day"));
    assert!(report.error.is_some_and(|error| error.contains("not whole")));
    assert_eq!(rows(&warehouse, "select count(*) from source_days"), ["365"]);
}

#[test]
fn what_is_no_number_stays_that_and_is_told_as_nothing() {
    let house = House::sqlite();
    let warehouse = house.warehouse();
    let asked = "select 1 as id, cast('NaN' as double) as x union all select 2, cast('inf' as double)
                 union all select 3, cast(1.5 as double)";
    let (from, _) = in_parquet(&house, &warehouse, asked);
    load(&warehouse, &source("measured", from, "id"));
    let all = "select id, x from source_measured order by id";
    assert_eq!(rows(&warehouse, all), ["1,NaN", "2,inf", "3,1.5"]);
    let told = ask_as(&warehouse, &Principal::system(), all).unwrap().json().unwrap();
    assert_eq!(
        told.iter().map(|row| row["x"].clone()).collect::<Vec<_>>(),
        [serde_json::Value::Null, serde_json::Value::Null, 1.5.into()]
    );
    let finite = "select sum(x) from source_measured where not isnan(x) and x < 1e300";
    assert_eq!(rows(&warehouse, finite), ["1.5"]);
    // In CSV it is a text like any other, and a mistake in a column of numbers.
    let many: String = (0..200).map(|row| format!("A{row},1.5\n")).collect();
    let report = prices(&house, &warehouse, &format!("sku,price\n{many}B,NaN\n"));
    assert_eq!(said(&report), ["line 202: price: \"NaN\" is not a number"]);
}

#[test]
fn a_query_in_another_database_is_a_table_and_writes_nothing() {
    on_both(|house| {
        house.save(house.draft("deal").with("name", "One").with("amount", kernel::Decimal::new(125, 1)));
        house.save(house.draft("deal").with("name", "Two \"quoted\", and more"));
        let warehouse = house.warehouse();
        let from =
            |query: &str| Origin::Sql { database: house.db.config().url.clone(), query: query.to_owned() };
        let asked = "select id, name, version, deleted_at is null as stands from deal -- all of them";
        let report = load(&warehouse, &source("other", from(asked), "id"));
        assert_eq!((report.rows, report.bad, report.error), (2, 0, None));
        assert_eq!(
            rows(
                &warehouse,
                "select s.name, s.version + d.version, s.stands is not null
                 from source_other s join deal d on d.name = s.name order by 1"
            ),
            ["One,2,true", "\"Two \"\"quoted\"\", and more\",2,true"]
        );
        for (query, says) in [
            ("delete from deal", "reads no rows"),
            ("delete from deal returning id", "read"),
            ("select id from deal; delete from deal", ""),
            ("select id from nowhere", "nowhere"),
            ("update deal set name = 'x'", "reads no rows"),
        ] {
            let report = load(&warehouse, &source("other", from(query), "id"));
            let error = report.error.unwrap_or_else(|| panic!("{query} was read"));
            let says = if query.contains("returning") { "" } else { says };
            assert!(error.contains(says), "{query}: {error}");
        }
        assert_eq!(rows(&warehouse, "select count(*) from source_other"), ["2"]);
        house.pass("PT1h");
        warehouse.catch_up().unwrap();
        assert_eq!(rows(&warehouse, "select count(*) from deal"), ["2"]);
    });
    let house = House::sqlite();
    let warehouse = house.warehouse();
    for database in ["sqlite:/nowhere/at/all.db", "postgres://nobody@127.0.0.1:9/nothing", "mysql://x/y"] {
        let from = Origin::Sql { database: database.to_owned(), query: "select 1 as id".to_owned() };
        let report = load(&warehouse, &source("other", from, "id"));
        assert!(report.error.is_some(), "{database} was read");
    }
}

#[test]
fn a_query_that_has_begun_ends_with_the_rows_that_it_began_with() {
    let house = House::sqlite();
    let warehouse = house.warehouse();
    prices(&house, &warehouse, "sku,price\nA,1\n");
    let (session, _) = warehouse.session(&Asking::of(Principal::system()));
    let runtime = warehouse.runtime();
    let frame = runtime.block_on(async {
        tokio::spawn(async move { session.sql("select price from source_prices").await.unwrap() }).await
    });
    for price in 2..5 {
        prices(&house, &warehouse, &format!("sku,price\nA,{price}\n"));
    }
    let batches = runtime.block_on(async { frame.unwrap().collect().await.unwrap() });
    assert_eq!(batches[0].num_rows(), 1);
    assert_eq!(rows(&warehouse, "select price from source_prices"), ["4"]);
    let files = || warehouse.store().files_of("_source/prices").unwrap().len();
    assert_eq!(files(), 4);
    house.pass("PT2h");
    prices(&house, &warehouse, "sku,price\nA,5\n");
    assert!(files() <= 5);
    warehouse.remove_source("prices").unwrap();
    assert_eq!(files(), 0);
    assert!(ask_as(&warehouse, &Principal::system(), "select * from source_prices").is_err());
    assert!(matches!(warehouse.remove_source("prices"), Err(Error::NoSource(_))));
}

#[test]
fn nobody_sees_a_source_by_their_rights_on_records() {
    let house = House::sqlite();
    let user = house.save(house.draft("user").with("name", "Ada"));
    let warehouse = house.warehouse();
    prices(&house, &warehouse, "sku,price\nA,1\n");
    let who = person(user, vec![("deal", vec![super::rights::grant(None, &[])])]);
    assert!(ask_as(&warehouse, &who, "select * from source_prices").is_err());
    let asked = "select table_name from information_schema.tables where table_name like 'source%'";
    assert_eq!(lines(&ask_as(&warehouse, &who, asked).unwrap()), [""; 0]);
    let scope: crate::query::Scope = Arc::new(|name: &str| name != "source_prices");
    let scoped = Asking { scope: Some(scope), ..Asking::of(Principal::system()) };
    assert!(warehouse.query(&scoped, "select * from source_prices", 10, &Cancel::default()).is_err());
}

#[test]
fn what_cannot_be_registered_is_refused_with_what_to_do() {
    let house = House::sqlite();
    let warehouse = house.warehouse();
    let right = csv("prices", std::path::Path::new("/x.csv"), "sku");
    for (wrong, says) in [
        (Source { name: "Prices!".to_owned(), ..right.clone() }, "lower-case letters"),
        (Source { name: String::new(), ..right.clone() }, "lower-case letters"),
        (Source { key: Vec::new(), ..right.clone() }, "as its key"),
        (Source { every: Some("sometimes".to_owned()), ..right.clone() }, "such as `every 1h`"),
        (Source { roles: vec!["Nobody".to_owned()], ..right.clone() }, "no role \"Nobody\""),
        (Source { zone: Some("Mars/North".to_owned()), ..right.clone() }, "no such time zone"),
    ] {
        let refused = warehouse.add_source(&wrong).unwrap_err().to_string();
        assert!(refused.contains(says), "{refused}");
    }
    assert!(warehouse.sources().unwrap().is_empty());
}

#[test]
fn nothing_is_read_for_strangers_but_what_the_configuration_opens() {
    let house = House::sqlite();
    let folder = house.folder.path().join("exports");
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join("prices.csv"), "sku\nA\n").unwrap();
    fs::write(house.folder.path().join("secret.csv"), "sku\nA\n").unwrap();
    std::os::unix::fs::symlink(house.folder.path().join("secret.csv"), folder.join("link.csv")).unwrap();
    let databases = [("erp".to_owned(), "postgres://reader:secret@erp/shop".to_owned())].into();
    let config = SourcesConfig { folder: Some(folder), databases };
    let file = |file: &str| Origin::Csv { file: file.to_owned() };
    let sql = |database: &str| Origin::Sql { database: database.to_owned(), query: "select 1".to_owned() };
    assert!(file("prices.csv").check_opened(&config).is_ok());
    assert!(sql("erp").check_opened(&config).is_ok());
    for (origin, says) in [
        (file("/etc/passwd"), "no file of the folder"),
        (file("../secret.csv"), "no file of the folder"),
        (file("link.csv"), "leads out"),
        (file("nothing.csv"), "nothing.csv"),
        (sql("sqlite:/var/lib/rapport.db"), "only erp"),
        (sql("postgres://127.0.0.1/other"), "only erp"),
    ] {
        let refused = origin.check_opened(&config).unwrap_err().to_string();
        assert!(refused.contains(says), "{origin:?}: {refused}");
        let nothing = SourcesConfig::default();
        assert!(origin.check_opened(&nothing).is_err());
    }
    assert!(!format!("{config:?}").contains("secret"));
    assert_eq!(sql("postgres://reader:secret@erp/shop").shown(), "postgres://reader@erp/shop");
    let options = Options { sources: config, ..house.options() };
    let warehouse = Arc::new(Warehouse::open(&house.engine, options).unwrap());
    assert_eq!(load(&warehouse, &source("prices", file("prices.csv"), "sku")).rows, 1);
    assert!(load(&warehouse, &source("prices", file("../secret.csv"), "sku")).error.is_some());
}
