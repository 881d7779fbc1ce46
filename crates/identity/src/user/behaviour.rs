//! What a user's record may say, and who may make somebody an administrator.

use kernel::{Id, Message};
use records::{Behaviour, Error, Reader, Saved, Saving, Writer};

use crate::{
    role::{self, RolesChange},
    session,
};

pub struct UserBehaviour;

impl Behaviour for UserBehaviour {
    fn object(&self) -> &str {
        "user"
    }

    fn before_save(&self, saving: &mut Saving<'_>, _: &mut Reader<'_, '_>) -> Result<(), Error> {
        let zone = saving.text("zone");
        if !zone.is_empty() && jiff::tz::TimeZone::get(zone).is_err() {
            let message = Message::new("identity-no-zone").with("name", zone);
            saving.refuse(Some("zone"), message);
        }
        let locale = saving.text("locale");
        if !locale.is_empty() && !is_language_tag(locale) {
            let message = Message::new("identity-no-locale").with("name", locale);
            saving.refuse(Some("locale"), message);
        }
        Ok(())
    }

    fn after_save(&self, saved: &Saved, writer: &mut Writer<'_, '_>) -> Result<(), Error> {
        let is_new = saved.before.is_none();
        let roles = role::logged_roles(writer.tx(), saved.id, saved.version)?;
        if let Some(change) = &roles {
            authorise_roles(writer, saved.id, change)?;
        }
        let doors = !is_new && (saved.changed("active") || saved.changed("email"));
        let about_administrator = doors && role::holds_administrator_role(writer.tx(), saved.id)?;
        if about_administrator {
            role::only_for_administrators(writer)?;
        }
        let loses = match &roles {
            Some(change) => !is_new && role::any_administrator(writer.tx(), &change.before)?,
            None => about_administrator,
        };
        if loses {
            role::keep_an_administrator(writer)?;
        }
        if saved.changed("active") && saved.get("active").as_bool() != Some(true) {
            session::end_all(writer.tx(), saved.id, None)?;
        }
        Ok(())
    }

    fn after_delete(&self, id: Id, restored: bool, writer: &mut Writer<'_, '_>) -> Result<(), Error> {
        if role::holds_administrator_role(writer.tx(), id)? {
            role::only_for_administrators(writer)?;
            role::keep_an_administrator(writer)?;
        }
        if !restored {
            session::end_all(writer.tx(), id, None)?;
        }
        Ok(())
    }
}

/// Only administrators give and take roles; and nobody makes themselves one, since by then it looks as if they were.
fn authorise_roles(writer: &mut Writer<'_, '_>, user: Id, change: &RolesChange) -> Result<(), Error> {
    if writer.who().me() != Some(user) {
        return role::only_for_administrators(writer);
    }
    if role::any_administrator(writer.tx(), &change.before)? {
        return Ok(());
    }

    tracing::warn!(%user, roles = change.after.len(), "somebody tried to change the own roles");
    Err(Error::Denied(Message::new("identity-only-administrators")))
}

/// Letters, digits and hyphens as BCP 47 has them: `en`, `de-AT`, `zh-Hant-TW`.
fn is_language_tag(text: &str) -> bool {
    let mut parts = text.split('-');
    let language = parts.next().unwrap_or_default();
    (2..=3).contains(&language.len())
        && language.bytes().all(|byte| byte.is_ascii_alphabetic())
        && parts.all(|part| {
            (2..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
        })
}
