use kernel::{Actor, Channel, Decimal, Id, Value};

use super::on_both;
use crate::{Draft, Error, Target, change_log::Happening};

fn number(text: &str) -> Value {
    Value::Decimal(text.parse().unwrap())
}

#[test]
fn a_new_record_gets_its_defaults_number_formulas_and_stamps() {
    on_both(|house| {
        let saved =
            house.save(house.draft("deal").with("name", "  Big one ").with("amount", Decimal::from(2000)));
        let deal = |field: &str| house.value("deal", saved.id, field);
        assert_eq!(deal("name"), "Big one".into());
        assert_eq!(deal("stage"), "open".into());
        assert_eq!(deal("number"), "D-00001".into());
        assert_eq!(deal("expected"), number("200"));
        assert_eq!(deal("created_via"), "system".into());
        assert_eq!(saved.get("amount.currency"), &"USD".into());
        assert_eq!(saved.version, 1);
    });
}

#[test]
fn every_problem_of_the_input_is_told_at_once_with_its_field() {
    on_both(|house| {
        let draft = house
            .draft("deal")
            .with("amount", Decimal::from(-1))
            .with("stage", "nowhere")
            .with("nonsense", 1);
        let Err(Error::Invalid(problems)) = house.try_save(&house.root, draft) else {
            panic!("it was saved")
        };
        let told: Vec<_> =
            problems.iter().map(|p| (p.field.as_deref().unwrap_or(""), p.message.id.as_ref())).collect();
        assert_eq!(
            told,
            [
                ("nonsense", "problem-unknown-field"),
                ("name", "problem-required"),
                ("stage", "problem-no-option")
            ]
        );
    });
}

#[test]
fn a_text_that_nobody_sees_is_none() {
    on_both(|house| {
        for name in ["\u{200b}", "\u{2800}\u{2800}", "\u{ad} \u{feff}", "\u{3164}"] {
            let Err(Error::Invalid(problems)) =
                house.try_save(&house.root, house.draft("deal").with("name", name))
            else {
                panic!("{name:?} was saved")
            };
            assert_eq!(problems[0].message.id, "problem-required");
        }
        let joined = "Co\u{ad}operative \u{200d}";
        let saved = house.save(house.draft("deal").with("name", joined));
        assert_eq!(house.value("deal", saved.id, "name"), joined.into());
    });
}

#[test]
fn a_rule_that_does_not_hold_keeps_the_record_out() {
    on_both(|house| {
        let draft = house.draft("deal").with("name", "Odd").with("amount", Decimal::from(-1));
        let Err(Error::Invalid(problems)) = house.try_save(&house.root, draft) else {
            panic!("it was saved")
        };
        assert_eq!(problems[0].field.as_deref(), Some("amount"));
        assert_eq!(problems[0].message.id, "deal-rule-positive");
    });
}

#[test]
fn roll_ups_follow_their_records_and_formulas_follow_roll_ups() {
    on_both(|house| {
        let acme = house.save(house.draft("company").with("name", "Acme")).id;
        let other = house.save(house.draft("company").with("name", "Other")).id;
        let deal = |name: &str, amount: i64| {
            house
                .save(
                    house
                        .draft("deal")
                        .with("name", name)
                        .with("amount", Decimal::from(amount))
                        .with("company", acme),
                )
                .id
        };
        let (one, two) = (deal("One", 100), deal("Two", 50));
        assert_eq!(house.value("company", acme, "open_amount"), number("150"));
        assert_eq!(house.value("company", acme, "worth"), number("300"));
        assert_eq!(house.value("company", acme, "deals"), Value::Int(2));

        house.save(house.change("deal", one).with("stage", "won"));
        assert_eq!(house.value("company", acme, "open_amount"), number("50"));
        house.save(house.change("deal", two).with("company", other));
        assert_eq!(house.value("company", acme, "open_amount"), number("0"));
        assert_eq!(house.value("company", other, "open_amount"), number("50"));
    });
}

#[test]
fn a_roll_up_is_stamped_with_whoever_touched_its_parts_and_with_the_way_of_the_program() {
    on_both(|house| {
        let acme = house.save(house.draft("company").with("name", "Acme")).id;
        let ada = Id::generate();
        let mut who = house.root.clone();
        who.actor = Actor { user: Some(ada), channel: Channel::User };
        let deal =
            house.draft("deal").with("name", "One").with("amount", Decimal::from(5)).with("company", acme);
        house.try_save(&who, deal).unwrap();
        assert_eq!(house.value("company", acme, "open_amount"), number("5"));
        assert_eq!(house.value("company", acme, "updated_by"), ada.into());
        assert_eq!(house.value("company", acme, "updated_via"), "system".into());
    });
}

#[test]
fn the_log_tells_each_change_before_and_after_and_nothing_for_an_idle_save() {
    on_both(|house| {
        let id = house.save(house.draft("company").with("name", "Acme")).id;
        house.save(house.change("company", id).with("city", "Rome"));
        house.save(house.change("company", id).with("city", "Rome"));
        let object = house.object("company");
        let changes = house.engine.read(&house.root, |reader| reader.history(&object, id, None, 10)).unwrap();
        assert_eq!(
            changes.iter().map(|c| c.happening).collect::<Vec<_>>(),
            [Happening::Update, Happening::Create]
        );
        let field = &changes[0].fields[0];
        assert_eq!(
            (field.column.as_str(), field.before.clone(), field.after.as_str()),
            ("city", serde_json::Value::Null, Some("Rome"))
        );
        assert_eq!(house.value("company", id, "city"), "Rome".into());
    });
}

#[test]
fn two_who_change_different_fields_both_win_and_the_same_field_is_told() {
    on_both(|house| {
        let object = house.object("company");
        let id = house.save(house.draft("company").with("name", "Acme")).id;
        house.save(house.change("company", id).with("city", "Rome"));
        let upon_first = |path: &str, value: &str| {
            Draft::for_target(&object, Target::Existing(id, Some(1))).with(path, value)
        };

        house.try_save(&house.root, upon_first("name", "Acme Ltd")).unwrap();
        assert_eq!(house.value("company", id, "city"), "Rome".into());

        let Err(Error::Conflict(conflict)) = house.try_save(&house.root, upon_first("city", "Oslo")) else {
            panic!("the other's change was overwritten")
        };
        assert_eq!(conflict.fields[0].field, "city");
        assert_eq!(
            (&conflict.fields[0].theirs[0], &conflict.fields[0].ours[0]),
            (&"Rome".into(), &"Oslo".into())
        );
    });
}

#[test]
fn what_a_form_sends_as_it_was_shown_takes_nothing_of_what_another_saved_meanwhile() {
    on_both(|house| {
        let object = house.object("company");
        let id = house.save(house.draft("company").with("name", "Acme").with("city", "Bonn")).id;
        house.save(house.change("company", id).with("name", "Acme Ltd").with("city", "Rome"));
        house.save(house.change("company", id).with("city", "Pisa"));
        let form = |name: &str, city: &str| {
            let draft = Draft::for_target(&object, Target::Existing(id, Some(1)));
            house.try_save(&house.root, draft.with("name", name).with("city", city))
        };
        form("Acme", "Bonn").unwrap();
        let stands = || (house.value("company", id, "name"), house.value("company", id, "city"));
        assert_eq!(stands(), ("Acme Ltd".into(), "Pisa".into()));

        let Err(Error::Conflict(conflict)) = form("Acme", "Oslo") else { panic!("overwritten") };
        let fields: Vec<&str> = conflict.fields.iter().map(|field| field.field.as_str()).collect();
        assert_eq!((fields, conflict.kept), (vec!["city"], vec!["name".to_owned()]));
    });
}

#[test]
fn a_unique_field_is_unique_among_what_is_not_in_the_trash() {
    on_both(|house| {
        let object = house.object("company");
        let first = house.save(house.draft("company").with("name", "Acme")).id;
        let again = || house.try_save(&house.root, house.draft("company").with("name", "Acme"));
        assert!(matches!(again(), Err(Error::Invalid(_))));
        house.engine.write(&house.root, |writer| writer.delete(&object, first)).unwrap();
        again().unwrap();
        let back = house.engine.write(&house.root, |writer| writer.restore(&object, first));
        assert!(matches!(back, Err(Error::Invalid(_))));
    });
}

#[test]
fn a_batch_saves_the_good_ones_and_tells_of_each_other() {
    on_both(|house| {
        let object = house.object("company");
        let drafts = ["Acme", "", "Beta", "Acme"].map(|name| Draft::new(&object).with("name", name)).to_vec();
        let results = house.engine.write(&house.root, |writer| writer.save_all(drafts.clone())).unwrap();
        assert_eq!(results.iter().map(Result::is_ok).collect::<Vec<_>>(), [true, false, true, false]);
    });
}

#[test]
fn destroying_clears_the_links_that_lead_there() {
    on_both(|house| {
        let object = house.object("company");
        let acme = house.save(house.draft("company").with("name", "Acme")).id;
        let deal = house.save(house.draft("deal").with("name", "One").with("company", acme)).id;
        house.engine.write(&house.root, |writer| writer.destroy(&object, acme)).unwrap();
        assert_eq!(house.value("deal", deal, "company"), Value::Null);
        let gone = house.engine.read(&house.root, |reader| reader.find(&object, acme)).unwrap();
        assert!(gone.is_none());
    });
}

#[test]
fn what_one_cause_did_is_taken_back_together() {
    on_both(|house| {
        let object = house.object("company");
        let old = house.save(house.draft("company").with("name", "Old").with("city", "Rome")).id;
        let cause = kernel::Id::generate();
        let new = house.engine.write(&house.root, |writer| {
            writer.set_cause(cause);
            writer.save(Draft::change(&object, old).with("city", "Oslo"))?;
            writer.save(Draft::new(&object).with("name", "New"))
        });
        let reverted = house.engine.write(&house.root, |writer| writer.revert(cause)).unwrap();
        assert_eq!((reverted.deleted, reverted.updated, reverted.kept), (1, 1, 0));
        assert_eq!(house.value("company", old, "city"), "Rome".into());
        assert!(!house.value("company", new.unwrap().id, "deleted_at").is_null());
    });
}

#[test]
fn members_of_a_many_to_many_field_are_kept_and_logged() {
    on_both(|house| {
        let ann = house.save(house.draft("user").with("name", "Ann")).id;
        let bob = house.save(house.draft("user").with("name", "Bob")).id;
        let object = house.object("deal");
        let mut draft = house.draft("deal").with("name", "One");
        draft.put_members(object.position("watchers").unwrap(), vec![ann, bob]);
        let id = house.save(draft).id;
        let mut draft = house.change("deal", id);
        draft.put_members(object.position("watchers").unwrap(), vec![bob]);
        house.save(draft);
        let record = house.engine.read(&house.root, |reader| reader.load(&object, id)).unwrap();
        assert_eq!(
            record.members[0].1.iter().map(|member| member.title.as_str()).collect::<Vec<_>>(),
            ["Bob"]
        );
    });
}

#[test]
fn who_is_destroyed_leaves_the_fields_that_had_them_and_the_log_tells() {
    on_both(|house| {
        let [ann, bob] = ["Ann", "Bob"].map(|name| house.save(house.draft("user").with("name", name)).id);
        let object = house.object("deal");
        let mut draft = house.draft("deal").with("name", "One");
        draft.put_members(object.position("watchers").unwrap(), vec![ann, bob]);
        let id = house.save(draft).id;
        let user = house.object("user");
        house.engine.write(&house.root, |writer| writer.destroy(&user, ann)).unwrap();
        let (rows, log) = house
            .engine
            .read(&house.root, |reader| {
                Ok::<_, crate::Error>((reader.whole_rows_of(&object, &[id])?, reader.log_of("deal", &[id])?))
            })
            .unwrap();
        assert_eq!(rows[0].last(), Some(&kernel::Value::List(vec![bob.to_string().into()])));
        let told =
            log.last().and_then(|change| change.fields.iter().find(|field| field.column == "watchers"));
        assert_eq!(told.unwrap().after, serde_json::json!([bob.to_string()]));
    });
}

#[test]
fn rich_text_is_kept_without_what_could_act_on_its_reader() {
    on_both(|house| {
        let html = "<p onclick=x()>Hi <b>you</b><script>bad()</script></p>";
        let saved = house.save(house.draft("deal").with("name", "x").with("body", html));
        assert_eq!(saved.get("body"), &"<p>Hi <b>you</b></p>".into());
    });
}
