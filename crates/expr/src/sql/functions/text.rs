//! Texts.

use kernel::Value;

use super::{SqlFunction, content, decimal, whole};
use crate::{
    sql::Shape::{Bool, Date, Instant, Number, Text},
    text::{self, RESULT_CHARS},
};

pub(super) const FUNCTIONS: &[SqlFunction] = &[
    // Lower case, one character for one. `{fold_from}` and `{fold_to}` are `text::fold_pairs()`, quoted.
    SqlFunction {
        name: "rp_fold",
        parameters: &[Text],
        returns: Text,
        definition: "case when octet_length(a) = char_length(a) then lower(a collate \"C\") \
                     else translate(lower(a collate \"C\"), {fold_from}, {fold_to}) end",
        body: |a| Some(text::fold(content(a, 0)?).into()),
    },
    // Upper case, one character for one. `{raise_from}` and `{raise_to}` are `text::raise_pairs()`, quoted.
    SqlFunction {
        name: "rp_raise",
        parameters: &[Text],
        returns: Text,
        definition: "case when octet_length(a) = char_length(a) then upper(a collate \"C\") \
                     else translate(upper(a collate \"C\"), {raise_from}, {raise_to}) end",
        body: |a| Some(text::raise(content(a, 0)?).into()),
    },
    SqlFunction {
        name: "rp_contains",
        parameters: &[Text, Text],
        returns: Bool,
        definition: "position(rp_fold(b) in rp_fold(a)) > 0",
        body: |a| Some(text::contains(content(a, 0)?, content(a, 1)?).into()),
    },
    SqlFunction {
        name: "rp_starts_with",
        parameters: &[Text, Text],
        returns: Bool,
        definition: "rp_fold(left(a, char_length(b))) = rp_fold(b)",
        body: |a| Some(text::starts_with(content(a, 0)?, content(a, 1)?).into()),
    },
    SqlFunction {
        name: "rp_ends_with",
        parameters: &[Text, Text],
        returns: Bool,
        definition: "rp_fold(right(a, char_length(b))) = rp_fold(b)",
        body: |a| Some(text::ends_with(content(a, 0)?, content(a, 1)?).into()),
    },
    SqlFunction {
        name: "rp_trim",
        parameters: &[Text],
        returns: Text,
        definition: "btrim(a, E' \\t\\n\\r')",
        body: |a| Some(content(a, 0)?.trim_matches(text::BLANKS).into()),
    },
    // Characters; 0 of an empty one.
    SqlFunction {
        name: "rp_length",
        parameters: &[Text],
        returns: Number,
        definition: "coalesce(char_length(a), 0)::numeric",
        body: |a| Some(count(content(a, 0).unwrap_or_default()).into()),
    },
    SqlFunction {
        name: "rp_left",
        parameters: &[Text, Number],
        returns: Text,
        definition: "left(a, rp_clamp(b, 0, 1000000)::int)",
        body: |a| Some(content(a, 0)?.chars().take(length(a, 1)?).collect::<String>().into()),
    },
    SqlFunction {
        name: "rp_right",
        parameters: &[Text, Number],
        returns: Text,
        definition: "right(a, rp_clamp(b, 0, 1000000)::int)",
        body: |a| {
            let (text, length) = (content(a, 0)?, length(a, 1)?);
            let skipped = text.chars().count().saturating_sub(length);
            Some(text.chars().skip(skipped).collect::<String>().into())
        },
    },
    // `c` characters from the `b`th on, the first being 1; a start before it counts as 1.
    SqlFunction {
        name: "rp_mid",
        parameters: &[Text, Number, Number],
        returns: Text,
        definition: "substr(a, rp_clamp(b, 1, 1000000)::int, rp_clamp(c, 0, 1000000)::int)",
        body: |a| {
            let skipped = length(a, 1)?.saturating_sub(1);
            Some(content(a, 0)?.chars().skip(skipped).take(length(a, 2)?).collect::<String>().into())
        },
    },
    // `a` with every `b` replaced by `c`, case regarded; unchanged when `b` has no characters, empty when too long.
    SqlFunction {
        name: "rp_replace",
        parameters: &[Text, Text, Text],
        returns: Text,
        definition: "case when c is null then null when b = '' then a \
                     when char_length(a) + (char_length(a) - char_length(replace(a, b, ''))) / char_length(b) \
                     * (char_length(c) - char_length(b))::bigint <= 100000 \
                     then replace(a, b, c) end",
        body: |a| replace(content(a, 0)?, content(a, 1)?, content(a, 2)?).map(Value::Text),
    },
    // The place of `b` in `a`, the first being 1; 0 when it is not there. Case is ignored.
    SqlFunction {
        name: "rp_position",
        parameters: &[Text, Text],
        returns: Number,
        definition: "position(rp_fold(b) in rp_fold(a))::numeric",
        body: |a| {
            let (text, part) = (text::fold(content(a, 0)?), text::fold(content(a, 1)?));
            Some(text.find(&part).map_or(0, |at| count(&text[..at]) + 1).into())
        },
    },
    // One after the other, an empty one as no characters; empty when too long.
    SqlFunction {
        name: "rp_join",
        parameters: &[Text, Text],
        returns: Text,
        definition: "case when coalesce(char_length(a), 0) + coalesce(char_length(b), 0) <= 100000 \
                     then coalesce(a, '') || coalesce(b, '') end",
        body: |a| {
            let joined = [content(a, 0).unwrap_or_default(), content(a, 1).unwrap_or_default()].concat();
            bounded(joined).map(Value::Text)
        },
    },
    // A number as text: no grouping, a point, no needless zeros.
    SqlFunction {
        name: "rp_number_text",
        parameters: &[Number],
        returns: Text,
        definition: "trim_scale(a)::text",
        body: |a| Some(decimal(a, 0)?.normalize().to_string().into()),
    },
    // A date as text: 2026-01-31.
    SqlFunction {
        name: "rp_date_text",
        parameters: &[Date],
        returns: Text,
        definition: "to_char(a, 'YYYY-MM-DD')",
        body: |a| Some(a.first()?.as_date()?.to_string().into()),
    },
    // An instant as text, in the zone `b`: 2026-01-31 14:05.
    SqlFunction {
        name: "rp_instant_text",
        parameters: &[Instant, Text],
        returns: Text,
        definition: "to_char(a at time zone b, 'YYYY-MM-DD HH24:MI')",
        body: |a| {
            let zone = crate::env::zone_named(content(a, 1)?)?;
            Some(a.first()?.as_instant()?.to_zoned(zone).strftime("%Y-%m-%d %H:%M").to_string().into())
        },
    },
    // The number that a text says, blanks around it ignored; empty when it says none.
    SqlFunction {
        name: "rp_parse_number",
        parameters: &[Text],
        returns: Number,
        definition: "case when btrim(a, E' \\t\\n\\r') ~ '^[-+]?[0-9]{1,18}([.][0-9]{1,10})?$' \
                     then btrim(a, E' \\t\\n\\r')::numeric end",
        body: |a| parse_number(content(a, 0)?.trim_matches(text::BLANKS)),
    },
];

fn count(text: &str) -> i64 {
    i64::try_from(text.chars().count()).unwrap_or(i64::MAX)
}

/// A count of characters among the arguments, between 0 and a million.
fn length(arguments: &[Value], index: usize) -> Option<usize> {
    let number = decimal(arguments, index)?.trunc();
    let number = number.clamp(0.into(), 1_000_000.into());
    whole(&[Value::Decimal(number)], 0).and_then(|length| usize::try_from(length).ok())
}

fn replace(text: &str, from: &str, to: &str) -> Option<String> {
    if from.is_empty() {
        return Some(text.to_owned());
    }
    let found = text.matches(from).count();
    let kept = text.chars().count() - found * from.chars().count();
    (kept + found * to.chars().count() <= RESULT_CHARS).then(|| text.replace(from, to))
}

fn bounded(text: String) -> Option<String> {
    (text.len() <= RESULT_CHARS || text.chars().count() <= RESULT_CHARS).then_some(text)
}

fn parse_number(text: &str) -> Option<Value> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let right = |part: &str, most: usize| {
        (1..=most).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
    };
    if !right(whole, 18) || !right(fraction, 10) {
        return None;
    }
    text.parse().ok().map(Value::Decimal)
}
