//! Deals: chances to sell, in stages, until they are won or lost.
