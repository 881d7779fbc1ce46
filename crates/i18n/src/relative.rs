//! How far away a moment is: "3 days ago", "tomorrow".

use jiff::{Timestamp, civil::Date};
use kernel::Message;

use crate::Reader;

impl Reader {
    /// How long ago or from now an instant is: `just now`, `5 minutes ago`, `in 2 hours`, `yesterday`, `3 days ago`.
    pub fn relative(&self, at: Timestamp) -> String {
        let seconds = at.as_second() - self.now().as_second();
        let days = self.days_until(self.local(at).date());
        let (id, count) = match seconds.abs() {
            0..60 => return self.text("relative-now"),
            60..3_600 => ("minutes", seconds.abs() / 60),
            3_600..86_400 if days == 0 || seconds.abs() < 6 * 3_600 => ("hours", seconds.abs() / 3_600),
            _ => return self.relative_days(days),
        };
        self.relative_text(id, seconds < 0, count)
    }

    /// How far a day is from today: `today`, `tomorrow`, `in 3 days`, `2 months ago`.
    pub fn relative_day(&self, date: Date) -> String {
        self.relative_days(self.days_until(date))
    }

    /// Days from today until `date`; negative when it is past.
    pub fn days_until(&self, date: Date) -> i64 {
        let span = self.today().until(date).map(|span| span.get_days());
        span.map_or(0, i64::from)
    }

    fn relative_days(&self, days: i64) -> String {
        match days {
            0 => self.text("relative-today"),
            1 => self.text("relative-tomorrow"),
            -1 => self.text("relative-yesterday"),
            _ => match days.abs() {
                count @ 0..14 => self.relative_text("days", days < 0, count),
                count @ 14..60 => self.relative_text("weeks", days < 0, count / 7),
                count @ 60..730 => self.relative_text("months", days < 0, count / 30),
                count => self.relative_text("years", days < 0, count / 365),
            },
        }
    }

    fn relative_text(&self, unit: &str, past: bool, count: i64) -> String {
        let id = if past { format!("relative-{unit}-ago") } else { format!("relative-in-{unit}") };
        self.text_with(&Message { id: id.into(), args: vec![("count".into(), count.into())] })
    }
}
