//! Countries, regions and cities of 5,000 people and more, with where they are; distances, and the nearest city.
//!
//! Cities and regions are those of GeoNames (CC BY 4.0), countries those of mledoze's list (ODbL 1.0);
//! `docs/dependencies.md` names the packages they come in. They are read when they are first asked for.

mod nearest;
mod places;

pub use nearest::distance_km;
pub use places::{City, Country, Places, Region, places};

#[cfg(test)]
mod tests;
