//! The job that checks an import, or runs it.
//!
//! One thread reads the file, makes wishes of its rows and looks up what they need, another saves them. Each batch is
//! one transaction that also moves the import's progress on and extends the job's lease: whatever dies, no row is lost
//! or doubled. A check saves in the same way and undoes each batch.

use std::{
    ops::ControlFlow,
    sync::mpsc::{Receiver, SyncSender, sync_channel},
    thread,
    time::Duration,
};

use app::Workspace;
use db::config::Durability;
use jobs::{Job, Lane, Outcome, Run};
use kernel::{Channel, Id, Message};
use records::{Action, Principal};
use serde::{Deserialize, Serialize};

use super::{
    ahead::{Chunk, Lookout},
    batch,
    book::Book,
    check::Memory,
    course::Course,
    feed::Feed,
    files::{Haul, Porter},
    import::{self, Counts, Import, Progress, State},
    report,
    rows::Rows,
    second,
    total::Total,
};
use crate::{
    mapping::{Plan, Unknown, bring_about, missing_fields},
    table::{self, Source, Table},
};

/// Rows that the reader hands over at a time, and bytes of their cells, about.
const CHUNK_ROWS: usize = 500;
const CHUNK_BYTES: usize = 1 << 20;
/// Chunks that wait for being saved.
const AHEAD: usize = 16;
/// Between two transactions where one writes at a time: another process only looks now and then whether it may.
const PAUSE: Duration = Duration::from_millis(5);
/// Rows after which the database should look at its tables anew.
const LARGE: u64 = 10_000;

/// Checks or runs an import.
#[derive(Debug, Serialize, Deserialize)]
pub struct Carry {
    pub import: Id,
    pub dry: bool,
}

/// Why it does not go on.
#[derive(Debug)]
pub enum Halt {
    /// Asked to stop.
    Stopped,
    /// It makes no sense to go on: what to tell the person.
    Failed(Message),
    /// It may go on later.
    Retry(String),
    /// A check has undone its batch.
    Undone(Box<batch::Outcome>),
}

impl From<records::Error> for Halt {
    fn from(error: records::Error) -> Halt {
        match error {
            records::Error::Database(error) => Halt::Retry(error.to_string()),
            other => Halt::Failed(super::links::first_of(&other)),
        }
    }
}

impl From<db::Error> for Halt {
    fn from(error: db::Error) -> Halt {
        Halt::Retry(error.to_string())
    }
}

impl From<jobs::Error> for Halt {
    fn from(error: jobs::Error) -> Halt {
        match error {
            jobs::Error::Lost => Halt::Stopped,
            other => Halt::Retry(other.to_string()),
        }
    }
}

impl From<table::Error> for Halt {
    fn from(error: table::Error) -> Halt {
        match error {
            table::Error::File(message) => Halt::Failed(message),
            table::Error::Disk(why) => Halt::Retry(why),
        }
    }
}

impl Job for Carry {
    const NAME: &'static str = "transfer/import";
    const LANE: Lane = Lane::Long;
    type Context = Workspace;

    fn run(&self, workspace: &Workspace, run: &Run) -> Outcome {
        let result = self.carry(workspace, run);
        let settle = |state, reason: Option<&Message>| {
            let now = workspace.engine.clock().now();
            workspace.db().write(|tx| import::set_state(tx, self.import, state, reason, Some(now)))
        };
        match result {
            Ok(()) => Outcome::Done,
            Err(Halt::Stopped) if run.is_cancelled() => match settle(State::Cancelled, None) {
                Ok(()) => Outcome::Stopped,
                Err(error) => Outcome::Retry(error.to_string()),
            },
            Err(Halt::Stopped | Halt::Undone(_)) => Outcome::Stopped,
            Err(Halt::Retry(why)) if run.attempt() < Self::MAX_ATTEMPTS => Outcome::Retry(why),
            Err(Halt::Retry(why)) => {
                let _ = settle(
                    State::Failed,
                    Some(&Message::new("import-problem-broken").with("why", why.as_str())),
                );
                Outcome::Fail(why)
            }
            Err(Halt::Failed(message)) => match settle(State::Failed, Some(&message)) {
                Ok(()) => Outcome::Drop(message.id.into_owned()),
                Err(error) => Outcome::Retry(error.to_string()),
            },
        }
    }
}

impl Carry {
    fn carry(&self, workspace: &Workspace, run: &Run) -> Result<(), Halt> {
        let found = workspace.db().read(|tx| import::find(tx, self.import))?;
        let Some(import) = found else { return Ok(()) };
        let who = principal(workspace, &import)?;
        let table = open(workspace, &import)?;
        let (plan, rows) = self.plan(workspace, &import, &table, &who)?;
        let progress = if self.dry { Progress::default() } else { import.progress.clone() };
        let mut carrying = Carrying {
            workspace,
            run,
            who: &who,
            plan: &plan,
            import: &import,
            book: Book::new(&plan),
            course: workspace.engine.read(&who, |reader| Course::new(reader, import.id))?,
            progress,
            total: rows,
            memory: self.dry.then(Memory::default),
        };
        if self.dry {
            workspace.db().write(|tx| import::clear(tx, import.id))?;
        }
        if !carrying.progress.second {
            carrying.rows(&table)?;
        }
        carrying.finish()
    }

    /// The checked mapping, and the rows of the file where they are known by then; a run makes the fields and options
    /// first that it needs.
    fn plan(
        &self,
        workspace: &Workspace,
        import: &Import,
        table: &Table,
        who: &Principal,
    ) -> Result<(Plan, Option<u64>), Halt> {
        let make = |fields_come: bool| {
            let registry = workspace.engine.registry();
            let now = workspace.engine.clock().now();
            let look = workspace.texts.reader(&workspace.config.locale, who.zone.clone(), now);
            Plan::new(&import.mapping, &table.shape, &registry, &look, &who.zone, fields_come).map_err(
                |problems| {
                    let first = problems.into_iter().next().map(|problem| problem.message);
                    Halt::Failed(first.unwrap_or_else(|| Message::new("error-invalid")))
                },
            )
        };
        let plan = make(true)?;
        if !who.access.may(&plan.object.name, Action::Import) {
            return Err(Halt::Failed(Message::new("import-problem-denied")));
        }
        let adds = plan.columns.iter().any(|column| column.unknown == Unknown::Add);
        if missing_fields(&import.mapping, &workspace.engine.registry()).is_empty() && !adds {
            return Ok((plan, None));
        }
        if !who.access.administrator {
            return Err(Halt::Failed(Message::new("import-problem-administrator")));
        }
        if self.dry {
            return Ok((plan, None));
        }
        let rows = bring_about(workspace, &import.mapping, table, &plan);
        let rows = rows.map_err(|fault| Halt::Failed(fault.into()))?;
        Ok((make(false)?, rows))
    }
}

/// Whose rights count: those of the person who asked for it, as they are now.
pub fn principal(workspace: &Workspace, import: &Import) -> Result<Principal, Halt> {
    let Some(user) = import.owner else { return Ok(Principal::system().through(Channel::Import)) };
    let app = workspace.app();
    let found = match app.authenticator() {
        Some(authenticator) => authenticator.principal(workspace, user)?,
        None => None,
    };
    let who = found.ok_or_else(|| Halt::Failed(Message::new("import-problem-owner")))?;
    Ok(who.through(Channel::Import))
}

/// The file of an import.
pub fn open(workspace: &Workspace, import: &Import) -> Result<Table, Halt> {
    let blob = workspace.db().read(|tx| blobs::find(tx, import.file));
    let blob = blob.map_err(|error| Halt::Retry(error.to_string()))?;
    let blob = blob.ok_or_else(|| Halt::Failed(Message::new("import-problem-file-gone")))?;
    Ok(Table::open(Source::Blob(workspace.blobs.clone(), Box::new(blob)), &import.mapping.reading)?)
}

pub(super) struct Carrying<'a> {
    pub(super) workspace: &'a Workspace,
    pub(super) run: &'a Run,
    pub(super) who: &'a Principal,
    pub(super) plan: &'a Plan,
    pub(super) import: &'a Import,
    pub(super) book: Book,
    course: Course,
    pub(super) progress: Progress,
    /// Rows of the file, where they were counted before.
    total: Option<u64>,
    /// What a check remembers, because the database does not.
    pub(super) memory: Option<Memory>,
}

impl Carrying<'_> {
    /// All rows that are left, in batches.
    fn rows(&mut self, table: &Table) -> Result<(), Halt> {
        let from = self.progress.next_row;
        let plan = self.plan;
        let total = Total::new(self.total);
        thread::scope(|scope| {
            let (sender, receiver) = sync_channel(AHEAD);
            let lookout = Lookout::new(&self.workspace.engine, self.who, plan, self.course.now());
            let haul = if self.memory.is_some() { Haul::Nothing } else { Haul::Content };
            let porter = Porter::new(table, &self.workspace.blobs, plan, haul);
            let reading = scope.spawn(move || read(table, plan, from, lookout, porter, &sender));
            let total = &total;
            scope.spawn(move || total.count(table));
            let saved = self.save_all(&receiver, total);
            total.give_up();
            drop(receiver);
            saved?;
            match reading.join() {
                Ok(result) => result.map_err(Halt::from),
                Err(_) => Err(Halt::Retry("reading the file panicked".to_owned())),
            }
        })
    }

    fn save_all(&mut self, chunks: &Receiver<Chunk>, total: &Total) -> Result<(), Halt> {
        let db = self.workspace.db();
        let mut feed = Feed::new(db, chunks);
        while feed.wait() {
            if self.run.should_stop() {
                return Err(Halt::Stopped);
            }
            self.save(&mut feed)?;
            self.run.progress(self.progress.counts.rows, total.get(), None);
            if !db.dialect().has_rivals() {
                thread::sleep(PAUSE);
            }
        }
        Ok(())
    }

    /// Saves rows in one transaction.
    fn save(&mut self, feed: &mut Feed<'_>) -> Result<(), Halt> {
        let is_check = self.memory.is_some();
        let (plan, import, run) = (self.plan, self.import, self.run);
        let (before, book, course) = (&self.progress, &mut self.book, &mut self.course);
        // If the machine dies, the import goes on from what has reached the disk; its end waits until everything has.
        let result = self.workspace.engine.write_as(Durability::Process, self.who, |writer| {
            writer.set_cause(import.id);
            feed.begin();
            let outcome = batch::save(writer, plan, book, course, feed)?;
            if is_check {
                return Err(Halt::Undone(Box::new(outcome)));
            }
            let mut progress = Progress { next_row: outcome.next_row, ..before.clone() };
            progress.counts.add(&outcome.counts);
            let tx = writer.tx();
            report::keep(tx, import.id, &outcome.bad)?;
            report::defer(tx, import.id, &outcome.deferred)?;
            import::put(tx, import.id, "progress", &progress)?;
            run.checkpoint(tx, &outcome.next_row)?;
            Ok((outcome, progress))
        });
        self.course.ended();
        match result {
            Ok((outcome, progress)) => {
                self.progress = progress;
                self.book.learn(outcome.learnt, self.course.now().moment());
                self.course.committed(outcome.saved, outcome.oldest, outcome.end);
                Ok(())
            }
            Err(Halt::Undone(outcome)) => self.remember(*outcome),
            Err(other) => Err(other),
        }
    }

    fn finish(mut self) -> Result<(), Halt> {
        if self.memory.is_some() {
            return self.finish_check();
        }
        self.progress.second = true;
        let rows = self.progress.counts.rows;
        self.run.progress(rows, Some(rows), None);
        second::link(self.workspace, self.who, self.plan, self.import, self.run, &mut self.progress)?;
        let (import, run) = (self.import, self.run);
        let now = self.workspace.engine.clock().now();
        self.workspace.db().write(|tx| {
            import::set_state(tx, import.id, State::Done, None, Some(now))?;
            run.finish(tx)?;
            Ok::<_, Halt>(())
        })?;
        if self.progress.counts.rows > LARGE {
            // Slow plans later are worth a log line, not a failed import.
            if let Err(error) = self.workspace.db().optimize() {
                tracing::warn!(%error, "statistics could not be refreshed after an import");
            }
        }
        Ok(())
    }
}

/// Reads the file and hands over wishes until nobody takes them.
fn read(
    table: &Table,
    plan: &Plan,
    from: u64,
    mut lookout: Lookout<'_>,
    mut porter: Porter<'_>,
    to: &SyncSender<Chunk>,
) -> Result<(), table::Error> {
    let rows = Rows::new(plan);
    let mut batch = Vec::with_capacity(CHUNK_ROWS);
    let mut bytes = 0;
    let mut failure = None;
    table.each(from, &mut |row| {
        let mut wish = rows.read(row);
        bytes += row.size();
        match porter.bring(&mut wish) {
            Ok(brought) => bytes += usize::try_from(brought).unwrap_or(usize::MAX),
            Err(error) => {
                failure = Some(error);
                return ControlFlow::Break(());
            }
        }
        batch.push(wish);
        if batch.len() < CHUNK_ROWS && bytes < CHUNK_BYTES {
            return ControlFlow::Continue(());
        }
        bytes = 0;
        let wishes = std::mem::replace(&mut batch, Vec::with_capacity(CHUNK_ROWS));
        match to.send(lookout.look(wishes)) {
            Ok(()) => ControlFlow::Continue(()),
            Err(_) => ControlFlow::Break(()),
        }
    })?;
    if let Some(error) = failure {
        return Err(error);
    }
    if !batch.is_empty() {
        // Nobody takes it when the saving has stopped.
        let _ = to.send(lookout.look(batch));
    }
    Ok(())
}

impl Counts {
    /// Rows that made, changed or left a record.
    pub const fn good(&self) -> u64 {
        self.created + self.updated + self.unchanged + self.passed
    }
}
