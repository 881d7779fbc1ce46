//! The likelihood of all histories with its gradient, fast enough to be asked often.
//!
//! Equal histories are taken together; what depends on the number of purchases alone is tabulated once a call.

use super::BgNbd;
use crate::value::History;

/// Distinct histories, each with the number of customers that share it.
pub(in crate::value) struct Counted {
    pub rows: Vec<(History, f64)>,
    pub most: usize,
}

impl Counted {
    /// Takes equal histories together.
    pub fn new(histories: impl Iterator<Item = History>) -> Counted {
        let mut all: Vec<History> = histories.collect();
        all.sort_unstable_by(|a, b| {
            a.x.total_cmp(&b.x).then(a.t.total_cmp(&b.t)).then(a.t_x.total_cmp(&b.t_x))
        });
        let rows: Vec<_> = all.chunk_by(|a, b| a == b).map(|same| (same[0], same.len() as f64)).collect();
        let most = rows.last().map_or(0, |(history, _)| history.x as usize);
        Counted { rows, most }
    }
}

/// ln L of the counted histories; fills the gradient by r, α, a, b.
pub(super) fn log_likelihood(model: &BgNbd, counted: &Counted, gradient: &mut [f64; 4]) -> f64 {
    let BgNbd { r, alpha, a, b } = *model;
    let tables = Tables::new(model, counted.most);
    let mut total = 0.0;
    *gradient = [0.0; 4];
    for (history, count) in &counted.rows {
        let x = history.x;
        let (end, last) = (alpha + history.t, alpha + history.t_x);
        let by_x = &tables.rows[x as usize];
        let ln_end = end.ln();
        let mut value = by_x.ln_rate + r * tables.ln_alpha - (r + x) * ln_end;
        let mut by_r = by_x.rate_slope + tables.ln_alpha - ln_end;
        let mut by_alpha = r / alpha - (r + x) / end;
        if x > 0.0 {
            let silence = (end / last).ln();
            let odds = (r + x) * silence + by_x.ln_leave;
            let weight = (-odds.abs()).exp();
            let gone = if odds > 0.0 { 1.0 / (1.0 + weight) } else { weight / (1.0 + weight) };
            value += by_x.ln_stay + odds.max(0.0) + weight.ln_1p();
            by_r += gone * silence;
            by_alpha -= (r + x) * gone * (1.0 / last - 1.0 / end);
            gradient[2] += count * (gone / a - by_x.both_slope);
            gradient[3] += count * (by_x.stay_slope - by_x.both_slope - gone / (b + x - 1.0));
        }
        gradient[0] += count * by_r;
        gradient[1] += count * by_alpha;
        total += count * value;
    }
    total
}

struct Tables {
    ln_alpha: f64,
    rows: Vec<ByPurchases>,
}

/// Sums over the first x purchases, each of which adds one term.
#[derive(Clone, Copy, Default)]
struct ByPurchases {
    /// ln Γ(r+x) − ln Γ(r)
    ln_rate: f64,
    /// ψ(r+x) − ψ(r)
    rate_slope: f64,
    /// ln B(a, b+x) − ln B(a, b)
    ln_stay: f64,
    /// ψ(b+x) − ψ(b)
    stay_slope: f64,
    /// ψ(a+b+x) − ψ(a+b)
    both_slope: f64,
    /// ln (a / (b+x−1))
    ln_leave: f64,
}

impl Tables {
    fn new(model: &BgNbd, most: usize) -> Tables {
        let BgNbd { r, alpha, a, b } = *model;
        let mut row = ByPurchases::default();
        let mut rows = vec![row];
        for k in 0..most {
            let k = k as f64;
            row.ln_rate += (r + k).ln();
            row.rate_slope += 1.0 / (r + k);
            row.ln_stay += ((b + k) / (a + b + k)).ln();
            row.stay_slope += 1.0 / (b + k);
            row.both_slope += 1.0 / (a + b + k);
            row.ln_leave = (a / (b + k)).ln();
            rows.push(row);
        }
        Tables { ln_alpha: alpha.ln(), rows }
    }
}
