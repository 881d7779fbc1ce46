//! The way from a user's record to what lets them in, for administrators.

use app::{Panel, Side};
use i18n::Reader;
use maud::{Markup, html};
use metadata::Object;
use records::{Error, Record};
use ui::{Action, Go};

use crate::event;

/// When the user signed in last, and the way to their roles, sessions and links.
pub struct SignInPanel;

impl Panel for SignInPanel {
    fn shows_on(&self, object: &Object) -> bool {
        object.name == "user"
    }

    fn title(&self) -> &'static str {
        "identity-access-title"
    }

    fn side(&self) -> Side {
        Side::Aside
    }

    fn render(
        &self,
        look: &Reader,
        reader: &mut records::Reader<'_, '_>,
        record: &Record,
    ) -> Result<Option<Markup>, Error> {
        if !reader.who().access.administrator {
            return Ok(None);
        }
        let last = event::last_sign_ins(reader.tx(), &[record.id()])?;
        let last = last.first().map_or_else(|| look.text("identity-never"), |(_, at)| look.relative(*at));
        let manage = format!("/people-and-teams/{}", record.id());
        let manage = Action::new(look.text("identity-user-manage"), "user-cog", Go::Page(manage));
        Ok(Some(html! {
            p { (look.text("identity-last-sign-in")) ": " (last) }
            (manage.button(look))
        }))
    }
}
