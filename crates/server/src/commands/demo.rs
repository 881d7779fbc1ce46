//! The sample company: eight people in two teams, and two years of their work.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use anyhow::bail;
use app::Workspace;
use identity::user::{NewUser, RoleName};
use kernel::{Clock, Id, Timestamp};
use records::{Draft, Principal};

use crate::{
    config::Config,
    house::{House, shown},
};

/// Everybody's password in the sample company.
pub const PASSWORD: &str = "rapport-demo-2026";

/// The database in the company's folder, and the folder of its files.
pub const DATABASE: &str = "rapport.db";
pub const FILES: &str = "files";

/// Somebody who can sign in.
pub struct Person {
    pub email: String,
    pub role: &'static str,
}

/// Name, e-mail, role's key, what it is called, team.
const PEOPLE: [(&str, &str, &str, &str, usize); 8] = [
    ("Ada Lindqvist", "ada@rapport.example", "administrator", "Administrator", 0),
    ("Marcus Reyes", "marcus@rapport.example", "sales_manager", "Sales manager, team North", 1),
    ("Ines Carvalho", "ines@rapport.example", "sales_rep", "Sales representative, team North", 1),
    ("Tom Whitfield", "tom@rapport.example", "sales_rep", "Sales representative, team North", 1),
    ("Yuki Tanaka", "yuki@rapport.example", "sales_manager", "Sales manager, team South", 2),
    ("Nadia Haddad", "nadia@rapport.example", "sales_rep", "Sales representative, team South", 2),
    ("Piotr Nowak", "piotr@rapport.example", "sales_rep", "Sales representative, team South", 2),
    ("Grace Mensah", "grace@rapport.example", "analyst", "Analyst, reads everything", 0),
];

/// Whether that is the address of somebody in the sample company.
pub fn is_of_the_company(email: &str) -> bool {
    PEOPLE.iter().any(|(_, own, ..)| *own == email)
}

/// What lies beside a company while it is made: one that is found with it is not whole.
pub struct Note(PathBuf);

impl Note {
    pub fn within(folder: &Path) -> Note {
        Note(folder.join("unfinished"))
    }

    pub fn exists(&self) -> bool {
        self.0.exists()
    }

    pub fn is_about(&self, config: &Config) -> bool {
        fs::read_to_string(&self.0).is_ok_and(|about| about == database(config))
    }

    fn leave(&self, config: &Config) -> std::io::Result<()> {
        self.0.parent().map_or(Ok(()), fs::create_dir_all)?;
        fs::write(&self.0, database(config))
    }

    fn remove(&self) -> std::io::Result<()> {
        fs::remove_file(&self.0)
    }
}

fn database(config: &Config) -> String {
    config.workspaces.first().map(|(_, workspace)| shown(&workspace.database.url)).unwrap_or_default()
}

/// Makes the company on the first start; tells who can sign in.
///
/// The house is opened with a clock that the sample moves through two years, so that the log tells of the past;
/// whoever serves the company opens it again with the real one.
///
/// # Errors
/// When the database cannot be used, or has a company that was not finished.
pub fn fill(config: &Config, note: &Note) -> anyhow::Result<Vec<Person>> {
    let now = Timestamp::now();
    let house = House::open_at(config, &Arc::new(Clock::fixed(now)))?;
    let workspace = house.only()?;
    identity::cli::prepare(workspace)?;
    if identity::cli::list_users(workspace)?.is_empty() {
        let began = std::time::Instant::now();
        println!("Making the sample company…");
        note.leave(config)?;
        let sellers = make_people(workspace)?;
        let filled = sample::fill(&workspace.engine, &sellers, now, sample::Size::default())?;
        #[cfg(feature = "warehouse")]
        super::engine::tell_costs(workspace, now)?;
        note.remove()?;
        let records = super::counted(filled.records, "record", "records");
        println!("{records} in {:.1} s", began.elapsed().as_secs_f32());
    } else if note.is_about(config) {
        bail!(
            "the making of the sample company was interrupted: start with --fresh, or name an empty database"
        );
    }
    Ok(PEOPLE.iter().map(|(_, email, _, role, _)| Person { email: (*email).to_owned(), role }).collect())
}

/// The users and their teams; gives those who sell, the first team's first.
fn make_people(workspace: &Workspace) -> anyhow::Result<Vec<Id>> {
    let teams = ["Company", "Team North", "Team South"];
    let mut ids: Vec<Id> = Vec::new();
    for name in teams {
        let object = workspace.engine.object("team")?;
        let parent = ids.first().copied();
        let draft = Draft::new(&object).with("name", name).with("parent", parent);
        ids.push(workspace.engine.write(&Principal::system(), |writer| writer.save(draft.clone()))?.id);
    }
    let mut sellers = Vec::new();
    for (name, email, role, title, team) in PEOPLE {
        let user = NewUser {
            name: name.to_owned(),
            email: email.to_owned(),
            password: Some(PASSWORD.to_owned()),
            roles: vec![RoleName::Named(role.to_owned())],
            team: Some(ids[team]),
            job_title: title.split(',').next().map(str::to_owned),
        };
        let created = identity::cli::create_user(workspace, &user)?;
        if team > 0 {
            sellers.push(created.user);
        }
    }
    Ok(sellers)
}
