//! What both databases promise, tried from outside.

mod transactions;
