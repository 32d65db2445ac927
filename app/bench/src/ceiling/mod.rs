//! Ceilings: what this machine can do with the same framework and the same rows when nothing of ours is in between.
//! `GET /text` is a bare text endpoint. The others look the session up and read or write the rows of one scene by raw
//! SQL, and answer them as plain text: no permit, no masking, no page, no audit hashes, no measures.
//!
//! It runs as a process of its own, like the program under test, so that both have the same machine.

mod store;

use crate::place::Place;
use axum::Router;
use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::{get, post};
use std::net::SocketAddr;
use std::sync::Arc;
use store::Raw;
use zw_access::Vault;
use zw_core::{Error, Result};

struct Ceiling {
    raw: Raw,
    vault: Vault,
}

type Answer = std::result::Result<String, (StatusCode, String)>;

fn fail(e: impl std::fmt::Display) -> (StatusCode, String) {
    (StatusCode::INTERNAL_SERVER_ERROR, e.to_string())
}

/// Serves until it is killed.
pub async fn serve(place: &Place, listen: SocketAddr) -> Result<()> {
    let state = Arc::new(Ceiling { raw: Raw::open(place).await.map_err(Error::internal)?, vault: place.vault()? });
    let router = Router::new()
        .route("/text", get(text).post(echo))
        .route("/submit", post(submit))
        .route("/list", get(list))
        .route("/board", get(board))
        .route("/coverage", get(coverage))
        .route("/wall", get(wall))
        .route("/circular", get(circular))
        .with_state(state);
    let listener = tokio::net::TcpListener::bind(listen).await.map_err(Error::internal)?;
    axum::serve(listener, router).await.map_err(Error::internal)
}

/// Inserts the divisions of an import file into a migrated, empty place, and does nothing else; the rows.
pub async fn import(place: &Place, file: &std::path::Path) -> Result<usize> {
    let text = std::fs::read_to_string(file).map_err(Error::internal)?;
    Raw::open(place).await.map_err(Error::internal)?.import(&text).await.map_err(Error::internal)
}

async fn text() -> impl IntoResponse {
    "站网"
}

async fn echo(body: Bytes) -> impl IntoResponse {
    format!("{} bytes", body.len())
}

impl Ceiling {
    /// The session of a request, by one statement, as the program does on every request. Its account.
    async fn session(&self, headers: &HeaderMap) -> std::result::Result<uuid::Uuid, (StatusCode, String)> {
        let cookie = headers.get(header::COOKIE).and_then(|v| v.to_str().ok()).unwrap_or_default();
        let token = cookie.split_once('=').map_or("", |(_, t)| t);
        let hash = self.vault.token_hash(token);
        let account = self.raw.session(&hash).await.map_err(fail)?;
        account.ok_or((StatusCode::UNAUTHORIZED, "no session".into()))
    }
}

/// Parameters of the reading scenes.
#[derive(serde::Deserialize)]
struct Ask {
    #[serde(default)]
    county: i64,
    #[serde(default)]
    period: String,
    #[serde(default)]
    day: i64,
}

async fn submit(State(c): State<Arc<Ceiling>>, headers: HeaderMap, body: Bytes) -> Answer {
    let account = c.session(&headers).await?;
    let j: serde_json::Value = serde_json::from_slice(&body).map_err(fail)?;
    let text = |k: &str| j.get(k).and_then(|v| v.as_str()).unwrap_or_default();
    let key = headers.get("idempotency-key").and_then(|v| v.to_str().ok()).unwrap_or_default();
    let county = text("county").parse::<i64>().map_err(fail)?;
    let unit = uuid::Uuid::parse_str(text("unit")).ok();
    let new = store::New { account, key, county, unit, period: text("period"), problems: text("problems") };
    c.raw.submit(&new).await.map_err(fail)
}

async fn list(State(c): State<Arc<Ceiling>>, headers: HeaderMap, Query(q): Query<Ask>) -> Answer {
    c.session(&headers).await?;
    c.raw.list(q.county).await.map_err(fail)
}

async fn board(State(c): State<Arc<Ceiling>>, headers: HeaderMap, Query(q): Query<Ask>) -> Answer {
    c.session(&headers).await?;
    c.raw.board(&q.period).await.map_err(fail)
}

async fn coverage(State(c): State<Arc<Ceiling>>, headers: HeaderMap) -> Answer {
    c.session(&headers).await?;
    c.raw.coverage().await.map_err(fail)
}

async fn wall(State(c): State<Arc<Ceiling>>, headers: HeaderMap, Query(q): Query<Ask>) -> Answer {
    c.session(&headers).await?;
    c.raw.wall(q.day).await.map_err(fail)
}

async fn circular(State(c): State<Arc<Ceiling>>, headers: HeaderMap, Query(q): Query<Ask>) -> Answer {
    c.session(&headers).await?;
    c.raw.circular(&q.period, q.day).await.map_err(fail)
}
