//! Records as cards in the columns of a choice.
//!
//! The element is `<board-view data-move="…">`. A card dropped in a column, or moved by the keyboard (`Alt` and an
//! arrow, or the card's own menu), is sent as `POST move` with `record`, `from`, `to`, `after` (the card above, or
//! nothing) and `version`. `200`: partials for whatever changed (column heads, the card). `409`/`422`: the card goes
//! back; the answer's partials tell why, or ask in a dialog (a reason for the loss) whose form then moves it.

use i18n::Reader;
use kernel::Message;
use maud::{Markup, html};

use crate::{
    bits::{Count, Person, Size, avatar, badge},
    content::Content,
    icon::icon,
    live::Live,
    tone::Tone,
};

#[derive(Clone, Debug, Default)]
pub struct Board {
    /// Unique on the page.
    pub id: String,
    pub label: String,
    pub columns: Vec<BoardColumn>,
    /// Cards stay where they are when it is absent.
    pub move_url: Option<String>,
    pub live: Option<Live>,
}

#[derive(Clone, Debug, Default)]
pub struct BoardColumn {
    /// The option's value: sent as `from` and `to`.
    pub key: String,
    pub title: String,
    pub tone: Tone,
    pub count: Count,
    /// The sum of the cards' amounts, all of them.
    pub sum: Option<String>,
    pub cards: Vec<Card>,
    /// Answers with more cards ([`Board::cards`]).
    pub more: Option<String>,
    /// A form for a new record in this column.
    pub create: Option<String>,
}

#[derive(Clone, Debug, Default)]
pub struct Card {
    pub id: String,
    pub href: String,
    pub title: String,
    pub version: i64,
    /// Below the title: company, person.
    pub subtitle: Option<String>,
    pub amount: Option<String>,
    /// Other fields, with their names.
    pub fields: Vec<(String, Content)>,
    pub badges: Vec<(Tone, String)>,
    pub owner: Option<Person>,
    /// How long it has been in this column, such as "12d".
    pub age: Option<Age>,
    pub activity: Activity,
    pub live: Option<Live>,
}

#[derive(Clone, Debug, Default)]
pub struct Age {
    pub text: String,
    /// Longer than it should be.
    pub stale: bool,
}

/// The next thing to do about a record; the text says what and when.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Activity {
    Late(String),
    Today(String),
    Planned(String),
    /// Nothing is planned.
    #[default]
    None,
    /// Nothing needs to be: the record is closed.
    NotNeeded,
}

impl Board {
    pub fn render(&self, reader: &Reader) -> Markup {
        let live = Live::attributes(self.live.as_ref());
        html! {
            board-view class="board" id=(self.id) data-move=[self.move_url.as_deref()] data-live=[live.names]
                data-live-src=[live.source]
                data-moved=(reader.text("board-moved")) data-failed=(reader.text("board-failed")) {
                div class="board-scroll" role="region" aria-label=(self.label) tabindex="0" {
                    @for column in &self.columns { (self.column(reader, column)) }
                }
                div class="unseen" aria-live="assertive" data-announce {}
            }
        }
    }

    fn column(&self, reader: &Reader, column: &BoardColumn) -> Markup {
        let heading = format!("{}-{}-title", self.id, column.key);
        html! {
            section class={ "board-column " (column.tone.class()) } data-column=(column.key)
                aria-labelledby=(heading) {
                (self.column_head(reader, column))
                ul class="board-cards" id={ (self.id) "-" (column.key) "-cards" } data-cards {
                    (self.cards(reader, column))
                }
                @if let Some(create) = &column.create {
                    a class="board-add" href=(create) hx-get=(create) hx-target="#overlays"
                        hx-swap="beforeend" aria-haspopup="dialog" {
                        (icon("plus")) (reader.text("add"))
                    }
                }
            }
        }
    }

    /// A column's title, count and sum: sent as a partial when a card has moved.
    pub fn column_head(&self, reader: &Reader, column: &BoardColumn) -> Markup {
        html! {
            header class="board-head" id={ (self.id) "-" (column.key) "-head" } {
                h2 class="board-title" id={ (self.id) "-" (column.key) "-title" } {
                    span class="pill-dot" aria-hidden="true" {} (column.title)
                    span class="count" { (column.count.show(reader)) }
                }
                @if let Some(sum) = &column.sum { p class="board-sum" { (sum) } }
            }
        }
    }

    /// The cards of a column and the way to more: the answer to its `more`.
    pub fn cards(&self, reader: &Reader, column: &BoardColumn) -> Markup {
        html! {
            @for card in &column.cards { (self.card(reader, card)) }
            @if let Some(more) = &column.more {
                li class="board-more" {
                    a class="btn btn-ghost btn-sm" href=(more) hx-get=(more) hx-target="closest li"
                        hx-swap="outerHTML" { (reader.text("load-more")) }
                }
            }
        }
    }

    pub fn card(&self, reader: &Reader, card: &Card) -> Markup {
        let live = Live::attributes(card.live.as_ref());
        html! {
            li class="card" id={ (self.id) "-card-" (card.id) } data-card=(card.id)
                data-version=(card.version)
                draggable=[self.move_url.as_ref().map(|_| "true")] data-live=[live.names] data-live-src=[live.source] {
                div class="card-top" {
                    a class="card-title" href=(card.href) { (card.title) }
                    @if self.move_url.is_some() { (self.card_menu(reader, card)) }
                }
                @if let Some(subtitle) = &card.subtitle { p class="card-subtitle" { (subtitle) } }
                @if !card.badges.is_empty() {
                    p class="several" { @for (tone, label) in &card.badges { (badge(*tone, label)) } }
                }
                @if !card.fields.is_empty() {
                    dl class="card-fields" {
                        @for (label, content) in &card.fields {
                            div { dt { (label) } dd { (content.render(reader)) } }
                        }
                    }
                }
                div class="card-foot" {
                    @if let Some(amount) = &card.amount { span class="card-amount" { (amount) } }
                    span class="spacer" {}
                    @if let Some(age) = &card.age {
                        span class=(if age.stale { "card-age stale" } else { "card-age" })
                            title=(reader.text("board-age")) {
                            (icon("timer")) span class="unseen" { (reader.text("board-age")) ": " } (age.text)
                        }
                    }
                    (card.activity.render(reader))
                    @if let Some(owner) = &card.owner { (avatar(owner, Size::Small)) }
                }
            }
        }
    }

    /// Where else the card could go: for those who do not drag.
    fn card_menu(&self, reader: &Reader, card: &Card) -> Markup {
        html! {
            button type="button" class="card-menu" data-move-menu aria-haspopup="menu"
                aria-label=(reader.text_with(&Message::new("board-move").with("title", card.title.as_str()))) { (icon("ellipsis")) }
        }
    }
}

impl Activity {
    /// A sign whose form and colour tell the state; the words are in its tooltip and read out.
    pub fn render(&self, reader: &Reader) -> Markup {
        let (class, sign, text) = match self {
            Activity::Late(text) => ("next late", "circle-alert", text.clone()),
            Activity::Today(text) => ("next today", "clock", text.clone()),
            Activity::Planned(text) => ("next planned", "calendar-check", text.clone()),
            Activity::None => ("next none", "circle-dashed", reader.text("activity-none")),
            Activity::NotNeeded => return html! {},
        };
        html! { span class=(class) title=(text) { (icon(sign)) span class="unseen" { (text) } } }
    }
}
