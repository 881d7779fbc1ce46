//! Figures of several currencies follow the exchange rates: by the job that a rate enqueues, and by the one of each morning.

use std::sync::Arc;

use jiff::SignedDuration;
use kernel::Clock;
use serde_json::json;
use testkit::{TestApp, both};

/// Runs the jobs that are due.
fn work(app: &TestApp) {
    let now = Arc::new(Clock::fixed(app.workspace.engine.clock().now()));
    let registry = app.workspace.app().job_registry();
    let runner = jobs::Runner::new(app.workspace.db().clone(), now, Arc::clone(&app.workspace), registry);
    runner.run_due().expect("the jobs run");
}

#[test]
fn a_rate_that_changes_and_a_day_that_begins_have_figures_computed_anew() {
    both(|app| {
        let ada = app.program("ada", &["read", "write", "admin"]);
        let worth = json!({
            "name": "worth", "type": "roll_up", "of": "deal.company", "function": "sum", "field": "amount",
        });
        ada.post("/api/v1/objects/company/fields", &worth).is(201);
        let company = app.given("ada", "companies", &json!({ "name": "Acme" }));
        for (amount, currency) in [("10", "USD"), ("100", "EUR")] {
            let amount = json!({ "amount": amount, "currency": currency });
            app.given("ada", "deals", &json!({ "name": "x", "company": company, "amount": amount }));
        }
        let shows = |wanted: &str| {
            let company = ada.get(&format!("/api/v1/companies/{company}")).is(200).json();
            assert_eq!(company["worth"]["amount"].as_str().unwrap_or_default(), wanted);
        };
        shows("");
        let today = app.workspace.engine.clock().now().to_zoned(jiff::tz::TimeZone::UTC).date();
        let rate = |day: jiff::civil::Date, rate: &str| {
            let rate = json!({ "currency": "EUR", "day": day.to_string(), "rate": rate });
            ada.post("/api/v1/exchange-rates", &rate).is(201).json()["id"].as_str().expect("an id").to_owned()
        };
        let known = rate(today, "2");
        shows("");
        work(app);
        shows("210");
        ada.patch(&format!("/api/v1/exchange-rates/{known}"), &json!({ "rate": "2.5" })).is(200);
        shows("210");
        work(app);
        shows("260");
        // The rate of tomorrow is that of today when tomorrow has come.
        rate(today.tomorrow().expect("a day"), "4");
        work(app);
        shows("260");
        app.pass(SignedDuration::from_hours(25));
        work(app);
        shows("410");
        ada.delete(&format!("/api/v1/exchange-rates/{known}"));
        work(app);
        shows("410");
    });
}
