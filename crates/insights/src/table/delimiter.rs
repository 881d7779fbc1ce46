//! Which sign separates the fields of a file.

/// What stands between two fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delimiter {
    /// One sign, with the quotes of CSV.
    Sign(u8),
    /// Any number of blanks; lines may begin with them.
    Blanks,
}

impl Delimiter {
    /// What an option says: a sign, `tab` or `space`.
    pub fn named(text: &str) -> Option<Delimiter> {
        match text {
            "tab" | "\\t" | "\t" => Some(Delimiter::Sign(b'\t')),
            "space" | " " => Some(Delimiter::Blanks),
            _ => match text.as_bytes() {
                [sign] => Some(Delimiter::Sign(*sign)),
                _ => None,
            },
        }
    }

    /// The sign that splits the first lines into the same number of fields, the most if several do.
    pub fn found(head: &[u8]) -> Delimiter {
        let signs = [b',', b';', b'\t', b'|'];
        let best = signs.into_iter().max_by_key(|&sign| even_fields(head, sign));
        match best.map(|sign| (sign, even_fields(head, sign))) {
            Some((sign, fields)) if fields > 1 => Delimiter::Sign(sign),
            _ if even_blanks(head) > 1 => Delimiter::Blanks,
            _ => Delimiter::Sign(b','),
        }
    }
}

/// Fields of the first line if all lines of the start have as many, else 0.
fn even_fields(head: &[u8], sign: u8) -> usize {
    let mut reader =
        csv::ReaderBuilder::new().delimiter(sign).has_headers(false).flexible(true).from_reader(head);
    let mut counts: Vec<usize> =
        reader.byte_records().take(50).filter_map(|record| record.ok().map(|record| record.len())).collect();
    // The head may end within a record.
    if counts.len() > 1 && counts.len() < 50 && head.last() != Some(&b'\n') {
        counts.pop();
    }
    let first = counts.first().copied().unwrap_or(0);
    if counts.iter().all(|&count| count == first) { first } else { 0 }
}

fn even_blanks(head: &[u8]) -> usize {
    let text = super::open::text(head);
    let mut counts =
        text.lines().take(50).map(|line| line.split_whitespace().count()).filter(|&count| count > 0);
    let Some(first) = counts.next() else { return 0 };
    if counts.all(|count| count == first) { first } else { 0 }
}
