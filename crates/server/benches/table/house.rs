//! The program under measurement, as a process of its own.

use std::{
    fs,
    net::{SocketAddr, TcpListener},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::OnceLock,
    time::{Duration, Instant},
};

use anyhow::{Context, bail};

use crate::{
    data::Import,
    load::{Load, Request},
};

const EMAIL: &str = "ada@rapport.example";

/// A workspace, and the program that serves it.
pub struct House {
    place: PathBuf,
    database: String,
    address: SocketAddr,
    serving: Option<Child>,
    token: OnceLock<String>,
    cookie: OnceLock<String>,
}

/// What an import took.
pub struct Done {
    pub seconds: f64,
    pub peak_mb: u64,
}

impl House {
    pub fn new(place: &Path, database: Option<&str>) -> anyhow::Result<House> {
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let database =
            database.map_or_else(|| format!("sqlite:{}", place.join("rapport.db").display()), str::to_owned);
        let house = House {
            place: place.to_owned(),
            database,
            address,
            serving: None,
            token: OnceLock::new(),
            cookie: OnceLock::new(),
        };
        let mut create =
            house.rapport(&["user", "create", EMAIL, "--name", "Ada", "--admin", "--password", PASSWORD]);
        anyhow::ensure!(create.stdout(Stdio::null()).status()?.success(), "no user was made");
        Ok(house)
    }

    /// The program, with the settings of this workspace.
    pub fn rapport(&self, arguments: &[&str]) -> Command {
        let named = std::env::var_os("RAPPORT_BIN").map(PathBuf::from);
        let mut command = Command::new(named.unwrap_or_else(|| env!("CARGO_BIN_EXE_rapport").into()));
        command.args(arguments).current_dir(&self.place).env("RAPPORT_DATABASE", &self.database);
        command.env("RAPPORT_FILES", self.place.join("files")).env("RAPPORT_LOG", "error");
        command.env("RAPPORT_LISTEN", self.address.to_string());
        command
    }

    /// Brings a file in; most memory is read while it runs.
    pub fn import(&self, import: &Import) -> anyhow::Result<Done> {
        let file = import.file.to_string_lossy().into_owned();
        let mode = [
            "import",
            "--object",
            import.object,
            "--key",
            import.key,
            "--mode",
            "upsert",
            "--as",
            EMAIL,
            &file,
        ];
        let began = Instant::now();
        let log = fs::File::create(self.place.join("import.log"))?;
        let mut child = self.rapport(&mode).stdout(log.try_clone()?).stderr(log).spawn()?;
        let mut peak_mb = 0;
        let status = loop {
            peak_mb = peak_mb.max(memory_mb(child.id(), "VmHWM"));
            if let Some(status) = child.try_wait()? {
                break status;
            }
            std::thread::sleep(Duration::from_millis(20));
        };
        if !matches!(status.code(), Some(0 | 2)) {
            bail!("the import of {file} failed: {}", fs::read_to_string(self.place.join("import.log"))?);
        }
        Ok(Done { seconds: began.elapsed().as_secs_f64(), peak_mb })
    }

    /// Makes the warehouse from nothing; gives how long that took.
    pub fn rebuild_warehouse(&self) -> anyhow::Result<Duration> {
        let began = Instant::now();
        let status = self.rapport(&["warehouse", "rebuild"]).stdout(Stdio::null()).status()?;
        anyhow::ensure!(status.success(), "the warehouse was not rebuilt");
        Ok(began.elapsed())
    }

    /// Serves anew, with queries on a cluster if one is named.
    pub fn restart(&mut self, engine: Option<&str>) -> anyhow::Result<()> {
        self.halt()?;
        let settings =
            engine.map_or_else(String::new, |engine| format!("[analytics]\nengine = \"{engine}\"\n"));
        fs::write(self.place.join("rapport.toml"), settings)?;
        self.start().map(drop)
    }

    /// Starts serving; gives the time to the first page.
    pub fn start(&mut self) -> anyhow::Result<Duration> {
        let began = Instant::now();
        self.serving = Some(self.rapport(&["serve"]).stdout(Stdio::null()).spawn()?);
        let page = Request::get(self.address, "/sign-in", "");
        while Load::once(&page).is_err() {
            anyhow::ensure!(began.elapsed() < Duration::from_secs(60), "it does not answer");
            std::thread::sleep(Duration::from_millis(5));
        }
        let took = began.elapsed();
        std::thread::sleep(Duration::from_secs(1));
        let form = format!("email={EMAIL}&password={PASSWORD}");
        let answer = Load::answer(&Request::post(
            self.address,
            "/sign-in",
            "",
            "application/x-www-form-urlencoded",
            &form,
        ))?;
        let cookie =
            answer.lines().find_map(|line| line.strip_prefix("set-cookie: ")).context("not let in")?;
        let _ = self.cookie.set(format!("cookie: {}", cookie.split(';').next().unwrap_or_default()));
        if self.token.get().is_none() {
            let _ = self.token.set(self.make_token()?);
        }
        Ok(took)
    }

    fn make_token(&self) -> anyhow::Result<String> {
        let cookie = self.cookie.get().context("not signed in")?;
        let form = "name=bench&scopes=read&scopes=write";
        let sent =
            Request::post(self.address, "/profile/tokens", cookie, "application/x-www-form-urlencoded", form);
        let answer = Load::answer(&sent)?;
        let at = answer.find("rapport_").with_context(|| format!("no token: {answer}"))?;
        let text: String = answer[at..]
            .chars()
            .take_while(|char| char.is_ascii_alphanumeric() || "_-".contains(*char))
            .collect();
        Ok(format!("authorization: Bearer {text}"))
    }

    pub fn get(&self, path: &str) -> Request {
        let header = if path.starts_with("/api/") { self.token.get() } else { self.cookie.get() };
        Request::get(self.address, path, header.map_or("", String::as_str))
    }

    pub fn post(&self, path: &str, body: &str) -> Request {
        Request::post(
            self.address,
            path,
            self.token.get().map_or("", String::as_str),
            "application/json",
            body,
        )
    }

    /// The id of whoever owns everything.
    pub fn owner(&self) -> anyhow::Result<String> {
        let text = Load::once(&self.get("/api/v1/deals?limit=1&fields=owner"))?;
        let told: serde_json::Value = serde_json::from_slice(&text)?;
        let id = told["records"][0]["owner"]["id"].as_str();
        Ok(id.with_context(|| format!("no owner: {told}"))?.to_owned())
    }

    pub fn ids(&self, path: &str) -> anyhow::Result<Vec<String>> {
        let told: serde_json::Value = serde_json::from_slice(&Load::once(&self.get(path))?)?;
        let records = told["records"].as_array().context("no records")?;
        Ok(records.iter().filter_map(|record| record["id"].as_str()).map(str::to_owned).collect())
    }

    /// Bytes, compressed, of the assets that the list's page names, and how many there are.
    pub fn assets(&self, ending: &str) -> anyhow::Result<(usize, usize)> {
        let page = String::from_utf8_lossy(&Load::once(&self.get("/deals"))?).into_owned();
        let names = page.split('"').filter(|piece| piece.starts_with("/assets/") && piece.ends_with(ending));
        let mut sum = (0, 0);
        for name in names.collect::<std::collections::BTreeSet<_>>() {
            let request = self.get(name).with_header("accept-encoding: br, gzip");
            sum = (sum.0 + Load::once(&request)?.len(), sum.1 + 1);
        }
        Ok(sum)
    }

    pub fn memory_mb(&self) -> u64 {
        self.serving.as_ref().map_or(0, |child| memory_mb(child.id(), "VmRSS"))
    }

    pub fn config(&self) -> anyhow::Result<db::Config> {
        Ok(db::Config::new(self.database.clone()))
    }

    pub fn stop(mut self) -> anyhow::Result<()> {
        self.halt()
    }

    fn halt(&mut self) -> anyhow::Result<()> {
        if let Some(mut child) = self.serving.take() {
            child.kill()?;
            child.wait()?;
        }
        Ok(())
    }
}

impl Drop for House {
    fn drop(&mut self) {
        let _ = self.halt();
    }
}

const PASSWORD: &str = "rapport-bench-2026";

/// A figure of `/proc/{pid}/status`, in megabytes.
fn memory_mb(process: u32, what: &str) -> u64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(what)).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|kb| kb.parse::<u64>().ok()).unwrap_or(0) / 1024
}
