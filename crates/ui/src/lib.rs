//! The design system: every page is made of these parts, as functions from plain data to [`maud::Markup`].

pub mod action;
pub mod assets;
pub mod bits;
pub mod board;
pub mod charts;
pub mod content;
pub mod diff;
pub mod edit;
pub mod filter;
pub mod form;
pub mod icon;
pub mod input;
pub mod live;
pub mod overlay;
pub mod page;
pub mod palette;
pub mod record;
pub mod shell;
pub mod steps;
pub mod table;
pub mod tabs;
pub mod timeline;
pub mod tone;

pub use action::{Action, Go, Menu, Weight};
pub use bits::{Count, Empty, Person, Progress, Severity};
pub use content::Content;
pub use live::Live;
pub use tone::Tone;
