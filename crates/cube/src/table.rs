//! An answer as a table: levels, then measures.

use crate::{Datum, definition::Format};

/// Rows of an answer at most, whatever is asked for.
pub const MOST_ROWS: usize = 1_000_000;
/// Columns of a pivot at most.
pub const MOST_COLUMNS: usize = 1_000;

/// A table of results.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    pub columns: Vec<Column>,
    pub rows: Vec<Vec<Datum>>,
    /// Whether there are more rows than were asked for.
    pub more: bool,
}

/// A column of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    pub name: String,
    pub label: String,
    pub kind: ColumnKind,
}

#[derive(Clone, Debug, PartialEq)]
pub enum ColumnKind {
    /// Names of members; and the levels that going up and down lead to.
    Level {
        dimension: String,
        level: String,
        up: Option<String>,
        down: Option<String>,
    },
    Measure(Format),
    /// Something else: an id, a step, an age.
    Other,
}

impl Column {
    pub fn other(name: &str) -> Column {
        Column { name: name.to_owned(), label: crate::cube::label(None, name), kind: ColumnKind::Other }
    }

    pub fn measure(name: &str, format: Format) -> Column {
        Column { kind: ColumnKind::Measure(format), ..Column::other(name) }
    }
}

/// A table whose rows are told apart by its first columns, with some of those across: a column for each of their
/// members and measure.
///
/// # Errors
/// When there would be more columns than anybody reads.
pub fn pivot(table: Table, levels: usize, across: &[usize]) -> Result<Table, String> {
    let down: Vec<usize> = (0..levels).filter(|at| !across.contains(at)).collect();
    let of = |row: &[Datum], at: &[usize]| at.iter().map(|at| row[*at].clone()).collect::<Vec<_>>();
    let mut heads: Vec<Vec<Datum>> = Vec::new();
    let mut sides: Vec<Vec<Datum>> = Vec::new();
    let mut place = std::collections::HashMap::new();
    let mut head_place = std::collections::HashMap::new();
    let mut cells: Vec<(usize, usize, &[Datum])> = Vec::new();
    for row in &table.rows {
        let (side, head) = (of(row, &down), of(row, across));
        let side = *place.entry(side.clone()).or_insert_with(|| {
            sides.push(side);
            sides.len() - 1
        });
        let head = *head_place.entry(head.clone()).or_insert_with(|| {
            heads.push(head);
            heads.len() - 1
        });
        cells.push((side, head, &row[levels..]));
    }
    let measures = &table.columns[levels..];
    if heads.len() * measures.len() > MOST_COLUMNS {
        return Err(format!(
            "{} members across and {} measures make more than {MOST_COLUMNS} columns: ask across by something coarser",
            heads.len(),
            measures.len()
        ));
    }
    let mut order: Vec<usize> = (0..heads.len()).collect();
    order.sort_by(|a, b| by_name(&heads[*a]).cmp(&by_name(&heads[*b])));
    let mut columns: Vec<Column> = down.iter().map(|at| table.columns[*at].clone()).collect();
    for &head in &order {
        let named: Vec<String> = heads[head].iter().map(Datum::shown).collect();
        for measure in measures {
            let named = named.join(" · ");
            let name = if measures.len() == 1 { named } else { format!("{named} · {}", measure.name) };
            columns.push(Column { label: name.clone(), name, kind: measure.kind.clone() });
        }
    }
    let width = measures.len();
    let mut rows: Vec<Vec<Datum>> = sides;
    rows.iter_mut().for_each(|row| row.resize(columns.len(), Datum::Null));
    let mut at = vec![0; order.len()];
    order.iter().enumerate().for_each(|(place, head)| at[*head] = place);
    for (side, head, values) in cells {
        let start = down.len() + at[head] * width;
        rows[side][start..start + width].clone_from_slice(values);
    }
    Ok(Table { columns, rows, more: table.more })
}

/// What stands for several comes last.
fn by_name(head: &[Datum]) -> Vec<(bool, Option<i64>, String)> {
    let one = |datum: &Datum| {
        let text = datum.shown();
        (text.starts_with('('), text.parse().ok(), text)
    };
    head.iter().map(one).collect()
}
