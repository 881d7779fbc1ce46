//! Identity through its pages: HTTP in, HTML and rows out, on both databases.

use std::sync::Arc;

use app::{App, Feature, Workspace, WorkspaceConfig};
use axum::{
    Router,
    body::{Body, to_bytes},
    http::{HeaderMap, Request, StatusCode, header},
};
use db::testing::on_both;
use kernel::{Clock, Currency, Id, Timestamp};
use tower::ServiceExt;
use web::Fields;

use crate::{
    cli,
    testing::{PASSWORD, START},
    user::{NewUser, RoleName},
};

const DEAL: &str = r#"
name = "deal"
plural = "deals"
title = ["name"]
field = [
    { name = "name", type = "text", required = true },
    { name = "amount", type = "decimal" },
]
"#;

struct Site {
    app: Arc<App>,
    workspace: Arc<Workspace>,
    router: Router,
    runtime: tokio::runtime::Runtime,
    _files: tempfile::TempDir,
}

struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    text: String,
}

impl Answer {
    /// The session's cookie, as it is sent back.
    fn cookie(&self) -> String {
        let line = self.headers.get(header::SET_COOKIE).expect("a cookie").to_str().unwrap();
        assert!(line.contains("HttpOnly") && line.contains("SameSite=Lax"), "{line}");
        line.split(';').next().unwrap().to_owned()
    }

    fn location(&self) -> &str {
        assert_eq!(self.status, StatusCode::SEE_OTHER, "{}", self.text);
        self.headers[header::LOCATION].to_str().unwrap()
    }
}

fn check(test: impl Fn(&Site)) {
    let (app, _) = features();
    on_both(app.migrations(), |db| {
        let (app, routes) = features();
        let app = Arc::new(app);
        let files = tempfile::tempdir().unwrap();
        let config = WorkspaceConfig {
            database: db.config().clone(),
            files: files.path().to_owned(),
            currency: Currency::EUR,
            locale: "en-GB".to_owned(),
            zone: jiff::tz::TimeZone::UTC,
            url: None,
            https: false,
            analytics: app::AnalyticsConfig::new(files.path().join("warehouse")),
        };
        let clock = Arc::new(Clock::fixed(START.parse::<Timestamp>().unwrap()));
        let workspace = Workspace::open(&app, config, clock).unwrap();
        app.serve("", Arc::clone(&workspace));
        cli::prepare(&workspace).unwrap();
        let router = web::router(routes, Arc::clone(&app));
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let site = Site { app, workspace, router, runtime, _files: files };
        test(&site);
        let known =
            |id: &String| !["app-name", "nav-", "area-", "error-"].iter().any(|other| id.starts_with(other));
        let missing: Vec<String> = site.app.texts().missing().into_iter().filter(known).collect();
        assert_eq!(missing, [] as [&str; 0], "texts that no catalogue has");
    });
}

fn features() -> (App, Router<Arc<App>>) {
    let sample = Feature { name: "sample", objects: vec![("deal.toml", DEAL)], ..Feature::default() };
    App::new(vec![crate::feature(), sample]).unwrap()
}

impl Site {
    fn user(&self, name: &str, role: &str) -> Id {
        let new = NewUser {
            name: name.to_owned(),
            email: format!("{name}@example.com"),
            password: Some(PASSWORD.to_owned()),
            roles: vec![RoleName::Named(role.to_owned())],
            ..NewUser::default()
        };
        cli::create_user(&self.workspace, &new).unwrap().user
    }

    fn get(&self, cookie: &str, path: &str) -> Answer {
        self.send(Request::get(path).header(header::COOKIE, cookie).body(Body::empty()).unwrap())
    }

    fn post(&self, cookie: &str, path: &str, fields: &[(&str, &str)]) -> Answer {
        let fields =
            Fields(fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect());
        let request = Request::post(path)
            .header(header::COOKIE, cookie)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin")
            .body(Body::from(fields.encode()));
        self.send(request.unwrap())
    }

    fn send(&self, request: Request<Body>) -> Answer {
        self.runtime.block_on(async {
            let response = self.router.clone().oneshot(request).await.unwrap();
            let (parts, body) = response.into_parts();
            let text = String::from_utf8(to_bytes(body, 1 << 22).await.unwrap().into()).unwrap();
            Answer { status: parts.status, headers: parts.headers, text }
        })
    }

    fn sign_in(&self, name: &str) -> String {
        let email = format!("{name}@example.com");
        let answer = self.post("", "/sign-in", &[("email", &email), ("password", PASSWORD)]);
        assert_eq!(answer.location(), "/");
        answer.cookie()
    }

    /// A page as somebody sees it.
    #[track_caller]
    fn page(&self, cookie: &str, path: &str) -> String {
        let answer = self.get(cookie, path);
        assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.text);
        answer.text
    }
}

#[test]
fn a_newcomer_sets_up_signs_out_and_signs_in() {
    check(|site| {
        assert_eq!(site.get("", "/sign-in").location(), "/setup");
        assert!(site.page("", "/setup").contains("Setup code"));
        let code = cli::setup_code(&site.workspace).unwrap().unwrap();
        let empty = site.post("", "/setup", &[("code", ""), ("name", ""), ("email", ""), ("password", "")]);
        assert_eq!(empty.text.matches("aria-invalid=\"true\"").count(), 4, "all at once: {}", empty.text);
        let fields = |code: &'static str| {
            [("code", code), ("name", "Root"), ("email", "root@example.com"), ("password", PASSWORD)]
        };
        let wrong = site.post("", "/setup", &fields("ABCDE-ABCDE-ABCDE"));
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(wrong.text.contains("not the code") && wrong.text.contains("root@example.com"));
        let mut right = fields("");
        right[0].1 = &code;
        let done = site.post("", "/setup", &right);
        assert_eq!(done.location(), "/");
        let cookie = done.cookie();
        assert!(site.page(&cookie, "/profile").contains("Your profile"));
        let out = site.post(&cookie, "/sign-out", &[]);
        assert_eq!(out.location(), "/sign-in");
        assert_eq!(site.get(&cookie, "/profile").location(), "/sign-in?then=/profile");
        let fields = [("email", "root@example.com"), ("password", PASSWORD), ("then", "/profile")];
        let back = site.post("", "/sign-in", &fields);
        assert_eq!(back.location(), "/profile");
        assert_ne!(back.cookie(), cookie);
        assert_eq!(site.get(&back.cookie(), "/setup").location(), "/sign-in");
    });
}

#[test]
fn a_wrong_password_is_told_without_saying_what_was_wrong_and_at_last_to_wait() {
    check(|site| {
        site.user("root", "administrator");
        let attempt = |email: &str| site.post("", "/sign-in", &[("email", email), ("password", "wrong")]);
        let known = attempt("root@example.com");
        let unknown = attempt("nobody@example.com");
        assert_eq!(
            (known.status, unknown.status),
            (StatusCode::UNPROCESSABLE_ENTITY, StatusCode::UNPROCESSABLE_ENTITY)
        );
        assert_eq!(known.text.replace("root@", "nobody@"), unknown.text);
        assert!(known.text.contains("E-mail or password is wrong."));
        for _ in 0..4 {
            attempt("root@example.com");
        }
        assert!(attempt("root@example.com").text.contains("Try again in 15 seconds"));
    });
}

#[test]
fn every_page_of_an_administrator_is_there_and_nobody_elses() {
    check(|site| {
        let root = site.user("root", "administrator");
        site.user("ann", "sales_rep");
        let (root_cookie, ann) = (site.sign_in("root"), site.sign_in("ann"));
        let role = site.workspace.db().read(|tx| crate::role::find(tx, "sales_rep")).unwrap().unwrap();
        let user = format!("/people-and-teams/{root}");
        let role = format!("/roles/{role}");
        let why = format!("/why/user/{root}");
        for path in [
            "/people-and-teams",
            "/people-and-teams/rows",
            "/people-and-teams/new",
            &user,
            "/roles",
            "/roles/new",
            &role,
            "/sign-ins",
            "/sign-ins?refusals=1",
        ] {
            site.page(&root_cookie, path);
            assert_eq!(site.get(&ann, path).status, StatusCode::NOT_FOUND, "{path}");
        }
        assert!(site.page(&root_cookie, &why).contains("is an administrator"));
        assert!(site.page(&ann, &why).contains("Everybody"));
        site.page(&ann, "/profile");
    });
}

#[test]
fn users_are_listed_a_page_at_a_time() {
    check(|site| {
        site.user("root", "administrator");
        let engine = &site.workspace.engine;
        engine
            .write(&records::Principal::system(), |writer| -> Result<(), records::Error> {
                let object = writer.object("user")?;
                let drafts = (0..60).map(|number| {
                    records::Draft::new(&object)
                        .with("name", format!("Person {number:02}"))
                        .with("email", format!("p{number}@example.com"))
                });
                writer.save_all(drafts.collect()).map(|_| ())
            })
            .unwrap();
        let cookie = site.sign_in("root");
        let page = site.page(&cookie, "/people-and-teams");
        assert!(page.contains("Person 49") && !page.contains("Person 50") && page.contains("61"));
        let more =
            page.split('"').find(|part| part.starts_with("/people-and-teams/rows?")).expect("a way on");
        let rest = site.page(&cookie, more);
        assert!(rest.contains("Person 59") && !rest.contains("Person 49") && !rest.contains("/rows?"));
    });
}

#[test]
fn a_role_is_edited_as_a_matrix_and_what_is_wrong_stays_on_the_page() {
    check(|site| {
        site.user("root", "administrator");
        let cookie = site.sign_in("root");
        let made = site.post(&cookie, "/roles/new", &[("name", "Helpers")]);
        let path = made.location().to_owned();
        let wrong = [
            ("name", "Helpers"),
            ("administrator", "false"),
            ("deal--hidden", ""),
            ("deal--actions", "read"),
            ("deal--rows", "amuont > 5"),
        ];
        let answer = site.post(&cookie, &path, &wrong);
        assert!(answer.text.contains("amuont"), "{}", answer.text);
        let checked =
            site.post(&cookie, "/roles/check?object=deal&field=rows", &[("deal--rows", "amuont > 5")]);
        assert!(checked.text.contains("amount"), "{}", checked.text);
        let right = [
            ("name", "Helpers"),
            ("deal--actions", "read"),
            ("deal--actions", "update"),
            ("deal--rows", "amount > 5"),
            ("deal--hidden", ""),
            ("deal--hidden", "amount"),
            ("deal--locked", ""),
            ("administrator", "false"),
            ("user--actions", "read"),
        ];
        assert_eq!(site.post(&cookie, &path, &right).location(), "/roles");
        let page = site.page(&cookie, &path);
        assert!(page.contains("amount &gt; 5"));
        let less = [("name", "Helpers"), ("deal--actions", "read")];
        assert_eq!(site.post(&cookie, &path, &less).location(), "/roles");
        let role: Id = path.rsplit('/').next().unwrap().parse().unwrap();
        let grants = site.workspace.db().read(|tx| crate::role::grants(tx, role)).unwrap();
        assert_eq!(grants.len(), 1);
        assert_eq!(
            (grants[0].1.rows.as_deref(), grants[0].1.actions.as_slice()),
            (None, ["read".to_owned()].as_slice())
        );
    });
}

#[test]
fn a_user_is_made_changed_and_switched_off() {
    check(|site| {
        site.user("root", "administrator");
        let cookie = site.sign_in("root");
        let role =
            site.workspace.db().read(|tx| crate::role::find(tx, "sales_rep")).unwrap().unwrap().to_string();
        let made = site.post(
            &cookie,
            "/people-and-teams/new",
            &[("name", "Ann"), ("email", "ann@example.com"), ("roles", &role)],
        );
        assert_eq!(made.status, StatusCode::OK);
        let start = made.text.find("/reset/").expect("a link");
        let link = made.text[start..].split('"').next().unwrap().to_owned();
        assert!(site.page("", &link).contains("Hello Ann"));
        let weak = site.post("", &link, &[("password", "password12")]);
        assert_eq!(weak.status, StatusCode::UNPROCESSABLE_ENTITY);
        let ann = site.post("", &link, &[("password", PASSWORD)]).cookie();
        assert!(site.page("", &link).contains("no longer works"));
        site.page(&ann, "/profile");
        let id = site
            .workspace
            .db()
            .read(|tx| crate::user::find_by_email(tx, "ann@example.com"))
            .unwrap()
            .unwrap()
            .id;
        let path = format!("/people-and-teams/{id}");
        let fields = [
            ("name", "Ann B."),
            ("email", "ann@example.com"),
            ("roles", role.as_str()),
            ("active", "false"),
            ("active", "true"),
        ];
        assert_eq!(site.post(&cookie, &path, &fields).location(), "/people-and-teams");
        assert!(site.page(&ann, "/profile").contains("Ann B."));
        assert_eq!(site.post(&cookie, &path, &fields[..4]).location(), "/people-and-teams");
        assert_eq!(site.get(&ann, "/profile").location(), "/sign-in?then=/profile");
    });
}

#[test]
fn the_own_profile_password_and_tokens_are_kept_on_one_page() {
    check(|site| {
        site.user("root", "administrator");
        site.user("ann", "sales_rep");
        let ann = site.sign_in("ann");
        let saved =
            site.post(&ann, "/profile", &[("name", "Ann"), ("zone", "Europe/Vienna"), ("theme", "dark")]);
        assert_eq!(saved.location(), "/profile");
        let wrong =
            site.post(&ann, "/profile/password", &[("old", "wrong"), ("password", "another good one")]);
        assert!(wrong.text.contains("not your present password"));
        let changed =
            site.post(&ann, "/profile/password", &[("old", PASSWORD), ("password", "another good one")]);
        let fresh = changed.cookie();
        assert_eq!(site.get(&ann, "/profile").location(), "/sign-in?then=/profile");
        let made = site.post(
            &fresh,
            "/profile/tokens",
            &[("name", "script"), ("scopes", ""), ("scopes", "read"), ("days", "30")],
        );
        let start = made.text.find(crate::token::PREFIX).expect("the token");
        let token = made.text[start..].split('"').next().unwrap().to_owned();
        let page = site.page(&fresh, "/profile");
        assert!(page.contains("script") && !page.contains(&token));
        let by_token = |method: &str, path: &str| {
            let request = Request::builder()
                .method(method)
                .uri(path)
                .header("authorization", format!("Bearer {token}"));
            site.send(request.body(Body::empty()).unwrap()).status
        };
        assert_eq!(by_token("GET", "/profile"), StatusCode::FORBIDDEN, "a program has no profile");
        assert_eq!(by_token("POST", "/profile/tokens"), StatusCode::FORBIDDEN);
    });
}

#[test]
fn a_form_of_another_site_changes_nothing() {
    check(|site| {
        site.user("root", "administrator");
        let cookie = site.sign_in("root");
        let request =
            Request::post("/sign-out").header(header::COOKIE, &cookie).header("sec-fetch-site", "cross-site");
        assert_eq!(site.send(request.body(Body::empty()).unwrap()).status, StatusCode::FORBIDDEN);
        site.page(&cookie, "/profile");
    });
}

#[test]
fn two_workspaces_of_one_process_never_take_each_others_cookies() {
    check(|site| {
        site.user("root", "administrator");
        let cookie = site.sign_in("root");
        let folder = tempfile::tempdir().unwrap();
        let config = WorkspaceConfig {
            database: db::Config::new(format!("sqlite:{}", folder.path().join("other.db").display())),
            files: folder.path().to_owned(),
            ..site.workspace.config.clone()
        };
        let other = Workspace::open(&site.app, config, Arc::default()).unwrap();
        site.app.serve("other.test", Arc::clone(&other));
        let request =
            Request::get("/profile").header(header::COOKIE, &cookie).header(header::HOST, "other.test");
        let answer = site.send(request.body(Body::empty()).unwrap());
        assert_eq!(answer.location(), "/sign-in?then=/profile");
        site.page(&cookie, "/profile");
    });
}
