//! A price on large parameters, as the Python package lifetimes has it: it holds those down that the data leave open.

use crate::Error;

/// `weight` · Σ (unit × parameter)², added to a negative log likelihood.
pub(super) struct Penalty<const N: usize> {
    pub weight: f64,
    /// What each parameter is multiplied by first, so that the unit of time does not matter.
    pub units: [f64; N],
}

impl<const N: usize> Penalty<N> {
    /// The price of these parameters; adds its slope by their logarithms to the gradient.
    pub fn add(&self, parameters: [f64; N], gradient: &mut [f64]) -> f64 {
        let squares = parameters.iter().zip(self.units).map(|(own, unit)| (own * unit).powi(2));
        let mut price = 0.0;
        for (slope, square) in gradient.iter_mut().zip(squares) {
            *slope += 2.0 * self.weight * square;
            price += self.weight * square;
        }
        price
    }
}

/// Refuses a penalty that is no finite number of zero or more.
pub(super) fn check_penalty(penalty: f64) -> Result<(), Error> {
    match penalty >= 0.0 && penalty.is_finite() {
        true => Ok(()),
        false => Err(Error::Parameter { name: "the penalty", problem: "must be a number of zero or more" }),
    }
}
