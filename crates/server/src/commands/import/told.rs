//! What came of an import.

use std::{
    fs::File,
    io::{BufWriter, Write},
    path::Path,
};

use anyhow::{Context, anyhow, bail};
use app::Workspace;
use i18n::Reader;
use kernel::Message;
use transfer::{
    run::{self, Counts, Import as Kept, State},
    table::Header,
};

use super::Import;

/// Problems that are shown; the report has all.
const SHOWN: usize = 20;

impl Import {
    /// Says what came of it; whether rows were refused.
    pub fn tell(&self, workspace: &Workspace, import: &Kept, look: &Reader) -> anyhow::Result<bool> {
        let counts = import.checked.as_ref().map_or(import.progress.counts, |summary| summary.counts);
        tell_counts(look, &counts, import.state == State::Checked);
        let refused = counts.bad + counts.unlinked > 0;
        let headers = run::open(workspace, import).map(|table| table.shape.headers).unwrap_or_default();
        if refused || counts.unmatched > 0 {
            self.tell_problems(workspace, import, &headers, look)?;
        }
        if let Some(path) = &self.report {
            write_report(workspace, import, &headers, look, path)?;
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

    fn tell_problems(
        &self,
        workspace: &Workspace,
        import: &Kept,
        headers: &[Header],
        look: &Reader,
    ) -> anyhow::Result<()> {
        let bad = workspace.db().read(|tx| run::bad_rows(tx, import.id, 0, SHOWN))?;
        match &import.checked {
            Some(summary) => {
                for kind in summary.kinds.iter().take(SHOWN) {
                    eprintln!(
                        "  {}, first {}: {}",
                        counted(look, kind.rows, "row", "rows"),
                        kind.first_row,
                        run::said(&kind.fault, headers, &import.mapping.object, look)
                    );
                }
            }
            None => {
                for (_, bad) in &bad {
                    for fault in &bad.faults {
                        eprintln!(
                            "  row {}: {}",
                            bad.number,
                            run::said(fault, headers, &import.mapping.object, look)
                        );
                    }
                }
            }
        }
        if self.report.is_none() && bad.len() == SHOWN {
            eprintln!("  … --report FILE writes all of them to a file");
        }
        Ok(())
    }
}

/// Writes the rows that were refused; where none were, only what the columns are called, so that no report of an earlier
/// run is taken for this one's.
fn write_report(
    workspace: &Workspace,
    import: &Kept,
    headers: &[Header],
    look: &Reader,
    path: &Path,
) -> anyhow::Result<()> {
    let file = File::create(path).with_context(|| format!("writing {}", path.display()))?;
    let mut writer = BufWriter::new(file);
    let rows = run::write_report(workspace.db(), import, headers, look, &mut writer)?;
    writer.flush()?;
    if rows > 0 {
        let rows = counted(look, rows, "row with its problems is", "rows with their problems are");
        eprintln!("{rows} in {}", path.display());
    }
    Ok(())
}

fn tell_counts(look: &Reader, counts: &Counts, is_check: bool) {
    let number = |count: u64| number(look, count);
    let verb = if is_check { "would be " } else { "" };
    let mut parts = vec![
        counted(look, counts.rows, "row", "rows"),
        format!("{} {verb}created", number(counts.created)),
        format!("{} {verb}updated", number(counts.updated)),
        format!("{} unchanged", number(counts.unchanged)),
    ];
    if counts.passed > 0 {
        parts.push(format!("{} passed over", number(counts.passed)));
    }
    if counts.made > 0 {
        let made = counted(look, counts.made, "linked record", "linked records");
        parts.push(format!("{made} {verb}made"));
    }
    if counts.unlinked > 0 {
        parts.push(counted(look, counts.unlinked, "link left open", "links left open"));
    }
    if counts.unmatched > 0 {
        parts.push(counted(
            look,
            counts.unmatched,
            "name that leads to no record",
            "names that lead to no record",
        ));
    }
    parts.push(format!("{} refused", number(counts.bad)));
    eprintln!("{}", parts.join(", "));
}

/// So many of something, as whoever reads writes figures.
fn counted(look: &Reader, count: u64, one: &str, many: &str) -> String {
    format!("{} {}", number(look, count), if count == 1 { one } else { many })
}

fn number(look: &Reader, count: u64) -> String {
    look.integer(i64::try_from(count).unwrap_or(i64::MAX))
}

/// A message as the error of a command.
pub fn spoken(look: &Reader, message: &Message) -> anyhow::Error {
    anyhow!("{}", look.text_with(message))
}
