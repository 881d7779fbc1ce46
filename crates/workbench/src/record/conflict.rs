//! Somebody else was faster: who they are and what they saved, for whoever is told.

use std::collections::HashMap;

use i18n::Reader;
use kernel::{Id, Message, Problem};
use metadata::Object;
use records::{Conflict, ConflictingField};
use web::Ctx;

use crate::field::show;

/// Those who changed what a save has met, by name, as far as they may be seen.
pub struct Others(HashMap<Id, String>);

impl Others {
    pub async fn of(ctx: &Ctx, conflict: &Conflict) -> Others {
        let ids: Vec<Id> = conflict.fields.iter().filter_map(|field| field.by).collect();
        let found = ctx.read(move |reader| -> Result<_, records::Error> {
            let users = reader.object("user")?;
            reader.titles(&users, &ids)
        });
        // What was typed must not be lost because a name is not found.
        Others(found.await.unwrap_or_default())
    }

    /// What somebody put into a field meanwhile, beside the field of a form.
    pub fn beside(&self, look: &Reader, object: &Object, conflict: &ConflictingField) -> Problem {
        let shown = object
            .field(&conflict.field)
            .map(|field| show::parts(look, object, field, &conflict.theirs).render(look).into_string());
        let shown = shown.unwrap_or_default();
        let plain: String =
            shown.split('<').filter_map(|piece| piece.split('>').nth(1).or(Some(piece))).collect();
        let message = Message::new("conflict-field").with("theirs", plain);
        Problem::at(conflict.field.clone(), self.told(look, message, conflict))
    }

    /// Who changed what is compared, and when.
    pub fn lines(&self, look: &Reader, conflict: &Conflict) -> Vec<String> {
        let line = |field| look.text_with(&self.told(look, Message::new("conflict-by"), field));
        let mut lines: Vec<String> = conflict.fields.iter().map(line).collect();
        lines.dedup();
        lines
    }

    fn told(&self, look: &Reader, message: Message, conflict: &ConflictingField) -> Message {
        let name = conflict.by.and_then(|user| self.0.get(&user)).cloned();
        let who = name.unwrap_or_else(|| look.text("conflict-somebody"));
        message.with("who", who).with("when", look.relative(conflict.at))
    }
}
