//! What a model loses without a column: its values are shuffled among the rows (Breiman 2001; Fisher, Rudin,
//! Dominici 2019). It says what this model leans on, not what causes what; columns that repeat each other share.

use crate::random::Random;
use crate::{Error, Feature, Progress, Taken};

/// What shuffling one column costs.
#[derive(Clone, Debug, PartialEq)]
pub struct Importance {
    /// The column.
    pub name: String,
    /// By how much the measure fell, on average over the repeats.
    pub mean: f64,
    /// Standard deviation over the repeats (n, not n − 1).
    pub deviation: f64,
}

/// Shuffles each column `repeats` times and measures by how much what the predictions are worth falls (their AUC, say);
/// most important first.
///
/// `predict` gives an answer per row of the features it gets, `worth` measures them. Use rows that the model was not fitted to.
///
/// # Errors
/// Those of `predict` and `worth`, [`Error::Parameter`] for no repeats, [`Error::Stopped`].
pub fn permutation_importance(
    features: &[Feature],
    predict: impl Fn(&[Feature]) -> Result<Vec<f64>, Error>,
    worth: impl Fn(&[f64]) -> Result<f64, Error>,
    repeats: usize,
    seed: u64,
    progress: &dyn Progress,
) -> Result<Vec<Importance>, Error> {
    if repeats == 0 {
        return Err(Error::Parameter { name: "repeats", problem: "must be at least 1" });
    }
    let whole = worth(&predict(features)?)?;
    let count = features.first().map_or(0, Feature::len);
    let mut found = Vec::with_capacity(features.len());
    for (at, feature) in features.iter().enumerate() {
        let mut losses = Vec::with_capacity(repeats);
        for repeat in 0..repeats {
            progress.at((at * repeats + repeat) as f64 / (features.len() * repeats) as f64)?;
            let mut rows: Vec<usize> = (0..count).collect();
            Random::stream(seed, (at * repeats + repeat) as u64).shuffle(&mut rows);
            let shuffled = Taken::rows(feature, &rows);
            let mut others = features.to_vec();
            others[at] = shuffled.like(feature);
            losses.push(whole - worth(&predict(&others)?)?);
        }
        let mean = losses.iter().sum::<f64>() / repeats as f64;
        let spread = losses.iter().map(|loss| (loss - mean).powi(2)).sum::<f64>() / repeats as f64;
        found.push(Importance { name: feature.name.to_owned(), mean, deviation: spread.sqrt() });
    }
    found.sort_by(|a, b| b.mean.total_cmp(&a.mean));
    Ok(found)
}
