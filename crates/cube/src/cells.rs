//! What the statements gave, cell by cell, and what measures are made of it.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use kernel::Date;

use crate::{
    Datum,
    cube::{Aggregate, Cube, Measured, Within},
    datum::{add, divide, subtract},
    definition::MeasureKind,
    period::{Calendar, Unit},
    question::Cut,
    statement::{Frame, column_count},
};

/// Where a cell is in one level of the question.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    Is(Datum),
    /// In none of the members that are told apart.
    Others,
    /// A total over the level.
    All,
}

/// Where a cell is, level by level.
pub type Key = Vec<Place>;

/// The cells by one set of levels over one frame of time.
#[derive(Debug, Default)]
pub struct Store {
    pub cells: HashMap<Key, Vec<Datum>>,
    /// For frames that reach back: the same by the key without its time, and the period.
    until: HashMap<Key, BTreeMap<Date, Vec<Datum>>>,
}

/// The level that measures over time go along.
#[derive(Clone, Copy, Debug)]
pub struct Along {
    /// Its place in a key.
    pub at: usize,
    pub unit: Unit,
}

/// All cells of a question.
pub struct Cells<'q> {
    pub cube: &'q Cube,
    pub cuts: &'q [Cut],
    pub calendar: Calendar,
    pub along: Option<Along>,
    /// Where the columns of each measure that adds up begin.
    pub columns: HashMap<usize, usize>,
    pub stores: BTreeMap<(Frame, Vec<bool>), Store>,
    /// The first period that there is anything in.
    pub first: Option<Date>,
    /// What the records behind links are called.
    pub titles: HashMap<(usize, Datum), String>,
}

/// The measures that add up among these and what they are made of; and over which frames each set of levels is needed.
#[derive(Debug, Default)]
pub struct Needs {
    pub aggregates: BTreeSet<usize>,
    pub frames: BTreeSet<Frame>,
    /// Levels that are rolled up for a share to be of.
    pub rolled: BTreeSet<Vec<usize>>,
    /// Whether time has to be told apart.
    pub time: bool,
}

impl Needs {
    pub fn of(&mut self, cube: &Cube, cuts: &[Cut], measure: usize, frame: Frame) -> Result<(), String> {
        let of = match &cube.measures[measure].is {
            Measured::Aggregate(_) => {
                self.aggregates.insert(measure);
                self.frames.insert(frame);
                return Ok(());
            }
            Measured::Ratio { of, per } => {
                self.of(cube, cuts, *per, frame)?;
                return self.of(cube, cuts, *of, frame);
            }
            Measured::Share { of, within } => {
                self.rolled.insert(rolled(cube, cuts, within)?);
                return self.of(cube, cuts, *of, frame);
            }
            Measured::Running { of } => {
                self.time = true;
                return self.of(cube, cuts, *of, Frame::Running);
            }
            Measured::YearToDate { of } => {
                self.time = true;
                return self.of(cube, cuts, *of, Frame::YearToDate);
            }
            Measured::MovingAverage { of, .. }
            | Measured::Previous { of }
            | Measured::YearAgo { of }
            | Measured::Change { of }
            | Measured::Growth { of } => *of,
        };
        self.time = true;
        self.of(cube, cuts, of, frame)
    }
}

/// The levels of the question that a share is over all of.
fn rolled(cube: &Cube, cuts: &[Cut], within: &Within) -> Result<Vec<usize>, String> {
    Ok(match within {
        Within::All => (0..cuts.len()).collect(),
        Within::Parent => cuts.len().checked_sub(1).into_iter().collect(),
        Within::Dimension(name) => {
            let cut = Cut::find(cube, name)?;
            (0..cuts.len()).filter(|at| cuts[*at].dimension == cut.dimension).collect()
        }
    })
}

impl Store {
    /// Takes in values of a cell, each in its place.
    pub fn put(&mut self, key: Key, places: &[usize], values: Vec<Datum>) {
        place(self.cells.entry(key).or_default(), places, values);
    }

    /// Takes in values of a cell that reaches back from the period at `along`; `times` are all levels of that time.
    pub fn put_until(
        &mut self,
        key: Key,
        places: &[usize],
        values: Vec<Datum>,
        along: usize,
        times: &[usize],
    ) {
        if let Some(day) = day_of(&key[along]) {
            let mut rest = key;
            times.iter().for_each(|at| rest[*at] = Place::All);
            place(self.until.entry(rest).or_default().entry(day).or_default(), places, values);
        }
    }
}

impl<'q> Cells<'q> {
    /// No cells: only what places are called.
    pub fn of_names(cube: &'q Cube, cuts: &'q [Cut], calendar: Calendar) -> Cells<'q> {
        let (columns, stores, titles) = (HashMap::new(), BTreeMap::new(), HashMap::new());
        Cells { cube, cuts, calendar, along: None, columns, stores, first: None, titles }
    }

    /// A measure in a cell.
    pub fn value(&self, measure: usize, key: &Key, frame: Frame) -> Datum {
        let of = |measure: usize, key: &Key| self.value(measure, key, frame);
        match &self.cube.measures[measure].is {
            Measured::Aggregate(aggregate) => self.added_up(measure, aggregate, key, frame),
            Measured::Ratio { of: over, per } => divide(&of(*over, key), &of(*per, key)),
            Measured::Share { of: part, within } => {
                let mut whole = key.clone();
                for at in rolled(self.cube, self.cuts, within).unwrap_or_default() {
                    whole[at] = Place::All;
                }
                divide(&of(*part, key), &of(*part, &whole))
            }
            Measured::Running { of } => self.value(*of, key, Frame::Running),
            Measured::YearToDate { of } => self.value(*of, key, Frame::YearToDate),
            Measured::Previous { of: before } => {
                self.earlier(key, 1).map_or(Datum::Null, |key| of(*before, &key))
            }
            Measured::YearAgo { of: before } => {
                self.year_ago(key).map_or(Datum::Null, |key| of(*before, &key))
            }
            Measured::Change { of: now } => self
                .earlier(key, 1)
                .map_or(Datum::Null, |before| subtract(&of(*now, key), &of(*now, &before))),
            Measured::Growth { of: now } => self.earlier(key, 1).map_or(Datum::Null, |before| {
                let before = of(*now, &before);
                divide(&subtract(&of(*now, key), &before), &before)
            }),
            Measured::MovingAverage { of, periods } => self.moving(*of, *periods, key, frame),
        }
    }

    fn added_up(&self, measure: usize, aggregate: &Aggregate, key: &Key, frame: Frame) -> Datum {
        let set: Vec<bool> = key.iter().map(|place| *place != Place::All).collect();
        let counts = matches!(aggregate.function, MeasureKind::Count | MeasureKind::Distinct);
        let nothing = if counts { Datum::Int(0) } else { Datum::Null };
        // Over a total of time there is nothing to reach back from.
        if frame != Frame::Period && !self.along.is_some_and(|along| set[along.at]) {
            return Datum::Null;
        }
        let Some(store) = self.stores.get(&(frame, set)) else { return Datum::Null };
        let found = match (frame, self.along) {
            (Frame::Period, _) | (_, None) => store.cells.get(key),
            (_, Some(along)) => self.until(store, key, along, frame),
        };
        let (Some(values), Some(&at)) = (found, self.columns.get(&measure)) else { return nothing };
        let value = |at: usize| values.get(at).cloned().unwrap_or(Datum::Null);
        match column_count(aggregate) {
            1 => value(at),
            _ => divide(&value(at), &value(at + 1)),
        }
    }

    /// What there was by a period: nothing has happened since the last one that has rows.
    fn until<'s>(&self, store: &'s Store, key: &Key, along: Along, frame: Frame) -> Option<&'s Vec<Datum>> {
        let now = day_of(&key[along.at])?;
        let mut rest = key.clone();
        self.times().for_each(|at| rest[at] = Place::All);
        let (day, values) = store.until.get(&rest)?.range(..=now).next_back()?;
        let year = |day| self.calendar.year_of(along.unit, day);
        (frame == Frame::Running || year(*day) == year(now)).then_some(values)
    }

    /// The levels of the cube's time: coarser ones are told by the finest.
    pub fn times(&self) -> impl Iterator<Item = usize> {
        let dimension = self.along.map(|along| self.cuts[along.at].dimension);
        (0..self.cuts.len()).filter(move |at| Some(self.cuts[*at].dimension) == dimension)
    }

    fn moving(&self, of: usize, periods: usize, key: &Key, frame: Frame) -> Datum {
        let (Some(along), Some(first)) = (self.along, self.first) else { return Datum::Null };
        let adds = self.adds(of);
        let (mut sum, mut count) = (Datum::Int(0), 0_i64);
        for back in 0..periods {
            let Some(key) = self.earlier(key, back as i32) else { break };
            if day_of(&key[along.at]).is_none_or(|day| day < first) {
                break;
            }
            match self.value(of, &key, frame) {
                // A period without rows counts as nothing where rows are added up, and not at all elsewhere.
                Datum::Null if adds => count += 1,
                Datum::Null => {}
                value => {
                    sum = add(&sum, &value);
                    count += 1;
                }
            }
        }
        divide(&sum, &Datum::Int(count))
    }

    fn adds(&self, measure: usize) -> bool {
        let Measured::Aggregate(aggregate) = &self.cube.measures[measure].is else { return false };
        matches!(aggregate.function, MeasureKind::Count | MeasureKind::Distinct | MeasureKind::Sum)
    }

    fn earlier(&self, key: &Key, by: i32) -> Option<Key> {
        let along = self.along?;
        let day = day_of(&key[along.at])?;
        self.moved(key, self.calendar.shifted(along.unit, day, -by)?)
    }

    fn year_ago(&self, key: &Key) -> Option<Key> {
        let along = self.along?;
        let day = day_of(&key[along.at])?;
        self.moved(key, self.calendar.year_ago(along.unit, day)?)
    }

    /// The cell at another time: coarser levels of the same time move with it.
    pub fn moved(&self, key: &Key, to: Date) -> Option<Key> {
        let along = self.along?;
        let mut key = key.clone();
        debug_assert!(key[along.at] != Place::All);
        for at in self.times() {
            if let (Some(unit), true) = (self.cuts[at].unit(), key[at] != Place::All) {
                key[at] = Place::Is(Datum::Date(self.calendar.start(unit, to)?));
            }
        }
        Some(key)
    }

    /// What a place is called.
    pub fn name(&self, at: usize, place: &Place) -> String {
        match place {
            Place::All => "(all)".to_owned(),
            Place::Others => "(others)".to_owned(),
            Place::Is(Datum::Null) => crate::condition::NONE.to_owned(),
            Place::Is(datum) => match (datum, self.cuts[at].unit()) {
                (Datum::Date(day), Some(unit)) => self.calendar.name(unit, *day),
                (datum, _) => match self.titles.get(&(at, datum.clone())) {
                    Some(title) => title.clone(),
                    None => datum.shown(),
                },
            },
        }
    }
}

/// Puts values where they belong among those of a cell.
fn place(cell: &mut Vec<Datum>, places: &[usize], values: Vec<Datum>) {
    for (&at, value) in places.iter().zip(values) {
        if cell.len() <= at {
            cell.resize(at + 1, Datum::Null);
        }
        cell[at] = value;
    }
}

/// The day that a place is.
pub fn day_of(place: &Place) -> Option<Date> {
    match place {
        Place::Is(Datum::Date(day)) => Some(*day),
        _ => None,
    }
}

/// Where the columns of each measure begin.
pub fn layout(cube: &Cube, aggregates: &BTreeSet<usize>) -> HashMap<usize, usize> {
    let mut next = 0;
    let place = |measure: &usize| {
        let at = next;
        if let Measured::Aggregate(aggregate) = &cube.measures[*measure].is {
            next += column_count(aggregate);
        }
        (*measure, at)
    };
    aggregates.iter().map(place).collect()
}
