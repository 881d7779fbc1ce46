//! What a change of definitions would cost: contents that go.

use std::fmt;

use db::Tx;
use expr::sql::Sql;
use kernel::{ColumnType, Value};
use metadata::{
    Object, Registry,
    schema::{SchemaChange, Shape},
};

/// Characters of a content that is told.
const SAMPLE: usize = 40;

/// Whether contents may go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Losses {
    /// A change that costs contents is not made.
    Refuse,
    /// Contents go; the history of their records still tells them.
    Accept,
}

/// Contents of one column that would go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loss {
    /// The object's name.
    pub object: String,
    pub column: String,
    /// The type that cannot read them; none where the column goes with all it holds.
    pub unreadable_as: Option<ColumnType>,
    pub records: usize,
    /// One of the contents.
    pub sample: Option<String>,
}

impl Loss {
    pub(super) fn unreadable(object: &str, column: &str, to: ColumnType) -> Loss {
        let (object, column) = (object.to_owned(), column.to_owned());
        Loss { object, column, unreadable_as: Some(to), records: 0, sample: None }
    }

    /// One more.
    pub(super) fn note(&mut self, content: &Value) {
        self.records += 1;
        let shown = || {
            let text = crate::write::plain_text(content);
            text.chars().take(SAMPLE).collect()
        };
        self.sample.get_or_insert_with(shown);
    }
}

impl fmt::Display for Loss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Loss { object, column, records, .. } = self;
        let contents = if *records == 1 { "content" } else { "contents" };
        match self.unreadable_as {
            Some(to) => {
                write!(f, "{records} {contents} of {object}.{column} cannot be read as {}", called(to))?
            }
            None => write!(f, "{records} {contents} of {object}.{column} would be dropped")?,
        }
        match self.sample.as_deref().filter(|sample| !sample.is_empty()) {
            Some(sample) => write!(f, ", such as “{sample}”"),
            None => Ok(()),
        }
    }
}

const fn called(column: ColumnType) -> &'static str {
    match column {
        ColumnType::Bool => "yes or no",
        ColumnType::Int => "a whole number",
        ColumnType::Decimal { .. } => "a number",
        ColumnType::Text => "text",
        ColumnType::Date => "a date",
        ColumnType::Instant => "a date and time",
        ColumnType::Id => "a link",
        ColumnType::List => "a list",
        ColumnType::Json => "structured content",
    }
}

/// What a step drops of an object that stays. An object that goes is given up with everything in it.
pub(super) fn dropped(
    tx: &mut Tx<'_>,
    change: &SchemaChange,
    standing: &Registry,
    wanted: &Registry,
) -> Result<Option<Loss>, db::Error> {
    let (object, column, sql) = match change {
        SchemaChange::DropColumn { table, column } => {
            let Some(object) = wanted.objects().find(|object| object.table() == table) else {
                return Ok(None);
            };
            let is_computed = standing.object(&object.name).is_some_and(|object| is_computed(object, column));
            if is_computed {
                return Ok(None);
            }
            let mut sql = Sql::new("select count(*) from ");
            sql.name(table).push(" where ").name(column).push(" is not null");
            (object, column.clone(), sql)
        }
        SchemaChange::DropTable(table) if table.shape == Shape::Links => {
            let field_of = |object: &Object| {
                let mut fields = object.fields.iter();
                fields.find(|field| object.link_table(field) == table.name).map(|field| field.name.clone())
            };
            let found = standing.objects().find_map(|object| Some((object, field_of(object)?)));
            let Some((object, field)) = found else { return Ok(None) };
            let Some(object) = wanted.object(&object.name) else { return Ok(None) };
            let mut sql = Sql::new("select count(distinct \"this_id\") from ");
            sql.name(&table.name);
            (object, field, sql)
        }
        _ => return Ok(None),
    };
    let records = usize::try_from(tx.query_one(&sql, |row| row.int(0).unwrap_or(0))?).unwrap_or(0);
    let object = object.name.clone();
    Ok((records > 0).then_some(Loss { object, column, unreadable_as: None, records, sample: None }))
}

/// Whether a column holds what the engine can work out again.
fn is_computed(object: &Object, column: &str) -> bool {
    let field = object.columns.iter().find(|known| known.name == column).and_then(|known| known.field);
    field.is_some_and(|at| {
        !object.fields[at].kind.is_writable()
            && !matches!(object.fields[at].kind, metadata::Kind::AutoNumber { .. })
    })
}
