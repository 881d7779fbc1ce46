//! Kept views above a list: their tabs, and what can be done with the one at hand.

use kernel::Id;
use records::{Reader, SavedView};
use ui::{
    action::{Action, Go},
    page::ViewTab,
};
use web::{Ctx, Fields};

use super::{SAVED, href, part_of};

/// The tabs of kept views, one's own first.
pub fn tabs(ctx: &Ctx, views: &[SavedView], given: &Fields, plural: &str) -> Vec<ViewTab> {
    let opened = opened(views, given).map(|view| view.id);
    let mut sorted: Vec<&SavedView> = views.iter().collect();
    sorted.sort_by_key(|view| view.owner != ctx.session.user);
    let tab = |view: &&SavedView| ViewTab {
        label: view.name.clone(),
        href: href(view, plural),
        icon: Some("bookmark".to_owned()),
        current: opened == Some(view.id),
        shared: view.shared,
    };
    sorted.iter().map(tab).collect()
}

/// The kept view that an address was opened by.
pub fn opened<'v>(views: &'v [SavedView], given: &Fields) -> Option<&'v SavedView> {
    let id: Id = given.get(SAVED)?.parse().ok()?;
    views.iter().find(|view| view.id == id)
}

/// What can be done: keep the list as it is, and change or delete the view that was opened. And whether the list
/// differs from that one.
pub fn actions(
    ctx: &Ctx,
    reader: &Reader<'_, '_>,
    views: &[SavedView],
    given: &Fields,
    plural: &str,
) -> (Vec<Action>, bool) {
    let look = &ctx.look;
    let now = part_of(given);
    let opened = opened(views, given);
    let is_changed = opened.is_some_and(|view| view.query != now.encode());
    let mut actions = Vec::new();
    if let Some(view) = opened.filter(|view| reader.may_change_view(view)) {
        let at = |rest: &str| format!("/{plural}/views/{}{rest}", view.id);
        if is_changed {
            let keep = Go::Post(at(&format!("/content?{}", now.encode())));
            actions.push(Action::new(look.text("saved-view-update"), "save", keep));
        }
        actions.push(Action::new(look.text("saved-view-edit"), "pencil", Go::Dialog(at("/edit"))));
        let delete = Action::new(look.text("saved-view-delete"), "trash-2", Go::Post(at("/delete")));
        actions.push(delete.danger().confirm(look.text("saved-view-delete-question")));
    }
    let new = Go::Dialog(format!("/{plural}/views/new?{}", now.encode()));
    actions.insert(
        usize::from(is_changed && actions.len() > 1),
        Action::new(look.text("saved-view-new"), "bookmark", new),
    );
    (actions, is_changed)
}
