//! The one expression language: filters, formulas, roll-ups, validation and row rules.

pub mod sql;
