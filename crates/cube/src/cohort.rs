//! Cohorts: those who came in the same period, and what became of them, period by period.

use expr::{Expected, compile, sql::Sql};

use crate::{
    Context, Datum, Engine, Error, Question, Table, Unit,
    answer::{measure, run},
    cells::{Cells, Needs, Place, Store, layout},
    condition::Conditions,
    cube::Cube,
    definition::Format,
    question::{CohortQuestion, Cut},
    statement::{Frame, Statements},
    table::{Column, pivot},
};

/// The columns before the measures: cohort, age.
const LEVELS: usize = 2;
/// What cohorts are measured by of themselves.
const OWN: [(&str, Format); 3] =
    [("size", Format::Number), ("active", Format::Number), ("retention", Format::Percent)];

/// A row for each cohort and age: how many came (`size`), how many of them have rows at that age (`active`), their share
/// (`retention`), or what of these and of the cube's measures was asked for. A cohort is the period of somebody's first row among those that
/// the filter and slices leave; `from` and `to` choose cohorts. Rows without a day or without whom do not count.
///
/// # Errors
/// [`Error::Question`], or what goes wrong in the engine.
pub fn cohorts<E: Engine>(
    cube: &Cube,
    question: &Question,
    asked: &CohortQuestion,
    context: &Context,
    engine: &E,
) -> Result<Table, Error<E::Error>> {
    let plan = Plan::new(cube, question, asked, context).map_err(Error::Question)?;
    let rows = run(engine, &plan.statement(asked, context).map_err(Error::Question)?)?;
    let table = plan.table(question, context, rows);
    match question.across.as_slice() {
        [] => Ok(table),
        [age] if age == "age" => pivot(table, LEVELS, &[1]).map_err(Error::Limit),
        _ => Err(Error::Question("of cohorts, only `age` goes across".to_owned())),
    }
}

struct Plan<'q> {
    cube: &'q Cube,
    unit: Unit,
    cuts: Vec<Cut>,
    /// What is shown: one of [`OWN`], or (`Err`) a measure of the cube.
    shown: Vec<Result<usize, usize>>,
    needs: Needs,
    conditions: Conditions,
}

impl<'q> Plan<'q> {
    fn new(
        cube: &'q Cube,
        question: &Question,
        asked: &CohortQuestion,
        context: &Context,
    ) -> Result<Plan<'q>, String> {
        if !question.by.is_empty() {
            return Err("cohorts are by cohort and age, and nothing else: slice them instead".to_owned());
        }
        let time = cube.time.ok_or_else(|| format!("the cube `{}` has no dimension of days", cube.name))?;
        let cut = Cut::find(cube, &format!("{}.{}", cube.dimensions[time].name, asked.by))?;
        let unit = cut.unit().filter(|unit| !unit.is_cyclic());
        let unit = unit.ok_or_else(|| format!("cohorts cannot be counted by `{}`", asked.by))?;
        let found = |name: &String| match OWN.iter().position(|(own, _)| own == name) {
            Some(own) => Ok(Ok(own)),
            None => measure(cube, name).map(Err),
        };
        let mut shown = question.measures.iter().map(found).collect::<Result<Vec<_>, String>>()?;
        if shown.is_empty() {
            shown = (0..OWN.len()).map(Ok).collect();
        }
        let mut needs = Needs::default();
        for measure in shown.iter().filter_map(|shown| shown.err()) {
            needs.of(cube, &[], measure, Frame::Period)?;
        }
        if needs.time || !needs.rolled.is_empty() {
            return Err("cohorts take measures that add up rows, and ratios of such".to_owned());
        }
        let rows = Question { from: None, to: None, ..question.clone() };
        let conditions = Conditions::new(cube, &rows, context)?;
        Ok(Plan { cube, unit, cuts: vec![cut], shown, needs, conditions })
    }

    fn statement(&self, asked: &CohortQuestion, context: &Context) -> Result<Sql, String> {
        let who = self.cube.checked(&asked.of, &Expected::Any)?;
        let conditions = Conditions {
            rows: self.conditions.rows.clone(),
            time: self.conditions.time.clone(),
            columns: self.conditions.columns.iter().chain(who.own_columns()).copied().collect(),
        };
        let statements = Statements {
            cube: self.cube,
            context,
            cuts: &self.cuts,
            conditions: &conditions,
            kept: None,
            aggregates: self.needs.aggregates.iter().copied().collect(),
            beyond: false,
            time: Some(0),
            from: None,
        };
        let who = compile(&who, &crate::Columnar, "b", &context.binding);
        let mut sql = Sql::new("with b as (");
        sql.append(&statements.rows_with(&[0], Some((&who, "who"))))
            .push("), f as (select who, min(k0) as came from b ");
        sql.push("where who is not null and k0 is not null group by who) ");
        sql.push("select f.came, b.k0, count(distinct b.who)");
        if !self.needs.aggregates.is_empty() {
            statements.added_up(true, &mut sql);
        }
        sql.push(" from b join f on b.who = f.who where b.k0 is not null group by 1, 2 order by 1, 2");
        Ok(sql)
    }

    fn table(&self, question: &Question, context: &Context, rows: Vec<Vec<Datum>>) -> Table {
        let calendar = context.calendar;
        let mut cells = Cells::of_names(self.cube, &self.cuts, calendar);
        cells.columns = layout(self.cube, &self.needs.aggregates);
        let mut table = Table { columns: self.columns(), ..Table::default() };
        let mut size = Datum::Int(0);
        for mut row in rows {
            let values = row.split_off(3);
            let [Datum::Date(came), Datum::Date(day), active] = &row[..] else { continue };
            let age = calendar.between(self.unit, *came, *day);
            if age == 0 {
                size = active.clone();
            }
            let looked_at = question.from.is_none_or(|from| calendar.end(self.unit, *came) >= from)
                && question.to.is_none_or(|to| *came <= to);
            if !looked_at {
                continue;
            }
            let key = vec![Place::Is(row[1].clone())];
            let mut store = Store::default();
            let places: Vec<usize> = (0..values.len()).collect();
            store.put(key.clone(), &places, values);
            cells.stores.insert((Frame::Period, vec![true]), store);
            let own = [size.clone(), active.clone(), crate::datum::divide(active, &size)];
            let shown = self.shown.iter().map(|shown| match shown {
                Ok(at) => own[*at].clone(),
                Err(measure) => cells.value(*measure, &key, Frame::Period),
            });
            let levels = [Datum::Text(calendar.name(self.unit, *came)), Datum::Int(age.into())];
            table.rows.push(levels.into_iter().chain(shown).collect());
        }
        let limit = question.limit.unwrap_or(usize::MAX);
        table.more = table.rows.len() > limit;
        table.rows.truncate(limit);
        table
    }

    fn columns(&self) -> Vec<Column> {
        let mut columns = vec![Column::other("cohort"), Column::other("age")];
        columns.extend(self.shown.iter().map(|shown| match shown {
            Ok(at) => Column::measure(OWN[*at].0, OWN[*at].1),
            Err(measure) => {
                let own = &self.cube.measures[*measure];
                Column { label: own.label.clone(), ..Column::measure(&own.name, own.format) }
            }
        }));
        columns
    }
}
