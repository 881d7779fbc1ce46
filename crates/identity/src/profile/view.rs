//! The own profile as HTML.

use i18n::Reader;
use jiff::tz::TimeZone;
use kernel::{Id, Message, Problem};
use maud::{Markup, html};
use ui::{
    Action, Content, Go,
    bits::{Empty, Severity, notice, to_copy},
    form::Form,
    input::{ChoiceOption, Field, Input},
    table::{Cell, Column, Group, Row, Table},
};
use web::Fields;

use crate::{form, password::LEAST_CHARS, session::OpenSession, token::ApiToken, user::UserRow};

/// What stands in the database.
pub struct Standing {
    pub row: UserRow,
    pub sessions: Vec<OpenSession>,
    pub tokens: Vec<ApiToken>,
}

/// Locales to choose from, under their own names.
const LOCALES: [(&str, &str); 22] = [
    ("cs-CZ", "čeština"),
    ("da-DK", "dansk"),
    ("de-AT", "Deutsch (Österreich)"),
    ("de-CH", "Deutsch (Schweiz)"),
    ("de-DE", "Deutsch (Deutschland)"),
    ("en-AU", "English (Australia)"),
    ("en-CA", "English (Canada)"),
    ("en-GB", "English (United Kingdom)"),
    ("en-IN", "English (India)"),
    ("en-US", "English (United States)"),
    ("es-ES", "español (España)"),
    ("es-MX", "español (México)"),
    ("fr-CA", "français (Canada)"),
    ("fr-FR", "français (France)"),
    ("it-IT", "italiano"),
    ("ja-JP", "日本語"),
    ("nl-NL", "Nederlands"),
    ("pl-PL", "polski"),
    ("pt-BR", "português (Brasil)"),
    ("sv-SE", "svenska"),
    ("ar-EG", "العربية"),
    ("zh-CN", "中文"),
];

pub fn profile_form(look: &Reader, row: &UserRow, sent: Option<&Fields>, problems: &[Problem]) -> Form {
    let value = |name: &str, standing: &str| form::sent_or(sent, name, standing).to_owned();
    let label = |name: &str| look.field("user", name, None);
    let options = |name: &str, all: [&str; 2]| -> Vec<(String, String)> {
        all.iter().map(|option| ((*option).to_owned(), look.option("user", name, option, None))).collect()
    };
    let theme = ["system", "light", "dark"]
        .map(|option| (option.to_owned(), look.option("user", "theme", option, None)));
    let fields = vec![
        form::text(look, "name", "user--name", &value("name", &row.name), "name"),
        locale_field(look, value("locale", row.locale.as_deref().unwrap_or(""))),
        zone_field(look, value("zone", row.zone.as_deref().unwrap_or(""))),
        form::choice(label("theme"), "theme", Some(value("theme", &row.theme)), theme),
        form::choice(
            label("density"),
            "density",
            Some(value("density", &row.density)),
            options("density", ["comfortable", "compact"]),
        ),
    ];
    form::simple(look, "profile", "/profile", "save", fields, problems)
}

fn locale_field(look: &Reader, value: String) -> Field {
    let mut options = vec![(String::new(), look.text("identity-as-workspace"))];
    options.extend(LOCALES.iter().map(|(tag, name)| ((*tag).to_owned(), (*name).to_owned())));
    if options.iter().all(|(tag, _)| *tag != value) {
        options.push((value.clone(), value.clone()));
    }
    form::choice(look.field("user", "locale", None), "locale", Some(value), options)
}

/// All zones by their IANA names, grouped by continent.
fn zone_field(look: &Reader, value: String) -> Field {
    let mut options = vec![ChoiceOption::new("", look.text("identity-as-workspace"))];
    let mut names: Vec<String> = jiff::tz::db().available().map(|name| name.to_string()).collect();
    names.retain(|name| name.contains('/') && TimeZone::get(name).is_ok());
    if !value.is_empty() && !names.contains(&value) {
        names.push(value.clone());
    }
    names.sort();
    options.extend(names.into_iter().map(|name| ChoiceOption {
        label: name.split_once('/').map_or(name.as_str(), |(_, place)| place).replace('_', " "),
        group: name.split_once('/').map(|(continent, _)| continent.to_owned()),
        value: name,
        ..ChoiceOption::default()
    }));
    let input = Input::Choice { value: Some(value), options, radio: false };
    Field::new("zone", look.field("user", "zone", None), input)
}

pub fn password_form(look: &Reader, problems: &[Problem]) -> Form {
    let least = look.text_with(&Message::new("identity-password-help").with("min", LEAST_CHARS));
    let fields = vec![
        form::password(look, "old", "identity-old-password", "current-password"),
        form::password(look, "password", "identity-new-password", "new-password").help(least),
    ];
    form::simple(look, "password", "/profile/password", "identity-password-do", fields, problems)
}

/// Where the person is signed in.
pub fn sessions(look: &Reader, standing: &Standing, this: Id) -> Markup {
    let rows = standing.sessions.iter().map(|session| {
        let mut name = browser(session.origin.agent.as_deref()).unwrap_or_else(|| look.text("unknown"));
        if session.id == this {
            name = look.text_with(&Message::new("identity-session-this").with("name", name));
        }
        let end = Action::new(
            look.text("identity-session-end"),
            "log-out",
            Go::Submit(format!("/profile/sessions/{}/end", session.id)),
        );
        let cells = vec![
            Content::text(name),
            Content::text(session.origin.address.clone().unwrap_or_default()),
            Content::Relative(session.seen_at),
            if session.id == this { Content::Empty } else { Content::markup(end.quiet().button(look)) },
        ];
        row(session.id, cells)
    });
    let columns = [
        ("identity-session-browser", 180),
        ("identity-address", 140),
        ("identity-session-seen", 180),
        ("identity-what-to-do", 150),
    ];
    let table = table(look, "sessions", "identity-sessions-title", &columns, rows.collect());
    let everywhere = Action::new(
        look.text("identity-sign-out-everywhere"),
        "log-out",
        Go::Submit("/profile/sign-out-everywhere".to_owned()),
    );
    let content = html! { (table.render(look)) div class="form-buttons" { (everywhere.button(look)) } };
    form::part(&look.text("identity-sessions-title"), None, &content)
}

/// The API tokens that work, and the form for a new one.
pub fn tokens(look: &Reader, standing: &Standing, administrator: bool) -> Markup {
    let table = token_table(look, &standing.tokens, |token| format!("/profile/tokens/{}/revoke", token.id));
    let content = html! { (table) (token_form(look, administrator, None, &[]).render(look)) };
    form::part(&look.text("identity-tokens-title"), Some(&look.text("identity-tokens-hint")), &content)
}

/// Tokens, each with the button that withdraws it.
pub fn token_table(look: &Reader, tokens: &[ApiToken], revoke: impl Fn(&ApiToken) -> String) -> Markup {
    let rows = tokens.iter().map(|token| {
        let end = Action::new(look.text("identity-token-revoke"), "trash-2", Go::Submit(revoke(token)));
        let cells = vec![
            Content::text(token.name.as_str()),
            Content::text(format!("{}…", token.prefix)),
            Content::Tags(token.scopes.clone()),
            token
                .expires_at
                .map_or_else(|| Content::text(look.text("identity-token-endless")), Content::Instant),
            token.used_at.map_or(Content::Empty, Content::Relative),
            Content::markup(end.quiet().icon_only().button(look)),
        ];
        row(token.id, cells)
    });
    let columns = [
        ("identity-token-name", 140),
        ("identity-token-prefix", 135),
        ("identity-token-scopes", 100),
        ("identity-token-expires", 175),
        ("identity-token-used", 100),
        ("identity-what-to-do", 80),
    ];
    let rows: Vec<Row> = rows.collect();
    html! { @if !rows.is_empty() { (table(look, "tokens", "identity-tokens-title", &columns, rows).render(look)) } }
}

pub fn token_form(look: &Reader, administrator: bool, sent: Option<&Fields>, problems: &[Problem]) -> Form {
    let offered: &[&str] = if administrator { &["read", "write", "admin"] } else { &["read", "write"] };
    let options =
        offered.iter().map(|scope| ChoiceOption::new(*scope, look.text(&format!("identity-scope-{scope}"))));
    let chosen = sent.map_or_else(|| vec!["read".to_owned()], |sent| form::chosen(sent, "scopes"));
    let days = ["30", "90", "365"].map(|days| {
        let message = Message::new("identity-token-days").with("count", days.parse::<i64>().unwrap_or(0));
        (days.to_owned(), look.text_with(&message))
    });
    let endless = (String::new(), look.text("identity-token-endless"));
    let mut more = Field::new(
        "more_scopes",
        look.text("identity-token-more-scopes"),
        Input::text(form::sent_or(sent, "more_scopes", "")),
    );
    more.help = Some(look.text("identity-token-more-scopes-help"));
    let fields = vec![
        form::text(look, "name", "identity-token-name", form::sent_or(sent, "name", ""), "off"),
        Field::new(
            "scopes",
            look.text("identity-token-scopes"),
            Input::Choices { values: chosen, options: options.collect() },
        ),
        more,
        form::choice(
            look.text("identity-token-expires"),
            "days",
            Some(form::sent_or(sent, "days", "90").to_owned()),
            days.into_iter().chain([endless]),
        ),
    ];
    form::simple(look, "new-token", "/profile/tokens", "identity-token-make", fields, problems)
}

/// The one moment in which a token is shown.
pub fn new_token(look: &Reader, text: &str) -> Markup {
    let content = html! {
        p class="notice-title" { (look.text("identity-token-made")) }
        p { (look.text("identity-token-made-hint")) }
        (to_copy(look, &look.text("identity-token"), text))
        p { a class="btn" href="/profile" { (look.text("done")) } }
    };
    notice(Severity::Success, content)
}

/// A table with columns of these names and widths in pixels; a page has room for a thousand.
pub fn table(look: &Reader, id: &str, label: &str, columns: &[(&str, u16)], rows: Vec<Row>) -> Table {
    Table {
        id: id.to_owned(),
        label: look.text(label),
        columns: columns
            .iter()
            .map(|(name, width)| Column {
                name: (*name).to_owned(),
                label: look.text(name),
                width: Some(*width),
                ..Column::default()
            })
            .collect(),
        groups: vec![Group { rows, ..Group::default() }],
        empty: Empty {
            icon: "circle-dashed".to_owned(),
            title: look.text("identity-nothing-here"),
            ..Empty::default()
        },
        ..Table::default()
    }
}

pub fn row(id: Id, cells: Vec<Content>) -> Row {
    Row { id: id.to_string(), cells: cells.into_iter().map(Cell::from).collect(), ..Row::default() }
}

/// What people call the browser and system behind a `User-Agent`.
pub fn browser(agent: Option<&str>) -> Option<String> {
    let agent = agent?;
    let known = |names: &[(&str, &'static str)]| {
        names.iter().find(|(sign, _)| agent.contains(sign)).map(|(_, name)| *name)
    };
    let program = known(&[
        ("Edg/", "Edge"),
        ("OPR/", "Opera"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ]);
    let system = known(&[
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Windows", "Windows"),
        ("Mac OS", "macOS"),
        ("Linux", "Linux"),
    ]);
    match (program, system) {
        (Some(program), Some(system)) => Some(format!("{program} · {system}")),
        (Some(one), None) | (None, Some(one)) => Some(one.to_owned()),
        (None, None) => agent.split([' ', '/']).next().filter(|word| !word.is_empty()).map(str::to_owned),
    }
}
