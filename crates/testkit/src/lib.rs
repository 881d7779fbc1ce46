//! For tests: a whole app in process, people who sign in, requests and what is answered.
//!
//! [`TestApp`] is all features on a database of its own, with a clock that stands still; [`Browser`] and
//! [`Program`] send requests through the very router that the program serves; [`Answer`] is looked into.
//!
//! ```no_run
//! let app = testkit::TestApp::sqlite();
//! let ines = app.sign_in("ines");
//! ines.get("/deals").ok().says("Deals");
//! ```

mod answer;
mod app;
mod client;
mod people;

pub use answer::Answer;
pub use app::{Engine, TestApp, both};
pub use client::{Browser, Program};
pub use people::{PASSWORD, email};
