//! What a cube is cut by: dimensions, and their levels from coarse to fine.

use expr::Checked;

use crate::{
    cube::label,
    definition::CalendarName,
    period::{UNITS, Unit},
};

/// What a cube is cut by.
#[derive(Clone, Debug)]
pub struct Dimension {
    pub name: String,
    pub label: String,
    /// From coarse to fine; those of days come from the calendar.
    pub levels: Vec<Level>,
}

/// One level of a dimension.
#[derive(Clone, Debug)]
pub struct Level {
    pub name: String,
    pub label: String,
    pub is: LevelKind,
}

#[derive(Clone, Debug)]
pub enum LevelKind {
    /// A value, and for a link what its record is called.
    Value { key: Checked, title: Option<Checked> },
    /// The period that a day or instant is in.
    Period { of: Checked, unit: Unit },
}

impl LevelKind {
    /// The columns that it reads, by their position among the cube's rows.
    pub fn columns(&self) -> Vec<usize> {
        match self {
            LevelKind::Value { key, title } => {
                let titles = title.iter().flat_map(|title| title.own_columns());
                key.own_columns().iter().chain(titles).copied().collect()
            }
            LevelKind::Period { of, .. } => of.own_columns().to_vec(),
        }
    }
}

impl Dimension {
    /// Whether its levels are periods.
    pub fn is_of_days(&self) -> bool {
        self.levels.iter().any(|level| matches!(level.is, LevelKind::Period { .. }))
    }

    /// The level of that name; of days any unit, also one that is not among those from coarse to fine.
    pub fn level(&self, name: &str) -> Option<Level> {
        let own = self.levels.iter().find(|level| level.name == name).cloned();
        own.or_else(|| {
            let unit = Unit::named(name)?;
            let LevelKind::Period { of, .. } = &self.levels.first()?.is else { return None };
            Some(Level {
                name: name.to_owned(),
                label: label(None, name),
                is: LevelKind::Period { of: of.clone(), unit },
            })
        })
    }

    /// The names of all levels.
    pub fn level_names(&self) -> Vec<&str> {
        match self.is_of_days() {
            true => UNITS.iter().map(|(name, _)| *name).collect(),
            false => self.levels.iter().map(|level| level.name.as_str()).collect(),
        }
    }
}

/// The levels that days have.
pub(crate) fn calendar_levels(of: &Checked, calendar: CalendarName) -> Vec<Level> {
    let units = match calendar {
        CalendarName::Standard => &[Unit::Year, Unit::Quarter, Unit::Month, Unit::Day][..],
        CalendarName::Fiscal => &[Unit::FiscalYear, Unit::FiscalQuarter, Unit::Month, Unit::Day],
        CalendarName::Weeks => &[Unit::Year, Unit::Week, Unit::Day],
    };
    let level = |unit: &Unit| Level {
        name: unit.name().to_owned(),
        label: label(None, unit.name()),
        is: LevelKind::Period { of: of.clone(), unit: *unit },
    };
    units.iter().map(level).collect()
}
