//! `rapport analyze`: the models of the crate `insights`, on files; no workspace is opened.

use std::io;
use std::process::exit;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread;

use insights::{Analyze, Engine, Failure, Stop};

/// What the program ends with after Ctrl-C.
const INTERRUPTED: i32 = 130;

#[cfg(feature = "warehouse")]
const ENGINE: Engine = warehouse::cubes::files::open;
#[cfg(not(feature = "warehouse"))]
const ENGINE: Engine = |_, _, _, _| Err("cubes want a program that is built with the warehouse".to_owned());

/// Runs a model; Ctrl-C stops the fit at its next step, a second one ends the program at once.
///
/// Ends the program with the code that says what kind of failure it was.
///
/// # Errors
/// When Ctrl-C cannot be listened to.
pub fn run(analyze: &Analyze) -> anyhow::Result<()> {
    let stop = Stop::default();
    listen(Arc::clone(&stop))?;
    match analyze.run(ENGINE, &stop, &mut io::stdout().lock()) {
        // Whoever reads the output (`head`, say) may have seen enough.
        Err(Failure::File { error, .. }) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        Ok(()) => Ok(()),
        Err(failure) => {
            eprintln!("rapport analyze: {failure}");
            exit(i32::from(failure.exit_code()));
        }
    }
}

fn listen(stop: Stop) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    thread::spawn(move || {
        runtime.block_on(async {
            while tokio::signal::ctrl_c().await.is_ok() {
                if stop.swap(true, Ordering::Relaxed) {
                    exit(INTERRUPTED);
                }
            }
        });
    });
    Ok(())
}
