//! What comes next: `forecast`, `pipeline`, `calls`, `erlang`, `reconcile`.

pub mod calls;
pub mod erlang;
pub mod pipeline;
pub mod reconcile;
pub mod series;
