//! Funnels: how many go each step after those before it.

use expr::{Expected, compile, compile_condition, sql::Sql};

use crate::{
    Columnar, Context, Datum, Engine, Error, Question, Table,
    answer::run,
    condition::{Conditions, columns_of, key, time_cut},
    cube::{Cube, LevelKind},
    datum::divide,
    definition::Format,
    question::FunnelQuestion,
    table::Column,
};

/// Steps of a funnel at most.
const MOST_STEPS: usize = 20;

/// A row for each step: how many have gone it, not before the step that precedes it (`from_previous`, `from_first`: their
/// shares of those who had gone that one and the first). Whoever goes steps more than once counts once, at the earliest
/// that can be; `within_days` bounds the time since the first step.
///
/// # Errors
/// [`Error::Question`], or what goes wrong in the engine.
pub fn funnel<E: Engine>(
    cube: &Cube,
    question: &Question,
    asked: &FunnelQuestion,
    context: &Context,
    engine: &E,
) -> Result<Table, Error<E::Error>> {
    let statement = statement(cube, question, asked, context).map_err(Error::Question)?;
    let counts = run(engine, &statement)?.pop().unwrap_or_default();
    let first = counts.first().cloned().unwrap_or(Datum::Int(0));
    let row = |(at, step): (usize, &crate::question::Step)| {
        let count = counts.get(at).cloned().unwrap_or(Datum::Int(0));
        let previous = if at == 0 { &count } else { &counts[at - 1] };
        let number = Datum::Int(at as i64 + 1);
        let shares = [divide(&count, previous), divide(&count, &first)];
        let [from_previous, from_first] = shares;
        vec![number, Datum::Text(step.name.clone()), count, from_previous, from_first]
    };
    let columns = vec![
        Column::other("step"),
        Column::other("name"),
        Column::measure("count", Format::Number),
        Column::measure("from_previous", Format::Percent),
        Column::measure("from_first", Format::Percent),
    ];
    Ok(Table { columns, rows: asked.steps.iter().enumerate().map(row).collect(), more: false })
}

/// One row: how many have gone each step.
fn statement(
    cube: &Cube,
    question: &Question,
    asked: &FunnelQuestion,
    context: &Context,
) -> Result<Sql, String> {
    if !question.by.is_empty() || !question.across.is_empty() || !question.measures.is_empty() {
        return Err("a funnel counts who goes its steps, and takes no levels or measures: slice it instead"
            .to_owned());
    }
    if asked.steps.is_empty() || asked.steps.len() > MOST_STEPS {
        return Err(format!("a funnel has from one to {MOST_STEPS} steps"));
    }
    let conditions = Conditions::new(cube, question, context)?;
    let who = cube.checked(&asked.of, &Expected::Any).map_err(|said| format!("who goes the steps:{said}"))?;
    let day = time_cut(cube)?;
    let mut columns = conditions.columns.clone();
    columns.extend(who.own_columns());
    columns.extend(columns_of(&day));
    let mut rows = Sql::new("select ");
    rows.append(&compile(&who, &Columnar, "b", &context.binding)).push(" as who, ");
    rows.append(&moment(cube, context)).push(" as at, ").append(&key(&day, context)).push(" as day");
    for (at, step) in asked.steps.iter().enumerate() {
        let when = cube.checked(&step.when, &Expected::Condition);
        let when = when.map_err(|said| format!("the step `{}`:{said}", step.name))?;
        columns.extend(when.own_columns());
        rows.push(", (").append(&compile_condition(&when, &Columnar, "b", &context.binding));
        rows.push(&format!(") as w{at}"));
    }
    rows.push(" from ").append(&cube.relation.rows(columns)).push(" as b").append(&conditions.clause(true));
    let mut sql = Sql::new("with b as (");
    sql.append(&rows).push("), s0 as (select who, min(at) as at, min(day) as first from b ");
    sql.push("where w0 and who is not null and at is not null group by who)");
    for at in 1..asked.steps.len() {
        let before = at - 1;
        sql.push(&format!(", s{at} as (select b.who, min(b.at) as at, min(s.first) as first from b "));
        sql.push(&format!("join s{before} s on b.who = s.who and b.at >= s.at "));
        if let Some(days) = asked.within_days {
            sql.push(&format!("and cast(b.day as int) - cast(s.first as int) <= {days} "));
        }
        sql.push(&format!("where b.w{at} group by b.who)"));
    }
    sql.push(" select ");
    for at in 0..asked.steps.len() {
        sql.push(if at == 0 { "" } else { ", " }).push(&format!("(select count(*) from s{at}) as n{at}"));
    }
    Ok(sql)
}

/// When a row was, as exactly as it is known.
fn moment(cube: &Cube, context: &Context) -> Sql {
    let of = cube.time.and_then(|time| cube.dimensions[time].levels.first()).map(|level| &level.is);
    match of {
        Some(LevelKind::Period { of, .. }) => compile(of, &Columnar, "b", &context.binding),
        _ => Sql::new("null"),
    }
}
