//! How fast files come in and go out: `cargo bench -p blobs`. The temporary folder (`TMPDIR`) must be on a real disk.

use std::{
    io::{self, Read},
    time::Instant,
};

use blobs::{Blobs, Description, MIGRATIONS, Purpose};
use db::{Config, Db};
use kernel::Timestamp;

const LARGE_BYTES: u64 = 256 << 20;
const SMALL_BYTES: u64 = 20 << 10;
const SMALL_FILES: u32 = 300;

fn main() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let blobs = Blobs::open(&folder.path().join("files").display().to_string()).expect("a folder");
    let url = format!("sqlite:{}", folder.path().join("bench.db").display());
    let db = Db::open(&Config::new(url), MIGRATIONS).expect("a database");
    let put = |bytes: u64| {
        let staged = blobs.stage(&mut io::repeat(7).take(bytes), bytes).expect("staged");
        let description = Description {
            name: "bench.bin",
            purpose: Purpose::Attachment,
            created_by: None,
            expires_at: None,
        };
        db.write(|tx| staged.keep(tx, Timestamp::now(), &description)).expect("kept")
    };
    let megabytes = (LARGE_BYTES >> 20) as f64;
    let begin = Instant::now();
    let large = put(LARGE_BYTES);
    println!("{:>8.0} MB/s in, one file of {megabytes} MB", megabytes / begin.elapsed().as_secs_f64());
    let begin = Instant::now();
    let mut content = blobs.read(&large).expect("opened");
    io::copy(&mut content.by_ref().take(u64::MAX), &mut io::sink()).expect("read");
    println!("{:>8.0} MB/s out", megabytes / begin.elapsed().as_secs_f64());
    let begin = Instant::now();
    (0..SMALL_FILES).for_each(|_| drop(put(SMALL_BYTES)));
    let rate = f64::from(SMALL_FILES) / begin.elapsed().as_secs_f64();
    println!("{rate:>8.0} files/s in, {SMALL_BYTES} bytes each, one after the other");
}
