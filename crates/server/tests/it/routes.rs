//! Every address: strangers are let in by a short list only.

use std::{
    fs,
    path::{Path, PathBuf},
};

use axum::http::Method;
use testkit::TestApp;

/// What somebody may ask for who is not signed in, as the source spells it.
const PUBLIC: &[&str] =
    &["/sign-in", "/setup", "/reset/{secret}", "/healthz", "/metrics", "/assets/{*path}", "/appearance"];

#[test]
fn a_stranger_gets_nothing_but_the_way_to_sign_in() {
    let app = TestApp::sqlite();
    app.user("ada");
    let stranger = app.visitor();
    let routes = routes();
    assert!(routes.len() > 40, "the source has routes: {routes:?}");
    let methods = [Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE];
    for route in routes.iter().filter(|route| !PUBLIC.contains(&route.as_str())) {
        for method in &methods {
            let body = (method != Method::GET).then(String::new);
            let answer = stranger.send(method.clone(), &filled_in(route), body, &[]);
            let refused = match answer.status {
                303 => answer.header("location").starts_with("/sign-in"),
                status => matches!(status, 401 | 403 | 405),
            };
            assert!(refused, "{method} {route}: {} {}", answer.status, answer.text());
        }
    }
}

#[test]
fn the_document_of_the_api_has_every_address_of_it() {
    let app = TestApp::sqlite();
    let document = app.program("ada", &["read"]).get("/api/openapi.json").is(200).json();
    let paths = document["paths"].as_object().expect("addresses");
    for route in routes().iter().filter(|route| route.starts_with("/api/v1/")) {
        let path = route.replace("{plural}", "deals").replace("{action}", "win");
        assert!(paths.contains_key(&path), "{route} is not in the document");
    }
}

/// All addresses that the source registers.
fn routes() -> Vec<String> {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the folder of all crates");
    let mut routes = Vec::new();
    for file in rust_files(crates) {
        let text = fs::read_to_string(&file).unwrap_or_default();
        // The API's addresses stand there without what they all begin with.
        let nested = file.to_string_lossy().contains("/api/src/");
        for call in text.split(".route(").skip(1) {
            let Some((route, _)) = call.trim_start().strip_prefix('"').and_then(|rest| rest.split_once('"'))
            else {
                continue;
            };
            let whole = !nested || route.starts_with("/api/");
            routes.push(if whole { route.to_owned() } else { format!("/api/v1{route}") });
        }
    }
    routes.sort();
    routes.dedup();
    routes
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let entries: Vec<PathBuf> =
        fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    let skipped =
        |path: &Path| path.file_name().is_some_and(|name| name == "node_modules" || name == "tests");
    let (folders, files): (Vec<_>, Vec<_>) = entries.into_iter().partition(|path| path.is_dir());
    let deeper = folders.into_iter().filter(|path| !skipped(path)).flat_map(|path| rust_files(&path));
    files
        .into_iter()
        .filter(|path| path.extension().is_some_and(|ending| ending == "rs"))
        .chain(deeper)
        .collect()
}

/// The address with something for every place.
fn filled_in(route: &str) -> String {
    let part = |part: &str| match part {
        "{plural}" => "deals".to_owned(),
        "{object}" => "deal".to_owned(),
        "{field}" => "name".to_owned(),
        "{action}" => "win".to_owned(),
        "{verb}" => "delete".to_owned(),
        place if place.starts_with('{') => "01920000-0000-7000-8000-000000000000".to_owned(),
        other => other.to_owned(),
    };
    route.split('/').map(part).collect::<Vec<_>>().join("/")
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
