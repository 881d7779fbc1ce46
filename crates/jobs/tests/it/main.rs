//! What the queue promises, tried from outside on both databases.

mod cadences;
mod control;
mod leases;
mod outcomes;
mod queue;
mod schedules;
mod world;
