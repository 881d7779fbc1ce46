//! What each customer earns after the cost of goods and the cost of being served.
//!
//! Cost to serve by activity (Kaplan and Anderson 2004, "Time-driven activity-based costing"): how often each thing
//! was done for the customer, times what it costs. The whale curve (Kaplan and Narayanan 2001) adds the profits up
//! from the best customer to the worst: it often rises above 100 % before it falls.

use crate::{Error, check_values, same_length};

/// An activity: how often it was done for each customer, and what once costs (money).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ProfitLine<'a> {
    pub times: &'a [f64],
    pub unit_cost: f64,
}

/// Profit of each customer, and the curve over all of them.
#[derive(Debug, Clone, PartialEq)]
pub struct Profit {
    /// Revenue less cost of goods and cost to serve (money, one per customer).
    pub profit: Vec<f64>,
    /// Cost of the activities (money, one per customer).
    pub cost_to_serve: Vec<f64>,
    /// Profit / revenue; NaN where there is no revenue, or too little to tell.
    pub margin: Vec<f64>,
    /// Place from 1, the most profitable first; ties in row order.
    pub rank: Vec<usize>,
    pub total: f64,
    /// Customers that cost more than they bring.
    pub losing: usize,
    /// The whale curve at each tenth of the customers.
    pub whale: Vec<WhalePoint>,
}

/// The best `customers` (share of all) together make `profit` (share of the total profit; NaN where there is none).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WhalePoint {
    pub customers: f64,
    pub profit: f64,
}

/// Works out profits from revenue and cost of goods (money, one per customer) and activities.
///
/// # Errors
/// [`Error::Empty`], [`Error::Length`], [`Error::Value`].
pub fn profitability(
    revenue: &[f64],
    cost_of_goods: &[f64],
    activities: &[ProfitLine<'_>],
) -> Result<Profit, Error> {
    let customers = revenue.len();
    if customers == 0 {
        return Err(Error::Empty);
    }
    same_length("cost of goods", cost_of_goods.len(), customers)?;
    check_values("revenue", revenue, "is not a number", f64::is_finite)?;
    check_values("cost of goods", cost_of_goods, "is not a number", f64::is_finite)?;
    let mut cost_to_serve = vec![0.0; customers];
    for activity in activities {
        same_length("an activity", activity.times.len(), customers)?;
        check_values("an activity", activity.times, "is not a number", f64::is_finite)?;
        cost_to_serve.iter_mut().zip(activity.times).for_each(|(c, times)| *c += times * activity.unit_cost);
    }
    let profit: Vec<f64> = (0..customers).map(|i| revenue[i] - cost_of_goods[i] - cost_to_serve[i]).collect();
    let mut order: Vec<usize> = (0..customers).collect();
    order.sort_by(|&a, &b| profit[b].total_cmp(&profit[a]));
    let mut rank = vec![0; customers];
    order.iter().enumerate().for_each(|(place, &i)| rank[i] = place + 1);
    let total = profit.iter().sum();
    Ok(Profit {
        margin: profit.iter().zip(revenue).map(|(p, r)| share(*p, *r)).collect(),
        losing: profit.iter().filter(|&&p| p < 0.0).count(),
        whale: whale(&profit, &order, total),
        rank,
        total,
        cost_to_serve,
        profit,
    })
}

fn whale(profit: &[f64], order: &[usize], total: f64) -> Vec<WhalePoint> {
    let point = |tenth: usize| {
        let customers = (order.len() * tenth).div_ceil(10);
        let sum: f64 = order[..customers].iter().map(|&i| profit[i]).sum();
        WhalePoint { customers: customers as f64 / order.len() as f64, profit: share(sum, total) }
    };
    (1..=10).map(point).collect()
}

/// Shares from here on say that there was next to no whole, and nothing else.
const NO_SHARE: f64 = 1e12;

/// `part / whole`; NaN where the whole is none, or next to none.
fn share(part: f64, whole: f64) -> f64 {
    let share = part / whole;
    if share.abs() < NO_SHARE { share } else { f64::NAN }
}
