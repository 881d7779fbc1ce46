//! Cubes on the warehouse, and on files: what runs the statements that the crate `cube` writes.
//!
//! A question about a cube goes through the same session as one in SQL, so whoever asks sees what lists show them: the
//! tables are those views, and a dimension or measure of a field that they do not see is not in the cube
//! ([`stars`]). All statements of a question see the warehouse at one moment.
//!
//! Start with `asking.rs`; [`functions`] and [`arithmetic`] are what statements call, [`files`] the same for a file.

mod arithmetic;
mod asking;
pub(crate) mod engine;
pub mod files;
pub(crate) mod functions;
mod known;
mod lists;
mod shipped;
mod stars;

pub use asking::Failure;
pub use known::{Behaviour, Known, all, named, parse};
pub use shipped::routes;

/// What tests of statements need.
#[cfg(test)]
pub(crate) mod testing {
    pub use super::{engine::Running, functions::register};
}
