//! The only source of time. Everything else receives a `Clock`.
#![expect(clippy::disallowed_methods, reason = "this is the one place that may read the system clock")]

use crate::{Day, Stamp};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// Wall clock of the program; cheap to clone.
#[derive(Clone, Debug)]
pub struct Clock(Kind);

#[derive(Clone, Debug)]
enum Kind {
    System,
    /// Runs on from a given instant: the demo's clock.
    Running {
        from: i64,
        started: Instant,
    },
    /// Stands still until moved: tests.
    Fixed(Arc<AtomicI64>),
}

impl Clock {
    /// The machine's clock.
    pub fn system() -> Self {
        Self(Kind::System)
    }
    /// A clock that starts at `from` now and runs on (demo).
    pub fn running_from(from: Stamp) -> Self {
        Self(Kind::Running { from: from.ms(), started: Instant::now() })
    }
    /// A clock that stands at `at` until `advance` or `set` moves it (tests).
    pub fn fixed(at: Stamp) -> Self {
        Self(Kind::Fixed(Arc::new(AtomicI64::new(at.ms()))))
    }
    /// Now.
    pub fn now(&self) -> Stamp {
        Stamp::from_ms(match &self.0 {
            Kind::System => {
                i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO).as_millis())
                    .unwrap_or(i64::MAX)
            }
            Kind::Running { from, started } => {
                from + i64::try_from(started.elapsed().as_millis()).unwrap_or(i64::MAX / 2)
            }
            Kind::Fixed(at) => at.load(Ordering::SeqCst),
        })
    }
    /// Today's civil date in Asia/Shanghai.
    pub fn today(&self) -> Day {
        self.now().day_cn()
    }
    /// Moves a fixed clock by `ms`; no effect on the others.
    pub fn advance(&self, ms: i64) {
        if let Kind::Fixed(at) = &self.0 {
            at.fetch_add(ms, Ordering::SeqCst);
        }
    }
    /// Sets a fixed clock; no effect on the others.
    pub fn set(&self, to: Stamp) {
        if let Kind::Fixed(at) = &self.0 {
            at.store(to.ms(), Ordering::SeqCst);
        }
    }
}
