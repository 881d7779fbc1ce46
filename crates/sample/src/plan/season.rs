//! When in the year things begin.

use jiff::Timestamp;

use super::Plan;

/// How busy each month is, of a hundred: quiet in summer and over the turn of the year.
const BUSY: [u32; 12] = [70, 85, 100, 90, 85, 80, 60, 50, 95, 100, 95, 55];

impl Plan<'_> {
    /// An instant of work between two, in busy months more often, and later more often than early.
    pub(super) fn season(&mut self, from: Timestamp, to: Timestamp) -> Timestamp {
        loop {
            let at = self.chance.instant(from, to);
            let month = at.to_zoned(jiff::tz::TimeZone::UTC).month() as usize;
            let age = (at.as_second() - self.start.as_second()) * 40
                / (self.now.as_second() - self.start.as_second()).max(1);
            let growth = 60 + u32::try_from(age).unwrap_or(0);
            if self.chance.percent(BUSY[month - 1]) && self.chance.percent(growth) {
                return self.at_work(at, to).max(from);
            }
        }
    }
}
