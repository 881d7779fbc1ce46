use kernel::{Id, Timestamp};

use super::{House, access::person, on_both};
use crate::{Draft, Happened, Kinds, Place, Principal, TimelineQuery, What};

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn visit(house: &House, subject: &str, about: (&str, Id)) -> Draft {
    house.draft("visit").with("subject", subject).with("about.object", about.0).with("about.id", about.1)
}

fn page(
    house: &House,
    who: &Principal,
    of: (&str, Id),
    asked: &TimelineQuery,
) -> (Vec<Happened>, Option<Place>) {
    let object = house.object(of.0);
    let read = house.engine.read(who, |reader| {
        let record = reader.load(&object, of.1)?;
        reader.timeline(&record, asked)
    });
    read.unwrap()
}

fn told(happened: &Happened) -> String {
    match &happened.what {
        What::Activity(record) => record.title().to_owned(),
        What::Change(change) => change.happening.as_str().to_owned(),
    }
}

fn whole(house: &House, who: &Principal, of: (&str, Id), kinds: Kinds) -> Vec<String> {
    let asked = TimelineQuery { kinds, after: None, limit: 100 };
    page(house, who, of, &asked).0.iter().map(told).collect()
}

/// A company with a deal, and visits: about both, about a deal of somebody else, and one that is planned.
fn visited(house: &House) -> (Id, Id) {
    let company = house.save(house.draft("company").with("name", "Acme")).id;
    let other = house.save(house.draft("company").with("name", "Other")).id;
    let of_other = house.save(house.draft("deal").with("name", "theirs").with("company", other)).id;
    let deal = house.save(house.draft("deal").with("name", "ours").with("company", company)).id;
    house.save(visit(house, "with a deal", ("deal", deal)).with("started_at", at("2026-02-01T09:00:00Z")));
    house.save(visit(house, "planned", ("company", company)).with("started_at", at("2026-04-01T09:00:00Z")));
    house.save(visit(house, "made today", ("company", company)));
    house.save(visit(house, "elsewhere", ("deal", of_other)));
    house.save(house.change("company", company).with("city", "Oslo"));
    (company, deal)
}

#[test]
fn a_timeline_tells_of_a_record_and_of_what_belongs_to_it_by_when_it_happened() {
    on_both(|house| {
        let (company, deal) = visited(house);
        let of = ("company", company);
        let all = ["planned", "made today", "update", "create", "with a deal"];
        assert_eq!(whole(house, &house.root, of, Kinds::All), all);
        let visits = Kinds::Activities("visit".to_owned());
        assert_eq!(whole(house, &house.root, of, visits), ["planned", "made today", "with a deal"]);
        assert_eq!(whole(house, &house.root, of, Kinds::Changes), ["update", "create"]);
        assert_eq!(whole(house, &house.root, ("deal", deal), Kinds::All), ["create", "with a deal"]);
    });
}

#[test]
fn pages_of_a_timeline_follow_each_other_without_gap_or_repeat() {
    on_both(|house| {
        let (company, deal) = visited(house);
        for number in 0..9 {
            let about = if number % 2 == 0 { ("company", company) } else { ("deal", deal) };
            house.save(visit(house, &format!("at once {number}"), about));
            house.save(house.change("company", company).with("city", format!("City {number}")));
        }
        let of = ("company", company);
        let whole = whole(house, &house.root, of, Kinds::All);
        assert_eq!(whole.len(), 3 + 2 + 2 * 9);
        for limit in [1, 2, 5] {
            let mut asked = TimelineQuery { kinds: Kinds::All, after: None, limit };
            let mut paged = Vec::new();
            loop {
                let (happened, next) = page(house, &house.root, of, &asked);
                paged.extend(happened.iter().map(told));
                let Some(next) = next else { break };
                asked.after = Some(Place::parse(&next.to_text()).unwrap());
            }
            assert_eq!(paged, whole, "{limit} a page");
        }
    });
}

#[test]
fn a_visit_about_somebody_and_with_the_same_person_is_told_once() {
    on_both(|house| {
        let ann = house.save(house.draft("user").with("name", "Ann")).id;
        let company = house.save(house.draft("company").with("name", "Acme")).id;
        let with_ann = |mut draft: Draft| {
            draft.put_members(draft.object.position("guests").unwrap(), vec![ann]);
            house.save(draft);
        };
        with_ann(visit(house, "hers", ("user", ann)).with("guest", ann));
        with_ann(visit(house, "as a guest", ("company", company)));
        let visits = Kinds::Activities("visit".to_owned());
        let mut told = whole(house, &house.root, ("user", ann), visits);
        told.sort();
        assert_eq!(told, ["as a guest", "hers"]);
    });
}

#[test]
fn a_timeline_tells_nothing_that_may_not_be_seen() {
    on_both(|house| {
        let (company, _) = visited(house);
        let user = house.save(house.draft("user").with("name", "Ann")).id;
        let all: &[super::access::Rights<'_>] = &[("", "", &[])];
        let check = |grants: &[(&str, &[super::access::Rights<'_>])], expected: &[&str]| {
            let who = person(house, user, grants);
            assert_eq!(whole(house, &who, ("company", company), Kinds::All), expected, "{grants:?}");
        };
        let company = ("company", all);
        check(
            &[company, ("deal", all), ("visit", all)],
            &["planned", "made today", "update", "create", "with a deal"],
        );
        check(&[company, ("visit", all)], &["planned", "made today", "update", "create"]);
        check(&[company, ("deal", all)], &["update", "create"]);
        // Whoever may not see which company a deal is of must not learn it from here.
        let no_company: &[_] = &[("", "", &["company"] as &[&str])];
        check(
            &[company, ("deal", no_company), ("visit", all)],
            &["planned", "made today", "update", "create"],
        );
        let not_about: &[_] = &[("", "", &["about"] as &[&str])];
        check(&[company, ("deal", all), ("visit", not_about)], &["update", "create"]);
        // An hour that may not be seen puts nothing in its place.
        let no_hour: &[_] = &[("", "", &["started_at"] as &[&str])];
        check(&[company, ("visit", no_hour)], &["made today", "planned", "update", "create"]);
        let some: &[_] = &[("subject = \"planned\"", "", &[] as &[&str])];
        check(&[company, ("deal", all), ("visit", some)], &["planned", "update", "create"]);
    });
}

#[test]
fn what_rapport_works_out_by_itself_is_no_news_and_ends_no_page() {
    on_both(|house| {
        let company = house.save(house.draft("company").with("name", "Acme")).id;
        house.save(house.change("company", company).with("city", "Oslo"));
        for number in 0..120 {
            house.save(house.draft("deal").with("name", format!("deal {number}")).with("company", company));
        }
        let asked = TimelineQuery { kinds: Kinds::Changes, after: None, limit: 2 };
        let (happened, next) = page(house, &house.root, ("company", company), &asked);
        assert_eq!(happened.iter().map(told).collect::<Vec<_>>(), ["update", "create"]);
        assert_eq!(next, None);
    });
}

#[test]
fn a_place_that_is_none_is_refused() {
    for text in ["", "x", "1.2.3", "..", "...", "5..", ".x.", "..x"] {
        let is_place = Place::parse(text).is_ok();
        assert_eq!(is_place, text == "..", "{text:?}");
    }
}
