//! A person's name in one cell, taken apart.

const SALUTATIONS: [&str; 14] =
    ["mr", "mr.", "mrs", "mrs.", "ms", "ms.", "miss", "mx", "mx.", "dr", "dr.", "prof", "prof.", "sir"];
const SUFFIXES: [&str; 9] = ["jr", "jr.", "sr", "sr.", "ii", "iii", "iv", "phd", "md"];
/// Words that belong to the last name after them.
const PARTICLES: [&str; 14] =
    ["van", "von", "de", "del", "della", "der", "den", "di", "da", "dos", "la", "le", "ter", "zu"];

/// Salutation, first, middle, last and suffix of `Dr. Ada B. Lovelace`, `Lovelace, Ada` or `Ada`.
pub fn split(name: &str) -> [Option<String>; 5] {
    let (name, family) = match name.split_once(',') {
        Some((family, given)) if !is(&SUFFIXES, given.trim()) => (given, Some(family.trim().to_owned())),
        _ => (name, None),
    };
    let mut words: Vec<&str> = name.split([' ', '\u{a0}', ',']).filter(|word| !word.is_empty()).collect();
    let salutation = (words.len() > 1 && is(&SALUTATIONS, words[0])).then(|| words.remove(0).to_owned());
    let has_suffix = words.len() > 1 && words.last().is_some_and(|word| is(&SUFFIXES, word));
    let suffix = has_suffix.then(|| words.pop().unwrap_or("").to_owned());
    let last = family.filter(|family| !family.is_empty()).or_else(|| {
        let at = (1..words.len()).find(|at| is(&PARTICLES, words[*at]) && at + 1 < words.len());
        let at = at.unwrap_or(words.len().checked_sub(1)?);
        Some(words.split_off(at).join(" "))
    });
    let mut words = words.into_iter();
    let first = words.next().map(str::to_owned);
    let middle: Vec<&str> = words.collect();
    let middle = (!middle.is_empty()).then(|| middle.join(" "));
    [salutation, first, middle, last, suffix]
}

fn is(words: &[&str], word: &str) -> bool {
    words.contains(&word.to_lowercase().as_str())
}
