//! Files: how long, what they are called, what is left lying in them.

use super::{Found, House};

const MOST_LINES: usize = 600;

/// Longer files, which may only become shorter: path and lines.
const LONGER: &[(&str, usize)] = &[];

const VAGUE_NAMES: [&str; 5] = ["utils", "util", "common", "helpers", "misc"];

pub fn check(house: &House, found: &mut Found) {
    for (path, text) in &house.files {
        let ending = path.rsplit_once('.').map_or("", |(_, ending)| ending);
        if !matches!(ending, "rs" | "ts" | "mjs" | "css") {
            continue;
        }
        length(path, text, found);
        name(path, found);
        if ending == "rs" {
            leftovers(path, text, found);
        }
    }
    for (path, _) in LONGER.iter().filter(|(path, _)| house.file(path).is_none()) {
        found.push(format!("{path}: is gone; take it from LONGER in xtask/src/tidy/files.rs"));
    }
    texts_of_this_machine(house, found);
}

fn length(path: &str, text: &str, found: &mut Found) {
    let lines = text.lines().count();
    match LONGER.iter().find(|(known, _)| *known == path) {
        Some((_, most)) if lines > *most => found.push(format!("{path}: {lines} lines, and may have {most}")),
        Some((_, most)) if lines < *most => {
            found.push(format!(
                "{path}: is down to {lines} lines; say so in LONGER in xtask/src/tidy/files.rs"
            ));
        }
        None if lines > MOST_LINES => {
            found.push(format!("{path}: {lines} lines; split it, {MOST_LINES} is the most"))
        }
        _ => {}
    }
}

fn name(path: &str, found: &mut Found) {
    for part in path.split('/') {
        let stem = part.split('.').next().unwrap_or(part);
        if VAGUE_NAMES.contains(&stem) {
            found.push(format!("{path}: {stem} says nothing; name it after what it does"));
        }
    }
}

/// What compiles and should not stay. The words are put together so that this file does not find itself.
fn leftovers(path: &str, text: &str, found: &mut Found) {
    let macros = [concat!("todo", "!("), concat!("unimplemented", "!("), concat!("dbg", "!(")];
    let later = concat!("TO", "DO");
    for (at, line) in text.lines().enumerate() {
        let place = at + 1;
        if let Some(word) = macros.iter().find(|word| line.contains(**word)) {
            found.push(format!("{path}:{place}: {word}…) must not stay"));
        }
        if let Some((_, after)) = line.split_once(later)
            && line.contains("//")
            && after.trim_start_matches(':').trim().len() < 10
        {
            found.push(format!("{path}:{place}: say what is to be done, and why not now"));
        }
        if line.contains(concat!("#[ig", "nore")) {
            found.push(format!("{path}:{place}: a test that is ignored tests nothing"));
        }
    }
}

/// Paths of one machine work on no other.
fn texts_of_this_machine(house: &House, found: &mut Found) {
    for (path, text) in &house.files {
        for (at, line) in text.lines().enumerate() {
            if line.contains(concat!("\"/wo", "rk/")) || line.contains(concat!("/ho", "me/")) {
                found.push(format!("{path}:{}: names a folder of one machine", at + 1));
            }
        }
    }
}
