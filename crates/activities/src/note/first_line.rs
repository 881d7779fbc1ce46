//! The first line of a text, out of its HTML.

/// Characters of a line that names a note.
const CHARS: usize = 80;

/// Elements that end a line.
const BLOCKS: [&str; 10] = ["p", "/p", "br", "div", "/div", "li", "/li", "/h1", "/h2", "/h3"];

/// The first line that has words, without tags, cut at a word; empty when there is none.
pub fn first_line(html: &str) -> String {
    let text = plain(html);
    let line = text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or("");
    let words: Vec<&str> = line.split_whitespace().collect();
    let line = words.join(" ");
    if line.chars().count() <= CHARS {
        return line;
    }
    let cut: String = line.chars().take(CHARS - 1).collect();
    let whole = cut.rsplit_once(' ').map_or(cut.as_str(), |(whole, _)| whole);
    format!("{whole}…")
}

fn plain(html: &str) -> String {
    let mut text = String::new();
    let mut rest = html;
    while let Some((before, tag)) = rest.split_once('<') {
        text.push_str(before);
        let is_tag =
            tag.starts_with(|first: char| first == '/' || first == '!' || first.is_ascii_alphabetic());
        let Some((tag, after)) = tag.split_once('>').filter(|_| is_tag) else {
            // A sign that opens nothing is a sign.
            text.push('<');
            rest = tag;
            continue;
        };
        let name = tag.split([' ', '\n']).next().unwrap_or(tag).trim_end_matches('/').to_ascii_lowercase();
        if BLOCKS.contains(&name.as_str()) {
            text.push('\n');
        }
        rest = after;
    }
    text.push_str(rest);
    let signs =
        [("&nbsp;", " "), ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")];
    signs.iter().fold(text, |text, (name, sign)| text.replace(name, sign))
}
