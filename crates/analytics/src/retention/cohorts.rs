//! Cohorts: customers by the period of their first purchase, and what became of them period by period.

use crate::{Error, check_values, same_length};

/// The customers who first bought in one period.
#[derive(Debug, Clone, PartialEq)]
pub struct Cohort {
    /// The period of their first purchase.
    pub first: i32,
    /// How many they are.
    pub size: usize,
    /// How many of them bought at age 0, 1, … (periods since the first, up to the last period of the data).
    pub active: Vec<usize>,
    /// What they spent at each age (money).
    pub revenue: Vec<f64>,
}

impl Cohort {
    /// The share of the cohort that bought at each age.
    pub fn retention(&self) -> Vec<f64> {
        self.active.iter().map(|&active| active as f64 / self.size as f64).collect()
    }
}

/// More cells than this are a mistake in the periods (a date in the year 9999), not a table.
const MOST_CELLS: i64 = 20_000_000;

/// Follows cohorts through purchases: row i says that `customer[i]` spent `amount[i]` in `period[i]`.
///
/// Customers are numbered from 0; periods are whole numbers in order of time (year · 12 + month, say). Cohorts come
/// in order of time; periods in which nobody was new have none.
///
/// # Errors
/// [`Error::Empty`], [`Error::Length`], [`Error::Value`] for an amount that is no number, [`Error::Parameter`] when the periods
/// lie too far apart for a table.
pub fn cohorts(customer: &[u32], period: &[i32], amount: &[f64]) -> Result<Vec<Cohort>, Error> {
    same_length("the period column", period.len(), customer.len())?;
    same_length("the amount column", amount.len(), customer.len())?;
    check_values("amount", amount, "is not a number", f64::is_finite)?;
    let &last_customer = customer.iter().max().ok_or(Error::Empty)?;
    let &last = period.iter().max().ok_or(Error::Empty)?;
    let mut first = vec![i32::MAX; last_customer as usize + 1];
    for (&customer, &period) in customer.iter().zip(period) {
        let first = &mut first[customer as usize];
        *first = period.min(*first);
    }
    let mut starts: Vec<i32> = first.iter().copied().filter(|&first| first != i32::MAX).collect();
    starts.sort_unstable();
    let ages = |first: i32| i64::from(last) - i64::from(first) + 1;
    if starts.chunk_by(|a, b| a == b).map(|same| ages(same[0])).sum::<i64>() > MOST_CELLS {
        return Err(Error::Parameter {
            name: "the periods",
            problem: "lie too far apart for a table of cohorts",
        });
    }
    let mut found: Vec<Cohort> = starts.chunk_by(|a, b| a == b).map(|same| Cohort::new(same, last)).collect();
    let place = |first: i32, found: &[Cohort]| found.partition_point(|cohort| cohort.first < first);
    let age = |first: i32, period: i32| (i64::from(period) - i64::from(first)) as usize;
    for (row, &customer) in customer.iter().enumerate() {
        let first = first[customer as usize];
        let cohort = place(first, &found);
        found[cohort].revenue[age(first, period[row])] += amount[row];
    }
    let mut seen: Vec<(u32, i32)> = customer.iter().copied().zip(period.iter().copied()).collect();
    seen.sort_unstable();
    seen.dedup();
    for (customer, period) in seen {
        let first = first[customer as usize];
        let cohort = place(first, &found);
        found[cohort].active[age(first, period)] += 1;
    }
    Ok(found)
}

impl Cohort {
    fn new(same: &[i32], last: i32) -> Cohort {
        let ages = (i64::from(last) - i64::from(same[0])) as usize + 1;
        Cohort { first: same[0], size: same.len(), active: vec![0; ages], revenue: vec![0.0; ages] }
    }
}
