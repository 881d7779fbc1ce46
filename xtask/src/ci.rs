//! `cargo xtask ci`: what has to hold before a change is kept.

use crate::{
    run::{self, cargo, headline},
    test, tidy,
};

/// Everything.
///
/// # Errors
/// With the first thing that does not hold.
pub fn run() -> anyhow::Result<()> {
    test::run(true)?;
    read_only()
}

/// The inner loop: formatting, lints, tidy and the tests inside the crates.
///
/// # Errors
/// As [`run`].
pub fn fast() -> anyhow::Result<()> {
    read_only()?;
    test::rust(&["--workspace", "--lib"])
}

fn read_only() -> anyhow::Result<()> {
    headline("Tidy");
    tidy::run()?;
    headline("Formatting");
    run::run(&mut cargo(&["fmt", "--all", "--check"]))?;
    headline("Lints");
    run::run(&mut cargo(&["clippy", "--workspace", "--all-targets", "--quiet", "--", "-D", "warnings"]))?;
    headline("Lints without the warehouse");
    let without = ["clippy", "-p", "server", "--no-default-features", "--quiet", "--", "-D", "warnings"];
    run::run(&mut cargo(&without))
}
