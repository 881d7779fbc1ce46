//! Writes a page for each kind of screen, with sample data, into the folder given: to be looked at and to be checked.
//!
//! `cargo run -p ui --example gallery -- OUT_DIR`, then serve the folder over HTTP.

mod board;
mod forms;
mod fragments;
mod home;
mod list;
mod parts;
mod record;
mod sample;

use std::{fs, path::Path, sync::Arc};

use i18n::{Reader, Texts};
use jiff::{Timestamp, tz::TimeZone};
use ui::assets;

fn main() -> std::io::Result<()> {
    let folder = std::env::args().nth(1).unwrap_or_else(|| "gallery".to_owned());
    let folder = Path::new(&folder);
    fs::create_dir_all(folder.join("assets"))?;
    for asset in assets::all() {
        fs::write(folder.join("assets").join(asset.name), asset.plain)?;
    }
    let english = reader("en-GB");
    let pages = [
        ("home", home::page(&english)),
        ("list", list::page(&english)),
        ("list-grouped", list::grouped(&english)),
        ("list-filter", list::filtered(&english)),
        ("list-empty", list::empty(&english)),
        ("list-de", list::page(&reader("de"))),
        ("list-ar", list::page(&reader("ar"))),
        ("board", board::page(&english)),
        ("board-ar", board::page(&reader("ar"))),
        ("record-ar", record::page(&reader("ar"))),
        ("form-ar", forms::page(&reader("ar"))),
        ("record", record::page(&english)),
        ("record-details", record::details(&english)),
        ("form", forms::page(&english)),
        ("form-errors", forms::errors(&english)),
        ("drawer", forms::drawer(&english)),
        ("import", forms::import(&english)),
        ("sign-in", forms::sign_in(&english)),
        ("conflict", parts::conflict(&english)),
        ("parts", parts::page(&english)),
        ("palette", parts::palette(&english)),
        ("editing", parts::editing_places(&english)),
    ];
    for (name, markup) in pages {
        fs::write(folder.join(format!("{name}.html")), markup.into_string())?;
    }
    let started = std::time::Instant::now();
    let bytes = (0..100).map(|_| list::page(&english).into_string().len()).sum::<usize>() / 100;
    println!("the list page: {bytes} bytes in {} µs", started.elapsed().as_micros() / 100);
    fs::create_dir_all(folder.join("fragments"))?;
    for (name, markup) in fragments::all(&english) {
        fs::write(folder.join("fragments").join(format!("{name}.html")), markup.into_string())?;
    }
    Ok(())
}

/// Wednesday, 15 July 2026, 10:30 in Vienna.
fn reader(locale: &str) -> Reader {
    let now: Timestamp = "2026-07-15T08:30:00Z".parse().expect("a timestamp");
    Arc::new(Texts::new()).reader(locale, TimeZone::get("Europe/Vienna").unwrap_or(TimeZone::UTC), now)
}
