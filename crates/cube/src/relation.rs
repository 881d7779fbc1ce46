//! The rows that a cube is about: its table, with the columns of linked records beside its own.
//!
//! An expression about `company.industry` is checked as one about a column of that name, and the join that brings the
//! column is added where rows are read ([`Relation::rows`]). So a statement has no subquery for each row, and what
//! somebody may not see of a linked record is empty, as everywhere.
//!
//! A column of many values, such as a many-to-many field, can be looked at entry by entry ([`Relation::check_entries`]):
//! `watchers.team` then is a column `watchers[].team`, and reading it gives each row once for each of its entries.

use std::{cell::RefCell, collections::BTreeMap, sync::Arc};

use expr::{
    Catalog, Checked, Column, Entry, Expected, ExprProblem, Field, Part, Source, Type, check_tree,
    sql::Sql,
    syntax::{Expr, Name},
};
use kernel::ColumnType;

use crate::reading::{Link, Reading, Used};

/// What the name of a column of many values ends with where it stands for its entries one by one.
pub(crate) const EACH: &str = "[]";
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
        self.flatten(&mut tree, &[], Lists::Whole);
        check_tree(tree, &self.table, self, expected)
    }

    /// As [`Relation::check`], with columns of many values taken entry by entry: `watchers` is one of the watchers.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn check_entries(&self, text: &str, expected: &Expected) -> Result<Checked, Vec<ExprProblem>> {
        let mut tree = expr::parse(text).map_err(|problem| vec![problem])?;
        self.flatten(&mut tree, &[], Lists::EntryByEntry);
        check_tree(tree, &self.table, self, expected)
    }

    /// Whether reading the columns at these positions may give a row several times, told apart by [`crate::reading::ROW`].
    pub fn repeats(&self, positions: &[usize]) -> bool {
        let columns = self.columns.borrow();
        let mut used = positions.iter().filter_map(|at| columns.get(*at));
        used.any(|used| used.path.iter().any(|link| link.each))
    }

    /// Whether a field is there.
    pub fn has(&self, name: &str) -> bool {
        self.field(&self.table, name).is_some()
    }

    /// `(select … from "deal" as t left join "company" as j1 on …)`: the rows, with the columns at these positions.
    pub fn rows(&self, positions: impl IntoIterator<Item = usize>) -> Sql {
        let columns = self.columns.borrow();
        Reading::of(&self.table, positions.into_iter().filter_map(|at| columns.get(at))).statement()
    }

    /// Makes one name of each path through links: `company.owner.team` leads through two to a column.
    fn flatten(&self, tree: &mut Expr, before: &[&str], lists: Lists) {
        tree.for_each_path(&mut |names| {
            if matches!(names.first().map(|name| name.text.as_str()), Some("me" | "my_teams")) {
                return;
            }
            let span = names.first().map_or_else(Default::default, |name| name.span);
            let prefix = before.iter().map(|text| Name { text: (*text).to_owned(), span });
            let whole: Vec<Name> = prefix.chain(names.iter().cloned()).collect();
            *names = self.merged(whole, lists);
        });
    }

    /// The path with its links and the field they lead to as one name, and the field's parts after it.
    fn merged(&self, mut names: Vec<Name>, lists: Lists) -> Vec<Name> {
        let mut object: Arc<str> = Arc::clone(&self.table);
        let mut at = 0;
        while let Some(field) = names.get(at).and_then(|name| self.stored(&object, &name.text)) {
            let is_last = at + 1 == names.len();
            object = match (field.ty, field.source) {
                (Type::Link(to), Source::Column(_)) if !is_last => to,
                (Type::List(entry), Source::Column(_)) if lists == Lists::EntryByEntry => {
                    names[at].text.push_str(EACH);
                    match entry {
                        Entry::Link(to) if !is_last => to,
                        // One of some records is a link to it.
                        Entry::Link(to) if self.source.field(&to, "id").is_some() => {
                            names.push(Name { text: "id".to_owned(), span: names[at].span });
                            to
                        }
                        _ => return as_one(&names, at + 1),
                    }
                }
                _ => return as_one(&names, at + 1),
            };
            at += 1;
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
            let (to, step) = self.step(&object, link)?;
            path.push(step);
            object = to?;
        }
        if last.ends_with(EACH) {
            return self.entry(&object, last, path, links);
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
                self.flatten(&mut tree, links, Lists::Whole);
                let checked = check_tree(tree, &self.table, self, &Expected::Any).ok()?;
                Source::Formula(Arc::new(checked))
            }
            Source::Many(_) => return None,
        };
        Some(Field::new(field.ty, source))
    }

    /// A link, or a column of many entries, and the object that it leads to, if that is one.
    fn step(&self, object: &str, name: &str) -> Option<(Option<Arc<str>>, Link)> {
        let own = name.strip_suffix(EACH);
        let Field { ty, source: Source::Column(column), .. } = self.stored(object, own.unwrap_or(name))?
        else {
            return None;
        };
        let to = match (ty, own) {
            (Type::Link(to), None) | (Type::List(Entry::Link(to)), Some(_)) => Some(to),
            (Type::List(_), Some(_)) => None,
            _ => return None,
        };
        Some((to.clone(), Link { column: column.name, to, each: own.is_some() }))
    }

    /// The entries of a column that are no records, or records of which nothing but the id is known.
    fn entry(&self, object: &str, name: &str, mut path: Vec<Link>, links: &[&str]) -> Option<Field> {
        let field = self.stored(object, name.strip_suffix(EACH)?)?;
        let (_, step) = self.step(object, name)?;
        path.push(Link { to: None, ..step });
        let column = Column { name: name.into(), index: 0, column: ColumnType::Text };
        let ty = match field.ty {
            Type::List(Entry::Choice(options)) => Type::Choice(options),
            _ => Type::Text,
        };
        Some(Field::new(ty, Source::Column(self.placed(&path, links, column))))
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

/// How paths take columns of many values.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Lists {
    Whole,
    EntryByEntry,
}

/// The first names as one.
fn as_one(names: &[Name], count: usize) -> Vec<Name> {
    let (first, rest) = names.split_at(count);
    let text: Vec<&str> = first.iter().map(|name| name.text.as_str()).collect();
    let span = first[0].span.to(first[count - 1].span);
    std::iter::once(Name { text: text.join("."), span }).chain(rest.iter().cloned()).collect()
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
