//! Registering a resident and correcting a record.

use super::consent;
use super::duplicate::{self, Who};
use super::{official_match, rhythm, seal, seal_opt, sight, station};
use crate::model::{Distinct, MoveKind, Resident, ResidentDraft, ResidentFacts, ResidentInput, ResidentState, Vacancy};
use crate::out::Duplicates;
use crate::policy;
use crate::store::{self, row};
use zw_access::{AuditChange, Ctx, Limit, Permit, sealed};
use zw_core::person_id::IdKind;
use zw_core::{Day, DivisionId, Error, FieldErrors, HouseholdId, Key, ResidentId, Result, UnitId, Uuid, WorkerId};
use zw_db::{Conn, Mark, Tx};
use zw_web::Idem;

/// Lists a rule is checked against.
pub(super) struct Lists {
    pub(super) villages: Vec<DivisionId>,
    pub(super) posted: Vec<WorkerId>,
    pub(super) since: Option<Day>,
}

pub(super) async fn lists(ctx: &Ctx, c: &mut Conn, unit: UnitId) -> Result<Lists> {
    let villages =
        store::neighbour::villages(c, &ctx.tree(), unit, ctx.today()).await?.into_iter().map(|v| v.id).collect();
    let posted = store::neighbour::posted(c, unit, ctx.today()).await?.into_iter().map(|p| p.0).collect();
    Ok(Lists { villages, posted, since: store::neighbour::since(c, unit).await? })
}

/// The blind index of a document number: one person has one, whichever kind it was typed under.
pub(crate) fn blind(vault: &zw_access::Vault, kind: IdKind, number: &str) -> Vec<u8> {
    match kind {
        IdKind::ResidentId | IdKind::HouseholdRegister => vault.blind("resident_id", number),
        other => vault.blind("resident_id", &format!("{other}:{number}")),
    }
}

/// The station of a grant as the register of stations has it. A grant that names its station under another county, as one
/// does that is older than a change of the map, files nobody under the wrong county.
pub(crate) async fn station_of(c: &mut Conn, county: DivisionId, unit: UnitId) -> Result<store::neighbour::UnitFacts> {
    let found = store::neighbour::unit(c, unit).await?.filter(|u| u.county_id == county);
    found.ok_or_else(|| Error::field("unit", "practice-unit-outside"))
}

/// What came of a form.
pub enum Attempt {
    /// It is written.
    Done(Key<ResidentId>),
    /// Nothing is written yet: somebody resembles.
    Asks(Duplicates),
}

impl Attempt {
    fn done(self) -> Result<Key<ResidentId>> {
        match self {
            Self::Done(key) => Ok(key),
            Self::Asks(d) => Err(d.error()),
        }
    }
}

/// [`attempt`] for who takes a question as a problem.
pub async fn register(ctx: &Ctx, input: ResidentInput, idem: &Idem) -> Result<Key<ResidentId>> {
    attempt(ctx, input, idem).await?.done()
}

/// Registers a resident: checks, uniqueness across counties, who resembles, household, categories, the ledger.
pub async fn attempt(ctx: &Ctx, input: ResidentInput, idem: &Idem) -> Result<Attempt> {
    let permit = ctx.permit::<Resident>(policy::REGISTER)?;
    let (county, unit) = station(&permit, &input.unit)?;
    let mut tx = ctx.write().await?;
    if let Some(done) = idem.seen(ctx, &mut tx).await? {
        return serde_json::from_str(&done).map(Attempt::Done).map_err(Error::internal);
    }
    station_of(&mut tx, county, unit).await?;
    let l = lists(ctx, &mut tx, unit).await?;
    let d = input
        .check(&ResidentFacts {
            today: ctx.today(),
            villages: &l.villages,
            posted: &l.posted,
            since: l.since,
            me: ctx.actor.worker,
            rhythm: &rhythm(ctx),
            on_file: None,
            number_on_file: None,
            consents: &[],
            notice: &consent::notice(ctx),
            listed: false,
        })
        .map_err(Error::Invalid)?;
    let key = Key { county, id: ResidentId(ctx.uuid()) };
    if let Some(number) = &d.id_no {
        let hash = blind(&ctx.app.vault, d.id_type, number);
        if !store::resident::claim_identity(&mut tx, &hash, county, key.id).await? {
            drop(tx);
            return Err(duplicate(ctx, &permit, &hash, county, unit).await?);
        }
    }
    let found = duplicate::find(ctx, &mut tx, (county, unit), &Who::of(&d, None)).await?;
    if !found.answered(ctx, &input.seen, d.another) {
        drop(tx);
        return Ok(Attempt::Asks(duplicate::tell(ctx, &permit, county, found).await?));
    }
    write(ctx, &mut tx, key, unit, &d).await?;
    if let Some(number) = &d.id_no {
        let hash = blind(&ctx.app.vault, d.id_type, number);
        official_match::residents(ctx, &mut tx, county, &[key.id], &[hash]).await?;
    }
    let change = permit.change(Some(county), key.id).fields(&["resident"]).subject(key.id).digest_of(&input);
    let change = decided(ctx, &mut tx, change, key, &found, d.another).await?;
    tx.mark([Mark { county, unit: Some(unit), day: d.filed_on }]);
    idem.save(ctx, &mut tx, &serde_json::to_string(&key).map_err(Error::internal)?).await?;
    tx.commit(change).await?;
    Ok(Attempt::Done(key))
}

/// Keeps the answer that whoever had to be answered about is another person, in its own rows and in the audit log.
async fn decided(
    ctx: &Ctx,
    tx: &mut Tx,
    change: AuditChange,
    key: Key<ResidentId>,
    found: &duplicate::Found,
    reason: Option<Distinct>,
) -> Result<AuditChange> {
    let rows = found.answer(ctx, tx, key, reason);
    let Some(reason) = reason.filter(|_| !rows.is_empty()) else { return Ok(change) };
    let change = change.purpose(format!("another-{reason}")).subjects(rows.iter().map(|r| r.other));
    row::insert(tx, rows).await?;
    Ok(change)
}

async fn write(ctx: &Ctx, tx: &mut Tx, key: Key<ResidentId>, unit: UnitId, d: &ResidentDraft) -> Result<()> {
    let (county, id, at) = (key.county, key.id, tx.at());
    let view = ctx.tree().as_of(d.filed_on);
    let township = store::neighbour::township_of(&view, d.village);
    let household = match d.household {
        Some(h) => match store::resident::household_village(tx, county, unit, h).await? {
            None => return Err(Error::field("household", "resident-household-unknown")),
            Some(village) if village != d.village => {
                return Err(Error::field("village", "resident-household-village"));
            }
            Some(_) => h,
        },
        None => {
            let h = HouseholdId(ctx.uuid());
            let address = seal_opt(ctx, sealed::HOUSEHOLD_ADDRESS, county, &h, d.address.as_deref())?;
            let row = row::HouseholdRow { county, id: h, unit, head: Some(id), village: d.village, address, at };
            row::insert(tx, [row]).await?;
            h
        }
    };
    let resident = row::ResidentRow {
        county,
        id,
        unit,
        household,
        name: d.name.clone(),
        keys: zw_core::names::keys(&d.name),
        id_type: d.id_type,
        id_no: seal_opt(ctx, sealed::RESIDENT_ID_NO, county, &id, d.id_no.as_deref())?,
        id_missing: d.id_missing,
        sex: d.sex,
        birth: d.birth,
        phone: seal_opt(ctx, sealed::RESIDENT_PHONE, county, &id, d.phone.as_deref())?,
        phone_hash: d.phone.as_deref().map(|p| super::blind_phone(&ctx.app.vault, p)),
        address: seal_opt(ctx, sealed::RESIDENT_ADDRESS, county, &id, d.address.as_deref())?,
        township,
        village: d.village,
        presence: d.presence,
        legal_basis: d.legal_basis,
        notice_version: consent::notice_version(ctx),
        risk: d.risk,
        visit_every: d.visit_every,
        worker: d.worker,
        vacancy: d.worker.is_none().then_some(Vacancy::Unassigned),
        source: d.source,
        filed_on: d.filed_on,
        state: ResidentState::Active,
        close_reason: None,
        closed_on: None,
        last_on: None,
        next_on: rhythm(ctx).next(d.filed_on, d.visit_every),
        at,
        by: ctx.actor.name.clone(),
    };
    let first = row::RhythmRow::first(id.0, &resident);
    row::insert(tx, [resident]).await?;
    row::insert(tx, [first]).await?;
    row::insert(tx, d.categories.iter().map(|c| category(ctx, key, c, d))).await?;
    if let Some(given) = &d.consent {
        consent::write(ctx, tx, key, given).await?;
    }
    let filed = row::MoveRow {
        county,
        id: ctx.uuid(),
        resident: id,
        unit,
        township,
        day: d.filed_on,
        kind: MoveKind::Filed,
        delta: 1,
        at,
    };
    row::insert(tx, [filed]).await
}

fn category(ctx: &Ctx, key: Key<ResidentId>, code: &str, d: &ResidentDraft) -> row::CategoryRow {
    row::CategoryRow {
        county: key.county,
        id: ctx.uuid(),
        resident: key.id,
        category: code.to_owned(),
        basis: d.recognition,
        from: d.filed_on,
        to: None,
        list: None,
        document: None,
    }
}

/// What to answer when the number is on file (domain.md section 12): the station's name within the county, nothing but
/// the fact beyond it. Counted and audited, since each answer tells that somebody exists.
pub(crate) async fn duplicate(
    ctx: &Ctx,
    permit: &Permit<Resident>,
    hash: &[u8],
    county: DivisionId,
    unit: UnitId,
) -> Result<Error> {
    let mut tx = ctx.write().await?;
    let held = store::resident::holder(&mut tx, hash).await?;
    let Some((where_, id, at_unit, station)) = held else { return Ok(Error::Conflict { current: vec![] }) };
    let change = permit.change(Some(county), "duplicate").subject(id).purpose("duplicate");
    if let Some(retry_after_s) = Limit::DUPLICATE.take(ctx, &mut tx).await? {
        tx.commit(change.denied()).await?;
        return Err(Error::TooMany { retry_after_s });
    }
    // Who may open the record gets the way to it; for everybody else the answer says no more than before.
    let seen = match ctx.permit::<Resident>(policy::READ) {
        Ok(see) => store::resident::get(&mut tx, &see, ctx.today(), where_, id).await?.is_some(),
        Err(_) => false,
    };
    tx.commit(change).await?;
    let mut e = FieldErrors::default();
    if at_unit == Some(unit) {
        let href = seen.then(|| format!("/people/{where_}/{id}"));
        let way: Vec<(&str, &str)> = href.iter().map(|h| ("href", h.as_str())).collect();
        e.add_with("id_no", "resident-duplicate-own", &way);
    } else if where_ == county {
        e.add_with("id_no", "resident-duplicate-county", &[("station", &station.unwrap_or_default())]);
    } else {
        e.add("id_no", "resident-duplicate-elsewhere");
    }
    Ok(Error::Invalid(e))
}

pub(crate) async fn conflict(c: &mut Conn, county: DivisionId, id: Uuid) -> Result<Error> {
    Ok(super::overtaken(store::resident::changed(c, county, id).await?))
}

/// A record that the actor may correct, with the permit that says so: the own people, everybody for the head, and whom
/// no worker answers for. It lies at a station where the actor still works.
async fn mine(ctx: &Ctx, c: &mut Conn, county: DivisionId, id: ResidentId) -> Result<(Permit<Resident>, Resident)> {
    let see = ctx.permit::<Resident>(policy::READ)?;
    let edit = ctx.permit::<Resident>(policy::EDIT)?;
    if let Some(r) = store::resident::get(c, &edit, ctx.today(), county, id).await?.filter(|r| see.covers(&r.spot())) {
        return Ok((edit, r));
    }
    let vacant = match sight::permit_of::<Resident>(ctx, policy::TAKE_UP)? {
        Some(p) => store::resident::get(c, &p, ctx.today(), county, id).await?.map(|r| (p, r)),
        None => None,
    };
    vacant.filter(|(_, r)| r.worker_id.is_none()).ok_or(Error::NotFound)
}

/// Whether the actor may correct a record, for the button of its page.
pub async fn may_correct(ctx: &Ctx, county: DivisionId, id: ResidentId) -> Result<bool> {
    if !ctx.can(policy::EDIT) {
        return Ok(false);
    }
    let mut c = ctx.read().await?;
    match mine(ctx, &mut c, county, id).await {
        Ok((_, r)) => Ok(r.state != ResidentState::Closed),
        Err(Error::NotFound) => Ok(false),
        Err(e) => Err(e),
    }
}

/// [`attempt_correct`] for who takes a question as a problem.
pub async fn correct(
    ctx: &Ctx,
    county: DivisionId,
    id: ResidentId,
    input: ResidentInput,
    idem: &Idem,
) -> Result<Key<ResidentId>> {
    attempt_correct(ctx, county, id, input, idem).await?.done()
}

/// Corrects a record. The register's ledger follows a corrected day of filing or village; whoever gets another name, birth
/// date or village is compared as a newcomer is.
pub async fn attempt_correct(
    ctx: &Ctx,
    county: DivisionId,
    id: ResidentId,
    input: ResidentInput,
    idem: &Idem,
) -> Result<Attempt> {
    let key = Key { county, id };
    let mut tx = ctx.write().await?;
    if idem.seen(ctx, &mut tx).await?.is_some() {
        return Ok(Attempt::Done(key));
    }
    let (permit, was) = mine(ctx, &mut tx, county, id).await?;
    if input.version != was.version {
        return Err(conflict(&mut tx, county, id.0).await?);
    }
    if was.state == ResidentState::Closed {
        return Err(Error::rule("resident-closed"));
    }
    let l = lists(ctx, &mut tx, was.unit_id).await?;
    let number = super::open(ctx, sealed::RESIDENT_ID_NO, county, &id, was.id_no.as_ref())?;
    let answered = store::consent::of_one(&mut tx, county, id).await?;
    let had = store::category::in_force(&mut tx, county, &[id]).await?;
    let d = input
        .check(&ResidentFacts {
            today: ctx.today(),
            villages: &l.villages,
            posted: &l.posted,
            since: l.since,
            me: ctx.actor.worker,
            rhythm: &rhythm(ctx),
            on_file: Some(&was),
            number_on_file: number.as_ref().map(|n| n.for_rules().clone()),
            consents: &answered,
            notice: &consent::notice(ctx),
            listed: had.iter().any(|k| k.list_id.is_some()),
        })
        .map_err(Error::Invalid)?;
    let (_, contacts) = store::resident::schedule_facts(&mut tx, county, &[id]).await?;
    if contacts.iter().any(|(_, c)| c.met && c.day < d.filed_on) {
        return Err(Error::field("filed_on", "resident-filed-after-visit"));
    }
    if let Some(new) = &d.id_no {
        let hash = blind(&ctx.app.vault, d.id_type, new);
        store::resident::free_identity(&mut tx, county, id).await?;
        if !store::resident::claim_identity(&mut tx, &hash, county, id).await? {
            drop(tx);
            return Err(duplicate(ctx, &permit, &hash, county, was.unit_id).await?);
        }
    }
    let same = *was.name.for_rules() == d.name && was.birth_day == d.birth && was.village_id == d.village;
    let mut change = permit.change(Some(county), id).fields(&["resident"]).subject(id).digest_of(&input);
    if !same {
        let found = duplicate::find(ctx, &mut tx, (county, was.unit_id), &Who::of(&d, Some(&was))).await?;
        if !found.answered(ctx, &input.seen, d.another) {
            drop(tx);
            return Ok(Attempt::Asks(duplicate::tell(ctx, &permit, county, found).await?));
        }
        change = decided(ctx, &mut tx, change, key, &found, d.another).await?;
    }
    let township = store::neighbour::township_of(&ctx.tree().as_of(d.filed_on), d.village);
    let sealed = store::resident::Sealed {
        id_no: seal_opt(ctx, sealed::RESIDENT_ID_NO, county, &id, d.id_no.as_deref())?,
        phone: seal_opt(ctx, sealed::RESIDENT_PHONE, county, &id, d.phone.as_deref())?,
        phone_hash: d.phone.as_deref().map(|p| super::blind_phone(&ctx.app.vault, p)),
        address: d.address.as_ref().map(|a| seal(ctx, sealed::RESIDENT_ADDRESS, county, &id, a)).transpose()?,
        township,
    };
    if store::resident::update(&mut tx, &permit, &was, &d, sealed, &ctx.actor.name).await? == 0 {
        return Err(conflict(&mut tx, county, id.0).await?);
    }
    let paused = |s: ResidentState| s == ResidentState::Paused;
    if was.visit_every != d.visit_every || paused(was.state) != paused(d.state) {
        // From today on; what the figures of earlier days ask for stays as it was.
        let next = row::RhythmRow {
            county,
            id: ctx.uuid(),
            resident: id,
            from: ctx.today(),
            every: d.visit_every,
            paused: paused(d.state),
        };
        store::resident::end_rhythm(&mut tx, county, id, ctx.today()).await?;
        row::insert(&mut tx, [next]).await?;
    }
    recategorise(ctx, &mut tx, key, &had, &d).await?;
    if let Some(given) = &d.consent {
        consent::write(ctx, &mut tx, key, given).await?;
    }
    if let Some(new) = &d.id_no {
        let hash = blind(&ctx.app.vault, d.id_type, new);
        official_match::residents(ctx, &mut tx, county, &[id], &[hash]).await?;
    }
    if was.filed_on != d.filed_on || was.township_id != township {
        store::resident::move_filing(&mut tx, county, id, (was.filed_on, d.filed_on), township).await?;
    }
    super::schedule::reschedule(ctx, &mut tx, county, &[id]).await?;
    tx.mark([was.filed_on, d.filed_on].map(|day| Mark { county, unit: Some(was.unit_id), day }));
    idem.save(ctx, &mut tx, "done").await?;
    tx.commit(change).await?;
    Ok(Attempt::Done(key))
}

/// Ends categories no longer ticked and begins the new ones; those that stay keep their recognition. What an official list
/// says is not the station's to end, nor to say again.
async fn recategorise(
    ctx: &Ctx,
    tx: &mut Tx,
    key: Key<ResidentId>,
    had: &[store::category::CategoryIn],
    d: &ResidentDraft,
) -> Result<()> {
    let own = had.iter().filter(|k| k.list_id.is_none());
    for gone in own.filter(|k| !d.categories.contains(&k.category.as_str())) {
        store::category::end(tx, key.county, key.id, &gone.category, ctx.today()).await?;
    }
    let new = d.categories.iter().filter(|c| !had.iter().any(|k| k.category == **c));
    let rows: Vec<_> = new.map(|c| row::CategoryRow { from: ctx.today(), ..category(ctx, key, c, d) }).collect();
    row::insert(tx, rows).await
}
