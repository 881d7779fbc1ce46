use records::{Error, Principal};

use crate::{
    role::{ensure, shipped::shipped},
    testing::check,
};

#[test]
fn shipped_roles_are_made_once_and_stay_as_customers_leave_them() {
    check(|house| {
        let names = || house.seen(&house.root, "role");
        assert_eq!(names().len(), shipped().len());
        let object = house.engine.object("role").unwrap();
        let analyst = house.engine.db().read(|tx| super::find(tx, "analyst")).unwrap().unwrap();
        house.engine.write(&house.root, |writer| writer.delete(&object, analyst)).unwrap();
        ensure(&house.engine).unwrap();
        assert_eq!(names().len(), shipped().len() - 1);
    });
}

#[test]
fn a_grant_is_refused_for_what_makes_no_sense() {
    check(|house| {
        let role = house.role("odd", &[("deal", &["read"], "", "")]);
        let grant = || house.draft("grant").with("role", role);
        for (draft, field) in [
            (grant().with("object", "dael"), "object"),
            (grant().with("object", "user").with("rows", "colour = 1"), "rows"),
            (grant().with("object", "*").with("rows", "colour = 1"), "rows"),
            (grant().with("object", "*").with("hidden", kernel::Value::List(vec!["name".into()])), "hidden"),
            (grant().with("object", "deal"), "object"),
        ] {
            let Err(Error::Invalid(problems)) = house.save_as(&house.root, draft) else { panic!("{field}") };
            assert_eq!(problems[0].field.as_deref(), Some(field));
        }
    });
}

#[test]
fn one_administrator_always_remains() {
    check(|house| {
        let first = house.user("first", &["administrator"], None);
        let second = house.user("second", &["administrator"], None);
        let off = |user| house.save_as(&house.root, house.change("user", user).with("active", false));
        off(second).unwrap();
        assert!(matches!(off(first), Err(Error::Invalid(_))));
        let mut bare = house.change("user", first);
        let roles = bare.object.position("roles").unwrap();
        bare.put_members(roles, Vec::new());
        assert!(matches!(house.save_as(&house.root, bare), Err(Error::Invalid(_))));
        let object = house.engine.object("user").unwrap();
        let gone = house.engine.write(&house.root, |writer| writer.delete(&object, first));
        assert!(matches!(gone, Err(Error::Invalid(_))));
        let role = house.engine.db().read(|tx| super::find(tx, "administrator")).unwrap().unwrap();
        let lower = house.save_as(&house.root, house.change("role", role).with("administrator", false));
        assert!(matches!(lower, Err(Error::Invalid(_))));
        assert!(house.person(first).principal.access.administrator);
    });
}

#[test]
fn changes_of_rights_stand_in_the_change_log() {
    check(|house| {
        let user = house.user("ann", &["sales_rep"], None);
        let object = house.engine.object("user").unwrap();
        let log = house
            .engine
            .read(&Principal::system(), |reader| reader.history(&object, user, None, 10))
            .unwrap();
        assert!(log[0].fields.iter().any(|change| change.column == "roles"), "{log:?}");
    });
}
