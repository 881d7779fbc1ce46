//! Rows that are inserted beside the work that makes the next ones.
//!
//! Making many rows and inserting them take about as long. So the rows of a large insert are handed to a thread, which
//! puts them into the same transaction on the same connection, and whoever made them goes on. Statements that name a
//! table on which rows are still on their way wait for them, and so does the end of the transaction: nobody can tell
//! but by the time, and by where an error comes up, which is at the next such statement or at the end.

use std::{
    collections::VecDeque,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    thread::JoinHandle,
};

use crossbeam_channel as channel;
use kernel::{ColumnType, Value};
use parking_lot::{Condvar, Mutex, MutexGuard};
use rusqlite::Connection;

use super::statement;
use crate::Error;

/// Inserts that may be on their way at once; more wait, so that the rows of a large import do not pile up.
const AHEAD: usize = 6;
/// Rows for which the connection is taken at a time; then others have a turn.
const TURN: usize = 64;

/// Rows on their way into a table.
pub struct Insert {
    pub table: String,
    /// The statement with a place for each column.
    pub text: String,
    pub columns: Vec<ColumnType>,
    /// The values of one row after the other.
    pub values: Vec<Value>,
}

/// The thread, started when it is first needed.
pub struct Behind {
    connection: Arc<Mutex<Connection>>,
    line: Arc<Line>,
    worker: Mutex<Option<Worker>>,
}

struct Worker {
    sender: channel::Sender<Insert>,
    thread: JoinHandle<()>,
}

#[derive(Default)]
struct Line {
    state: Mutex<State>,
    moved: Condvar,
}

#[derive(Default)]
struct State {
    /// The tables of inserts that are not done yet, in their order.
    under_way: VecDeque<String>,
    /// What went wrong; what is under way after it is left out.
    failure: Option<Error>,
}

impl Behind {
    pub fn new(connection: Arc<Mutex<Connection>>) -> Behind {
        Behind { connection, line: Arc::default(), worker: Mutex::new(None) }
    }

    /// Hands rows over.
    pub fn insert(&self, insert: Insert) -> Result<(), Error> {
        let sender = self.sender()?;
        self.line.state.lock().under_way.push_back(insert.table.clone());
        sender.send(insert).map_err(|_| {
            self.line.state.lock().under_way.pop_back();
            Error::Other("the thread that inserts rows is gone".to_owned())
        })
    }

    /// Waits for all rows that are on their way to a table that `statement` names.
    ///
    /// # Errors
    /// What went wrong with them. It is told once; the transaction is of no more use.
    pub fn settle_for(&self, statement: &str) -> Result<(), Error> {
        self.settle_while(|state| state.under_way.iter().any(|table| statement.contains(table.as_str())))
    }

    /// Waits for all rows that are on their way.
    ///
    /// # Errors
    /// As [`Behind::settle_for`].
    pub fn settle(&self) -> Result<(), Error> {
        self.settle_while(|state| !state.under_way.is_empty())
    }

    /// Leaves out what is still on its way: the transaction is undone.
    pub fn abandon(&self) {
        self.line
            .state
            .lock()
            .failure
            .get_or_insert_with(|| Error::Other("the transaction is undone".to_owned()));
        let _ = self.settle();
        self.line.state.lock().failure = None;
    }

    fn settle_while(&self, waits: impl Fn(&State) -> bool) -> Result<(), Error> {
        let mut state = self.line.state.lock();
        while waits(&state) {
            self.line.moved.wait(&mut state);
        }
        state.failure.take().map_or(Ok(()), Err)
    }

    fn sender(&self) -> Result<channel::Sender<Insert>, Error> {
        let mut worker = self.worker.lock();
        if let Some(worker) = &*worker {
            return Ok(worker.sender.clone());
        }
        let (sender, receiver) = channel::bounded(AHEAD);
        let (connection, line) = (self.connection.clone(), self.line.clone());
        let thread = std::thread::Builder::new()
            .name("db-behind".to_owned())
            .spawn(move || work(&connection, &line, &receiver))
            .map_err(|error| Error::Unavailable(error.to_string()))?;
        *worker = Some(Worker { sender: sender.clone(), thread });
        Ok(sender)
    }
}

impl Drop for Behind {
    fn drop(&mut self) {
        if let Some(Worker { sender, thread }) = self.worker.get_mut().take() {
            drop(sender);
            let _ = thread.join();
        }
    }
}

fn work(connection: &Mutex<Connection>, line: &Line, inserts: &channel::Receiver<Insert>) {
    for insert in inserts {
        let is_wanted = line.state.lock().failure.is_none();
        let done = if is_wanted { put(connection, &insert) } else { Ok(()) };
        let mut state = line.state.lock();
        state.under_way.pop_front();
        if let Err(error) = done {
            state.failure.get_or_insert(error);
        }
        line.moved.notify_all();
    }
}

fn put(connection: &Mutex<Connection>, insert: &Insert) -> Result<(), Error> {
    let width = insert.columns.len();
    let put = || {
        let mut connection = connection.lock();
        for turn in insert.values.chunks(TURN * width) {
            statement::insert(&connection, &insert.text, &insert.columns, turn.chunks(width))?;
            MutexGuard::bump(&mut connection);
        }
        Ok(())
    };
    catch_unwind(AssertUnwindSafe(put))
        .unwrap_or_else(|_| Err(Error::Other("inserting rows panicked".to_owned())))
}
