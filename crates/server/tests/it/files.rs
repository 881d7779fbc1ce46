//! Files of records: sent, attached, shown, fetched, taken out, and seen by nobody else.

use std::sync::Arc;

use axum::http::Method;
use jiff::SignedDuration;
use kernel::Clock;
use serde_json::{Value as Json, json};
use testkit::{Answer, Browser, TestApp, both};

/// As the page's script sends a file.
fn send(browser: &Browser<'_>, path: &str, content: &str) -> Answer {
    let headers = [
        ("sec-fetch-site", "same-origin"),
        ("hx-request", "true"),
        ("content-type", "application/octet-stream"),
    ];
    browser.send(Method::POST, path, Some(content.to_owned()), &headers)
}

fn files_of(app: &TestApp, who: &str, deal: &str) -> Vec<Json> {
    let deal = app.program(who, &["read"]).get(&format!("/api/v1/deals/{deal}")).is(200).json();
    deal["files"].as_array().cloned().unwrap_or_default()
}

/// A day later, after the jobs of the night.
fn nightly(app: &TestApp) {
    let run = || {
        let now = Arc::new(Clock::fixed(app.workspace.engine.clock().now()));
        let registry = app.workspace.app().job_registry();
        jobs::Runner::new(app.workspace.db().clone(), now, Arc::clone(&app.workspace), registry).run_due()
    };
    run().unwrap();
    app.pass(SignedDuration::from_hours(25));
    run().unwrap();
}

#[test]
fn a_file_is_attached_shown_fetched_and_taken_out() {
    both(|app| {
        let ines = app.sign_in("ines");
        let deal = app.given("ines", "deals", &json!({ "name": "Harbour lights" }));
        send(&ines, &format!("/deals/{deal}/files/files?name=r%C3%A9sum%C3%A9.gif"), "GIF89a and so on")
            .is(200);
        let files = files_of(app, "ines", &deal);
        assert_eq!(files.len(), 1);
        assert_eq!((&files[0]["name"], &files[0]["type"]), (&json!("résumé.gif"), &json!("image/gif")));
        assert_eq!(files[0]["size"], 16);
        let file = files[0]["id"].as_str().unwrap();
        ines.get(&format!("/deals/{deal}?tab=files-title")).is(200).says("résumé.gif").says("16 B");
        let fetched = ines.get(&format!("/deals/{deal}/files/{file}")).is(200);
        assert_eq!(fetched.body, "GIF89a and so on");
        assert_eq!(fetched.header("content-type"), "image/gif");
        assert_eq!(fetched.header("x-content-type-options"), "nosniff");
        assert!(fetched.header("content-security-policy").starts_with("sandbox"));
        assert!(fetched.header("content-disposition").starts_with("inline; filename="));
        let known = [("if-none-match", fetched.header("etag"))];
        ines.send(Method::GET, &format!("/deals/{deal}/files/{file}"), None, &known).is(304);
        ines.get(&format!("/deals/{deal}")).says("changed this").says("résumé.gif");
        ines.post(&format!("/deals/{deal}/files/{file}/remove"), &[]).is(303);
        assert!(files_of(app, "ines", &deal).is_empty());
        ines.get(&format!("/deals/{deal}/files/{file}")).is(404);
    });
}

#[test]
fn what_a_browser_could_run_is_saved_and_not_shown() {
    let app = TestApp::sqlite();
    let ines = app.sign_in("ines");
    let deal = app.given("ines", "deals", &json!({ "name": "Harbour lights" }));
    for (name, content) in [
        ("page.html", "<html><script>alert(1)</script></html>"),
        ("drawing.svg", "<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"),
        ("offer.pdf", "%PDF-1.7 and so on"),
        ("picture.png", "<script>alert(1)</script>"),
    ] {
        send(&ines, &format!("/deals/{deal}/files/files?name={name}"), content).is(200);
        let files = files_of(&app, "ines", &deal);
        let file = files.iter().find(|file| file["name"] == name).unwrap()["id"].as_str().unwrap().to_owned();
        let fetched = ines.get(&format!("/deals/{deal}/files/{file}")).is(200);
        let disposition = fetched.header("content-disposition").to_owned();
        assert!(disposition.starts_with("attachment"), "{name}: {disposition}");
        assert!(!fetched.header("content-type").contains("html"), "{name}");
        assert!(!fetched.header("content-type").contains("svg"), "{name}");
    }
}

#[test]
fn nobody_fetches_changes_or_takes_over_what_they_may_not_see() {
    both(|app| {
        let deal = app.given("ines", "deals", &json!({ "name": "Secret harbour" }));
        send(&app.sign_in("ines"), &format!("/deals/{deal}/files/files?name=plan.txt"), "the plan").is(200);
        let file = files_of(app, "ines", &deal)[0]["id"].as_str().unwrap().to_owned();
        let nadia = app.sign_in("nadia");
        nadia.get(&format!("/deals/{deal}/files/{file}")).is(404);
        nadia.get(&format!("/files/{file}")).is(404);
        nadia.post(&format!("/deals/{deal}/files/{file}/remove"), &[]).is(404);
        send(&nadia, &format!("/deals/{deal}/files/files?name=mine.txt"), "mine").is(404);
        // To name somebody else's file opens it to nobody.
        let own = app.given("nadia", "deals", &json!({ "name": "Southern harbour" }));
        let program = app.program("nadia", &["write"]);
        program
            .patch(&format!("/api/v1/deals/{own}"), &json!({ "files": [file] }))
            .is(422)
            .says("problem-file-gone");
        nadia.get(&format!("/deals/{own}/files/{file}")).is(404);
        // A colleague of the team sees it and changes nothing.
        let tom = app.sign_in("tom");
        tom.get(&format!("/deals/{deal}/files/{file}")).is(200).says("the plan");
        send(&tom, &format!("/deals/{deal}/files/files?name=mine.txt"), "mine").is(403);
        tom.post(&format!("/deals/{deal}/files/{file}/remove"), &[]).is(403);
        assert_eq!(files_of(app, "ines", &deal).len(), 1);
    });
}

#[test]
fn a_program_sends_a_file_names_it_and_fetches_it_again() {
    both(|app| {
        let program = app.program("ines", &["write"]);
        let sent = program.post("/api/v1/files?name=offer.json", &json!({ "total": 12 })).is(201).json();
        let made = json!({ "name": "Harbour lights", "files": [sent["id"]] });
        let deal = program.post("/api/v1/deals", &made).is(201).json();
        assert_eq!(deal["files"][0]["name"], "offer.json");
        let (deal, file) = (deal["id"].as_str().unwrap(), sent["id"].as_str().unwrap());
        let fetched = program.get(&format!("/api/v1/deals/{deal}/files/{file}")).is(200);
        assert_eq!(fetched.json(), json!({ "total": 12 }));
        // As it was read it may come back, in another order or with less.
        let same = json!({ "files": [{ "id": file, "name": "forged.exe" }] });
        let kept = program.patch(&format!("/api/v1/deals/{deal}"), &same).is(200).json();
        assert_eq!(kept["files"][0]["name"], "offer.json");
        program.patch(&format!("/api/v1/deals/{deal}"), &json!({ "files": "nonsense" })).is(422);
        app.program("ines", &["read"]).post("/api/v1/files?name=a.txt", &json!(1)).is(403);
        program.post("/api/v1/files", &json!(1)).is(422);
    });
}

#[test]
fn a_file_without_a_record_goes_by_itself_and_one_with_a_record_with_it() {
    both(|app| {
        let ines = app.sign_in("ines");
        let deal = app.given("ines", "deals", &json!({ "name": "Harbour lights" }));
        send(&ines, &format!("/deals/{deal}/files/files?name=kept.txt"), "kept").is(200);
        let line = send(&ines, "/files?name=waiting.txt&field=files", "waiting").is(200);
        line.clone().has("name=\"files\"").says("waiting.txt");
        let id =
            line.body.split("value=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap().to_owned();
        ines.get(&format!("/files/{id}")).is(200).says("waiting");
        nightly(app);
        ines.get(&format!("/files/{id}")).is(404);
        let file = files_of(app, "ines", &deal)[0]["id"].as_str().unwrap().to_owned();
        let ada = app.sign_in("ada");
        ada.post(&format!("/deals/{deal}/delete"), &[]).is(303);
        nightly(app);
        ada.get(&format!("/deals/{deal}/files/{file}")).is(200).says("kept");
        ada.post(&format!("/deals/{deal}/destroy"), &[]).is(303);
        let blob = file.parse().unwrap();
        let there = |app: &TestApp| app.workspace.db().read(|tx| blobs::find(tx, blob)).unwrap().is_some();
        assert!(there(app));
        nightly(app);
        assert!(!there(app), "the file of a destroyed record is swept up");
    });
}

#[test]
fn a_form_without_script_attaches_several_files() {
    let app = TestApp::sqlite();
    let ines = app.sign_in("ines");
    let deal = app.given("ines", "deals", &json!({ "name": "Harbour lights" }));
    let part = |name: &str, content: &str| {
        format!(
            "--x\r\ncontent-disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n{content}\r\n"
        )
    };
    let body = format!("{}{}--x--\r\n", part("one.txt", "1"), part("..\\two.txt", "2"));
    let headers = [("sec-fetch-site", "same-origin"), ("content-type", "multipart/form-data; boundary=x")];
    let path = format!("/deals/{deal}/files/files");
    let answer = ines.send(Method::POST, &path, Some(body), &headers).is(303);
    assert_eq!(answer.header("location"), format!("/deals/{deal}?tab=files-title"));
    let names: Vec<Json> = files_of(&app, "ines", &deal).iter().map(|file| file["name"].clone()).collect();
    assert_eq!(names, ["one.txt", "two.txt"]);
    let empty = ines.send(Method::POST, &format!("{path}?name=a.txt"), Some(String::new()), &headers[..1]);
    empty.is(422).says("a.txt is empty");
}
