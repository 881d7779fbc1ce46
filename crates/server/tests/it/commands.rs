//! What commands say and leave behind, wrongly used too.

use std::{fs, path::Path, process::Output};

use tempfile::TempDir;

use crate::faults::{rapport, refused};

/// A workspace with Ada, its administrator, and Bob, who sells.
fn workspace() -> TempDir {
    let place = TempDir::new().expect("a folder");
    for (email, name, role) in
        [("ada@x.example", "Ada", "administrator"), ("bob@x.example", "Bob", "sales_rep")]
    {
        let create =
            ["user", "create", email, "--name", name, "--role", role, "--password", "long enough to hold"];
        said(&rapport(&place, &create));
    }
    place
}

#[track_caller]
fn said(output: &Output) -> String {
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{told}");
    assert!(!told.contains('\u{1b}'), "colours for nobody: {told}");
    String::from_utf8_lossy(&output.stdout).into_owned() + &told
}

fn write(place: &TempDir, name: &str, text: &str) {
    fs::write(place.path().join(name), text).expect("a file");
}

fn read(place: &TempDir, name: impl AsRef<Path>) -> String {
    fs::read_to_string(place.path().join(name)).expect("a file")
}

#[test]
fn what_may_not_be_done_with_a_user_is_said_in_words() {
    let place = workspace();
    refused(&rapport(&place, &["user", "deactivate", "ada@x.example"]), &["administrator"]);
    let nobody = "nobody@x.example";
    for command in [
        &["user", "deactivate", nobody][..],
        &["user", "reset-link", nobody],
        &["token", "create", nobody, "--name", "sync"],
        &["token", "list", nobody],
        &["audit", "--user", nobody],
    ] {
        refused(&rapport(&place, command), &[nobody, "rapport user list"]);
    }
    refused(&rapport(&place, &["user", "create", nobody, "--name", "\u{200b}"]), &["name", "Fill in"]);
}

#[test]
fn an_export_that_cannot_be_leaves_what_was_there() {
    let place = workspace();
    write(&place, "kept.csv", "kept");
    for (arguments, says) in [
        (&["company", "--sort", "nonsense"][..], "nonsense"),
        (&["company", "--fields", "nonsense"], "nonsense"),
        (&["company", "--filter", "nonsense"], "nonsense"),
        (&["role", "--as", "bob@x.example"], "may not"),
    ] {
        let output = rapport(&place, &[&["export"], arguments, &["-o", "kept.csv"]].concat());
        refused(&output, &[says]);
        assert!(!String::from_utf8_lossy(&output.stderr).contains("problem-"), "{output:?}");
        assert_eq!(read(&place, "kept.csv"), "kept");
    }
    refused(&rapport(&place, &["export", "company", "-o", "list.pdf"]), &[".pdf", "csv, jsonl or xlsx"]);
    assert!(!place.path().join("list.pdf").exists());
    assert!(said(&rapport(&place, &["export", "company", "-o", "list.CSV"])).contains("0 records"));
}

#[test]
fn an_import_tells_beforehand_where_its_report_cannot_be_written() {
    let place = workspace();
    write(&place, "one.csv", "name\nRotor\n");
    write(&place, "bad.csv", "name,website\nStator,not an address\n");
    let import = |more: &[&str]| rapport(&place, &[&["import", "--object", "companies"], more].concat());
    refused(&import(&["one.csv", "--report", "nowhere/bad.csv"]), &["writing nowhere/bad.csv"]);
    refused(&import(&["one.csv", "--report", "./one.csv"]), &["one.csv is the file that is imported"]);
    assert_eq!(read(&place, "one.csv"), "name\nRotor\n");
    assert!(said(&rapport(&place, &["export", "company"])).contains("0 records"));
    refused(&import(&["one.csv", "--save-mapping", " "]), &["give it a name"]);
    assert_eq!(import(&["--nonsense"]).status.code(), Some(1), "2 says that rows were refused");

    let bad = import(&["bad.csv", "--report", "refused.csv"]);
    assert_eq!(bad.status.code(), Some(2));
    assert!(
        String::from_utf8_lossy(&bad.stderr).contains("1 row with its problems is in refused.csv"),
        "{bad:?}"
    );
    assert!(read(&place, "refused.csv").contains("Stator"));
    let good = said(&import(&["one.csv", "--report", "refused.csv"]));
    assert!(good.contains("1 row, 1 created"), "{good}");
    assert!(!read(&place, "refused.csv").contains("Stator"), "the report of the run before");
}

#[test]
fn definitions_that_are_not_there_are_not_taken_away_in_silence() {
    let place = workspace();
    refused(&rapport(&place, &["define"]), &["--list"]);
    for name in ["nonsense", "company"] {
        refused(&rapport(&place, &["define", "--remove", name]), &["no custom object", name]);
    }
    write(
        &place,
        "van.toml",
        "name = \"van\"\nplural = \"vans\"\ntitle = [\"name\"]\n[[field]]\nname = \"name\"\ntype = \"text\"\n",
    );
    assert!(said(&rapport(&place, &["define", "van.toml"])).contains("1 definition taken"));
    said(&rapport(&place, &["define", "--remove", "van"]));
    refused(&rapport(&place, &["export", "van"]), &["no records called van"]);
}

#[test]
fn a_place_that_cannot_be_written_is_not_called_a_database() {
    let place = workspace();
    write(&place, "letter", "somebody's letter");
    for (command, says) in [
        (&["backup", "nowhere/copy"][..], "nowhere/copy cannot be written"),
        (&["restore", "gone", "--database", "sqlite:new.db"], "gone cannot be read"),
        (&["restore", "letter", "--database", "sqlite:new.db"], "no backup of SQLite"),
        (&["query", "select 1 as one", "--parquet", "nowhere/one.parquet"], "writing nowhere/one.parquet"),
    ] {
        let output = rapport(&place, command);
        refused(&output, &[says]);
        assert!(!String::from_utf8_lossy(&output.stderr).contains("cannot be reached"), "{output:?}");
    }
    assert!(!place.path().join("new.db").exists());
}
