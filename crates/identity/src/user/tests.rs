use kernel::Message;
use records::Error;

use crate::{
    event::Origin,
    one_time,
    password::{Replaced, replace_by_link},
    sign_in::{Answer, Attempt, sign_in},
    testing::{PASSWORD, check},
    user::{NewUser, RoleName, create, set_active},
};

fn ann() -> NewUser {
    NewUser { name: "Ann".to_owned(), email: "Ann@Example.com".to_owned(), ..NewUser::default() }
}

#[test]
fn a_new_user_chooses_a_password_by_a_link_that_works_once() {
    check(|house| {
        let created = create(&house.engine, &house.root, &ann(), &Origin::default()).unwrap();
        let link = created.link.unwrap();
        let secret = link.strip_prefix("/reset/").unwrap();
        let weak = replace_by_link(&house.engine, secret, "short", &Origin::default());
        assert!(matches!(weak, Err(Error::Invalid(_))));
        let done = replace_by_link(&house.engine, secret, PASSWORD, &Origin::default()).unwrap();
        let Replaced::Done(opened) = done else { panic!("{done:?}") };
        assert_eq!(house.through(&opened.token).unwrap().person.id, created.user);
        let again = replace_by_link(&house.engine, secret, PASSWORD, &Origin::default()).unwrap();
        assert!(matches!(again, Replaced::NoSuchLink));
        let origin = Origin::default();
        let attempt = Attempt { email: " ann@example.COM ", password: PASSWORD, origin: &origin };
        assert!(matches!(sign_in(&house.engine, &attempt).unwrap(), Answer::In(_)));
    });
}

#[test]
fn a_link_ends_when_a_newer_one_is_made_when_time_is_up_and_when_its_user_is_off() {
    check(|house| {
        let user = create(&house.engine, &house.root, &ann(), &Origin::default()).unwrap().user;
        let link = || {
            let path = one_time::reset_link(&house.engine, user, None, &Origin::default()).unwrap();
            path.strip_prefix("/reset/").unwrap().to_owned()
        };
        let works = |secret: &str| {
            house.engine.db().read(|tx| one_time::owner(tx, secret, house.clock.now())).unwrap().is_some()
        };
        let first = link();
        assert!(works(&first));
        let second = link();
        assert!(!works(&first) && works(&second));
        house.later(one_time::LINK_LIVES.as_secs());
        assert!(!works(&second));
        let third = link();
        set_active(&house.engine, &house.root, "ann@example.com", false).unwrap();
        assert!(!works(&third));
        let refused = one_time::reset_link(&house.engine, user, None, &Origin::default());
        assert!(matches!(refused, Err(Error::NotFound)));
    });
}

#[test]
fn what_is_wrong_with_a_new_user_is_told() {
    check(|house| {
        create(&house.engine, &house.root, &ann(), &Origin::default()).unwrap();
        let again = create(&house.engine, &house.root, &ann(), &Origin::default());
        let Err(Error::Invalid(problems)) = again else { panic!("{again:?}") };
        assert_eq!(problems[0].field.as_deref(), Some("email"));
        let role = NewUser {
            email: "other@example.com".to_owned(),
            roles: vec![RoleName::Named("king".to_owned())],
            ..ann()
        };
        let Err(Error::Invalid(problems)) = create(&house.engine, &house.root, &role, &Origin::default())
        else {
            panic!()
        };
        assert_eq!(problems[0].message, Message::new("identity-no-role").with("name", "king"));
    });
}
