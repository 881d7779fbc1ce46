//! Companies: customers, prospects, partners, and whom else one deals with.
