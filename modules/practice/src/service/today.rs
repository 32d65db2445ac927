//! The day of a station: who is due, what was recorded last. Bounded queries, and
//! an event when children are among those shown.

use super::own_persons;
use super::show::{self, Texts};
use super::sight::{self, Sight};
use crate::model::{Encounter, Resident};
use crate::out::{EncounterOut, PersonCard};
use crate::policy;
use crate::store;
use crate::store::resident::Find;
use zw_access::Ctx;
use zw_core::{PageReq, ResidentId, Result};

/// Whom a draft is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DraftPerson {
    /// Key of the draft.
    pub key: String,
    /// Name as the reader sees it.
    pub name: String,
    /// Where the form stands.
    pub href: String,
}

/// The persons of visits and corrections that were begun, as far as the reader sees them today.
pub async fn draft_persons(ctx: &Ctx, keys: &[&str]) -> Result<Vec<DraftPerson>> {
    let about: Vec<(&str, ResidentId, &str)> = keys
        .iter()
        .filter_map(|k| {
            let (id, form) = match k.strip_prefix("resident-edit-") {
                Some(id) => (id, "edit"),
                None => (k.strip_prefix("visit-")?, "visit"),
            };
            Some((*k, id.parse().ok()?, form))
        })
        .collect();
    let ids: Vec<ResidentId> = about.iter().map(|a| a.1).collect();
    let cards = super::pack::cards(ctx, &ids).await?;
    let of = |(key, id, form): (&str, ResidentId, &str)| {
        let card = cards.iter().find(|p| p.id == id)?;
        let href = format!("/people/{}/{}/{form}", card.county, card.id);
        Some(DraftPerson { key: key.to_owned(), name: card.name.clone(), href })
    };
    Ok(about.into_iter().filter_map(of).collect())
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
    /// Recorded last.
    pub recent: Vec<EncounterOut>,
    /// The head: how many nobody answers for.
    pub waiting: i64,
}

/// The day of whoever records visits; `None` for everybody else.
pub async fn today(ctx: &Ctx) -> Result<Option<Today>> {
    if !ctx.can(policy::RECORD) {
        return Ok(None);
    }
    let see = ctx.permit::<Resident>(policy::READ)?;
    let encounters = ctx.permit::<Encounter>(policy::ENCOUNTERS)?;
    let mut c = ctx.read().await?;
    let own = own_persons(ctx);
    let f = Find { due: Some(ctx.today()), worker: own, ..Find::on(ctx.today()) };
    let (rows, due_total) = store::resident::find(&mut c, &see, &f, PageReq::new(None, Some(12))).await?;
    let sight = Sight::of(ctx, &mut c, &see, &[]).await?;
    let (due, mut children) = show::cards(ctx, &sight, &rows);
    let waiting = super::assign::count(ctx, &mut c).await?;
    let f = store::encounter::Find { worker: own, ..store::encounter::Find::default() };
    let rows = store::encounter::newest(&mut c, &encounters, &f, 5).await?;
    let recent = show::encounters(ctx, &mut c, &encounters, &rows, Texts::None).await?;
    drop(c);
    children.extend(recent.children);
    children.sort_unstable();
    children.dedup();
    let county = see.units().first().map(|u| u.0);
    sight::written(ctx, &see, county, &children).await?;
    Ok(Some(Today { due, due_total, own: own.is_some(), recent: recent.items, waiting }))
}
