//! Everything that the program says to its log while the tests of this binary run.

use std::io::Write;
use std::sync::{LazyLock, Mutex};

static WRITTEN: Mutex<Vec<u8>> = Mutex::new(vec![]);

struct Sink;
impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        WRITTEN.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Everything but the libraries' own tracing below "debug".
static STARTED: LazyLock<()> = LazyLock::new(|| {
    let log = tracing_subscriber::fmt().with_max_level(tracing::Level::DEBUG).with_ansi(false).with_writer(|| Sink);
    tracing::subscriber::set_global_default(log.finish()).unwrap();
});

/// Begins to keep the log; nothing before is kept.
pub(crate) fn listen() {
    LazyLock::force(&STARTED);
    tracing::error!("the log is kept from here on");
}

/// What was written since.
pub(crate) fn written() -> String {
    String::from_utf8_lossy(&WRITTEN.lock().unwrap()).into_owned()
}
