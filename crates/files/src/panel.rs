//! The tab of a record's page with what is attached to it.

use app::{Panel, Side};
use i18n::Reader;
use kernel::{Message, limits};
use maud::{Markup, html};
use metadata::{Kind, Object};
use records::{Action as May, Error, Record, StoredFile, files};
use ui::{
    Action, Empty, Go,
    content::{bytes, file_icon},
    icon::icon,
};

/// The field that every object with owners has.
const FIELD: &str = "files";

pub struct FilesPanel;

impl Panel for FilesPanel {
    fn shows_on(&self, object: &Object) -> bool {
        object.field(FIELD).is_some_and(|field| matches!(field.kind, Kind::File { .. }))
    }

    fn title(&self) -> &'static str {
        "files-title"
    }

    fn icon(&self) -> &'static str {
        "paperclip"
    }

    fn side(&self) -> Side {
        Side::Tab
    }

    fn render(
        &self,
        look: &Reader,
        reader: &mut records::Reader<'_, '_>,
        record: &Record,
    ) -> Result<Option<Markup>, Error> {
        let Some(field) = record.object.field(FIELD).filter(|field| record.shows(field)) else {
            return Ok(None);
        };
        let may_change = !record.is_deleted() && reader.may_on(&record.object, record.id(), May::Update)?;
        let url = format!("/{}/{}/files", record.object.plural, record.id());
        let attached = files(record.get(&field.name));
        Ok(Some(html! {
            section class="files" aria-label=(look.text("files-title")) {
                @if may_change { (add(look, &url)) }
                @if attached.is_empty() { (nothing(look, may_change)) }
                @else { ul class="file-grid" { @for file in &attached { (card(look, &url, file, may_change)) } } }
            }
        }))
    }

    fn count(&self, _: &mut records::Reader<'_, '_>, record: &Record) -> Result<Option<usize>, Error> {
        let shown = record.object.field(FIELD).filter(|field| record.shows(field));
        Ok(shown.map(|field| files(record.get(&field.name)).len()))
    }
}

/// A form that works as it stands; with the page's script, what is chosen is sent at once.
fn add(look: &Reader, url: &str) -> Markup {
    let most = bytes(look, limits::ATTACHMENT_BYTES as u64);
    html! {
        form class="file-add" method="post" enctype="multipart/form-data" action={ (url) "/" (FIELD) } {
            div class="file-place" {
                (icon("cloud-upload"))
                label for="files-add" {
                    span class="file-cta" { (look.text("files-choose")) } " " (look.text("files-drop"))
                }
                p class="file-limit" { (look.text_with(&Message::new("files-limit").with("max", most))) }
                input class="file-native" type="file" id="files-add" name="file" multiple data-file-zone
                    aria-label=(look.text("files-choose"));
            }
            button class="btn" type="submit" { (look.text("files-send")) }
        }
    }
}

fn nothing(look: &Reader, may_change: bool) -> Markup {
    let empty = Empty {
        icon: "paperclip".to_owned(),
        title: look.text("files-empty"),
        hint: may_change.then(|| look.text("files-empty-hint")),
        actions: Vec::new(),
    };
    empty.render(look)
}

fn card(look: &Reader, url: &str, file: &StoredFile, may_change: bool) -> Markup {
    let href = format!("{url}/{}", file.id);
    let is_picture = blobs::is_picture(&file.media_type);
    let remove = look.text_with(&Message::new("file-remove").with("name", file.name.as_str()));
    let remove = Action::new(remove, "trash-2", Go::Post(format!("{href}/remove")))
        .quiet()
        .icon_only()
        .confirm(look.text_with(&Message::new("files-remove-question").with("name", file.name.as_str())));
    html! {
        li class="file-card" {
            span class="file-show" {
                @if is_picture { img src=(href) alt="" loading="lazy"; } @else { (icon(file_icon(&file.name))) }
            }
            div class="file-words" {
                @if is_picture {
                    a class="file-name" href=(href) target="_blank" rel="noopener" title=(file.name) { (file.name) }
                } @else {
                    a class="file-name" href=(href) download=(file.name) title=(file.name) { (file.name) }
                }
                p { (bytes(look, file.size_bytes)) " · " (kind(&file.name)) }
            }
            @if may_change { (remove.button(look)) }
        }
    }
}

/// The ending, as people name kinds of files: `PDF`.
fn kind(name: &str) -> String {
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    if (1..=5).contains(&ending.len()) { ending.to_uppercase() } else { "–".to_owned() }
}
