//! Identities of records, users and everything else that is stored.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A UUID of version 7 (RFC 9562 §5.7): unique everywhere, ordered by the millisecond it was made.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Id(Uuid);

impl Id {
    /// Makes a new identity from the system's clock and random source; later calls in one process sort later.
    pub fn generate() -> Id {
        Id(Uuid::now_v7())
    }

    /// Makes the identity of a given millisecond (since 1970) and 74 bits of `entropy`, for seeded data that must repeat.
    pub fn from_parts(unix_ms: u64, entropy: u128) -> Id {
        let bytes = (entropy & ((1 << 80) - 1)).to_be_bytes();
        let mut random = [0; 10];
        random.copy_from_slice(&bytes[6..]);
        Id(uuid::Builder::from_unix_timestamp_millis(unix_ms, &random).into_uuid())
    }

    pub const fn from_bytes(bytes: [u8; 16]) -> Id {
        Id(Uuid::from_bytes(bytes))
    }

    pub const fn as_bytes(&self) -> &[u8; 16] {
        self.0.as_bytes()
    }

    pub const fn uuid(self) -> Uuid {
        self.0
    }
}

impl From<Uuid> for Id {
    fn from(uuid: Uuid) -> Id {
        Id(uuid)
    }
}

/// The text is no UUID.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not an identity: expected a UUID such as 01938c5e-7f3a-7cc2-8d7e-2f6b8a1c9d40")]
pub struct ParseIdError;

impl FromStr for Id {
    type Err = ParseIdError;

    fn from_str(text: &str) -> Result<Id, ParseIdError> {
        Uuid::try_parse(text).map(Id).map_err(|_| ParseIdError)
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
