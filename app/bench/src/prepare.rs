//! Preparing data outside a running server: the database and keys of a place behind a context, as the seed functions
//! of the modules want it, and what only benchmarks need (accounts for every county, periods opened again).

use crate::place::Place;
use crate::store;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use zw_access::{Action, App, AppParts, Ctx, Policy, Role, Settings};
use zw_accounts::seed::{self, SeedAccount, SeedGrant};
use zw_core::calendar::WorkCalendar;
use zw_core::{AccountId, Clock, Day, DivisionId, Error, Result, Rng, Stamp, UnitId};

/// Seed of everything generated.
pub const SEED: u64 = 41_352;
/// Password of every account the benchmark makes. The data are made up and the server listens on this machine only.
pub const PASSWORD: &str = "bench-only-9-mountains-and-rivers";

/// The instant at which all generated data were "written", and the day the server believes it is: the demo's.
pub fn now() -> Stamp {
    Stamp::from_cn(today(), 9, 0)
}

/// The demo's day, 2021-07-08 (mission: the second dated point of the source).
pub fn today() -> Day {
    Day::from_stored(20210708)
}

static OPENED: AtomicU64 = AtomicU64::new(0);

/// Opens a place for preparing: nothing is synced to the disk, nobody else may use it.
pub async fn open(place: &Place) -> Result<Ctx> {
    let db = place.db(true).await?;
    let mut c = db.read().await?;
    let tree = zw_network::load_tree(&mut c).await?;
    let settings = Settings::load(&mut c).await?;
    drop(c);
    let calendar = WorkCalendar::parse(include_str!("../../../data/holidays-cn.csv"))
        .map_err(|e| Error::Internal(format!("calendar: {e:?}")))?;
    let parts = AppParts {
        db,
        clock: Clock::fixed(now()),
        // Another sequence at each opening, or ids would come twice; the same ones on every run.
        rng: Rng::seeded(SEED + OPENED.fetch_add(1, Ordering::Relaxed)),
        vault: Arc::new(place.vault()?),
        policy: Policy::join(&[]),
        calendar,
        demo: true,
    };
    let app = App::new(parts, tree, settings, vec![]);
    Ok(Ctx::system(app, "bench", &[]))
}

/// Closes what `open` opened, everything on disk.
pub async fn close(ctx: Ctx) {
    ctx.app.db.close().await;
}

/// The audit row under which prepared data are committed.
pub const GENERATE: Action = Action("bench.generate");

/// An account to be made, with [`PASSWORD`].
pub struct Seat {
    /// Login.
    pub login: String,
    /// Role.
    pub role: Role,
    /// Areas (county, city, provinces), or the unit with its county.
    pub areas: Vec<DivisionId>,
    /// Unit with its county.
    pub unit: Option<(DivisionId, UnitId)>,
}

/// Makes the accounts of seats; their ids in order.
pub async fn seats(ctx: &Ctx, list: &[Seat]) -> Result<Vec<AccountId>> {
    // One slow hash for all: the password is the same.
    let hash = seed::hash_now(&ctx.app.rng, PASSWORD)?;
    let from = Day::from_stored(20200101);
    let accounts: Vec<SeedAccount> = list
        .iter()
        .map(|s| {
            let grant = |area, unit: Option<(DivisionId, UnitId)>| SeedGrant {
                role: s.role,
                area,
                county: unit.map(|u| u.0),
                unit: unit.map(|u| u.1),
                from,
                to: None,
            };
            let grants = match s.unit {
                Some(u) => vec![grant(None, Some(u))],
                None => s.areas.iter().map(|a| grant(Some(*a), None)).collect(),
            };
            SeedAccount {
                id: AccountId(ctx.uuid()),
                login: s.login.clone(),
                display: format!("压测{}", s.login),
                password_hash: Some(hash.clone()),
                worker: None,
                must_change: false,
                grants,
            }
        })
        .collect();
    let mut tx = ctx.write().await?;
    seed::accounts(ctx, &mut tx, &accounts).await?;
    tx.commit(ctx.event(GENERATE).record(None, "seats")).await?;
    Ok(accounts.into_iter().map(|a| a.id).collect())
}

/// Makes the accounts of seats and a session for each, without hundreds of slow password checks; the cookies in order.
pub async fn seats_with_sessions(ctx: &Ctx, list: &[Seat]) -> Result<Vec<String>> {
    let ids = seats(ctx, list).await?;
    let mut tx = ctx.write().await?;
    let mut cookies = Vec::with_capacity(ids.len());
    for (n, id) in ids.into_iter().enumerate() {
        let token = format!("bench-{n}-{}", ctx.uuid());
        seed::session(ctx, &mut tx, id, &token).await?;
        cookies.push(format!("zw_session={token}"));
    }
    tx.commit(ctx.event(GENERATE).record(None, "sessions")).await?;
    Ok(cookies)
}

/// Takes reports of long past periods too, so that there are enough that are owed (setting `reporting.cycle`).
pub async fn accept_old_periods(ctx: &Ctx) -> Result<()> {
    let mut tx = ctx.write().await?;
    store::put_setting(&mut tx, "reporting.cycle", r#"{"accept_days":3650}"#).await?;
    tx.commit(ctx.event(GENERATE).record(None, "reporting.cycle")).await
}
