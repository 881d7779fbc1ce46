//! Turns a checked expression into SQL.
//!
//! [`value`] writes values in the form of their shape, [`condition`] conditions, [`column`] the comparisons of a bare
//! column with a constant, which indexes serve. Whatever reads no record (`today() + 7`, `me`) is computed here and bound.
//!
//! The record's table has the alias that the caller gives; tables reached by links are called `l1`, `l2`, …, and tables
//! of many-to-many fields `m1`, …; the caller uses none of these. A guard writes its condition inside of such a table
//! and may compile it: under the alias `l1` further tables are called `l1l1`, `l1m2`, ….

mod column;
mod condition;
mod value;

use kernel::ColumnType;

use super::{Dialect, Shape, Sql};
use crate::{
    Binding, Checked,
    node::{Node, Read, Start},
};

/// The expression as a value of a select list, to be read from the row as [`Checked::column_type`].
pub fn compile(checked: &Checked, dialect: &dyn Dialect, alias: &str, binding: &Binding) -> Sql {
    let mut compiler = Compiler::new(dialect, binding, alias);
    let mut out = Sql::default();
    match checked.node() {
        Node::Read(read) => compiler.stored(read, alias, &mut out),
        node => {
            compiler.value(node, alias, &mut out);
            out = dialect.result(&out, checked.column_type());
        }
    }
    out
}

/// The expression as a condition of a `where`: a row is kept when it is true. (It may be null where it is false.)
/// It may stand between `and`s as it is; an `or` comes in parentheses.
///
/// An expression that is no condition keeps nothing.
pub fn compile_condition(checked: &Checked, dialect: &dyn Dialect, alias: &str, binding: &Binding) -> Sql {
    let mut out = Sql::default();
    if checked.node().shape() == Shape::Bool {
        Compiler::new(dialect, binding, alias).condition(
            checked.node(),
            alias,
            Strictness::KeepsRows,
            &mut out,
        );
    } else {
        out.push("false");
    }
    out
}

/// The expression as something to order or group by. Texts still need the dialect's order of texts.
pub fn compile_sort_key(checked: &Checked, dialect: &dyn Dialect, alias: &str, binding: &Binding) -> Sql {
    let mut compiler = Compiler::new(dialect, binding, alias);
    let mut out = Sql::default();
    match checked.node() {
        Node::Read(read) => compiler.stored(read, alias, &mut out),
        node if node.shape() == Shape::Number => {
            out.push("rp_sort_key(");
            compiler.value(node, alias, &mut out);
            out.push(")");
        }
        node => compiler.value(node, alias, &mut out),
    }
    out
}

/// What becomes of a condition whose operand is NULL.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Strictness {
    /// It may be NULL: in a `where`, that is as good as false.
    KeepsRows,
    /// It must be false: under `not`, or as a value.
    Exact,
}

struct Compiler<'a> {
    dialect: &'a dyn Dialect,
    binding: &'a Binding<'a>,
    /// What aliases begin with, so that they are none of those around.
    stem: &'a str,
    /// Aliases given so far.
    aliases: usize,
}

impl<'a> Compiler<'a> {
    fn new(dialect: &'a dyn Dialect, binding: &'a Binding<'a>, alias: &'a str) -> Compiler<'a> {
        let inside = alias.starts_with(['l', 'm']) && alias.contains(|c: char| c.is_ascii_digit());
        Compiler { dialect, binding, stem: if inside { alias } else { "" }, aliases: 0 }
    }

    fn alias(&mut self, prefix: &str) -> String {
        self.aliases += 1;
        format!("{}{prefix}{}", self.stem, self.aliases)
    }

    /// ` and …` what hides records of `object` from the reader.
    fn guard(&self, object: &str, alias: &str, out: &mut Sql) {
        if let Some(condition) = self.binding.guard.and_then(|guard| guard.condition(object, alias)) {
            out.push(" and (").append(&condition).push(")");
        }
    }
}

/// The column, if it is the record's own.
fn own(node: &Node) -> Option<&Read> {
    match node {
        Node::Read(read) if read.steps.is_empty() && read.start == Start::Own => Some(read),
        _ => None,
    }
}

fn write_column(alias: &str, name: &str, out: &mut Sql) {
    out.push(alias).push(".").name(name);
}

/// Whether SQL compares two columns of these types as they stand.
fn same_form(a: ColumnType, b: ColumnType) -> bool {
    a == b && !matches!(a, ColumnType::List | ColumnType::Json)
}
