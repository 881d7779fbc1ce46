//! Phone numbers: kept as E.164, shown and typed as people of a country write them.

use phonenumber::{Mode, country};

use crate::Reader;

impl Reader {
    /// A number as the reader writes it: `(312) 555-9280` within the own country, `+44 20 7946 0958` from another.
    /// What is no E.164 number stays as it is; an extension (`x12`) stays behind it.
    pub fn phone(&self, number: &str) -> String {
        self.written(number, false)
    }

    /// The same with the country in front, for an editor: it reads back as the same number everywhere.
    pub fn phone_international(&self, number: &str) -> String {
        self.written(number, true)
    }

    /// Reads what was typed: a number without its country is one of the reader's, when there can be such a number
    /// there. Anything else is given back as it was.
    pub fn parse_phone(&self, typed: &str) -> String {
        let region = self.region().filter(|_| !typed.starts_with('+') && typed.len() <= 40);
        let parsed = region.and_then(|region| phonenumber::parse(Some(region), typed).ok());
        let Some(number) = parsed.filter(phonenumber::is_valid) else { return typed.to_owned() };
        let extension = number.extension().map(|extension| format!(" x{extension}")).unwrap_or_default();
        format!("{}{extension}", number.format().mode(Mode::E164))
    }

    fn written(&self, number: &str, with_country: bool) -> String {
        let (number, extension) = number.find(" x").map_or((number, ""), |at| number.split_at(at));
        let is_e164 = number.strip_prefix('+').is_some_and(|digits| {
            (7..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit())
        });
        let Some(parsed) = is_e164.then(|| phonenumber::parse(None, number).ok()).flatten() else {
            return format!("{number}{extension}");
        };
        let at_home = !with_country && parsed.country().id().is_some_and(|id| Some(id) == self.region());
        let written = parsed.format().mode(if at_home { Mode::National } else { Mode::International });
        format!("{written}{extension}")
    }

    fn region(&self) -> Option<country::Id> {
        self.formats.region.as_deref()?.parse().ok()
    }
}
