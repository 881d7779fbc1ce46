use jiff::tz::TimeZone;

use super::{DateStyle, How, Style, split_name};

fn day(style: &DateStyle, cell: &str) -> String {
    style.day(cell).map_or_else(|| "none".to_owned(), |day| day.to_string())
}

#[test]
fn days_are_read_in_the_order_the_file_has() {
    assert_eq!(day(&DateStyle::Iso, "2016-10-20"), "2016-10-20");
    assert_eq!(day(&DateStyle::Iso, "24.12.2026"), "2026-12-24");
    assert_eq!(day(&DateStyle::Iso, "12/24/2026"), "2026-12-24");
    assert_eq!(day(&DateStyle::Iso, "03/04/2026"), "none");
    assert_eq!(day(&DateStyle::DayFirst, "03/04/2026"), "2026-04-03");
    assert_eq!(day(&DateStyle::MonthFirst, "3/4/26"), "2026-03-04");
    assert_eq!(day(&DateStyle::Iso, "Dec 24, 2026"), "2026-12-24");
    assert_eq!(day(&DateStyle::Iso, "24 December 2026"), "2026-12-24");
    assert_eq!(day(&DateStyle::Iso, "2016-10-20 13:45:00"), "2016-10-20");
    assert_eq!(day(&DateStyle::Exactly("%Y%m%d".to_owned()), "20261224"), "2026-12-24");
    assert_eq!(day(&DateStyle::Iso, "2026-02-30"), "none");
}

#[test]
fn instants_without_a_zone_are_in_the_readers() {
    let zone = TimeZone::get("Europe/Berlin").unwrap();
    let at = |cell| DateStyle::Iso.instant(cell, &zone).map(|at| at.to_string());
    assert_eq!(at("2026-01-05 10:30").as_deref(), Some("2026-01-05T09:30:00Z"));
    assert_eq!(at("2026-01-05T10:30:00Z").as_deref(), Some("2026-01-05T10:30:00Z"));
    assert_eq!(at("2026-01-05").as_deref(), Some("2026-01-04T23:00:00Z"));
    assert_eq!(at("5.1.2026 2:15 pm").as_deref(), Some("2026-01-05T13:15:00Z"));
    assert_eq!(at("soon"), None);
}

#[test]
fn a_name_in_one_cell_is_taken_apart() {
    let parts = |name| split_name(name).map(|part| part.unwrap_or_default()).join("|");
    assert_eq!(parts("Ada Lovelace"), "|Ada||Lovelace|");
    assert_eq!(parts("Dr. Ada B. Lovelace"), "Dr.|Ada|B.|Lovelace|");
    assert_eq!(parts("Lovelace, Ada"), "|Ada||Lovelace|");
    assert_eq!(parts("Ludwig van Beethoven"), "|Ludwig||van Beethoven|");
    assert_eq!(parts("Sammy Davis Jr."), "|Sammy||Davis|Jr.");
    assert_eq!(parts("Madonna"), "|||Madonna|");
}

#[test]
fn what_is_no_value_says_what_was_typed() {
    let style = Style { decimal_mark: None, dates: DateStyle::Iso, zone: TimeZone::UTC };
    let wrong = How::Date.read("yesterday-ish", &style).unwrap_err();
    assert_eq!(wrong.id, "import-problem-date");
    assert_eq!(How::Boolean.read("Yes", &style), Ok(true.into()));
    assert_eq!(How::Duration.read("1:30", &style), Ok(5400.into()));
}
