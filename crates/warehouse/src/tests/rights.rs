//! Nobody sees by SQL what lists do not show.

use std::collections::HashMap;

use kernel::{Actor, Channel, Decimal};
use records::{Access, Action, FieldRights, Grant, ListQuery};

use super::*;

pub fn rule(house: &House, object: &str, text: &str) -> Arc<expr::Checked> {
    let registry = house.engine.registry();
    Arc::new(expr::check(text, object, registry.as_ref(), &expr::Expected::Condition).unwrap())
}

pub fn grant(rows: Option<Arc<expr::Checked>>, hidden: &[&str]) -> Grant {
    let fields = FieldRights { hidden: hidden.iter().map(ToString::to_string).collect(), locked: Vec::new() };
    Grant { actions: [Action::Read].into_iter().collect(), rows, editable: None, fields }
}

pub fn person(user: Id, objects: Vec<(&str, Vec<Grant>)>) -> Principal {
    let objects: HashMap<String, Vec<Grant>> =
        objects.into_iter().map(|(name, grants)| (name.to_owned(), grants)).collect();
    Principal {
        actor: Actor { user: Some(user), channel: Channel::User },
        access: Arc::new(Access { administrator: false, objects }),
        ..Principal::system()
    }
}

/// Deals of two people, of companies of two people.
fn fill(house: &House) -> [Id; 2] {
    let users = ["Ada", "Bob"].map(|name| house.save(house.draft("user").with("name", name)));
    for (at, user) in users.iter().enumerate() {
        let company =
            house.save(house.draft("company").with("name", format!("Company {at}")).with("owner", *user));
        for number in 0..6_usize {
            let owner = users[number % 2];
            let draft = house.draft("deal").with("name", format!("Deal {at}{number}")).with("owner", owner);
            let draft = draft.with("company", company).with("secret", format!("s{number}"));
            let deal = house.save(draft.with("amount", Decimal::new(100 * number as i64, 0)));
            house.save(house.draft("line").with("name", format!("Line {at}{number}")).with("deal", deal));
        }
    }
    users
}

#[test]
fn an_object_without_rights_is_not_there() {
    on_both(|house| {
        let [ada, _] = fill(house);
        let warehouse = house.warehouse();
        let who = person(ada, vec![("company", vec![grant(None, &[])])]);
        for table in ["deal", "deal_history", "deal_daily", "line", "user"] {
            let refused = ask_as(&warehouse, &who, &format!("select * from {table}")).unwrap_err();
            assert!(refused.to_string().contains("not found"), "{refused}");
        }
        let tables = ask_as(
            &warehouse,
            &who,
            "select table_name from information_schema.tables where table_schema = 'public' order by 1",
        )
        .unwrap();
        assert_eq!(lines(&tables), ["calendar", "city", "company", "company_history", "country", "region"]);
    });
}

#[test]
fn hidden_fields_are_not_there_nor_what_is_made_of_them() {
    on_both(|house| {
        let [ada, _] = fill(house);
        let warehouse = house.warehouse();
        let who = person(ada, vec![("deal", vec![grant(None, &["amount", "secret", "stage", "name"])])]);
        for column in
            ["amount", "amount_currency", "amount_base", "secret", "stage", "stage_outcome", "name", "title"]
        {
            for table in ["deal", "deal_history", "deal_daily"] {
                assert!(
                    ask_as(&warehouse, &who, &format!("select {column} from {table}")).is_err(),
                    "{table}.{column}"
                );
            }
        }
        assert_eq!(lines(&ask_as(&warehouse, &who, "select count(*) from deal").unwrap()), ["12"]);
        let names = "select column_name from information_schema.columns where table_name = 'deal' and column_name like 'amount%'";
        assert!(lines(&ask_as(&warehouse, &who, names).unwrap()).is_empty());
    });
}

#[test]
fn sql_shows_the_rows_that_lists_show_under_every_rule() {
    on_both(|house| {
        let [ada, bob] = fill(house);
        let warehouse = house.warehouse();
        let rules = [
            "owner = me",
            "company.owner = me",
            "amount >= 300 or owner = me",
            "company is empty",
            "not (owner = me)",
            "secret in (\"s1\", \"s4\") and stage.outcome is empty",
            "today() > close_date",
            "name like \"%0%\"",
        ];
        for text in rules {
            let checked = {
                let registry = house.engine.registry();
                expr::check(text, "deal", registry.as_ref(), &expr::Expected::Condition)
            };
            let Ok(checked) = checked else { continue };
            let checked = Arc::new(checked);
            for user in [ada, bob] {
                for other in [None, Some(rule(house, "deal", "amount = 500"))] {
                    let mut grants = vec![grant(Some(Arc::clone(&checked)), &["secret"])];
                    grants.extend(other.map(|rule| grant(Some(rule), &["amount"])));
                    let who = person(user, vec![("deal", grants)]);
                    same_as_lists(house, &warehouse, &who, text);
                }
            }
        }
    });
}

/// Holds rows and contents of SQL against the engine's own list, for `deal` and the lines that are parts of it.
fn same_as_lists(house: &House, warehouse: &Arc<Warehouse>, who: &Principal, rule: &str) {
    for name in ["deal", "line"] {
        let object = house.engine.object(name).unwrap();
        let query = ListQuery::new(&object).limit(200);
        let listed = house.engine.list(who, &query).unwrap().records;
        let mut wanted: Vec<String> = listed.iter().map(|record| record.id().to_string()).collect();
        wanted.sort();
        let found = ask_as(warehouse, who, &format!("select id from {name} order by id")).unwrap();
        assert_eq!(lines(&found), wanted, "{rule} on {name}");
        for field in ["amount", "secret"] {
            if name != "deal" {
                continue;
            }
            let mut wanted: Vec<String> = listed
                .iter()
                .filter(|record| record.shows(object.field(field).unwrap()) && !record.get(field).is_null())
                .map(|record| record.id().to_string())
                .collect();
            wanted.sort();
            let asked = format!("select id from deal where {field} is not null order by id");
            match ask_as(warehouse, who, &asked) {
                Ok(found) => assert_eq!(lines(&found), wanted, "{rule}: {field}"),
                Err(error) => assert!(wanted.is_empty(), "{rule}: {field}: {error}"),
            }
        }
    }
}

#[test]
fn the_history_of_a_record_is_as_open_as_the_record_is_now() {
    on_both(|house| {
        let [ada, bob] = fill(house);
        let id = house.save(house.draft("deal").with("name", "Handed over").with("owner", ada));
        house.pass("PT24h");
        house.save(house.change("deal", id).with("owner", bob));
        let warehouse = house.warehouse();
        let asked = format!("select count(*) from deal_history where id = '{id}'");
        for (user, versions) in [(ada, "0"), (bob, "2")] {
            let who = person(user, vec![("deal", vec![grant(Some(rule(house, "deal", "owner = me")), &[])])]);
            assert_eq!(lines(&ask_as(&warehouse, &who, &asked).unwrap()), [versions]);
        }
    });
}
