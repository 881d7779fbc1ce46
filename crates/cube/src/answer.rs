//! A question, answered: statements out, cells in, measures made of them, a table.

use std::collections::BTreeSet;

use expr::sql::Sql;

use crate::{
    Context, Datum, Engine, Error,
    cells::{Along, Cells, Key, Needs, Place, Store, day_of, layout},
    condition::Conditions,
    cube::Cube,
    question::{Cut, Question, Totals},
    rows,
    statement::{Frame, Kept, Statements},
    table::{Column, ColumnKind, MOST_ROWS, Table, pivot},
};

/// Levels of a question: more would make more kinds of subtotal than anybody reads.
const MOST_LEVELS: usize = 8;

/// Answers a question about cells.
///
/// # Errors
/// [`Error::Question`], [`Error::Limit`], or what goes wrong in the engine.
pub fn answer<E: Engine>(
    cube: &Cube,
    question: &Question,
    context: &Context,
    engine: &E,
) -> Result<Table, Error<E::Error>> {
    let question = &whole_periods(cube, question, context).map_err(Error::Question)?;
    let asked = Asked::new(cube, question, context).map_err(Error::Question)?;
    let kept = match question.top {
        Some(top) => Some(asked.largest(top, engine)?),
        None => None,
    };
    let cells = asked.cells(kept.as_ref(), engine)?;
    let keys = asked.ordered(&cells, asked.shown(&cells)).map_err(Error::Question)?;
    let table = asked.table(&cells, keys);
    if question.across.is_empty() {
        return Ok(table);
    }
    let across: Vec<usize> = (question.by.len()..asked.cuts.len()).collect();
    let mut table = pivot(table, asked.cuts.len(), &across).map_err(Error::Limit)?;
    let limit = question.limit.unwrap_or(MOST_ROWS);
    table.more = table.rows.len() > limit;
    table.rows.truncate(limit);
    Ok(table)
}

/// The question with whole periods between its days, where time is asked by.
fn whole_periods(cube: &Cube, question: &Question, context: &Context) -> Result<Question, String> {
    let mut question = question.clone();
    let texts = question.by.iter().chain(&question.across);
    let cuts: Vec<Cut> = texts.map(|text| Cut::find(cube, text)).collect::<Result<_, _>>()?;
    if let Some(Along { unit, .. }) = along(cube, &cuts) {
        let start = |day| context.calendar.start(unit, day);
        question.from = question.from.map(|day| start(day).unwrap_or(day));
        question.to =
            question.to.map(|day| start(day).map_or(day, |start| context.calendar.end(unit, start)));
    }
    Ok(question)
}

/// What rows are ordered by: a level of the question, or a measure of the cube.
pub enum Order {
    Level(usize),
    Measure(usize),
}

/// A question with its names resolved.
pub struct Asked<'q> {
    pub cube: &'q Cube,
    pub question: &'q Question,
    pub context: &'q Context<'q>,
    pub cuts: Vec<Cut>,
    pub measures: Vec<usize>,
    conditions: Conditions,
    pub along: Option<Along>,
    pub needs: Needs,
}

impl<'q> Asked<'q> {
    fn new(cube: &'q Cube, question: &'q Question, context: &'q Context<'q>) -> Result<Asked<'q>, String> {
        let texts: Vec<&String> = question.by.iter().chain(&question.across).collect();
        let cuts: Vec<Cut> = texts.iter().map(|text| Cut::find(cube, text)).collect::<Result<_, _>>()?;
        if cuts.len() > MOST_LEVELS {
            return Err(format!("a question has at most {MOST_LEVELS} levels"));
        }
        if let Some(twice) =
            (1..cuts.len()).find(|at| cuts[..*at].iter().any(|cut| cut.column == cuts[*at].column))
        {
            return Err(format!("`{}` is asked by twice", cuts[twice].column));
        }
        let mut asked = Asked {
            cube,
            question,
            context,
            along: along(cube, &cuts),
            cuts,
            measures: Vec::new(),
            conditions: Conditions::new(cube, question, context)?,
            needs: Needs::default(),
        };
        asked.measures = asked.measures()?;
        for &measure in &asked.measures {
            asked.needs.of(cube, &asked.cuts, measure, Frame::Period)?;
        }
        if let Some((Order::Measure(measure), _)) = asked.order()? {
            asked.needs.of(cube, &asked.cuts, measure, Frame::Period)?;
        }
        if asked.needs.time {
            asked.time_is_told_apart()?;
        }
        Ok(asked)
    }

    fn measures(&self) -> Result<Vec<usize>, String> {
        if !self.question.measures.is_empty() {
            return self.question.measures.iter().map(|name| measure(self.cube, name)).collect();
        }
        let timeless = |at: &usize| {
            let mut needs = Needs::default();
            needs.of(self.cube, &self.cuts, *at, Frame::Period).is_ok() && !needs.time
        };
        let all: Vec<usize> = (0..self.cube.measures.len()).filter(timeless).collect();
        if all.is_empty() { Err(format!("the cube `{}` has no measures", self.cube.name)) } else { Ok(all) }
    }

    /// # Errors
    /// When there is no one level of time that measures over time can go along.
    fn time_is_told_apart(&self) -> Result<(), String> {
        let Some(along) = self.along else {
            let time = self.cube.time.map_or("a dimension of days", |time| &self.cube.dimensions[time].name);
            return Err(format!(
                "measures over time need a level of `{time}` among what is asked by, such as `{time}.month`"
            ));
        };
        let own = &self.cuts[along.at];
        let fits = |cut: &&Cut| {
            cut.dimension != own.dimension || cut.unit().is_some_and(|unit| along.unit.is_within(unit))
        };
        match self.cuts.iter().find(|cut| !fits(cut)) {
            Some(cut) => Err(format!(
                "measures over time cannot go along `{}` and `{}` at once",
                own.column, cut.column
            )),
            None => Ok(()),
        }
    }

    /// What is ordered by, and whether the other way round.
    pub fn order(&self) -> Result<Option<(Order, bool)>, String> {
        let Some(text) = &self.question.order_by else { return Ok(None) };
        let (name, turned) = text.strip_prefix('-').map_or((text.as_str(), false), |name| (name, true));
        if let Some(at) = self.cube.measures.iter().position(|own| own.name == name) {
            return Ok(Some((Order::Measure(at), turned)));
        }
        let cut = Cut::find(self.cube, name).ok();
        let at = self.cuts.iter().position(|own| cut.as_ref().is_some_and(|cut| cut.column == own.column));
        at.map(|at| Some((Order::Level(at), turned))).ok_or_else(|| {
            let names = self.cube.measures.iter().map(|own| own.name.as_str());
            crate::error::unknown("measure or level to order by", name, names)
        })
    }

    /// The largest members of the level that `top` is about.
    fn largest<E: Engine>(&self, top: usize, engine: &E) -> Result<Kept, Error<E::Error>> {
        let wrong = |text: &str| Error::Question(text.to_owned());
        let order = self.order().map_err(Error::Question)?;
        let Some((Order::Measure(by), turned)) = order else {
            return Err(wrong("`top` needs a measure in `order_by`"));
        };
        let text = self.question.top_of.as_ref().or(self.question.by.first());
        let text = text.ok_or_else(|| wrong("`top` needs a level to take the largest members of"))?;
        let cut = Cut::find(self.cube, text).map_err(Error::Question)?;
        let Some(at) = self.cuts.iter().position(|own| own.column == cut.column) else {
            return Err(Error::Question(format!("`{text}` is not among what is asked by")));
        };
        if cut.unit().is_some() {
            return Err(wrong("`top` is about members that are no periods; `from` and `to` choose these"));
        }
        let name = &self.cube.measures[by].name;
        let question = Question {
            by: vec![text.clone()],
            across: Vec::new(),
            measures: vec![name.clone()],
            order_by: Some(format!("{}{name}", if turned { "-" } else { "" })),
            top: None,
            totals: Totals::None,
            ..self.question.clone()
        };
        let asked = Asked::new(self.cube, &question, self.context).map_err(Error::Question)?;
        let cells = asked.cells(None, engine)?;
        let keys = asked.ordered(&cells, asked.shown(&cells)).map_err(Error::Question)?;
        let members = keys.into_iter().take(top).filter_map(|mut key| match key.pop() {
            Some(Place::Is(datum)) => Some(datum),
            _ => None,
        });
        Ok(Kept { cut: at, members: members.collect() })
    }

    /// The sets of levels that are shown, from all to none.
    pub fn sets(&self) -> Vec<Vec<bool>> {
        let levels = self.cuts.len();
        let first = |count: usize| (0..levels).map(|at| at < count).collect::<Vec<bool>>();
        match self.question.totals {
            Totals::None => vec![first(levels)],
            Totals::Rollup => (0..=levels).rev().map(first).collect(),
            Totals::Cube => (0..1_usize << levels)
                .rev()
                .map(|bits| (0..levels).map(|at| bits >> (levels - 1 - at) & 1 == 1).collect())
                .collect(),
        }
    }

    /// The sets that have to be known: those shown, and those that shares are of.
    fn needed(&self) -> BTreeSet<Vec<bool>> {
        let mut sets: BTreeSet<Vec<bool>> = self.sets().into_iter().collect();
        for rolled in &self.needs.rolled {
            for mut set in self.sets() {
                rolled.iter().for_each(|at| set[*at] = false);
                sets.insert(set);
            }
        }
        sets
    }

    fn cells<E: Engine>(&self, kept: Option<&Kept>, engine: &E) -> Result<Cells<'_>, Error<E::Error>> {
        let statements = Statements {
            cube: self.cube,
            context: self.context,
            cuts: &self.cuts,
            conditions: &self.conditions,
            kept,
            aggregates: self.needs.aggregates.iter().copied().collect(),
            beyond: self.needs.time,
            time: self.along.map(|along| along.at),
            from: self.question.from,
        };
        let mut cells = Cells {
            along: self.along,
            columns: layout(self.cube, &self.needs.aggregates),
            ..Cells::of_names(self.cube, &self.cuts, self.context.calendar)
        };
        let mut frames = self.needs.frames.clone();
        // What is shown is what has rows of its own.
        frames.insert(Frame::Period);
        let mut found = 0;
        for set in self.needed() {
            for &frame in &frames {
                if frame != Frame::Period && !self.along.is_some_and(|along| set[along.at]) {
                    continue;
                }
                let mut store = Store::default();
                for group in statements.groups() {
                    let some = Statements { aggregates: group, ..statements.clone() };
                    let rows = run(engine, &some.cells(&set, frame))?;
                    found += rows.len();
                    if found > MOST_ROWS {
                        return Err(too_many());
                    }
                    self.take(&set, frame, rows, &some, &mut cells, &mut store);
                }
                cells.stores.insert((frame, set.clone()), store);
            }
        }
        Ok(cells)
    }

    /// Rows as they came, made into cells.
    fn take(
        &self,
        set: &[bool],
        frame: Frame,
        rows: Vec<Vec<Datum>>,
        statements: &Statements,
        cells: &mut Cells,
        store: &mut Store,
    ) {
        let shown: Vec<usize> = (0..set.len()).filter(|at| set[*at]).collect();
        let titled: Vec<usize> = shown.iter().copied().filter(|at| statements.title(*at).is_some()).collect();
        let times: Vec<usize> = cells.times().collect();
        let others = shown.iter().position(|at| statements.others_of(*at).is_some());
        let places: Vec<usize> = statements
            .aggregates
            .iter()
            .flat_map(|measure| {
                let first = cells.columns.get(measure).copied().unwrap_or_default();
                let count = statements.column_count(*measure);
                first..first + count
            })
            .collect();
        for mut row in rows {
            let values = row.split_off(shown.len() + titled.len() + usize::from(others.is_some()));
            let outside = others.is_some() && row.pop() == Some(Datum::Bool(true));
            let titles = row.split_off(shown.len());
            let mut key: Key = vec![Place::All; set.len()];
            for (&at, datum) in shown.iter().zip(row) {
                key[at] = Place::Is(datum);
            }
            for (&at, title) in titled.iter().zip(titles) {
                if let (Place::Is(datum), Datum::Text(title)) = (&key[at], title) {
                    cells.titles.insert((at, datum.clone()), title);
                }
            }
            if let (true, Some(place)) = (outside, others) {
                key[shown[place]] = Place::Others;
            }
            match (frame, self.along) {
                (Frame::Period, along) => {
                    let day = along.and_then(|along| day_of(&key[along.at]));
                    cells.first = cells.first.into_iter().chain(day).min();
                    store.put(key, &places, values);
                }
                (_, Some(along)) => store.put_until(key, &places, values, along.at, &times),
                (_, None) => {}
            }
        }
    }

    fn table(&self, cells: &Cells, keys: Vec<Key>) -> Table {
        let levels = self.cuts.iter().map(|cut| level_column(self.cube, cut));
        let measures = self.measures.iter().map(|at| {
            let own = &self.cube.measures[*at];
            Column { name: own.name.clone(), label: own.label.clone(), kind: ColumnKind::Measure(own.format) }
        });
        let columns = levels.chain(measures).collect();
        // A row of a pivot is made of several.
        let limit = self.question.limit.filter(|_| self.question.across.is_empty()).unwrap_or(MOST_ROWS);
        let more = keys.len() > limit;
        let row = |key: Key| {
            let names = key.iter().enumerate().map(|(at, place)| Datum::Text(cells.name(at, place)));
            let values = self.measures.iter().map(|at| cells.value(*at, &key, Frame::Period));
            names.chain(values).collect()
        };
        Table { columns, rows: keys.into_iter().take(limit).map(row).collect(), more }
    }
}

/// The measure of that name.
pub fn measure(cube: &Cube, name: &str) -> Result<usize, String> {
    let found = cube.measures.iter().position(|own| own.name == name);
    found.ok_or_else(|| {
        crate::error::unknown("measure", name, cube.measures.iter().map(|own| own.name.as_str()))
    })
}

/// A level's column, with the levels that going up and down lead to.
pub fn level_column(cube: &Cube, cut: &Cut) -> Column {
    let dimension = &cube.dimensions[cut.dimension];
    let at = dimension.levels.iter().position(|level| level.name == cut.level);
    let beside = |by: isize| {
        let level = at.and_then(|at| at.checked_add_signed(by)).and_then(|at| dimension.levels.get(at))?;
        Some(format!("{}.{}", dimension.name, level.name))
    };
    let kind = ColumnKind::Level {
        dimension: dimension.name.clone(),
        level: cut.level.clone(),
        up: beside(-1),
        down: beside(1),
    };
    Column { name: cut.column.clone(), label: cut.label.clone(), kind }
}

/// The finest level of the cube's time among what is asked by.
fn along(cube: &Cube, cuts: &[Cut]) -> Option<Along> {
    let mut found: Option<Along> = None;
    for (at, cut) in cuts.iter().enumerate() {
        let Some(unit) = cut.unit().filter(|unit| Some(cut.dimension) == cube.time && !unit.is_cyclic())
        else {
            continue;
        };
        if found.is_none_or(|found| unit.is_within(found.unit)) {
            found = Some(Along { at, unit });
        }
    }
    found
}

/// Some rows of a statement, and whether there are more.
type SomeRows<E> = Result<(Vec<Vec<Datum>>, bool), Error<E>>;

/// Runs a statement for some of its rows, and tells whether there are more.
pub fn run_up_to<E: Engine>(engine: &E, statement: &Sql, limit: usize) -> SomeRows<E::Error> {
    let (batches, more) = engine.rows(statement, limit).map_err(Error::Engine)?;
    Ok((rows::of(&batches).map_err(Error::Question)?, more))
}

/// Runs a statement for all of its rows.
pub fn run<E: Engine>(engine: &E, statement: &Sql) -> Result<Vec<Vec<Datum>>, Error<E::Error>> {
    match run_up_to(engine, statement, MOST_ROWS)? {
        (_, true) => Err(too_many()),
        (rows, false) => Ok(rows),
    }
}

fn too_many<E: std::error::Error>() -> Error<E> {
    Error::Limit(format!(
        "there are more than {MOST_ROWS} cells: ask by something coarser, or look at fewer members"
    ))
}
