//! The first and the last day that there are, through SQL, cubes and exchange rates: the right answer, or a sentence.

use kernel::{Decimal, Timestamp};

use super::*;

/// A deal on the first day and one on the last.
fn fill(house: &House) {
    for (name, day, at) in
        [("First", "0001-01-01", "0001-01-01T00:00:00Z"), ("Last", "9999-12-31", "9999-12-30T21:59:59Z")]
    {
        let draft = house.draft("deal").with("name", name).with("amount", Decimal::new(100, 0));
        let draft = draft.with("close_date", day.parse::<kernel::Date>().unwrap());
        house.save(draft.with("seen_at", at.parse::<Timestamp>().unwrap()));
    }
}

#[test]
fn sql_reckons_with_the_first_and_the_last_day_or_says_why_it_cannot() {
    let house = House::sqlite();
    fill(&house);
    let warehouse = house.warehouse();
    for _ in 0..2 {
        for (what, wanted) in [
            ("extract(year from close_date)", ["1", "9999"]),
            ("date_part('month', close_date)", ["1", "12"]),
            ("date_part('week', close_date)", ["1", "52"]),
            ("extract(year from seen_at)", ["1", "9999"]),
            ("extract(epoch from seen_at)", ["-62135596800.0", "253402207199.0"]),
            ("to_char(close_date, '%Y-%m-%d')", ["0001-01-01", "9999-12-31"]),
            ("close_date - date '2026-01-01'", ["-739616", "2912442"]),
            ("close_date - interval '1 day'", ["0000-12-31", "9999-12-30"]),
            ("close_date + interval '1 day'", ["0001-01-02", "+10000-01-01"]),
            ("seen_at + interval '1 day'", ["0001-01-02T00:00:00Z", "9999-12-31T21:59:59Z"]),
            ("cast(seen_at as date)", ["0001-01-01", "9999-12-30"]),
            ("close_date < current_date", ["true", "false"]),
            ("close_date = '9999-12-31'", ["false", "true"]),
            ("seen_at < timestamp '2026-01-01'", ["true", "false"]),
        ] {
            let asked = format!("select {what} from deal order by name");
            assert_eq!(rows(&warehouse, &asked), wanted, "{what}");
        }
        for what in [
            "date_trunc('month', close_date)",
            "date_trunc('year', seen_at)",
            "cast(close_date as timestamp)",
            "close_date < now()",
            "date_bin(interval '7 days', seen_at)",
            "seen_at - now()",
            "now() > timestamp '9999-01-01 00:00:00'",
            "date_trunc('month', date '0001-01-01')",
        ] {
            let asked = format!("select {what} from deal");
            let refused = ask_as(&warehouse, &Principal::system(), &asked).unwrap_err().to_string();
            assert!(refused.starts_with("a day before 1678 or after 2262"), "{what}: {refused}");
        }
        warehouse.flush().unwrap();
    }
}

#[test]
fn cubes_have_periods_around_the_first_and_the_last_day() {
    let house = House::sqlite();
    fill(&house);
    let warehouse = house.warehouse();
    let check = |question: &str, wanted: &[&str]| {
        let table = super::cubes::ask(&warehouse, &Principal::system(), question);
        assert_eq!(super::cubes::shown(&table.unwrap()), wanted, "{question}");
    };
    for (unit, first, last) in [
        ("year", "0001", "9999"),
        ("quarter", "0001-Q1", "9999-Q4"),
        ("month", "0001-01", "9999-12"),
        ("week", "0001-W01", "9999-W52"),
        ("day", "0001-01-01", "9999-12-31"),
        ("fiscal_year", "FY0001", "FY9999"),
        ("fiscal_quarter", "FY0001-Q1", "FY9999-Q4"),
    ] {
        let measures = r#"["deals", "so_far", "before", "last_year", "change", "smooth", "this_year"]"#;
        check(
            &format!(r#"{{"by": ["close.{unit}"], "measures": {measures}}}"#),
            &[&format!("{first},1,100,,,,100,0"), &format!("{last},1,200,,,,33.3333333333,0")],
        );
    }
    check(r#"{"by": ["close.weekday"], "measures": ["deals"]}"#, &["1,1", "5,1"]);
    check(r#"{"by": ["close.month_of_year"], "measures": ["deals"]}"#, &["1,1", "12,1"]);
    check(r#"{"cohort": {"of": "name", "by": "month"}}"#, &["0001-01,0,1,1,1", "9999-12,0,1,1,1"]);
    check(
        r#"{"by": ["close.month"], "from": "0001-01-01", "to": "9999-12-31", "measures": ["deals"]}"#,
        &["0001-01,1", "9999-12,1"],
    );
    check(r#"{"down": {"close": "9999"}, "measures": ["deals"]}"#, &["9999-Q4,1"]);
}
