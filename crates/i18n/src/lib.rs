//! Every text, number, date and amount that a person reads or types, in their language, locale and time zone.
//!
//! # Reading order
//!
//! [`Texts`] holds the Fluent catalogues of all features, merged. For each request make a [`Reader`] from it: the
//! reader's locale, time zone and present instant. Ask the reader for texts ([`Reader::text`],
//! [`Reader::text_with`]), names of objects, fields and options ([`Reader::field`]), formatted values
//! ([`Reader::money`], [`Reader::date_time`], [`Reader::relative`]) and for what typed input means
//! ([`Reader::parse_money`], [`Reader::parse_date`]).
//!
//! # Conventions
//!
//! - A catalogue is a file `en.ftl` beside the feature that uses it, embedded by `include_str!`. Ids are kebab-case
//!   and start with the feature's name; problems start with `problem-`.
//! - Names follow the metadata: `object-deal = Deal` with the attribute `.plural = Deals`; the field `deal--amount`;
//!   the option `deal--stage--negotiation`.
//! - A message that no catalogue has shows its id and is remembered in [`Texts::missing`], which tests read.
//! - A percentage of 50 is `50`, not `0.5`. A duration is a count of seconds. Dates are of the Gregorian calendar.

mod currency;
mod date;
mod duration;
mod formats;
mod labels;
mod money;
mod number;
mod parse_date;
mod phone;
mod problems;
mod reader;
mod relative;
mod texts;

pub use formats::Direction;
pub use labels::humanise;
pub use reader::Reader;
pub use texts::{CatalogueError, Texts};

#[cfg(test)]
mod tests;

/// The shell's texts, common words and problems, in English: the first source of every [`Texts`].
pub const BASE_EN: &str = include_str!("../locales/en.ftl");
