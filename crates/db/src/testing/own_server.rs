//! A PostgreSQL of one test's own: it may stop, run on a disk that is full, or want encryption.
//!
//! It is started as the one of all tests is, through a shell that ends it with this process.

use std::{
    fs,
    io::{BufRead, BufReader, Write},
    net::TcpListener,
    path::PathBuf,
    process::{Child, ChildStdout},
};

use super::cluster::{Within, launch, unavailable};
use crate::Error;

/// Told by words on its standard input to stop at once, as in a crash, and to start again, also as a standby.
const START_AND_STOP: &str = r#"
start() {
    serve -c listen_addresses=
    echo ready
}
start
while read -r word; do
    case "$word" in
    stop) kill -QUIT $server; wait $server || true; echo stopped ;;
    start) rm -f "$folder/data/standby.signal"; start ;;
    standby) touch "$folder/data/standby.signal"; start ;;
    esac
done
end
rm -rf "$folder"
"#;

/// One with encryption, for none but whoever comes encrypted.
const START_WITH_TLS: &str = r#"
printf '[req]\ndistinguished_name=name\nx509_extensions=more\n[name]\n[more]
subjectAltName=DNS:localhost\nbasicConstraints=critical,CA:FALSE\n' >"$folder/openssl.cnf"
for name in server other; do
    openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -config "$folder/openssl.cnf" \
        -keyout "$folder/$name.key" -out "$folder/$name.crt" 2>>"$folder/openssl.log"
    chmod 600 "$folder/$name.key"
done
printf 'local all all trust\nhostssl all all 127.0.0.1/32 trust\n' >"$folder/data/pg_hba.conf"
export PGPORT="$PORT"
serve -c listen_addresses=127.0.0.1 -c ssl=on \
    -c ssl_cert_file="$folder/server.crt" -c ssl_key_file="$folder/server.key"
echo ready
cat >/dev/null
end
rm -rf "$folder"
"#;

/// One whose databases lie on a small disk, told by words to fill it and to make room again. What the whole server
/// writes, such as its log of changes, lies elsewhere: without room for that no PostgreSQL goes on.
const START_ON_SMALL_DISK: &str = r#"
serve -c listen_addresses=
mkdir "$folder/small/space"
"$programs/psql" -q -h "$folder" -U rapport -d postgres -c "create tablespace small location '$folder/small/space'"
"$programs/createdb" -h "$folder" -U rapport -D small small
echo ready
while read -r word; do
    case "$word" in
    fill)
        for size in 65536 512; do
            dd if=/dev/zero bs=$size oflag=append conv=notrunc of="$folder/small/ballast" 2>/dev/null || true
        done
        echo full ;;
    clear) rm "$folder/small/ballast"; echo clear ;;
    esac
done
end
rm -rf "$folder/data" "$folder"/*.log
"#;

/// A PostgreSQL of one test's own, which may stop.
pub struct OwnServer {
    address: String,
    database: &'static str,
    port: u16,
    folder: PathBuf,
    shell: Child,
    answers: BufReader<ChildStdout>,
}

impl OwnServer {
    /// # Errors
    /// When there is no PostgreSQL, or it does not start.
    pub fn start() -> Result<OwnServer, Error> {
        OwnServer::started(START_AND_STOP, Within::Nothing)
    }

    /// One that listens at [`OwnServer::port`] of this machine, for whoever comes encrypted. Its certificate is for
    /// `localhost`, and is the file `server.crt`; that in `other.crt` is another's.
    ///
    /// # Errors
    /// When there is no PostgreSQL, or it does not start.
    pub fn start_with_tls() -> Result<OwnServer, Error> {
        OwnServer::started(START_WITH_TLS, Within::Nothing)
    }

    /// One whose database lies on a disk of 64 MB; none where no file system can be mounted.
    ///
    /// # Errors
    /// When there is no PostgreSQL, or it does not start.
    pub fn start_on_small_disk() -> Result<Option<OwnServer>, Error> {
        let Some(way) = super::disk::way_to_mount() else { return Ok(None) };
        let mut server = OwnServer::started(START_ON_SMALL_DISK, Within::SmallDisk(way))?;
        server.database = "small";
        Ok(Some(server))
    }

    fn started(script: &str, within: Within) -> Result<OwnServer, Error> {
        // One that was free a moment ago.
        let port =
            TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).map_err(unavailable)?;
        let (address, folder, mut shell) = launch(script, port.port(), within)?;
        let answers = shell.stdout.take().ok_or_else(|| Error::Unavailable("no output".to_owned()))?;
        let answers = BufReader::new(answers);
        let mut server =
            OwnServer { address, database: "postgres", port: port.port(), folder, shell, answers };
        server.expect("ready")?;
        Ok(server)
    }

    /// Where it listens, if it does.
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// The path of a file in its folder.
    pub fn file(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// The address of its only database.
    pub fn address(&self) -> String {
        self.address.replace("{}", self.database)
    }

    /// Ends it in the midst of whatever it does.
    ///
    /// # Errors
    /// When it does not end.
    pub fn stop(&mut self) -> Result<(), Error> {
        self.tell("stop", "stopped")
    }

    /// # Errors
    /// When it does not start.
    pub fn start_again(&mut self) -> Result<(), Error> {
        self.tell("start", "ready")
    }

    /// Starts as a standby, which takes no changes.
    ///
    /// # Errors
    /// When it does not start.
    pub fn start_as_standby(&mut self) -> Result<(), Error> {
        self.tell("standby", "ready")
    }

    /// Leaves no room on the small disk.
    ///
    /// # Errors
    /// When it has none.
    pub fn fill_disk(&mut self) -> Result<(), Error> {
        self.tell("fill", "full")
    }

    /// # Errors
    /// When it was not filled.
    pub fn make_room(&mut self) -> Result<(), Error> {
        self.tell("clear", "clear")
    }

    fn tell(&mut self, word: &str, answer: &str) -> Result<(), Error> {
        let input = self.shell.stdin.as_mut().ok_or_else(|| Error::Unavailable("no input".to_owned()))?;
        writeln!(input, "{word}").map_err(unavailable)?;
        self.expect(answer)
    }

    fn expect(&mut self, answer: &str) -> Result<(), Error> {
        let mut line = String::new();
        self.answers.read_line(&mut line).map_err(unavailable)?;
        if line.trim() == answer {
            return Ok(());
        }
        Err(Error::Unavailable(format!("PostgreSQL said {line:?} instead of {answer}")))
    }
}

impl Drop for OwnServer {
    fn drop(&mut self) {
        drop(self.shell.stdin.take());
        let _ = self.shell.wait();
        // What a disk was mounted at, the shell itself could not remove.
        let _ = fs::remove_dir_all(&self.folder);
    }
}
