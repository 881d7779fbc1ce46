//! What people do on screen, without script: forms and links.

use std::collections::BTreeSet;

use serde_json::json;
use testkit::{TestApp, both};

#[test]
fn somebody_signs_in_and_comes_to_where_they_wanted_to_go() {
    let app = TestApp::sqlite();
    let visitor = app.visitor();
    let sent_away = visitor.get("/deals").is(303);
    assert_eq!(sent_away.header("location"), "/sign-in?then=/deals");
    app.user("ines");
    let form = [("email", "ines@rapport.example"), ("password", testkit::PASSWORD), ("then", "/deals")];
    let let_in = visitor.post("/sign-in", &form).is(303);
    assert_eq!(let_in.header("location"), "/deals");
    visitor.get("/deals").is(200).says("Deals");
}

#[test]
fn a_wrong_password_lets_nobody_in_and_tells_nothing() {
    let app = TestApp::sqlite();
    app.user("ines");
    let visitor = app.visitor();
    let known = visitor.post("/sign-in", &[("email", "ines@rapport.example"), ("password", "wrong")]);
    let unknown = visitor.post("/sign-in", &[("email", "nobody@rapport.example"), ("password", "wrong")]);
    assert!(known.header("set-cookie").is_empty());
    assert_eq!(known.status, unknown.status);
    assert_eq!(
        known.text().replace("ines@", ""),
        unknown.text().replace("nobody@", ""),
        "both are told the same"
    );
    visitor.get("/deals").is(303);
}

#[test]
fn somebody_who_signs_out_is_out() {
    let app = TestApp::sqlite();
    let ines = app.sign_in("ines");
    ines.get("/").is(200);
    ines.post("/sign-out", &[]).is(303);
    ines.get("/").is(303);
}

#[test]
fn another_sites_page_changes_nothing() {
    let app = TestApp::sqlite();
    let ines = app.sign_in("ines");
    ines.post_from_elsewhere("/companies/new", &[("name", "Forged Ltd")]).is(403);
    ines.get("/companies").hides("Forged Ltd");
}

#[test]
fn a_company_is_made_listed_and_found_again() {
    both(|app| {
        let ines = app.sign_in("ines");
        let id = ines.post("/companies/new", &[("name", "Blue Harbour Ltd"), ("city", "Bergen")]).made();
        ines.get(&format!("/companies/{id}")).is(200).says("Blue Harbour Ltd");
        ines.get("/companies").is(200).says("Blue Harbour Ltd");
    });
}

#[test]
fn what_was_typed_stays_when_a_form_is_refused() {
    let app = TestApp::sqlite();
    let ines = app.sign_in("ines");
    let form = [("name", "Harbour expansion"), ("amount_amount", "not a number"), ("next_step", "Call Olga")];
    let form: Vec<(&str, &str)> = form
        .into_iter()
        .map(|(name, value)| (if name == "amount_amount" { "amount" } else { name }, value))
        .collect();
    let refused = ines.post("/deals/new", &form).is(422);
    refused.has("Harbour expansion").has("not a number").has("aria-invalid");
    ines.get("/deals").hides("Harbour expansion");
}

#[test]
fn a_field_is_changed_where_it_stands() {
    both(|app| {
        let ines = app.sign_in("ines");
        let deal = app.given("ines", "deals", &json!({ "name": "Rebuild", "next_step": "Wait" }));
        let address = format!("/deals/{deal}/fields/next_step");
        ines.piece(&address).is(200).has("Wait");
        ines.patch(&address, &[("next_step", "Send the offer"), ("version", "1")])
            .is(200)
            .says("Send the offer");
        ines.get(&format!("/deals/{deal}")).says("Send the offer");
    });
}

#[test]
fn two_people_who_change_the_same_field_lose_nothing() {
    let app = TestApp::sqlite();
    let deal = app.given("ines", "deals", &json!({ "name": "Rebuild", "next_step": "Wait" }));
    let address = format!("/deals/{deal}/fields/next_step");
    let (ines, marcus) = (app.sign_in("ines"), app.sign_in("marcus"));
    ines.patch(&address, &[("next_step", "Call Olga"), ("version", "1")]).is(200);
    let told = marcus.patch(&address, &[("next_step", "Write to Olga"), ("version", "1")]).is(409);
    told.says("Call Olga").has("Write to Olga");
}

#[test]
fn two_people_who_change_different_fields_both_succeed() {
    let app = TestApp::sqlite();
    let deal = app.given("ines", "deals", &json!({ "name": "Rebuild" }));
    let (ines, marcus) = (app.sign_in("ines"), app.sign_in("marcus"));
    let address = |field: &str| format!("/deals/{deal}/fields/{field}");
    ines.patch(&address("next_step"), &[("next_step", "Call Olga"), ("version", "1")]).is(200);
    marcus.patch(&address("description"), &[("description", "A large one"), ("version", "1")]).is(200);
    ines.get(&format!("/deals/{deal}")).says("Call Olga").says("A large one");
}

#[test]
fn a_deal_moves_along_its_stages_and_its_probability_follows() {
    both(|app| {
        let ines = app.sign_in("ines");
        let deal = app.given("ines", "deals", &json!({ "name": "Rebuild" }));
        ines.post_piece(&format!("/deals/{deal}/stage"), &[("stage", "proposal"), ("version", "1")]).is(200);
        let program = app.program("ines", &["read"]);
        let told = program.get(&format!("/api/v1/deals/{deal}")).json();
        assert_eq!(told["stage"], "proposal");
        assert_eq!(told["probability"].to_string().trim_matches('"'), "55");
    });
}

#[test]
fn a_deal_is_won_and_closes_today() {
    let app = TestApp::sqlite();
    let ines = app.sign_in("ines");
    let deal = app.given("ines", "deals", &json!({ "name": "Rebuild" }));
    ines.post(&format!("/deals/{deal}/actions/win"), &[]).ok();
    let told = app.program("ines", &["read"]).get(&format!("/api/v1/deals/{deal}")).json();
    assert_eq!(told["stage"], "won");
    assert_eq!(told["close_date"], "2026-03-16");
}

#[test]
fn a_deal_is_lost_only_with_a_reason() {
    let app = TestApp::sqlite();
    let ines = app.sign_in("ines");
    let deal = app.given("ines", "deals", &json!({ "name": "Rebuild" }));
    let address = format!("/deals/{deal}/actions/lose");
    ines.post(&address, &[]).is(422);
    ines.post(&address, &[("lost_reason", "price")]).ok();
    let told = app.program("ines", &["read"]).get(&format!("/api/v1/deals/{deal}")).json();
    assert_eq!((told["stage"].as_str(), told["lost_reason"].as_str()), (Some("lost"), Some("price")));
}

#[test]
fn a_lead_becomes_a_company_a_person_and_a_deal() {
    both(|app| {
        let ines = app.sign_in("ines");
        let lead = json!({
            "name": { "first": "Olga", "last": "Brandt" },
            "company_name": "Brandt Yachts", "email": "olga@brandt.example",
        });
        let lead = app.given("ines", "leads", &lead);
        ines.get(&format!("/leads/{lead}/convert")).is(200).has("Brandt Yachts");
        let wish = [("company", "new"), ("person", "new"), ("deal", "new"), ("deal_name", "First boat")];
        let deal = ines.post(&format!("/leads/{lead}/convert"), &wish).made();
        ines.get(&format!("/deals/{deal}")).is(200).says("First boat").says("Brandt Yachts");
        ines.get("/people").says("Olga Brandt");
        ines.get(&format!("/leads/{lead}")).is(200).says("Converted");
        ines.post(&format!("/leads/{lead}/convert"), &wish).is(422);
    });
}

#[test]
fn a_list_is_filtered_and_sorted_by_its_address() {
    both(|app| {
        let ines = app.sign_in("ines");
        for (name, stage) in [("Small", "proposal"), ("Large", "proposal"), ("Early", "prospecting")] {
            app.given("ines", "deals", &json!({ "name": name, "stage": stage }));
        }
        let filtered = ines.get("/deals?filter=stage%20%3D%20%22proposal%22&sort=-name").is(200);
        let text = filtered.hides("Early").text();
        let (small, large) = (text.find("Small"), text.find("Large"));
        assert!(small.is_some() && small < large, "sorted downwards: {text}");
        ines.get("/deals?filter=stage%20%3D%20").is(200).says("something is missing at the end");
    });
}

#[test]
fn my_day_shows_what_is_due() {
    let app = TestApp::sqlite();
    let ines = app.sign_in("ines");
    app.given("ines", "tasks", &json!({ "subject": "Ring the harbour master", "due_date": "2026-03-16" }));
    ines.get("/").is(200).says("Ring the harbour master");
}

#[test]
fn a_new_record_is_its_makers_before_it_is_saved() {
    let app = TestApp::sqlite();
    app.sign_in("ines").get("/deals/new").is(200).has("value=\"Ines Carvalho\"");
}

#[test]
fn what_was_found_is_told_apart_by_its_key_fields() {
    both(|app| {
        for (company, host) in [("Northwind", "north"), ("Southwind", "south")] {
            let company = app.given("ines", "companies", &json!({ "name": company }));
            let email = format!("kim@{host}.example");
            let name = json!({ "first": "Kim", "last": "Olsen" });
            let person = json!({ "name": name, "email": email, "company": company, "phone": "+13125559280" });
            app.given("ines", "people", &person);
        }
        let found = app.sign_in("ines").get("/search?q=kim").is(200);
        found.says("Northwind").says("Southwind").says("(312) 555-9280").has("mailto:kim@north.example");
    });
}

#[test]
fn converting_names_what_it_makes_and_offers_no_company_without_a_name() {
    let app = TestApp::sqlite();
    let ines = app.sign_in("ines");
    let named = json!({ "name": { "first": "Kim", "last": "Olsen" }, "company_name": "Northwind" });
    let lead = app.given("ines", "leads", &named);
    let page = ines.get(&format!("/leads/{lead}/convert")).is(200);
    page.says("Create the company “Northwind”").says("Create the person “Kim Olsen”");
    let lead = app.given("ines", "leads", &json!({ "name": { "first": "Kim", "last": "Olsen" } }));
    ines.get(&format!("/leads/{lead}/convert")).is(200).hides("Create the company");
}

#[test]
fn a_lead_is_converted_into_a_company_that_nothing_suggests() {
    both(|app| {
        let ines = app.sign_in("ines");
        let company = app.given("ines", "companies", &json!({ "name": "Harbour" }));
        let lead = app.given("ines", "leads", &json!({ "name": { "first": "Kim", "last": "Olsen" } }));
        let address = format!("/leads/{lead}/convert");
        ines.get(&address).ok().says("Another company").has("/lookup/companies");
        let with = |more: &[(&'static str, &'static str)]| {
            [&[("company", "other"), ("person", "none"), ("deal", "none")], more].concat()
        };
        ines.post(&address, &with(&[])).is(422).says("Choose which one.");
        let mut wish: Vec<(&str, &str)> = with(&[]);
        wish.push(("company_other", &company));
        assert_eq!(ines.post(&address, &wish).made(), company);
    });
}

#[test]
fn whatever_a_form_links_to_can_be_looked_for() {
    let app = TestApp::sqlite();
    let ada = app.sign_in("ada");
    let registry = app.workspace.engine.registry();
    let mut looked_for = BTreeSet::new();
    for object in registry.objects() {
        let page = ada.get(&format!("/{}/new", object.plural)).ok();
        let lookups = page.body.split("data-lookup=\"").skip(1).filter_map(|rest| rest.split('"').next());
        looked_for.extend(lookups.map(str::to_owned));
    }
    assert!(looked_for.len() > 8, "{looked_for:?}");
    for lookup in looked_for {
        ada.get(&format!("{lookup}?q=")).ok();
    }
}

#[test]
fn a_newcomer_is_told_what_to_do_first_until_it_is_done() {
    let app = TestApp::sqlite();
    let ines = app.sign_in("ines");
    ines.get("/").ok().says("First steps").says("Bring in your customers").hides("Invite your colleagues");
    let company = app.given("ines", "companies", &json!({ "name": "Harbour" }));
    app.given("ines", "deals", &json!({ "name": "Lights", "company": company }));
    ines.get("/").ok().says("Bring in your customers : done").says("Write down what comes next");
    app.given("ines", "tasks", &json!({ "subject": "Ring the harbour master" }));
    ines.get("/").ok().hides("First steps");
}

#[test]
fn a_list_without_any_record_says_so_whatever_its_view_asks_for() {
    let app = TestApp::sqlite();
    let ines = app.sign_in("ines");
    ines.get("/deals").ok().says("No deals yet").says("Create the first one");
    app.given("ines", "deals", &json!({ "name": "Lights", "stage": "won" }));
    ines.get("/deals").ok().says("No deals match");
}

#[test]
fn the_next_record_from_a_record_is_linked_to_it_too() {
    let app = TestApp::sqlite();
    let ines = app.sign_in("ines");
    let company = app.given("ines", "companies", &json!({ "name": "Harbour" }));
    let sent = [("name_last", "Olsen"), ("company", &*company), ("__from", "company"), ("also", "another")];
    let next = ines.post("/people/new", &sent).is(303);
    ines.get(next.header("location")).ok().has(&format!("name=\"company\" value=\"{company}\""));
}

#[test]
fn a_list_is_kept_under_a_name_for_oneself_or_for_everybody() {
    both(|app| {
        let (ines, tom, ada) = (app.sign_in("ines"), app.sign_in("tom"), app.sign_in("ada"));
        app.given("ines", "companies", &json!({ "name": "Harbour" }));
        let now = "filter=name%20contains%20%22Harb%22&sort=-name&columns=name";
        ines.get(&format!("/companies/views/new?{now}")).ok().says("Name").has("Harb");
        let kept = [("filter", "name contains \"Harb\""), ("sort", "-name"), ("columns", "name")];
        let with = |more: &[(&'static str, &'static str)]| [&kept[..], more].concat();
        ines.post("/companies/views", &with(&[("name", " ")])).is(422).says("Fill in this field");
        let to = ines
            .post("/companies/views", &with(&[("name", "Harbours")]))
            .is(303)
            .header("location")
            .to_owned();
        ines.get(&to).ok().says("Harbours").says("Harbour").hides("changed, not saved");
        let id = to.split("saved=").nth(1).expect("the view's id").to_owned();
        assert_eq!(ines.get(&format!("/companies/views/{id}")).is(303).header("location"), to);
        ines.get(&to.replace("sort=-name", "sort=name")).ok().says("changed, not saved").says("Save changes");

        // Nobody else has it until it is shared, and then nobody else changes it but administrators.
        tom.get("/companies").ok().hides("Harbours");
        tom.get(&format!("/companies/views/{id}")).is(404);
        tom.post(&format!("/companies/views/{id}/delete"), &[]).is(404);
        let own = format!("/companies/views/{id}");
        ines.post(&own, &[("name", "Ports"), ("shared", "true")]).is(303);
        tom.get("/companies").ok().says("Ports");
        tom.post(&own, &[("name", "Mine")]).is(403);
        tom.get(&to).ok().hides("Delete this view");
        ines.get(&format!("/deals/views/{id}")).is(404);
        ines.post(&format!("{own}/content?sort=name"), &[]).is(303);
        ines.get(&format!("/companies?sort=name&saved={id}")).ok().hides("changed, not saved");
        ada.post(&format!("{own}/delete"), &[]).is(303);
        ines.get("/companies").ok().hides("Ports");
    });
}

#[test]
fn whoever_is_too_late_is_told_by_whom_and_loses_nothing() {
    both(|app| {
        let id = app.given("ines", "deals", &json!({ "name": "Rebuild" }));
        let (ines, marcus) = (app.sign_in("ines"), app.sign_in("marcus"));
        let (edit, field) = (format!("/deals/{id}/edit"), format!("/deals/{id}/fields/next_step"));
        let typed = |step: &'static str| [("name", "Rebuild"), ("version", "1"), ("next_step", step)];
        marcus.post(&edit, &typed("Call the buyer")).is(303);
        let name = app.program("marcus", &["read"]).get("/api/v1/me").json()["name"].clone();
        let told = format!("{} put “Call the buyer” here", name.as_str().expect("a name"));
        ines.post(&edit, &typed("Send the offer"))
            .is(409)
            .says(&told)
            .says("Nothing of yours is lost")
            .says("Edit deal: Rebuild")
            .hides("your attention")
            .has("<h1")
            .has("value=\"Send the offer\"");
        let sent = [("version", "1"), ("next_step", "Send the offer")];
        let told = format!("{} changed this", name.as_str().expect("a name"));
        ines.patch(&field, &sent).is(409).says(&told).says("Call the buyer").has("value=\"Send the offer\"");
    });
}

#[test]
fn the_navigation_leads_nowhere_that_is_refused() {
    let app = TestApp::sqlite();
    for who in ["ines", "marcus", "ada"] {
        let browser = app.sign_in(who);
        let page = browser.get("/").ok().body;
        let bar =
            page.split("<nav").nth(1).and_then(|rest| rest.split("</nav>").next()).expect("a navigation");
        let links: Vec<&str> =
            bar.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        assert!(links.len() > 5, "{links:?}");
        links.iter().for_each(|link| drop(browser.get(link).is(200)));
    }
}

#[test]
fn a_tab_that_is_not_there_is_the_timeline() {
    let app = TestApp::sqlite();
    let deal = app.given("ines", "deals", &json!({ "name": "Harbour lights" }));
    let body = app.sign_in("ines").get(&format!("/deals/{deal}?tab=nothing")).ok().body;
    let current = format!("href=\"/deals/{deal}?tab=timeline\" aria-current=\"page\"");
    assert!(body.contains(&current), "the timeline is marked");
}

#[test]
fn a_search_without_words_asks_for_some() {
    let ines = TestApp::sqlite();
    let ines = ines.sign_in("ines");
    ines.get("/search").ok().says("What are you looking for?").hides("Results for");
    ines.get("/search?q=nobodyhasthis").ok().says("Nothing found");
}

#[test]
fn what_has_ended_is_not_late() {
    let app = TestApp::sqlite();
    let ines = app.sign_in("ines");
    let deal = json!({ "name": "Rebuild", "close_date": "2020-02-03" });
    let id = app.given("ines", "deals", &deal);
    let list = "/deals?filter=&columns=name,close_date";
    ines.get(list).ok().has("due-late");
    ines.post(&format!("/deals/{id}/actions/lose"), &[("lost_reason", "price")]);
    app.program("ines", &["write"])
        .patch(&format!("/api/v1/deals/{id}"), &json!({ "close_date": "2020-02-03" }));
    assert_eq!(app.program("ines", &["read"]).get(&format!("/api/v1/deals/{id}")).json()["stage"], "lost");
    ines.get(list).ok().hides("due-late");
    ines.get(&format!("/deals/{id}")).ok().hides("due-late");
}

#[test]
fn the_filter_speaks_of_how_things_ended_in_words() {
    let app = TestApp::sqlite();
    let ines = app.sign_in("ines");
    app.given("ines", "deals", &json!({ "name": "Rebuild" }));
    let form = [("f.0.field", "stage.outcome"), ("f.0.op", "is"), ("f.0.value", "won"), ("do", "add:f")];
    let builder = ines.post_piece("/deals/filter", &form).ok();
    builder.says("Stage: outcome").has("value=\"won\" checked").has("value=\"stage.outcome\" selected");
}

#[test]
fn what_is_added_to_a_record_is_called_as_people_call_it_there() {
    let app = TestApp::sqlite();
    let deal = app.given("ines", "deals", &json!({ "name": "Rebuild" }));
    let person = app.given("ines", "people", &json!({ "name": { "first": "Ada", "last": "Byron" } }));
    let ines = app.sign_in("ines");
    ines.get(&format!("/deals/{deal}?tab=deal_contact.deal")).ok().says("Add person").says("No people yet");
    ines.get(&format!("/deals/{deal}?tab=deal_line.deal")).ok().says("Add product");
    let form = format!("/deal_contacts/new?deal={deal}&deal__title=Rebuild&__from=deal");
    let hidden = format!("type=\"hidden\" name=\"deal\" value=\"{deal}\"");
    ines.get(&form).ok().says("Add person").has(&hidden);
    let sent = [("deal", deal.as_str()), ("person", ""), ("__from", "deal")];
    ines.post("/deal_contacts/new", &sent).is(422).says("Add person").has(&hidden);
    ines.get("/deal_contacts/new").ok().says("Add a person to a deal");
    ines.post("/deal_contacts/new", &[("deal", &deal), ("person", &person), ("role", "influencer")]).is(303);
    // Each of the two sees the other, and not itself.
    let people = ines.get(&format!("/deals/{deal}?tab=deal_contact.deal")).ok();
    people.says("Ada Byron").says("Influencer");
    ines.get(&format!("/people/{person}?tab=deal_contact.person")).ok().says("Add to a deal").says("Rebuild");
    ines.get("/companies/new").ok().says("New company");
    // Whoever may change the deal may take somebody out of it, and put them back.
    let listed = app.program("ines", &["read"]).get("/api/v1/deal_contacts").json();
    let contact = format!("/deal_contacts/{}", listed["records"][0]["id"].as_str().unwrap());
    ines.get(&contact).ok().says("Remove");
    ines.post_piece(&format!("{contact}/delete"), &[]).ok().says("Ada Byron is removed from Rebuild");
    ines.get(&contact).ok().says("Restore");
    ines.post_piece(&format!("{contact}/restore"), &[]).ok();
    ines.get(&format!("/deals/{deal}?tab=deal_contact.deal")).ok().says("Ada Byron");
}

#[test]
fn a_dialog_says_what_is_done_with_which_record() {
    let app = TestApp::sqlite();
    let deal = app.given("ines", "deals", &json!({ "name": "Harbour lights" }));
    let ines = app.sign_in("ines");
    ines.get(&format!("/deals/{deal}/edit")).ok().says("Edit deal: Harbour lights");
    ines.get(&format!("/deals/{deal}/actions/lose")).ok().says("Lose deal: Harbour lights");
    ines.get(&format!("/deals/bulk/edit?record={deal}")).ok().says("Edit deals");
}

#[test]
fn the_products_of_a_deal_are_added_up() {
    both(|app| {
        let deal = app.given("ines", "deals", &json!({ "name": "Harbour lights" }));
        for price in ["1200.10", "34.23"] {
            let price = json!({ "amount": price, "currency": "EUR" });
            app.given("ines", "deal_lines", &json!({ "name": "Lamp", "deal": deal, "unit_price": price }));
        }
        let ines = app.sign_in("ines");
        let tab = ines.get(&format!("/deals/{deal}?tab=deal_line.deal")).ok();
        tab.says("1,234.33").has("class=\"total-label\">Total<");
    });
}

#[test]
fn the_navigation_marks_the_page_at_hand_and_what_lies_below_an_entry() {
    let app = TestApp::sqlite();
    let deal = app.given("ines", "deals", &json!({ "name": "Harbour lights" }));
    let ines = app.sign_in("ines");
    for (page, entry) in [
        ("/", "/"),
        ("/deals", "/deals"),
        ("/deals?view=all", "/deals"),
        (&*format!("/deals/{deal}"), "/deals"),
    ] {
        let body = ines.get(page).ok().body;
        let nav = body.split("<nav class=\"nav\"").nth(1).and_then(|rest| rest.split("</nav>").next());
        let marked: Vec<&str> = nav
            .expect("a navigation")
            .split("<a ")
            .filter(|link| link.contains("aria-current=\"page\""))
            .filter_map(|link| link.split("href=\"").nth(1)?.split('"').next())
            .collect();
        assert_eq!(marked, [entry], "{page}");
    }
}
