//! The statements that answer a question: what rows are told apart by, what is added up, and over which time.

use expr::{compile, compile_condition, sql::Sql};
use kernel::{ColumnType, Date, Value};

use crate::{
    Context, Datum, Unit,
    condition::{Conditions, key},
    cube::{Aggregate, Cube, Measured},
    definition::MeasureKind,
    question::Cut,
    reading::ROW,
};

/// Over which time rows are added up, seen from a period.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Frame {
    /// The period itself.
    Period,
    /// From the beginning of its year.
    YearToDate,
    /// From the first day that is looked at.
    Running,
}

/// The members of a level that are told apart; the others are taken together.
#[derive(Clone, Debug)]
pub struct Kept {
    pub cut: usize,
    pub members: Vec<Datum>,
}

/// What statements of one question have in common.
#[derive(Clone)]
pub struct Statements<'q> {
    pub cube: &'q Cube,
    pub context: &'q Context<'q>,
    pub cuts: &'q [Cut],
    pub conditions: &'q Conditions,
    pub kept: Option<&'q Kept>,
    /// Which measures are added up, in the order of their columns.
    pub aggregates: Vec<usize>,
    /// Whether periods outside of those looked at are needed.
    pub beyond: bool,
    /// Which of the levels is the finest of the cube's time.
    pub time: Option<usize>,
    /// The first day that is looked at.
    pub from: Option<Date>,
}

impl Statements<'_> {
    /// The cells by a set of levels: for each its keys, its titles, whether it is of the others, and the
    /// [`columns`](column_count) of each aggregate.
    pub fn cells(&self, set: &[bool], frame: Frame) -> Sql {
        let shown: Vec<usize> = (0..set.len()).filter(|at| set[*at]).collect();
        let names = self.names(&shown);
        let distinct = self.aggregates.iter().copied().find(|at| self.function(*at) == MeasureKind::Distinct);
        match (frame, distinct) {
            (Frame::Period, Some(distinct)) => self.cells_in_two_steps(&shown, &names, distinct),
            (Frame::Period, None) => {
                let mut sql = Sql::new("select ");
                sql.push(&listed(&names, "b."));
                self.added_up(!names.is_empty(), &mut sql);
                sql.push(" from (").append(&self.rows(&shown)).push(") as b");
                group(names.len(), &mut sql);
                sql
            }
            _ => self.cells_until(&shown, &names, frame),
        }
    }

    /// The same with a distinct count: first by the value that is counted too, then without. That is three times as fast
    /// as keeping a set of values for each cell.
    fn cells_in_two_steps(&self, shown: &[usize], names: &[String], distinct: usize) -> Sql {
        let mut outer = Sql::new("select ");
        outer.push(&listed(names, "c."));
        let mut inner = Sql::new("select ");
        inner.push(&listed(names, "b.")).push(if names.is_empty() { "" } else { ", " });
        inner.push(&match self.aggregate(distinct).is_some_and(|own| own.filter.is_some()) {
            true => format!("case when b.f{distinct} then b.x{distinct} end as x"),
            false => format!("b.x{distinct} as x"),
        });
        let mut before = if names.is_empty() { "" } else { ", " };
        for &measure in &self.aggregates {
            let Some(own) = self.aggregate(measure) else { continue };
            if own.function == MeasureKind::Distinct {
                outer.push(before).push(&format!("count(c.x) as v{measure}_0"));
                before = ", ";
                continue;
            }
            for (at, call) in calls(measure, own).into_iter().enumerate() {
                let name = format!("a{measure}_{at}");
                inner.push(", ").push(&call).push(" as ").push(&name);
                outer.push(before).push(&match call.split('(').next() {
                    Some("count") => format!("coalesce(sum(c.{name}), 0)"),
                    Some(function) => format!("{function}(c.{name})"),
                    None => name,
                });
                outer.push(&format!(" as v{measure}_{at}"));
                before = ", ";
            }
        }
        inner.push(" from (").append(&self.rows(shown)).push(") as b");
        group(names.len() + 1, &mut inner);
        outer.push(" from (").append(&inner).push(") as c");
        group(names.len(), &mut outer);
        outer
    }

    fn aggregate(&self, measure: usize) -> Option<&Aggregate> {
        match &self.cube.measures[measure].is {
            Measured::Aggregate(aggregate) => Some(aggregate),
            _ => None,
        }
    }

    /// The columns that an aggregate has.
    pub fn column_count(&self, measure: usize) -> usize {
        self.aggregate(measure).map_or(0, column_count)
    }

    fn function(&self, measure: usize) -> MeasureKind {
        self.aggregate(measure).map_or(MeasureKind::Ratio, |own| own.function)
    }

    /// The aggregates that are asked for together: one distinct count at a time, with all that can be added up in two steps.
    pub fn groups(&self) -> Vec<Vec<usize>> {
        let of = |wanted: fn(MeasureKind) -> bool| {
            self.aggregates.iter().copied().filter(|at| wanted(self.function(*at))).collect::<Vec<_>>()
        };
        let mut plain = of(|kind| !matches!(kind, MeasureKind::Distinct));
        let distinct = of(|kind| kind == MeasureKind::Distinct);
        let mut groups: Vec<Vec<usize>> = Vec::new();
        if distinct.is_empty() || plain.iter().any(|at| self.function(*at) == MeasureKind::Median) {
            groups.push(std::mem::take(&mut plain));
        }
        for one in distinct {
            groups.push(std::mem::take(&mut plain).into_iter().chain([one]).collect());
        }
        groups
    }

    /// Each cell's rows up to it: joined with all rows of the same members that are not later.
    fn cells_until(&self, shown: &[usize], names: &[String], frame: Frame) -> Sql {
        let Some(time) = self.time else { return Sql::new("select 1 where false") };
        let now = format!("k{time}");
        let mut sql = Sql::new("with b as (");
        sql.append(&self.rows(shown)).push("), s as (select distinct ");
        sql.push(&names.join(", ")).push(" from b where ").push(&now).push(" is not null) select ");
        sql.push(&listed(names, "s."));
        self.added_up(true, &mut sql);
        sql.push(" from s join b on b.").push(&now).push(" <= s.").push(&now);
        if frame == Frame::YearToDate {
            let unit = self.cuts[time].unit().map_or("year", Unit::name);
            for side in ["s", "b"] {
                sql.push(if side == "s" { " and cube_year_of(" } else { " = cube_year_of(" });
                sql.push(side).push(".").push(&now).push(", '").push(unit).push("')");
            }
        }
        if let (Frame::Running, Some(from)) = (frame, self.from) {
            sql.push(" and b.").push(&now).push(" >= ").bind(from, ColumnType::Date);
        }
        let same = |at: &&usize| self.cuts[**at].dimension != self.cuts[time].dimension;
        for at in shown.iter().filter(same) {
            sql.push(&format!(" and (s.k{at} is not distinct from b.k{at})"));
            if self.others_of(*at).is_some() {
                sql.push(&format!(" and s.o{at} = b.o{at}"));
            }
        }
        group(names.len(), &mut sql);
        sql
    }

    /// The columns that cells are told apart by.
    fn names(&self, shown: &[usize]) -> Vec<String> {
        let keys = shown.iter().map(|at| format!("k{at}"));
        let titles = shown.iter().filter(|at| self.title(**at).is_some()).map(|at| format!("t{at}"));
        let others = shown.iter().filter(|at| self.others_of(**at).is_some()).map(|at| format!("o{at}"));
        keys.chain(titles).chain(others).collect()
    }

    pub fn title(&self, at: usize) -> Option<&expr::Checked> {
        self.cuts[at].title()
    }

    pub fn others_of(&self, at: usize) -> Option<&Kept> {
        self.kept.filter(|kept| kept.cut == at)
    }

    fn rows(&self, shown: &[usize]) -> Sql {
        self.rows_with(shown, None)
    }

    /// The rows that count, with their keys and what is added up, and another value under a name.
    pub fn rows_with(&self, shown: &[usize], other: Option<(&Sql, &str)>) -> Sql {
        let mut columns = self.conditions.columns.clone();
        let mut sql = Sql::default();
        let mut before = "";
        let mut add = |value: &Sql, name: String, sql: &mut Sql| {
            sql.push(before).append(value).push(" as ").push(&name);
            before = ", ";
        };
        for &at in shown {
            columns.extend(self.cuts[at].is.columns());
            let own = key(&self.cuts[at], self.context);
            let Some(kept) = self.others_of(at) else {
                add(&own, format!("k{at}"), &mut sql);
                if let Some(title) = self.title(at) {
                    let title = compile(title, &crate::Columnar, "b", &self.context.binding);
                    add(&title, format!("t{at}"), &mut sql);
                }
                continue;
            };
            let inside = among(&own, &kept.members);
            let only = |value: &Sql| {
                let mut part = Sql::new("case when ");
                part.append(&inside).push(" then ").append(value).push(" end");
                part
            };
            add(&only(&own), format!("k{at}"), &mut sql);
            if let Some(title) = self.title(at) {
                let title = compile(title, &crate::Columnar, "b", &self.context.binding);
                add(&only(&title), format!("t{at}"), &mut sql);
            }
            let mut outside = Sql::new("not ");
            outside.append(&inside);
            add(&outside, format!("o{at}"), &mut sql);
        }
        for &measure in &self.aggregates {
            let Measured::Aggregate(aggregate) = &self.cube.measures[measure].is else { continue };
            if let Some(of) = &aggregate.of {
                columns.extend(of.own_columns());
                add(&operand(aggregate.function, of, self.context), format!("x{measure}"), &mut sql);
            }
            if let Some(filter) = &aggregate.filter {
                columns.extend(filter.own_columns());
                let mut condition = Sql::new("(");
                let compiled = compile_condition(filter, &crate::Columnar, "b", &self.context.binding);
                condition.append(&compiled).push(")");
                add(&condition, format!("f{measure}"), &mut sql);
            }
        }
        if let Some((value, name)) = other {
            add(value, name.to_owned(), &mut sql);
        }
        if before.is_empty() {
            sql.push("1 as one");
        }
        let mut statement = Sql::new("select ");
        if self.cube.relation.repeats(&columns) {
            // A row counts once under each of its members, though several of its entries lead there.
            statement.push("distinct b.").name(ROW).push(", ");
        }
        statement.append(&sql).push(" from ").append(&self.cube.relation.rows(columns)).push(" as b");
        let with_time = !self.beyond || !self.time.is_some_and(|time| shown.contains(&time));
        statement.append(&self.conditions.clause(with_time));
        statement
    }

    pub fn added_up(&self, after: bool, sql: &mut Sql) {
        let mut before = if after { ", " } else { "" };
        for &measure in &self.aggregates {
            if let Some(aggregate) = self.aggregate(measure) {
                for (at, call) in calls(measure, aggregate).iter().enumerate() {
                    sql.push(before).push(call).push(&format!(" as v{measure}_{at}"));
                    before = ", ";
                }
            }
        }
        if self.aggregates.is_empty() {
            sql.push(before).push("count(*)");
        }
    }
}

/// How many columns an aggregate takes: an average is a sum and a count, so that it can be divided exactly.
pub fn column_count(aggregate: &Aggregate) -> usize {
    if aggregate.function == MeasureKind::Average { 2 } else { 1 }
}

/// What is added up. Whole numbers are widened where a sum or a middle would not fit.
fn operand(function: MeasureKind, of: &expr::Checked, context: &Context) -> Sql {
    let value = compile(of, &crate::Columnar, "b", &context.binding);
    let mut sql = Sql::default();
    match (function, of.column_type()) {
        (MeasureKind::Sum | MeasureKind::Average, ColumnType::Int) => {
            sql.push("cast(").append(&value).push(" as decimal(20, 0))");
        }
        (MeasureKind::Median, ColumnType::Int) => {
            sql.push("cast(").append(&value).push(" as decimal(20, 1))");
        }
        _ => return value,
    }
    sql
}

/// The calls that an aggregate is made of, one a column.
fn calls(measure: usize, aggregate: &Aggregate) -> Vec<String> {
    let x = format!("b.x{measure}");
    let filter = match aggregate.filter {
        Some(_) => format!(" filter (where b.f{measure})"),
        None => String::new(),
    };
    let call = |text: &str| format!("{text}{filter}");
    match (aggregate.function, &aggregate.of) {
        (MeasureKind::Count, None) => vec![call("count(*)")],
        (MeasureKind::Count, _) => vec![call(&format!("count({x})"))],
        (MeasureKind::Distinct, _) => vec![call(&format!("count(distinct {x})"))],
        (MeasureKind::Average, _) => vec![call(&format!("sum({x})")), call(&format!("count({x})"))],
        (MeasureKind::Median, _) => vec![call(&format!("median({x})"))],
        (MeasureKind::Min, _) => vec![call(&format!("min({x})"))],
        (MeasureKind::Max, _) => vec![call(&format!("max({x})"))],
        _ => vec![call(&format!("sum({x})"))],
    }
}

/// Whether a value is one of some, never empty.
fn among(value: &Sql, members: &[Datum]) -> Sql {
    let mut sql = Sql::new("(");
    if members.is_empty() {
        sql.push("false");
    }
    for (at, member) in members.iter().enumerate() {
        sql.push(if at == 0 { "(" } else { " or (" }).append(value);
        match bound(member) {
            Some((value, column)) => sql.push(" is not distinct from ").bind(value, column),
            None => sql.push(" is null"),
        };
        sql.push(")");
    }
    sql.push(")");
    sql
}

fn bound(member: &Datum) -> Option<(Value, ColumnType)> {
    Some(match member {
        Datum::Bool(truth) => ((*truth).into(), ColumnType::Bool),
        Datum::Int(number) => ((*number).into(), ColumnType::Int),
        Datum::Decimal(number) => ((*number).into(), ColumnType::Decimal { scale: 10 }),
        // Written with all digits, it is read as the same number again.
        Datum::Float(number) => (number.0.to_string().into(), ColumnType::Text),
        Datum::Date(day) => ((*day).into(), ColumnType::Date),
        Datum::Text(text) => (text.as_str().into(), ColumnType::Text),
        Datum::Null => return None,
    })
}

fn listed(names: &[String], table: &str) -> String {
    names.iter().map(|name| format!("{table}{name}")).collect::<Vec<_>>().join(", ")
}

fn group(keys: usize, sql: &mut Sql) {
    if keys > 0 {
        let places: Vec<String> = (1..=keys).map(|at| at.to_string()).collect();
        sql.push(" group by ").push(&places.join(", "));
    }
}
