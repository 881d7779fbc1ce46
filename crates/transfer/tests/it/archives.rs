//! Archives with a table and the files of its records.

use std::io::{Cursor, Read, Write};

use blobs::Blob;
use kernel::Id;
use records::{ListQuery, Principal, StoredFile};
use serde_json::json;
use testkit::{TestApp, both};
use transfer::run;
use zip::{ZipWriter, write::SimpleFileOptions};

use crate::given::{enqueued, figures, imported, mapping, object, problems, proposed, shown, standing, work};

const TABLE: &[u8] = b"name,files\nRotor,docs/offer.pdf\nStator,\"plan.txt; docs/Offer.pdf\"\nShaft,\n";

fn archive(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in files {
        writer.start_file(*name, SimpleFileOptions::default()).unwrap();
        writer.write_all(content).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn companies(plan: &[u8]) -> Vec<u8> {
    archive(&[("companies.csv", TABLE), ("docs/offer.pdf", b"%PDF-1.7 offer"), ("docs/plan.txt", plan)])
}

/// The files of each company, by name: `Rotor: offer.pdf`.
fn files(app: &TestApp) -> Vec<String> {
    let stored = |files: &[StoredFile]| {
        let names: Vec<&str> = files.iter().map(|file| file.name.as_str()).collect();
        names.join(" ")
    };
    let mut all: Vec<String> =
        held(app).iter().map(|(title, files)| format!("{title}: {}", stored(files))).collect();
    all.sort();
    all
}

fn held(app: &TestApp) -> Vec<(String, Vec<StoredFile>)> {
    let query = ListQuery::new(&object(app, "company"));
    let page = app.workspace.engine.read(&Principal::system(), |reader| reader.list(&query)).unwrap();
    let of = |record: &records::Record| (record.title().to_owned(), records::files(record.get("files")));
    page.records.iter().map(of).collect()
}

fn blob(app: &TestApp, id: Id) -> Blob {
    app.workspace.db().read(|tx| blobs::find(tx, id)).unwrap().unwrap()
}

fn content(app: &TestApp, company: &str, name: &str) -> String {
    let held = held(app);
    let (_, files) = held.iter().find(|(title, _)| title == company).unwrap();
    let file = files.iter().find(|file| file.name == name).unwrap();
    let mut text = String::new();
    app.workspace.blobs.read(&blob(app, file.id)).unwrap().read_to_string(&mut text).unwrap();
    text
}

/// Files that belong to records.
fn claimed(app: &TestApp) -> usize {
    app.workspace.db().read(|tx| blobs::claimed(tx, None, 100)).unwrap().len()
}

#[test]
fn files_of_an_archive_come_to_the_records_of_their_rows_and_no_second_time() {
    both(|app| {
        let first = companies(b"first plan");
        let mapping = proposed(app, &first, "company", false);
        assert_eq!(mapping.columns[1].field.as_deref(), Some("files"));
        assert_eq!(figures(&imported(app, &first, &mapping)), "3/0/0/0");
        let all = ["Rotor: offer.pdf", "Shaft: ", "Stator: plan.txt offer.pdf"];
        assert_eq!(files(app), all);
        assert_eq!(content(app, "Stator", "plan.txt"), "first plan");
        let before = held(app);
        let offer = blob(app, before.iter().find(|(title, _)| title == "Rotor").unwrap().1[0].id);
        assert_eq!((offer.media_type.as_str(), offer.expires_at), ("application/pdf", None));
        // The same again makes nothing twice, also what was under way when a process died.
        assert_eq!(figures(&imported(app, &first, &mapping)), "0/0/3/0");
        let import = enqueued(app, &first, &mapping, false);
        app.workspace
            .db()
            .write(|tx| {
                run::put_progress(tx, import.id, &run::Progress { next_row: 3, ..run::Progress::default() })
            })
            .unwrap();
        work(app);
        assert_eq!(figures(&standing(app, import.id)), "0/0/2/0");
        assert_eq!(held(app), before);
        assert_eq!(claimed(app), 3);
        // Another content takes the place of the one of its name; what somebody added stays.
        assert_eq!(figures(&imported(app, &companies(b"second plan"), &mapping)), "0/1/2/0");
        assert_eq!(files(app), all);
        assert_eq!(content(app, "Stator", "plan.txt"), "second plan");
    });
}

#[test]
fn a_check_says_by_row_and_column_what_the_archive_has_not_and_takes_nothing_out_of_it() {
    both(|app| {
        let table = b"name,files\nRotor,offer.pdf\nStator,none.pdf\nShaft,../../etc/passwd\nPump,empty.txt\n";
        let given = archive(&[("rows.csv", table), ("offer.pdf", b"%PDF-1.7"), ("empty.txt", b"")]);
        let mapping = proposed(app, &given, "company", false);
        let refused = [
            "3 B: import-problem-archive-absent",
            "4 B: import-problem-archive-outside",
            "5 B: import-problem-archive-empty",
        ];
        let checked = crate::given::checked(app, &given, &mapping);
        assert_eq!(figures(&checked), "1/0/0/3");
        assert_eq!(problems(app, &checked), refused);
        assert_eq!((claimed(app), held(app).len()), (0, 0));
        let import = imported(app, &given, &mapping);
        assert_eq!(
            (figures(&import), problems(app, &import)),
            ("1/0/0/3".to_owned(), refused.map(str::to_owned).to_vec())
        );
        assert_eq!(files(app), ["Rotor: offer.pdf"]);
        // A check of what would only bring another file says that it changes the record.
        let table = b"name,files\nRotor,\"offer.pdf;more.txt\"\n";
        let more = archive(&[("rows.csv", table), ("offer.pdf", b"%PDF-1.7"), ("more.txt", b"more")]);
        assert_eq!(figures(&crate::given::checked(app, &more, &mapping)), "0/1/0/0");
    });
}

#[test]
fn a_check_knows_that_the_archive_has_the_file_which_a_record_needs() {
    both(|app| {
        let ada = app.program("ada", &["write", "admin"]);
        let paper = json!({ "name": "paper", "type": "file", "required": true, "max": 1 });
        let contract = json!({
            "name": "contract", "plural": "contracts", "title": ["name"],
            "field": [{ "name": "name", "type": "text", "required": true }, paper],
        });
        ada.post("/api/v1/objects", &contract).is(201);
        let table = b"name,paper\nLease,lease.pdf\nLoan,\nSale,none.pdf\n";
        let given = archive(&[("contracts.csv", table), ("lease.pdf", b"%PDF-1.7 lease")]);
        let mapping = proposed(app, &given, "contract", false);
        let refused = ["3 B: problem-required", "4 B: import-problem-archive-absent"];
        let checked = crate::given::checked(app, &given, &mapping);
        assert_eq!(
            (figures(&checked).as_str(), problems(app, &checked)),
            ("1/0/0/2", refused.map(str::to_owned).to_vec())
        );
        assert_eq!(claimed(app), 0);
        let import = imported(app, &given, &mapping);
        assert_eq!(
            (figures(&import).as_str(), problems(app, &import)),
            ("1/0/0/2", refused.map(str::to_owned).to_vec())
        );
        assert_eq!(claimed(app), 1);
    });
}

#[test]
fn every_record_gets_the_file_that_a_pattern_names() {
    let app = TestApp::sqlite();
    let given = archive(&[
        ("rows.csv", b"id,name\n7,Rotor\n8,Stator\n"),
        ("f/7.txt", b"seven"),
        ("f/8.txt", b"eight"),
    ]);
    let mapping = mapping(
        "object = \"company\"\ncolumn = [{ name = \"name\", field = \"name\" }]\nset = { files = \"f/{id}.txt\" }",
    );
    assert_eq!(figures(&imported(&app, &given, &mapping)), "2/0/0/0");
    assert_eq!(files(&app), ["Rotor: 7.txt", "Stator: 8.txt"]);
    let defaulted = crate::given::mapping(
        "object = \"company\"\ncolumn = [{ name = \"name\", field = \"name\" }]\ndefault = { files = \"f/7.txt\" }",
    );
    let import = imported(&app, &given, &defaulted);
    assert_eq!(import.reason.unwrap().id, "import-problem-files-default");
}

#[test]
fn a_table_alone_has_no_files() {
    let app = TestApp::sqlite();
    let mapping = mapping(
        "object = \"company\"\ncolumn = [{ name = \"name\", field = \"name\" }, { name = \"files\", field = \"files\" }]",
    );
    let import = imported(&app, TABLE, &mapping);
    assert_eq!(import.reason.unwrap().id, "import-problem-file-field");
    assert!(shown(&app, "company", "", &[]).is_empty());
}

#[test]
fn the_page_of_an_archive_says_its_table_and_offers_the_others() {
    let app = TestApp::sqlite();
    let given = archive(&[
        ("people.csv", b"Last name\nLovelace\n"),
        ("companies.csv", TABLE),
        ("docs/offer.pdf", b"%PDF-1.7"),
    ]);
    let workspace = &app.workspace;
    let blob =
        transfer::start::take_in(workspace, &mut given.as_slice(), "export.zip", Some(app.user("ada")))
            .unwrap();
    let likely = transfer::start::likely_table(workspace, &blob, "company").unwrap();
    assert_eq!(likely.as_deref(), Some("companies.csv"));
    let reading = transfer::table::Reading { table: likely, ..Default::default() };
    let examined = transfer::start::examine(workspace, &blob, &reading).unwrap();
    let look = workspace.texts.reader("en", workspace.config.zone.clone(), workspace.engine.clock().now());
    let proposal =
        transfer::start::suggest(workspace, &Principal::system(), &look, &examined, "company", false)
            .unwrap();
    let mapping = transfer::mapping::Mapping { reading, ..proposal.mapping };
    let import = run::Import::new(&blob, Some(app.user("ada")), mapping, workspace.engine.clock().now());
    workspace.db().write(|tx| run::insert(tx, &import)).unwrap();
    let ada = app.sign_in("ada");
    let page = format!("/import/{}", import.id);
    ada.get(&page)
        .ok()
        .says("companies.csv, one of 2")
        .has("value=\"files\" selected")
        .says("Table of the archive");
    let chosen = [("mode", "create"), ("table", "people.csv"), ("do", "check")];
    ada.post(&format!("{page}/mapping"), &chosen).ok().says("Last name").says("people.csv, one of 2");
}

#[test]
fn a_program_sends_an_archive_maps_checks_runs_and_takes_it_back() {
    both(|app| {
        let table = b"name,files\nRotor,offer.pdf\nStator,none.pdf\n";
        let given = archive(&[("rows.csv", table), ("offer.pdf", b"%PDF-1.7")]);
        let program = app.program("ada", &["write"]);
        program.send_file("/api/v1/imports?name=export.zip", &given).is(422);
        let misspelt = "/api/v1/imports?name=export.zip&object=company&mapping=misspelt";
        program.send_file(misspelt, &given).is(422).says("misspelt");
        program.send_file("/api/v1/imports?name=export.zip&object=company", b"PK\x03\x04").is(422);
        let made = program.send_file("/api/v1/imports?name=export.zip&object=company", &given).is(201);
        let place = made.header("location").to_owned();
        let made = made.json();
        let at = |rest: &str| format!("{place}{rest}");
        assert_eq!((&made["state"], &made["file"]), (&json!("new"), &json!("export.zip")));
        app.program("marcus", &["write"]).get(&at("")).is(404);
        let mut mapping = made["mapping"].clone();
        mapping["column"][1]["field"] = json!("nothing");
        assert_eq!(program.put(&at("/mapping"), &mapping).is(422).json()["problems"][0]["field"], "files");
        mapping["column"][1]["field"] = json!("files");
        program.put(&at("/mapping"), &mapping).is(200);
        program.post(&at("/cancel"), &json!({})).is(409);
        program.post(&at("/mend"), &json!({})).is(404);
        assert_eq!(program.post(&at("/check"), &json!({})).is(202).json()["state"], "checking");
        program.put(&at("/mapping"), &mapping).is(409);
        work(app);
        let checked = program.get(&at("")).json();
        assert_eq!((&checked["state"], &checked["counts"]["bad"]), (&json!("checked"), &json!(1)));
        program.post(&at("/run"), &json!({})).is(202);
        work(app);
        let refused = program.get(&at("/problems")).is(200).json();
        assert_eq!((&refused["rows"][0]["row"], &refused["next"]), (&json!(3), &json!(null)));
        assert_eq!(refused["rows"][0]["problems"][0]["column"], "files");
        assert_eq!(files(app), ["Rotor: offer.pdf"]);
        program.post(&at("/revert"), &json!({})).is(202);
        work(app);
        assert_eq!(program.get("/api/v1/imports").is(200).json()["imports"][0]["state"], "reverted");
        assert!(held(app).is_empty());
        app.program("ada", &["company:write"]).get("/api/v1/imports").is(403);
    });
}
