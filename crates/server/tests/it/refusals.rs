//! What the API refuses rather than overlook: a parameter that says nothing, a word of another type, a name that is not there.

use axum::http::Method;
use serde_json::json;
use testkit::{TestApp, both};

#[test]
fn a_parameter_that_cannot_be_what_it_is_is_refused_everywhere() {
    let app = TestApp::sqlite();
    let program = app.program("ada", &["write", "admin"]);
    for address in [
        "/api/v1/deals?cause=",
        "/api/v1/deals?trash=",
        "/api/v1/deals?labels=yes",
        "/api/v1/deals/count?count=all",
        "/api/v1/deals?limit=0",
        "/api/v1/deals?limit=201",
        "/api/v1/search?q=a&limit=",
        "/api/v1/jobs?before=",
        "/api/v1/jobs?state=",
        "/api/v1/tokens?user=nobody",
        "/api/v1/audit?user=",
        "/api/v1/audit?before=x",
        "/api/v1/audit?limit=0",
    ] {
        let told = program.get(address).is(422).json();
        assert!(told["detail"].as_str().unwrap_or_default().contains("parameter"), "{address}: {told}");
    }
    let deal = app.given("ines", "deals", &json!({ "name": "Rebuild" }));
    program.get(&format!("/api/v1/deals/{deal}/history?limit=201")).is(422);
    program.get(&format!("/api/v1/deals/{deal}/history?limit=200")).is(200);
}

#[test]
fn a_body_that_is_no_json_or_says_a_thing_twice_is_refused_at_every_door() {
    let app = TestApp::sqlite();
    let program = app.program("ada", &["write", "admin"]);
    let deal = app.given("ines", "deals", &json!({ "name": "Rebuild" }));
    let file = program.send_file("/api/v1/imports?name=a.csv&object=company", b"Name\nAcme\n").is(201).json();
    let view = program.post("/api/v1/deals/views", &json!({ "name": "Large" })).is(201).json();
    let doors = [
        (Method::POST, "/api/v1/deals".to_owned()),
        (Method::PATCH, format!("/api/v1/deals/{deal}")),
        (Method::POST, "/api/v1/deals/bulk".to_owned()),
        (Method::POST, format!("/api/v1/deals/{deal}/actions/lose")),
        (Method::POST, "/api/v1/deals/views".to_owned()),
        (Method::PATCH, format!("/api/v1/deals/views/{}", view["id"].as_str().unwrap())),
        (Method::POST, "/api/v1/tokens".to_owned()),
        (Method::POST, "/api/v1/objects".to_owned()),
        (Method::PUT, "/api/v1/objects/deal/overlay".to_owned()),
        (Method::POST, "/api/v1/objects/deal/fields".to_owned()),
        (Method::PUT, "/api/v1/warehouse/sources/prices".to_owned()),
        (Method::POST, "/api/v1/query".to_owned()),
        (Method::PUT, format!("/api/v1/imports/{}/mapping", file["id"].as_str().unwrap())),
    ];
    let told = |method: &Method, path: &str, media_type, text: &str, status| {
        let told = program.send_as(method.clone(), path, media_type, text.as_bytes()).is(status).json();
        told["detail"].as_str().unwrap_or_default().to_owned()
    };
    for (method, path) in &doors {
        let twice = r#"{"name": "A", "records": [{}, {"email": "a", "email": "b"}]}"#;
        let detail = told(method, path, Some("application/json"), twice, 422);
        assert_eq!(detail, "The body has “records[1].email” twice. Send it once.", "{method} {path}");
        let twice = r#"{"name": "A", "name": "B"}"#;
        let detail = told(method, path, Some("application/merge-patch+json; charset=utf-8"), twice, 422);
        assert_eq!(detail, "The body has “name” twice. Send it once.", "{method} {path}");
        let detail = told(method, path, Some("application/x-www-form-urlencoded"), "{}", 415);
        assert!(detail.ends_with("It says application/x-www-form-urlencoded."), "{method} {path}: {detail}");
        assert!(told(method, path, None, "{}", 415).ends_with("Content-Type: application/json."), "{path}");
    }
    assert_eq!(program.get(&format!("/api/v1/deals/{deal}")).json()["name"], "Rebuild");
    let described = program.get("/api/openapi.json").json();
    for operations in described["paths"].as_object().unwrap().values() {
        for operation in operations.as_object().unwrap().values().filter(|operation| operation.is_object()) {
            let is_json = operation["requestBody"]["content"].get("application/json").is_some();
            assert_eq!(is_json, operation["responses"].get("415").is_some(), "{}", operation["operationId"]);
        }
    }
}

#[test]
fn what_is_not_there_is_not_found() {
    both(|app| {
        let program = app.program("ada", &["write", "admin"]);
        for address in [
            "/api/v1/warehouse/sources/prices",
            "/api/v1/objects/nothing",
            "/api/v1/objects/deal",
            "/api/v1/objects/deal/fields/nothing",
        ] {
            program.delete(address).is(404);
        }
        program.post("/api/v1/warehouse/sources/prices/read", &json!({})).is(404);
        program.get("/api/v1/objects/nothing/overlay").is(404);
        program.put("/api/v1/objects/nothing/overlay", &json!({ "object": "nothing" })).is(404);
        program.post("/api/v1/objects/nothing/fields", &json!({ "name": "size", "type": "integer" })).is(404);
    });
}

#[test]
fn a_bulk_request_is_not_taken_for_another_than_it_says() {
    both(|app| {
        let program = app.program("ines", &["write"]);
        let send = |body| program.post("/api/v1/companies/bulk", &body);
        send(json!({ "mode": 5, "records": [] })).is(422);
        send(json!({ "mode": "upsert", "key": 7, "records": [] })).is(422);
        send(json!({ "mode": "create", "key": null, "records": [] })).is(200);
        // An id that is none names no record, rather than a new one.
        let told =
            send(json!({ "mode": "upsert", "key": "name", "records": [{ "id": "none", "name": "Twice" }] }));
        assert_eq!(told.is(200).json()["results"][0]["problems"][0]["code"], "api-bulk-no-id");
        assert_eq!(program.get("/api/v1/companies/count").json()["count"], 0);
    });
}

#[test]
fn what_is_said_twice_is_refused_where_only_one_can_be_meant() {
    let app = TestApp::sqlite();
    let program = app.program("ines", &["write"]);
    let told = program.get("/api/v1/companies?limit=1&limit=2").is(422).json();
    assert_eq!(told["detail"], "The parameter limit was sent twice; send it once.");
    let company = app.given("ines", "companies", &json!({ "name": "Once" }));
    let address = format!("/api/v1/companies/{company}");
    let body = json!({ "name": "Twice" });
    for header in ["If-Match", "Idempotency-Key"] {
        let twice = [(header, "\"1\""), (header, "\"2\"")];
        let told = program.send(Method::PATCH, &address, Some(&body), &twice).is(422).json();
        assert!(told["detail"].as_str().unwrap_or_default().contains(header), "{told}");
    }
    assert_eq!(program.get(&address).json()["name"], "Once");
    let hosts = [("host", "one.example")];
    app.visitor().send(Method::GET, "/sign-in", None, &hosts).is(404);
}

#[test]
fn what_no_handler_has_seen_is_a_problem_document_as_well() {
    let app = TestApp::sqlite();
    let program = app.program("ines", &["write"]);
    let told = program.delete("/api/v1/companies").is(405);
    assert_eq!(told.header("content-type"), "application/problem+json");
    assert_eq!(told.header("allow"), "GET,HEAD,POST");
    assert_eq!(told.json()["type"], "/problems/method");
    let large = json!({ "name": "a".repeat(kernel::limits::BODY_BYTES) });
    assert_eq!(program.post("/api/v1/companies", &large).is(413).json()["type"], "/problems/too-large");
}

#[test]
fn a_program_without_a_token_is_told_that_it_needs_one_and_the_case_of_the_scheme_says_nothing() {
    let app = TestApp::sqlite();
    let refused = app.visitor().get("/api/v1/me").is(401);
    assert_eq!(refused.header("www-authenticate"), "Bearer");
    let told = refused.json();
    assert!(told["detail"].as_str().unwrap_or_default().contains("needs a token"), "{told}");
    let token = app.token("ines", &["read"]);
    let named = [("authorization", format!("bearer  {token}"))];
    let named = named.each_ref().map(|(name, value)| (*name, value.as_str()));
    app.visitor().send(Method::GET, "/api/v1/me", None, &named).is(200);
}

#[test]
fn what_is_no_record_among_many_is_told_by_its_place() {
    let app = TestApp::sqlite();
    let program = app.program("ines", &["write"]);
    let told =
        program.post("/api/v1/companies/bulk", &json!({ "records": [{ "name": "A" }, 7] })).is(422).json();
    assert_eq!(told["detail"], "“records[1]” must be a JSON object.");
}

/// Every address that is described takes the parameters that are described, and refuses any other.
#[test]
fn a_parameter_that_is_not_described_is_refused_at_every_address() {
    let app = TestApp::sqlite();
    let program = app.program("ada", &["write", "admin"]);
    let document = program.get("/api/openapi.json").is(200).json();
    let told = |method: &str, path: &str, name: &str| {
        let method: Method = method.to_uppercase().parse().unwrap();
        let path = path.replace("{id}", &kernel::Id::generate().to_string()).replace(['{', '}'], "");
        let answer = program.send_as(method, &format!("{path}?{name}=1"), None, b"");
        let told = if answer.body.starts_with('{') { answer.json() } else { serde_json::Value::Null };
        (answer.status, told["detail"].as_str().unwrap_or_default().starts_with("There is no parameter"))
    };
    for (path, operations) in document["paths"].as_object().unwrap() {
        for (method, operation) in
            operations.as_object().unwrap().iter().filter(|(key, _)| *key != "parameters")
        {
            assert_eq!(told(method, path, "surely_not"), (422, true), "{method} {path}");
            let parameters = operation["parameters"].as_array().unwrap();
            for parameter in parameters.iter().filter(|parameter| parameter["in"] == "query") {
                let name = parameter["name"].as_str().unwrap();
                assert!(!told(method, path, name).1, "{method} {path} takes {name}");
            }
        }
    }
    program.get("/api/openapi.json?surely_not=1").is(422);
    program.send_as(Method::TRACE, "/api/v1/deals?surely_not=1", None, b"").is(405);
}
