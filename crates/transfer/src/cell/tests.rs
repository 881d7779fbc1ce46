use jiff::tz::TimeZone;
use kernel::Decimal;

use super::{DateStyle, How, Style, certain_mark, currency, parse_number, split_name};

fn number(cell: &str, mark: Option<char>) -> Option<String> {
    parse_number(cell, mark).map(|number| number.normalize().to_string())
}

#[test]
fn numbers_are_read_with_and_without_grouping_and_signs() {
    let read = |cell| number(cell, None);
    assert_eq!(read("1100.04").as_deref(), Some("1100.04"));
    assert_eq!(read("1,234.50").as_deref(), Some("1234.5"));
    assert_eq!(read("1.234,50").as_deref(), Some("1234.5"));
    assert_eq!(read("$1,234").as_deref(), Some("1234"));
    assert_eq!(read("1 234 567").as_deref(), Some("1234567"));
    assert_eq!(read("12,5").as_deref(), Some("12.5"));
    assert_eq!(read("(300)").as_deref(), Some("-300"));
    assert_eq!(read("45 %").as_deref(), Some("45"));
    assert_eq!(read("1.5E3").as_deref(), Some("1500"));
    assert_eq!(read("EUR 12"), Some(Decimal::from(12).to_string()));
    for wrong in ["", "abc", "1.2.3", "12a", "--3", "1,23,4"] {
        assert_eq!(read(wrong), None, "{wrong}");
    }
}

#[test]
fn a_comma_before_three_digits_groups_unless_the_file_says_otherwise() {
    assert_eq!(number("1,234", None).as_deref(), Some("1234"));
    assert_eq!(number("1,234", Some(',')).as_deref(), Some("1.234"));
    assert_eq!(number("1.234", Some(',')).as_deref(), Some("1234"));
}

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

#[test]
fn a_letter_that_makes_a_number_larger_is_not_overlooked() {
    for cell in ["5K", "5 M", "M 5", "1.5B"] {
        assert_eq!(number(cell, None), None, "{cell}");
    }
    for cell in ["5 EUR", "CHF 5", "US$ 5", "R$5", "5 €", "($5)"] {
        assert!(number(cell, None).is_some_and(|number| number.ends_with('5')), "{cell}");
    }
}

#[test]
fn an_amount_names_its_currency_by_code_or_by_a_sign_of_its_own() {
    let named = |cell| currency(cell).unwrap().map(|currency| currency.code().to_owned());
    for (cell, code) in [
        ("1.234,50 €", Some("EUR")),
        ("GBP 5", Some("GBP")),
        ("-5 CHF", Some("CHF")),
        ("US$5", Some("USD")),
        ("$5", None),
        ("¥5", None),
        ("5", None),
        ("1E5", None),
    ] {
        assert_eq!(named(cell).as_deref(), code, "{cell}");
    }
    assert_eq!(currency("XYZ 5"), Err("XYZ".to_owned()));
}

#[test]
fn the_sign_before_the_fraction_is_certain_unless_grouping_looks_the_same() {
    for (cell, mark) in [
        ("1.234,5", Some(',')),
        ("1,234.5", Some('.')),
        ("12,50 €", Some(',')),
        ("0.5", Some('.')),
        ("1.234", None),
        ("1,234", None),
        ("1.234.567", Some(',')),
        ("1,234,567", Some('.')),
        ("1234", None),
    ] {
        assert_eq!(certain_mark(cell), mark, "{cell}");
    }
}
