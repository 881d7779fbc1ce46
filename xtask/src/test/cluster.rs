//! One PostgreSQL for a whole run of the tests: each test is a process of its own, and would start one otherwise.

use std::{
    env, fs,
    io::{BufRead, BufReader},
    os::unix::{
        fs::{MetadataExt, chown},
        process::CommandExt,
    },
    path::PathBuf,
    process::{Child, Command, Stdio},
};

use anyhow::{Context, bail};

/// Ends the server when its standard input ends, which it does with this process, however that ends.
const START: &str = r#"
set -e
"$1/initdb" -D "$2/data" -U rapport --auth=trust -E UTF8 --locale=C.UTF-8 --no-sync >"$2/initdb.log" 2>&1
"$1/postgres" -D "$2/data" -k "$2" -c listen_addresses= -c fsync=off -c full_page_writes=off \
    -c max_connections=300 -c shared_buffers=64MB -c max_wal_size=256MB >"$2/server.log" 2>&1 </dev/null &
server=$!
for _ in $(seq 200); do
    if "$1/pg_isready" -q -h "$2"; then break; fi
    sleep 0.05
done
echo ready
cat >/dev/null
kill -INT $server
wait $server || true
rm -rf "$2"
"#;

/// A server in a temporary folder, reached through a socket there.
pub struct Cluster {
    shell: Child,
    folder: PathBuf,
}

impl Cluster {
    /// Starts one, unless `RAPPORT_TEST_POSTGRES` names one already.
    ///
    /// # Errors
    /// When there is no PostgreSQL, or it does not start.
    pub fn start() -> anyhow::Result<Option<Cluster>> {
        if env::var_os("RAPPORT_TEST_POSTGRES").is_some() {
            return Ok(None);
        }
        let folder = env::temp_dir().join(format!("rapport-tests-{}", std::process::id()));
        fs::create_dir_all(&folder)?;
        let mut command = Command::new("/bin/sh");
        command.arg("-c").arg(START).arg("sh").arg(programs()?).arg(&folder);
        command.current_dir(&folder).stdin(Stdio::piped()).stdout(Stdio::piped());
        if let Some((user, group)) = other_user_if_root()? {
            chown(&folder, Some(user), Some(group))?;
            command.uid(user).gid(group);
        }
        let mut shell = command.spawn()?;
        let mut line = String::new();
        BufReader::new(shell.stdout.take().context("no output")?).read_line(&mut line)?;
        if line.trim() != "ready" {
            bail!(
                "PostgreSQL did not start: {}",
                fs::read_to_string(folder.join("initdb.log")).unwrap_or_default()
            );
        }
        Ok(Some(Cluster { shell, folder }))
    }

    /// `postgres://user@host`, to which tests add the names of their databases.
    pub fn address(&self) -> String {
        format!("postgres://rapport@{}", self.folder.to_string_lossy().replace('/', "%2F"))
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        drop(self.shell.stdin.take());
        let _ = self.shell.wait();
    }
}

fn programs() -> anyhow::Result<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").context("no PostgreSQL in /usr/lib/postgresql")?;
    let mut found: Vec<(u32, PathBuf)> = versions
        .flatten()
        .filter_map(|version| Some((version.file_name().to_str()?.parse().ok()?, version.path().join("bin"))))
        .filter(|(_, programs)| programs.join("initdb").exists())
        .collect();
    found.sort();
    Ok(found.pop().context("no PostgreSQL in /usr/lib/postgresql")?.1)
}

/// PostgreSQL refuses to run as root: the user and group to run it as then.
fn other_user_if_root() -> anyhow::Result<Option<(u32, u32)>> {
    if fs::metadata("/proc/self")?.uid() != 0 {
        return Ok(None);
    }
    let users = fs::read_to_string("/etc/passwd")?;
    let find = |name: &str| -> Option<(u32, u32)> {
        let line = users.lines().find(|line| line.split(':').next() == Some(name))?;
        let mut numbers = line.split(':').skip(2);
        Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
    };
    Ok(Some(find("postgres").or_else(|| find("nobody")).context("no user to run PostgreSQL as")?))
}
