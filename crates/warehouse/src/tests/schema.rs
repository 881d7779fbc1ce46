//! Definitions that change while the warehouse stands.

use kernel::Decimal;
use metadata::definition::{FieldDef, Overlay, TypeName};

use super::*;

/// Redefines the deal as customers do: with these fields besides the shipped ones.
fn define(house: &House, fields: Vec<FieldDef>) {
    tables::change(&house.engine, &shipped(), tables::Losses::Accept, |customs| {
        customs.overlays =
            vec![Overlay { object: "deal".to_owned(), fields: fields.clone(), ..Overlay::default() }];
        Ok(())
    })
    .unwrap();
}

fn field(name: &str, of: TypeName) -> FieldDef {
    FieldDef { label: Some(name.to_owned()), ..FieldDef::new(name, of) }
}

#[test]
fn fields_are_added_renamed_retyped_and_deleted_while_the_warehouse_stands() {
    on_both(|house| {
        let id = house.save(house.draft("deal").with("name", "Old"));
        let warehouse = house.warehouse();
        warehouse.flush().unwrap();
        let files = warehouse.state().manifest.tables["deal"].files().count();

        define(house, vec![field("region", TypeName::Text)]);
        assert_right(&warehouse);
        assert_eq!(rows(&warehouse, "select name, region from deal"), ["Old,"]);
        assert_eq!(
            warehouse.state().manifest.tables["deal"].files().count(),
            files,
            "older files do as well"
        );
        house.pass("PT1h");
        house.save(house.change("deal", id).with("region", "12"));
        warehouse.catch_up().unwrap();
        assert_eq!(
            rows(&warehouse, "select coalesce(region, '-') from deal_history order by version"),
            ["-", "12"]
        );
        warehouse.flush().unwrap();
        assert_right(&warehouse);

        define(
            house,
            vec![FieldDef { renamed_from: Some("region".to_owned()), ..field("area", TypeName::Text) }],
        );
        assert_right(&warehouse);
        assert_eq!(
            rows(&warehouse, "select coalesce(area, '-') from deal_history order by version"),
            ["-", "12"]
        );
        assert!(ask_as(&warehouse, &Principal::system(), "select region from deal").is_err());

        define(
            house,
            vec![FieldDef { renamed_from: Some("region".to_owned()), ..field("area", TypeName::Integer) }],
        );
        assert_right(&warehouse);
        assert_eq!(
            rows(&warehouse, "select coalesce(area + 1, 0) from deal_history order by version"),
            ["0", "13"]
        );

        define(house, Vec::new());
        assert_right(&warehouse);
        assert!(ask_as(&warehouse, &Principal::system(), "select area from deal").is_err());
        assert_right(&house.warehouse());
    });
}

#[test]
fn a_field_that_is_retyped_and_then_renamed_keeps_its_history() {
    on_both(|house| {
        define(house, vec![field("region", TypeName::Text)]);
        let id = house.save(house.draft("deal").with("name", "Old").with("region", "12"));
        let warehouse = house.warehouse();
        house.pass("PT1h");
        house.save(house.change("deal", id).with("region", "north"));
        warehouse.catch_up().unwrap();
        warehouse.flush().unwrap();
        define(house, vec![field("region", TypeName::Integer)]);
        house.pass("PT1h");
        house.save(house.change("deal", id).with("region", 13_i64));
        warehouse.catch_up().unwrap();
        let renamed =
            FieldDef { renamed_from: Some("region".to_owned()), ..field("area", TypeName::Integer) };
        define(house, vec![renamed]);
        assert_right(&warehouse);
        // What is no number is none.
        let history = "select coalesce(area + 1, 0) from deal_history order by version";
        assert_eq!(rows(&warehouse, history), ["13", "0", "14"]);
        warehouse.flush().unwrap();
        assert_eq!(rows(&warehouse, history), ["13", "0", "14"]);
        assert_right(&house.warehouse());
    });
}

#[test]
fn queries_that_run_while_definitions_change_answer_right_or_not_at_all() {
    let house = House::sqlite();
    define(&house, vec![field("region", TypeName::Text)]);
    (0..50).for_each(|at| {
        house.save(house.draft("deal").with("name", format!("Deal {at}")).with("region", "7"));
    });
    let warehouse = house.warehouse();
    warehouse.flush().unwrap();
    let done = std::sync::atomic::AtomicBool::new(false);
    let (answered, refused) = std::thread::scope(|scope| {
        let asking = scope.spawn(|| {
            let (mut answered, mut refused) = (0, 0);
            while !done.load(std::sync::atomic::Ordering::Relaxed) || answered == 0 {
                let asked = "select count(*), min(cast(region as text)), max(cast(region as text)) from deal";
                match ask_as(&warehouse, &Principal::system(), asked) {
                    Ok(answer) => {
                        assert_eq!(lines(&answer), ["50,7,7"]);
                        answered += 1;
                    }
                    Err(Error::Query(why)) => {
                        assert!(why.contains("region"), "{why}");
                        refused += 1;
                    }
                    Err(error) => panic!("{error}"),
                }
            }
            (answered, refused)
        });
        for _ in 0..3 {
            define(&house, vec![field("region", TypeName::Integer)]);
            warehouse.catch_up().unwrap();
            let from =
                |name: &str, of| FieldDef { renamed_from: Some("region".to_owned()), ..field(name, of) };
            define(&house, vec![from("area", TypeName::Integer)]);
            warehouse.catch_up().unwrap();
            let back = FieldDef { renamed_from: Some("area".to_owned()), ..field("region", TypeName::Text) };
            define(&house, vec![back]);
            warehouse.catch_up().unwrap();
        }
        done.store(true, std::sync::atomic::Ordering::Relaxed);
        asking.join().unwrap()
    });
    assert!(answered > 0, "{refused} were refused");
    define(&house, Vec::new());
    warehouse.catch_up().unwrap();
    let refused =
        ask_as(&warehouse, &Principal::system(), "select region from deal").unwrap_err().to_string();
    assert!(refused.contains("region"), "{refused}");
    assert_eq!(rows(&warehouse, "select count(*) from deal"), ["50"]);
    assert_right(&warehouse);
}

#[test]
fn files_of_an_older_shape_are_made_anew() {
    let house = House::sqlite();
    house.save(house.draft("deal").with("name", "One"));
    house.warehouse().flush().unwrap();
    let path = house.folder.path().join("manifest.json");
    let older = std::fs::read_to_string(&path).unwrap().replace("\"format\": 1", "\"format\": 0");
    assert!(older.contains("\"format\": 0"));
    std::fs::write(&path, older).unwrap();
    let warehouse = house.warehouse();
    assert_eq!(rows(&warehouse, "select name from deal"), ["One"]);
    assert_right(&warehouse);
}

#[test]
fn a_table_shows_no_column_that_its_definition_has_no_more() {
    let house = House::sqlite();
    define(&house, vec![field("salary", TypeName::Text)]);
    house.save(house.draft("deal").with("name", "One").with("salary", "100"));
    let warehouse = house.warehouse();
    define(
        &house,
        vec![FieldDef { renamed_from: Some("salary".to_owned()), ..field("pay", TypeName::Text) }],
    );
    // The feed has not followed yet.
    assert!(ask_as(&warehouse, &Principal::system(), "select salary from deal").is_err());
    assert!(ask_as(&warehouse, &Principal::system(), "select pay from deal").is_err());
    warehouse.catch_up().unwrap();
    assert_eq!(rows(&warehouse, "select pay from deal"), ["100"]);
}

#[test]
fn a_customers_own_object_is_in_the_warehouse_like_any_other() {
    on_both(|house| {
        let warehouse = house.warehouse();
        let visit = r#"
            name = "visit"
            plural = "visits"
            label = "Visit"
            title = ["place"]
            field = [{ name = "place", type = "text" }, { name = "cost", type = "money" }]
        "#;
        tables::change(&house.engine, &shipped(), tables::Losses::Accept, |customs| {
            customs.objects = vec![parse_object("visit.toml", visit)?];
            Ok(())
        })
        .unwrap();
        house.save(house.draft("visit").with("place", "Rome").with("cost", Decimal::new(12, 0)));
        warehouse.catch_up().unwrap();
        assert_eq!(rows(&warehouse, "select place, cost, cost_base from visit"), ["Rome,12.0000,12.0000"]);
        tables::change(&house.engine, &shipped(), tables::Losses::Accept, |customs| {
            customs.objects.clear();
            Ok(())
        })
        .unwrap();
        warehouse.catch_up().unwrap();
        assert!(ask_as(&warehouse, &Principal::system(), "select * from visit").is_err());
        warehouse.flush().unwrap();
        assert!(!warehouse.state().manifest.tables.contains_key("visit"));
    });
}
