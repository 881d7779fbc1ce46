//! Tokens and the audit from outside, and the cookie that holds a session.

use axum::http::Method;
use serde_json::json;
use testkit::{TestApp, both};

#[test]
fn a_person_makes_lists_and_withdraws_own_tokens_by_api() {
    both(|app| {
        let ines = app.sign_in("ines");
        let headers = [("sec-fetch-site", "same-origin"), ("content-type", "application/json")];
        let wanted = json!({ "name": "Report", "scopes": ["read"], "expires_in_days": 30 }).to_string();
        let made = ines.send(Method::POST, "/api/v1/tokens", Some(wanted), &headers).is(201).json();
        let text = made["token"].as_str().unwrap();
        let bearer = format!("Bearer {text}");
        let program = app.visitor();
        program.send(Method::GET, "/api/v1/me", None, &[("authorization", &bearer)]).is(200);
        let listed = ines.get("/api/v1/tokens").is(200).hides(text).json();
        assert_eq!(listed["tokens"][0]["name"], "Report");
        let id = made["id"].as_str().unwrap();
        ines.send(Method::DELETE, &format!("/api/v1/tokens/{id}"), None, &headers[..1]).is(204);
        program.send(Method::GET, "/api/v1/me", None, &[("authorization", &bearer)]).is(401);
        let nonsense = json!({ "name": "Report", "scopes": ["everything"] }).to_string();
        ines.send(Method::POST, "/api/v1/tokens", Some(nonsense), &headers).is(422);
    });
}

#[test]
fn who_listens_for_changes_hears_of_them_as_long_as_the_token_holds() {
    both(|app| {
        let ines = app.program("ines", &["read"]);
        let mut page = ines.listen("/events");
        app.given("ines", "companies", &json!({ "name": "Rotor" }));
        assert!(page.heard().unwrap().contains("company:"));
        let listed = app.sign_in("ines").get("/api/v1/tokens").json();
        let token = listed["tokens"].as_array().unwrap().last().unwrap()["id"].as_str().unwrap();
        let token = token.parse().unwrap();
        let (engine, origin) = (&app.workspace.engine, identity::event::Origin::default());
        identity::token::revoke(engine, app.user("ines"), token, None, &origin).unwrap();
        app.given("ines", "companies", &json!({ "name": "Stator" }));
        while let Some(heard) = page.heard() {
            assert!(!heard.contains("company:"), "{heard}");
        }
    });
}

#[test]
fn a_program_makes_no_token_unless_it_is_an_administrators() {
    let app = TestApp::sqlite();
    let wanted = json!({ "name": "Another", "scopes": ["write"] });
    app.program("ines", &["write"]).post("/api/v1/tokens", &wanted).is(403);
    app.program("ines", &["write"]).get("/api/v1/tokens").is(403);
    app.program("ada", &["write"]).post("/api/v1/tokens", &wanted).is(403);
    let admin = app.program("ada", &["write", "admin"]);
    admin.post("/api/v1/tokens", &wanted).is(201);
    let ines = app.user("ines");
    let others = json!({ "name": "For Ines", "scopes": ["read"], "user": ines.to_string() });
    admin.post("/api/v1/tokens", &others).is(201);
    let of_others = format!("/api/v1/tokens?user={}", app.user("ada"));
    app.sign_in("ines").get(&of_others).is(403);
}

#[test]
fn the_audit_is_read_by_administrators_line_by_line() {
    both(|app| {
        app.sign_in("ines");
        app.visitor().post("/sign-in", &[("email", "ines@rapport.example"), ("password", "wrong")]);
        app.program("ines", &["write"]).get("/api/v1/audit").is(403);
        let admin = app.program("ada", &["write", "admin"]);
        let refused = admin.get("/api/v1/audit?refusals=1").is(200).json();
        assert_eq!(refused["events"][0]["event"], "wrong-password");
        let first = admin.get("/api/v1/audit?limit=1").is(200).json();
        let older = admin.get(&format!("/api/v1/audit?limit=1&before={}", first["next"])).is(200).json();
        assert!(older["events"][0]["seq"].as_i64() < first["events"][0]["seq"].as_i64());
    });
}

#[test]
fn over_https_the_session_is_kept_to_this_host_and_sent_over_nothing_else() {
    let app = TestApp::sqlite();
    app.user("ines");
    let form = format!("email=ines@rapport.example&password={}", testkit::PASSWORD.replace(' ', "+"));
    let browser = app.visitor();
    let over = [("sec-fetch-site", "same-origin"), ("origin", "https://crm.company.example")];
    let let_in = browser.send(Method::POST, "/sign-in", Some(form), &over).is(303);
    let cookie = let_in.header("set-cookie").to_owned();
    assert!(cookie.starts_with("__Host-rapport_session="), "{cookie}");
    for attribute in ["; Path=/", "; HttpOnly", "; SameSite=Lax", "; Secure"] {
        assert!(cookie.contains(attribute), "{cookie}");
    }
    assert!(!cookie.contains("Domain"), "{cookie}");
    browser.get("/").is(200);
    let out = browser.post("/sign-out", &[]).is(303);
    let ended: Vec<&str> =
        out.headers.get_all("set-cookie").iter().filter_map(|cookie| cookie.to_str().ok()).collect();
    let is_safe = |cookie: &&str| cookie.starts_with("__Host-rapport_session=;") && cookie.contains("Secure");
    assert!(ended.iter().any(is_safe), "{ended:?}");
    browser.get("/").is(303);
}
