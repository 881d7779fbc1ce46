//! What an expression is evaluated against.

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use kernel::{Id, Value};

use crate::types::Many;

/// One record at hand and who asks. `records` implements it.
pub trait Env {
    /// The record's own column by its position.
    fn column(&self, index: usize) -> &Value;

    /// A column of another record; Null when there is no such record or the reader may not see it.
    fn linked(&self, object: &str, id: Id, index: usize) -> Value;

    /// The ids on the other side of a many-to-many field: of the record at hand, or of `record`.
    fn members(&self, record: Option<(&str, Id)>, many: &Many) -> Vec<Id>;

    fn now(&self) -> Timestamp;

    /// The reader's zone: `today()` is the day there. A zone without an IANA name counts as UTC.
    fn zone(&self) -> &TimeZone;

    /// The acting user.
    fn me(&self) -> Option<Id>;

    /// The user's teams and all teams below them.
    fn my_teams(&self) -> &[Id];
}

/// Who asks and when: what a statement needs beyond the records.
#[derive(Clone, Copy)]
pub struct Binding<'a> {
    pub now: Timestamp,
    pub zone: &'a TimeZone,
    pub me: Option<Id>,
    pub my_teams: &'a [Id],
    /// Which linked records the reader may see; `None` for all.
    pub guard: Option<&'a dyn Guard>,
}

/// Hides linked records that the reader may not see: to an expression they do not exist.
pub trait Guard {
    /// A condition on records of `object` under the table alias `alias`; `None` when all may be seen.
    fn condition(&self, object: &str, alias: &str) -> Option<crate::sql::Sql>;
}

/// A binding serves wherever no record is read.
impl Env for Binding<'_> {
    fn column(&self, _: usize) -> &Value {
        const { &Value::Null }
    }

    fn linked(&self, _: &str, _: Id, _: usize) -> Value {
        Value::Null
    }

    fn members(&self, _: Option<(&str, Id)>, _: &Many) -> Vec<Id> {
        Vec::new()
    }

    fn now(&self) -> Timestamp {
        self.now
    }

    fn zone(&self) -> &TimeZone {
        self.zone
    }

    fn me(&self) -> Option<Id> {
        self.me
    }

    fn my_teams(&self) -> &[Id] {
        self.my_teams
    }
}

/// The day of `instant` in the zone called `zone`; `None` for an unknown zone.
pub(crate) fn day_in(instant: Timestamp, zone: &str) -> Option<Date> {
    Some(instant.to_zoned(zone_named(zone)?).date())
}

pub(crate) fn zone_named(name: &str) -> Option<TimeZone> {
    if name == "UTC" { Some(TimeZone::UTC) } else { TimeZone::get(name).ok() }
}

/// The name under which statements and evaluation know a zone.
pub(crate) fn zone_name(zone: &TimeZone) -> &str {
    zone.iana_name().unwrap_or("UTC")
}
