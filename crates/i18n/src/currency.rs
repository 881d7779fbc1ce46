//! How locales write an amount: where the currency stands, and which sign says it without doubt.

use kernel::Currency;

/// Where the sign stands, and whether a space stands between it and the number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Before,
    BeforeSpaced,
    AfterSpaced,
}

pub(crate) struct CurrencyStyle {
    pub place: Place,
    /// The currency that people of the region mean by a sign that many share, such as `$`.
    home: Option<Currency>,
}

/// The signs that English readers tell apart (CLDR, en, currencies); all others are written by their code.
const SIGNS: [(&str, &str); 20] = [
    ("AUD", "A$"),
    ("BRL", "R$"),
    ("CAD", "CA$"),
    ("CNY", "CN¥"),
    ("EUR", "€"),
    ("GBP", "£"),
    ("HKD", "HK$"),
    ("ILS", "₪"),
    ("INR", "₹"),
    ("JPY", "¥"),
    ("KRW", "₩"),
    ("MXN", "MX$"),
    ("NZD", "NZ$"),
    ("PHP", "₱"),
    ("TWD", "NT$"),
    ("USD", "$"),
    ("VND", "₫"),
    ("XCD", "EC$"),
    ("UAH", "₴"),
    ("NGN", "₦"),
];

impl CurrencyStyle {
    /// By CLDR's currencyFormats; the home currency by the region, or by the language's main region.
    pub fn of(language: &str, region: Option<&str>) -> CurrencyStyle {
        CurrencyStyle {
            place: place(language, region),
            home: home(language, region).and_then(|code| code.parse().ok()),
        }
    }

    /// The sign for this reader: short where nobody can take it for another currency's.
    pub fn sign(&self, currency: Currency) -> String {
        if self.home == Some(currency) {
            return currency.symbol();
        }
        if currency == Currency::USD && self.home.is_some_and(|home| home.symbol() == "$") {
            return "US$".to_owned();
        }
        let known = SIGNS.iter().find(|(code, _)| *code == currency.code());
        known.map_or_else(|| currency.code().to_owned(), |(_, sign)| (*sign).to_owned())
    }

    /// The currency a typed sign or code means to this reader.
    pub fn read(&self, typed: &str) -> Option<Currency> {
        if let Ok(currency) = typed.parse() {
            return Some(currency);
        }
        if let Some(home) = self.home.filter(|home| home.symbol() == typed) {
            return Some(home);
        }
        if typed == "US$" {
            return Some(Currency::USD);
        }
        SIGNS.iter().find(|(_, sign)| *sign == typed).and_then(|(code, _)| code.parse().ok())
    }
}

fn place(language: &str, region: Option<&str>) -> Place {
    match (language, region) {
        ("de", Some("AT" | "CH" | "LI"))
        | ("nl" | "nb" | "no", _)
        | ("pt", None | Some("BR"))
        | ("en", Some("CH" | "AT" | "NL")) => Place::BeforeSpaced,
        ("es", Some("MX" | "US" | "GT" | "HN" | "NI" | "SV" | "PR" | "CL" | "PE")) => Place::Before,
        ("es", Some("AR" | "CO" | "UY" | "PY" | "VE" | "EC" | "BO")) => Place::BeforeSpaced,
        (
            "en" | "ja" | "zh" | "ko" | "hi" | "bn" | "th" | "tr" | "ga" | "cy" | "ms" | "fil" | "sw" | "ta"
            | "te",
            _,
        ) => Place::Before,
        ("id", _) => Place::BeforeSpaced,
        _ => Place::AfterSpaced,
    }
}

/// The region of a locale that names none: the one where most readers of its language live.
pub(crate) fn main_region(language: &str) -> Option<&'static str> {
    match language {
        "en" => Some("US"),
        "ja" => Some("JP"),
        "zh" => Some("CN"),
        "ko" => Some("KR"),
        "pt" => Some("BR"),
        "pl" => Some("PL"),
        "cs" => Some("CZ"),
        "sv" => Some("SE"),
        "da" => Some("DK"),
        "nb" | "no" => Some("NO"),
        "tr" => Some("TR"),
        "uk" => Some("UA"),
        "he" => Some("IL"),
        "hi" => Some("IN"),
        "vi" => Some("VN"),
        "th" => Some("TH"),
        _ => None,
    }
}

fn home(language: &str, region: Option<&str>) -> Option<&'static str> {
    Some(match region.or(main_region(language))? {
        "US" => "USD",
        "CA" => "CAD",
        "AU" => "AUD",
        "NZ" => "NZD",
        "GB" => "GBP",
        "MX" => "MXN",
        "HK" => "HKD",
        "SG" => "SGD",
        "TW" => "TWD",
        "JP" => "JPY",
        "CN" => "CNY",
        "KR" => "KRW",
        "BR" => "BRL",
        "PL" => "PLN",
        "CZ" => "CZK",
        "SE" => "SEK",
        "DK" => "DKK",
        "NO" => "NOK",
        "TR" => "TRY",
        "UA" => "UAH",
        "IL" => "ILS",
        "IN" => "INR",
        "VN" => "VND",
        "TH" => "THB",
        "AR" => "ARS",
        "CL" => "CLP",
        "CO" => "COP",
        _ => return None,
    })
}
