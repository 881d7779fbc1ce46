//! Import and export: tables of any kind become records, and records tables.
//!
//! # Reading order
//!
//! - [`table`]: rows out of files, whatever their encoding; [`cell`]: values out of texts; [`archive`]: both out of a ZIP;
//! - [`mapping`]: what becomes of the columns, proposed, checked, kept by name;
//! - [`run`]: the jobs that check, run and take back an import, a batch and a checkpoint at a time.
//!
//! Invariants: records are saved through [`records::Writer::save_all`] alone; nothing in a file is dropped in silence;
//! an import that dies goes on where it was, with no row lost or doubled.

pub mod archive;
pub mod cell;
pub mod export;
pub mod mapping;
pub mod run;
pub mod start;
pub mod table;
mod web;
pub mod write;

/// The feature, for the server to compose.
pub fn feature() -> app::Feature {
    app::Feature {
        name: "transfer",
        texts: include_str!("en.ftl"),
        migrations: run::MIGRATIONS.to_vec(),
        jobs: Some(register_jobs),
        routes: Some(web::routes()),
        ..app::Feature::default()
    }
}

/// Makes the jobs of imports known.
pub fn register_jobs(registry: &mut jobs::Registry<app::Workspace>) {
    registry.register::<run::Carry>().register::<run::Revert>();
}
