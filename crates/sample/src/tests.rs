//! The sample company in a real workspace, and what makes it believable.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use db::testing::TestDb;
use kernel::{Clock, Currency, Id, Timestamp, Value};
use records::{Draft, Engine, GroupQuery, ListQuery, Options, Principal, schema, testing::definitions};

use crate::{Size, bench, fill, plan};

const SMALL: Size = Size { companies: 24, people: 90, leads: 60, deals: 48 };

fn now() -> Timestamp {
    "2026-03-02T10:00:00Z".parse().unwrap()
}

fn workspace() -> (TestDb, Engine, Vec<Id>) {
    let db = TestDb::sqlite(schema::MIGRATIONS).unwrap();
    let definitions = definitions(sales::objects().into_iter().chain(activities::objects()));
    let mut behaviours = sales::behaviours();
    behaviours.extend(activities::behaviours());
    let options = Options { clock: Arc::new(Clock::fixed(now())), behaviours, ..Options::default() };
    let engine = schema::open(&db, &definitions, options).unwrap();
    let sellers = engine.write(&Principal::system(), |writer| {
        let (teams, users) = (writer.object("team")?, writer.object("user")?);
        let mut sellers = Vec::new();
        for name in ["Americas", "Europe"] {
            let team = writer.save(Draft::new(&teams).with("name", name))?.id;
            for seller in 1..=4 {
                let user = Draft::new(&users).with("name", format!("{name} {seller}")).with("team", team);
                sellers.push(writer.save(user)?.id);
            }
        }
        Ok::<_, records::Error>(sellers)
    });
    (db, engine, sellers.unwrap())
}

fn some_sellers() -> Vec<Id> {
    (0..8).map(|at| Id::from_parts(1, at)).collect()
}

fn count(engine: &Engine, object: &str, filter: &str) -> usize {
    let object = engine.object(object).unwrap();
    let registry = engine.registry();
    let filter = (!filter.is_empty()).then(|| {
        let checked = expr::check(filter, &object.name, registry.as_ref(), &expr::Expected::Condition);
        Arc::new(checked.unwrap_or_else(|problems| panic!("{filter}: {problems:?}")))
    });
    let query = GroupQuery { records: ListQuery::new(&object).filter(filter), by: None, sums: Vec::new() };
    let groups = engine.read(&Principal::system(), |reader| reader.group(&query)).unwrap();
    groups.first().map_or(0, |group| group.count)
}

#[test]
fn the_sample_company_comes_in_through_the_one_write_path() {
    let (_db, engine, sellers) = workspace();
    let filled = fill(&engine, &sellers, now(), SMALL).unwrap();
    assert!(filled.records > 500, "{filled:?}");
    let counted = |object: &str| count(&engine, object, "");
    assert_eq!(
        (counted("company"), counted("person"), counted("lead"), counted("deal")),
        (SMALL.companies, SMALL.people, SMALL.leads, SMALL.deals)
    );
    // What behaviours, roll-ups and formulas make of it.
    assert_eq!(count(&engine, "deal", "line_count > 0 and amount != lines_total"), 0);
    assert_eq!(count(&engine, "deal", "stage.outcome = \"won\" and won_at is empty"), 0);
    assert_eq!(count(&engine, "deal", "stage.outcome is empty and closed_at is not empty"), 0);
    assert_eq!(count(&engine, "lead", "converted_deal is not empty and status.outcome != \"won\""), 0);
    assert_eq!(count(&engine, "deal", "owner is empty or team is empty or expected_revenue is empty"), 0);
    for (object, filter) in [
        ("deal", "next_task_due < today()"),
        ("deal", "next_meeting_at is not empty"),
        ("deal", "stage.outcome is empty and pipeline = \"renewals\""),
        ("deal_contact", "not primary"),
        ("lead", "status.outcome is empty and open_tasks > 0"),
        ("task", "overdue"),
        ("company", "parent is not empty"),
    ] {
        assert!(count(&engine, object, filter) > 0, "no {object} has {filter}");
    }
}

#[test]
fn the_log_tells_the_past_as_it_was() {
    let (_db, engine, sellers) = workspace();
    fill(&engine, &sellers, now(), SMALL).unwrap();
    let deals = engine.object("deal").unwrap();
    let history = engine
        .read(&Principal::system(), |reader| {
            let page = reader.list(&ListQuery::new(&deals).sort(vec![records::Sort::parse("created_at")]))?;
            reader.history(&deals, page.records[0].id(), None, 100)
        })
        .unwrap();
    let first = history.last().unwrap();
    assert!(first.at < "2025-03-02T00:00:00Z".parse().unwrap(), "{}", first.at);
    assert!(sellers.contains(&first.actor.user.unwrap()));
    let stages = history.iter().flat_map(|change| &change.fields).filter(|field| field.column == "stage");
    assert!(stages.count() > 1, "{history:?}");
}

#[test]
fn a_record_was_made_and_changed_when_the_log_says_so() {
    let (_db, engine, sellers) = workspace();
    fill(&engine, &sellers, now(), SMALL).unwrap();
    for object in ["company", "lead", "deal", "deal_line", "meeting", "task"] {
        let object = engine.object(object).unwrap();
        let told = engine.read(&Principal::system(), |reader| {
            let page = reader.list(&ListQuery::new(&object).limit(40))?;
            let told = page.records.iter().map(|record| {
                let history = reader.history(&object, record.id(), None, 100)?;
                Ok((record.get("created_at").clone(), record.get("updated_at").clone(), history))
            });
            told.collect::<Result<Vec<_>, records::Error>>()
        });
        for (created, updated, history) in told.unwrap() {
            assert!(history.is_sorted_by(|later, earlier| later.at >= earlier.at), "{history:?}");
            assert_eq!(created.as_instant(), history.last().map(|change| change.at));
            assert_eq!(updated.as_instant(), history.first().map(|change| change.at));
        }
    }
}

#[test]
fn things_happen_at_hours_of_work_and_none_after_now_whenever_the_company_is_made() {
    // A Monday morning, a Sunday night, a Saturday, a Thursday evening, the first minute of a working week.
    for now in
        ["2026-03-02T10:00", "2026-03-01T03:20", "2026-02-28T17:00", "2026-02-26T22:10", "2026-03-02T08:01"]
    {
        let now: Timestamp = format!("{now}:00Z").parse().unwrap();
        let steps = plan::plan(&some_sellers(), now, Currency::USD, Size::default());
        for step in &steps {
            let at = step.at.to_zoned(jiff::tz::TimeZone::UTC);
            assert!(step.at <= now, "{step:?}");
            assert!((8..18).contains(&at.hour()) && at.weekday().to_monday_zero_offset() < 5, "{step:?}");
        }
        let last = steps.last().unwrap().at;
        let rushed = steps.iter().filter(|step| step.at == last).count();
        assert!(rushed < 8, "{rushed} things happened at {last}");
    }
}

#[test]
fn each_step_finds_what_it_links_to() {
    let steps = plan::plan(&some_sellers(), now(), Currency::USD, Size::default());
    assert!(steps.is_sorted_by_key(|step| step.at));
    let all: HashSet<Id> = steps.iter().map(|step| step.id).collect();
    let mut made = HashSet::new();
    for step in &steps {
        let linked = step.set.iter().filter_map(|(_, value)| value.as_id());
        let members = step.members.iter().flat_map(|(_, members)| members.iter().copied());
        let missing = |id: &Id| all.contains(id) && !made.contains(id);
        assert!(!linked.chain(members).any(|id| missing(&id)), "{step:?}");
        assert_eq!(made.insert(step.id), step.is_new, "{step:?}");
    }
}

#[test]
fn the_plan_is_the_same_every_time_and_of_the_size_that_was_asked_for() {
    let of = |now: Timestamp| plan::plan(&some_sellers(), now, Currency::USD, Size::default());
    let steps = of(now());
    assert!(steps == of(now()));
    assert!(steps.iter().all(|step| step.at <= now()));
    let mut made: HashMap<&str, usize> = HashMap::new();
    for step in steps.iter().filter(|step| step.is_new) {
        *made.entry(step.object).or_default() += 1;
    }
    assert_eq!((made["company"], made["person"], made["lead"], made["deal"]), (200, 1_000, 500, 400));
    let activities = made["task"] + made["call"] + made["meeting"] + made["note"];
    assert!((2_500..12_000).contains(&activities), "{made:?}");
}

#[test]
fn the_company_is_believable() {
    let steps = plan::plan(&some_sellers(), now(), Currency::USD, Size::default());
    let text = |step: &plan::Step, field: &str| {
        step.set
            .iter()
            .find(|(name, _)| *name == field)
            .and_then(|(_, value)| value.as_text().map(str::to_owned))
    };
    let ends = |stage: &str| {
        steps
            .iter()
            .filter(|step| step.object == "deal" && text(step, "stage").as_deref() == Some(stage))
            .count()
    };
    let (won, lost) = (ends("won"), ends("lost"));
    assert!((80..220).contains(&won) && (80..220).contains(&lost), "won {won}, lost {lost}");
    let open = 400 - won - lost;
    assert!((70..160).contains(&open), "open {open}");
    let emails: Vec<String> =
        steps.iter().filter(|step| step.object == "person").filter_map(|step| text(step, "email")).collect();
    assert_eq!(emails.len(), emails.iter().collect::<HashSet<_>>().len());
    let busiest = steps.iter().filter(|step| step.object == "deal" && step.is_new);
    let mut by_seller = [0; 8];
    busiest.for_each(|step| by_seller[step.by] += 1);
    assert!(by_seller.iter().all(|deals| (15..110).contains(deals)), "{by_seller:?}");
    let amounts = steps.iter().filter(|step| step.object == "deal").flat_map(|step| &step.set);
    let amounts: Vec<_> =
        amounts.filter(|(name, _)| *name == "amount").filter_map(|(_, value)| value.as_decimal()).collect();
    assert!(amounts.iter().max() > Some(&kernel::Decimal::from(90_000)));
    assert!(!amounts.iter().any(|amount| amount <= &kernel::Decimal::ZERO));
    assert!(
        steps
            .iter()
            .all(|step| step.set.iter().all(|(_, value)| !matches!(value, Value::Null) || !step.is_new))
    );
}

#[test]
fn rows_for_benchmarks_repeat_and_their_keys_do_not() {
    let people: Vec<_> = bench::people(1_000, 700).collect();
    assert_eq!(people[321], bench::people(1_000, 700).nth(321).unwrap());
    assert_eq!(people.iter().map(|row| &row[0]).collect::<HashSet<_>>().len(), 1_000);
    let companies: HashSet<String> = bench::companies(700).map(|row| row[0].clone()).collect();
    assert!(people.iter().all(|row| companies.contains(&row[3])));
    assert!(bench::deals(500, 700, today()).all(|row| companies.contains(&row[1])));
    assert!(people.iter().all(|row| row[0].is_ascii()), "an address has no accents");
}

#[test]
fn no_two_companies_of_a_benchmark_have_one_name() {
    let names: HashSet<String> = (0..bench::MOST_COMPANIES).map(bench::company_name).collect();
    assert_eq!(names.len(), bench::MOST_COMPANIES);
}

fn today() -> kernel::Date {
    "2026-03-02".parse().unwrap()
}
