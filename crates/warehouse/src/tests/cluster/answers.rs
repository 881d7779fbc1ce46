//! The same answers on a cluster as in the program.

use super::{
    rights::{grant, person, rule},
    *,
};

const QUESTIONS: &[&str] = &[
    "select * from deal",
    "select name, amount, amount_base from deal order by amount desc, name limit 5",
    "select count(*), count(distinct company), sum(amount), avg(amount) from deal",
    "select stage, stage_outcome, count(*), sum(amount_base) from deal group by stage, stage_outcome",
    "select c.name, u.name, count(*) from deal d join company c on c.id = d.company join \"user\" u on u.id = d.owner group by 1, 2",
    "select c.name, d.name from company c left join deal d on d.company = c.id and d.amount > 150",
    "select c.name, d.name from deal d right join company c on d.company = c.id and d.amount > 1000",
    "select a.name, b.name from deal a full join deal b on a.amount = b.amount + 10 and a.stage = 'won'",
    "select name from company c where exists (select 1 from deal d where d.company = c.id and d.stage = 'won')",
    "select name from deal where amount > (select avg(amount) from deal)",
    "select name, (select max(amount) from deal e where e.company = d.company) from deal d",
    "select distinct stage, secret from deal",
    "select name, row_number() over (partition by company order by amount desc, name) as place from deal",
    "select close_date, sum(amount) over (order by close_date, name rows between 3 preceding and current row) from deal",
    "select name, lag(amount) over (order by name), ntile(4) over (order by name) from deal",
    "select count(*) from deal a, deal b where a.amount < b.amount",
    "select stage, count(*) from deal_history group by stage",
    "select day, count(*), sum(amount) from deal_daily group by day order by day",
    "select cal.quarter, count(*) from deal d join calendar cal on cal.day = d.close_date group by 1 order by 1",
    "select d.name, nearest_city(48.14, 11.58), round(distance_km(52.52, amount, 48.8566, 2.3522)) from deal d",
    "select name, stage from deal where stage in ('won', 'lost') union all select name, 'company' from company",
    "select stage from deal where amount > 100 intersect select stage from deal where amount < 50",
    "select stage from deal except select stage from deal where secret = 's1'",
    "with big as (select * from deal where amount > 50) select b.stage, count(*) from big b join big c on b.id = c.id group by 1",
    "select stage, secret, sum(amount), grouping(stage) from deal group by rollup (stage, secret)",
    "select approx_distinct(secret), median(amount), stddev(amount) from deal",
    "select date_trunc('month', close_date), extract(year from close_date), count(*) from deal group by 1, 2 order by 1",
    "select upper(name) || '!', coalesce(secret, 'none'), case when amount > 50 then 1 else 0 end from deal where name like '%1%'",
    "select max(name), min(secret) from deal where amount > 10",
    "select unnest(make_array(1, 2)), name from deal",
    "select name from deal order by amount, name limit 4 offset 3",
];

/// What a cluster would get wrong or cannot do, as most of it is planned: then the program answers it.
const STAYING: &[&str] = &[
    "select array_agg(name order by name), string_agg(stage, ',' order by name) from deal where company is not null",
    "select stage, first_value(name order by name), array_agg(name order by amount, name) from deal group by stage",
    "select a.name, b.name from deal a left join deal b on a.amount > b.amount * 5 + 10",
    "select name from company where id not in (select company from deal where amount > 1000)",
    "select a.name, b.name from deal a full join deal b on a.amount > b.amount * 5 + 10",
    "select name from deal a where exists (select 1 from deal b where a.amount > b.amount * 5 + 10)",
    "select name from deal a where not exists (select 1 from deal b where a.amount > b.amount * 5 + 10)",
    "with recursive t (n) as (select 1 union all select n + 1 from t where n < 5) select n, name from t join deal on n = version",
    "select count(*) from deal where false",
];

fn sorted(mut lines: Vec<String>) -> Vec<String> {
    lines.sort();
    lines
}

fn same(here: &Arc<Warehouse>, there: &Arc<Warehouse>, who: &Principal, sql: &str) {
    let told = |warehouse| ask_as(warehouse, who, sql).unwrap_or_else(|error| panic!("{sql}: {error}"));
    let (wanted, found) = (told(here), told(there));
    assert_eq!(found.schema, wanted.schema, "{sql}");
    // What stands behind the last bracket orders the rows, and no function's.
    match sql.rsplit_once(')').map_or(sql, |(_, end)| end).contains("order by") {
        true => assert_eq!(lines(&found), lines(&wanted), "{sql}"),
        false => assert_eq!(sorted(lines(&found)), sorted(lines(&wanted)), "{sql}"),
    }
}

/// Whether a query goes to the cluster.
fn goes(there: &Arc<Warehouse>, who: &Principal, sql: &str) -> bool {
    let plan = ask_as(there, who, &format!("explain format indent {sql}")).unwrap();
    lines(&plan).iter().any(|line| line.contains("Cluster: "))
}

#[test]
fn a_cluster_answers_what_the_program_answers() {
    let house = House::sqlite();
    fill(&house);
    let cluster = Cluster::start(&house);
    let (here, there) = (house.warehouse(), cluster.warehouse(&house));
    for sql in QUESTIONS {
        assert!(goes(&there, &Principal::system(), sql), "{sql}");
    }
    for sql in QUESTIONS.iter().chain(STAYING) {
        same(&here, &there, &Principal::system(), sql);
    }
    wait_until("what jobs left is still there", || cluster.is_clean());
}

#[test]
fn a_cluster_shows_everybody_what_the_program_shows_them() {
    let house = House::sqlite();
    let [ada, bob] = fill(&house);
    let cluster = Cluster::start(&house);
    let (here, there) = (house.warehouse(), cluster.warehouse(&house));
    let own = |user, hidden: &[&str]| {
        let grants = vec![grant(Some(rule(&house, "deal", "owner = me")), hidden)];
        person(user, vec![("deal", grants), ("company", vec![grant(None, &[])])])
    };
    let all_but_secrets_of_others =
        vec![grant(None, &["secret"]), grant(Some(rule(&house, "deal", "owner = me")), &["amount"])];
    let both = person(ada, vec![("deal", all_but_secrets_of_others)]);
    for who in [own(ada, &[]), own(bob, &["amount"]), both] {
        for sql in [
            "select * from deal",
            "select stage, count(*), count(distinct owner) from deal group by stage",
            "select * from deal_history",
            "select day, count(*) from deal_daily group by day",
        ] {
            assert!(goes(&there, &who, sql), "{sql}");
            same(&here, &there, &who, sql);
        }
        assert!(ask_as(&there, &who, "select * from \"user\"").is_err());
    }
    let names = "select name from deal order by name";
    let [ada, bob] = [ada, bob].map(|user| lines(&ask_as(&there, &own(user, &[]), names).unwrap()));
    assert!(ada.len() == 35 && bob.len() == 34 && ada.iter().all(|name| !bob.contains(name)));
}

#[test]
fn a_cube_says_the_same_on_a_cluster() {
    let house = House::sqlite();
    cubes::fill(&house);
    house.warehouse().flush().unwrap();
    let cluster = Cluster::start(&house);
    let (here, there) = (house.warehouse(), cluster.warehouse(&house));
    for question in [
        r#"{"measures": ["deals", "worth", "won", "companies"]}"#,
        r#"{"by": ["close.year"], "measures": ["deals", "worth", "companies", "mean"]}"#,
        r#"{"by": ["company"], "measures": ["worth", "share_won", "of_all"]}"#,
        r#"{"by": ["stage"], "measures": ["deals"], "totals": "rollup", "filter": "close_date is not empty"}"#,
        r#"{"by": ["close.month"], "from": "2026-01-10", "to": "2026-02-10",
            "measures": ["worth", "last_year", "before", "change", "so_far", "this_year", "smooth"]}"#,
        r#"{"by": ["close.week"], "from": "2025-12-29", "to": "2026-01-04", "measures": ["deals"]}"#,
        r#"{"by": ["place"], "measures": ["deals"]}"#,
    ] {
        let told = |warehouse| cubes::shown(&cubes::ask(warehouse, &Principal::system(), question).unwrap());
        assert_eq!(told(&there), told(&here), "{question}");
    }
}

#[test]
fn a_cluster_reads_files_in_a_bucket() {
    let Some(server) = bucket::Server::start() else { return };
    let house = House::sqlite();
    let cluster = Cluster::over(&house, &server.endpoint);
    let options = Options {
        store: Some(bucket::config(&server.endpoint)),
        cluster: Some(cluster.config.clone()),
        ..house.options()
    };
    (0..5).for_each(|number| _ = house.save(house.draft("deal").with("name", format!("Deal {number}"))));
    let there = Arc::new(Warehouse::open(&house.engine, options).unwrap());
    there.catch_up().unwrap();
    there.flush().unwrap();
    let sql = "select name from deal where name > 'Deal 2' order by name";
    assert!(goes(&there, &Principal::system(), sql));
    assert_eq!(rows(&there, sql), ["Deal 3", "Deal 4"]);
}

#[test]
fn a_cluster_makes_no_more_rows_than_are_asked_for() {
    let house = House::sqlite();
    fill(&house);
    let cluster = Cluster::start(&house);
    let there = cluster.warehouse(&house);
    // All of them would be as many as there are deals, to the sixth power.
    let many = "select a.id from deal a, deal b, deal c, deal d, deal e, deal f";
    assert!(goes(&there, &Principal::system(), many));
    let answer = there.query(&Asking::of(Principal::system()), many, 50, &Cancel::default()).unwrap();
    assert!(answer.cut && answer.rows() == 50);
    wait_until("what jobs left is still there", || cluster.is_clean());
}
