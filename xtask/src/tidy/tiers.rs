//! Crates depend downward; features do not import features; what must not be in a crate is not in it.

use super::{Found, House};

/// Crates from the bottom up. A crate may depend on those of lower ranks only.
const RANKS: &[&[&str]] = &[
    &["kernel", "analytics", "gazetteer", "xtask"],
    &["expr", "i18n"],
    &["metadata", "db", "ui"],
    &["records", "jobs", "blobs", "cube"],
    &["app", "sample"],
    &["web"],
    FEATURES,
    &["server"],
    &["testkit"],
];

const FEATURES: &[&str] = &[
    "workbench",
    "identity",
    "sales",
    "activities",
    "files",
    "transfer",
    "operations",
    "insights",
    "api",
    "warehouse",
];

/// Who alone may depend on what.
const RESERVED: &[(&str, &[&str])] = &[
    ("rusqlite", &["db"]),
    ("postgres", &["db"]),
    (
        "axum",
        &[
            "app",
            "web",
            "operations",
            "workbench",
            "identity",
            "sales",
            "activities",
            "files",
            "transfer",
            "api",
            "warehouse",
            "server",
            "testkit",
        ],
    ),
    (
        "tokio",
        &[
            "web",
            "operations",
            "insights",
            "workbench",
            "identity",
            "sales",
            "activities",
            "files",
            "transfer",
            "api",
            "warehouse",
            "server",
            "testkit",
        ],
    ),
    ("tower-http", &["web", "server"]),
    ("anyhow", &["server", "xtask"]),
    ("datafusion", &["warehouse"]),
    ("datafusion-postgres", &["warehouse"]),
    ("datafusion-proto", &["warehouse"]),
    ("ballista-core", &["warehouse"]),
    ("ballista-executor", &["warehouse"]),
    ("ballista-scheduler", &["warehouse"]),
    ("object_store", &["warehouse"]),
    ("arrow-flight", &["warehouse"]),
    ("tonic", &["warehouse"]),
];

/// Words that must not stand in the code of a crate, with why.
const FORBIDDEN: &[(&str, &[&str], &str)] = &[
    ("kernel", IO, "does no I/O"),
    ("expr", IO, "does no I/O"),
    ("metadata", IO, "does no I/O"),
    ("analytics", IO, "does no I/O"),
    ("cube", IO, "does no I/O"),
    ("records", &["axum::", "http::", "maud::"], "knows no HTTP"),
    ("web", &["Sql::new", "rusqlite", "postgres"], "knows no SQL"),
    ("sales", &["Sql::new"], "asks through records"),
    ("activities", &["Sql::new"], "asks through records"),
    ("workbench", &["Sql::new"], "asks through records"),
];

const IO: &[&str] = &["std::fs", "std::net", "std::process", "SystemTime", "tokio::", "File::open"];

pub fn check(house: &House, found: &mut Found) {
    let packages = house.metadata["packages"].as_array().map_or(&[][..], Vec::as_slice);
    let ours: Vec<&str> = packages.iter().filter_map(|package| package["name"].as_str()).collect();
    for package in packages {
        let name = package["name"].as_str().unwrap_or_default();
        let Some(rank) = rank_of(name) else {
            found.push(format!("crates/{name}: has no rank in xtask/src/tidy/tiers.rs"));
            continue;
        };
        let all = package["dependencies"].as_array().into_iter().flatten();
        // Tests may look further than the code that they test.
        for dependency in all.filter(|dependency| dependency["kind"] != "dev") {
            let on = dependency["name"].as_str().unwrap_or_default();
            if ours.contains(&on) && rank_of(on).is_none_or(|other| other >= rank) {
                found.push(format!("crates/{name}: must not depend on {on}, which is not below it"));
            }
            let reserved = RESERVED.iter().find(|(what, _)| *what == on);
            if reserved.is_some_and(|(_, who)| !who.contains(&name)) {
                found.push(format!("crates/{name}: must not depend on {on}"));
            }
        }
    }
    for (name, words, why) in FORBIDDEN {
        let folder = format!("crates/{name}/src/");
        for (path, text) in house.ending(".rs").filter(|(path, _)| path.starts_with(&folder)) {
            if is_test(path) {
                continue;
            }
            for (number, line) in code_lines(text) {
                if let Some(word) = words.iter().find(|word| line.contains(**word)) {
                    found.push(format!("{path}:{number}: {name} {why}, but names {word}"));
                }
            }
        }
    }
}

fn rank_of(name: &str) -> Option<usize> {
    RANKS.iter().position(|rank| rank.contains(&name))
}

/// Whether a file holds tests only.
pub fn is_test(path: &str) -> bool {
    path.split('/').any(|part| {
        matches!(
            part,
            "tests" | "tests.rs" | "testing" | "testing.rs" | "benches" | "examples" | "testkit" | "fuzz"
        )
    })
}

/// The lines before the tests of a file, without comments, with their numbers.
pub fn code_lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let before_tests = text.lines().take_while(|line| line.trim() != "#[cfg(test)]");
    before_tests
        .enumerate()
        .map(|(at, line)| (at + 1, line))
        .filter(|(_, line)| !line.trim_start().starts_with("//"))
}
