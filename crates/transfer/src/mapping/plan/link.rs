//! How names become links.

use std::{collections::HashMap, sync::Arc};

use kernel::Message;
use metadata::{Field, Kind, Object};

use super::{Making, Target, column_at};
use crate::{
    cell::{loose, shortened},
    mapping::{LinkRule, Missing, kind},
};

/// A link that is filled by names.
#[derive(Clone, Debug)]
pub struct LinkPlan {
    pub field: usize,
    /// Position in the file of the column that names the records; none for a content that every row has.
    pub column: Option<usize>,
    /// Where it may lead; of several ends, each is looked at.
    pub ends: Vec<End>,
    pub missing: Missing,
    pub other: Option<String>,
    pub many: bool,
}

/// An object whose records a name may mean.
#[derive(Clone, Debug)]
pub struct End {
    pub to: Arc<Object>,
    /// What people call one of those records.
    pub label: String,
    pub by: By,
    /// Leads to the object that is imported: its records may come later in the same file.
    pub is_own: bool,
}

/// What a text finds a record by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum By {
    /// Whatever case and accents.
    Title,
    Id,
    Field(String),
}

/// The column that says what kind of record each row links to.
#[derive(Clone, Debug)]
pub struct KindPlan {
    /// Position in the file.
    pub at: usize,
    pub field: usize,
    /// The links of the plan, one for each kind, by what the kind may be called.
    links: HashMap<String, usize>,
    /// What people call the field, and the kinds.
    label: String,
    kinds: String,
}

impl LinkPlan {
    /// Whether it may lead to the object that is imported.
    pub fn is_own(&self) -> bool {
        self.ends.iter().any(|end| end.is_own)
    }

    /// Whether what is linked is told for certain, whatever it is called.
    pub fn is_by_id(&self) -> bool {
        self.ends.iter().all(|end| end.by == By::Id)
    }

    /// What people call the records that it may lead to.
    pub fn label(&self) -> String {
        labels(&self.ends)
    }
}

impl KindPlan {
    /// The link of the plan that a cell of the column chooses.
    ///
    /// # Errors
    /// What to write, when it chooses none.
    pub fn link(&self, cell: &str) -> Result<usize, Message> {
        let word = loose(cell);
        self.links.get(&word).copied().ok_or_else(|| {
            let message = match word.is_empty() {
                true => Message::new("import-problem-link-kind-empty"),
                false => Message::new("import-problem-link-kind").with("typed", shortened(cell.trim())),
            };
            message.with("name", self.label.as_str()).with("kinds", self.kinds.as_str())
        })
    }
}

impl Making<'_> {
    /// Takes the links up that a rule asks for.
    pub(super) fn link(
        &mut self,
        position: usize,
        field: &Field,
        rule: &LinkRule,
    ) -> Result<Target, Message> {
        let ends = self.ends(field, rule)?;
        if rule.by == "id" && rule.missing == Missing::Create {
            return Err(Message::new("import-problem-id-create").with("name", self.label(field, &field.name)));
        }
        if rule.missing == Missing::Other && rule.other.is_none() {
            return Err(Message::new("import-problem-other"));
        }
        let first = self.links.len();
        let plan = |ends: Vec<End>| LinkPlan {
            field: position,
            column: None,
            ends,
            missing: rule.missing,
            other: rule.other.clone(),
            many: matches!(field.kind, Kind::LinkMany { .. }),
        };
        if let Some(column) = &rule.kind {
            let target = Target::LinkByKind(self.kind(column, position, field, &ends)?);
            self.links.extend(ends.into_iter().map(|end| plan(vec![end])));
            return Ok(target);
        }
        if ends.len() > 1 && rule.missing == Missing::Create {
            let message = Message::new("import-problem-link-create");
            return Err(message.with("name", self.label(field, &field.name)).with("kinds", labels(&ends)));
        }
        self.links.push(plan(ends));
        Ok(Target::Link(first))
    }

    /// Where the link may lead by its rule.
    fn ends(&self, field: &Field, rule: &LinkRule) -> Result<Vec<End>, Message> {
        let allowed = kind::allowed(self.registry, field);
        let meant: Option<Vec<&Arc<Object>>> =
            rule.to.iter().map(|word| kind::called(self.look, &allowed, word)).collect();
        let is_open = rule.to.is_empty() && rule.kind.is_none() && allowed.len() > 1;
        let Some(meant) = meant.filter(|_| !is_open) else {
            let kinds = allowed.iter().map(|to| self.look.object(&to.name, to.label.as_deref()));
            return Err(Message::new("import-problem-link-to")
                .with("name", self.label(field, &field.name))
                .with("objects", kinds.collect::<Vec<_>>().join(", ")));
        };
        if rule.to.is_empty() {
            // A kind that has no such field is never found by it.
            let (ends, mut problems): (Vec<_>, Vec<_>) =
                allowed.into_iter().map(|to| self.end(to, rule)).partition(Result::is_ok);
            return match (ends.is_empty(), problems.pop()) {
                (true, Some(Err(message))) => Err(message),
                _ => ends.into_iter().collect(),
            };
        }
        let named = allowed.into_iter().filter(|to| meant.iter().any(|meant| meant.name == to.name));
        named.map(|to| self.end(to, rule)).collect()
    }

    fn end(&self, to: &Arc<Object>, rule: &LinkRule) -> Result<End, Message> {
        let by = self.by(to, &rule.by)?;
        Ok(End {
            label: self.look.object(&to.name, to.label.as_deref()),
            // A record that a file makes has no id yet that the file could name.
            is_own: to.name == self.object.name && by != By::Id,
            by,
            to: Arc::clone(to),
        })
    }

    fn by(&self, to: &Object, by: &str) -> Result<By, Message> {
        match by {
            "title" => Ok(By::Title),
            "id" => Ok(By::Id),
            name => {
                let field = to.field(name).filter(|field| field.columns.len() == 1);
                let unknown = || {
                    let object = self.look.object(&to.name, to.label.as_deref());
                    Message::new("import-problem-link-by").with("name", name).with("object", object)
                };
                let field = field.ok_or_else(unknown)?;
                let is_title = to.title.len() == 1 && to.fields[to.title[0]].name == field.name;
                Ok(if is_title { By::Title } else { By::Field(field.name.clone()) })
            }
        }
    }

    /// The column that says which of the ends is meant, whose links come next in the plan.
    fn kind(&self, column: &str, position: usize, field: &Field, ends: &[End]) -> Result<KindPlan, Message> {
        let kinds: Vec<&Arc<Object>> = ends.iter().map(|end| &end.to).collect();
        let words = kind::words(self.look, &kinds).into_iter();
        let mut kind = KindPlan {
            at: column_at(self.headers, column)?,
            field: position,
            links: words.map(|(word, at)| (word, self.links.len() + at)).collect(),
            label: self.label(field, &field.name),
            kinds: labels(ends),
        };
        let rule = self.mapping.column(column);
        // What is read instead for a field of the column's own is not about kinds.
        for (from, to) in rule.filter(|rule| rule.field.is_none()).iter().flat_map(|rule| &rule.values) {
            let link = kind.link(to)?;
            kind.links.insert(loose(from), link);
        }
        Ok(kind)
    }
}

fn labels(ends: &[End]) -> String {
    ends.iter().map(|end| end.label.as_str()).collect::<Vec<_>>().join(", ")
}
