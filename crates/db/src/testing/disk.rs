//! Small disks, which a test can fill.

use std::process::Command;

/// The words before a command with which it may mount file systems that only it and its children see; none where this
/// machine lets nobody do that.
pub fn way_to_mount() -> Option<&'static [&'static str]> {
    const WAYS: [&[&str]; 2] =
        [&["unshare", "--mount"], &["unshare", "--mount", "--user", "--map-root-user"]];
    WAYS.into_iter().find(|way| {
        let folder = std::env::temp_dir();
        let mut command = Command::new(way[0]);
        command.args(&way[1..]).args(["mount", "-t", "tmpfs", "tmpfs"]).arg(folder);
        command.output().is_ok_and(|output| output.status.success())
    })
}
