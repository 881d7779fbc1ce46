//! The people of a test: made when they first sign in, since hashing a password takes its time.

use app::Workspace;
use identity::user::{NewUser, RoleName};
use kernel::Id;
use records::{Draft, ListQuery, Principal};

/// Everybody's password.
pub const PASSWORD: &str = "a long enough password";

/// Short name, name, role, team.
const PEOPLE: [(&str, &str, &str, Option<&str>); 7] = [
    ("ada", "Ada Lindqvist", "administrator", None),
    ("marcus", "Marcus Reyes", "sales_manager", Some("North")),
    ("ines", "Ines Carvalho", "sales_rep", Some("North")),
    ("tom", "Tom Whitfield", "sales_rep", Some("North")),
    ("yuki", "Yuki Tanaka", "sales_manager", Some("South")),
    ("nadia", "Nadia Haddad", "sales_rep", Some("South")),
    ("grace", "Grace Mensah", "analyst", None),
];

/// Where somebody is written to.
pub fn email(who: &str) -> String {
    format!("{who}@rapport.example")
}

/// The user of that short name, made now if need be.
pub fn ensure(workspace: &Workspace, who: &str) -> Id {
    if let Some(known) = known(workspace, who) {
        return known;
    }
    let (_, name, role, team) =
        PEOPLE.iter().find(|(short, ..)| *short == who).unwrap_or_else(|| panic!("nobody is called {who}"));
    let new = NewUser {
        name: (*name).to_owned(),
        email: email(who),
        password: Some(PASSWORD.to_owned()),
        roles: vec![RoleName::Named((*role).to_owned())],
        team: team.map(|team| ensure_team(workspace, team)),
        ..NewUser::default()
    };
    identity::cli::create_user(workspace, &new)
        .unwrap_or_else(|error| panic!("{who} cannot be made: {error}"))
        .user
}

fn known(workspace: &Workspace, who: &str) -> Option<Id> {
    let users = identity::cli::list_users(workspace).unwrap_or_else(|error| panic!("no users: {error}"));
    users.into_iter().find(|user| user.email == email(who)).map(|user| user.id)
}

fn ensure_team(workspace: &Workspace, name: &str) -> Id {
    let teams = workspace.engine.object("team").unwrap_or_else(|error| panic!("no teams: {error}"));
    let found = workspace.engine.write(&Principal::system(), |writer| {
        let page = writer.list(&ListQuery::new(&teams))?;
        if let Some(team) = page.records.iter().find(|team| team.text("name") == name) {
            return Ok(team.id());
        }
        writer.save(Draft::new(&teams).with("name", name)).map(|saved| saved.id)
    });
    found.unwrap_or_else(|error: records::Error| panic!("team {name}: {error}"))
}
