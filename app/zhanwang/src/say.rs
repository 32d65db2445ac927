//! What the commands print. A reader who has gone (`zhanwang figures --json | head -1`) is no failure: the work is done all
//! the same, and the exit code says what was found. A terminal or a file that takes nothing more is one.

use std::fmt::Arguments;
use std::io::{ErrorKind, Write};
use zw_core::{Error, Result};

/// A line on standard output.
pub fn line(text: Arguments<'_>) -> Result<()> {
    written(&mut std::io::stdout().lock(), text)
}

/// A line on standard error. When that is gone there is nobody left to tell.
pub fn aside(text: Arguments<'_>) {
    let _ = written(&mut std::io::stderr().lock(), text);
}

fn written(to: &mut impl Write, text: Arguments<'_>) -> Result<()> {
    match writeln!(to, "{text}").and_then(|()| to.flush()) {
        Err(e) if e.kind() != ErrorKind::BrokenPipe => Err(Error::Unavailable(format!("standard output: {e}"))),
        _ => Ok(()),
    }
}
