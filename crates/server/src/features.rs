//! What Rapport is made of. Adding a feature is adding a line.

use app::Feature;

/// All features, in the order of the navigation.
pub fn features() -> Vec<Feature> {
    vec![
        web::feature(),
        sales::feature(),
        activities::feature(),
        identity::feature(),
        files::feature(),
        operations::feature(),
        workbench::feature(),
        transfer::feature(),
        api::feature(),
        #[cfg(feature = "warehouse")]
        warehouse::feature(),
    ]
}
