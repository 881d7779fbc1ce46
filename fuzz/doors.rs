//! Where bytes from outside come in, a function for each: none may panic, whatever they are.
//!
//! The fuzzer calls these from `targets/`; `crates/server/tests/it/corpora.rs` calls them with everything in `corpus/`.

use std::{fs, ops::ControlFlow, process};

use axum::http::{HeaderMap, HeaderValue, header};
use transfer::{
    mapping::{Mapping, Profile},
    table::{Reading, Source, Table},
};

/// A door, by the name of its target and of its folder in `corpus/`.
pub type Door = (&'static str, fn(&[u8]));

pub const DOORS: [Door; 7] = [
    ("expression", expression),
    ("form", form),
    ("cursor", cursor),
    ("cookie", cookie),
    ("table", table),
    ("mapping", mapping),
    ("definition", definition),
];

/// An expression that can be read is printed as one that is read as the same.
pub fn expression(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Ok(tree) = expr::parse(text) {
        let printed = expr::print(&tree);
        let again = expr::parse(&printed)
            .unwrap_or_else(|_| panic!("{text:?} is printed as {printed:?}, which cannot be read"));
        assert_eq!(expr::print(&again), printed);
    }
}

/// What a form sends, sent again, is the same.
pub fn form(bytes: &[u8]) {
    let fields = web::Fields::parse(&String::from_utf8_lossy(bytes));
    assert_eq!(web::Fields::parse(&fields.encode()), fields);
}

/// A place in a list that can be read is written as it was.
pub fn cursor(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Some(cursor) = records::Cursor::parse(text) {
        assert!(records::Cursor::parse(&cursor.to_text()).is_some());
    }
}

pub fn cookie(bytes: &[u8]) {
    let Ok(value) = HeaderValue::from_bytes(bytes) else { return };
    let headers = HeaderMap::from_iter([(header::COOKIE, value)]);
    let _ = web::cookie(&headers, web::SESSION_COOKIE);
}

/// A file to import, whatever it is: it is a table or is refused, and reading on from any of its rows gives the same rows
/// as reading from the first, for that is how an interrupted import goes on.
pub fn table(bytes: &[u8]) {
    let path = std::env::temp_dir().join(format!("rapport-door-{}.csv", process::id()));
    fs::write(&path, bytes).expect("a file");
    let source = Source::File(path.clone());
    if let Ok(table) = Table::open(source, &Reading::default()) {
        let all = rows(&table, 0);
        assert!(all.is_sorted_by_key(|row| row.0), "rows come in their order");
        for from in [all.len() / 3, all.len() / 2] {
            let Some((number, _)) = all.get(from) else { continue };
            assert_eq!(rows(&table, *number), all[from..], "from row {number} on");
        }
        let _ = Profile::of(&table);
    }
    fs::remove_file(&path).expect("the file");
}

/// Each row's number, and what stands in it and is wrong with it.
fn rows(table: &Table, from: u64) -> Vec<(u64, String)> {
    let mut rows = Vec::new();
    let read = table.each(from, &mut |row| {
        let cells: Vec<&str> = row.cells().collect();
        rows.push((row.number, format!("{cells:?} {:?} {}", row.faults, row.repaired)));
        ControlFlow::Continue(())
    });
    if let Err(error) = read {
        rows.push((u64::MAX, error.to_string()));
    }
    rows
}

/// A mapping that can be read is printed as one that is read as the same.
pub fn mapping(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Ok(mapping) = Mapping::parse(text) {
        let printed = mapping.print();
        let again = Mapping::parse(&printed)
            .unwrap_or_else(|why| panic!("{text:?} is printed as {printed:?}, which cannot be read: {why}"));
        assert_eq!(again, mapping, "{text:?} is printed as {printed:?}");
    }
}

/// What customers define, from a file.
pub fn definition(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let _ = metadata::definition::parse_overlay("overlay.toml", text);
    if let Ok(object) = metadata::definition::parse_object("object.toml", text) {
        let _ = metadata::compile(&[(object, metadata::Origin::Custom)]);
    }
}
