//! Live updates: one poll of the outbox every 250 ms feeds all SSE clients of this process.

use crate::page::Page;
use crate::route::{Access, Routes};
use crate::store;
use axum::extract::Query;
use axum::response::sse::{Event, KeepAlive, Sse};
use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::broadcast;
use zw_access::App;
use zw_core::DivisionId;

/// A note that a topic changed in a county.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// Topic.
    pub topic: String,
    /// County, 0 when the topic has none.
    pub county: DivisionId,
}

/// The hub, shared through `App::ext`.
pub struct LiveHub(broadcast::Sender<Note>);

impl Default for LiveHub {
    fn default() -> Self {
        Self(broadcast::channel(1024).0)
    }
}

impl LiveHub {
    /// Listens.
    pub fn subscribe(&self) -> broadcast::Receiver<Note> {
        self.0.subscribe()
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
                        // No listener is no error.
                        let _ = self.0.send(Note { topic, county });
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
    Routes::new().get("/live", Access::SignedIn, sse)
}

/// Sends only the topic's name: what changed is fetched by the page itself, within its own permit.
async fn sse(
    page: Page,
    Query(q): Query<Topics>,
) -> crate::PageResult<Sse<impl futures_util::Stream<Item = Result<Event, Infallible>>>> {
    let hub = page.ctx.app.ext::<LiveHub>()?;
    let mut rx = hub.subscribe();
    let topics: Vec<String> = q.topics.split(',').map(str::to_owned).collect();
    let stream = async_stream::stream! {
        yield Ok(Event::default().event("hello").data("1"));
        loop {
            match rx.recv().await {
                Ok(n) if topics.contains(&n.topic) => yield Ok(Event::default().event("change").data(n.topic)),
                Ok(_) => {}
                Err(broadcast::error::RecvError::Lagged(_)) => yield Ok(Event::default().event("change").data("lagged")),
                Err(broadcast::error::RecvError::Closed) => break,
            }
        }
    };
    Ok(Sse::new(stream).keep_alive(KeepAlive::new().interval(Duration::from_secs(15))))
}
