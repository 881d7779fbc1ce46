//! Credit by place or time in the path.

use super::paths::Paths;
use crate::Error;
use crate::error::{check_values, same_length};

/// How the touches of a path share its conversions.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Credit {
    /// All to the first touch.
    First,
    /// All to the last touch.
    Last,
    /// The same to each touch.
    Linear,
    /// Half as much for every `half_life` touches further from the end: weight 2^(−touches after / half_life).
    TimeDecay { half_life: f64 },
    /// Shares for the first and the last touch, the rest evenly between them. With two touches these two shares
    /// are scaled to 1; a single touch has all.
    Position { first: f64, last: f64 },
}

/// What each channel earned, one number per channel code.
#[derive(Clone, Debug, PartialEq)]
pub struct Credits {
    /// Conversions; they sum to those of all paths.
    pub conversions: Vec<f64>,
    /// Value, in the unit that was given; it sums to that of all paths.
    pub value: Vec<f64>,
}

/// Splits conversions and value by the place of the touches.
///
/// # Errors
/// [`Error::Parameter`] when a half-life is not above 0, or shares are negative, both 0, or above 1 together.
pub fn by_position(paths: &Paths, credit: Credit) -> Result<Credits, Error> {
    check(credit)?;
    let mut weights = Vec::new();
    Ok(split(paths, |_, touches| {
        weights.clear();
        weights.extend((0..touches).map(|at| weight(credit, at, touches)));
        weights.clone()
    }))
}

/// Splits conversions and value by age: half as much for every `half_life` of time before the path's last touch.
///
/// `times` has one number per touch, path after path, in the unit of `half_life` (days, say).
///
/// # Errors
/// [`Error::Length`] or [`Error::Value`] when the times don't match or are not numbers, [`Error::Parameter`] when
/// the half-life is not above 0.
pub fn by_time_decay(paths: &Paths, times: &[f64], half_life: f64) -> Result<Credits, Error> {
    check(Credit::TimeDecay { half_life })?;
    same_length("the column of times", times.len(), paths.iter().map(|path| path.channels.len()).sum())?;
    check_values("time", times, "is not a number", f64::is_finite)?;
    Ok(split(paths, |start, touches| {
        let times = &times[start..start + touches];
        let end = times.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        times.iter().map(|time| ((time - end) / half_life).exp2()).collect()
    }))
}

fn check(credit: Credit) -> Result<(), Error> {
    match credit {
        Credit::TimeDecay { half_life } if half_life.is_nan() || half_life <= 0.0 => {
            Err(Error::Parameter { name: "half_life", problem: "must be above 0" })
        }
        Credit::Position { first, last }
            if !(first >= 0.0 && last >= 0.0 && first + last > 0.0 && first + last <= 1.0 + 1e-12) =>
        {
            Err(Error::Parameter {
                name: "first and last",
                problem: "must be shares with a sum within 0 and 1",
            })
        }
        _ => Ok(()),
    }
}

fn weight(credit: Credit, at: usize, touches: usize) -> f64 {
    let (is_first, is_last) = (at == 0, at + 1 == touches);
    match credit {
        Credit::First => f64::from(u8::from(is_first)),
        Credit::Last => f64::from(u8::from(is_last)),
        Credit::Linear => 1.0,
        Credit::TimeDecay { half_life } => (-((touches - 1 - at) as f64) / half_life).exp2(),
        Credit::Position { .. } if touches == 1 => 1.0,
        Credit::Position { first, .. } if is_first => first,
        Credit::Position { last, .. } if is_last => last,
        Credit::Position { first, last } => (1.0 - first - last).max(0.0) / (touches - 2) as f64,
    }
}

/// Splits each path by the weights of its touches: `weights(position of its first touch, touches)`.
fn split(paths: &Paths, mut weights: impl FnMut(usize, usize) -> Vec<f64>) -> Credits {
    let channels = paths.channel_count();
    let mut credits = Credits { conversions: vec![0.0; channels], value: vec![0.0; channels] };
    let mut start = 0;
    for path in paths.iter() {
        let weights = weights(start, path.channels.len());
        let total: f64 = weights.iter().sum();
        for (&channel, weight) in path.channels.iter().zip(weights) {
            credits.conversions[channel as usize] += path.conversions * weight / total;
            credits.value[channel as usize] += path.value * weight / total;
        }
        start += path.channels.len();
    }
    credits
}
