//! The design system: every page is made of these parts, as functions from plain data to [`maud::Markup`].
//!
//! Nothing here knows records, metadata, permissions or HTTP. Callers bring texts and values that the reader may see;
//! parts bring markup, styles, keys and the contracts below. `cargo run -p ui --example gallery -- OUT_DIR` writes a
//! page for each kind of screen: the quickest way to see what exists, and how it is called.
//!
//! # A page
//!
//! ```text
//! shell::Shell { title, areas, user, appearance, urls, csrf, … }.page(reader, &content)
//!   content = page::page(&PageHeader { … }.render(reader), &[view_bar, filter_bar, table], Fit::Full)   a list or board
//!           = record::RecordPage { … }.render(reader)                                                   a record
//!           = page::page(&head, &[Form { … }.render(reader)], Fit::Narrow)                              a form
//! shell::plain(reader, appearance, title, csrf, &content)                                               signing in, errors
//! ```
//!
//! Reading order: [`shell`], [`page`], [`table`] / [`board`] / [`record`] / [`form`], then the small parts:
//! [`action`] (buttons, menus), [`content`] (values shown), [`input`] (values typed), [`edit`] (in place),
//! [`filter`], [`timeline`], [`overlay`] (dialogs, drawers, toasts), [`bits`], [`charts`], [`diff`], [`steps`].
//!
//! # What the server does
//!
//! - **Assets**: `GET /assets/{name}` answers [`assets::find`] with [`assets::Asset::encoded`], for ever cacheable.
//! - **Policy**: `default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:`. No part writes inline
//!   styles, scripts or handlers; sizes that come from data are SVG or table attributes.
//! - **Appearance**: the cookie [`shell::Appearance::COOKIE`] → [`shell::Appearance::parse`]. `POST urls.appearance`
//!   with `theme`, `density` or `nav` may remember it with the user; answer `204`.
//! - **Token**: [`shell::Shell::csrf`] comes back as the header `X-CSRF-Token` from script and as the field `csrf` from
//!   forms. Buttons that post ([`action::Go::Post`], `Delete`) use the hidden form `#actions`, so they work without
//!   script; a `DELETE` or `PATCH` without script is a `POST` with `_method`.
//! - **Whole or part**: links that change a part of a page (sorting, filters, tabs, "more") are plain links with htmx
//!   attributes that *select* their part from the whole page: answering with the whole page is always right. A request
//!   with the header `X-Overlay: 1` wants only an [`overlay::Overlay`]; `HX-Request` tells script from browser.
//! - **After a change** by htmx or script, answer with any of: the new part; [`overlay::partial`]s for other parts;
//!   [`overlay::Toast::partial`]; the headers `HX-Redirect`, `HX-Refresh`, `HX-Trigger`. The trigger `overlay:close`
//!   closes the overlay in front. A redirect (`303`) to another page is followed as a page.
//! - **Refusals**: `422` with the form or editor again (problems in its fields, what was typed still there); `409` with
//!   a conflict's overlay ([`diff`]) as a partial to `#overlays`, swap `beforeend`. On `5xx` the page stays as it is
//!   and a toast says so, unless the answer has partials of its own.
//! - **Live**: `urls.events` streams `event: change` with names in `data` ([`live`]).
//! - **Lookups**: `GET {lookup}?q=` answers [`input::lookup_options`]; `GET {create}?title=&pick=` (with `X-Overlay`)
//!   answers an overlay with a form that carries `pick` along; when it is saved, answer with
//!   `HX-Trigger: {"record:picked": {"pick": …, "id": …, "title": …}, "overlay:close": {}}`.
//! - **In place**: [`edit`]. **Board**: [`board`]. **Palette**: [`palette`]. **Filter**: [`filter`].
//!   **Columns**: `POST columns_url` with `columns=name:width,name,…`, or without script `column` once for each.
//! - **Bulk**: the bar's form sends `record` once for each ticked row, or `all=1` and `query`.
//!
//! Every text of these parts is in the base catalogue of `i18n`. Utilities of Tailwind that pages may use between
//! parts (`flex`, `grid`, `gap-4`, `mt-4` …) are listed at the top of `web/styles/app.css`; other classes do not exist.

pub mod action;
pub mod assets;
pub mod bits;
pub mod board;
pub mod charts;
pub mod checklist;
pub mod content;
pub mod diff;
pub mod edit;
pub mod filter;
pub mod form;
pub mod icon;
pub mod input;
pub mod live;
pub mod overlay;
pub mod page;
pub mod palette;
pub mod record;
pub mod shell;
pub mod steps;
pub mod table;
pub mod tabs;
pub mod timeline;
pub mod tone;

pub use action::{Action, Go, Menu, Weight};
pub use bits::{Count, Empty, Person, Progress, Severity};
pub use content::Content;
pub use live::Live;
pub use tone::Tone;

#[cfg(test)]
mod tests;
