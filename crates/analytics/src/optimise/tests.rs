//! Rosenbrock's valley (minimum 0 at (1, 1)) by each method.

use super::*;
use crate::{Error, Silent};

fn valley(at: &[f64]) -> f64 {
    100.0 * (at[1] - at[0] * at[0]).powi(2) + (1.0 - at[0]).powi(2)
}

fn valley_slope(at: &[f64], gradient: &mut [f64]) -> f64 {
    gradient[0] = -400.0 * at[0] * (at[1] - at[0] * at[0]) - 2.0 * (1.0 - at[0]);
    gradient[1] = 200.0 * (at[1] - at[0] * at[0]);
    valley(at)
}

fn valley_curved(at: &[f64]) -> Curved {
    let mut gradient = vec![0.0; 2];
    let value = valley_slope(at, &mut gradient);
    let corner = -400.0 * at[0];
    Curved {
        value,
        gradient,
        hessian: vec![1200.0 * at[0] * at[0] - 400.0 * at[1] + 2.0, corner, corner, 200.0],
    }
}

fn check(found: Result<Found, Error>) {
    let found = found.unwrap();
    assert!(found.converged, "{found:?}");
    assert!((found.at[0] - 1.0).abs() < 1e-4 && (found.at[1] - 1.0).abs() < 1e-4, "{found:?}");
}

#[test]
fn every_method_finds_the_end_of_the_valley() {
    let limits = Limits { steps: 5_000, tolerance: 1e-14 };
    check(lbfgs(valley_slope, &[-1.2, 1.0], limits, &Silent));
    check(newton(valley_curved, &[-1.2, 1.0], limits, &Silent));
    check(nelder_mead(valley, &[-1.2, 1.0], 0.5, limits, &Silent));
}

#[test]
fn a_parameter_rests_at_its_bound_and_the_others_go_on() {
    let limits = Limits { steps: 500, tolerance: 1e-14 };
    let found = lbfgs_in_box(valley_slope, &[-1.2, 1.0], (-2.0, 0.5), limits, &Silent).unwrap();
    assert!(found.converged && found.at[0] == 0.5 && (found.at[1] - 0.25).abs() < 1e-6, "{found:?}");
}

#[test]
fn a_search_can_be_stopped() {
    let stop = |_share: f64| false;
    let found = lbfgs(valley_slope, &[-1.2, 1.0], Limits::default(), &stop);
    assert_eq!(found, Err(Error::Stopped));
}

#[test]
fn differences_of_the_gradient_give_the_hessian() {
    let hessian = hessian_by_differences(|at, g| _ = valley_slope(at, g), &[0.4, -0.3], 1e-5);
    for (approximate, exact) in hessian.iter().zip(valley_curved(&[0.4, -0.3]).hessian) {
        assert!((approximate - exact).abs() < 1e-5);
    }
}

#[test]
fn a_factor_solves_inverts_and_names_the_row_that_repeats() {
    let factor = Cholesky::new(&[4.0, 2.0, 2.0, 3.0], 2).unwrap();
    let solved = factor.solve(&[8.0, 7.0]);
    assert!((solved[0] - 1.25).abs() < 1e-14 && (solved[1] - 1.5).abs() < 1e-14);
    let inverse = factor.inverse();
    assert!((inverse[0] - 0.375).abs() < 1e-15 && (inverse[1] + 0.25).abs() < 1e-15);
    assert!((factor.ln_determinant() - 8f64.ln()).abs() < 1e-15);
    assert_eq!(Cholesky::new(&[1.0, 2.0, 2.0, 4.0], 2), Err(1));
}
