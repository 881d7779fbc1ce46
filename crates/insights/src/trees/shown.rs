//! A tree printed, drawn, as rules and as an expression.

use std::path::PathBuf;

use analytics::trees::{Condition, TreeView};
use clap::Args;

use crate::output::Report;
use crate::table::derive::as_name;

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
