//! The options that say what is asked of a cube, the same for a file and for the warehouse.

use clap::{Args, ValueEnum};
use cube::{CohortQuestion, FunnelQuestion, Question, Step};
use kernel::Date;

use crate::failure::Failure;

/// What is asked of a cube.
#[derive(Args, Debug, Clone, Default)]
#[command(next_help_heading = "Question")]
pub struct Asked {
    /// What to tell apart: columns or dimensions, with a level such as `date:month`, `date:week`, `date:weekday` or
    /// `date:fiscal_year`
    #[arg(long, value_name = "A,B,…", value_delimiter = ',')]
    pub by: Vec<String>,
    /// The same, with a column of the answer for each member
    #[arg(long, value_name = "A,B,…", value_delimiter = ',')]
    pub across: Vec<String>,
    /// Look only at these members, `country=DE,FR` or `date:year=2026`; `(none)` for rows without one; may be repeated
    #[arg(long, value_name = "LEVEL=A,B,…")]
    pub slice: Vec<String>,
    /// The first day that is looked at
    #[arg(long, value_name = "DATE")]
    pub from: Option<Date>,
    /// The last day that is looked at
    #[arg(long, value_name = "DATE")]
    pub to: Option<Date>,
    /// Go into a member, one level finer: `place=DE`; may be repeated
    #[arg(long, value_name = "DIMENSION=MEMBER")]
    pub down: Vec<String>,
    /// Go one level coarser in a dimension; may be repeated
    #[arg(long, value_name = "DIMENSION")]
    pub up: Vec<String>,
    /// Subtotals: none, of the first levels (rollup), or of every choice of levels (cube)
    #[arg(long, value_enum, default_value_t = Totals::None)]
    pub totals: Totals,
    /// Sort by this measure, largest first, or by this level; with `-` before it the other way round
    #[arg(long, value_name = "MEASURE", allow_hyphen_values = true)]
    pub order_by: Option<String>,
    /// Keep only the largest members of the first level (or of --top-of); all others are taken together
    #[arg(long, value_name = "N", requires = "order_by")]
    pub top: Option<usize>,
    /// Whose largest members --top keeps
    #[arg(long, value_name = "LEVEL", requires = "top")]
    pub top_of: Option<String>,
    /// List the rows behind the answer instead of it
    #[arg(long)]
    pub through: bool,
    /// Who came when, and what became of them: an expression, and the unit of time, `customer:month`
    #[arg(long, value_name = "WHO:UNIT", conflicts_with = "funnel")]
    pub cohort: Option<String>,
    /// How many go each --step after those before it: who goes them
    #[arg(long, value_name = "WHO", requires = "step")]
    pub funnel: Option<String>,
    /// A step of a funnel; may be repeated
    #[arg(long, value_name = "NAME = CONDITION", requires = "funnel")]
    pub step: Vec<String>,
    /// Days from the first step within which the others count
    #[arg(long, value_name = "DAYS", requires = "funnel")]
    pub within: Option<u32>,
}

/// Which subtotals an answer has.
#[derive(ValueEnum, Debug, Clone, Copy, Default)]
pub enum Totals {
    #[default]
    None,
    Rollup,
    Cube,
}

impl Asked {
    /// The question.
    ///
    /// # Errors
    /// [`Failure::Usage`] where an option is not of its form.
    pub fn question(&self) -> Result<Question, Failure> {
        let mut question = Question {
            by: self.by.clone(),
            across: self.across.clone(),
            from: self.from,
            to: self.to,
            up: self.up.clone(),
            totals: match self.totals {
                Totals::None => cube::Totals::None,
                Totals::Rollup => cube::Totals::Rollup,
                Totals::Cube => cube::Totals::Cube,
            },
            order_by: self.order_by.clone(),
            top: self.top,
            top_of: self.top_of.clone(),
            through: self.through,
            ..Question::default()
        };
        for text in &self.slice {
            let (level, members) = parted("--slice", text, "LEVEL=MEMBER,…")?;
            let members = members.split(',').map(|member| member.trim().to_owned());
            question.slice.entry(level).or_default().extend(members);
        }
        for text in &self.down {
            let (dimension, member) = parted("--down", text, "DIMENSION=MEMBER")?;
            question.down.insert(dimension, member);
        }
        question.cohort = self.cohort.as_ref().map(|text| match text.rsplit_once(':') {
            Some((of, by)) => CohortQuestion { of: of.to_owned(), by: by.to_owned() },
            None => CohortQuestion { of: text.clone(), by: "month".to_owned() },
        });
        if let Some(of) = &self.funnel {
            let step = |text: &String| {
                let (name, when) = parted("--step", text, "NAME = CONDITION")?;
                Ok(Step { name, when })
            };
            let steps = self.step.iter().map(step).collect::<Result<_, Failure>>()?;
            question.funnel = Some(FunnelQuestion { of: of.clone(), steps, within_days: self.within });
        }
        Ok(question)
    }
}

fn parted(option: &str, text: &str, form: &str) -> Result<(String, String), Failure> {
    match text.split_once('=') {
        Some((left, right)) => Ok((left.trim().to_owned(), right.trim().to_owned())),
        None => Err(Failure::Usage(format!("{option} \"{text}\": write {form}"))),
    }
}
