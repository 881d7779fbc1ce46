//! How often one may try: by account and by address, with delays that grow and stand in the database.
//!
//! An attempt is counted as failed before the password is looked at, and taken back when it was right: many
//! attempts at once count as many. While somebody has to wait, attempts are refused unseen and not counted.

use db::Tx;
use expr::sql::Sql;
use jiff::{SignedDuration, Timestamp};
use kernel::{ColumnType, Value};

use crate::secret::Digest;

/// Failures are forgotten when there was none for so long.
const FORGOTTEN_AFTER: SignedDuration = SignedDuration::from_hours(24);
/// The longest wait.
const LONGEST: SignedDuration = SignedDuration::from_mins(15);

/// Whoever is counted: an account by its address of e-mail, or the address that requests come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counted {
    name: String,
    /// Failures without a wait.
    free: i64,
}

impl Counted {
    pub fn account(email: &str) -> Counted {
        Counted { name: format!("account {}", Digest::of(email).as_str()), free: 5 }
    }

    /// Many people may sit behind one address.
    pub fn address(address: &str) -> Counted {
        Counted { name: format!("address {address}"), free: 20 }
    }

    /// 15 seconds after the first failure too many, twice as long after each further one.
    fn wait_after(&self, failures: i64) -> SignedDuration {
        let over = failures - self.free;
        if over < 0 {
            return SignedDuration::ZERO;
        }
        let seconds = 15_i64.saturating_mul(1 << over.min(20));
        SignedDuration::from_secs(seconds).min(LONGEST)
    }
}

/// Counts an attempt, unless one of these has to wait: then tells how long.
pub fn take_turn(
    tx: &mut Tx<'_>,
    counted: &[Counted],
    now: Timestamp,
) -> Result<Option<SignedDuration>, db::Error> {
    let mut standing = Vec::new();
    for one in counted {
        let (failures, blocked_until) = standing_of(tx, one, now)?;
        if now < blocked_until {
            return Ok(Some(now.duration_until(blocked_until)));
        }
        standing.push(failures);
    }
    for (one, failures) in counted.iter().zip(standing) {
        put(tx, one, failures + 1, now)?;
    }
    forget_old(tx, now)?;
    Ok(None)
}

/// Takes back what was counted for an attempt that was right: the account starts anew, the address loses one failure.
pub fn succeed(tx: &mut Tx<'_>, account: &Counted, address: Option<&Counted>) -> Result<(), db::Error> {
    let mut sql = Sql::new("delete from \"identity_throttle\" where \"name\" = ");
    sql.bind(account.name.as_str(), ColumnType::Text);
    tx.execute(&sql)?;
    if let Some(address) = address {
        let mut sql = Sql::new(
            "update \"identity_throttle\" set \"failures\" = \"failures\" - 1, \"blocked_until\" = \"failed_at\" \
             where \"failures\" > 0 and \"name\" = ",
        );
        sql.bind(address.name.as_str(), ColumnType::Text);
        tx.execute(&sql)?;
    }
    Ok(())
}

/// Failures so far, and until when to wait.
fn standing_of(tx: &mut Tx<'_>, one: &Counted, now: Timestamp) -> Result<(i64, Timestamp), db::Error> {
    let mut sql = Sql::new(
        "select \"failures\", \"failed_at\", \"blocked_until\" from \"identity_throttle\" where \"name\" = ",
    );
    sql.bind(one.name.as_str(), ColumnType::Text).push(tx.dialect().for_update());
    let found =
        tx.query_optional(&sql, |row| Some((row.int(0)?, row.instant(1)?, row.instant(2)?)))?.flatten();
    Ok(match found {
        Some((failures, failed_at, until)) if now < failed_at + FORGOTTEN_AFTER => (failures, until),
        _ => (0, now),
    })
}

fn put(tx: &mut Tx<'_>, one: &Counted, failures: i64, now: Timestamp) -> Result<(), db::Error> {
    let cells: [(Value, ColumnType); 4] = [
        (one.name.as_str().into(), ColumnType::Text),
        (failures.into(), ColumnType::Int),
        (now.into(), ColumnType::Instant),
        ((now + one.wait_after(failures)).into(), ColumnType::Instant),
    ];
    let mut sql = Sql::new(
        "insert into \"identity_throttle\" (\"name\", \"failures\", \"failed_at\", \"blocked_until\") values (",
    );
    for (at, (value, column)) in cells.into_iter().enumerate() {
        sql.push(if at == 0 { "" } else { ", " }).bind(value, column);
    }
    sql.push(
        ") on conflict (\"name\") do update set \"failures\" = excluded.\"failures\", \
         \"failed_at\" = excluded.\"failed_at\", \"blocked_until\" = excluded.\"blocked_until\"",
    );
    tx.execute(&sql)?;
    Ok(())
}

fn forget_old(tx: &mut Tx<'_>, now: Timestamp) -> Result<(), db::Error> {
    let mut sql = Sql::new("delete from \"identity_throttle\" where \"failed_at\" < ");
    sql.bind(now - FORGOTTEN_AFTER, ColumnType::Instant);
    tx.execute(&sql)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use super::Counted;

    #[test]
    fn waits_begin_after_the_free_failures_and_double_up_to_a_quarter_of_an_hour() {
        let account = Counted::account("ann@example.com");
        let wait = |failures| account.wait_after(failures).as_secs();
        assert_eq!((1..=8).map(wait).collect::<Vec<_>>(), [0, 0, 0, 0, 15, 30, 60, 120]);
        assert_eq!(account.wait_after(i64::MAX), SignedDuration::from_mins(15));
    }
}
