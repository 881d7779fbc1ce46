//! What holds of the language as a whole.

mod agreement;
mod cases;
mod printing;
mod reference;
mod shapes;
mod sqlite;
