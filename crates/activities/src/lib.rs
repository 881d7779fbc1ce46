//! Activities: what people plan to do and have done, on whatever record it is about.
//!
//! Each folder is one object: `object.toml` says what it is, `mod.rs` what changes when it is saved. What people do
//! are plain functions on a [`records::Writer`]: [`task::complete`], [`call::log`]. Code knows statuses by their
//! outcome, never by name.
//!
//! What must not be here: HTTP, HTML, SQL, another feature. Companies, people, leads and deals are known by the
//! name of their objects only.

mod about;
pub mod call;
pub mod meeting;
pub mod note;
pub mod task;

/// The feature, for the server to compose.
pub fn feature() -> app::Feature {
    app::Feature {
        name: "activities",
        objects: objects(),
        cubes: vec![("task/cube.toml", include_str!("task/cube.toml"))],
        texts: texts(),
        behaviours: Some(behaviours),
        actions: task::VERBS.to_vec(),
        ..app::Feature::default()
    }
}

/// The definitions of the crate's objects: the file's name, and its text.
pub fn objects() -> Vec<(&'static str, &'static str)> {
    vec![
        ("task/object.toml", include_str!("task/object.toml")),
        ("note/object.toml", include_str!("note/object.toml")),
        ("call/object.toml", include_str!("call/object.toml")),
        ("meeting/object.toml", include_str!("meeting/object.toml")),
    ]
}

/// What the objects, fields, options, views and problems are called in English.
pub fn texts() -> &'static str {
    include_str!("../locales/en.ftl")
}

/// What changes when a record is saved.
pub fn behaviours() -> Vec<Box<dyn records::Behaviour>> {
    vec![
        Box::new(task::Behaviour),
        Box::new(note::Behaviour),
        Box::new(call::Behaviour),
        Box::new(meeting::Behaviour),
    ]
}

#[cfg(test)]
mod testing;
