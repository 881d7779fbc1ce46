//! A tree printed, drawn, as rules and as an expression.

use std::path::PathBuf;

use analytics::trees::{Condition, TreeView};
use clap::Args;

use crate::output::{Grid, Report};
use crate::table::derive::as_name;
use crate::table::{Codes, Table};

/// A column of more numbers than this is an amount, not names of kinds.
pub const MOST_VALUES: usize = 12;

/// How a tree is shown, besides printed.
#[derive(Args, Debug, Clone)]
pub struct ShowOptions {
    /// Draw the tree to this file (SVG)
    #[arg(long, value_name = "FILE")]
    pub svg: Option<PathBuf>,
    /// Also write the tree as rules, a line each
    #[arg(long)]
    pub rules: bool,
    /// Also write the tree as an expression of the product's language
    #[arg(long)]
    pub expression: bool,
}

impl ShowOptions {
    /// Adds the tree in the forms that were asked for.
    pub fn add(&self, report: &mut Report, view: &TreeView) {
        report.text("tree", view.printed());
        if self.rules {
            report.text("rules", view.printed_rules());
        }
        if self.expression {
            report.text("expression", with_field_names(view).expression());
        }
        if let Some(path) = &self.svg {
            report.files.push((path.clone(), view.svg()));
        }
    }
}

/// Whether a column has so many numbers that their mean is wanted.
pub fn is_amount(table: &Table, column: usize, codes: &Codes) -> bool {
    codes.names.len() > MOST_VALUES && table.is_numeric(column)
}

/// The title of a tree: what it tells and, of two classes that are not yes and no, whose share.
pub fn told(outcome: &str, classes: &[String]) -> String {
    match classes {
        [_, counted] if counted != "yes" => format!("A tree that tells {outcome}: the share of {counted}"),
        [_, _, _, ..] => format!("A tree that tells {outcome}: the most frequent, and its share"),
        _ => format!("A tree that tells {outcome}"),
    }
}

/// The answer of each node and, of more than two classes, which one it is about.
pub fn with_answers(grid: Grid, view: &TreeView) -> Grid {
    let grid = grid.numbers("answer", view.nodes.iter().map(|node| node.answer));
    match view.nodes.iter().any(|node| node.class.is_some()) {
        true => grid.texts("most", view.nodes.iter().map(|node| node.class.as_deref().unwrap_or(""))),
        false => grid,
    }
}

/// Expressions name columns as `--where` does.
fn with_field_names(view: &TreeView) -> TreeView {
    let mut view = view.clone();
    for condition in view.nodes.iter_mut().filter_map(|node| node.condition.as_mut()) {
        let (Condition::AtMost { column, .. }
        | Condition::Above { column, .. }
        | Condition::OneOf { column, .. }) = condition;
        *column = as_name(column);
    }
    view
}
