//! Work to be done later, kept in the same database as the records it is about.
//!
//! A feature declares a [`Job`], a small struct that is the message itself, and calls [`enqueue`] in the
//! transaction that makes the work necessary: the job exists exactly if that transaction was committed.
//! A [`Runner`] in `serve` or `work` takes it, runs it and settles it; any number of processes may do so.
//!
//! # What is promised
//! - A job runs at least once until it is done, dropped, cancelled, or has failed too often; then it is *dead* and
//!   waits for somebody to replay or discard it.
//! - One run at a time: a run holds a lease, which its process extends as long as it lives. When the process dies,
//!   another takes the job after the lease, or within a second or so if it runs on the same machine. Clocks of processes must agree to well within a lease.
//! - A run that has lost its lease (a machine that slept) can change nothing through [`Run::checkpoint`] and
//!   [`Run::finish`]: they fail, and with them the transaction they are part of.
//!
//! # Effects that happen once
//! A process may die after a job's effect and before the job is marked as done, and the job runs again. So:
//! - an effect in the database calls [`Run::finish`], or [`Run::checkpoint`] for a part of a long job, **in the same
//!   transaction**: both take effect, or neither;
//! - an effect elsewhere (a mail, a webhook) sends [`Run::id`] along, the same in all runs, by which the receiver
//!   can tell a repetition.
//!
//! # Where to start
//! [`Job`] and [`Outcome`] in `job.rs`; [`enqueue`] in `enqueue.rs`; [`Run`], what a job sees, in `run.rs`;
//! `runner.rs` for the threads, `claim.rs` and `settle.rs` for their transactions; [`Cadence`] and [`schedule`] for
//! what repeats; [`list`], [`cancel`], [`retry`] and [`discard`] for screens and commands.

mod cadence;
mod claim;
mod control;
mod cron;
mod enqueue;
mod entry;
mod error;
mod job;
mod keeper;
mod process;
mod registry;
mod run;
mod runner;
mod schedule;
mod settle;
mod table;

pub use cadence::Cadence;
pub use control::{cancel, discard, prune, retry};
pub use cron::Cron;
pub use enqueue::{Options, enqueue, enqueue_all};
pub use entry::{Entry, Filter, Progress, State, count, find, list};
pub use error::Error;
pub use job::{Backoff, Job, Lane, Outcome};
pub use registry::Registry;
pub use run::Run;
pub use runner::{Handle, Runner};
pub use schedule::{Scheduled, schedule, schedules, unschedule};
pub use table::MIGRATIONS;

/// The topic of [`db::Db::listen`] on which the id of a job is told whenever something about it has changed that
/// its owner sees. Jobs without an owner change in silence.
pub const CHANGED: &str = "job-changed";

/// The topic on which workers are told that there is something to do.
const WAITING: &str = "job-waiting";
