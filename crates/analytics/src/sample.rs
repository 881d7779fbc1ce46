//! What a sample says of itself: mean, quantiles, ranks, correlations.

/// The mean; NaN of nothing.
pub fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// The variance with n − 1 below; NaN of fewer than two values.
pub fn variance(values: &[f64]) -> f64 {
    let mean = mean(values);
    values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (values.len() as f64 - 1.0)
}

/// The value below which a share `p` lies, linear between neighbours (type 7 of Hyndman and Fan 1996).
///
/// `sorted` must rise; NaN of nothing.
pub fn quantile_of_sorted(sorted: &[f64], p: f64) -> f64 {
    let Some(last) = sorted.len().checked_sub(1) else { return f64::NAN };
    let place = p.clamp(0.0, 1.0) * last as f64;
    let below = place.floor() as usize;
    let above = (below + 1).min(last);
    sorted[below] + (place - below as f64) * (sorted[above] - sorted[below])
}

/// Several quantiles of unsorted values, in the order of `shares` (which must rise), in linear time.
pub fn quantiles(values: &[f64], shares: &[f64]) -> Vec<f64> {
    let mut values = values.to_vec();
    let mut done = 0;
    shares.iter().map(|&p| one_quantile(&mut values, &mut done, p)).collect()
}

/// The middle value.
pub fn median(values: &[f64]) -> f64 {
    quantiles(values, &[0.5])[0]
}

/// The value below which a share `p` of the weight lies, the mean of two where it lies just between them (type 2 of
/// Hyndman and Fan 1996); of pairs of a value and its weight, which get sorted. NaN of nothing.
///
/// A weight of 2 is the value twice; twice all weights are the same quantile.
pub fn weighted_quantile(values: &mut [(f64, f64)], p: f64) -> f64 {
    values.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
    let all: f64 = values.iter().map(|(_, weight)| weight).sum();
    let mut missing = p.clamp(0.0, 1.0) * all;
    let mut low = None;
    for &(value, weight) in values.iter() {
        if let Some(low) = low {
            return 0.5 * low + 0.5 * value;
        }
        missing -= weight;
        // Sums of weights are rounded: so near to nothing is nothing.
        let just = missing.abs() <= 1e-12 * all;
        if missing < 0.0 && !just {
            return value;
        }
        low = just.then_some(value);
    }
    values.last().map_or(f64::NAN, |(value, _)| *value)
}

/// Selects within the part of `values` not yet in place; everything before `done` is smaller.
fn one_quantile(values: &mut [f64], done: &mut usize, p: f64) -> f64 {
    let Some(last) = values.len().checked_sub(1) else { return f64::NAN };
    let place = p.clamp(0.0, 1.0) * last as f64;
    let below = (place.floor() as usize).max(*done);
    let (_, &mut low, rest) = values[*done..].select_nth_unstable_by(below - *done, f64::total_cmp);
    *done = below;
    let high = rest.iter().copied().min_by(f64::total_cmp).unwrap_or(low);
    low + (place - place.floor()) * (high - low)
}

/// Ranks from 1, ties sharing their mean rank.
pub fn ranks(values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|&a, &b| values[a].total_cmp(&values[b]));
    let mut ranks = vec![0.0; values.len()];
    let mut first = 0;
    while first < order.len() {
        let tied = order[first..].iter().take_while(|&&i| values[i] == values[order[first]]).count().max(1);
        let shared = first as f64 + (tied as f64 + 1.0) / 2.0;
        order[first..first + tied].iter().for_each(|&i| ranks[i] = shared);
        first += tied;
    }
    ranks
}

/// Pearson's correlation; NaN when a column is constant.
pub fn pearson(a: &[f64], b: &[f64]) -> f64 {
    let (mean_a, mean_b) = (mean(a), mean(b));
    // Squares of small numbers vanish and those of large ones have no end, so both are measured by their largest.
    let largest = |values: &[f64], mean: f64| values.iter().map(|x| (x - mean).abs()).fold(0.0, f64::max);
    let (unit_a, unit_b) = (largest(a, mean_a), largest(b, mean_b));
    let (mut both, mut of_a, mut of_b) = (0.0, 0.0, 0.0);
    for (x, y) in a.iter().zip(b) {
        let (x, y) = ((x - mean_a) / unit_a, (y - mean_b) / unit_b);
        both += x * y;
        of_a += x * x;
        of_b += y * y;
    }
    both / (of_a * of_b).sqrt()
}

/// Spearman's rank correlation, ties by mean rank.
pub fn spearman(a: &[f64], b: &[f64]) -> f64 {
    pearson(&ranks(a), &ranks(b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_type_seven_both_ways() {
        let values = [7.0, 1.0, 3.0, 10.0];
        assert_eq!(quantiles(&values, &[0.0, 0.25, 0.5, 0.75, 1.0]), vec![1.0, 2.5, 5.0, 7.75, 10.0]);
        assert_eq!(quantile_of_sorted(&[1.0, 3.0, 7.0, 10.0], 0.25), 2.5);
        assert_eq!(median(&[5.0]), 5.0);
        assert!(median(&[]).is_nan());
    }

    #[test]
    fn a_weight_is_a_value_written_so_often() {
        let mut pairs = [(7.0, 2.0), (1.0, 3.0), (3.0, 1.0), (10.0, 2.0)];
        let mut written = [1.0, 1.0, 1.0, 3.0, 7.0, 7.0, 10.0, 10.0].map(|value| (value, 1.0));
        let mut tenths = pairs.map(|(value, weight)| (value, weight / 10.0));
        for (p, want) in
            [(0.0, 1.0), (0.1, 1.0), (0.375, 2.0), (0.45, 3.0), (0.5, 5.0), (0.8, 10.0), (1.0, 10.0)]
        {
            for values in [&mut pairs[..], &mut written[..], &mut tenths[..]] {
                assert_eq!(weighted_quantile(values, p), want, "{p}");
            }
        }
        assert_eq!(weighted_quantile(&mut [(2.0, 0.25), (4.0, 0.5)], 0.5), 4.0);
        assert!(weighted_quantile(&mut [], 0.5).is_nan());
    }

    #[test]
    fn ties_share_their_mean_rank() {
        assert_eq!(ranks(&[2.0, 1.0, 2.0, 3.0]), vec![2.5, 1.0, 2.5, 4.0]);
        assert!((spearman(&[1.0, 2.0, 3.0], &[1.0, 8.0, 27.0]) - 1.0).abs() < 1e-15);
    }

    #[test]
    fn a_correlation_does_not_depend_on_the_unit() {
        let (a, b) = ([1.0, 2.0, 4.0, 3.0], [2.0, 1.0, 5.0, 3.0]);
        for unit in [1e-300, 1e-160, 1e160, 1e300] {
            assert!((pearson(&a.map(|x| x * unit), &b) - pearson(&a, &b)).abs() < 1e-12, "{unit}");
        }
        assert!(pearson(&[3.0; 4], &b).is_nan());
    }
}
