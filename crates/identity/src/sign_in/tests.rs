use crate::{
    event::{self, EventQuery, Happening, Origin},
    session,
    setup::{self, SetUp},
    sign_in::{Answer, Attempt, sign_in},
    testing::{House, PASSWORD, check},
    user::set_active,
};

fn from(address: &str) -> Origin {
    Origin::new(Some(address), Some("a test"))
}

fn attempt(house: &House, email: &str, password: &str, address: &str) -> Answer {
    sign_in(&house.engine, &Attempt { email, password, origin: &from(address) }).unwrap()
}

fn audit(house: &House) -> Vec<Happening> {
    let query = EventQuery { limit: 100, ..EventQuery::default() };
    house
        .engine
        .db()
        .read(|tx| event::list(tx, &query))
        .unwrap()
        .iter()
        .map(|event| event.happening)
        .collect()
}

#[test]
fn whoever_fails_gets_one_answer_and_the_audit_tells_why() {
    check(|house| {
        house.user("ann", &["sales_rep"], None);
        house.user("off", &["sales_rep"], None);
        set_active(&house.engine, &house.root, "off@example.com", false).unwrap();
        for (email, password) in
            [("ann@example.com", "wrong"), ("nobody@example.com", PASSWORD), ("off@example.com", PASSWORD)]
        {
            assert!(matches!(attempt(house, email, password, "192.0.2.1"), Answer::Refused), "{email}");
        }
        assert!(matches!(attempt(house, "ann@example.com", PASSWORD, "192.0.2.1"), Answer::In(_)));
        let expected =
            [Happening::SignedIn, Happening::Inactive, Happening::UnknownEmail, Happening::WrongPassword];
        assert_eq!(audit(house)[..4], expected);
        let query = EventQuery { refusals: true, limit: 10, ..EventQuery::default() };
        assert_eq!(house.engine.db().read(|tx| event::list(tx, &query)).unwrap().len(), 3);
    });
}

#[test]
fn guessing_at_an_account_waits_longer_and_longer_from_wherever_it_comes() {
    check(|house| {
        house.user("ann", &["sales_rep"], None);
        let guess = |address: &str| attempt(house, "ann@example.com", "wrong", address);
        for host in 1..=5 {
            assert!(matches!(guess(&format!("192.0.2.{host}")), Answer::Refused));
        }
        assert!(matches!(guess("192.0.2.99"), Answer::Wait(15)));
        assert!(matches!(attempt(house, "ann@example.com", PASSWORD, "192.0.2.99"), Answer::Wait(15)));
        house.later(15);
        assert!(matches!(guess("192.0.2.99"), Answer::Refused));
        house.later(15);
        assert!(matches!(guess("192.0.2.99"), Answer::Wait(15)));
        house.later(15);
        assert!(matches!(attempt(house, "ann@example.com", PASSWORD, "192.0.2.99"), Answer::In(_)));
        assert!(matches!(guess("192.0.2.99"), Answer::Refused), "the count begins anew");
    });
}

#[test]
fn guessing_at_many_accounts_from_one_address_is_slowed_down() {
    check(|house| {
        house.user("ann", &["sales_rep"], None);
        let guess =
            |number: usize| attempt(house, &format!("user{number}@example.com"), "wrong", "192.0.2.1");
        for number in 1..=20 {
            assert!(matches!(guess(number), Answer::Refused), "{number}");
        }
        assert!(matches!(guess(21), Answer::Wait(15)));
        assert!(matches!(attempt(house, "ann@example.com", PASSWORD, "192.0.2.2"), Answer::In(_)));
        house.later(24 * 3600);
        assert!(matches!(guess(22), Answer::Refused), "a day later all is forgotten");
    });
}

#[test]
fn a_session_ends_by_signing_out_by_disuse_and_by_age() {
    check(|house| {
        let ann = house.user("ann", &["sales_rep"], None);
        let open = || match attempt(house, "ann@example.com", PASSWORD, "192.0.2.1") {
            Answer::In(opened) => opened,
            other => panic!("{other:?}"),
        };
        let (one, other) = (open(), open());
        assert_ne!(one.token, other.token, "each sign-in has its own secret");
        session::sign_out(&house.engine, one.session, &Origin::default()).unwrap();
        assert!(house.through(&one.token).is_none() && house.through(&other.token).is_some());
        house.later(session::IDLE.as_secs() - 60);
        assert!(house.through(&other.token).is_some(), "used in time");
        house.later(session::IDLE.as_secs() - 60);
        assert!(house.through(&other.token).is_some(), "its use was noted");
        house.later(session::IDLE.as_secs());
        assert!(house.through(&other.token).is_none());
        let aging = open();
        for _ in 0..5 {
            house.later(session::LONGEST.as_secs() / 6);
            assert!(house.through(&aging.token).is_some());
        }
        house.later(session::LONGEST.as_secs() / 6);
        assert!(house.through(&aging.token).is_none());
        let (kept, lost) = (open(), open());
        session::sign_out_everywhere(&house.engine, ann, Some(kept.session), Some(ann), &Origin::default())
            .unwrap();
        assert!(house.through(&kept.token).is_some() && house.through(&lost.token).is_none());
        let alive = house.engine.db().read(|tx| session::list(tx, ann, house.clock.now())).unwrap();
        assert_eq!(alive.len(), 1);
    });
}

#[test]
fn a_made_up_or_changed_cookie_opens_nothing() {
    check(|house| {
        house.user("ann", &["sales_rep"], None);
        let Answer::In(opened) = attempt(house, "ann@example.com", PASSWORD, "192.0.2.1") else { panic!() };
        assert!(house.through("").is_none());
        assert!(house.through(&opened.token[1..]).is_none());
        assert!(
            house.through(crate::secret::Digest::of(&opened.token).as_str()).is_none(),
            "what is stolen from the table"
        );
    });
}

#[test]
fn a_new_workspace_is_set_up_once_with_the_code_of_its_start() {
    check(|house| {
        let set_up = |code: &str, password: &str| {
            setup::set_up(&house.engine, code, "Root", "root@example.com", password, &from("192.0.2.1"))
        };
        assert!(setup::is_needed(&house.engine).unwrap());
        let old = setup::issue_code(&house.engine).unwrap().unwrap();
        let code = setup::issue_code(&house.engine).unwrap().unwrap();
        assert!(matches!(set_up(&old, PASSWORD), Ok(SetUp::WrongCode)), "a restart makes a new code");
        assert!(set_up("", PASSWORD).is_err(), "an empty field is told like any other");
        assert!(set_up(&code, "short").is_err(), "and the code stays good");
        let done = set_up(&code.to_lowercase(), PASSWORD).unwrap();
        let SetUp::Done(opened) = done else { panic!("{done:?}") };
        assert!(house.through(&opened.token).unwrap().principal.access.administrator);
        assert!(!setup::is_needed(&house.engine).unwrap());
        assert!(setup::issue_code(&house.engine).unwrap().is_none());
        assert!(matches!(set_up(&code, PASSWORD), Ok(SetUp::NotNeeded)));
    });
}
