//! `--sort`: the rows of a report's tables in the order of one of their columns.

use std::cmp::Ordering;

use super::grid::{Cells, Grid};
use super::{Part, Report};
use crate::failure::Failure;
use crate::table::nearest;

/// What stands behind the name of a column for the smallest first.
const RISING: &str = ":up";

/// Sorts the tables that have the column `by` names, `probability` or `probability:up`; rows without a value come last.
///
/// # Errors
/// [`Failure::Usage`] when no table has it.
pub fn sort(report: &mut Report, by: &str) -> Result<(), Failure> {
    let (name, rising) = match by.strip_suffix(RISING) {
        Some(name) => (name, true),
        None => (by, false),
    };
    // As it is shown to people, or as it is written.
    let name = name.trim().to_lowercase().replace([' ', '-'], "_");
    let mut found = false;
    for grid in tables(&mut report.parts) {
        let Some(column) = grid.columns.iter().position(|(own, _)| own.to_lowercase() == name) else {
            continue;
        };
        found = true;
        let cells = &grid.columns[column].1;
        let mut order: Vec<usize> = (0..grid.len()).collect();
        order.sort_by(|a, b| compare(cells, *a, *b, rising));
        *grid = grid.in_order(&order);
    }
    if found { Ok(()) } else { Err(unknown(report, by)) }
}

fn tables(parts: &mut [Part]) -> impl Iterator<Item = &mut Grid> {
    parts.iter_mut().filter_map(|part| match part {
        Part::Table { grid, .. } => Some(grid),
        _ => None,
    })
}

fn unknown(report: &mut Report, by: &str) -> Failure {
    let names: Vec<&String> =
        tables(&mut report.parts).flat_map(|grid| &grid.columns).map(|(name, _)| name).collect();
    let meant = nearest(by, names.iter().map(|name| name.as_str()));
    let meant = meant.map_or(String::new(), |near| format!(" (did you mean \"{near}\"?)"));
    Failure::Usage(format!("--sort {by}: no table of this report has such a column{meant}"))
}

fn compare(cells: &Cells, a: usize, b: usize, rising: bool) -> Ordering {
    let known = |ordering: Ordering| if rising { ordering } else { ordering.reverse() };
    match cells {
        Cells::Numbers(values) => match (values[a], values[b]) {
            (a, b) if a.is_nan() || b.is_nan() => a.is_nan().cmp(&b.is_nan()),
            (a, b) => known(a.total_cmp(&b)),
        },
        Cells::Wholes(values) => known(values[a].cmp(&values[b])),
        Cells::Decimals(values) => match (values[a], values[b]) {
            (Some(a), Some(b)) => known(a.cmp(&b)),
            (a, b) => a.is_none().cmp(&b.is_none()),
        },
        Cells::Texts(values) => match (&values[a], &values[b]) {
            (a, b) if a.is_empty() || b.is_empty() => a.is_empty().cmp(&b.is_empty()),
            (a, b) => known(a.cmp(b)),
        },
        // Lists have no order.
        Cells::Values(_) => Ordering::Equal,
    }
}

#[cfg(test)]
mod tests {
    use kernel::Decimal;

    use super::*;

    fn report() -> Report {
        let mut report = Report::new("Test");
        report.table(
            "customers",
            Grid::new()
                .texts("customer", ["a", "b", "c", "d"])
                .maybe("left_at", [Some(2.0), None, Some(3.0), Some(2.0)])
                .decimals("worth", [None, Some(Decimal::ONE), Some(Decimal::TWO), Some(Decimal::ZERO)]),
        );
        report
    }

    #[track_caller]
    fn check(by: &str, order: &str) {
        let mut report = report();
        sort(&mut report, by).unwrap();
        let Part::Table { grid, .. } = &report.parts[0] else { panic!("no table") };
        let found: String =
            (0..grid.len()).map(|row| grid.value(0, row).as_str().unwrap().to_owned()).collect();
        assert_eq!(found, order, "{by}");
    }

    #[test]
    fn rows_go_by_a_column_with_what_is_not_known_last() {
        check("left_at", "cadb");
        check("left at:up", "adcb");
        check("worth", "cbda");
        check("Worth:up", "dbca");
        check("customer", "dcba");
        check("customer:up", "abcd");
    }

    #[test]
    fn a_column_that_is_in_no_table_is_named_with_the_nearest() {
        let failure = sort(&mut report(), "left").unwrap_err();
        assert_eq!(
            failure.to_string(),
            "--sort left: no table of this report has such a column (did you mean \"left_at\"?)"
        );
    }
}
