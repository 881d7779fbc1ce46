//! The markup of controls that have several parts or look for records.

use i18n::Reader;
use maud::{Markup, html};

use super::{
    AddressInput, ChoiceOption, LinkInput, LinkKind, LinkValue, PersonNameInput,
    render::{Control, select_options},
};
use crate::icon::icon;

impl Control<'_> {
    pub(super) fn address(&self, address: &AddressInput) -> Markup {
        let text = |id: &str| self.reader.text(id);
        html! {
            div class="address-grid" id=(self.id) tabindex="-1" {
                (self.part("street", &text("address-street"), &address.street, "off", "span-6"))
                (self.part("postal_code", &text("address-postal-code"), &address.postal_code, "off", "span-2"))
                (self.part("city", &text("address-city"), &address.city, "off", "span-4"))
                (self.part("state", &text("address-state"), &address.state, "off", "span-3"))
                @if address.countries.is_empty() {
                    (self.part("country", &text("address-country"), &address.country, "off", "span-3"))
                } @else {
                    (self.part_select("country", &text("address-country"), &address.country, &address.countries, "span-3"))
                }
            }
        }
    }

    fn part_select(
        &self,
        part: &str,
        label: &str,
        value: &str,
        options: &[ChoiceOption],
        class: &str,
    ) -> Markup {
        html! {
            select class={ "select " (class) } name={ (self.field.name) "_" (part) }
                aria-label={ (self.field.label) ": " (label) } disabled[self.field.readonly] {
                option value="" selected[value.is_empty()] { (label) }
                @if !value.is_empty() && !options.iter().any(|option| option.value == value) {
                    option value=(value) selected { (value) }
                }
                (select_options(value, options))
            }
        }
    }

    pub(super) fn person_name(&self, name: &PersonNameInput) -> Markup {
        let text = |id: &str| self.reader.text(id);
        html! {
            div class="name-row" id=(self.id) tabindex="-1" {
                @if !name.salutations.is_empty() {
                    (self.part_select("salutation", &text("name-salutation"), &name.salutation, &name.salutations, "name-short"))
                }
                (self.part("first", &text("name-first"), &name.first, "off", ""))
                @if name.full { (self.part("middle", &text("name-middle"), &name.middle, "off", "")) }
                (self.part("last", &text("name-last"), &name.last, "off", ""))
                @if name.full {
                    (self.part("suffix", &text("name-suffix"), &name.suffix, "off", "name-short"))
                }
            }
        }
    }

    pub(super) fn link(&self, name: &str, id: &str, link: &LinkInput) -> Markup {
        let list = format!("{id}-options");
        let title = link.value.as_ref().map_or("", |value| value.title.as_str());
        let placeholder =
            link.placeholder.clone().unwrap_or_else(|| self.reader.text("combobox-placeholder"));
        html! {
            combo-box class="combobox" id={ (id) "-combobox" } data-lookup=(link.lookup)
                data-create=[link.create.as_deref()] data-loading=(self.reader.text("loading")) {
                input type="hidden" name=(name)
                    value=(link.value.as_ref().map_or("", |value| value.id.as_str()));
                span class="input-group" {
                    span class="input-unit" { (icon(link.icon.as_deref().unwrap_or("search"))) }
                    input class="input" type="text" role="combobox" id=(id) name={ (name) "__title" }
                        value=(title) placeholder=(placeholder)
                        autocomplete="off" aria-autocomplete="list" aria-expanded="false" aria-controls=(list)
                        aria-label=(self.field.label) readonly[self.field.readonly] required[self.field.required]
                        autofocus[self.field.autofocus] aria-invalid=[self.invalid()]
                        aria-describedby=[self.described_by.as_deref()];
                    button type="button" class="input-clear" data-clear
                        aria-label={ (self.reader.text("remove")) ": " (self.field.label) }
                        hidden[link.value.is_none()] {
                        (icon("x"))
                    }
                }
                ul class="options" id=(list) role="listbox" aria-label=(self.field.label) popover="manual" {}
            }
        }
    }

    pub(super) fn link_any(
        &self,
        kinds: &[LinkKind],
        kind: Option<&str>,
        value: Option<&LinkValue>,
    ) -> Markup {
        let chosen = kinds.iter().find(|known| Some(known.object.as_str()) == kind).or(kinds.first());
        let link = LinkInput {
            value: value.cloned(),
            lookup: chosen.map(|kind| kind.lookup.clone()).unwrap_or_default(),
            create: chosen.and_then(|kind| kind.create.clone()),
            ..LinkInput::default()
        };
        let label = format!("{}: {}", self.field.label, self.reader.text("link-kind"));
        html! {
            link-any class="link-any" {
                select class="select" name={ (self.field.name) "_object" } aria-label=(label)
                    disabled[self.field.readonly] {
                    @for known in kinds {
                        option value=(known.object)
                            selected[chosen.is_some_and(|kind| kind.object == known.object)]
                            data-lookup=(known.lookup) data-create=[known.create.as_deref()] { (known.label) }
                    }
                }
                (self.link(&format!("{}_id", self.field.name), &self.id, &link))
            }
        }
    }

    pub(super) fn links(&self, values: &[LinkValue], link: &LinkInput) -> Markup {
        html! {
            link-list class="link-list" data-name=(self.field.name) data-remove=(self.reader.text("remove")) {
                input type="hidden" name=(self.field.name) value="";
                ul class="chips" aria-label=(self.field.label) {
                    @for value in values { (chip(self.reader, &self.field.name, &value.id, &value.title)) }
                }
                (self.link("", &self.id, &LinkInput { value: None, ..link.clone() }))
            }
        }
    }

    pub(super) fn tags(&self, values: &[String], known: &[String]) -> Markup {
        let list = format!("{}-known", self.id);
        html! {
            tag-input class="link-list" data-name=(self.field.name) data-remove=(self.reader.text("remove")) {
                input type="hidden" name=(self.field.name) value="";
                ul class="chips" aria-label=(self.field.label) {
                    @for value in values { (chip(self.reader, &self.field.name, value, value)) }
                }
                input class="input" type="text" id=(self.id) name=(self.field.name) list=(list)
                    autocomplete="off" autofocus[self.field.autofocus]
                    placeholder=(self.reader.text("tags-placeholder")) aria-label=(self.field.label) readonly[self.field.readonly]
                    aria-invalid=[self.invalid()] aria-describedby=[self.described_by.as_deref()];
                datalist id=(list) { @for tag in known { option value=(tag) {} } }
            }
        }
    }

    /// A line within a control of several parts; typing begins in the one that is most often filled first.
    fn part(&self, part: &str, label: &str, value: &str, autocomplete: &str, class: &str) -> Markup {
        html! {
            input class={ "input " (class) } type="text" name={ (self.field.name) "_" (part) } value=(value)
                placeholder=(label)
                aria-label={ (self.field.label) ": " (label) } autocomplete=(autocomplete) readonly[self.field.readonly]
                autofocus[self.field.autofocus && matches!(part, "first" | "street")]
                aria-invalid=[self.invalid()] aria-describedby=[self.described_by.as_deref()];
        }
    }
}

/// One of several chosen values, with the way to take it out.
fn chip(reader: &Reader, name: &str, value: &str, label: &str) -> Markup {
    html! {
        li class="chip" {
            span { (label) }
            input type="hidden" name=(name) value=(value);
            button type="button" class="chip-remove" data-remove
                aria-label={ (reader.text("remove")) ": " (label) } { (icon("x")) }
        }
    }
}
