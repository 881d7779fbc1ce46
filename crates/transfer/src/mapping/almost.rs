//! Names that are almost those of records which are there.

use std::{collections::HashMap, sync::Arc};

use kernel::{Message, Value, limits};
use metadata::Object;
use records::{Error, ListQuery, Reader};

use super::{Assumption, Profile, Proposal};
use crate::cell::{loose, nearest};

/// Records of a linked object at most among which a name that is almost theirs is looked for.
const TITLES: usize = 2_000;

/// Looks for names that are almost those of records which are there (`GTXPro`, `GTX Pro`), and proposes to read them so.
///
/// # Errors
/// As reading records.
pub fn propose_values(
    proposal: &mut Proposal,
    profile: &Profile,
    object: &Object,
    reader: &mut Reader<'_, '_>,
) -> Result<(), Error> {
    super::ids::leave_strange_out(proposal, profile, object, reader)?;
    for rule in &mut proposal.mapping.columns {
        let (Some(path), Some(link)) = (&rule.field, &rule.link) else { continue };
        let Some(field) = object.field(path) else { continue };
        let (([to], _) | ([], [to])) = (link.to.as_slice(), field.kind.targets()) else { continue };
        let Some(column) = profile.column(&rule.name) else { continue };
        let Some(values) = &column.values else { continue };
        if link.by != "title" {
            continue;
        }
        let target = reader.object(to)?;
        let names: Vec<Value> = values.keys().map(|name| name.as_str().into()).collect();
        let Ok(found) = reader.find_by(&target, "title", &names) else { continue };
        let found: Vec<String> =
            found.iter().filter_map(|(key, _)| key.as_text().map(str::to_owned)).collect();
        let missing: Vec<&String> =
            values.keys().filter(|name| !found.contains(&db::search::fold(name))).collect();
        if missing.is_empty() {
            continue;
        }
        let titles = titles(reader, &target)?;
        for name in missing {
            let wanted = loose(name);
            let Some(key) =
                titles.contains_key(&wanted).then_some(&wanted).or_else(|| nearest(titles.keys(), &wanted))
            else {
                continue;
            };
            let title = &titles[key];
            rule.values.insert(name.clone(), title.clone());
            proposal.assumptions.push(Assumption {
                column: rule.name.clone(),
                message: Message::new("import-assumed-value")
                    .with("from", name.as_str())
                    .with("to", title.as_str()),
            });
        }
    }
    Ok(())
}

/// The titles of an object's records by what is left when people write them differently; none when there are many.
fn titles(reader: &mut Reader<'_, '_>, object: &Arc<Object>) -> Result<HashMap<String, String>, Error> {
    let mut query = ListQuery::new(object).fields([]).limit(limits::PAGE_RECORDS);
    query.labels = false;
    let mut titles = HashMap::new();
    loop {
        let page = reader.list(&query)?;
        titles.extend(page.records.iter().map(|record| (loose(record.title()), record.title().to_owned())));
        if titles.len() > TITLES {
            return Ok(HashMap::new());
        }
        match page.next {
            Some(next) => query.after = Some(next),
            None => return Ok(titles),
        }
    }
}
