//! Things to do: buttons, links and menu items from one description.

use i18n::Reader;
use maud::{Markup, html};

use crate::{bits::keys, icon::icon};

/// What happens when an action is chosen.
#[derive(Clone, Debug, PartialEq)]
pub enum Go {
    /// Goes to a page.
    Page(String),
    /// Loads a dialog or drawer from the address and opens it over the page; without script, goes there.
    Dialog(String),
    /// Posts to the address; the answer says by headers or partials what changes.
    Post(String),
    /// Posts to the address as a form does: the answer is a page.
    Submit(String),
    /// Deletes at the address (`POST` with `_method=DELETE` without script).
    Delete(String),
    /// Downloads.
    Download(String),
    /// Tells the script to do something: `data-command`, such as `theme`, `palette`, `shortcuts`.
    Command(String),
}

impl Default for Go {
    fn default() -> Go {
        Go::Page("#".to_owned())
    }
}

/// How much an action stands out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Weight {
    /// The one thing this page is for.
    Primary,
    #[default]
    Normal,
    /// Without a frame.
    Quiet,
    /// Takes something away.
    Danger,
}

/// Something to do, as a button or a menu item.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Action {
    pub label: String,
    pub icon: Option<String>,
    pub go: Go,
    pub weight: Weight,
    /// Shown beside the label and pressed to do it, such as `c` or `g d`.
    pub shortcut: Option<String>,
    /// Asked before it is done.
    pub confirm: Option<String>,
    /// A number on the button: quotations 0, similar leads 4.
    pub count: Option<u64>,
    /// Only the icon is shown; the label is read out.
    pub icon_only: bool,
    /// In a menu: a line parts it from the items above.
    pub apart: bool,
    /// In a menu: it is chosen now.
    pub checked: Option<bool>,
}

impl Action {
    pub fn new(label: impl Into<String>, icon: &str, go: Go) -> Action {
        Action { label: label.into(), icon: Some(icon.to_owned()), go, ..Action::default() }
    }

    #[must_use]
    pub fn primary(mut self) -> Action {
        self.weight = Weight::Primary;
        self
    }

    #[must_use]
    pub fn quiet(mut self) -> Action {
        self.weight = Weight::Quiet;
        self
    }

    #[must_use]
    pub fn danger(mut self) -> Action {
        self.weight = Weight::Danger;
        self
    }

    #[must_use]
    pub fn icon_only(mut self) -> Action {
        self.icon_only = true;
        self
    }

    #[must_use]
    pub fn shortcut(mut self, shortcut: &str) -> Action {
        self.shortcut = Some(shortcut.to_owned());
        self
    }

    #[must_use]
    pub fn confirm(mut self, question: impl Into<String>) -> Action {
        self.confirm = Some(question.into());
        self
    }

    /// As a button.
    pub fn button(&self, reader: &Reader) -> Markup {
        let weight = match self.weight {
            Weight::Primary => "btn btn-primary",
            Weight::Normal => "btn",
            Weight::Quiet => "btn btn-ghost",
            Weight::Danger => "btn btn-danger",
        };
        let class = if self.icon_only { format!("{weight} btn-square") } else { weight.to_owned() };
        self.element(&class, None, self.face(reader))
    }

    /// As an item of a menu.
    pub fn item(&self, reader: &Reader) -> Markup {
        let class = if self.weight == Weight::Danger { "menu-item menu-danger" } else { "menu-item" };
        let role = if self.checked.is_some() { "menuitemradio" } else { "menuitem" };
        let face = html! {
            span class="menu-icon" {
                @if let Some(name) = &self.icon { (icon(name)) }
            }
            span class="menu-label" { (self.label) }
            @if self.checked == Some(true) { span class="menu-check" { (icon("check")) } }
            @if let Some(count) = self.count {
                span class="count" { (reader.integer(i64::try_from(count).unwrap_or(0))) }
            }
            @if let Some(shortcut) = &self.shortcut { (keys(shortcut)) }
        };
        self.element(class, Some(role), face)
    }

    fn face(&self, reader: &Reader) -> Markup {
        html! {
            @if let Some(name) = &self.icon { (icon(name)) }
            @if !self.icon_only { span { (self.label) } }
            @if let Some(count) = self.count {
                span class="count" { (reader.integer(i64::try_from(count).unwrap_or(0))) }
            }
        }
    }

    fn element(&self, class: &str, role: Option<&str>, face: Markup) -> Markup {
        let label = self.icon_only.then_some(self.label.as_str());
        let checked = self.checked.map(|checked| if checked { "true" } else { "false" });
        let shortcut = self.shortcut.as_deref();
        let confirm = self.confirm.as_deref();
        html! {
            @match &self.go {
                Go::Page(href) => {
                    a class=(class) role=[role] href=(href) aria-label=[label] title=[label]
                        aria-checked=[checked]
                        data-shortcut=[shortcut] { (face) }
                }
                Go::Download(href) => {
                    a class=(class) role=[role] href=(href) download aria-label=[label] title=[label]
                        data-shortcut=[shortcut] { (face) }
                }
                Go::Dialog(href) => {
                    a class=(class) role=[role] href=(href) aria-label=[label] title=[label]
                        aria-haspopup="dialog"
                        hx-get=(href) hx-target="#overlays" hx-swap="beforeend" hx-headers=r#"{"X-Overlay":"1"}"#
                        data-shortcut=[shortcut] { (face) }
                }
                Go::Post(href) => {
                    button type="submit" form="actions" formmethod="post" formaction=(href) class=(class)
                        role=[role]
                        aria-label=[label] title=[label] aria-checked=[checked]
                        hx-post=(href) hx-swap="none" hx-confirm=[confirm] data-shortcut=[shortcut] { (face) }
                }
                Go::Submit(href) => {
                    button type="submit" form="actions" formmethod="post" formaction=(href) class=(class)
                        role=[role]
                        aria-label=[label] title=[label] data-shortcut=[shortcut] { (face) }
                }
                Go::Delete(href) => {
                    button type="submit" form="actions" formmethod="post" formaction=(href) name="_method"
                        value="DELETE" class=(class)
                        role=[role] aria-label=[label] title=[label]
                        hx-delete=(href) hx-swap="none" hx-confirm=[confirm] data-shortcut=[shortcut] { (face) }
                }
                Go::Command(command) => {
                    button type="button" class=(class) role=[role] aria-label=[label] title=[label]
                        aria-checked=[checked] data-command=(command) data-shortcut=[shortcut] { (face) }
                }
            }
        }
    }
}

/// A button that opens a list of actions below it. Uses the platform's popover, so that it needs no script to open.
#[derive(Clone, Debug, Default)]
pub struct Menu {
    /// Unique on the page.
    pub id: String,
    pub label: String,
    pub icon: Option<String>,
    /// Classes of the button; `btn btn-ghost btn-square` when empty.
    pub class: String,
    /// Only the icon is shown on the button.
    pub icon_only: bool,
    pub items: Vec<Action>,
}

impl Menu {
    /// What else can be done, behind three dots.
    pub fn more(id: &str, reader: &Reader, items: &[Action]) -> Menu {
        Menu {
            id: id.to_owned(),
            label: reader.text("more"),
            icon: Some("ellipsis".to_owned()),
            icon_only: true,
            class: "btn btn-square".to_owned(),
            items: items.to_vec(),
        }
    }

    pub fn render(&self, reader: &Reader) -> Markup {
        let body = html! {
            @for item in &self.items {
                @if item.apart { hr role="separator"; }
                (item.item(reader))
            }
        };
        self.anchored("menu", &body)
    }

    /// The button with content of another kind below it.
    pub fn panel(&self, content: &Markup) -> Markup {
        self.anchored("dialog", content)
    }

    fn anchored(&self, role: &str, content: &Markup) -> Markup {
        let class = if self.class.is_empty() { "btn btn-ghost btn-square" } else { &self.class };
        html! {
            menu-button class="menu-anchor" {
                button type="button" class=(class) popovertarget=(self.id) aria-haspopup=(role)
                    aria-expanded="false"
                    aria-label=[self.icon_only.then_some(&self.label)] title=[self.icon_only.then_some(&self.label)] {
                    @if let Some(name) = &self.icon { (icon(name)) }
                    @if !self.icon_only { span { (self.label) } (icon("chevron-down")) }
                }
                div id=(self.id) class="menu-popover" popover role=(role)
                    aria-label=(self.label) { (content) }
            }
        }
    }
}
