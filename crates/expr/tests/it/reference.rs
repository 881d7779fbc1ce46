//! `docs/expressions.md` tells of every function, truly.

use std::fs;

use expr::{
    Expected, check, eval,
    functions::{self, Function},
    generate::sample::{AtDeal, SampleCatalog},
};
use kernel::Value;

use crate::cases::{shown, world};

#[test]
fn the_reference_lists_every_function_as_the_table_has_it() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/expressions.md");
    let written = fs::read_to_string(path).expect("docs/expressions.md");
    let (begin, end) = ("<!-- functions: written by a test from the table -->\n", "<!-- end -->");
    let (before, rest) = written.split_once(begin).expect("the mark where the functions begin");
    let (_, after) = rest.split_once(end).expect("the mark where they end");
    let now = format!("{before}{begin}{}{end}{after}", tables());
    if std::env::var_os("UPDATE_CASES").is_some() {
        fs::write(path, &now).expect("written");
    } else {
        assert_eq!(written, now, "run again with UPDATE_CASES=1");
    }
}

fn tables() -> String {
    let mut out = String::new();
    for (group, functions) in functions::groups() {
        out.push_str(&format!("\n### {group}\n\n| function | gives | example |\n|---|---|---|\n"));
        for function in functions {
            let example =
                function.example.map_or(String::new(), |(source, value)| format!("`{source}` is `{value}`"));
            out.push_str(&format!("| {} | {} | {example} |\n", calls(function), function.summary));
        }
    }
    out.push('\n');
    out
}

fn calls(function: &Function) -> String {
    let call = |signature: &functions::Signature| {
        let mut parameters: Vec<String> = Vec::new();
        for (index, parameter) in signature.parameters.iter().enumerate() {
            let name = parameter.to_string();
            parameters.push(if index < signature.required { name } else { format!("[{name}]") });
        }
        if signature.repeats {
            parameters.push("…".to_owned());
        }
        format!("`{}({})`", function.name, parameters.join(", "))
    };
    function.signatures.iter().map(call).collect::<Vec<_>>().join("<br>")
}

#[test]
fn every_example_is_true() {
    let world = world();
    let env = AtDeal { world: &world, deal: &world.records["deal"][0] };
    for function in functions::all() {
        let Some((source, expected)) = function.example else { continue };
        let checked = check(source, "deal", &SampleCatalog, &Expected::Any)
            .unwrap_or_else(|p| panic!("{source}: {}", p[0]));
        let found = match eval(&checked, &env) {
            Value::Text(text) => format!("\"{text}\""),
            value => shown(&value),
        };
        assert_eq!(found, expected, "{source}");
    }
}

#[test]
fn every_function_that_is_called_exists_and_is_named_once() {
    let mut names: Vec<&str> = functions::all().map(|function| function.name).collect();
    names.sort_unstable();
    let count = names.len();
    names.dedup();
    assert_eq!(names.len(), count);
    let sources = ["check", "functions"].into_iter().flat_map(|folder| {
        let folder = format!("{}/src/{folder}", env!("CARGO_MANIFEST_DIR"));
        fs::read_dir(folder)
            .expect("a folder")
            .map(|entry| fs::read_to_string(entry.expect("an entry").path()).expect("a text"))
    });
    for source in sources {
        for name in source.split('"').filter(|text| text.starts_with("rp_")) {
            assert!(expr::sql::SqlFunction::named(name).is_some(), "{name}");
        }
    }
}
