//! What one locale needs to show and read numbers and dates: made once, shared by all readers of the locale.

use icu_calendar::Gregorian;
use icu_datetime::{
    FixedCalendarDateTimeFormatter as DateFormatter,
    fieldsets::{E, M, MD, T, YM, YMD, YMDE, YMDT},
    input::{Date as IcuDate, DateTime as IcuDateTime, Time as IcuTime},
    options::YearStyle,
};
use icu_decimal::{DecimalFormatter, input::Decimal as IcuDecimal};
use icu_locale_core::Locale;
use jiff::civil;
use rust_decimal::Decimal;

use crate::currency::{CurrencyStyle, main_region};

/// Which way the lines of a language run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    LeftToRight,
    RightToLeft,
}

impl Direction {
    /// The value of HTML's `dir` attribute.
    pub const fn as_str(self) -> &'static str {
        match self {
            Direction::LeftToRight => "ltr",
            Direction::RightToLeft => "rtl",
        }
    }
}

/// The order in which a locale writes day, month and year.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DateOrder {
    DayMonthYear,
    MonthDayYear,
    YearMonthDay,
}

/// The characters a locale writes numbers with.
pub(crate) struct Symbols {
    pub decimal: char,
    pub grouping: Option<char>,
}

pub(crate) struct Formats {
    tag: String,
    languages: Vec<String>,
    pub direction: Direction,
    pub symbols: Symbols,
    pub currency: CurrencyStyle,
    /// Two letters, of the locale or of its language.
    pub region: Option<String>,
    pub percent: &'static str,
    pub date_order: DateOrder,
    /// January to December, each in its long and its short form, lower case.
    pub months: Vec<[String; 2]>,
    /// Monday to Sunday, each in its long and its short form, lower case.
    pub weekdays: Vec<[String; 2]>,
    decimal: DecimalFormatter,
    date_medium: DateFormatter<Gregorian, YMD>,
    date_numeric: DateFormatter<Gregorian, YMD>,
    date_long: DateFormatter<Gregorian, YMDE>,
    month_day: DateFormatter<Gregorian, MD>,
    year_month: DateFormatter<Gregorian, YM>,
    date_time: DateFormatter<Gregorian, YMDT>,
    date_time_numeric: DateFormatter<Gregorian, YMDT>,
    time: DateFormatter<Gregorian, T>,
    weekday: DateFormatter<Gregorian, E>,
}

impl Formats {
    /// For a BCP 47 tag; English when it is none.
    pub fn new(tag: &str) -> Formats {
        let locale = Locale::try_from_str(&tag.replace('_', "-")).unwrap_or(icu_locale_core::locale!("en"));
        let region = locale.id.region.map(|region| region.as_str().to_owned());
        let language = locale.id.language.as_str().to_owned();
        let decimal = made(|l| DecimalFormatter::try_new(l.into(), Default::default()), &locale);
        let date_numeric = made(
            |l| DateFormatter::try_new(l.into(), YMD::short().with_year_style(YearStyle::Full)),
            &locale,
        );
        Formats {
            symbols: symbols(&decimal),
            date_order: date_order(&date_numeric),
            months: months(&locale),
            weekdays: weekdays(&locale),
            direction: direction(&language),
            currency: CurrencyStyle::of(&language, region.as_deref()),
            region: region.or_else(|| main_region(&language).map(str::to_owned)),
            percent: crate::number::percent_pattern(&language),
            tag: locale.to_string(),
            languages: languages(&locale),
            date_medium: made(|l| DateFormatter::try_new(l.into(), YMD::medium()), &locale),
            date_long: made(|l| DateFormatter::try_new(l.into(), YMDE::long()), &locale),
            month_day: made(|l| DateFormatter::try_new(l.into(), MD::medium()), &locale),
            year_month: made(|l| DateFormatter::try_new(l.into(), YM::long()), &locale),
            date_time: made(|l| DateFormatter::try_new(l.into(), YMD::medium().with_time_hm()), &locale),
            date_time_numeric: made(
                |l| {
                    let fields = YMD::short().with_year_style(YearStyle::Full).with_time_hm();
                    DateFormatter::try_new(l.into(), fields)
                },
                &locale,
            ),
            time: made(|l| DateFormatter::try_new(l.into(), T::hm()), &locale),
            weekday: made(|l| DateFormatter::try_new(l.into(), E::long()), &locale),
            decimal,
            date_numeric,
        }
    }

    /// The canonical BCP 47 tag, as HTML's `lang` wants it.
    pub fn tag(&self) -> &str {
        &self.tag
    }

    /// The languages to look for texts in, best first.
    pub fn languages(&self) -> impl Iterator<Item = &str> {
        self.languages.iter().map(String::as_str)
    }

    /// The number with grouping, with exactly `digits` after the point if given.
    pub fn number(&self, number: Decimal, digits: Option<u32>) -> String {
        let number = match digits {
            Some(digits) => {
                let mut rounded = kernel::number::round(number, digits);
                rounded.rescale(digits);
                rounded
            }
            None => number.normalize(),
        };
        let mut plain = IcuDecimal::from(number.mantissa());
        plain.multiply_pow10(-i16::try_from(number.scale()).unwrap_or(0));
        self.decimal.format(&plain).to_string()
    }

    pub fn date_medium(&self, date: civil::Date) -> String {
        self.date_medium.format(&icu_date(date)).to_string()
    }

    pub fn date_numeric(&self, date: civil::Date) -> String {
        self.date_numeric.format(&icu_date(date)).to_string()
    }

    pub fn date_long(&self, date: civil::Date) -> String {
        self.date_long.format(&icu_date(date)).to_string()
    }

    pub fn month_day(&self, date: civil::Date) -> String {
        self.month_day.format(&icu_date(date)).to_string()
    }

    pub fn year_month(&self, date: civil::Date) -> String {
        self.year_month.format(&icu_date(date)).to_string()
    }

    pub fn weekday(&self, date: civil::Date) -> String {
        self.weekday.format(&icu_date(date)).to_string()
    }

    pub fn date_time(&self, at: civil::DateTime) -> String {
        self.date_time.format(&icu_date_time(at)).to_string()
    }

    pub fn date_time_numeric(&self, at: civil::DateTime) -> String {
        self.date_time_numeric.format(&icu_date_time(at)).to_string()
    }

    pub fn time(&self, at: civil::Time) -> String {
        self.time.format(&icu_time(at)).to_string()
    }
}

/// Makes a formatter for the locale, or for English where the data has nothing for it.
fn made<F, X>(make: impl Fn(Locale) -> Result<F, X>, locale: &Locale) -> F {
    make(locale.clone())
        .or_else(|_| make(icu_locale_core::locale!("en")))
        .unwrap_or_else(|_| unreachable!("English formats are compiled in"))
}

fn icu_date(date: civil::Date) -> IcuDate<Gregorian> {
    let (month, day) = (date.month().unsigned_abs(), date.day().unsigned_abs());
    IcuDate::try_new_gregorian(date.year().into(), month, day).expect("a civil date is a Gregorian date")
}

fn icu_time(time: civil::Time) -> IcuTime {
    let (hour, minute) = (time.hour().unsigned_abs(), time.minute().unsigned_abs());
    IcuTime::try_new(hour, minute, time.second().unsigned_abs(), 0).expect("a civil time is a time")
}

fn icu_date_time(at: civil::DateTime) -> IcuDateTime<Gregorian> {
    IcuDateTime { date: icu_date(at.date()), time: icu_time(at.time()) }
}

/// `de-AT` → `de-AT`, `de`.
fn languages(locale: &Locale) -> Vec<String> {
    let full = locale.id.to_string();
    let bare = locale.id.language.as_str().to_owned();
    if full == bare { vec![bare] } else { vec![full, bare] }
}

fn direction(language: &str) -> Direction {
    match language {
        "ar" | "fa" | "he" | "ur" | "yi" | "ps" | "sd" | "ug" | "dv" | "ckb" => Direction::RightToLeft,
        _ => Direction::LeftToRight,
    }
}

fn symbols(decimal: &DecimalFormatter) -> Symbols {
    let zero = decimal.format(&IcuDecimal::from(0)).to_string().chars().next().unwrap_or('0');
    let mut sample = IcuDecimal::from(111_111_111);
    sample.multiply_pow10(-1);
    let text = decimal.format(&sample).to_string();
    let one = char::from_u32(zero as u32 + 1).unwrap_or('1');
    let mut signs = text.chars().filter(|character| *character != one).collect::<Vec<_>>();
    let mark = signs.pop().unwrap_or('.');
    Symbols { decimal: mark, grouping: signs.pop() }
}

fn date_order(numeric: &DateFormatter<Gregorian, YMD>) -> DateOrder {
    let sample = numeric.format(&icu_date(civil::date(2033, 11, 22))).to_string();
    let digits: String =
        sample.chars().filter_map(|c| digit_of(c).map(|digit| (b'0' + digit) as char)).collect();
    match digits.as_str() {
        "22112033" => DateOrder::DayMonthYear,
        "11222033" => DateOrder::MonthDayYear,
        _ => DateOrder::YearMonthDay,
    }
}

/// The worth of a decimal digit in the scripts that CLDR's locales write numbers with.
pub(crate) fn digit_of(character: char) -> Option<u8> {
    const ZEROS: [char; 13] = ['0', '٠', '۰', '०', '০', '੦', '૦', '௦', '౦', '೦', '൦', '၀', '᠐'];
    ZEROS.iter().find_map(|zero| {
        let worth = (character as u32).checked_sub(*zero as u32)?;
        u8::try_from(worth).ok().filter(|worth| *worth < 10)
    })
}

fn months(locale: &Locale) -> Vec<[String; 2]> {
    let long = made(|l| DateFormatter::<Gregorian, M>::try_new(l.into(), M::long()), locale);
    let short = made(|l| DateFormatter::<Gregorian, M>::try_new(l.into(), M::medium()), locale);
    (1..=12)
        .map(|month| icu_date(civil::date(2026, month, 1)))
        .map(|date| [lower(&long.format(&date).to_string()), lower(&short.format(&date).to_string())])
        .collect()
}

fn weekdays(locale: &Locale) -> Vec<[String; 2]> {
    let long = made(|l| DateFormatter::<Gregorian, E>::try_new(l.into(), E::long()), locale);
    let short = made(|l| DateFormatter::<Gregorian, E>::try_new(l.into(), E::medium()), locale);
    (1..=7)
        .map(|day| icu_date(civil::date(2024, 1, day))) // 1 January 2024 was a Monday.
        .map(|date| [lower(&long.format(&date).to_string()), lower(&short.format(&date).to_string())])
        .collect()
}

fn lower(name: &str) -> String {
    name.to_lowercase().trim_end_matches('.').to_owned()
}
