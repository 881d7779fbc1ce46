//! `cargo xtask bench`: builds a release, then `crates/server/benches/table.rs` measures it.
//! `cargo xtask bench warehouse`: the same of what the warehouse costs.
//! `cargo xtask bench cluster`: the same of its queries on a cluster, by a program built with Ballista.
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
    let features: &[&str] = if flags.first() == Some(&"cluster") { &["--features", "ballista"] } else { &[] };
    let built = ["--quiet", "--package", "server"];
    run::run(cargo(&["build", "--release", "--bin", "rapport"]).args(built).args(features))?;
    headline("Measuring");
    let mut command = cargo(&["bench", "--bench", "table"]);
    command.args(built).args(features).arg("--");
    match flags {
        [part @ ("warehouse" | "cluster"), flags @ ..] => command.arg(format!("--{part}")).args(flags),
        flags => command.args(flags),
    };
    command.env("RAPPORT_BIN", target_folder()?.join("release/rapport"));
    run::run(&mut command)
}
