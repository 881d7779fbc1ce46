//! The audit: who came in, who was kept out, and what happened to passwords, links and tokens.
//!
//! Changes of rights are changes of records and stand in the change log. The trail is kept for [`KEPT`].

pub(crate) mod web;

use db::Tx;
use expr::sql::Sql;
use jiff::{SignedDuration, Timestamp};
use kernel::{ColumnType, Id, Value};

/// How long the trail is kept.
const KEPT: SignedDuration = SignedDuration::from_hours(24 * 400);

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Happening {
    SignedIn,
    /// The password was wrong.
    WrongPassword,
    /// Nobody has that address.
    UnknownEmail,
    /// The user is switched off.
    Inactive,
    /// Too many attempts: the password was not even looked at.
    Throttled,
    /// The password was right, but has to be replaced first.
    MustChange,
    SignedOut,
    SignedOutEverywhere,
    PasswordChanged,
    PasswordReset,
    ResetLinkMade,
    TokenMade,
    TokenRevoked,
    SetUp,
}

impl Happening {
    pub const ALL: [Happening; 14] = [
        Happening::SignedIn,
        Happening::WrongPassword,
        Happening::UnknownEmail,
        Happening::Inactive,
        Happening::Throttled,
        Happening::MustChange,
        Happening::SignedOut,
        Happening::SignedOutEverywhere,
        Happening::PasswordChanged,
        Happening::PasswordReset,
        Happening::ResetLinkMade,
        Happening::TokenMade,
        Happening::TokenRevoked,
        Happening::SetUp,
    ];

    /// The name in the table, and after `identity-event-` in the catalogue.
    pub const fn as_str(self) -> &'static str {
        match self {
            Happening::SignedIn => "signed-in",
            Happening::WrongPassword => "wrong-password",
            Happening::UnknownEmail => "unknown-email",
            Happening::Inactive => "inactive",
            Happening::Throttled => "throttled",
            Happening::MustChange => "must-change",
            Happening::SignedOut => "signed-out",
            Happening::SignedOutEverywhere => "signed-out-everywhere",
            Happening::PasswordChanged => "password-changed",
            Happening::PasswordReset => "password-reset",
            Happening::ResetLinkMade => "reset-link-made",
            Happening::TokenMade => "token-made",
            Happening::TokenRevoked => "token-revoked",
            Happening::SetUp => "set-up",
        }
    }

    pub fn parse(name: &str) -> Option<Happening> {
        Happening::ALL.into_iter().find(|happening| happening.as_str() == name)
    }

    /// Whether somebody was kept out.
    pub const fn is_refusal(self) -> bool {
        matches!(
            self,
            Happening::WrongPassword | Happening::UnknownEmail | Happening::Inactive | Happening::Throttled
        )
    }
}

/// Where a request came from, as far as it is known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    pub address: Option<String>,
    pub agent: Option<String>,
}

impl Origin {
    /// Both cut to what is worth keeping.
    pub fn new(address: Option<&str>, agent: Option<&str>) -> Origin {
        let cut = |text: &str, max: usize| {
            text.chars().filter(|character| !character.is_control()).take(max).collect()
        };
        Origin { address: address.map(|text| cut(text, 64)), agent: agent.map(|text| cut(text, 255)) }
    }
}

/// A line of the audit.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    pub seq: i64,
    pub at: Timestamp,
    pub happening: Happening,
    /// What was typed, where nobody is known.
    pub email: Option<String>,
    pub user: Option<Id>,
    /// Who did it, where that is somebody else.
    pub actor: Option<Id>,
    pub origin: Origin,
    pub detail: Option<String>,
}

/// A line on its way into the audit.
#[derive(Clone, Debug)]
pub(crate) struct Note<'a> {
    pub at: Timestamp,
    pub happening: Happening,
    pub email: Option<&'a str>,
    pub user: Option<Id>,
    pub actor: Option<Id>,
    pub origin: &'a Origin,
    pub detail: Option<&'a str>,
}

const COLUMNS: [(&str, ColumnType); 8] = [
    ("at", ColumnType::Instant),
    ("event", ColumnType::Text),
    ("email", ColumnType::Text),
    ("user_id", ColumnType::Id),
    ("actor_id", ColumnType::Id),
    ("address", ColumnType::Text),
    ("agent", ColumnType::Text),
    ("detail", ColumnType::Text),
];

impl<'a> Note<'a> {
    pub fn of(happening: Happening, at: Timestamp, origin: &'a Origin) -> Note<'a> {
        Note { at, happening, email: None, user: None, actor: None, origin, detail: None }
    }

    pub const fn about(mut self, user: Id) -> Note<'a> {
        self.user = Some(user);
        self
    }

    pub const fn by(mut self, actor: Option<Id>) -> Note<'a> {
        self.actor = actor;
        self
    }

    pub const fn email(mut self, email: &'a str) -> Note<'a> {
        self.email = Some(email);
        self
    }

    pub const fn detail(mut self, detail: &'a str) -> Note<'a> {
        self.detail = Some(detail);
        self
    }

    pub fn write(self, tx: &mut Tx<'_>) -> Result<(), db::Error> {
        let email = self.email.map(|text| text.chars().take(254).collect::<String>());
        let row: [Value; 8] = [
            self.at.into(),
            self.happening.as_str().into(),
            email.into(),
            self.user.into(),
            self.actor.into(),
            self.origin.address.clone().into(),
            self.origin.agent.clone().into(),
            self.detail.into(),
        ];
        tx.insert_rows("identity_event", &COLUMNS, [row])?;
        Ok(())
    }
}

/// What to look for in the audit.
#[derive(Clone, Debug, Default)]
pub struct EventQuery {
    pub user: Option<Id>,
    /// Only where somebody was kept out.
    pub refusals: bool,
    /// Older than this line.
    pub before: Option<i64>,
    pub limit: usize,
}

/// Lines of the audit, newest first.
///
/// # Errors
/// Only when something is broken.
pub fn list(tx: &mut Tx<'_>, query: &EventQuery) -> Result<Vec<Event>, db::Error> {
    let mut sql = Sql::new("select \"seq\"");
    for (name, _) in COLUMNS {
        sql.push(", ").name(name);
    }
    sql.push(" from \"identity_event\" where true");
    if let Some(user) = query.user {
        sql.push(" and \"user_id\" = ").bind(user, ColumnType::Id);
    }
    if query.refusals {
        sql.push(" and \"event\" in ('wrong-password', 'unknown-email', 'inactive', 'throttled')");
    }
    if let Some(before) = query.before {
        sql.push(" and \"seq\" < ").bind(before, ColumnType::Int);
    }
    let limit = query.limit.clamp(1, kernel::limits::PAGE_RECORDS);
    sql.push(" order by \"seq\" desc limit ").bind(limit as i64, ColumnType::Int);
    Ok(tx.query(&sql, read)?.into_iter().flatten().collect())
}

fn read(row: &db::Row<'_>) -> Option<Event> {
    let text = |at: usize| row.text(at).map(str::to_owned);
    Some(Event {
        seq: row.int(0)?,
        at: row.instant(1)?,
        happening: Happening::parse(row.text(2)?)?,
        email: text(3),
        user: row.id(4),
        actor: row.id(5),
        origin: Origin { address: text(6), agent: text(7) },
        detail: text(8),
    })
}

/// When each of these users last signed in.
pub fn last_sign_ins(tx: &mut Tx<'_>, users: &[Id]) -> Result<Vec<(Id, Timestamp)>, db::Error> {
    let ids = users.iter().copied().map(Value::Id).collect();
    let mut item = Sql::default();
    item.name("user_id");
    let mut sql = Sql::new(
        "select \"user_id\", max(\"at\") from \"identity_event\" where \"event\" = 'signed-in' and ",
    );
    sql.append(&expr::sql::Dialect::in_list(&tx.dialect(), &item, ids, ColumnType::Id));
    sql.push(" group by \"user_id\"");
    Ok(tx.query(&sql, |row| Some((row.id(0)?, row.instant(1)?)))?.into_iter().flatten().collect())
}

/// Forgets what is older than [`KEPT`].
pub(crate) fn purge(tx: &mut Tx<'_>, now: Timestamp) -> Result<(), db::Error> {
    let mut sql = Sql::new("delete from \"identity_event\" where \"at\" < ");
    sql.bind(now - KEPT, ColumnType::Instant);
    tx.execute(&sql)?;
    Ok(())
}
