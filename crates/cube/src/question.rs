//! What is asked of a cube: by what, how much, of which rows, how laid out.

use std::collections::BTreeMap;

use expr::Checked;
use kernel::Date;
use serde::{Deserialize, Serialize};

use crate::{
    cube::Cube,
    dimension::{Dimension, LevelKind},
    error::unknown,
};

/// A question. Empty, it asks for the totals of all measures.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Question {
    /// Levels to tell apart: `stage`, `place.city`, `close.month`; the first level of a dimension without one.
    pub by: Vec<String>,
    /// Levels whose members become columns.
    pub across: Vec<String>,
    /// All that need no time if empty.
    pub measures: Vec<String>,
    /// A condition on rows, in the expression language.
    pub filter: Option<String>,
    /// Members that are looked at, by level: `{"stage": ["won"], "close.year": ["2026"]}`.
    pub slice: BTreeMap<String, Vec<String>>,
    /// The first and the last day of the cube's time that are looked at; whole periods where time is asked by.
    pub from: Option<Date>,
    pub to: Option<Date>,
    /// Goes into members, one level finer: `{"place": "Germany"}`.
    pub down: BTreeMap<String, String>,
    /// Goes one level coarser in these dimensions.
    pub up: Vec<String>,
    pub totals: Totals,
    /// A measure, largest first, or a level; with a minus the other way round.
    pub order_by: Option<String>,
    /// Only so many members of the first level (or of `top_of`), by `order_by`; all others taken together.
    pub top: Option<usize>,
    pub top_of: Option<String>,
    /// The records behind the answer instead of it.
    pub through: bool,
    pub cohort: Option<CohortQuestion>,
    pub funnel: Option<FunnelQuestion>,
    /// Rows of the answer at most.
    pub limit: Option<usize>,
}

/// Which subtotals an answer has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Totals {
    #[default]
    None,
    /// Of the first levels: by all, by all but the last, …, by none.
    Rollup,
    /// Of every choice of levels.
    Cube,
}

/// Who came when, and what became of them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CohortQuestion {
    /// Whom: an expression, such as `customer`.
    pub of: String,
    /// The unit that cohorts and ages are counted in: `month`.
    #[serde(default = "month")]
    pub by: String,
}

/// Steps that are gone one after the other.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FunnelQuestion {
    /// Who goes them: an expression, such as `customer`.
    pub of: String,
    pub steps: Vec<Step>,
    /// Days from the first step within which the others count.
    #[serde(default)]
    pub within_days: Option<u32>,
}

/// A step of a funnel.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    pub name: String,
    /// The condition on the row that is the step.
    pub when: String,
}

fn month() -> String {
    "month".to_owned()
}

/// A level in a question.
#[derive(Clone, Debug)]
pub struct Cut {
    /// Its column in the answer.
    pub column: String,
    pub label: String,
    pub dimension: usize,
    pub level: String,
    pub is: LevelKind,
}

impl Cut {
    /// Finds a level by `dimension`, `dimension.level` (or with a colon), or the level's name alone.
    ///
    /// # Errors
    /// The name that is not known, with those that are.
    pub fn find(cube: &Cube, text: &str) -> Result<Cut, String> {
        let names = || cube.dimensions.iter().map(|own| own.name.as_str());
        let position = |name: &str| cube.dimensions.iter().position(|own| own.name == name);
        if let Some(at) = position(text) {
            let level = cube.dimensions[at].levels.first().map(|level| level.name.clone());
            return Cut::of(cube, at, &level.unwrap_or_default());
        }
        let parted = text.rsplit_once(['.', ':']).and_then(|(name, level)| Some((position(name)?, level)));
        if let Some((at, level)) = parted {
            return Cut::of(cube, at, level);
        }
        let named = |own: &Dimension| own.levels.iter().any(|level| level.name == text);
        match cube.dimensions.iter().position(|own| !own.is_of_days() && named(own)) {
            Some(at) => Cut::of(cube, at, text),
            None => Err(unknown("dimension", text, names())),
        }
    }

    fn of(cube: &Cube, at: usize, level: &str) -> Result<Cut, String> {
        let dimension = &cube.dimensions[at];
        let found = dimension.level(level).ok_or_else(|| {
            unknown(&format!("level of `{}`", dimension.name), level, dimension.level_names())
        })?;
        let alone = dimension.levels.len() == 1 && found.name == dimension.name;
        let column = if alone { found.name.clone() } else { format!("{}_{}", dimension.name, found.name) };
        let label =
            if alone { dimension.label.clone() } else { format!("{}: {}", dimension.label, found.label) };
        Ok(Cut { column, label, dimension: at, level: found.name, is: found.is })
    }

    /// What the records behind a link are called.
    pub fn title(&self) -> Option<&Checked> {
        match &self.is {
            LevelKind::Value { title, .. } => title.as_ref(),
            LevelKind::Period { .. } => None,
        }
    }

    pub fn unit(&self) -> Option<crate::Unit> {
        match self.is {
            LevelKind::Period { unit, .. } => Some(unit),
            LevelKind::Value { .. } => None,
        }
    }
}

impl Question {
    /// The question after going down and up.
    ///
    /// # Errors
    /// Where there is nothing further.
    pub fn drilled(&self, cube: &Cube) -> Result<Question, String> {
        let mut question = self.clone();
        for (name, member) in std::mem::take(&mut question.down) {
            let cut = question.level_asked(cube, &name)?;
            let from = format!("{name}.{}", cut.level);
            question.slice.entry(from).or_default().push(member);
            question.step(cube, &name, &cut, 1)?;
        }
        for name in std::mem::take(&mut question.up) {
            let cut = question.level_asked(cube, &name)?;
            question.step(cube, &name, &cut, -1)?;
        }
        Ok(question)
    }

    /// The level of a dimension that is asked by; its first where it is not.
    fn level_asked(&self, cube: &Cube, name: &str) -> Result<Cut, String> {
        let first = Cut::find(cube, name)?;
        let cuts = self.by.iter().chain(&self.across).map(|text| Cut::find(cube, text));
        let cuts = cuts.collect::<Result<Vec<_>, _>>()?;
        Ok(cuts.into_iter().rfind(|cut| cut.dimension == first.dimension).unwrap_or(first))
    }

    fn step(&mut self, cube: &Cube, name: &str, cut: &Cut, by: isize) -> Result<(), String> {
        let levels = &cube.dimensions[cut.dimension].levels;
        let at = levels.iter().position(|level| level.name == cut.level);
        let next = at.and_then(|at| at.checked_add_signed(by)).and_then(|at| levels.get(at));
        let Some(next) = next else {
            let way = if by > 0 { "below" } else { "above" };
            return Err(format!("`{name}` has no level {way} `{}`", cut.level));
        };
        let text = format!("{name}.{}", next.name);
        let is_it = |own: &String| {
            Cut::find(cube, own).is_ok_and(|own| own.dimension == cut.dimension && own.level == cut.level)
        };
        match self.by.iter_mut().chain(&mut self.across).find(|own| is_it(own)) {
            Some(own) => *own = text,
            None => self.by.push(text),
        }
        Ok(())
    }
}
