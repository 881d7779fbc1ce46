//! What a query may not do.

use std::time::Duration;

use super::*;

#[test]
fn sql_reads_and_does_nothing_else() {
    let house = House::sqlite();
    house.save(house.draft("deal").with("name", "One"));
    let warehouse = house.warehouse();
    let outside = house.folder.path().join("outside.csv");
    std::fs::write(&outside, "a\n1\n").unwrap();
    let path = outside.display();
    for sql in [
        "insert into deal (name) values ('x')".to_owned(),
        "update deal set name = 'x'".to_owned(),
        "delete from deal".to_owned(),
        "create table t as select 1".to_owned(),
        "create view v as select 1".to_owned(),
        format!("create external table t stored as csv location '{path}'"),
        format!("copy deal to '{path}'"),
        format!("copy (select 1) to '{path}' stored as csv"),
        "drop table deal".to_owned(),
        "set datafusion.execution.target_partitions = 1".to_owned(),
        format!("select * from '{path}'"),
        format!("select * from 'file://{path}'"),
        "select * from 'http://127.0.0.1/x.csv'".to_owned(),
        format!("select * from read_csv('{path}')"),
        format!("select * from read_parquet('{path}')"),
        "select * from parquet_metadata('x')".to_owned(),
        "select 1; select 2".to_owned(),
        format!("explain analyze copy deal to '{path}'"),
        "begin".to_owned(),
        "".to_owned(),
        "select nothing from nowhere".to_owned(),
    ] {
        let answer = ask_as(&warehouse, &Principal::system(), &sql);
        assert!(matches!(answer, Err(Error::Query(_))), "{sql}: {answer:?}");
    }
    assert_eq!(std::fs::read_to_string(&outside).unwrap(), "a\n1\n");
    assert_eq!(rows(&warehouse, "select name from rapport.public.deal"), ["One"]);
}

#[test]
fn a_statement_of_many_parts_is_answered_or_refused_and_never_too_deep_to_plan() {
    let house = House::sqlite();
    let warehouse = house.warehouse();
    let chain = |first: &str, link: &str, times: usize| format!("select {first}{}", link.repeat(times));
    let joins: String = (0..40).map(|at| format!(" cross join (values (1)) as t{at}")).collect();
    let deepest = [
        (chain("1", " union all select 1", 300), 301),
        (chain("1 where false", " or 1 = 1", 900), 1),
        (chain("1", " + 1", 1_990), 1),
        (chain("1", "::int", 900), 1),
        (format!("select 1 from (values (1)) as t{joins}"), 1),
        (chain("1", " is null", 900), 1),
    ];
    for (sql, expected) in &deepest {
        let answer = ask_as(&warehouse, &Principal::system(), sql);
        assert_eq!(answer.map(|answer| answer.rows()).unwrap(), *expected, "{}", &sql[..40]);
    }
    for (sql, _) in deepest {
        let longer = format!("{sql}{}", " + 1".repeat(2_000));
        let answer = ask_as(&warehouse, &Principal::system(), &longer);
        assert!(matches!(answer, Err(Error::Limit(_))), "{}: {answer:?}", &sql[..40]);
    }
    let ids: Vec<String> = (0..20_000).map(|id| id.to_string()).collect();
    let many = format!("select 1 where 7 in ({})", ids.join(", "));
    assert_eq!(ask_as(&warehouse, &Principal::system(), &many).unwrap().rows(), 1);
}

#[test]
fn a_query_that_wants_all_memory_is_told_so() {
    let house = House::sqlite();
    house.warehouse();
    let options = Options { memory: 4 << 20, disk: 1 << 20, ..house.options() };
    let warehouse = Arc::new(Warehouse::open(&house.engine, options).unwrap());
    for sql in [
        "select repeat('x', 100) || value as text from generate_series(1, 300000) order by text desc",
        "select value, count(*) from (select distinct value || 'x' as value from generate_series(1, 3000000)) group by value",
        "select array_agg(a.value * b.value) from generate_series(1, 3000) a, generate_series(1, 3000) b",
        "select value, array_agg(value) over (order by value) from generate_series(1, 300000)",
        "select repeat('x', 1000000000000)",
        "select repeat(repeat('x', 10000), 10000)",
        "select length(lpad('x', cast(value as int), '.')) from generate_series(1, 2000000000)",
    ] {
        let answer = ask_as(&warehouse, &Principal::system(), sql);
        assert!(
            matches!(answer, Err(Error::Memory | Error::Limit(_))),
            "{sql}: {:?}",
            answer.map(|answer| answer.rows())
        );
    }
}

#[test]
fn functions_make_no_more_of_little_than_memory_has_room_for() {
    let house = House::sqlite();
    let warehouse = house.warehouse();
    let doubled = |more: &str| {
        format!("with recursive r as (select {more} as t, 1 as n union all select {more}, n + 1 from r where n < 60) select max(n) from r")
            .replacen(more, "'xxxxxxxx'", 1)
    };
    let lists = "with recursive r as (select make_array(1, 2) as t, 1 as n union all select array_concat(t, t), n + 1 from r where n < 60) select max(n) from r";
    let steps = (1..9)
        .map(|at| format!(", t{at} as (select replace(t, 'x', repeat('x', 50)) as t from t{})", at - 1));
    let steps = format!("with t0 as (select 'x' as t){} select length(t) from t8", steps.collect::<String>());
    for sql in [
        "select repeat('x', 1000000000000)".to_owned(),
        "select repeat('x', value * 1000) from generate_series(1, 100000)".to_owned(),
        "select length(rpad('x', cast(value as int) * 1000000, '.')) from generate_series(1, 1000)"
            .to_owned(),
        "select array_length(range(0, 1000000000000))".to_owned(),
        "select array_length(generate_series(value, 100000000)) from generate_series(1, 100)".to_owned(),
        "select array_length(range(date '1900-01-01', date '9999-12-31', interval '1 day'))".to_owned(),
        "select array_length(array_repeat('long', 100000000))".to_owned(),
        "select array_length(array_resize(make_array(1), 1000000000, 0))".to_owned(),
        "select length(array_to_string(range(0, 100000), repeat('x', 10000)))".to_owned(),
        "select length(regexp_replace(repeat('x', 100000), '', repeat('y', 10000), 'g'))".to_owned(),
        doubled("t || t"),
        doubled("concat(t, t)"),
        lists.to_owned(),
        steps,
    ] {
        let answer = ask_as(&warehouse, &Principal::system(), &sql).map(|answer| lines(&answer));
        let told = match &answer {
            Err(Error::Limit(told)) => told.as_str(),
            _ => panic!("{sql}: {answer:?}"),
        };
        assert!(
            told.contains("would make") && told.ends_with("make shorter values, or fewer"),
            "{sql}: {told}"
        );
    }
    let long = format!("select '{}'", "x".repeat(20_000));
    assert!(matches!(ask_as(&warehouse, &Principal::system(), &long), Err(Error::Limit(_))));
}

#[test]
fn functions_that_are_bounded_answer_as_they_do_without() {
    let house = House::sqlite();
    house.save(house.draft("deal").with("name", "One"));
    let warehouse = house.warehouse();
    for (asked, answered) in [
        ("'a' || name || 1 || null", ""),
        ("'a' || name || 1", "aOne1"),
        ("concat('a', null, name)", "aOne"),
        ("concat_ws('-', 'a', name)", "a-One"),
        ("rpad(name, 5, '.') || lpad('7', 3, '0')", "One..007"),
        ("repeat(name, 2)", "OneOne"),
        ("replace(name, 'n', 'nn') || replace('', 'x', 'y')", "Onne"),
        ("regexp_replace(name, '(.)', '\\1\\1', 'g')", "OOnnee"),
        ("array_to_string(array_repeat(name, 2), ',')", "\"One,One\""),
        ("array_length(range(5)) + array_length(generate_series(1, 10, 3))", "9"),
        ("array_length(range(date '2026-01-01', date '2026-02-01', interval '1 day'))", "31"),
        ("make_array(1, 2) || make_array(3)", "\"[1, 2, 3]\""),
        ("repeat(null, 5)", ""),
    ] {
        let sql = format!("select {asked} as answer from deal");
        let shown = rows(&warehouse, &sql);
        let empty = shown == ["\"\""] && answered.is_empty();
        assert!(empty || shown == [answered], "{asked}: {shown:?}");
    }
    assert_eq!(rows(&warehouse, "select 'a' || 'b', 1 where 'x' || 'y' = 'xy'"), ["ab,1"]);
}

#[test]
fn a_sort_beyond_its_memory_is_put_aside_on_disk() {
    let house = House::sqlite();
    house.warehouse();
    let options = Options { memory: 24 << 20, ..house.options() };
    let warehouse = Arc::new(Warehouse::open(&house.engine, options).unwrap());
    let sql = "select value, repeat('x', 60) || value from generate_series(1, 500000) order by 2 desc";
    let answer =
        warehouse.query(&Asking::of(Principal::system()), sql, 1_000_000, &Cancel::default()).unwrap();
    assert_eq!(answer.rows(), 500_000);
}

#[test]
fn a_query_ends_when_its_time_is_over_or_somebody_stops_it() {
    let house = House::sqlite();
    house.warehouse();
    let series = "select count(*) from generate_series(1, 10000000) a, generate_series(1, 10000000) b";
    let endless = format!("{series} where a.value % 7 = b.value % 11");
    let options = Options { patience: Duration::from_millis(300), ..house.options() };
    let warehouse = Arc::new(Warehouse::open(&house.engine, options).unwrap());
    for asked in [&endless, series, &format!("{series} where b.value > a.value * 1000000000")] {
        assert!(matches!(ask_as(&warehouse, &Principal::system(), asked), Err(Error::Limit(_))), "{asked}");
    }
    // Whoever had the processors gives them back.
    assert_eq!(
        rows(&warehouse, "select count(*) from generate_series(1, 10) a, generate_series(1, 10) b"),
        ["100"]
    );

    let warehouse = house.open();
    let cancel = Cancel::default();
    let stopping = cancel.clone();
    let stopper = std::thread::spawn(move || stopping.cancel());
    let answer = warehouse.query(&Asking::of(Principal::system()), &endless, 10, &cancel);
    stopper.join().unwrap();
    assert!(matches!(answer, Err(Error::Cancelled)));
}

#[test]
fn an_answer_is_cut_where_its_limit_is() {
    let house = House::sqlite();
    let warehouse = house.warehouse();
    let asking = Asking::of(Principal::system());
    let answer =
        warehouse.query(&asking, "select * from generate_series(1, 100)", 30, &Cancel::default()).unwrap();
    assert!(answer.cut && answer.rows() == 30);
}

#[test]
fn the_calendar_knows_iso_weeks_and_fiscal_years() {
    let house = House::sqlite();
    let options = Options { fiscal_year_begins: 4, ..house.options() };
    let warehouse = Arc::new(Warehouse::open(&house.engine, options).unwrap());
    let sql = "select day, iso_year_week, fiscal_year, fiscal_quarter, year_quarter from calendar where day = '2027-01-02'";
    assert_eq!(rows(&warehouse, sql), ["2027-01-02,2026-W53,2027,4,2027-Q1"]);
}

#[test]
fn places_are_found_and_measured() {
    let house = House::sqlite();
    let warehouse = house.warehouse();
    let sql = "select c.name, k.name, r.name, c.name_rank from city c join country k on k.code = c.country
        join region r on r.country = c.country and r.code = c.region where c.id = nearest_city(48.14, 11.58)";
    assert_eq!(rows(&warehouse, sql), ["Munich,Germany,Bavaria,1"]);
    let sql = "select round(distance_km(52.52, 13.405, 48.8566, 2.3522)), distance_km(91, 0, 0, 0), nearest_city(null, 1)";
    assert_eq!(rows(&warehouse, sql), ["877.0,,"]);
}
