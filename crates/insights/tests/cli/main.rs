//! Every command as people call it: on small data of its own, and on the reference cases where they are.

mod commands;
mod counted;
mod documented;
mod far_dates;
mod line;
mod odd_files;
mod pages;
mod reference;
