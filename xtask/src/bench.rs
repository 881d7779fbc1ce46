//! `cargo xtask bench`: builds a release, then `crates/server/benches/table.rs` measures it.
//! `cargo xtask bench warehouse`: the same of what the warehouse costs.
//! `cargo xtask bench cube`: `crates/warehouse/benches/cube.rs`, which needs no more than the warehouse.

use crate::run::{self, cargo, headline, target_folder};

/// Builds and measures; the flags go to the benchmark.
///
/// # Errors
/// When something does not build, or the program under measurement fails.
pub fn run(flags: &[&str]) -> anyhow::Result<()> {
    if let ["cube", flags @ ..] = flags {
        headline("Measuring a cube");
        let mut command = cargo(&["bench", "--quiet", "--package", "warehouse", "--bench", "cube", "--"]);
        return run::run(command.args(flags));
    }
    headline("Building a release");
    run::run(&mut cargo(&["build", "--release", "--quiet", "--package", "server", "--bin", "rapport"]))?;
    headline("Measuring");
    let mut command = cargo(&["bench", "--quiet", "--package", "server", "--bench", "table", "--"]);
    match flags {
        ["warehouse", flags @ ..] => command.arg("--warehouse").args(flags),
        flags => command.args(flags),
    };
    command.env("RAPPORT_BIN", target_folder()?.join("release/rapport"));
    run::run(&mut command)
}
