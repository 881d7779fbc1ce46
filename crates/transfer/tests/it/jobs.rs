//! Checking, running, going on after a death, cancelling and taking back.

use std::{
    sync::atomic::{AtomicBool, Ordering::SeqCst},
    thread,
};

use kernel::{Id, Value};
use records::{Draft, Principal};
use testkit::{TestApp, both};
use transfer::run::{self, State};

use crate::given::{
    checked, count, enqueued, figures, imported, mapping, object, problems, proposed, shown, standing, work,
};

const COMPANIES: &str = "account,sector,revenue,employees,part of\n\
    Rotor,technolgy,1.5,20,Mother\n\
    Stator,Retail,NULL,7,\n\
    Mother,software,12,300,Grandmother\n";

const COMPANIES_MAPPING: &str = r#"
object = "company"
mode = "upsert"
key = ["name"]
empty = ["NULL"]
column = [
    { name = "account", field = "name" },
    { name = "sector", field = "industry", values = { technolgy = "technology" } },
    { name = "revenue", field = "annual_revenue", multiply = 1000000 },
    { name = "employees", field = "employees" },
    { name = "part of", field = "parent", link = { missing = "create" } },
]
"#;

#[test]
fn rows_become_records_linked_to_rows_that_come_later() {
    both(|app| {
        let import = imported(app, COMPANIES.as_bytes(), &mapping(COMPANIES_MAPPING));
        assert_eq!((import.state, figures(&import)), (State::Done, "3/0/0/0".to_owned()));
        assert_eq!(import.progress.counts.made, 1);
        assert_eq!(
            shown(app, "company", "", &["industry", "annual_revenue", "parent"]),
            [
                "Grandmother: - - -",
                "Mother: software 12000000 Grandmother",
                "Rotor: technology 1500000 Mother",
                "Stator: retail - -"
            ]
        );
        let again = imported(app, COMPANIES.as_bytes(), &mapping(COMPANIES_MAPPING));
        assert_eq!(figures(&again), "0/0/3/0");
    });
}

#[test]
fn a_check_changes_nothing_and_says_what_a_run_would_do() {
    both(|app| {
        let file = format!("{COMPANIES}Broken,nonsense,much,-3,\nRotor,retail,2,21,\n");
        let import = checked(app, file.as_bytes(), &mapping(COMPANIES_MAPPING));
        assert_eq!((import.state, figures(&import)), (State::Checked, "3/1/0/1".to_owned()));
        assert_eq!(problems(app, &import), ["5 B: import-problem-option", "5 C: import-problem-number"]);
        assert_eq!(import.checked.unwrap().counts.made, 1);
        assert_eq!(count(app, "company", ""), 0);
    });
}

#[test]
fn a_check_tells_which_names_lead_nowhere_and_are_left_empty() {
    let app = TestApp::sqlite();
    let file = "name,firm,boss\nAnn Lee,Newco,\nBob Roe,Newco,Ann Lee\nCid Poe,,Zoe\n";
    let text = r#"
        object = "person"
        column = [
            { name = "name", field = "name" },
            { name = "firm", field = "company", link = { missing = "empty" } },
            { name = "boss", field = "reports_to", link = { missing = "empty" } },
        ]
    "#;
    let import = checked(&app, file.as_bytes(), &mapping(text));
    let summary = import.checked.unwrap();
    assert_eq!((summary.counts.created, summary.counts.bad, summary.counts.unmatched), (3, 0, 3));
    let told = summary.kinds.iter().map(|kind| (kind.fault.column, &*kind.fault.message.id, kind.rows));
    let note = "import-note-unmatched";
    assert_eq!(told.collect::<Vec<_>>(), [(Some(1), note, 2), (Some(2), note, 1)]);
    let import = imported(&app, file.as_bytes(), &mapping(text));
    assert_eq!((import.state, import.progress.counts.unmatched), (State::Done, 3));
}

#[test]
fn bad_rows_are_reported_and_the_rest_goes_on() {
    let app = TestApp::sqlite();
    let file = "name,email,born\nAnn Lee,ann@example.com,2001-02-03\nBob,not an address,2001-02-03\n\
        Cid Roe,cid@example.com,soon\n,,\nDot Poe,dot@example.com\nEve Doe,eve@example.com,3000-01-01\n";
    let text = r#"
        object = "person"
        column = [
            { name = "name", field = "name" },
            { name = "email", field = "email" },
            { name = "born", field = "birthdate" },
        ]
    "#;
    let import = imported(&app, file.as_bytes(), &mapping(text));
    assert_eq!((import.state, figures(&import)), (State::Done, "1/0/0/4".to_owned()));
    assert_eq!(
        problems(&app, &import),
        [
            "3 B: problem-email",
            "4 C: import-problem-date",
            "6 : import-problem-ragged",
            "7 C: person-rule-born_before_today"
        ]
    );
}

#[test]
fn links_are_made_left_open_replaced_or_refused_by_their_rule() {
    let app = TestApp::sqlite();
    app.given("ada", "companies", &serde_json::json!({ "name": "Äcme" }));
    let file = "name,firm\nAnn Lee,ACME\nBob Roe,Newco\n";
    let import = |missing: &str| {
        let text = format!(
            "object = \"person\"\nmode = \"upsert\"\nkey = [\"name\"]\ncolumn = [{{ name = \"name\", field = \"name\" }}, \
             {{ name = \"firm\", field = \"company\", link = {missing} }}]"
        );
        imported(&app, file.as_bytes(), &mapping(&text))
    };
    let refused = import("{ missing = \"report\" }");
    assert_eq!(figures(&refused), "1/0/0/1");
    assert_eq!(problems(&app, &refused), ["3 B: import-problem-absent"]);
    let empty = import("{ missing = \"empty\" }");
    assert_eq!((figures(&empty), empty.progress.counts.unmatched), ("1/0/1/0".to_owned(), 1));
    assert_eq!(shown(&app, "person", "", &["company"]), ["Ann Lee: Äcme", "Bob Roe: -"]);
    assert_eq!(figures(&import("{ missing = \"other\", other = \"acme\" }")), "0/1/1/0");
    assert_eq!(shown(&app, "person", "", &["company"]), ["Ann Lee: Äcme", "Bob Roe: Äcme"]);
    assert_eq!(figures(&import("{ missing = \"create\" }")), "0/1/1/0");
    assert_eq!(shown(&app, "person", "", &["company"]), ["Ann Lee: Äcme", "Bob Roe: Newco"]);
}

#[test]
fn nothing_is_made_for_a_row_that_is_refused() {
    let app = TestApp::sqlite();
    let file = "name,firm,mail\nAnn Lee,Newco,nonsense\n";
    let text = r#"
        object = "person"
        column = [
            { name = "name", field = "name" },
            { name = "firm", field = "company", link = { missing = "create" } },
            { name = "mail", field = "lead_source" },
        ]
    "#;
    assert_eq!(figures(&imported(&app, file.as_bytes(), &mapping(text))), "0/0/0/1");
    assert_eq!(count(&app, "company", ""), 0);
}

#[test]
fn modes_create_only_change_only_or_do_both() {
    let app = TestApp::sqlite();
    app.given("ada", "companies", &serde_json::json!({ "name": "Old", "employees": 1 }));
    let import = |mode: &str| {
        let text = format!(
            "object = \"company\"\nmode = \"{mode}\"\nkey = [\"name\"]\ncolumn = [{{ name = \"name\", field = \"name\" }}, \
             {{ name = \"staff\", field = \"employees\" }}]"
        );
        imported(&app, b"name,staff\nold,5\nNew,6\n", &mapping(&text))
    };
    let created = import("create");
    assert_eq!((figures(&created), created.progress.counts.passed), ("1/0/0/0".to_owned(), 1));
    assert_eq!(figures(&import("update")), "0/1/1/0");
    assert_eq!(shown(&app, "company", "", &["employees"]), ["New: 6", "old: 5"]);
}

#[test]
fn two_rows_for_one_record_make_one_and_change_it() {
    let app = TestApp::sqlite();
    let text = r#"
        object = "person"
        mode = "upsert"
        key = ["email"]
        column = [{ name = "name", field = "name" }, { name = "mail", field = "email" }]
    "#;
    let file = "name,mail\nAnn Lee,Ann@Example.com\nAnn Roe,ann@example.com\nNobody,\n";
    let import = imported(&app, file.as_bytes(), &mapping(text));
    assert_eq!(figures(&import), "1/1/0/1");
    assert_eq!(problems(&app, &import), ["4 B: import-problem-key-empty"]);
    assert_eq!(shown(&app, "person", "", &["email"]), ["Ann Roe: ann@example.com"]);
}

const BY_EMAIL: &str = r#"
object = "person"
mode = "upsert"
key = ["email"]
column = [{ name = "name", field = "name" }, { name = "email", field = "email" }]
"#;

#[test]
fn a_key_that_comes_again_much_later_leads_to_the_same_record() {
    both(|app| {
        let row = |at: usize| format!("Ann {at},ann-{}@example.com\n", at % 2_500);
        let file: String = std::iter::once("name,email\n".to_owned()).chain((0..6_000).map(row)).collect();
        let import = imported(app, file.as_bytes(), &mapping(BY_EMAIL));
        assert_eq!((import.state, figures(&import)), (State::Done, "2500/3500/0/0".to_owned()));
        assert_eq!(count(app, "person", ""), 2_500);
    });
}

/// While a file comes in, somebody else makes people of addresses whose rows have been read but not saved. Where several
/// write at a time, one after each transaction of the import, so that it is not always the import that begins anew.
#[test]
fn what_others_write_meanwhile_is_found() {
    const ROWS: usize = 6_000;
    both(|app| {
        let email = |at: usize| format!("ann-{at}@example.com");
        let file: String = std::iter::once("name,email\n".to_owned())
            .chain((0..ROWS).map(|at| format!("Ann {at},{}\n", email(at))))
            .collect();
        let import = enqueued(app, file.as_bytes(), &mapping(BY_EMAIL), false);
        let is_done = AtomicBool::new(false);
        let has_rivals = app.workspace.db().dialect().has_rivals();
        let is_over = || is_done.load(SeqCst);
        let next_row = || standing(app, import.id).progress.next_row;
        thread::scope(|scope| {
            scope.spawn(|| {
                let mut last = next_row();
                for at in (0..ROWS).rev().step_by(7) {
                    while has_rivals && next_row() == last && !is_over() {}
                    if is_over() {
                        break;
                    }
                    last = next_row();
                    make_if_absent(app, &email(at));
                }
            });
            work(app);
            is_done.store(true, SeqCst);
        });
        assert_eq!(standing(app, import.id).state, State::Done);
        assert_eq!(count(app, "person", ""), ROWS);
        assert_ne!(standing(app, import.id).progress.counts.updated, 0, "nobody was in its way");
    });
}

fn make_if_absent(app: &TestApp, email: &str) {
    let person = object(app, "person");
    let made = app.workspace.engine.write(&Principal::system(), |writer| {
        writer.keep_apart("person")?;
        if writer.find_by(&person, "email", &[email.into()])?.is_empty() {
            let mut draft = Draft::new(&person);
            draft.put("name.last", "Other");
            draft.put("email", email);
            writer.save(draft)?;
        }
        Ok::<_, records::Error>(())
    });
    made.unwrap();
}

#[test]
fn an_import_whose_process_dies_goes_on_where_it_was() {
    both(|app| {
        let mut file = "name,number\n".to_owned();
        for row in 0..2_500 {
            file.push_str(&format!("Company {row},{row}\n"));
        }
        let text = "object = \"company\"\ncolumn = [{ name = \"name\", field = \"name\" }]";
        let import = enqueued(app, file.as_bytes(), &mapping(text), false);
        // A first batch was committed, and then the process died: nothing else of it is left.
        let first = file.lines().take(1_001).collect::<Vec<_>>().join("\n");
        imported(app, first.as_bytes(), &mapping(text));
        let made = count(app, "company", "");
        assert_eq!(made, 3_500, "both ran");
        assert_eq!(standing(app, import.id).progress.next_row, 2_502);
        let progress = run::Progress { next_row: 2_002, ..run::Progress::default() };
        let job = app.workspace.db().write(|tx| {
            let job = run::enqueue(tx, app.workspace.engine.clock().now(), &import, false)?;
            run::put_progress(tx, import.id, &progress)?;
            Ok::<_, jobs::Error>(job)
        });
        job.unwrap();
        work(app);
        assert_eq!(count(app, "company", "") - made, 500, "only the rows that were left");
    });
}

#[test]
fn an_import_is_taken_back_with_what_it_changed_and_made() {
    both(|app| {
        app.given("ada", "companies", &serde_json::json!({ "name": "Stator", "employees": 1 }));
        let import = imported(app, COMPANIES.as_bytes(), &mapping(COMPANIES_MAPPING));
        assert_eq!(figures(&import), "2/1/0/0");
        // Somebody goes on with one of the new ones.
        let system = Principal::system();
        let company = object(app, "company");
        app.workspace
            .engine
            .write(&system, |writer| {
                let found = writer.find_by(&company, "title", &[Value::from("Mother")])?;
                writer.save(Draft::change(&company, found[0].1).with("employees", Value::Int(301)))
            })
            .unwrap();
        let now = app.workspace.engine.clock().now();
        app.workspace.db().write(|tx| run::enqueue_revert(tx, now, &import)).unwrap();
        work(app);
        let import = standing(app, import.id);
        assert_eq!(import.state, State::Reverted);
        assert_eq!(shown(app, "company", "", &["employees"]), ["Mother: 301", "Stator: 1"]);
        assert_eq!(import.reverted.unwrap().kept, 1);
    });
}

#[test]
fn an_import_that_waits_is_cancelled_at_once() {
    let app = TestApp::sqlite();
    let import = enqueued(&app, COMPANIES.as_bytes(), &mapping(COMPANIES_MAPPING), false);
    let import = standing(&app, import.id);
    let now = app.workspace.engine.clock().now();
    app.workspace.db().write(|tx| run::cancel(tx, now, &import)).unwrap();
    work(&app);
    assert_eq!(standing(&app, import.id).state, State::Cancelled);
    assert_eq!(count(&app, "company", ""), 0);
}

#[test]
fn columns_become_new_fields_and_words_new_options_in_the_same_step() {
    let app = TestApp::sqlite();
    let mut file = "Name,Sector,Visits,Plan\n".to_owned();
    for row in 0..40 {
        let plan = if row % 2 == 0 { "Gold" } else { "Silver" };
        file.push_str(&format!("Company {row},Space travel,{row},{plan}\n"));
    }
    let mapping = proposed(&app, file.as_bytes(), "company", true);
    let checked = checked(&app, file.as_bytes(), &mapping);
    assert_eq!(figures(&checked), "40/0/0/0");
    assert!(object(&app, "company").field("visits").is_none(), "a check makes no fields");
    let import = imported(&app, file.as_bytes(), &mapping);
    assert_eq!(figures(&import), "40/0/0/0");
    assert_eq!(count(&app, "company", "industry = \"space_travel\" and plan = \"gold\" and visits > 10"), 14);
}

#[test]
fn a_check_counts_what_a_field_or_an_option_yet_to_be_made_will_change() {
    both(|app| {
        let begin = "object = \"company\"\nmode = \"upsert\"\nkey = [\"name\"]\n";
        let name = "{ name = \"name\", field = \"name\" }";
        let plain = mapping(&format!("{begin}column = [{name}]"));
        let file = b"name,sector,visits\nRotor,Space travel,\nStator,,7\nMother,,\n";
        assert_eq!(figures(&imported(app, file, &plain)), "3/0/0/0");
        let sector = "{ name = \"sector\", field = \"industry\", unknown = \"add\" }";
        let visits = "{ name = \"visits\", field = \"visits\", new_field = { name = \"visits\", label = \"Visits\", type = \"integer\" } }";
        let adding = mapping(&format!("{begin}column = [{name}, {sector}, {visits}]"));
        assert_eq!(figures(&checked(app, file, &adding)), "0/2/1/0");
        assert_eq!(figures(&imported(app, file, &adding)), "0/2/1/0");
        assert_eq!(figures(&checked(app, file, &adding)), "0/0/3/0");
    });
}

#[test]
fn somebody_without_the_right_imports_nothing() {
    let app = TestApp::sqlite();
    let workspace = &app.workspace;
    let grace = app.user("grace");
    let blob =
        transfer::start::take_in(workspace, &mut COMPANIES.as_bytes(), "table.csv", Some(grace)).unwrap();
    let now = workspace.engine.clock().now();
    let import = run::Import::new(&blob, Some(grace), mapping(COMPANIES_MAPPING), now);
    let begun = workspace.db().write(|tx| {
        run::insert(tx, &import)?;
        run::enqueue(tx, now, &import, false)
    });
    let _: Id = begun.unwrap();
    work(&app);
    let import = standing(&app, import.id);
    assert_eq!(import.state, State::Failed);
    assert_eq!(import.reason.unwrap().id, "import-problem-denied");
    assert_eq!(count(&app, "company", ""), 0);
}
