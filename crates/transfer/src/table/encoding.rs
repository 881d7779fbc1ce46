//! Which characters the bytes mean, and the characters as they come.
//!
//! Text that is mostly UTF-8 and has a few other bytes in between was put together from several files: those bytes
//! are read as Windows-1252, and the rows where they stand are remembered.

use std::{collections::VecDeque, io::Read};

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{CoderResult, Decoder, Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use super::Error;

/// Bytes that are read at a time.
const CHUNK: usize = 64 << 10;

/// What the first bytes are written in, and how many of them are a mark of that.
pub fn find(head: &[u8]) -> (&'static Encoding, usize) {
    if let Some(found) = Encoding::for_bom(head) {
        return found;
    }
    if let Some(encoding) = wide(head) {
        return (encoding, 0);
    }
    match std::str::from_utf8(head) {
        Ok(_) => return (UTF_8, 0),
        // The sample ends within a character.
        Err(error) if error.error_len().is_none() => return (UTF_8, 0),
        Err(_) => {}
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(head, true);
    (detector.guess(None, Utf8Detection::Deny), 0)
}

/// UTF-16 without a mark shows by zeros in every second byte.
fn wide(head: &[u8]) -> Option<&'static Encoding> {
    let sample = &head[..head.len().min(4096) & !1];
    let zeros = |first: usize| sample.iter().skip(first).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    let half = sample.len() / 2;
    if half < 2 {
        return None;
    }
    if odd * 10 > half * 6 && even * 10 < half {
        Some(UTF_16LE)
    } else if even * 10 > half * 6 && odd * 10 < half {
        Some(UTF_16BE)
    } else {
        None
    }
}

/// Characters out of bytes, a chunk at a time.
pub struct Characters {
    bytes: Box<dyn Read + Send>,
    decoder: Kind,
    chunk: Vec<u8>,
    ended: bool,
    /// Characters handed out so far, in bytes of UTF-8.
    given: u64,
    /// Where bytes stood that were no characters of the encoding, counted as `given`.
    pub repairs: VecDeque<u64>,
}

enum Kind {
    /// With the beginning of a character that the last chunk ended in.
    Utf8(Vec<u8>),
    Other(Box<Decoder>),
}

impl Characters {
    pub fn new(
        mut bytes: Box<dyn Read + Send>,
        encoding: &'static Encoding,
        mark: usize,
    ) -> Result<Characters, Error> {
        let mut skipped = vec![0; mark];
        bytes.read_exact(&mut skipped)?;
        let decoder = if encoding == UTF_8 {
            Kind::Utf8(Vec::new())
        } else {
            Kind::Other(Box::new(encoding.new_decoder_without_bom_handling()))
        };
        Ok(Characters {
            bytes,
            decoder,
            chunk: vec![0; CHUNK],
            ended: false,
            given: 0,
            repairs: VecDeque::new(),
        })
    }

    /// Appends more characters to `text`; tells whether there were any.
    pub fn read_into(&mut self, text: &mut String) -> Result<bool, Error> {
        let before = text.len();
        while text.len() == before && !self.ended {
            let count = match self.bytes.read(&mut self.chunk) {
                Ok(count) => count,
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error.into()),
            };
            self.ended = count == 0;
            let given = self.given + (text.len() - before) as u64;
            match &mut self.decoder {
                Kind::Utf8(rest) => {
                    utf8(rest, &self.chunk[..count], self.ended, text, given, &mut self.repairs)
                }
                Kind::Other(decoder) => {
                    other(decoder, &self.chunk[..count], self.ended, text, given, &mut self.repairs);
                }
            }
        }
        self.given += (text.len() - before) as u64;
        Ok(text.len() > before)
    }
}

fn utf8(
    rest: &mut Vec<u8>,
    chunk: &[u8],
    last: bool,
    text: &mut String,
    given: u64,
    repairs: &mut VecDeque<u64>,
) {
    let start = text.len();
    let joined: Vec<u8>;
    let mut bytes = chunk;
    if !rest.is_empty() {
        rest.extend_from_slice(chunk);
        joined = std::mem::take(rest);
        bytes = &joined;
    }
    loop {
        let error = match std::str::from_utf8(bytes) {
            Ok(all) => return text.push_str(all),
            Err(error) => error,
        };
        let (good, bad) = bytes.split_at(error.valid_up_to());
        text.push_str(std::str::from_utf8(good).unwrap_or_default());
        let length = match error.error_len() {
            Some(length) => length,
            None if last => bad.len(),
            None => return rest.extend_from_slice(bad),
        };
        repairs.push_back(given + (text.len() - start) as u64);
        text.push_str(&WINDOWS_1252.decode_without_bom_handling(&bad[..length]).0);
        bytes = &bad[length..];
    }
}

fn other(
    decoder: &mut Decoder,
    chunk: &[u8],
    last: bool,
    text: &mut String,
    given: u64,
    repairs: &mut VecDeque<u64>,
) {
    let start = text.len();
    let mut bytes = chunk;
    loop {
        text.reserve(decoder.max_utf8_buffer_length(bytes.len()).unwrap_or(4 * bytes.len() + 16));
        let (result, read, replaced) = decoder.decode_to_string(bytes, text, last);
        if replaced {
            repairs.push_back(given + (text.len() - start) as u64);
        }
        bytes = &bytes[read..];
        if result == CoderResult::InputEmpty {
            return;
        }
    }
}
