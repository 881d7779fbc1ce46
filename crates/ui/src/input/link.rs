//! Controls that find other records while one types.

use i18n::Reader;
use kernel::Message;
use maud::{Markup, html};

use crate::icon::icon;

/// A record that is chosen.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LinkValue {
    pub id: String,
    pub title: String,
    pub href: Option<String>,
}

/// Where to look for records of one object.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LinkInput {
    pub value: Option<LinkValue>,
    /// Asked with `q` for [`lookup_options`].
    pub lookup: String,
    /// A form that makes a record, asked with `title` and `pick` (this control's id); absent where one may not.
    pub create: Option<String>,
    pub icon: Option<String>,
    pub placeholder: Option<String>,
}

/// One of the objects a link may lead to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LinkKind {
    pub object: String,
    pub label: String,
    pub lookup: String,
    pub create: Option<String>,
}

/// What a lookup finds: the answer to a control's `lookup` address.
#[derive(Clone, Debug, Default)]
pub struct Options {
    pub found: Vec<FoundOption>,
    /// What was typed; offered as a new record's title where the control may create.
    pub typed: String,
    pub may_create: bool,
}

/// One record that fits what was typed.
#[derive(Clone, Debug, Default)]
pub struct FoundOption {
    pub id: String,
    pub title: String,
    /// What tells it from others of the same name.
    pub detail: Option<String>,
    pub icon: Option<String>,
    /// Options of one group follow each other under its heading.
    pub group: Option<String>,
}

impl Options {
    pub fn push(&mut self, id: impl Into<String>, title: impl Into<String>, detail: Option<String>) {
        self.found.push(FoundOption { id: id.into(), title: title.into(), detail, ..FoundOption::default() });
    }
}

/// The options of a list below a combobox.
pub fn lookup_options(reader: &Reader, options: &Options) -> Markup {
    let groups = options.found.chunk_by(|a, b| a.group == b.group);
    html! {
        @for group in groups {
            @if let Some(Some(heading)) = group.first().map(|option| option.group.as_ref()) {
                li class="option-group" role="presentation" { (heading) }
            }
            @for option in group { (found(option)) }
        }
        @if options.found.is_empty() && !options.may_create {
            li class="option option-none" role="option" aria-disabled="true" aria-selected="false" {
                (reader.text("combobox-nothing"))
            }
        }
        @if options.may_create && !options.typed.trim().is_empty() {
            li class="option option-create" role="option" aria-selected="false"
                data-create=(options.typed.trim()) {
                (icon("plus"))
                span class="option-title" {
                    (reader.text_with(&Message::new("combobox-create").with("title", options.typed.trim())))
                }
            }
        }
    }
}

fn found(option: &FoundOption) -> Markup {
    html! {
        li class="option" role="option" aria-selected="false" data-value=(option.id)
            data-label=(option.title) {
            @if let Some(name) = &option.icon { (icon(name)) }
            span class="option-title" { (option.title) }
            @if let Some(detail) = &option.detail { span class="option-detail" { (detail) } }
        }
    }
}
