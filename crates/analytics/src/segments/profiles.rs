//! What sets each group apart, in numbers and in words.

use crate::Error;
use crate::feature::{Feature, MISSING, Values};

/// One way in which a group differs from all rows together.
#[derive(Clone, Debug, PartialEq)]
pub struct Trait {
    /// Position of the feature.
    pub feature: usize,
    /// The category, for categories.
    pub category: Option<u32>,
    /// Mean in the group; for a category its share, within 0 and 1.
    pub here: f64,
    /// The same over all rows.
    pub overall: f64,
    /// (here − overall) / standard deviation over all rows.
    pub strength: f64,
    /// In words: `revenue far higher (4,310 against 2,054)`.
    pub words: String,
}

/// A group and what sets it apart.
#[derive(Clone, Debug, PartialEq)]
pub struct Profile {
    /// The group's label.
    pub group: u32,
    /// Rows in it.
    pub size: usize,
    /// Share of all rows.
    pub share: f64,
    /// How it differs, strongest first; only what differs by 0.2 standard deviations or more.
    pub traits: Vec<Trait>,
}

impl Profile {
    /// The three strongest traits in one sentence.
    pub fn sentence(&self) -> String {
        let head = format!("{} ({:.0} %)", grouped(self.size as f64, 0), 100.0 * self.share);
        if self.traits.is_empty() {
            return format!("{head}: like everybody else");
        }
        let words: Vec<&str> = self.traits.iter().take(3).map(|found| found.words.as_str()).collect();
        format!("{head}: {}", words.join("; "))
    }
}

const LEAST: f64 = 0.2;

/// Describes every group that has rows, by label. The features need not be those that made the groups.
///
/// # Errors
/// [`Error::Empty`] without rows, and as [`Feature::check`].
pub fn profiles(labels: &[u32], features: &[Feature]) -> Result<Vec<Profile>, Error> {
    if labels.is_empty() {
        return Err(Error::Empty);
    }
    let groups = labels.iter().max().map_or(0, |&last| last as usize + 1);
    let mut sizes = vec![0usize; groups];
    labels.iter().for_each(|&label| sizes[label as usize] += 1);
    let mut traits: Vec<Vec<Trait>> = vec![Vec::new(); groups];
    for (at, feature) in features.iter().enumerate() {
        feature.check(labels.len())?;
        match feature.values {
            Values::Numbers(values) => number_traits(at, feature.name, values, labels, &mut traits),
            Values::Categories { codes, names } => {
                category_traits(at, feature.name, codes, names, labels, &mut traits);
            }
        }
    }
    let made = traits.into_iter().zip(sizes).enumerate().filter(|(_, (_, size))| *size > 0);
    Ok(made
        .map(|(group, (mut traits, size))| {
            traits.sort_by(|a, b| b.strength.abs().total_cmp(&a.strength.abs()));
            Profile { group: group as u32, size, share: size as f64 / labels.len() as f64, traits }
        })
        .collect())
}

fn number_traits(feature: usize, name: &str, values: &[f64], labels: &[u32], traits: &mut [Vec<Trait>]) {
    let known = || values.iter().zip(labels).filter(|(value, _)| !value.is_nan());
    let n = known().count() as f64;
    let overall = known().map(|(value, _)| value).sum::<f64>() / n;
    let deviation = (known().map(|(value, _)| (value - overall).powi(2)).sum::<f64>() / n).sqrt();
    let mut sums = vec![(0.0, 0.0); traits.len()];
    for (value, &label) in known() {
        sums[label as usize].0 += value;
        sums[label as usize].1 += 1.0;
    }
    for (traits, (sum, count)) in traits.iter_mut().zip(sums) {
        let here = sum / count;
        let strength = (here - overall) / deviation;
        if strength.is_finite() && strength.abs() >= LEAST {
            let digits = if overall.abs() >= 100.0 {
                0
            } else if overall.abs() >= 1.0 {
                1
            } else {
                3
            };
            let words = format!(
                "{name} {} {} ({} against {})",
                degree(strength),
                if strength > 0.0 { "higher" } else { "lower" },
                grouped(here, digits),
                grouped(overall, digits)
            );
            traits.push(Trait { feature, category: None, here, overall, strength, words });
        }
    }
}

fn category_traits(
    feature: usize,
    name: &str,
    codes: &[u32],
    names: &[&str],
    labels: &[u32],
    traits: &mut [Vec<Trait>],
) {
    let mut counts = vec![vec![0.0; names.len()]; traits.len()];
    let mut all = vec![0.0; names.len()];
    for (&code, &label) in codes.iter().zip(labels).filter(|(code, _)| **code != MISSING) {
        counts[label as usize][code as usize] += 1.0;
        all[code as usize] += 1.0;
    }
    let n: f64 = all.iter().sum();
    for (traits, counts) in traits.iter_mut().zip(counts) {
        let size: f64 = counts.iter().sum();
        for (code, count) in counts.iter().enumerate() {
            let (here, overall) = (count / size, all[code] / n);
            let strength = (here - overall) / (overall * (1.0 - overall)).sqrt();
            if strength.is_finite() && strength.abs() >= LEAST {
                let words = format!(
                    "{name} {} {} often {} ({:.0} % against {:.0} %)",
                    degree(strength),
                    if strength > 0.0 { "more" } else { "less" },
                    names[code],
                    100.0 * here,
                    100.0 * overall
                );
                traits.push(Trait { feature, category: Some(code as u32), here, overall, strength, words });
            }
        }
    }
}

fn degree(strength: f64) -> &'static str {
    match strength.abs() {
        s if s >= 1.5 => "far",
        s if s >= 0.7 => "clearly",
        _ => "somewhat",
    }
}

/// A number with commas between thousands.
fn grouped(value: f64, digits: usize) -> String {
    let text = format!("{:.digits$}", value.abs());
    let (whole, rest) = text.split_at(text.find('.').unwrap_or(text.len()));
    let mut grouped = String::new();
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at) % 3 == 0 {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    format!("{}{grouped}{rest}", if value < 0.0 { "−" } else { "" })
}
