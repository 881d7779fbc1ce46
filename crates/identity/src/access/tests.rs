use kernel::{Id, Value};
use records::{
    Action, Draft, Error,
    schema::{self, Losses},
};

use crate::{
    access::{Secret, explain},
    event::Origin,
    sign_in::{Answer, Attempt, sign_in},
    testing::{House, PASSWORD, check, shipped},
    token::{NewToken, create},
};

/// Two teams, one below the other, a rep in each, a manager of the upper, and a deal of each rep.
struct Company {
    upper: Id,
    lower: Id,
    ann: Id,
    bob: Id,
    meg: Id,
}

fn company(house: &House) -> Company {
    let upper = house.team("upper", None);
    let lower = house.team("lower", Some(upper));
    let ann = house.user("ann", &["sales_rep"], Some(upper));
    let bob = house.user("bob", &["sales_rep"], Some(lower));
    let meg = house.user("meg", &["sales_manager"], Some(upper));
    house.deal("anns", ann);
    house.deal("bobs", bob);
    Company { upper, lower, ann, bob, meg }
}

fn token_of(house: &House, user: Id) -> String {
    let row = house.person(user);
    let origin = Origin::default();
    match sign_in(&house.engine, &Attempt { email: &row.email, password: PASSWORD, origin: &origin }).unwrap()
    {
        Answer::In(opened) => opened.token,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_manager_sees_the_teams_below_and_a_rep_the_own_team() {
    check(|house| {
        let company = company(house);
        let seen = |user| house.seen(&house.person(user).principal, "deal");
        assert_eq!(seen(company.meg), ["anns", "bobs"]);
        assert_eq!(seen(company.bob), ["bobs"]);
        let other = house.user("otto", &["sales_rep"], None);
        assert_eq!(seen(other), [] as [&str; 0]);
    });
}

#[test]
fn a_rep_changes_the_own_deals_only_and_a_manager_all_that_they_see() {
    check(|house| {
        let company = company(house);
        let cid = house.user("cid", &["sales_rep"], Some(company.lower));
        let deal = house.deal("cids", cid);
        let rename = || house.change("deal", deal).with("name", "renamed");
        let denied = house.save_as(&house.person(company.bob).principal, rename());
        assert!(matches!(denied, Err(Error::Denied(_))), "{denied:?}");
        house.save_as(&house.person(cid).principal, rename()).unwrap();
        house.save_as(&house.person(company.meg).principal, rename()).unwrap();
    });
}

#[test]
fn roles_add_up() {
    check(|house| {
        let company = company(house);
        let small = house.role("small deals", &[("deal", &["read"], "name = \"small\"", "")]);
        house.deal("small", company.ann);
        house.deal("large", company.ann);
        let seen = |user| house.seen(&house.person(user).principal, "deal");
        assert_eq!(seen(company.bob), ["bobs"]);
        let rep = house.person(company.bob).principal.access.objects["deal"].len();
        let mut draft = house.change("user", company.bob);
        let roles = draft.object.position("roles").unwrap();
        let both =
            house.engine.db().read(|tx| crate::user::find_row(tx, company.bob)).unwrap().unwrap().roles;
        draft.put_members(roles, [both, vec![small]].concat());
        house.save(draft);
        assert_eq!(seen(company.bob), ["bobs", "small"]);
        assert_eq!(house.person(company.bob).principal.access.objects["deal"].len(), rep + 1);
    });
}

#[test]
fn a_hidden_field_is_not_read_and_stays_hidden_when_it_is_renamed() {
    check(|house| {
        let role = house.role("blind", &[("deal", &["read"], "", "")]);
        let grant = house.engine.db().read(|tx| -> Result<_, db::Error> {
            let sql = expr::sql::Sql::new(
                "select \"id\" from \"grant\" where \"object\" = 'deal' order by \"rid\" desc limit 1",
            );
            Ok(tx.query_one(&sql, |row| row.id(0))?.unwrap())
        });
        let hidden = Value::List(vec!["amount".into()]);
        house.save(house.change("grant", grant.unwrap()).with("hidden", hidden));
        let who = house.user("eve", &["blind"], None);
        let deal = house.deal("secret", house.user("ann", &[], None));
        house.save(house.change("deal", deal).with("amount", kernel::Decimal::from(7)));
        let object = house.engine.object("deal").unwrap();
        let read = |field: &str| {
            let object = house.engine.object("deal").unwrap();
            let record =
                house.engine.read(&house.person(who).principal, |reader| reader.load(&object, deal)).unwrap();
            record.get(field).clone()
        };
        assert_eq!(read("amount"), Value::Null);
        assert_eq!(read("name"), Value::from("secret"));
        let refused = house.save_as(
            &house.root,
            house.change("grant", grant_id(house, role)).with("hidden", Value::List(vec!["colour".into()])),
        );
        assert!(matches!(refused, Err(Error::Invalid(_))));
        // The amount is called worth from now on.
        let renamed: Vec<_> = shipped()
            .into_iter()
            .map(|mut object| {
                for field in object.fields.iter_mut().filter(|field| field.name == "amount") {
                    field.name = "worth".to_owned();
                    field.renamed_from = Some("amount".to_owned());
                }
                object
            })
            .collect();
        schema::change(&house.engine, &renamed, Losses::Accept, |_| Ok(())).unwrap();
        assert!(!std::sync::Arc::ptr_eq(&object, &house.engine.object("deal").unwrap()));
        assert_eq!(read("worth"), Value::Null);
    });
}

fn grant_id(house: &House, role: Id) -> Id {
    let mut sql = expr::sql::Sql::new("select \"id\" from \"grant\" where \"role\" = ");
    sql.bind(role, kernel::ColumnType::Id);
    house.engine.db().read(|tx| tx.query_one(&sql, |row| row.id(0))).unwrap().unwrap()
}

#[test]
fn a_rule_that_no_longer_checks_closes_its_grant_and_is_told() {
    check(|house| {
        house.role("by amount", &[("deal", &["read"], "amount is empty", "")]);
        let who = house.user("eve", &["by amount"], None);
        house.deal("one", who);
        assert_eq!(house.seen(&house.person(who).principal, "deal"), ["one"]);
        let without: Vec<_> = shipped()
            .into_iter()
            .map(|mut object| {
                object.fields.retain(|field| field.name != "amount");
                object
            })
            .collect();
        schema::change(&house.engine, &without, Losses::Accept, |_| Ok(())).unwrap();
        assert_eq!(house.seen(&house.person(who).principal, "deal"), ["nothing"]);
        let directory = house.door.directory(&house.engine).unwrap();
        let [fault] = directory.faults.as_slice() else { panic!("{:?}", directory.faults) };
        assert_eq!(
            (fault.role_name.as_str(), fault.object.as_str(), fault.field),
            ("by amount", "deal", "rows")
        );
    });
}

#[test]
fn everything_means_neither_roles_nor_people_and_parts_follow_what_they_belong_to() {
    check(|house| {
        let company = company(house);
        let nan = house.user("nan", &["analyst"], None);
        let access = house.person(nan).principal.access;
        assert!(access.may("deal", Action::Read) && access.may("deal", Action::Export));
        assert!(!access.may("deal", Action::Update) && !access.may("role", Action::Read));
        assert!(access.grants("line").is_empty());
        assert_eq!(house.seen(&house.person(nan).principal, "user").len(), 4);
        let rep = house.person(company.bob).principal;
        let deal = house.engine.object("deal").unwrap();
        let bobs =
            house.engine.read(&rep, |reader| reader.find_by(&deal, "title", &["bobs".into()])).unwrap()[0].1;
        house.save_as(&rep, house.draft("line").with("name", "bobs line").with("deal", bobs)).unwrap();
        assert_eq!(house.seen(&rep, "line"), ["bobs line"]);
        assert_eq!(house.seen(&house.person(company.ann).principal, "line").len(), 1, "the team below");
    });
}

#[test]
fn a_changed_role_team_or_user_counts_from_the_next_request_on() {
    check(|house| {
        let company = company(house);
        let token = token_of(house, company.bob);
        let seen = || house.seen(&house.through(&token).unwrap().principal, "deal");
        assert_eq!(seen(), ["bobs"]);
        house.save(house.change("user", company.bob).with("team", company.upper));
        assert_eq!(seen(), ["anns", "bobs"]);
        house.save(house.change("team", company.lower).with("parent", Value::Null));
        assert_eq!(seen(), ["anns", "bobs"], "bob's own deal stays bob's");
        let meg = token_of(house, company.meg);
        assert_eq!(house.seen(&house.through(&meg).unwrap().principal, "deal"), ["anns"]);
    });
}

#[test]
fn a_fresh_answer_costs_no_query_and_a_stale_one_few() {
    check(|house| {
        let token = token_of(house, house.user("ann", &["sales_rep"], None));
        house.through(&token).unwrap();
        let before = house.engine.db().counts().reads;
        for _ in 0..100 {
            house.through(&token).unwrap();
        }
        assert_eq!(house.engine.db().counts().reads, before);
        house.later(6);
        house.through(&token).unwrap();
        assert_eq!(house.engine.db().counts().reads, before + 2);
    });
}

#[test]
fn a_user_who_is_switched_off_is_out_at_once() {
    check(|house| {
        let ann = house.user("ann", &["sales_rep"], None);
        let token = token_of(house, ann);
        let scopes = vec!["read".to_owned()];
        let new = NewToken { name: "script".to_owned(), scopes, expires_at: None };
        let (_, api) = create(&house.engine, ann, &new, &Origin::default()).unwrap();
        let by_api = || house.door.open(&house.engine, Secret::Token(&api)).unwrap();
        assert!(house.through(&token).is_some() && by_api().is_some());
        house.save(house.change("user", ann).with("active", false));
        assert!(house.through(&token).is_none() && by_api().is_none());
        house.save(house.change("user", ann).with("active", true));
        assert!(house.through(&token).is_none(), "the old session has ended for good");
        assert!(by_api().is_some(), "a token works again");
    });
}

#[test]
fn a_user_in_the_trash_is_out_too() {
    check(|house| {
        let ann = house.user("ann", &["sales_rep"], None);
        let token = token_of(house, ann);
        assert!(house.through(&token).is_some());
        let object = house.engine.object("user").unwrap();
        house.engine.write(&house.root, |writer| writer.delete(&object, ann)).unwrap();
        assert!(house.through(&token).is_none());
    });
}

#[test]
fn people_keep_their_own_profile_and_nothing_that_gives_rights() {
    check(|house| {
        let ann = house.user("ann", &["sales_rep"], None);
        let bob = house.user("bob", &["sales_rep"], None);
        let who = house.person(ann).principal;
        house
            .save_as(&who, house.change("user", ann).with("zone", "Europe/Vienna").with("locale", "de-AT"))
            .unwrap();
        assert_eq!(house.person(ann).principal.zone.iana_name(), Some("Europe/Vienna"));
        let other = house.save_as(&who, house.change("user", bob).with("zone", "Europe/Vienna"));
        assert!(matches!(other, Err(Error::Denied(_))), "{other:?}");
        for draft in [
            house.change("user", ann).with("active", false),
            house.change("user", ann).with("email", "boss@example.com"),
            house.change("user", ann).with("team", house.team("any", None)),
            {
                let mut draft = house.change("user", ann);
                let roles = draft.object.position("roles").unwrap();
                draft.put_members(roles, Vec::new());
                draft
            },
        ] {
            let refused = house.save_as(&who, draft);
            assert!(matches!(refused, Err(Error::Invalid(_) | Error::Denied(_))), "{refused:?}");
        }
        let nonsense = house.save_as(&who, house.change("user", ann).with("zone", "Mars/Phobos"));
        assert!(matches!(nonsense, Err(Error::Invalid(_))));
    });
}

#[test]
fn nobody_but_an_administrator_widens_rights() {
    check(|house| {
        house.user("root", &["administrator"], None);
        // Somebody who may do everything with users, roles and grants, and is yet no administrator.
        let all: &[&str] = &["read", "create", "update", "delete"];
        house.role("clerk", &[("user", all, "", ""), ("role", all, "", ""), ("grant", all, "", "")]);
        let clerk = house.user("clerk", &["clerk"], None);
        let who = house.person(clerk).principal;
        let administrator =
            house.engine.db().read(|tx| crate::role::find(tx, "administrator")).unwrap().unwrap();
        let rep = house.engine.db().read(|tx| crate::role::find(tx, "sales_rep")).unwrap().unwrap();
        let with_roles = |roles: Vec<Id>| -> Draft {
            let mut draft = house.change("user", clerk);
            let at = draft.object.position("roles").unwrap();
            draft.put_members(at, roles);
            draft
        };
        let refused = house.save_as(&who, with_roles(vec![administrator]));
        assert!(matches!(refused, Err(Error::Denied(_) | Error::Invalid(_))), "{refused:?}");
        let refused = house.save_as(&who, house.change("role", rep).with("administrator", true));
        assert!(matches!(refused, Err(Error::Denied(_))), "{refused:?}");
        let refused = house.save_as(&who, house.draft("grant").with("role", rep).with("object", "role"));
        assert!(matches!(refused, Err(Error::Denied(_))), "{refused:?}");
        let refused = house.save_as(&who, with_roles(vec![rep]));
        assert!(matches!(refused, Err(Error::Denied(_) | Error::Invalid(_))), "{refused:?}");
        let root = house.user("other", &["administrator"], None);
        house.save_as(&house.person(root).principal, with_roles(vec![rep])).unwrap();
        house.save_as(&house.person(root).principal, house.change("role", rep).with("name", "Rep")).unwrap();
    });
}

#[test]
fn an_explanation_names_each_role_its_rule_and_what_it_says() {
    check(|house| {
        let company = company(house);
        let deal = house.engine.object("deal").unwrap();
        let anns = house
            .engine
            .read(&house.root, |reader| reader.find_by(&deal, "title", &["anns".into()]))
            .unwrap()[0]
            .1;
        let directory = house.door.directory(&house.engine).unwrap();
        let explanation = |user: Id| {
            let roles = house.engine.db().read(|tx| crate::user::find_row(tx, user)).unwrap().unwrap().roles;
            explain(&house.engine, &directory, &house.person(user), &roles, "deal", anns).unwrap()
        };
        let bob = explanation(company.bob);
        assert_eq!(bob.allowed, []);
        let rule = Some(("owner = me or team in my_teams".to_owned(), false));
        assert_eq!(bob.lines[0].rows, rule);
        let meg = explanation(company.meg);
        assert_eq!(meg.allowed, [Action::Read, Action::Update, Action::Delete, Action::Export]);
        let ann = explanation(company.ann);
        assert_eq!(ann.lines[0].editable, Some(("owner = me".to_owned(), true)));
        assert_eq!(ann.title, "anns");
    });
}
