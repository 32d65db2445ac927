//! Finding, opening and closing residents.

use super::show::{self, Texts};
use super::sight::{self, Sight};
use crate::model::{CloseReason, Encounter, MoveKind, Resident, ResidentState};
use crate::out::{ConsentsOut, EncounterOut, MergedOut, PersonCard, ResidentOut};
use crate::policy;
use crate::store::resident::{Find, Word};
use crate::store::{self, row};
use serde::{Deserialize, Serialize};
use zw_access::{Action, Ctx, Part, Permit};
use zw_core::names::{Wanted, fold};
use zw_core::tree::View;
use zw_core::{DivisionId, Error, FieldErrors, PageReq, Paged, ResidentId, Result, pinyin};
use zw_db::Mark;
use zw_web::Idem;

/// The counties, as far as they can be named, in which a scope lies.
fn counties(permit: &Permit<Resident>) -> Vec<DivisionId> {
    let mut out: Vec<DivisionId> = permit
        .scope()
        .0
        .iter()
        .flat_map(|p| match p {
            Part::Counties(c) => c.clone(),
            Part::Towns(c, _) | Part::Unit(c, _) => vec![*c],
            Part::All | Part::Own(_) => vec![],
        })
        .collect();
    out.sort_unstable();
    out.dedup();
    out
}

fn villages(view: &View, counties: &[DivisionId], fits: impl Fn(&str) -> bool) -> Vec<DivisionId> {
    let all = counties.iter().flat_map(|c| view.villages_under(*c));
    // A name that fits half the county is no village; the list stays short for the statement's sake.
    all.copied().filter(|v| view.get(*v).is_some_and(|d| fits(&d.name))).take(200).collect()
}

/// The words of a search text.
/// Who sees no names may look for villages only: a hit by name would tell the name behind the mask.
pub(crate) fn words(view: &View, counties: &[DivisionId], names: bool, text: &str) -> Vec<Word> {
    let by_pinyin = |key: &str| villages(view, counties, |n| pinyin::search_keys(n).iter().any(|k| k.starts_with(key)));
    Wanted::all(text)
        .into_iter()
        .map(|w| {
            let found = match &w.pinyin {
                Some(key) => by_pinyin(key),
                None => villages(view, counties, |n| fold(n).contains(&w.folded)),
            };
            if names { Word::Name(w, found) } else { Word::Village(found) }
        })
        .collect()
}

/// What the register is filtered by in an address: everything but a name.
#[derive(Clone, Default, Deserialize, Serialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct FilterResidents {
    /// `1`: only those whose visit is due.
    pub due: String,
    /// `1`: only those I am responsible for.
    pub mine: String,
    /// `1`: only those nobody answers for: no worker is named, or who is named is no longer posted at the station.
    pub waiting: String,
    /// `1`: closed ones too.
    pub closed: String,
    /// Page, from 1.
    pub page: Option<i64>,
    /// Rows a page, at most 200.
    pub size: Option<i64>,
}

impl From<FilterResidents> for FindResidents {
    fn from(f: FilterResidents) -> Self {
        Self {
            q: String::new(),
            due: f.due,
            mine: f.mine,
            waiting: f.waiting,
            closed: f.closed,
            page: f.page,
            size: f.size,
        }
    }
}

/// What a search is asked; in the body of a request, never in its address.
#[derive(Clone, Default, Deserialize, Serialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct FindResidents {
    /// Name, pinyin initials or spelling, or village; several words must all fit.
    pub q: String,
    /// `1`: only those whose visit is due.
    pub due: String,
    /// `1`: only those I am responsible for.
    pub mine: String,
    /// `1`: only those nobody answers for: no worker is named, or who is named is no longer posted at the station.
    pub waiting: String,
    /// `1`: closed ones too.
    pub closed: String,
    /// Page, from 1.
    pub page: Option<i64>,
    /// Rows a page, at most 200.
    pub size: Option<i64>,
}

/// Residents within the reader's scope; an empty text lists all, those due first. Read beside the writer; only the
/// names of children (P3) make an event, written before the list leaves.
pub async fn find(ctx: &Ctx, ask: &FindResidents) -> Result<Paged<PersonCard>> {
    let page = PageReq::new(ask.page, ask.size.or(Some(20)));
    Ok(found(ctx, policy::READ, ask, page).await?.0)
}

/// All of them for an export, and those whose names it holds in clear: each is an event of their own (decision 0024).
pub async fn export(ctx: &Ctx, ask: &FindResidents) -> Result<(Paged<PersonCard>, Vec<ResidentId>)> {
    found(ctx, policy::EXPORT, ask, PageReq::export()).await
}

async fn found(
    ctx: &Ctx,
    action: Action,
    ask: &FindResidents,
    page: PageReq,
) -> Result<(Paged<PersonCard>, Vec<ResidentId>)> {
    let permit = ctx.permit::<Resident>(action)?;
    let text = ask.q.trim();
    let f = Find {
        today: ctx.today(),
        words: words(&ctx.tree().as_of(ctx.today()), &counties(&permit), permit.shows_names(), text),
        worker: (ask.mine == "1").then_some(ctx.actor.worker).flatten(),
        unit: None,
        due: (ask.due == "1").then(|| ctx.today()),
        waiting: ask.waiting == "1",
        closed: ask.closed == "1",
    };
    if !text.is_empty() && f.words.is_empty() {
        return Ok((Paged::of(page, vec![], 0), vec![]));
    }
    let mut c = ctx.read().await?;
    let (rows, total) = store::resident::find(&mut c, &permit, &f, page).await?;
    let sight = Sight::of(ctx, &mut c, &permit, &rows).await?;
    drop(c);
    let (cards, children) = show::cards(ctx, &sight, &rows);
    sight::written(ctx, &permit, rows.first().map(|r| r.county_id), &children).await?;
    let named = rows.iter().filter(|r| sight.mask(r).names).map(|r| r.id).collect();
    Ok((Paged::of(page, cards, total), named))
}

/// The first few residents that fit a text, for a search over everything; none for who may not see residents.
pub async fn suggest(ctx: &Ctx, text: &str, n: i64) -> Result<Vec<PersonCard>> {
    if text.trim().is_empty() || !ctx.can(policy::READ) {
        return Ok(vec![]);
    }
    let ask = FindResidents { q: text.to_owned(), size: Some(n), ..FindResidents::default() };
    Ok(find(ctx, &ask).await?.items)
}

/// A resident's page.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct ResidentPage {
    /// The record.
    pub resident: ResidentOut,
    /// Where the record is read now, if it was merged into another one.
    pub merged_into: Option<ResidentId>,
    /// Records that were merged into it.
    pub merged: Vec<MergedOut>,
    /// Consents and refusals.
    pub consents: ConsentsOut,
    /// The others of the household.
    pub household: Vec<PersonCard>,
    /// Encounters, newest first, at most 50.
    pub encounters: Vec<EncounterOut>,
    /// Encounters in all.
    pub encounters_total: i64,
}

/// Opens a record: who saw it is written before its bytes leave (security.md AUD-2).
pub async fn open(ctx: &Ctx, county: DivisionId, id: ResidentId) -> Result<ResidentPage> {
    let permit = ctx.permit::<Resident>(policy::READ)?;
    let mut c = ctx.read().await?;
    let r = store::resident::get(&mut c, &permit, ctx.today(), county, id).await?.ok_or(Error::NotFound)?;
    let others: Vec<Resident> = store::resident::members(&mut c, &permit, ctx.today(), &[(county, r.household_id)])
        .await?
        .into_iter()
        .filter(|m| m.id != id)
        .collect();
    let all: Vec<Resident> = std::iter::once(r.clone()).chain(others.iter().cloned()).collect();
    let sight = Sight::of(ctx, &mut c, &permit, &all).await?;
    let resident = show::resident(ctx, &mut c, &sight, &r).await?;
    let (household, children) = show::cards(ctx, &sight, &others);
    let (detail, basics, masked) = (sight.detail(&r), sight.basics(&r), !sight.mask(&r).names);
    let merged_into = store::merge::of(&mut c, county, id).await?.map(|m| m.survivor_id);
    let (merged, under) = super::merge::merged(ctx, &mut c, &permit, &r).await?;
    let consents = super::consent::of(ctx, &mut c, &sight, &r).await?;
    let (mut encounters, mut encounters_total) = (vec![], 0);
    if let Some(see) = sight::permit_of::<Encounter>(ctx, policy::ENCOUNTERS)? {
        let residents = std::iter::once(id).chain(under).collect();
        let f = store::encounter::Find { residents, void: detail, ..store::encounter::Find::default() };
        let (rows, total) = store::encounter::find(&mut c, &see, &f, PageReq::new(None, None)).await?;
        encounters_total = total;
        // The dates of a child's visits are of class P3 as well: without detail their number is all there is.
        if basics || masked {
            encounters = show::encounters(ctx, &mut c, &see, &rows, Texts::Action).await?.items;
        }
    }
    drop(c);
    let fields: &[&'static str] = match (masked, detail) {
        (true, _) => &["masked"],
        (false, true) => &["name", "birth_day", "categories", "consents", "encounters"],
        (false, false) => &["name"],
    };
    let tx = ctx.write().await?;
    tx.commit(permit.change(Some(county), id).fields(fields).subject(id).subjects(&children)).await?;
    Ok(ResidentPage { resident, merged_into, merged, consents, household, encounters, encounters_total })
}

/// Taking a resident off the register, as typed.
#[derive(Clone, Default, Deserialize, Serialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct CloseInput {
    /// Why.
    pub reason: String,
    /// Day; empty means today.
    pub on: String,
    /// Version that was read.
    pub version: i64,
}

/// Takes a resident off the register. The ledger gets the line that the reason belongs to; the number becomes free
/// again unless the person died.
pub async fn close(ctx: &Ctx, county: DivisionId, id: ResidentId, input: CloseInput, idem: &Idem) -> Result<()> {
    let permit = ctx.permit::<Resident>(policy::CLOSE)?;
    let mut tx = ctx.write().await?;
    if idem.seen(ctx, &mut tx).await?.is_some() {
        return Ok(());
    }
    let was = store::resident::get(&mut tx, &permit, ctx.today(), county, id).await?.ok_or(Error::NotFound)?;
    let mut e = FieldErrors::default();
    let reason = crate::model::code_of::<CloseReason>(&mut e, "reason", &input.reason, true);
    let on = crate::model::day_of(&mut e, "on", &input.on, false).unwrap_or(ctx.today());
    let (_, contacts) = store::resident::schedule_facts(&mut tx, county, &[id]).await?;
    if on > ctx.today() {
        e.add("on", "resident-close-future");
    } else if on < was.filed_on {
        e.add("on", "resident-close-before-filing");
    } else if contacts.iter().any(|(_, c)| c.met && c.day > on) {
        e.add("on", "resident-close-before-visit");
    }
    e.check()?;
    let Some(reason) = reason else { return Err(Error::field("reason", "required")) };
    if was.state == ResidentState::Closed {
        return Err(Error::rule("resident-closed"));
    }
    let stale = input.version != was.version;
    if stale || store::resident::close(&mut tx, &permit, &was, reason, on, &ctx.actor.name).await? == 0 {
        return Err(super::register::conflict(&mut tx, county, id.0).await?);
    }
    let kind = match reason {
        CloseReason::Death | CloseReason::MovedAway | CloseReason::NotNeeded => MoveKind::Closed,
        CloseReason::Merged => MoveKind::Merged,
        CloseReason::Error => MoveKind::Correction,
    };
    let line = row::MoveRow {
        county,
        id: ctx.uuid(),
        resident: id,
        unit: was.unit_id,
        township: was.township_id,
        day: on,
        kind,
        delta: -1,
        at: tx.at(),
    };
    row::insert(&mut tx, [line]).await?;
    if reason != CloseReason::Death {
        store::resident::free_identity(&mut tx, county, id).await?;
    }
    tx.mark([Mark { county, unit: Some(was.unit_id), day: on }]);
    idem.save(ctx, &mut tx, "done").await?;
    tx.commit(
        permit.change(Some(county), id).fields(&["state", "close_reason", "closed_on"]).subject(id).digest_of(&input),
    )
    .await
}
