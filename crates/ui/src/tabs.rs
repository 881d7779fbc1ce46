//! Tabs: links that change a part of the page and the address.

use i18n::Reader;
use maud::{Markup, html};

use crate::icon::icon;

#[derive(Clone, Debug, Default)]
pub struct Tabs {
    pub label: String,
    pub tabs: Vec<Tab>,
    /// The element that a tab's page is put into, from the same element of that page; whole pages where absent.
    pub target: Option<String>,
}

#[derive(Clone, Debug, Default)]
pub struct Tab {
    pub label: String,
    pub href: String,
    pub icon: Option<String>,
    pub count: Option<u64>,
    pub current: bool,
}

impl Tabs {
    pub fn render(&self, reader: &Reader) -> Markup {
        scrolling(&html! {
            nav aria-label=(self.label) {
                @for tab in &self.tabs {
                    a class="tab-link" href=(tab.href) aria-current=[tab.current.then_some("page")]
                        hx-get=[self.target.as_ref().map(|_| &tab.href)] hx-target=[self.target.as_deref()] hx-select=[self.target.as_deref()]
                        hx-swap=[self.target.as_ref().map(|_| "outerHTML")] hx-push-url=[self.target.as_ref().map(|_| "true")] {
                        @if let Some(name) = &tab.icon { (icon(name)) }
                        span { (tab.label) }
                        @if let Some(count) = tab.count.filter(|count| *count > 0) {
                            span class="count" { (reader.integer(i64::try_from(count).unwrap_or(0))) }
                        }
                    }
                }
            }
        })
    }
}

/// Tabs in one line, however many: buttons at the ends bring those that do not fit. The keyboard needs no buttons, since
/// a tab comes into sight with the focus.
pub(crate) fn scrolling(nav: &Markup) -> Markup {
    html! {
        tab-list class="tab-list" {
            (nav)
            @for (class, sign) in [("tab-more tab-more-before", "chevron-left"), ("tab-more tab-more-after", "chevron-right")] {
                button type="button" class=(class) tabindex="-1" aria-hidden="true" { (icon(sign)) }
            }
        }
    }
}
