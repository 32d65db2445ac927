//! The day of a station: who is due, what was begun and not sent, what was recorded last. Bounded queries, and
//! an event when children are among those shown.

use super::show::{self, Texts};
use super::sight::{self, Sight};
use crate::model::{Encounter, Resident};
use crate::out::{EncounterOut, PersonCard};
use crate::policy;
use crate::store;
use crate::store::resident::Find;
use zw_access::{Ctx, Role};
use zw_core::{PageReq, ResidentId, Result, Stamp};
use zw_web::Page;

/// A form begun and not sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DraftOut {
    /// Person it is about, if it is a visit.
    pub person: Option<PersonCard>,
    /// Key of the draft.
    pub key: String,
    /// When it was saved.
    pub saved_at: Stamp,
}

/// The day.
#[derive(Clone, Debug, Default)]
pub struct Today {
    /// Those due today or before, the longest waiting first: own ones for a worker, the station's for its head.
    pub due: Vec<PersonCard>,
    /// How many are due.
    pub due_total: i64,
    /// Whether the list is the worker's own.
    pub own: bool,
    /// Begun and not sent.
    pub drafts: Vec<DraftOut>,
    /// Recorded last.
    pub recent: Vec<EncounterOut>,
}

/// The day of whoever records visits; `None` for everybody else.
pub async fn today(ctx: &Ctx) -> Result<Option<Today>> {
    if !ctx.can(policy::RECORD) {
        return Ok(None);
    }
    let see = ctx.permit::<Resident>(policy::READ)?;
    let encounters = ctx.permit::<Encounter>(policy::ENCOUNTERS)?;
    let mut c = ctx.read().await?;
    let own = ctx.actor.worker.filter(|_| !ctx.actor.has_role(Role::StationHead, ctx.today()));
    let f = Find { due: Some(ctx.today()), worker: own, ..Find::on(ctx.today()) };
    let (rows, due_total) = store::resident::find(&mut c, &see, &f, PageReq::new(None, Some(12))).await?;
    let keys = Page::drafts(ctx, &mut c).await?;
    let visits: Vec<ResidentId> =
        keys.iter().filter_map(|(k, _)| k.strip_prefix("visit-").and_then(|id| id.parse().ok())).collect();
    let residents = store::resident::by_ids(&mut c, &see, ctx.today(), &visits).await?;
    let sight = Sight::of(ctx, &mut c, &see, &[]).await?;
    let (due, mut children) = show::cards(ctx, &sight, &rows);
    let (persons, others) = show::cards(ctx, &sight, &residents);
    children.extend(others);
    let drafts = keys
        .into_iter()
        .filter_map(|(key, saved_at)| {
            let person =
                key.strip_prefix("visit-").and_then(|id| persons.iter().find(|p| p.id.to_string() == id)).cloned();
            let known = person.is_some() || matches!(key.as_str(), "resident-new" | "consult-new");
            known.then_some(DraftOut { person, key, saved_at })
        })
        .take(5)
        .collect();
    let f = store::encounter::Find { worker: own, ..store::encounter::Find::default() };
    let rows = store::encounter::newest(&mut c, &encounters, &f, 5).await?;
    let recent = show::encounters(ctx, &mut c, &encounters, &rows, Texts::None).await?;
    drop(c);
    children.extend(recent.children);
    children.sort_unstable();
    children.dedup();
    let county = see.units().first().map(|u| u.0);
    sight::written(ctx, &see, county, &children).await?;
    Ok(Some(Today { due, due_total, own: own.is_some(), drafts, recent: recent.items }))
}
