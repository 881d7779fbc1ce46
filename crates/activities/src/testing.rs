//! The workspace that tests run in: all activities, and the sales that they are about.

use records::testing::{House, definitions};

pub fn house() -> House {
    let mut behaviours = sales::behaviours();
    behaviours.extend(crate::behaviours());
    House::new(&definitions(sales::objects().into_iter().chain(crate::objects())), behaviours)
}
