//! The products of a deal, with their prices.
