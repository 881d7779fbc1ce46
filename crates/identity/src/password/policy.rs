//! Which passwords are refused: short ones, those that everybody tries first, and those made of one's own name.
//!
//! NIST SP 800-63B §3.1.1.2: length and a list of known ones, no rules about kinds of characters.

use kernel::Message;

pub const LEAST_CHARS: usize = 10;
const MOST_CHARS: usize = 200;
/// Characters of a name that count as using it.
const NAME_CHARS: usize = 4;
/// Characters that must remain besides a known word or name.
const OWN_CHARS: usize = 6;

/// # Errors
/// Why the password is refused.
pub fn check(password: &str, email: &str, name: &str) -> Result<(), Message> {
    let length = password.chars().count();
    if length < LEAST_CHARS {
        return Err(Message::new("identity-password-short").with("min", LEAST_CHARS));
    }
    if length > MOST_CHARS {
        return Err(Message::new("identity-password-long").with("max", MOST_CHARS));
    }
    let plain = password.to_lowercase();
    if is_common(&plain) || is_monotonous(&plain) {
        return Err(Message::new("identity-password-common"));
    }
    if uses_a_name(&plain, email, name) {
        return Err(Message::new("identity-password-name"));
    }
    Ok(())
}

/// One of the known ones, also repeated or with a few characters around it: `Password2026!`.
fn is_common(plain: &str) -> bool {
    include_str!("common.txt")
        .lines()
        .any(|known| plain == known || (known.len() >= NAME_CHARS && leaves_little(plain, known)))
}

/// At most three different characters, or a run such as `abcdefghijkl` or `9876543210`.
fn is_monotonous(plain: &str) -> bool {
    let characters: Vec<u32> = plain.chars().map(u32::from).collect();
    let mut different = characters.clone();
    different.sort_unstable();
    different.dedup();
    let run = |step: i64| characters.windows(2).all(|pair| i64::from(pair[1]) - i64::from(pair[0]) == step);
    different.len() <= 3 || run(1) || run(-1)
}

fn uses_a_name(plain: &str, email: &str, name: &str) -> bool {
    let (email, name) = (email.to_lowercase(), name.to_lowercase());
    let words = email.split(['@', '.', '_', '-', '+']).chain(name.split_whitespace());
    let whole = [email.as_str(), email.split('@').next().unwrap_or_default()];
    words
        .chain(whole)
        .filter(|word| word.chars().count() >= NAME_CHARS)
        .any(|word| leaves_little(plain, word))
}

/// Whether little is left of the password without the word.
fn leaves_little(plain: &str, word: &str) -> bool {
    plain.contains(word) && plain.replace(word, "").chars().count() < OWN_CHARS
}
