use kernel::Timestamp;

use crate::testing::house;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

#[test]
fn a_meeting_that_is_moved_keeps_its_length() {
    let house = house();
    let meeting =
        house.draft("meeting").with("subject", "Plan").with("starts_at", at("2026-03-05T09:00:00Z"));
    let meeting = house.save(meeting.with("ends_at", at("2026-03-05T10:30:00Z"))).id;
    house.save(house.change("meeting", meeting).with("starts_at", at("2026-03-06T14:00:00Z")));
    assert_eq!(house.text("meeting", meeting, "ends_at"), "2026-03-06T15:30:00Z");
}

#[test]
fn a_meeting_ends_after_it_starts() {
    let house = house();
    let meeting =
        house.draft("meeting").with("subject", "Plan").with("starts_at", at("2026-03-05T09:00:00Z"));
    let meeting = meeting.with("ends_at", at("2026-03-05T08:00:00Z"));
    assert_eq!(house.problems(meeting), ["ends_at: meeting-rule-ends_after_it_starts"]);
}
