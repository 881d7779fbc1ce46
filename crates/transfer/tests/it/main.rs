//! Imports and exports through the whole program: by job and by browser, on both databases where it matters.

mod archives;
mod exports;
mod files;
mod given;
mod hostile;
mod ids;
mod jobs;
mod kinds;
mod lines;
mod pages;
