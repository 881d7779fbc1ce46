//! Fetches the front end's packages by lock file and bundles it into `OUT_DIR`.
//!
//! `npm ci` runs only when the lock file differs from the one that `web/node_modules` was made from; the bundle is
//! made anew only when a file under `web/` changes. Nothing of it is committed.

use std::{
    env,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

const NODE_MAJOR: u32 = 20;
const INPUTS: [&str; 7] =
    ["src", "styles", "build.mjs", "icons.txt", "package.json", "package-lock.json", "tsconfig.json"];

fn main() {
    let web = PathBuf::from(env::var("CARGO_MANIFEST_DIR").expect("cargo sets it")).join("web");
    let out = PathBuf::from(env::var("OUT_DIR").expect("cargo sets it"));
    println!("cargo::rerun-if-changed=build.rs");
    for input in INPUTS {
        println!("cargo::rerun-if-changed={}", web.join(input).display());
    }
    if let Err(reason) = check_node().and_then(|()| install(&web)).and_then(|()| bundle(&web, &out)) {
        eprintln!("\nRapport's screens could not be built.\n\n{reason}\n");
        std::process::exit(1);
    }
    write_assets(&out);
}

fn check_node() -> Result<(), String> {
    let advice = format!(
        "Styles and scripts are bundled with Node.js {NODE_MAJOR} or newer and its npm. Install them \
         (https://nodejs.org, or your system's packages), see that `node --version` works, and build again."
    );
    let output = Command::new("node")
        .arg("--version")
        .output()
        .map_err(|_| format!("`node` was not found. {advice}"))?;
    let version = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    let major = version.trim_start_matches('v').split('.').next().and_then(|major| major.parse::<u32>().ok());
    match major {
        Some(major) if major >= NODE_MAJOR => Ok(()),
        _ => Err(format!("`node` is {version}, which is too old. {advice}")),
    }
}

/// Makes `node_modules` match the lock file; other builds of this checkout wait meanwhile.
fn install(web: &Path) -> Result<(), String> {
    let lock = fs::File::create(web.join(".install.lock")).map_err(|e| format!("{}: {e}", web.display()))?;
    lock.lock().map_err(|e| format!("{}: {e}", web.display()))?;
    let wanted =
        fs::read_to_string(web.join("package-lock.json")).map_err(|e| format!("package-lock.json: {e}"))?;
    let stamp = web.join("node_modules/.made-from-lock.json");
    if fs::read_to_string(&stamp).is_ok_and(|made| made == wanted) {
        return Ok(());
    }
    let npm = if cfg!(windows) { "npm.cmd" } else { "npm" };
    let output = Command::new(npm)
        .args(["ci", "--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier"])
        .current_dir(web)
        .output()
        .map_err(|e| {
            format!("`npm` could not be started: {e}. It comes with Node.js; see that `npm --version` works.")
        })?;
    if !output.status.success() {
        return Err(format!(
            "`npm ci` failed in {}. The first build needs the npm registry; later ones do not.\n{}",
            web.display(),
            String::from_utf8_lossy(&output.stderr)
        ));
    }
    fs::write(&stamp, wanted).map_err(|e| format!("{}: {e}", stamp.display()))
}

fn bundle(web: &Path, out: &Path) -> Result<(), String> {
    let output = Command::new("node")
        .arg("build.mjs")
        .arg(out)
        .current_dir(web)
        .output()
        .map_err(|e| format!("`node build.mjs` could not be started: {e}"))?;
    if output.status.success() {
        Ok(())
    } else {
        Err(format!("`node build.mjs` failed:\n{}", String::from_utf8_lossy(&output.stderr)))
    }
}

/// Writes `assets.rs`, which `src/assets.rs` and `src/icon.rs` include.
fn write_assets(out: &Path) {
    let manifest = fs::read_to_string(out.join("assets.json")).expect("build.mjs wrote it");
    let manifest: serde_json::Value = serde_json::from_str(&manifest).expect("build.mjs writes JSON");
    let text = |value: &serde_json::Value| value.as_str().expect("a text").to_owned();
    let mut rust = String::new();
    for (constant, entry) in [("SCRIPT", "script"), ("STYLE", "style"), ("FONT", "font")] {
        let name = text(&manifest["entries"][entry]);
        writeln!(rust, "const {constant}_URL: &str = \"/assets/{name}\";").expect("writes to memory");
    }
    rust.push_str("static ASSETS: &[Asset] = &[\n");
    for file in manifest["files"].as_array().expect("a list") {
        let name = text(&file["name"]);
        let include =
            |ending: &str| format!("include_bytes!({:?})", out.join("dist").join(format!("{name}{ending}")));
        let packed = |ending: &str| {
            if file["packed"] == true { format!("Some({})", include(ending)) } else { "None".to_owned() }
        };
        writeln!(
            rust,
            "Asset {{ name: {name:?}, plain: {}, gzip: {}, brotli: {} }},",
            include(""),
            packed(".gz"),
            packed(".br")
        )
        .expect("writes to memory");
    }
    rust.push_str("];\n");
    fs::write(out.join("assets.rs"), rust).expect("OUT_DIR can be written");

    let mut rust = String::from("static ICONS: &[(&str, &str)] = &[\n");
    for icon in manifest["icons"].as_array().expect("a list") {
        let start = r#"<svg class="icon" viewBox="0 0 24 24" aria-hidden="true">"#;
        let svg = format!("{start}{}</svg>", text(&icon["svg"]));
        writeln!(rust, "({:?}, {svg:?}),", text(&icon["name"])).expect("writes to memory");
    }
    rust.push_str("];\n");
    fs::write(out.join("icons.rs"), rust).expect("OUT_DIR can be written");
}
