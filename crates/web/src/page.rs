//! Pages in their frame: navigation by work, from what the objects say and the person may see.

use std::sync::Arc;

use axum::response::{Html, IntoResponse, Response};
use maud::Markup;
use metadata::definition::Area;
use records::Action;
use ui::{
    bits::Person,
    shell::{NavItem, Shell, Urls},
};

use crate::Ctx;

/// The areas of the navigation, in their order.
const AREAS: [Area; 7] =
    [Area::Home, Area::Sell, Area::Market, Area::Serve, Area::Field, Area::Analyse, Area::SetUp];

/// An entry of the navigation that leads to a page of its own, not to an object.
#[derive(Clone, Copy, Debug)]
pub struct Nav {
    pub area: Area,
    /// The id of its text.
    pub text: &'static str,
    pub href: &'static str,
    pub icon: &'static str,
    pub whose: Whose,
    /// Other addresses whose pages belong here.
    pub beside: &'static [&'static str],
}

impl Nav {
    /// Whether the page at `path` is this one, or one below it.
    fn holds(&self, path: &str) -> bool {
        std::iter::once(&self.href).chain(self.beside).any(|href| is_within(path, href))
    }
}

fn is_within(path: &str, href: &str) -> bool {
    path.strip_prefix(href).is_some_and(|rest| rest.is_empty() || href != "/" && rest.starts_with('/'))
}

/// Where controls look for records of an object; apart from its own pages, which a feature may have made its own way.
pub fn lookup_address(object: &metadata::Object) -> String {
    format!("/lookup/{}", object.plural)
}

/// Who finds an entry of the navigation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    Everybody,
    /// Whoever may import records of some object.
    Importers,
    Administrators,
}

/// Pages that belong to no object.
const PAGES: [Nav; 6] = [
    Nav {
        area: Area::Home,
        text: "nav-my-day",
        href: "/",
        icon: "sun",
        whose: Whose::Everybody,
        beside: &[],
    },
    Nav {
        area: Area::SetUp,
        text: "nav-import",
        href: "/import",
        icon: "upload",
        whose: Whose::Importers,
        beside: &["/imports"],
    },
    Nav {
        area: Area::SetUp,
        text: "nav-people",
        href: "/people-and-teams",
        icon: "users",
        whose: Whose::Administrators,
        beside: &["/users", "/teams"],
    },
    Nav {
        area: Area::SetUp,
        text: "nav-roles",
        href: "/roles",
        icon: "shield",
        whose: Whose::Administrators,
        beside: &[],
    },
    Nav {
        area: Area::SetUp,
        text: "nav-jobs",
        href: "/jobs",
        icon: "settings",
        whose: Whose::Administrators,
        beside: &[],
    },
    Nav {
        area: Area::SetUp,
        text: "nav-sign-ins",
        href: "/sign-ins",
        icon: "history",
        whose: Whose::Administrators,
        beside: &[],
    },
];

impl Ctx {
    /// The whole page for a first visit, or the content alone for a script of the page.
    pub async fn page(&self, title: &str, content: Markup) -> Response {
        if self.partial {
            return Html(content.into_string()).into_response();
        }
        self.framed(title, &content).into_response()
    }

    /// The content in its frame, for answers that are no success.
    pub fn framed(&self, title: &str, content: &Markup) -> Markup {
        self.shell(title).page(&self.look, content)
    }

    fn shell(&self, title: &str) -> Shell {
        let look = &self.look;
        let urls =
            Urls { events: Some("/events".to_owned()), notifications: String::new(), ..Urls::default() };
        Shell {
            title: title.to_owned(),
            workspace: look.text("app-name"),
            areas: AREAS.iter().map(|area| self.area(*area)).filter(|area| !area.items.is_empty()).collect(),
            user: Person::named(self.session.name.clone()),
            appearance: self.appearance,
            create: self.creatable(),
            user_menu: vec![ui::action::Action::new(
                look.text("nav-profile"),
                "user",
                ui::action::Go::Page("/profile".to_owned()),
            )],
            urls,
            ..Shell::default()
        }
    }

    fn area(&self, area: Area) -> ui::shell::Area {
        let registry = self.workspace.engine.registry();
        let path = self.here.split(['?', '#']).next().unwrap_or("/");
        let pages = PAGES.iter().filter(|page| page.area == area && self.finds(page.whose));
        let mut items: Vec<NavItem> = pages
            .map(|page| NavItem {
                label: self.look.text(page.text),
                href: page.href.to_owned(),
                icon: page.icon.to_owned(),
                current: page.holds(path),
                on_phone: page.href == "/",
                ..NavItem::default()
            })
            .collect();
        let objects = registry.objects().filter(|object| object.area == Some(area));
        items.extend(objects.filter(|object| self.principal().access.may(&object.name, Action::Read)).map(
            |object| {
                let href = format!("/{}", object.plural);
                NavItem {
                    label: self.look.objects(&object.name, object.plural_label.as_deref()),
                    current: is_within(path, &href),
                    icon: object.icon.clone(),
                    on_phone: matches!(object.name.as_str(), "lead" | "deal" | "task"),
                    href,
                    ..NavItem::default()
                }
            },
        ));
        ui::shell::Area { label: self.look.text(area_text(area)), items, folded: false }
    }

    fn finds(&self, whose: Whose) -> bool {
        let access = &self.principal().access;
        match whose {
            Whose::Everybody => true,
            Whose::Importers => {
                let registry = self.workspace.engine.registry();
                registry.objects().any(|object| access.may(&object.name, Action::Import))
            }
            Whose::Administrators => access.administrator,
        }
    }

    /// What "create" offers: objects that have a place in the navigation and that the person may make.
    fn creatable(&self) -> Vec<ui::action::Action> {
        let registry = self.workspace.engine.registry();
        let objects = registry.objects().filter(|object| {
            object.area.is_some_and(|area| area != Area::SetUp)
                && self.principal().access.may(&object.name, Action::Create)
        });
        objects
            .map(|object| {
                let label = self.look.object(&object.name, object.label.as_deref());
                let url = format!("/{}/new", object.plural);
                ui::action::Action::new(label, &object.icon, ui::action::Go::Dialog(url))
            })
            .collect()
    }
}

const fn area_text(area: Area) -> &'static str {
    match area {
        Area::Home => "area-home",
        Area::Sell => "area-sell",
        Area::Market => "area-market",
        Area::Serve => "area-serve",
        Area::Field => "area-field",
        Area::Analyse => "area-analyse",
        Area::SetUp => "area-set-up",
    }
}

/// The object behind an address, as far as the person may know of it.
impl Ctx {
    /// # Errors
    /// Not found when there is none, or none that the person may read.
    pub fn object(&self, plural: &str) -> Result<Arc<metadata::Object>, crate::Error> {
        let registry = self.workspace.engine.registry();
        let object = registry.by_plural(plural).cloned().ok_or_else(crate::Error::not_found)?;
        let open = self.principal().access.may(&object.name, Action::Read) || object.part_of.is_some();
        if open { Ok(object) } else { Err(crate::Error::not_found()) }
    }
}
