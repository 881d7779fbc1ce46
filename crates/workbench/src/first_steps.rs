//! What a newcomer does first: a record of each object whose layout says so, as long as there is none.

use std::sync::Arc;

use kernel::Message;
use metadata::{Object, definition::Area};
use records::{Action as May, ListQuery, Reader};
use ui::{
    action::{Action, Go},
    checklist::{Checklist, Step},
    live::Live,
    record::Panel,
};
use web::Ctx;

/// The list of what is to be done, unless all of it is that makes records of the daily work: whoever works alone
/// has no colleagues to invite.
pub fn panel(ctx: &Ctx, reader: &mut Reader<'_, '_>) -> Result<Option<Panel>, records::Error> {
    let registry = Arc::clone(reader.registry());
    let may = |object: &&Arc<Object>| ctx.principal().access.may(&object.name, May::Create);
    let mut objects: Vec<&Arc<Object>> =
        registry.objects().filter(|object| object.layout.first_step.is_some()).filter(may).collect();
    objects.sort_by_key(|object| object.layout.first_step);
    let mut steps = Vec::new();
    let mut is_over = true;
    for object in &objects {
        let done = is_there_any(reader, object)?;
        is_over &= done || object.area.is_none();
        steps.push(step(ctx, object, done));
    }
    Ok((!is_over).then(|| Panel {
        id: "home-first-steps".to_owned(),
        title: ctx.look.text("home-first-steps"),
        icon: Some("list-checks".to_owned()),
        body: Checklist { steps }.render(&ctx.look),
        live: Some(Live::of(objects.iter().map(|object| object.name.clone()))),
        ..Panel::default()
    }))
}

/// Whether somebody sees any record of an object; one's own user does not count.
pub fn is_there_any(reader: &mut Reader<'_, '_>, object: &Arc<Object>) -> Result<bool, records::Error> {
    let own = usize::from(object.name == "user");
    Ok(reader.count_up_to(&ListQuery::new(object), own + 1)? > own)
}

fn step(ctx: &Ctx, object: &Object, done: bool) -> Step {
    let look = &ctx.look;
    let title = look.find(&format!("object-{}-first", object.name)).unwrap_or_else(|| {
        let name = look.object(&object.name, object.label.as_deref());
        look.text_with(&Message::new("create-object").with("object", name))
    });
    let mut actions =
        vec![Action::new(look.text("create"), "plus", Go::Dialog(format!("/{}/new", object.plural)))];
    let is_daily_work = !matches!(object.area, None | Some(Area::Home));
    if is_daily_work && ctx.principal().access.may(&object.name, May::Import) {
        let import = Go::Page(format!("/import?object={}", object.name));
        actions.insert(0, Action::new(look.text("nav-import"), "upload", import));
    }
    Step { title, hint: look.find(&format!("object-{}-first-hint", object.name)), done, actions }
}
