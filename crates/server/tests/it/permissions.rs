//! Two teams that do not see each other, through every door.

use serde_json::json;
use testkit::{TestApp, both};

#[test]
fn another_team_sees_a_deal_through_no_door() {
    both(|app| {
        let deal = app.given("ines", "deals", &json!({ "name": "Secret harbour" }));
        let nadia = app.sign_in("nadia");
        for door in [
            "/deals",
            "/deals?view=board",
            "/deals?filter=name%20starts%20with%20%22Secret%22",
            "/search?q=secret",
            "/palette?q=secret",
            "/",
            "/lookup/deals?q=secret",
        ] {
            nadia.get(door).hides("Secret harbour");
        }
        nadia.get(&format!("/deals/{deal}")).is(404);
        nadia.get(&format!("/deals/{deal}/edit")).is(404);
        nadia.post(&format!("/deals/{deal}/edit"), &[("name", "Mine")]).is(404);
        nadia.post(&format!("/deals/{deal}/delete"), &[]).is(404);
        nadia.patch(&format!("/deals/{deal}/fields/name"), &[("name", "Mine")]).is(404);
        let program = app.program("nadia", &["write"]);
        program.get(&format!("/api/v1/deals/{deal}")).is(404);
        program.get("/api/v1/deals").is(200).hides("Secret harbour");
        program.get("/api/v1/search?q=secret").is(200).hides("Secret harbour");
        assert_eq!(program.get("/api/v1/deals/count").json()["count"], 0);
        program.patch(&format!("/api/v1/deals/{deal}"), &json!({ "name": "Mine" })).is(404);
        program.delete(&format!("/api/v1/deals/{deal}")).is(404);
        program.get(&format!("/api/v1/deals/{deal}/history")).is(404);
    });
}

#[test]
fn a_link_to_a_record_of_another_team_is_answered_as_one_to_nothing() {
    both(|app| {
        let nobody = kernel::Id::generate().to_string();
        let company = app.given("ines", "companies", &json!({ "name": "Secret harbour" }));
        let person = app.given("ines", "people", &json!({ "name": { "last": "Secret" } }));
        let deal = app.given("ines", "deals", &json!({ "name": "Secret harbour" }));
        let program = app.program("nadia", &["write"]);
        for (plural, field, hidden) in [
            ("deals", "company", &company),
            ("deals", "person", &person),
            ("people", "company", &company),
            ("deal_lines", "deal", &deal),
        ] {
            let answer = |id: &str| {
                let told = program.post(&format!("/api/v1/{plural}"), &json!({ field: id }));
                assert!([404, 422].contains(&told.status), "{}", told.body);
                (told.status, told.body.replace(id, ""))
            };
            assert_eq!(answer(hidden), answer(&nobody), "{plural}: {field}");
        }
    });
}

#[test]
fn a_manager_sees_the_teams_work_and_not_the_others() {
    both(|app| {
        app.given("ines", "deals", &json!({ "name": "Northern harbour" }));
        app.given("nadia", "deals", &json!({ "name": "Southern harbour" }));
        app.sign_in("marcus").get("/deals").says("Northern harbour").hides("Southern harbour");
        app.sign_in("yuki").get("/deals").says("Southern harbour").hides("Northern harbour");
        app.sign_in("ada").get("/deals").says("Northern harbour").says("Southern harbour");
    });
}

#[test]
fn an_analyst_reads_everything_and_changes_nothing() {
    both(|app| {
        let deal = app.given("ines", "deals", &json!({ "name": "Northern harbour" }));
        let grace = app.sign_in("grace");
        grace.get("/deals").says("Northern harbour");
        grace.post(&format!("/deals/{deal}/edit"), &[("name", "Mine")]).is(403);
        grace.post("/deals/new", &[("name", "Mine")]).is(403);
        app.program("grace", &["write"]).post("/api/v1/deals", &json!({ "name": "Mine" })).is(403);
    });
}

#[test]
fn a_token_does_no_more_than_its_scopes() {
    both(|app| {
        let deal = app.given("ines", "deals", &json!({ "name": "Northern harbour" }));
        let reads = app.program("ines", &["deal:read"]);
        reads.get(&format!("/api/v1/deals/{deal}")).is(200);
        reads.patch(&format!("/api/v1/deals/{deal}"), &json!({ "name": "Mine" })).is(403);
        reads.get("/api/v1/companies").is(404);
    });
}

#[test]
fn a_token_for_one_object_begins_no_import_which_would_have_all_rights_of_its_person() {
    let app = TestApp::sqlite();
    for (scope, status) in [("deal:write", 403), ("read", 403), ("write", 200)] {
        let program = app.program("ada", &[scope]);
        program.get("/import").is(status);
        program.get("/imports").is(status);
    }
}
