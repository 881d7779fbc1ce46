//! The purchases of Online Retail: lines with a customer, not cancelled, with a quantity and a price.

use std::collections::BTreeSet;

use crate::shared::{csv_rows, data, day_number};

/// One entry per purchase line; codes point into the sorted names.
pub struct Purchases {
    pub customer: Vec<u32>,
    pub stock: Vec<u32>,
    pub invoice: Vec<String>,
    /// Days since 1970-01-01.
    pub day: Vec<i64>,
    pub amount: Vec<f64>,
    pub customers: Vec<u32>,
    pub stocks: Vec<String>,
}

/// Reads the purchases; call it only where there is a folder of reference cases.
pub fn purchases() -> Purchases {
    let (header, rows) = csv_rows(&data("online_retail.csv.gz"));
    let column =
        |name: &str| header.iter().position(|have| have == name).unwrap_or_else(|| panic!("no {name}"));
    let (id, invoice, stock) = (column("CustomerID"), column("InvoiceNo"), column("StockCode"));
    let (quantity, price, date) = (column("Quantity"), column("UnitPrice"), column("InvoiceDate"));
    let bought = |row: &&csv::StringRecord| {
        row[id].parse::<f64>().is_ok()
            && !row[invoice].starts_with(['C', 'c'])
            && row[quantity].parse::<f64>().is_ok_and(|quantity| quantity > 0.0)
            && row[price].parse::<f64>().is_ok_and(|price| price > 0.0)
    };
    let rows: Vec<&csv::StringRecord> = rows.iter().filter(bought).collect();
    let customer_of = |row: &csv::StringRecord| row[id].parse::<f64>().unwrap() as u32;
    let customers: BTreeSet<u32> = rows.iter().map(|row| customer_of(row)).collect();
    let stocks: BTreeSet<&str> = rows.iter().map(|row| &row[stock]).collect();
    let customers: Vec<u32> = customers.into_iter().collect();
    let stocks: Vec<String> = stocks.into_iter().map(str::to_owned).collect();
    let number = |text: &str| text.parse::<f64>().unwrap();
    Purchases {
        customer: rows.iter().map(|row| customers.binary_search(&customer_of(row)).unwrap() as u32).collect(),
        stock: rows
            .iter()
            .map(|row| stocks.binary_search_by(|have| have.as_str().cmp(&row[stock])).unwrap() as u32)
            .collect(),
        invoice: rows.iter().map(|row| row[invoice].to_owned()).collect(),
        day: rows
            .iter()
            .map(|row| {
                let part = |range: std::ops::Range<usize>| row[date][range].parse::<i64>().unwrap();
                day_number(part(0..4), part(5..7), part(8..10))
            })
            .collect(),
        amount: rows.iter().map(|row| number(&row[quantity]) * number(&row[price])).collect(),
        customers,
        stocks,
    }
}
