//! Running an import: from rows to records, in batches, each with its checkpoint in one transaction.
//!
//! [`Import`] is what is kept about one; [`Carry`] is the job that checks or runs it, [`Revert`] the one that takes it
//! back. [`rows`] turns rows into wishes, [`links`] names into records, [`keys`] finds the records that rows change,
//! [`ahead`] before their turn comes, [`files`] what goes to them out of an archive; [`course`] tells what of that still holds; [`batch`] saves.

mod ahead;
mod batch;
mod book;
mod carry;
mod check;
mod course;
mod feed;
mod files;
mod import;
mod keys;
mod links;
mod report;
mod revert;
mod rows;
mod second;
mod tables;
mod total;

pub use carry::{Carry, Halt, open};
pub use import::{
    Counts, Import, KindOfProblem, Progress, State, Summary, cancel, delete, enqueue, find, insert, list,
    put_progress, set_mapping,
};
pub use report::{Bad, bad_rows, said, write_report};
pub use revert::{Revert, enqueue_revert};
pub use tables::MIGRATIONS;
