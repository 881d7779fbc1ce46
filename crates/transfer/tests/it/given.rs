//! What a test starts from: an app, a file, a mapping.

use std::sync::Arc;

use app::Workspace;
use jobs::{Registry, Runner};
use kernel::{Id, Value};
use metadata::Object;
use records::{ListQuery, Principal, Sort};
use testkit::TestApp;
use transfer::{
    mapping::Mapping,
    run::{self, Import},
    start,
};

/// Takes a file in and enqueues its import or check, as the program itself.
pub fn enqueued(app: &TestApp, content: &[u8], mapping: &Mapping, dry: bool) -> Import {
    let workspace = &app.workspace;
    let blob = start::take_in(workspace, &mut &*content, "table.csv", None).unwrap();
    let now = workspace.engine.clock().now();
    let import = Import::new(&blob, None, mapping.clone(), now);
    workspace
        .db()
        .write(|tx| {
            run::insert(tx, &import)?;
            run::enqueue(tx, now, &import, dry)
        })
        .unwrap();
    import
}

/// Runs what is due, as a worker would.
pub fn work(app: &TestApp) {
    runner(&app.workspace).run_due().unwrap();
}

pub fn runner(workspace: &Arc<Workspace>) -> Runner<Workspace> {
    let mut registry = Registry::default();
    transfer::register_jobs(&mut registry);
    Runner::new(workspace.db().clone(), workspace.engine.clock_handle(), Arc::clone(workspace), registry)
}

pub fn standing(app: &TestApp, id: Id) -> Import {
    app.workspace.db().read(|tx| run::find(tx, id)).unwrap().unwrap()
}

/// Imports a file and tells what stands about it afterwards.
pub fn imported(app: &TestApp, content: &[u8], mapping: &Mapping) -> Import {
    let import = enqueued(app, content, mapping, false);
    work(app);
    standing(app, import.id)
}

pub fn checked(app: &TestApp, content: &[u8], mapping: &Mapping) -> Import {
    let import = enqueued(app, content, mapping, true);
    work(app);
    standing(app, import.id)
}

pub fn mapping(text: &str) -> Mapping {
    Mapping::parse(text).unwrap()
}

/// A mapping as it is proposed for a file.
pub fn proposed(app: &TestApp, content: &[u8], object: &str, new_fields: bool) -> Mapping {
    let workspace = &app.workspace;
    let blob = start::take_in(workspace, &mut &*content, "table.csv", None).unwrap();
    let examined = start::examine(workspace, &blob, &Default::default()).unwrap();
    let look = workspace.texts.reader("en", workspace.config.zone.clone(), workspace.engine.clock().now());
    start::suggest(workspace, &Principal::system(), &look, &examined, object, new_fields).unwrap().mapping
}

/// `created/updated/unchanged/refused`.
pub fn figures(import: &Import) -> String {
    let counts = import.checked.as_ref().map_or(import.progress.counts, |summary| summary.counts);
    format!("{}/{}/{}/{}", counts.created, counts.updated, counts.unchanged, counts.bad)
}

/// The problems in the report, as `row column: message`.
pub fn problems(app: &TestApp, import: &Import) -> Vec<String> {
    let bad = app.workspace.db().read(|tx| run::bad_rows(tx, import.id, 0, 100)).unwrap();
    let faults = bad.iter().flat_map(|(_, bad)| bad.faults.iter().map(|fault| (bad.number, fault)));
    faults
        .map(|(row, fault)| {
            let place = fault.column.map_or_else(String::new, transfer::table::letters);
            format!("{row} {place}: {}", fault.message.id)
        })
        .collect()
}

pub fn object(app: &TestApp, name: &str) -> Arc<Object> {
    app.workspace.engine.object(name).unwrap()
}

pub fn count(app: &TestApp, name: &str, filter: &str) -> usize {
    let query = query(app, name, filter);
    app.workspace.engine.read(&Principal::system(), |reader| reader.count_exactly(&query)).unwrap()
}

/// The records that a filter lets through, as `title: field=content …`.
pub fn shown(app: &TestApp, name: &str, filter: &str, fields: &[&str]) -> Vec<String> {
    let query = query(app, name, filter).sort(vec![Sort::parse("title")]);
    let page = app.workspace.engine.read(&Principal::system(), |reader| reader.list(&query)).unwrap();
    page.records
        .iter()
        .map(|record| {
            let contents = fields.iter().map(|field| match (record.label(field), record.get(field)) {
                (Some(label), _) => label.to_owned(),
                (None, Value::Null) => "-".to_owned(),
                (None, value) => records::plain::to_json(value).to_string().trim_matches('"').to_owned(),
            });
            format!("{}: {}", record.title(), contents.collect::<Vec<_>>().join(" "))
        })
        .collect()
}

fn query(app: &TestApp, name: &str, filter: &str) -> ListQuery {
    let registry = app.workspace.engine.registry();
    transfer::export::query::filtered(&registry, &object(app, name), filter).unwrap()
}
