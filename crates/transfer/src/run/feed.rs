//! The chunks of one transaction, as they come from the thread that reads.

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
    /// Chunks to be saved before any more are received.
    ahead: VecDeque<Chunk>,
    /// The chunk that is being saved, and those before it where the transaction may have to begin anew.
    taken: Vec<Chunk>,
    keeps: bool,
    began: Instant,
    rows: usize,
    bytes: usize,
}

impl<'a> Feed<'a> {
    pub fn new(db: &'a Db, first: Chunk, chunks: &'a Receiver<Chunk>) -> Feed<'a> {
        Feed {
            db,
            chunks,
            ahead: VecDeque::from([first]),
            taken: Vec::new(),
            keeps: db.dialect().has_rivals(),
            began: Instant::now(),
            rows: 0,
            bytes: 0,
        }
    }

    /// Begins the transaction, or begins it anew with the same chunks.
    pub fn begin(&mut self) {
        while let Some(chunk) = self.taken.pop() {
            self.ahead.push_front(chunk);
        }
        (self.began, self.rows, self.bytes) = (Instant::now(), 0, 0);
    }

    /// The next chunk; none when it is time to commit, or all have come.
    pub fn chunk(&mut self) -> Option<&Chunk> {
        if !self.keeps {
            self.taken.clear();
        }
        let chunk = match self.ahead.pop_front() {
            Some(chunk) => chunk,
            None if self.is_enough() => return None,
            None => self.chunks.recv().ok()?,
        };
        self.rows += chunk.wishes.len();
        self.bytes += chunk.wishes.iter().map(|wish| wish.row.size()).sum::<usize>();
        self.taken.push(chunk);
        self.taken.last()
    }

    fn is_enough(&self) -> bool {
        let patience = if self.keeps || self.db.is_awaited() { AMONG_OTHERS } else { ALONE };
        self.rows >= MOST_ROWS || self.bytes >= MOST_BYTES || self.began.elapsed() >= patience
    }
}
