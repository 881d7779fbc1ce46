//! Amounts that come back, totals of nothing, and tables without rows, in cubes.

use kernel::Decimal;

use super::{
    cubes::{ask, shown},
    *,
};

fn check(warehouse: &Arc<Warehouse>, question: &str, wanted: &[&str]) {
    let table = ask(warehouse, &Principal::system(), question);
    assert_eq!(shown(&table.unwrap_or_else(|error| panic!("{question}: {error}"))), wanted, "{question}");
}

#[test]
fn what_is_returned_is_taken_off_and_a_share_of_nothing_is_none() {
    on_both(|house| {
        let companies = ["Acme", "Bolt"].map(|name| house.save(house.draft("company").with("name", name)));
        for (company, amount, stage, day) in [
            (0, 100, "won", "2026-01-15"),
            (0, -100, "won", "2026-02-15"),
            (1, 20, "won", "2026-01-20"),
            (1, -70, "lost", "2026-02-20"),
        ] {
            let day: kernel::Date = day.parse().unwrap();
            let draft = house.draft("deal").with("name", "a").with("company", companies[company]);
            let draft = draft.with("amount", Decimal::new(amount, 0)).with("stage", stage);
            house.save(draft.with("close_date", day));
        }
        let warehouse = house.warehouse();
        let check = |question: &str, wanted: &[&str]| check(&warehouse, question, wanted);
        check(r#"{"measures": ["deals", "worth", "won", "mean"]}"#, &["4,-50,20,-12.5"]);
        check(
            r#"{"by": ["company"], "measures": ["worth", "of_all", "share_won"]}"#,
            &["Acme,0,0,", "Bolt,-50,1,-0.4"],
        );
        check(
            r#"{"by": ["close.month"], "measures": ["worth", "so_far", "change"]}"#,
            &["2026-01,120,120,", "2026-02,-170,-50,-290"],
        );
        check(
            r#"{"by": ["company"], "measures": ["worth"], "order_by": "worth", "top": 1}"#,
            &["Acme,0", "(others),-50"],
        );
        check(
            r#"{"by": ["close.month"], "measures": ["of_all"], "slice": {"company": ["Acme"]}}"#,
            &["2026-01,", "2026-02,"],
        );
    });
}

#[test]
fn cohorts_and_funnels_of_nothing_are_empty() {
    let house = House::sqlite();
    let warehouse = house.warehouse();
    check(&warehouse, r#"{"cohort": {"of": "company", "by": "month"}}"#, &[]);
    check(
        &warehouse,
        r#"{"funnel": {"of": "company", "steps": [{"name": "any", "when": "true"}, {"name": "won", "when": "stage = \"won\""}]}}"#,
        &["1,any,0,,", "2,won,0,,"],
    );
    check(&warehouse, r#"{"through": true}"#, &[]);
}
