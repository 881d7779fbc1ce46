use super::{Call, log};
use crate::testing::house;

#[test]
fn a_logged_call_was_held_now_with_the_person_it_is_about() {
    let house = house();
    let ada = house.save(house.draft("person").with("name.last", "Lovelace")).id;
    let call = Call {
        subject: "Engine".into(),
        parent: Some(("person".into(), ada)),
        duration_s: Some(90),
        disposition: Some("interested".into()),
        ..Call::default()
    };
    let call = house.write(|writer| log(writer, &call)).unwrap().id;
    let text = |field: &str| house.text("call", call, field);
    assert_eq!((text("status"), text("direction")), ("held".into(), "outbound".into()));
    assert_eq!((text("started_at"), text("duration")), ("2026-03-02T10:00:00Z".into(), "90".into()));
    assert_eq!(house.value("call", call, "person"), ada.into());
}

#[test]
fn a_planned_call_has_no_time_of_its_own_until_it_is_held() {
    let house = house();
    let call = house.save(house.draft("call").with("subject", "Engine")).id;
    assert_eq!(house.text("call", call, "status"), "planned");
    assert_eq!(house.text("call", call, "started_at"), "");
    house.save(house.change("call", call).with("status", "held"));
    assert_eq!(house.text("call", call, "started_at"), "2026-03-02T10:00:00Z");
}

#[test]
fn a_call_lasts_no_less_than_no_time() {
    let house = house();
    let call = house.draft("call").with("subject", "Engine").with("duration", -1_i64);
    assert_eq!(house.problems(call), ["duration: call-rule-duration_not_negative"]);
}
