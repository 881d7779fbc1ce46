//! The workspace that tests run in: all of sales, and the activities about it.

use metadata::definition::ObjectDef;
pub use records::testing::{House, problems};

pub fn definitions() -> Vec<ObjectDef> {
    records::testing::definitions(crate::objects().into_iter().chain(activities::objects()))
}

pub fn house() -> House {
    let mut behaviours = crate::behaviours();
    behaviours.extend(activities::behaviours());
    House::new(&definitions(), behaviours)
}
