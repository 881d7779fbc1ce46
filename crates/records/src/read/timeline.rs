//! What happened around a record: what was done about it, with it and about what belongs to it, and its own changes.
//!
//! All of it stands in one order, the latest first, and goes by key as lists do: activities by their moment and id,
//! changes by their number in the log.

use std::{cmp::Reverse, sync::Arc};

use kernel::{Id, Message, Timestamp};
use metadata::{Field, Kind, Object, Registry};

use super::{Around, Cursor, ListQuery, Reader, Sort, touched};
use crate::{
    Error, Record,
    change_log::{Change, Happening},
};

/// What is asked of a timeline.
#[derive(Clone, Debug)]
pub struct TimelineQuery {
    pub kinds: Kinds,
    pub after: Option<Place>,
    pub limit: usize,
}

/// Of what a timeline tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kinds {
    All,
    /// Activities of one object.
    Activities(String),
    Changes,
}

/// Something that happened, and when.
#[derive(Clone, Debug)]
pub struct Happened {
    pub at: Timestamp,
    pub what: What,
}

#[derive(Clone, Debug)]
pub enum What {
    Activity(Record),
    Change(Change),
}

/// Where a page of a timeline ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// Moment and id of the last activity.
    activity: Option<(Timestamp, Id)>,
    /// The number of the last change.
    change: Option<i64>,
}

impl Kinds {
    fn has(&self, object: &Object) -> bool {
        matches!(self, Kinds::All) || matches!(self, Kinds::Activities(name) if *name == object.name)
    }
}

impl Happened {
    fn activity(record: Record) -> Happened {
        Happened { at: record.moment().unwrap_or(Timestamp::UNIX_EPOCH), what: What::Activity(record) }
    }

    /// At one instant the change that saving an activity has caused stands below it.
    fn key(&self) -> (Timestamp, Option<Id>, i64) {
        match &self.what {
            What::Activity(record) => (self.at, Some(record.id()), 0),
            What::Change(change) => (self.at, None, change.seq),
        }
    }
}

/// The changes, the latest first. None is later than the one before it, wherever the clock has jumped back: a page that
/// ends between the two has both on their side.
fn in_order(changes: Vec<Change>) -> impl Iterator<Item = Happened> {
    changes.into_iter().scan(Timestamp::MAX, |latest, change| {
        *latest = change.at.min(*latest);
        Some(Happened { at: *latest, what: What::Change(change) })
    })
}

impl Place {
    /// The place as it goes into an address: `{microseconds}.{id}.{seq}`, each empty where nothing was told yet.
    pub fn to_text(self) -> String {
        let at = self.activity.map(|(at, id)| format!("{}.{id}", at.as_microsecond()));
        let seq = self.change.map(|seq| seq.to_string());
        format!("{}.{}", at.unwrap_or_else(|| ".".to_owned()), seq.unwrap_or_default())
    }

    /// Reads what [`Place::to_text`] wrote.
    ///
    /// # Errors
    /// [`Error::Invalid`] for anything else.
    pub fn parse(text: &str) -> Result<Place, Error> {
        let wrong = || Error::invalid(Message::new("problem-cursor"));
        let parts: Vec<&str> = text.split('.').collect();
        let &[at, id, seq] = parts.as_slice() else { return Err(wrong()) };
        let activity = match (at, id) {
            ("", "") => None,
            _ => {
                let at = at.parse().ok().and_then(|at| Timestamp::from_microsecond(at).ok());
                Some((at.ok_or_else(wrong)?, id.parse().map_err(|_| wrong())?))
            }
        };
        let change = if seq.is_empty() { None } else { Some(seq.parse().map_err(|_| wrong())?) };
        Ok(Place { activity, change })
    }

    fn after(mut self, told: &[Happened]) -> Place {
        for happened in told {
            match &happened.what {
                What::Activity(record) => self.activity = Some((happened.at, record.id())),
                What::Change(change) => self.change = Some(change.seq),
            }
        }
        self
    }
}

impl Reader<'_, '_> {
    /// A page of what happened around a record, the latest first, and where the next one begins.
    ///
    /// # Errors
    /// Only when something is broken: what may not be seen is left out.
    pub fn timeline(
        &mut self,
        record: &Record,
        query: &TimelineQuery,
    ) -> Result<(Vec<Happened>, Option<Place>), Error> {
        let place = query.after.unwrap_or_default();
        // One more of each tells whether there is a next page.
        let read = query.limit + 1;
        let mut happened = Vec::new();
        if matches!(query.kinds, Kinds::All | Kinds::Changes) {
            let changes =
                self.told_of(record, place.change, read, |change| is_news(&record.object, change))?;
            happened.extend(in_order(changes));
        }
        let registry = Arc::clone(&self.registry);
        let objects = activities(&registry, &record.object);
        for (object, about) in objects.iter().filter(|(object, _)| query.kinds.has(object)) {
            for mut list in lists(&registry, record, object, *about)? {
                list.after = place.activity.map(|(at, id)| Cursor::at([at.into(), id.into()]));
                list.limit = read;
                happened.extend(self.seen(&list)?.into_iter().map(Happened::activity));
            }
        }
        happened.sort_by_key(|happened| Reverse(happened.key()));
        // What is about a person and with the same one was found twice.
        happened.dedup_by_key(|happened| happened.key());
        let more = happened.len() > query.limit;
        happened.truncate(query.limit);
        let next = more.then(|| place.after(&happened));
        Ok((happened, next))
    }

    /// The records of a list; none where whoever asks may see none.
    fn seen(&mut self, list: &ListQuery) -> Result<Vec<Record>, Error> {
        match self.list(list) {
            Ok(page) => Ok(page.records),
            Err(Error::Denied(_)) => Ok(Vec::new()),
            Err(error) => Err(error),
        }
    }
}

/// The objects that are about others, each with the link that says about what: to any of several kinds, that of
/// `object` among them.
pub fn activities(registry: &Registry, object: &Object) -> Vec<(Arc<Object>, usize)> {
    let about = |(from, link): (&Arc<Object>, &Field)| {
        matches!(link.kind, Kind::LinkAny(_)).then(|| Some((Arc::clone(from), from.position(&link.name)?)))
    };
    registry.incoming(&object.name).filter_map(about).flatten().collect()
}

/// What the engine works out by itself is no news to anybody.
fn is_news(object: &Object, change: &Change) -> bool {
    change.happening != Happening::Update || touched(object, change).next().is_some()
}

/// The lists of activities of one object: about the record and what belongs to it, and with the record.
fn lists(
    registry: &Registry,
    record: &Record,
    object: &Arc<Object>,
    about: usize,
) -> Result<Vec<ListQuery>, Error> {
    let newest = || ListQuery::new(object).sort(vec![Sort::parse("-moment"), Sort::parse("-id")]);
    let belonging: Result<_, Error> =
        record.object.layout.timeline.iter().filter_map(|named| belonging(registry, record, named)).collect();
    let around =
        Around { link: about, record: (Arc::clone(&record.object), record.id()), belonging: belonging? };
    let mut lists = vec![ListQuery { around: Some(around), ..newest() }];
    let with = registry.incoming(&record.object.name).filter(|(from, link)| {
        from.name == object.name && matches!(link.kind, Kind::Link(_) | Kind::LinkMany { .. })
    });
    for (_, link) in with {
        lists.push(newest().leading_to(registry, link, record.id())?);
    }
    Ok(lists)
}

/// The records that lead to this one by a link, as `object.link`.
fn belonging(registry: &Registry, record: &Record, named: &str) -> Option<Result<ListQuery, Error>> {
    let (object, link) = named.split_once('.')?;
    let object = registry.object(object)?;
    Some(ListQuery::new(object).leading_to(registry, object.field(link)?, record.id()))
}
