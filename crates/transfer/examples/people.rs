//! Writes people as CSV for the import benchmark: `people COUNT COMPANIES > people.csv`.

use std::io::{self, BufWriter, Write};

use sample::bench::{PEOPLE, people};
use transfer::write::csv_line;

fn main() -> io::Result<()> {
    let number = |at, usual| std::env::args().nth(at).and_then(|text| text.parse().ok()).unwrap_or(usual);
    let mut out = BufWriter::new(io::stdout().lock());
    csv_line(&mut out, PEOPLE)?;
    for person in people(number(1, 1_000_000), number(2, 200_000)) {
        csv_line(&mut out, person)?;
    }
    out.flush()
}
