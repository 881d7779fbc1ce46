//! Special functions: gamma and beta in all their forms, the distributions built on them, and Gauss's 2F1.
//!
//! Everything takes and returns plain `f64`. Tails have a logarithmic form (`ln_…`) that does not underflow.
//! Arguments outside a function's domain give NaN, as in IEEE 754; callers check their data before.

mod distributions;
mod gamma;
mod hypergeometric;
mod incomplete_beta;
mod incomplete_gamma;
mod normal;
mod quadrature;
mod root;

pub use distributions::{
    beta_quantile, chi2_cdf, chi2_quantile, chi2_sf, f_cdf, f_sf, gamma_quantile, ln_chi2_sf, ln_f_sf,
    ln_t_sf_two_sided, noncentral_t_cdf, t_cdf, t_quantile, t_sf_two_sided,
};
pub use gamma::{digamma, gamma_sign, ln_beta, ln_factorial, ln_gamma, trigamma};
pub use hypergeometric::{hyp2f1, ln_hyp2f1};
pub use incomplete_beta::{beta_regularized, ln_beta_regularized};
pub use incomplete_gamma::{gamma_p, gamma_q, ln_gamma_p, ln_gamma_q};
pub use normal::{
    erf, erfc, ln_normal_cdf, ln_normal_sf, normal_cdf, normal_pdf, normal_quantile, normal_sf,
};
pub use quadrature::GaussLegendre;
pub use root::{bisect, increasing_root};

#[cfg(test)]
mod tests;
