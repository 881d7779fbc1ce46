//! A question is planned here, as ever: rights, views and what is in memory are part of its plan. The plan as a whole
//! goes to a scheduler ([`scheduler`]), which cuts it into stages and gives them to executors ([`executor`]); they read
//! the files by their addresses in the object store. What comes out is read from where it lies ([`job`]). Time and
//! cancelling stay with whoever asked: who stops listening takes the job from the cluster.
//!
//! A plan travels as [`carrying`] makes it and [`codec`] writes it. What cannot travel, or reads no files, runs here.
//! All processes of a cluster share a key ([`door`]).

mod carrying;
mod codec;
mod door;
mod executor;
mod failure;
mod job;
mod remote;
mod scheduler;
mod workplace;

pub use executor::execute;
pub use failure::failure;
pub use remote::Cluster;
pub use scheduler::schedule;

use super::{Executing, Scheduling};
