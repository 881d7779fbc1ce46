//! The folder of reference cases and data, and how numbers are compared.

use serde_json::Value;
use std::io::Write;
use std::path::{Path, PathBuf};

/// The folder of cases and data, or `None` (said aloud) when this machine has none.
pub fn folder() -> Option<PathBuf> {
    let folder = std::env::var_os("RAPPORT_SHARED").map(PathBuf::from);
    if folder.is_none() {
        // Straight to the terminal: the test runner would swallow what a passing test prints.
        let test = std::thread::current().name().unwrap_or("a test").to_owned();
        let _ =
            writeln!(std::io::stderr(), "skipped {test}: RAPPORT_SHARED names no folder of reference cases");
    }
    folder
}

/// The `expected` part of a reference case.
pub fn expected(name: &str) -> Option<Value> {
    let path = folder()?.join("reference/analytics").join(name).with_extension("json");
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let mut case: Value = serde_json::from_str(&text).expect("a reference case is JSON");
    Some(case["expected"].take())
}

/// A file of the data folder.
pub fn data(name: &str) -> PathBuf {
    folder().expect("asked only after `expected`").join("data").join(name)
}

/// Reads a CSV file (gzipped too) with a header; each row as text.
pub fn csv_rows(path: &Path) -> (Vec<String>, Vec<csv::StringRecord>) {
    let file = std::fs::File::open(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let plain: Box<dyn std::io::Read> = match path.extension() {
        Some(end) if end == "gz" => Box::new(flate2::read::GzDecoder::new(file)),
        _ => Box::new(file),
    };
    let mut reader = csv::Reader::from_reader(plain);
    let header = reader.headers().expect("a header").iter().map(str::to_owned).collect();
    (header, reader.records().map(|row| row.expect("a row")).collect())
}

/// The number at a path such as `params/r`.
pub fn number(value: &Value, path: &str) -> f64 {
    let found = path.split('/').fold(value, |value, key| &value[key]);
    found.as_f64().unwrap_or_else(|| panic!("no number at {path}: {found}"))
}

/// A list of numbers.
pub fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().expect("a list").iter().map(|item| item.as_f64().expect("a number")).collect()
}

/// Holds `actual` within a share of `expected`.
#[track_caller]
pub fn near(what: &str, actual: f64, expected: f64, relative: f64) {
    let error = (actual - expected).abs();
    assert!(
        error <= relative * expected.abs(),
        "{what}: {actual} is not {expected} within {relative:e} of it"
    );
}

/// Holds `actual` within a distance of `expected`.
#[track_caller]
pub fn close(what: &str, actual: f64, expected: f64, distance: f64) {
    assert!((actual - expected).abs() <= distance, "{what}: {actual} is not {expected} within {distance:e}");
}

/// Days from 1970-01-01 to a date written year-month-day (Hinnant's `days_from_civil`).
pub fn day_number(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year - era * 400;
    let of_year = (153 * (month + if month > 2 { -3 } else { 9 }) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}
