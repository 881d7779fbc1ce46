//! The people of a deal, with their roles.
