//! Customer models as pure functions: plain columns in, plain structs out.
//!
//! No clock, no file, no database, no global state: time, seeds and limits are arguments, and the same arguments
//! give the same numbers bit for bit. A model that cannot trust its data says why in an [`Error`].

mod dense;
mod error;
mod feature;
mod progress;
mod random;
mod weights;

pub mod attribution;
pub mod baskets;
pub mod forecast;
pub mod optimise;
pub mod prediction;
pub mod response;
pub mod retention;
pub mod sample;
pub mod segments;
pub mod special;
pub mod trees;
pub mod value;

pub use error::{Error, check_values, same_length};
pub use feature::{Feature, MISSING, Taken, Values};
pub use progress::{Part, Progress, Silent};
pub use random::Random;
