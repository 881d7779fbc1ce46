//! Which rows count: the cube's filter, the question's, the members and days that are looked at.

use expr::{Checked, Expected, Type, compile, compile_condition, sql::Sql};
use kernel::{ColumnType, Date, Value};

use crate::{
    Context,
    cube::Cube,
    dialect::Columnar,
    dimension::LevelKind,
    question::{Cut, Question},
};

/// What rows without a value are called.
pub const NONE: &str = "(none)";

/// Conditions on rows, apart by whether they are about the cube's time: what a year ago was is outside of the days that
/// are looked at.
#[derive(Debug, Default)]
pub struct Conditions {
    pub rows: Vec<Sql>,
    pub time: Vec<Sql>,
    /// All columns that are read, by their position among the cube's rows.
    pub columns: Vec<usize>,
}

impl Conditions {
    /// # Errors
    /// What is wrong with the filter or a slice.
    pub fn new(cube: &Cube, question: &Question, context: &Context) -> Result<Conditions, String> {
        let mut all = Conditions::default();
        if let Some(filter) = &cube.filter {
            all.keep(filter, context);
        }
        if let Some(text) = &question.filter {
            let checked =
                cube.checked(text, &Expected::Condition).map_err(|said| format!("the filter:{said}"))?;
            all.keep(&checked, context);
        }
        for (level, members) in &question.slice {
            let cut = Cut::find(cube, level)?;
            let condition = member_of(&cut, members, context)?;
            all.reads(&cut);
            let is_time = cube.time == Some(cut.dimension) && is_told_apart(cube, question, &cut);
            if is_time { &mut all.time } else { &mut all.rows }.push(condition);
        }
        if question.from.is_some() || question.to.is_some() {
            let cut = time_cut(cube)?;
            all.reads(&cut);
            for (day, sign) in [(question.from, " >= "), (question.to, " <= ")] {
                if let Some(day) = day {
                    let mut sql = key(&cut, context);
                    sql.push(sign).bind(day, ColumnType::Date);
                    all.time.push(sql);
                }
            }
        }
        Ok(all)
    }

    fn keep(&mut self, checked: &Checked, context: &Context) {
        self.columns.extend(checked.own_columns());
        self.rows.push(compile_condition(checked, &Columnar, "b", &context.binding));
    }

    fn reads(&mut self, cut: &Cut) {
        self.columns.extend(cut.is.columns());
    }

    /// `where …`, or nothing.
    pub fn clause(&self, with_time: bool) -> Sql {
        let mut sql = Sql::default();
        let mut before = " where ";
        for condition in self.rows.iter().chain(self.time.iter().filter(|_| with_time)) {
            sql.push(before).push("(").append(condition).push(")");
            before = " and ";
        }
        sql
    }
}

/// Whether the periods of a level are made of ones that are asked by: then cells tell which of them are looked at, and others
/// can be read beside. Of a finer level, only the rows are.
fn is_told_apart(cube: &Cube, question: &Question, cut: &Cut) -> bool {
    let within = |own: &Cut| {
        own.dimension == cut.dimension
            && own.unit().zip(cut.unit()).is_some_and(|(own, unit)| !unit.is_cyclic() && own.is_within(unit))
    };
    question.by.iter().chain(&question.across).any(|text| Cut::find(cube, text).is_ok_and(|own| within(&own)))
}

/// The cube's time by the day.
///
/// # Errors
/// When the cube has none.
pub fn time_cut(cube: &Cube) -> Result<Cut, String> {
    let time = cube.time.ok_or_else(|| format!("the cube `{}` has no dimension of days", cube.name))?;
    Cut::find(cube, &format!("{}.day", cube.dimensions[time].name))
}

/// What a row is told apart by at a level: a value, or the first day of a period.
pub fn key(cut: &Cut, context: &Context) -> Sql {
    match &cut.is {
        LevelKind::Value { key, .. } => compile(key, &Columnar, "b", &context.binding),
        LevelKind::Period { of, unit } => {
            let mut sql = Sql::new(if unit.is_cyclic() { "cube_number(" } else { "cube_period(" });
            sql.append(&compile(of, &Columnar, "b", &context.binding));
            sql.push(", '").push(unit.name()).push("')");
            sql
        }
    }
}

/// Whether a row belongs to one of some members, by the names that they have in answers.
fn member_of(cut: &Cut, members: &[String], context: &Context) -> Result<Sql, String> {
    if members.is_empty() {
        return Err(format!("the slice of `{}` names no member", cut.column));
    }
    let mut sql = Sql::default();
    for (at, member) in members.iter().enumerate() {
        sql.push(if at == 0 { "" } else { " or " }).append(&key(cut, context));
        if member == NONE {
            sql.push(" is null");
            continue;
        }
        let wrong = || format!("`{member}` is no member of `{}`", cut.column);
        match &cut.is {
            LevelKind::Period { unit, .. } if unit.is_cyclic() => {
                let number: i64 = member.trim().parse().map_err(|_| wrong())?;
                sql.push(" = ").bind(number, ColumnType::Int);
            }
            LevelKind::Period { unit, .. } => {
                let day: Date = context.calendar.named(*unit, member).ok_or_else(wrong)?;
                sql.push(" = ").bind(day, ColumnType::Date);
            }
            LevelKind::Value { key, title } => {
                let (value, column) = value_of(key.ty(), member).ok_or_else(wrong)?;
                sql.push(" = ").bind(value, column);
                if let Some(title) = title {
                    sql.push(" or ").append(&compile(title, &Columnar, "b", &context.binding));
                    sql.push(" = ").bind(member.as_str(), ColumnType::Text);
                }
            }
        }
    }
    Ok(sql)
}

fn value_of(ty: &Type, text: &str) -> Option<(Value, ColumnType)> {
    Some(match ty {
        Type::Bool => {
            let truth = match text.to_lowercase().as_str() {
                "yes" | "true" | "1" => true,
                "no" | "false" | "0" => false,
                _ => return None,
            };
            (truth.into(), ColumnType::Bool)
        }
        Type::Int | Type::Number | Type::Money | Type::Duration => {
            (Value::Decimal(text.trim().parse().ok()?), ColumnType::Decimal { scale: 10 })
        }
        _ => (text.into(), ColumnType::Text),
    })
}
