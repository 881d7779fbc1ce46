use records::Error;

use crate::{
    event::Origin,
    password::{Changed, change, check, hash, is_outdated, set, verify},
    sign_in::{Answer, Attempt, sign_in},
    testing::{self, PASSWORD},
};

#[track_caller]
fn judged(password: &str) -> Option<String> {
    check(password, "ann.miller@example.com", "Ann Miller").err().map(|message| message.id.into_owned())
}

#[test]
fn the_policy_refuses_short_common_and_own_words() {
    let id = |name: &str| Some(format!("identity-password-{name}"));
    assert_eq!(judged("123456789"), id("short"));
    assert_eq!(judged(&"long ".repeat(60)), id("long"));
    for common in
        ["Password123!", "passwordpassword", "qwertyuiop", "Administrator1", "aaaaaaaaaaaa", "abcdefghijkl"]
    {
        assert_eq!(judged(common), id("common"), "{common}");
    }
    for own in ["ann.miller@example.com", "Miller2026", "annmiller1", "example-2026"] {
        assert_eq!(judged(own), id("name"), "{own}");
    }
    for good in [PASSWORD, "zwölf Boxkämpfer", "tr0ub4dor&3xyz", "my millers daughter"] {
        assert_eq!(judged(good), None, "{good}");
    }
}

#[test]
fn a_hash_says_nothing_but_whether_the_password_is_right() {
    let kept = hash("zwölf Boxkämpfer").unwrap();
    assert!(kept.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{kept}");
    assert!(!is_outdated(&kept));
    assert!(verify("zwölf Boxkämpfer", Some(&kept)));
    assert!(!verify("zwölf boxkämpfer", Some(&kept)));
    assert!(!verify("the password of nobody", None));
    assert!(!verify("any", Some("no hash")));
    assert!(is_outdated("$argon2id$v=19$m=4096,t=3,p=1$c2FsdHNhbHQ$aGFzaA"));
}

#[test]
fn a_change_asks_for_the_old_password_and_ends_all_other_sessions() {
    testing::check(|house| {
        let ann = house.user("ann", &["sales_rep"], None);
        let origin = Origin::default();
        let attempt = Attempt { email: "ann@example.com", password: PASSWORD, origin: &origin };
        let Answer::In(old) = sign_in(&house.engine, &attempt).unwrap() else { panic!() };
        let wrong = change(&house.engine, ann, "wrong", "another good one", &origin).unwrap();
        assert!(matches!(wrong, Changed::WrongPassword));
        assert!(house.through(&old.token).is_some());
        let weak = change(&house.engine, ann, PASSWORD, "password12", &origin);
        assert!(matches!(weak, Err(Error::Invalid(_))));
        let Changed::Done(new) = change(&house.engine, ann, PASSWORD, "another good one", &origin).unwrap()
        else {
            panic!()
        };
        assert!(house.through(&old.token).is_none());
        assert!(house.through(&new.token).is_some());
        assert!(matches!(sign_in(&house.engine, &attempt).unwrap(), Answer::Refused));
    });
}

#[test]
fn guessing_the_old_password_is_slowed_down_too() {
    testing::check(|house| {
        let ann = house.user("ann", &["sales_rep"], None);
        let guess = || change(&house.engine, ann, "wrong", "another good one", &Origin::default()).unwrap();
        for _ in 0..5 {
            assert!(matches!(guess(), Changed::WrongPassword));
        }
        assert!(matches!(guess(), Changed::Wait(15)));
    });
}

#[test]
fn a_password_set_by_somebody_else_opens_only_the_page_that_replaces_it() {
    testing::check(|house| {
        let root = house.user("root", &["administrator"], None);
        let ann = house.user("ann", &["sales_rep"], None);
        let origin = Origin::default();
        set(&house.engine, ann, "given by an administrator", Some(root), &origin).unwrap();
        let attempt =
            Attempt { email: "ann@example.com", password: "given by an administrator", origin: &origin };
        let answer = sign_in(&house.engine, &attempt).unwrap();
        let Answer::MustChange(path) = answer else { panic!("{answer:?}") };
        let secret = path.strip_prefix("/reset/").unwrap();
        crate::password::replace_by_link(&house.engine, secret, PASSWORD, &origin).unwrap();
        let attempt = Attempt { password: PASSWORD, ..attempt };
        assert!(matches!(sign_in(&house.engine, &attempt).unwrap(), Answer::In(_)));
    });
}
