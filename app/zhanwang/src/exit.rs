//! Exit codes of the commands. 1 and 2 are findings about the data; a command that could not do its work ends with 3,
//! so that a script never takes a missing database for an altered one.

/// Done, and nothing wrong.
pub const OK: u8 = 0;
/// Done, and something is wrong: audit rows altered, cells that differed, a file with broken rows, a failed check.
pub const FOUND: u8 = 1;
/// The audit log has a gap, was cut off or put back.
pub const GAP: u8 = 2;
/// The command could not run: no database, another key, no server, wrong words on the command line. For
/// `audit verify` also: the anchors it should compare with are missing or old.
pub const FAILED: u8 = 3;

/// What `--help` says.
pub const HELP: &str = "Exit codes: 0 done, nothing wrong; 1 done, and something is wrong (audit rows altered, cells differed, \
broken rows in a file, a failed check); 2 the audit log has a gap, was cut off or put back; 3 the command could not run \
(no database, another key, no server, wrong arguments), or the audit anchors are missing or old.";
