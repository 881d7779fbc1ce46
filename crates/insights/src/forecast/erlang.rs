//! `rapport analyze erlang`: how many agents or lines a load of calls needs.

use analytics::Progress;
use analytics::forecast::staffing::{
    Goal, Impatient, Load, Queue, agents_to_goal, agents_with_abandonment, erlang_a, erlang_b, erlang_b_load,
    erlang_c, lines_for_blocking,
};
use clap::Args;

use crate::failure::Failure;
use crate::output::Report;

/// How many agents or lines a load of calls needs (Erlang B, C and A)
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  rapport analyze erlang --calls 100 --interval 1800 --handling 180 --service-level 0.8 \
    --target 20 --shrinkage 0.3\n  rapport analyze erlang --calls 100 --interval 1800 --handling 180 --agents 14\n  \
    rapport analyze erlang --lines 30 --blocked 0.01"
)]
pub struct Erlang {
    /// Calls in an interval
    #[arg(long, value_name = "N", requires = "handling")]
    calls: Option<f64>,
    /// Length of the interval in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 1800.0)]
    interval: f64,
    /// Mean handling time of a call in seconds
    #[arg(long, value_name = "SECONDS")]
    handling: Option<f64>,
    /// The wait in seconds that counts as well served
    #[arg(long, value_name = "SECONDS", default_value_t = 20.0)]
    target: f64,
    /// Tell what callers meet with so many agents, instead of how many are needed
    #[arg(long, value_name = "N", requires = "calls")]
    agents: Option<u32>,
    /// Share of calls to be answered within the target
    #[arg(long, value_name = "SHARE", default_value_t = 0.8)]
    service_level: f64,
    /// Share of the time that agents may be busy at most
    #[arg(long, value_name = "SHARE", default_value_t = 1.0)]
    max_occupancy: f64,
    /// Share of paid time that is not spent on calls
    #[arg(long, value_name = "SHARE", default_value_t = 0.0)]
    shrinkage: f64,
    /// Callers hang up after so many seconds on average (Erlang A)
    #[arg(long, value_name = "SECONDS")]
    patience: Option<f64>,
    /// Erlang B: lines
    #[arg(long, value_name = "N")]
    lines: Option<u32>,
    /// Erlang B: load in erlangs
    #[arg(long, value_name = "ERLANGS")]
    erlangs: Option<f64>,
    /// Erlang B: share of calls that may be lost
    #[arg(long, value_name = "SHARE")]
    blocked: Option<f64>,
}

impl Erlang {
    pub fn report(&self, _: &dyn Progress) -> Result<Report, Failure> {
        match (self.calls, self.handling) {
            (Some(calls), Some(handling_s)) => {
                self.waiting(&Load { calls, interval_s: self.interval, handling_s })
            }
            _ => self.blocking(),
        }
    }

    fn waiting(&self, load: &Load) -> Result<Report, Failure> {
        let goal = Goal {
            service_level: self.service_level,
            target_s: self.target,
            max_occupancy: self.max_occupancy,
            shrinkage: self.shrinkage,
        };
        let mut report = Report::new("Agents on the phone");
        match (self.agents, self.patience) {
            (Some(agents), None) => {
                report.count("agents", agents as usize);
                add_queue(&mut report, &erlang_c(load, agents, self.target)?);
            }
            (Some(agents), Some(patience)) => {
                report.count("agents", agents as usize);
                add_impatient(&mut report, &erlang_a(load, patience, agents, self.target)?);
            }
            (None, None) => {
                let staffing = agents_to_goal(load, &goal)?;
                report.count("agents", staffing.agents as usize);
                report.count("scheduled", staffing.scheduled as usize);
                add_queue(&mut report, &staffing.queue);
            }
            (None, Some(patience)) => {
                let staffing = agents_with_abandonment(load, patience, &goal)?;
                report.count("agents", staffing.agents as usize);
                report.count("scheduled", staffing.scheduled as usize);
                add_impatient(&mut report, &staffing.queue);
            }
        }
        Ok(report)
    }

    fn blocking(&self) -> Result<Report, Failure> {
        let mut report = Report::new("Lines that calls come in by");
        match (self.lines, self.erlangs, self.blocked) {
            (Some(lines), Some(erlangs), None) => report.single("blocked", erlang_b(lines, erlangs)?),
            (Some(lines), None, Some(blocked)) => report.single("erlangs", erlang_b_load(lines, blocked)?),
            (None, Some(erlangs), Some(blocked)) => {
                report.count("lines", lines_for_blocking(erlangs, blocked)? as usize);
            }
            _ => {
                return Err(Failure::Usage(
                    "give --calls and --handling, or two of --lines, --erlangs and --blocked".to_owned(),
                ));
            }
        }
        Ok(report)
    }
}

fn add_queue(report: &mut Report, queue: &Queue) {
    report.figures(
        "queue",
        [
            ("erlangs", queue.erlangs),
            ("p_wait", queue.p_wait),
            ("service_level", queue.service_level),
            ("mean_wait_s", queue.mean_wait_s),
            ("p95_wait_s", queue.p95_wait_s),
            ("occupancy", queue.occupancy),
            ("mean_queue", queue.mean_queue),
        ],
    );
}

fn add_impatient(report: &mut Report, queue: &Impatient) {
    report.figures(
        "queue",
        [
            ("erlangs", queue.erlangs),
            ("p_wait", queue.p_wait),
            ("p_abandon", queue.p_abandon),
            ("service_level", queue.service_level),
            ("mean_wait_s", queue.mean_wait_s),
            ("occupancy", queue.occupancy),
            ("mean_queue", queue.mean_queue),
        ],
    );
}
