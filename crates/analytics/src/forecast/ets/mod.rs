//! ETS: exponential smoothing as a statistical model, with errors, trend and season that add or multiply.
//!
//! Hyndman, Koehler, Ord and Snyder (2008), "Forecasting with exponential smoothing: the state space approach"; the
//! fifteen stable forms, likelihood and bounds as in Hyndman and Khandakar (2008), Journal of Statistical Software
//! 27(3). Additive errors with a multiplicative season or trend are left out, as there: their variance is infinite.

mod fit;
mod lanes;
mod likelihood;
mod predict;
mod select;
mod simulate;
mod start;

pub(super) use fit::DAMPING;
pub use fit::fit_ets;
pub use select::{Candidate, Criterion, Selection, select_ets};

/// How the error enters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ErrorKind {
    Additive,
    Multiplicative,
}

/// How the series grows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TrendKind {
    None,
    Additive,
    /// Additive, and fading by the factor φ with each step.
    Damped,
    /// By a factor a step (Pegels 1969), with multiplicative errors only.
    Multiplicative,
    /// By a factor a step that fades: its logarithm by φ with each step (Taylor 2003).
    MultiplicativeDamped,
}

impl TrendKind {
    fn is_damped(self) -> bool {
        matches!(self, TrendKind::Damped | TrendKind::MultiplicativeDamped)
    }

    fn multiplies(self) -> bool {
        matches!(self, TrendKind::Multiplicative | TrendKind::MultiplicativeDamped)
    }
}

/// How the season enters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SeasonKind {
    None,
    Additive,
    Multiplicative,
}

/// Error, trend and season.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Form {
    pub error: ErrorKind,
    pub trend: TrendKind,
    pub season: SeasonKind,
}

impl Form {
    /// The usual name: `ETS(M,Ad,M)`.
    pub fn name(self) -> String {
        let error = match self.error {
            ErrorKind::Additive => "A",
            ErrorKind::Multiplicative => "M",
        };
        let trend = match self.trend {
            TrendKind::None => "N",
            TrendKind::Additive => "A",
            TrendKind::Damped => "Ad",
            TrendKind::Multiplicative => "M",
            TrendKind::MultiplicativeDamped => "Md",
        };
        let season = match self.season {
            SeasonKind::None => "N",
            SeasonKind::Additive => "A",
            SeasonKind::Multiplicative => "M",
        };
        format!("ETS({error},{trend},{season})")
    }

    /// All forms with finite variance and a trend that adds, the simple ones first: those that are chosen among. A trend that
    /// multiplies runs away far ahead, and has to be asked for.
    pub fn all() -> Vec<Form> {
        let mut forms = Vec::new();
        for season in [SeasonKind::None, SeasonKind::Additive, SeasonKind::Multiplicative] {
            for trend in [TrendKind::None, TrendKind::Additive, TrendKind::Damped] {
                for error in [ErrorKind::Additive, ErrorKind::Multiplicative] {
                    let form = Form { error, trend, season };
                    if form.is_stable() {
                        forms.push(form);
                    }
                }
            }
        }
        forms
    }

    fn is_stable(self) -> bool {
        let products = self.season == SeasonKind::Multiplicative || self.trend.multiplies();
        match self.error {
            ErrorKind::Additive => !products,
            ErrorKind::Multiplicative => !(self.trend.multiplies() && self.season == SeasonKind::Additive),
        }
    }

    /// Whether the form needs values above zero.
    fn needs_positive(self) -> bool {
        self.error == ErrorKind::Multiplicative
    }

    /// Parameters that the likelihood is maximised over, the variance of the errors included.
    fn parameters(self, period: usize) -> usize {
        let trend = match self.trend {
            TrendKind::None => 0,
            TrendKind::Additive | TrendKind::Multiplicative => 2,
            TrendKind::Damped | TrendKind::MultiplicativeDamped => 3,
        };
        let season = if self.season == SeasonKind::None { 0 } else { period };
        3 + trend + season
    }
}

/// A fitted model: paces, the state before the first value and after the last.
#[derive(Debug, Clone, PartialEq)]
pub struct Ets {
    pub form: Form,
    /// Values a season; 1 without.
    pub period: usize,
    pub alpha: f64,
    /// 0 without a trend.
    pub beta: f64,
    /// 0 without a season.
    pub gamma: f64,
    /// 1 without damping, 0 without a trend.
    pub phi: f64,
    pub first: State,
    pub last: State,
    /// Variance of the errors (relative ones when they multiply).
    pub sigma2: f64,
}

/// Level, trend and season at one time.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct State {
    pub level: f64,
    /// What a step adds, or the factor of a trend that multiplies.
    pub trend: f64,
    /// Season of the next values, in order; empty without a season.
    pub season: Vec<f64>,
}

/// A fitted model and what to think of it.
#[derive(Debug, Clone, PartialEq)]
pub struct EtsFit {
    pub model: Ets,
    /// ln of the likelihood without its constant, as R's forecast package has it: −n/2 ln Σe² − Σ ln |forecast| (the
    /// last sum for multiplicative errors only).
    pub log_likelihood: f64,
    pub aic: f64,
    /// AIC corrected for short series (Hurvich and Tsai 1989).
    pub aicc: f64,
    pub bic: f64,
    /// Mean squared one-step error, in the unit of the series squared.
    pub mse: f64,
    /// Number of parameters, start values and the variance included.
    pub parameters: usize,
    /// Steps of the optimiser.
    pub steps: usize,
}
