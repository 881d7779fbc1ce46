//! Through a cell to the rows behind it.

use expr::{Checked, Expected, Source, Type, compile, sql::Sql};

use crate::{
    Columnar, Context, Engine, Error, Question, Table,
    answer::{level_column, run_up_to},
    cells::{Cells, Place},
    condition::{Conditions, key},
    cube::Cube,
    dimension::LevelKind,
    question::Cut,
    reading::ROW,
    table::Column,
};

/// Rows that are listed, unless fewer are asked for.
const ROWS: usize = 10_000;

/// Lists the rows behind a question: id and title where rows have such, all their columns else; and the levels that are
/// asked by. A row that belongs to several members of a level stands there for each of them.
///
/// # Errors
/// [`Error::Question`], or what goes wrong in the engine.
pub fn through<E: Engine>(
    cube: &Cube,
    question: &Question,
    context: &Context,
    engine: &E,
) -> Result<Table, Error<E::Error>> {
    let cuts = question.by.iter().chain(&question.across).map(|text| Cut::find(cube, text));
    let cuts: Vec<Cut> = cuts.collect::<Result<_, _>>().map_err(Error::Question)?;
    let conditions = Conditions::new(cube, question, context).map_err(Error::Question)?;
    let own = own_columns(cube);
    let mut columns = conditions.columns.clone();
    let mut sql = Sql::default();
    let mut before = "";
    for (_, checked) in &own {
        columns.extend(checked.own_columns());
        sql.push(before).append(&compile(checked, &Columnar, "b", &context.binding));
        before = ", ";
    }
    for cut in &cuts {
        columns.extend(cut.is.columns());
        let shown = match &cut.is {
            LevelKind::Value { title: Some(title), .. } => compile(title, &Columnar, "b", &context.binding),
            _ => key(cut, context),
        };
        sql.push(before).append(&shown);
        before = ", ";
    }
    if before.is_empty() {
        return Err(Error::Question(format!("the rows of `{}` have no columns to show", cube.name)));
    }
    let repeats = cube.relation.repeats(&columns);
    let mut statement = Sql::new(if repeats { "select distinct " } else { "select " });
    statement.append(&sql);
    if repeats {
        statement.push(", b.").name(ROW);
    }
    statement.push(" from ").append(&cube.relation.rows(columns)).push(" as b");
    statement.append(&conditions.clause(true));
    if cube.identity().is_some() {
        statement.push(" order by 1");
    }
    let limit = question.limit.unwrap_or(ROWS).min(ROWS);
    let (mut rows, more) = run_up_to(engine, &statement, limit)?;
    let cells = Cells::of_names(cube, &cuts, context.calendar);
    for row in &mut rows {
        row.truncate(own.len() + cuts.len());
        for (at, datum) in row[own.len()..].iter_mut().enumerate() {
            *datum = crate::Datum::Text(cells.name(at, &Place::Is(datum.clone())));
        }
    }
    let mut columns: Vec<Column> = own.iter().map(|(name, _)| Column::other(name)).collect();
    columns.extend(cuts.iter().map(|cut| level_column(cube, cut)));
    Ok(Table { columns, rows, more })
}

/// What rows are known by.
fn own_columns(cube: &Cube) -> Vec<(String, Checked)> {
    let check = |name: &str| cube.relation.check(name, &Expected::Any).ok().map(|own| (name.to_owned(), own));
    if cube.identity().is_some() {
        return ["id", "title"].into_iter().filter_map(check).collect();
    }
    let table = cube.relation.table();
    let plain = |name: &String| {
        expr::Catalog::field(&cube.relation, table, name)
            .is_some_and(|field| matches!(field.source, Source::Column(_)) && field.ty != Type::Json)
    };
    let names = expr::Catalog::field_names(&cube.relation, table);
    names.iter().filter(|name| plain(name)).filter_map(|name| check(name)).collect()
}
