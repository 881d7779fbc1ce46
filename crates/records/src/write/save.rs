//! The save path from end to end.

use std::sync::Arc;

use metadata::Object;

use super::{Work, Writer};
use crate::{Draft, Error, Saved, behaviour::Saving, env::Linked};

/// Consequences of consequences; beyond this two behaviours call each other for ever.
const DEPTH: usize = 8;

impl Writer<'_, '_> {
    /// Saves one record.
    ///
    /// # Errors
    /// [`Error::Invalid`] with every problem found; [`Error::NotFound`], [`Error::Denied`] and [`Error::Conflict`]
    /// as they say. The transaction can go on: nothing was written.
    pub fn save(&mut self, draft: Draft) -> Result<Saved, Error> {
        let mut results = self.save_all(vec![draft])?;
        results.pop().unwrap_or(Err(Error::NotFound))
    }

    /// Saves many records of one object, each for itself: the good ones are written, each other one gets its error.
    ///
    /// # Errors
    /// Only when something is broken; then the transaction is of no more use.
    ///
    /// # Panics
    /// When the drafts are of different objects.
    pub fn save_all(&mut self, drafts: Vec<Draft>) -> Result<Vec<Result<Saved, Error>>, Error> {
        let Some(first) = drafts.first() else { return Ok(Vec::new()) };
        let object = Arc::clone(&first.object);
        assert!(drafts.iter().all(|draft| draft.object.name == object.name), "one object at a time");
        if self.depth > DEPTH {
            return Err(Error::invalid(kernel::Message::new("problem-endless")));
        }
        let mut linked = Linked::default();
        let mut works = self.prepare(&object, drafts)?;
        self.authorise(&object, &mut works, &mut linked)?;
        self.refuse_conflicts(&object, &mut works)?;
        self.check_links(&object, &mut works)?;
        self.set_defaults(&object, &mut works, &mut linked)?;
        self.authorise_new(&object, &mut works, &mut linked)?;
        self.before_save(&object, &mut works)?;
        self.complete(&object, &mut works, &mut linked);
        self.validate(&object, &mut works, &mut linked)?;
        self.number(&object, &mut works, &mut linked)?;
        linked.failure()?;
        self.store(&object, &mut works)?;
        let results: Vec<Result<Saved, Error>> =
            works.into_iter().map(|work| result(&object, work)).collect();
        self.after_save(&object, &results)?;
        Ok(results)
    }

    fn before_save(&mut self, object: &Arc<Object>, works: &mut [Work]) -> Result<(), Error> {
        let engine = self.engine;
        for behaviour in engine.behaviours(&object.name) {
            let concerned = |work: &&mut Work| {
                work.error.is_none() && behaviour.concerns(object, work.before.as_deref(), &work.after)
            };
            for work in works.iter_mut().filter(concerned) {
                let mut saving = Saving {
                    object,
                    id: work.id,
                    actor: self.reader.who.actor,
                    before: work.before.as_deref(),
                    after: &mut work.after,
                    given: &work.given,
                    problems: &mut work.problems,
                };
                self.reader.as_system(|reader| behaviour.before_save(&mut saving, reader))?;
            }
        }
        Ok(())
    }

    fn after_save(&mut self, object: &Arc<Object>, results: &[Result<Saved, Error>]) -> Result<(), Error> {
        let engine = self.engine;
        for behaviour in engine.behaviours(&object.name) {
            let concerned =
                |saved: &&Saved| behaviour.concerns(object, saved.before.as_deref(), &saved.after);
            for saved in results.iter().flatten().filter(concerned) {
                self.depth += 1;
                self.trusted(|writer| behaviour.after_save(saved, writer))?;
                self.depth -= 1;
            }
        }
        Ok(())
    }
}

fn result(object: &Arc<Object>, work: Work) -> Result<Saved, Error> {
    if let Some(error) = work.error {
        return Err(error);
    }
    if !work.problems.is_empty() {
        return Err(Error::Invalid(work.problems));
    }
    let version = work.after[Object::VERSION].as_int().unwrap_or(1);
    Ok(Saved { object: Arc::clone(object), id: work.id, version, before: work.before, after: work.after })
}
