//! The frame around every page: navigation by work at the left, search and the user's menu on top.

mod nav;
mod top;

use i18n::Reader;
use maud::{DOCTYPE, Markup, html};

use crate::{action::Action, assets, bits::Person, overlay::Toast};

/// A signed-in page without its content.
#[derive(Clone, Debug, Default)]
pub struct Shell {
    /// Of this page; the browser's title adds the workspace's name.
    pub title: String,
    pub workspace: String,
    pub areas: Vec<Area>,
    pub user: Person,
    pub appearance: Appearance,
    /// What "create" offers.
    pub create: Vec<Action>,
    /// What the user's menu offers besides theme, density and signing out.
    pub user_menu: Vec<Action>,
    /// Notifications that nobody has read.
    pub unread: u64,
    pub urls: Urls,
    /// Sent back with every request that changes something.
    pub csrf: Option<String>,
    /// Shown once, such as after a redirect.
    pub toasts: Vec<Toast>,
    /// Above the page: the sample company, a connection that is gone.
    pub banner: Option<Markup>,
}

/// Addresses that the frame itself needs.
#[derive(Clone, Debug)]
pub struct Urls {
    pub home: String,
    /// `GET ?q=`: the page of everything found.
    pub search: String,
    /// `GET ?q=`: [`crate::palette::results`].
    pub palette: String,
    /// A dialog or page with the notifications; no bell where it is empty.
    pub notifications: String,
    /// `POST theme=…` or `density=…`: remembers the appearance; the script has changed the page already.
    pub appearance: String,
    /// The stream of changes ([`crate::live`]).
    pub events: Option<String>,
    pub sign_out: String,
}

impl Default for Urls {
    fn default() -> Urls {
        Urls {
            home: "/".to_owned(),
            search: "/search".to_owned(),
            palette: "/palette".to_owned(),
            notifications: "/notifications".to_owned(),
            appearance: "/appearance".to_owned(),
            events: None,
            sign_out: "/sign-out".to_owned(),
        }
    }
}

/// A part of the work: Home, Sell, Market, Serve, Field, Analyse, Set up.
#[derive(Clone, Debug, Default)]
pub struct Area {
    pub label: String,
    pub items: Vec<NavItem>,
    /// Shows only its name until it is opened.
    pub folded: bool,
}

#[derive(Clone, Debug, Default)]
pub struct NavItem {
    pub label: String,
    pub href: String,
    pub icon: String,
    pub count: Option<u64>,
    pub current: bool,
    /// Keys that go there, such as `g d`.
    pub shortcut: Option<String>,
    /// Among the four that a phone shows at the bottom.
    pub on_phone: bool,
}

/// How one person wants it to look.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Appearance {
    pub theme: Theme,
    pub density: Density,
    /// The navigation shows only its icons.
    pub narrow: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    #[default]
    System,
    Light,
    Dark,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Density {
    #[default]
    Comfortable,
    Compact,
}

impl Theme {
    /// By its name; [`Theme::System`] when no theme is called so.
    pub fn named(name: &str) -> Theme {
        [Theme::Light, Theme::Dark].into_iter().find(|theme| theme.name() == name).unwrap_or_default()
    }

    pub const fn name(self) -> &'static str {
        match self {
            Theme::System => "system",
            Theme::Light => "light",
            Theme::Dark => "dark",
        }
    }
}

impl Density {
    /// By its name; [`Density::Comfortable`] when none is called so.
    pub fn named(name: &str) -> Density {
        if name == Density::Compact.name() { Density::Compact } else { Density::Comfortable }
    }

    pub const fn name(self) -> &'static str {
        match self {
            Density::Comfortable => "comfortable",
            Density::Compact => "compact",
        }
    }
}

impl Appearance {
    /// The cookie that the script keeps: `theme-density-narrow`, such as `dark-compact-wide`.
    pub const COOKIE: &'static str = "appearance";

    /// Reads the cookie's value; what is missing or unknown is the default.
    pub fn parse(cookie: &str) -> Appearance {
        let mut parts = cookie.split('-').chain(std::iter::repeat(""));
        let mut next = || parts.next().unwrap_or_default();
        Appearance {
            theme: Theme::named(next()),
            density: Density::named(next()),
            narrow: next() == "narrow",
        }
    }

    /// The cookie's value.
    pub fn cookie(self) -> String {
        let width = if self.narrow { "narrow" } else { "wide" };
        format!("{}-{}-{width}", self.theme.name(), self.density.name())
    }

    /// The theme, where it is not the system's.
    fn theme(self) -> Option<&'static str> {
        (self.theme != Theme::System).then(|| self.theme.name())
    }
}

impl Shell {
    /// The whole document with the page in its frame.
    pub fn page(&self, reader: &Reader, content: &Markup) -> Markup {
        let title = if self.workspace.is_empty() {
            self.title.clone()
        } else {
            format!("{} · {}", self.title, self.workspace)
        };
        let body = html! {
            body class="shell" data-events=[self.urls.events.as_deref()]
                data-appearance=(self.urls.appearance)
                data-live-paused=(reader.text("live-paused")) data-offline=(reader.text("offline")) data-confirm-yes=(reader.text("confirm-yes"))
                data-confirm-no=(reader.text("cancel")) data-unsaved=(reader.text("unsaved")) data-failed=(reader.text("request-failed"))
                data-dismiss=(reader.text("close")) {
                a class="skip-link" href="#content" { (reader.text("skip-to-content")) }
                (self.sidebar(reader))
                (self.topbar(reader))
                main class="content" id="content" tabindex="-1" {
                    @if let Some(banner) = &self.banner { div class="banner" { (banner) } }
                    (content)
                }
                (self.bottom_bar(reader))
                (self.tail(reader))
            }
        };
        document(reader, &title, self.appearance, self.csrf.as_deref(), &body)
    }

    /// What lies over the page: overlays, toasts, the palette, and the form behind buttons that post.
    fn tail(&self, reader: &Reader) -> Markup {
        html! {
            div id="overlays" {}
            (crate::overlay::toasts(reader, &self.toasts))
            (crate::palette::palette(reader, &self.urls.palette))
            form id="actions" method="post" hidden { (crate::form::csrf_input(self.csrf.as_deref())) }
        }
    }
}

/// A page without navigation, for signing in, setting up and errors: one card in the middle.
pub fn plain(
    reader: &Reader,
    appearance: Appearance,
    title: &str,
    csrf: Option<&str>,
    content: &Markup,
) -> Markup {
    let body = html! {
        body class="plain" {
            main class="plain-card" id="content" { (content) }
            div id="overlays" {}
            (crate::overlay::toasts(reader, &[]))
        }
    };
    document(reader, title, appearance, csrf, &body)
}

fn document(
    reader: &Reader,
    title: &str,
    appearance: Appearance,
    csrf: Option<&str>,
    body: &Markup,
) -> Markup {
    html! {
        (DOCTYPE)
        html lang=(reader.locale()) dir=(reader.direction().as_str()) data-theme=[appearance.theme()]
            data-density=(appearance.density.name())
            data-nav=(if appearance.narrow { "narrow" } else { "wide" }) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover";
                meta name="color-scheme" content="light dark";
                @if let Some(csrf) = csrf { meta name="csrf-token" content=(csrf); }
                meta name="htmx-config" content=(HTMX_CONFIG);
                title { (title) }
                link rel="preload" href=(assets::font_url()) as="font" type="font/woff2" crossorigin;
                link rel="stylesheet" href=(assets::style_url());
                link rel="icon" href=(FAVICON);
                script type="module" src=(assets::script_url()) {}
            }
            (body)
        }
    }
}

/// No inline styles (the policy forbids them); nothing runs code from attributes.
const HTMX_CONFIG: &str =
    r#"{"includeIndicatorCSS":false,"defaultSettleDelay":0,"history":"reload","defaultTimeout":30000}"#;

/// Two speech marks that share a line: a rapport.
const FAVICON: &str = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'%3E%3Crect width='32' height='32' rx='8' fill='%234f46e5'/%3E%3Cpath d='M9 23V9h8a5 5 0 0 1 0 10h-3m3 0 6 5' fill='none' stroke='%23fff' stroke-width='3' stroke-linecap='round' stroke-linejoin='round'/%3E%3C/svg%3E";
