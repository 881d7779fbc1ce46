//! Identity as the rest of the program calls it: [`app::Authenticator`].

use std::{
    collections::HashMap,
    ptr,
    sync::{Arc, Weak},
};

use app::{Authenticator, Credentials, Session, Workspace};
use kernel::Id;
use parking_lot::RwLock;
use records::{Error, Principal};
use ui::shell::{Appearance, Density, Theme};

use crate::{
    access::{Defaults, Door, Secret, SignedIn},
    event::Origin,
    setup,
    sign_in::{Answer, Attempt, sign_in},
};

/// Knows people, in every workspace that this process serves: a door for each.
#[derive(Default)]
pub struct Identity {
    /// By where the workspace stands in memory. While a `Weak` to it is kept, nothing else can stand there.
    doors: RwLock<HashMap<usize, Kept>>,
}

struct Kept {
    workspace: Weak<Workspace>,
    door: Arc<Door>,
}

impl Authenticator for Identity {
    fn authenticate(
        &self,
        workspace: &Workspace,
        credentials: Credentials<'_>,
    ) -> Result<Option<Arc<Session>>, Error> {
        let opened;
        let secret = match credentials {
            Credentials::Cookie(text) => Secret::Session(text),
            Credentials::Bearer(text) => Secret::Token(text),
            Credentials::Password { email, password, address } => {
                let origin = Origin::new(address, None);
                let attempt = Attempt { email, password, origin: &origin };
                let Answer::In(session) = sign_in(&workspace.engine, &attempt)? else { return Ok(None) };
                opened = session;
                Secret::Session(&opened.token)
            }
        };
        let found = self.door(workspace).open(&workspace.engine, secret)?;
        Ok(found.map(|signed_in| Arc::new(session(&signed_in))))
    }

    fn recall(&self, workspace: &Workspace, credentials: Credentials<'_>) -> Option<Arc<Session>> {
        let secret = match credentials {
            Credentials::Cookie(text) => Secret::Session(text),
            Credentials::Bearer(text) => Secret::Token(text),
            Credentials::Password { .. } => return None,
        };
        let signed_in = self.kept_door(workspace)?.recall(&workspace.engine, secret)?;
        Some(Arc::new(session(&signed_in)))
    }

    fn principal(&self, workspace: &Workspace, user: Id) -> Result<Option<Principal>, Error> {
        let person = self.door(workspace).person(&workspace.engine, user)?;
        Ok(person.map(|person| person.principal))
    }

    fn needs_setup(&self, workspace: &Workspace) -> Result<bool, Error> {
        setup::is_needed(&workspace.engine)
    }
}

impl Identity {
    fn kept_door(&self, workspace: &Workspace) -> Option<Arc<Door>> {
        self.doors.read().get(&ptr::from_ref(workspace).addr()).map(|kept| Arc::clone(&kept.door))
    }

    /// The door of a workspace; one that is not served gets a new one each time, which remembers nothing.
    fn door(&self, workspace: &Workspace) -> Arc<Door> {
        if let Some(door) = self.kept_door(workspace) {
            return door;
        }
        let place = ptr::from_ref(workspace).addr();
        let door = Arc::new(Door::new(&workspace.engine, defaults(workspace)));
        let served =
            workspace.app().workspaces().into_iter().find(|served| ptr::eq(Arc::as_ptr(served), workspace));
        let Some(served) = served else { return door };
        let mut doors = self.doors.write();
        doors.retain(|_, kept| kept.workspace.strong_count() > 0);
        let kept = doors.entry(place).or_insert_with(|| Kept { workspace: Arc::downgrade(&served), door });
        Arc::clone(&kept.door)
    }
}

/// What people have who have not chosen.
pub fn defaults(workspace: &Workspace) -> Defaults {
    Defaults { locale: workspace.config.locale.clone(), zone: workspace.config.zone.clone() }
}

fn session(signed_in: &SignedIn) -> Session {
    let person = &signed_in.person;
    Session {
        principal: Arc::clone(&signed_in.principal),
        user: person.id,
        name: person.name.clone(),
        email: person.email.clone(),
        locale: person.locale.clone(),
        appearance: Appearance {
            theme: Theme::named(&person.theme),
            density: Density::named(&person.density),
            narrow: false,
        },
        session: signed_in.id,
        expires_at: signed_in.expires_at,
        scopes: signed_in.scopes.clone(),
    }
}
