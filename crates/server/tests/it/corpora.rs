//! What the fuzzer begins with, and what it once found, as a test.

use std::{fs, path::Path};

#[path = "../../../../fuzz/doors.rs"]
mod doors;

#[test]
fn nothing_that_came_from_outside_breaks_a_reader() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus");
    for (name, door) in doors::DOORS {
        let files: Vec<_> = fs::read_dir(corpus.join(name)).expect("a corpus").flatten().collect();
        assert!(!files.is_empty(), "{name} has a corpus");
        for file in files {
            let bytes = fs::read(file.path()).expect("a file");
            door(&bytes);
            // And all its beginnings, as if the connection broke.
            (0..bytes.len().min(200)).for_each(|end| door(&bytes[..end]));
        }
    }
}
