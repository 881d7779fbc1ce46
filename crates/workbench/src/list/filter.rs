//! The filter of a list between its two forms: the text that stands in the address, and the builder's conditions.

use expr::syntax::{BinaryOp, Expr, Kind as Tree};
use i18n::Reader;
use kernel::Message;
use metadata::{Field, Kind, Object, Registry};
use records::Sort;
use ui::{
    action::{Action, Go},
    filter::{Chip, Condition, FieldKind, FilterBar, Group, Join, Mode, Node, Operand, Operator},
};

use super::{
    filter_field::{fields, kind},
    request::ListRequest,
};
use crate::field::{ask::Asking, label};

/// The bar above a list.
pub fn bar(asking: &Asking<'_>, request: &ListRequest, mode: Mode) -> FilterBar {
    let object = &request.object;
    let look = asking.look;
    let tree = expr::parse(&request.filter_text).ok();
    let group = if request.filter_text.is_empty() {
        Some(Group::default())
    } else {
        tree.as_ref().and_then(group_of)
    };
    let kept = ["view", "sort", "columns", "kind", "group", "trash", "cause", "saved"];
    let keep: Vec<(String, String)> =
        request.given.0.iter().filter(|(name, _)| kept.contains(&name.as_str())).cloned().collect();
    let problem = request.problems.first().map(|problem| look.text_with(&problem.message));
    FilterBar {
        url: format!("/{}", object.plural),
        target: "#list".to_owned(),
        keep,
        search: request.words.clone().unwrap_or_default(),
        text: request.filter_text.clone(),
        mode: if problem.is_some() { Mode::Text } else { mode },
        problem,
        chips: chips(asking, request, group.as_ref()),
        group,
        fields: fields(asking, object),
        compose: format!("/{}/filter?{}", object.plural, request.given.encode()),
        clear: Some(request.href("filter", Some(""))),
        actions: Vec::new(),
        group_by: Vec::new(),
        sort_by: sorts(look, request),
    }
}

fn sorts(look: &Reader, request: &ListRequest) -> Vec<Action> {
    let object = &request.object;
    let sortable = request.columns.iter().filter_map(|name| object.field(name));
    sortable
        .flat_map(|field| {
            let name = label(look, object, field);
            [
                (field.name.clone(), "sort-up", "arrow-up"),
                (format!("-{}", field.name), "sort-down", "arrow-down"),
            ]
            .map(|(key, text, icon)| {
                let said = look.text_with(&Message::new(text).with("field", name.as_str()));
                let mut action = Action::new(said, icon, Go::Page(request.href("sort", Some(&key))));
                action.checked = Some(request.sort == [Sort::parse(&key)]);
                action
            })
        })
        .collect()
}

fn chips(asking: &Asking<'_>, request: &ListRequest, group: Option<&Group>) -> Vec<Chip> {
    let whole = || Chip { label: request.filter_text.clone(), without: request.href("filter", Some("")) };
    match group {
        None => vec![whole()],
        Some(group) if group.join == Join::Or && group.nodes.len() > 1 => vec![whole()],
        Some(group) => (0..group.nodes.len())
            .map(|place| {
                let mut rest = group.clone();
                let node = rest.nodes.remove(place);
                let without = request.href("filter", Some(&text_of(asking, &request.object, &rest)));
                let label = match &node {
                    Node::Condition(condition) => words(asking, &request.object, condition),
                    Node::Group(group) => text_of(asking, &request.object, group),
                };
                Chip { label, without }
            })
            .collect(),
    }
}

/// A condition as people read it: "Stage is one of Proposal, Negotiation".
fn words(asking: &Asking<'_>, object: &Object, condition: &Condition) -> String {
    let look = asking.look;
    if let Some((path, said)) = ended(condition) {
        let name = object.field(path).map_or_else(|| path.to_owned(), |field| label(look, object, field));
        return look.text_with(&Message::new(said).with("field", name));
    }
    let fields = fields(asking, object);
    let field = fields.iter().find(|field| field.path == condition.field);
    let name = field.map_or_else(|| condition.field.clone(), |field| field.label.clone());
    let operator = look.text(&format!("operator-{}", condition.operator.name()));
    let value = |value: &String| {
        let option = field.and_then(|field| field.options.iter().find(|option| option.value == *value));
        match (option, condition.operator.operand()) {
            (Some(option), _) => option.label.clone(),
            (None, Operand::Period) => look.text(&format!("period-{value}")),
            (None, _) => value.clone(),
        }
    };
    let values: Vec<String> = condition.values.iter().map(value).collect();
    format!("{name} {operator} {}", values.join(", ")).trim().to_owned()
}

/// `stage.outcome is empty` says that something is open: the choice's field, and the text for it.
fn ended(condition: &Condition) -> Option<(&str, &'static str)> {
    let path = condition.field.strip_suffix(".outcome")?;
    let first = condition.values.first().map(String::as_str);
    Some((
        path,
        match (condition.operator, first) {
            (Operator::IsEmpty, _) => "filter-open",
            (Operator::IsNotEmpty, _) => "filter-closed",
            (Operator::Is, Some("won")) => "filter-won",
            (Operator::Is, Some("lost")) => "filter-lost",
            (Operator::Is, Some("done")) => "filter-done",
            _ => return None,
        },
    ))
}

/// The text of the builder's conditions. What was typed is read by the reader's locale.
pub fn text_of(asking: &Asking<'_>, object: &Object, group: &Group) -> String {
    let join = if group.join == Join::Or { " or " } else { " and " };
    let pieces: Vec<String> = group
        .nodes
        .iter()
        .filter_map(|node| match node {
            Node::Condition(condition) => condition_text(asking, object, condition),
            Node::Group(inner) => {
                let text = text_of(asking, object, inner);
                (!text.is_empty()).then(|| if inner.nodes.len() > 1 { format!("({text})") } else { text })
            }
        })
        .collect();
    pieces.join(join)
}

fn condition_text(asking: &Asking<'_>, object: &Object, condition: &Condition) -> Option<String> {
    let path = &condition.field;
    let field = find(asking.registry, object, path)?;
    let literal = |at: usize| {
        condition
            .values
            .get(at)
            .filter(|value| !value.is_empty())
            .map(|value| literal(asking.look, field, value))
    };
    let list = || {
        let values: Vec<String> = condition
            .values
            .iter()
            .filter(|value| !value.is_empty())
            .map(|value| self::literal(asking.look, field, value))
            .collect();
        (!values.is_empty()).then(|| values.join(", "))
    };
    Some(match condition.operator {
        Operator::Is => format!("{path} = {}", literal(0)?),
        Operator::IsNot => format!("{path} != {}", literal(0)?),
        Operator::OneOf => format!("{path} in ({})", list()?),
        Operator::NotOneOf => format!("{path} not in ({})", list()?),
        Operator::Contains => format!("{path} contains {}", literal(0)?),
        Operator::ContainsNot => format!("{path} not contains {}", literal(0)?),
        Operator::StartsWith => format!("{path} starts with {}", literal(0)?),
        Operator::Less | Operator::Before => format!("{path} < {}", literal(0)?),
        Operator::AtMost => format!("{path} <= {}", literal(0)?),
        Operator::Greater | Operator::After => format!("{path} > {}", literal(0)?),
        Operator::AtLeast => format!("{path} >= {}", literal(0)?),
        Operator::Between => format!("{path} between {} and {}", literal(0)?, literal(1)?),
        Operator::Within => format!("{path} within {}", condition.values.first()?.replace('-', " ")),
        Operator::IsMe => format!("{path} = me"),
        Operator::IsMyTeam => format!("{path}.team in my_teams"),
        Operator::IsEmpty => format!("{path} is empty"),
        Operator::IsNotEmpty => format!("{path} is not empty"),
        Operator::IsTrue => path.clone(),
        Operator::IsFalse => format!("not {path}"),
    })
}

/// A value as the language writes it.
fn literal(look: &Reader, field: &Field, typed: &str) -> String {
    let number = || look.parse_number(typed).map(|number| number.to_string()).ok();
    let date = || look.parse_date(typed).map(|date| quoted(&date.to_string())).ok();
    let plain = match kind(field) {
        Some(FieldKind::Number) => number(),
        Some(FieldKind::Date | FieldKind::Instant) => date(),
        _ => None,
    };
    plain.unwrap_or_else(|| quoted(typed))
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

/// The field behind a path through links.
fn find<'r>(registry: &'r Registry, object: &'r Object, path: &str) -> Option<&'r Field> {
    let mut object = object;
    let mut parts = path.split('.').peekable();
    loop {
        let field = object.field(parts.next()?)?;
        if parts.peek().is_none() {
            return Some(field);
        }
        let Kind::Link(link) = &field.kind else { return Some(field) };
        object = registry.object(&link.to)?;
    }
}

/// The conditions that a text says; nothing when it says more than the builder can show.
fn group_of(tree: &Expr) -> Option<Group> {
    match &tree.kind {
        Tree::And(parts) => nodes(parts).map(|nodes| Group { join: Join::And, nodes }),
        Tree::Or(parts) => nodes(parts).map(|nodes| Group { join: Join::Or, nodes }),
        _ => Some(Group { join: Join::And, nodes: vec![Node::Condition(condition(tree)?)] }),
    }
}

fn nodes(parts: &[Expr]) -> Option<Vec<Node>> {
    let node = |part: &Expr| match &part.kind {
        Tree::And(_) | Tree::Or(_) => group_of(part).map(Node::Group),
        _ => condition(part).map(Node::Condition),
    };
    parts.iter().map(node).collect()
}

fn condition(tree: &Expr) -> Option<Condition> {
    let make = |path: &Expr, operator, values: Vec<String>| {
        Some(Condition { field: path_of(path)?, operator, values, titles: Vec::new() })
    };
    match &tree.kind {
        Tree::Path(_) => make(tree, Operator::IsTrue, Vec::new()),
        Tree::IsEmpty(item) => make(item, Operator::IsEmpty, Vec::new()),
        Tree::Not(inner) => negated(inner),
        Tree::Between { item, low, high } => {
            make(item, Operator::Between, vec![value_of(low)?, value_of(high)?])
        }
        Tree::Within { item, .. } => {
            let text = expr::print(tree);
            let (_, period) = text.split_once(" within ")?;
            make(item, Operator::Within, vec![period.replace(' ', "-")])
        }
        Tree::Binary { op, left, right } => binary(*op, left, right),
        _ => None,
    }
}

fn negated(inner: &Expr) -> Option<Condition> {
    let positive = condition(inner)?;
    let operator = match positive.operator {
        Operator::IsTrue => Operator::IsFalse,
        Operator::IsEmpty => Operator::IsNotEmpty,
        Operator::OneOf => Operator::NotOneOf,
        Operator::Contains => Operator::ContainsNot,
        _ => return None,
    };
    Some(Condition { operator, ..positive })
}

fn binary(op: BinaryOp, left: &Expr, right: &Expr) -> Option<Condition> {
    let field = path_of(left)?;
    let with =
        |field: String, operator, values| Some(Condition { field, operator, values, titles: Vec::new() });
    if let (BinaryOp::Equal, Some("me")) = (op, path_of(right).as_deref()) {
        return with(field, Operator::IsMe, Vec::new());
    }
    if let (BinaryOp::In, Some("my_teams")) = (op, path_of(right).as_deref()) {
        let user = field.strip_suffix(".team")?;
        return with(user.to_owned(), Operator::IsMyTeam, Vec::new());
    }
    if let (BinaryOp::In, Tree::List(entries)) = (op, &right.kind) {
        return with(field, Operator::OneOf, entries.iter().map(value_of).collect::<Option<_>>()?);
    }
    let operator = match op {
        BinaryOp::Equal => Operator::Is,
        BinaryOp::NotEqual => Operator::IsNot,
        BinaryOp::Less => Operator::Less,
        BinaryOp::LessOrEqual => Operator::AtMost,
        BinaryOp::Greater => Operator::Greater,
        BinaryOp::GreaterOrEqual => Operator::AtLeast,
        BinaryOp::Contains => Operator::Contains,
        BinaryOp::StartsWith => Operator::StartsWith,
        _ => return None,
    };
    with(field, operator, vec![value_of(right)?])
}

fn path_of(tree: &Expr) -> Option<String> {
    match &tree.kind {
        Tree::Path(names) => Some(names.iter().map(|name| name.text.as_str()).collect::<Vec<_>>().join(".")),
        _ => None,
    }
}

fn value_of(tree: &Expr) -> Option<String> {
    match &tree.kind {
        Tree::Text(text) => Some(text.clone()),
        Tree::Number(number) => Some(number.to_string()),
        Tree::Bool(truth) => Some(truth.to_string()),
        Tree::Negate(inner) => value_of(inner).map(|number| format!("-{number}")),
        _ => None,
    }
}
