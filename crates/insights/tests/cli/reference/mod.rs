//! The reference cases, reached through the command line, when `RAPPORT_SHARED` names the folder that has them.

mod baskets;
mod forecast;
mod prediction;
mod response;
mod retention;
mod tables;
mod trees;
mod value;

use std::path::PathBuf;

use serde_json::Value;

/// The rows and amounts of Online Retail that count as purchases.
pub const PURCHASES: [&str; 4] = [
    "--where",
    "Quantity > 0 and UnitPrice > 0 and CustomerID is not empty and not (InvoiceNo starts with \"C\")",
    "--let",
    "amount = Quantity * UnitPrice",
];

pub fn folder() -> Option<PathBuf> {
    std::env::var_os("RAPPORT_SHARED").map(PathBuf::from)
}

/// The `expected` part of a case; `None` where there are none.
pub fn expected(name: &str) -> Option<Value> {
    let path = folder()?.join("reference/analytics").join(name).with_extension("json");
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let mut case: Value = serde_json::from_str(&text).expect("a reference case is JSON");
    Some(case["expected"].take())
}

/// A file of the data folder.
pub fn data(name: &str) -> String {
    let path = folder().expect("asked only after `expected`").join("data").join(name);
    path.to_str().expect("a path in UTF-8").to_owned()
}

/// The number at a path such as `params/r`.
#[track_caller]
pub fn number(value: &Value, path: &str) -> f64 {
    let found = value.pointer(&format!("/{path}")).unwrap_or(&Value::Null);
    found.as_f64().unwrap_or_else(|| panic!("no number at {path}: {found}"))
}

/// A list of numbers.
pub fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().expect("a list").iter().map(|item| item.as_f64().expect("a number")).collect()
}

/// A column of a table.
pub fn column(table: &Value, name: &str) -> Vec<f64> {
    table.as_array().expect("a table").iter().map(|row| row[name].as_f64().unwrap_or(f64::NAN)).collect()
}

/// Holds a number within a share of what is expected.
#[track_caller]
pub fn near(what: &str, have: f64, want: f64, relative: f64) {
    assert!(
        (have - want).abs() <= relative * want.abs(),
        "{what}: {have} is not {want} within {relative:e} of it"
    );
}

/// Holds a number within a distance of what is expected.
#[track_caller]
pub fn close(what: &str, have: f64, want: f64, distance: f64) {
    assert!((have - want).abs() <= distance, "{what}: {have} is not {want} within {distance:e}");
}
