//! A table of results.

use kernel::Decimal;
use serde_json::Value;

/// The cells of one column, one per row.
#[derive(Debug, Clone)]
pub enum Cells {
    /// NaN where there is none.
    Numbers(Vec<f64>),
    Wholes(Vec<i64>),
    /// Exact ones.
    Decimals(Vec<Option<Decimal>>),
    Texts(Vec<String>),
    /// Lists and the like.
    Values(Vec<Value>),
}

/// Named columns of the same length.
#[derive(Debug, Clone, Default)]
pub struct Grid {
    pub columns: Vec<(String, Cells)>,
}

impl Grid {
    pub fn new() -> Grid {
        Grid::default()
    }

    /// Adds a column of numbers.
    pub fn numbers(mut self, name: &str, values: impl IntoIterator<Item = f64>) -> Grid {
        self.columns.push((name.to_owned(), Cells::Numbers(values.into_iter().collect())));
        self
    }

    /// Adds a column of numbers, some of which are not known.
    pub fn maybe(self, name: &str, values: impl IntoIterator<Item = Option<f64>>) -> Grid {
        self.numbers(name, values.into_iter().map(|value| value.unwrap_or(f64::NAN)))
    }

    /// Adds a column of whole numbers, such as counts.
    pub fn wholes<T: TryInto<i64>>(mut self, name: &str, values: impl IntoIterator<Item = T>) -> Grid {
        let values = values.into_iter().map(|value| value.try_into().unwrap_or(i64::MAX)).collect();
        self.columns.push((name.to_owned(), Cells::Wholes(values)));
        self
    }

    /// Adds a column of exact numbers, some of which are not known.
    pub fn decimals(mut self, name: &str, values: impl IntoIterator<Item = Option<Decimal>>) -> Grid {
        self.columns.push((name.to_owned(), Cells::Decimals(values.into_iter().collect())));
        self
    }

    /// Adds a column of texts.
    pub fn texts<T: Into<String>>(mut self, name: &str, values: impl IntoIterator<Item = T>) -> Grid {
        let values = values.into_iter().map(Into::into).collect();
        self.columns.push((name.to_owned(), Cells::Texts(values)));
        self
    }

    /// Adds a column of lists.
    pub fn lists<T: Into<Value>>(mut self, name: &str, values: impl IntoIterator<Item = T>) -> Grid {
        let values = values.into_iter().map(Into::into).collect();
        self.columns.push((name.to_owned(), Cells::Values(values)));
        self
    }

    /// The same rows in another order.
    pub(super) fn in_order(&self, order: &[usize]) -> Grid {
        let columns = self.columns.iter().map(|(name, cells)| (name.clone(), cells.in_order(order)));
        Grid { columns: columns.collect() }
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        self.columns.first().map_or(0, |(_, cells)| cells.len())
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// A cell as JSON.
    pub fn value(&self, column: usize, row: usize) -> Value {
        match &self.columns[column].1 {
            Cells::Numbers(values) => number(values[row]),
            Cells::Wholes(values) => values[row].into(),
            Cells::Decimals(values) => values[row].map_or(Value::Null, decimal),
            Cells::Texts(values) => values[row].clone().into(),
            Cells::Values(values) => values[row].clone(),
        }
    }
}

impl Cells {
    fn in_order(&self, order: &[usize]) -> Cells {
        fn each<T: Clone>(values: &[T], order: &[usize]) -> Vec<T> {
            order.iter().map(|row| values[*row].clone()).collect()
        }
        match self {
            Cells::Numbers(values) => Cells::Numbers(each(values, order)),
            Cells::Wholes(values) => Cells::Wholes(each(values, order)),
            Cells::Decimals(values) => Cells::Decimals(each(values, order)),
            Cells::Texts(values) => Cells::Texts(each(values, order)),
            Cells::Values(values) => Cells::Values(each(values, order)),
        }
    }

    fn len(&self) -> usize {
        match self {
            Cells::Numbers(values) => values.len(),
            Cells::Wholes(values) => values.len(),
            Cells::Decimals(values) => values.len(),
            Cells::Texts(values) => values.len(),
            Cells::Values(values) => values.len(),
        }
    }
}

/// An exact number as JSON: a number where that has all its digits, else a text.
pub fn decimal(value: Decimal) -> Value {
    let text = value.normalize().to_string();
    if let Ok(whole) = text.parse::<i64>() {
        return whole.into();
    }
    match text.parse::<f64>() {
        Ok(number) if number.to_string() == text => number.into(),
        _ => text.into(),
    }
}

/// A number as JSON: null for NaN, and `"inf"` in words, since JSON has no sign for it.
pub fn number(value: f64) -> Value {
    match value {
        value if value.is_nan() => Value::Null,
        f64::INFINITY => "inf".into(),
        f64::NEG_INFINITY => "-inf".into(),
        // Nobody reads the sign of a zero.
        value => (value + 0.0).into(),
    }
}
