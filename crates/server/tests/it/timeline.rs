//! What stands in the timeline of a record, on its page and through the API.

use std::collections::BTreeSet;

use serde_json::{Value as Json, json};
use testkit::{Program, TestApp, both};

#[test]
fn it_says_by_which_way_a_change_came() {
    let app = TestApp::sqlite();
    let deal = app.given("ines", "deals", &json!({ "name": "Harbour lights" }));
    let page = app.sign_in("ines").get(&format!("/deals/{deal}")).is(200);
    page.says("created this through the API").hides("(automatically)");
}

#[test]
fn the_head_of_a_record_tells_who_made_it_not_what_was_counted_since() {
    both(|app| {
        let ines = app.sign_in("ines");
        let lead = app.given("ines", "leads", &json!({ "name": { "first": "Kim", "last": "Olsen" } }));
        let wish = [("company", "none"), ("person", "new"), ("deal", "new"), ("deal_name", "Lights")];
        let deal = ines.post(&format!("/leads/{lead}/convert"), &wish).made();
        let page = ines.get(&format!("/deals/{deal}")).ok();
        page.says("Created by Ines Carvalho").hides("Updated automatically");
    });
}

#[test]
fn a_company_tells_of_its_deals_and_people_and_names_them() {
    both(|app| {
        let company = app.given("ines", "companies", &json!({ "name": "Harbour" }));
        let deal = app.given("ines", "deals", &json!({ "name": "Harbour lights", "company": company }));
        let about = |object: &str, id: &str| json!({ "object": object, "id": id });
        let call = json!({ "subject": "Ring the port", "parent": about("deal", &deal) });
        app.given("ines", "calls", &call);
        let note = json!({ "body": "Tide at nine", "parent": about("company", &company) });
        app.given("ines", "notes", &note);

        let ines = app.sign_in("ines");
        let page = ines.get(&format!("/companies/{company}")).ok();
        page.says("Ring the port").says("Tide at nine").has(&format!("href=\"/deals/{deal}\""));
        // On the deal itself the call names no deal.
        let page = ines.get(&format!("/deals/{deal}?kind=call")).ok();
        let entry =
            page.body.split("class=\"entry-main\"").nth(1).and_then(|rest| rest.split("</li>").next());
        let entry = entry.expect("an entry");
        assert!(entry.contains("Ring the port") && !entry.contains("Harbour lights"), "{entry}");
    });
}

#[test]
fn what_is_older_than_a_page_is_reached_and_comes_once() {
    both(|app| {
        let company = app.given("ines", "companies", &json!({ "name": "Harbour" }));
        for number in 10..50 {
            let parent = json!({ "object": "company", "id": company });
            app.given("ines", "notes", &json!({ "body": format!("Note {number}"), "parent": parent }));
        }
        let ines = app.sign_in("ines");
        let mut url = format!("/companies/{company}");
        let mut told = String::new();
        while !url.is_empty() {
            let page = ines.get(&url).ok();
            let older = page.body.split("class=\"timeline-more\"").nth(1).unwrap_or("").to_owned();
            let href = older.split("href=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap_or("");
            url = href.replace("&amp;", "&");
            told += &page.body;
        }
        for number in 10..50 {
            assert_eq!(told.matches(&format!(">Note {number}<")).count(), 1, "note {number}");
        }
        assert_eq!(told.matches("created this through the API").count(), 1);
        ines.get(&format!("/companies/{company}?after=nonsense")).is(422);
    });
}

/// The entries of a company's timeline, all of them on pages of `limit`.
fn told(program: &Program<'_>, company: &str, limit: usize) -> Vec<Json> {
    let address = format!("/api/v1/companies/{company}/timeline?limit={limit}");
    let mut page = program.get(&address).is(200).json();
    let mut entries = Vec::new();
    loop {
        let told = page["entries"].as_array().expect("entries").clone();
        assert!(told.len() <= limit, "{page}");
        entries.extend(told);
        let Some(next) = page["next"].as_str() else { return entries };
        page = program.get(&format!("{address}&after={next}")).is(200).json();
    }
}

fn about(company: &str) -> Json {
    json!({ "object": "company", "id": company })
}

#[test]
fn a_program_reads_it_as_data() {
    both(|app| {
        let parent = app.given("ines", "companies", &json!({ "name": "Harbour group" }));
        let company = app.given("ines", "companies", &json!({ "name": "Harbour" }));
        let program = app.program("ines", &["write"]);
        let revenue = json!({ "amount": "1200.5", "currency": "EUR" });
        let change = json!({ "parent": parent, "annual_revenue": revenue, "employees": 7 });
        program.patch(&format!("/api/v1/companies/{company}"), &change).is(200);
        app.pass(jiff::SignedDuration::from_mins(1));
        let note = app.given(
            "ines",
            "notes",
            &json!({ "subject": "Tide", "body": "At nine", "parent": about(&company) }),
        );

        let entries = told(&program, &company, 50);
        let by = json!({ "id": app.user("ines").to_string(), "title": "Ines Carvalho" });
        assert_eq!(entries[0]["record"], json!({ "object": "note", "id": note, "title": "Tide" }));
        assert_eq!((&entries[0]["kind"], &entries[0]["by"]), (&json!("activity"), &by));
        let change = &entries[1];
        assert_eq!((&change["kind"], &change["happening"]), (&json!("change"), &json!("update")));
        assert_eq!((&change["channel"], &change["by"]), (&json!("api"), &by));
        let fields = json!({
            "parent": { "before": null, "after": { "id": parent, "title": "Harbour group" } },
            "annual_revenue": { "before": null, "after": revenue },
            "employees": { "before": null, "after": 7 },
        });
        assert_eq!(change["fields"], fields);
        assert_eq!(entries[2]["happening"], "create");
        assert_eq!(entries[2]["fields"]["name"], json!({ "before": null, "after": "Harbour" }));
        assert_eq!(entries.len(), 3);

        let only = |kind: &str| {
            let address = format!("/api/v1/companies/{company}/timeline?kind={kind}");
            program.get(&address).is(200).json()["entries"].as_array().map(Vec::len)
        };
        assert_eq!((only("note"), only("call"), only("changes")), (Some(1), Some(0), Some(2)));
        for wrong in ["kind=deal", "kind=", "after=nonsense", "limit=0", "limit=201", "before=1"] {
            program.get(&format!("/api/v1/companies/{company}/timeline?{wrong}")).is(422);
        }
    });
}

#[test]
fn what_may_not_be_seen_is_not_in_it() {
    both(|app| {
        let company = app.given("ines", "companies", &json!({ "name": "Harbour" }));
        let hidden = app.given("nadia", "companies", &json!({ "name": "Southern harbour" }));
        let ada = app.program("ada", &["write", "admin"]);
        let change = json!({ "parent": hidden, "employees": 7, "annual_revenue": { "amount": 77123, "currency": "EUR" } });
        ada.patch(&format!("/api/v1/companies/{company}"), &change).is(200);
        app.given("ada", "notes", &json!({ "body": "Secret tide", "parent": about(&company) }));
        app.given("ines", "calls", &json!({ "subject": "Ring the port", "parent": about(&company) }));
        let said = |who: &str, scopes: &[&str]| {
            Json::from(told(&app.program(who, scopes), &company, 50)).to_string()
        };

        let all = said("ada", &["write", "admin"]);
        for words in ["Southern harbour", "77123", "Secret tide", "Ring the port"] {
            assert!(all.contains(words), "{words}: {all}");
        }
        let roles = ada.get("/api/v1/roles?filter=name%20%3D%20%22Sales%20representative%22").is(200).json();
        let grant = json!({
            "role": roles["records"][0]["id"], "object": "company", "actions": ["read"],
            "rows": "owner = me", "hidden": ["annual_revenue"],
        });
        ada.post("/api/v1/grants", &grant).is(201);
        let seen = said("ines", &["read"]);
        for words in ["Southern harbour", "annual_revenue", "77123", "Secret tide"] {
            assert!(!seen.contains(words), "{words}: {seen}");
        }
        assert!(seen.contains("Ring the port") && seen.contains("employees"), "{seen}");
        // The link is told as records tell it: without the name.
        assert!(seen.contains(&json!({ "id": hidden, "title": null }).to_string()), "{seen}");

        let seen = said("ines", &["company:read"]);
        assert!(!seen.contains("Ring the port") && !seen.contains("Carvalho"), "{seen}");
        assert!(seen.contains("employees"), "{seen}");
        let address = format!("/api/v1/companies/{company}/timeline");
        app.program("ines", &["company:read"]).get(&format!("{address}?kind=call")).is(403);
        app.program("ines", &["call:read"]).get(&address).is(404);
        app.program("nadia", &["read"]).get(&address).is(404);
    });
}

#[test]
fn a_program_pages_through_it_and_meets_each_entry_once() {
    both(|app| {
        let company = app.given("ines", "companies", &json!({ "name": "Harbour" }));
        let program = app.program("ines", &["write"]);
        for number in 0..9 {
            // Some of it at one instant.
            if number % 3 == 0 {
                app.pass(jiff::SignedDuration::from_mins(1));
            }
            app.given(
                "ines",
                "notes",
                &json!({ "body": format!("Note {number}"), "parent": about(&company) }),
            );
            program.patch(&format!("/api/v1/companies/{company}"), &json!({ "employees": number })).is(200);
        }
        let whole = told(&program, &company, 200);
        assert_eq!(whole.len(), 19);
        for limit in [1, 2, 3, 7, 18, 19] {
            assert_eq!(told(&program, &company, limit), whole, "pages of {limit}");
        }
    });
}

#[test]
fn a_long_page_of_it_costs_no_more_statements_than_a_short_one() {
    both(|app| {
        let companies: Vec<String> = (0..12)
            .map(|at| app.given("ines", "companies", &json!({ "name": format!("Harbour {at}") })))
            .collect();
        let (company, others) = companies.split_first().expect("a company");
        let program = app.program("ines", &["write"]);
        let tell = |others: &[String]| {
            for other in others {
                app.given("ines", "notes", &json!({ "body": "Tide", "parent": about(company) }));
                program.patch(&format!("/api/v1/companies/{company}"), &json!({ "parent": other })).is(200);
            }
        };
        let cost = || {
            told(&program, company, 200);
            let before = app.workspace.engine.db().counts().statements;
            let entries = told(&program, company, 200).len();
            (entries, app.workspace.engine.db().counts().statements - before)
        };
        tell(&others[..1]);
        let (few, cheap) = cost();
        tell(&others[1..]);
        let (many, dear) = cost();
        assert_eq!((few, many, dear), (3, 23, cheap));
    });
}

#[test]
fn it_answers_as_the_description_says() {
    let app = TestApp::sqlite();
    let company = app.given("ines", "companies", &json!({ "name": "Harbour" }));
    app.given("ines", "notes", &json!({ "body": "Tide", "parent": about(&company) }));
    let program = app.program("ines", &["read"]);
    let document = program.get("/api/openapi.json").is(200).json();
    let described = &document["paths"]["/api/v1/companies/{id}/timeline"]["get"];
    let page = &described["responses"]["200"]["content"]["application/json"]["schema"];
    assert_eq!(page["properties"]["entries"]["items"]["$ref"], "#/components/schemas/TimelineEntry");
    let kinds = document["components"]["schemas"]["TimelineEntry"]["oneOf"].as_array().expect("kinds");
    let names = |of: &Json| of.as_object().expect("an object").keys().cloned().collect::<BTreeSet<_>>();
    let mut met = Vec::new();
    for entry in told(&program, &company, 50) {
        let is_it = |kind: &&Json| kind["properties"]["kind"]["const"] == entry["kind"];
        let kind = kinds.iter().find(is_it).expect("a kind that is described");
        assert_eq!(names(&entry), names(&kind["properties"]));
        met.push(entry["kind"].as_str().expect("a word").to_owned());
    }
    assert_eq!(met, ["activity", "change"]);
    let parameters = described["parameters"].as_array().expect("parameters");
    let of_kind = parameters.iter().find(|parameter| parameter["name"] == "kind").expect("the kind");
    for kind in of_kind["schema"]["enum"].as_array().expect("names") {
        let kind = kind.as_str().expect("a name");
        program.get(&format!("/api/v1/companies/{company}/timeline?kind={kind}")).is(200);
    }
}

#[test]
fn a_page_names_what_stood_in_links_before_and_after() {
    both(|app| {
        let given = |plural: &str, name: &str| app.given("ines", plural, &json!({ "name": name }));
        let (north, south) = (given("companies", "North quay"), given("companies", "South quay"));
        let person =
            |last: &str| app.given("ines", "people", &json!({ "name": { "first": "Kim", "last": last } }));
        let (olsen, berg) = (person("Olsen"), person("Berg"));
        let first = json!({ "subject": "Tide", "starts_at": "2026-05-14T09:00:00Z", "parent": about(&north), "attendees": [olsen] });
        let meeting = app.given("ines", "meetings", &first);
        let program = app.program("ines", &["write"]);
        let address = format!("/api/v1/meetings/{meeting}");
        program.patch(&address, &json!({ "parent": about(&south) })).is(200);
        program.patch(&address, &json!({ "attendees": [olsen, berg] })).is(200);

        let page = app.sign_in("ines").get(&format!("/meetings/{meeting}?tab=timeline&kind=changes")).ok();
        let change = |label: &str| {
            let told = page.body.split("class=\"change\"").skip(1).find(|told| told.contains(label));
            told.unwrap_or_else(|| panic!("no change of {label}: {}", page.body)).to_owned()
        };
        let (about, people) = (change("About"), change("Attendees"));
        assert!(about.contains("North quay") && about.contains("South quay"), "{about}");
        assert!(people.contains(">Kim Olsen<") && people.contains("Kim Olsen, Kim Berg"), "{people}");

        let told = program.get(&format!("{address}/timeline?kind=changes")).is(200).json();
        let (kim, both) =
            (json!({ "id": olsen, "title": "Kim Olsen" }), json!({ "id": berg, "title": "Kim Berg" }));
        let attendees = json!({ "before": [kim], "after": [kim, both] });
        assert_eq!(told["entries"][0]["fields"], json!({ "attendees": attendees }));
        let link = |id: &str, title: &str| json!({ "object": "company", "id": id, "title": title });
        let parent = json!({ "before": link(&north, "North quay"), "after": link(&south, "South quay") });
        assert_eq!(told["entries"][1]["fields"], json!({ "parent": parent }));
    });
}
