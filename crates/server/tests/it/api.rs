//! What programs rely on.

use std::collections::HashMap;

use axum::http::Method;
use serde_json::{Map, Value as Json, json};
use testkit::both;

#[test]
fn a_record_is_made_read_changed_and_deleted() {
    both(|app| {
        let program = app.program("ines", &["write"]);
        let made = program.post("/api/v1/companies", &json!({ "name": "Harbour Ltd" })).is(201);
        let address = made.header("location").to_owned();
        assert_eq!(program.get(&address).is(200).json()["name"], "Harbour Ltd");
        program.patch(&address, &json!({ "name": "Harbour & Sons" })).is(200);
        assert_eq!(program.get(&address).json()["name"], "Harbour & Sons");
        program.delete(&address).is(204);
        assert_ne!(program.get(&address).json()["deleted_at"], json!(null));
        assert_eq!(program.get("/api/v1/companies/count").json()["count"], 0);
        program.post(&format!("{address}/restore"), &json!({})).is(204);
        program.get(&address).is(200);
    });
}

#[test]
fn what_is_wrong_is_told_by_field() {
    both(|app| {
        let program = app.program("ines", &["write"]);
        let wrong = json!({ "name": "", "website": "no address", "colour": "red" });
        let refused = program.post("/api/v1/companies", &wrong).is(422);
        assert_eq!(refused.header("content-type"), "application/problem+json");
        let told = refused.json();
        let fields: Vec<&str> = told["problems"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|problem| problem["field"].as_str())
            .collect();
        for field in ["website", "colour"] {
            assert!(fields.contains(&field), "{field} in {told}");
        }
    });
}

#[test]
fn a_change_upon_an_older_version_is_refused() {
    both(|app| {
        let program = app.program("ines", &["write"]);
        let id = app.given("ines", "companies", &json!({ "name": "Harbour Ltd" }));
        let address = format!("/api/v1/companies/{id}");
        let tag = program.get(&address).header("etag").to_owned();
        let first =
            program.send(Method::PATCH, &address, Some(&json!({ "name": "One" })), &[("if-match", &tag)]);
        first.is(200);
        let second =
            program.send(Method::PATCH, &address, Some(&json!({ "name": "Two" })), &[("if-match", &tag)]);
        second.is(412);
        assert_eq!(program.get(&address).json()["name"], "One");
    });
}

#[test]
fn a_request_sent_twice_is_done_once() {
    both(|app| {
        let program = app.program("ines", &["write"]);
        let body = json!({ "name": "Harbour Ltd" });
        let send =
            |body| program.send(Method::POST, "/api/v1/companies", Some(body), &[("idempotency-key", "k1")]);
        let (first, second) = (send(&body).is(201), send(&body).is(201));
        assert_eq!(first.json()["id"], second.json()["id"]);
        assert_eq!(program.get("/api/v1/companies/count").json()["count"], 1);
        send(&json!({ "name": "Another" })).is(409);
    });
}

#[test]
fn many_are_matched_by_a_key_and_the_good_ones_saved() {
    both(|app| {
        let program = app.program("ines", &["write"]);
        let person = |email: &str, last: &str| json!({ "email": email, "name": { "last": last } });
        let sent = |records| json!({ "mode": "upsert", "key": "email", "records": records });
        program.post("/api/v1/people/bulk", &sent(json!([person("a@x.example", "First")]))).is(200);
        let again = json!([person("A@x.example", "Second"), person("b@x.example", "Other"), { "email": "no address" }]);
        let told = program.post("/api/v1/people/bulk", &sent(again)).is(200).json();
        let results = told["results"].as_array().expect("a list");
        assert_eq!(results[0]["created"], false, "{told}");
        assert_eq!(results[1]["created"], true, "{told}");
        assert!(results[2]["problems"].is_array(), "{told}");
        assert_eq!(program.get("/api/v1/people/count").json()["count"], 2);
    });
}

#[test]
fn a_key_is_matched_as_it_is_kept() {
    both(|app| {
        let program = app.program("ines", &["write"]);
        let send = |mode: &str, name: &str, id: &str| {
            let records = json!([{ "external_id": id, "name": name }]);
            let body = json!({ "mode": mode, "key": "external_id", "records": records });
            program.post("/api/v1/companies/bulk", &body).is(200).json()["results"][0].clone()
        };
        assert_eq!(send("upsert", "Harbour", "A-1")["created"], true);
        assert_eq!(send("upsert", "Harbour Ltd", " A-1 ")["created"], false);
        assert_eq!(send("update", "Harbour & Sons", "A-1")["created"], false);
        // Another name in another case is another name.
        assert_eq!(send("upsert", "Bridge", "a-1")["created"], true);
        assert_eq!(program.get("/api/v1/companies/count").json()["count"], 2);
    });
}

#[test]
fn a_link_is_a_key_as_it_is_read_and_what_has_several_entries_is_none() {
    both(|app| {
        let program = app.program("ines", &["write"]);
        let parent = app.given("ines", "companies", &json!({ "name": "Harbour" }));
        let send = |key: &str, content: serde_json::Value| {
            let record = json!({ key: content, "name": "Branch" });
            let body = json!({ "mode": "upsert", "key": key, "records": [record] });
            program.post("/api/v1/companies/bulk", &body)
        };
        let first = send("parent", json!(parent)).is(200).json()["results"][0].clone();
        let read = program.get(&format!("/api/v1/companies/{}", first["id"].as_str().unwrap())).json();
        let again = send("parent", read["parent"].clone()).is(200).json()["results"][0].clone();
        assert_eq!((&again["id"], &again["created"]), (&first["id"], &json!(false)));
        for key in ["tags", "files", "billing"] {
            send(key, json!(["a"])).is(422).says(key);
        }
    });
}

#[test]
fn a_list_is_walked_through_by_its_cursor() {
    both(|app| {
        let program = app.program("ines", &["write"]);
        let records: Vec<_> = (0..25).map(|at| json!({ "name": format!("Company {at:02}") })).collect();
        program.post("/api/v1/companies/bulk", &json!({ "records": records })).is(200);
        let mut seen = Vec::new();
        let mut address = "/api/v1/companies?sort=name&limit=10".to_owned();
        loop {
            let page = program.get(&address).is(200).json();
            let records = page["records"].as_array().or(page["data"].as_array()).expect("records").clone();
            seen.extend(records.iter().map(|record| record["name"].as_str().unwrap_or_default().to_owned()));
            let Some(next) = page["next"].as_str() else { break };
            address = match next.strip_prefix("/api") {
                Some(_) => next.to_owned(),
                None => format!("/api/v1/companies?sort=name&limit=10&after={next}"),
            };
            assert!(seen.len() <= 25, "an end");
        }
        assert_eq!(seen, (0..25).map(|at| format!("Company {at:02}")).collect::<Vec<_>>());
    });
}

#[test]
fn an_action_of_the_screens_is_one_of_the_api() {
    both(|app| {
        let program = app.program("ines", &["write"]);
        let deal = app.given("ines", "deals", &json!({ "name": "Rebuild" }));
        program.post(&format!("/api/v1/deals/{deal}/actions/win"), &json!({})).is(200);
        assert_eq!(program.get(&format!("/api/v1/deals/{deal}")).json()["stage"], "won");
    });
}

#[test]
fn records_of_one_request_link_to_each_other_in_whatever_order_they_come() {
    both(|app| {
        let program = app.program("ines", &["write"]);
        let batch = json!({ "records": [
            { "name": "Vienna office", "parent": { "ref": "austria" } },
            { "ref": "hq", "name": "Head office" },
            { "ref": "austria", "name": "Austria", "parent": { "ref": "hq" } },
            { "name": "Lost", "parent": { "ref": "nowhere" } },
            { "ref": "hq", "name": "Another" },
        ] });
        let answer = program.post("/api/v1/companies/bulk", &batch).is(200).json();
        let codes = |at: usize| answer["results"][at]["problems"][0]["code"].clone();
        assert_eq!((codes(3), codes(4)), (json!("api-bulk-ref"), json!("api-bulk-ref-twice")));
        let parent = |at: usize| {
            let id = answer["results"][at]["id"].as_str().expect("it was saved");
            program.get(&format!("/api/v1/companies/{id}")).is(200).json()["parent"]["title"].clone()
        };
        assert_eq!((parent(0), parent(2)), (json!("Austria"), json!("Head office")));
    });
}

#[test]
fn a_key_that_comes_twice_in_one_request_is_about_one_record() {
    both(|app| {
        let program = app.program("ines", &["write"]);
        let batch = json!({ "mode": "upsert", "key": "website", "records": [
            { "name": "Acme", "website": "https://acme.example" },
            { "name": "Acme Ltd", "website": "https://acme.example" },
        ] });
        let answer = program.post("/api/v1/companies/bulk", &batch).is(200).json();
        assert_eq!(answer["results"][0]["id"], answer["results"][1]["id"], "{answer}");
        let listed = program.get("/api/v1/companies?fields=name").is(200).json();
        assert_eq!(listed["records"].as_array().map(Vec::len), Some(1), "{listed}");
        assert_eq!(listed["records"][0]["title"], "Acme Ltd");
    });
}

#[test]
fn a_telephone_number_keeps_its_extension() {
    both(|app| {
        let typed = json!({ "name": { "last": "Kowalska" }, "phone": "+49 30 123456 ext. 12" });
        let id = app.given("ines", "people", &typed);
        let read = app.program("ines", &["read"]).get(&format!("/api/v1/people/{id}")).is(200).json();
        assert_eq!(read["phone"], "+4930123456 x12");
        app.sign_in("ines").get(&format!("/people/{id}")).ok().has("tel:+4930123456;ext=12");
    });
}

#[test]
fn a_record_in_the_trash_is_read_with_the_moment_it_went_there() {
    both(|app| {
        let program = app.program("ines", &["write"]);
        let id = app.given("ines", "companies", &json!({ "name": "Acme" }));
        program.delete(&format!("/api/v1/companies/{id}")).is(204);
        let read = program.get(&format!("/api/v1/companies/{id}")).is(200).json();
        assert!(read["deleted_at"].is_string(), "{read}");
        let listed = |trash: &str| {
            program.get(&format!("/api/v1/companies?{trash}")).is(200).json()["records"]
                .as_array()
                .map(Vec::len)
        };
        assert_eq!((listed(""), listed("trash=only")), (Some(0), Some(1)));
    });
}

#[test]
fn the_document_describes_every_object() {
    let app = testkit::TestApp::sqlite();
    let document = app.program("ada", &["read"]).get("/api/openapi.json").is(200).json();
    assert_eq!(document["openapi"].as_str().map(|version| &version[..3]), Some("3.1"));
    for object in app.workspace.engine.registry().objects() {
        let path = format!("/api/v1/{}", object.plural);
        let described = document["paths"].as_object().is_some_and(|paths| {
            paths.keys().any(|known| *known == path || format!("/api/v1{known}") == path)
        });
        assert!(described, "{path} is not described");
    }
}

#[test]
fn numbers_that_are_no_numbers_and_bodies_that_are_no_json_are_refused() {
    let app = testkit::TestApp::sqlite();
    let program = app.program("ines", &["write"]);
    program.get("/api/v1/companies?limit=many").is(422);
    program.get("/api/v1/companies?cursor=nonsense").is(422);
    program.get("/api/v1/companies?filter=name%20%3D").is(422);
    program.get("/api/v1/companies?sort=nothing").is(422);
    assert!([400, 404, 422].contains(&program.get("/api/v1/companies/no-id").status));
    program.get("/api/v1/nothings").is(404);
    program.post("/api/v1/companies", &json!([])).is(422);
}

#[test]
fn no_text_carries_a_nul_into_a_database() {
    both(|app| {
        let program = app.program("ines", &["write"]);
        let made = program.post("/api/v1/companies", &json!({ "name": "Har\u{0}bour", "tags": ["a\u{0}b"] }));
        assert!(made.status < 500, "{} {}", made.status, made.body);
        for filter in ["name%20%3D%20%22a%00b%22", "name%20contains%20%22%00%22"] {
            let answer = program.get(&format!("/api/v1/companies?filter={filter}"));
            assert!(answer.status < 500, "{filter}: {}", answer.status);
        }
    });
}

#[test]
fn the_links_of_the_description_lead_on_from_what_was_answered() {
    both(|app| {
        let program = app.program("ada", &["write"]);
        let document = program.get("/api/openapi.json").is(200).json();
        let paths = document["paths"].as_object().unwrap();
        let operations: HashMap<&str, (&str, &str)> = paths
            .iter()
            .flat_map(|(path, verbs)| {
                verbs.as_object().unwrap().iter().map(move |(verb, told)| (path, verb, told))
            })
            .filter_map(|(path, verb, told)| {
                Some((told["operationId"].as_str()?, (verb.as_str(), path.as_str())))
            })
            .collect();
        let links = |answers: &Json| -> Vec<Json> {
            let answers = answers.as_object().into_iter().flat_map(Map::values);
            answers.filter_map(|answer| answer["links"].as_object()).flat_map(Map::values).cloned().collect()
        };
        let all = paths.values().flat_map(|verbs| verbs.as_object().unwrap().values());
        let mut count = 0;
        for link in all.flat_map(|told| links(&told["responses"])) {
            let (_, path) = operations[link["operationId"].as_str().unwrap()];
            assert!(path.contains("{id}") && link["parameters"]["id"].is_string(), "{link} to {path}");
            count += 1;
        }
        assert!(count > 50, "{count}");

        let follow = |link: &Json, id: &str| {
            let (verb, path) = operations[link["operationId"].as_str().unwrap()];
            let verb = Method::from_bytes(verb.to_uppercase().as_bytes()).unwrap();
            let body = json!({ "employees": 5 });
            let body = (verb == Method::PATCH).then_some(&body);
            let answer = program.send(verb, &path.replace("{id}", id), body, &[]);
            assert!(answer.status < 300, "{link}: {}", answer.text());
        };
        let from_made = links(&paths["/api/v1/companies"]["post"]["responses"]);
        let from_deleted = links(&paths["/api/v1/companies/{id}"]["delete"]["responses"]);
        assert_eq!((from_made.len(), from_deleted.len()), (5, 3));
        for link in &from_made {
            follow(link, &app.given("ada", "companies", &json!({ "name": "Harbour" })));
        }
        for link in &from_deleted {
            let id = app.given("ada", "companies", &json!({ "name": "Harbour" }));
            program.delete(&format!("/api/v1/companies/{id}")).is(204);
            follow(link, &id);
        }
    });
}
