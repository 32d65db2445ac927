//! Refusals in the audit log (AUD-1). A refusal costs whoever causes it nothing and us a row, so one source leaves at
//! most [`MOST`] of them a minute; the last one says that more followed.

use crate::site::Site;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use zw_access::{Action, Ctx};
use zw_core::{Result, Stamp};

/// Rows of one source a minute.
const MOST: u32 = 60;
/// Sources before old ones are dropped.
const SOURCES: usize = 20_000;

/// What was written lately, by source.
#[derive(Default)]
pub(crate) struct Denials(Mutex<HashMap<String, (Stamp, u32)>>);

impl Denials {
    /// The number of this refusal within its minute, from 1.
    fn count(&self, source: String, now: Stamp) -> u32 {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let fresh = |since: Stamp| now.ms() < since.plus_minutes(1).ms();
        if all.len() >= SOURCES {
            all.retain(|_, (since, _)| fresh(*since));
        }
        let entry = all.entry(source).or_insert((now, 0));
        if !fresh(entry.0) {
            *entry = (now, 0);
        }
        entry.1 = entry.1.saturating_add(1);
        entry.1
    }
}

/// Writes down that an act was refused: `record` says what it was aimed at, `why` in one word what was wrong.
pub async fn denied(ctx: &Ctx, action: Action, record: &str, why: &str) -> Result<()> {
    note(ctx, action, record, Some(why)).await
}

/// The same where the act says it all.
pub(crate) async fn note(ctx: &Ctx, action: Action, record: &str, why: Option<&str>) -> Result<()> {
    let account = ctx.actor.account().map(|a| a.to_string());
    let source = account.unwrap_or_else(|| ctx.ip.clone().unwrap_or_default());
    let n = ctx.app.ext::<Site>()?.denials.count(source, ctx.now());
    if n > MOST {
        return Ok(());
    }
    let event = ctx.event(action).denied().record(None, record);
    let event = match (why, n == MOST) {
        (Some(why), false) => event.purpose(why),
        (Some(why), true) => event.purpose(format!("{why}, and more")),
        (None, false) => event,
        (None, true) => event.purpose("and more"),
    };
    ctx.write().await?.commit(event).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_is_counted_by_the_minute() {
        let d = Denials::default();
        let at = |s: i64| Stamp::from_ms(1_600_000_000_000 + s * 1000);
        assert_eq!([0, 1, 59].map(|s| d.count("a".into(), at(s))), [1, 2, 3]);
        assert_eq!(d.count("b".into(), at(59)), 1, "another source");
        assert_eq!(d.count("a".into(), at(60)), 1, "the next minute");
    }
}
