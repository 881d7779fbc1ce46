//! Progress of long fits on standard error, and the flag that stops them.

use std::io::{IsTerminal, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::{Duration, Instant};

use analytics::Progress;

/// Fits shorter than this say nothing.
const PATIENCE: Duration = Duration::from_millis(800);

/// Set it, and the running fit ends at its next step.
pub type Stop = Arc<AtomicBool>;

/// Watches one fit after another.
pub struct Watch {
    started: Instant,
    percent: AtomicU32,
    speaks: bool,
    stop: Stop,
}

impl Watch {
    /// Speaks when standard error is a terminal.
    pub fn new(stop: Stop) -> Watch {
        let speaks = std::io::stderr().is_terminal();
        Watch { started: Instant::now(), percent: AtomicU32::new(0), speaks, stop }
    }

    /// Wipes the line of progress, if any was written.
    pub fn finish(&self) {
        if self.speaks && self.percent.load(Ordering::Relaxed) > 0 {
            eprint!("\r\x1b[K");
        }
    }
}

impl Progress for Watch {
    fn reached(&self, share: f64) -> bool {
        let percent = (share * 100.0).clamp(1.0, 100.0) as u32;
        if self.speaks
            && self.started.elapsed() > PATIENCE
            && self.percent.swap(percent, Ordering::Relaxed) != percent
        {
            let mut terminal = std::io::stderr().lock();
            // A terminal that is gone is no reason to lose the fit.
            let _ = write!(terminal, "\r{percent:>3} % (Ctrl-C stops)");
            let _ = terminal.flush();
        }
        !self.stop.load(Ordering::Relaxed)
    }
}
