//! Every command on small data of its own; what it prints as JSON, rounded, is kept as a snapshot.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::Path;

use insights::Analyze;
use insights::output::rounded;
use serde_json::Value;

use crate::line::{failure, file, json, kept, printed};

/// Customers who buy more or less often, some of whom stop.
fn orders() -> String {
    let mut text = "customer,order,date,product,amount\n".to_owned();
    for customer in 0..40u32 {
        let gap = 5 + customer * 7 % 23;
        let last = if customer % 3 == 0 { 60 } else { 170 };
        let mut day = customer % 11;
        let mut number = 0;
        while day < last {
            let (month, of_month) = (day / 28 + 1, day % 28 + 1);
            let product = ["tea", "cup", "pot", "jam"][((customer + number) % 4) as usize];
            let amount = 10.0 + f64::from(customer % 7) * 3.5 + f64::from(number % 3);
            writeln!(
                text,
                "c{customer:02},o{customer}-{number},2024-{month:02}-{of_month:02},{product},{amount}"
            )
            .expect("text");
            day += gap + number % 4;
            number += 1;
        }
    }
    text
}

/// Customers with traits, how long they stayed, whether they left, and an offer drawn by lot.
fn customers() -> String {
    let mut text = "customer,plan,age,spent,wallet,calls,tenure,churn,offer,bought,rank,brands\n".to_owned();
    for row in 0..240u32 {
        let noise = row * 7919 % 101;
        let plan = ["month", "year", "free"][(row % 3) as usize];
        let (age, spent) = (20 + row * 13 % 50, 10.0 + f64::from(row * 37 % 90) + f64::from(row % 3) * 40.0);
        let leaves = noise < 25 + 30 * u32::from(plan == "month") + age / 4;
        let tenure = 1 + row * 17 % 36;
        let offer = row * 7331 % 13 % 2;
        let bought = row * 5237 % 97 < 20 + 25 * offer * u32::from(plan == "year") + age / 5;
        writeln!(
            text,
            "k{row:03},{plan},{age},{spent},{},{},{tenure},{},{offer},{},{},{}",
            spent * 2.5,
            row % 5,
            u8::from(leaves),
            u8::from(bought),
            row % 4 + 1,
            4
        )
        .expect("text");
    }
    text
}

fn deals() -> String {
    let mut text = "opened,closed,stage,amount,product\n".to_owned();
    for row in 0..60u32 {
        let (month, product) = (row % 6 + 1, ["basic", "pro"][(row % 2) as usize]);
        match row % 5 {
            0 => writeln!(text, "2024-{month:02}-05,,Engaging,,{product}"),
            1 => writeln!(text, "2024-{month:02}-05,2024-{:02}-20,Lost,0,{product}", month + 1),
            _ => writeln!(text, "2024-{month:02}-05,2024-{:02}-11,Won,{},{product}", month + 2, 100 + row),
        }
        .expect("text");
    }
    text
}

fn series() -> String {
    let value = |at: u32| {
        f64::from(100 + at * 2) * (1.0 + 0.2 * f64::from([0u32, 2, 1, 3][(at % 4) as usize]))
            + f64::from(at * 31 % 7)
    };
    (0..36).fold("value\n".to_owned(), |text, at| text + &format!("{}\n", value(at)))
}

fn calls() -> String {
    let mut text = "time,calls\n".to_owned();
    for day in 1..=28u32 {
        for hour in 9..13u32 {
            writeln!(
                text,
                "2024-01-{day:02}T{hour:02}:00:00,{}",
                40 + hour * 3 + day % 7 * 5 + day * hour % 4
            )
            .expect("text");
        }
    }
    text
}

const BASKETS: &str = "bread;milk\nbread;butter;milk\nbeer\nbread;butter\nmilk;bread\nbutter;bread;jam\n";
const PATHS: &str =
    "path,conversions,value,nulls\nads > mail,3,90,7\nmail,2,40,5\nads > shop > mail,1,30,2\nshop,0,0,4\n";
const TREE: &str = "node,parent,forecast\nall,,100\nnorth,all,70\nsouth,all,40\n";

/// Each command with its options; `{name}` is a file.
const LINES: [&str; 60] = [
    "rfm {orders}",
    "rfm {orders} --bins 10",
    "bgnbd {orders} --until 2024-05-01",
    "paretonbd {orders} --until 2024-05-01 --discount 0.0027",
    "gammagamma {orders}",
    "clv {orders} --until 2024-05-01 --draws 50",
    "contract-value {customers}",
    "profitability {customers} --revenue spent --activity calls=8",
    "wallet {customers} --wallet wallet",
    "kmeans {customers} --features age,spent --k 3",
    "hierarchical {customers} --features age,spent --k 3",
    "kprototypes {customers} --features age,spent,plan --k 2",
    "kaplan-meier {customers} --by plan",
    "kaplan-meier {customers} --by plan --weight spent --quantiles 0.25,0.75 --hazard fleming-harrington",
    "kaplan-meier {customers} --weight spent --robust",
    "logrank {customers} --by plan",
    "logrank {customers} --by plan --strata offer",
    "cox {customers} --features plan,age",
    "cox {customers} --features plan,age,calls --ridge 10 --baseline",
    "cox {customers} --features age,calls --strata plan --weight spent --robust --horizon 12",
    "cohorts {orders}",
    "departures {orders}",
    "logistic {customers} --outcome churn --features plan,age,spent --test-last 0.25 --importance 2 --reasons 2",
    "boost {customers} --outcome churn --features plan,age,spent --test-every 4 --trees 10 --reasons 2 --cross-validate 3",
    "logistic {customers} --outcome churn --features plan,age --weight wallet --ridge 2",
    "boost {customers} --outcome spent --squared --features plan,age --trees 10 --reasons 1 --importance 2",
    "boost {customers} --outcome churn --features plan,age --trees 10 --contributions",
    "boost {customers} --outcome calls --loss poisson --features plan,age --trees 10 --test-every 3 --weight wallet",
    "boost {customers} --outcome spent --loss quantile --quantile 0.9 --features plan,age --trees 10",
    "boost {customers} --outcome plan --loss softmax --features age,spent --trees 10 --reasons 1 --importance 2",
    "calibrate {customers} --outcome churn --score age",
    "drift {customers} --test-last 0.3 --features age,spent,plan",
    "cart {customers} --outcome churn --features plan,age,spent --max-depth 2 --rules --expression",
    "cart {customers} --outcome churn --features plan,age,spent --max-leaves 3 --min-leaf 2",
    "cart {customers} --outcome spent --features plan,age --max-depth 2",
    "chaid {customers} --outcome churn --features plan,age --min-parent 20 --min-child 10",
    "itemsets {baskets} --min-count 2",
    "itemsets {baskets} --min-count 2 --kind closed",
    "rules {baskets} --min-count 2",
    "sequences {orders} --item product --min-support 0.5 --max-items 2",
    "sequences {orders} --item product --min-support 0.2 --max-items 3 --max-span 20",
    "recommend {orders} --item product --like tea",
    "recommend {orders} --item product --method als --factors 2 --check --least 2",
    "recommend {orders} --item product --method als --factors 2 --weight 2 --strength amount --check --least 2",
    "uplift {customers} --outcome bought --treatment offer --features plan,age --test-every 2",
    "uplift {customers} --outcome bought --treatment offer --features plan,age --method tree --leaf-rows 20",
    "uplift {customers} --outcome spent --treatment offer --features plan,age --method tree --leaf-rows 20",
    "abtest {customers} --group offer --control 0 --measures bought,spent --looks 2",
    "sample-size --from 0.1 --to 0.12 --looks 0.5,1",
    "sample-size --difference 1.5 --deviation 20 --looks 0.5,1 --one-sided --spending pocock",
    "attribution {paths}",
    "forecast {series} --period 4 --test-last 8",
    "forecast {series} --period 4 --method hw",
    "pipeline {deals} --group product --as-of 2024-05-31",
    "calls {calls} --days 3 --ahead 1 --test-days 2",
    "erlang --calls 100 --handling 180",
    "reconcile {tree} --weights equal",
    "reconcile {tree} --weights top-down",
    "cube {orders} --by product,date:quarter --measure revenue=sum(amount) --measure customers=distinct(customer) --totals rollup",
    "special chi2-sf 3.84 1",
];

/// Rows of a table that a snapshot keeps.
const ROWS: usize = 4;

fn shortened(value: &Value) -> Value {
    match value {
        Value::Array(rows) if rows.first().is_some_and(Value::is_object) => {
            rows.iter().take(ROWS).cloned().chain([Value::from(rows.len())]).collect()
        }
        other => other.clone(),
    }
}

fn write_all(folder: &Path) -> Vec<(&'static str, String)> {
    let orders = file(folder, "orders.csv", &orders());
    let named = [
        ("{orders}", orders),
        ("{customers}", file(folder, "customers.csv", &customers())),
        ("{baskets}", file(folder, "baskets.txt", BASKETS)),
        ("{paths}", file(folder, "paths.csv", PATHS)),
        ("{series}", file(folder, "series.csv", &series())),
        ("{deals}", file(folder, "deals.csv", &deals())),
        ("{calls}", file(folder, "calls.csv", &calls())),
        ("{tree}", file(folder, "tree.csv", TREE)),
    ];
    named.into()
}

#[test]
fn every_command_answers_as_it_did() {
    let folder = tempfile::tempdir().expect("a folder");
    let files = write_all(folder.path());
    let mut said = String::new();
    let mut used = BTreeSet::new();
    for line in LINES {
        let arguments: Vec<&str> = line
            .split(' ')
            .map(|word| files.iter().find(|(name, _)| *name == word).map_or(word, |(_, path)| path.as_str()))
            .collect();
        used.insert(arguments[0].to_owned());
        let found = rounded(&json(&arguments), 5);
        writeln!(said, "## {line}").expect("text");
        for (key, value) in found.as_object().expect("an object") {
            writeln!(said, "{key}: {}", shortened(value)).expect("text");
        }
        // What people read must be there, too.
        assert!(printed(&arguments).lines().count() > 3, "{line}");
    }
    let all: BTreeSet<String> = Analyze::outline().into_iter().map(|(name, _)| name).collect();
    assert_eq!(used, all, "every command has a line");
    kept("answers.txt", &said);
}

#[test]
fn contributions_and_their_base_sum_to_the_score() {
    let folder = tempfile::tempdir().expect("a folder");
    let customers = file(folder.path(), "customers.csv", &customers());
    let options = ["--outcome", "churn", "--features", "plan,age,spent", "--trees", "10", "--contributions"];
    let found = json(&[&["boost", &customers], &options[..], &["--test-every", "4"]].concat());
    let base = found["contributions_base"].as_f64().expect("a number");
    let parts = found["contributions"].as_array().expect("rows");
    let tested = |score: &&Value| score["part"] == "test";
    let scores: Vec<&Value> = found["scores"].as_array().expect("rows").iter().filter(tested).collect();
    assert_eq!(parts.len(), 3 * scores.len());
    for (own, score) in parts.chunks(3).zip(scores) {
        assert!(own.iter().all(|part| part["row"] == score["row"]));
        let sum: f64 = own.iter().filter_map(|part| part["contribution"].as_f64()).sum();
        let gap = base + sum - score["log_odds"].as_f64().expect("a number");
        assert!(gap.abs() < 1e-9, "{gap}");
    }
}

#[test]
fn a_table_is_shown_aligned() {
    let folder = tempfile::tempdir().expect("a folder");
    let customers = file(folder.path(), "customers.csv", &customers());
    kept("table.txt", &printed(&["wallet", &customers, "--wallet", "wallet", "--rows", "3"]));
}

#[test]
fn the_same_table_is_read_from_any_form() {
    use std::io::Write as _;
    let folder = tempfile::tempdir().expect("a folder");
    let plain = orders();
    let mut zip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    zip.write_all(plain.as_bytes()).expect("zipped");
    let zipped = folder.path().join("orders.csv.gz");
    std::fs::write(&zipped, zip.finish().expect("zipped")).expect("a file");
    let header = plain.find('\n').expect("a header") + 1;
    let forms = [
        file(folder.path(), "a.csv", &plain),
        file(folder.path(), "b.csv", &format!("\u{feff}{}", plain.replace(',', ";"))),
        file(folder.path(), "c.tsv", &plain.replace(',', "\t")),
        zipped.to_str().expect("a path").to_owned(),
    ];
    let answers: BTreeSet<String> = forms.iter().map(|form| printed(&["rfm", form])).collect();
    assert_eq!(answers.len(), 1);
    let blanks = file(folder.path(), "d.txt", &plain[header..].replace(',', "  "));
    let named = printed(&["rfm", &blanks, "--columns", "customer,order,date,product,amount"]);
    assert_eq!(answers.first(), Some(&named));
}

#[test]
fn tables_go_through_parquet_and_back() {
    let folder = tempfile::tempdir().expect("a folder");
    let orders = file(folder.path(), "orders.csv", &orders());
    let path = |name: &str| folder.path().join(name).to_str().expect("a path").to_owned();
    let (packed, again) = (path("customers.parquet"), path("customers.csv"));
    for out in [&packed, &again] {
        printed(&["rfm", &orders, "--table", "customers", "--out", out]);
    }
    let columns = ["--features", "recency_days,orders,amount", "--k", "3"];
    let answer = |file: &str| printed(&[&["kmeans", file], &columns[..]].concat());
    assert_eq!(answer(&packed), answer(&again));
    let text = |file: &str| printed(&["cube", file, "--by", "segment", "--where", "amount > 50", "--csv"]);
    assert_eq!(text(&packed), text(&again));
    assert_eq!(json(&["cube", &packed])["total"]["rows"], json(&["cube", &again])["total"]["rows"]);
    let (code, said) = failure(&["itemsets", &packed]);
    assert!(code == 4 && said.contains("is a Parquet file"), "{said}");
    let half = path("half.parquet");
    let bytes = std::fs::read(&packed).expect("the file");
    std::fs::write(&half, &bytes[..bytes.len() / 2]).expect("a file");
    let (code, said) = failure(&["rfm", &half]);
    assert!(code == 4 && said.contains("half.parquet"), "{said}");
    let (code, said) = failure(&["rfm", &orders, "--table", "customers"]);
    assert!(code == 2 && said.contains("--table goes with"), "{said}");
}

#[test]
fn what_is_wrong_is_said_with_its_place() {
    let folder = tempfile::tempdir().expect("a folder");
    let bad = file(folder.path(), "bad.csv", "customer,date,amount\na,2024-01-01,3\nb,2024-01-02,many\n");
    let check = |arguments: &[&str], code: u8, part: &str| {
        let (have, text) = failure(arguments);
        assert!(have == code && text.contains(part), "{have}: {text}");
    };
    check(&["rfm", &bad], 4, "row 2, column amount: \"many\" is not a number");
    check(
        &["rfm", &bad, "--customer", "who"],
        4,
        "there is no column \"who\"; the file has customer, date, amount",
    );
    check(&["rfm", &bad, "--where", "amount >"], 2, "something is missing at the end");
    check(&["rfm", &bad, "--where", "date > date(2025, 1, 1) and amunt = 1"], 2, "amount");
    check(&["rfm", &bad, "--where", "date > date(2025, 1, 1)"], 4, "no row is left");
    check(&["rfm", "/nowhere/at/all.csv"], 3, "/nowhere/at/all.csv");
    let uneven = file(folder.path(), "uneven.csv", "customer,date,amount\na,2024-01-01,3\nb,2024-01-02\n");
    check(&["rfm", &uneven, "--delimiter", ","], 4, "line 3: 2 fields, but there are 3 columns");
    let one = file(folder.path(), "one.csv", "outcome,x\n1,2\n1,3\n");
    check(&["logistic", &one], 5, "");
    // Rows are those of the file, whatever was left out before; customers have names.
    let rows = "customer,date,amount,time,event,x,y\n".to_owned()
        + &(1..=40)
            .map(|row| {
                let (x, time) = (if row == 30 { "" } else { "2" }, if row == 25 { -3 } else { row % 7 });
                format!("c{row},2024-01-{:02},{row},{time},{},{x},{}\n", row % 28 + 1, row % 2, row % 3 % 2)
            })
            .collect::<String>();
    let rows = file(folder.path(), "rows.csv", &rows);
    let late = ["--where", "amount > 20"];
    check(&[&["kaplan-meier", &rows], &late[..]].concat(), 4, "row 25, column time: -3 is not a duration");
    let gaps = ["logistic", &rows, "--outcome", "y", "--features", "x", "--gaps", "refuse"];
    check(&[&gaps[..], &late].concat(), 5, "x, row 30: is missing");
    check(&[&gaps[..], &late, &["--test-every", "3"]].concat(), 5, "x, row 30: is missing");
    check(&["cox", &rows, "--features", "x", "--where", "time >= 0"], 5, "x, row 30: is missing");
    check(
        &["forecast", &rows, "--value", "time", "--method", "hw", "--period", "4"],
        5,
        "row 7: must be above zero",
    );
    check(&["kmeans", &rows, "--features", "amount,event", "--where", "event = 1"], 5, "event is the same");
    let histories =
        file(folder.path(), "histories.csv", "id,x,recency,T\na,1,2,9\nb,2,12,9\nc,1,3,9\nd,0,0,9\n");
    check(&["bgnbd", &histories, "--frequency", "x"], 4, "customer b: ");
    let dates = "customer,date\na,2024-01-01\nb,9999-12-31\nc,2024-01-03\n";
    let far = file(folder.path(), "far.csv", dates);
    check(&["rfm", &far], 4, "row 2, column date: 9999-12-31 is more than a hundred years");
    let early = file(folder.path(), "early.csv", &dates.replace("9999-12-31", "0001-01-01"));
    check(&["cohorts", &early], 4, "row 2, column date: 0001-01-01 is more than a hundred years");
    let huge = file(folder.path(), "huge.csv", "value\n1\n1e300\n2\n");
    check(&["forecast", &huge], 4, "row 2, column value: \"1e300\" is too large");
    let twelve =
        (1..=12).map(|row| if row == 5 { "inf,1\n".to_owned() } else { format!("{row},{}\n", row % 2) });
    let almost = file(folder.path(), "almost.csv", &format!("x,y\n{}", twelve.collect::<String>()));
    check(
        &["boost", &almost, "--outcome", "y", "--features", "x"],
        4,
        "row 5, column x: \"inf\" is not a number",
    );
    let numbers = ["boost", &almost, "--outcome", "y", "--loss", "poisson"];
    check(&[&numbers[..], &["--calibrate", "platt"]].concat(), 2, "--calibrate goes with chances");
    check(&[&numbers[..], &["--quantile", "0.9"]].concat(), 2, "--quantile goes with --loss quantile");
    check(
        &["recommend", &rows, "--item", "x", "--strength", "amount"],
        4,
        "row 30, column x: there is nothing",
    );
    check(
        &["recommend", &rows, "--item", "y", "--strength", "amount"],
        2,
        "--strength goes with --method als",
    );
    check(&["kprototypes", &rows, "--features", "customer"], 4, "needs a column of numbers");
    check(
        &["kmeans", &rows, "--features", "amount,x"],
        4,
        "x has gaps; leave them out with --where \"x is not empty\"",
    );
    let named = file(folder.path(), "named.csv", "customer,date,what for\na,2024-01-01,x\nb,2024-01-02,\n");
    let left_out = "row 2, column what for: there is nothing; --where \"what_for is not empty\" leaves";
    check(&["sequences", &named, "--item", "what for"], 4, left_out);
    let unweighed = file(folder.path(), "unweighed.csv", "y,x,w\n1,2,0\n0,3,0\n");
    let nobody = ["--outcome", "y", "--features", "x", "--weight", "w"];
    for command in ["logistic", "boost", "cart"] {
        check(
            &[&[command, unweighed.as_str()][..], &nobody].concat(),
            4,
            "no row that is fitted to has a weight",
        );
    }
    check(&["nothing"], 2, "");
    check(&["erlang"], 2, "--calls");
}
