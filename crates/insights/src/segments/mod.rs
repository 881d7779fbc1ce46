//! Groups of customers who are alike: `kmeans`, `hierarchical`, `kprototypes`.

mod groups;
pub mod hierarchical;
pub mod kmeans;
pub mod kprototypes;
mod scaling;
