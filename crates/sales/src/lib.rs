//! Sales: companies and people, leads and deals, products and prices.
//!
//! Each folder is one object: `object.toml` says what it is, `mod.rs` what changes when it is saved. What people
//! do with leads and deals are plain functions on a [`records::Writer`]: [`lead::convert()`], [`deal::win`],
//! [`deal::lose`], [`deal::reopen`]. Code knows stages and statuses by their outcome, never by name.
//!
//! What must not be here: HTTP, HTML, SQL, another feature. Activities are known by the name of their objects only.

mod activity;
pub mod company;
pub mod deal;
pub mod deal_contact;
pub mod deal_line;
pub mod lead;
pub mod person;
pub mod product;

/// The feature, for the server to compose.
pub fn feature() -> app::Feature {
    app::Feature {
        name: "sales",
        objects: objects(),
        cubes: vec![
            ("deal/cube.toml", include_str!("deal/cube.toml")),
            ("lead/cube.toml", include_str!("lead/cube.toml")),
        ],
        texts: texts(),
        behaviours: Some(behaviours),
        actions: [&[lead::CONVERT][..], &deal::VERBS].concat(),
        routes: Some(lead::routes()),
        ..app::Feature::default()
    }
}

/// The definitions of the crate's objects: the file's name, and its text.
pub fn objects() -> Vec<(&'static str, &'static str)> {
    vec![
        ("company/object.toml", include_str!("company/object.toml")),
        ("person/object.toml", include_str!("person/object.toml")),
        ("lead/object.toml", include_str!("lead/object.toml")),
        ("deal/object.toml", include_str!("deal/object.toml")),
        ("deal_line/object.toml", include_str!("deal_line/object.toml")),
        ("deal_contact/object.toml", include_str!("deal_contact/object.toml")),
        ("product/object.toml", include_str!("product/object.toml")),
    ]
}

/// What the objects, fields, options, views and problems are called in English.
pub fn texts() -> &'static str {
    include_str!("../locales/en.ftl")
}

/// What changes when a record is saved.
pub fn behaviours() -> Vec<Box<dyn records::Behaviour>> {
    vec![
        Box::new(company::Behaviour),
        Box::new(person::Behaviour),
        Box::new(lead::Behaviour),
        Box::new(deal::Behaviour),
        Box::new(deal_line::Behaviour),
        Box::new(deal_contact::Behaviour),
    ]
}

#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
