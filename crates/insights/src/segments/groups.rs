//! What every way of grouping reports: sizes, what sets groups apart, who is in which.

use analytics::Feature;
use analytics::segments::{Points, calinski_harabasz, davies_bouldin, profiles, silhouette};

use crate::failure::Failure;
use crate::output::{Grid, Report};
use crate::table::Table;

/// Rows that the silhouette is drawn from at most.
const SILHOUETTE_ROWS: usize = 5_000;

/// Adds how well groups are apart.
pub fn add_quality(report: &mut Report, points: &Points, labels: &[u32], seed: u64) -> Result<(), Failure> {
    report.single("silhouette", silhouette(points, labels, SILHOUETTE_ROWS, seed)?);
    report.single("calinski_harabasz", calinski_harabasz(points, labels)?);
    report.single("davies_bouldin", davies_bouldin(points, labels)?);
    if labels.len() > SILHOUETTE_ROWS {
        report.note(format!("the silhouette is of {SILHOUETTE_ROWS} rows drawn by the seed"));
    }
    Ok(())
}

/// Adds the groups in words and the group of each row.
pub fn add_groups(
    report: &mut Report,
    table: &Table,
    labels: &[u32],
    features: &[Feature],
) -> Result<(), Failure> {
    let found = profiles(labels, features)?;
    report.table(
        "groups",
        Grid::new()
            .wholes("group", found.iter().map(|profile| profile.group))
            .wholes("size", found.iter().map(|profile| profile.size))
            .numbers("share", found.iter().map(|profile| profile.share)),
    );
    let said = found.iter().map(|profile| format!("  {}: {}", profile.group, profile.sentence()));
    report.text("profiles", said.collect::<Vec<_>>().join("\n"));
    report.table(
        "rows",
        Grid::new()
            .wholes("row", table.places().iter().map(|place| place + 1))
            .wholes("group", labels.iter().copied()),
    );
    Ok(())
}
