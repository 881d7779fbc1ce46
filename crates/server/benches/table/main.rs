//! `cargo xtask bench`: what the program does in a second, as the rows of `docs/benchmarks.md`.
//!
//! Data comes from `sample::bench` through `rapport import`; requests go over loopback to a program of its own,
//! with connections kept alive. `bare.rs` is what an axum handler does that has the same SQL and nothing else.

mod bare;
mod cluster;
mod data;
mod house;
mod load;
mod warehouse;

use std::{
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use house::House;
use load::{Load, Request};

/// How long each kind of request is sent.
const SPAN: Duration = Duration::from_secs(4);

/// What is measured, from the command line.
struct Wish {
    people: usize,
    companies: usize,
    deals: usize,
    database: Option<String>,
    /// Everything, or one part alone.
    part: Part,
    /// Where data and database stay afterwards; without, nothing stays.
    folder: Option<PathBuf>,
}

#[derive(PartialEq, Eq)]
enum Part {
    Program,
    /// What the warehouse costs.
    Warehouse,
    /// Its queries on a cluster.
    Cluster,
}

fn main() -> anyhow::Result<()> {
    let wish = wish();
    let passing = tempfile::tempdir()?;
    let place = wish.folder.as_deref().unwrap_or(passing.path());
    let files = data::write(place, wish.people, wish.companies, wish.deals)?;
    let mut house = House::new(place, wish.database.as_deref())?;
    println!(
        "{} people, {} companies, {} deals; {} cores\n",
        wish.people,
        wish.companies,
        wish.deals,
        cores()
    );
    println!("| what | figure |\n|---|---|");
    for import in &files {
        let done = house.import(import)?;
        let rate = import.rows as f64 / done.seconds;
        row(
            &format!("import of {} {}", import.rows, import.object),
            &format!("{rate:.0} rows/s, {} MB at most", done.peak_mb),
        );
    }
    if wish.part != Part::Program {
        warehouse::rebuild(&house, files.iter().map(|import| import.rows).sum())?;
    }
    match wish.part {
        Part::Program => program(&mut house, place)?,
        Part::Warehouse => {
            house.start()?;
            warehouse::lags(&house)?;
        }
        Part::Cluster => cluster::compare(&mut house)?,
    }
    house.stop()
}

fn program(house: &mut House, place: &Path) -> anyhow::Result<()> {
    let start = house.start()?;
    row("start to first page", &format!("{:.0} ms", start.as_secs_f64() * 1e3));
    row("idle memory", &format!("{} MB", house.memory_mb()));
    reads(house)?;
    saves(house, place)?;
    weight(house)
}

fn reads(house: &House) -> anyhow::Result<()> {
    let owner = house.owner()?;
    let filter =
        format!("filter=stage%20%3D%20%22proposal%22%20and%20owner%20%3D%20%22{owner}%22&sort=-amount");
    let fields = "fields=name,stage,amount,close_date,company,owner";
    let json = house.get(&format!("/api/v1/deals?{filter}&{fields}&limit=50"));
    let page = house.get(&format!("/deals?{filter}"));
    let bare = bare::serve(&house.config()?, &owner)?;
    let bare_list = Request::get(bare.address, "/deals", "");
    tell("list of 50 deals as JSON, 1 client", &Load::run(1, SPAN, |_| json.clone())?);
    let full = Load::run(16, SPAN, |_| json.clone())?;
    tell("list of 50 deals as JSON, 16 clients", &full);
    let plain = Load::run(16, SPAN, |_| bare_list.clone())?;
    tell("the same SQL in a bare axum handler, 16 clients", &plain);
    row("share of the bare handler", &format!("{:.2}", full.per_second() / plain.per_second()));
    tell("list of deals as a page, 1 client", &Load::run(1, SPAN, |_| page.clone())?);
    tell("list of deals as a page, 16 clients", &Load::run(16, SPAN, |_| page.clone())?);
    let ids = house.ids("/api/v1/people?fields=name&limit=200")?;
    let one = |at: usize| house.get(&format!("/api/v1/people/{}", ids[at % ids.len()]));
    tell("one person, 1 client", &Load::run(1, SPAN, one)?);
    tell("one person, 16 clients", &Load::run(16, SPAN, one)?);
    let typed = [
        "mar", "mari", "and", "ander", "son", "smith", "lee", "har", "harb", "joh", "johns", "wil", "tan",
        "kow",
    ];
    let search = |at: usize| house.get(&format!("/api/v1/search?q={}", typed[at % typed.len()]));
    tell("search as typed, 1 client", &Load::run(1, SPAN, search)?);
    tell("search as typed, 16 clients", &Load::run(16, SPAN, search)?);
    Ok(())
}

fn saves(house: &House, place: &Path) -> anyhow::Result<()> {
    let stamp = std::process::id();
    let save = |at: usize| house.post("/api/v1/companies", &format!("{{\"name\":\"Bench {stamp} {at}\"}}"));
    tell("save by API, durable, 1 client", &Load::run(1, SPAN, save)?);
    let many = Load::run(16, SPAN, |at| save(at + 10_000_000))?;
    tell("save by API, durable, 16 clients", &many);
    let began = Instant::now();
    let mut file = std::fs::File::create(place.join("sync"))?;
    let mut syncs = 0_u32;
    while began.elapsed() < Duration::from_secs(2) {
        std::io::Write::write_all(&mut file, &[0; 4096])?;
        file.sync_data()?;
        syncs += 1;
    }
    let each = f64::from(syncs) / began.elapsed().as_secs_f64();
    row("one fsync for each write", &format!("{each:.0}/s"));
    row("saves at 16 clients against that", &format!("{:.1} times", many.per_second() / each));
    Ok(())
}

fn weight(house: &House) -> anyhow::Result<()> {
    let page = house.get("/deals").with_header("accept-encoding: br, gzip");
    let bytes = Load::once(&page)?.len();
    row("weight of the list page, compressed, without assets", &format!("{:.1} kB", bytes as f64 / 1e3));
    for (what, ending) in [("scripts", ".js"), ("styles", ".css")] {
        let (sum, count) = house.assets(ending)?;
        row(&format!("weight of {what}, compressed"), &format!("{:.1} kB in {count}", sum as f64 / 1e3));
    }
    Ok(())
}

fn tell(what: &str, load: &Load) {
    let p99 = load.quantile_ms(0.99);
    let wrong = if load.refused == 0 { String::new() } else { format!(", {} refused", load.refused) };
    row(
        what,
        &format!("{:.0}/s, p50 {:.1} ms, p99 {p99:.1} ms{wrong}", load.per_second(), load.quantile_ms(0.5)),
    );
}

fn row(what: &str, figure: &str) {
    println!("| {what} | {figure} |");
}

fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, Into::into)
}

fn wish() -> Wish {
    let arguments: Vec<String> = std::env::args().collect();
    let after = |flag: &str| arguments.iter().skip_while(|argument| *argument != flag).nth(1).cloned();
    let is_there = |flag: &str| arguments.iter().any(|argument| argument == flag);
    let million = is_there("--million");
    let asked = after("--people").and_then(|number| number.parse().ok());
    let people = asked.unwrap_or(if million { 1_000_000 } else { 100_000 });
    let folder = after("--folder").map(PathBuf::from);
    let part = match () {
        () if is_there("--cluster") => Part::Cluster,
        () if is_there("--warehouse") => Part::Warehouse,
        () => Part::Program,
    };
    let database = after("--postgres");
    Wish { people, companies: (people / 5).max(1), deals: people, database, part, folder }
}
