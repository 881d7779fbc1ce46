//! The chunks of one transaction after the other, as they come from the thread that reads.

use std::{
    collections::VecDeque,
    sync::mpsc::Receiver,
    time::{Duration, Instant},
};

use db::Db;

use super::ahead::Chunk;

/// How long a transaction goes on where one writes at a time and nobody waits: what it costs the disk hardly grows with
/// its rows, since each page of an index that they fall on is written once.
const ALONE: Duration = Duration::from_secs(3);
/// How long it goes on otherwise. Where several write at a time, one that was in another's way begins anew.
const AMONG_OTHERS: Duration = Duration::from_millis(250);
/// What a transaction takes at most.
const MOST_ROWS: usize = 40_000;
const MOST_BYTES: usize = 16 << 20;

pub struct Feed<'a> {
    db: &'a Db,
    chunks: &'a Receiver<Chunk>,
    /// Whether several write at a time.
    has_rivals: bool,
    /// Chunks to be saved before any more are received.
    ahead: VecDeque<Chunk>,
    /// The chunk that is being saved, and those before it where the transaction may have to begin anew.
    taken: Vec<Chunk>,
    began: Instant,
    rows: usize,
    bytes: usize,
}

impl<'a> Feed<'a> {
    pub fn new(db: &'a Db, chunks: &'a Receiver<Chunk>) -> Feed<'a> {
        Feed {
            db,
            chunks,
            has_rivals: db.dialect().has_rivals(),
            ahead: VecDeque::new(),
            taken: Vec::new(),
            began: Instant::now(),
            rows: 0,
            bytes: 0,
        }
    }

    /// Forgets the chunks that are saved and waits for the next; false when all have come.
    pub fn wait(&mut self) -> bool {
        self.taken.clear();
        if self.ahead.is_empty() {
            self.ahead.extend(self.chunks.recv());
        }
        !self.ahead.is_empty()
    }

    /// Begins a transaction, or begins it anew with the same chunks.
    ///
    /// Where several write at a time, its chunks must have been looked up before its first statement: later ones may
    /// know records that it does not see.
    pub fn begin(&mut self) {
        while let Some(chunk) = self.taken.pop() {
            self.ahead.push_front(chunk);
        }
        if self.has_rivals && self.ahead.len() <= 1 {
            self.ahead.extend(self.chunks.try_iter());
        }
        (self.began, self.rows, self.bytes) = (Instant::now(), 0, 0);
    }

    /// The next chunk; none when it is time to commit, or all have come.
    pub fn chunk(&mut self) -> Option<&mut Chunk> {
        let is_first = self.rows == 0;
        if !self.has_rivals {
            self.taken.clear();
        }
        let chunk = match self.ahead.pop_front() {
            Some(chunk) if is_first || !self.is_enough() => chunk,
            Some(chunk) => {
                self.ahead.push_front(chunk);
                return None;
            }
            None if self.has_rivals || self.is_enough() => return None,
            None => self.chunks.recv().ok()?,
        };
        self.rows += chunk.wishes.len();
        self.bytes += chunk.wishes.iter().map(|wish| wish.row.size()).sum::<usize>();
        self.taken.push(chunk);
        self.taken.last_mut()
    }

    fn is_enough(&self) -> bool {
        let patience = if self.has_rivals || self.db.is_awaited() { AMONG_OTHERS } else { ALONE };
        self.rows >= MOST_ROWS || self.bytes >= MOST_BYTES || self.began.elapsed() >= patience
    }
}
