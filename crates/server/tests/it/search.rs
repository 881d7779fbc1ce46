//! What was typed is found a moment later, by whoever may see it.

use serde_json::json;
use testkit::both;

#[test]
fn what_was_saved_is_found_at_once_and_what_was_deleted_no_more() {
    both(|app| {
        let ines = app.sign_in("ines");
        let id = ines.post("/companies/new", &[("name", "Ærøskøbing Værft")]).made();
        for typed in ["aeroskobing", "Ærø", "vaerf", "%C3%A6r%C3%B8sk"] {
            let found = ines.get(&format!("/search?q={typed}")).is(200);
            assert!(found.text().contains("Ærøskøbing"), "{typed}: {}", found.text());
        }
        ines.post(&format!("/companies/{id}/delete"), &[]).ok();
        ines.get("/search?q=aeroskobing").hides("Værft");
    });
}

#[test]
fn signs_that_mean_something_to_a_database_find_nothing_and_break_nothing() {
    both(|app| {
        let ines = app.sign_in("ines");
        app.given("ines", "companies", &json!({ "name": "Harbour Ltd" }));
        for typed in
            ["%27", "%22", "*", "a*%20OR%20b", "%25", "%5C", "(", ")", "NEAR(a", "-", "%26%20%7C", "%00"]
        {
            let answer = ines.get(&format!("/search?q={typed}"));
            assert!(answer.status < 500, "{typed}: {}", answer.status);
        }
    });
}

#[test]
fn what_was_found_by_another_field_than_its_title_says_which() {
    both(|app| {
        let ines = app.sign_in("ines");
        app.given(
            "ines",
            "people",
            &json!({ "name": { "last": "Kowalska" }, "email": "ewa@harbour.example" }),
        );
        ines.get("/search?q=harbour").ok().says("E-mail: ewa@harbour.example");
        ines.get("/palette?q=harb").ok().says("E-mail: ewa@harbour.example");
        ines.get("/palette?q=kowal").ok().says("Kowalska").hides("E-mail:");
    });
}
