//! Records as JSON, one a line: as exports write them, and as they come from elsewhere.

use std::io::Write;

use flate2::{Compression, write::GzEncoder};
use records::Principal;
use serde_json::{Value as Json, json};
use testkit::{TestApp, both};
use transfer::{
    export::{Export, For, Format, query},
    mapping::Mapping,
};

use crate::given::{checked, figures, imported, object, problems, proposed, shown};

/// What nobody writes, and what differs between two workspaces.
const OF_THE_SYSTEM: [&str; 8] =
    ["id", "created_at", "created_by", "created_via", "updated_at", "updated_by", "updated_via", "team"];

/// Fields of kinds that no shipped object has, or that are hard to carry.
fn with_fields(app: &TestApp) {
    let ada = app.program("ada", &["write", "admin"]);
    let markets = json!([{ "name": "north", "label": "North, and west" }, { "name": "south" }]);
    for field in [
        json!({ "name": "markets", "type": "multi_choice", "option": markets }),
        json!({ "name": "share", "type": "percent" }),
        json!({ "name": "weight", "type": "decimal", "scale": 4 }),
        json!({ "name": "founded", "type": "date" }),
        json!({ "name": "seen", "type": "date_time" }),
        json!({ "name": "visit", "type": "duration" }),
        json!({ "name": "listed", "type": "boolean" }),
        json!({ "name": "story", "type": "rich_text" }),
        json!({ "name": "facts", "type": "json" }),
    ] {
        ada.post("/api/v1/objects/company/fields", &field).is(201);
    }
    ada.post(
        "/api/v1/objects/company/fields",
        &json!({ "name": "friends", "type": "link_many", "to": ["person"] }),
    )
    .is(201);
}

/// What an export has of an object's records, without ids and what the system says.
fn exported(app: &TestApp, name: &str) -> Vec<u8> {
    let workspace = &app.workspace;
    let look = workspace.texts.reader("en", workspace.config.zone.clone(), workspace.engine.clock().now());
    let object = object(app, name);
    let query = query::filtered(&workspace.engine.registry(), &object, "").unwrap();
    let query = query.sort(vec![records::Sort::parse("title")]);
    let who = Principal::system();
    let fields = query::all(&object);
    let export = Export::new(&workspace.engine, &who, &look, query, fields, For::Programs);
    let mut written = Vec::new();
    export.write(Format::Jsonl, &mut written).unwrap();
    written
}

fn compared(app: &TestApp, name: &str) -> Vec<Json> {
    let object = object(app, name);
    let written = exported(app, name);
    let record = |line: &[u8]| {
        let mut record: Json = serde_json::from_slice(line).unwrap();
        let fields = record.as_object_mut().unwrap();
        fields.retain(|field, _| {
            !OF_THE_SYSTEM.contains(&field.as_str())
                && object.field(field).is_none_or(|field| field.is_writable())
        });
        without_ids(&mut record);
        record
    };
    written.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).map(record).collect()
}

fn without_ids(value: &mut Json) {
    match value {
        Json::Object(map) => {
            map.shift_remove("id");
            map.values_mut().for_each(without_ids);
        }
        Json::Array(list) => {
            list.iter_mut().for_each(without_ids);
            list.sort_by_key(Json::to_string);
        }
        _ => {}
    }
}

#[test]
fn what_is_exported_comes_into_an_empty_workspace_as_it_was() {
    both(|app| {
        with_fields(app);
        app.user("marcus");
        let person = |first: &str, last: &str| {
            let name = json!({ "salutation": "Dr.", "first": first, "last": last });
            let mailing = json!({ "street": "Main St 5\nBack house", "city": "Graz", "country": "Austria" });
            let fields = json!({ "name": name, "mailing": mailing, "email": format!("{first}@rotor.example"), "do_not_call": true });
            app.given("ines", "people", &fields)
        };
        let (jo, mo) = (person("Jo", "Smith; Ltd"), person("Mo", "O’Neil"));
        let parent = app.given("marcus", "companies", &json!({ "name": "Wheel, Sons & Co" }));
        let rotor = json!({
            "name": "=Rotor", "parent": parent, "primary_person": jo, "type": "customer", "phone": "+43 316 123456",
            "website": "https://rotor.example", "annual_revenue": { "amount": "1234567.80", "currency": "EUR" },
            "employees": 12345, "tags": ["key account", "a, b", "c; d"], "markets": ["north", "south"],
            "share": "12.35", "weight": "1.234", "founded": "1987-02-28", "seen": "2026-03-02T10:11:12Z", "visit": 5400,
            "listed": false, "story": "<p>Two <b>bold</b> words</p>", "facts": { "id": [1, { "a": null }], "b": "é" },
            "friends": [jo, mo], "billing": { "city": "Linz", "postal_code": "04020" }, "description": "'quoted'\n- two",
        });
        app.given("ines", "companies", &rotor);
        app.given(
            "ada",
            "products",
            &json!({ "name": "Pump", "code": "007", "unit_price": { "amount": "0.5", "currency": "USD" } }),
        );

        let other = TestApp::sqlite();
        with_fields(&other);
        other.user("marcus");
        other.user("ines");
        for (name, count) in [("person", "2/0/0/0"), ("company", "2/0/0/0"), ("product", "1/0/0/0")] {
            let lines = exported(app, name);
            let mapping = proposed(&other, &lines, name, false);
            assert_eq!(figures(&checked(&other, &lines, &mapping)), count, "{name}");
            let import = imported(&other, &lines, &mapping);
            assert_eq!((figures(&import).as_str(), problems(&other, &import)), (count, Vec::new()), "{name}");
            assert_eq!(compared(&other, name), compared(app, name), "{name}");
        }
        // Compressed, and a second time: nothing is made twice.
        let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
        packed.write_all(&exported(app, "company")).unwrap();
        let packed = packed.finish().unwrap();
        let mapping = proposed(&other, &packed, "company", false);
        assert_eq!(figures(&imported(&other, &packed, &mapping)), "0/0/2/0");
    });
}

#[test]
fn what_is_wrong_is_told_by_line_and_key_and_the_other_lines_come_in() {
    let app = TestApp::sqlite();
    let deep = format!(r#"{{"name": "Deep", "description": {}1{}}}"#, "[".repeat(20), "]".repeat(20));
    let lines = [
        r#"{"name": "Rotor", "employees": 5, "annual_revenue": null}"#,
        r#"{"name": "Stator", "employees": "many"}"#,
        "",
        r#"{"name": "Shaft""#,
        r#"["name"]"#,
        r#"{"name": "Pump", "name": "Valve"}"#,
        r#"{"name": "Wheel", "annual_revenue": {"amount": "12.5", "currency": "XXL"}}"#,
        &deep,
        "{\"name\": \"Nut\\u0000\"}",
        r#"{"employees": -2, "name": "Bolt"}"#,
        r#"{"name": "Gear", "parent": {"id": null, "title": "Rotor"}}"#,
    ];
    let content = lines.join("\n").into_bytes();
    let mapping = proposed(&app, &content, "company", false);
    let expected = [
        "2 B: import-problem-number",
        "4 : import-problem-lines-broken",
        "5 : import-problem-lines-object",
        "6 : import-problem-lines-twice",
        "7 C: problem-currency",
        "8 : import-problem-lines-deep",
        "9 A: import-problem-nul",
        "10 B: company-rule-employees_not_negative",
    ];
    let check = checked(&app, &content, &mapping);
    assert_eq!(
        (figures(&check).as_str(), problems(&app, &check)),
        ("2/0/0/8", expected.map(str::to_owned).to_vec())
    );
    let import = imported(&app, &content, &mapping);
    assert_eq!(problems(&app, &import), expected);
    assert_eq!(shown(&app, "company", "", &["parent"]), ["Gear: Rotor", "Rotor: -"]);
}

#[test]
fn a_link_is_found_by_its_id_where_the_mapping_says_so() {
    let app = TestApp::sqlite();
    let first = app.given("ines", "companies", &json!({ "name": "Wheel" }));
    app.given("ines", "companies", &json!({ "name": "Wheel" }));
    let mapping = |link: &str| {
        let columns = "{ name = \"name\", field = \"name\" }";
        Mapping::parse(&format!("object = \"company\"\ncolumn = [{columns}, {link}]")).unwrap()
    };
    let line = json!({ "name": "Spoke", "parent": { "id": first, "title": "Wheel" } }).to_string();
    let by_title = mapping("{ name = \"parent\", field = \"parent\" }");
    let import = imported(&app, line.as_bytes(), &by_title);
    assert_eq!(problems(&app, &import), ["1 B: import-problem-several"]);
    let by_id = mapping("{ name = \"parent.id\", field = \"parent\", link = { by = \"id\" } }");
    assert_eq!(figures(&imported(&app, line.as_bytes(), &by_id)), "1/0/0/0");
    // So it is proposed, too, and no field is made for it.
    let itself = proposed(&app, line.as_bytes(), "company", true);
    assert!(itself.columns.iter().all(|rule| rule.new_field.is_none()), "{itself:?}");
    assert_eq!(figures(&imported(&app, line.as_bytes(), &itself)), "0/0/1/0");
    assert_eq!(shown(&app, "company", "parent is not empty", &["parent"]), ["Spoke: Wheel"]);
}

#[test]
fn a_program_and_a_person_send_lines_and_are_told_what_they_are() {
    let app = TestApp::sqlite();
    let program = app.program("ada", &["write"]);
    let content = b"{\"name\": \"Rotor\", \"employees\": \"x\"}\n{\"name\": \"Stator\", \"employees\": 7}\n";
    let made = program.send_file("/api/v1/imports?name=rows.jsonl&object=company", content).is(201);
    let place = made.header("location").to_owned();
    let id = made.json()["id"].as_str().unwrap().to_owned();
    let page = app.sign_in("ada").get(&format!("/import/{id}"));
    page.ok().says("2 records as JSON, one a line").hides("Between cells");
    program.post(&format!("{place}/run"), &json!({})).is(202);
    crate::given::work(&app);
    let refused = program.get(&format!("{place}/problems")).is(200).json();
    assert_eq!(refused["rows"][0]["row"], 1);
    assert_eq!(refused["rows"][0]["problems"][0]["column"], "employees");
    let told =
        program.send_file("/api/v1/imports?name=rows.json&object=company", b"[{\"name\": \"A\"}]").is(422);
    assert!(told.text().contains("Write one record a line"), "{}", told.text());
}
