//! Recency, frequency and monetary scores, and the segments that marketers know by name.

use crate::{Error, check_values, same_length, sample};

/// Scores of each customer and the cut points they came from.
///
/// A score is 1 plus the number of cut points strictly below the value; recency is reversed, so that the best score
/// is always `bins`.
#[derive(Debug, Clone, PartialEq)]
pub struct RfmScores {
    pub recency_cuts: Vec<f64>,
    pub frequency_cuts: Vec<f64>,
    pub monetary_cuts: Vec<f64>,
    pub recency: Vec<u8>,
    pub frequency: Vec<u8>,
    pub monetary: Vec<u8>,
    pub segment: Vec<Segment>,
}

/// The ten segments of the recency-frequency square.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Segment {
    Champions,
    LoyalCustomers,
    PotentialLoyalists,
    NewCustomers,
    Promising,
    NeedAttention,
    AboutToSleep,
    CantLose,
    AtRisk,
    Hibernating,
}

impl Segment {
    /// All segments, best first.
    pub const ALL: [Segment; 10] = [
        Segment::Champions,
        Segment::LoyalCustomers,
        Segment::PotentialLoyalists,
        Segment::NewCustomers,
        Segment::Promising,
        Segment::NeedAttention,
        Segment::AboutToSleep,
        Segment::CantLose,
        Segment::AtRisk,
        Segment::Hibernating,
    ];

    /// The segment of a recency and a frequency score, each 1 (worst) to 5 (best).
    pub fn of(recency: u8, frequency: u8) -> Segment {
        match (recency, frequency) {
            (0..=2, 0..=2) => Segment::Hibernating,
            (0..=2, 3..=4) => Segment::AtRisk,
            (0..=2, _) => Segment::CantLose,
            (3, 0..=2) => Segment::AboutToSleep,
            (3, 3) => Segment::NeedAttention,
            (3, _) | (4, 4..) => Segment::LoyalCustomers,
            (4, 0..=1) => Segment::Promising,
            (4, _) => Segment::PotentialLoyalists,
            (_, 0..=1) => Segment::NewCustomers,
            (_, 2 | 3) => Segment::PotentialLoyalists,
            (_, _) => Segment::Champions,
        }
    }

    /// The name in data: lower case, words joined by underscores.
    pub fn name(self) -> &'static str {
        match self {
            Segment::Champions => "champions",
            Segment::LoyalCustomers => "loyal_customers",
            Segment::PotentialLoyalists => "potential_loyalists",
            Segment::NewCustomers => "new_customers",
            Segment::Promising => "promising",
            Segment::NeedAttention => "need_attention",
            Segment::AboutToSleep => "about_to_sleep",
            Segment::CantLose => "cant_lose",
            Segment::AtRisk => "at_risk",
            Segment::Hibernating => "hibernating",
        }
    }
}

/// Scores customers from 1 to `bins` (2 to 10; 5 is usual) by quantiles of type 7, and names their segments.
///
/// `recency` (time since the last purchase), `frequency` and `monetary` have one row per customer. With other than
/// five bins the segment comes from the scores stretched to five.
///
/// # Errors
/// [`Error::Empty`], [`Error::Length`], [`Error::Value`] for a value that is no number, [`Error::Parameter`].
pub fn score_rfm(recency: &[f64], frequency: &[f64], monetary: &[f64], bins: u8) -> Result<RfmScores, Error> {
    if recency.is_empty() {
        return Err(Error::Empty);
    }
    if !(2..=10).contains(&bins) {
        return Err(Error::Parameter { name: "bins", problem: "must be from 2 to 10" });
    }
    same_length("frequency", frequency.len(), recency.len())?;
    same_length("monetary", monetary.len(), recency.len())?;
    for (name, column) in [("recency", recency), ("frequency", frequency), ("monetary", monetary)] {
        check_values(name, column, "is not a number", f64::is_finite)?;
    }
    let shares: Vec<f64> = (1..bins).map(|i| f64::from(i) / f64::from(bins)).collect();
    let (recency_cuts, recent_last) = scores(recency, &shares);
    let (frequency_cuts, frequency) = scores(frequency, &shares);
    let (monetary_cuts, monetary) = scores(monetary, &shares);
    let recency: Vec<u8> = recent_last.into_iter().map(|score| bins + 1 - score).collect();
    let of_five = |score: u8| (score * 5).div_ceil(bins);
    let segment =
        recency.iter().zip(&frequency).map(|(&r, &f)| Segment::of(of_five(r), of_five(f))).collect();
    Ok(RfmScores { recency_cuts, frequency_cuts, monetary_cuts, recency, frequency, monetary, segment })
}

fn scores(values: &[f64], shares: &[f64]) -> (Vec<f64>, Vec<u8>) {
    let cuts = sample::quantiles(values, shares);
    let scores =
        values.iter().map(|&value| 1 + cuts.iter().map(|&cut| u8::from(cut < value)).sum::<u8>()).collect();
    (cuts, scores)
}

/// One segment in figures.
#[derive(Debug, Clone, PartialEq)]
pub struct SegmentSummary {
    pub segment: Segment,
    pub customers: usize,
    pub mean_recency: f64,
    pub mean_frequency: f64,
    /// Money of all its customers.
    pub monetary: f64,
}

/// Sums up the segments that have customers, best first; the columns are those given to [`score_rfm`].
pub fn summarise_segments(
    segment: &[Segment],
    recency: &[f64],
    frequency: &[f64],
    monetary: &[f64],
) -> Vec<SegmentSummary> {
    let mut sums = [(0usize, 0.0, 0.0, 0.0); Segment::ALL.len()];
    for (i, &segment) in segment.iter().enumerate() {
        let sum = &mut sums[segment as usize];
        *sum = (sum.0 + 1, sum.1 + recency[i], sum.2 + frequency[i], sum.3 + monetary[i]);
    }
    let summary =
        |(segment, (customers, r, f, monetary)): (Segment, (usize, f64, f64, f64))| SegmentSummary {
            segment,
            customers,
            mean_recency: r / customers as f64,
            mean_frequency: f / customers as f64,
            monetary,
        };
    Segment::ALL.into_iter().zip(sums).filter(|(_, sum)| sum.0 > 0).map(summary).collect()
}
