//! The rows that a cube is about: its table, with the columns of linked records beside its own.
//!
//! An expression about `company.industry` is checked as one about a column of that name, and the join that brings the
//! column is added where rows are read ([`Relation::rows`]). So a statement has no subquery for each row, and what
//! somebody may not see of a linked record is empty, as everywhere.

use std::{cell::RefCell, collections::BTreeMap, sync::Arc};

use expr::{
    Catalog, Checked, Column, Expected, ExprProblem, Field, Part, Source, Type, check_tree,
    sql::Sql,
    syntax::{Expr, Name},
};
/// Names in a path, as the language has it.
const PATH_NAMES: usize = 8;

/// A table and what can be reached from it, as somebody sees it.
pub struct Relation {
    table: Arc<str>,
    source: Box<dyn Catalog + Send + Sync>,
    formulas: BTreeMap<String, Arc<Checked>>,
    /// Columns that expressions have named, by their position.
    columns: RefCell<Vec<Used>>,
}

/// A column that something reads.
#[derive(Clone, Debug, PartialEq)]
struct Used {
    /// The links that lead to it.
    path: Vec<Link>,
    /// Its name in the table that it is of.
    name: Arc<str>,
    /// Its name among the rows.
    flat: Arc<str>,
    column: kernel::ColumnType,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Link {
    column: Arc<str>,
    to: Arc<str>,
}

impl Relation {
    /// `source` knows the tables by their names, with the columns that statements may name.
    pub fn new(table: &str, source: Box<dyn Catalog + Send + Sync>) -> Relation {
        Relation { table: table.into(), source, formulas: BTreeMap::new(), columns: RefCell::default() }
    }

    /// Nothing, where what was there has been taken.
    pub(crate) fn none() -> Relation {
        Relation::new("", Box::new(Nothing))
    }

    pub fn table(&self) -> &str {
        &self.table
    }

    /// Adds a column that is computed.
    ///
    /// # Errors
    /// What is wrong with the expression.
    pub fn compute(&mut self, name: &str, formula: &str) -> Result<(), Vec<ExprProblem>> {
        let checked = self.check(formula, &Expected::Any)?;
        self.formulas.insert(name.to_owned(), Arc::new(checked));
        Ok(())
    }

    /// Reads and checks an expression about the rows.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn check(&self, text: &str, expected: &Expected) -> Result<Checked, Vec<ExprProblem>> {
        let mut tree = expr::parse(text).map_err(|problem| vec![problem])?;
        self.flatten(&mut tree, &[]);
        check_tree(tree, &self.table, self, expected)
    }

    /// Whether a field is there.
    pub fn has(&self, name: &str) -> bool {
        self.field(&self.table, name).is_some()
    }

    /// `(select … from "deal" as t left join "company" as j1 on …)`: the rows, with the columns at these positions.
    pub fn rows(&self, positions: impl IntoIterator<Item = usize>) -> Sql {
        let columns = self.columns.borrow();
        let mut wanted: Vec<&Used> = positions.into_iter().filter_map(|at| columns.get(at)).collect();
        wanted.sort_by(|a, b| a.flat.cmp(&b.flat));
        wanted.dedup_by(|a, b| a.flat == b.flat);
        let mut joins: Vec<&[Link]> = Vec::new();
        for used in &wanted {
            for length in 1..=used.path.len() {
                let path = &used.path[..length];
                if !joins.contains(&path) {
                    joins.push(path);
                }
            }
        }
        let alias = |path: &[Link]| match joins.iter().position(|join| *join == path) {
            Some(at) => format!("j{at}"),
            None => "t".to_owned(),
        };
        let mut sql = Sql::new("(select ");
        if wanted.is_empty() {
            sql.push("1 as one");
        }
        for (at, used) in wanted.iter().enumerate() {
            sql.push(if at == 0 { "" } else { ", " }).push(&alias(&used.path)).push(".").name(&used.name);
            sql.push(" as ").name(&used.flat);
        }
        sql.push(" from ").name(&self.table).push(" as t");
        for path in &joins {
            let Some((last, before)) = path.split_last() else { continue };
            let own = alias(path);
            sql.push(" left join ").name(&last.to).push(" as ").push(&own).push(" on ");
            sql.push(&alias(before)).push(".").name(&last.column).push(" = ").push(&own).push(".\"id\"");
        }
        sql.push(")");
        sql
    }

    /// Makes one name of each path through links: `company.owner.team` leads through two to a column.
    fn flatten(&self, tree: &mut Expr, before: &[&str]) {
        tree.for_each_path(&mut |names| {
            if matches!(names.first().map(|name| name.text.as_str()), Some("me" | "my_teams")) {
                return;
            }
            let span = names.first().map_or_else(Default::default, |name| name.span);
            let prefix = before.iter().map(|text| Name { text: (*text).to_owned(), span });
            let whole: Vec<Name> = prefix.chain(names.iter().cloned()).collect();
            *names = self.merged(whole);
        });
    }

    /// The path with its links and the field they lead to as one name, and the field's parts after it.
    fn merged(&self, names: Vec<Name>) -> Vec<Name> {
        let mut object: Arc<str> = Arc::clone(&self.table);
        for (at, name) in names.iter().enumerate() {
            let Some(field) = self.stored(&object, &name.text) else { return names };
            match (field.ty, field.source) {
                (Type::Link(to), Source::Column(_)) if at + 1 < names.len() => object = to,
                _ => {
                    let text: Vec<&str> = names[..=at].iter().map(|name| name.text.as_str()).collect();
                    let span = names[0].span.to(name.span);
                    let one = Name { text: text.join("."), span };
                    return std::iter::once(one).chain(names[at + 1..].iter().cloned()).collect();
                }
            }
        }
        names
    }

    fn stored(&self, object: &str, name: &str) -> Option<Field> {
        let own = (object == &*self.table).then(|| self.formulas.get(name)).flatten();
        own.map(|formula| Field::new(formula.ty().clone(), Source::Formula(Arc::clone(formula))))
            .or_else(|| self.source.field(object, name))
    }

    /// The field at the end of a path written as one name.
    fn reached(&self, name: &str) -> Option<Field> {
        let names: Vec<&str> = name.split('.').collect();
        let (last, links) = names.split_last()?;
        if names.len() > PATH_NAMES {
            return None;
        }
        let (mut object, mut path) = (Arc::clone(&self.table), Vec::new());
        for link in links {
            let Field { ty: Type::Link(to), source: Source::Column(column), .. } =
                self.stored(&object, link)?
            else {
                return None;
            };
            path.push(Link { column: column.name, to: Arc::clone(&to) });
            object = to;
        }
        let field = self.stored(&object, last)?;
        if path.is_empty() && self.formulas.contains_key(*last) {
            return Some(field);
        }
        let placed = |column: Column| self.placed(&path, links, column);
        let source = match field.source {
            Source::Column(column) => Source::Column(placed(column)),
            Source::LinkAny { object, id } => Source::LinkAny { object: placed(object), id: placed(id) },
            Source::Parts(parts) => Source::Parts(
                parts.into_iter().map(|part| Part { column: placed(part.column.clone()), ..part }).collect(),
            ),
            Source::Formula(formula) => {
                let mut tree = formula.tree().clone();
                self.flatten(&mut tree, links);
                let checked = check_tree(tree, &self.table, self, &Expected::Any).ok()?;
                Source::Formula(Arc::new(checked))
            }
            Source::Many(_) => return None,
        };
        Some(Field::new(field.ty, source))
    }

    fn placed(&self, path: &[Link], links: &[&str], column: Column) -> Column {
        let flat = links.iter().copied().chain([&*column.name]).collect::<Vec<_>>().join(".");
        let used = Used { path: path.to_vec(), name: column.name, flat: flat.into(), column: column.column };
        let mut columns = self.columns.borrow_mut();
        let index = columns.iter().position(|other| *other == used).unwrap_or_else(|| {
            columns.push(used.clone());
            columns.len() - 1
        });
        Column { name: used.flat, index, column: used.column }
    }
}

struct Nothing;

impl Catalog for Nothing {
    fn field(&self, _: &str, _: &str) -> Option<Field> {
        None
    }

    fn field_names(&self, _: &str) -> Vec<String> {
        Vec::new()
    }

    fn table(&self, _: &str) -> Option<Arc<str>> {
        None
    }
}

impl Catalog for Relation {
    fn field(&self, object: &str, name: &str) -> Option<Field> {
        match object == &*self.table {
            true => self.reached(name),
            // Who asks has a record too: `me.team`.
            false => self.source.field(object, name),
        }
    }

    fn field_names(&self, object: &str) -> Vec<String> {
        let own = (object == &*self.table).then(|| self.formulas.keys().cloned());
        self.source.field_names(object).into_iter().chain(own.into_iter().flatten()).collect()
    }

    fn table(&self, object: &str) -> Option<Arc<str>> {
        if object == &*self.table { Some(Arc::clone(&self.table)) } else { self.source.table(object) }
    }
}
