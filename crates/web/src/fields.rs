//! What was sent by a form or stands behind the `?`: names with values, some more than once, in their order.

use std::{collections::HashSet, fmt::Write, str::FromStr};

use axum::{
    extract::{FromRequest, FromRequestParts, Request},
    http::request::Parts,
};
use bytes::Bytes;
use kernel::{Message, text::is_blank};

use crate::{Error, error::is_of_api, path::unread};

/// The fields of a form.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fields(pub Vec<(String, String)>);

/// What stands behind the `?`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query(pub Fields);

impl Fields {
    /// Reads `a=1&b=2` (WHATWG URL §5.1).
    pub fn parse(text: &str) -> Fields {
        let pairs = text.split('&').filter(|pair| !pair.is_empty());
        let pair = |pair: &str| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decode(name), decode(value))
        };
        Fields(pairs.map(pair).collect())
    }

    /// The last value under a name.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().rev().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// The value, when there is one that says something.
    pub fn filled(&self, name: &str) -> Option<&str> {
        self.get(name).map(str::trim).filter(|value| !is_blank(value))
    }

    /// The value as what it has to be, or nothing where the name is not there. An empty one is refused too: a program
    /// that fills in an empty variable would get everything.
    ///
    /// # Errors
    /// With the name and the value, when it is something else.
    pub fn parsed<T: FromStr>(&self, name: &str) -> Result<Option<T>, Error> {
        self.get(name).map(|value| value.trim().parse().map_err(|_| Fields::wrong(name, value))).transpose()
    }

    /// As [`Fields::parsed`], of names for what is meant.
    ///
    /// # Errors
    /// As [`Fields::parsed`].
    pub fn one_of<T: Copy>(&self, name: &str, known: &[(&str, T)]) -> Result<Option<T>, Error> {
        let Some(value) = self.get(name) else { return Ok(None) };
        let found = known.iter().find(|(known, _)| *known == value.trim());
        found.map(|(_, meant)| Some(*meant)).ok_or_else(|| Fields::wrong(name, value))
    }

    /// How many are asked for, from one to `most`; `usual` without a word.
    ///
    /// # Errors
    /// As [`Fields::parsed`].
    pub fn limit(&self, usual: usize, most: usize) -> Result<usize, Error> {
        match self.parsed("limit")? {
            None => Ok(usual),
            Some(limit) if (1..=most).contains(&limit) => Ok(limit),
            Some(other) => Err(Fields::wrong("limit", &other.to_string())),
        }
    }

    /// A parameter that cannot be what it is.
    pub fn wrong(name: &str, value: &str) -> Error {
        Error::invalid(Message::new("error-parameter").with("name", name).with("value", value))
    }

    /// All values under a name.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    pub fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(key, _)| key == name)
    }

    /// The same with one name set anew, or taken out.
    #[must_use]
    pub fn with(&self, name: &str, value: Option<&str>) -> Fields {
        let mut fields: Vec<_> = self.0.iter().filter(|(key, _)| key != name).cloned().collect();
        fields.extend(value.map(|value| (name.to_owned(), value.to_owned())));
        Fields(fields)
    }

    /// As it stands in an address, without the `?`.
    pub fn encode(&self) -> String {
        let mut text = String::new();
        for (name, value) in &self.0 {
            let _ =
                write!(text, "{}{}={}", if text.is_empty() { "" } else { "&" }, encode(name), encode(value));
        }
        text
    }
}

fn decode(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let hex = |at: usize| tail.get(at).and_then(|byte| char::from(*byte).to_digit(16));
        rest = match (first, hex(0), hex(1)) {
            (b'%', Some(high), Some(low)) => {
                bytes.push(u8::try_from(high * 16 + low).unwrap_or(b'?'));
                &tail[2..]
            }
            (b'+', ..) => {
                bytes.push(b' ');
                tail
            }
            _ => {
                bytes.push(*first);
                tail
            }
        };
    }
    // No text has a NUL in it, and not every database could keep one.
    String::from_utf8_lossy(&bytes).replace('\0', "\u{FFFD}")
}

fn encode(text: &str) -> String {
    text.bytes().fold(String::with_capacity(text.len()), |mut encoded, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(byte.into());
        } else {
            let _ = write!(encoded, "%{byte:02X}");
        }
        encoded
    })
}

impl<S: Send + Sync> FromRequest<S> for Fields {
    type Rejection = Error;

    async fn from_request(request: Request, state: &S) -> Result<Fields, Error> {
        let body = Bytes::from_request(request, state).await.map_err(|why| unread(&why))?;
        Ok(Fields::parse(&String::from_utf8_lossy(&body)))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Query {
    type Rejection = Error;

    /// # Errors
    /// With a parameter that a program sends twice: it cannot mean both, and would not know which one counts.
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Query, Error> {
        let fields = Fields::parse(parts.uri.query().unwrap_or(""));
        let mut known = HashSet::new();
        match fields.0.iter().find(|(name, _)| !known.insert(name)) {
            Some((name, _)) if is_of_api(parts.uri.path()) => {
                Err(Error::invalid(Message::new("error-parameter-twice").with("name", name.as_str())))
            }
            _ => Ok(Query(fields)),
        }
    }
}

impl std::ops::Deref for Query {
    type Target = Fields;

    fn deref(&self) -> &Fields {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::Fields;

    #[test]
    fn what_is_encoded_reads_back_as_it_was() {
        let fields =
            Fields(vec![("filter".into(), "amount > 5 & \"ä+b\"".into()), ("x".into(), String::new())]);
        assert_eq!(Fields::parse(&fields.encode()), fields);
        assert_eq!(Fields::parse("a=1&a=2&b=%zz+").all("a").collect::<Vec<_>>(), ["1", "2"]);
        assert_eq!(Fields::parse("b=%zz+").get("b"), Some("%zz "));
    }
}
