//! Views of lists that programs keep: the same views, by the same rights, as the screens.

use serde_json::json;
use testkit::both;

#[test]
fn a_view_kept_by_a_program_is_one_of_the_screens() {
    both(|app| {
        let (program, ines) = (app.program("ines", &["write"]), app.sign_in("ines"));
        app.given("ines", "companies", &json!({ "name": "Harbour" }));
        let wanted = json!({ "name": " Harbours ", "filter": "name contains \"Harb\"", "sort": "-name", "columns": "name,owner" });
        let made = program.post("/api/v1/companies/views", &wanted).is(201);
        let (at, view) = (made.header("location").to_owned(), made.json());
        assert_eq!(
            (&view["name"], &view["shared"], &view["may_change"]),
            (&json!("Harbours"), &json!(false), &json!(true))
        );
        assert_eq!((&view["sort"], &view["kind"]), (&json!("-name"), &json!(null)));
        ines.get(view["href"].as_str().expect("an address"))
            .ok()
            .says("Harbours")
            .hides("changed, not saved");
        assert_eq!(program.get(&at).is(200).json(), view);

        let changed = program.patch(&at, &json!({ "name": "Ports", "sort": null })).is(200).json();
        assert_eq!((&changed["filter"], &changed["sort"]), (&view["filter"], &json!(null)));
        assert_eq!(program.get("/api/v1/companies/views").is(200).json(), json!({ "views": [changed] }));
        program.delete(&at).is(204);
        program.get(&at).is(404);
        ines.get("/companies").ok().hides("Ports");
    });
}

#[test]
fn a_view_is_read_by_others_once_it_is_shared_and_changed_by_its_owner_and_administrators() {
    both(|app| {
        let (ines, tom) = (app.program("ines", &["write"]), app.program("tom", &["write"]));
        let ada = app.program("ada", &["write", "admin"]);
        let made = ines.post("/api/v1/companies/views", &json!({ "name": "Harbours" })).is(201);
        let at = made.header("location").to_owned();
        tom.get(&at).is(404);
        tom.patch(&at, &json!({ "name": "Mine" })).is(404);
        assert_eq!(tom.get("/api/v1/companies/views").json(), json!({ "views": [] }));

        ines.patch(&at, &json!({ "shared": true })).is(200);
        assert_eq!(tom.get(&at).is(200).json()["may_change"], false);
        tom.patch(&at, &json!({ "name": "Mine" })).is(403);
        tom.delete(&at).is(403);
        tom.get(&at.replace("companies", "deals")).is(404);
        ada.patch(&at, &json!({ "name": "Ports" })).is(200);
        ada.delete(&at).is(204);
    });
}

#[test]
fn a_token_keeps_views_of_what_its_scopes_let_it_write() {
    both(|app| {
        let reader = app.program("ines", &["read"]);
        reader.get("/api/v1/companies/views").is(200);
        reader.post("/api/v1/companies/views", &json!({ "name": "Harbours" })).is(403);
        let deals = app.program("ines", &["deal:write"]);
        deals.get("/api/v1/companies/views").is(404);
        deals
            .post("/api/v1/deals/views", &json!({ "name": "Mine", "kind": "board", "group": "stage" }))
            .is(201);
    });
}

#[test]
fn what_no_list_can_be_shown_by_is_not_kept() {
    both(|app| {
        let (program, ines) = (app.program("ines", &["write"]), app.sign_in("ines"));
        for (part, content) in [
            ("name", " "),
            ("filter", "nmae = \"x\""),
            ("columns", "name,nmae"),
            ("kind", "map"),
            ("group", "name"),
            ("view", "nowhere"),
        ] {
            let mut wanted = json!({ "name": "Harbours" });
            wanted[part] = json!(content);
            let told = program.post("/api/v1/companies/views", &wanted).is(422).json();
            assert_eq!(told["problems"][0]["field"], part, "{told}");
        }
        program.post("/api/v1/companies/views", &json!({ "name": "Harbours", "sort": "nmae" })).is(422);
        program.post("/api/v1/companies/views", &json!({ "name": "Harbours", "colour": "red" })).is(422);
        ines.post("/companies/views", &[("name", "Harbours"), ("filter", "nmae = 1")]).is(422);
        assert_eq!(program.get("/api/v1/companies/views").json(), json!({ "views": [] }));
    });
}
