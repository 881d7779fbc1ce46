//! The signs of life that leads and deals carry: what their activities roll up to.

use records::Saving;

/// When the last task was done, call made or meeting held; each is a roll-up of its own.
const LAST: [&str; 3] = ["last_task_at", "last_call_at", "last_meeting_at"];

/// Keeps `last_activity_at` the latest of them.
pub fn follow(saving: &mut Saving<'_>) {
    let last = LAST.iter().filter_map(|field| saving.get(field).as_instant()).max();
    if saving.get("last_activity_at").as_instant() != last {
        saving.set("last_activity_at", last);
    }
}
