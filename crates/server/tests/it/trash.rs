//! Nothing is lost by a slip.

use serde_json::json;
use testkit::both;

#[test]
fn what_was_deleted_waits_in_the_trash_and_comes_back() {
    both(|app| {
        let ines = app.sign_in("ines");
        let id = app.given("ines", "companies", &json!({ "name": "Harbour Ltd" }));
        ines.post(&format!("/companies/{id}/delete"), &[]).ok();
        ines.get("/companies").hides("Harbour Ltd");
        ines.get("/companies?trash=1").says("Harbour Ltd");
        ines.post(&format!("/companies/{id}/restore"), &[]).ok();
        ines.get("/companies").says("Harbour Ltd");
    });
}

#[test]
fn the_trash_tells_who_put_something_there_and_when() {
    both(|app| {
        let ines = app.sign_in("ines");
        let nobody = ines.get("/companies?trash=1").text();
        assert!(!nobody.contains("Ada"), "{nobody}");
        for name in ["Harbour Ltd", "Quay Ltd"] {
            let id = app.given("ines", "companies", &json!({ "name": name }));
            app.sign_in("ada").post(&format!("/companies/{id}/delete"), &[]).ok();
        }
        let trash = ines.get("/companies?trash=1").says("Deleted at").says("Deleted by").says("Ada").text();
        let (harbour, quay) = (trash.find("Harbour Ltd"), trash.find("Quay Ltd"));
        assert!(quay < harbour, "what was deleted last comes first: {trash}");
        ines.get("/companies/rows?trash=1").says("Ada");
    });
}

#[test]
fn many_are_changed_at_once_and_it_is_taken_back() {
    both(|app| {
        let ines = app.sign_in("ines");
        let ids: Vec<String> = ["One", "Two"]
            .iter()
            .map(|name| app.given("ines", "companies", &json!({ "name": name, "type": "prospect" })))
            .collect();
        let mut form: Vec<(&str, &str)> = ids.iter().map(|id| ("record", id.as_str())).collect();
        ines.post("/companies/bulk/delete", &form).ok();
        ines.get("/companies").hides(&ids[0]);
        for id in &ids {
            ines.post(&format!("/companies/{id}/restore"), &[]).ok();
        }
        // The button asks for the dialog, which keeps what was ticked.
        ines.get("/companies").has("hx-get=\"/companies/bulk/edit\"");
        ines.get(&format!("/companies/bulk/edit?record={}", ids[0]))
            .ok()
            .has(&format!("value=\"{}\"", ids[0]));
        form.extend([("field", "type"), ("type", "customer")]);
        ines.post("/companies/bulk/edit", &form).ok();
        let program = app.program("ines", &["read"]);
        assert_eq!(program.get(&format!("/api/v1/companies/{}", ids[0])).json()["type"], "customer");
    });
}
