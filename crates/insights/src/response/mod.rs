//! What an offer changes: `uplift`, `abtest`, `sample-size`.

pub mod abtest;
pub mod sample_size;
pub mod uplift;
