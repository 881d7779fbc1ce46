//! Runs a command line in process.

use std::path::Path;

use serde_json::Value;

/// Runs `rapport analyze` with these arguments and gives what it printed.
#[track_caller]
pub fn printed(arguments: &[&str]) -> String {
    let mut out = Vec::new();
    let line = std::iter::once("rapport analyze").chain(arguments.iter().copied());
    insights::run(line, warehouse::cubes::files::open, &mut out)
        .unwrap_or_else(|failure| panic!("{arguments:?}: {failure}"));
    String::from_utf8(out).expect("text")
}

/// The same as JSON.
#[track_caller]
pub fn json(arguments: &[&str]) -> Value {
    let printed = printed(&[arguments, &["--json"]].concat());
    serde_json::from_str(&printed).unwrap_or_else(|error| panic!("{arguments:?}: {error}\n{printed}"))
}

/// What it fails with, and its exit code.
#[track_caller]
pub fn failure(arguments: &[&str]) -> (u8, String) {
    let line = std::iter::once("rapport analyze").chain(arguments.iter().copied());
    let failure = insights::run(line, warehouse::cubes::files::open, &mut Vec::new()).expect_err("a failure");
    (failure.exit_code(), failure.to_string())
}

/// Writes a file into a folder and gives its path.
pub fn file(folder: &Path, name: &str, text: &str) -> String {
    let path = folder.join(name);
    std::fs::write(&path, text).expect("a file of the test's own");
    path.to_str().expect("a path in UTF-8").to_owned()
}

/// The row of a table in which a column has a value.
#[track_caller]
pub fn row<'a>(table: &'a Value, column: &str, wanted: &str) -> &'a Value {
    let same = |row: &&Value| match &row[column] {
        Value::String(text) => text == wanted,
        other => format!("{other}") == wanted,
    };
    let rows = table.as_array().unwrap_or_else(|| panic!("no table: {table}"));
    rows.iter().find(same).unwrap_or_else(|| panic!("no row with {column} {wanted}"))
}

/// Holds a text equal to the one in `tests/cli/kept/`; with the variable `KEEP` set, writes it there instead.
#[track_caller]
pub fn kept(name: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cli/kept").join(name);
    if std::env::var_os("KEEP").is_some() {
        return std::fs::write(&path, text).expect("a file of the test's own");
    }
    let known = std::fs::read_to_string(&path).unwrap_or_default();
    for (line, (have, want)) in text.lines().zip(known.lines()).enumerate() {
        assert_eq!(have, want, "{name}, line {}; KEEP=1 takes the new text", line + 1);
    }
    assert_eq!(text.lines().count(), known.lines().count(), "{name} has another number of lines");
}
