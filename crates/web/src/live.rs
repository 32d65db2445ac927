//! Live updates: one poll of the outbox every 250 ms feeds all SSE clients of this process.

use crate::counts::Counts;
use crate::page::Page;
use crate::route::{Access, Routes};
use crate::session::Auth;
use crate::store;
use axum::extract::Query;
use axum::response::sse::{Event, KeepAlive, Sse};
use std::collections::{HashMap, HashSet};
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::broadcast::{self, error::RecvError};
use zw_access::{Actor, App};
use zw_core::tree::DivisionKind;
use zw_core::{AccountId, DivisionId, Error};
use zw_db::Tx;

/// A note that a topic changed in a county.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// Topic.
    pub topic: String,
    /// County, 0 when the topic has none.
    pub county: DivisionId,
}

/// Where the streams are.
pub(crate) const PATH: &str = "/live";
/// Topic of the note that a session ended. It is for the streams themselves and never told to a reader.
const ENDED: &str = "session";
/// The notes of ended sessions are told apart by this many shares of the accounts: one row of the outbox each, and only the
/// streams of a share look after themselves when one of it ends.
const SHARES: u128 = 64;

/// Tells the open streams of an account, or of a wall screen under its own id, that sessions of it ended with this act: they
/// look at once and do not wait for the next check.
pub fn ended(tx: &mut Tx, account: AccountId) {
    tx.live(ENDED, Some(share(account)));
}

/// The share of an account, in the place of the county and below zero, where no county is.
fn share(account: AccountId) -> DivisionId {
    DivisionId(-1 - i64::try_from(account.0.as_u128() % SHARES).unwrap_or_default())
}

/// Streams of one session at once: a few tabs.
const STREAMS: usize = 4;
/// So often an open stream looks whether its session, or the wall screen's token, still lives: for those that run out, and
/// those that a password given again replaced, whose browser goes on with another.
const CHECK: Duration = Duration::from_secs(15);

/// The hub, shared through `App::ext`.
pub struct LiveHub {
    notes: broadcast::Sender<Note>,
    open: Counts<Vec<u8>>,
    check: Duration,
}

impl Default for LiveHub {
    fn default() -> Self {
        Self::checking(CHECK)
    }
}

impl LiveHub {
    /// A hub whose streams look after their session in another rhythm than the usual one.
    pub fn checking(check: Duration) -> Self {
        Self { notes: broadcast::channel(1024).0, open: Counts::default(), check }
    }
    /// Tells all listeners. No listener is no error.
    pub fn tell(&self, note: Note) {
        let _ = self.notes.send(note);
    }
    /// Listens.
    pub fn subscribe(&self) -> broadcast::Receiver<Note> {
        self.notes.subscribe()
    }
    /// Polls the outbox for ever; the binary spawns it once.
    pub async fn run(self: Arc<Self>, app: Arc<App>) {
        let mut known: HashMap<(String, i64), i64> = HashMap::new();
        let mut first = true;
        loop {
            if let Ok(mut c) = app.db.read().await
                && let Ok(rows) = store::outbox(&mut c).await
            {
                for (topic, county, seq) in rows {
                    let old = known.insert((topic.clone(), county.0), seq);
                    if !first && old != Some(seq) {
                        self.tell(Note { topic, county });
                    }
                }
                first = false;
            }
            tokio::time::sleep(Duration::from_millis(250)).await;
        }
    }
}

#[derive(serde::Deserialize)]
struct Topics {
    #[serde(default)]
    topics: String,
}

pub(crate) fn routes() -> Routes {
    Routes::new().screen(PATH, Access::SignedIn, sse)
}

/// The counties an actor's grants of today lie in. Operators hold none, and learn of no county.
fn counties(app: &App, actor: &Actor) -> HashSet<DivisionId> {
    let today = app.clock.now().day_cn();
    let tree = app.tree();
    let view = tree.as_of(today);
    let mut all = HashSet::new();
    for g in actor.grants.iter().filter(|g| g.active_on(today)) {
        all.extend(g.county);
        let Some(area) = g.area.and_then(|a| view.get(a)) else { continue };
        match area.kind {
            DivisionKind::Township | DivisionKind::Village => all.extend(view.county_of(area.id)),
            _ => all.extend(view.counties_under(area.id)),
        }
    }
    all
}

/// What an open stream wakes up for.
enum Woke {
    Note(Note),
    Missed,
    Look,
}

/// Sends only the topic's name: what changed is fetched by the page itself, within its own permit. That something
/// changed in a county is told to those whose grants lie there, and for as long as their session lives.
async fn sse(
    page: Page,
    Query(q): Query<Topics>,
) -> crate::PageResult<Sse<impl futures_util::Stream<Item = Result<Event, Infallible>>>> {
    let app = page.ctx.app.clone();
    let (hub, auth) = (app.ext::<LiveHub>()?, app.ext::<Auth>()?);
    let session = page.ctx.session_hash.clone().ok_or(Error::Unauthenticated)?;
    let own = page.ctx.actor.account().map(share);
    let retry_after_s = i64::try_from(CHECK.as_secs()).unwrap_or_default();
    let counted = hub.open.enter(session.clone(), STREAMS).ok_or(Error::TooMany { retry_after_s })?;
    let mut notes = hub.subscribe();
    let mut near = counties(&app, &page.ctx.actor);
    let topics: Vec<String> = q.topics.split(',').map(str::to_owned).collect();
    let stream = async_stream::stream! {
        let _counted = counted;
        let mut check = tokio::time::interval_at(tokio::time::Instant::now() + hub.check, hub.check);
        yield Ok(Event::default().event("hello").data("1"));
        loop {
            let woke = tokio::select! {
                note = notes.recv() => match note {
                    Ok(n) if n.topic == ENDED && Some(n.county) != own => continue,
                    Ok(n) if n.topic == ENDED => Woke::Look,
                    Ok(n) => Woke::Note(n),
                    // What was missed may have been the end of this session.
                    Err(RecvError::Lagged(_)) => Woke::Missed,
                    Err(RecvError::Closed) => break,
                },
                _ = check.tick() => Woke::Look,
            };
            match woke {
                Woke::Note(n) => {
                    if topics.contains(&n.topic) && (n.county.0 == 0 || near.contains(&n.county)) {
                        yield Ok(Event::default().event("change").data(n.topic));
                    }
                    continue;
                }
                Woke::Missed => yield Ok(Event::default().event("change").data("lagged")),
                Woke::Look => {}
            }
            // A database that does not answer ends the stream too; the page asks again by itself.
            match auth.0.still(&app, &session).await {
                Ok(Some(info)) => near = counties(&app, &info.actor),
                Ok(None) => {
                    yield Ok(Event::default().event("ended").data("1"));
                    break;
                }
                Err(_) => break,
            }
        }
    };
    Ok(Sse::new(stream).keep_alive(KeepAlive::new().interval(CHECK)))
}
