//! What stands in the timeline of a record, on its page.

use serde_json::json;
use testkit::{TestApp, both};

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
