//! Categories and gaps as numbers: learned on one set of rows, applied to any other.

use crate::sample::weighted_quantile;
use crate::weights::Weights;
use crate::{Error, Feature, MISSING, Values};

/// What stands in for a missing number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Gaps {
    /// They are refused.
    Refuse,
    /// The mean of the fitted rows.
    Mean,
    /// The median of the fitted rows (type 7; by weight where rows have one).
    Median,
    /// A number of one's own.
    Constant(f64),
}

/// How a category becomes numbers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Levels {
    /// A column of 0 and 1 for each category.
    OneHot,
    /// The same without the first category, for maximum likelihood.
    OneHotWithoutFirst,
    /// The mean outcome of the category, pulled to the overall mean as if by so many rows of it
    /// (Micci-Barreca 2001, eq. 4 with λ = n / (n + rows)).
    MeanOutcome { rows: f64 },
    /// Its code.
    Code,
}

/// How to encode.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct EncodingOptions {
    /// For missing numbers.
    pub gaps: Gaps,
    /// Whether a column with missing numbers gets another one that says where they were.
    pub mark_gaps: bool,
    /// For categories.
    pub levels: Levels,
    /// Categories with fewer rows, by weight, are one category, `other`; 0 keeps all.
    pub rare: usize,
    /// Whether all columns are scaled to mean 0 and standard deviation 1 (n, not n − 1) of the fitted rows.
    pub standardise: bool,
}

impl Default for EncodingOptions {
    fn default() -> Self {
        EncodingOptions {
            gaps: Gaps::Median,
            mark_gaps: true,
            levels: Levels::OneHot,
            rare: 0,
            standardise: false,
        }
    }
}

/// What was learned of one column.
#[derive(Clone, Debug, PartialEq)]
enum Step {
    Number {
        filler: f64,
        marked: bool,
    },
    /// The group of each code; unknown codes have none, unless there is a group of others.
    Groups {
        group: Vec<Option<usize>>,
        names: Vec<String>,
        other: Option<usize>,
        first: usize,
    },
    /// The number of each code, and of unknown ones.
    Lookup {
        values: Vec<f64>,
        unknown: f64,
    },
}

/// A learned encoding.
#[derive(Clone, Debug, PartialEq)]
pub struct Encoder {
    steps: Vec<Step>,
    /// Names of the encoded columns, such as `tenure`, `tenure is missing`, `gender_Female`.
    pub names: Vec<String>,
    /// Mean and standard deviation of each encoded column when they are scaled.
    pub scales: Option<Vec<(f64, f64)>>,
}

/// Encoded columns.
#[derive(Clone, Debug, PartialEq)]
pub struct Design {
    /// Their names.
    pub names: Vec<String>,
    /// Their numbers, none missing.
    pub columns: Vec<Vec<f64>>,
}

impl Design {
    /// The columns as features.
    pub fn features(&self) -> Vec<Feature<'_>> {
        self.names.iter().zip(&self.columns).map(|(name, values)| Feature::numbers(name, values)).collect()
    }
}

impl Encoder {
    /// Learns an encoding. `outcome` is needed for [`Levels::MeanOutcome`] only; learn it on training rows alone,
    /// or the columns give the outcome away. `weights`, if given, say how many cases each row stands for.
    ///
    /// # Errors
    /// [`Error::Empty`] without rows; [`Error::Length`] and [`Error::Value`] for bad columns or weights, gaps that are refused
    /// and columns of gaps only; [`Error::Parameter`] when the outcome is needed; [`Error::Constant`] when a column
    /// to be scaled has one value.
    pub fn fit(
        features: &[Feature],
        outcome: Option<&[f64]>,
        weights: Option<&[f64]>,
        options: &EncodingOptions,
    ) -> Result<Encoder, Error> {
        let rows = features.first().map_or(0, Feature::len);
        if rows == 0 {
            return Err(Error::Empty);
        }
        let weights = Weights::new(weights, rows)?;
        let mut encoder = Encoder { steps: Vec::new(), names: Vec::new(), scales: None };
        for feature in features {
            feature.check(rows)?;
            let step = match feature.values {
                Values::Numbers(values) => number_step(feature.name, values, weights, options)?,
                Values::Categories { codes, names } => {
                    category_step(codes, names, outcome, weights, options)?
                }
            };
            encoder.names.extend(names_of(feature.name, &step));
            encoder.steps.push(step);
        }
        if options.standardise {
            encoder.learn_scales(features, weights)?;
        }
        Ok(encoder)
    }

    fn learn_scales(&mut self, features: &[Feature], weights: Weights) -> Result<(), Error> {
        let design = self.transform(features)?;
        let mut scales = Vec::with_capacity(design.columns.len());
        for (name, column) in design.names.iter().zip(&design.columns) {
            let (mean, deviation) = weights.mean_and_deviation(column);
            if !deviation.is_finite() {
                let row = column.iter().position(|value| value.abs() > 1e150).unwrap_or(0);
                return Err(Error::Value {
                    column: name.clone(),
                    row,
                    problem: "is too large to be squared",
                });
            }
            if deviation <= 1e-13 * mean.abs() || deviation == 0.0 {
                return Err(Error::Constant { column: name.clone() });
            }
            scales.push((mean, deviation));
        }
        self.scales = Some(scales);
        Ok(())
    }

    /// Encodes columns like those it learned from. Categories unknown then are 0 in all their columns, or `other`.
    ///
    /// # Errors
    /// [`Error::Length`] when a column is missing, [`Error::Value`] for bad values.
    pub fn transform(&self, features: &[Feature]) -> Result<Design, Error> {
        crate::same_length("the list of columns", features.len(), self.steps.len())?;
        let rows = features.first().map_or(0, Feature::len);
        let mut columns = Vec::with_capacity(self.names.len());
        for (feature, step) in features.iter().zip(&self.steps) {
            feature.check(rows)?;
            match (step, feature.values) {
                (Step::Number { filler, marked }, Values::Numbers(values)) => {
                    if filler.is_nan() {
                        crate::check_values(feature.name, values, "is missing", |value| !value.is_nan())?;
                    }
                    columns.push(values.iter().map(|v| if v.is_nan() { *filler } else { *v }).collect());
                    if *marked {
                        columns.push(values.iter().map(|v| f64::from(u8::from(v.is_nan()))).collect());
                    }
                }
                (Step::Groups { group, names, other, first }, Values::Categories { codes, .. }) => {
                    let group_of = |code: &u32| group.get(*code as usize).copied().flatten().or(*other);
                    let groups: Vec<Option<usize>> = codes.iter().map(group_of).collect();
                    let column =
                        |wanted| groups.iter().map(|g| f64::from(u8::from(*g == Some(wanted)))).collect();
                    columns.extend((*first..names.len()).map(column));
                }
                (Step::Lookup { values, unknown }, Values::Categories { codes, .. }) => {
                    let value = |code: &u32| values.get(*code as usize).copied().unwrap_or(*unknown);
                    columns.push(codes.iter().map(value).collect());
                }
                _ => {
                    return Err(Error::Parameter {
                        name: "features",
                        problem: "have numbers where the fit had categories, or the other way round",
                    });
                }
            }
        }
        if let Some(scales) = &self.scales {
            for (column, (mean, deviation)) in columns.iter_mut().zip(scales) {
                let column: &mut Vec<f64> = column;
                column.iter_mut().for_each(|value| *value = (*value - mean) / deviation);
            }
        }
        Ok(Design { names: self.names.clone(), columns })
    }
}

fn number_step(
    name: &str,
    values: &[f64],
    weights: Weights,
    options: &EncodingOptions,
) -> Result<Step, Error> {
    let mut known: Vec<(f64, f64)> =
        values.iter().enumerate().map(|(row, &v)| (v, weights.of(row))).collect();
    known.retain(|(value, _)| !value.is_nan());
    let gaps = known.len() < values.len();
    if known.is_empty() || (gaps && options.gaps == Gaps::Refuse) {
        let row = values.iter().position(|value| value.is_nan()).unwrap_or(0);
        return Err(Error::Value { column: name.to_owned(), row, problem: "is missing" });
    }
    let filler = match options.gaps {
        Gaps::Refuse => f64::NAN,
        Gaps::Mean => {
            let all: f64 = known.iter().map(|(_, weight)| weight).sum();
            known.iter().map(|(value, weight)| value * weight).sum::<f64>() / all
        }
        Gaps::Constant(value) => value,
        Gaps::Median => weighted_quantile(&mut known, 0.5),
    };
    Ok(Step::Number { filler, marked: gaps && options.mark_gaps })
}

fn category_step(
    codes: &[u32],
    names: &[&str],
    outcome: Option<&[f64]>,
    weights: Weights,
    options: &EncodingOptions,
) -> Result<Step, Error> {
    let mut counts = vec![0.0; names.len()];
    let known = || codes.iter().enumerate().filter(|(_, code)| **code != MISSING);
    known().for_each(|(row, &code)| counts[code as usize] += weights.of(row));
    let first = match options.levels {
        Levels::OneHot => 0,
        Levels::OneHotWithoutFirst => 1,
        Levels::Code => {
            return Ok(Step::Lookup {
                values: (0..names.len()).map(|code| code as f64).collect(),
                unknown: -1.0,
            });
        }
        Levels::MeanOutcome { rows } => return mean_outcomes(codes, &counts, outcome, weights, rows),
    };
    let mut group = vec![None; names.len()];
    let mut kept: Vec<String> = Vec::new();
    let rare = |count: f64| count > 0.0 && count < options.rare as f64;
    for (code, &count) in counts.iter().enumerate().filter(|(_, count)| **count > 0.0 && !rare(**count)) {
        debug_assert!(count > 0.0);
        group[code] = Some(kept.len());
        kept.push(names[code].to_owned());
    }
    let other = counts.iter().any(|&count| rare(count)).then(|| {
        kept.push("other".to_owned());
        kept.len() - 1
    });
    Ok(Step::Groups { group, names: kept, other, first })
}

fn mean_outcomes(
    codes: &[u32],
    counts: &[f64],
    outcome: Option<&[f64]>,
    weights: Weights,
    rows: f64,
) -> Result<Step, Error> {
    let Some(outcome) = outcome else {
        return Err(Error::Parameter { name: "outcome", problem: "is needed to encode by the mean outcome" });
    };
    crate::same_length("the outcome", outcome.len(), codes.len())?;
    if rows.is_nan() || rows < 0.0 {
        return Err(Error::Parameter { name: "rows", problem: "must not be below 0" });
    }
    let overall = weights.sum(outcome) / weights.total(outcome.len());
    let mut sums = vec![0.0; counts.len()];
    for (row, (&code, y)) in codes.iter().zip(outcome).enumerate().filter(|(_, (code, _))| **code != MISSING)
    {
        sums[code as usize] += weights.of(row) * y;
    }
    let pulled = |(sum, &count): (&f64, &f64)| {
        let weight = count + rows;
        if weight > 0.0 { (sum + rows * overall) / weight } else { overall }
    };
    Ok(Step::Lookup { values: sums.iter().zip(counts).map(pulled).collect(), unknown: overall })
}

fn names_of(name: &str, step: &Step) -> Vec<String> {
    match step {
        Step::Number { marked: false, .. } | Step::Lookup { .. } => vec![name.to_owned()],
        Step::Number { .. } => vec![name.to_owned(), format!("{name} is missing")],
        Step::Groups { names, first, .. } => {
            names.iter().skip(*first).map(|level| format!("{name}_{level}")).collect()
        }
    }
}
