//! The vocabulary that every other crate speaks: identities, money, values, actors, problems and limits.
//!
//! Nothing here does I/O or reads a clock; time comes in as an argument or through [`Clock`].
//! Start with [`Value`], the one representation of a field's content, and [`Problem`], the one
//! representation of something wrong with it.

pub mod actor;
pub mod clock;
pub mod column;
pub mod id;
pub mod json;
pub mod limits;
pub mod message;
pub mod money;
pub mod number;
pub mod text;
pub mod value;
pub mod written;

pub use actor::{Actor, Channel};
pub use clock::Clock;
pub use column::ColumnType;
pub use id::Id;
pub use jiff::{Timestamp, civil::Date};
pub use message::{Arg, Message, Problem};
pub use money::{Currency, Money};
pub use rust_decimal::Decimal;
pub use value::Value;
