//! Funnels: how many go each step after those before it.

use std::collections::BTreeMap;

use expr::{Expected, compile, compile_condition, sql::Sql};

use crate::{
    Columnar, Context, Datum, Engine, Error, Question, Table,
    answer::{level_column, run},
    cells::{Cells, Key, Place},
    condition::{Conditions, key, time_cut},
    cube::Cube,
    datum::divide,
    definition::Format,
    dimension::LevelKind,
    question::{Cut, FunnelQuestion},
    table::{Column, MOST_ROWS},
};

/// Steps of a funnel at most.
const MOST_STEPS: usize = 20;

/// A row for each step: how many have gone it, not before the step that precedes it (`from_previous`, `from_first`: their
/// shares of those who had gone that one and the first). Whoever goes steps more than once counts once, at the earliest
/// that can be; `within_days` bounds the time since the first step. Told apart by levels, everybody is where they were at
/// their first step.
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
    let plan = Plan::new(cube, question, asked, context).map_err(Error::Question)?;
    let rows = run(engine, &plan.statement().map_err(Error::Question)?)?;
    Ok(plan.table(rows))
}

struct Plan<'q> {
    cube: &'q Cube,
    question: &'q Question,
    asked: &'q FunnelQuestion,
    context: &'q Context<'q>,
    cuts: Vec<Cut>,
}

impl<'q> Plan<'q> {
    fn new(
        cube: &'q Cube,
        question: &'q Question,
        asked: &'q FunnelQuestion,
        context: &'q Context<'q>,
    ) -> Result<Plan<'q>, String> {
        if !question.across.is_empty() || !question.measures.is_empty() {
            return Err("a funnel counts who goes its steps, and takes levels only in `by`, and no measures"
                .to_owned());
        }
        if asked.steps.is_empty() || asked.steps.len() > MOST_STEPS {
            return Err(format!("a funnel has from one to {MOST_STEPS} steps"));
        }
        let cuts = question.by.iter().map(|text| Cut::find(cube, text)).collect::<Result<Vec<_>, _>>()?;
        if let Some(cut) = cuts.iter().find(|cut| cube.relation.repeats(&cut.is.columns())) {
            return Err(format!(
                "a funnel asks where somebody is, and a row may be in several of `{}`: slice by it instead",
                cut.column
            ));
        }
        Ok(Plan { cube, question, asked, context, cuts })
    }

    /// The columns that people are told apart by, keys before titles.
    fn names(&self) -> Vec<String> {
        let keys = (0..self.cuts.len()).map(|at| format!("k{at}"));
        let titles = self.cuts.iter().enumerate().filter(|(_, cut)| cut.title().is_some());
        keys.chain(titles.map(|(at, _)| format!("t{at}"))).collect()
    }

    /// A row for each step and what people are told apart by: the step, these, and how many.
    fn statement(&self) -> Result<Sql, String> {
        let names = self.names();
        let each = |table: &str| names.iter().map(|name| format!(", {table}{name}")).collect::<String>();
        let mut sql = Sql::new("with b as (");
        sql.append(&self.rows()?).push("), s0 as (select who, at, day as first").push(&each(""));
        // Of what somebody did at the same moment, the first by its keys.
        sql.push(" from (select *, row_number() over (partition by who order by at").push(&each(""));
        sql.push(") as place from b where w0 and who is not null and at is not null) where place = 1)");
        for at in 1..self.asked.steps.len() {
            let before = at - 1;
            sql.push(&format!(", s{at} as (select b.who, min(b.at) as at, s.first{} from b ", each("s.")));
            sql.push(&format!("join s{before} s on b.who = s.who and b.at >= s.at "));
            if let Some(days) = self.asked.within_days {
                sql.push(&format!("and cast(b.day as int) - cast(s.first as int) <= {days} "));
            }
            sql.push(&format!("where b.w{at} group by b.who, s.first{})", each("s.")));
        }
        let places: String = (0..names.len()).map(|at| format!(", {}", at + 2)).collect();
        for at in 0..self.asked.steps.len() {
            let before = if at == 0 { " " } else { " union all " };
            sql.push(&format!("{before}select {at} as step{}, count(*) as n from s{at}", each("")));
            sql.push(&format!(" group by 1{places}"));
        }
        Ok(sql)
    }

    /// The rows of the cube: who, when, which steps they are, and what they are told apart by.
    fn rows(&self) -> Result<Sql, String> {
        let (cube, context) = (self.cube, self.context);
        let conditions = Conditions::new(cube, self.question, context)?;
        let who = cube.checked(&self.asked.of, &Expected::Any);
        let who = who.map_err(|said| format!("who goes the steps:{said}"))?;
        let day = time_cut(cube)?;
        let mut columns = conditions.columns.clone();
        columns.extend(who.own_columns());
        columns.extend(day.is.columns());
        let mut rows = Sql::new("select ");
        rows.append(&compile(&who, &Columnar, "b", &context.binding)).push(" as who, ");
        rows.append(&moment(cube, context)).push(" as at, ").append(&key(&day, context)).push(" as day");
        for (at, cut) in self.cuts.iter().enumerate() {
            columns.extend(cut.is.columns());
            rows.push(", ").append(&key(cut, context)).push(&format!(" as k{at}"));
            if let Some(title) = cut.title() {
                rows.push(", ").append(&compile(title, &Columnar, "b", &context.binding));
                rows.push(&format!(" as t{at}"));
            }
        }
        for (at, step) in self.asked.steps.iter().enumerate() {
            let when = cube.checked(&step.when, &Expected::Condition);
            let when = when.map_err(|said| format!("the step `{}`:{said}", step.name))?;
            columns.extend(when.own_columns());
            rows.push(", (").append(&compile_condition(&when, &Columnar, "b", &context.binding));
            rows.push(&format!(") as w{at}"));
        }
        rows.push(" from ").append(&cube.relation.rows(columns)).push(" as b");
        rows.append(&conditions.clause(true));
        Ok(rows)
    }

    /// A row for each step of each of those told apart.
    fn table(&self, rows: Vec<Vec<Datum>>) -> Table {
        let mut cells = Cells::of_names(self.cube, &self.cuts, self.context.calendar);
        let titled: Vec<usize> = (0..self.cuts.len()).filter(|at| self.cuts[*at].title().is_some()).collect();
        let mut counts: BTreeMap<Key, Vec<Datum>> = BTreeMap::new();
        if self.cuts.is_empty() {
            counts.insert(Key::new(), vec![Datum::Int(0); self.asked.steps.len()]);
        }
        for mut row in rows {
            let (Some(count), Datum::Int(step)) = (row.pop(), row.remove(0)) else { continue };
            let titles = row.split_off(self.cuts.len());
            for (&at, title) in titled.iter().zip(titles) {
                if let Datum::Text(title) = title {
                    cells.titles.insert((at, row[at].clone()), title);
                }
            }
            let key = row.into_iter().map(Place::Is).collect();
            let own = counts.entry(key).or_insert_with(|| vec![Datum::Int(0); self.asked.steps.len()]);
            if let Some(own) = usize::try_from(step).ok().and_then(|step| own.get_mut(step)) {
                *own = count;
            }
        }
        let mut table = Table { columns: self.columns(), ..Table::default() };
        for (key, counts) in &counts {
            let names = key.iter().enumerate().map(|(at, place)| Datum::Text(cells.name(at, place)));
            let names: Vec<Datum> = names.collect();
            for (at, step) in self.asked.steps.iter().enumerate() {
                let previous = &counts[at.saturating_sub(1)];
                let own = [
                    Datum::Int(at as i64 + 1),
                    Datum::Text(step.name.clone()),
                    counts[at].clone(),
                    divide(&counts[at], previous),
                    divide(&counts[at], &counts[0]),
                ];
                table.rows.push(names.iter().cloned().chain(own).collect());
            }
        }
        let limit = self.question.limit.unwrap_or(MOST_ROWS);
        table.more = table.rows.len() > limit;
        table.rows.truncate(limit);
        table
    }

    fn columns(&self) -> Vec<Column> {
        let own = [
            Column::other("step"),
            Column::other("name"),
            Column::measure("count", Format::Number),
            Column::measure("from_previous", Format::Percent),
            Column::measure("from_first", Format::Percent),
        ];
        self.cuts.iter().map(|cut| level_column(self.cube, cut)).chain(own).collect()
    }
}

/// When a row was, as exactly as it is known.
fn moment(cube: &Cube, context: &Context) -> Sql {
    let of = cube.time.and_then(|time| cube.dimensions[time].levels.first()).map(|level| &level.is);
    match of {
        Some(LevelKind::Period { of, .. }) => compile(of, &Columnar, "b", &context.binding),
        _ => Sql::new("null"),
    }
}
