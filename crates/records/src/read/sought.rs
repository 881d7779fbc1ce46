//! Why a record was found, where its title does not say.

use metadata::Field;

use crate::{Record, write::searched_text};

/// Words told on each side of the one that was found.
const AROUND: usize = 6;

/// The words of a search, and which of them a text answers.
pub struct Sought {
    words: Vec<String>,
    is_open: bool,
}

impl Sought {
    pub fn new(typed: &str) -> Sought {
        let query = db::search::Query::typed(typed);
        Sought { words: query.words().to_vec(), is_open: query.is_open() }
    }

    /// Whether the title has all words, so that nothing need be said.
    pub fn is_in(&self, title: &str) -> bool {
        self.missing(title).is_empty()
    }

    /// The words that a text does not have, and whether each is only a beginning.
    fn missing(&self, text: &str) -> Vec<(&str, bool)> {
        let there = db::search::words(text);
        let last = self.words.len().saturating_sub(1);
        let each =
            self.words.iter().enumerate().map(|(at, word)| (word.as_str(), self.is_open && at == last));
        each.filter(|sought| !there.iter().any(|word| answers(word, *sought))).collect()
    }

    /// The first searched field with a word that the title lacks, and its text around that word; nothing when no such
    /// field was read or may be seen.
    pub fn found_in<'r>(&self, record: &'r Record) -> Option<(&'r Field, String)> {
        let missing = self.missing(record.title());
        let mut fields = record.object.search.iter().map(|position| &record.object.fields[*position]);
        fields.find_map(|field| {
            let text = searched_text(field, record.parts(field));
            Some((field, excerpt(&text, &missing)?))
        })
    }
}

fn answers(word: &str, (sought, is_beginning): (&str, bool)) -> bool {
    if is_beginning { word.starts_with(sought) } else { word == sought }
}

/// The part of a text around the first word that was sought.
fn excerpt(text: &str, sought: &[(&str, bool)]) -> Option<String> {
    let tokens: Vec<&str> = text.split_whitespace().collect();
    let is_sought = |token: &&str| {
        db::search::words(token).iter().any(|word| sought.iter().any(|sought| answers(word, *sought)))
    };
    let at = tokens.iter().position(is_sought)?;
    let (from, to) = (at.saturating_sub(AROUND), (at + AROUND + 1).min(tokens.len()));
    let (before, after) = (if from > 0 { "… " } else { "" }, if to < tokens.len() { " …" } else { "" });
    Some(format!("{before}{}{after}", tokens[from..to].join(" ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_excerpt_is_cut_around_the_word_that_was_sought() {
        let text =
            "one two three four five six seven Straße nine ten eleven twelve thirteen fourteen fifteen";
        assert_eq!(
            excerpt(text, &[("stras", true)]).as_deref(),
            Some("… two three four five six seven Straße nine ten eleven twelve thirteen fourteen …")
        );
        assert_eq!(excerpt("Vienna", &[("vienna", false)]).as_deref(), Some("Vienna"));
        assert_eq!(excerpt("Vienna", &[("vien", false)]), None);
    }
}
