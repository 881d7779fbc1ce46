//! Every address: strangers are let in by a short list only.

use axum::http::Method;
use testkit::TestApp;

/// Everything that the program answers, with `{id}` for a record's. A route that is missing here fails
/// `every_route_of_the_source_is_listed`.
const ADDRESSES: &[(&str, &str)] = &[
    ("GET", "/"),
    ("GET", "/events"),
    ("GET", "/search?q=a"),
    ("GET", "/palette?q=a"),
    ("GET", "/profile"),
    ("POST", "/profile"),
    ("POST", "/profile/password"),
    ("POST", "/profile/tokens"),
    ("POST", "/profile/sign-out-everywhere"),
    ("POST", "/profile/sessions/{id}/end"),
    ("POST", "/profile/tokens/{id}/revoke"),
    ("GET", "/sign-ins"),
    ("GET", "/why/deal/{id}"),
    ("POST", "/undo/{id}"),
    ("GET", "/deals"),
    ("GET", "/deals/new"),
    ("POST", "/deals/new"),
    ("GET", "/deals/rows"),
    ("GET", "/deals/count"),
    ("GET", "/deals/cards"),
    ("GET", "/deals/lookup?q=a"),
    ("POST", "/deals/columns"),
    ("POST", "/deals/filter"),
    ("POST", "/deals/move"),
    ("GET", "/deals/bulk/edit"),
    ("POST", "/deals/bulk/delete"),
    ("GET", "/deals/{id}"),
    ("GET", "/deals/{id}/edit"),
    ("POST", "/deals/{id}/edit"),
    ("GET", "/deals/{id}/fields/name"),
    ("PATCH", "/deals/{id}/fields/name"),
    ("POST", "/deals/{id}/stage"),
    ("POST", "/deals/{id}/delete"),
    ("POST", "/deals/{id}/restore"),
    ("POST", "/deals/{id}/destroy"),
    ("GET", "/deals/{id}/actions/win"),
    ("POST", "/deals/{id}/actions/win"),
    ("GET", "/leads/{id}/convert"),
    ("POST", "/leads/{id}/convert"),
    ("GET", "/api/v1/me"),
    ("GET", "/api/v1/search?q=a"),
    ("GET", "/api/v1/objects"),
    ("POST", "/api/v1/objects"),
    ("GET", "/api/v1/objects/deal"),
    ("DELETE", "/api/v1/objects/deal"),
    ("GET", "/api/v1/objects/deal/overlay"),
    ("PUT", "/api/v1/objects/deal/overlay"),
    ("POST", "/api/v1/objects/deal/fields"),
    ("DELETE", "/api/v1/objects/deal/fields/name"),
    ("GET", "/api/v1/deals"),
    ("POST", "/api/v1/deals"),
    ("GET", "/api/v1/deals/count"),
    ("GET", "/api/v1/deals/groups"),
    ("POST", "/api/v1/deals/bulk"),
    ("GET", "/api/v1/deals/{id}"),
    ("PATCH", "/api/v1/deals/{id}"),
    ("DELETE", "/api/v1/deals/{id}"),
    ("POST", "/api/v1/deals/{id}/restore"),
    ("POST", "/api/v1/deals/{id}/destroy"),
    ("GET", "/api/v1/deals/{id}/history"),
    ("POST", "/api/v1/deals/{id}/actions/win"),
    ("GET", "/api/openapi.json"),
];

#[test]
fn a_stranger_gets_nothing_but_the_way_to_sign_in() {
    let app = TestApp::sqlite();
    app.user("ada");
    let stranger = app.visitor();
    for (method, path) in ADDRESSES {
        let path = path.replace("{id}", "01920000-0000-7000-8000-000000000000");
        let method = Method::from_bytes(method.as_bytes()).expect("a method");
        let body = (method != Method::GET).then(String::new);
        let answer = stranger.send(method.clone(), &path, body, &[]);
        let refused = match answer.status {
            303 => answer.header("location").starts_with("/sign-in"),
            401 | 403 => true,
            _ => false,
        };
        assert!(refused, "{method} {path}: {} {}", answer.status, answer.text());
    }
}

#[test]
fn what_is_public_is_public() {
    let app = TestApp::sqlite();
    app.user("ada");
    let stranger = app.visitor();
    for path in ["/sign-in", "/healthz"] {
        stranger.get(path).is(200);
    }
}

#[test]
fn every_answer_binds_the_browser() {
    let app = TestApp::sqlite();
    app.user("ada");
    for path in ["/sign-in", "/nothing-here", "/api/v1/nothing"] {
        let answer = app.visitor().get(path);
        assert!(answer.header("content-security-policy").contains("script-src 'self'"), "{path}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
    }
}

#[test]
fn an_address_that_is_not_there_is_told_as_a_page_and_as_a_document() {
    let app = TestApp::sqlite();
    app.sign_in("ines").get("/no-such-thing/at/all").is(404).has("<html");
    let told = app.program("ines", &["read"]).get("/api/v1/no/such/thing/at/all").is(404);
    assert_eq!(told.header("content-type"), "application/problem+json");
}
