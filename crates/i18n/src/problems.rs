//! What is said when typed text cannot be read. Each shows an example in the reader's own format.

use jiff::civil;
use kernel::{Currency, Message, Money};
use rust_decimal::Decimal;

use crate::Reader;

impl Reader {
    pub(crate) fn no_number(&self, typed: &str) -> Message {
        Message::new("problem-not-a-number")
            .with("typed", shortened(typed))
            .with("example", self.number(Decimal::new(12345, 1)))
    }

    pub(crate) fn no_money(&self, typed: &str, currency: Option<Currency>) -> Message {
        let example = Money { amount: Decimal::new(12345, 1), currency: currency.unwrap_or(Currency::EUR) };
        Message::new("problem-not-money")
            .with("typed", shortened(typed))
            .with("example", self.money(&example))
    }

    pub(crate) fn no_date(&self, typed: &str) -> Message {
        Message::new("problem-not-a-date")
            .with("typed", shortened(typed))
            .with("example", self.date_numeric(civil::date(self.today().year(), 12, 24)))
    }

    pub(crate) fn no_date_time(&self, typed: &str) -> Message {
        let example = civil::date(self.today().year(), 12, 24).at(14, 30, 0, 0);
        Message::new("problem-not-a-date-time")
            .with("typed", shortened(typed))
            .with("example", self.formats.date_time_numeric(example))
    }

    pub(crate) fn no_duration(&self, typed: &str) -> Message {
        Message::new("problem-not-a-duration")
            .with("typed", shortened(typed))
            .with("example", self.duration(5_400))
    }

    pub(crate) fn no_yes(&self, typed: &str) -> Message {
        Message::new("problem-not-yes-or-no").with("typed", shortened(typed))
    }
}

/// At most 60 characters of what was typed: enough to recognise it.
fn shortened(typed: &str) -> String {
    let mut text: String = typed.trim().chars().take(60).collect();
    if text.len() < typed.trim().len() {
        text.push('…');
    }
    text
}
