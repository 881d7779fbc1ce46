//! Records and links by id: what an export writes comes in again exactly, whatever has the same title.

use records::Principal;
use sample::Size;
use serde_json::{Value as Json, json};
use testkit::{TestApp, both};
use transfer::{
    export::{Export, For, Format, query},
    mapping::Mode,
};

use crate::given::{checked, count, figures, imported, mapping, object, problems, proposed, shown, work};

const SMALL: Size = Size { companies: 40, people: 120, leads: 90, deals: 60 };
/// In an order in which whatever a record links to by its title is there before it.
const IN_ORDER: [&str; 10] =
    ["product", "person", "company", "lead", "deal", "deal_line", "deal_contact", "task", "call", "meeting"];

/// All that may be exported of an object, with the names of the API.
fn exported(app: &TestApp, name: &str, format: Format) -> Vec<u8> {
    let workspace = &app.workspace;
    let look = workspace.texts.reader("en", workspace.config.zone.clone(), workspace.engine.clock().now());
    let object = object(app, name);
    let query = query::filtered(&workspace.engine.registry(), &object, "").unwrap();
    let who = Principal::system();
    let fields = query::all(&object);
    let export = Export::new(&workspace.engine, &who, &look, query, fields, For::Programs);
    let mut written = Vec::new();
    export.write(format, &mut written).unwrap();
    written
}

fn with_sample(app: &TestApp) {
    let sellers = ["ines", "tom", "nadia"].map(|who| app.user(who));
    let engine = &app.workspace.engine;
    sample::fill(engine, &sellers, engine.clock().now(), SMALL).unwrap();
}

#[test]
fn the_sample_company_exported_and_imported_again_by_id_changes_nothing() {
    both(|app| {
        with_sample(app);
        let registry = app.workspace.engine.registry();
        for known in registry.objects().filter(|object| object.area.is_some()) {
            let name = known.name.as_str();
            let there = count(app, name, "");
            if there == 0 {
                continue;
            }
            for format in [Format::Csv, Format::Jsonl, Format::Xlsx] {
                let file = exported(app, name, format);
                let mapping = proposed(app, &file, name, false);
                assert_eq!((mapping.key.as_slice(), mapping.mode), (&["id".to_owned()][..], Mode::Update));
                let import = imported(app, &file, &mapping);
                let told = (figures(&import), problems(app, &import));
                assert_eq!(told, (format!("0/0/{there}/0"), Vec::new()), "{name} {format:?}");
                assert_eq!(import.progress.counts.made, 0, "{name} {format:?}");
            }
            assert_eq!(count(app, name, ""), there, "{name}");
        }
    });
}

#[test]
fn in_another_workspace_titles_tell_what_the_ids_of_the_first_cannot() {
    both(|app| {
        let first = TestApp::sqlite();
        with_sample(&first);
        for who in ["ines", "tom", "nadia"] {
            app.user(who);
        }
        let mut refused = 0;
        for name in IN_ORDER {
            let there = count(&first, name, "");
            let file = exported(&first, name, Format::Csv);
            let mapping = proposed(app, &file, name, false);
            assert!(!mapping.key.contains(&"id".to_owned()), "{name}");
            let import = imported(app, &file, &mapping);
            let counts = import.progress.counts;
            let problems = problems(app, &import);
            for problem in &problems {
                // What several have is left to somebody who knows which was meant, and what is about that, too. Deals
                // make their person a contact themselves.
                let is_unclear = ["several", "ambiguous", "contact-problem-twice"]
                    .iter()
                    .any(|end| problem.ends_with(end));
                assert!(is_unclear || refused > 0 && problem.ends_with("absent"), "{name}: {problem}");
            }
            // A company that somebody works for was made by its name already.
            assert_eq!(
                counts.created + counts.updated + counts.bad,
                there as u64,
                "{name}: {counts:?} {problems:?}"
            );
            refused += counts.bad;
        }
    });
}

/// Two companies of one name. Gives their ids.
fn twins(app: &TestApp) -> [String; 2] {
    ["Graz", "Linz"]
        .map(|city| app.given("ines", "companies", &json!({ "name": "Twin", "billing": { "city": city } })))
}

#[test]
fn a_column_of_ids_tells_twins_apart_and_titles_do_where_it_is_empty() {
    both(|app| {
        let [one, other] = twins(app);
        app.given("ines", "companies", &json!({ "name": "Rotor" }));
        let file = format!(
            "Name,Company,Company.id\nFirst,Twin,{one}\nSecond,Twin,{other}\nThird,Rotor,\nFourth,Twin,\n\
             Fifth,Twin,{}\nSixth,Twin,garbage\nSeventh,,\n",
            kernel::Id::generate()
        );
        let without_garbage = file.replace("Sixth,Twin,garbage\n", "");
        let mapping = proposed(app, without_garbage.as_bytes(), "deal", false);
        let mapping = transfer::mapping::Mapping { key: Vec::new(), mode: Mode::Create, ..mapping };
        let refused =
            ["5 B: import-problem-several", "6 C: import-problem-link-id", "7 C: import-problem-link-id"];
        let check = checked(app, file.as_bytes(), &mapping);
        assert_eq!(
            (figures(&check).as_str(), problems(app, &check)),
            ("4/0/0/3", refused.map(str::to_owned).to_vec())
        );
        let import = imported(app, file.as_bytes(), &mapping);
        assert_eq!(
            (figures(&import).as_str(), problems(app, &import)),
            ("4/0/0/3", refused.map(str::to_owned).to_vec())
        );
        let linz = shown(app, "deal", "company.billing.city = \"Linz\"", &["company"]);
        assert_eq!(linz, ["Second: Twin"]);
        assert_eq!(shown(app, "deal", "company.name = \"Rotor\"", &[]), ["Third: "]);
    });
}

#[test]
fn links_to_several_kinds_and_to_the_object_itself_go_by_id() {
    both(|app| {
        let [one, other] = twins(app);
        let lead = json!({ "name": { "last": "Twin" } });
        let lead = app.given("ines", "leads", &lead);
        let tasks = format!(
            "subject,parent,parent.id,parent.object\nCall,Twin,{one},company\nWrite,Twin,{lead},lead\nMeet,Twin,{one},lead\n"
        );
        let import = imported(app, tasks.as_bytes(), &proposed(app, tasks.as_bytes(), "task", false));
        assert_eq!(problems(app, &import), ["4 C: import-problem-link-id"]);
        assert_eq!(figures(&import), "2/0/0/1");
        // Nothing says the kind: the id alone tells.
        let tasks = format!("subject,parent.id\nRing,{other}\nMail,{lead}\n");
        let import = imported(app, tasks.as_bytes(), &proposed(app, tasks.as_bytes(), "task", false));
        assert_eq!((figures(&import).as_str(), problems(app, &import)), ("2/0/0/0", Vec::new()));
        assert_eq!(
            shown(app, "task", "parent.object = \"lead\"", &["parent"]),
            ["Mail: Twin", "Write: Twin"]
        );
        let companies = format!("id,name,parent,parent.id\n{one},Twin,Twin,{other}\n");
        let import =
            imported(app, companies.as_bytes(), &proposed(app, companies.as_bytes(), "company", false));
        assert_eq!((figures(&import).as_str(), problems(app, &import)), ("0/1/0/0", Vec::new()));
        assert_eq!(shown(app, "company", "parent.billing.city = \"Linz\"", &["parent"]), ["Twin: Twin"]);
    });
}

#[test]
fn an_id_that_is_none_here_is_refused_by_row_and_makes_nothing() {
    both(|app| {
        let [one, other] = twins(app);
        app.program("ines", &["write"]).delete(&format!("/api/v1/companies/{other}")).is(204);
        let unknown = kernel::Id::generate();
        let added = format!("id,name\n{one},Twin\n,Added\n");
        assert_eq!(proposed(app, added.as_bytes(), "company", false).key, ["id"]);
        let file = format!(
            "id,name\n{one},Single\n{unknown},Nobody\n{other},Trashed\nx-1,Wrong\n,New\n{one},Again\n"
        );
        for mode in ["update", "upsert", "create"] {
            let mapping = mapping(&format!(
                "object = \"company\"\nmode = \"{mode}\"\nkey = [\"id\"]\n\
                 column = [{{ name = \"id\", field = \"id\" }}, {{ name = \"name\", field = \"name\" }}]"
            ));
            let import = imported(app, file.as_bytes(), &mapping);
            let refused = [
                "3 A: import-problem-id-absent",
                "4 A: import-problem-id-absent",
                "5 A: import-problem-id",
                "6 A: import-problem-key-empty",
            ];
            assert_eq!(problems(app, &import), refused, "{mode}");
            assert_eq!(import.progress.counts.created, 0, "{mode}");
        }
        assert_eq!(shown(app, "company", "", &[]), ["Again: "]);
    });
}

#[test]
fn what_somebody_may_not_see_is_refused_by_id_as_what_is_not_there() {
    both(|app| {
        let hidden = app.given("ines", "companies", &json!({ "name": "Secret harbour" }));
        let own = app.given("yuki", "companies", &json!({ "name": "Open harbour" }));
        let deal = app.given("ines", "deals", &json!({ "name": "Secret deal" }));
        let unknown = kernel::Id::generate().to_string();
        let yuki = app.program("yuki", &["write"]);
        let run = |object: &str, file: &str| -> Vec<Json> {
            let sent =
                yuki.send_file(&format!("/api/v1/imports?name=a.csv&object={object}"), file.as_bytes());
            let id = sent.is(201).json()["id"].as_str().unwrap().to_owned();
            yuki.post(&format!("/api/v1/imports/{id}/run"), &json!({})).is(202);
            work(app);
            let told = yuki.get(&format!("/api/v1/imports/{id}/problems")).is(200).json();
            told["rows"].as_array().unwrap().clone()
        };
        let rows = run("deal", &format!("name,company,company.id\nA,,{own}\nB,,{hidden}\nC,,{unknown}\n"));
        let said = |row: &Json, id: &str| row["problems"].to_string().replace(id, "…");
        assert_eq!((rows[0]["row"].clone(), rows[1]["row"].clone()), (3.into(), 4.into()));
        assert_eq!(said(&rows[0], &hidden), said(&rows[1], &unknown));
        assert!(!said(&rows[0], "").contains("Secret"));
        let mine = app.given("yuki", "deals", &json!({ "name": "Mine" }));
        let rows = run("deal", &format!("id,name\n{mine},Mine too\n{deal},Taken\n{unknown},Taken\n"));
        assert_eq!(said(&rows[0], &deal), said(&rows[1], &unknown));
        assert_eq!(count(app, "deal", "name = \"Taken\""), 0);
        assert_eq!(count(app, "deal", "name = \"Mine too\""), 1);
    });
}

#[test]
fn entries_with_signs_in_them_come_out_of_a_cell_as_they_went_in() {
    both(|app| {
        let tags = json!(["key account", "a, b", "c; d"]);
        app.given("ines", "companies", &json!({ "name": "Rotor", "tags": tags }));
        let file = exported(app, "company", Format::Csv);
        let import = imported(app, &file, &proposed(app, &file, "company", false));
        assert_eq!((figures(&import).as_str(), problems(app, &import)), ("0/0/1/0", Vec::new()));
    });
}
