//! Erlang B: callers who find all lines busy are gone.

use crate::{Error, special::increasing_root};

/// The share of calls that find all `lines` busy under a load in erlangs (the recursion of Jagerman 1974).
///
/// # Errors
/// [`Error::Parameter`] for a negative load.
pub fn erlang_b(lines: u32, erlangs: f64) -> Result<f64, Error> {
    check(erlangs)?;
    Ok(blocking(lines, erlangs))
}

/// The load in erlangs that `lines` carry with no more than the share `blocked` of calls lost.
///
/// # Errors
/// [`Error::Parameter`] when there is no line or the share is not between 0 and 1.
pub fn erlang_b_load(lines: u32, blocked: f64) -> Result<f64, Error> {
    if lines == 0 {
        return Err(Error::Parameter { name: "lines", problem: "must be at least 1" });
    }
    check_share(blocked)?;
    Ok(increasing_root(|load| blocking(lines, load), blocked, f64::from(lines)))
}

/// The fewest lines with which no more than the share `blocked` of calls is lost.
///
/// # Errors
/// [`Error::Parameter`] for a negative load or a share that is not between 0 and 1.
pub fn lines_for_blocking(erlangs: f64, blocked: f64) -> Result<u32, Error> {
    check(erlangs)?;
    check_share(blocked)?;
    let (mut lines, mut share) = (0, 1.0);
    while share > blocked {
        lines += 1;
        share = next(share, lines, erlangs);
    }
    Ok(lines)
}

fn check(erlangs: f64) -> Result<(), Error> {
    if (0.0..1e6).contains(&erlangs) {
        return Ok(());
    }
    Err(Error::Parameter { name: "the load", problem: "must be from 0 to a million erlangs" })
}

fn check_share(blocked: f64) -> Result<(), Error> {
    if blocked > 0.0 && blocked < 1.0 {
        return Ok(());
    }
    Err(Error::Parameter { name: "the share blocked", problem: "must be between 0 and 1" })
}

pub(super) fn blocking(lines: u32, erlangs: f64) -> f64 {
    (1..=lines).fold(1.0, |share, line| next(share, line, erlangs))
}

/// From the share lost with one line less.
pub(super) fn next(share: f64, line: u32, erlangs: f64) -> f64 {
    erlangs * share / (f64::from(line) + erlangs * share)
}
