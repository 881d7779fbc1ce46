//! Credit by Shapley value (Shapley 1953; for channels: Zhao, Mahboobi, Bagheri 2018).

use super::heuristics::Credits;
use super::paths::{Path, Paths};
use crate::Error;

/// More channels than this have too many combinations to try them all.
const MOST_CHANNELS: usize = 20;

/// Shapley values where a set of channels is worth the conversions of the paths that use no other channel.
///
/// They have a closed form: every path splits its conversions evenly over its distinct channels. So there is no
/// limit on the number of channels.
pub fn shapley_conversions(paths: &Paths) -> Credits {
    let channels = paths.channel_count();
    let mut credits = Credits { conversions: vec![0.0; channels], value: vec![0.0; channels] };
    for path in paths.iter() {
        let distinct = distinct(path);
        let share = 1.0 / distinct.len() as f64;
        for channel in distinct {
            credits.conversions[channel as usize] += path.conversions * share;
            credits.value[channel as usize] += path.value * share;
        }
    }
    credits
}

fn distinct(path: Path) -> Vec<u32> {
    let mut channels = path.channels.to_vec();
    channels.sort_unstable();
    channels.dedup();
    channels
}

/// What [`shapley_rates`] says of each channel.
#[derive(Clone, Debug, PartialEq)]
pub struct ShapleyRates {
    /// Each channel's part of the conversion rate; they sum to `grand_rate`, and may be negative.
    pub rates: Vec<f64>,
    /// Conversion rate of all paths.
    pub grand_rate: f64,
    /// All conversions, split in proportion to the rates.
    pub conversions: Vec<f64>,
    /// All value, split in the same proportion.
    pub value: Vec<f64>,
}

/// Shapley values where a set of channels is worth the conversion rate of the paths that use no other channel
/// (0 when there are none).
///
/// # Errors
/// - [`Error::Parameter`] for more than 20 channels, whose combinations are too many: group them first
/// - [`Error::OneClass`] when nothing converts
pub fn shapley_rates(paths: &Paths) -> Result<ShapleyRates, Error> {
    let channels = paths.channel_count();
    if channels > MOST_CHANNELS {
        return Err(Error::Parameter { name: "channels", problem: "are more than 20; group them first" });
    }
    let [conversions, value, _] = paths.totals();
    if conversions <= 0.0 {
        return Err(Error::OneClass);
    }
    let worth = rate_of_each_set(paths, channels);
    let rates = shapley(&worth, channels);
    let grand_rate = worth[worth.len() - 1];
    let share = |total: f64| rates.iter().map(|rate| total * rate / grand_rate).collect();
    Ok(ShapleyRates { conversions: share(conversions), value: share(value), grand_rate, rates })
}

/// For each set of channels (a bit mask) the conversion rate of the paths within it.
fn rate_of_each_set(paths: &Paths, channels: usize) -> Vec<f64> {
    let mut sums = vec![[0.0; 2]; 1 << channels];
    for path in paths.iter() {
        let mask = path.channels.iter().fold(0usize, |mask, &channel| mask | 1 << channel);
        sums[mask][0] += path.conversions;
        sums[mask][1] += path.conversions + path.nulls;
    }
    for bit in 0..channels {
        for mask in (0..sums.len()).filter(|mask| mask & (1 << bit) != 0) {
            let part = sums[mask ^ (1 << bit)];
            sums[mask][0] += part[0];
            sums[mask][1] += part[1];
        }
    }
    sums.iter().map(|&[conversions, all]| if all > 0.0 { conversions / all } else { 0.0 }).collect()
}

/// Σ over sets S without i of |S|! (n − |S| − 1)! / n! · (v(S + i) − v(S)).
fn shapley(worth: &[f64], channels: usize) -> Vec<f64> {
    let mut weight = vec![1.0 / channels as f64; channels];
    for size in 1..channels {
        weight[size] = weight[size - 1] * size as f64 / (channels - size) as f64;
    }
    (0..channels)
        .map(|channel| {
            let bit = 1 << channel;
            (0..worth.len())
                .filter(|set| set & bit == 0)
                .map(|set| weight[set.count_ones() as usize] * (worth[set | bit] - worth[set]))
                .sum()
        })
        .collect()
}
