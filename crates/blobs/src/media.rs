//! What kind of content a file has.
//!
//! The first bytes tell (WHATWG MIME Sniffing Standard §6, and the formats' own documents). The name only refines
//! what they say: which kind of text, or of ZIP archive. What a client claims does not count.

/// The beginnings by which formats are known, and where they stand.
const SIGNATURES: &[(usize, &[u8], &str)] = &[
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"GIF87a", "image/gif"),
    (0, b"GIF89a", "image/gif"),
    (8, b"WEBPVP", "image/webp"),
    (4, b"ftypavif", "image/avif"),
    (4, b"ftypheic", "image/heic"),
    (4, b"ftypM4A", "audio/mp4"),
    (4, b"ftyp", "video/mp4"),
    (0, b"\x1aE\xdf\xa3", "video/webm"),
    (0, b"%PDF-", "application/pdf"),
    (0, b"ID3", "audio/mpeg"),
    (0, b"OggS", "application/ogg"),
    (8, b"WAVE", "audio/wave"),
    (0, b"PK\x03\x04", ZIP),
    (0, b"PK\x05\x06", ZIP),
    (0, b"\x1f\x8b", "application/gzip"),
    (0, b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", OLE),
    (0, b"PAR1", "application/vnd.apache.parquet"),
    (0, b"{\\rtf", "application/rtf"),
];

const ZIP: &str = "application/zip";
/// Office files of before 2007.
const OLE: &str = "application/x-ole-storage";
const UNKNOWN: &str = "application/octet-stream";

/// What the ending says about contents that look alike.
const IN_ZIP: &[(&str, &str)] = &[
    ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ("pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
    ("odt", "application/vnd.oasis.opendocument.text"),
    ("ods", "application/vnd.oasis.opendocument.spreadsheet"),
    ("odp", "application/vnd.oasis.opendocument.presentation"),
];
const IN_OLE: &[(&str, &str)] = &[
    ("doc", "application/msword"),
    ("xls", "application/vnd.ms-excel"),
    ("ppt", "application/vnd.ms-powerpoint"),
    ("msg", "application/vnd.ms-outlook"),
];
const IN_TEXT: &[(&str, &str)] = &[
    ("csv", "text/csv"),
    ("tsv", "text/tab-separated-values"),
    ("json", "application/json"),
    ("jsonl", "application/jsonl"),
    ("eml", "message/rfc822"),
    ("ics", "text/calendar"),
    ("vcf", "text/vcard"),
];

/// The media type of a file that begins with `head` and is called `name`. HTML, SVG and scripts count as plain text,
/// because a browser must not run them.
pub fn sniff(head: &[u8], name: &str) -> &'static str {
    let known = SIGNATURES
        .iter()
        .find(|(at, beginning, _)| head.get(*at..).is_some_and(|rest| rest.starts_with(beginning)));
    let ending = name.rsplit_once('.').map_or(String::new(), |(_, ending)| ending.to_ascii_lowercase());
    match known {
        Some((_, _, ZIP)) => refined(IN_ZIP, &ending, ZIP),
        Some((_, _, OLE)) => refined(IN_OLE, &ending, OLE),
        Some((_, _, other)) => other,
        None if is_text(head) => refined(IN_TEXT, &ending, "text/plain"),
        None => UNKNOWN,
    }
}

/// Whether it is a picture that browsers show.
pub fn is_picture(media_type: &str) -> bool {
    matches!(media_type, "image/png" | "image/jpeg" | "image/gif" | "image/webp" | "image/avif")
}

/// Whether a browser may show it within a page.
pub(crate) fn is_inline(media_type: &str) -> bool {
    is_picture(media_type) || media_type == "application/pdf"
}

fn refined(endings: &[(&str, &'static str)], ending: &str, otherwise: &'static str) -> &'static str {
    endings.iter().find(|(known, _)| *known == ending).map_or(otherwise, |(_, media_type)| media_type)
}

/// Whether there are no bytes that texts in common encodings do not have (the standard's "binary data byte"), or a
/// mark that the text is in UTF-16.
fn is_text(head: &[u8]) -> bool {
    let marked = head.starts_with(b"\xff\xfe") || head.starts_with(b"\xfe\xff");
    let binary = |byte: &u8| matches!(byte, 0..=8 | 0x0b | 0x0e..=0x1a | 0x1c..=0x1f);
    marked || !head.iter().any(binary)
}
