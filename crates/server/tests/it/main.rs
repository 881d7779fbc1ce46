//! What has to work across features, through the very router that the program serves.

mod api;
mod carrying;
mod clients;
mod cluster;
mod commands;
mod corpora;
mod cubes;
mod faults;
mod files;
mod labels;
mod permissions;
mod rates;
mod refusals;
mod routes;
mod saved_views;
mod screens;
mod search;
mod sources;
mod timeline;
mod tokens;
mod trash;
mod warehouse;
mod workspaces;
