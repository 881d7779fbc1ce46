use std::{collections::HashMap, sync::Arc};

use kernel::{Actor, Channel, Id};

use super::{House, on_both};
use crate::{Access, Action, Actions, Error, FieldRights, Grant, GroupQuery, Principal};

/// Which rows, which of them to change, which fields hidden.
pub(super) type Rights<'a> = (&'a str, &'a str, &'a [&'a str]);

pub(super) fn person(house: &House, id: Id, grants: &[(&str, &[Rights<'_>])]) -> Principal {
    let registry = house.engine.registry();
    let rule = |text: &str, object: &str| {
        (!text.is_empty()).then(|| {
            Arc::new(expr::check(text, object, registry.as_ref(), &expr::Expected::Condition).unwrap())
        })
    };
    let objects: HashMap<String, Vec<Grant>> = grants
        .iter()
        .map(|(object, grants)| {
            let grants = grants.iter().map(|(rows, editable, hidden)| Grant {
                actions: Actions::ALL,
                rows: rule(rows, object),
                editable: rule(editable, object),
                fields: FieldRights {
                    hidden: hidden.iter().map(|name| (*name).to_owned()).collect(),
                    locked: Vec::new(),
                },
            });
            ((*object).to_owned(), grants.collect())
        })
        .collect();
    Principal {
        actor: Actor { user: Some(id), channel: Channel::User },
        access: Arc::new(Access { administrator: false, objects }),
        ..Principal::system()
    }
}

/// Ann and Bob, each with a deal.
fn add_people(house: &House) -> (Id, Id) {
    let ann = house.save(house.draft("user").with("name", "Ann")).id;
    let bob = house.save(house.draft("user").with("name", "Bob")).id;
    for (name, owner) in [("anns", ann), ("bobs", bob)] {
        let company = house
            .save(
                house
                    .draft("company")
                    .with("name", format!("{name} firm"))
                    .with("owner", owner)
                    .with("city", name),
            )
            .id;
        house.save(
            house
                .draft("deal")
                .with("name", name)
                .with("owner", owner)
                .with("company", company)
                .with("secret", name),
        );
    }
    (ann, bob)
}

#[test]
fn a_row_rule_holds_at_every_door() {
    on_both(|house| {
        let (ann, _) = add_people(house);
        let who = person(
            house,
            ann,
            &[("deal", &[("owner = me", "", &[])]), ("company", &[("owner = me", "", &[])])],
        );
        let deal = house.object("deal");
        assert_eq!(house.titles(&who, "deal", "", "").unwrap(), ["anns"]);
        let bobs = house.titles(&house.root, "deal", "name = \"bobs\"", "").unwrap();
        assert_eq!(bobs.len(), 1);
        let query = house.query("deal", "", "");
        house
            .engine
            .read(&who, |reader| -> Result<(), Error> {
                assert_eq!(reader.count(&query)?, crate::Count::Exactly(1));
                let groups = reader.group(&GroupQuery {
                    records: query.clone(),
                    by: Some("stage".into()),
                    sums: vec![],
                })?;
                assert_eq!(groups[0].count, 1);
                assert!(reader.search(&deal, "bob", 5)?.is_empty());
                Ok(())
            })
            .unwrap();
    });
}

#[test]
fn a_hidden_linked_record_shows_neither_title_nor_content() {
    on_both(|house| {
        let (ann, _) = add_people(house);
        let who = person(house, ann, &[("deal", &[("", "", &[])]), ("company", &[("owner = me", "", &[])])]);
        let query = house.query("deal", "", "title");
        let page = house.engine.read(&who, |reader| reader.list(&query)).unwrap();
        let labels: Vec<_> = page.records.iter().map(|record| record.label("company")).collect();
        assert_eq!(labels, [Some("anns firm"), None]);
        assert_eq!(house.titles(&who, "deal", "company.city = \"bobs\"", "").unwrap(), Vec::<String>::new());
    });
}

#[test]
fn a_field_hidden_by_one_role_shows_only_on_the_rows_of_another_that_shows_it() {
    on_both(|house| {
        let (ann, _) = add_people(house);
        let who = person(house, ann, &[("deal", &[("", "", &["secret"]), ("owner = me", "", &[])])]);
        let query = house.query("deal", "", "title");
        let page = house.engine.read(&who, |reader| reader.list(&query)).unwrap();
        let secrets: Vec<_> = page.records.iter().map(|record| record.text("secret")).collect();
        assert_eq!(secrets, ["anns", ""]);
        assert_eq!(house.titles(&who, "deal", "secret is not empty", "").unwrap(), ["anns"]);
        assert_eq!(house.titles(&who, "deal", "", "secret").unwrap(), ["anns"]);
    });
}

#[test]
fn what_may_be_read_may_still_not_be_changed() {
    on_both(|house| {
        let (ann, _) = add_people(house);
        let who = person(house, ann, &[("deal", &[("", "owner = me", &[])])]);
        let deal = house.object("deal");
        let find = |name: &str| {
            let query = house.query("deal", &format!("name = \"{name}\""), "");
            house.engine.read(&house.root, |reader| reader.list(&query)).unwrap().records[0].id()
        };
        let (anns, bobs) = (find("anns"), find("bobs"));
        house.try_save(&who, house.change("deal", anns).with("name", "mine")).unwrap();
        assert!(matches!(
            house.try_save(&who, house.change("deal", bobs).with("name", "mine")),
            Err(Error::Denied(_))
        ));
        assert!(matches!(
            house.engine.write(&who, |writer| writer.delete(&deal, bobs)),
            Err(Error::Denied(_))
        ));
        assert!(!house.engine.read(&who, |reader| reader.may_on(&deal, bobs, Action::Delete)).unwrap());
    });
}

#[test]
fn a_closed_object_is_not_there() {
    on_both(|house| {
        let (ann, _) = add_people(house);
        let who = person(house, ann, &[]);
        let deal = house.object("deal");
        let id = house
            .engine
            .read(&house.root, |reader| reader.list(&house.query("deal", "", "")))
            .unwrap()
            .records[0]
            .id();
        assert!(house.engine.read(&who, |reader| reader.find(&deal, id)).unwrap().is_none());
        assert!(matches!(house.titles(&who, "deal", "", ""), Err(Error::Denied(_))));
        assert!(matches!(house.try_save(&who, house.draft("deal").with("name", "x")), Err(Error::Denied(_))));
        assert!(matches!(
            house.try_save(&who, house.change("deal", id).with("name", "x")),
            Err(Error::NotFound)
        ));
    });
}

#[test]
fn who_may_destroy_what_is_not_in_the_trash_destroys_it() {
    on_both(|house| {
        let (ann, _) = add_people(house);
        let who = person(house, ann, &[("deal", &[("deleted_at is empty", "", &[])])]);
        let deal = house.object("deal");
        let id = house.engine.read(&who, |reader| reader.list(&house.query("deal", "", ""))).unwrap().records
            [0]
        .id();
        house.engine.write(&who, |writer| writer.destroy(&deal, id)).unwrap();
        assert!(house.engine.read(&house.root, |reader| reader.find(&deal, id)).unwrap().is_none());
    });
}
