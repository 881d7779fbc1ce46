//! Conditions.

use std::sync::Arc;

use jiff::Timestamp;
use kernel::{ColumnType, Value};

use super::{
    Compiler, Strictness,
    column::{exactly, order, sign},
    own, same_form, write_column,
};
use crate::{
    eval::{self, Range},
    node::{Compare, ManyRead, Match, Node, Read, Start, Step},
    sql::{Shape, Sql},
};

impl Compiler<'_> {
    pub(super) fn condition(&mut self, node: &Node, alias: &str, strictness: Strictness, out: &mut Sql) {
        match node {
            Node::And(parts) => return self.junction(parts, Junction::And, alias, strictness, out),
            Node::Or(parts) => return self.junction(parts, Junction::Or, alias, strictness, out),
            _ => {}
        }
        if node.is_fixed() {
            out.push(if eval::truth(node, self.binding) { "true" } else { "false" });
            return;
        }
        match node {
            Node::Not(inner) => self.denied(inner, alias, out),
            Node::IsEmpty(item) => self.is_empty(item, alias, out),
            _ => match through_link(node) {
                Some((step, rest)) => exactly(strictness, out, |out| self.linked(&step, &rest, alias, out)),
                None => self.leaf(node, alias, strictness, out),
            },
        }
    }

    fn junction(
        &mut self,
        parts: &[Node],
        kind: Junction,
        alias: &str,
        strictness: Strictness,
        out: &mut Sql,
    ) {
        let mut left: Vec<&Node> = Vec::with_capacity(parts.len());
        for part in parts {
            if !part.is_fixed() {
                left.push(part);
            } else if eval::truth(part, self.binding) == kind.decided() {
                out.push(if kind.decided() { "true" } else { "false" });
                return;
            }
        }
        match left.as_slice() {
            [] => {
                out.push(if kind.decided() { "false" } else { "true" });
            }
            [only] => self.condition(only, alias, strictness, out),
            // What `and` joins can stand anywhere, what `or` joins comes in parentheses.
            _ => {
                let (open, close) = kind.brackets();
                out.push(open);
                for (index, part) in left.into_iter().enumerate() {
                    out.push(if index > 0 { kind.word() } else { "" });
                    self.condition(part, alias, strictness, out);
                }
                out.push(close);
            }
        }
    }

    /// `not …`, never NULL.
    fn denied(&mut self, node: &Node, alias: &str, out: &mut Sql) {
        if let Node::Not(inner) = node {
            out.push("(");
            self.condition(inner, alias, Strictness::Exact, out);
            out.push(")");
            return;
        }
        if let Node::IsEmpty(item) = node
            && own(item).is_some_and(|read| !has_empty_form(read.column.column))
        {
            self.value(item, alias, out);
            out.push(" is not null");
            return;
        }
        if let Node::Compare { op: Compare::Equal, left, right } = node {
            for (item, constant) in [(left, right), (right, left)] {
                if let (Some(read), true) = (own(item), constant.is_fixed()) {
                    let constant = eval::value(constant, self.binding);
                    return self.column_is_not(read, &constant, alias, out);
                }
            }
        }
        out.push("not (");
        self.condition(node, alias, Strictness::Exact, out);
        out.push(")");
    }

    /// `t."company" in (select l1."id" from "company" l1 where …)`: computed once, whatever the number of rows.
    fn linked(&mut self, step: &Step, rest: &Node, alias: &str, out: &mut Sql) {
        let inner = self.alias("l");
        write_column(alias, &step.link.name, out);
        out.push(" in (select ");
        write_column(&inner, "id", out);
        out.push(" from ").name(&step.table).push(" ").push(&inner).push(" where ");
        self.condition(rest, &inner, Strictness::KeepsRows, out);
        self.guard(&step.object, &inner, out);
        out.push(")");
    }

    fn leaf(&mut self, node: &Node, alias: &str, strictness: Strictness, out: &mut Sql) {
        match node {
            Node::Compare { op, left, right } => self.compare(*op, left, right, alias, strictness, out),
            Node::In { item, values } => self.member(item, values, alias, strictness, out),
            Node::InMyTeams(item) => self.in_my_teams(item, alias, strictness, out),
            Node::ListHas { list, item } => self.list_has(list, item, alias, strictness, out),
            Node::Match { how, text, part } => exactly(strictness, out, |out| {
                out.push(match how {
                    Match::Contains => "rp_contains(",
                    Match::StartsWith => "rp_starts_with(",
                    Match::EndsWith => "rp_ends_with(",
                });
                self.value(text, alias, out);
                out.push(", ");
                self.value(part, alias, out);
                out.push(")");
            }),
            Node::Within { item, period } => {
                let shape = item.shape();
                match eval::range(*period, shape, self.binding) {
                    None => {
                        out.push("false");
                    }
                    Some(range) => exactly(strictness, out, |out| {
                        let (first, last) = inclusive(range);
                        self.value(item, alias, out);
                        self.between(item, first, last, shape, out);
                    }),
                }
            }
            value => exactly(strictness, out, |out| self.value(value, alias, out)),
        }
    }

    fn between(&self, item: &Node, first: Value, last: Value, shape: Shape, out: &mut Sql) {
        out.push(" between ");
        match own(item) {
            Some(read) => {
                out.bind(first, read.column.column).push(" and ").bind(last, read.column.column);
            }
            None => {
                out.append(&self.dialect.constant(&first, shape)).push(" and ");
                out.append(&self.dialect.constant(&last, shape));
            }
        }
    }

    fn compare(
        &mut self,
        op: Compare,
        left: &Node,
        right: &Node,
        alias: &str,
        strictness: Strictness,
        out: &mut Sql,
    ) {
        if let (Some(read), true) = (own(left), right.is_fixed()) {
            let constant = eval::value(right, self.binding);
            return self.compare_column(op, read, &constant, alias, strictness, out);
        }
        if let (Some(read), true) = (own(right), left.is_fixed()) {
            let constant = eval::value(left, self.binding);
            return self.compare_column(mirrored(op), read, &constant, alias, strictness, out);
        }
        let columns = own(left).zip(own(right)).filter(|(a, b)| same_form(a.column.column, b.column.column));
        let is_text = left.shape() == Shape::Text;
        exactly(strictness, out, |out| match (columns, order(op)) {
            (Some((a, b)), order) if order.is_none() || !is_text => {
                write_column(alias, &a.column.name, out);
                out.push(sign(op));
                write_column(alias, &b.column.name, out);
            }
            (_, order) => {
                let (a, b) = (self.operand(left, alias), self.operand(right, alias));
                match (order, left.shape()) {
                    (Some(order), Shape::Number) => out.append(&self.dialect.compare_numbers(&a, order, &b)),
                    (Some(order), Shape::Text) => out.append(&self.dialect.compare_texts(&a, order, &b)),
                    _ => out.append(&a).push(sign(op)).append(&b),
                };
            }
        });
    }

    fn member(&mut self, item: &Node, values: &[Value], alias: &str, strictness: Strictness, out: &mut Sql) {
        if let Some(read) = own(item) {
            return self.column_in(read, values, alias, strictness, out);
        }
        if values.is_empty() {
            out.push("false");
            return;
        }
        exactly(strictness, out, |out| {
            self.value(item, alias, out);
            let mut before = " in (";
            for value in values {
                out.push(before).append(&self.dialect.constant(value, item.shape()));
                before = ", ";
            }
            out.push(")");
        });
    }

    fn in_my_teams(&mut self, item: &Node, alias: &str, strictness: Strictness, out: &mut Sql) {
        if self.binding.my_teams.is_empty() {
            out.push("false");
            return;
        }
        let teams = self.binding.my_teams.iter().copied().map(Value::Id).collect();
        exactly(strictness, out, |out| {
            let item = self.operand(item, alias);
            out.append(&self.dialect.in_list(&item, teams, ColumnType::Id));
        });
    }

    fn list_has(&mut self, list: &Node, item: &Node, alias: &str, strictness: Strictness, out: &mut Sql) {
        let Node::Many(read) = list else {
            return exactly(strictness, out, |out| {
                let (list, entry) = (self.operand(list, alias), self.operand(item, alias));
                out.append(&self.dialect.list_contains(&list, &entry, item.shape()));
            });
        };
        exactly(strictness, out, |out| {
            self.identity(&read.start, &read.steps, alias, out);
            let table = self.alias("m");
            out.push(" in (select ");
            write_column(&table, &read.many.this_column, out);
            out.push(" from ").name(&read.many.table).push(" ").push(&table).push(" where ");
            write_column(&table, &read.many.other_column, out);
            out.push(" = ");
            self.value(item, alias, out);
            out.push(")");
        });
    }

    /// Never NULL.
    fn is_empty(&mut self, item: &Node, alias: &str, out: &mut Sql) {
        if let Node::Many(read) = item {
            return self.many_is_empty(read, alias, out);
        }
        if let Some((step, rest)) = split(item) {
            // Empty unless the link leads to a record where it is not.
            out.push("not coalesce(");
            let there = Node::IsEmpty(Box::new(rest)).not();
            self.linked(&step, &there, alias, out);
            out.push(", false)");
            return;
        }
        match item.shape() {
            Shape::Text => {
                out.push("coalesce(");
                self.value(item, alias, out);
                out.push(", '') = ''");
            }
            Shape::List => {
                out.push("coalesce(");
                self.value(item, alias, out);
                out.push(", '[]') = '[]'");
            }
            _ => {
                self.value(item, alias, out);
                out.push(" is null");
            }
        }
    }

    fn many_is_empty(&mut self, read: &ManyRead, alias: &str, out: &mut Sql) {
        let table = self.alias("m");
        out.push("not exists (select 1 from ").name(&read.many.table).push(" ").push(&table).push(" where ");
        write_column(&table, &read.many.this_column, out);
        out.push(" = ");
        self.identity(&read.start, &read.steps, alias, out);
        out.push(")");
    }
}

#[derive(Clone, Copy)]
enum Junction {
    And,
    Or,
}

impl Junction {
    /// The truth of one part that decides the whole.
    const fn decided(self) -> bool {
        matches!(self, Junction::Or)
    }

    const fn brackets(self) -> (&'static str, &'static str) {
        match self {
            Junction::And => ("", ""),
            Junction::Or => ("(", ")"),
        }
    }

    const fn word(self) -> &'static str {
        match self {
            Junction::And => " and ",
            Junction::Or => " or ",
        }
    }
}

/// Columns whose content can be there and yet be empty: texts without characters, lists without entries.
const fn has_empty_form(column: ColumnType) -> bool {
    matches!(column, ColumnType::Text | ColumnType::List)
}

const fn mirrored(op: Compare) -> Compare {
    match op {
        Compare::Equal => Compare::Equal,
        Compare::Less => Compare::Greater,
        Compare::LessOrEqual => Compare::GreaterOrEqual,
        Compare::Greater => Compare::Less,
        Compare::GreaterOrEqual => Compare::LessOrEqual,
    }
}

/// Both ends included; an instant is a whole number of microseconds.
fn inclusive(range: Range) -> (Value, Value) {
    match range {
        Range::Days(first, last) => (first.into(), last.into()),
        Range::Instants(first, after) => {
            let last = Timestamp::from_microsecond(after.as_microsecond() - 1).unwrap_or(after);
            (first.into(), last.into())
        }
    }
}

/// A condition on one linked value that is false when there is none: its first link, and the condition seen from there.
fn through_link(node: &Node) -> Option<(Step, Node)> {
    let item_of = |item: &Node| split(item).map(|(step, rest)| (step, Box::new(rest)));
    Some(match node {
        Node::Compare { op, left, right } => {
            if let (Some((step, left)), true) = (item_of(left), right.is_fixed()) {
                (step, Node::Compare { op: *op, left, right: right.clone() })
            } else if let (Some((step, right)), true) = (item_of(right), left.is_fixed()) {
                (step, Node::Compare { op: *op, left: left.clone(), right })
            } else {
                return None;
            }
        }
        Node::In { item, values } => {
            let (step, item) = item_of(item)?;
            (step, Node::In { item, values: Arc::clone(values) })
        }
        Node::InMyTeams(item) => {
            let (step, item) = item_of(item)?;
            (step, Node::InMyTeams(item))
        }
        Node::Within { item, period } => {
            let (step, item) = item_of(item)?;
            (step, Node::Within { item, period: *period })
        }
        Node::Match { how, text, part } if part.is_fixed() => {
            let (step, text) = item_of(text)?;
            (step, Node::Match { how: *how, text, part: part.clone() })
        }
        Node::ListHas { list, item } if item.is_fixed() => {
            let (step, list) = item_of(list)?;
            (step, Node::ListHas { list, item: item.clone() })
        }
        _ => return None,
    })
}

/// A linked column or many-to-many field without its first link.
fn split(node: &Node) -> Option<(Step, Node)> {
    match node {
        Node::Read(read) if read.start == Start::Own => {
            let (first, rest) = read.steps.split_first()?;
            let read = Read { start: Start::Own, steps: rest.to_vec(), column: read.column.clone() };
            Some((first.clone(), Node::Read(Arc::new(read))))
        }
        Node::Many(read) if read.start == Start::Own => {
            let (first, rest) = read.steps.split_first()?;
            let read = ManyRead { start: Start::Own, steps: rest.to_vec(), many: Arc::clone(&read.many) };
            Some((first.clone(), Node::Many(Arc::new(read))))
        }
        _ => None,
    }
}
