//! Two means side by side: money per customer with and without an offer (Welch 1947; Student 1908).

use super::question::Question;
use crate::Error;
use crate::error::check_values;
use crate::special::t_quantile;

/// What two means show; differences are treated − control.
#[derive(Clone, Debug, PartialEq)]
pub struct MeanTest {
    /// Means of the treated and the control group.
    pub means: [f64; 2],
    /// Standard deviations (n − 1).
    pub deviations: [f64; 2],
    /// Difference of the means.
    pub difference: f64,
    /// Difference over its standard error.
    pub t: f64,
    /// Degrees of freedom (Welch and Satterthwaite, or rows less 2).
    pub df: f64,
    /// p-value.
    pub p: f64,
    /// Interval of the difference.
    pub interval: (f64, f64),
}

/// Compares the mean of the treated with that of the control group.
///
/// # Errors
/// [`Error::TooFew`] for fewer than two rows in a group, [`Error::Value`] for a value that is not finite,
/// [`Error::Constant`] when neither group varies, [`Error::Parameter`] for a level outside 0 and 1.
pub fn compare_means(treated: &[f64], control: &[f64], question: &Question) -> Result<MeanTest, Error> {
    question.check()?;
    let groups = [treated, control];
    for group in groups {
        if group.len() < 2 {
            return Err(Error::TooFew { what: "rows in a group", have: group.len(), need: 2 });
        }
        check_values("value", group, "is not a finite number", f64::is_finite)?;
    }
    let means = groups.map(|group| group.iter().sum::<f64>() / group.len() as f64);
    let variance = |at: usize| {
        let squares = groups[at].iter().map(|value| (value - means[at]).powi(2)).sum::<f64>();
        squares / (groups[at].len() - 1) as f64
    };
    let variances = [variance(0), variance(1)];
    let free = [0, 1].map(|at| (groups[at].len() - 1) as f64);
    let pooled = (variances[0] * free[0] + variances[1] * free[1]) / (free[0] + free[1]);
    let errors = [0, 1].map(|at| {
        let variance = if question.equal_variances { pooled } else { variances[at] };
        variance / groups[at].len() as f64
    });
    let error: f64 = errors.iter().sum();
    if error == 0.0 {
        return Err(Error::Constant { column: "the value of both groups".to_owned() });
    }
    let parts = [0, 1].map(|at| errors[at] * errors[at] / free[at]);
    let df = match question.equal_variances {
        true => free[0] + free[1],
        false => error * error / (parts[0] + parts[1]),
    };
    let difference = means[0] - means[1];
    let t = difference / error.sqrt();
    let half = t_quantile(0.5 + 0.5 * question.level, df) * error.sqrt();
    Ok(MeanTest {
        means,
        deviations: variances.map(f64::sqrt),
        difference,
        t,
        df,
        p: question.p_of_t(t, df),
        interval: (difference - half, difference + half),
    })
}
