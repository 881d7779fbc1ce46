//! The way through the pages, and lists as files.

use axum::http::Method;
use testkit::{Answer, Browser, TestApp};

use crate::given::{count, shown, work};

const FILE: &str = "Account,Sector,Staff\nRotor,technolgy,20\nStator,retail,many\n";

fn upload(browser: &Browser<'_>, object: &str, content: &str) -> Answer {
    let body = format!(
        "--x\r\ncontent-disposition: form-data; name=\"object\"\r\n\r\n{object}\r\n\
         --x\r\ncontent-disposition: form-data; name=\"file\"; filename=\"accounts.csv\"\r\n\
         content-type: text/csv\r\n\r\n{content}\r\n--x--\r\n"
    );
    browser.send(Method::POST, "/import", Some(body), &[("content-type", "multipart/form-data; boundary=x")])
}

#[test]
fn a_file_is_sent_mapped_checked_imported_and_taken_back() {
    let app = TestApp::sqlite();
    let ada = app.sign_in("ada");
    ada.get("/import").ok().says("What the rows are");
    let place = upload(&ada, "company", FILE).is(303).header("location").to_owned();
    ada.get(&place)
        .ok()
        .says("Columns of accounts.csv")
        .says("is read as “Technology”")
        .has("value=\"name\" selected");
    ada.get(&format!("{place}/mapping.toml")).ok().says("technolgy");
    let form = [
        ("mode", "upsert"),
        ("key", "name"),
        ("c0_field", "name"),
        ("c1_field", "industry"),
        ("c1_unknown", "report"),
        ("c1_w0", "technology"),
        ("c2_field", "employees"),
        ("do", "check"),
    ];
    assert_eq!(ada.post(&format!("{place}/mapping"), &form).status, 303);
    ada.get(&place).ok().says("Checking");
    work(&app);
    ada.get(&place).ok().says("1 would be created").says("1 would be refused").says("“many” is not a number");
    assert_eq!(count(&app, "company", ""), 0);
    ada.get(&format!("{place}/problems.csv"))
        .ok()
        .says("Stator,retail,many,3,Staff: “many” is not a number.");
    assert_eq!(ada.post(&format!("{place}/run"), &[]).status, 303);
    ada.get(&format!("{place}/progress")).ok();
    work(&app);
    let list = format!("/companies?cause={}&filter=", place.trim_start_matches("/import/"));
    ada.get(&place).ok().says("1 created").says("Take back").has(&list.replace('&', "&amp;"));
    app.given("ada", "companies", &serde_json::json!({ "name": "Typed in" }));
    ada.get(&list).ok().says("Changed together").says("Rotor").hides("Typed in");
    ada.get("/companies?cause=00000000-0000-7000-8000-000000000000").ok().says("No companies match");
    assert_eq!(ada.get(&format!("{place}/progress")).header("hx-redirect"), place);
    assert_eq!(shown(&app, "company", "", &["industry"]), ["Rotor: technology", "Typed in: -"]);
    ada.get("/imports").ok().says("accounts.csv").says("Imported");
    assert_eq!(ada.post(&format!("{place}/revert"), &[]).status, 303);
    work(&app);
    ada.get(&place).ok().says("Taken back");
    assert_eq!(shown(&app, "company", "", &["industry"]), ["Typed in: -"]);
}

#[test]
fn a_mapping_with_a_fault_comes_back_with_what_was_chosen() {
    let app = TestApp::sqlite();
    let ada = app.sign_in("ada");
    let place = upload(&ada, "company", FILE).is(303).header("location").to_owned();
    let form = [("mode", "upsert"), ("c0_field", "name"), ("c1_field", "name"), ("do", "check")];
    ada.post(&format!("{place}/mapping"), &form)
        .is(422)
        .says("already comes from the column")
        .says("Say by which field");
}

#[test]
fn a_person_says_what_kind_of_record_links_lead_to() {
    let app = TestApp::sqlite();
    let ada = app.sign_in("ada");
    app.given("ada", "companies", &serde_json::json!({ "name": "Rotor" }));
    app.given("ada", "people", &serde_json::json!({ "name": { "first": "Jo", "last": "Smith" } }));
    let file = "Subject,Parent,Sort\nCall,Rotor,Firm\nWrite,Jo Smith,Contact\n";
    let place = upload(&ada, "task", file).is(303).header("location").to_owned();
    let fixed = [("mode", "create"), ("c0_field", "subject"), ("c1_field", "parent"), ("c1_by", "title")];
    let open = [&fixed[..], &[("c1_missing", "report"), ("do", "check")]].concat();
    ada.post(&format!("{place}/mapping"), &open).is(422).says("Company, Person, Lead, Deal");
    let making = [&fixed[..], &[("c1_to", "*"), ("c1_missing", "create"), ("do", "check")]].concat();
    ada.post(&format!("{place}/mapping"), &making).is(422).says("nobody knows which to make");
    let told = [&fixed[..], &[("c1_kind", "Sort"), ("c1_missing", "report"), ("do", "update")]].concat();
    let page = ada.post(&format!("{place}/mapping"), &told).ok();
    page.says("“Firm” (1) means").says("“Contact” (1) means").has("value=\"Sort\" selected");
    let meant =
        [&told[..told.len() - 1], &[("c1_k0", "company"), ("c1_k1", "person"), ("do", "run")]].concat();
    ada.post(&format!("{place}/mapping"), &meant).is(303);
    work(&app);
    ada.get(&place).ok().says("2 created");
    ada.get(&format!("{place}/mapping.toml")).ok().says("kind = \"Sort\"").says("Firm = \"company\"");
    assert_eq!(shown(&app, "task", "parent.object = \"company\"", &["parent"]), ["Call: Rotor"]);
    assert_eq!(shown(&app, "task", "parent.object = \"person\"", &["parent"]), ["Write: Jo Smith"]);
}

#[test]
fn problems_call_fields_as_people_do() {
    let app = TestApp::sqlite();
    let ada = app.sign_in("ada");
    let place = upload(&ada, "company", FILE).is(303).header("location").to_owned();
    let form = |field: &'static str| {
        [("mode", "create"), ("c0_field", "name"), ("c1_field", field), ("do", "check")]
    };
    let refused = |field: &'static str| ada.post(&format!("{place}/mapping"), &form(field)).is(422);
    refused("created_at").says("“Created at” is computed or set by Rapport");
    refused("anual_revenue")
        .says("There is no field “anual_revenue”. Did you mean “Annual revenue”, written annual_revenue?");
    refused("Annual Revenue").says("Did you mean “Annual revenue”, written annual_revenue?");
    refused("nonsense").says("There is no field “nonsense”.");
}

#[test]
fn a_column_of_files_is_left_out_in_words_and_refused_when_it_is_chosen() {
    let app = TestApp::sqlite();
    let ada = app.sign_in("ada");
    let file = "Name,Files\nRotor,https://rotor.example/plan.pdf\n";
    let place = upload(&ada, "company", file).is(303).header("location").to_owned();
    ada.get(&place).ok().says("nothing is fetched from an address, so this column is left out");
    let form = [("mode", "create"), ("c0_field", "name"), ("c1_field", "files"), ("do", "check")];
    ada.post(&format!("{place}/mapping"), &form)
        .is(422)
        .says("import a ZIP archive that has the table and the files");
    ada.post(&format!("{place}/mapping"), &[("mode", "create"), ("c0_field", "name"), ("do", "check")])
        .is(303);
}

#[test]
fn what_is_no_table_is_refused_on_the_page() {
    let app = TestApp::sqlite();
    let ada = app.sign_in("ada");
    upload(&ada, "company", "").is(422).says("Choose a file");
    upload(&ada, "company", "\n\n").is(422).says("The file is empty");
}

#[test]
fn an_import_is_its_owners_and_the_administrators() {
    let app = TestApp::sqlite();
    let (ada, ines) = (app.sign_in("ada"), app.sign_in("ines"));
    let place = upload(&ada, "company", FILE).is(303).header("location").to_owned();
    assert_eq!(ines.get(&place).status, 404);
    assert_eq!(ines.post(&format!("{place}/run"), &[]).status, 404);
}

#[test]
fn a_list_is_exported_as_it_is_shown_and_formulas_are_made_harmless() {
    let app = TestApp::sqlite();
    app.given("ada", "companies", &serde_json::json!({ "name": "=cmd|' /C calc'!A1", "employees": 5 }));
    app.given(
        "ada",
        "companies",
        &serde_json::json!({ "name": "Quiet, Inc.", "employees": 7, "phone": "+493012345" }),
    );
    let ada = app.sign_in("ada");
    let path = "/export/companies.csv?columns=name,employees,phone&sort=name&filter=employees%20%3E%201";
    let text = ada.get(path).ok().text();
    assert_eq!(
        text,
        "\u{feff}Name,Employees,Phone\r\n'=cmd|' /C calc'!A1,5,\r\n\"Quiet, Inc.\",7,+493012345\r\n"
    );
    ada.get("/export/companies.jsonl?columns=name,employees&filter=employees=7").ok().says("\"employees\":7");
    assert!(ada.get("/export/companies.xlsx").ok().header("content-type").contains("spreadsheet"));
    assert_eq!(ada.get("/export/companies.pdf").status, 404);
    assert_eq!(ada.get("/export/companies.csv?filter=nonsense").status, 422);
}

#[test]
fn whoever_may_read_but_not_export_gets_no_file() {
    let app = TestApp::sqlite();
    let ines = app.sign_in("ines");
    ines.get("/products").ok();
    assert_eq!(ines.get("/export/products.csv").status, 403);
}
