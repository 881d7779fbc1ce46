//! A question about a cube of the warehouse.

use std::sync::Arc;

use cube::{Calendar, Context, Cube, CubeDef, Question, Relation, Table};
use datafusion::{catalog::SchemaProvider as _, prelude::SessionContext};
use expr::Binding;

use super::{engine::Running, functions, stars::Stars};
use crate::{Answer, Asking, Cancel, Error, Warehouse, bounds::Bounds, catalog::Catalog};

/// Why a question has no answer.
pub type Failure = cube::Error<Error>;

impl From<Error> for Failure {
    fn from(error: Error) -> Failure {
        cube::Error::Engine(error)
    }
}

impl Warehouse {
    /// Answers a question about a cube, by somebody with their rights; `file` is where the cube was written. Blocking: not
    /// for a thread of an executor.
    ///
    /// # Errors
    /// [`cube::Error::Question`] when it asks for what is not there or not to be seen; limits and failures of the warehouse.
    pub fn ask(
        self: &Arc<Warehouse>,
        asking: &Asking,
        file: &str,
        def: &CubeDef,
        question: &Question,
        cancel: &Cancel,
    ) -> Result<Table, Failure> {
        self.freshen()?;
        let bounds = Bounds::new(self.options.patience, cancel);
        self.within_memory(asking, cause, |session, tables| {
            self.asked_in((session, tables), asking, file, def, question, &bounds)
        })
    }

    /// A cube as somebody sees it, to look at.
    pub fn cube(self: &Arc<Warehouse>, asking: &Asking, file: &str, def: &CubeDef) -> Result<Cube, Failure> {
        self.freshen()?;
        let (_, tables) = self.session(asking);
        self.resolved(&tables, file, def)
    }

    fn asked_in(
        self: &Arc<Warehouse>,
        (session, tables): (&SessionContext, &Arc<Catalog>),
        asking: &Asking,
        file: &str,
        def: &CubeDef,
        question: &Question,
        bounds: &Bounds,
    ) -> Result<Table, Failure> {
        let calendar = Calendar { fiscal_year_begins: self.options.fiscal_year_begins };
        functions::register(session, calendar, &self.options.zone);
        let cube = self.resolved(tables, file, def)?;
        if let (Some(_), None) = (&def.filter, &cube.filter) {
            // Without its filter it would tell of rows that it is not about.
            return Err(not_there(&def.name));
        }
        let who = &asking.who;
        let binding = Binding {
            now: self.engine.clock().now(),
            zone: &self.options.zone,
            me: who.actor.user,
            my_teams: &who.teams,
            guard: None,
        };
        let running = Running { context: session, runtime: self.runtime(), bounds };
        cube::ask(&cube, question, &Context { binding, calendar }, &running)
    }

    fn resolved(&self, tables: &Arc<Catalog>, file: &str, def: &CubeDef) -> Result<Cube, Failure> {
        let Some(table) = &def.table else {
            let reason = "a cube of the warehouse needs `table`";
            return Err(metadata::definition::DefinitionError::new(file, reason).into());
        };
        if tables.schema_of(table).is_none() {
            let names = tables.table_names();
            let reason = format!("{}: there is no table `{table}`", not_there(&def.name));
            let problem =
                metadata::definition::DefinitionError::new(file, reason).at(def.line(cube::Part::Table));
            return Err(problem.nearest_to(table, names.iter().map(String::as_str)).into());
        }
        let stars = Stars { registry: self.engine.registry(), tables: Arc::clone(tables) };
        Ok(Cube::new(file, def, Relation::new(table, Box::new(stars))))
    }
}

/// What may not be read looks like what is not there.
fn not_there(name: &str) -> Failure {
    cube::Error::Question(format!("there is no cube `{name}`, or not all that it is made of can be seen"))
}

/// A table of results as any other answer.
impl TryFrom<&Table> for Answer {
    type Error = Error;

    fn try_from(table: &Table) -> Result<Answer, Error> {
        let batch = table.batch()?;
        Ok(Answer { schema: batch.schema(), batches: vec![batch], cut: table.more })
    }
}

/// What went wrong in the engine, if it was that.
fn cause(failure: &Failure) -> Option<&Error> {
    match failure {
        cube::Error::Engine(error) => Some(error),
        _ => None,
    }
}
