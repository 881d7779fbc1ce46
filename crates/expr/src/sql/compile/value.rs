//! Values, in the form of their shape.

use kernel::{ColumnType, Value};

use super::{Compiler, Strictness, write_column};
use crate::{
    eval,
    node::{Node, Read, Start, Step},
    sql::{Shape, Sql},
};

impl Compiler<'_> {
    pub(super) fn value(&mut self, node: &Node, alias: &str, out: &mut Sql) {
        match node {
            Node::Const { value, shape } => {
                out.append(&self.dialect.constant(value, *shape));
            }
            Node::Read(read) if read.start == Start::Own || self.binding.me.is_some() => {
                self.read(read, alias, out);
            }
            node if node.is_fixed() => {
                let value = eval::value(node, self.binding);
                out.append(&self.dialect.constant(&value, node.shape()));
            }
            Node::Call { function, args } => {
                out.push(function.name);
                self.list("(", args, alias, out);
                out.push(")");
            }
            Node::If(parts) => {
                let [condition, then, otherwise] = &**parts;
                out.push("case when ");
                self.condition(condition, alias, Strictness::KeepsRows, out);
                out.push(" then ");
                self.value(then, alias, out);
                out.push(" else ");
                self.value(otherwise, alias, out);
                out.push(" end");
            }
            Node::Coalesce(parts) => self.coalesce(parts, alias, out),
            Node::Property { choice, entries, shape } => {
                out.push("case ");
                self.value(choice, alias, out);
                for (option, property) in entries.iter() {
                    out.push(" when ").append(&self.dialect.constant(option, Shape::Text));
                    out.push(" then ").append(&self.dialect.constant(property, *shape));
                }
                if entries.is_empty() {
                    out.push(" when null then null");
                }
                out.push(" end");
            }
            Node::Read(_) | Node::Many(_) => {
                out.append(&self.dialect.constant(&Value::Null, node.shape()));
            }
            condition => {
                out.push("(");
                self.condition(condition, alias, Strictness::Exact, out);
                out.push(")");
            }
        }
    }

    /// A value as an SQL of its own, for a method of the dialect.
    pub(super) fn operand(&mut self, node: &Node, alias: &str) -> Sql {
        let mut sql = Sql::default();
        self.value(node, alias, &mut sql);
        sql
    }

    fn list(&mut self, mut before: &'static str, nodes: &[Node], alias: &str, out: &mut Sql) {
        for node in nodes {
            out.push(before);
            self.value(node, alias, out);
            before = ", ";
        }
    }

    fn coalesce(&mut self, parts: &[Node], alias: &str, out: &mut Sql) {
        if let [only] = parts {
            return self.value(only, alias, out);
        }
        out.push("coalesce(");
        for (index, part) in parts.iter().enumerate() {
            if index > 0 {
                out.push(", ");
            }
            // A text without characters is passed over like none; only the last stays as it is.
            if part.shape() == Shape::Text && index + 1 < parts.len() {
                out.push("nullif(");
                self.value(part, alias, out);
                out.push(", '')");
            } else {
                self.value(part, alias, out);
            }
        }
        out.push(")");
    }

    fn read(&mut self, read: &Read, alias: &str, out: &mut Sql) {
        let mut stored = Sql::default();
        self.stored(read, alias, &mut stored);
        if read.column.column == ColumnType::Int {
            // A bare integer column would turn what it is compared with into a float, on SQLite; a sign takes that off it.
            out.push("+");
        }
        out.append(&self.dialect.read(&stored, read.column.column));
    }

    /// A column as it is stored.
    pub(super) fn stored(&mut self, read: &Read, alias: &str, out: &mut Sql) {
        match &read.start {
            Start::Own => self.through(&read.steps, alias, &read.column.name, out),
            Start::Me { object, table } => {
                let me = self.dialect.constant(&self.binding.me.into(), Shape::Id);
                self.of_linked(&me, object, table, &read.steps, &read.column.name, out);
            }
        }
    }

    fn through(&mut self, steps: &[Step], alias: &str, column: &str, out: &mut Sql) {
        let Some((first, rest)) = steps.split_first() else {
            return write_column(alias, column, out);
        };
        let mut link = Sql::default();
        write_column(alias, &first.link.name, &mut link);
        self.of_linked(&link, &first.object, &first.table, rest, column, out);
    }

    /// `(select l1."column" from "table" l1 where l1."id" = link)`, once more around it for each further link.
    fn of_linked(
        &mut self,
        link: &Sql,
        object: &str,
        table: &str,
        rest: &[Step],
        column: &str,
        out: &mut Sql,
    ) {
        let alias = self.alias("l");
        let name = rest.first().map_or(column, |step| &step.link.name);
        let mut select = Sql::new("(select ");
        write_column(&alias, name, &mut select);
        select.push(" from ").name(table).push(" ").push(&alias).push(" where ");
        write_column(&alias, "id", &mut select);
        select.push(" = ").append(link);
        self.guard(object, &alias, &mut select);
        select.push(")");
        match rest.split_first() {
            Some((step, rest)) => self.of_linked(&select, &step.object, &step.table, rest, column, out),
            None => {
                out.append(&select);
            }
        }
    }

    /// The id of the record at hand, or of the one that the steps lead to.
    pub(super) fn identity(&mut self, start: &Start, steps: &[Step], alias: &str, out: &mut Sql) {
        match (start, steps.split_last()) {
            (Start::Own, None) => write_column(alias, "id", out),
            (Start::Own, Some((last, before))) => self.through(before, alias, &last.link.name, out),
            (Start::Me { object, table }, Some((last, before))) => {
                let me = self.dialect.constant(&self.binding.me.into(), Shape::Id);
                self.of_linked(&me, object, table, before, &last.link.name, out);
            }
            (Start::Me { .. }, None) => {
                out.append(&self.dialect.constant(&self.binding.me.into(), Shape::Id));
            }
        }
    }
}
