//! Reading JSON so that nothing in it is overlooked: a key that is there twice is refused, since RFC 8259 §4 leaves open
//! what the second one means.

use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

/// Why a text is not read.
#[derive(Debug, thiserror::Error)]
pub enum Unread {
    /// The place of a key that its object has twice: `records[3].email`.
    #[error("{0} is there twice")]
    Twice(String),
    /// What is no JSON, with its place.
    #[error(transparent)]
    Broken(#[from] serde_json::Error),
}

/// Reads the one value that a text has.
///
/// # Errors
/// When it is none, nested more than 127 deep, or has a key twice.
pub fn parse(text: &[u8]) -> Result<Value, Unread> {
    let mut twice = None;
    let mut deserializer = serde_json::Deserializer::from_slice(text);
    let read = Reading { twice: &mut twice }.deserialize(&mut deserializer);
    let read = read.and_then(|value| deserializer.end().map(|()| value));
    read.map_err(|error| twice.map_or(Unread::Broken(error), Unread::Twice))
}

/// Reads a value, and finds the place of a key that is there twice: `records[3].email`.
struct Reading<'p> {
    twice: &'p mut Option<String>,
}

impl Reading<'_> {
    /// Notes on the way out that what was found lies within `outer`.
    fn within(&mut self, outer: &str) {
        if let Some(place) = self.twice {
            let dot = if place.starts_with('[') { "" } else { "." };
            *place = format!("{outer}{dot}{place}");
        }
    }
}

impl<'de> DeserializeSeed<'de> for Reading<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Reading<'_> {
    type Value = Value;

    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, truth: bool) -> Result<Value, E> {
        Ok(truth.into())
    }

    fn visit_i64<E>(self, number: i64) -> Result<Value, E> {
        Ok(number.into())
    }

    fn visit_u64<E>(self, number: u64) -> Result<Value, E> {
        Ok(number.into())
    }

    fn visit_f64<E>(self, number: f64) -> Result<Value, E> {
        Ok(number.into())
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(text.into())
    }

    fn visit_string<E>(self, text: String) -> Result<Value, E> {
        Ok(text.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut entries: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        loop {
            match entries.next_element_seed(Reading { twice: self.twice }) {
                Ok(Some(entry)) => list.push(entry),
                Ok(None) => return Ok(Value::Array(list)),
                Err(error) => {
                    self.within(&format!("[{}]", list.len()));
                    return Err(error);
                }
            }
        }
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut entries: A) -> Result<Value, A::Error> {
        let mut map = Map::new();
        while let Some(key) = entries.next_key::<String>()? {
            if map.contains_key(&key) {
                *self.twice = Some(key);
                return Err(A::Error::custom("a key is there twice"));
            }
            match entries.next_value_seed(Reading { twice: self.twice }) {
                Ok(value) => map.insert(key, value),
                Err(error) => {
                    self.within(&key);
                    return Err(error);
                }
            };
        }
        Ok(Value::Object(map))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::{Unread, parse};

    #[test]
    fn json_reads_as_serde_json_reads_it() {
        for text in [
            "null",
            " true ",
            "-5",
            "18446744073709551615",
            "1.5e300",
            "\"ä\\n𝄞\"",
            "[]",
            "{}",
            r#"{"b": [1, {"a": null}], "a": {"b": "c"}}"#,
        ] {
            assert_eq!(parse(text.as_bytes()).unwrap(), serde_json::from_str::<Value>(text).unwrap());
        }
        for text in ["", "{", "[1,]", "{} {}", "nul", "'a'", &"[".repeat(200)] {
            assert!(matches!(parse(text.as_bytes()), Err(Unread::Broken(_))), "{text}");
        }
    }

    #[test]
    fn a_key_that_is_there_twice_is_named_with_its_place() {
        for (text, place) in [
            (r#"{"name": 1, "name": 1}"#, "name"),
            (r#"{"a": {"b": 1, "c": 2, "b": 3}}"#, "a.b"),
            (r#"{"records": [{}, {"email": "x", "email": "y"}]}"#, "records[1].email"),
            (r#"[[{"x": [], "x": {}}]]"#, "[0][0].x"),
            (r#"{"na\u006de": 1, "name": 2}"#, "name"),
        ] {
            assert!(matches!(parse(text.as_bytes()), Err(Unread::Twice(found)) if found == place), "{text}");
        }
        assert!(parse(br#"{"a": {"a": 1}, "b": [{"a": 1}, {"a": 2}]}"#).is_ok());
    }
}
