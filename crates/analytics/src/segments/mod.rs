//! Groups of customers that are alike, and what sets each apart.
//!
//! - [`Points`]: columns of numbers as rows, [`standardised`](Points::standardised) so that each counts alike
//! - [`k_means`], with [`choose_k`] by silhouette and gap statistic
//! - [`hierarchical`]: merges step by step, cut into any number of groups
//! - [`k_prototypes`]: numbers and categories together
//! - [`profiles`]: each group in words

mod choose_k;
mod hierarchical;
mod k_means;
mod k_prototypes;
mod lloyd;
mod points;
mod profiles;
mod quality;
mod seeding;

pub use choose_k::{KChoice, KChoices, choose_k};
pub use hierarchical::{Linkage, Merge, Merges, hierarchical};
pub use k_means::{KMeans, KMeansOptions, Start, k_means};
pub use k_prototypes::{KPrototypes, KPrototypesOptions, k_prototypes};
pub use points::{Points, Standardised};
pub use profiles::{Profile, Trait, profiles};
pub use quality::{calinski_harabasz, davies_bouldin, silhouette};

#[cfg(test)]
mod tests;
