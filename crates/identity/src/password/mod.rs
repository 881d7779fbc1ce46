//! Passwords: kept as Argon2id hashes, checked against a policy, asked for again before they change.
//!
//! The parameters are those that the OWASP Password Storage Cheat Sheet gives for Argon2id: 19 MiB of memory, two
//! passes, one lane. Hashing takes turns, so that many sign-ins at once cannot take the machine's memory.

mod change;
mod credential;
mod policy;
#[cfg(test)]
mod tests;

use std::sync::LazyLock;

use argon2::{
    Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version, password_hash::phc::PasswordHash,
};
use kernel::Message;
use parking_lot::{Condvar, Mutex};

pub use change::{Changed, Replaced, change, replace_by_link, set};
pub(crate) use credential::{Credential, find, put};
pub use policy::{LEAST_CHARS, check};

/// Memory of one hash in KiB, passes over it, lanes.
const PARAMS: (u32, u32, u32) = (19 * 1024, 2, 1);
/// Hashes computed at the same time.
const TURNS: usize = 4;

/// A hash in the PHC string format, which names its own parameters.
pub(crate) fn hash(password: &str) -> Result<String, records::Error> {
    let _turn = Turn::take();
    let hashed: Result<PasswordHash, _> = argon2().hash_password(password.as_bytes());
    hashed.map(|hash| hash.to_string()).map_err(|error| {
        tracing::error!(%error, "a password could not be hashed");
        records::Error::invalid(Message::new("identity-password-unusable"))
    })
}

/// Whether the password is the one behind the hash; without a hash it takes as long and is wrong.
pub(crate) fn verify(password: &str, hash: Option<&str>) -> bool {
    static NOBODYS: LazyLock<Option<String>> = LazyLock::new(|| self::hash("the password of nobody").ok());
    let nobodys = NOBODYS.as_deref();
    let Some(parsed) = hash.or(nobodys).and_then(|text| PasswordHash::new(text).ok()) else { return false };
    let _turn = Turn::take();
    let right = argon2().verify_password(password.as_bytes(), &parsed).is_ok();
    right && hash.is_some()
}

/// Whether the hash was made with other parameters than today's.
pub(crate) fn is_outdated(hash: &str) -> bool {
    let (memory, passes, lanes) = PARAMS;
    !hash.starts_with(&format!("$argon2id$v=19$m={memory},t={passes},p={lanes}$"))
}

fn argon2() -> Argon2<'static> {
    let (memory, passes, lanes) = PARAMS;
    let params = Params::new(memory, passes, lanes, None).expect("the parameters are within bounds");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

/// The right to use the memory of one hash. Memory belongs to the machine, not to a workspace.
struct Turn;

static FREE: Mutex<usize> = Mutex::new(TURNS);
static FREED: Condvar = Condvar::new();

impl Turn {
    fn take() -> Turn {
        let mut free = FREE.lock();
        while *free == 0 {
            FREED.wait(&mut free);
        }
        *free -= 1;
        Turn
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        *FREE.lock() += 1;
        FREED.notify_one();
    }
}
