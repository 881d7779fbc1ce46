//! Files coming in, being read, and going.

use std::{
    fs,
    io::{self, Read},
    path::PathBuf,
};

use blobs::{Blob, Blobs, Description, Error, MIGRATIONS, Purpose, Swept};
use db::{Db, testing::on_both};
use kernel::{Id, Timestamp};
use tempfile::TempDir;

/// A folder for files that vanishes with the test, and a database.
struct Place {
    blobs: Blobs,
    db: Db,
    folder: TempDir,
}

impl Place {
    fn new(db: &Db) -> Place {
        let folder = tempfile::tempdir().unwrap();
        let blobs = Blobs::open(&format!("file:{}", folder.path().join("files").display())).unwrap();
        Place { blobs, db: db.clone(), folder }
    }

    fn put(&self, content: &[u8], description: &Description<'_>) -> Blob {
        let staged = self.blobs.stage(&mut &*content, 1 << 20).unwrap();
        self.db.write(|tx| staged.keep(tx, now(), description)).unwrap()
    }

    /// The files there are, without those on their way in.
    fn files(&self) -> Vec<PathBuf> {
        self.all_files().into_iter().filter(|path| !path.to_string_lossy().contains("incoming")).collect()
    }

    fn all_files(&self) -> Vec<PathBuf> {
        let folders = fs::read_dir(self.folder.path().join("files")).unwrap();
        folders
            .flat_map(|folder| fs::read_dir(folder.unwrap().path()).unwrap())
            .map(|file| file.unwrap().path())
            .collect()
    }

    fn sweep(&self) -> Swept {
        self.blobs.sweep_all(&self.db, now()).unwrap()
    }
}

fn now() -> Timestamp {
    "2026-03-01T12:00:00Z".parse().unwrap()
}

fn named(name: &str) -> Description<'_> {
    Description { name, purpose: Purpose::Attachment, created_by: None, expires_at: None }
}

#[test]
fn a_file_is_read_as_it_was_written() {
    on_both(MIGRATIONS, |db| {
        let place = Place::new(db);
        let content: Vec<u8> = (0..300_000_u32).map(|number| (number % 251) as u8).collect();
        let by = Id::generate();
        let blob = place.put(&content, &Description { created_by: Some(by), ..named("report.bin") });
        assert_eq!(db.read(|tx| blobs::find(tx, blob.id)).unwrap(), Some(blob.clone()));
        assert_eq!((blob.size_bytes, blob.created_by, blob.created_at), (300_000, Some(by), now()));
        let mut read = Vec::new();
        place.blobs.read(&blob).unwrap().read_to_end(&mut read).unwrap();
        assert!(read == content);
        place.blobs.verify(&blob).unwrap();
    });
}

#[test]
fn the_checksum_is_sha_256() {
    on_both(MIGRATIONS, |db| {
        // FIPS 180-4's example.
        let blob = Place::new(db).put(b"abc", &named("abc"));
        assert_eq!(blob.sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    });
}

#[test]
fn a_range_is_read_alone_and_ends_where_the_file_ends() {
    on_both(MIGRATIONS, |db| {
        let place = Place::new(db);
        let blob = place.put(b"0123456789", &named("digits.txt"));
        let read = |range| io::read_to_string(place.blobs.read_range(&blob, range).unwrap()).unwrap();
        assert_eq!(read(2..5), "234");
        assert_eq!(read(8..100), "89");
        assert_eq!(read(50..100), "");
        #[expect(clippy::reversed_empty_ranges, reason = "it comes from outside")]
        let reversed = read(5..2);
        assert_eq!(reversed, "");
    });
}

#[test]
fn a_file_that_is_too_large_is_refused_and_leaves_nothing() {
    on_both(MIGRATIONS, |db| {
        let place = Place::new(db);
        let refused = place.blobs.stage(&mut io::repeat(7), 100_000);
        assert!(matches!(refused, Err(Error::TooLarge(100_000))));
        assert_eq!(place.all_files(), Vec::<PathBuf>::new());
        assert!(place.blobs.stage(&mut io::repeat(7).take(100_000), 100_000).is_ok());
    });
}

#[test]
fn a_source_that_breaks_off_leaves_nothing() {
    struct Broken;
    impl Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::from(io::ErrorKind::ConnectionReset))
        }
    }
    on_both(MIGRATIONS, |db| {
        let place = Place::new(db);
        let mut source = b"the first half".chain(Broken);
        assert!(matches!(place.blobs.stage(&mut source, 1000), Err(Error::Disk(_))));
        assert_eq!(place.all_files(), Vec::<PathBuf>::new());
    });
}

#[test]
fn a_staged_file_that_is_not_kept_goes_at_once() {
    on_both(MIGRATIONS, |db| {
        let place = Place::new(db);
        let staged = place.blobs.stage(&mut &b"hello"[..], 1000).unwrap();
        assert_eq!(place.files().len(), 1);
        drop(staged);
        assert_eq!(place.files().len(), 0);
    });
}

#[test]
fn a_file_whose_transaction_was_rolled_back_is_swept() {
    on_both(MIGRATIONS, |db| {
        let place = Place::new(db);
        let kept = place.put(b"kept", &named("kept"));
        let staged = place.blobs.stage(&mut &b"hello"[..], 1000).unwrap();
        let undone: Result<(), Error> = db.write(|tx| {
            staged.keep(tx, now(), &named("undone"))?;
            Err(Error::NotFound)
        });
        assert!(undone.is_err());
        drop(staged);
        assert_eq!(place.files().len(), 2);
        let young = place.blobs.sweep(db, now()).unwrap();
        assert_eq!(young, Swept::default(), "it may still be under way");
        assert_eq!(place.sweep(), Swept { orphans: 1, ..Swept::default() });
        place.blobs.verify(&kept).unwrap();
    });
}

#[test]
fn wherever_the_process_dies_no_row_lacks_its_file() {
    on_both(MIGRATIONS, |db| {
        let place = Place::new(db);
        // Died while writing: what was written so far stays under its temporary name.
        let mut incoming = place.blobs.begin(1000).unwrap();
        incoming.write(b"half").unwrap();
        std::mem::forget(incoming);
        // Died between the rename and the commit.
        std::mem::forget(place.blobs.stage(&mut &b"whole"[..], 1000).unwrap());
        // Died after the removal of a row.
        let gone = place.put(b"gone", &named("gone"));
        db.write(|tx| blobs::remove(tx, gone.id)).unwrap();
        let blob = place.put(b"here", &named("here"));
        assert_eq!(place.sweep(), Swept { expired: 0, orphans: 2, unfinished: 1 });
        assert_eq!(place.all_files().len(), 1);
        place.blobs.verify(&blob).unwrap();
    });
}

#[test]
fn a_file_goes_when_its_time_is_over_unless_it_is_retained() {
    on_both(MIGRATIONS, |db| {
        let place = Place::new(db);
        let tomorrow = now() + std::time::Duration::from_secs(86_400);
        let upload = Description { expires_at: Some(tomorrow), ..named("upload.csv") };
        let (forgotten, saved) = (place.put(b"a,b", &upload), place.put(b"c,d", &upload));
        db.write(|tx| blobs::retain(tx, saved.id)).unwrap();
        let sweep = |at| place.blobs.sweep(db, at).unwrap().expired;
        assert_eq!((sweep(now()), sweep(tomorrow), sweep(tomorrow)), (0, 1, 0));
        assert_eq!(db.read(|tx| blobs::find(tx, forgotten.id)).unwrap(), None);
        assert!(matches!(place.blobs.read(&forgotten), Err(Error::NotFound)));
        assert!(matches!(db.write(|tx| blobs::retain(tx, forgotten.id)), Err(Error::NotFound)));
        place.blobs.verify(&saved).unwrap();
        db.write(|tx| blobs::expire(tx, saved.id, now())).unwrap();
        assert_eq!(sweep(now()), 1);
    });
}

#[test]
fn a_damaged_file_is_told_from_a_sound_one() {
    on_both(MIGRATIONS, |db| {
        let place = Place::new(db);
        let blob = place.put(b"invoice over 100", &named("invoice.txt"));
        let path = place.files().remove(0);
        fs::write(&path, b"invoice over 999").unwrap();
        assert!(matches!(place.blobs.verify(&blob), Err(Error::Damaged(id)) if id == blob.id));
        fs::write(&path, b"invoice").unwrap();
        assert!(matches!(place.blobs.read(&blob), Err(Error::Damaged(_))));
    });
}

#[test]
fn a_file_that_somebody_else_put_there_is_left_alone() {
    on_both(MIGRATIONS, |db| {
        let place = Place::new(db);
        place.put(b"x", &named("x"));
        let strange = place.files()[0].with_file_name("notes.txt");
        fs::write(&strange, b"mine").unwrap();
        assert_eq!(place.sweep(), Swept::default());
        assert!(strange.exists());
    });
}

#[test]
fn a_place_that_cannot_be_used_is_refused_and_says_why() {
    let file = tempfile::NamedTempFile::new().unwrap();
    for (address, why) in [
        ("s3://bucket/files", "cannot be kept at s3://"),
        ("", "names no folder"),
        (file.path().to_str().unwrap(), "cannot be kept in"),
    ] {
        let error = Blobs::open(address).unwrap_err().to_string();
        assert!(error.contains(why), "{address}: {error}");
    }
}
