//! The page of one record.

use std::sync::Arc;

use app::Side;
use axum::response::Response;
use kernel::{Id, Message};
use maud::{Markup, html};
use metadata::{Kind, Object, Registry};
use records::{Action as May, Count as Counted, Record, change_log::Happening};
use ui::{
    action::{Action, Go},
    bits::{Count, Person, Severity, notice},
    live::Live,
    record::{
        DropZone, FieldView, Panel, RecordHeader, RecordPage, Stage, StagePath, StageState, field_list,
    },
    tabs::{Tab, Tabs},
};
use web::{Ctx, Error, Path, Query};

use super::{related, timeline};
use crate::{
    field::{label, option_label, show},
    list::request::ListRequest,
};

/// What a record's page is drawn from.
pub struct Drawing<'a> {
    pub ctx: &'a Ctx,
    pub registry: &'a Registry,
    pub record: &'a Record,
    /// Whether the person may change it.
    pub may_change: bool,
}

pub async fn show(ctx: Ctx, Path((plural, id)): Path<(String, Id)>, query: Query) -> Result<Response, Error> {
    let object = ctx.object(&plural)?;
    let worker = ctx.clone();
    let (title, content) = ctx
        .read(move |reader| -> Result<(String, Markup), records::Error> {
            let registry = Arc::clone(reader.registry());
            let record = reader.load(&object, id)?;
            let may_change = !record.is_deleted() && reader.may_on(&object, id, May::Update)?;
            let drawing = Drawing { ctx: &worker, registry: &registry, record: &record, may_change };
            let page = drawing.page(reader, &query)?;
            Ok((record.title().to_owned(), page.render(&worker.look)))
        })
        .await?;
    Ok(ctx.page(&title, content).await)
}

impl Drawing<'_> {
    fn object(&self) -> &Arc<Object> {
        &self.record.object
    }

    fn url(&self) -> String {
        format!("/{}/{}", self.object().plural, self.record.id())
    }

    fn page(
        &self,
        reader: &mut records::Reader<'_, '_>,
        query: &Query,
    ) -> Result<RecordPage, records::Error> {
        let chosen = query.get("tab").unwrap_or("timeline");
        let name = &self.object().name;
        Ok(RecordPage {
            header: self.header(reader, query)?,
            path: self.path(),
            key_fields: self.object().layout.key.iter().filter_map(|name| self.field_view(name)).collect(),
            notice: self.record.is_deleted().then(|| self.deleted()),
            tabs: self.tabs(reader, chosen)?,
            content: self.content(reader, chosen, query)?,
            side: self.side(reader)?,
            live: Some(Live::of([format!("{name}:{}", self.record.id())])),
            drop: self.drop(),
        })
    }

    /// Files dropped on the page are attached, where there is a field for them that may be changed.
    fn drop(&self) -> Option<DropZone> {
        let object = self.object();
        let field = object.field("files").filter(|field| matches!(field.kind, Kind::File { .. }))?;
        let title = Message::new("files-attach-to").with("title", self.record.title());
        (self.may_change && self.record.shows(field)).then(|| DropZone {
            url: format!("{}/files/files", self.url()),
            max_bytes: kernel::limits::ATTACHMENT_BYTES as u64,
            label: self.ctx.look.text_with(&title),
        })
    }

    fn header(
        &self,
        reader: &mut records::Reader<'_, '_>,
        query: &Query,
    ) -> Result<RecordHeader, records::Error> {
        let look = &self.ctx.look;
        let object = self.object();
        let (previous, next) = self.neighbours(reader, query)?;
        let (actions, more) = self.verbs();
        let is_person = object.fields.iter().any(|field| field.kind == Kind::PersonName);
        Ok(RecordHeader {
            icon: object.icon.clone(),
            object: look.objects(&object.name, object.plural_label.as_deref()),
            back: Some(format!("/{}", object.plural)),
            title: self.record.title().to_owned(),
            person: is_person.then(|| Person::named(self.record.title())),
            subtitle: Some(self.touched(reader)?),
            previous,
            next,
            actions,
            more,
        })
    }

    /// Who changed it last, or made it.
    fn touched(&self, reader: &mut records::Reader<'_, '_>) -> Result<Markup, records::Error> {
        let look = &self.ctx.look;
        let Some(updated) = self.record.get("updated_at").as_instant() else { return Ok(html! {}) };
        let (said, at) = match self.record.label("updated_by") {
            Some(who) => (Message::new("record-touched").with("who", who), updated),
            None => match reader.last_done(self.record)? {
                Some((change, who)) if change.happening == Happening::Create => {
                    (Message::new("record-made").with("who", who), change.at)
                }
                Some((change, who)) => (Message::new("record-touched").with("who", who), change.at),
                None => (Message::new("record-touched-automatically"), updated),
            },
        };
        let said = said.with("when", look.relative(at));
        Ok(html! { time datetime=(at) title=(look.date_time(at)) { (look.text_with(&said)) } })
    }

    /// The records before and after in the list that one came from.
    fn neighbours(
        &self,
        reader: &mut records::Reader<'_, '_>,
        query: &Query,
    ) -> Result<(Option<String>, Option<String>), records::Error> {
        let Some(list) = query.get("list") else { return Ok((None, None)) };
        let request = ListRequest::new(self.registry, self.object(), web::Fields::parse(list));
        let mut asked = request.query().limit(200);
        asked.fields = records::FieldSet::default();
        asked.labels = false;
        let ids: Vec<Id> = reader.list(&asked)?.records.iter().map(Record::id).collect();
        let Some(here) = ids.iter().position(|id| *id == self.record.id()) else { return Ok((None, None)) };
        let href = |at: Option<usize>| {
            let id = ids.get(at?)?;
            Some(format!(
                "/{}/{id}?{}",
                self.object().plural,
                web::Fields(vec![("list".into(), list.into())]).encode()
            ))
        };
        Ok((href(here.checked_sub(1)), href(Some(here + 1))))
    }

    /// The object's own verbs first, then changing and deleting.
    fn verbs(&self) -> (Vec<Action>, Vec<Action>) {
        let look = &self.ctx.look;
        let object = self.object();
        let mut actions = Vec::new();
        if self.may_change {
            for action in self.ctx.app.actions(&object.name).filter(|action| (action.applies)(self.record)) {
                let said = look.text(&format!("{}-action-{}", object.name, action.name));
                let url = match action.page {
                    Some(page) => Go::Page(format!("{}/{page}", self.url())),
                    None if action.fields.is_empty() => {
                        Go::Post(format!("{}/actions/{}", self.url(), action.name))
                    }
                    None => Go::Dialog(format!("{}/actions/{}", self.url(), action.name)),
                };
                actions.push(Action::new(said, action.icon, url));
            }
            if let Some(first) = actions.first_mut() {
                *first = first.clone().primary();
            }
            actions.push(
                Action::new(look.text("edit"), "pencil", Go::Dialog(format!("{}/edit", self.url())))
                    .shortcut("e"),
            );
        }
        let mut more = Vec::new();
        let may = |action| self.ctx.principal().access.may(&object.name, action);
        // A part goes with what it is a part of: whoever may change that may take it out.
        let is_part = object.part_of.is_some();
        if self.record.is_deleted() {
            if may(May::Delete) || is_part {
                actions.push(
                    Action::new(look.text("restore"), "undo-2", Go::Post(format!("{}/restore", self.url())))
                        .primary(),
                );
            }
            if may(May::Destroy) {
                let destroy =
                    Action::new(look.text("destroy"), "trash-2", Go::Post(format!("{}/destroy", self.url())));
                more.push(destroy.danger().confirm(look.text("destroy-question")));
            }
        } else if (may(May::Delete) || is_part) && self.may_change {
            let said = look.text(if is_part { "remove" } else { "delete" });
            more.push(Action::new(said, "trash-2", Go::Post(format!("{}/delete", self.url()))).danger());
        }
        if self.ctx.principal().access.administrator {
            let why = format!("/why/{}/{}", object.name, self.record.id());
            more.push(Action::new(look.text("record-why"), "shield", Go::Page(why)));
        }
        (actions, more)
    }

    fn deleted(&self) -> Markup {
        let look = &self.ctx.look;
        let when = self.record.get("deleted_at").as_instant().map(|at| look.relative(at)).unwrap_or_default();
        let said = look.text_with(&Message::new("record-in-trash").with("when", when));
        notice(Severity::Warning, html! { (said) })
    }

    /// The stages of the choice that the layout names; those that end it stand apart.
    fn path(&self) -> Option<StagePath> {
        let object = self.object();
        let (position, choice) = object.path()?;
        let field = &object.fields[position];
        if !self.record.shows(field) {
            return None;
        }
        let now = self.record.text(&field.name);
        let limit = choice.depends_on.as_deref().map(|name| self.record.text(name));
        let offered: Vec<_> =
            choice.offered(limit).filter(|option| option.outcome.is_none() || option.name == now).collect();
        let here = offered.iter().position(|option| option.name == now);
        let closed = choice.option(now).is_some_and(|option| option.outcome.is_some());
        let state = |at: usize| match here {
            Some(here) if at == here => StageState::Current,
            Some(here) if at < here => StageState::Past,
            _ => StageState::Ahead,
        };
        let time = |at: usize| {
            let since =
                self.record.get("stage_changed_at").as_instant().filter(|_| Some(at) == here && !closed)?;
            Some(self.ctx.look.relative(since))
        };
        let stages = offered.iter().enumerate().map(|(at, option)| Stage {
            value: option.name.clone(),
            label: option_label(&self.ctx.look, object, field, &option.name),
            state: state(at),
            tone: show::tone(field, &option.name),
            time: time(at),
        });
        Some(StagePath {
            label: label(&self.ctx.look, object, field),
            url: (self.may_change && !field.read_only && !closed).then(|| format!("{}/stage", self.url())),
            field: field.name.clone(),
            version: self.record.version(),
            stages: stages.collect(),
            outcomes: Vec::new(),
        })
    }

    fn field_view(&self, name: &str) -> Option<FieldView> {
        let object = self.object();
        let field = object.field(name).filter(|field| self.record.shows(field))?;
        let edits = self.may_change && crate::list::is_editable(field);
        Some(FieldView {
            name: field.name.clone(),
            label: label(&self.ctx.look, object, field),
            content: show::content(&self.ctx.look, self.registry, self.record, field),
            edit: edits.then(|| format!("{}/fields/{}", self.url(), field.name)),
            help: self.ctx.look.field_help(&object.name, &field.name, field.help.as_deref()),
        })
    }

    fn tabs(&self, reader: &mut records::Reader<'_, '_>, chosen: &str) -> Result<Tabs, records::Error> {
        let look = &self.ctx.look;
        let object = self.object();
        let tab = |name: &str, label: String, icon: &str, count: Option<u64>| Tab {
            label,
            href: format!("{}?tab={name}", self.url()),
            icon: Some(icon.to_owned()),
            count,
            current: name == chosen,
        };
        let mut tabs = vec![
            tab("timeline", look.text("tab-timeline"), "history", None),
            tab("details", look.text("tab-details"), "layout-list", None),
        ];
        for panel in self.ctx.app.panels(object).filter(|panel| panel.side() == Side::Tab) {
            let count = panel.count(reader, self.record)?;
            tabs.push(tab(
                panel.title(),
                look.text(panel.title()),
                panel.icon(),
                count.map(|count| count as u64),
            ));
        }
        for related in related::lists(self.registry, object) {
            if !self.ctx.principal().access.may(&related.object.name, May::Read)
                && related.object.part_of.is_none()
            {
                continue;
            }
            let count = match reader.count(&related.query(self.record)?) {
                Ok(Counted::Exactly(count) | Counted::Over(count)) => Some(count as u64),
                Err(records::Error::Denied(_)) => continue,
                Err(error) => return Err(error),
            };
            tabs.push(tab(&related.name, related.label(look), &related.object.icon, count));
        }
        // Under a name that leads nowhere stands the timeline.
        if tabs.iter().all(|tab| !tab.current) {
            tabs[0].current = true;
        }
        Ok(Tabs { label: look.text("tabs"), tabs, target: Some("#record".to_owned()) })
    }

    fn content(
        &self,
        reader: &mut records::Reader<'_, '_>,
        chosen: &str,
        query: &Query,
    ) -> Result<Markup, records::Error> {
        match chosen {
            "details" => Ok(self.details()),
            "timeline" => timeline::draw(self.ctx, self.registry, reader, self.record, query),
            other => {
                if let Some(panel) = self.ctx.app.panels(self.object()).find(|panel| panel.title() == other) {
                    return Ok(panel
                        .render(&self.ctx.look, reader, self.record)?
                        .unwrap_or_else(|| html! {}));
                }
                let found = related::lists(self.registry, self.object())
                    .into_iter()
                    .find(|related| related.name == other);
                match found {
                    Some(related) => related.draw(self.ctx, self.registry, reader, self.record),
                    None => timeline::draw(self.ctx, self.registry, reader, self.record, query),
                }
            }
        }
    }

    /// All fields in their sections; what no section names comes in a last one.
    fn details(&self) -> Markup {
        let object = self.object();
        let look = &self.ctx.look;
        let names = object.shown_fields().map(|field| field.name.as_str());
        // What is attached has a tab of its own.
        let mut left: Vec<&str> = names.filter(|name| *name != "files").collect();
        let mut sections: Vec<(String, Vec<FieldView>)> = Vec::new();
        for section in &object.layout.sections {
            left.retain(|name| !section.fields.iter().any(|named| named == name));
            let title = section
                .label
                .clone()
                .or_else(|| look.find(&format!("{}-section-{}", object.name, section.name)));
            let fields = section.fields.iter().filter_map(|name| self.field_view(name)).collect();
            sections.push((title.unwrap_or_else(|| i18n::humanise(&section.name)), fields));
        }
        let rest = |system: bool| -> Vec<FieldView> {
            let names = left.iter().filter(|name| is_system(name) == system);
            names.filter_map(|name| self.field_view(name)).collect()
        };
        sections.push((look.text("section-more"), rest(false)));
        sections.push((look.text("section-system"), rest(true)));
        html! {
            div class="field-sections" {
                @for (title, fields) in sections.iter().filter(|(_, fields)| !fields.is_empty()) {
                    (field_list(look, Some(title.as_str()), fields))
                }
            }
        }
    }

    /// Panels beside the content, and the fields that matter next.
    fn side(&self, reader: &mut records::Reader<'_, '_>) -> Result<Vec<Panel>, records::Error> {
        let look = &self.ctx.look;
        let mut side = Vec::new();
        let about: Vec<FieldView> =
            self.about().into_iter().filter_map(|name| self.field_view(&name)).collect();
        if !about.is_empty() {
            side.push(Panel {
                id: "about".to_owned(),
                title: look.text("panel-about"),
                icon: Some("info".to_owned()),
                body: field_list(look, None, &about),
                ..Panel::default()
            });
        }
        for panel in self.ctx.app.panels(self.object()).filter(|panel| panel.side() == Side::Aside) {
            let Some(body) = panel.render(look, reader, self.record)? else { continue };
            let count = panel.count(reader, self.record)?;
            let names: Vec<String> = panel.watches().iter().map(|name| (*name).to_owned()).collect();
            side.push(Panel {
                id: panel.title().to_owned(),
                title: look.text(panel.title()),
                count: count.map(|count| Count::exactly(count as u64)),
                body,
                live: (!names.is_empty()).then(|| Live::of(names)),
                ..Panel::default()
            });
        }
        Ok(side)
    }

    /// The first section's fields that are not on top already.
    fn about(&self) -> Vec<String> {
        let layout = &self.object().layout;
        let first = layout.sections.first().map(|section| section.fields.clone());
        let names = first.unwrap_or_else(|| {
            self.object().fields.iter().take(10).map(|field| field.name.clone()).collect()
        });
        names
            .into_iter()
            .filter(|name| !layout.key.contains(name) && self.object().layout.path.as_ref() != Some(name))
            .take(12)
            .collect()
    }
}

fn is_system(name: &str) -> bool {
    matches!(
        name,
        "created_at"
            | "created_by"
            | "created_via"
            | "updated_at"
            | "updated_by"
            | "updated_via"
            | "external_id"
            | "owner"
            | "team"
            | "tags"
    )
}
