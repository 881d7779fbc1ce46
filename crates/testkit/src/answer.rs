//! What was answered, and how tests look into it.

use axum::http::HeaderMap;
use serde_json::Value as Json;

/// An answer. What fails says what was asked and what came.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Method and address.
    pub asked: String,
    pub status: u16,
    pub headers: HeaderMap,
    pub body: String,
}

impl Answer {
    /// # Panics
    /// When it was refused.
    #[track_caller]
    pub fn ok(self) -> Answer {
        assert!(self.status < 400, "{}: {}\n{}", self.asked, self.status, self.text());
        self
    }

    /// # Panics
    /// When the status is another.
    #[track_caller]
    pub fn is(self, status: u16) -> Answer {
        assert_eq!(self.status, status, "{}\n{}", self.asked, self.text());
        self
    }

    /// # Panics
    /// When a reader would not see the text.
    #[track_caller]
    pub fn says(self, text: &str) -> Answer {
        assert!(self.text().contains(text), "{} does not say {text:?}:\n{}", self.asked, self.text());
        self
    }

    /// # Panics
    /// When the text stands anywhere in the answer, seen or not.
    #[track_caller]
    pub fn hides(self, text: &str) -> Answer {
        assert!(!self.body.contains(text), "{} tells {text:?}:\n{}", self.asked, self.text());
        self
    }

    /// # Panics
    /// When the HTML has no such piece.
    #[track_caller]
    pub fn has(self, html: &str) -> Answer {
        assert!(self.body.contains(html), "{} has no {html:?}:\n{}", self.asked, self.body);
        self
    }

    /// A header, or nothing.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// # Panics
    /// When it is not JSON.
    #[track_caller]
    pub fn json(&self) -> Json {
        serde_json::from_str(&self.body)
            .unwrap_or_else(|error| panic!("{}: {error}\n{}", self.asked, self.body))
    }

    /// What a reader sees of a page: no tags, one space between words.
    pub fn text(&self) -> String {
        if !self.body.contains('<') || self.header("content-type").contains("json") {
            return self.body.clone();
        }
        let mut text = String::new();
        for piece in self.body.split('<') {
            let (tag, said) = piece.split_once('>').unwrap_or(("", piece));
            if !tag.starts_with("script") && !tag.starts_with("style") {
                text.push(' ');
                text.push_str(said);
            }
        }
        let text =
            text.replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"");
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// The id at the end of where the answer leads: `/deals/…`.
    ///
    /// # Panics
    /// When it leads nowhere.
    #[track_caller]
    pub fn made(&self) -> String {
        let to = if self.status == 303 { self.header("location") } else { self.header("hx-redirect") };
        let id = to.rsplit('/').next().unwrap_or_default();
        assert!(id.len() >= 20, "{}: {} leads to {to:?}\n{}", self.asked, self.status, self.text());
        id.split('?').next().unwrap_or_default().to_owned()
    }
}
