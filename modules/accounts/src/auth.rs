//! From a session token to an actor: one statement on every request, nothing cached (SESS-3).

use crate::model::{Duty, SEEN_EVERY_MINUTES, SessionLimits, stands_on_post};
use crate::policy;
use crate::store::{self, Seen};
use std::collections::{HashMap, HashSet};
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use zw_access::{Actor, ActorKind, App, Ctx, Grant, Role};
use zw_core::code::Code as _;
use zw_core::{AccountId, Day, Error, Result, SessionId, Stamp, Uuid};
use zw_web::{Authenticator, Confirmed, SessionInfo};

/// Longest that a request waits for its session to be written down as seen.
const TOUCH_MS: u64 = 300;
/// Entries of the notes below before old ones are dropped.
const NOTES: usize = 20_000;

/// Reads sessions and wall-screen tokens. Keeps nothing but when it last wrote (sessions seen, alarms given).
#[derive(Default)]
pub struct Sessions {
    seen: Mutex<HashMap<SessionId, Stamp>>,
    alarms: Mutex<HashMap<Uuid, Stamp>>,
}

impl Authenticator for Sessions {
    fn session<'a>(
        &'a self,
        app: &'a Arc<App>,
        token_hash: &'a [u8],
    ) -> Pin<Box<dyn Future<Output = Result<Option<SessionInfo>>> + Send + 'a>> {
        Box::pin(self.find(app, token_hash, true))
    }

    fn still<'a>(
        &'a self,
        app: &'a Arc<App>,
        token_hash: &'a [u8],
    ) -> Pin<Box<dyn Future<Output = Result<Option<SessionInfo>>> + Send + 'a>> {
        Box::pin(self.find(app, token_hash, false))
    }

    fn replaced<'a>(
        &'a self,
        app: &'a Arc<App>,
        token_hash: &'a [u8],
    ) -> Pin<Box<dyn Future<Output = Result<Option<SessionInfo>>> + Send + 'a>> {
        Box::pin(async move {
            let mut c = app.db.look().await?;
            let by = store::replacement(&mut c, token_hash).await?;
            drop(c);
            let Some(by) = by else { return Ok(None) };
            let now = app.clock.now();
            let info = self.find(app, &by, false).await?;
            Ok(info.filter(|i| i.fresh_until.is_some_and(|until| now.ms() < until.ms())))
        })
    }

    fn actor<'a>(
        &'a self,
        app: &'a Arc<App>,
        account: AccountId,
    ) -> Pin<Box<dyn Future<Output = Result<Option<Actor>>> + Send + 'a>> {
        Box::pin(async move {
            let mut c = app.db.look().await?;
            let rows = store::standing(&mut c, account, app.clock.now().day_cn()).await?;
            drop(c);
            let Some(first) = rows.first() else { return Ok(None) };
            let actor = self.genuine_info(app, first, &rows, app.clock.now()).await.actor;
            Ok(Some(actor))
        })
    }

    fn confirm<'a>(
        &'a self,
        ctx: &'a Ctx,
        password: &'a str,
        agent: &'a str,
    ) -> Pin<Box<dyn Future<Output = Result<Confirmed>> + Send + 'a>> {
        Box::pin(async move {
            let token = crate::service::signin::confirm(ctx, password, agent).await?;
            let hash = ctx.app.vault.token_hash(&token);
            let info = self.find(&ctx.app, &hash, false).await?.ok_or(Error::Unauthenticated)?;
            Ok(Confirmed { token, info, cookie_s: crate::pages::COOKIE_S })
        })
    }
}

/// Whether `key` was noted less than `minutes` ago; notes it if not.
fn noted<K: std::hash::Hash + Eq + Copy>(map: &Mutex<HashMap<K, Stamp>>, key: K, now: Stamp, minutes: i64) -> bool {
    let mut m = map.lock().unwrap_or_else(PoisonError::into_inner);
    let fresh = |at: &Stamp| now.ms() < at.plus_minutes(minutes).ms();
    if m.get(&key).is_some_and(fresh) {
        return true;
    }
    if m.len() >= NOTES {
        m.retain(|_, at| fresh(at));
    }
    m.insert(key, now);
    false
}

impl Sessions {
    /// `seen`: its person acts now, and the idle clock moves.
    async fn find(&self, app: &Arc<App>, hash: &[u8], seen: bool) -> Result<Option<SessionInfo>> {
        let now = app.clock.now();
        let mut c = app.db.look().await?;
        let rows = store::seen(&mut c, hash, now.day_cn()).await?;
        let Some(first) = rows.first() else {
            let kiosk = store::kiosk_of(&mut c, hash).await?;
            drop(c);
            return match kiosk {
                Some(k) => self.kiosk(app, &k, now).await,
                None => Ok(None),
            };
        };
        drop(c);
        let limits: SessionLimits = app.settings().get();
        if !limits.alive(first.duty, first.created_at, first.last_seen_at, now) {
            return Ok(None);
        }
        let fresh_until = Some(limits.fresh_until(first.created_at));
        let info = SessionInfo { fresh_until, ..self.genuine_info(app, first, &rows, now).await };
        let stale = now.ms() >= first.last_seen_at.plus_minutes(SEEN_EVERY_MINUTES).ms();
        if seen && stale && !noted(&self.seen, first.id, now, SEEN_EVERY_MINUTES) {
            let work = touch(app, &info.actor, first.id, hash);
            // A busy or full database must not stop people from reading: the session only ends earlier.
            match tokio::time::timeout(Duration::from_millis(TOUCH_MS), work).await {
                Ok(Ok(())) => {}
                Ok(Err(e)) => tracing::warn!("session not written down as seen: {e}"),
                Err(_) => tracing::warn!("session not written down as seen: the database is busy"),
            }
        }
        Ok(Some(info))
    }

    /// The account with the grants whose MAC fits; of each other one an alarm is given.
    async fn genuine_info(&self, app: &Arc<App>, first: &Seen, rows: &[Seen], now: Stamp) -> SessionInfo {
        let (grants, forged) = genuine(app, rows, now.day_cn());
        let info = info(app, first, grants, rows, now.day_cn());
        for id in forged {
            self.alarm(app, &info.actor, id, now).await;
        }
        info
    }

    async fn kiosk(&self, app: &Arc<App>, k: &crate::model::KioskToken, now: Stamp) -> Result<Option<SessionInfo>> {
        let actor = Actor {
            kind: ActorKind::Account(AccountId(k.id)),
            name: "kiosk".into(),
            display: k.name.clone(),
            worker: None,
            grants: vec![k.grant()],
        };
        if k.mac != k.seal(&app.vault) {
            self.alarm(app, &Actor { grants: vec![], ..actor }, k.id, now).await;
            return Ok(None);
        }
        if now.ms() >= k.expires_at.ms() {
            return Ok(None);
        }
        let unit_words = area_name(app, k.area_id, now.day_cn());
        Ok(Some(SessionInfo { actor, role_words: Role::Kiosk.code().into(), unit_words, fresh_until: None }))
    }

    /// A row that was changed behind the program's back: refused, logged, audited (AC-11), at most once an hour.
    async fn alarm(&self, app: &Arc<App>, actor: &Actor, id: Uuid, now: Stamp) {
        if noted(&self.alarms, id, now, 60) {
            return;
        }
        tracing::error!(row = %id, "a grant does not carry its MAC: somebody wrote to the database; it is ignored");
        let ctx = Ctx::new(app.clone(), actor.clone(), app.rng.uuid(now).to_string());
        let done = async {
            let tx = ctx.write().await?;
            tx.commit(ctx.event(policy::TAMPERED).denied().record(None, id)).await
        };
        if let Err(e) = done.await {
            tracing::error!("the alarm was not written to the audit log: {e}");
        }
    }
}

/// Grants whose MAC fits, and the ids of the others.
fn genuine(app: &App, rows: &[Seen], today: Day) -> (Vec<Grant>, Vec<Uuid>) {
    let (mut good, mut forged) = (vec![], vec![]);
    for (seen, row) in rows.iter().filter_map(|s| Some((s, s.grant_row()?))) {
        let off_post = !stands_on_post(seen.posted_until, today);
        if row.is_genuine(&app.vault) {
            good.extend(row.grant().map(|g| Grant { off_post, ..g }));
        } else {
            forged.push(row.id.0);
        }
    }
    (good, forged)
}

fn info(app: &App, s: &Seen, grants: Vec<Grant>, rows: &[Seen], today: Day) -> SessionInfo {
    // Whoever must set a new password holds nothing until it is done, nor does whoever waits for the security administrator;
    // the own account's pages need no grant.
    let grants = if s.must_change || s.held_at.is_some() { vec![] } else { grants };
    let active: Vec<&Grant> = grants.iter().filter(|g| g.active_on(today)).collect();
    let mut names = vec![];
    for g in &active {
        let unit = g.unit.and_then(|u| rows.iter().find(|r| r.unit_id == Some(u)).and_then(|r| r.unit_name.clone()));
        names.extend(unit.or_else(|| g.area.map(|a| area_name(app, a, today))));
    }
    let mut known = HashSet::new();
    names.retain(|n: &String| !n.is_empty() && known.insert(n.clone()));
    let mut roles: Vec<&str> = active.iter().map(|g| g.role.code()).collect();
    roles.dedup();
    let role_words = if roles.is_empty() { "none".into() } else { roles.join(",") };
    let actor = Actor {
        kind: ActorKind::Account(s.account_id),
        name: s.login.clone(),
        display: s.display.clone(),
        worker: s.worker_id.filter(|_| s.duty == Duty::Business),
        grants,
    };
    SessionInfo { actor, role_words, unit_words: names.join(" · "), fresh_until: None }
}

/// Name of an area with its parents.
fn area_name(app: &App, area: zw_core::DivisionId, day: Day) -> String {
    app.tree().as_of(day).path_name(area)
}

async fn touch(app: &Arc<App>, actor: &Actor, id: SessionId, hash: &[u8]) -> Result<()> {
    let mut ctx = Ctx::new(app.clone(), actor.clone(), app.rng.uuid(app.clock.now()).to_string());
    ctx.session_hash = Some(hash.to_vec());
    let mut tx = ctx.write().await?;
    let n = store::touch(&mut tx, id, ctx.now(), ctx.now().plus_minutes(-SEEN_EVERY_MINUTES)).await?;
    if n == 0 {
        return Ok(());
    }
    tx.commit(ctx.event(policy::SEEN).record(None, id)).await
}
