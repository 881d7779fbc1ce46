//! Folding of case: one character to one character, so that positions stay and every database can do the same.

/// The longest text that an expression makes, in characters; a longer one is empty.
pub const RESULT_CHARS: usize = kernel::limits::LONG_TEXT_CHARS;

/// What `trim` takes off.
pub const BLANKS: [char; 4] = [' ', '\t', '\n', '\r'];

/// `text` in lower case where that is one character (`İ`, whose small form is two, stays).
pub fn fold(text: &str) -> String {
    if text.is_ascii() { text.to_ascii_lowercase() } else { text.chars().map(lower).collect() }
}

/// `text` in upper case where that is one character (`ß` stays).
pub fn raise(text: &str) -> String {
    if text.is_ascii() { text.to_ascii_uppercase() } else { text.chars().map(upper).collect() }
}

fn lower(c: char) -> char {
    one(c.to_lowercase()).unwrap_or(c)
}

fn upper(c: char) -> char {
    one(c.to_uppercase()).unwrap_or(c)
}

fn one(mut mapped: impl Iterator<Item = char>) -> Option<char> {
    let first = mapped.next()?;
    mapped.next().is_none().then_some(first)
}

/// All characters beyond ASCII that `fold` changes and what they become, as the two arguments of SQL's `translate`.
pub fn fold_pairs() -> (String, String) {
    pairs(lower)
}

/// The same for `raise`.
pub fn raise_pairs() -> (String, String) {
    pairs(upper)
}

fn pairs(change: fn(char) -> char) -> (String, String) {
    ('\u{80}'..=char::MAX).filter(|c| change(*c) != *c).map(|c| (c, change(c))).unzip()
}

/// Whether `text` has `part` somewhere, whatever the case.
pub fn contains(text: &str, part: &str) -> bool {
    if text.is_ascii() && part.is_ascii() {
        let (text, part) = (text.as_bytes(), part.as_bytes());
        return part.is_empty() || text.windows(part.len()).any(|window| window.eq_ignore_ascii_case(part));
    }
    fold(text).contains(&fold(part))
}

pub fn starts_with(text: &str, part: &str) -> bool {
    let mut text = text.chars();
    part.chars().all(|c| text.next().is_some_and(|other| lower(c) == lower(other)))
}

pub fn ends_with(text: &str, part: &str) -> bool {
    let mut text = text.chars().rev();
    part.chars().rev().all(|c| text.next().is_some_and(|other| lower(c) == lower(other)))
}

/// The order of lists: letters of ASCII by their small form, everything else by its bytes.
pub fn order(a: &str, b: &str) -> std::cmp::Ordering {
    let small = |byte: u8| byte.to_ascii_lowercase();
    a.bytes().map(small).cmp(b.bytes().map(small))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_is_ignored_one_character_for_one() {
        assert!(contains("Straße der ÄRZTE", "ärzte"));
        assert!(contains("ACME", "cm"));
        assert!(!contains("strasse", "straße"));
        assert_eq!(fold("İstanbul"), "İstanbul");
        assert_eq!(raise("maß é"), "MAß É");
        assert!(starts_with("Émile", "é"));
        assert!(ends_with("CAFÉ", "fé"));
    }

    #[test]
    fn pairs_say_the_same_as_folding() {
        let (from, to) = fold_pairs();
        assert_eq!(from.chars().count(), to.chars().count());
        assert_eq!(fold(&from), to);
        let (from, to) = raise_pairs();
        assert_eq!(raise(&from), to);
    }
}
