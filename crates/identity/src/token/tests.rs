use jiff::SignedDuration;
use kernel::{Channel, Id};
use records::{Action, Error};

use crate::{
    access::Secret,
    event::Origin,
    testing::{House, check},
    token::{ApiToken, NewToken, create, list, revoke},
};

fn token(house: &House, user: Id, scopes: &[&str]) -> (ApiToken, String) {
    let scopes = scopes.iter().map(|scope| (*scope).to_owned()).collect();
    let new = NewToken { name: "script".to_owned(), scopes, expires_at: None };
    create(&house.engine, user, &new, &Origin::default()).unwrap()
}

fn may(house: &House, text: &str, object: &str, action: Action) -> bool {
    let carrier = house.door.open(&house.engine, Secret::Token(text)).unwrap().unwrap();
    assert_eq!(carrier.principal.actor.channel, Channel::Api);
    carrier.principal.access.may(object, action)
}

#[test]
fn scopes_take_from_the_rights_of_the_user_and_never_add() {
    check(|house| {
        let rep = house.user("rep", &["sales_rep"], None);
        let root = house.user("root", &["administrator"], None);
        let (_, reads) = token(house, rep, &["read"]);
        assert!(may(house, &reads, "deal", Action::Read) && !may(house, &reads, "deal", Action::Update));
        let (_, writes) = token(house, rep, &["write"]);
        assert!(may(house, &writes, "deal", Action::Update) && !may(house, &writes, "role", Action::Read));
        let (_, deals) = token(house, root, &["deal:write"]);
        assert!(may(house, &deals, "deal", Action::Destroy) && !may(house, &deals, "user", Action::Read));
        let (_, half) = token(house, root, &["read", "deal:write"]);
        assert!(may(house, &half, "role", Action::Read) && !may(house, &half, "role", Action::Update));
        let administrator = |text: &str| {
            house
                .door
                .open(&house.engine, Secret::Token(text))
                .unwrap()
                .unwrap()
                .principal
                .access
                .administrator
        };
        let (_, plain) = token(house, root, &["write"]);
        let (_, whole) = token(house, root, &["write", "admin"]);
        let (_, vain) = token(house, rep, &["write", "admin"]);
        assert!(may(house, &plain, "deal", Action::Destroy) && !may(house, &plain, "role", Action::Update));
        assert!(!administrator(&plain) && administrator(&whole) && !administrator(&vain));
    });
}

#[test]
fn a_token_ends_when_it_is_withdrawn_and_when_its_time_is_up() {
    check(|house| {
        let ann = house.user("ann", &["sales_rep"], None);
        let opens = |text: &str| house.door.open(&house.engine, Secret::Token(text)).unwrap().is_some();
        let (kept, text) = token(house, ann, &["read"]);
        assert!(opens(&text));
        assert!(house.through(&text).is_none(), "a token is no session");
        let other = house.user("bob", &["sales_rep"], None);
        let foreign = revoke(&house.engine, other, kept.id, Some(other), &Origin::default());
        assert!(matches!(foreign, Err(Error::NotFound)));
        revoke(&house.engine, ann, kept.id, Some(ann), &Origin::default()).unwrap();
        assert!(!opens(&text));
        let expires_at = Some(house.clock.now() + SignedDuration::from_hours(1));
        let new = NewToken { name: "brief".to_owned(), scopes: vec!["read".to_owned()], expires_at };
        let (_, brief) = create(&house.engine, ann, &new, &Origin::default()).unwrap();
        assert!(opens(&brief));
        house.later(3600);
        assert!(!opens(&brief));
        let known = house.engine.db().read(|tx| list(tx, ann)).unwrap();
        assert_eq!(known.iter().map(|token| token.name.as_str()).collect::<Vec<_>>(), ["brief", "script"]);
        assert!(known[0].used_at.is_some() && text.starts_with(&known[1].prefix));
    });
}

#[test]
fn a_token_needs_a_name_known_scopes_and_a_future() {
    check(|house| {
        let ann = house.user("ann", &["sales_rep"], None);
        let new = NewToken {
            name: "  ".to_owned(),
            scopes: vec!["dael:read".to_owned()],
            expires_at: Some(house.clock.now()),
        };
        let Err(Error::Invalid(problems)) = create(&house.engine, ann, &new, &Origin::default()) else {
            panic!()
        };
        let fields: Vec<_> = problems.iter().filter_map(|problem| problem.field.as_deref()).collect();
        assert_eq!(fields, ["name", "scopes", "expires_at"]);
    });
}
