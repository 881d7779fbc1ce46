//! Definitions that change while there are records.

use serde_json::json;

use super::{House, on_both};
use crate::schema::{self, Losses, SchemaError};

fn overlay(house: &House, losses: Losses, fields: serde_json::Value) -> Result<(), SchemaError> {
    let overlay: metadata::definition::Overlay =
        serde_json::from_value(json!({ "object": "company", "field": fields })).unwrap();
    schema::change(&house.engine, &super::shipped(), losses, |customs| {
        customs.overlays = vec![overlay.clone()];
        Ok(())
    })
}

#[test]
fn what_a_new_type_cannot_read_is_refused_and_then_left_to_the_history() {
    on_both(|house| {
        overlay(house, Losses::Refuse, json!([{ "name": "size", "type": "text" }])).unwrap();
        let company = |name: &str, size: &str| {
            house.save(house.draft("company").with("name", name).with("size", size)).id
        };
        let (clear, vague) = (company("Clear", "40"), company("Vague", "about fifty"));
        let retyped = json!([{ "name": "size", "type": "integer" }]);
        let refused = overlay(house, Losses::Refuse, retyped.clone()).unwrap_err();
        assert_eq!(
            refused.to_string(),
            "1 content of company.size cannot be read as a whole number, such as “about fifty”"
        );
        assert_eq!(house.value("company", vague, "size").as_text(), Some("about fifty"));
        overlay(house, Losses::Accept, retyped).unwrap();
        assert_eq!(house.value("company", clear, "size").as_int(), Some(40));
        assert!(house.value("company", vague, "size").is_null());
        let object = house.object("company");
        let changes =
            house.engine.read(&house.root, |reader| reader.history(&object, vague, None, 1)).unwrap();
        assert_eq!(
            (changes[0].fields[0].before.as_str(), changes[0].version),
            (Some("about fifty"), 2),
            "{changes:?}"
        );
        let found = crate::check(&house.engine).unwrap();
        assert!(found.is_empty(), "{found:?}");
    });
}

#[test]
fn a_field_is_not_left_out_of_a_definition_with_what_it_holds() {
    on_both(|house| {
        let with_field = json!([
            { "name": "size", "type": "money" },
            { "name": "friends", "type": "link_many", "to": ["user"] },
        ]);
        overlay(house, Losses::Refuse, with_field).unwrap();
        let ann = house.save(house.draft("user").with("name", "Ann")).id;
        let mut draft = house.draft("company").with("name", "Full").with("size", 5);
        draft.put_members(draft.object.position("friends").unwrap(), vec![ann]);
        house.save(draft);
        let refused = overlay(house, Losses::Refuse, json!([])).unwrap_err().to_string();
        for lost in ["company.size", "company.size_currency", "company.friends"] {
            assert!(refused.contains(&format!("1 content of {lost} would be dropped")), "{refused}");
        }
        overlay(house, Losses::Accept, json!([])).unwrap();
        assert!(house.object("company").field("size").is_none());
    });
}

#[test]
fn what_comes_back_under_the_name_of_something_gone_is_not_held_against_its_past() {
    on_both(|house| {
        let size = json!([{ "name": "size", "type": "text" }]);
        let van: metadata::definition::ObjectDef = serde_json::from_value(json!({
            "name": "van", "plural": "vans", "title": ["name"], "field": [{ "name": "name", "type": "text" }]
        }))
        .unwrap();
        let vans = |wanted: &[metadata::definition::ObjectDef]| {
            schema::change(&house.engine, &super::shipped(), Losses::Accept, |customs| {
                customs.objects = wanted.to_vec();
                Ok(())
            })
            .unwrap();
        };
        overlay(house, Losses::Refuse, size.clone()).unwrap();
        let company = house.save(house.draft("company").with("name", "Acme").with("size", "large")).id;
        vans(std::slice::from_ref(&van));
        house.save(house.draft("van").with("name", "Red"));
        overlay(house, Losses::Accept, json!([])).unwrap();
        vans(&[]);
        overlay(house, Losses::Refuse, size).unwrap();
        vans(&[van]);
        assert!(house.value("company", company, "size").is_null());
        assert_eq!(crate::check(&house.engine).unwrap(), [""; 0]);
        // What is said of them from now on counts.
        let blue = house.save(house.draft("van").with("name", "Blue")).id;
        house.save(house.change("company", company).with("size", "small"));
        let damage = "update company set size = 'tiny'; delete from van";
        house.engine.db().write(|tx| tx.execute_script(damage)).unwrap();
        let found = crate::check(&house.engine).unwrap().join("\n");
        assert!(found.contains("size is not what the log says"), "{found}");
        assert!(found.contains(&format!("van {blue}: the log has it, but it is not there")), "{found}");
    });
}

#[test]
fn what_is_computed_is_computed_for_the_records_that_are_there() {
    on_both(|house| {
        let company = house.save(house.draft("company").with("name", "Acme")).id;
        let idle = house.save(house.draft("company").with("name", "Idle")).id;
        house.save(house.draft("deal").with("name", "One").with("company", company).with("amount", 7));
        let computed = |formula: &str| {
            json!([
                { "name": "lost_deals", "type": "roll_up", "of": "deal.company", "function": "count", "filter": "stage.outcome = \"lost\"" },
                { "name": "all_deals", "type": "roll_up", "of": "deal.company", "function": "count" },
                { "name": "double", "type": "formula", "formula": formula },
            ])
        };
        overlay(house, Losses::Refuse, computed("all_deals * 2")).unwrap();
        let count = |id, field: &str| house.value("company", id, field).as_decimal().map(|n| n.normalize());
        assert_eq!(count(company, "all_deals"), Some(1.into()));
        assert_eq!(count(idle, "lost_deals"), Some(0.into()));
        assert_eq!(count(company, "double"), Some(2.into()));
        overlay(house, Losses::Refuse, computed("all_deals * 3")).unwrap();
        assert_eq!(count(company, "double"), Some(3.into()));
        let found = crate::check(&house.engine).unwrap();
        assert!(found.is_empty(), "{found:?}");
    });
}
