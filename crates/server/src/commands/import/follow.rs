//! Carrying an import out, with its progress shown.

use std::{
    io::IsTerminal,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    thread,
    time::{Duration, Instant},
};

use anyhow::anyhow;
use app::Workspace;
use i18n::Reader;
use transfer::run::{self, Import as Kept};

use crate::commands::work;

/// How often it is looked how far it is.
const PAUSE: Duration = Duration::from_millis(50);

/// Runs the import in this process, unless another one does, and shows its progress until it has ended.
pub fn carry(workspace: &Arc<Workspace>, import: &Kept, look: &Reader) -> anyhow::Result<Kept> {
    let mut registry = jobs::Registry::default();
    transfer::register_jobs(&mut registry);
    let runner = jobs::Runner::new(
        workspace.db().clone(),
        workspace.engine.clock_handle(),
        Arc::clone(workspace),
        registry,
    );
    let workers = runner.start(2)?;
    let interrupted = Arc::new(AtomicBool::new(false));
    watch_for_interrupt(&interrupted);
    let result = follow(workspace, import, look, &interrupted);
    work::stop(vec![workers]);
    result
}

fn follow(
    workspace: &Workspace,
    import: &Kept,
    look: &Reader,
    interrupted: &AtomicBool,
) -> anyhow::Result<Kept> {
    let began = Instant::now();
    let shows = std::io::stderr().is_terminal();
    let mut first = None;
    let mut cancelled = false;
    loop {
        thread::sleep(PAUSE);
        let (kept, entry) = workspace.db().read(|tx| {
            let kept = run::find(tx, import.id)?;
            let entry = match kept.as_ref().and_then(|kept| kept.job) {
                Some(job) => jobs::find(tx, job)?,
                None => None,
            };
            Ok::<_, jobs::Error>((kept, entry))
        })?;
        let kept = kept.ok_or_else(|| anyhow!("the import is gone"))?;
        if !kept.state.is_busy() || entry.as_ref().is_none_or(|entry| entry.state.is_finished()) {
            if shows {
                eprint!("\r\x1b[K");
            }
            return Ok(kept);
        }
        if interrupted.load(Relaxed) && !cancelled {
            cancelled = true;
            let now = workspace.engine.clock().now();
            workspace.db().write(|tx| run::cancel(tx, now, &kept))?;
        }
        let rows = kept.progress.counts.rows;
        let begun = *first.get_or_insert(rows);
        if let (true, Some(entry)) = (shows, entry) {
            let number = |count: u64| look.integer(i64::try_from(count).unwrap_or(i64::MAX));
            let total =
                entry.progress.total.map_or_else(String::new, |total| format!(" of {}", number(total)));
            let speed =
                (rows - begun) * 1000 / u64::try_from(began.elapsed().as_millis()).unwrap_or(1).max(1);
            eprint!("\r\x1b[K{}{total} rows, {} a second", number(rows), number(speed));
        }
    }
}

/// An interrupt cancels the import instead of leaving it to be taken up again.
fn watch_for_interrupt(interrupted: &Arc<AtomicBool>) {
    let interrupted = Arc::clone(interrupted);
    thread::spawn(move || {
        let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build() else { return };
        runtime.block_on(crate::http::told_to_stop());
        interrupted.store(true, Relaxed);
    });
}
