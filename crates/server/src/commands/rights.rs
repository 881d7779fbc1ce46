//! Whose rights count when a command acts for somebody.

use std::sync::Arc;

use anyhow::{anyhow, bail};
use app::Workspace;
use kernel::{Id, Value};
use records::Principal;

/// A user by e-mail address, with their rights.
pub fn user(workspace: &Arc<Workspace>, email: &str) -> anyhow::Result<(Id, Principal)> {
    let system = Principal::system();
    let found = workspace.engine.read(&system, |reader| {
        let users = reader.object("user")?;
        reader.find_by(&users, "email", &[Value::from(email.to_lowercase())])
    })?;
    let Some((_, id)) = found.first() else { bail!("there is no user {email}") };
    let app = workspace.app();
    let authenticator = app.authenticator().ok_or_else(|| anyhow!("nobody can sign in"))?;
    let who = authenticator.principal(workspace, *id)?;
    Ok((*id, who.ok_or_else(|| anyhow!("{email} may not sign in"))?))
}
