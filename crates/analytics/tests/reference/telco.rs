//! The customers of Telco, and how they are split: every fifth row is held back.

use std::collections::BTreeSet;

use analytics::prediction::{Fold, HoldOut};
use analytics::{Feature, Taken};

use crate::shared::{csv_rows, data};

pub struct Telco {
    header: Vec<String>,
    rows: Vec<csv::StringRecord>,
}

/// Codes of a column and the sorted names they stand for.
pub struct Coded {
    pub codes: Vec<u32>,
    pub names: Vec<String>,
}

impl Telco {
    pub fn read() -> Telco {
        let (header, rows) = csv_rows(&data("telco_churn.csv"));
        Telco { header, rows }
    }

    pub fn text(&self, column: &str) -> Vec<&str> {
        let at = self.header.iter().position(|name| name == column).unwrap_or_else(|| panic!("no {column}"));
        self.rows.iter().map(|row| &row[at]).collect()
    }

    /// Numbers; a blank is 0.
    pub fn numbers(&self, column: &str) -> Vec<f64> {
        self.text(column).iter().map(|text| text.trim().parse().unwrap_or(0.0)).collect()
    }

    /// 1 where the column has one of the values, else 0.
    pub fn is(&self, column: &str, values: &[&str]) -> Vec<f64> {
        self.text(column).iter().map(|text| f64::from(u8::from(values.contains(text)))).collect()
    }

    pub fn coded(&self, column: &str) -> Coded {
        let text = self.text(column);
        let names: BTreeSet<&str> = text.iter().copied().collect();
        let names: Vec<String> = names.into_iter().map(str::to_owned).collect();
        let codes =
            text.iter().map(|text| names.iter().position(|name| name == text).unwrap() as u32).collect();
        Coded { codes, names }
    }

    pub fn churn(&self) -> Vec<f64> {
        self.is("Churn", &["Yes"])
    }

    pub fn fold(&self) -> Fold {
        HoldOut::EveryNth { n: 5, remainder: 0 }.split(self.rows.len()).unwrap()
    }
}

pub const CATEGORIES: [&str; 16] = [
    "gender",
    "SeniorCitizen",
    "Partner",
    "Dependents",
    "PhoneService",
    "MultipleLines",
    "InternetService",
    "OnlineSecurity",
    "OnlineBackup",
    "DeviceProtection",
    "TechSupport",
    "StreamingTV",
    "StreamingMovies",
    "Contract",
    "PaperlessBilling",
    "PaymentMethod",
];

/// Columns of some rows, owned.
pub struct Part {
    names: Vec<String>,
    taken: Vec<Taken>,
    levels: Vec<Vec<String>>,
}

impl Part {
    pub fn take(features: &[Feature], rows: &[usize]) -> Part {
        let levels = |feature: &Feature| match feature.values {
            analytics::Values::Categories { names, .. } => {
                names.iter().map(|&name| name.to_owned()).collect()
            }
            analytics::Values::Numbers(_) => Vec::new(),
        };
        Part {
            names: features.iter().map(|feature| feature.name.to_owned()).collect(),
            taken: features.iter().map(|feature| Taken::rows(feature, rows)).collect(),
            levels: features.iter().map(levels).collect(),
        }
    }

    /// Calls `with` with the columns.
    pub fn with<T>(&self, with: impl FnOnce(&[Feature]) -> T) -> T {
        let levels: Vec<Vec<&str>> =
            self.levels.iter().map(|levels| levels.iter().map(String::as_str).collect()).collect();
        let features: Vec<Feature> = (0..self.names.len())
            .map(|at| match &self.taken[at] {
                Taken::Numbers(values) => Feature::numbers(&self.names[at], values),
                Taken::Codes(codes) => Feature::categories(&self.names[at], codes, &levels[at]),
            })
            .collect();
        with(&features)
    }
}

pub fn at(values: &[f64], rows: &[usize]) -> Vec<f64> {
    rows.iter().map(|&row| values[row]).collect()
}
