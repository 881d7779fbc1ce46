//! The files in `cases/`: expressions on one deal, with the type and value or the problems that they have.
//!
//! A case is an expression after `> `, then what comes of it. `UPDATE_CASES=1` writes what comes now; read the difference.
//! Each value is computed in memory and in a database.

use std::{collections::BTreeSet, fmt::Write, fs, path::Path};

use expr::{
    Binding, Expected, ExprProblem, check, compile, eval,
    generate::{
        Choices,
        sample::{AtDeal, SampleCatalog, World},
    },
    sql::Sql,
};
use fluent_bundle::{FluentArgs, FluentBundle, FluentResource};
use kernel::{Arg, Id, Value};

use crate::sqlite::{Sqlite, fill, open, query};

/// The deal "Big one" of the company Acme, seen by its owner in Berlin on Thursday, 14 May 2026, at noon.
pub fn world() -> World {
    let mut world = World::random(&mut Choices::new(&[]));
    let decimal = |text: &str| Value::Decimal(text.parse().expect("a number"));
    let mut set = |object: &str, column: usize, value: Value| {
        world.records.get_mut(object).expect("an object")[0][column] = value;
    };
    let (user, team) = (Id::from_parts(3, 0), Id::from_parts(4, 0));
    for (column, value) in [
        (1, Value::from("Big one")),
        (2, decimal("1234.5")),
        (3, Value::from("EUR")),
        (4, Value::Int(3)),
        (5, decimal("12.5")),
        (6, Value::Bool(true)),
        (7, Value::from("proposal")),
        (8, Value::Date(jiff::civil::date(2026, 5, 20))),
        (9, Value::Instant("2026-05-13T22:30:00Z".parse().expect("an instant"))),
        (10, Value::Int(5_400)),
        (13, Value::from("company")),
        (14, Value::Id(Id::from_parts(2, 0))),
        (15, Value::List(vec!["vip".into(), "renewal".into()])),
        (16, Value::Null),
        (17, decimal("1000")),
        (18, Value::from("USD")),
    ] {
        set("deal", column, value);
    }
    set("company", 1, Value::from("Acme"));
    set("company", 2, Value::from("energy"));
    set("company", 3, decimal("5000000"));
    set("company", 4, Value::Null);
    set("company", 5, Value::Id(user));
    set("company", 6, Value::from("Berlin"));
    set("company", 7, Value::Null);
    set("company", 8, decimal("9000000"));
    set("company", 9, Value::from("EUR"));
    set("user", 1, Value::from("Ida"));
    set("user", 2, Value::Id(team));
    world.followers = vec![(Id::from_parts(1, 0), user)];
    world.now = "2026-05-14T10:00:00Z".parse().expect("an instant");
    world.zone = jiff::tz::TimeZone::get("Europe/Berlin").expect("a zone");
    world.me = Some(user);
    world.my_teams = vec![team];
    world
}

pub fn shown(value: &Value) -> String {
    match value {
        Value::Null => "empty".to_owned(),
        Value::Bool(truth) => if *truth { "yes" } else { "no" }.to_owned(),
        Value::Int(number) => number.to_string(),
        Value::Decimal(number) => number.to_string(),
        Value::Text(text) => format!("{text:?}"),
        Value::Date(date) => date.to_string(),
        Value::Instant(instant) => instant.to_string(),
        Value::Id(id) => id.to_string(),
        Value::List(entries) => entries.iter().map(shown).collect::<Vec<_>>().join(", "),
        Value::Json(json) => json.to_string(),
    }
}

/// English, from the catalogue.
fn messages() -> FluentBundle<FluentResource> {
    let source = fs::read_to_string(root().join("messages/en.ftl")).expect("messages");
    let mut bundle = FluentBundle::new(vec!["en".parse().expect("a language")]);
    bundle.set_use_isolating(false);
    bundle
        .add_resource(FluentResource::try_new(source).expect("messages that can be read"))
        .expect("each once");
    bundle
}

fn said(bundle: &FluentBundle<FluentResource>, problem: &ExprProblem) -> String {
    let mut args = FluentArgs::new();
    for (name, arg) in &problem.message.args {
        match arg {
            Arg::Number(number) => args.set(name.clone(), *number),
            Arg::Text(text) => args.set(name.clone(), text.clone()),
            Arg::Value(value) => args.set(name.clone(), shown(value)),
        }
    }
    let id = &*problem.message.id;
    let pattern = bundle
        .get_message(id)
        .and_then(|message| message.value())
        .unwrap_or_else(|| panic!("no message {id}"));
    let mut errors = Vec::new();
    let text = bundle.format_pattern(pattern, Some(&args), &mut errors).into_owned();
    assert!(errors.is_empty(), "{id}: {errors:?}");
    text
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Type and value, or the problems with their places.
fn outcome(
    source: &str,
    world: &World,
    database: &rusqlite::Connection,
    bundle: &FluentBundle<FluentResource>,
) -> String {
    let checked = match check(source, "deal", &SampleCatalog, &Expected::Any) {
        Ok(checked) => checked,
        Err(problems) => {
            let shown = problems.iter().map(|problem| problem.render(source, &said(bundle, problem)));
            return shown.collect::<Vec<_>>().join("\n");
        }
    };
    let deal = &world.records["deal"][0];
    let value = eval(&checked, &AtDeal { world, deal });
    let binding =
        Binding { now: world.now, zone: &world.zone, me: world.me, my_teams: &world.my_teams, guard: None };
    let mut sql = Sql::new("select ");
    sql.append(&compile(&checked, &Sqlite, "t", &binding)).push(" from deal t order by id limit 1");
    let found = query(database, &sql, checked.column_type());
    assert_eq!(shown(&found[0]), shown(&value), "{source}");
    format!("{}: {}", checked.ty(), shown(&value))
}

#[test]
fn every_case_comes_out_as_written() {
    let (world, database, bundle) = (world(), open(), messages());
    fill(&database, &world);
    let update = std::env::var_os("UPDATE_CASES").is_some();
    for entry in fs::read_dir(root().join("cases")).expect("cases") {
        let path = entry.expect("a file").path();
        let written = fs::read_to_string(&path).expect("a text");
        let mut now = String::new();
        for block in written.trim().split("\n\n") {
            match block.strip_prefix("> ") {
                None => now.push_str(block),
                Some(case) => {
                    let source = case.lines().next().unwrap_or_default();
                    let _ = write!(now, "> {source}\n{}", outcome(source, &world, &database, &bundle));
                }
            }
            now.push_str("\n\n");
        }
        let now = format!("{}\n", now.trim_end());
        if update {
            fs::write(&path, now).expect("written");
        } else {
            assert_eq!(now, written, "{}", path.display());
        }
    }
}

#[test]
fn every_problem_has_a_text_and_every_text_a_problem() {
    let mut used = BTreeSet::new();
    let mut folders = vec![root().join("src")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let source = fs::read_to_string(path).expect("a text");
            let ids = source.split("\"expr-").skip(1).filter_map(|rest| rest.split_once('"'));
            used.extend(ids.map(|(id, _)| format!("expr-{id}")));
        }
    }
    let source = fs::read_to_string(root().join("messages/en.ftl")).expect("messages");
    let written: BTreeSet<String> = source
        .lines()
        .filter(|line| line.starts_with("expr-"))
        .filter_map(|line| Some(line.split_once(" =")?.0.to_owned()))
        .collect();
    assert_eq!(used, written);
}
