//! Rows from the seed, as CSV files.

use std::path::{Path, PathBuf};

use sample::bench;

/// A file to bring in.
pub struct Import {
    pub file: PathBuf,
    pub object: &'static str,
    pub key: &'static str,
    pub rows: usize,
}

/// Companies first: people and deals name them.
pub fn write(place: &Path, people: usize, companies: usize, deals: usize) -> anyhow::Result<Vec<Import>> {
    let today = jiff::civil::date(2026, 3, 16);
    let import = |object: &'static str, key, rows| Import {
        file: place.join(format!("{object}.csv")),
        object,
        key,
        rows,
    };
    let all = vec![
        import("company", "name", companies),
        import("person", "email", people),
        import("deal", "external_id", deals),
    ];
    save(&all[0].file, &bench::COMPANIES, bench::companies(companies))?;
    save(&all[1].file, &bench::PEOPLE, bench::people(people, companies))?;
    save(&all[2].file, &bench::DEALS, bench::deals(deals, companies, today))?;
    Ok(all)
}

fn save<const N: usize>(
    file: &Path,
    header: &[&str; N],
    rows: impl Iterator<Item = [String; N]>,
) -> anyhow::Result<()> {
    let mut writer = csv::Writer::from_path(file)?;
    writer.write_record(header)?;
    for row in rows {
        writer.write_record(&row)?;
    }
    Ok(writer.flush()?)
}
