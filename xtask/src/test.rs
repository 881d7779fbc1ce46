//! `cargo xtask test`: every test there is, on whatever machine this is.

mod cluster;

use std::process::Command;

use crate::{
    needs,
    run::{self, cargo, find_program, headline, target_folder},
};

/// Runs the Rust tests, the examples of the documentation, and the browser journeys.
///
/// # Errors
/// When a test fails, or the machine lacks something that we may not install.
pub fn run(browser: bool) -> anyhow::Result<()> {
    needs::provide(browser)?;
    rust(&["--workspace"])?;
    headline("Examples in the documentation");
    run::run(&mut cargo(&["test", "--workspace", "--doc", "--quiet"]))?;
    if browser {
        journeys()?;
    }
    Ok(())
}

/// The lints and tests of a cluster, in a build with Ballista: 20 minutes more when it is the first.
///
/// # Errors
/// When one fails.
pub fn ballista() -> anyhow::Result<()> {
    const BUILT: [&str; 6] = ["-p", "warehouse", "-p", "server", "--features", "server/ballista"];
    headline("Lints with Ballista");
    let mut lints = cargo(&["clippy", "--all-targets", "--quiet"]);
    run::run(lints.args(BUILT).args(["--", "-D", "warnings"]))?;
    headline("Tests of a cluster");
    let mut tests = cargo(&["test", "--lib", "--test", "it"]);
    tests.args(BUILT).args(["--", "cluster::"]).env("RAPPORT_PYTHON", needs::python(&target_folder()?)?);
    run::run(&mut tests)
}

/// The Rust tests, with one PostgreSQL for all of them.
///
/// # Errors
/// When one fails.
pub fn rust(which: &[&str]) -> anyhow::Result<()> {
    headline("Rust tests");
    let cluster = cluster::Cluster::start()?;
    let nextest = find_program("cargo-nextest").is_some();
    let mut command =
        cargo(if nextest { &["nextest", "run", "--no-fail-fast"] } else { &["test", "--no-fail-fast"] });
    command.args(which);
    if !nextest && !which.contains(&"--lib") {
        command.arg("--tests");
    }
    if let Some(cluster) = &cluster {
        command.env("RAPPORT_TEST_POSTGRES", cluster.address());
    }
    command.env("RAPPORT_PYTHON", needs::python(&target_folder()?)?);
    run::run(&mut command)
}

/// What a person does in a browser, against the sample company.
fn journeys() -> anyhow::Result<()> {
    headline("Browser journeys");
    let folder = crate::root().join("e2e");
    needs::node_modules(&folder)?;
    run::run(&mut cargo(&["build", "--quiet", "--package", "server", "--bin", "rapport"]))?;
    let mut command = Command::new("node");
    command
        .args(["--test", "--test-reporter=spec", "--test-concurrency=1", "journeys/"])
        .current_dir(&folder);
    command.env("RAPPORT_BIN", target_folder()?.join("debug/rapport"));
    if let Some(chromium) = needs::chromium() {
        command.env("RAPPORT_CHROMIUM", chromium);
    }
    run::run(&mut command)
}
