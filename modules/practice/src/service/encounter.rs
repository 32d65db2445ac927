//! Recording, correcting, voiding and listing encounters.

use super::asked::{Asked, posted};
use super::schedule::reschedule;
use super::show::Texts;
use super::{seal_opt, show, sight, station};
use crate::model::{Encounter, EncounterDraft, EncounterFacts, EncounterInput, EncounterKind, Mode, Resident};
use crate::out::EncounterOut;
use crate::policy;
use crate::store::encounter::{Find, Place, Sealed};
use crate::store::{self, row};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use zw_access::{AuditChange, AuditChanges, Ctx, Permit, Spot, sealed};
use zw_core::code::Code;
use zw_core::{
    DivisionId, EncounterId, Error, FieldError, FieldErrors, Key, PageReq, Paged, ResidentId, Result, UnitId, Uuid,
    WorkerId,
};
use zw_db::{Mark, Tx};
use zw_web::Idem;

/// The second half of the check: residents within the reader's scope and of one station, posted workers, no double time.
async fn checked(
    tx: &mut Tx,
    (county, unit): (DivisionId, UnitId),
    residents: &[Resident],
    posted: &[WorkerId],
    d: &EncounterDraft,
    except: Option<EncounterId>,
    mut e: FieldErrors,
) -> Result<()> {
    let facts = super::basis::facts(tx, county, residents, d.day).await?;
    let busy = match d.start.zip(d.minutes) {
        Some(_) => store::encounter::busy(tx, county, &d.workers, d.day, except).await?,
        None => vec![],
    };
    d.check(&EncounterFacts { residents: &facts, unit, posted, busy: &busy }, &mut e);
    e.check()
}

/// What one writes one could also correct: of a worker's record the worker answers for it (domain.md 2.1, W own), the head
/// writes for all of the station. Refused at the field otherwise; whoever was not posted there is told about anyway.
fn answers(
    permit: &Permit<Encounter>,
    (county, unit): (DivisionId, UnitId),
    owner: Option<WorkerId>,
    posted: &[WorkerId],
    e: &mut FieldErrors,
) {
    let spot = Spot { county, town: None, unit: Some(unit), owner };
    if owner.is_some_and(|w| posted.contains(&w)) && !permit.covers(&spot) {
        e.add("workers", "visit-worker-self");
    }
}

pub(super) async fn write_people(ctx: &Ctx, tx: &mut Tx, key: Key<EncounterId>, d: &EncounterDraft) -> Result<()> {
    let mut persons = vec![];
    for p in &d.persons {
        let id: Uuid = ctx.uuid();
        let name = (p.resident.is_none() && !p.name.is_empty()).then_some(p.name.as_str());
        persons.push(row::PersonRow {
            county: key.county,
            id,
            encounter: key.id,
            resident: p.resident,
            name: seal_opt(ctx, sealed::ENCOUNTER_PERSON_NAME, key.county, &id, name)?,
            met: p.met,
        });
    }
    row::insert(tx, persons).await?;
    let worker = |w: &WorkerId| row::WorkerRow { county: key.county, id: ctx.uuid(), encounter: key.id, worker: *w };
    let workers: Vec<_> = d.workers.iter().map(worker).collect();
    row::insert(tx, workers).await
}

/// An encounter written in a transaction that is not committed yet.
pub(super) struct Written {
    pub(super) key: Key<EncounterId>,
    draft: EncounterDraft,
}

impl Written {
    pub(super) fn change(&self, permit: &Permit<Encounter>) -> AuditChange {
        let change = permit.change(Some(self.key.county), self.key.id).fields(&["encounter"]);
        change.subjects(self.draft.residents()).digest_of(&self.draft)
    }
}

/// Renews the schedule of everybody in encounters that were just written: of each county once.
pub(super) async fn reschedule_all(ctx: &Ctx, tx: &mut Tx, written: &[Written]) -> Result<()> {
    let mut by: BTreeMap<DivisionId, BTreeSet<ResidentId>> = BTreeMap::new();
    for w in written {
        by.entry(w.key.county).or_default().extend(w.draft.residents());
    }
    for (county, ids) in by {
        reschedule(ctx, tx, county, &ids.into_iter().collect::<Vec<_>>()).await?;
    }
    Ok(())
}

/// An encounter that may be written: checked, with its residents and its station.
pub(super) struct Ready {
    pub(super) draft: EncounterDraft,
    pub(super) residents: Vec<Resident>,
    pub(super) county: DivisionId,
    pub(super) unit: UnitId,
    /// Who answers for it.
    responsible: Option<WorkerId>,
    /// The record it would be a second one of, where that was asked.
    pub(super) twin: Option<EncounterId>,
}

/// Checks one encounter as typed. `join`: it may turn out to be the same visit as one that is recorded, and is not held
/// against that one.
pub(super) async fn ready(
    ctx: &Ctx,
    tx: &mut Tx,
    permit: &Permit<Encounter>,
    see: &Permit<Resident>,
    input: &EncounterInput,
    join: bool,
    asked: &mut Asked,
) -> Result<Ready> {
    let mut e = FieldErrors::default();
    let draft = input.parse(ctx.now(), ctx.actor.worker, &mut e);
    let residents = store::resident::by_ids(tx, see, ctx.today(), &draft.residents()).await?;
    // Residents decide the station; without one it is the one named, or the only one.
    let (county, unit) = match residents.first() {
        Some(r) if permit.covers_unit(r.county_id, r.unit_id) => (r.county_id, r.unit_id),
        _ => station(permit, &input.unit)?,
    };
    let twin = match join && input.another.trim() != "1" {
        true => super::once::found(tx, (county, unit), &draft).await?.map(|t| t.0),
        false => None,
    };
    let responsible = ctx.actor.worker.filter(|w| draft.workers.contains(w)).or(draft.workers.first().copied());
    let posted = asked.posted(tx, unit, draft.day).await?;
    answers(&ctx.permit::<Encounter>(policy::AMEND)?, (county, unit), responsible, posted, &mut e);
    checked(tx, (county, unit), &residents, posted, &draft, twin, e).await?;
    Ok(Ready { draft, residents, county, unit, responsible, twin })
}

/// Checks and writes one encounter with its people and the mark of its day; `reschedule_all` comes after the last. `along`
/// are those of the same form written before it.
async fn write(
    ctx: &Ctx,
    tx: &mut Tx,
    permit: &Permit<Encounter>,
    see: &Permit<Resident>,
    input: &EncounterInput,
    along: &[Written],
    asked: &mut Asked,
) -> Result<Written> {
    let ready = ready(ctx, tx, permit, see, input, false, asked).await?;
    if input.another.trim() != "1" {
        let along: Vec<EncounterId> = along.iter().map(|w| w.key.id).collect();
        super::once::once(ctx, tx, (ready.county, ready.unit), &ready.draft, &along).await?;
    }
    insert(ctx, tx, ready, asked).await
}

/// Writes an encounter that was found ready and is nobody else's already; `reschedule_all` comes after it.
pub(super) async fn insert(ctx: &Ctx, tx: &mut Tx, ready: Ready, asked: &mut Asked) -> Result<Written> {
    let Ready { draft: d, residents, county, unit, responsible, .. } = ready;
    let fallback = Some(asked.division(tx, county, unit).await?);
    let place = Place::of(&residents, d.residents().first().copied(), fallback);
    let key = Key { county, id: EncounterId(ctx.uuid()) };
    let Some(worker) = responsible else { return Err(Error::field("workers", "required")) };
    let encounter = row::EncounterRow {
        county,
        id: key.id,
        unit,
        township: place.township,
        village: place.village,
        kind: d.kind,
        day: d.day,
        start: d.start,
        household: place.household,
        mode: d.mode,
        purpose: d.purpose,
        topic: d.topic,
        minutes: d.minutes,
        safety: d.safety_text(),
        action: seal_opt(ctx, sealed::ENCOUNTER_ACTION, county, &key.id, d.action.as_deref())?,
        state_note: seal_opt(ctx, sealed::ENCOUNTER_STATE_NOTE, county, &key.id, d.state_note.as_deref())?,
        result: d.result,
        next_on: d.next_on,
        met: d.met(),
        worker,
        at: tx.at(),
        by: ctx.actor.name.clone(),
    };
    row::insert(tx, [encounter]).await?;
    write_people(ctx, tx, key, &d).await?;
    tx.mark([Mark { county, unit: Some(unit), day: d.day }]);
    Ok(Written { key, draft: d })
}

/// Records an encounter: once, whoever took part; a repeat of the same form has no second effect.
pub async fn record(ctx: &Ctx, input: EncounterInput, idem: &Idem) -> Result<Key<EncounterId>> {
    let permit = ctx.permit::<Encounter>(policy::RECORD)?;
    let see = ctx.permit::<Resident>(policy::READ)?;
    let mut tx = ctx.write().await?;
    if let Some(done) = idem.seen(ctx, &mut tx).await? {
        return serde_json::from_str(&done).map_err(Error::internal);
    }
    let written = write(ctx, &mut tx, &permit, &see, &input, &[], &mut Asked::default()).await?;
    reschedule_all(ctx, &mut tx, std::slice::from_ref(&written)).await?;
    let key = written.key;
    idem.save(ctx, &mut tx, &serde_json::to_string(&key).map_err(Error::internal)?).await?;
    tx.commit(written.change(&permit)).await?;
    Ok(key)
}

/// Most encounters of one round.
pub const MOST_IN_ROUND: usize = 40;

/// A day's round (domain.md 5.19): the encounters of an evening, sent as one.
#[derive(Clone, Default, Deserialize, Serialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RoundInput {
    /// The encounters, at most 40.
    pub items: Vec<EncounterInput>,
}

/// Records a round: all of its encounters or none, so that a wrong line is put right on the form that still holds the
/// others. Problems are named `items[n].field`. Each encounter is a record of its own, as if sent alone.
pub async fn record_round(ctx: &Ctx, round: &RoundInput, idem: &Idem) -> Result<Vec<Key<EncounterId>>> {
    let permit = ctx.permit::<Encounter>(policy::RECORD)?;
    let see = ctx.permit::<Resident>(policy::READ)?;
    if round.items.is_empty() {
        return Err(Error::rule("round-empty"));
    }
    if round.items.len() > MOST_IN_ROUND {
        return Err(Error::rule_with("round-long", &[("most", &MOST_IN_ROUND.to_string())]));
    }
    let mut tx = ctx.write().await?;
    if let Some(done) = idem.seen(ctx, &mut tx).await? {
        return serde_json::from_str(&done).map_err(Error::internal);
    }
    let (mut written, mut wrong): (Vec<Written>, _) = (vec![], FieldErrors::default());
    let mut asked = Asked::default();
    for (i, input) in round.items.iter().enumerate() {
        match write(ctx, &mut tx, &permit, &see, input, &written, &mut asked).await {
            Ok(w) => written.push(w),
            Err(Error::Invalid(e)) => {
                let here = |f: FieldError| FieldError { field: format!("items[{i}].{}", f.field), ..f };
                wrong.0.extend(e.0.into_iter().map(here));
            }
            Err(e) => return Err(e),
        }
    }
    wrong.check()?;
    reschedule_all(ctx, &mut tx, &written).await?;
    let keys: Vec<Key<EncounterId>> = written.iter().map(|w| w.key).collect();
    idem.save(ctx, &mut tx, &serde_json::to_string(&keys).map_err(Error::internal)?).await?;
    tx.commit(AuditChanges(written.iter().map(|w| w.change(&permit)).collect())).await?;
    Ok(keys)
}

/// An encounter that the actor may amend and still sees at their station.
async fn mine(ctx: &Ctx, tx: &mut Tx, county: DivisionId, id: EncounterId) -> Result<(Permit<Encounter>, Encounter)> {
    let permit = ctx.permit::<Encounter>(policy::AMEND)?;
    let see = ctx.permit::<Encounter>(policy::ENCOUNTERS)?;
    let found =
        store::encounter::get(tx, &permit, county, id).await?.filter(|e| see.covers_unit(e.county_id, e.unit_id));
    Ok((permit, found.ok_or(Error::NotFound)?))
}

/// What stands now, for who was slower; the station's own people see it in clear.
async fn conflict(
    ctx: &Ctx,
    tx: &mut Tx,
    permit: &Permit<Encounter>,
    county: DivisionId,
    id: EncounterId,
) -> Result<Error> {
    let Some(now) = store::encounter::get(tx, permit, county, id).await? else { return Ok(Error::NotFound) };
    let see = ctx.permit::<Encounter>(policy::ENCOUNTERS)?;
    let saved_by = format!("{} {}", now.updated_by, now.updated_at.minute_cn());
    let Some(out) = show::encounters(ctx, tx, &see, &[now], Texts::Action).await?.items.pop() else {
        return Ok(Error::NotFound);
    };
    let met = out.persons.iter().filter(|p| p.met).map(|p| p.name.as_str()).collect::<Vec<_>>().join("、");
    let pair = |k: &str, v: String| (k.to_owned(), v);
    Ok(Error::Conflict {
        current: vec![
            pair("version", out.version.to_string()),
            pair("saved_by", saved_by),
            pair("day", out.day.to_string()),
            pair("mode", out.mode.code().to_owned()),
            pair("persons", met),
            pair("action", out.action.unwrap_or_default()),
            pair("next_on", out.next_on.map(|d| d.to_string()).unwrap_or_default()),
        ],
    })
}

/// Corrects an encounter; cells of the old and the new day are counted again.
pub async fn correct(
    ctx: &Ctx,
    county: DivisionId,
    id: EncounterId,
    version: i64,
    input: EncounterInput,
    idem: &Idem,
) -> Result<Key<EncounterId>> {
    let key = Key { county, id };
    let mut tx = ctx.write().await?;
    if idem.seen(ctx, &mut tx).await?.is_some() {
        return Ok(key);
    }
    let (permit, was) = mine(ctx, &mut tx, county, id).await?;
    if version != was.version {
        return Err(conflict(ctx, &mut tx, &permit, county, id).await?);
    }
    if was.voided_at.is_some() {
        return Err(Error::rule("encounter-void"));
    }
    let mut e = FieldErrors::default();
    let mut d = input.parse(ctx.now(), Some(was.worker_id), &mut e);
    if input.kind.trim().is_empty() {
        d.kind = was.kind;
    }
    let before: Vec<ResidentId> =
        store::encounter::persons(&mut tx, county, &[id]).await?.into_iter().filter_map(|p| p.resident_id).collect();
    let see = ctx.permit::<Resident>(policy::READ)?;
    let residents = store::resident::by_ids(&mut tx, &see, ctx.today(), &d.residents()).await?;
    let worker =
        Some(was.worker_id).filter(|w| d.workers.contains(w)).or(d.workers.first().copied()).unwrap_or(was.worker_id);
    let on_post = posted(&mut tx, was.unit_id, d.day).await?;
    answers(&permit, (county, was.unit_id), Some(worker), &on_post, &mut e);
    checked(&mut tx, (county, was.unit_id), &residents, &on_post, &d, Some(id), e).await?;
    let fallback = store::neighbour::unit(&mut tx, was.unit_id).await?.map(|u| u.division_id);
    let sealed = Sealed {
        action: seal_opt(ctx, sealed::ENCOUNTER_ACTION, county, &id, d.action.as_deref())?,
        state_note: seal_opt(ctx, sealed::ENCOUNTER_STATE_NOTE, county, &id, d.state_note.as_deref())?,
        place: Place::of(&residents, d.residents().first().copied(), fallback),
        worker,
    };
    if store::encounter::update(&mut tx, &permit, &was, &d, sealed, &ctx.actor.name).await? == 0 {
        return Err(conflict(ctx, &mut tx, &permit, county, id).await?);
    }
    store::encounter::clear_people(&mut tx, county, id).await?;
    write_people(ctx, &mut tx, key, &d).await?;
    let mut touched = d.residents();
    touched.extend(before);
    touched.sort_unstable();
    touched.dedup();
    reschedule(ctx, &mut tx, county, &touched).await?;
    tx.mark([was.day, d.day].map(|day| Mark { county, unit: Some(was.unit_id), day }));
    idem.save(ctx, &mut tx, "done").await?;
    tx.commit(permit.change(Some(county), id).fields(&["encounter"]).subjects(&touched).digest_of(&d)).await?;
    Ok(key)
}

/// Declaring void, as typed.
#[derive(Clone, Default, Deserialize, Serialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(rename = "VoidEncounterInput")]
pub struct VoidInput {
    /// Why, at most 200 characters.
    pub reason: String,
    /// Version that was read.
    pub version: i64,
}

/// Declares an encounter void: it stays, with its reason, and counts no more.
pub async fn void(ctx: &Ctx, county: DivisionId, id: EncounterId, input: VoidInput, idem: &Idem) -> Result<()> {
    let mut tx = ctx.write().await?;
    if idem.seen(ctx, &mut tx).await?.is_some() {
        return Ok(());
    }
    let (permit, was) = mine(ctx, &mut tx, county, id).await?;
    let reason = input.reason.trim();
    if reason.is_empty() {
        return Err(Error::field("reason", "visit-void-reason"));
    }
    if reason.chars().count() > 200 {
        return Err(Error::field("reason", "visit-void-reason-long"));
    }
    if was.voided_at.is_some() {
        return Err(Error::rule("encounter-void"));
    }
    let stale = input.version != was.version;
    if stale || store::encounter::void(&mut tx, &permit, &was, reason, &ctx.actor.name).await? == 0 {
        return Err(conflict(ctx, &mut tx, &permit, county, id).await?);
    }
    let residents: Vec<ResidentId> =
        store::encounter::persons(&mut tx, county, &[id]).await?.into_iter().filter_map(|p| p.resident_id).collect();
    reschedule(ctx, &mut tx, county, &residents).await?;
    tx.mark([Mark { county, unit: Some(was.unit_id), day: was.day }]);
    idem.save(ctx, &mut tx, "done").await?;
    tx.commit(permit.change(Some(county), id).fields(&["voided_at", "void_reason"]).subjects(&residents)).await
}

/// Whether the actor may amend an encounter, for the buttons of its page.
pub async fn may_amend(ctx: &Ctx, county: DivisionId, id: EncounterId) -> Result<bool> {
    let Ok(permit) = ctx.permit::<Encounter>(policy::AMEND) else { return Ok(false) };
    let mut c = ctx.read().await?;
    Ok(store::encounter::get(&mut c, &permit, county, id).await?.is_some_and(|e| e.voided_at.is_none()))
}

/// Opens an encounter. Its note on body and mind (P3) and its text are read by who took part, who answers for one of
/// its persons and the head only, and the reading is written down first.
pub async fn open(ctx: &Ctx, county: DivisionId, id: EncounterId) -> Result<EncounterOut> {
    let permit = ctx.permit::<Encounter>(policy::ENCOUNTERS)?;
    let mut c = ctx.read().await?;
    let e = store::encounter::get(&mut c, &permit, county, id).await?.ok_or(Error::NotFound)?;
    let names = permit.mask_for(&e.spot()).names;
    let recorder = store::neighbour::account(&mut c, &e.recorded_by).await?;
    let written_by = e.recorded_by.clone();
    let mut out = show::encounters(ctx, &mut c, &permit, &[e], Texts::All).await?.items.pop().ok_or(Error::NotFound)?;
    let took_part = |worker: WorkerId| out.workers.iter().any(|w| w.id == worker);
    out.recorded_by = match recorder {
        Some((_, Some(worker))) if took_part(worker) => None,
        Some((name, _)) => Some(name),
        // Entered by no account, or by one that is gone: what was written down then.
        None => Some(written_by),
    };
    drop(c);
    let fields: &[&'static str] = match (names, out.withheld) {
        (false, _) => &["masked"],
        (true, true) => &["name"],
        (true, false) => &["action", "state_note"],
    };
    let residents: Vec<ResidentId> = out.persons.iter().filter_map(|p| p.resident).collect();
    let tx = ctx.write().await?;
    tx.commit(permit.change(Some(county), id).fields(fields).subjects(&residents)).await?;
    Ok(out)
}

/// What a list is asked.
#[derive(Clone, Default, Deserialize, Serialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct FindEncounters {
    /// From this day (yyyy-mm-dd).
    pub from: String,
    /// To this day.
    pub to: String,
    /// Worker id.
    pub worker: String,
    /// Kind.
    pub kind: String,
    /// How.
    pub mode: String,
    /// `1`: void ones too.
    pub void: String,
    /// Page, from 1.
    pub page: Option<i64>,
    /// Rows a page, at most 200.
    pub size: Option<i64>,
}

/// Encounters within the reader's scope, newest first, without their texts; the names of children in them are written
/// down as read. A filter that cannot be read filters nothing out wrongly: it is
/// a field problem.
pub async fn list(ctx: &Ctx, ask: &FindEncounters) -> Result<Paged<EncounterOut>> {
    let permit = ctx.permit::<Encounter>(policy::ENCOUNTERS)?;
    let mut e = FieldErrors::default();
    let worker = Some(ask.worker.trim()).filter(|w| !w.is_empty()).and_then(|w| {
        let id = w.parse().ok();
        if id.is_none() {
            e.add("worker", "format");
        }
        id
    });
    let f = Find {
        from: crate::model::day_of(&mut e, "from", &ask.from, false),
        to: crate::model::day_of(&mut e, "to", &ask.to, false),
        worker,
        kind: crate::model::code_of::<EncounterKind>(&mut e, "kind", &ask.kind, false),
        mode: crate::model::code_of::<Mode>(&mut e, "mode", &ask.mode, false),
        residents: vec![],
        void: ask.void == "1",
    };
    e.check()?;
    let page = PageReq::new(ask.page, ask.size);
    let mut c = ctx.read().await?;
    let (rows, total) = store::encounter::find(&mut c, &permit, &f, page).await?;
    let shown = show::encounters(ctx, &mut c, &permit, &rows, Texts::None).await?;
    drop(c);
    sight::written(ctx, &permit, rows.first().map(|e| e.county_id), &shown.children).await?;
    Ok(Paged::of(page, shown.items, total))
}
