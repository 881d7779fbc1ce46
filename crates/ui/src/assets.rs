//! The bundled styles, scripts and fonts, embedded in the binary and compressed beforehand.
//!
//! Serve each with `Cache-Control: public, max-age=31536000, immutable`: the name changes with the content.

/// One embedded file.
#[derive(Debug)]
pub struct Asset {
    /// The file's name, with a hash of its content in it.
    pub name: &'static str,
    pub plain: &'static [u8],
    /// Absent for what is compressed by its own format.
    pub gzip: Option<&'static [u8]>,
    pub brotli: Option<&'static [u8]>,
}

include!(concat!(env!("OUT_DIR"), "/assets.rs"));

impl Asset {
    /// The value of `Content-Type`.
    pub fn content_type(&self) -> &'static str {
        match self.name.rsplit_once('.').map_or("", |(_, ending)| ending) {
            "css" => "text/css; charset=utf-8",
            "js" => "text/javascript; charset=utf-8",
            "woff2" => "font/woff2",
            _ => "application/octet-stream",
        }
    }

    /// The smallest body that a client with this `Accept-Encoding` takes, and the value of `Content-Encoding` for it.
    pub fn encoded(&self, accept_encoding: &str) -> (&'static [u8], Option<&'static str>) {
        let accepts = |coding: &str| {
            accept_encoding.split(',').any(|part| {
                let mut words = part.split(';').map(str::trim);
                words.next() == Some(coding) && !words.any(|word| word == "q=0")
            })
        };
        match (self.brotli, self.gzip) {
            (Some(brotli), _) if accepts("br") => (brotli, Some("br")),
            (_, Some(gzip)) if accepts("gzip") => (gzip, Some("gzip")),
            _ => (self.plain, None),
        }
    }
}

/// The file served at `/assets/{path}`.
pub fn find(path: &str) -> Option<&'static Asset> {
    let name = path.strip_prefix("/assets/").unwrap_or(path);
    ASSETS.iter().find(|asset| asset.name == name)
}

/// All files, for a gallery or a copy to elsewhere.
pub fn all() -> &'static [Asset] {
    ASSETS
}

/// The address of the script that every page loads (`<script type="module">`).
pub fn script_url() -> &'static str {
    SCRIPT_URL
}

/// The address of the stylesheet.
pub fn style_url() -> &'static str {
    STYLE_URL
}

/// The address of the font that nearly every page needs, to be preloaded.
pub fn font_url() -> &'static str {
    FONT_URL
}
