//! Where the search starts: a season from the moving average, a line through what remains of the first values.

use super::likelihood::Parameters;
use super::{Form, SeasonKind, TrendKind};
use crate::forecast::holt_winters::{line, moving_average, seasonal_figure};

/// Start values for level, trend and season; the paces are left for the search.
pub(super) fn start_parameters(form: Form, series: &[f64], period: usize) -> Parameters {
    let season = season_at_start(form, series, period);
    let adjust = |i: usize| match form.season {
        SeasonKind::None => series[i],
        SeasonKind::Additive => series[i] - season[i % period],
        SeasonKind::Multiplicative => series[i] / season[i % period],
    };
    let count = series.len().min((2 * period).max(10));
    let adjusted: Vec<f64> = (0..count).map(adjust).collect();
    let (level, trend) = match form.trend {
        TrendKind::None => (crate::sample::mean(&adjusted), 0.0),
        trend if trend.multiplies() => {
            let (before, slope) = line(&adjusted);
            let (first, second) = (before + slope, before + 2.0 * slope);
            match first > 0.0 && second > 0.0 {
                true => (first * first / second, second / first),
                false => (crate::sample::mean(&adjusted), 1.0),
            }
        }
        _ => line(&adjusted),
    };
    let level = if form.needs_positive() && level <= 0.0 { crate::sample::mean(&adjusted) } else { level };
    Parameters { level, trend, season, ..Parameters::default() }
}

fn season_at_start(form: Form, series: &[f64], period: usize) -> Vec<f64> {
    if form.season == SeasonKind::None {
        return Vec::new();
    }
    let first = &series[..series.len().min(4 * period)];
    let average = moving_average(first, period);
    let mut figure = seasonal_figure(first, &average, period, form.season);
    if form.season == SeasonKind::Multiplicative {
        figure.iter_mut().for_each(|f| *f = f.max(1e-2));
        let mean = crate::sample::mean(&figure);
        figure.iter_mut().for_each(|f| *f /= mean);
    }
    figure
}
