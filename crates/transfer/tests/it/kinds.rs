//! Links that may lead to several kinds of record: told by another column, or whichever has the name.

use records::Principal;
use serde_json::json;
use testkit::{TestApp, both};
use transfer::{
    export::{Export, For, Format, query},
    mapping::Missing,
};

use crate::given::{checked, figures, imported, mapping, object, problems, proposed, shown};

/// A company, a person, a lead and a deal, and a name that two of them have. Gives the ids of company and person.
fn with_records(app: &TestApp) -> [String; 2] {
    let rotor = app.given("ines", "companies", &json!({ "name": "Rotor" }));
    app.given("ines", "companies", &json!({ "name": "Twin" }));
    let jo = json!({ "name": { "first": "Jo", "last": "Smith" }, "email": "jo@rotor.example" });
    let jo = app.given("ines", "people", &jo);
    app.given("ines", "people", &json!({ "name": { "last": "Twin" } }));
    let mo = json!({ "name": { "first": "Mo", "last": "Weber" }, "email": "mo@rotor.example" });
    app.given("ines", "leads", &mo);
    app.given("ines", "deals", &json!({ "name": "Pump" }));
    [rotor, jo]
}

/// Tasks with what they are about, by its kind.
fn about(app: &TestApp, kind: &str) -> Vec<String> {
    shown(app, "task", &format!("parent.object = \"{kind}\""), &["parent"])
}

#[test]
fn a_column_says_what_kind_of_record_each_row_is_about() {
    const FILE: &str = "Subject,About,Of kind\n\
        Call,Rotor,Company\n\
        Write,jo smith,person\n\
        Meet,Pump,Opportunity\n\
        Visit,Mo Weber,Prospect\n\
        Twins,Twin,People\n\
        Odd,Rotor,Ship\n\
        Open,Rotor,\n\
        Lost,Rotor,deal\n\
        Alone,,\n";
    let mapping = mapping(
        r#"
        object = "task"
        column = [
            { name = "Subject", field = "subject" },
            { name = "About", field = "parent", link = { kind = "Of kind" } },
            { name = "Of kind", values = { Prospect = "lead" } },
        ]
        "#,
    );
    both(|app| {
        with_records(app);
        let refused = [
            "7 C: import-problem-link-kind",
            "8 C: import-problem-link-kind-empty",
            "9 B: import-problem-absent",
        ];
        let check = checked(app, FILE.as_bytes(), &mapping);
        assert_eq!(
            (figures(&check).as_str(), problems(app, &check)),
            ("6/0/0/3", refused.map(str::to_owned).to_vec())
        );
        let import = imported(app, FILE.as_bytes(), &mapping);
        assert_eq!(
            (figures(&import).as_str(), problems(app, &import)),
            ("6/0/0/3", refused.map(str::to_owned).to_vec())
        );
        assert_eq!(about(app, "company"), ["Call: Rotor"]);
        assert_eq!(about(app, "person"), ["Twins: Twin", "Write: Jo Smith"]);
        assert_eq!(about(app, "lead"), ["Visit: Mo Weber"]);
        assert_eq!(about(app, "deal"), ["Meet: Pump"]);
        assert_eq!(shown(app, "task", "parent is empty", &["parent"]), ["Alone: -"]);
    });
}

#[test]
fn whichever_kind_has_the_name_is_linked_and_two_that_have_it_are_a_problem() {
    const FILE: &str = "Subject,About\nCall,Rotor\nWrite,Jo Smith\nTwins,Twin\nLost,Nobody\nMeet,Pump\n";
    let mapping = mapping(
        r#"
        object = "task"
        column = [
            { name = "Subject", field = "subject" },
            { name = "About", field = "parent", link = { to = ["company", "Contact"] } },
        ]
        "#,
    );
    both(|app| {
        with_records(app);
        let import = imported(app, FILE.as_bytes(), &mapping);
        assert_eq!(figures(&import), "2/0/0/3");
        let refused = [
            "4 B: import-problem-ambiguous",
            "5 B: import-problem-absent-among",
            "6 B: import-problem-absent-among",
        ];
        assert_eq!(problems(app, &import), refused);
        assert_eq!(about(app, "company"), ["Call: Rotor"]);
        assert_eq!(about(app, "person"), ["Write: Jo Smith"]);
    });
}

#[test]
fn kinds_without_the_field_that_records_are_found_by_are_passed_over() {
    const FILE: &str = "Subject,About,Kind\nCall,jo@rotor.example,person\nWrite,MO@rotor.example,lead\n";
    let columns = r#"column = [
        { name = "Subject", field = "subject" },
        { name = "About", field = "parent", link = { by = "email", kind = "Kind" } },
    ]"#;
    both(|app| {
        with_records(app);
        let import = imported(app, FILE.as_bytes(), &mapping(&format!("object = \"task\"\n{columns}")));
        assert_eq!((figures(&import).as_str(), problems(app, &import)), ("2/0/0/0", Vec::new()));
        let among = columns.replace("kind = \"Kind\"", "to = [\"lead\", \"person\"]");
        let import = imported(app, FILE.as_bytes(), &mapping(&format!("object = \"task\"\n{among}")));
        assert_eq!((figures(&import).as_str(), problems(app, &import)), ("2/0/0/0", Vec::new()));
        assert_eq!(about(app, "person"), ["Call: Jo Smith", "Call: Jo Smith"]);
        assert_eq!(about(app, "lead"), ["Write: Mo Weber", "Write: Mo Weber"]);
    });
}

#[test]
fn exported_tasks_come_into_another_workspace_with_what_they_are_about() {
    both(|app| {
        let [rotor, jo] = with_records(app);
        for (subject, kind, id) in [("Call", "company", rotor), ("Write", "person", jo)] {
            let parent = json!({ "object": kind, "id": id });
            app.given("ines", "tasks", &json!({ "subject": subject, "parent": parent }));
        }
        app.given("ines", "tasks", &json!({ "subject": "Alone" }));
        for readers in [For::Programs, For::People] {
            let file = exported(app, readers);
            let other = TestApp::sqlite();
            other.user("ines");
            with_records(&other);
            let mapping = proposed(&other, &file, "task", true);
            let link = mapping
                .columns
                .iter()
                .find_map(|rule| Some(rule.link.as_ref()?).filter(|link| link.kind.is_some()));
            assert_eq!(link.map(|link| link.missing), Some(Missing::Report), "{mapping:?}");
            assert!(mapping.columns.iter().all(|rule| rule.new_field.is_none()), "{mapping:?}");
            let import = imported(&other, &file, &mapping);
            assert_eq!((figures(&import).as_str(), problems(&other, &import)), ("3/0/0/0", Vec::new()));
            for kind in ["company", "person"] {
                assert_eq!(about(&other, kind), about(app, kind));
            }
            assert_eq!((about(app, "company").len(), about(app, "person").len()), (1, 1));
        }
    });
}

fn exported(app: &TestApp, readers: For) -> Vec<u8> {
    let workspace = &app.workspace;
    let look = workspace.texts.reader("en", workspace.config.zone.clone(), workspace.engine.clock().now());
    let tasks = object(app, "task");
    let fields = ["subject", "parent"].map(|name| tasks.position(name).unwrap()).to_vec();
    let asked = query::filtered(&workspace.engine.registry(), &tasks, "").unwrap();
    let who = Principal::system();
    let export = Export::new(&workspace.engine, &who, &look, asked, fields, readers);
    let mut written = Vec::new();
    export.write(Format::Csv, &mut written).unwrap();
    written
}
