//! What an export has of what it may not tell, and of what its format cannot hold.

use std::io::Cursor;

use calamine::{Data, Reader as _, Xlsx};
use records::Principal;
use serde_json::json;
use testkit::{TestApp, both};
use transfer::export::{Export, For, Format, Written, query};

use crate::given::object;

#[test]
fn no_export_names_a_record_that_whoever_asks_may_not_see() {
    both(|app| {
        let hidden = app.given("ines", "companies", &json!({ "name": "Secret harbour" }));
        let guest = app.given("ines", "people", &json!({ "name": { "last": "Secret" } }));
        let yuki = app.user("yuki").to_string();
        app.given("ada", "deals", &json!({ "name": "Open deal", "owner": yuki, "company": hidden }));
        let about = json!({ "object": "company", "id": hidden });
        app.given("ada", "tasks", &json!({ "subject": "Open task", "owner": yuki, "parent": about }));
        let meeting = json!({ "subject": "Open talk", "owner": yuki, "starts_at": "2026-03-17T09:00:00Z", "attendees": [guest] });
        app.given("ada", "meetings", &meeting);
        for (who, is_told) in [("yuki", false), ("ada", true)] {
            let browser = app.sign_in(who);
            for (list, own, linked) in [
                ("deals", "Open deal", &hidden),
                ("tasks", "Open task", &hidden),
                ("meetings", "Open talk", &guest),
            ] {
                for format in ["csv", "jsonl"] {
                    let columns = "name,subject,company,parent,attendees";
                    let file =
                        browser.get(&format!("/export/{list}.{format}?ids=1&filter=&columns={columns}"));
                    let text = file.ok().text();
                    assert!(text.contains(own), "{who} {list} {format}: {text}");
                    assert_eq!(text.contains(linked.as_str()), is_told, "{who} {list} {format}: {text}");
                    assert_eq!(text.contains("Secret"), is_told, "{who} {list} {format}: {text}");
                }
            }
        }
    });
}

#[test]
fn a_workbook_says_which_texts_its_cells_could_not_hold() {
    let app = TestApp::sqlite();
    let texts = [("Whole", "x".repeat(32_767)), ("Long", "y".repeat(32_768)), ("Wide", "😀".repeat(20_000))];
    for (name, text) in &texts {
        app.given("ines", "companies", &json!({ "name": name, "description": text }));
    }
    let (written, bytes) = exported(&app, Format::Xlsx);
    assert_eq!(written, Written { records: 3, cut: 2 });
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).unwrap();
    let sheets = book.sheet_names();
    assert_eq!(sheets.last().map(String::as_str), Some("Cut texts"));
    let records = book.worksheet_range(&sheets[0]).unwrap();
    let held: Vec<String> = records.rows().skip(1).map(|row| row[2].to_string()).collect();
    for ((name, text), held) in texts.iter().zip(&held) {
        let beginning = held.trim_end_matches('…');
        assert!(text.starts_with(beginning) && beginning.len() > 30_000, "{name}");
        assert_eq!(beginning == text, *name == "Whole");
        assert!(held.encode_utf16().count() <= 32_767, "{name}");
    }
    let told = book.worksheet_range("Cut texts").unwrap();
    assert!(told.get_value((0, 0)).unwrap().to_string().contains("32,767"));
    let named: Vec<&Data> = told.rows().skip(2).map(|row| &row[0]).collect();
    assert_eq!(named, [&Data::from("Sheet1!C3".to_owned()), &Data::from("Sheet1!C4".to_owned())]);
    for whole in [Format::Csv, Format::Jsonl] {
        assert_eq!(exported(&app, whole).0, Written { records: 3, cut: 0 });
    }
}

/// The name and description of all companies, in the order in which they were made.
fn exported(app: &TestApp, format: Format) -> (Written, Vec<u8>) {
    let workspace = &app.workspace;
    let look = workspace.texts.reader("en", workspace.config.zone.clone(), workspace.engine.clock().now());
    let companies = object(app, "company");
    let fields = ["name", "description"].map(|name| companies.position(name).unwrap()).to_vec();
    let asked = query::filtered(&workspace.engine.registry(), &companies, "").unwrap();
    let who = Principal::system();
    let export = Export::new(&workspace.engine, &who, &look, asked, fields, For::Programs);
    let mut bytes = Vec::new();
    (export.write(format, &mut bytes).unwrap(), bytes)
}
