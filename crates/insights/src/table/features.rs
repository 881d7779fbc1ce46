//! Columns that describe customers: numbers and categories with gaps.

use analytics::{Feature, MISSING};
use clap::Args;

use super::derive::as_name;
use super::{Codes, Table};
use crate::failure::Failure;

/// Which columns to use.
#[derive(Args, Debug, Clone)]
#[command(next_help_heading = "Columns")]
pub struct FeatureOptions {
    /// Columns to use; all that can serve if not given
    #[arg(long, value_name = "A,B,…", value_delimiter = ',')]
    pub features: Vec<String>,
    /// Columns not to use
    #[arg(long, value_name = "A,B,…", value_delimiter = ',')]
    pub ignore: Vec<String>,
    /// Columns of numbers that are names of kinds
    #[arg(long, value_name = "A,B,…", value_delimiter = ',')]
    pub categories: Vec<String>,
}

/// Columns, owned.
#[derive(Debug, Clone, Default)]
pub struct Features {
    pub columns: Vec<FeatureColumn>,
    /// Columns that could not serve, and why.
    pub left_out: Vec<String>,
}

/// One column.
#[derive(Debug, Clone)]
pub struct FeatureColumn {
    pub name: String,
    pub values: FeatureValues,
}

#[derive(Debug, Clone)]
pub enum FeatureValues {
    Numbers(Vec<f64>),
    Categories(Codes),
}

impl FeatureOptions {
    /// Takes the columns out of the table; `others` have a part of their own (the outcome, say).
    ///
    /// # Errors
    /// [`Failure::Input`] when a column is not there, or none is left.
    pub fn read(&self, table: &Table, others: &[usize]) -> Result<Features, Failure> {
        let positions = |names: &[String]| {
            names.iter().map(|name| table.position(name)).collect::<Result<Vec<usize>, Failure>>()
        };
        let (named, ignored) = (positions(&self.features)?, positions(&self.ignore)?);
        let categories = positions(&self.categories)?;
        let all = named.is_empty();
        let candidates = if all { (0..table.names().len()).collect() } else { named };
        let mut found = Features::default();
        for column in candidates {
            if others.contains(&column) || ignored.contains(&column) {
                continue;
            }
            let name = table.names()[column].clone();
            if !name.is_empty() {
                // Two columns of one name cannot be told apart.
                table.position(&name)?;
            }
            if table.is_numeric(column) && !categories.contains(&column) {
                let values = FeatureValues::Numbers(table.numbers(column)?);
                found.columns.push(FeatureColumn { name, values });
                continue;
            }
            if !categories.contains(&column) {
                table.refuse_almost_numeric(column)?;
            }
            let codes = table.codes(column);
            if all && (codes.names.len() < 2 || codes.names.len() > table.len() / 2) {
                let why =
                    if codes.names.len() < 2 { "the same everywhere" } else { "different in most rows" };
                found.left_out.push(format!("{name} is not used: it is {why}"));
                continue;
            }
            found.columns.push(FeatureColumn { name, values: FeatureValues::Categories(codes) });
        }
        match found.columns.is_empty() {
            true => {
                Err(Failure::Input("no column is left to learn from; name some with --features".to_owned()))
            }
            false => Ok(found),
        }
    }
}

impl Features {
    /// Calls `use_them` with the columns, of the given rows only if there are any given.
    pub fn with<T>(&self, rows: Option<&[usize]>, use_them: impl FnOnce(&[Feature]) -> T) -> T {
        let names: Vec<Vec<&str>> = self.columns.iter().map(FeatureColumn::names).collect();
        let taken: Option<Features> = rows.map(|rows| self.rows(rows));
        let columns = taken.as_ref().map_or(&self.columns, |taken| &taken.columns);
        let features: Vec<Feature> = columns
            .iter()
            .zip(&names)
            .map(|(column, names)| match &column.values {
                FeatureValues::Numbers(values) => Feature::numbers(&column.name, values),
                FeatureValues::Categories(codes) => Feature::categories(&column.name, &codes.codes, names),
            })
            .collect();
        use_them(&features)
    }

    fn rows(&self, rows: &[usize]) -> Features {
        let columns = self.columns.iter().map(|column| FeatureColumn {
            name: column.name.clone(),
            values: match &column.values {
                FeatureValues::Numbers(values) => {
                    FeatureValues::Numbers(rows.iter().map(|&row| values[row]).collect())
                }
                FeatureValues::Categories(codes) => FeatureValues::Categories(Codes {
                    codes: rows.iter().map(|&row| codes.codes[row]).collect(),
                    names: Vec::new(),
                }),
            },
        });
        Features { columns: columns.collect(), left_out: Vec::new() }
    }

    /// The columns of numbers by name; refuses any other and any gap.
    ///
    /// # Errors
    /// [`Failure::Input`] with the column.
    pub fn numbers(&self) -> Result<Vec<&[f64]>, Failure> {
        let number = |column: &'_ FeatureColumn| match &column.values {
            FeatureValues::Numbers(values) if values.iter().any(|value| value.is_nan()) => {
                Err(Failure::Input(format!(
                    "{} has gaps; leave them out with --where \"{} is not empty\"",
                    column.name,
                    as_name(&column.name)
                )))
            }
            FeatureValues::Numbers(_) => Ok(()),
            FeatureValues::Categories(_) => Err(Failure::Input(format!(
                "{} is not a column of numbers; leave it out with --ignore",
                column.name
            ))),
        };
        self.columns.iter().try_for_each(number)?;
        let values = self.columns.iter().filter_map(|column| match &column.values {
            FeatureValues::Numbers(values) => Some(values.as_slice()),
            FeatureValues::Categories(_) => None,
        });
        Ok(values.collect())
    }

    /// Names of the columns.
    pub fn names(&self) -> Vec<&str> {
        self.columns.iter().map(|column| column.name.as_str()).collect()
    }
}

impl FeatureColumn {
    fn names(&self) -> Vec<&str> {
        match &self.values {
            FeatureValues::Numbers(_) => Vec::new(),
            FeatureValues::Categories(codes) => codes.names.iter().map(String::as_str).collect(),
        }
    }
}

impl Codes {
    /// The name of a row's category, or `unknown`.
    pub fn name(&self, row: usize) -> &str {
        match self.codes[row] {
            MISSING => "unknown",
            code => &self.names[code as usize],
        }
    }
}
