//! Tables to look things up in: totals of a file by its columns, and the functions that statistics are made of.

pub mod asked;
pub mod cube;

mod measure;
pub mod special;
mod typed;
