//! Amounts in a currency, shown and read.

use kernel::{Currency, Message, Money};
use rust_decimal::Decimal;

use crate::{
    Reader,
    currency::Place,
    number::{is_mark, read_number},
};

/// A space that no line breaks at.
const NBSP: char = '\u{a0}';

impl Reader {
    /// An amount with the currency's own number of digits, or more where it has more: `€1,234.50`, `1.234,50 €`.
    pub fn money(&self, money: &Money) -> String {
        let digits = money.currency.minor_digits().max(money.amount.normalize().scale());
        self.with_sign(money, self.number_fixed(money.amount.abs(), digits))
    }

    /// An amount without digits after the point when they are all zero: `€50,000`.
    pub fn money_whole(&self, money: &Money) -> String {
        if money.amount.normalize().scale() > 0 {
            return self.money(money);
        }
        self.with_sign(money, self.number_fixed(money.amount.abs(), 0))
    }

    /// An amount in few characters: `€1.2M`.
    pub fn money_compact(&self, money: &Money) -> String {
        self.with_sign(money, self.compact(money.amount.abs()))
    }

    /// The number alone, with the currency's digits, for a field beside the currency's.
    pub fn amount(&self, money: &Money) -> String {
        let digits = money.currency.minor_digits().max(money.amount.normalize().scale());
        self.number_fixed(money.amount, digits)
    }

    /// The sign of a currency for this reader: `€`, `CA$`, `CHF`.
    pub fn currency_sign(&self, currency: Currency) -> String {
        self.formats.currency.sign(currency)
    }

    /// Reads an amount: `1.234,50 €`, `EUR 1.234,50`, `$20`, or a bare number in the `default` currency.
    ///
    /// # Errors
    ///
    /// When the number or the currency cannot be read, when there is no currency and no `default`, and when the
    /// amount has more digits than the currency's minor unit.
    pub fn parse_money(&self, typed: &str, default: Option<Currency>) -> Result<Money, Message> {
        let (number, sign) = split_sign(typed);
        let currency = match sign.as_str() {
            "" => default,
            sign => self.formats.currency.read(sign),
        };
        let currency = currency.ok_or_else(|| self.no_money(typed, default))?;
        let amount = read_number(&number, &self.formats.symbols)
            .ok_or_else(|| self.no_money(typed, Some(currency)))?;
        if amount.scale() > currency.minor_digits() {
            return Err(Message::new("problem-too-many-digits")
                .with("typed", self.number(amount))
                .with("digits", i64::from(currency.minor_digits()))
                .with("currency", currency.code()));
        }
        Ok(Money { amount, currency })
    }

    fn with_sign(&self, money: &Money, number: String) -> String {
        let sign = self.currency_sign(money.currency);
        let minus = if money.amount < Decimal::ZERO { "-" } else { "" };
        // A code of letters is always set apart from the number.
        let letters = sign.chars().last().is_some_and(char::is_alphabetic);
        match self.formats.currency.place {
            Place::Before if !letters => format!("{minus}{sign}{number}"),
            Place::Before | Place::BeforeSpaced => format!("{minus}{sign}{NBSP}{number}"),
            Place::AfterSpaced => format!("{minus}{number}{NBSP}{sign}"),
        }
    }
}

/// The number's characters and the currency's: what is neither digit nor separator nor sign.
fn split_sign(typed: &str) -> (String, String) {
    let mut number = String::new();
    let mut sign = String::new();
    for character in typed.trim().chars().filter(|character| !is_mark(*character)) {
        if character.is_alphabetic() || is_currency_sign(character) {
            sign.push(character);
        } else {
            number.push(character);
        }
    }
    // `EUR -5` and `-EUR 5` both mean minus five.
    (number, sign)
}

fn is_currency_sign(character: char) -> bool {
    matches!(
        character,
        '$' | '¢' | '£' | '¤' | '¥' | '֏' | '؋' | '৲' | '৳' | '฿' | '\u{20a0}'..='\u{20cf}' | '﷼'
    )
}
