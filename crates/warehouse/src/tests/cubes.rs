//! Cubes of the warehouse against results worked out by hand, and against what lists show.

use cube::{Question, Table};
use kernel::Decimal;

use super::*;
use crate::cubes;

const CUBE: &str = r#"
name = "pipeline"
table = "deal"

[[dimension]]
name = "close"
of = "close_date"

[[dimension]]
name = "stage"

[[dimension]]
name = "company"

[[dimension]]
name = "place"
level = [{ name = "outcome", of = "stage.outcome" }, { name = "step", of = "stage" }]

[[measure]]
name = "deals"
is = "count"

[[measure]]
name = "worth"
is = "sum"
of = "amount_base"

[[measure]]
name = "won"
is = "sum"
of = "amount_base"
filter = "stage.outcome = \"won\""

[[measure]]
name = "companies"
is = "distinct"
of = "company"

[[measure]]
name = "mean"
is = "average"
of = "amount_base"

[[measure]]
name = "share_won"
is = "ratio"
of = "won"
per = "worth"

[[measure]]
name = "of_all"
is = "share"
of = "worth"

[[measure]]
name = "so_far"
is = "running"
of = "worth"

[[measure]]
name = "this_year"
is = "year_to_date"
of = "companies"

[[measure]]
name = "before"
is = "previous"
of = "worth"

[[measure]]
name = "last_year"
is = "year_ago"
of = "worth"

[[measure]]
name = "change"
is = "change"
of = "worth"

[[measure]]
name = "smooth"
is = "moving_average"
of = "worth"
periods = 3
"#;

/// Deals of two companies over two years; one in dollars without a rate, one without a date.
pub fn fill(house: &House) -> [Id; 2] {
    let companies = ["Acme", "Bolt"].map(|name| house.save(house.draft("company").with("name", name)));
    for (name, company, amount, stage, day) in [
        ("a", 0, "100.10", "won", "2025-01-15"),
        ("b", 1, "50", "lost", "2025-02-15"),
        ("c", 0, "25.5", "won", "2025-12-31"),
        ("d", 0, "200", "open", "2026-01-01"),
        ("e", 1, "300.05", "won", "2026-02-28"),
        ("f", 0, "10", "open", "2026-02-01"),
        ("g", 0, "7", "open", "0001-01-01"),
        ("h", 1, "9", "open", "9999-12-31"),
    ] {
        let draft = house.draft("deal").with("name", name).with("company", companies[company]);
        let day: kernel::Date = day.parse().unwrap();
        let amount: Decimal = amount.parse().unwrap();
        house.save(draft.with("amount", amount).with("stage", stage).with("close_date", day));
    }
    let draft = house.draft("deal").with("name", "i").with("amount.amount", Decimal::new(5, 0));
    house.save(draft.with("amount.currency", "CHF"));
    companies
}

pub fn ask(warehouse: &Arc<Warehouse>, who: &Principal, question: &str) -> Result<Table, cubes::Failure> {
    ask_of(CUBE, warehouse, who, question)
}

/// Asks a cube of that definition.
pub fn ask_of(
    definition: &str,
    warehouse: &Arc<Warehouse>,
    who: &Principal,
    question: &str,
) -> Result<Table, cubes::Failure> {
    let known = cubes::parse("cube.toml", definition).unwrap();
    let question: Question = serde_json::from_str(question).unwrap();
    warehouse.ask(&Asking::of(who.clone()), &known.file, &known.def, &question, &Cancel::default())
}

pub fn shown(table: &Table) -> Vec<String> {
    table.rows.iter().map(|row| row.iter().map(cube::Datum::shown).collect::<Vec<_>>().join(",")).collect()
}

fn check(warehouse: &Arc<Warehouse>, question: &str, wanted: &[&str]) {
    check_of(CUBE, warehouse, question, wanted);
}

/// Asserts what a cube of that definition answers when Rapport itself asks.
pub fn check_of(definition: &str, warehouse: &Arc<Warehouse>, question: &str, wanted: &[&str]) {
    let table = ask_of(definition, warehouse, &Principal::system(), question)
        .unwrap_or_else(|error| panic!("{question}: {error}"));
    assert_eq!(shown(&table), wanted, "{question}");
}

#[test]
fn a_cube_says_what_adding_up_by_hand_says() {
    on_both(|house| {
        fill(house);
        let warehouse = house.warehouse();
        let check = |question: &str, wanted: &[&str]| check(&warehouse, question, wanted);
        check(r#"{"measures": ["deals", "worth", "won", "companies"]}"#, &["9,701.65,425.65,2"]);
        check(
            r#"{"by": ["close.year"], "measures": ["deals", "worth", "companies", "mean"]}"#,
            &[
                "0001,1,7,1,7",
                "2025,3,175.6,2,58.5333333333",
                "2026,3,510.05,2,170.0166666667",
                "9999,1,9,1,9",
                "(none),1,,0,",
            ],
        );
        check(
            r#"{"by": ["company"], "measures": ["worth", "share_won", "of_all"]}"#,
            &["Acme,342.6,0.3666082896,0.4882776313", "Bolt,359.05,0.8356774822,0.5117223687", "(none),,,"],
        );
        check(
            r#"{"by": ["stage"], "measures": ["deals"], "totals": "rollup", "filter": "close_date is not empty"}"#,
            &["lost,1", "open,4", "won,3", "(all),8"],
        );
    });
}

#[test]
fn time_reaches_back_beyond_what_is_looked_at() {
    let house = House::sqlite();
    fill(&house);
    let warehouse = house.warehouse();
    let check = |question: &str, wanted: &[&str]| check(&warehouse, question, wanted);
    check(
        r#"{"by": ["close.month"], "from": "2026-01-10", "to": "2026-02-10",
            "measures": ["worth", "last_year", "before", "change", "so_far", "this_year", "smooth"]}"#,
        &[
            "2026-01,200,100.1,25.5,174.5,200,1,75.1666666667",
            "2026-02,310.05,50,200,110.05,510.05,2,178.5166666667",
        ],
    );
    // Bolt has nothing in January 2026, but had something until then.
    check(
        r#"{"by": ["company", "close.year", "close.month"], "slice": {"close.year": ["2026"]}, "measures": ["worth", "so_far"]}"#,
        &[
            "Acme,2026,2026-01,200,332.6",
            "Acme,2026,2026-02,10,342.6",
            "Bolt,2026,2026-01,,50",
            "Bolt,2026,2026-02,300.05,350.05",
        ],
    );
    check(
        r#"{"by": ["close.week"], "from": "2025-12-29", "to": "2026-01-04", "measures": ["deals"]}"#,
        &["2026-W01,2"],
    );
    let refused = ask(&warehouse, &Principal::system(), r#"{"by": ["stage"], "measures": ["so_far"]}"#);
    assert!(refused.unwrap_err().to_string().contains("close.month"));
}

#[test]
fn a_question_goes_down_up_across_and_through() {
    let house = House::sqlite();
    let companies = fill(&house);
    let warehouse = house.warehouse();
    let check = |question: &str, wanted: &[&str]| check(&warehouse, question, wanted);
    check(r#"{"by": ["place"], "measures": ["deals"]}"#, &["lost,1", "won,3", "(none),5"]);
    check(r#"{"by": ["place"], "down": {"place": "won"}, "measures": ["deals"]}"#, &["won,3"]);
    check(
        r#"{"by": ["place.step"], "up": ["place"], "measures": ["deals"]}"#,
        &["lost,1", "won,3", "(none),5"],
    );
    let wide = r#"{"by": ["company"], "across": ["close.year"], "measures": ["worth"], "from": "2025-01-01", "to": "2026-12-31"}"#;
    let table = ask(&warehouse, &Principal::system(), wide).unwrap();
    let names: Vec<&str> = table.columns.iter().map(|column| column.name.as_str()).collect();
    assert_eq!(names, ["company", "2025", "2026"]);
    assert_eq!(shown(&table), ["Acme,125.6,210", "Bolt,50,300.05"]);
    let through = r#"{"through": true, "slice": {"stage": ["won"], "company": ["Acme"]}}"#;
    let table = ask(&warehouse, &Principal::system(), through).unwrap();
    let titles: Vec<String> = table.rows.iter().map(|row| row[1].shown()).collect();
    assert_eq!(titles, ["a", "c"]);
    let by_id = format!(r#"{{"slice": {{"company": ["{}"]}}, "measures": ["deals"]}}"#, companies[1]);
    check(&by_id, &["3"]);
}

#[test]
fn the_others_are_counted_anew_and_not_added_up() {
    let house = House::sqlite();
    fill(&house);
    let warehouse = house.warehouse();
    // Both companies are among the others, once each.
    check(
        &warehouse,
        r#"{"by": ["stage"], "measures": ["deals", "companies"], "order_by": "deals", "top": 1}"#,
        &["open,5,2", "(others),4,2"],
    );
    check(
        &warehouse,
        r#"{"by": ["close.year", "stage"], "top_of": "stage", "measures": ["worth"], "order_by": "worth", "top": 1, "from": "2025-01-01", "to": "2026-12-31"}"#,
        &["2026,won,300.05", "2025,won,125.6", "2026,(others),210", "2025,(others),50"],
    );
}

#[test]
fn cohorts_and_funnels_follow_who_comes() {
    let house = House::sqlite();
    fill(&house);
    let warehouse = house.warehouse();
    check(
        &warehouse,
        r#"{"cohort": {"of": "company", "by": "year"}, "measures": ["size", "active", "retention", "worth"], "filter": "close_date > \"2000-01-01\" and close_date < \"2100-01-01\""}"#,
        &["2025,0,2,2,1,175.6", "2025,1,2,2,1,510.05"],
    );
    check(
        &warehouse,
        r#"{"funnel": {"of": "company", "steps": [
            {"name": "lost one", "when": "stage.outcome = \"lost\""},
            {"name": "won one", "when": "stage.outcome = \"won\""}]}}"#,
        &["1,lost one,1,1,1", "2,won one,1,1,1"],
    );
    check(
        &warehouse,
        r#"{"funnel": {"of": "company", "within_days": 30, "steps": [
            {"name": "first", "when": "amount > 0"}, {"name": "won", "when": "stage.outcome = \"won\""}]}}"#,
        &["1,first,2,1,1", "2,won,0,0,0"],
    );
    // Everybody is where they were at their first step.
    check(
        &warehouse,
        r#"{"by": ["company", "close.year"], "funnel": {"of": "company", "steps": [
            {"name": "any", "when": "amount > 0"}, {"name": "won", "when": "stage.outcome = \"won\""}]}}"#,
        &["Acme,0001,1,any,1,1,1", "Acme,0001,2,won,1,1,1", "Bolt,2025,1,any,1,1,1", "Bolt,2025,2,won,1,1,1"],
    );
    check(
        &warehouse,
        r#"{"by": ["stage"], "funnel": {"of": "company", "steps": [
            {"name": "any", "when": "close_date > \"2000-01-01\""},
            {"name": "open", "when": "stage = \"open\""}, {"name": "never", "when": "amount < 0"}]}}"#,
        &[
            "lost,1,any,1,1,1",
            "lost,2,open,1,1,1",
            "lost,3,never,0,0,0",
            "won,1,any,1,1,1",
            "won,2,open,1,1,1",
            "won,3,never,0,0,0",
        ],
    );
}

#[test]
fn what_is_wrong_with_a_cube_is_said_with_its_place() {
    let house = House::sqlite();
    let warehouse = house.warehouse();
    let check = |text: &str, part: &str| {
        let said = match cubes::parse("own.toml", text) {
            Err(error) => error.to_string(),
            Ok(known) => {
                let cube = warehouse.cube(&Asking::of(Principal::system()), &known.file, &known.def);
                match cube {
                    Ok(cube) => cube.problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"),
                    Err(error) => error.to_string(),
                }
            }
        };
        assert!(said.contains(part), "{text}: {said}");
    };
    check("name = \"x\"\nmesure = []", "own.toml:2: unknown field `mesure` – did you mean `measure`?");
    let one = |text: &str| format!("name = \"x\"\ntable = \"deal\"\n{text}");
    check("name = \"x\"\n\ntable = \"deel\"", "own.toml:3: there is no cube `x`");
    check("name = \"x\"\n\ntable = \"deel\"", "there is no table `deel` – did you mean `deal`?");
    check(
        &one(
            "\n[[measure]]\nname = \"m\"\nis = \"count\"\n[[measure]]\nname = \"n\"\nis = \"sum\"\nof = \"amont\"",
        ),
        "own.toml:7: the measure `n`",
    );
    check(&one("filter = \"nme = 1\""), "own.toml:3: the filter");
    check(&one("field = [\n{ name = \"a\", formula = \"amount_bas\" }]"), "own.toml:4: the field `a`");
    check(&one("dimension = [\n{ name = \"place\", of = \"stge\" }]"), "own.toml:4: the dimension `place`");
    check(&one("measure = [{ name = \"m\", is = \"summ\", of = \"amount\" }]"), "did you mean `sum`?");
    check(&one("measure = [{ name = \"m\", is = \"sum\", of = \"amont_base\" }]"), "amount_base");
    check(&one("measure = [{ name = \"m\", is = \"sum\", of = \"amount\" }]"), "take `amount_base`");
    check(
        &one("measure = [{ name = \"m\", is = \"ratio\", of = \"n\", per = \"m\" }]"),
        "there is no measure `n`",
    );
    check(&one("dimension = [{ name = \"company\", of = \"company.nme\" }]"), "name");
    check(
        &one("time = \"close_dat\"\ndimension = [{ name = \"close_date\" }]"),
        "own.toml:3: time: there is no dimension of days `close_dat` – did you mean `close_date`?",
    );
    let wrong = ask(&warehouse, &Principal::system(), r#"{"by": ["stag"]}"#).unwrap_err();
    assert_eq!(wrong.to_string(), "there is no dimension `stag` – did you mean `stage`?");
}

#[test]
fn nothing_is_a_cube_without_rows() {
    let house = House::sqlite();
    let warehouse = house.warehouse();
    check(&warehouse, r#"{"measures": ["deals", "worth", "companies", "share_won"]}"#, &["0,,0,"]);
    check(&warehouse, r#"{"by": ["close.month"], "measures": ["worth", "so_far", "last_year"]}"#, &[]);
    check(&warehouse, r#"{"by": ["stage"], "top": 3, "order_by": "worth"}"#, &[]);
}

#[test]
fn nobody_learns_from_a_cube_what_lists_do_not_show() {
    use super::rights::{grant, person, rule};
    on_both(|house| {
        let users = ["Ada", "Bob"].map(|name| house.save(house.draft("user").with("name", name)));
        for (at, name) in ["Acme", "Bolt"].iter().enumerate() {
            let company = house.save(house.draft("company").with("name", *name).with("owner", users[at]));
            for number in 0..5_i64 {
                let draft = house.draft("deal").with("name", "x").with("company", company);
                let draft = draft.with("owner", users[usize::from(number > at as i64)]);
                house.save(draft.with("amount", Decimal::new(100 * (number + 1), 0)));
            }
        }
        let warehouse = house.warehouse();
        let by_company = r#"{"by": ["company"], "measures": ["deals"]}"#;
        let rules = ["owner = me", "company.owner = me", "amount > 200", "not (owner = me)"];
        for (user, text) in users.iter().flat_map(|user| rules.iter().map(move |text| (user, text))) {
            let grants = vec![grant(Some(rule(house, "deal", text)), &[])];
            let who = person(*user, vec![("deal", grants), ("company", vec![grant(None, &[])])]);
            let object = house.engine.object("deal").unwrap();
            let listed =
                house.engine.list(&who, &records::ListQuery::new(&object).limit(200)).unwrap().records;
            let table = ask(&warehouse, &who, by_company).unwrap();
            let counted: i64 = table
                .rows
                .iter()
                .map(|row| match row[1] {
                    cube::Datum::Int(number) => number,
                    _ => 0,
                })
                .sum();
            assert_eq!(counted, listed.len() as i64, "{text}");
            let through = ask(&warehouse, &who, r#"{"through": true}"#).unwrap();
            let mut ids: Vec<String> = listed.iter().map(|record| record.id().to_string()).collect();
            ids.sort();
            assert_eq!(through.rows.iter().map(|row| row[0].shown()).collect::<Vec<_>>(), ids, "{text}");
        }
        // Companies that are not to be seen have no names and no fields, only that they are different ones.
        let who = person(users[0], vec![("deal", vec![grant(None, &["amount"])])]);
        let names = shown(&ask(&warehouse, &who, by_company).unwrap());
        assert!(
            names.len() == 2 && names.iter().all(|line| !line.contains("Acme") && !line.contains("Bolt"))
        );
        for question in [
            r#"{"measures": ["worth"]}"#,
            r#"{"measures": ["deals"], "filter": "amount > 100"}"#,
            r#"{"measures": ["deals"], "filter": "company.name = \"Acme\""}"#,
        ] {
            assert!(ask(&warehouse, &who, question).is_err(), "{question}");
        }
        let nobody = person(users[0], vec![("company", vec![grant(None, &[])])]);
        assert!(ask(&warehouse, &nobody, by_company).unwrap_err().to_string().contains("there is no cube"));
    });
}
