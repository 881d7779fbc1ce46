//! Two workspaces in one process never see each other.

use std::sync::Arc;

use app::{Workspace, WorkspaceConfig};
use kernel::{Clock, Currency};
use serde_json::json;
use testkit::TestApp;

#[test]
fn two_workspaces_in_one_process_never_see_each_other() {
    let app = TestApp::sqlite();
    let deal = app.given("ines", "deals", &json!({ "name": "Secret harbour" }));
    let folder = tempfile::tempdir().expect("a folder");
    let config = WorkspaceConfig {
        database: db::Config::new(format!("sqlite:{}", folder.path().join("other.db").display())),
        files: folder.path().join("files"),
        currency: Currency::EUR,
        locale: "en".to_owned(),
        zone: jiff::tz::TimeZone::UTC,
        url: None,
        https: false,
        analytics: app::AnalyticsConfig::new(folder.path().join("warehouse")),
    };
    let other = Workspace::open(&app.app, config, Arc::new(Clock::System)).expect("another workspace");
    identity::cli::prepare(&other).expect("roles");
    let new = identity::user::NewUser {
        name: "Olga".to_owned(),
        email: "olga@other.example".to_owned(),
        password: Some(testkit::PASSWORD.to_owned()),
        roles: vec![identity::user::RoleName::Named("administrator".to_owned())],
        ..identity::user::NewUser::default()
    };
    identity::cli::create_user(&other, &new).expect("a user");
    app.app.serve("other.test", Arc::clone(&other));

    // A session of one is nothing in the other, nor a record, nor a password.
    let ines = app.sign_in("ines");
    ines.get("/deals").is(200).says("Secret harbour");
    ines.at("other.test").get("/deals").is(303);
    let olga = app.visitor().at("other.test");
    let form = [("email", "olga@other.example"), ("password", testkit::PASSWORD)];
    olga.post("/sign-in", &form).is(303);
    olga.get("/deals").is(200).hides("Secret harbour");
    olga.get("/search?q=secret").is(200).hides("Secret harbour");
    olga.get(&format!("/deals/{deal}")).is(404);
    let form = [("email", "ines@rapport.example"), ("password", testkit::PASSWORD)];
    assert_ne!(app.visitor().at("other.test").post("/sign-in", &form).status, 303);
    // And back.
    olga.at("rapport.test").get("/deals").is(303);
}
