//! Who somebody is and what they may do: users, teams, roles, sign-in, sessions, API tokens, the audit.
//!
//! # Reading order
//!
//! - [`user`], [`team`], [`role`], [`grant`]: records like all others, so that they have history, API and pages;
//! - [`access`]: from roles to a [`records::Principal`], kept for as long as it is true, and why somebody may;
//! - [`password`], [`session`], [`token`], [`one_time`], [`sign_in`], [`setup`]: what lets somebody in, in
//!   [`tables`] of its own that no record reaches;
//! - [`event`]: the audit of all that. Changes of rights stand in the change log.
//!
//! Invariants: no secret is stored, only its digest; whoever fails to sign in learns nothing; a grant that no longer
//! makes sense gives nothing; nobody but an administrator widens rights; one administrator always remains.

pub mod access;
pub mod api;
mod authenticate;
mod caller;
pub mod cli;
pub mod event;
mod form;
pub mod grant;
pub mod one_time;
pub mod password;
mod people;
mod profile;
pub mod role;
pub mod secret;
pub mod session;
pub mod setup;
pub mod sign_in;
#[cfg(test)]
mod site_tests;
pub mod tables;
pub mod team;
#[cfg(test)]
mod testing;
pub mod token;
pub mod user;

use std::sync::Arc;

use app::{App, Feature};
use axum::Router;
use kernel::Value;
use records::Behaviour;

pub use authenticate::Identity;

/// The definitions of the objects: file and text.
pub const OBJECTS: [(&str, &str); 4] = [user::OBJECT, team::OBJECT, role::OBJECT, grant::OBJECT];

/// What changes when these records are saved.
pub fn behaviours() -> Vec<Box<dyn Behaviour>> {
    vec![
        Box::new(user::UserBehaviour),
        Box::new(team::TeamBehaviour),
        Box::new(role::RoleBehaviour),
        Box::new(grant::behaviour::GrantBehaviour),
    ]
}

/// The texts of all of it, in English.
pub const TEXTS: &str = concat!(
    include_str!("user/en.ftl"),
    "\n",
    include_str!("team/en.ftl"),
    "\n",
    include_str!("role/en.ftl"),
    "\n",
    include_str!("grant/en.ftl"),
);

/// The feature, for the server to compose.
pub fn feature() -> Feature {
    Feature {
        name: "identity",
        objects: OBJECTS.to_vec(),
        texts: TEXTS,
        migrations: tables::MIGRATIONS.to_vec(),
        behaviours: Some(behaviours),
        panels: vec![Arc::new(people::SignInPanel)],
        routes: Some(routes()),
        authenticator: Some(Arc::new(Identity::default())),
        ..Feature::default()
    }
}

fn routes() -> Router<Arc<App>> {
    Router::new()
        .merge(sign_in::web::routes())
        .merge(setup::web::routes())
        .merge(one_time::web::routes())
        .merge(profile::routes())
        .merge(people::routes())
        .merge(role::web::routes())
        .merge(event::web::routes())
        .merge(access::web::routes())
        .merge(api::routes())
}

/// The texts in a list.
fn text_list(value: &Value) -> Vec<String> {
    value.as_list().into_iter().flatten().filter_map(Value::as_text).map(str::to_owned).collect()
}
