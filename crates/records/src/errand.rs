//! Saves that somebody else carries out: see [`db::Errand`].

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    thread,
    time::Instant,
};

use db::{Errand, Tx, Undone};

use crate::{Engine, Error, Principal, Writer};

impl Engine {
    /// A save to be handed over. `tell` gets what [`Engine::write`] would have given, or the panic of `work`.
    pub fn errand<T, E, W, F>(&self, who: Arc<Principal>, work: W, tell: F) -> Box<dyn Errand>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
        W: FnMut(&mut Writer<'_, '_>) -> Result<T, E> + Send + 'static,
        F: FnOnce(thread::Result<Result<T, E>>) + Send + 'static,
    {
        Box::new(Save { engine: self.clone(), who, work, tell, answer: None, since: Instant::now() })
    }
}

struct Save<T, E, W, F> {
    engine: Engine,
    who: Arc<Principal>,
    work: W,
    tell: F,
    /// What came of the last run.
    answer: Option<thread::Result<Result<T, E>>>,
    since: Instant,
}

impl<T, E, W, F> Errand for Save<T, E, W, F>
where
    T: Send,
    E: From<Error> + Send,
    W: FnMut(&mut Writer<'_, '_>) -> Result<T, E> + Send,
    F: FnOnce(thread::Result<Result<T, E>>) + Send,
{
    fn since(&self) -> Instant {
        self.since
    }

    fn run(&mut self, tx: &mut Tx<'_>) -> Result<(), Undone> {
        let answer =
            catch_unwind(AssertUnwindSafe(|| self.engine.write_within(tx, &self.who, &mut self.work)));
        let is_done = matches!(answer, Ok(Ok(_)));
        self.answer = Some(answer);
        if is_done { Ok(()) } else { Err(Undone) }
    }

    fn end(self: Box<Self>, outcome: Result<(), db::Error>) {
        let answer = match (self.answer, outcome) {
            (Some(answer), Ok(())) => answer,
            // It was told why already, or never came to it.
            (Some(failed @ (Err(_) | Ok(Err(_)))), Err(_)) => failed,
            (_, Err(error)) => Ok(Err(Error::Database(error).into())),
            (None, Ok(())) => return,
        };
        (self.tell)(answer);
    }
}
