//! The words that made-up people, companies and places are put together from.
//!
//! First and last names stand in the order of how common they are in their region; [`crate::chance::Chance::common`]
//! draws the front ones more often. Companies, streets' numbers and addresses are invented; domains end in
//! `.example` (RFC 2606 §3), phone numbers lie in ranges kept for fiction where a country has such.

mod companies;
mod people;
mod places;

pub use companies::{COMPANY_STEMS, TRADES, Trade};
pub use people::{DEPARTMENTS, NAMES};
pub use places::{COUNTRIES, Country, Region};

/// A word as part of a domain or an address: lower case letters and digits, other signs as single dashes.
pub fn slug(text: &str) -> String {
    let mut slug = String::with_capacity(text.len());
    for character in text.chars().flat_map(char::to_lowercase) {
        match character {
            'a'..='z' | '0'..='9' => slug.push(character),
            'ä' | 'à' | 'á' | 'â' | 'ã' | 'å' | 'ą' => slug.push('a'),
            'é' | 'è' | 'ê' | 'ë' | 'ę' => slug.push('e'),
            'í' | 'ì' | 'î' | 'ï' => slug.push('i'),
            'ö' | 'ó' | 'ò' | 'ô' | 'õ' | 'ø' => slug.push('o'),
            'ü' | 'ú' | 'ù' | 'û' => slug.push('u'),
            'ñ' | 'ń' => slug.push('n'),
            'ç' | 'ć' => slug.push('c'),
            'ł' => slug.push('l'),
            'ś' | 'š' => slug.push('s'),
            'ż' | 'ź' | 'ž' => slug.push('z'),
            'ß' => slug.push_str("ss"),
            'æ' => slug.push_str("ae"),
            '\'' | '’' | '.' => {}
            _ if slug.is_empty() || slug.ends_with('-') => {}
            _ => slug.push('-'),
        }
    }
    slug.trim_end_matches('-').to_owned()
}
