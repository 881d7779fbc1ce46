//! `cargo xtask bench warehouse`: how far the warehouse is behind the saves, and how fast it is made from nothing.

use std::{
    sync::atomic::{AtomicBool, Ordering::Relaxed},
    time::{Duration, Instant},
};

use anyhow::Context;

use crate::{
    house::House,
    load::{Load, Request},
    row,
};

/// How long records are saved at each rate.
const SPAN: Duration = Duration::from_secs(20);
/// How long the last of them may take to be seen.
const PATIENCE: Duration = Duration::from_secs(60);
/// How often it is asked for.
const LOOK: Duration = Duration::from_millis(10);
/// Saves a second, and the clients that send them.
const RATES: [(f64, usize); 2] = [(50.0, 4), (1_000.0, 16)];

/// Makes the warehouse of a workspace with so many records from nothing.
pub fn rebuild(house: &House, records: usize) -> anyhow::Result<()> {
    let took = house.rebuild_warehouse()?;
    let rate = records as f64 / took.as_secs_f64();
    row(
        "warehouse made from nothing",
        &format!("{rate:.0} records/s ({records} in {:.1} s)", took.as_secs_f64()),
    );
    Ok(())
}

/// From the answer to a save until SQL shows it, at each of the rates.
pub fn lags(house: &House) -> anyhow::Result<()> {
    for (rate, clients) in RATES {
        let (lags, reached) = lag(house, rate, clients)?;
        let of = |share: f64| lags[((lags.len() as f64 * share) as usize).min(lags.len() - 1)].as_secs_f64();
        row(
            &format!("saved until seen in SQL, {rate:.0} saves/s wanted"),
            &format!(
                "p50 {:.2} s, p99 {:.2} s, at most {:.2} s ({} saves, {reached:.0}/s)",
                of(0.5),
                of(0.99),
                of(1.0),
                lags.len()
            ),
        );
    }
    Ok(())
}

/// How long each save took to be seen, sorted; and how many there were in a second.
fn lag(house: &House, rate: f64, clients: usize) -> anyhow::Result<(Vec<Duration>, f64)> {
    let stamp = format!("{}-{rate}", std::process::id());
    let save = |at: usize| house.post("/api/v1/companies", &format!("{{\"name\":\"Lag {stamp} {at}\"}}"));
    let asked = "select count(*) as n from company";
    let ask = house.post("/api/v1/query", &format!("{{\"sql\":\"{asked}\"}}"));
    let before = count(&ask)?;
    let done = AtomicBool::new(false);
    let (saved, seen) = std::thread::scope(|scope| {
        let watcher = scope.spawn(|| watch(&ask, &done));
        let saved = Load::paced(clients, rate, SPAN, save);
        let expected = saved.as_ref().map_or(0, Vec::len);
        let end = Instant::now() + PATIENCE;
        while count(&ask).is_ok_and(|now| now < before + expected) && Instant::now() < end {
            std::thread::sleep(LOOK);
        }
        done.store(true, Relaxed);
        (saved, watcher.join().expect("the watcher ends by itself"))
    });
    let (saved, seen) = (saved?, seen?);
    let first = *saved.first().context("nothing was saved")?;
    let reached = saved.len() as f64 / (saved[saved.len() - 1] - first).as_secs_f64();
    let mut looks = seen.iter().peekable();
    let mut lags = Vec::with_capacity(saved.len());
    for (at, answered) in saved.iter().enumerate() {
        while looks.peek().is_some_and(|(_, n)| *n < before + at + 1) {
            looks.next();
        }
        let (seen, _) = looks.peek().context("what was saved was never seen")?;
        lags.push(seen.saturating_duration_since(*answered));
    }
    lags.sort_unstable();
    Ok((lags, reached))
}

/// What SQL shows, look by look, until it is done.
fn watch(ask: &Request, done: &AtomicBool) -> anyhow::Result<Vec<(Instant, usize)>> {
    let mut seen = Vec::new();
    loop {
        let last = done.load(Relaxed);
        let n = count(ask)?;
        seen.push((Instant::now(), n));
        if last {
            return Ok(seen);
        }
        std::thread::sleep(LOOK);
    }
}

fn count(ask: &Request) -> anyhow::Result<usize> {
    let told: serde_json::Value = serde_json::from_slice(&Load::once(ask)?)?;
    let n = told["rows"][0]["n"].as_u64().with_context(|| format!("no count: {told}"))?;
    Ok(usize::try_from(n)?)
}
