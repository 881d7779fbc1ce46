//! Cases computed by other programs (R, lifelines, mpmath …), read from the folder named by `RAPPORT_SHARED`.
//!
//! Without the variable every case says that it is skipped, and passes.

mod attribution;
mod baskets;
mod calls;
mod forecast;
mod k_means;
mod online_retail;
mod pipeline;
mod prediction;
mod response;
mod retention;
mod shared;
mod special;
mod telco;
mod trees;
mod value;
