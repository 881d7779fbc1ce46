//! Files: attachments, what is imported, what is exported.
//!
//! The content lies in a folder, one immutable file for each [`Blob`]; what is known about it is a row in the table
//! `blob`. It comes in through [`Blobs::begin`] or [`Blobs::stage`], and [`Staged::keep`] writes the row in the
//! transaction of whatever refers to it. All calls block; none belongs on a thread of an async executor.
//!
//! # Why there is never a row without its file
//! The content is written to a temporary file, brought to disk, renamed to its final name, and the folder brought to
//! disk, all before the row is written. A file goes only when its row has gone and that is on disk. So whenever the
//! process or the machine dies, there may be a file without a row, which nobody sees and [`Blobs::sweep`] removes
//! after a day, and nothing else.
//!
//! # Who may see a blob
//! Not decided here: its id is no secret. Whoever serves one checks the record that refers to it. Serve it with
//! [`Blob::media_type`], [`Blob::content_disposition`] and `X-Content-Type-Options: nosniff`: the type comes from the
//! content, never from the client, and only pictures and PDF are shown within a page.
//!
//! # Other places
//! `folder.rs` is all that touches the disk: begin, publish, open, remove, list. An object store in its stead needs
//! these five; [`Blobs::open`] tells the places apart by the scheme of their address.

mod blob;
mod error;
mod folder;
mod incoming;
mod media;
mod name;
mod sweep;
mod table;

pub use blob::{Blob, Purpose, claim, claimed, expire, find, remove, retain};
pub use error::Error;
pub use folder::Blobs;
pub use incoming::{Description, Incoming, Staged, presume};
pub use media::{is_picture, sniff};
pub use name::sanitise;
pub use sweep::Swept;
pub use table::MIGRATIONS;
