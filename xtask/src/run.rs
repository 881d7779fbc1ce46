//! Running other programs, with a headline before and a sentence when they fail.

use std::{
    env,
    path::PathBuf,
    process::{Command, Stdio},
    time::Instant,
};

use anyhow::{Context, bail};

/// Announces a part of the work.
pub fn headline(text: &str) {
    println!("\n── {text} ──");
}

/// Runs a program to its end; its output is ours.
///
/// # Errors
/// When it cannot be started, or fails.
pub fn run(command: &mut Command) -> anyhow::Result<()> {
    let shown = show(command);
    println!("$ {shown}");
    let began = Instant::now();
    let status = command.status().with_context(|| format!("starting {shown}"))?;
    println!("  {:.0} s", began.elapsed().as_secs_f32());
    if status.success() { Ok(()) } else { bail!("{shown} failed ({status})") }
}

/// What a program prints.
///
/// # Errors
/// When it cannot be started, or fails.
pub fn output(command: &mut Command) -> anyhow::Result<String> {
    let shown = show(command);
    let output = command.stderr(Stdio::inherit()).output().with_context(|| format!("starting {shown}"))?;
    if !output.status.success() {
        bail!("{shown} failed ({})", output.status);
    }
    Ok(String::from_utf8(output.stdout)?)
}

/// Cargo, in the top folder. It is not told which package we are: build scripts that look at that (ring's does) would
/// run again, and much be built again, whenever somebody calls Cargo by hand in between.
pub fn cargo(arguments: &[&str]) -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(arguments).current_dir(crate::root());
    let of_package = |name: &str| name.starts_with("CARGO_MANIFEST_") || name.starts_with("CARGO_PKG_");
    for (name, _) in env::vars_os().filter(|(name, _)| name.to_str().is_some_and(of_package)) {
        command.env_remove(name);
    }
    command
}

/// The path of a program, when there is one of that name.
pub fn find_program(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path).map(|folder| folder.join(name)).find(|file| file.is_file())
}

/// The folder that cargo builds into.
///
/// # Errors
/// When cargo cannot tell.
pub fn target_folder() -> anyhow::Result<PathBuf> {
    let text = output(&mut cargo(&["metadata", "--format-version", "1", "--no-deps"]))?;
    let metadata: serde_json::Value = serde_json::from_str(&text)?;
    Ok(metadata["target_directory"].as_str().context("cargo metadata without target_directory")?.into())
}

fn show(command: &Command) -> String {
    let program = PathBuf::from(command.get_program());
    let name = program.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let arguments = command.get_args().map(|argument| argument.to_string_lossy().into_owned());
    std::iter::once(name).chain(arguments).collect::<Vec<_>>().join(" ")
}
