//! Names of fields, and fields reached through links.

use std::sync::Arc;

use kernel::{Message, Value};

use super::{Checker, NODES, Typed};
use crate::{
    Checked, Span,
    checked::FieldRef,
    node::{ManyRead, Node, Read, Start, Step},
    problem::with_nearest,
    sql::Shape,
    syntax::Name,
    types::{ChoiceOption, Column, Entry, Field, OUTCOMES, Options, Part, Source, Type},
};

/// The object that users are records of.
const USER: &str = "user";

/// How far a path has come.
struct Route {
    start: Start,
    steps: Vec<Step>,
    object: Arc<str>,
}

impl Checker<'_> {
    pub(super) fn path(&mut self, names: &[Name], span: Span) -> Option<Typed> {
        let mut route = Route { start: Start::Own, steps: Vec::new(), object: Arc::clone(&self.object) };
        let mut names = names;
        if names[0].text == "me" {
            if names.len() == 1 {
                return Some(Typed::new(Node::Me, Type::Link(USER.into()), span));
            }
            route.object = USER.into();
            route.start = Start::Me { object: USER.into(), table: self.table(USER, span)? };
            names = &names[1..];
        } else if names[0].text == "my_teams" {
            return self.fail(span, Message::new("expr-my-teams"));
        }
        while let [name, rest @ ..] = names {
            let field = self.field(&route.object, name)?;
            match (rest, &field.ty, &field.source) {
                ([], ..) => return self.whole(&route, field, span),
                (_, Type::Link(target), Source::Column(link)) => {
                    let table = self.table(target, name.span)?;
                    route.steps.push(Step { link: link.clone(), object: Arc::clone(target), table });
                    route.object = Arc::clone(target);
                    names = rest;
                }
                ([part], ..) => return self.part(&route, &field, name, part, span),
                _ => return self.no_parts(&field.ty, name, &rest[0]),
            }
        }
        None
    }

    fn field(&mut self, object: &Arc<str>, name: &Name) -> Option<Field> {
        if let Some(field) = self.catalog.field(object, &name.text) {
            self.fields.push(FieldRef { object: Arc::clone(object), field: name.text.as_str().into() });
            return Some(field);
        }
        let known = self.catalog.field_names(object);
        let ids = ("expr-unknown-field", "expr-unknown-field-nearest");
        let message = with_nearest(ids, &name.text, known.iter().map(String::as_str));
        self.fail(name.span, message.with("object", &**object))
    }

    fn table(&mut self, object: &str, span: Span) -> Option<Arc<str>> {
        let table = self.catalog.table(object);
        table.or_else(|| self.fail(span, Message::new("expr-unknown-object").with("name", object)))
    }

    fn whole(&mut self, route: &Route, field: Field, span: Span) -> Option<Typed> {
        let currency = self.currency(route, &field, span)?;
        let node = match field.source {
            Source::Column(column) => route.read(column),
            Source::LinkAny { id, .. } => route.read(id),
            Source::Formula(formula) => self.expanded(route, &formula, span)?,
            Source::Many(many) => {
                let read = ManyRead { start: route.start.clone(), steps: route.steps.clone(), many };
                Node::Many(Arc::new(read))
            }
            Source::Parts(parts) if field.ty == Type::Money => match named(&parts, "amount") {
                Some(amount) => route.read(amount.column.clone()),
                None => return self.fail(span, Message::new("expr-unknown-part").with("name", "amount")),
            },
            Source::Parts(parts) => {
                Node::Coalesce(parts.into_iter().map(|part| route.read(part.column)).collect())
            }
        };
        Some(Typed::new(node, field.ty, span).in_currency(currency))
    }

    /// The code of the currency of an amount; nothing of what is none. `None` when it has been reported as too large.
    fn currency(&mut self, route: &Route, field: &Field, span: Span) -> Option<Option<Node>> {
        let formula = match &field.source {
            Source::Formula(formula) => formula.currency().map(Arc::new),
            Source::Parts(parts) if field.ty == Type::Money => {
                return Some(named(parts, "currency").map(|part| route.read(part.column.clone())));
            }
            _ => field.currency.clone(),
        };
        match formula {
            Some(formula) => self.expanded(route, &formula, span).map(Some),
            None => Some(None),
        }
    }

    /// `field.part`, where the field is no link.
    fn part(&mut self, route: &Route, field: &Field, name: &Name, part: &Name, span: Span) -> Option<Typed> {
        match (&field.ty, &field.source) {
            (_, Source::Parts(parts)) => match named(parts, &part.text) {
                Some(found) => Some(Typed::new(route.read(found.column.clone()), found.ty.clone(), span)),
                None => {
                    let names = parts.iter().map(|part| &*part.name);
                    let ids = ("expr-unknown-part", "expr-unknown-part-nearest");
                    self.fail(part.span, with_nearest(ids, &part.text, names))
                }
            },
            (_, Source::Column(_) | Source::Formula(_)) if part.text == "currency" => {
                match self.currency(route, field, span)? {
                    Some(currency) => Some(Typed::new(currency, Type::Text, span)),
                    None => self.no_parts(&field.ty, name, part),
                }
            }
            (_, Source::LinkAny { object, .. }) if part.text == "object" => {
                Some(Typed::new(route.read(object.clone()), Type::Text, span))
            }
            (Type::Choice(options), _) => {
                let options = Arc::clone(options);
                let choice = self.whole(route, field.clone(), span)?;
                self.property(choice, &options, part, span)
            }
            (ty, _) => self.no_parts(ty, name, part),
        }
    }

    /// `stage.outcome`: what the options say of themselves.
    fn property(&mut self, choice: Typed, options: &Options, part: &Name, span: Span) -> Option<Typed> {
        let text = |of: fn(&ChoiceOption) -> Option<&Arc<str>>| {
            entries(options, |o| of(o).map(|text| (&**text).into()))
        };
        let (entries, ty) = match part.text.as_str() {
            "outcome" => {
                let known = options.options.iter().filter_map(|option| option.outcome.as_deref());
                (text(|option| option.outcome.as_ref()), choice_of(OUTCOMES.into_iter().chain(known)))
            }
            "forecast_category" => {
                let known = options.options.iter().filter_map(|option| option.forecast_category.as_deref());
                (text(|option| option.forecast_category.as_ref()), choice_of(known))
            }
            "probability" => {
                (entries(options, |option| option.probability.map(Value::Decimal)), Type::Number)
            }
            _ => {
                let ids = ("expr-unknown-part", "expr-unknown-part-nearest");
                let names = ["outcome", "probability", "forecast_category"];
                return self.fail(part.span, with_nearest(ids, &part.text, names));
            }
        };
        let shape = Shape::of(ty.column());
        Some(Typed::new(Node::Property { choice: Box::new(choice.node), entries, shape }, ty, span))
    }

    fn no_parts<T>(&mut self, ty: &Type, name: &Name, part: &Name) -> Option<T> {
        let message =
            Message::new("expr-no-parts").with("name", name.text.as_str()).with("found", ty.to_string());
        self.fail(part.span, message)
    }

    /// A formula's node, read from the record that the path has come to.
    fn expanded(&mut self, route: &Route, formula: &Checked, span: Span) -> Option<Node> {
        self.expanded += formula.size();
        if self.expanded > NODES {
            return self.too_large(span);
        }
        let node = formula.node().clone();
        Some(if route.start == Start::Own && route.steps.is_empty() { node } else { moved(node, route) })
    }
}

impl Route {
    fn read(&self, column: Column) -> Node {
        Node::Read(Arc::new(Read { start: self.start.clone(), steps: self.steps.clone(), column }))
    }

    fn then(&self, start: &Start, steps: &[Step]) -> (Start, Vec<Step>) {
        match start {
            Start::Own => (self.start.clone(), [&self.steps, steps].concat()),
            Start::Me { .. } => (start.clone(), steps.to_vec()),
        }
    }
}

fn moved(node: Node, route: &Route) -> Node {
    match node {
        Node::Read(read) => {
            let (start, steps) = route.then(&read.start, &read.steps);
            Node::Read(Arc::new(Read { start, steps, column: read.column.clone() }))
        }
        Node::Many(read) => {
            let (start, steps) = route.then(&read.start, &read.steps);
            Node::Many(Arc::new(ManyRead { start, steps, many: Arc::clone(&read.many) }))
        }
        node => node.map_children(&mut |child| moved(child, route)),
    }
}

fn named<'a>(parts: &'a [Part], name: &str) -> Option<&'a Part> {
    parts.iter().find(|part| &*part.name == name)
}

fn entries(options: &Options, of: impl Fn(&ChoiceOption) -> Option<Value>) -> Arc<[(Value, Value)]> {
    let entry = |option: &ChoiceOption| Some((Value::from(&*option.name), of(option)?));
    options.options.iter().filter_map(entry).collect()
}

fn choice_of<'a>(names: impl Iterator<Item = &'a str>) -> Type {
    let mut options: Vec<ChoiceOption> = Vec::new();
    for name in names {
        if !options.iter().any(|option| &*option.name == name) {
            options.push(ChoiceOption { name: name.into(), ..ChoiceOption::default() });
        }
    }
    Type::Choice(Arc::new(Options { options }))
}

/// What a many-to-many field's entries are, for messages.
pub(super) fn entry_type(entry: &Entry) -> Type {
    match entry {
        Entry::Text => Type::Text,
        Entry::Choice(options) => Type::Choice(Arc::clone(options)),
        Entry::Link(object) => Type::Link(Arc::clone(object)),
    }
}
