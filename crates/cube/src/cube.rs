//! A definition with its names resolved, as somebody sees it.

use expr::{Checked, Expected, Source, Type};
use metadata::definition::DefinitionError;

use crate::{
    CubeDef, Part,
    cells::Needs,
    definition::{DimensionDef, Format, LevelDef, MeasureDef, MeasureKind},
    dimension::{Dimension, Level, LevelKind, calendar_levels},
    error::{told, unknown},
    relation::Relation,
    statement::Frame,
};

/// A cube that can be asked. What somebody may not see is not in it.
pub struct Cube {
    pub name: String,
    pub label: String,
    pub relation: Relation,
    pub filter: Option<Checked>,
    pub dimensions: Vec<Dimension>,
    pub measures: Vec<Measure>,
    /// The dimension that measures over time follow.
    pub time: Option<usize>,
    /// What cannot be had: all that is wrong with a definition, or what somebody does not see of one that is right.
    pub problems: Vec<DefinitionError>,
}

/// What is measured.
#[derive(Clone, Debug)]
pub struct Measure {
    pub name: String,
    pub label: String,
    pub format: Format,
    pub is: Measured,
}

/// How it comes about; other measures by their position.
#[derive(Clone, Debug)]
pub enum Measured {
    Aggregate(Aggregate),
    Ratio { of: usize, per: usize },
    Running { of: usize },
    YearToDate { of: usize },
    MovingAverage { of: usize, periods: usize },
    Share { of: usize, within: Within },
    Previous { of: usize },
    YearAgo { of: usize },
    Change { of: usize },
    Growth { of: usize },
}

/// What adds up rows.
#[derive(Clone, Debug)]
pub struct Aggregate {
    pub function: MeasureKind,
    /// Nothing to count rows.
    pub of: Option<Checked>,
    pub filter: Option<Checked>,
}

/// What a share is of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Within {
    All,
    /// What the last level of the question is a part of.
    Parent,
    /// All of a dimension.
    Dimension(String),
}

impl Cube {
    /// Resolves the names of a definition; `file` is where it was written. What is wrong is in [`Cube::problems`], and
    /// not in the cube.
    pub fn new(file: &str, def: &CubeDef, relation: Relation) -> Cube {
        let mut cube = Cube {
            name: def.name.clone(),
            label: label(def.label.as_ref(), &def.name),
            relation,
            filter: None,
            dimensions: Vec::new(),
            measures: Vec::new(),
            time: None,
            problems: Vec::new(),
        };
        for (at, field) in def.fields.iter().enumerate() {
            if let Err(problems) = cube.relation.compute(&field.name, &field.formula) {
                let problem = format!("the field `{}`:\n{}", field.name, told(&field.formula, &problems));
                cube.wrong(file, def.line(Part::Field(at)), problem);
            }
        }
        if let Some(text) = &def.filter {
            match cube.relation.check(text, &Expected::Condition) {
                Ok(checked) => cube.filter = Some(checked),
                Err(problems) => {
                    let problem = format!("the filter:\n{}", told(text, &problems));
                    cube.wrong(file, def.line(Part::Filter), problem);
                }
            }
        }
        for (at, dimension) in def.dimensions.iter().enumerate() {
            match cube.dimension(dimension) {
                Ok(dimension) => cube.dimensions.push(dimension),
                Err(problem) => {
                    let problem = format!("the dimension `{}`: {problem}", dimension.name);
                    cube.wrong(file, def.line(Part::Dimension(at)), problem);
                }
            }
        }
        for (at, measure) in def.measures.iter().enumerate() {
            match cube.measure(measure) {
                Ok(measure) => cube.measures.push(measure),
                Err(problem) => {
                    let problem = format!("the measure `{}`: {problem}", measure.name);
                    cube.wrong(file, def.line(Part::Measure(at)), problem);
                }
            }
        }
        cube.set_time(file, def);
        cube
    }

    /// Finds the dimension that measures over time follow: a row that has many days is at no one time.
    fn set_time(&mut self, file: &str, def: &CubeDef) {
        let has_days = |own: &Dimension| own.is_of_days() && !self.repeats(own);
        let is_named = |own: &Dimension| def.time.as_ref().is_none_or(|name| own.name == *name);
        let found = self.dimensions.iter().position(|own| has_days(own) && is_named(own));
        if let Some(name) = def.time.as_ref().filter(|_| found.is_none()) {
            let days = self.dimensions.iter().filter(|own| has_days(own)).map(|own| own.name.as_str());
            let problem = format!("time: {}", unknown("dimension of days", name, days));
            self.wrong(file, def.line(Part::Time), problem);
        }
        self.time = found;
    }

    fn wrong(&mut self, file: &str, line: Option<usize>, problem: String) {
        self.problems.push(DefinitionError::new(file, problem).at(line));
    }

    /// Adds a dimension.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn dimension(&self, def: &DimensionDef) -> Result<Dimension, String> {
        if self.dimensions.iter().any(|own| own.name == def.name) {
            return Err("there is another of that name".to_owned());
        }
        let levels = match def.levels.as_slice() {
            [] => {
                let text = def.of.as_ref().unwrap_or(&def.name);
                let of = self.told_apart(text)?;
                if matches!(of.ty(), Type::Date | Type::DateTime) {
                    calendar_levels(&of, def.calendar)
                } else {
                    vec![self.level(&def.name, def.label.as_ref(), text, of)?]
                }
            }
            _ if def.of.is_some() => return Err("it has either `of` or levels".to_owned()),
            levels => levels.iter().map(|level| self.level_of(level)).collect::<Result<_, _>>()?,
        };
        Ok(Dimension { name: def.name.clone(), label: label(def.label.as_ref(), &def.name), levels })
    }

    fn level_of(&self, def: &LevelDef) -> Result<Level, String> {
        let text = def.of.as_ref().unwrap_or(&def.name);
        let of = self.told_apart(text)?;
        self.level(&def.name, def.label.as_ref(), text, of)
    }

    /// What rows are told apart by: a value of each, or, where there are many, each of their entries.
    fn told_apart(&self, text: &str) -> Result<Checked, String> {
        let whole = self.checked(text, &Expected::Any);
        match &whole {
            Ok(of) if !matches!(of.ty(), Type::List(_)) => whole,
            _ => self.relation.check_entries(text, &Expected::Any).or(whole),
        }
    }

    fn level(&self, name: &str, said: Option<&String>, text: &str, of: Checked) -> Result<Level, String> {
        let label = label(said, name);
        match of.ty() {
            Type::Link(_) => {
                // Somebody who does not see the linked record sees its id.
                let title = self.relation.check_entries(&format!("{text}.title"), &Expected::Any).ok();
                Ok(Level { name: name.to_owned(), label, is: LevelKind::Value { key: of, title } })
            }
            Type::List(_) | Type::Json | Type::Empty => {
                Err(format!("`{text}` is a {}, by which nothing can be told apart", of.ty()))
            }
            _ => Ok(Level { name: name.to_owned(), label, is: LevelKind::Value { key: of, title: None } }),
        }
    }

    /// Makes a measure, which may be made of those that are there.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn measure(&self, def: &MeasureDef) -> Result<Measure, String> {
        if self.measures.iter().any(|own| own.name == def.name) {
            return Err("there is another of that name".to_owned());
        }
        let said = |what: bool, key: &str| match what {
            true => Err(format!("`{key}` means nothing for {}", kind_name(def.is))),
            false => Ok(()),
        };
        said(def.per.is_some() && def.is != MeasureKind::Ratio, "per")?;
        said(def.periods.is_some() && def.is != MeasureKind::MovingAverage, "periods")?;
        said(def.within.is_some() && def.is != MeasureKind::Share, "within")?;
        said(def.filter.is_some() && !def.is.is_aggregate(), "filter")?;
        let is = if def.is.is_aggregate() {
            Measured::Aggregate(self.aggregate(def)?)
        } else {
            self.made_of(def)?
        };
        let label = label(def.label.as_ref(), &def.name);
        Ok(Measure { name: def.name.clone(), label, format: def.format, is })
    }

    fn aggregate(&self, def: &MeasureDef) -> Result<Aggregate, String> {
        let of = def.of.as_ref().map(|text| self.checked(text, &Expected::Any)).transpose()?;
        let filter = def.filter.as_ref().map(|text| self.checked(text, &Expected::Condition)).transpose()?;
        let kind = def.is;
        let Some(checked) = &of else {
            return match kind {
                MeasureKind::Count => Ok(Aggregate { function: kind, of, filter }),
                _ => Err(format!("{} needs `of`", kind_name(kind))),
            };
        };
        let adds = !matches!(kind, MeasureKind::Count | MeasureKind::Distinct);
        let ordered = matches!(kind, MeasureKind::Min | MeasureKind::Max);
        match checked.ty() {
            Type::Money if adds => {
                let text = def.of.as_deref().unwrap_or_default();
                Err(format!(
                    "`{text}` is in the currency of each record, and different ones do not add up: take `{text}_base`"
                ))
            }
            Type::Int | Type::Number | Type::Money | Type::Duration => {
                Ok(Aggregate { function: kind, of, filter })
            }
            Type::List(_) | Type::Json => Err(format!("a {} cannot be measured", checked.ty())),
            Type::Date | Type::Text | Type::Choice(_) if ordered => {
                Ok(Aggregate { function: kind, of, filter })
            }
            ty if adds => Err(format!("{} needs numbers, and this is a {ty}", kind_name(kind))),
            _ => Ok(Aggregate { function: kind, of, filter }),
        }
    }

    fn made_of(&self, def: &MeasureDef) -> Result<Measured, String> {
        let named = |name: Option<&String>, key: &str| {
            let name = name.ok_or_else(|| format!("{} needs `{key}`", kind_name(def.is)))?;
            let found = self.measures.iter().position(|own| own.name == *name);
            let known = self.measures.iter().map(|own| own.name.as_str());
            found.ok_or_else(|| format!("{} before it", unknown("measure", name, known)))
        };
        let of = named(def.of.as_ref(), "of")?;
        Ok(match def.is {
            MeasureKind::Ratio => Measured::Ratio { of, per: named(def.per.as_ref(), "per")? },
            MeasureKind::Running => Measured::Running { of },
            MeasureKind::YearToDate => Measured::YearToDate { of },
            MeasureKind::MovingAverage => match def.periods {
                Some(periods @ 1..=1_000) => Measured::MovingAverage { of, periods },
                _ => return Err("it needs `periods`, from 1 to 1000".to_owned()),
            },
            MeasureKind::Share => {
                let within = match def.within.as_deref() {
                    None | Some("all") => Within::All,
                    Some("parent") => Within::Parent,
                    Some(name) => Within::Dimension(name.to_owned()),
                };
                Measured::Share { of, within }
            }
            MeasureKind::Previous => Measured::Previous { of },
            MeasureKind::YearAgo => Measured::YearAgo { of },
            MeasureKind::Change => Measured::Change { of },
            _ => Measured::Growth { of },
        })
    }

    /// Checks an expression about the cube's rows.
    ///
    /// # Errors
    /// What is wrong with it, with its place.
    pub fn checked(&self, text: &str, expected: &Expected) -> Result<Checked, String> {
        self.relation.check(text, expected).map_err(|problems| format!("\n{}", told(text, &problems)))
    }

    /// Whether a row may belong to several members of a dimension.
    pub fn repeats(&self, dimension: &Dimension) -> bool {
        dimension.levels.iter().any(|level| self.relation.repeats(&level.is.columns()))
    }

    /// Whether a measure can be had without telling periods apart.
    pub fn needs_no_time(&self, name: &str) -> bool {
        let Some(at) = self.measures.iter().position(|own| own.name == name) else { return false };
        let mut needs = Needs::default();
        needs.of(self, &[], at, Frame::Period).is_ok() && !needs.time
    }

    /// The column that an id of a row is in, if it has one.
    pub fn identity(&self) -> Option<Checked> {
        let field = expr::Catalog::field(&self.relation, self.relation.table(), "id")?;
        matches!((&field.ty, &field.source), (Type::Link(_), Source::Column(_)))
            .then(|| self.relation.check("id", &Expected::Any).ok())
            .flatten()
    }
}

impl MeasureKind {
    /// Whether it adds up rows, and is not made of another measure.
    pub const fn is_aggregate(self) -> bool {
        use MeasureKind::{Average, Count, Distinct, Max, Median, Min, Sum};
        matches!(self, Count | Sum | Distinct | Average | Median | Min | Max)
    }
}

/// What something is called: what is said, or its name with blanks and a capital.
pub(crate) fn label(said: Option<&String>, name: &str) -> String {
    said.cloned().unwrap_or_else(|| {
        let words = name.replace('_', " ");
        let mut letters = words.chars();
        letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
    })
}

fn kind_name(kind: MeasureKind) -> &'static str {
    match kind {
        MeasureKind::Count => "a count",
        MeasureKind::Sum => "a sum",
        MeasureKind::Distinct => "a distinct count",
        MeasureKind::Average => "an average",
        MeasureKind::Median => "a median",
        MeasureKind::Min => "a minimum",
        MeasureKind::Max => "a maximum",
        MeasureKind::Ratio => "a ratio",
        MeasureKind::Running => "a running total",
        MeasureKind::MovingAverage => "a moving average",
        MeasureKind::Share => "a share",
        MeasureKind::Previous => "a previous period",
        MeasureKind::Change => "a change",
        MeasureKind::Growth => "a growth",
        MeasureKind::YearToDate => "a year to date",
        MeasureKind::YearAgo => "a year ago",
    }
}
