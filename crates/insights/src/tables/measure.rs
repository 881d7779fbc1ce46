//! A measure of a cube on the command line: `NAME = FUNCTION(…)`.

use cube::{Format, MeasureDef, MeasureKind};

use crate::failure::Failure;

/// Functions by what they are called.
const FUNCTIONS: [(&str, MeasureKind); 18] = [
    ("count", MeasureKind::Count),
    ("sum", MeasureKind::Sum),
    ("distinct", MeasureKind::Distinct),
    ("mean", MeasureKind::Average),
    ("average", MeasureKind::Average),
    ("avg", MeasureKind::Average),
    ("median", MeasureKind::Median),
    ("min", MeasureKind::Min),
    ("max", MeasureKind::Max),
    ("ratio", MeasureKind::Ratio),
    ("share", MeasureKind::Share),
    ("running", MeasureKind::Running),
    ("moving_average", MeasureKind::MovingAverage),
    ("previous", MeasureKind::Previous),
    ("change", MeasureKind::Change),
    ("growth", MeasureKind::Growth),
    ("year_to_date", MeasureKind::YearToDate),
    ("year_ago", MeasureKind::YearAgo),
];

/// Reads a measure; `columns` are what columns are called, and how expressions write them.
///
/// # Errors
/// [`Failure::Usage`] when it is not of that form.
pub fn read(text: &str, columns: &[(String, String)]) -> Result<MeasureDef, Failure> {
    let wrong = |what: &str| Failure::Usage(format!("--measure \"{text}\": {what}"));
    let form = || {
        let names: Vec<&str> = FUNCTIONS.iter().map(|(name, _)| *name).collect();
        wrong(&format!("write NAME = FUNCTION(…) with {}", names.join(", ")))
    };
    let (name, call) = text.split_once('=').ok_or_else(form)?;
    let (function, inside) =
        call.trim().strip_suffix(')').and_then(|call| call.split_once('(')).ok_or_else(form)?;
    let function = function.trim().to_lowercase();
    let (_, is) = FUNCTIONS.iter().find(|(own, _)| *own == function).ok_or_else(form)?;
    let inside = inside.trim();
    let mut measure = MeasureDef {
        name: name.trim().to_owned(),
        label: None,
        is: *is,
        of: (!inside.is_empty()).then(|| inside.to_owned()),
        per: None,
        filter: None,
        periods: None,
        within: None,
        format: Format::Number,
    };
    if is.is_aggregate() {
        if let Some((_, named)) = columns.iter().find(|(called, _)| called == inside) {
            measure.of = Some(named.clone());
        }
        return Ok(measure);
    }
    let (of, second) =
        inside.split_once(',').map_or((inside, None), |(of, rest)| (of.trim(), Some(rest.trim())));
    measure.of = Some(of.to_owned());
    match (is, second) {
        (MeasureKind::Ratio, Some(per)) => measure.per = Some(per.to_owned()),
        (MeasureKind::MovingAverage, Some(periods)) => {
            measure.periods = Some(periods.parse().map_err(|_| wrong("periods are a whole number"))?);
        }
        (MeasureKind::Share, Some(within)) => measure.within = Some(within.to_owned()),
        (_, Some(_)) => return Err(wrong("it takes one measure")),
        (MeasureKind::Ratio, None) => return Err(wrong("a ratio takes two measures")),
        (MeasureKind::MovingAverage, None) => {
            return Err(wrong("a moving average takes a measure and periods"));
        }
        (_, None) => {}
    }
    Ok(measure)
}
