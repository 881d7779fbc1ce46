//! How PostgreSQL writes and reads days and times by a pattern, `YYYY-MM-DD HH24:MI:SS`, in the words of the engine, which
//! has those of `strftime`: <https://www.postgresql.org/docs/16/functions-formatting.html>, table 9.26.

/// Parts of a pattern and what they are called here; longer ones before those that they begin with.
const PARTS: [(&str, &str); 32] = [
    ("YYYY", "%Y"),
    ("IYYY", "%G"),
    ("YY", "%y"),
    ("MONTH", "%B"),
    ("MON", "%b"),
    ("MM", "%m"),
    ("MI", "%M"),
    ("MS", "%3f"),
    ("DAY", "%A"),
    ("DDD", "%j"),
    ("DD", "%d"),
    ("DY", "%a"),
    ("ID", "%u"),
    ("IW", "%V"),
    ("HH24", "%H"),
    ("HH12", "%I"),
    ("HH", "%I"),
    (".US", "%.f"),
    (".MS", "%.3f"),
    ("SSSS", ""),
    ("SS", "%S"),
    ("US", "%6f"),
    ("AM", "%p"),
    ("PM", "%p"),
    ("OF", "%:z"),
    ("TZH:TZM", "%:z"),
    ("TZ", "%Z"),
    ("WW", ""),
    ("CC", ""),
    ("Q", "%q"),
    ("FM", ""),
    ("D", ""),
];

/// The pattern in the engine's words; nothing for one that is in them already, or wants what the engine has not.
pub fn translated(pattern: &str) -> Option<String> {
    let mut translated = String::new();
    let mut rest = pattern;
    while let Some(first) = rest.chars().next() {
        if first == '%' {
            return None;
        }
        if let Some(quoted) = rest.strip_prefix('"') {
            let end = quoted.find('"')?;
            translated.push_str(&quoted[..end]);
            rest = &quoted[end + 1..];
            continue;
        }
        let starts = |part: &str| rest.get(..part.len()).is_some_and(|own| own.eq_ignore_ascii_case(part));
        match PARTS.iter().find(|(part, _)| starts(part)) {
            Some((_, "")) => return None,
            Some((part, word)) => {
                translated.push_str(word);
                rest = &rest[part.len()..];
            }
            None => {
                translated.push(first);
                rest = &rest[first.len_utf8()..];
            }
        }
    }
    Some(translated)
}

#[cfg(test)]
mod tests {
    use super::translated;

    #[track_caller]
    fn check(pattern: &str, expected: Option<&str>) {
        assert_eq!(translated(pattern).as_deref(), expected, "{pattern}");
    }

    #[test]
    fn patterns_of_postgresql_are_those_of_strftime() {
        check("YYYY-MM-DD", Some("%Y-%m-%d"));
        check("YYYY-MM-DD HH24:MI:SS.US", Some("%Y-%m-%d %H:%M:%S%.f"));
        check("yyyy\"W\"IW", Some("%YW%V"));
        check("Mon DD, YYYY HH12:MI am", Some("%b %d, %Y %I:%M %p"));
        check("YYYY-\"Q\"Q", Some("%Y-Q%q"));
    }

    #[test]
    fn what_is_one_of_the_engine_already_or_cannot_be_said_stays() {
        check("%Y-%m", None);
        check("FMMonth", None);
        check("WW", None);
        check("\"open", None);
    }
}
