//! The real program on a workspace of its own: started, asked, killed, started again.

use std::{
    fs,
    net::{SocketAddr, TcpListener},
    os::unix::process::ExitStatusExt,
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    time::{Duration, Instant},
};

use db::testing::TestDb;
use identity::{
    token::{self, NewToken},
    user::{NewUser, RoleName},
};
use server::{
    config::{Config, Settings},
    house::House,
};
use tempfile::TempDir;

use crate::wire::{Answer, Line, Request};

pub const EMAIL: &str = "ada@rapport.example";
pub const PASSWORD: &str = "long enough to hold";
const START_WITHIN: Duration = Duration::from_secs(60);

/// A workspace with one administrator and a token of hers, and the program that serves it, if it runs.
pub struct Program {
    place: TempDir,
    database: String,
    pub address: SocketAddr,
    token: String,
    serving: Option<Child>,
    /// What stands before the program on its command line, such as what gives it a small disk.
    within: Vec<String>,
}

impl Program {
    /// On a SQLite file, or on the PostgreSQL database of that address.
    pub fn new(database: Option<&str>) -> Program {
        Program::furnished(TempDir::new().expect("a folder"), database)
    }

    fn furnished(place: TempDir, database: Option<&str>) -> Program {
        let database = database.map_or_else(
            || format!("sqlite:{}", place.path().join("disk/rapport.db").display()),
            str::to_owned,
        );
        let address = TcpListener::bind("127.0.0.1:0").and_then(|port| port.local_addr()).expect("a port");
        let mut program =
            Program { place, database, address, token: String::new(), serving: None, within: Vec::new() };
        fs::create_dir_all(program.disk()).expect("a folder");
        program.token = program.make_administrator();
        program
    }

    /// The folder of database and files.
    pub fn disk(&self) -> PathBuf {
        self.place.path().join("disk")
    }

    /// Its address.
    pub fn database(&self) -> &str {
        &self.database
    }

    pub fn file(&self, name: &str) -> PathBuf {
        self.place.path().join(name)
    }

    /// Has the program run within something else from now on.
    pub fn run_within(&mut self, within: Vec<String>) {
        self.within = within;
    }

    fn make_administrator(&self) -> String {
        let house = self.open();
        let workspace = house.only().expect("one workspace");
        identity::cli::prepare(workspace).expect("the shipped roles");
        let new = NewUser {
            name: "Ada".to_owned(),
            email: EMAIL.to_owned(),
            password: Some(PASSWORD.to_owned()),
            roles: vec![RoleName::Named("administrator".to_owned())],
            ..NewUser::default()
        };
        let user = identity::cli::create_user(workspace, &new).expect("an administrator").user;
        let wanted = NewToken { name: "test".to_owned(), scopes: vec!["write".to_owned()], expires_at: None };
        let made = token::create(&workspace.engine, user, &wanted, &identity::event::Origin::default());
        made.expect("a token").1
    }

    /// The workspace in this process, while nobody serves it.
    pub fn open(&self) -> House {
        let settings = Settings {
            database: Some(self.database.clone()),
            files: Some(self.disk().join("files")),
            ..Settings::default()
        };
        let config = Config::load(&settings).expect("sound settings");
        House::open(&config).unwrap_or_else(|error| panic!("the workspace cannot be opened: {error:#}"))
    }

    /// The program with the settings of this workspace.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let program = env!("CARGO_BIN_EXE_rapport");
        let mut command = match self.within.split_first() {
            Some((first, rest)) => {
                let mut command = Command::new(first);
                command.args(rest).arg(program);
                command
            }
            None => Command::new(program),
        };
        command.args(arguments).current_dir(self.place.path());
        command.env("RAPPORT_DATABASE", &self.database).env("RAPPORT_FILES", self.disk().join("files"));
        command.env("RAPPORT_LISTEN", self.address.to_string()).env("RAPPORT_LOG", "warn");
        command
    }

    pub fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().expect("the program starts")
    }

    /// Serves until it is killed or told to stop; returns when it answers.
    pub fn start(&mut self) {
        let log = fs::File::options().create(true).append(true).open(self.file("serve.log")).expect("a log");
        let mut command = self.command(&["serve"]);
        command.stdout(Stdio::null()).stderr(log);
        self.serving = Some(command.spawn().expect("the program starts"));
        let began = Instant::now();
        while !Line::to(self.address)
            .exchange(&Request::get("/healthz"))
            .is_ok_and(|answer| answer.status == 200)
        {
            let ended = self.serving.as_mut().and_then(|child| child.try_wait().ok().flatten());
            assert!(ended.is_none(), "it ended: {ended:?}\n{}", self.log());
            assert!(began.elapsed() < START_WITHIN, "it does not answer:\n{}", self.log());
            std::thread::yield_now();
        }
    }

    /// The serving process.
    pub fn id(&self) -> u32 {
        self.serving.as_ref().map_or(0, Child::id)
    }

    /// As if the power failed, for this process.
    pub fn kill(&mut self) {
        self.serving.as_mut().expect("it runs").kill().expect("it can be killed");
        self.reap();
    }

    /// Waits for the end of the process that somebody has killed.
    pub fn reap(&mut self) {
        let mut child = self.serving.take().expect("it runs");
        assert_eq!(child.wait().expect("an end").signal(), Some(9), "it ended by itself:\n{}", self.log());
    }

    /// What it has logged so far.
    pub fn log(&self) -> String {
        fs::read_to_string(self.file("serve.log")).unwrap_or_default()
    }

    pub fn line(&self) -> Line {
        Line::to(self.address)
    }

    /// A request with the token.
    pub fn signed(&self, request: Request) -> Request {
        request.with("authorization", format!("Bearer {}", self.token))
    }

    /// Sends one request with the token.
    pub fn ask(&self, request: Request) -> Answer {
        self.send(&self.signed(request))
    }

    /// Sends a request of somebody's browser.
    pub fn send(&self, request: &Request) -> Answer {
        self.line().exchange(request).unwrap_or_else(|error| panic!("{request:?}: {error}\n{}", self.log()))
    }

    /// The administrator's cookie.
    pub fn sign_in(&self) -> String {
        let body = format!("email={EMAIL}&password={}", PASSWORD.replace(' ', "+"));
        let request = Request { method: "POST", path: "/sign-in".to_owned(), headers: Vec::new(), body };
        let answer = self.send(&request.with("content-type", "application/x-www-form-urlencoded")).is(303);
        answer.header("set-cookie").split(';').next().unwrap_or_default().to_owned()
    }

    /// Whether database, log, search and sums agree, by the program's own check.
    #[track_caller]
    pub fn check(&self) {
        let output = self.run(&["check"]);
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        if let Some(mut child) = self.serving.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// Runs a test on a SQLite file, and on a PostgreSQL database that vanishes afterwards.
pub fn on_both(test: impl Fn(Option<&str>)) {
    test(None);
    on_postgres(|address| test(Some(address)));
}

pub fn on_postgres(test: impl FnOnce(&str)) {
    let (app, _) = app::App::new(server::features()).expect("the shipped definitions");
    let database =
        TestDb::postgres(app.migrations()).unwrap_or_else(|error| panic!("no PostgreSQL: {error}"));
    test(&database.config().url);
}

/// A path as an argument.
pub fn text(path: &Path) -> &str {
    path.to_str().expect("a path of plain letters")
}
