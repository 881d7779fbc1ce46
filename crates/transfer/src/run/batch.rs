//! Saving rows, in one transaction and through the one write path.

use std::{
    collections::{HashMap, HashSet},
    mem,
};

use kernel::{Id, Message, Problem, Value};
use metadata::{Kind, Object};
use records::{Draft, Error, Saved, Writer};

use super::{
    ahead::Foreseen,
    book::{Book, Found, Learnt},
    course::{Course, Moment},
    feed::Feed,
    files,
    import::Counts,
    keys,
    links::{Lookup, Named, first_of},
    report::Bad,
    rows::Wish,
};
use crate::{
    mapping::{KeyPlan, KeySource, LinkPlan, Mode, Plan},
    table::{Fault, Row},
};

/// What came of a transaction.
#[derive(Debug, Default)]
pub struct Outcome {
    pub counts: Counts,
    pub bad: Vec<Bad>,
    pub deferred: Vec<Deferred>,
    /// Names that no record has, and that the mapping has left empty.
    pub unmatched: Vec<Unmatched>,
    pub learnt: Learnt,
    /// Keys and titles of records that are new: a check has to remember them itself.
    pub new_keys: Vec<String>,
    pub titles: Vec<String>,
    /// The records of the rows, by key.
    pub saved: HashMap<String, Id>,
    /// The row to go on with.
    pub next_row: u64,
    /// When the first of the rows was looked up.
    pub oldest: Moment,
    /// Where the transaction leaves the log of changes, where nobody else writes meanwhile.
    pub end: Option<i64>,
}

/// A link to a record that had not come yet.
#[derive(Clone, Debug)]
pub struct Deferred {
    pub number: u64,
    pub record: Id,
    pub link: usize,
    pub name: String,
    pub cells: Vec<String>,
}

/// A name of a row that links to nothing.
#[derive(Clone, Debug)]
pub struct Unmatched {
    pub number: u64,
    pub link: usize,
    pub name: String,
}

/// A wish on its way to a record.
struct Going<'w> {
    wish: &'w Wish,
    key: Option<String>,
    /// The record that is changed; a new one without.
    record: Option<Id>,
    later: Vec<(usize, String)>,
    unmatched: Vec<(usize, String)>,
    /// Whether it has files that the record has not.
    brings: bool,
}

/// Saves rows of the plan's object, a chunk after the other, until nothing more comes.
///
/// # Errors
/// Only when something is broken: what is wrong with rows is in the outcome.
pub fn save(
    writer: &mut Writer<'_, '_>,
    plan: &Plan,
    book: &mut Book,
    course: &mut Course,
    feed: &mut Feed<'_>,
) -> Result<Outcome, Error> {
    course.begin(writer)?;
    let mut saving = Saving {
        plan,
        lookup: Lookup::new(plan, book, false),
        course,
        outcome: Outcome { oldest: course.now().moment(), ..Outcome::default() },
        here: HashMap::new(),
    };
    if !plan.key.is_empty() {
        writer.keep_apart(&plan.object.name)?;
    }
    while let Some(chunk) = feed.chunk() {
        saving.lookup.book.learn_ahead(mem::take(&mut chunk.names));
        saving.chunk(writer, &chunk.wishes)?;
    }
    let Saving { lookup, mut outcome, here, .. } = saving;
    if !writer.tx().dialect().has_rivals() {
        outcome.end = Some(writer.log_end()?);
    }
    outcome.saved = here;
    outcome.counts.made = lookup.learnt.made.len() as u64;
    outcome.learnt = lookup.learnt;
    outcome.bad.sort_by_key(|bad| bad.number);
    Ok(outcome)
}

struct Saving<'a> {
    plan: &'a Plan,
    lookup: Lookup<'a>,
    course: &'a Course,
    outcome: Outcome,
    /// Records that this transaction has saved, by key.
    here: HashMap<String, Id>,
}

impl Saving<'_> {
    fn chunk(&mut self, writer: &mut Writer<'_, '_>, wishes: &[Wish]) -> Result<(), Error> {
        let outcome = &mut self.outcome;
        outcome.counts.rows += wishes.len() as u64;
        outcome.next_row = wishes.last().map_or(outcome.next_row, |wish| wish.row.number + 1);
        let looked_up = wishes.iter().filter_map(|wish| Some(wish.foreseen.as_ref()?.at));
        outcome.oldest = looked_up.chain([outcome.oldest]).min().unwrap_or_default();
        let (good, bad): (Vec<&Wish>, Vec<&Wish>) = wishes.iter().partition(|wish| wish.faults.is_empty());
        for wish in bad {
            self.refuse(wish, wish.faults.clone());
        }
        self.lookup.prepare(writer, &good)?;
        self.vouch(writer, &good);
        let good = self.without_broken_links(good);
        let led_to = self.led_to(writer, &good)?;
        let mut going: Vec<Going<'_>> = Vec::with_capacity(good.len());
        let mut on_the_way: HashSet<String> = HashSet::with_capacity(good.len());
        for (wish, led_to) in good.into_iter().zip(led_to) {
            let key = match self.key(wish) {
                Ok(key) => key,
                Err(fault) => {
                    self.refuse(wish, vec![fault]);
                    continue;
                }
            };
            // Two rows for one record: the first is saved before the second looks.
            if let Some(key) = &key
                && !on_the_way.insert(key.clone())
            {
                self.save(writer, mem::take(&mut going))?;
                on_the_way.clear();
                on_the_way.insert(key.clone());
            }
            going.extend(self.aim(wish, key, led_to));
        }
        self.save(writer, going)
    }

    /// Tells the writer which of the records that the rows link to need not be looked at again.
    fn vouch(&self, writer: &mut Writer<'_, '_>, wishes: &[&Wish]) {
        for (link, rule) in self.plan.links.iter().enumerate() {
            let names = wishes.iter().flat_map(|wish| wish.links.iter().chain(&wish.default_links));
            let keys = names.filter(|named| named.link == link).map(|named| &named.key);
            let found: Vec<(usize, Id)> = keys
                .filter_map(|key| self.lookup.found_lately(link, key, |at| self.course.holds(at)))
                .collect();
            for (at, end) in rule.ends.iter().enumerate() {
                let ids = found.iter().filter(|(end, _)| *end == at).map(|(_, id)| *id);
                writer.vouch_for(&end.to.name, ids);
            }
        }
    }

    /// The records that the rows' keys lead to, but for what this transaction has saved: as it was looked up ahead, where
    /// that still holds.
    fn led_to(&self, writer: &mut Writer<'_, '_>, wishes: &[&Wish]) -> Result<Vec<Vec<Id>>, Error> {
        let open: Vec<&Wish> = wishes.iter().copied().filter(|wish| self.foreseen(wish).is_none()).collect();
        let mut found = Vec::new();
        if !open.is_empty() && !self.plan.key.is_empty() {
            found = keys::find(writer, self.plan, &open, |wish, at| self.key_part(wish, at))?;
        }
        let mut found = found.into_iter();
        let records = |wish: &&Wish| match self.foreseen(wish) {
            Some(foreseen) => foreseen.records.clone(),
            None => found.next().flatten().unwrap_or_default(),
        };
        Ok(wishes.iter().map(records).collect())
    }

    /// What a row's key led to when it was looked up ahead, if that still holds.
    fn foreseen<'w>(&self, wish: &'w Wish) -> Option<&'w Foreseen> {
        wish.foreseen.as_ref().filter(|foreseen| self.course.holds(foreseen.at))
    }

    /// The record that the import itself has saved under a row's key since that was looked up.
    fn saved_since(&self, wish: &Wish, key: &str) -> Option<Id> {
        let before = || self.course.saved_since(self.foreseen(wish)?.at, key);
        self.here.get(key).copied().or_else(before)
    }

    /// One part of a row's key as the database keeps it; none when it links to nothing.
    fn key_part(&self, wish: &Wish, at: usize) -> Option<Value> {
        match self.plan.key[at].source {
            KeySource::Link(link) => {
                let named = wish.linked(self.plan, link)?;
                match self.lookup.found(named.link, &named.key) {
                    Found::One { id, .. } => Some((*id).into()),
                    // No record links to one that is not there yet.
                    Found::Make | Found::Later => wish.key.get(at).cloned(),
                    _ => None,
                }
            }
            _ => wish.key.get(at).cloned(),
        }
    }

    /// A row's key as one text; none without a key.
    fn key(&self, wish: &Wish) -> Result<Option<String>, Fault> {
        if self.plan.key.is_empty() {
            return Ok(None);
        }
        keys::text_of(self.plan, |at| self.key_part(wish, at)).map(Some).map_err(|at| {
            let column = self.plan.column_of_key(&self.plan.key[at]);
            Fault::new(column, Message::new("import-problem-key-empty"))
        })
    }

    /// Decides whether a row makes a record or changes one; none when it does neither.
    fn aim<'w>(&mut self, wish: &'w Wish, key: Option<String>, led_to: Vec<Id>) -> Option<Going<'w>> {
        let own = key.as_ref().and_then(|key| self.saved_since(wish, key));
        let found = own.map_or(led_to, |id| vec![id]);
        let key_column = self.plan.key.first().and_then(|part| self.plan.column_of_key(part));
        let refuse = |id: &'static str| vec![Fault::new(key_column, Message::new(id))];
        let record = match (self.plan.mode, found.as_slice()) {
            (_, [_, _, ..]) => {
                self.refuse(wish, refuse("import-problem-key-several"));
                return None;
            }
            (Mode::Create, [_]) => {
                self.outcome.counts.passed += 1;
                return None;
            }
            // It would be made anew under another id each time.
            (_, []) if self.plan.key.iter().any(KeyPlan::is_id) => {
                self.refuse(wish, refuse("import-problem-id-absent"));
                return None;
            }
            (Mode::Update, []) => {
                self.refuse(wish, refuse("import-problem-key-absent"));
                return None;
            }
            (_, [id]) => Some(*id),
            (_, []) => None,
        };
        Some(Going { wish, key, record, later: Vec::new(), unmatched: Vec::new(), brings: false })
    }

    /// Refuses rows that name what is not there.
    fn without_broken_links<'w>(&mut self, wishes: Vec<&'w Wish>) -> Vec<&'w Wish> {
        let mut good = Vec::with_capacity(wishes.len());
        for wish in wishes {
            let broken = wish.links.iter().filter_map(|named| self.broken(named));
            let faults: Vec<Fault> = broken.collect();
            if faults.is_empty() {
                good.push(wish);
            } else {
                self.refuse(wish, faults);
            }
        }
        good
    }

    fn broken(&self, named: &Named) -> Option<Fault> {
        let Found::Problem(message) = self.lookup.found(named.link, &named.key) else { return None };
        Some(Fault::new(self.plan.column_of_link(named.link), message.clone()))
    }

    /// The wish as a draft.
    fn draft(&self, going: &mut Going<'_>) -> Result<Draft, Vec<Fault>> {
        let wish = going.wish;
        let object = &self.plan.object;
        let mut draft = going.record.map_or_else(|| Draft::new(object), |id| Draft::change(object, id));
        let mut faults = Vec::new();
        if going.record.is_some() {
            wish.blanks.iter().for_each(|column| draft.put_column(*column, Value::Null));
        }
        for (column, value) in &wish.values {
            draft.put_column(*column, value.clone());
        }
        let mut links: Vec<&Named> = wish.links.iter().collect();
        if going.record.is_none() {
            for (column, value) in &wish.defaults {
                if !wish.values.iter().any(|(given, _)| given == column) {
                    draft.put_column(*column, value.clone());
                }
            }
            let open = |link: usize| {
                let field = self.plan.links[link].field;
                !wish.links.iter().any(|given| self.plan.links[given.link].field == field)
            };
            links.extend(wish.default_links.iter().filter(|named| open(named.link)));
        }
        self.fill_links(&mut draft, going, &links, &mut faults);
        if faults.is_empty() { Ok(draft) } else { Err(faults) }
    }

    fn fill_links(
        &self,
        draft: &mut Draft,
        going: &mut Going<'_>,
        links: &[&Named],
        faults: &mut Vec<Fault>,
    ) {
        let mut members: HashMap<usize, Vec<Id>> = HashMap::new();
        for named in links.iter().copied() {
            let rule = &self.plan.links[named.link];
            match self.lookup.found(named.link, &named.key) {
                Found::One { id, .. } if rule.many => members.entry(rule.field).or_default().push(*id),
                Found::One { end, id } => {
                    put(draft, &self.plan.object, rule.field, &rule.ends[*end].to.name, *id);
                }
                Found::Nothing => going.unmatched.push((named.link, named.name.clone())),
                Found::Make => {}
                Found::Later => going.later.push((named.link, named.name.clone())),
                Found::Problem(_) => faults.extend(self.broken(named)),
            }
        }
        for (field, ids) in members {
            draft.put_members(field, ids);
        }
    }

    /// Saves what is on its way, with the records that it names and that are not there yet.
    fn save(&mut self, writer: &mut Writer<'_, '_>, going: Vec<Going<'_>>) -> Result<(), Error> {
        let named = going.iter().flat_map(|going| {
            let defaults = going.wish.default_links.iter().filter(|_| going.record.is_none());
            going.wish.links.iter().chain(defaults)
        });
        self.lookup.make_missing(writer, named)?;
        let mut drafts = Vec::with_capacity(going.len());
        let mut rest = Vec::with_capacity(going.len());
        for mut going in going {
            match self.draft(&mut going) {
                Ok(mut draft) => {
                    match files::attach(writer, self.plan, going.wish, going.record, &mut draft)? {
                        Ok(brings) => {
                            going.brings = brings;
                            drafts.push(draft);
                            rest.push(going);
                        }
                        Err(fault) => self.refuse(going.wish, vec![fault]),
                    }
                }
                Err(faults) => self.refuse(going.wish, faults),
            }
        }
        for (going, saved) in rest.into_iter().zip(writer.save_all(drafts)?) {
            match saved {
                Ok(saved) => self.count(going, &saved),
                Err(Error::Database(error)) => return Err(Error::Database(error)),
                Err(error) => {
                    let faults = self.faults(&error);
                    self.refuse(going.wish, faults);
                }
            }
        }
        Ok(())
    }

    fn count(&mut self, going: Going<'_>, saved: &Saved) {
        let Going { wish, key, later, unmatched, brings, .. } = going;
        let counts = &mut self.outcome.counts;
        match &saved.before {
            None => counts.created += 1,
            Some(before)
                if before[Object::VERSION] == saved.after[Object::VERSION] && !brings && !wish.awaits =>
            {
                counts.unchanged += 1;
            }
            Some(_) => counts.updated += 1,
        }
        if let Some(key) = key {
            if saved.before.is_none() {
                self.outcome.new_keys.push(key.clone());
            }
            self.here.insert(key, saved.id);
        }
        if self.plan.links.iter().any(LinkPlan::is_own) {
            let title = saved.after[Object::TITLE].as_text().unwrap_or("");
            self.lookup.note(title, saved.id);
            self.outcome.titles.push(db::search::fold(title));
        }
        counts.unmatched += unmatched.len() as u64;
        let number = wish.row.number;
        let unmatched = unmatched.into_iter().map(|(link, name)| Unmatched { number, link, name });
        self.outcome.unmatched.extend(unmatched);
        self.outcome.deferred.extend(later.into_iter().map(|(link, name)| Deferred {
            number: wish.row.number,
            record: saved.id,
            link,
            name,
            cells: cells(&wish.row),
        }));
    }

    fn refuse(&mut self, wish: &Wish, faults: Vec<Fault>) {
        self.outcome.counts.bad += 1;
        self.outcome.bad.push(Bad { number: wish.row.number, cells: cells(&wish.row), faults });
    }

    /// What saving refused, by column of the file.
    fn faults(&self, error: &Error) -> Vec<Fault> {
        let fault = |problem: &Problem| {
            let name = problem.field.as_deref().unwrap_or("");
            let name = name.split('.').next().unwrap_or(name);
            let columns: Vec<usize> = self.plan.columns_of(name).collect();
            let field = (columns.is_empty() && !name.is_empty()).then(|| name.to_owned());
            Fault { column: columns.first().copied(), field, message: problem.message.clone() }
        };
        match error {
            Error::Invalid(problems) if !problems.is_empty() => problems.iter().map(fault).collect(),
            other => vec![Fault::new(None, first_of(other))],
        }
    }
}

/// Sets a link.
pub fn put(draft: &mut Draft, object: &Object, field: usize, to: &str, id: Id) {
    let field = &object.fields[field];
    let start = field.columns.start;
    if matches!(field.kind, Kind::LinkAny(_)) {
        draft.put_column(start, to.into());
        draft.put_column(start + 1, id.into());
    } else {
        draft.put_column(start, id.into());
    }
}

fn cells(row: &Row) -> Vec<String> {
    row.cells().map(str::to_owned).collect()
}
