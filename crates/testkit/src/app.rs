//! All features on a database of its own.

use std::sync::Arc;

use app::{AnalyticsConfig, App, SourcesConfig, Workspace, WorkspaceConfig};
use axum::Router;
use db::testing::TestDb;
use jiff::Timestamp;
use kernel::{Clock, Currency, Id};
use tempfile::TempDir;
use tokio::runtime::Runtime;

use crate::{Browser, Program, people};

/// Which database a test runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    Postgres,
}

/// A workspace with all features, which vanishes with this value.
pub struct TestApp {
    pub workspace: Arc<Workspace>,
    pub app: Arc<App>,
    pub(crate) router: Router,
    pub(crate) runtime: Runtime,
    pub(crate) host: String,
    clock: Arc<Clock>,
    _database: TestDb,
    _files: TempDir,
}

/// Runs a test on each database.
pub fn both(test: impl Fn(&TestApp)) {
    test(&TestApp::sqlite());
    test(&TestApp::postgres());
}

impl TestApp {
    pub fn sqlite() -> TestApp {
        TestApp::on(Engine::Sqlite)
    }

    pub fn postgres() -> TestApp {
        TestApp::on(Engine::Postgres)
    }

    /// # Panics
    /// When the database cannot be made: there is nothing to test then.
    pub fn on(engine: Engine) -> TestApp {
        let (app, routes) = App::new(server::features()).expect("the shipped definitions are right");
        let app = Arc::new(app);
        let made = match engine {
            Engine::Sqlite => TestDb::sqlite(app.migrations()),
            Engine::Postgres => TestDb::postgres(app.migrations()),
        };
        let database = made.unwrap_or_else(|error| panic!("no database: {error}"));
        let files = tempfile::tempdir().expect("a temporary folder");
        let start: Timestamp = "2026-03-16T09:00:00Z".parse().expect("an instant");
        let clock = Arc::new(Clock::fixed(start));
        let config = config(database.config().clone(), &files);
        let workspace = Workspace::open(&app, config, Arc::clone(&clock))
            .unwrap_or_else(|error| panic!("the workspace cannot be opened: {error}"));
        app.serve("", Arc::clone(&workspace));
        identity::cli::prepare(&workspace).expect("the shipped roles");
        let router = server::http::router(routes, &app);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let host = "rapport.test".to_owned();
        TestApp { workspace, app, router, runtime, host, clock, _database: database, _files: files }
    }

    /// Moves the clock on.
    pub fn pass(&self, span: jiff::SignedDuration) {
        self.clock.set(self.clock.now() + span);
    }

    /// Somebody in front of a browser, nobody yet.
    pub fn visitor(&self) -> Browser<'_> {
        Browser::new(self)
    }

    /// `ines`, `tom` and `marcus` of team North, `nadia` and `yuki` of South, `ada` the administrator, `grace` who reads.
    ///
    /// # Panics
    /// When they are not let in.
    pub fn sign_in(&self, who: &str) -> Browser<'_> {
        people::ensure(&self.workspace, who);
        let browser = Browser::new(self);
        let sent = [("email", people::email(who)), ("password", people::PASSWORD.to_owned())];
        let sent: Vec<(&str, &str)> = sent.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let answer = browser.post("/sign-in", &sent);
        assert_eq!(answer.status, 303, "{who} is not let in: {}", answer.text());
        browser
    }

    /// A program with a token of somebody's.
    ///
    /// # Panics
    /// When the token is refused.
    pub fn program(&self, who: &str, scopes: &[&str]) -> Program<'_> {
        Program::new(self, self.token(who, scopes))
    }

    /// A new token of somebody's.
    ///
    /// # Panics
    /// When it cannot be made.
    pub fn token(&self, who: &str, scopes: &[&str]) -> String {
        let user = people::ensure(&self.workspace, who);
        let new = identity::token::NewToken {
            name: "test".to_owned(),
            scopes: scopes.iter().map(|scope| (*scope).to_owned()).collect(),
            expires_at: None,
        };
        let origin = identity::event::Origin::default();
        let made = identity::token::create(&self.workspace.engine, user, &new, &origin);
        let (_, token) = made.unwrap_or_else(|error| panic!("no token: {error}"));
        token
    }

    /// The warehouse of the workspace.
    ///
    /// # Panics
    /// When it cannot be opened.
    pub fn workspace_warehouse(&self) -> Arc<warehouse::Warehouse> {
        warehouse::doors::of(&self.workspace).unwrap_or_else(|error| panic!("no warehouse: {error}"))
    }

    /// The user of that short name.
    pub fn user(&self, who: &str) -> Id {
        people::ensure(&self.workspace, who)
    }

    /// A record that somebody makes: what a test starts from. Gives its id.
    ///
    /// # Panics
    /// When it is refused.
    #[track_caller]
    pub fn given(&self, owner: &str, plural: &str, fields: &serde_json::Value) -> String {
        let made = self.program(owner, &["write"]).post(&format!("/api/v1/{plural}"), fields).is(201).json();
        made["id"].as_str().expect("an id").to_owned()
    }
}

fn config(database: db::Config, files: &TempDir) -> WorkspaceConfig {
    WorkspaceConfig {
        database,
        files: files.path().to_owned(),
        currency: Currency::USD,
        locale: "en".to_owned(),
        zone: jiff::tz::TimeZone::UTC,
        url: None,
        https: false,
        analytics: AnalyticsConfig {
            sources: SourcesConfig { folder: Some(files.path().join("sources")), ..SourcesConfig::default() },
            ..AnalyticsConfig::new(files.path().join("warehouse"))
        },
    }
}
