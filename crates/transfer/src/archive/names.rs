//! What the files of an archive are called, and which of them a row means.
//!
//! The format says UTF-8 where a flag is set, and IBM's code page 437 otherwise. Programs write what they like: names that
//! are UTF-8 are read as that; others are known by both the most likely encoding of all of them together, and the code page.

use std::collections::HashMap;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use kernel::Message;
use unicode_normalization::UnicodeNormalization;

/// Paths by what they are looked up by.
#[derive(Debug, Default)]
pub struct Names {
    paths: Vec<String>,
    exact: HashMap<String, usize>,
    /// Without case; none where several differ by nothing else.
    folded: HashMap<String, Option<usize>>,
    /// Without case and folders.
    bare: HashMap<String, Option<usize>>,
}

/// What systems put beside files: no file of anybody.
pub fn is_hidden(name: &[u8]) -> bool {
    let name = String::from_utf8_lossy(name);
    name.starts_with("__MACOSX/")
        || matches!(name.rsplit('/').next(), Some(".DS_Store" | "Thumbs.db" | "desktop.ini"))
}

impl Names {
    /// From the bytes of each name, and what they are in code page 437.
    pub fn new(given: &[(Vec<u8>, String)]) -> Names {
        let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
        for (raw, _) in given.iter().filter(|(raw, _)| std::str::from_utf8(raw).is_err()) {
            detector.feed(raw, false);
            detector.feed(b"\n", false);
        }
        let likely = detector.guess(None, Utf8Detection::Deny);
        let mut names = Names::default();
        for (at, (raw, usual)) in given.iter().enumerate() {
            match std::str::from_utf8(raw) {
                Ok(text) => names.paths.push(clean(text)),
                Err(_) => {
                    names.paths.push(clean(&likely.decode_without_bom_handling(raw).0));
                    names.know(at, &clean(usual));
                }
            }
            names.know(at, &names.paths[at].clone());
        }
        names
    }

    fn know(&mut self, at: usize, path: &str) {
        let only = |known: &mut HashMap<String, Option<usize>>, key: String| {
            let one = known.entry(key).or_insert(Some(at));
            *one = one.filter(|one| *one == at);
        };
        self.exact.entry(path.to_owned()).or_insert(at);
        let folded = fold(path);
        only(&mut self.bare, folded.rsplit('/').next().unwrap_or(&folded).to_owned());
        only(&mut self.folded, folded);
    }

    pub fn paths(&self) -> &[String] {
        &self.paths
    }

    pub fn exact(&self, path: &str) -> Option<usize> {
        self.exact.get(path).copied()
    }

    /// As [`super::Archive::find`].
    pub fn find(&self, name: &str, within: &str) -> Result<usize, Message> {
        let wanted = clean(name);
        let refuse = |id: &'static str| Message::new(id).with("name", name);
        if wanted.split('/').any(|part| part == "..") {
            return Err(refuse("import-problem-archive-outside"));
        }
        let places = [format!("{within}{wanted}"), wanted.clone()];
        if let Some(at) = places.iter().find_map(|place| self.exact(place)) {
            return Ok(at);
        }
        let mut found = places.iter().find_map(|place| self.folded.get(&fold(place)));
        if found.is_none() && !wanted.contains('/') {
            found = self.bare.get(&fold(&wanted));
        }
        match found {
            Some(Some(at)) => Ok(*at),
            Some(None) => Err(refuse("import-problem-archive-several")),
            None => Err(refuse("import-problem-archive-absent")),
        }
    }
}

/// One spelling of a path: `/` between folders, none in front, letters composed.
fn clean(path: &str) -> String {
    let path: String = path.trim().replace('\\', "/").nfc().collect();
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty() && *part != ".").collect();
    parts.join("/")
}

fn fold(path: &str) -> String {
    path.to_lowercase()
}
