//! Dimensions of which a record has several members: it counts once under each of them, and once in all that is coarser.

use cube::Table;
use kernel::{Decimal, Value};

use super::{
    cubes::{ask_of, check_of, shown},
    *,
};
use crate::cubes;

const CUBE: &str = r#"
name = "watched"
table = "deal"
time = "close"

[[dimension]]
name = "close"
of = "close_date"

[[dimension]]
name = "stage"

[[dimension]]
name = "labels"

[[dimension]]
name = "regions"

[[dimension]]
name = "who"
level = [{ name = "team", of = "watchers.team" }, { name = "watcher", of = "watchers" }]

[[measure]]
name = "deals"
is = "count"

[[measure]]
name = "worth"
is = "sum"
of = "amount_base"

[[measure]]
name = "companies"
is = "distinct"
of = "company"

[[measure]]
name = "mean"
is = "average"
of = "amount_base"

[[measure]]
name = "middle"
is = "median"
of = "amount_base"

[[measure]]
name = "of_all"
is = "share"
of = "worth"

[[measure]]
name = "so_far"
is = "running"
of = "worth"

[[measure]]
name = "before"
is = "previous"
of = "deals"
"#;

pub fn ask(warehouse: &Arc<Warehouse>, who: &Principal, question: &str) -> Result<Table, cubes::Failure> {
    ask_of(CUBE, warehouse, who, question)
}

fn check(warehouse: &Arc<Warehouse>, question: &str, wanted: &[&str]) {
    check_of(CUBE, warehouse, question, wanted);
}

fn labels(names: &[&str]) -> Value {
    Value::List(names.iter().map(|name| Value::from(*name)).collect())
}

/// Ada and Bob are of the North, Cat of the South, Dan of none.
pub fn people(house: &House) -> [Id; 4] {
    let teams = ["North", "South"].map(|name| house.save(house.draft("team").with("name", name)));
    [("Ada", Some(0)), ("Bob", Some(0)), ("Cat", Some(1)), ("Dan", None::<usize>)].map(|(name, team)| {
        let draft = house.draft("user").with("name", name);
        house.save(draft.with("team", team.map(|at| teams[at])))
    })
}

/// Four deals: 100 of Ada, Bob and Cat; 20 of Ada; 3 of Cat and Dan; 4000 of nobody.
fn fill(house: &House) -> ([Id; 4], [Id; 4]) {
    let people = people(house);
    let [ada, bob, cat, dan] = people;
    let companies = ["Acme", "Bolt"].map(|name| house.save(house.draft("company").with("name", name)));
    let deals = [
        ("a", 0, 100, "2026-01-10", &[ada, bob, cat][..], &["big", "new"][..], &["north", "south"][..]),
        ("b", 0, 20, "2026-02-10", &[ada], &["new"], &["north"]),
        ("c", 1, 3, "2026-02-20", &[cat, dan], &[], &[]),
        ("d", 1, 4_000, "2026-03-01", &[], &["big"], &["south"]),
    ]
    .map(|(name, company, amount, day, watchers, names, regions)| {
        let draft = house.draft("deal").with("name", name).with("company", companies[company]);
        let draft = draft.with("amount", Decimal::new(amount, 0)).with("labels", labels(names));
        let draft = draft.with("close_date", day.parse::<kernel::Date>().unwrap());
        house.save(house.watched(draft.with("regions", labels(regions)), watchers))
    });
    (people, deals)
}

#[test]
fn a_record_counts_once_under_each_of_its_members_and_once_in_all_that_is_coarser() {
    on_both(|house| {
        fill(house);
        let warehouse = house.warehouse();
        let check = |question: &str, wanted: &[&str]| check(&warehouse, question, wanted);
        check(
            r#"{"by": ["who.watcher"], "measures": ["deals", "worth", "companies", "mean", "middle"], "totals": "rollup"}"#,
            &[
                "Ada,2,120,1,60,60",
                "Bob,1,100,1,100,100",
                "Cat,2,103,2,51.5,51.5",
                "Dan,1,3,1,3,3",
                "(none),1,4000,1,4000,4000",
                "(all),4,4123,2,1030.75,60",
            ],
        );
        // Two watchers of one team are one team.
        check(
            r#"{"by": ["who"], "measures": ["deals", "worth"], "totals": "rollup"}"#,
            &["North,2,120", "South,2,103", "(none),2,4003", "(all),4,4123"],
        );
        check(
            r#"{"by": ["who.team", "who.watcher"], "measures": ["deals"], "totals": "rollup"}"#,
            &[
                "North,Ada,2",
                "North,Bob,1",
                "South,Cat,2",
                "(none),Dan,1",
                "(none),(none),1",
                "North,(all),2",
                "South,(all),2",
                "(none),(all),2",
                "(all),(all),4",
            ],
        );
        check(
            r#"{"by": ["labels", "regions"], "measures": ["deals"], "totals": "cube"}"#,
            &[
                "big,north,1",
                "big,south,2",
                "new,north,2",
                "new,south,1",
                "(none),(none),1",
                "big,(all),2",
                "new,(all),2",
                "(none),(all),1",
                "(all),north,2",
                "(all),south,2",
                "(all),(none),1",
                "(all),(all),4",
            ],
        );
        // A share is of all records, so that those of members may be more than one together.
        check(
            r#"{"by": ["who.watcher"], "measures": ["of_all"], "filter": "amount < 1000"}"#,
            &["Ada,0.9756097561", "Bob,0.8130081301", "Cat,0.837398374", "Dan,0.0243902439"],
        );
    });
}

#[test]
fn the_others_count_a_record_once() {
    let house = House::sqlite();
    fill(&house);
    let warehouse = house.warehouse();
    let check = |question: &str, wanted: &[&str]| check(&warehouse, question, wanted);
    // The first deal has both Bob and Cat, who are among the others.
    check(
        r#"{"by": ["who.watcher"], "measures": ["worth", "deals"], "order_by": "worth", "top": 2, "totals": "rollup"}"#,
        &["(all),4123,4", "(none),4000,1", "Ada,120,2", "(others),103,2"],
    );
    check(
        r#"{"by": ["close.month", "who.watcher"], "top_of": "who.watcher", "measures": ["deals"], "order_by": "worth", "top": 1,
            "filter": "amount < 1000"}"#,
        &["2026-01,Ada,1", "2026-02,Ada,1", "2026-01,(others),1", "2026-02,(others),1"],
    );
}

#[test]
fn members_are_sliced_drilled_and_gone_through() {
    let house = House::sqlite();
    let (_, deals) = fill(&house);
    let warehouse = house.warehouse();
    let check = |question: &str, wanted: &[&str]| check(&warehouse, question, wanted);
    check(r#"{"slice": {"who.watcher": ["Ada", "Bob"]}, "measures": ["deals", "worth"]}"#, &["2,120"]);
    check(
        r#"{"slice": {"who.team": ["North"]}, "by": ["labels"], "measures": ["deals"]}"#,
        &["big,1", "new,2"],
    );
    // Down in a team are its own people, not all who watch the same deals.
    check(
        r#"{"by": ["who"], "down": {"who": "North"}, "measures": ["deals"], "totals": "rollup"}"#,
        &["Ada,2", "Bob,1", "(all),2"],
    );
    check(r#"{"slice": {"labels": ["(none)"]}, "measures": ["worth"]}"#, &["3"]);
    check(r#"{"filter": "labels contains \"big\"", "measures": ["worth"]}"#, &["4100"]);
    check(r#"{"filter": "watchers is empty", "measures": ["worth"]}"#, &["4000"]);
    check(r#"{"by": ["stage"], "across": ["regions"], "measures": ["deals"]}"#, &["open,2,2,1"]);
    let through = |question: &str| {
        let table = ask(&warehouse, &Principal::system(), question).unwrap();
        assert!(table.rows.iter().all(|row| deals.iter().any(|id| id.to_string() == row[0].shown())));
        table
            .rows
            .iter()
            .map(|row| row[1..].iter().map(cube::Datum::shown).collect())
            .collect::<Vec<Vec<_>>>()
    };
    assert_eq!(through(r#"{"through": true, "slice": {"who.team": ["North"]}}"#), [["a"], ["b"]]);
    let mut named = through(r#"{"through": true, "by": ["who.watcher"], "slice": {"who.team": ["North"]}}"#);
    named.sort();
    assert_eq!(named, [["a", "Ada"], ["a", "Bob"], ["b", "Ada"]]);
    let funnel =
        r#"{"by": ["labels"], "funnel": {"of": "company", "steps": [{"name": "any", "when": "true"}]}}"#;
    let refused = ask(&warehouse, &Principal::system(), funnel).unwrap_err().to_string();
    assert!(refused.contains("`labels`: slice by it instead"), "{refused}");
    let steps = r#"{"slice": {"labels": ["big", "new"]}, "funnel": {"of": "company", "steps": [{"name": "any", "when": "true"}]}}"#;
    check(steps, &["1,any,2,1,1"]);
    check(
        r#"{"slice": {"labels": ["big", "new"]}, "cohort": {"of": "company", "by": "month"}, "measures": ["size", "worth"]}"#,
        &["2026-01,0,1,100", "2026-01,1,1,20", "2026-03,0,1,4000"],
    );
}

#[test]
fn time_goes_along_for_each_member() {
    let house = House::sqlite();
    fill(&house);
    let warehouse = house.warehouse();
    check(
        &warehouse,
        r#"{"by": ["who.team", "close.month"], "measures": ["worth", "so_far", "before"], "totals": "cube"}"#,
        &[
            "North,2026-01,100,100,0",
            "North,2026-02,20,120,1",
            "North,2026-03,,120,1",
            "South,2026-01,100,100,0",
            "South,2026-02,3,103,1",
            "South,2026-03,,103,1",
            "(none),2026-02,3,3,0",
            "(none),2026-03,4000,4003,1",
            "North,(all),120,,",
            "South,(all),103,,",
            "(none),(all),4003,,",
            "(all),2026-01,100,100,0",
            "(all),2026-02,23,123,1",
            "(all),2026-03,4000,4123,2",
            "(all),(all),4123,,",
        ],
    );
}

#[test]
fn a_row_that_has_many_days_is_at_no_one_time() {
    let house = House::sqlite();
    let warehouse = house.warehouse();
    let text = "name = \"x\"\ntable = \"deal\"\ntime = \"since\"\ndimension = [{ name = \"since\", of = \"watchers.created_at\" }]";
    let known = cubes::parse("own.toml", text).unwrap();
    let cube = warehouse.cube(&Asking::of(Principal::system()), &known.file, &known.def).unwrap();
    assert_eq!(
        cube.problems[0].to_string(),
        "own.toml:3: time: there is no dimension of days `since`; there are none"
    );
}

#[test]
fn what_was_fed_bit_by_bit_of_members_is_what_a_rebuild_makes() {
    on_both(|house| {
        let ([ada, bob, cat, dan], [a, b, c, d]) = fill(house);
        let warehouse = house.warehouse();
        house.pass("PT24h");
        house.save(house.watched(house.change("deal", a), &[bob, dan]));
        house.save(house.watched(house.change("deal", d), &[cat]));
        warehouse.catch_up().unwrap();
        warehouse.flush().unwrap();
        house.pass("PT24h");
        house.save(house.watched(house.change("deal", b), &[]));
        house.delete("user", cat);
        warehouse.catch_up().unwrap();
        // Who is in the trash is shown by lists of members as little as by any other.
        let shown = |name: &str| {
            let deal = format!("select watchers from deal where name = '{name}'");
            rows(&warehouse, &deal)
        };
        assert_eq!((shown("c"), shown("d")), (vec![format!("[{dan}]")], vec!["\"\"".to_owned()]));
        house.restore("user", cat);
        house.pass("PT24h");
        house.destroy("user", bob);
        house.destroy("deal", c);
        warehouse.catch_up().unwrap();
        assert_eq!(shown("a"), [format!("[{dan}]")]);
        assert_right(&warehouse);
        let history = "select watchers from deal_history where name = 'a' order by valid_from";
        let versions = rows(&warehouse, history);
        assert_eq!(versions.len(), 3, "the log tells that somebody who watched is gone: {versions:?}");
        assert!(versions[0].contains(&ada.to_string()) && versions[1].contains(&bob.to_string()));
        let fed =
            rows(&warehouse, "select id, watchers, valid_from, valid_to from deal_history order by 1, 3");
        warehouse.rebuild(&mut |_, _| {}).unwrap();
        assert_eq!(
            rows(&warehouse, "select id, watchers, valid_from, valid_to from deal_history order by 1, 3"),
            fed
        );
        assert_right(&warehouse);
    });
}

#[test]
fn members_that_are_not_to_be_seen_are_not_told() {
    use super::rights::{grant, person, rule};
    on_both(|house| {
        let ([ada, ..], _) = fill(house);
        let warehouse = house.warehouse();
        let all = || ("deal", vec![grant(None, &[])]);
        let own_team = rule(house, "user", "team = me.team");
        let who = person(ada, vec![all(), ("user", vec![grant(Some(own_team), &[])])]);
        let by_watcher = r#"{"by": ["who.watcher"], "measures": ["deals"], "totals": "rollup"}"#;
        assert_eq!(
            shown(&ask(&warehouse, &who, by_watcher).unwrap()),
            ["Ada,2", "Bob,1", "(none),2", "(all),4"]
        );
        let sliced = r#"{"slice": {"who.watcher": ["Cat"]}, "measures": ["deals"]}"#;
        assert_eq!(shown(&ask(&warehouse, &who, sliced).unwrap()), ["0"]);
        let told =
            lines(&ask_as(&warehouse, &who, "select distinct unnest(watchers) as who from deal").unwrap());
        assert_eq!(told.len(), 2, "{told:?}");
        // Neither the field nor anybody who may be in it.
        for who in [
            person(ada, vec![("deal", vec![grant(None, &["watchers"])]), ("user", vec![grant(None, &[])])]),
            person(ada, vec![all()]),
        ] {
            assert!(ask(&warehouse, &who, by_watcher).is_err());
            assert!(ask_as(&warehouse, &who, "select watchers from deal").is_err());
            assert_eq!(
                shown(&ask(&warehouse, &who, r#"{"by": ["labels"], "measures": ["deals"]}"#).unwrap()).len(),
                3
            );
        }
        // Somebody whose name is hidden is not named.
        let who = person(ada, vec![all(), ("user", vec![grant(None, &["name"])])]);
        let table = ask(&warehouse, &who, by_watcher);
        assert!(table.is_err() || shown(&table.unwrap()) == ["(none),4", "(all),4"]);
    });
}

#[test]
fn members_are_read_once_and_only_for_a_query_that_looks_at_them() {
    use super::rights::{grant, person, rule};
    on_both(|house| {
        let ([ada, ..], _) = fill(house);
        let many = 300;
        for number in 0..many {
            house.save(house.draft("user").with("name", format!("Somebody {number}")));
        }
        let warehouse = house.warehouse();
        let not_cat = rule(house, "user", "name != \"Cat\"");
        let open = |object: &'static str| (object, vec![grant(None, &[])]);
        let users = ("user", vec![grant(Some(not_cat), &[])]);
        let who = person(ada, vec![open("deal"), open("company"), users]);
        let read_by = |sql: &str| {
            let before = house.db.counts();
            ask_as(&warehouse, &who, sql).unwrap_or_else(|error| panic!("{sql}: {error}"));
            (house.db.counts() - before).rows_read
        };
        let few = many / 2;
        assert!(read_by("select name, labels from deal") < few);
        assert!(read_by("select count(*) from deal_history") < few);
        assert!(read_by("select name from (select name, watchers from deal)") < few);
        for looking in [
            "select watchers from deal",
            "select d.watchers, c.partners from deal d join company c on c.id = d.company",
            "select h.watchers, d.watchers from deal_history h join deal d on d.id = h.id",
        ] {
            let read = read_by(looking);
            assert!((many..many + few).contains(&read), "{looking}: {read} rows");
        }
        assert_eq!(
            lines(
                &ask_as(&warehouse, &who, "select count(*) from (select unnest(watchers) from deal)")
                    .unwrap()
            ),
            ["4"]
        );
    });
}
