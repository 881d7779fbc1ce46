//! What a model learns from: a table, its columns, how much each row counts, and which rows are held back.

use analytics::prediction::Fold;

use super::judged::JudgeOptions;
use super::outcome::{OutcomeColumn, RowWeights, WeightColumn, at};
use crate::failure::Failure;
use crate::output::{Grid, Report};
use crate::table::{FeatureOptions, Features, Input, Table};

/// What every kind of answer is learnt from.
pub struct Learning {
    pub table: Table,
    pub features: Features,
    pub weights: Option<RowWeights>,
    pub fold: Fold,
    /// The column of the outcome.
    pub position: usize,
}

impl Learning {
    /// # Errors
    /// When a column is not there or cannot be read, or a part would be empty.
    pub fn read(
        input: &Input,
        outcome: &OutcomeColumn,
        features: &FeatureOptions,
        weight: &WeightColumn,
        judge: &JudgeOptions,
    ) -> Result<Learning, Failure> {
        let table = input.table()?;
        let position = outcome.position(&table)?;
        let weights = weight.read(&table)?;
        let others: Vec<usize> =
            [position].into_iter().chain(weights.as_ref().map(|own| own.column)).collect();
        let features = features.read(&table, &others)?;
        let mut fold = judge.fold(&table)?;
        weights.iter().try_for_each(|weights| weights.keep_counted(&mut fold.train))?;
        Ok(Learning { table, features, weights, fold, position })
    }

    pub fn name(&self) -> &str {
        &self.table.names()[self.position]
    }

    /// The rows that are measured, and what they are called.
    pub fn tested(&self) -> (&'static str, &[usize]) {
        if self.fold.test.is_empty() { ("fitted", &self.fold.train) } else { ("test", &self.fold.test) }
    }

    pub fn weights_of(&self, rows: &[usize]) -> Option<Vec<f64>> {
        self.weights.as_ref().map(|weights| at(&weights.values, rows))
    }

    /// Says so when a model was measured on the rows it knows.
    pub fn note_rows(&self, report: &mut Report) {
        if self.fold.test.is_empty() {
            report.note(
                "measured on the rows it was fitted to; hold some back with --test-every, --test-last, \
                --test-share or --test-after",
            );
        }
    }

    /// Rows and their parts, as every table of scores begins.
    pub fn places(&self) -> Grid {
        let mut tested = vec![false; self.table.len()];
        self.fold.test.iter().for_each(|&row| tested[row] = true);
        Grid::new()
            .wholes("row", self.table.places().iter().map(|place| place + 1))
            .texts("part", tested.into_iter().map(|tested| if tested { "test" } else { "train" }))
    }
}
