//! What common filters and row rules become: the statements that indexes must serve.

use expr::{
    Binding, Expected, Guard, check, compile_condition,
    generate::{
        Choices,
        sample::{SampleCatalog, World},
    },
    sql::Sql,
};
use kernel::{ColumnType, Id};

use crate::sqlite::Sqlite;

fn compiled(source: &str, guard: Option<&dyn Guard>) -> String {
    let world = World::random(&mut Choices::new(&[1; 2_000]));
    let binding = Binding {
        now: "2026-05-14T10:00:00Z".parse().expect("an instant"),
        zone: &world.zone,
        me: Some(Id::from_parts(3, 0)),
        my_teams: &[Id::from_parts(4, 0)],
        guard,
    };
    let checked = check(source, "deal", &SampleCatalog, &Expected::Condition)
        .unwrap_or_else(|problems| panic!("{source}: {}", problems[0]));
    compile_condition(&checked, &Sqlite, "t", &binding).text().to_owned()
}

#[track_caller]
fn test(source: &str, expected: &str) {
    assert_eq!(compiled(source, None), expected, "{source}");
}

#[test]
fn plain_filters_stay_plain() {
    test(
        "stage = \"new\" and amount > 5 and owner = me",
        r#"t."stage" = $1 and t."amount" > $2 and t."owner" = $3"#,
    );
    test("stage in (\"new\", \"won\")", r#"t."stage" in ($1, $2)"#);
    test("close_date within this quarter", r#"t."close_date" between $1 and $2"#);
    test("close_date < today() + 7 and urgent", r#"t."close_date" < $1 and t."urgent""#);
    test("created_at >= days_ago(30)", r#"t."created_at" >= $1"#);
    test("created_at = today()", r#"t."created_at" >= $1 and t."created_at" < $2"#);
    test("amount between 5 and 10", r#"t."amount" >= $1 and t."amount" <= $2"#);
    test("5 < amount", r#"t."amount" > $1"#);
    test("quantity = 2 or quantity > 10", r#"(t."quantity" = $1 or t."quantity" > $2)"#);
    test("close_date is empty", r#"t."close_date" is null"#);
    test("close_date is not empty", r#"t."close_date" is not null"#);
    test("stage != \"won\"", r#"(t."stage" is distinct from $1)"#);
    test("owner = \"00000000-0003-7000-8000-000000000000\"", r#"t."owner" = $1"#);
}

#[test]
fn what_never_or_always_holds_is_left_out() {
    test("true and amount > 5", r#"t."amount" > $1"#);
    test("true and (urgent or amount > 5)", r#"(t."urgent" or t."amount" > $1)"#);
    test("amount > 5 and 1 = 2", "false");
    test("amount > 5 or 1 = 1", "true");
    test("amount = 1.00001", "false");
    test("amount < 1.00001", r#"t."amount" <= $1"#);
    test("amount > 99999999999999999", "false");
    test("amount < 99999999999999999", r#"t."amount" is not null"#);
}

#[test]
fn roles_of_options_become_lists_of_options() {
    test("stage.outcome = \"won\"", r#"t."stage" = $1"#);
    test("stage.probability >= 0.5", r#"t."stage" in ($1, $2)"#);
    test("stage.outcome is empty", r#"not (coalesce(t."stage" in ($1, $2), false))"#);
}

#[test]
fn links_are_followed_once_for_all_rows() {
    test(
        "company.industry = \"energy\"",
        r#"t."company" in (select l1."id" from "company" l1 where l1."industry" = $1)"#,
    );
    test(
        "company.owner.team in my_teams",
        r#"t."company" in (select l1."id" from "company" l1 where l1."owner" in (select l2."id" from "user" l2 where (l2."team" in ($1))))"#,
    );
    test(
        "owner.team = me.team",
        r#"(select l1."team" from "user" l1 where l1."id" = t."owner") = (select l2."team" from "user" l2 where l2."id" = $1)"#,
    );
    test(
        "followers contains me",
        r#"t."id" in (select m1."deal" from "deal_followers" m1 where m1."user" = $1)"#,
    );
}

#[test]
fn row_rules_are_tight() {
    test(
        "owner = me or owner.team in my_teams",
        r#"(t."owner" = $1 or t."owner" in (select l1."id" from "user" l1 where (l1."team" in ($2))))"#,
    );
}

#[test]
fn linked_records_that_the_reader_may_not_see_do_not_count() {
    struct OwnCompanies;
    impl Guard for OwnCompanies {
        fn condition(&self, object: &str, alias: &str) -> Option<Sql> {
            let mut sql = Sql::new(format!("{alias}.\"owner\" = "));
            sql.bind(Id::from_parts(3, 0), ColumnType::Id);
            (object == "company").then_some(sql)
        }
    }
    assert_eq!(
        compiled("company.name = \"x\"", Some(&OwnCompanies)),
        r#"t."company" in (select l1."id" from "company" l1 where l1."name" = $1 and (l1."owner" = $2))"#,
    );
    assert_eq!(
        compiled("company.name = name", Some(&OwnCompanies)),
        r#"(select l1."name" from "company" l1 where l1."id" = t."company" and (l1."owner" = $1)) = t."name""#,
    );
}
