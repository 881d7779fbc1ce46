//! `docs/expressions.md` tells of every function and operator, each with an example, truly.

use std::fs;

use expr::{
    Expected, check, eval,
    functions::{self, Function},
    generate::sample::{AtDeal, SampleCatalog},
    parse,
    syntax::{BinaryOp, Expr, Kind},
};
use kernel::Value;

use crate::cases::{shown, world};

const PATH: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/expressions.md");

fn written() -> String {
    fs::read_to_string(PATH).expect("docs/expressions.md")
}

#[test]
fn the_reference_lists_every_function_as_the_table_has_it() {
    let written = written();
    let (begin, end) = ("<!-- functions: written by a test from the table -->\n", "<!-- end -->");
    let (before, rest) = written.split_once(begin).expect("the mark where the functions begin");
    let (_, after) = rest.split_once(end).expect("the mark where they end");
    let now = format!("{before}{begin}{}{end}{after}", tables());
    if std::env::var_os("UPDATE_CASES").is_some() {
        fs::write(PATH, &now).expect("written");
    } else {
        assert_eq!(written, now, "run again with UPDATE_CASES=1");
    }
}

fn tables() -> String {
    let mut out = String::new();
    for (group, functions) in functions::groups() {
        out.push_str(&format!("\n### {group}\n\n| function | gives | example |\n|---|---|---|\n"));
        for function in functions {
            let (source, value) = function.example;
            let (calls, summary) = (calls(function), function.summary);
            out.push_str(&format!("| {calls} | {summary} | `{source}` is `{value}` |\n"));
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
    let examples = examples(&written());
    for (source, expected) in &examples {
        let checked = check(source, "deal", &SampleCatalog, &Expected::Any)
            .unwrap_or_else(|p| panic!("{source}: {}", p[0]));
        let found = match eval(&checked, &env) {
            Value::Text(text) => format!("\"{text}\""),
            Value::Bool(truth) => truth.to_string(),
            value => shown(&value),
        };
        assert_eq!(found, *expected, "{source}");
    }
}

#[test]
fn every_operator_has_an_example() {
    let mut told: Vec<&str> = Vec::new();
    for (source, _) in examples(&written()) {
        operators(&parse(&source).unwrap_or_else(|p| panic!("{source}: {p}")), &mut told);
    }
    let binary = BinaryOp::ALL.map(BinaryOp::sign);
    let others = ["negative", "&", "not", "and", "or", "is empty", "between", "within"];
    for operator in binary.iter().chain(&others) {
        assert!(told.contains(operator), "no example has “{operator}”: {told:?}");
    }
}

fn operators(expr: &Expr, told: &mut Vec<&'static str>) {
    told.extend(match &expr.kind {
        Kind::Negate(_) => Some("negative"),
        Kind::Not(_) => Some("not"),
        Kind::And(_) => Some("and"),
        Kind::Or(_) => Some("or"),
        Kind::Join(_) => Some("&"),
        Kind::Binary { op, .. } => Some(op.sign()),
        Kind::IsEmpty(_) => Some("is empty"),
        Kind::Between { .. } => Some("between"),
        Kind::Within { .. } => Some("within"),
        Kind::Empty
        | Kind::Bool(_)
        | Kind::Number(_)
        | Kind::Text(_)
        | Kind::Path(_)
        | Kind::Call { .. }
        | Kind::List(_) => None,
    });
    expr.kind.for_each_child(|child| operators(child, told));
}

/// Whatever the reference says as “`expression` is `value`”.
fn examples(written: &str) -> Vec<(String, String)> {
    let pieces: Vec<&str> = written.split('`').collect();
    let says = |at: &usize| pieces[*at] == " is ";
    let at = (2..pieces.len() - 1).step_by(2).filter(says);
    at.map(|at| (pieces[at - 1].to_owned(), pieces[at + 1].to_owned())).collect()
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
