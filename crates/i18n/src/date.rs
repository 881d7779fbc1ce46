//! Days and instants, shown.

use jiff::{Timestamp, civil::Date};

use crate::Reader;

impl Reader {
    /// A day as text shows it: `Dec 24, 2026`.
    pub fn date(&self, date: Date) -> String {
        self.formats.date_medium(date)
    }

    /// A day in digits, as people type it: `12/24/2026`.
    pub fn date_numeric(&self, date: Date) -> String {
        self.formats.date_numeric(date)
    }

    /// A day with its weekday: `Thursday, December 24, 2026`.
    pub fn date_long(&self, date: Date) -> String {
        self.formats.date_long(date)
    }

    /// A day without the year where it is the present one: `Dec 24`.
    pub fn date_brief(&self, date: Date) -> String {
        if date.year() == self.today().year() { self.formats.month_day(date) } else { self.date(date) }
    }

    /// The month: `December 2026`.
    pub fn month(&self, date: Date) -> String {
        self.formats.year_month(date)
    }

    /// The day of the week: `Thursday`.
    pub fn weekday(&self, date: Date) -> String {
        self.formats.weekday(date)
    }

    /// An instant in the reader's zone: `Dec 24, 2026, 2:30 PM`.
    pub fn date_time(&self, at: Timestamp) -> String {
        self.formats.date_time(self.local(at))
    }

    /// An instant in the reader's zone in digits, as people type it: `12/24/2026, 2:30 PM`.
    pub fn date_time_numeric(&self, at: Timestamp) -> String {
        self.formats.date_time_numeric(self.local(at))
    }

    /// The time of day in the reader's zone: `2:30 PM`.
    pub fn time(&self, at: Timestamp) -> String {
        self.formats.time(self.local(at).time())
    }
}
