//! People and teams as HTML.

use i18n::Reader;
use jiff::Timestamp;
use kernel::{Id, Message, Problem};
use maud::{Markup, html};
use records::Record;
use ui::{
    Action, Content, Go,
    bits::{Count, Empty, Severity, notice, to_copy},
    content::RecordLink,
    form::Form,
    input::{ChoiceOption, Field, Input},
    page::{Fit, PageHeader, page},
    table::{Cell, Row, Table},
};
use web::Fields;

use crate::{
    form,
    profile::{table, token_table},
    session::OpenSession,
    token::ApiToken,
};

/// What can be chosen for a user.
pub struct Choices {
    pub users: Vec<(Id, String)>,
    pub teams: Vec<(Id, String)>,
    pub roles: Vec<(Id, String)>,
}

/// What is known of a user.
pub struct Known {
    pub record: Record,
    pub sessions: Vec<OpenSession>,
    pub tokens: Vec<ApiToken>,
}

/// Some of the users, by name.
pub struct Users {
    pub found: records::Page,
    /// How many there are in all.
    pub count: records::Count,
    /// Who signed in when last.
    pub sign_ins: Vec<(Id, Timestamp)>,
}

/// The first users, and all teams.
pub fn overview(look: &Reader, users: &Users, teams: &[Record]) -> Markup {
    let new_user = Action::new(
        look.text("identity-user-new"),
        "user-plus",
        Go::Page("/people-and-teams/new".to_owned()),
    );
    let new_team =
        Action::new(look.text("identity-team-new"), "users-round", Go::Dialog("/teams/new".to_owned()));
    let head = PageHeader {
        title: look.text("identity-people-title"),
        actions: vec![new_team, new_user.primary()],
        ..PageHeader::default()
    };
    let team_rows = teams.iter().map(|team| Row {
        id: team.id().to_string(),
        href: format!("/teams/{}", team.id()),
        title: team.title().to_owned(),
        cells: [team.title(), team.label("parent").unwrap_or(""), team.label("manager").unwrap_or("")]
            .map(|text| Cell::from(Content::text(text)))
            .into(),
        ..Row::default()
    });
    let team_columns = [("team--name", 220), ("team--parent", 220), ("team--manager", 220)];
    let mut team_list = table(look, "teams", "identity-teams", &team_columns, team_rows.collect());
    team_list.empty = Empty {
        icon: "users-round".to_owned(),
        title: look.text("identity-teams-none"),
        hint: Some(look.text("identity-teams-none-hint")),
        ..Empty::default()
    };
    let parts = [
        user_table(look, users).render(look),
        form::part(
            &look.objects("team", None),
            Some(&look.text("identity-teams-hint")),
            &team_list.render(look),
        ),
    ];
    page(&head.render(look), &parts, Fit::Flow)
}

/// The rows that follow.
pub fn more_users(look: &Reader, users: &Users) -> Markup {
    let mut table = user_table(look, users);
    let mut group = table.groups.pop().unwrap_or_default();
    group.more = table.more.take();
    table.rows(look, &group)
}

fn user_table(look: &Reader, users: &Users) -> Table {
    let columns = [
        ("user--name", 160),
        ("user--email", 230),
        ("user--team", 130),
        ("user--roles", 190),
        ("user--active", 110),
        ("identity-last-sign-in", 130),
    ];
    let rows = users.found.records.iter().map(|user| user_row(look, user, &users.sign_ins));
    let after = |next: &records::Cursor| Fields(vec![("after".into(), next.to_text())]).encode();
    Table {
        more: users.found.next.as_ref().map(|next| format!("/people-and-teams/rows?{}", after(next))),
        count: Some(match users.count {
            records::Count::Exactly(number) => Count::exactly(number as u64),
            records::Count::Over(number) => Count::at_least(number as u64),
        }),
        ..table(look, "users", "identity-users", &columns, rows.collect())
    }
}

fn user_row(look: &Reader, user: &Record, sign_ins: &[(Id, Timestamp)]) -> Row {
    let roles = members(user).into_iter().map(|(id, title)| RecordLink {
        title,
        href: Some(format!("/roles/{id}")),
        icon: None,
    });
    let last = sign_ins.iter().find(|(id, _)| *id == user.id());
    let cells = vec![
        Content::text(user.title()),
        Content::Email(user.text("email").to_owned()),
        Content::text(user.label("team").unwrap_or("")),
        Content::Links(roles.collect()),
        Content::Bool(user.get("active").as_bool() == Some(true)),
        last.map_or_else(|| Content::text(look.text("identity-never")), |(_, at)| Content::Relative(*at)),
    ];
    Row {
        id: user.id().to_string(),
        href: format!("/people-and-teams/{}", user.id()),
        title: user.title().to_owned(),
        cells: cells.into_iter().map(Cell::from).collect(),
        ..Row::default()
    }
}

pub fn new_form(look: &Reader, choices: &Choices, sent: &Fields, problems: &[Problem]) -> Form {
    let value = |name: &str| sent.get(name).unwrap_or("").to_owned();
    let chosen = form::chosen(sent, "roles");
    let mut fields = vec![
        form::text(look, "name", "user--name", &value("name"), "off"),
        Field::new("email", look.text("user--email"), Input::Email { value: value("email") }).required(),
        Field::new("job_title", look.text("user--job_title"), Input::text(value("job_title"))),
    ];
    fields.push(link_field(look, "team", &choices.teams, value("team")));
    fields.push(roles_field(look, choices, chosen));
    let mut form =
        form::simple(look, "new-user", "/people-and-teams/new", "identity-user-make", fields, problems);
    form.cancel = Some("/people-and-teams".to_owned());
    form
}

pub fn user_form(
    look: &Reader,
    choices: &Choices,
    known: &Known,
    sent: Option<&Fields>,
    problems: &[Problem],
) -> Form {
    let record = &known.record;
    let value = |name: &str| form::sent_or(sent, name, record.text(name)).to_owned();
    let link = |name: &str| {
        let standing = record.link(name).map(|id| id.to_string()).unwrap_or_default();
        form::sent_or(sent, name, &standing).to_owned()
    };
    let roles = match sent {
        Some(sent) => form::chosen(sent, "roles"),
        None => members(record).into_iter().map(|(id, _)| id.to_string()).collect(),
    };
    let active =
        sent.map_or(record.get("active").as_bool() == Some(true), |sent| form::ticked(sent, "active"));
    let others: Vec<_> = choices.users.iter().filter(|(id, _)| *id != record.id()).cloned().collect();
    let fields = vec![
        form::text(look, "name", "user--name", &value("name"), "off"),
        Field::new("email", look.text("user--email"), Input::Email { value: value("email") }).required(),
        Field::new("job_title", look.text("user--job_title"), Input::text(value("job_title"))),
        Field::new("phone", look.text("user--phone"), Input::Phone { value: value("phone") }),
        link_field(look, "team", &choices.teams, link("team")),
        link_field(look, "reports_to", &others, link("reports_to")),
        roles_field(look, choices, roles),
        Field::new("active", look.text("user--active"), Input::Bool { value: active })
            .help(look.text("identity-active-help")),
    ];
    let action = format!("/people-and-teams/{}", record.id());
    let mut form = form::simple(look, "user", &action, "save", fields, problems);
    form.cancel = Some("/people-and-teams".to_owned());
    form
}

/// What lets the user in, and what can be done about it.
pub fn access(look: &Reader, known: &Known) -> Markup {
    let id = known.record.id();
    let post = |text: &str, icon: &str, path: &str| {
        Action::new(look.text(text), icon, Go::Submit(format!("/people-and-teams/{id}/{path}"))).button(look)
    };
    let log =
        Action::new(look.text("identity-user-log"), "history", Go::Page(format!("/sign-ins?user={id}")));
    let record =
        Action::new(look.text("identity-user-record"), "circle-user", Go::Page(format!("/users/{id}")));
    let count = Message::new("identity-sessions-count").with("count", known.sessions.len());
    let content = html! {
        p { (look.text_with(&count)) }
        (token_table(look, &known.tokens, |token| format!("/people-and-teams/{id}/tokens/{}/revoke", token.id)))
        div class="form-buttons" {
            (post("identity-reset-link-make", "key-round", "reset-link"))
            (post("identity-sign-out-everywhere", "log-out", "sign-out"))
            (log.quiet().button(look))
            (record.quiet().button(look))
        }
    };
    form::part(&look.text("identity-access-title"), None, &content)
}

/// A link to a new password, to be passed on.
pub fn link(look: &Reader, user: Id, address: &str) -> Markup {
    let content = html! {
        p class="notice-title" { (look.text("identity-link-made")) }
        p { (look.text("identity-link-made-hint")) }
        (to_copy(look, &look.text("identity-reset-link"), address))
        p { a class="btn" href={ "/people-and-teams/" (user) } { (look.text("done")) } }
    };
    notice(Severity::Success, content)
}

fn link_field(look: &Reader, name: &str, all: &[(Id, String)], value: String) -> Field {
    let none = (String::new(), look.text("none"));
    let options = std::iter::once(none).chain(all.iter().map(|(id, title)| (id.to_string(), title.clone())));
    form::choice(look.field("user", name, None), name, Some(value), options)
}

fn roles_field(look: &Reader, choices: &Choices, values: Vec<String>) -> Field {
    let options = choices.roles.iter().map(|(id, title)| ChoiceOption::new(id.to_string(), title)).collect();
    Field::new("roles", look.text("user--roles"), Input::Choices { values, options })
}

/// The roles of a user, by id and name.
fn members(user: &Record) -> Vec<(Id, String)> {
    let position = user.object.position("roles");
    let members = user.members.iter().find(|(at, _)| Some(*at) == position);
    members.into_iter().flat_map(|(_, members)| members).map(|role| (role.id, role.title.clone())).collect()
}
