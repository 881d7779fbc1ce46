//! Cubes over HTTP, shipped and people's own, by people with their rights.

use serde_json::json;
use testkit::{TestApp, both};
use warehouse::{Asking, cubes};

#[test]
fn every_shipped_cube_is_right() {
    let app = TestApp::sqlite();
    let asking = Asking::of(records::Principal::system());
    let warehouse = app.workspace_warehouse();
    let all = cubes::all(&app.workspace, &asking.who).expect("the cubes");
    let names: Vec<&str> = all.iter().map(|known| known.def.name.as_str()).collect();
    assert_eq!(names, ["activities", "leads", "pipeline"]);
    assert_eq!(all.len(), app.app.cubes().len(), "each shipped file is a cube");
    for known in &all {
        let cube = warehouse.cube(&asking, &known.file, &known.def).expect("a table");
        assert!(cube.problems.is_empty(), "{:#?}", cube.problems);
    }
}

#[test]
fn a_cube_over_http_shows_each_what_lists_show_them() {
    both(|app| {
        let deal = |who: &str, name: &str, amount: &str, day: &str| {
            app.given(who, "deals", &json!({ "name": name, "amount": amount, "close_date": day }));
        };
        deal("ines", "Harbour", "1200.50", "2026-02-10");
        deal("ines", "Bridge", "99.50", "2026-03-01");
        deal("nadia", "Mountain", "1000", "2025-02-28");
        let ask = |cube: serde_json::Value| json!({ "cube": cube });
        let by_year =
            ask(json!({ "name": "pipeline", "by": ["close.year"], "measures": ["deals", "amount"] }));
        let answer = app.program("ines", &["read"]).post("/api/v1/query", &by_year).is(200).json();
        assert_eq!(answer["rows"], json!([{ "close_year": "2026", "deals": 2, "amount": "1300.00" }]));
        assert_eq!(answer["columns"][0]["level"]["down"], "close.quarter");
        assert_eq!(answer["columns"][2]["format"], "money");
        let answer = app.program("ada", &["read"]).post("/api/v1/query", &by_year).is(200).json();
        assert_eq!(answer["rows"].as_array().map(Vec::len), Some(2));
        app.program("ada", &["company:read"]).post("/api/v1/query", &by_year).is(422).says("no cube");
        let wrong = ask(json!({ "name": "pipeline", "by": ["stag"] }));
        app.program("ada", &["read"]).post("/api/v1/query", &wrong).is(422).says("stage");
        let both_ways = json!({ "sql": "select 1", "cube": { "name": "pipeline" } });
        app.program("ada", &["read"]).post("/api/v1/query", &both_ways).is(422).says("either");
        let mut csv = by_year.clone();
        csv["format"] = json!("csv");
        app.program("ines", &["read"]).post("/api/v1/query", &csv).is(200).says("close_year,deals,amount");
        let known = app.program("ines", &["read"]).get("/api/v1/cubes/known").is(200).json();
        assert_eq!(known["cubes"].as_array().map(Vec::len), Some(3));
    });
}

#[test]
fn a_meeting_counts_once_under_each_of_its_attendees_that_whoever_asks_sees() {
    both(|app| {
        let ann = app.given("ines", "people", &json!({ "name": { "last": "Ann" } }));
        let bob = app.given("nadia", "people", &json!({ "name": { "last": "Bob" } }));
        let met =
            json!({ "subject": "Kick-off", "starts_at": "2026-03-01T10:00:00Z", "attendees": [ann, bob] });
        app.given("ada", "meetings", &met);
        let cube = r#"
            name = "met"
            table = "meeting"
            dimension = [{ name = "attendees" }]
            measure = [{ name = "meetings", is = "count" }]
        "#;
        let ada = app.program("ada", &["read", "write"]);
        ada.post("/api/v1/cubes", &json!({ "definition": cube })).is(201);
        let asked = json!({ "cube": { "name": "met", "by": ["attendees"], "totals": "rollup" } });
        let answer = ada.post("/api/v1/query", &asked).is(200).json();
        let wanted = json!([
            { "attendees": "Ann", "meetings": 1 },
            { "attendees": "Bob", "meetings": 1 },
            { "attendees": "(all)", "meetings": 1 },
        ]);
        assert_eq!(answer["rows"], wanted);
        let through =
            json!({ "cube": { "name": "met", "slice": { "attendees": ["Bob"] }, "through": true } });
        ada.post("/api/v1/query", &through).is(200).says("Kick-off");
        let asked = json!({ "sql": "select subject, unnest(attendees) as who from meeting" });
        ada.post("/api/v1/query", &asked).is(200).says(&bob);
        let answer = app.program("ines", &["read"]).post("/api/v1/query", &asked).is(200).text();
        assert!(!answer.contains(&bob), "{answer}");
    });
}

#[test]
fn a_cube_of_their_own_is_a_record_that_is_checked_when_it_is_saved() {
    both(|app| {
        app.given("ada", "deals", &json!({ "name": "Harbour" }));
        let own = "name = \"mine\"\ntable = \"deal\"\nmeasure = [{ name = \"many\", is = \"count\" }]";
        let ada = app.program("ada", &["read", "write"]);
        let saved = ada.post("/api/v1/cubes", &json!({ "definition": own })).is(201).json();
        assert_eq!(saved["name"], "mine");
        let answer = ada.post("/api/v1/query", &json!({ "cube": { "name": "mine" } })).is(200).json();
        assert_eq!(answer["rows"], json!([{ "many": 1 }]));
        let wrong = own.replace("measure", "mesure");
        ada.post("/api/v1/cubes", &json!({ "definition": wrong })).is(422).says("measure");
    });
}

#[test]
fn a_first_cube_can_begin_from_a_shipped_one() {
    let app = TestApp::sqlite();
    let ada = app.sign_in("ada");
    ada.get("/cubes")
        .ok()
        .says("Those that are shipped can be asked as they are")
        .has("href=\"/cubes/shipped\"");
    let page = ada.get("/cubes/shipped").ok();
    let page = page.says("Pipeline").says("win_rate").says("rapport query --cube pipeline");
    let begin = page.body.split("/cubes/new?").nth(1).and_then(|rest| rest.split('"').next());
    ada.get(&format!("/cubes/new?{}", begin.expect("a beginning"))).ok().has("dimension = [");
    app.sign_in("ines").get("/cubes/shipped").is(404);
}
