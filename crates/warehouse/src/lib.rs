//! The warehouse: all records, as they are and as they were, in columns, for questions in SQL.
//!
//! It follows the change log with a cursor of its own. What the log says was touched is made anew ([`image`]) and kept
//! in memory ([`state`]) until it is written to Parquet files ([`writing`]) under a manifest that is swapped in one step
//! ([`manifest`]). A question is asked in a session whose catalogue ([`catalog`], [`view`]) holds nothing but views of what
//! whoever asks may see.
//!
//! The rest of the program is synchronous; the executor of queries is in here and nowhere else. So are DataFusion and
//! the wire protocol. Start with `warehouse.rs`, then `image.rs` and `catalog.rs`.

mod api;
mod bounded;
mod bounds;
mod bucket;
mod calendar;
mod catalog;
pub mod cluster;
mod columns;
mod computed;
mod cores;
pub mod cubes;
mod deadline;
pub mod doors;
mod environment;
mod error;
mod exchange_rate;
mod feed;
mod feeder;
mod files;
pub mod flight;
mod functions;
mod guard;
mod guest;
mod image;
mod links;
mod live;
mod manifest;
mod members;
mod options;
mod output;
mod places;
pub mod postgres;
mod present;
mod query;
pub mod source;
mod state;
mod status;
mod store;
mod verify;
mod view;
mod warehouse;
mod writing;

pub use bounds::Cancel;
pub use error::Error;
pub use feeder::Feeder;
pub use options::Options;
pub use output::Format;
pub use query::{Answer, Asking};
pub use status::{Status, TableStatus};
pub use verify::{Digest, Verified};
pub use warehouse::Warehouse;

use app::Feature;

/// The feature, for the server to compose.
pub fn feature() -> Feature {
    Feature {
        name: "warehouse",
        objects: vec![
            ("cube/object.toml", include_str!("cube/object.toml")),
            ("exchange_rate/object.toml", include_str!("exchange_rate/object.toml")),
        ],
        behaviours: Some(|| vec![Box::new(cubes::Behaviour), Box::new(exchange_rate::Behaviour)]),
        texts: include_str!("en.ftl"),
        migrations: source::MIGRATIONS.to_vec(),
        jobs: Some(|registry| {
            source::register(registry);
            exchange_rate::register(registry);
        }),
        routes: Some(api::routes().merge(cubes::routes())),
        ..Feature::default()
    }
}

#[cfg(test)]
mod tests;
