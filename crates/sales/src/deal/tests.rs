use kernel::{Decimal, Id, Timestamp, Value};

use super::{Loss, lose, reopen, win};
use crate::testing::{House, house, problems};

fn deal(house: &House) -> Id {
    house.save(house.draft("deal").with("name", "Engine").with("amount", Decimal::from(1000))).id
}

fn stage(house: &House, deal: Id, stage: &str) {
    house.save(house.change("deal", deal).with("stage", stage));
}

#[test]
fn a_new_deal_begins_at_the_first_stage_of_its_pipeline() {
    let house = house();
    assert_eq!(house.text("deal", deal(&house), "stage"), "prospecting");
    let renewal = house.save(house.draft("deal").with("name", "Again").with("pipeline", "renewals"));
    assert_eq!(house.text("deal", renewal.id, "stage"), "upcoming");
    assert_eq!(house.text("deal", renewal.id, "probability"), "60");
}

#[test]
fn the_probability_and_the_forecast_follow_the_stage() {
    let house = house();
    let deal = deal(&house);
    assert_eq!(house.text("deal", deal, "expected_revenue"), "100");
    stage(&house, deal, "negotiation");
    assert_eq!(house.text("deal", deal, "probability"), "80");
    assert_eq!(house.text("deal", deal, "forecast_category"), "commit");
    assert_eq!(house.text("deal", deal, "expected_revenue"), "800");
}

#[test]
fn a_probability_typed_by_the_user_stays() {
    let house = house();
    let deal = deal(&house);
    house.save(house.change("deal", deal).with("probability", Decimal::from(42)));
    stage(&house, deal, "proposal");
    assert_eq!(house.text("deal", deal, "probability"), "42");
    house.write(|writer| win(writer, deal)).unwrap();
    assert_eq!(house.text("deal", deal, "probability"), "100");
}

#[test]
fn a_deal_that_changes_its_pipeline_goes_to_a_stage_of_that_one() {
    let house = house();
    let deal = deal(&house);
    house.save(house.change("deal", deal).with("pipeline", "renewals"));
    assert_eq!(house.text("deal", deal, "stage"), "upcoming");
    let wrong = house.change("deal", deal).with("stage", "proposal");
    assert_eq!(house.problems(wrong), ["stage: problem-option-limit"]);
}

#[test]
fn winning_closes_the_deal_today() {
    let house = house();
    let deal = deal(&house);
    house.save(house.change("deal", deal).with("close_date", "2026-06-30".parse::<kernel::Date>().unwrap()));
    house.write(|writer| win(writer, deal)).unwrap();
    let deal = |field: &str| house.text("deal", deal, field);
    assert_eq!(deal("stage"), "won");
    assert_eq!(deal("forecast_category"), "closed");
    assert_eq!(deal("close_date"), "2026-03-02");
    assert_eq!(
        (deal("won_at"), deal("closed_at")),
        ("2026-03-02T10:00:00Z".into(), "2026-03-02T10:00:00Z".into())
    );
    assert_eq!(deal("lost_at"), "");
}

#[test]
fn losing_asks_for_the_reason() {
    let house = house();
    let deal = deal(&house);
    let silent = house.change("deal", deal).with("stage", "lost");
    assert_eq!(house.problems(silent), ["lost_reason: deal-problem-lost-reason"]);
    let loss = Loss { reason: "price".into(), note: Some("Too dear".into()), competitor: None };
    house.write(|writer| lose(writer, deal, &loss)).unwrap();
    assert_eq!(house.text("deal", deal, "lost_reason"), "price");
    assert_eq!(house.text("deal", deal, "probability"), "0");
    assert_eq!(house.text("deal", deal, "lost_at"), "2026-03-02T10:00:00Z");
}

#[test]
fn a_deal_that_was_lost_elsewhere_comes_in_without_a_reason_and_with_its_date() {
    let house = house();
    let day: kernel::Date = "2017-03-01".parse().unwrap();
    let old = house.draft("deal").with("name", "Old").with("stage", "lost").with("close_date", day);
    let old = house.save(old).id;
    assert_eq!(house.text("deal", old, "close_date"), "2017-03-01");
    assert_eq!(house.text("deal", old, "closed_at"), "2017-03-01T00:00:00Z");
    house.save(house.change("deal", old).with("next_step", "Ask again"));
}

#[test]
fn a_reopened_deal_is_where_it_was_and_forgets_its_end() {
    let house = house();
    let deal = deal(&house);
    stage(&house, deal, "proposal");
    let loss = Loss { reason: "price".into(), ..Loss::default() };
    house.write(|writer| lose(writer, deal, &loss)).unwrap();
    house.write(|writer| reopen(writer, deal)).unwrap();
    let text = |field: &str| house.text("deal", deal, field);
    assert_eq!((text("stage"), text("probability")), ("proposal".into(), "55".into()));
    for field in ["lost_reason", "lost_at", "closed_at"] {
        assert_eq!(house.value("deal", deal, field), Value::Null, "{field}");
    }
    let again = house.write(|writer| reopen(writer, deal)).unwrap_err();
    assert_eq!(problems(&again), ["stage: deal-problem-not-closed"]);
}

#[test]
fn a_deal_is_with_the_company_of_its_person_and_called_by_what_it_links_to() {
    let house = house();
    let acme = house.save(house.draft("company").with("name", "Acme")).id;
    let ada = house.save(house.draft("person").with("name.last", "Lovelace").with("company", acme)).id;
    let wheel = house.save(house.draft("product").with("name", "Wheel")).id;
    let deal = house.save(house.draft("deal").with("person", ada).with("product", wheel)).id;
    assert_eq!(house.value("deal", deal, "company"), acme.into());
    assert_eq!(house.text("deal", deal, "name"), "Acme – Wheel");
    assert_eq!(house.problems(house.draft("deal")), ["name: problem-required"]);
}

#[test]
fn a_deal_does_not_close_before_it_was_engaged() {
    let house = house();
    let day = |text: &str| text.parse::<kernel::Date>().unwrap();
    let draft = house.draft("deal").with("name", "Odd").with("engaged_on", day("2026-05-01"));
    assert_eq!(
        house.problems(draft.with("close_date", day("2026-04-30"))),
        ["close_date: deal-rule-close_after_engaged"]
    );
}

#[test]
fn a_deal_shows_what_is_planned_and_what_was_done() {
    let house = house();
    let deal = deal(&house);
    let about = |object: &str| {
        house.draft(object).with("subject", "Talk").with("parent.object", "deal").with("parent.id", deal)
    };
    let due: kernel::Date = "2026-03-05".parse().unwrap();
    let task = house.save(about("task").with("due_date", due)).id;
    let at: Timestamp = "2026-02-27T15:00:00Z".parse().unwrap();
    house.save(about("call").with("status", "held").with("started_at", at));
    let text = |field: &str| house.text("deal", deal, field);
    assert_eq!((text("open_tasks"), text("next_task_due")), ("1".into(), "2026-03-05".into()));
    assert_eq!(text("last_activity_at"), "2026-02-27T15:00:00Z");

    house.save(house.change("task", task).with("status", "completed"));
    assert_eq!((text("open_tasks"), text("next_task_due")), ("0".into(), String::new()));
    assert_eq!(text("last_activity_at"), "2026-03-02T10:00:00Z");
}
