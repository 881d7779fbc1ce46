use kernel::{Timestamp, Value};

use super::{complete, reopen};
use crate::testing::house;

#[test]
fn completing_a_task_says_when_and_reopening_forgets_it() {
    let house = house();
    let task = house.save(house.draft("task").with("subject", "Write")).id;
    assert_eq!(house.text("task", task, "status"), "not_started");
    house.write(|writer| complete(writer, task)).unwrap();
    assert_eq!(house.text("task", task, "status"), "completed");
    assert_eq!(house.text("task", task, "completed_at"), "2026-03-02T10:00:00Z");
    house.write(|writer| reopen(writer, task)).unwrap();
    assert_eq!(house.text("task", task, "status"), "not_started");
    assert_eq!(house.value("task", task, "completed_at"), Value::Null);
}

#[test]
fn the_day_of_a_task_follows_its_hour_and_takes_it_along() {
    let house = house();
    let at: Timestamp = "2026-03-05T14:30:00Z".parse().unwrap();
    let task = house.save(house.draft("task").with("subject", "Write").with("due_at", at)).id;
    assert_eq!(house.text("task", task, "due_date"), "2026-03-05");
    let day: kernel::Date = "2026-03-09".parse().unwrap();
    house.save(house.change("task", task).with("due_date", day));
    assert_eq!(house.text("task", task, "due_at"), "2026-03-09T14:30:00Z");
    house.save(house.change("task", task).with("due_date", Value::Null));
    assert_eq!(house.value("task", task, "due_at"), Value::Null);
}

#[test]
fn a_task_about_a_person_is_with_that_person() {
    let house = house();
    let ada = house.save(house.draft("person").with("name.last", "Lovelace")).id;
    let task =
        house.draft("task").with("subject", "Write").with("parent.object", "person").with("parent.id", ada);
    let task = house.save(task).id;
    assert_eq!(house.value("task", task, "person"), ada.into());
}

#[test]
fn a_task_is_overdue_from_the_day_after_it_was_due() {
    let house = house();
    for day in ["2026-03-01", "2026-03-02"] {
        let due: kernel::Date = day.parse().unwrap();
        house.save(house.draft("task").with("subject", day).with("due_date", due));
    }
    assert_eq!(house.list("task", "overdue", ""), ["2026-03-01"]);
}
