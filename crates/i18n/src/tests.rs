use std::sync::Arc;

use jiff::{Timestamp, civil::date, tz::TimeZone};
use kernel::{Message, Money, Value};
use rust_decimal::Decimal;

use super::*;

/// 15 July 2026, a Wednesday, 10:30 in Vienna.
fn reader(locale: &str) -> Reader {
    let now: Timestamp = "2026-07-15T08:30:00Z".parse().unwrap();
    Arc::new(Texts::new()).reader(locale, TimeZone::get("Europe/Vienna").unwrap(), now)
}

fn money(amount: &str, currency: &str) -> Money {
    Money { amount: amount.parse().unwrap(), currency: currency.parse().unwrap() }
}

/// Texts with no-break and narrow spaces as plain ones, and without marks of direction.
fn plain(text: &str) -> String {
    text.replace(['\u{a0}', '\u{202f}'], " ")
        .replace(['\u{200e}', '\u{200f}', '\u{61c}', '\u{2066}', '\u{2069}'], "")
}

#[test]
fn numbers_are_written_as_the_locale_writes_them() {
    let number: Decimal = "1234567.5".parse().unwrap();
    for (locale, expected) in [
        ("en", "1,234,567.5"),
        ("de", "1.234.567,5"),
        ("de-AT", "1 234 567,5"),
        ("fr", "1 234 567,5"),
        ("ja", "1,234,567.5"),
        ("en-IN", "12,34,567.5"),
        ("ar-EG", "١٬٢٣٤٬٥٦٧٫٥"),
    ] {
        assert_eq!(plain(&reader(locale).number(number)), expected, "{locale}");
    }
}

#[test]
fn a_written_number_reads_back_in_every_locale() {
    for locale in
        ["en", "de", "de-AT", "de-CH", "fr", "ja", "ar", "ar-EG", "hi", "es", "pl", "sv", "fa", "he", "pt-BR"]
    {
        let reader = reader(locale);
        for text in ["0", "-1", "0.05", "999", "1000", "1234567.89", "-9876543210.1"] {
            let number: Decimal = text.parse().unwrap();
            assert_eq!(reader.parse_number(&reader.number(number)), Ok(number), "{locale} {text}");
            let money = Money { amount: number.round_dp(2), currency: kernel::Currency::EUR };
            assert_eq!(reader.parse_money(&reader.money(&money), None), Ok(money), "{locale} {text}");
            assert_eq!(reader.parse_percent(&reader.percent(number)), Ok(number), "{locale} {text}");
        }
    }
}

#[test]
fn a_written_date_reads_back_in_every_locale() {
    for locale in [
        "en", "en-GB", "de", "fr", "ja", "ar-EG", "hi", "es", "pl", "sv", "fa", "he", "ko", "zh-TW", "hu",
        "cs",
    ] {
        let reader = reader(locale);
        for day in [date(2026, 12, 24), date(2027, 1, 2), date(1999, 11, 30)] {
            let text = reader.date_numeric(day);
            assert_eq!(reader.parse_date(&text).as_ref(), Ok(&day), "{locale} {text}");
        }
    }
}

#[test]
fn misplaced_separators_are_refused_rather_than_guessed() {
    let check = |locale: &str, typed: &str, expected: Option<&str>| {
        let read = reader(locale).parse_number(typed).ok().map(|number| number.to_string());
        assert_eq!(read.as_deref(), expected, "{locale} {typed}");
    };
    check("de", "1.5", None);
    check("de", "1.500", Some("1500"));
    check("de", "1 500,25", Some("1500.25"));
    check("en", "1,5", None);
    check("en", "1,500", Some("1500"));
    check("en", "12,34,567", Some("1234567"));
    check("en", "1'500.5", Some("1500.5"));
    check("en", "-.5", Some("-0.5"));
    check("en", "1.2.3", None);
    check("en", "", None);
    check("en", "abc", None);
    check("en", "−3", Some("-3"));
}

#[test]
fn amounts_carry_the_sign_that_the_reader_expects() {
    for (locale, money, expected) in [
        ("en", money("1234.5", "EUR"), "€1,234.50"),
        ("en", money("-1234.5", "USD"), "-$1,234.50"),
        ("en-CA", money("5", "CAD"), "$5.00"),
        ("en-CA", money("5", "USD"), "US$5.00"),
        ("en", money("5", "CAD"), "CA$5.00"),
        ("en", money("5", "CHF"), "CHF 5.00"),
        ("de", money("1234.5", "EUR"), "1.234,50 €"),
        ("de-AT", money("1234.5", "EUR"), "€ 1 234,50"),
        ("fr", money("1234.5", "EUR"), "1 234,50 €"),
        ("ja", money("1234", "JPY"), "¥1,234"),
        ("en", money("1.234", "KWD"), "KWD 1.234"),
    ] {
        assert_eq!(plain(&reader(locale).money(&money)), expected, "{locale}");
    }
    assert_eq!(reader("en").money_compact(&money("1234567", "EUR")), "€1.2M");
    assert_eq!(reader("en").money_whole(&money("50000", "EUR")), "€50,000");
}

#[test]
fn amounts_are_read_with_sign_code_or_neither() {
    let eur = |amount: &str| Ok(money(amount, "EUR"));
    assert_eq!(reader("de").parse_money("1.234,50 €", None), eur("1234.5"));
    assert_eq!(reader("de").parse_money("EUR 1.234,50", None), eur("1234.5"));
    assert_eq!(reader("en").parse_money("1234.5", Some(kernel::Currency::EUR)), eur("1234.5"));
    assert_eq!(reader("en-CA").parse_money("$20", None), Ok(money("20", "CAD")));
    assert_eq!(reader("en").parse_money("20 ch", None).unwrap_err().id, "problem-not-money");
    assert_eq!(reader("en").parse_money("20", None).unwrap_err().id, "problem-not-money");
    assert_eq!(reader("en").parse_money("¥1.5", None).unwrap_err().id, "problem-too-many-digits");
}

#[test]
fn days_are_read_as_people_type_them() {
    let check = |locale: &str, typed: &str, expected: Option<jiff::civil::Date>| {
        assert_eq!(reader(locale).parse_date(typed).ok(), expected, "{locale} {typed}");
    };
    check("de", "24.12.2026", Some(date(2026, 12, 24)));
    check("de", "24.12.", Some(date(2026, 12, 24)));
    check("de", "24.12.26", Some(date(2026, 12, 24)));
    check("de", "24. Dezember 2026", Some(date(2026, 12, 24)));
    check("en", "12/24/2026", Some(date(2026, 12, 24)));
    check("en", "24/12/2026", None);
    check("en-GB", "24/12/2026", Some(date(2026, 12, 24)));
    check("ja", "2026-12-24", Some(date(2026, 12, 24)));
    check("ja", "2026年12月24日", Some(date(2026, 12, 24)));
    check("en", "Dec 24, 2026", Some(date(2026, 12, 24)));
    check("en", "24th of December", Some(date(2026, 12, 24)));
    check("en", "today", Some(date(2026, 7, 15)));
    check("en", "Tomorrow", Some(date(2026, 7, 16)));
    check("en", "wednesday", Some(date(2026, 7, 15)));
    check("en", "next wednesday", Some(date(2026, 7, 22)));
    check("en", "next friday", Some(date(2026, 7, 17)));
    check("en", "fri", Some(date(2026, 7, 17)));
    check("en", "next week", Some(date(2026, 7, 20)));
    check("en", "next month", Some(date(2026, 8, 1)));
    check("en", "eom", Some(date(2026, 7, 31)));
    check("en", "in 3 days", Some(date(2026, 7, 18)));
    check("en", "2 weeks ago", Some(date(2026, 7, 1)));
    check("en", "+1y", Some(date(2027, 7, 15)));
    check("en", "2/30/2026", None);
    check("en", "soon", None);
    check("en", "", None);
}

#[test]
fn instants_are_read_in_the_readers_zone() {
    let check = |typed: &str, expected: &str| {
        assert_eq!(reader("en").parse_date_time(typed).unwrap().to_string(), expected, "{typed}");
    };
    check("12/24/2026 2:30 pm", "2026-12-24T13:30:00Z");
    check("12/24/2026, 14:30", "2026-12-24T13:30:00Z");
    check("tomorrow 9am", "2026-07-16T07:00:00Z");
    check("2026-12-24T14:30", "2026-12-24T13:30:00Z");
    check("2026-12-24T14:30:00+00:00", "2026-12-24T14:30:00Z");
    check("16:00", "2026-07-15T14:00:00Z");
    check("now", "2026-07-15T08:30:00Z");
    assert!(reader("en").parse_date_time("tomorrow").is_err());
    for locale in ["en", "de", "fr", "ja", "es", "sv"] {
        let reader = reader(locale);
        let at: Timestamp = "2026-12-24T13:30:00Z".parse().unwrap();
        let text = reader.date_time_numeric(at);
        assert_eq!(reader.parse_date_time(&text), Ok(at), "{locale} {text}");
    }
}

#[test]
fn durations_are_written_and_read() {
    let reader = reader("en");
    for (seconds, text) in
        [(5_400, "1h 30m"), (45, "45s"), (0, "0m"), (90_000, "25h"), (180_000, "2d 2h"), (-60, "-1m")]
    {
        assert_eq!(reader.duration(seconds), text);
        assert_eq!(reader.parse_duration(text), Ok(seconds), "{text}");
    }
    for (typed, seconds) in
        [("1:30", 5_400), ("90", 5_400), ("1.5 hours", 5_400), ("2 days", 172_800), ("1h30m", 5_400)]
    {
        assert_eq!(reader.parse_duration(typed), Ok(seconds), "{typed}");
    }
    assert!(reader.parse_duration("a while").is_err());
}

#[test]
fn moments_are_told_by_their_distance() {
    let reader = reader("en");
    for (at, text) in [
        ("2026-07-15T08:29:30Z", "just now"),
        ("2026-07-15T08:25:00Z", "5 minutes ago"),
        ("2026-07-15T10:30:00Z", "in 2 hours"),
        ("2026-07-14T08:30:00Z", "yesterday"),
        ("2026-07-12T08:30:00Z", "3 days ago"),
        ("2026-08-15T08:30:00Z", "in 4 weeks"),
        ("2024-05-15T08:30:00Z", "2 years ago"),
    ] {
        assert_eq!(reader.relative(at.parse().unwrap()), text);
    }
    assert_eq!(reader.relative_day(date(2026, 7, 16)), "tomorrow");
}

#[test]
fn names_fall_back_from_the_catalogue_to_the_label_to_the_name() {
    let mut texts = Texts::new();
    texts.add("en", "sales", "object-deal = Deal\n    .plural = Deals\ndeal--amount = Amount\n    .help = Without tax\ndeal--stage--won = Won").unwrap();
    let reader = Arc::new(texts).reader("de", TimeZone::UTC, Timestamp::UNIX_EPOCH);
    assert_eq!(reader.object("deal", None), "Deal");
    assert_eq!(reader.objects("deal", None), "Deals");
    assert_eq!(reader.field("deal", "amount", Some("Volume")), "Amount");
    assert_eq!(reader.field_help("deal", "amount", None).as_deref(), Some("Without tax"));
    assert_eq!(reader.field("deal", "next_step", Some("What now")), "What now");
    assert_eq!(reader.field("deal", "next_step", None), "Next step");
    assert_eq!(reader.option("deal", "stage", "won", None), "Won");
    assert_eq!(reader.objects("price_book", None), "Price books");
}

#[test]
fn messages_show_their_arguments_in_the_readers_locale() {
    let reader = reader("de");
    let message = Message::new("problem-too-long").with("max", 1_000_i64).with("length", 12_345_i64);
    assert_eq!(reader.text_with(&message), "Use at most 1.000 characters; this has 12.345.");
    let dated = Message::new("problem-too-many").with("max", kernel_value(date(2026, 12, 24)));
    assert_eq!(reader.text_with(&dated), "Choose at most 24.12.2026.");
    assert_eq!(reader.text_with(&Message::verbatim("As written {by} users")), "As written {by} users");
}

fn kernel_value(date: jiff::civil::Date) -> kernel::Arg {
    kernel::Arg::Value(Value::Date(date))
}

#[test]
fn a_missing_message_shows_its_id_and_is_remembered() {
    let reader = reader("en");
    assert_eq!(reader.text("no-such-text"), "no-such-text");
    assert_eq!(reader.texts().missing(), ["no-such-text"]);
}

#[test]
fn one_id_in_two_sources_is_refused() {
    let mut texts = Texts::new();
    assert!(texts.add("en", "other", "save = Store").unwrap_err().to_string().contains("other"));
    assert!(texts.add("en", "broken", "= nothing").is_err());
    assert!(texts.add("no tag", "broken", "a = b").is_err());
    texts.add("de", "base", "save = Speichern").unwrap();
    assert_eq!(
        Arc::new(texts).reader("de-AT", TimeZone::UTC, Timestamp::UNIX_EPOCH).text("save"),
        "Speichern"
    );
}

#[test]
fn any_text_as_a_locale_gives_a_reader() {
    for locale in ["", "xx", "de_AT", "🦀", "en-u-nu-arab", "a-very-long-tag-that-is-none"] {
        let reader = reader(locale);
        assert!(!reader.date_time(reader.now()).is_empty(), "{locale}");
    }
}

#[test]
fn a_phone_number_is_written_as_at_home_or_with_its_country() {
    for (locale, kept, shown, edited) in [
        ("en", "+13125559280", "(312) 555-9280", "+1 312-555-9280"),
        ("en-GB", "+13125559280", "+1 312-555-9280", "+1 312-555-9280"),
        ("en-GB", "+442079460958", "020 7946 0958", "+44 20 7946 0958"),
        ("de-AT", "+442079460958", "+44 20 7946 0958", "+44 20 7946 0958"),
        ("en", "+13125559280 x12", "(312) 555-9280 x12", "+1 312-555-9280 x12"),
        ("en", "ask for Ines", "ask for Ines", "ask for Ines"),
        ("en", "+1", "+1", "+1"),
    ] {
        assert_eq!(reader(locale).phone(kept), shown, "{locale}");
        assert_eq!(reader(locale).phone_international(kept), edited, "{locale}");
    }
}

#[test]
fn a_number_typed_without_its_country_is_one_of_the_readers() {
    for (locale, typed, read) in [
        ("en-GB", "020 7946 0958", "+442079460958"),
        ("en", "(212) 736-5000", "+12127365000"),
        ("en", "+44 20 7946 0958", "+44 20 7946 0958"),
        ("en", "1234", "1234"),
        ("en", "(212) 736-5000 ext. 5", "+12127365000 x5"),
    ] {
        assert_eq!(reader(locale).parse_phone(typed), read, "{locale}");
    }
}

#[test]
fn a_name_within_a_sentence_begins_with_a_small_letter_unless_it_is_an_abbreviation() {
    let mut texts = Texts::new();
    texts.add("en", "test", "none-yet = No { WITHIN($names) } yet").unwrap();
    texts.add("de", "test", "none-yet = Noch keine { $names }").unwrap();
    let texts = Arc::new(texts);
    let said = |locale: &str, names: &str| {
        let reader = texts.reader(locale, TimeZone::UTC, Timestamp::UNIX_EPOCH);
        reader.text_with(&Message::new("none-yet").with("names", names))
    };
    assert_eq!(said("en", "Exchange rates"), "No exchange rates yet");
    assert_eq!(said("en", "SLA targets"), "No SLA targets yet");
    assert_eq!(said("de", "Wechselkurse"), "Noch keine Wechselkurse");
}
