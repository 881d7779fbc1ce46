//! A PostgreSQL for all tests of this process, with a database for each.
//!
//! The server is started through a shell that waits for the end of its standard input, which comes when this process
//! ends in whatever way, and then stops the server and removes its folder.

use std::{
    fs,
    io::{BufRead, BufReader},
    os::unix::{
        fs::{MetadataExt, chown},
        process::CommandExt,
    },
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{
        LazyLock,
        atomic::{AtomicU32, Ordering::Relaxed},
    },
};

use kernel::Id;
use postgres::{Client, NoTls};

use crate::{Config, Db, Dialect, Error, Migration, config::Durability, migration};

/// Connections of one test's database.
const CONNECTIONS: usize = 24;
/// What `create database` waits on, so that two processes do not make the same template.
const TEMPLATE_LOCK: i64 = 0x0072_6170_706f_7274;

/// What every script begins with: the folders that it is told, and how to start a server and to end it.
const BEGIN: &str = r#"
set -e
programs=$1 folder=$2
"$programs/initdb" -D "$folder/data" -U rapport --auth=trust -E UTF8 --locale=C.UTF-8 --no-sync \
    >"$folder/initdb.log" 2>&1
serve() {
    "$programs/postgres" -D "$folder/data" -k "$folder" -c fsync=off "$@" >>"$folder/server.log" 2>&1 </dev/null &
    server=$!
    for _ in $(seq 200); do
        if "$programs/pg_isready" -q -h "$folder"; then break; fi
        sleep 0.05
    done
}
end() {
    kill -INT $server || true
    wait $server || true
}
"#;

const START: &str = r#"
serve -c listen_addresses= -c full_page_writes=off -c max_connections=300 -c shared_buffers=64MB \
    -c max_wal_size=256MB
echo ready
cat >/dev/null
end
rm -rf "$folder"
"#;

/// Where databases are made.
struct Server {
    /// With a place for the name of the database, such as `postgres://user@host/{}`.
    address: String,
    /// Ends the server by being dropped with the process.
    _shell: Option<Child>,
}

static SERVER: LazyLock<Result<Server, Error>> = LazyLock::new(Server::find_or_start);
static COUNTER: AtomicU32 = AtomicU32::new(0);

/// One test's database, dropped with this value.
pub struct Database {
    name: String,
}

impl Database {
    /// Copies the template that has the migrations applied.
    pub fn create(migrations: &[Migration]) -> Result<Database, Error> {
        let template = template(migrations)?;
        let name = format!("rapport_test_{}_{}", std::process::id(), COUNTER.fetch_add(1, Relaxed));
        let mut admin = admin()?;
        execute(&mut admin, &format!("drop database if exists {name} with (force)"))?;
        execute(&mut admin, &format!("create database {name} template {template}"))?;
        Ok(Database { name })
    }

    pub fn config(&self) -> Config {
        config_of(&self.name)
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        if let Ok(mut admin) = admin() {
            let _ = execute(&mut admin, &format!("drop database if exists {} with (force)", self.name));
        }
    }
}

/// Makes the database that others are copied from, unless it is there.
fn template(migrations: &[Migration]) -> Result<String, Error> {
    let name = format!("rapport_template_{}", migration::fingerprint(Dialect::Postgres, migrations));
    let mut admin = admin()?;
    execute(&mut admin, &format!("select pg_advisory_lock({TEMPLATE_LOCK})"))?;
    let known = admin.query_opt("select 1 from pg_database where datname = $1", &[&name]).map_err(failed)?;
    if known.is_none() {
        let unfinished = format!("rapport_unfinished_{}", Id::generate().uuid().simple());
        execute(&mut admin, &format!("create database {unfinished} template template0"))?;
        drop(Db::open(&config_of(&unfinished), migrations)?);
        execute(&mut admin, &format!("alter database {unfinished} rename to {name}"))?;
    }
    Ok(name)
}

fn config_of(database: &str) -> Config {
    let address = SERVER.as_ref().map(|server| server.address.replace("{}", database)).unwrap_or_default();
    let mut config = Config::new(address);
    config.connections = CONNECTIONS;
    config.durability = Durability::Process;
    config
}

fn admin() -> Result<Client, Error> {
    let server = SERVER.as_ref().map_err(Clone::clone)?;
    Client::connect(&server.address.replace("{}", "postgres"), NoTls).map_err(failed)
}

fn execute(client: &mut Client, statement: &str) -> Result<(), Error> {
    client.batch_execute(statement).map_err(failed)
}

impl Server {
    fn find_or_start() -> Result<Server, Error> {
        if let Ok(address) = std::env::var("RAPPORT_TEST_POSTGRES") {
            let address = format!("{}/{{}}", address.trim_end_matches('/'));
            return Ok(Server { address, _shell: None });
        }
        Server::start()
    }

    fn start() -> Result<Server, Error> {
        let (address, _, mut shell) = launch(START, 0, Within::Nothing)?;
        let mut line = String::new();
        if let Some(output) = shell.stdout.take() {
            BufReader::new(output).read_line(&mut line).map_err(unavailable)?;
        }
        if line.trim() != "ready" {
            return Err(Error::Unavailable("PostgreSQL did not start".to_owned()));
        }
        Ok(Server { address, _shell: Some(shell) })
    }
}

/// Where a script runs.
#[derive(Clone, Copy)]
pub(super) enum Within {
    Nothing,
    /// Where the folder `small` is a disk of 64 MB, mounted in this way.
    SmallDisk(&'static [&'static str]),
}

/// Runs the words from the fourth on as another user than root, with the third as a small disk.
const ON_SMALL_DISK: &str = r#"
set -e
user=$1 group=$2 disk=$3
shift 3
mkdir "$disk"
mount -t tmpfs -o size=64m,mode=700 tmpfs "$disk"
if [ "$user" ]; then
    chown "$user:$group" "$disk"
    exec setpriv --reuid="$user" --regid="$group" --clear-groups "$@"
fi
exec unshare --user --map-user=1 --map-group=1 "$@"
"#;

/// Runs a script, after [`BEGIN`], that makes a server in a new folder; gives its address, with a place for the name of a database, and
/// the folder.
pub(super) fn launch(script: &str, port: u16, within: Within) -> Result<(String, PathBuf, Child), Error> {
    let programs = newest_programs()?;
    let folder = std::env::temp_dir().join(format!("rapport-postgres-{}", Id::generate().uuid().simple()));
    fs::create_dir(&folder).map_err(unavailable)?;
    let owner = other_user_if_root()?;
    if let Some((user, group)) = owner {
        chown(&folder, Some(user), Some(group)).map_err(unavailable)?;
    }
    let mut command = match within {
        Within::Nothing => {
            let mut command = Command::new("/bin/sh");
            if let Some((user, group)) = owner {
                command.uid(user).gid(group);
            }
            command
        }
        Within::SmallDisk(way) => {
            let [user, group] =
                owner.map_or_else(Default::default, |(user, group)| [user, group].map(|id| id.to_string()));
            let mut command = Command::new(way[0]);
            command.args(&way[1..]).args(["/bin/sh", "-c", ON_SMALL_DISK, "sh", &user, &group]);
            command.arg(folder.join("small")).arg("/bin/sh");
            command
        }
    };
    command.arg("-c").arg([BEGIN, script].concat()).arg("sh").arg(&programs).arg(&folder);
    command.current_dir(&folder).stdin(Stdio::piped()).stdout(Stdio::piped());
    command.env("PORT", port.to_string());
    let shell = command.spawn().map_err(unavailable)?;
    let host = folder.to_string_lossy().replace('/', "%2F");
    Ok((format!("postgres://rapport@{host}/{{}}"), folder, shell))
}

/// Debian's folder of the newest version.
fn newest_programs() -> Result<PathBuf, Error> {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    versions
        .map(|version| version.path().join("bin"))
        .filter(|programs| programs.join("initdb").exists())
        .max_by_key(|programs| version_of(programs))
        .ok_or_else(|| {
            Error::Unavailable(
                "no PostgreSQL in /usr/lib/postgresql: install the package postgresql, or name a server in \
                 RAPPORT_TEST_POSTGRES"
                    .to_owned(),
            )
        })
}

fn version_of(programs: &Path) -> Option<u32> {
    programs.parent()?.file_name()?.to_str()?.parse().ok()
}

/// PostgreSQL refuses to run as root: the user and group to run it as then.
fn other_user_if_root() -> Result<Option<(u32, u32)>, Error> {
    if fs::metadata("/proc/self").map_err(unavailable)?.uid() != 0 {
        return Ok(None);
    }
    let users = fs::read_to_string("/etc/passwd").map_err(unavailable)?;
    ["postgres", "nobody"]
        .into_iter()
        .find_map(|name| {
            let line = users.lines().find(|line| line.split(':').next() == Some(name))?;
            let mut numbers = line.split(':').skip(2);
            Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
        })
        .map(Some)
        .ok_or_else(|| Error::Unavailable("no user to run PostgreSQL as".to_owned()))
}

fn failed(error: postgres::Error) -> Error {
    Error::Unavailable(
        std::error::Error::source(&error).map_or_else(|| error.to_string(), ToString::to_string),
    )
}

pub(super) fn unavailable(error: std::io::Error) -> Error {
    Error::Unavailable(error.to_string())
}
