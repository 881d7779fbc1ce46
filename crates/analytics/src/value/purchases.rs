//! From rows of purchases to one row per customer.

use crate::{Error, check_values, same_length};

/// Purchases as columns: row i says that `customer[i]` bought for `amount[i]` on `day[i]` in order `order[i]`.
///
/// Customers and orders are numbered from 0; days count from any fixed day. Returns are the caller's to leave out.
#[derive(Debug, Clone, Copy)]
pub struct PurchaseLog<'a> {
    pub customer: &'a [u32],
    pub order: &'a [u32],
    pub day: &'a [i32],
    pub amount: &'a [f64],
}

/// Numbers from here on are keys of another system, not places in a table.
const MOST_CUSTOMERS: u32 = 1 << 28;

/// One row per customer number: days since the last purchase, distinct orders, money spent.
///
/// A number that never occurs has NaN recency and zeros.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct RfmTable {
    pub recency_days: Vec<f64>,
    pub orders: Vec<f64>,
    pub amount: Vec<f64>,
}

/// What the buying models need to know of one customer.
///
/// `x` repeat purchases, the last of them `t_x` after the first purchase, observed until `t` after it; 0 ≤ t_x ≤ t.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct History {
    pub x: f64,
    pub t_x: f64,
    pub t: f64,
}

/// Histories of all customers who bought in the calibration period, as columns of the same length.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Histories {
    /// The customer's number in the log.
    pub customer: Vec<u32>,
    pub x: Vec<f64>,
    pub t_x: Vec<f64>,
    pub t: Vec<f64>,
    /// Mean amount of the repeat purchases; 0 without any.
    pub mean_value: Vec<f64>,
    /// Days with a purchase after calibration, until the hold-out's end.
    pub later_purchases: Vec<f64>,
    /// Money spent after calibration, until the hold-out's end.
    pub later_value: Vec<f64>,
}

impl Histories {
    /// The history of row `i`.
    pub fn get(&self, i: usize) -> History {
        History { x: self.x[i], t_x: self.t_x[i], t: self.t[i] }
    }

    /// All histories, in row order.
    pub fn iter(&self) -> impl Iterator<Item = History> + '_ {
        (0..self.x.len()).map(|i| self.get(i))
    }
}

impl PurchaseLog<'_> {
    /// Recency, frequency and money of each customer; recency counts from `as_of`.
    ///
    /// # Errors
    /// [`Error::Empty`], [`Error::Length`], [`Error::Value`] for an amount that is no number, [`Error::Parameter`] for
    /// customers who are not numbered from 0.
    pub fn rfm_table(&self, as_of: i32) -> Result<RfmTable, Error> {
        let customers = self.check()?;
        let mut table = RfmTable {
            recency_days: vec![f64::NAN; customers],
            orders: vec![0.0; customers],
            amount: vec![0.0; customers],
        };
        for (row, &customer) in self.customer.iter().enumerate() {
            let c = customer as usize;
            table.recency_days[c] = table.recency_days[c].min(f64::from(as_of) - f64::from(self.day[row]));
            table.amount[c] += self.amount[row];
        }
        let mut pairs: Vec<(u32, u32)> =
            self.customer.iter().copied().zip(self.order.iter().copied()).collect();
        pairs.sort_unstable();
        pairs.dedup();
        pairs.iter().for_each(|&(customer, _)| table.orders[customer as usize] += 1.0);
        Ok(table)
    }

    /// Histories up to and including `calibration_end`, and what came after it up to and including `holdout_end`.
    ///
    /// All purchases of a customer on one day count as one. Times are in units of `unit_days` (7 for weeks).
    /// Customers whose first purchase is later than `calibration_end` are left out.
    ///
    /// # Errors
    /// As [`PurchaseLog::rfm_table`]; [`Error::Parameter`] when `unit_days` is not positive.
    pub fn histories(
        &self,
        calibration_end: i32,
        holdout_end: i32,
        unit_days: f64,
    ) -> Result<Histories, Error> {
        self.check()?;
        if unit_days <= 0.0 || !unit_days.is_finite() {
            return Err(Error::Parameter { name: "unit_days", problem: "must be positive" });
        }
        let mut histories = Histories::default();
        let days = self.customer_days();
        for of_one in days.chunk_by(|a, b| a.customer == b.customer) {
            let split = of_one.partition_point(|day| day.day <= calibration_end);
            let (before, after) = of_one.split_at(split);
            let after = &after[..after.partition_point(|day| day.day <= holdout_end)];
            if !before.is_empty() {
                histories.push(before, after, calibration_end, unit_days);
            }
        }
        Ok(histories)
    }

    fn check(&self) -> Result<usize, Error> {
        let rows = self.customer.len();
        same_length("the order column", self.order.len(), rows)?;
        same_length("the day column", self.day.len(), rows)?;
        same_length("the amount column", self.amount.len(), rows)?;
        check_values("amount", self.amount, "is not a number", f64::is_finite)?;
        let &largest = self.customer.iter().max().ok_or(Error::Empty)?;
        if largest >= MOST_CUSTOMERS {
            let problem = "must be numbered from 0 without large gaps";
            return Err(Error::Parameter { name: "customers", problem });
        }
        Ok(largest as usize + 1)
    }

    /// One row per customer and day, sorted by both.
    fn customer_days(&self) -> Vec<CustomerDay> {
        let rows = self.customer.iter().zip(self.day).zip(self.amount);
        let mut days: Vec<CustomerDay> =
            rows.map(|((&customer, &day), &amount)| CustomerDay { customer, day, amount }).collect();
        days.sort_by_key(|row| (row.customer, row.day));
        days.dedup_by(|next, kept| {
            let same = (next.customer, next.day) == (kept.customer, kept.day);
            if same {
                kept.amount += next.amount;
            }
            same
        });
        days
    }
}

struct CustomerDay {
    customer: u32,
    day: i32,
    amount: f64,
}

impl Histories {
    fn push(&mut self, before: &[CustomerDay], after: &[CustomerDay], end: i32, unit_days: f64) {
        let units = |from: i32, to: i32| (f64::from(to) - f64::from(from)) / unit_days;
        let (first, last) = (before[0].day, before[before.len() - 1].day);
        let repeats = &before[1..];
        let spent: f64 = repeats.iter().map(|day| day.amount).sum();
        self.customer.push(before[0].customer);
        self.x.push(repeats.len() as f64);
        self.t_x.push(units(first, last));
        self.t.push(units(first, end));
        self.mean_value.push(if repeats.is_empty() { 0.0 } else { spent / repeats.len() as f64 });
        self.later_purchases.push(after.len() as f64);
        self.later_value.push(after.iter().map(|day| day.amount).sum());
    }
}
