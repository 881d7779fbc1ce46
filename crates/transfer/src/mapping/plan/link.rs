//! How names become links.

use std::sync::Arc;

use kernel::Message;
use metadata::{Field, Kind, Object};

use super::Making;
use crate::mapping::{LinkRule, Missing};

/// A link that is filled by names.
#[derive(Clone, Debug)]
pub struct LinkPlan {
    pub field: usize,
    pub to: Arc<Object>,
    /// What people call one of those records.
    pub label: String,
    pub by: By,
    pub missing: Missing,
    pub other: Option<String>,
    /// Leads to the object that is imported: its records may come later in the same file.
    pub is_own: bool,
    pub many: bool,
}

/// What a text finds a record by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum By {
    /// Whatever case and accents.
    Title,
    Id,
    Field(String),
}

impl Making<'_> {
    pub(super) fn link(&self, position: usize, field: &Field, rule: &LinkRule) -> Result<LinkPlan, Message> {
        let targets = field.kind.targets();
        let name = match (&rule.to, targets) {
            (Some(to), targets) if targets.contains(to) => to,
            (None, [one]) => one,
            _ => {
                let offered = targets.join(", ");
                return Err(Message::new("import-problem-link-to")
                    .with("name", self.label(field, &field.name))
                    .with("objects", offered));
            }
        };
        let to = self
            .registry
            .object(name)
            .ok_or_else(|| Message::new("import-problem-object").with("name", name.as_str()))?;
        let by = self.by(to, &rule.by)?;
        if rule.missing == Missing::Other && rule.other.is_none() {
            return Err(Message::new("import-problem-other"));
        }
        Ok(LinkPlan {
            field: position,
            is_own: to.name == self.object.name,
            many: matches!(field.kind, Kind::LinkMany { .. }),
            to: Arc::clone(to),
            label: self.look.object(&to.name, to.label.as_deref()),
            by,
            missing: rule.missing,
            other: rule.other.clone(),
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
}
