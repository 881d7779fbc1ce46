//! Parts of a page that follow what others change.
//!
//! The page's `<body data-events="…">` names a stream of server-sent events: `event: change`, with the names of what
//! changed in `data`, parted by spaces (`deal:0193… deal`). When one of an element's `data-live` names comes, the
//! script fetches `data-live-src` (else the present address), takes the element of the same id from the answer, and
//! morphs it in. An element in which somebody is typing waits until they have finished.

/// What an element shows, and where to fetch it anew.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Live {
    /// `deal` for any deal, `deal:0193…` for one.
    pub names: Vec<String>,
    /// Answers with the element (its id must be the same), alone or in its page.
    pub source: Option<String>,
}

pub(crate) struct Attributes<'a> {
    pub names: Option<String>,
    pub source: Option<&'a str>,
}

impl Live {
    pub fn of(names: impl IntoIterator<Item = impl Into<String>>) -> Live {
        Live { names: names.into_iter().map(Into::into).collect(), source: None }
    }

    #[must_use]
    pub fn from_url(mut self, url: impl Into<String>) -> Live {
        self.source = Some(url.into());
        self
    }

    pub(crate) fn attributes(live: Option<&Live>) -> Attributes<'_> {
        Attributes {
            names: live.map(|live| live.names.join(" ")),
            source: live.and_then(|live| live.source.as_deref()),
        }
    }
}
