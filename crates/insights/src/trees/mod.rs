//! Decision trees: `cart`, `chaid`.

pub mod cart;
pub mod chaid;
mod shown;
