//! What came of an import.

use std::{
    fs::File,
    io::{BufWriter, Write},
};

use anyhow::{Context, anyhow, bail};
use app::Workspace;
use i18n::Reader;
use kernel::Message;
use transfer::run::{self, Counts, Import as Kept, State};

use super::Import;

/// Problems that are shown; the report has all.
const SHOWN: usize = 20;

impl Import {
    /// Says what came of it; whether rows were refused.
    pub fn tell(&self, workspace: &Workspace, import: &Kept, look: &Reader) -> anyhow::Result<bool> {
        let counts = import.checked.as_ref().map_or(import.progress.counts, |summary| summary.counts);
        tell_counts(look, &counts, import.state == State::Checked);
        let refused = counts.bad + counts.unlinked > 0;
        if refused {
            self.tell_problems(workspace, import, look)?;
        }
        match import.state {
            State::Done | State::Checked => Ok(refused),
            State::Cancelled => {
                bail!("cancelled; `rapport import` of the same file by key goes over it again")
            }
            _ => match &import.reason {
                Some(reason) => Err(spoken(look, reason)),
                None => bail!("the import is {}", import.state.as_str()),
            },
        }
    }

    fn tell_problems(&self, workspace: &Workspace, import: &Kept, look: &Reader) -> anyhow::Result<()> {
        let headers = run::open(workspace, import).map(|table| table.shape.headers).unwrap_or_default();
        let bad = workspace.db().read(|tx| run::bad_rows(tx, import.id, 0, SHOWN))?;
        match &import.checked {
            Some(summary) => {
                for kind in summary.kinds.iter().take(SHOWN) {
                    let rows = look.integer(i64::try_from(kind.rows).unwrap_or(i64::MAX));
                    eprintln!(
                        "  {rows} rows, first {}: {}",
                        kind.first_row,
                        run::said(&kind.fault, &headers, &import.mapping.object, look)
                    );
                }
            }
            None => {
                for (_, bad) in &bad {
                    for fault in &bad.faults {
                        eprintln!(
                            "  row {}: {}",
                            bad.number,
                            run::said(fault, &headers, &import.mapping.object, look)
                        );
                    }
                }
            }
        }
        if let Some(path) = &self.report {
            let file = File::create(path).with_context(|| format!("writing {}", path.display()))?;
            let mut writer = BufWriter::new(file);
            let rows = run::write_report(workspace.db(), import, &headers, look, &mut writer)?;
            writer.flush()?;
            eprintln!("{rows} rows with their problems are in {}", path.display());
        } else if bad.len() == SHOWN {
            eprintln!("  … --report FILE writes all of them to a file");
        }
        Ok(())
    }
}

fn tell_counts(look: &Reader, counts: &Counts, is_check: bool) {
    let number = |count: u64| look.integer(i64::try_from(count).unwrap_or(i64::MAX));
    let verb = if is_check { "would be " } else { "" };
    let mut parts = vec![
        format!("{} rows", number(counts.rows)),
        format!("{} {verb}created", number(counts.created)),
        format!("{} {verb}updated", number(counts.updated)),
        format!("{} unchanged", number(counts.unchanged)),
    ];
    if counts.passed > 0 {
        parts.push(format!("{} passed over", number(counts.passed)));
    }
    if counts.made > 0 {
        parts.push(format!("{} linked records {verb}made", number(counts.made)));
    }
    if counts.unlinked > 0 {
        parts.push(format!("{} links left open", number(counts.unlinked)));
    }
    parts.push(format!("{} refused", number(counts.bad)));
    eprintln!("{}", parts.join(", "));
}

/// A message as the error of a command.
pub fn spoken(look: &Reader, message: &Message) -> anyhow::Error {
    anyhow!("{}", look.text_with(message))
}
