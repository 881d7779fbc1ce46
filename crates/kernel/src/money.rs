//! Exact amounts in a currency.

use std::{fmt, str::FromStr};

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// A currency of ISO 4217, by its alphabetic code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Currency(iso_currency::Currency);

impl Currency {
    pub const USD: Currency = Currency(iso_currency::Currency::USD);
    pub const EUR: Currency = Currency(iso_currency::Currency::EUR);

    /// The three letters, such as `EUR`.
    pub fn code(self) -> &'static str {
        self.0.code()
    }

    /// The name in English, such as `Euro`.
    pub fn name(self) -> String {
        self.0.name().to_owned()
    }

    /// The sign, such as `€`, or the code where there is none.
    pub fn symbol(self) -> String {
        self.0.symbol().to_string()
    }

    /// Digits after the decimal point: 2 for most, 0 for the yen, 3 for the Kuwaiti dinar.
    pub fn minor_digits(self) -> u32 {
        self.0.exponent().unwrap_or(2).into()
    }

    pub fn all() -> impl Iterator<Item = Currency> {
        use iso_currency::IntoEnumIterator;
        iso_currency::Currency::iter().map(Currency)
    }
}

/// The text is no ISO 4217 code.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a currency of ISO 4217: {0:?}")]
pub struct ParseCurrencyError(pub String);

impl FromStr for Currency {
    type Err = ParseCurrencyError;

    fn from_str(text: &str) -> Result<Currency, ParseCurrencyError> {
        iso_currency::Currency::from_code(&text.trim().to_ascii_uppercase())
            .map(Currency)
            .ok_or_else(|| ParseCurrencyError(text.to_owned()))
    }
}

impl Serialize for Currency {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

impl<'de> Deserialize<'de> for Currency {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Currency, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// An amount in a currency. Amounts of two currencies are never added.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Money {
    pub amount: Decimal,
    pub currency: Currency,
}

impl fmt::Display for Money {
    /// As machines read it: `1234.50 EUR`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.amount, self.currency.code())
    }
}
