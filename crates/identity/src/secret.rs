//! Secrets that programs make and people carry: session tokens, API tokens, one-time links and codes.
//!
//! Only a digest is kept. The secrets have at least 75 bits from the system's random source, so a fast digest
//! suffices: there is nothing to guess. Passwords are another matter; see [`crate::password`].

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest as _, Sha256};

/// Letters and digits that are hard to mistake for one another when read from a screen.
const CLEAR: &[u8; 32] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";

/// What is kept of a secret: SHA-256, as 43 characters of base64url.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Digest(String);

impl Digest {
    pub fn of(secret: &str) -> Digest {
        Digest(URL_SAFE_NO_PAD.encode(Sha256::digest(secret.as_bytes())))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A new secret of 256 bits: 43 characters that may stand in a cookie, a header or an address.
pub fn generate() -> String {
    let bytes: [u8; 32] = rand::random();
    URL_SAFE_NO_PAD.encode(bytes)
}

/// A new code to be typed by hand: three groups of five, 75 bits.
pub fn generate_code() -> String {
    let bytes: [u8; 15] = rand::random();
    let letters: Vec<char> = bytes.iter().map(|byte| char::from(CLEAR[usize::from(byte & 31)])).collect();
    letters.chunks(5).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join("-")
}

/// The code as it was made, whatever case, spaces and dashes it was typed with.
pub fn clear_code(typed: &str) -> String {
    let letters: Vec<char> = typed
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|letter| letter.to_ascii_uppercase())
        .take(40)
        .collect();
    letters.chunks(5).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join("-")
}

#[cfg(test)]
mod tests {
    use super::{Digest, clear_code, generate, generate_code};

    #[test]
    fn a_typed_code_is_read_whatever_case_and_dashes_it_has() {
        let code = generate_code();
        assert_eq!(code.len(), 17);
        assert_eq!(clear_code(&format!(" {} ", code.to_lowercase().replace('-', " "))), code);
    }

    #[test]
    fn secrets_differ_and_digests_do_not_show_them() {
        let (one, other) = (generate(), generate());
        assert_ne!(one, other);
        assert_eq!(one.len(), 43);
        assert_eq!(Digest::of(&one), Digest::of(&one));
        assert_ne!(Digest::of(&one).as_str(), one);
    }
}
