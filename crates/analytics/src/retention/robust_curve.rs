//! Errors of a Kaplan–Meier curve from what each row does to it, the infinitesimal jackknife (Therneau and Grambsch 2000,
//! section 2.4, as R's `survfit(robust = TRUE)`). They hold for weights that do not count customers, such as one over the
//! chance to be drawn, and are Greenwood's where every row weighs 1.

use super::kaplan_meier::{Curve, Scale, Watched};
use crate::{Error, special::normal_quantile};

/// What one row does to ln S: nothing before `first`, then A less `before`, and `end` from `last` on.
struct Influence {
    weight: f64,
    first: usize,
    last: usize,
    before: f64,
    end: f64,
}

/// Sums over the rows at risk, and over those that no longer are, of squared weights.
#[derive(Clone, Copy, Default)]
struct Sums {
    plain: f64,
    before: f64,
    before_squared: f64,
    gone: f64,
}

impl Watched<'_> {
    /// As [`Watched::curve`], with robust errors and bounds.
    ///
    /// # Errors
    /// As [`Watched::curve`].
    pub fn robust_curve(&self, level: f64, scale: Scale) -> Result<Curve, Error> {
        let mut curve = self.curve(level, scale)?;
        let variances = self.robust_variances(&curve);
        curve.set_variances(&variances, normal_quantile(0.5 + 0.5 * level), scale);
        Ok(curve)
    }

    /// The robust standard error of [`Curve::restricted_mean`] of a curve drawn from these rows.
    pub fn robust_mean_error(&self, curve: &Curve, limit: f64) -> f64 {
        let rising = rising(curve);
        // Integrals of S and of S · A up to each time, no further than the limit.
        let (mut height, mut survival, mut both) = (1.0, 0.0, 0.0);
        let (mut from, mut level) = (0.0, 0.0);
        let mut areas = Vec::with_capacity(curve.time.len());
        for (row, &time) in curve.time.iter().enumerate() {
            let width = time.min(limit) - from;
            survival += height * width;
            both += height * level * width;
            areas.push((survival, both));
            (from, height, level) = (time.min(limit), curve.survival[row], rising[row]);
        }
        let whole = survival + height * (limit - from).max(0.0);
        let of_row = |own: Influence| {
            let ((s0, b0), (s1, b1)) = (areas[own.first], areas[own.last]);
            own.weight * (b1 - b0 - own.before * (s1 - s0) + own.end * (whole - s1))
        };
        self.influences(curve, &rising).map(|own| of_row(own).powi(2)).sum::<f64>().sqrt()
    }

    /// The variance of ln S at each row of the curve.
    fn robust_variances(&self, curve: &Curve) -> Vec<f64> {
        let rising = rising(curve);
        let mut changes = vec![Sums::default(); curve.time.len()];
        for Influence { weight, first, last, before, end } in self.influences(curve, &rising) {
            let square = weight * weight;
            for (row, sign) in [(first, 1.0), (last, -1.0)] {
                changes[row].plain += sign * square;
                changes[row].before += sign * square * before;
                changes[row].before_squared += sign * square * before * before;
            }
            changes[last].gone += square * end * end;
        }
        let mut sums = Sums::default();
        let variance = |(change, a): (Sums, &f64)| {
            sums.plain += change.plain;
            sums.before += change.before;
            sums.before_squared += change.before_squared;
            sums.gone += change.gone;
            let at_risk = sums.plain * a * a - 2.0 * a * sums.before + sums.before_squared;
            sums.gone + at_risk.max(0.0)
        };
        changes.into_iter().zip(&rising).map(variance).collect()
    }

    fn influences(&self, curve: &Curve, rising: &[f64]) -> impl Iterator<Item = Influence> {
        (0..self.time.len()).map(move |i| {
            let first = self.entry.map_or(0, |entry| curve.time.partition_point(|&time| time <= entry[i]));
            let last = curve.time.partition_point(|&time| time < self.time[i]);
            let before = if first > 0 { rising[first - 1] } else { 0.0 };
            let stay = curve.at_risk[last] - curve.events[last];
            let left = if self.event[i] && curve.survival[last] > 0.0 { 1.0 / stay } else { 0.0 };
            Influence { weight: self.weight(i), first, last, before, end: rising[last] - before - left }
        })
    }
}

/// A: what being at risk and staying adds to ln S up to each time, Σ d/(n (n − d)).
fn rising(curve: &Curve) -> Vec<f64> {
    let mut sum = 0.0;
    let of_row = |row: usize| {
        let (n, d) = (curve.at_risk[row], curve.events[row]);
        if curve.survival[row] > 0.0 {
            sum += d / (n * (n - d));
        }
        sum
    };
    (0..curve.time.len()).map(of_row).collect()
}

#[cfg(test)]
mod tests {
    use crate::retention::tests::remissions;
    use crate::retention::{Scale, Watched};

    fn check(actual: f64, expected: f64, distance: f64) {
        assert!((actual - expected).abs() <= distance, "{actual} is not {expected}");
    }

    #[test]
    fn robust_errors_do_not_count_weights() {
        let (time, event, _) = remissions();
        let late = [0.5; 42];
        let weights: Vec<f64> = (0..42).map(|row| 1.0 + f64::from(row % 4) / 2.0).collect();
        let watched = |weights, entry| Watched { time: &time, event: &event, entry, weights };
        // Where every row weighs 1, they are Greenwood's; whoever comes in before anybody leaves changes nothing.
        let plain = watched(None, None).curve(0.95, Scale::LogLog).unwrap();
        for entry in [None, Some(&late[..])] {
            let same = watched(None, entry).robust_curve(0.95, Scale::LogLog).unwrap();
            for row in 0..plain.time.len() {
                check(same.standard_error[row], plain.standard_error[row], 1e-12);
                check(same.low[row], plain.low[row], 1e-12);
            }
            let error = watched(None, entry).robust_mean_error(&same, 30.0);
            check(error, plain.restricted_mean_error(30.0), 1e-12);
        }
        // R 4.2.2, survival 3.5: survfit(Surv(t, e) ~ 1, weights = w, robust = TRUE).
        let curve = watched(Some(&weights), None).robust_curve(0.95, Scale::Log).unwrap();
        for (weeks, error, low) in [
            (6.0, 0.071_515_449_09, 0.596_701_483_9),
            (10.0, 0.080_608_511_17, 0.439_992_790_0),
            (23.0, 0.071_954_344_13, 0.079_745_775_4),
        ] {
            let row = curve.row_at(weeks).unwrap();
            check(curve.standard_error[row], error, 1e-10);
            check(curve.low[row], low, 1e-9);
        }
        let tenfold: Vec<f64> = weights.iter().map(|weight| 10.0 * weight).collect();
        let heavy = watched(Some(&tenfold), None);
        let again = heavy.robust_curve(0.95, Scale::Log).unwrap();
        check(again.standard_error[9], curve.standard_error[9], 1e-12);
        let error = watched(Some(&weights), None).robust_mean_error(&curve, 30.0);
        check(heavy.robust_mean_error(&again, 30.0), error, 1e-12);
    }
}
