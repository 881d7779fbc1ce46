//! What becomes of the columns: a mapping that was named, or one that is proposed, with what the flags say.

use std::{path::Path, sync::Arc};

use anyhow::{Context, anyhow};
use app::Workspace;
use i18n::Reader;
use records::Principal;
use transfer::{
    mapping::{ID, LinkRule, Mapping, Missing, Mode, saved},
    start,
    table::Reading,
};

use super::{Import, told::spoken};

impl Import {
    /// The mapping that was named, or one that is proposed; with what the flags say.
    pub fn mapping(
        &self,
        workspace: &Arc<Workspace>,
        who: &Principal,
        look: &Reader,
        blob: &blobs::Blob,
    ) -> anyhow::Result<Mapping> {
        let mut mapping = match &self.mapping {
            Some(named) => self.named(workspace, named)?,
            None => self.proposed(workspace, who, look, blob)?,
        };
        let table = mapping.reading.table.take();
        self.tell_reading(&mut mapping.reading, table);
        if let Some(object) = self.object(workspace) {
            mapping.object = object;
        }
        if !self.key.is_empty() {
            mapping.key.clone_from(&self.key);
            mapping.mode = Mode::Upsert;
            tell_ids(&mut mapping);
        }
        mapping.mode = self.mode.unwrap_or(mapping.mode);
        for pair in &self.set {
            let (field, value) =
                pair.split_once('=').ok_or_else(|| anyhow!("--set {pair}: write FIELD=VALUE"))?;
            mapping.set.insert(field.trim().to_owned(), value.to_owned());
        }
        self.tell_links(&mut mapping)?;
        Ok(mapping)
    }

    /// What the rows are, by the name of one or of several.
    fn object(&self, workspace: &Workspace) -> Option<String> {
        let named = self.object.as_ref()?;
        let registry = workspace.engine.registry();
        let known = registry.object(named).or_else(|| registry.by_plural(named));
        Some(known.map_or_else(|| named.clone(), |object| object.name.clone()))
    }

    /// Where links lead that may lead to several kinds of record, as the flags say.
    fn tell_links(&self, mapping: &mut Mapping) -> anyhow::Result<()> {
        for pair in &self.link_to {
            let (link, objects) = link_of(mapping, "--link-to", pair)?;
            link.to = objects.split(',').map(|object| object.trim().to_owned()).collect();
            link.kind = None;
            // Nobody knows what to make of a name that none of several has.
            if link.to.len() > 1 && link.missing == Missing::Create {
                link.missing = Missing::Report;
            }
        }
        for pair in &self.link_kind {
            let (link, column) = link_of(mapping, "--link-kind", pair)?;
            link.kind = Some(column.trim().to_owned());
            link.to.clear();
            // What was proposed was so for one kind.
            if self.mapping.is_none() {
                link.missing = Missing::Report;
            }
        }
        Ok(())
    }

    fn named(&self, workspace: &Arc<Workspace>, named: &str) -> anyhow::Result<Mapping> {
        if Path::new(named).is_file() {
            let text = std::fs::read_to_string(named).with_context(|| format!("reading {named}"))?;
            return Mapping::parse(&text).map_err(|why| anyhow!("in {named}: {why}"));
        }
        let kept = workspace.db().read(|tx| saved::find(tx, named))?;
        kept.ok_or_else(|| anyhow!("there is neither a file nor a kept mapping {named}"))
    }

    fn proposed(
        &self,
        workspace: &Arc<Workspace>,
        who: &Principal,
        look: &Reader,
        blob: &blobs::Blob,
    ) -> anyhow::Result<Mapping> {
        let object = self.object(workspace);
        let object =
            object.ok_or_else(|| anyhow!("say what the rows are with --object, or give a --mapping"))?;
        let object = object.as_str();
        let mut reading = Reading::default();
        let likely =
            start::likely_table(workspace, blob, object).map_err(|message| spoken(look, &message))?;
        self.tell_reading(&mut reading, likely.clone());
        if let (None, Some(table)) = (&self.table, &likely) {
            eprintln!("  the table is {table}");
        }
        let examined = start::examine(workspace, blob, &reading).map_err(|message| spoken(look, &message))?;
        let proposal = start::suggest(workspace, who, look, &examined, object, self.new_fields);
        let mut proposal = proposal.map_err(|message| spoken(look, &message))?;
        proposal.mapping.reading = reading;
        if !self.print_mapping {
            let kinds: Vec<&str> = proposal.mapping.kind_columns().collect();
            for rule in &proposal.mapping.columns {
                match rule.field.as_deref() {
                    Some(ID) => eprintln!("  {} tells which record the row is about", rule.name),
                    Some(field) if rule.link.as_ref().is_some_and(|link| link.by == ID) => {
                        eprintln!("  {} → {field}, by id", rule.name);
                    }
                    Some(field) => eprintln!("  {} → {field}", rule.name),
                    None if kinds.contains(&rule.name.as_str()) => {
                        eprintln!("  {} says what kind of record the link beside it leads to", rule.name);
                    }
                    None => eprintln!("  {} is left out", rule.name),
                }
            }
        }
        for assumption in &proposal.assumptions {
            eprintln!("  {}: {}", assumption.column, look.text_with(&assumption.message));
        }
        Ok(proposal.mapping)
    }

    fn tell_reading(&self, reading: &mut Reading, likely_table: Option<String>) {
        reading.table = self.table.clone().or(likely_table);
        reading.delimiter = self.delimiter.or(reading.delimiter);
        reading.encoding = self.encoding.clone().or(reading.encoding.take());
        reading.sheet = self.sheet.clone().or(reading.sheet.take());
    }
}

/// Whether rows are about the records whose ids they have, as the key says: a column of ids is nothing without it.
fn tell_ids(mapping: &mut Mapping) {
    let is_key = mapping.key.iter().any(|path| path == ID);
    let is_there = mapping.columns.iter().any(|rule| rule.field.as_deref() == Some(ID));
    for rule in &mut mapping.columns {
        if is_key && !is_there && rule.field.is_none() && rule.name.trim().eq_ignore_ascii_case(ID) {
            rule.field = Some(ID.to_owned());
        } else if !is_key && rule.field.as_deref() == Some(ID) {
            rule.field = None;
        }
    }
}

/// How names become links of the field that `FIELD=…` names, and what stands behind it.
fn link_of<'m, 'p>(
    mapping: &'m mut Mapping,
    flag: &str,
    pair: &'p str,
) -> anyhow::Result<(&'m mut LinkRule, &'p str)> {
    let (field, said) = pair.split_once('=').ok_or_else(|| anyhow!("{flag} {pair}: write FIELD=…"))?;
    let field = field.trim();
    let rule = mapping.columns.iter_mut().find(|rule| rule.field.as_deref() == Some(field));
    let rule = rule.ok_or_else(|| anyhow!("{flag} {pair}: no column goes to {field}"))?;
    Ok((rule.link.get_or_insert_default(), said))
}
