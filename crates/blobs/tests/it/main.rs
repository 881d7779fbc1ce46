//! What is promised about files, tried from outside on both databases.

mod contents;
mod names;
mod types;
