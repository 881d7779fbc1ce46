//! Why somebody can or cannot see or change a record.

use std::{collections::HashMap, sync::Arc};

use kernel::{Id, Message};
use records::{Access, Action, Engine, Error, Grant, Principal, Reader};

use super::{Directory, Person, directory::RoleGrant};

/// The answer: what may be done, and what each role has to say about it.
#[derive(Clone, Debug)]
pub struct Explanation {
    /// What the record is called.
    pub title: String,
    pub administrator: bool,
    /// What may be done with the record.
    pub allowed: Vec<Action>,
    pub lines: Vec<GrantLine>,
    /// The record that this one is a part of decides: its object and id.
    pub part_of: Option<(String, Id)>,
}

/// What one grant says about the record.
#[derive(Clone, Debug)]
pub struct GrantLine {
    /// None for what everybody may do.
    pub role: Option<(Id, String)>,
    /// What is wrong with the grant: it gives nothing.
    pub fault: Option<Message>,
    /// The actions it gives on records of the object.
    pub actions: Vec<Action>,
    /// The rule on which records may be read, and whether this one is among them.
    pub rows: Option<(String, bool)>,
    /// The rule on which of these may be changed, and whether this one is among them.
    pub editable: Option<(String, bool)>,
    pub hidden: Vec<String>,
    pub locked: Vec<String>,
}

/// Explains what the person may do with a record of `object`, whoever asks.
///
/// # Errors
/// [`Error::NotFound`] when there is no such object or record.
pub fn explain(
    engine: &Engine,
    directory: &Directory,
    person: &Person,
    roles: &[Id],
    object: &str,
    record: Id,
) -> Result<Explanation, Error> {
    let object = engine.object(object)?;
    let title = engine.read(&Principal::system(), |reader| reader.load(&object, record))?;
    let part_of = object.part_of.and_then(|position| {
        let link = &object.fields[position];
        Some((link.kind.targets().first()?.clone(), title.link(&link.name)?))
    });
    let allowed = engine.read(&person.principal, |reader| actions_on(reader, &object, record))?;
    let mut lines = Vec::new();
    for role in roles.iter().filter_map(|role| directory.roles.get(role)) {
        for given in role.grants.iter().filter(|given| given.object == object.name) {
            lines.push(line(engine, person, given, Some((role.id, role.name.clone())), &object, record)?);
        }
        let faults =
            directory.faults.iter().filter(|fault| fault.role == role.id && fault.object == object.name);
        lines.extend(faults.map(|fault| GrantLine {
            role: Some((role.id, role.name.clone())),
            fault: Some(fault.message.clone()),
            actions: Vec::new(),
            rows: None,
            editable: None,
            hidden: Vec::new(),
            locked: Vec::new(),
        }));
    }
    for given in directory.everybody.iter().filter(|given| given.object == object.name) {
        lines.push(line(engine, person, given, None, &object, record)?);
    }
    let inherited = part_of.filter(|_| person.principal.access.grants(&object.name).is_empty());
    Ok(Explanation {
        title: title.title().to_owned(),
        administrator: person.principal.access.administrator,
        allowed,
        lines,
        part_of: inherited,
    })
}

fn line(
    engine: &Engine,
    person: &Person,
    given: &RoleGrant,
    role: Option<(Id, String)>,
    object: &Arc<metadata::Object>,
    record: Id,
) -> Result<GrantLine, Error> {
    let grant = &given.grant;
    let holds = |rule: &Arc<expr::Checked>| -> Result<(String, bool), Error> {
        let alone = Grant { rows: Some(Arc::clone(rule)), ..Grant::everything() };
        let access =
            Access { administrator: false, objects: HashMap::from([(object.name.clone(), vec![alone])]) };
        let who = Principal { access: Arc::new(access), ..person.principal.clone() };
        let holds = engine.read(&who, |reader| reader.may_on(object, record, Action::Read))?;
        Ok((rule.to_string(), holds))
    };
    Ok(GrantLine {
        role,
        fault: None,
        actions: Action::ALL.into_iter().filter(|action| grant.actions.has(*action)).collect(),
        rows: grant.rows.as_ref().map(holds).transpose()?,
        editable: grant.editable.as_ref().map(holds).transpose()?,
        hidden: grant.fields.hidden.clone(),
        locked: grant.fields.locked.clone(),
    })
}

fn actions_on(
    reader: &mut Reader<'_, '_>,
    object: &Arc<metadata::Object>,
    record: Id,
) -> Result<Vec<Action>, Error> {
    let mut allowed = Vec::new();
    for action in Action::ALL.into_iter().filter(|action| !matches!(action, Action::Create | Action::Import))
    {
        if reader.may_on(object, record, action)? {
            allowed.push(action);
        }
    }
    Ok(allowed)
}
