//! What the address of a list asks for: a view, and what is changed about it.

use std::sync::Arc;

use expr::{Checked, ExprProblem};
use kernel::Id;
use metadata::{
    Kind, Object, Registry,
    definition::{ViewDef, ViewKind},
};
use records::{Cursor, ListQuery, Sort, Trash};
use web::Fields;

use crate::field::show;

/// Rows on a page of a table, cards in a column of a board.
pub const PAGE: usize = 50;
/// Columns of a list that says nothing about them.
const COLUMNS: usize = 7;

/// A list as it was asked for.
pub struct ListRequest {
    pub object: Arc<Object>,
    pub view: ViewDef,
    /// The parameters as they came.
    pub given: Fields,
    pub filter_text: String,
    pub filter: Option<Arc<Checked>>,
    /// What is wrong with the filter; the list then shows nothing.
    pub problems: Vec<ExprProblem>,
    pub words: Option<String>,
    /// Only what came or changed with this import or bulk change.
    pub cause: Option<Id>,
    pub sort: Vec<Sort>,
    pub columns: Vec<String>,
    pub kind: ViewKind,
    /// The choice that groups a board.
    pub group: Option<String>,
    pub trash: Trash,
    pub after: Option<Cursor>,
}

impl ListRequest {
    pub fn new(registry: &Registry, object: &Arc<Object>, given: Fields) -> ListRequest {
        let view = view(object, given.get("view"));
        let filter_text =
            given.get("filter").map(str::trim).or(view.filter.as_deref()).unwrap_or("").to_owned();
        let (filter, problems) = check(registry, object, &filter_text);
        let trash = if given.get("trash") == Some("1") { Trash::Only } else { Trash::Without };
        let sort = match given.filled("sort") {
            Some(text) => text.split(',').map(Sort::parse).collect(),
            None if trash == Trash::Only => vec![Sort::parse("-deleted_at")],
            None => view.sort.iter().map(|text| Sort::parse(text)).collect(),
        };
        let columns = match given.filled("columns") {
            Some(text) => text.split(',').map(str::to_owned).collect(),
            None if view.columns.is_empty() => default_columns(object),
            None => view.columns.clone(),
        };
        let group =
            given.filled("group").map(str::to_owned).or_else(|| view.group.clone()).or_else(|| path(object));
        let kind = match given.get("kind") {
            Some("board") if group.is_some() => ViewKind::Board,
            Some("list") => ViewKind::List,
            _ => view.kind,
        };
        ListRequest {
            filter,
            problems,
            words: given.filled("q").map(str::to_owned),
            cause: given.get("cause").and_then(|cause| cause.parse().ok()),
            sort,
            columns: shown_columns(object, columns, trash),
            kind: if group.is_none() || kind == ViewKind::Calendar { ViewKind::List } else { kind },
            group,
            trash,
            after: given.get("after").and_then(Cursor::parse),
            object: Arc::clone(object),
            filter_text,
            view,
            given,
        }
    }

    /// The query for one page.
    pub fn query(&self) -> ListQuery {
        // Whether something is late depends on whether it has ended.
        let path = self.columns.iter().any(|name| show::is_due(name)).then(|| path(&self.object)).flatten();
        // Whoever may see who changed a record may see who deleted it.
        let who = (self.trash == Trash::Only).then_some("updated_by");
        let mut query = ListQuery::new(&self.object)
            .fields(self.columns.iter().chain(&path).map(String::as_str).chain(who))
            .filter(self.filter.clone())
            .sort(self.sort.clone())
            .limit(PAGE);
        query.words.clone_from(&self.words);
        query.cause = self.cause;
        query.trash = self.trash;
        query.after.clone_from(&self.after);
        query
    }

    /// The address of the same list with one parameter changed; a change begins at the first page again.
    pub fn href(&self, name: &str, value: Option<&str>) -> String {
        let base = format!("/{}", self.object.plural);
        let parameters = self.given.with("after", None).with(name, value);
        if parameters.0.is_empty() { base } else { format!("{base}?{}", parameters.encode()) }
    }
}

/// The view of that name, or the first, or a plain list of everything.
fn view(object: &Object, name: Option<&str>) -> ViewDef {
    let named = name.and_then(|name| object.view(name)).or_else(|| object.views.first());
    named.cloned().unwrap_or_else(|| ViewDef {
        name: "all".to_owned(),
        label: None,
        kind: ViewKind::List,
        home: false,
        columns: Vec::new(),
        filter: None,
        sort: Vec::new(),
        group: None,
        sum: None,
    })
}

fn check(registry: &Registry, object: &Object, text: &str) -> (Option<Arc<Checked>>, Vec<ExprProblem>) {
    if text.is_empty() {
        return (None, Vec::new());
    }
    match expr::check(text, &object.name, registry, &expr::Expected::Condition) {
        Ok(checked) => (Some(Arc::new(checked)), Vec::new()),
        Err(problems) => (None, problems),
    }
}

/// The title's field, the key fields, and then what else comes first.
fn default_columns(object: &Object) -> Vec<String> {
    let mut columns: Vec<String> = object.title.iter().map(|at| object.fields[*at].name.clone()).collect();
    let more = object.layout.key.iter().cloned().chain(object.fields.iter().map(|field| field.name.clone()));
    for name in more {
        if columns.len() < COLUMNS && !columns.contains(&name) && is_shown(object, &name) {
            columns.push(name);
        }
    }
    columns
}

/// The columns of a list, without those that none can have. In the trash it matters first when a record came there.
fn shown_columns(object: &Object, mut columns: Vec<String>, trash: Trash) -> Vec<String> {
    columns.retain(|name| is_shown(object, name));
    if trash == Trash::Only {
        columns.insert(columns.len().min(1), "deleted_at".to_owned());
    }
    columns
}

/// Whether a list can have a column of that name.
pub fn is_shown(object: &Object, name: &str) -> bool {
    object
        .field(name)
        .is_some_and(|field| field.name != "deleted_at" && !matches!(field.kind, Kind::Json | Kind::RichText))
}

/// The choice that the record's path shows.
fn path(object: &Object) -> Option<String> {
    object.path().map(|(at, _)| object.fields[at].name.clone())
}
