//! Refusals of a file: recording, listing, ending. Nobody is named in them, so whoever has the register's figures may see them.

use super::{show, station};
use crate::model::{EndInput, Refusal, RefusalFacts, RefusalInput};
use crate::out::RefusalOut;
use crate::policy;
use crate::store;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use zw_access::Ctx;
use zw_core::{DivisionId, Error, Key, PageReq, Paged, RefusalId, Result};
use zw_db::Conn;
use zw_web::Idem;

/// What the list is filtered by.
#[derive(Clone, Default, Deserialize, Serialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct FindRefusals {
    /// `1`: also those that stand no more.
    pub ended: String,
    /// Page, from 1.
    pub page: Option<i64>,
    /// Rows a page, at most 200.
    pub size: Option<i64>,
}

/// Refusals within the reader's scope, the newest first.
pub async fn find(ctx: &Ctx, ask: &FindRefusals) -> Result<Paged<RefusalOut>> {
    let permit = ctx.permit::<Refusal>(policy::REFUSALS)?;
    let page = PageReq::new(ask.page, ask.size.or(Some(20)));
    let mut c = ctx.read().await?;
    let (rows, total) = store::refusal::find(&mut c, &permit, ask.ended == "1", page).await?;
    let items = shown(ctx, &mut c, &rows).await?;
    Ok(Paged::of(page, items, total))
}

async fn shown(ctx: &Ctx, c: &mut Conn, rows: &[Refusal]) -> Result<Vec<RefusalOut>> {
    let categories = store::refusal::categories(c, rows).await?;
    let mut units: Vec<_> = rows.iter().map(|r| r.unit_id).collect();
    units.sort_unstable();
    units.dedup();
    let names: HashMap<_, _> = store::neighbour::unit_names(c, &units).await?.into_iter().collect();
    let mut workers: Vec<_> = rows.iter().map(|r| r.worker_id).collect();
    workers.sort_unstable();
    workers.dedup();
    let workers: HashMap<_, _> = store::neighbour::worker_names(c, &workers).await?.into_iter().collect();
    let end = super::sight::permit_of::<Refusal>(ctx, policy::REFUSAL_END)?;
    let out = rows.iter().map(|r| RefusalOut {
        county: r.county_id,
        id: r.id,
        unit_name: names.get(&r.unit_id).cloned().unwrap_or_default(),
        village_name: show::village(ctx, r.village_id),
        categories: categories.iter().filter(|c| c.0 == r.id).map(|c| c.1.clone()).collect(),
        what: r.what,
        refused_on: r.refused_on,
        worker_name: workers.get(&r.worker_id).cloned(),
        ended_on: r.ended_on,
        end_reason: r.end_reason,
        may_end: r.ended_on.is_none() && end.as_ref().is_some_and(|p| p.covers(&r.spot())),
        version: r.version,
    });
    Ok(out.collect())
}

/// Records that somebody was asked for a file and refused.
pub async fn record(ctx: &Ctx, input: RefusalInput, idem: &Idem) -> Result<Key<RefusalId>> {
    let permit = ctx.permit::<Refusal>(policy::REFUSE)?;
    let (county, unit) = station(&permit, &input.unit)?;
    let mut tx = ctx.write().await?;
    if let Some(done) = idem.seen(ctx, &mut tx).await? {
        return serde_json::from_str(&done).map_err(Error::internal);
    }
    super::register::station_of(&mut tx, county, unit).await?;
    let l = super::register::lists(ctx, &mut tx, unit).await?;
    let facts = RefusalFacts {
        today: ctx.today(),
        villages: &l.villages,
        since: l.since,
        posted: &l.posted,
        me: ctx.actor.worker,
    };
    let draft = input.check(&facts).map_err(Error::Invalid)?;
    let key = Key { county, id: RefusalId(ctx.uuid()) };
    let new = store::refusal::New {
        county,
        id: key.id,
        unit,
        township: store::neighbour::township_of(&ctx.tree().as_of(draft.on), draft.village),
        rows: draft.categories.iter().map(|_| ctx.uuid()).collect(),
        draft,
        ended: None,
        at: tx.at(),
        by: ctx.actor.name.clone(),
    };
    store::refusal::add(&mut tx, [new]).await?;
    idem.save(ctx, &mut tx, &serde_json::to_string(&key).map_err(Error::internal)?).await?;
    tx.commit(permit.change(Some(county), key.id).fields(&["refusal"]).digest_of(&input)).await?;
    Ok(key)
}

/// Ends a refusal: the person agreed later, is gone, or it was recorded twice or by mistake.
pub async fn end(ctx: &Ctx, county: DivisionId, id: RefusalId, input: EndInput, idem: &Idem) -> Result<()> {
    let permit = ctx.permit::<Refusal>(policy::REFUSAL_END)?;
    let mut tx = ctx.write().await?;
    if idem.seen(ctx, &mut tx).await?.is_some() {
        return Ok(());
    }
    let was = store::refusal::get(&mut tx, &permit, county, id).await?.ok_or(Error::NotFound)?;
    if !ctx.permit::<Refusal>(policy::REFUSALS)?.covers_unit(was.county_id, was.unit_id) {
        return Err(Error::NotFound);
    }
    if input.version != was.version {
        return Err(conflict(&mut tx, county, id).await?);
    }
    if was.ended_on.is_some() {
        return Err(Error::rule("refusal-ended"));
    }
    let end = input.check(&was, ctx.today()).map_err(Error::Invalid)?;
    if store::refusal::end(&mut tx, &permit, &was, end, &ctx.actor.name).await? == 0 {
        return Err(conflict(&mut tx, county, id).await?);
    }
    idem.save(ctx, &mut tx, "done").await?;
    let change = permit.change(Some(county), id).fields(&["ended_on", "end_reason"]);
    tx.commit(change.purpose(format!("refusal-{}", end.1)).digest_of(&input)).await
}

async fn conflict(c: &mut Conn, county: DivisionId, id: RefusalId) -> Result<Error> {
    Ok(super::overtaken(store::refusal::changed(c, county, id).await?))
}
