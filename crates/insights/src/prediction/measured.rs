//! Measures of chances as parts of a report.

use analytics::prediction::metrics::{self, Report as Measures};

use crate::failure::Failure;
use crate::output::{Grid, Report};

/// All measures by name.
pub fn figures(measures: &Measures) -> Vec<(&'static str, f64)> {
    vec![
        ("rows", measures.rows as f64),
        ("events", measures.events as f64),
        ("auc", measures.auc),
        ("gini", measures.gini),
        ("ks", measures.ks),
        ("average_precision", measures.average_precision),
        ("brier", measures.brier),
        ("log_loss", measures.log_loss),
        ("lift_10", measures.lift_10),
        ("lift_20", measures.lift_20),
        ("calibration_error", measures.calibration_error),
        ("mean_chance", measures.mean_chance),
    ]
}

/// Adds measures under `key`, with deciles, gains and the calibration curve. `weights`, if given, say how much each row
/// counts.
pub fn add(
    report: &mut Report,
    key: &str,
    outcome: &[f64],
    chances: &[f64],
    weights: Option<&[f64]>,
) -> Result<Measures, Failure> {
    let measures = metrics::report(outcome, chances, weights)?;
    let mut found = figures(&measures);
    if weights.is_some() {
        found.insert(2, ("weight", measures.weight));
    }
    report.figures(key, found);
    let gains = metrics::gains(outcome, chances, weights, 10)?;
    report.table(
        &format!("{key}_deciles"),
        Grid::new()
            .wholes("decile", 1..=measures.decile_rates.len())
            .numbers("rate", measures.decile_rates.iter().copied())
            .numbers("events_reached", gains.iter().map(|gain| gain.events))
            .numbers("lift", gains.iter().map(|gain| gain.lift)),
    );
    let curve = metrics::calibration_curve(outcome, chances, weights, 10)?;
    report.table(
        &format!("{key}_calibration"),
        Grid::new()
            .wholes("rows", curve.iter().map(|bin| bin.rows))
            .numbers("mean_chance", curve.iter().map(|bin| bin.mean_chance))
            .numbers("rate", curve.iter().map(|bin| bin.rate)),
    );
    Ok(measures)
}
