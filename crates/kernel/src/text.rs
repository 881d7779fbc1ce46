//! What people see of a text.

/// Whether nobody sees anything of a text: it has no characters, or none but blanks and invisible ones.
pub fn is_blank(text: &str) -> bool {
    text.chars()
        .all(|character| character.is_whitespace() || character.is_control() || is_invisible(character))
}

/// Characters that are drawn as nothing: Default_Ignorable_Code_Point of Unicode 16 (`DerivedCoreProperties.txt`), and the
/// Braille pattern without a dot.
const fn is_invisible(character: char) -> bool {
    matches!(
        character,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
            | '\u{ffa0}' | '\u{fff0}'..='\u{fff8}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e0fff}'
    )
}

#[cfg(test)]
mod tests {
    use super::is_blank;

    #[test]
    fn what_nobody_sees_is_blank() {
        for text in
            ["", " \t\n", "\u{a0}\u{2003}", "\u{200b}", "\u{2800}", "\u{ad}", "\u{feff} \u{2060}", "\u{0}"]
        {
            assert!(is_blank(text), "{text:?}");
        }
    }

    #[test]
    fn invisible_characters_beside_others_are_part_of_a_text() {
        for text in ["Acme", "\u{200b}Acme", "❤\u{fe0f}", "می\u{200c}خواهم", "co\u{ad}operate", "·"]
        {
            assert!(!is_blank(text), "{text:?}");
        }
    }
}
