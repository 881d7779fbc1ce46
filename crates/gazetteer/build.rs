//! Fetches the places by lock file from npm and compresses them into `OUT_DIR`. Nothing of it is committed.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

fn main() {
    let places = PathBuf::from(env::var("CARGO_MANIFEST_DIR").expect("cargo sets it")).join("places");
    let out = env::var("OUT_DIR").expect("cargo sets it");
    println!("cargo::rerun-if-changed=build.rs");
    for input in ["build.mjs", "package.json", "package-lock.json"] {
        println!("cargo::rerun-if-changed={}", places.join(input).display());
    }
    let built = install(&places).and_then(|()| run(Command::new("node").arg("build.mjs").arg(&out), &places));
    if let Err(reason) = built {
        eprintln!(
            "\nThe gazetteer could not be built. It takes Node.js with npm, as the screens do.\n\n{reason}\n"
        );
        std::process::exit(1);
    }
}

/// Makes `node_modules` match the lock file; other builds of this checkout wait meanwhile.
fn install(places: &Path) -> Result<(), String> {
    let fault = |error: std::io::Error| format!("{}: {error}", places.display());
    let lock = fs::File::create(places.join(".install.lock")).map_err(fault)?;
    lock.lock().map_err(fault)?;
    let wanted = fs::read_to_string(places.join("package-lock.json")).map_err(fault)?;
    let stamp = places.join("node_modules/.made-from-lock.json");
    if fs::read_to_string(&stamp).is_ok_and(|made| made == wanted) {
        return Ok(());
    }
    let npm = if cfg!(windows) { "npm.cmd" } else { "npm" };
    let quietly = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier"];
    run(Command::new(npm).args(quietly), places)?;
    fs::write(&stamp, wanted).map_err(fault)
}

fn run(command: &mut Command, folder: &Path) -> Result<(), String> {
    let output = command.current_dir(folder).output().map_err(|error| format!("{command:?}: {error}"))?;
    match output.status.success() {
        true => Ok(()),
        false => Err(format!("{command:?}: {}", String::from_utf8_lossy(&output.stderr))),
    }
}
