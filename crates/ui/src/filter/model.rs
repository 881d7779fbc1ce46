//! Conditions as the builder knows them, and their way through a form.

use super::FieldKind;

/// Conditions that all, or any, must hold. Groups nest.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Group {
    pub join: Join,
    pub nodes: Vec<Node>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Join {
    #[default]
    And,
    Or,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Node {
    Condition(Condition),
    Group(Group),
}

/// One field, what is asked of it, and with what.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Condition {
    pub field: String,
    pub operator: Operator,
    /// As typed or chosen: one for most operators, two for "between", any number for "is one of".
    pub values: Vec<String>,
    /// What chosen records are called, in the order of `values`.
    pub titles: Vec<String>,
}

/// What can be asked of a field.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Operator {
    #[default]
    Is,
    IsNot,
    OneOf,
    NotOneOf,
    Contains,
    ContainsNot,
    StartsWith,
    Less,
    AtMost,
    Greater,
    AtLeast,
    Between,
    /// A period told from today: "this quarter", "last 30 days".
    Within,
    Before,
    After,
    IsMe,
    IsMyTeam,
    IsEmpty,
    IsNotEmpty,
    IsTrue,
    IsFalse,
}

/// What an operator takes beside the field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operand {
    Nothing,
    One,
    Two,
    Many,
    /// One of [`Operator::PERIODS`].
    Period,
}

impl Operator {
    const ALL: [(Operator, &'static str); 21] = [
        (Operator::Is, "is"),
        (Operator::IsNot, "is-not"),
        (Operator::OneOf, "one-of"),
        (Operator::NotOneOf, "not-one-of"),
        (Operator::Contains, "contains"),
        (Operator::ContainsNot, "contains-not"),
        (Operator::StartsWith, "starts-with"),
        (Operator::Less, "less"),
        (Operator::AtMost, "at-most"),
        (Operator::Greater, "greater"),
        (Operator::AtLeast, "at-least"),
        (Operator::Between, "between"),
        (Operator::Within, "within"),
        (Operator::Before, "before"),
        (Operator::After, "after"),
        (Operator::IsMe, "is-me"),
        (Operator::IsMyTeam, "is-my-team"),
        (Operator::IsEmpty, "is-empty"),
        (Operator::IsNotEmpty, "is-not-empty"),
        (Operator::IsTrue, "is-true"),
        (Operator::IsFalse, "is-false"),
    ];

    /// Periods told from today; the texts are `period-{name}`.
    pub const PERIODS: [&'static str; 17] = [
        "today",
        "yesterday",
        "tomorrow",
        "this-week",
        "last-week",
        "next-week",
        "this-month",
        "last-month",
        "next-month",
        "this-quarter",
        "last-quarter",
        "next-quarter",
        "this-year",
        "last-year",
        "last-7-days",
        "last-30-days",
        "next-30-days",
    ];

    /// The name in forms; the text is `operator-{name}`.
    pub fn name(self) -> &'static str {
        Operator::ALL.iter().find(|(operator, _)| *operator == self).map_or("is", |(_, name)| name)
    }

    pub fn parse(name: &str) -> Option<Operator> {
        Operator::ALL.iter().find(|(_, known)| *known == name).map(|(operator, _)| *operator)
    }

    pub fn operand(self) -> Operand {
        match self {
            Operator::IsMe
            | Operator::IsMyTeam
            | Operator::IsEmpty
            | Operator::IsNotEmpty
            | Operator::IsTrue
            | Operator::IsFalse => Operand::Nothing,
            Operator::OneOf | Operator::NotOneOf => Operand::Many,
            Operator::Between => Operand::Two,
            Operator::Within => Operand::Period,
            _ => Operand::One,
        }
    }

    /// What may be asked of a field of the kind; the first is what a new condition asks.
    pub fn of(kind: FieldKind) -> &'static [Operator] {
        use Operator::{
            After, AtLeast, AtMost, Before, Between, Contains, ContainsNot, Greater, Is, IsEmpty, IsFalse,
            IsMe, IsMyTeam, IsNot, IsNotEmpty, IsTrue, Less, NotOneOf, OneOf, StartsWith, Within,
        };
        match kind {
            FieldKind::Text => &[Contains, ContainsNot, Is, IsNot, StartsWith, IsEmpty, IsNotEmpty],
            FieldKind::Number => &[AtLeast, AtMost, Greater, Less, Between, Is, IsNot, IsEmpty, IsNotEmpty],
            FieldKind::Date => &[Within, Is, Before, After, Between, IsEmpty, IsNotEmpty],
            FieldKind::Instant => &[Within, Before, After, Between, IsEmpty, IsNotEmpty],
            FieldKind::Bool => &[IsTrue, IsFalse, IsEmpty],
            FieldKind::Choice => &[OneOf, NotOneOf, IsEmpty, IsNotEmpty],
            FieldKind::Choices | FieldKind::Tags => &[Contains, ContainsNot, IsEmpty, IsNotEmpty],
            FieldKind::Link => &[Is, IsNot, IsEmpty, IsNotEmpty],
            FieldKind::User => &[IsMe, IsMyTeam, Is, IsNot, IsEmpty, IsNotEmpty],
        }
    }
}

/// Groups within groups; deeper ones are refused.
const DEPTH: usize = 4;
/// Conditions in one group.
const WIDTH: usize = 50;

impl Group {
    /// Reads the builder's form: `f.join`, `f.0.field`, `f.0.op`, `f.0.value` (repeated), `f.1.join`, `f.1.0.field` …
    pub fn parse(pairs: &[(String, String)]) -> Group {
        Group::parse_at(pairs, "f", 0)
    }

    fn parse_at(pairs: &[(String, String)], prefix: &str, depth: usize) -> Group {
        let one = |key: &str| pairs.iter().find(|(name, _)| name == key).map(|(_, value)| value.as_str());
        let join = if one(&format!("{prefix}.join")) == Some("or") { Join::Or } else { Join::And };
        let mut nodes = Vec::new();
        for place in 0..WIDTH {
            let here = format!("{prefix}.{place}");
            if let Some(field) = one(&format!("{here}.field")) {
                let operator = one(&format!("{here}.op")).and_then(Operator::parse).unwrap_or_default();
                let many = |key: String| {
                    pairs.iter().filter(|(name, _)| *name == key).map(|(_, value)| value.clone()).collect()
                };
                nodes.push(Node::Condition(Condition {
                    field: field.to_owned(),
                    operator,
                    values: many(format!("{here}.value")),
                    titles: many(format!("{here}.value__title")),
                }));
            } else if one(&format!("{here}.join")).is_some() && depth < DEPTH {
                nodes.push(Node::Group(Group::parse_at(pairs, &here, depth + 1)));
            } else {
                break;
            }
        }
        Group { join, nodes }
    }

    /// Does what a button of the builder says: `add:f`, `group:f.1`, `remove:f.1.0`. Other words change nothing.
    pub fn act(&mut self, command: &str, first_field: &str) {
        let Some((verb, path)) = command.split_once(':') else { return };
        let places: Option<Vec<usize>> = path.split('.').skip(1).map(|place| place.parse().ok()).collect();
        let Some(places) = places.filter(|places| places.len() <= DEPTH) else { return };
        match verb {
            "add" => {
                if let Some(group) = self.at(&places) {
                    group.nodes.push(Node::Condition(Condition {
                        field: first_field.to_owned(),
                        ..Condition::default()
                    }));
                }
            }
            "group" => {
                if let Some(group) = self.at(&places) {
                    let first =
                        Node::Condition(Condition { field: first_field.to_owned(), ..Condition::default() });
                    group.nodes.push(Node::Group(Group { join: Join::Or, nodes: vec![first] }));
                }
            }
            "remove" => {
                if let Some((last, parents)) = places.split_last() {
                    let group = self.at(parents).filter(|group| *last < group.nodes.len());
                    if let Some(group) = group {
                        group.nodes.remove(*last);
                    }
                }
            }
            _ => {}
        }
    }

    fn at(&mut self, places: &[usize]) -> Option<&mut Group> {
        match places.split_first() {
            None => Some(self),
            Some((place, rest)) => match self.nodes.get_mut(*place)? {
                Node::Group(group) => group.at(rest),
                Node::Condition(_) => None,
            },
        }
    }
}
