use kernel::{Decimal, Value};

use super::*;

#[test]
fn what_is_saved_is_there_as_it_is_and_as_it_was() {
    on_both(|house| {
        let warehouse = house.warehouse();
        assert!(rows(&warehouse, "select * from deal").is_empty());
        let id = house.save(house.draft("deal").with("name", "Mill").with("amount", Decimal::new(1_000, 0)));
        house.pass("PT1h");
        house.save(house.change("deal", id).with("name", "Great mill").with("stage", "won"));
        warehouse.catch_up().unwrap();
        assert_eq!(
            rows(
                &warehouse,
                "select title, amount, amount_currency, stage, stage_outcome, stage_probability, version from deal"
            ),
            ["Great mill,1000.0000,USD,won,won,100,2"]
        );
        let history =
            "select name, title, stage, valid_from, valid_to, version from deal_history order by valid_from";
        let expected = [
            "Mill,Mill,open,2026-03-01T10:00:00Z,2026-03-01T11:00:00Z,1",
            "Great mill,Great mill,won,2026-03-01T11:00:00Z,,2",
        ];
        assert_eq!(rows(&warehouse, history), expected);
        warehouse.flush().unwrap();
        assert_eq!(warehouse.state().fresh_records(), 0);
        assert_eq!(rows(&warehouse, history), expected);
        assert_right(&warehouse);
        let again = house.warehouse();
        assert_eq!(rows(&again, history), expected);
    });
}

#[test]
fn the_status_tells_how_far_behind_it_is() {
    on_both(|house| {
        house.save(house.draft("deal").with("name", "First"));
        let warehouse = house.warehouse();
        warehouse.catch_up().unwrap();
        assert_eq!(warehouse.status().unwrap().behind, 0);
        house.save(house.draft("deal").with("name", "Second"));
        house.save(house.draft("deal").with("name", "Third"));
        assert_eq!(warehouse.status().unwrap().behind, 2);
        warehouse.catch_up().unwrap();
        assert_eq!(warehouse.status().unwrap().behind, 0);
    });
}

#[test]
fn what_is_fresh_takes_the_place_of_what_is_in_files() {
    on_both(|house| {
        let ids: Vec<Id> =
            (0..20).map(|at| house.save(house.draft("deal").with("name", format!("Deal {at:02}")))).collect();
        let warehouse = house.warehouse();
        warehouse.flush().unwrap();
        house.pass("PT1m");
        house.save(house.change("deal", ids[3]).with("name", "Changed"));
        house.delete("deal", ids[4]);
        house.destroy("deal", ids[5]);
        warehouse.catch_up().unwrap();
        for _ in 0..2 {
            assert_eq!(rows(&warehouse, "select count(*), count(distinct id) from deal"), ["18,18"]);
            assert_eq!(
                rows(&warehouse, "select name from deal where name >= 'Deal 02' order by name limit 2"),
                ["Deal 02", "Deal 06"]
            );
            assert_eq!(
                rows(&warehouse, &format!("select count(*) from deal_history where id = '{}'", ids[3])),
                ["2"]
            );
            assert_eq!(
                rows(&warehouse, &format!("select count(*) from deal_history where id = '{}'", ids[4])),
                ["1"]
            );
            assert_eq!(
                rows(&warehouse, &format!("select count(*) from deal_history where id = '{}'", ids[5])),
                ["0"]
            );
            assert_right(&warehouse);
            warehouse.flush().unwrap();
        }
        house.restore("deal", ids[4]);
        warehouse.catch_up().unwrap();
        assert_eq!(rows(&warehouse, "select count(*) from deal"), ["19"]);
        assert_right(&warehouse);
    });
}

#[test]
fn who_is_destroyed_is_in_no_file() {
    let house = House::sqlite();
    let id = house.save(house.draft("company").with("name", "Unforgettable"));
    house.save(house.draft("company").with("name", "Other"));
    let warehouse = house.warehouse();
    warehouse.flush().unwrap();
    house.destroy("company", id);
    warehouse.catch_up().unwrap();
    warehouse.flush().unwrap();
    let store = warehouse.store();
    let named: Vec<_> = warehouse.state().manifest.files().cloned().collect();
    for file in named {
        let schema =
            crate::columns::schema(&crate::columns::of_object(&house.engine.object("company").unwrap()));
        for batch in crate::files::read(store, &file, &schema).unwrap() {
            let batch = batch.unwrap();
            assert!(!crate::files::ids(&batch).unwrap().iter().flatten().any(|one| one == id.to_string()));
        }
    }
}

#[test]
fn days_and_instants_reach_from_year_1_to_9999() {
    on_both(|house| {
        let first = kernel::Date::constant(1, 1, 1);
        let last = kernel::Date::constant(9999, 12, 31);
        let instant: Timestamp = "9999-12-30T21:59:59.999999Z".parse().unwrap();
        house.save(
            house
                .draft("deal")
                .with("name", "First")
                .with("close_date", first)
                .with("amount", Decimal::new(-5, 1)),
        );
        house
            .save(house.draft("deal").with("name", "Last").with("close_date", last).with("seen_at", instant));
        let warehouse = house.warehouse();
        let asked = "select close_date, seen_at, amount, amount_base from deal order by name";
        let expected = ["0001-01-01,,-0.5000,-0.5000", "9999-12-31,9999-12-30T21:59:59.999999Z,,"];
        assert_eq!(rows(&warehouse, asked), expected);
        warehouse.flush().unwrap();
        assert_eq!(rows(&warehouse, asked), expected);
        let joined = "select name, year from deal left join calendar on day = close_date order by name";
        assert_eq!(rows(&warehouse, joined), ["First,", "Last,"]);
    });
}

#[test]
fn a_clock_that_jumps_back_leaves_one_version_for_each_moment() {
    on_both(|house| {
        let id = house.save(house.draft("deal").with("name", "One"));
        house.pass("PT2h");
        house.save(house.change("deal", id).with("name", "Two"));
        house.pass("-PT48h");
        house.save(house.change("deal", id).with("name", "Three"));
        house.pass("PT72h");
        house.save(house.change("deal", id).with("name", "Four"));
        let warehouse = house.warehouse();
        let asked = "select name, valid_from, valid_to from deal_history order by version";
        assert_eq!(
            rows(&warehouse, asked),
            [
                "One,2026-03-01T10:00:00Z,2026-03-01T12:00:00Z",
                "Three,2026-03-01T12:00:00Z,2026-03-02T12:00:00Z",
                "Four,2026-03-02T12:00:00Z,"
            ]
        );
        assert_right(&warehouse);
    });
}

#[test]
fn amounts_count_in_the_base_currency_by_the_rate_of_their_day() {
    on_both(|house| {
        for (day, rate) in [("2026-01-01", "1.10"), ("2026-02-01", "1.20")] {
            let day: kernel::Date = day.parse().unwrap();
            let rate: Decimal = rate.parse().unwrap();
            house.save(
                house.draft("exchange_rate").with("currency", "EUR").with("day", day).with("rate", rate),
            );
        }
        for (name, day, currency) in [
            ("A", "2026-01-31", "EUR"),
            ("B", "2026-02-01", "EUR"),
            ("C", "2025-12-31", "EUR"),
            ("D", "2026-01-31", "USD"),
        ] {
            let day: kernel::Date = day.parse().unwrap();
            let draft = house.draft("deal").with("name", name).with("close_date", day);
            house.save(draft.with("amount", Decimal::new(10_005, 2)).with("amount.currency", currency));
        }
        let warehouse = house.warehouse();
        assert_eq!(
            rows(&warehouse, "select name, amount_base from deal order by name"),
            ["A,110.0550", "B,120.0600", "C,", "D,100.0500"]
        );
    });
}

#[test]
fn computed_amounts_have_a_currency_and_count_in_the_base_currency_too() {
    on_both(|house| {
        let day: kernel::Date = "2026-01-01".parse().unwrap();
        let rate = house.draft("exchange_rate").with("currency", "EUR").with("day", day);
        house.save(rate.with("rate", Decimal::new(15, 1)));
        let company = house.save(house.draft("company").with("name", "Acme"));
        for (name, currency, cost_currency) in [("A", "EUR", "EUR"), ("B", "USD", "USD"), ("C", "USD", "EUR")]
        {
            let draft = house.draft("deal").with("name", name).with("company", company);
            let draft = draft.with("amount", Decimal::new(100, 0)).with("amount.currency", currency);
            house.save(draft.with("cost", Decimal::new(40, 0)).with("cost.currency", cost_currency));
        }
        house.save(house.draft("deal").with("name", "D"));
        let warehouse = house.warehouse();
        let asked = "select name, double, double_currency, double_base, margin, margin_currency, margin_base from deal order by name";
        let wanted = [
            "A,200.00,EUR,300.0000,60.00,EUR,90.0000",
            "B,200.00,USD,200.0000,60.00,USD,60.0000",
            "C,200.00,USD,200.0000,,,",
            "D,,,,,,",
        ];
        assert_eq!(rows(&warehouse, asked), wanted);
        warehouse.flush().unwrap();
        assert_eq!(rows(&warehouse, asked), wanted);
        assert_eq!(
            rows(&warehouse, "select open_amount, open_amount_currency, open_amount_base from company"),
            ["350.0000,USD,350.0000"]
        );
        let cube = "name = \"x\"\ntable = \"deal\"\nmeasure = [{ name = \"doubled\", is = \"sum\", of = \"double_base\" }]";
        let known = crate::cubes::parse("own.toml", cube).unwrap();
        let asking = Asking::of(Principal::system());
        let table =
            warehouse.ask(&asking, &known.file, &known.def, &cube::Question::default(), &Cancel::default());
        assert_eq!(super::cubes::shown(&table.unwrap()), ["700"]);
    });
}

#[test]
fn what_is_computed_from_a_hidden_amount_is_as_open_as_it_is_in_lists() {
    use super::rights::{grant, person};
    let house = House::sqlite();
    let ada = house.save(house.draft("user").with("name", "Ada"));
    house.save(house.draft("deal").with("name", "A").with("amount", Decimal::new(100, 0)));
    let warehouse = house.warehouse();
    let asked = "select double, double_currency, double_base from deal";
    let who = person(ada, vec![("deal", vec![grant(None, &["amount"])])]);
    assert_eq!(lines(&ask_as(&warehouse, &who, asked).unwrap()), ["200.00,USD,200.0000"]);
    let who = person(ada, vec![("deal", vec![grant(None, &["double"])])]);
    for column in ["double", "double_currency", "double_base"] {
        assert!(ask_as(&warehouse, &who, &format!("select {column} from deal")).is_err(), "{column}");
    }
}

#[test]
fn open_deals_stand_in_the_daily_table_for_each_day_at_whose_end_they_were_open() {
    on_both(|house| {
        let id = house.save(house.draft("deal").with("name", "Long").with("amount", Decimal::new(10, 0)));
        house.pass("PT48h");
        house.save(house.change("deal", id).with("amount", Decimal::new(20, 0)));
        house.pass("PT1h");
        house.save(house.change("deal", id).with("amount", Decimal::new(30, 0)));
        house.pass("PT24h");
        house.save(house.change("deal", id).with("stage", "won"));
        house.pass("PT24h");
        let other = house.save(house.draft("deal").with("name", "Other"));
        house.delete("deal", other);
        house.save(house.draft("deal").with("name", "New"));
        let warehouse = house.warehouse();
        assert_eq!(
            rows(&warehouse, "select day, name, amount from deal_daily order by day, name"),
            [
                "2026-03-01,Long,10.0000",
                "2026-03-02,Long,10.0000",
                "2026-03-03,Long,30.0000",
                "2026-03-05,New,"
            ]
        );
    });
}

#[test]
fn two_who_write_files_at_once_do_not_meet() {
    let house = House::sqlite();
    let warehouse = house.warehouse();
    let other = house.open();
    house.save(house.draft("deal").with("name", "One"));
    warehouse.catch_up().unwrap();
    other.catch_up().unwrap();
    let lock = warehouse.store().lock().unwrap();
    assert!(matches!(other.flush(), Err(Error::Busy)));
    drop(lock);
    warehouse.flush().unwrap();
    assert!(matches!(other.flush(), Err(Error::Busy)), "the other has not seen what was written");
    other.catch_up().unwrap();
    house.save(house.draft("deal").with("name", "Two"));
    other.catch_up().unwrap();
    other.flush().unwrap();
    assert_eq!(rows(&other, "select name from deal order by name"), ["One", "Two"]);
    warehouse.catch_up().unwrap();
    assert_eq!(rows(&warehouse, "select name from deal order by name"), ["One", "Two"]);
    assert_right(&warehouse);
}

#[test]
fn a_rebuild_by_another_process_is_followed_whatever_was_written_meanwhile() {
    let house = House::sqlite();
    house.save(house.draft("company").with("name", "Untouched"));
    house.save(house.draft("deal").with("name", "One"));
    let server = house.warehouse();
    let command = house.open();
    house.save(house.draft("deal").with("name", "Two"));
    server.catch_up().unwrap();
    server.flush().unwrap();
    command.rebuild(&mut |_, _| {}).unwrap();
    server.catch_up().unwrap();
    assert!(server.state().manifest == command.state().manifest, "the server reads other files");
    assert_eq!(rows(&server, "select name from company"), ["Untouched"]);
    assert_eq!(rows(&server, "select name from deal order by name"), ["One", "Two"]);
    house.save(house.draft("deal").with("name", "Three"));
    server.catch_up().unwrap();
    server.flush().unwrap();
    assert_eq!(rows(&server, "select count(*) from deal"), ["3"]);
    assert_right(&server);
}

#[test]
fn a_query_whose_files_another_process_replaces_is_asked_again_and_never_answered_in_part() {
    let house = House::sqlite();
    house.save(house.draft("company").with("name", "Untouched"));
    let server = house.warehouse();
    server.flush().unwrap();
    let (session, _) = server.session(&Asking::of(Principal::system()));
    let runtime = server.runtime();
    let planned = runtime.block_on(session.sql("select name from company")).unwrap();
    house.open().rebuild(&mut |_, _| {}).unwrap();
    wait_for_files(&server, "company", 1);
    let read = runtime.block_on(async { tokio::spawn(planned.collect()).await.unwrap() });
    assert!(matches!(Error::from(read.unwrap_err()), Error::Replaced));
    assert_eq!(rows(&server, "select name from company"), ["Untouched"]);
}

#[test]
fn a_file_half_written_is_made_anew() {
    let house = House::sqlite();
    for name in ["One", "Two", "Three"] {
        house.save(house.draft("deal").with("name", name));
    }
    let warehouse = house.warehouse();
    warehouse.flush().unwrap();
    let file = warehouse.state().manifest.tables["deal"].files().next().unwrap().clone();
    drop(warehouse);
    let path = house.folder.path().join(&file.path);
    let whole = std::fs::read(&path).unwrap();
    std::fs::write(&path, &whole[..whole.len() / 2]).unwrap();
    assert_right(&house.warehouse());
    std::fs::remove_file(house.folder.path().join("manifest.json")).unwrap();
    assert_right(&house.warehouse());
    std::fs::write(house.folder.path().join("manifest.json"), "{\"format\": 1, \"gen").unwrap();
    let warehouse = house.warehouse();
    assert_eq!(rows(&warehouse, "select count(*) from deal"), ["3"]);
    assert_right(&warehouse);
}

#[test]
fn lists_and_empty_content_come_through() {
    on_both(|house| {
        let labels = Value::List(vec!["a".into(), "b, \"c\"".into()]);
        house.save(house.draft("deal").with("name", "Some").with("labels", labels));
        house.save(house.draft("deal").with("name", "None"));
        let warehouse = house.warehouse();
        warehouse.flush().unwrap();
        let asked = "select name, cardinality(labels) from deal where array_has(labels, 'a')";
        assert_eq!(rows(&warehouse, asked), ["Some,2"]);
    });
}
