//! The pages on models show what their commands print.

use std::fs;
use std::path::{Path, PathBuf};

use crate::line::printed;

/// What stands before a command, and what ends what it printed.
const PROMPT: &str = "$ rapport analyze ";
const FENCE: &str = "```";

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/models")
}

/// The page with every command followed by what it prints.
fn with_answers(page: &str) -> String {
    let mut text = String::new();
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        text += line;
        text.push('\n');
        let Some(command) = line.strip_prefix(PROMPT) else { continue };
        let data = folder().join("data");
        let words: Vec<String> = command
            .split(' ')
            .map(|word| match word.strip_prefix("data/") {
                Some(name) => data.join(name).to_str().expect("a path in UTF-8").to_owned(),
                None => word.to_owned(),
            })
            .collect();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        text += printed(&words).trim_end();
        text.push('\n');
        // What it printed before goes.
        if lines.by_ref().any(|line| line == FENCE) {
            text = text + FENCE + "\n";
        }
    }
    text
}

#[test]
fn pages_show_what_commands_print() {
    let pages = fs::read_dir(folder()).expect("docs/models").map(|entry| entry.expect("an entry").path());
    let mut checked = 0;
    for path in pages.filter(|path| path.extension().is_some_and(|ending| ending == "md")) {
        let page = fs::read_to_string(&path).expect("a page");
        let now = with_answers(&page);
        checked += now.matches(PROMPT).count();
        if std::env::var_os("KEEP").is_some() {
            fs::write(&path, now).expect("the page");
            continue;
        }
        for (number, (have, want)) in page.lines().zip(now.lines()).enumerate() {
            assert_eq!(have, want, "{}, line {}; KEEP=1 writes it anew", path.display(), number + 1);
        }
        assert_eq!(page.lines().count(), now.lines().count(), "{}", path.display());
    }
    assert!(checked >= 20, "{checked} commands");
}
