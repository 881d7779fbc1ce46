//! Writes rows for benchmarks as CSV: `rows people|companies|deals COUNT COMPANIES`.

use std::{
    error::Error,
    io::{BufWriter, Write, stdout},
};

use sample::bench;

fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = std::env::args().collect();
    let [_, kind, count, companies] = args.as_slice() else {
        return Err("usage: rows people|companies|deals COUNT COMPANIES".into());
    };
    let (count, companies) = (count.parse()?, companies.parse()?);
    match kind.as_str() {
        "people" => write(&bench::PEOPLE, bench::people(count, companies)),
        "companies" => write(&bench::COMPANIES, bench::companies(count)),
        "deals" => {
            let today = jiff::Zoned::now().date();
            write(&bench::DEALS, bench::deals(count, companies, today))
        }
        other => Err(format!("there are no rows of {other}").into()),
    }
}

fn write<const N: usize>(
    header: &[&str; N],
    rows: impl Iterator<Item = [String; N]>,
) -> Result<(), Box<dyn Error>> {
    let mut out = BufWriter::new(stdout().lock());
    writeln!(out, "{}", header.join(","))?;
    for row in rows {
        let cells = row.map(|cell| match cell.contains([',', '"', '\n']) {
            true => format!("\"{}\"", cell.replace('"', "\"\"")),
            false => cell,
        });
        writeln!(out, "{}", cells.join(","))?;
    }
    Ok(())
}
