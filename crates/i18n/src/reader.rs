//! Somebody who reads: a language, a locale, a time zone and the present instant.

use std::sync::Arc;

use jiff::{Timestamp, civil, tz::TimeZone};
use kernel::{Message, Problem, Value};

use crate::{Direction, Texts, formats::Formats};

/// One person's way of reading and typing, at one instant. Cheap to make and to clone; make one for each request.
#[derive(Clone)]
pub struct Reader {
    texts: Arc<Texts>,
    pub(crate) formats: Arc<Formats>,
    zone: TimeZone,
    now: Timestamp,
}

impl Reader {
    pub(crate) fn new(texts: Arc<Texts>, formats: Arc<Formats>, zone: TimeZone, now: Timestamp) -> Reader {
        Reader { texts, formats, zone, now }
    }

    /// The text of a message without arguments, or its id where no catalogue has it.
    pub fn text(&self, id: &str) -> String {
        self.find(id).unwrap_or_else(|| self.missing(id))
    }

    /// The text of a message with its arguments, or its id where no catalogue has it.
    pub fn text_with(&self, message: &Message) -> String {
        if message.id == Message::VERBATIM {
            return message.args.first().map(|(_, arg)| self.arg(arg)).unwrap_or_default();
        }
        self.texts
            .message(&self.formats, message, |value| self.value(value))
            .unwrap_or_else(|| self.missing(&message.id))
    }

    /// The text of a problem; its place is shown by whoever shows it.
    pub fn problem(&self, problem: &Problem) -> String {
        self.text_with(&problem.message)
    }

    /// The text of a message that may not exist.
    pub fn find(&self, id: &str) -> Option<String> {
        self.texts.find(&self.formats, id, None, &[], |_| String::new())
    }

    /// A value of a record without more knowledge than its type: numbers, dates and instants by locale and zone.
    pub fn value(&self, value: &Value) -> String {
        match value {
            Value::Null => String::new(),
            Value::Bool(truth) => self.text(if *truth { "yes" } else { "no" }),
            Value::Int(number) => self.integer(*number),
            Value::Decimal(number) => self.number(*number),
            Value::Text(text) => text.clone(),
            Value::Date(date) => self.date(*date),
            Value::Instant(at) => self.date_time(*at),
            Value::Id(id) => id.to_string(),
            Value::List(entries) => entries
                .iter()
                .map(|entry| self.value(entry))
                .collect::<Vec<_>>()
                .join(&self.text("list-comma")),
            Value::Json(json) => json.to_string(),
        }
    }

    /// The canonical BCP 47 tag of the locale, as HTML's `lang` wants it.
    pub fn locale(&self) -> &str {
        self.formats.tag()
    }

    /// Which way lines run.
    pub fn direction(&self) -> Direction {
        self.formats.direction
    }

    pub fn zone(&self) -> &TimeZone {
        &self.zone
    }

    /// The instant that "today" and "3 days ago" are counted from.
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// The present day in the reader's zone.
    pub fn today(&self) -> civil::Date {
        self.local(self.now).date()
    }

    /// The instant on the reader's calendar and clock.
    pub fn local(&self, at: Timestamp) -> civil::DateTime {
        self.zone.to_datetime(at)
    }

    /// The texts this reader reads from.
    pub fn texts(&self) -> &Arc<Texts> {
        &self.texts
    }

    pub(crate) fn attribute(&self, id: &str, attribute: &str) -> Option<String> {
        self.texts.find(&self.formats, id, Some(attribute), &[], |_| String::new())
    }

    fn arg(&self, arg: &kernel::Arg) -> String {
        match arg {
            kernel::Arg::Number(number) => self.integer(*number),
            kernel::Arg::Text(text) => text.clone(),
            kernel::Arg::Value(value) => self.value(value),
        }
    }

    fn missing(&self, id: &str) -> String {
        self.texts.note_missing(id);
        id.to_owned()
    }
}
