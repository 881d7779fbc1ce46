//! Fills a fresh SQLite file with the sample company, and prints how long it took.

use std::{error::Error, sync::Arc, time::Instant};

use db::{Config, Db};
use kernel::{Clock, Timestamp};
use records::{Draft, Engine, Options, Principal, schema, testing::definitions};

fn main() -> Result<(), Box<dyn Error>> {
    let file = std::env::args().nth(1).ok_or("say which file to make")?;
    let now = Timestamp::now();
    let engine = open(&file, now)?;
    let sellers = engine.write(&Principal::system(), |writer| {
        let users = writer.object("user")?;
        let drafts =
            (1..=8).map(|seller| Draft::new(&users).with("name", format!("Seller {seller}"))).collect();
        writer
            .save_all(drafts)?
            .into_iter()
            .map(|saved| Ok(saved?.id))
            .collect::<Result<Vec<_>, records::Error>>()
    })?;
    let begun = Instant::now();
    let filled = sample::fill(&engine, &sellers, now, sample::Size::default())?;
    println!("{} records and {} changes in {:.2?}", filled.records, filled.changes, begun.elapsed());
    Ok(())
}

fn open(file: &str, now: Timestamp) -> Result<Engine, Box<dyn Error>> {
    let definitions = definitions(sales::objects().into_iter().chain(activities::objects()));
    let mut behaviours = sales::behaviours();
    behaviours.extend(activities::behaviours());
    let db = Db::open(&Config::new(format!("sqlite:{file}")), schema::MIGRATIONS)?;
    let options = Options { clock: Arc::new(Clock::fixed(now)), behaviours, ..Options::default() };
    Ok(schema::open(&db, &definitions, options)?)
}
