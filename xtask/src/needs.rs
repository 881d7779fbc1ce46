//! What a bare machine lacks before the tests can run: installed where that is possible, named where it is not.

use std::{
    env, fs,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::bail;

use crate::run::{find_program, run};

/// Something that tests start, and the package of Debian that has it.
struct Need {
    what: &'static str,
    package: &'static str,
    is_there: fn() -> bool,
}

const NEEDS: [Need; 6] = [
    Need { what: "a C compiler", package: "gcc libc6-dev", is_there: || find_program("cc").is_some() },
    Need { what: "Node.js with npm", package: "nodejs npm", is_there: || find_program("npm").is_some() },
    Need { what: "PostgreSQL", package: "postgresql", is_there: has_postgres },
    Need { what: "psql", package: "postgresql-client", is_there: || find_program("psql").is_some() },
    Need { what: "Python 3 with venv", package: "python3 python3-venv", is_there: has_python },
    Need { what: "Chromium", package: "chromium", is_there: || chromium().is_some() },
];

/// Installs what is missing.
///
/// # Errors
/// When something is missing and cannot be installed by us; the message names it.
pub fn provide(browser: bool) -> anyhow::Result<()> {
    let wanted = NEEDS.iter().filter(|need| browser || need.package != "chromium");
    let missing: Vec<&Need> = wanted.filter(|need| !(need.is_there)()).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let packages: Vec<&str> = missing.iter().flat_map(|need| need.package.split(' ')).collect();
    let names: Vec<&str> = missing.iter().map(|need| need.what).collect();
    let is_root = fs::metadata("/proc/self").is_ok_and(|own| own.uid() == 0);
    if !is_root || find_program("apt-get").is_none() {
        bail!("missing: {}. On Debian: apt-get install {}", names.join(", "), packages.join(" "));
    }
    run(Command::new("apt-get").args(["-qq", "update"]))?;
    let mut install = Command::new("apt-get");
    install.args(["-qq", "-y", "--no-install-recommends", "install"]).args(&packages);
    run(install.env("DEBIAN_FRONTEND", "noninteractive"))
}

/// The browser: what `RAPPORT_CHROMIUM` names, or the one of the system.
pub fn chromium() -> Option<PathBuf> {
    let named = env::var_os("RAPPORT_CHROMIUM").map(PathBuf::from);
    named.or_else(|| ["chromium", "chromium-browser", "google-chrome"].into_iter().find_map(find_program))
}

/// Where tests that start a server of their own look for its programs.
fn has_postgres() -> bool {
    let named = env::var_os("RAPPORT_TEST_POSTGRES").is_some();
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    named || versions.map(|version| version.path().join("bin/initdb")).any(|program| program.exists())
}

/// What clients in Python are tried with.
const CLIENTS: &str = "crates/server/tests/it/clients/requirements.txt";

fn has_python() -> bool {
    let named = env::var_os("RAPPORT_PYTHON").is_some();
    let asked =
        || Command::new("python3").args(["-c", "import venv, ensurepip"]).stderr(Stdio::null()).status();
    named || asked().is_ok_and(|status| status.success())
}

/// A Python that has other people's clients: what `RAPPORT_PYTHON` names, or one of our own beside what is built.
///
/// # Errors
/// When it cannot be made.
pub fn python(target: &Path) -> anyhow::Result<PathBuf> {
    if let Some(named) = env::var_os("RAPPORT_PYTHON") {
        return Ok(named.into());
    }
    let (requirements, folder) = (crate::root().join(CLIENTS), target.join("clients"));
    let (python, stamp) = (folder.join("bin/python"), folder.join(".made-from.txt"));
    let wanted = fs::read_to_string(&requirements)?;
    if fs::read_to_string(&stamp).is_ok_and(|made| made == wanted) {
        return Ok(python);
    }
    run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&folder))?;
    let mut pip = Command::new(&python);
    run(pip
        .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r"])
        .arg(&requirements))?;
    fs::write(stamp, wanted)?;
    Ok(python)
}

/// Makes `node_modules` match the lock file of a folder.
///
/// # Errors
/// When npm fails.
pub fn node_modules(folder: &Path) -> anyhow::Result<()> {
    let wanted = fs::read_to_string(folder.join("package-lock.json"))?;
    let stamp = folder.join("node_modules/.made-from-lock.json");
    if fs::read_to_string(&stamp).is_ok_and(|made| made == wanted) {
        return Ok(());
    }
    let mut npm = Command::new("npm");
    npm.args(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier"]);
    run(npm.current_dir(folder))?;
    Ok(fs::write(stamp, wanted)?)
}
