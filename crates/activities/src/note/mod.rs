//! Notes: what somebody wants to keep in mind about a record.
//!
//! [`Behaviour`] calls a note by its first line.

mod behaviour;
mod first_line;

pub use behaviour::Behaviour;

#[cfg(test)]
mod tests;
