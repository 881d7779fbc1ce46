//! `cargo xtask bench cluster`: the same questions asked of the program and of a cluster on this machine, whose executors
//! have as many cores together as the program has.

use std::{
    io::{BufRead, BufReader},
    net::{SocketAddr, TcpListener},
    process::{Child, Stdio},
    time::Instant,
};

use anyhow::Context;
use serde_json::Value;

use crate::{
    house::House,
    load::{Load, Request},
    row,
};

const EXECUTORS: usize = 2;
/// Each question is asked so often; the quickest answer counts.
const TIMES: usize = 3;

const QUESTIONS: [(&str, &str); 5] = [
    ("one group", "select count(*) as n, sum(amount) as s from deal"),
    (
        "seven groups, different companies",
        "select stage, count(*) as n, count(distinct company) as c from deal group by stage order by stage",
    ),
    (
        "two tables joined, grouped by industry and stage",
        "select c.industry, d.stage, count(*) as n, sum(d.amount) as s from deal d join company c on d.company = c.id \
         group by c.industry, d.stage order by c.industry, d.stage",
    ),
    (
        "companies by what they bought, the first ten",
        "select company, sum(amount) as s, count(*) as n from deal where stage = 'won' group by company \
         order by s desc, company limit 10",
    ),
    (
        "three tables joined, people of companies with deals by industry",
        "select c.industry, count(*) as n, sum(d.s) as s from person p join company c on p.company = c.id \
         join (select company, sum(amount) as s from deal group by company) d on d.company = c.id \
         group by c.industry order by c.industry",
    ),
];

/// Asks both, and compares the answers too.
pub fn compare(house: &mut House) -> anyhow::Result<()> {
    house.restart(None)?;
    let here = ask(house)?;
    let scheduler = address()?;
    let _cluster = Cluster::start(house, scheduler)?;
    house.restart(Some(&format!("ballista://{scheduler}")))?;
    let there = ask(house)?;
    for ((name, _), (here, there)) in QUESTIONS.iter().zip(here.iter().zip(&there)) {
        anyhow::ensure!(here.rows == there.rows, "{name}: {:?} here, {:?} there", here.rows, there.rows);
        let share = there.seconds / here.seconds;
        row(
            name,
            &format!(
                "{:.2} s in the program, {:.2} s on the cluster, {share:.2}",
                here.seconds, there.seconds
            ),
        );
    }
    Ok(())
}

struct Answer {
    rows: Value,
    seconds: f64,
}

fn ask(house: &House) -> anyhow::Result<Vec<Answer>> {
    QUESTIONS.iter().map(|(_, sql)| quickest(&house.post("/api/v1/query", &body(sql)))).collect()
}

fn body(sql: &str) -> String {
    serde_json::json!({ "sql": sql }).to_string()
}

fn quickest(question: &Request) -> anyhow::Result<Answer> {
    let mut quickest: Option<Answer> = None;
    for _ in 0..TIMES {
        let began = Instant::now();
        let mut told: Value = serde_json::from_slice(&Load::once(question)?)?;
        let seconds = began.elapsed().as_secs_f64();
        let rows = told.get_mut("rows").with_context(|| "no rows")?.take();
        if quickest.as_ref().is_none_or(|quickest| seconds < quickest.seconds) {
            quickest = Some(Answer { rows, seconds });
        }
    }
    quickest.context("a question is asked at least once")
}

/// A scheduler and its executors, as long as it is there.
struct Cluster(Vec<Child>);

impl Cluster {
    fn start(house: &House, scheduler: SocketAddr) -> anyhow::Result<Cluster> {
        let mut cluster = Cluster(Vec::new());
        let at = scheduler.to_string();
        cluster.add(house, &["cluster", "scheduler", "--at", &at])?;
        for _ in 0..EXECUTORS {
            cluster.add(house, &["cluster", "executor", "--scheduler", &at, "--cores", "1"])?;
        }
        Ok(cluster)
    }

    /// Starts a process, and waits until it says that it is ready.
    fn add(&mut self, house: &House, arguments: &[&str]) -> anyhow::Result<()> {
        let mut child = house.rapport(arguments).stdout(Stdio::piped()).spawn()?;
        let said = child.stdout.take();
        self.0.push(child);
        let mut line = String::new();
        BufReader::new(said.context("it says nothing")?).read_line(&mut line)?;
        anyhow::ensure!(!line.is_empty(), "{arguments:?} does not start");
        Ok(())
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        for child in &mut self.0 {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

fn address() -> anyhow::Result<SocketAddr> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?)
}
