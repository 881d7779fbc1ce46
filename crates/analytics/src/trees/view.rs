//! A tree for people and for the expression language: printed, as rules, as an expression, drawn.

use super::cart::{Cart, Criterion, Split};
use super::chaid::Chaid;
use crate::feature::rounded;
use crate::{Feature, MISSING, Values};

/// What leads to a node.
#[derive(Clone, Debug, PartialEq)]
pub enum Condition {
    /// Numbers up to the border; with `gaps` also what is missing.
    AtMost { column: String, border: f64, gaps: bool },
    /// Numbers above the border; with `gaps` also what is missing.
    Above { column: String, border: f64, gaps: bool },
    /// One of these categories; with `gaps` also what is missing.
    OneOf { column: String, names: Vec<String>, gaps: bool },
}

impl Condition {
    /// `age ≤ 30`, `channel is web or shop`, `age > 30 or unknown`.
    pub fn words(&self) -> String {
        let with_gaps = |text: String, gaps: bool| if gaps { format!("{text} or unknown") } else { text };
        match self {
            Condition::AtMost { column, border, .. } if border.is_infinite() => format!("{column} is known"),
            Condition::Above { column, border, .. } if border.is_infinite() => format!("{column} is unknown"),
            Condition::AtMost { column, border, gaps } => {
                with_gaps(format!("{column} ≤ {}", rounded(*border)), *gaps)
            }
            Condition::Above { column, border, gaps } => {
                with_gaps(format!("{column} > {}", rounded(*border)), *gaps)
            }
            Condition::OneOf { column, names, .. } if names.is_empty() => format!("{column} is unknown"),
            Condition::OneOf { column, names, gaps } => {
                with_gaps(format!("{column} is {}", names.join(" or ")), *gaps)
            }
        }
    }

    /// The same in the expression language: `age <= 30`, `channel = "web" or channel = "shop"`.
    pub fn expression(&self) -> String {
        let (column, mut parts, gaps) = match self {
            Condition::AtMost { column, border, gaps: _ } if border.is_infinite() => {
                return format!("{column} is not empty");
            }
            Condition::Above { column, border, gaps: _ } if border.is_infinite() => {
                return format!("{column} is empty");
            }
            Condition::AtMost { column, border, gaps } => {
                (column, vec![format!("{column} <= {border}")], gaps)
            }
            Condition::Above { column, border, gaps } => (column, vec![format!("{column} > {border}")], gaps),
            Condition::OneOf { column, names, gaps } => {
                (column, names.iter().map(|name| format!("{column} = {}", quoted(name))).collect(), gaps)
            }
        };
        if *gaps {
            parts.push(format!("{column} is empty"));
        }
        parts.join(" or ")
    }
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// A node to be shown.
#[derive(Clone, Debug, PartialEq)]
pub struct ViewNode {
    /// What leads to it from its parent; none at the root.
    pub condition: Option<Condition>,
    /// Questions above it.
    pub depth: usize,
    /// Rows, by weight.
    pub rows: f64,
    /// Share of outcome 1, of the most frequent class when there are more than two, or the mean.
    pub answer: f64,
    /// How much there is of each class, as rows or as shares; none for numbers.
    pub counts: Vec<f64>,
    /// Of more than two classes the most frequent.
    pub class: Option<String>,
    /// Nodes below.
    pub children: Vec<usize>,
}

/// A tree to be shown; parents before children, the root first.
#[derive(Clone, Debug, PartialEq)]
pub struct TreeView {
    /// All nodes.
    pub nodes: Vec<ViewNode>,
    /// Whether answers are shares, to be shown in percent.
    pub shares: bool,
}

impl TreeView {
    /// A view of a CART tree, with the features it was grown on for the names of their categories.
    pub fn of_cart(tree: &Cart, features: &[Feature]) -> TreeView {
        let shares = tree.criterion != Criterion::Squared;
        let mut nodes: Vec<ViewNode> = tree
            .nodes
            .iter()
            .map(|node| {
                let children = node.split.as_ref().map_or(vec![], |(_, left, right)| vec![*left, *right]);
                ViewNode {
                    condition: None,
                    depth: node.depth,
                    rows: node.rows,
                    answer: node.answer(),
                    counts: if shares { node.value.clone() } else { Vec::new() },
                    class: None,
                    children,
                }
            })
            .collect();
        for node in &tree.nodes {
            if let Some((split, left, right)) = &node.split {
                let [yes, no] = conditions(split, &tree.names[split.feature()], &features[split.feature()]);
                nodes[*left].condition = Some(yes);
                nodes[*right].condition = Some(no);
            }
        }
        TreeView { nodes, shares }
    }

    /// A view of a CHAID tree.
    pub fn of_chaid(tree: &Chaid) -> TreeView {
        let mut nodes: Vec<ViewNode> = tree
            .nodes
            .iter()
            .map(|node| ViewNode {
                condition: None,
                depth: node.depth,
                rows: node.answers.rows(),
                answer: node.answer(),
                counts: node.answers.counts().to_vec(),
                class: None,
                children: node.children.clone(),
            })
            .collect();
        for node in tree.nodes.iter().filter(|node| !node.children.is_empty()) {
            let split = &node.candidates[0];
            for (group, &child) in split.groups.iter().zip(&node.children) {
                let known = group.iter().filter(|&&code| code != MISSING);
                nodes[child].condition = Some(Condition::OneOf {
                    column: tree.names[split.predictor].clone(),
                    names: known.map(|&code| tree.levels[split.predictor][code as usize].clone()).collect(),
                    gaps: group.contains(&MISSING),
                });
            }
        }
        TreeView { nodes, shares: !tree.nodes[0].answers.counts().is_empty() }
    }

    /// The view with answers by the names of more than two classes: the most frequent one (the first if several are)
    /// and its share. Fewer names change nothing.
    pub fn with_classes(mut self, names: &[String]) -> TreeView {
        if names.len() < 3 {
            return self;
        }
        for node in self.nodes.iter_mut().filter(|node| !node.counts.is_empty()) {
            let classes = names.len().min(node.counts.len());
            let most = (0..classes).rev().max_by(|&a, &b| node.counts[a].total_cmp(&node.counts[b]));
            let most = most.unwrap_or(0);
            node.answer = node.counts[most] / node.counts.iter().sum::<f64>();
            node.class = Some(names[most].clone());
        }
        self
    }

    /// `26.6 %`, `north 26.6 %`, or the mean.
    pub(super) fn answer(&self, at: usize) -> String {
        let node = &self.nodes[at];
        let number = if self.shares { format!("{:.1} %", 100.0 * node.answer) } else { rounded(node.answer) };
        node.class.as_ref().map_or(number.clone(), |class| format!("{class} {number}"))
    }

    pub(super) fn title(&self, at: usize) -> String {
        self.nodes[at].condition.as_ref().map_or_else(|| "all".to_owned(), Condition::words)
    }

    /// The tree as text, a line per node.
    pub fn printed(&self) -> String {
        let mut text = String::new();
        self.print(0, "", "", &mut text);
        text
    }

    fn print(&self, at: usize, head: &str, tail: &str, text: &mut String) {
        let node = &self.nodes[at];
        text.push_str(&format!(
            "{head}{}: {} ({} rows)\n",
            self.title(at),
            self.answer(at),
            rounded(node.rows)
        ));
        for (turn, &child) in node.children.iter().enumerate() {
            let (fork, line) =
                if turn + 1 == node.children.len() { ("└─ ", "   ") } else { ("├─ ", "│  ") };
            self.print(child, &format!("{tail}{fork}"), &format!("{tail}{line}"), text);
        }
    }

    /// A rule per leaf, highest answer first: the conditions on the way, and the leaf.
    pub fn rules(&self) -> Vec<(Vec<Condition>, usize)> {
        let mut rules = Vec::new();
        self.collect_rules(0, &mut Vec::new(), &mut rules);
        rules.sort_by(|a, b| self.nodes[b.1].answer.total_cmp(&self.nodes[a.1].answer));
        rules
    }

    fn collect_rules(&self, at: usize, way: &mut Vec<Condition>, rules: &mut Vec<(Vec<Condition>, usize)>) {
        way.extend(self.nodes[at].condition.clone());
        if self.nodes[at].children.is_empty() {
            rules.push((way.clone(), at));
        }
        for &child in &self.nodes[at].children {
            self.collect_rules(child, way, rules);
        }
        if self.nodes[at].condition.is_some() {
            way.pop();
        }
    }

    /// The rules as lines: `if contract ≤ 0.5 and tenure > 5 then 42.8 % (3113 rows)`.
    pub fn printed_rules(&self) -> String {
        let line = |(way, leaf): &(Vec<Condition>, usize)| {
            let way: Vec<String> = way.iter().map(Condition::words).collect();
            let way = if way.is_empty() { "always".to_owned() } else { format!("if {}", way.join(" and ")) };
            format!("{way} then {} ({} rows)\n", self.answer(*leaf), rounded(self.nodes[*leaf].rows))
        };
        self.rules().iter().map(line).collect()
    }

    /// The tree as an expression: `if(age <= 30, 0.7, 0.2)`. Column names must be field names.
    pub fn expression(&self) -> String {
        self.expression_of(0)
    }

    fn expression_of(&self, at: usize) -> String {
        let node = &self.nodes[at];
        let children = &node.children;
        // Two-way questions on numbers know no third way; categories not seen in the fit end at the node itself.
        let (asked, mut text) = match children.last().map(|&last| (last, &self.nodes[last].condition)) {
            None => return answer_of(node),
            Some((last, Some(Condition::Above { .. }))) => {
                (&children[..children.len() - 1], self.expression_of(last))
            }
            Some(_) => (&children[..], answer_of(node)),
        };
        for &child in asked.iter().rev() {
            let condition =
                self.nodes[child].condition.as_ref().expect("a child has a condition").expression();
            text = format!("if({condition}, {}, {text})", self.expression_of(child));
        }
        text
    }
}

/// A node's answer as an expression: the class as a text, or the number.
fn answer_of(node: &ViewNode) -> String {
    node.class.as_deref().map_or_else(|| node.answer.to_string(), quoted)
}

fn conditions(split: &Split, column: &str, feature: &Feature) -> [Condition; 2] {
    let column = column.to_owned();
    match split {
        Split::Number { border, gaps_left, .. } => {
            let has_gaps = matches!(feature.values, Values::Numbers(v) if v.iter().any(|v| v.is_nan()));
            let all_known = matches!(feature.values, Values::Numbers(v) if !gaps_left && has_gaps
                && v.iter().all(|v| v.is_nan() || v <= border));
            let border = if all_known { f64::INFINITY } else { *border };
            [
                Condition::AtMost { column: column.clone(), border, gaps: *gaps_left },
                Condition::Above { column, border, gaps: has_gaps && !gaps_left },
            ]
        }
        Split::Category { left, gaps_left, .. } => {
            let Values::Categories { codes, names } = feature.values else {
                unreachable!("a question about categories comes from a column of categories")
            };
            let has_gaps = codes.contains(&MISSING);
            let named = |wanted: bool| {
                let codes = (0..names.len() as u32).filter(|code| left.binary_search(code).is_ok() == wanted);
                codes.map(|code| names[code as usize].to_owned()).collect()
            };
            [
                Condition::OneOf { column: column.clone(), names: named(true), gaps: *gaps_left },
                Condition::OneOf { column, names: named(false), gaps: has_gaps && !gaps_left },
            ]
        }
    }
}
