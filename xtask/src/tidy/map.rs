//! The map: ARCHITECTURE.md names every crate, and stays short enough to be read.

use super::{Found, House};

const MAP: &str = "ARCHITECTURE.md";
const MOST_LINES: usize = 300;

pub fn check(house: &House, found: &mut Found) {
    let Some(text) = house.file(MAP) else {
        found.push(format!("{MAP}: is missing"));
        return;
    };
    let lines = text.lines().count();
    if lines > MOST_LINES {
        found.push(format!("{MAP}: {lines} lines; {MOST_LINES} is the most"));
    }
    for package in house.metadata["packages"].as_array().into_iter().flatten() {
        let name = package["name"].as_str().unwrap_or_default();
        if !text.contains(&format!("`{name}`")) {
            found.push(format!("{MAP}: does not name `{name}`"));
        }
    }
    for (path, text) in house.ending(".md") {
        for (target, line) in links(text) {
            let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
            if !house.root.join(folder).join(target).exists() {
                found.push(format!("{path}:{line}: leads to {target}, which is not there"));
            }
        }
    }
}

/// Links to files of ours, with their lines.
fn links(text: &str) -> impl Iterator<Item = (&str, usize)> {
    text.lines().enumerate().flat_map(|(at, line)| {
        let targets = line.split("](").skip(1).filter_map(|rest| rest.split_once(')'));
        let targets = targets.map(|(target, _)| target.split('#').next().unwrap_or(target));
        targets
            .filter(|target| !target.is_empty() && !target.contains("://") && !target.starts_with("mailto:"))
            .map(move |target| (target, at + 1))
    })
}
