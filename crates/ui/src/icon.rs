//! Lucide icons, drawn in place: no request, no flash, and they work in fragments.

use maud::{Markup, PreEscaped, html};

include!(concat!(env!("OUT_DIR"), "/icons.rs"));

/// An icon beside a text that says the same; screen readers skip it. An unknown name draws a circle.
pub fn icon(name: &str) -> PreEscaped<&'static str> {
    PreEscaped(whole(name))
}

/// An icon that stands alone and is read out as `label`.
pub fn icon_labelled(name: &str, label: &str) -> Markup {
    html! {
        svg class="icon" viewBox="0 0 24 24" role="img"
            aria-label=(label) { title { (label) } (PreEscaped(drawing(name))) }
    }
}

/// Whether icons.txt has the name.
pub fn exists(name: &str) -> bool {
    position(name).is_some()
}

/// The names that may be used, in order.
pub fn names() -> impl Iterator<Item = &'static str> {
    ICONS.iter().map(|(name, _)| *name)
}

/// The whole element, as the build script wrote it.
fn whole(name: &str) -> &'static str {
    position(name).or_else(|| position("circle")).map_or("", |place| ICONS[place].1)
}

/// What is in the element.
fn drawing(name: &str) -> &'static str {
    let whole = whole(name);
    let inner = whole.find('>').map_or("", |end| &whole[end + 1..]);
    inner.strip_suffix("</svg>").unwrap_or(inner)
}

fn position(name: &str) -> Option<usize> {
    ICONS.binary_search_by_key(&name, |(name, _)| name).ok()
}
