//! `rapport analyze special`: the functions that statistics are made of, for checking them and for looking up.

use analytics::special::{
    beta_regularized, chi2_quantile, chi2_sf, digamma, f_sf, gamma_p, gamma_q, hyp2f1, ln_beta, ln_chi2_sf,
    ln_gamma, ln_normal_sf, ln_t_sf_two_sided, normal_cdf, normal_quantile, normal_sf, t_cdf, t_quantile,
    t_sf_two_sided, trigamma,
};
use analytics::{Error, Progress};
use clap::{Args, ValueEnum};

use crate::failure::Failure;
use crate::output::Report;

/// Look up a function of statistics: distributions, gamma, beta, Gauss's 2F1
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n  rapport analyze special normal-quantile 0.975\n  \
    rapport analyze special hyp2f1 2.2426 4.4259 4.2188 0.4693")]
pub struct Special {
    /// Which one
    #[arg(value_enum)]
    function: Function,
    /// Its arguments, in the order of the function's name in formulas
    #[arg(required = true, value_name = "NUMBER", allow_negative_numbers = true)]
    arguments: Vec<f64>,
}

#[derive(ValueEnum, Debug, Clone, Copy)]
enum Function {
    /// ln Γ(x)
    LnGamma,
    /// ψ(x), the derivative of ln Γ
    Digamma,
    /// ψ′(x)
    Trigamma,
    /// ln B(a, b)
    LnBeta,
    /// Regularised incomplete beta I_x(a, b); arguments x a b
    Beta,
    /// Regularised lower incomplete gamma P(a, x)
    GammaP,
    /// Regularised upper incomplete gamma Q(a, x)
    GammaQ,
    /// Gauss's 2F1(a, b; c; z)
    Hyp2f1,
    /// Φ(z)
    NormalCdf,
    /// 1 − Φ(z)
    NormalSf,
    /// ln(1 − Φ(z))
    LnNormalSf,
    /// The z with Φ(z) = p
    NormalQuantile,
    /// Student's t: P(T ≤ t); arguments t df
    TCdf,
    /// Student's t: P(|T| > |t|); arguments t df
    TSfTwoSided,
    /// Its logarithm
    LnTSfTwoSided,
    /// Student's t: the t with P(T ≤ t) = p; arguments p df
    TQuantile,
    /// Chi-squared: P(X > x); arguments x df
    Chi2Sf,
    /// Its logarithm
    LnChi2Sf,
    /// Chi-squared: the x with P(X ≤ x) = p; arguments p df
    Chi2Quantile,
    /// F: P(X > x); arguments x df1 df2
    FSf,
}

impl Special {
    pub fn report(&self, _: &dyn Progress) -> Result<Report, Failure> {
        let name =
            self.function.to_possible_value().map_or_else(String::new, |own| own.get_name().to_owned());
        let value = value(self.function, &self.arguments).ok_or_else(|| {
            Failure::Usage(format!(
                "{name} takes another number of arguments than {}; --help tells which",
                self.arguments.len()
            ))
        })?;
        if value.is_nan() {
            return Err(Error::Parameter {
                name: "the arguments",
                problem: "are outside the function's domain",
            }
            .into());
        }
        let mut report = Report::new(name);
        let said: Vec<String> = self.arguments.iter().map(f64::to_string).collect();
        report.word("arguments", said.join(", "));
        report.single("value", value);
        report.single("ln_value", value.ln());
        Ok(report)
    }
}

/// `None` for a wrong number of arguments.
fn value(function: Function, arguments: &[f64]) -> Option<f64> {
    use Function::*;
    Some(match (function, arguments) {
        (LnGamma, &[x]) => ln_gamma(x),
        (Digamma, &[x]) => digamma(x),
        (Trigamma, &[x]) => trigamma(x),
        (LnBeta, &[a, b]) => ln_beta(a, b),
        (Beta, &[x, a, b]) => beta_regularized(a, b, x),
        (GammaP, &[a, x]) => gamma_p(a, x),
        (GammaQ, &[a, x]) => gamma_q(a, x),
        (Hyp2f1, &[a, b, c, z]) => hyp2f1(a, b, c, z),
        (NormalCdf, &[z]) => normal_cdf(z),
        (NormalSf, &[z]) => normal_sf(z),
        (LnNormalSf, &[z]) => ln_normal_sf(z),
        (NormalQuantile, &[p]) => normal_quantile(p),
        (TCdf, &[t, df]) => t_cdf(t, df),
        (TSfTwoSided, &[t, df]) => t_sf_two_sided(t, df),
        (LnTSfTwoSided, &[t, df]) => ln_t_sf_two_sided(t, df),
        (TQuantile, &[p, df]) => t_quantile(p, df),
        (Chi2Sf, &[x, df]) => chi2_sf(x, df),
        (LnChi2Sf, &[x, df]) => ln_chi2_sf(x, df),
        (Chi2Quantile, &[p, df]) => chi2_quantile(p, df),
        (FSf, &[x, first, second]) => f_sf(x, first, second),
        _ => return None,
    })
}
