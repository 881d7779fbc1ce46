//! What counts as a word, the same on both databases.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// Characters that a word keeps; the rest does not tell words apart.
const WORD_CHARS: usize = 40;
/// Different words that one row is found by.
const WORDS: usize = 20_000;

/// Lower case without accents and compatibility forms: `Ångström` and `angstrom` are the same, `ß` is `ss`.
pub fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let mut folded = String::with_capacity(text.len());
    for character in text.nfkd().filter(|character| !is_combining_mark(*character)) {
        for lower in character.to_lowercase() {
            match lower {
                'ß' => folded.push_str("ss"),
                'æ' => folded.push_str("ae"),
                'œ' => folded.push_str("oe"),
                'ø' => folded.push('o'),
                'đ' | 'ð' => folded.push('d'),
                'ł' => folded.push('l'),
                'þ' => folded.push_str("th"),
                'ı' => folded.push('i'),
                // `İ` in lower case is an `i` and a mark.
                mark if is_combining_mark(mark) => {}
                other => folded.push(other),
            }
        }
    }
    folded
}

/// The different words of a text, folded, in the order in which they come first.
///
/// A word is a run of letters and digits. Chinese and Japanese write no spaces, so each of their characters counts
/// as a word.
pub fn words(text: &str) -> Vec<String> {
    let folded = fold(text);
    let mut seen = std::collections::HashSet::new();
    let mut words = Vec::new();
    for run in folded.split(|character: char| !character.is_alphanumeric()) {
        for word in split_ideographs(run) {
            let end = word.char_indices().nth(WORD_CHARS).map_or(word.len(), |(at, _)| at);
            let word = &word[..end];
            if !word.is_empty() && seen.insert(word) {
                words.push(word.to_owned());
            }
        }
        if words.len() >= WORDS {
            break;
        }
    }
    words
}

/// Cuts a run before and after each character that stands for a word or syllable of its own.
fn split_ideographs(run: &str) -> impl Iterator<Item = &str> {
    let mut rest = run;
    std::iter::from_fn(move || {
        let first = rest.chars().next()?;
        let end = if is_ideograph(first) {
            first.len_utf8()
        } else {
            rest.find(is_ideograph).unwrap_or(rest.len())
        };
        let (word, after) = rest.split_at(end);
        rest = after;
        Some(word)
    })
}

/// Kana, and the blocks of unified Han characters.
const fn is_ideograph(character: char) -> bool {
    matches!(character, '\u{3041}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accents_case_and_ligatures_do_not_tell_words_apart() {
        assert_eq!(
            fold("Ångström STRASSE Straße Łódź İstanbul ﬁn"),
            "angstrom strasse strasse lodz istanbul fin"
        );
    }

    #[test]
    fn a_text_is_cut_at_everything_that_is_no_letter_or_digit() {
        assert_eq!(
            words("Ann-Lee O'Neil <ann@example.com> ann"),
            ["ann", "lee", "o", "neil", "example", "com"]
        );
        assert_eq!(words("東京tower"), ["東", "京", "tower"]);
        assert_eq!(words("  … "), [""; 0]);
    }

    #[test]
    fn a_long_word_is_cut_short() {
        assert_eq!(words(&"x".repeat(100)), ["x".repeat(40)]);
    }
}
