//! Which process a worker belongs to, so that the jobs of one that was killed need not wait for the end of their lease.
//!
//! A worker's id tells it: 6 bytes for the machine (its boot, and the numbering of processes that this one is in),
//! 4 for the number of the process, 4 for when it began, 2 for the worker. Only who shares machine and numbering can
//! tell that a process is gone; for all others, and where there is no `/proc`, the lease decides. A wrong answer would
//! cost no more than a run: whoever has lost a job cannot write its effects.

use std::{
    fs,
    hash::{DefaultHasher, Hash, Hasher},
    sync::{
        LazyLock,
        atomic::{AtomicU16, Ordering::Relaxed},
    },
};

use db::Tx;
use expr::sql::Sql;
use kernel::{ColumnType, Id, Timestamp};

use crate::{Error, State};

/// This machine and numbering of processes; none where the system does not tell.
static MACHINE: LazyLock<Option<[u8; 6]>> = LazyLock::new(|| {
    let boot = fs::read_to_string("/proc/sys/kernel/random/boot_id").ok()?;
    let numbering = fs::read_link("/proc/self/ns/pid").ok()?;
    let mut hasher = DefaultHasher::new();
    (boot, numbering).hash(&mut hasher);
    let [bytes @ .., _, _] = hasher.finish().to_be_bytes();
    Some(bytes)
});

/// The id of one more worker of this process.
pub(crate) fn worker() -> Id {
    static WORKERS: AtomicU16 = AtomicU16::new(0);
    let number = std::process::id();
    match (*MACHINE, began(number)) {
        (Some(machine), Some(began)) => id(machine, number, began, WORKERS.fetch_add(1, Relaxed)),
        _ => Id::generate(),
    }
}

/// Ends the leases of workers whose process is surely gone; tells how many jobs are free by that.
pub(crate) fn free_jobs_of_the_dead(tx: &mut Tx<'_>, now: Timestamp) -> Result<u64, Error> {
    let mut freed = 0;
    for worker in busy(tx, now)?.into_iter().filter(|worker| is_gone(*worker)) {
        let mut sql = Sql::new("update job set due_at = ");
        sql.bind(now, ColumnType::Instant).push(" where worker = ").bind(worker, ColumnType::Id);
        push_leased(&mut sql, now);
        freed += tx.execute(&sql)?;
    }
    Ok(freed)
}

/// Whether [`free_jobs_of_the_dead`] has anything to do.
pub(crate) fn has_any_died(tx: &mut Tx<'_>, now: Timestamp) -> Result<bool, Error> {
    Ok(busy(tx, now)?.into_iter().any(is_gone))
}

/// The workers that have leases.
fn busy(tx: &mut Tx<'_>, now: Timestamp) -> Result<Vec<Id>, Error> {
    let mut sql = Sql::new("select distinct worker from job where worker is not null");
    push_leased(&mut sql, now);
    Ok(tx.query(&sql, |row| row.id(0))?.into_iter().flatten().collect())
}

fn push_leased(sql: &mut Sql, now: Timestamp) {
    sql.push(" and state = ").bind(State::Running.as_str(), ColumnType::Text);
    sql.push(" and due_at > ").bind(now, ColumnType::Instant);
}

fn is_gone(worker: Id) -> bool {
    let Some(machine) = *MACHINE else { return false };
    let [m @ .., n1, n2, n3, n4, b1, b2, b3, b4, _, _] = *worker.as_bytes();
    m == machine && began(u32::from_be_bytes([n1, n2, n3, n4])) != Some(u32::from_be_bytes([b1, b2, b3, b4]))
}

fn id(machine: [u8; 6], number: u32, began: u32, worker: u16) -> Id {
    let mut bytes = [0; 16];
    bytes[..6].copy_from_slice(&machine);
    bytes[6..10].copy_from_slice(&number.to_be_bytes());
    bytes[10..14].copy_from_slice(&began.to_be_bytes());
    bytes[14..].copy_from_slice(&worker.to_be_bytes());
    Id::from_bytes(bytes)
}

/// When a living process began, in ticks since the machine did (proc(5), `stat`, fields 3 and 22): with its number, its
/// name for all time.
fn began(number: u32) -> Option<u32> {
    let stat = fs::read_to_string(format!("/proc/{number}/stat")).ok()?;
    // The name of the program may hold anything, but ends with the last bracket.
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace();
    if matches!(fields.next()?, "Z" | "X") {
        return None;
    }
    let ticks: u64 = fields.nth(18)?.parse().ok()?;
    // Some 500 days at 100 a second; what comes around meets another process number.
    Some(ticks as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_that_runs_is_not_gone() {
        assert!(!is_gone(worker()));
    }

    #[test]
    fn a_process_that_was_killed_is_gone_also_before_anybody_has_asked_how_it_ended() {
        let mut child =
            std::process::Command::new("cat").stdin(std::process::Stdio::piped()).spawn().unwrap();
        let worker = id(MACHINE.unwrap(), child.id(), began(child.id()).unwrap(), 0);
        assert!(!is_gone(worker));
        child.kill().unwrap();
        while began(child.id()).is_some() {
            std::thread::yield_now();
        }
        assert!(is_gone(worker));
        child.wait().unwrap();
        assert!(is_gone(worker));
    }

    #[test]
    fn of_other_machines_and_of_ids_without_a_process_nothing_is_known() {
        let mut machine = MACHINE.unwrap();
        machine[0] ^= 1;
        assert!(!is_gone(id(machine, u32::MAX, 1, 0)));
        assert!(!is_gone(Id::generate()));
    }

    #[test]
    fn a_number_that_was_given_again_is_another_process() {
        let number = std::process::id();
        assert!(is_gone(id(MACHINE.unwrap(), number, began(number).unwrap() ^ 1, 0)));
    }
}
