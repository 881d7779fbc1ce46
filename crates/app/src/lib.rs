//! What the program is made of: features registered once, workspaces opened from them.
//!
//! A [`Feature`] says what it brings; [`App`] is all of them and the workspaces that this process serves. All state
//! hangs on a [`Workspace`], none is global, so that one process hosts many that never see each other.
//!
//! Extension points are a closed list: [`records::Behaviour`], [`jobs::Job`], [`Action`], [`Panel`],
//! [`Authenticator`] and a feature's routes.

mod action;
mod authenticate;
mod feature;
mod panel;
mod workspace;

pub use action::{Action, ActionField, ActionInput, Done, Run};
pub use authenticate::{Authenticator, Credentials, Session};
pub use feature::{App, Behaviours, Feature, Source};
pub use panel::{Panel, Side};
pub use workspace::{
    AnalyticsConfig, ClusterConfig, OpenError, SourcesConfig, StoreConfig, Workspace, WorkspaceConfig,
};
