//! The day of a station: who is due, what was begun and not sent, what was recorded last. Four bounded queries.

use super::show;
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
    let f = Find { due: Some(ctx.today()), worker: own, ..Find::default() };
    let (rows, due_total) = store::resident::find(&mut c, &see, &f, PageReq::new(None, Some(12))).await?;
    // No categories here: the list is read many times a day and needs none.
    let due = cards_without_categories(ctx, &mut c, &see, &rows).await?;
    let keys = Page::drafts(ctx, &mut c).await?;
    let visits: Vec<ResidentId> =
        keys.iter().filter_map(|(k, _)| k.strip_prefix("visit-").and_then(|id| id.parse().ok())).collect();
    let residents = store::resident::by_ids(&mut c, &see, &visits).await?;
    let persons = cards_without_categories(ctx, &mut c, &see, &residents).await?;
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
    let recent = show::encounters(ctx, &mut c, encounters.mask(), &rows, false).await?;
    Ok(Some(Today { due, due_total, own: own.is_some(), drafts, recent }))
}

async fn cards_without_categories(
    ctx: &Ctx,
    c: &mut zw_db::Conn,
    see: &zw_access::Permit<Resident>,
    rows: &[Resident],
) -> Result<Vec<PersonCard>> {
    let mut cards = show::cards(ctx, c, zw_access::MaskPlan::MASKED, rows).await?;
    for (card, row) in cards.iter_mut().zip(rows) {
        card.name = see.mask().name(&row.name);
    }
    Ok(cards)
}
