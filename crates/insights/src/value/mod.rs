//! What customers are worth: `rfm`, `bgnbd`, `paretonbd`, `gammagamma`, `clv`, `contract-value`, `profitability`,
//! `wallet`.

pub mod bgnbd;
mod buying;
pub mod clv;
pub mod contract;
pub mod gammagamma;
pub mod history;
pub mod paretonbd;
pub mod profitability;
pub mod purchases;
pub mod rfm;
pub mod wallet;
