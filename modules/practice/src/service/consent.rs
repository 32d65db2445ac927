//! Consents and refusals of residents: recording, withdrawing, showing (decision 0044). What stands is asked of
//! `model::consent` at every act anew, in the transaction of the act: nothing is kept in step.

use super::sight::Sight;
use super::{open, seal_opt};
use crate::model::consent::{self, state};
use crate::model::{
    Consent, ConsentDraft, ConsentFacts, ConsentInput, ConsentScope, ConsentState, LegalBasis, Notice, NoticeVersion,
    Resident, ResidentState, Standing, WithdrawInput,
};
use crate::out::{ConsentOut, ConsentsOut, MatterOut, ResidentOut};
use crate::policy;
use crate::store;
use zw_access::{Ctx, Permit, sealed};
use zw_core::code::Code as _;
use zw_core::{ConsentId, DivisionId, Error, Key, ResidentId, Result};
use zw_db::{Conn, Tx};
use zw_web::Idem;

/// The notice in force.
pub(crate) fn notice(ctx: &Ctx) -> Notice {
    ctx.app.settings().get()
}

/// The version of the notice in force.
pub(crate) fn notice_version(ctx: &Ctx) -> String {
    ctx.app.settings().get::<NoticeVersion>().0
}

/// Writes an answer of a resident in the caller's transaction.
pub(crate) async fn write(ctx: &Ctx, tx: &mut Tx, key: Key<ResidentId>, draft: &ConsentDraft) -> Result<ConsentId> {
    let id = ConsentId(ctx.uuid());
    let new = store::consent::New {
        county: key.county,
        id,
        resident: key.id,
        signer: seal_opt(ctx, sealed::CONSENT_SIGNER, key.county, &id, draft.signer.as_deref())?,
        witness: seal_opt(ctx, sealed::CONSENT_WITNESS, key.county, &id, draft.witness.as_deref())?,
        draft: draft.clone(),
        notice_version: notice_version(ctx),
        withdrawn: None,
        at: tx.at(),
        by: ctx.actor.name.clone(),
    };
    store::consent::add(tx, [new]).await?;
    Ok(id)
}

/// A record within a permit. An answer is recorded where the reader sees the person, too.
async fn seen(ctx: &Ctx, c: &mut Conn, p: &Permit<Resident>, key: Key<ResidentId>) -> Result<Resident> {
    let see = ctx.permit::<Resident>(policy::READ)?;
    let r = store::resident::get(c, p, ctx.today(), key.county, key.id).await?.filter(|r| see.covers(&r.spot()));
    r.ok_or(Error::NotFound)
}

async fn on_file(ctx: &Ctx, c: &mut Conn, p: &Permit<Resident>, key: Key<ResidentId>) -> Result<Resident> {
    let r = seen(ctx, c, p, key).await?;
    if r.state == ResidentState::Closed { Err(Error::rule("resident-closed")) } else { Ok(r) }
}

/// Records a consent or a refusal.
pub async fn record(
    ctx: &Ctx,
    county: DivisionId,
    id: ResidentId,
    input: ConsentInput,
    idem: &Idem,
) -> Result<Key<ConsentId>> {
    let permit = ctx.permit::<Resident>(policy::CONSENT)?;
    let key = Key { county, id };
    let mut tx = ctx.write().await?;
    if let Some(done) = idem.seen(ctx, &mut tx).await? {
        return serde_json::from_str(&done).map_err(Error::internal);
    }
    let r = on_file(ctx, &mut tx, &permit, key).await?;
    let facts = ConsentFacts { today: ctx.today(), birth: Some(r.birth_day), notice: &notice(ctx) };
    let draft = input.check(&facts).map_err(Error::Invalid)?;
    let made = Key { county, id: write(ctx, &mut tx, key, &draft).await? };
    idem.save(ctx, &mut tx, &serde_json::to_string(&made).map_err(Error::internal)?).await?;
    let change = permit.change(Some(county), id).fields(&["consent"]).subject(id);
    tx.commit(change.purpose(format!("consent-{}", draft.answer)).digest_of(&input)).await?;
    Ok(made)
}

/// An answer with the record it is read with today. Whoever is off the register may withdraw as well: what was consented to
/// outlives the service (PIPL article 15).
async fn answer(
    ctx: &Ctx,
    c: &mut Conn,
    p: &Permit<Resident>,
    county: DivisionId,
    id: ConsentId,
) -> Result<(Resident, Consent)> {
    let found = store::consent::get(c, county, id).await?.ok_or(Error::NotFound)?;
    let stays = store::merge::of(c, county, found.resident_id).await?.map_or(found.resident_id, |m| m.survivor_id);
    Ok((seen(ctx, c, p, Key { county, id: stays }).await?, found))
}

/// Whether an answer may be withdrawn: one that was given, was not withdrawn, and is not replaced altogether.
fn may_withdraw(c: &Consent, all: &[Consent], r: &Resident, today: zw_core::Day) -> Result<()> {
    match state(c, all, r.birth_day, today) {
        ConsentState::Standing | ConsentState::NotGuardian => Ok(()),
        ConsentState::Refused => Err(Error::rule("consent-is-refusal")),
        ConsentState::Withdrawn => Err(Error::rule("consent-withdrawn")),
        ConsentState::Expired => Err(Error::rule("consent-expired")),
        ConsentState::Replaced => Err(Error::rule("consent-replaced")),
    }
}

/// Records a withdrawal: the answer stays, its basis ends with the commit.
pub async fn withdraw(
    ctx: &Ctx,
    county: DivisionId,
    id: ConsentId,
    input: WithdrawInput,
    idem: &Idem,
) -> Result<Key<ResidentId>> {
    let permit = ctx.permit::<Resident>(policy::WITHDRAW)?;
    let mut tx = ctx.write().await?;
    if let Some(done) = idem.seen(ctx, &mut tx).await? {
        return serde_json::from_str(&done).map_err(Error::internal);
    }
    let (r, was) = answer(ctx, &mut tx, &permit, county, id).await?;
    // Whoever records a visit at this moment comes before or after.
    store::resident::hold(&mut tx, county, &[r.id]).await?;
    let all = store::consent::of_one(&mut tx, county, r.id).await?;
    if input.version != was.version {
        return Err(conflict(&mut tx, county, id).await?);
    }
    may_withdraw(&was, &all, &r, ctx.today())?;
    let (on, reason) = input.check(&was, ctx.today()).map_err(Error::Invalid)?;
    if store::consent::withdraw(&mut tx, &was, on, &reason, &ctx.actor.name).await? == 0 {
        return Err(conflict(&mut tx, county, id).await?);
    }
    let key = Key { county, id: r.id };
    idem.save(ctx, &mut tx, &serde_json::to_string(&key).map_err(Error::internal)?).await?;
    let change = permit.change(Some(county), r.id).fields(&["withdrawn_on", "withdraw_reason"]).subject(r.id);
    tx.commit(change.digest_of(&input)).await?;
    Ok(key)
}

async fn conflict(c: &mut Conn, county: DivisionId, id: ConsentId) -> Result<Error> {
    Ok(super::overtaken(store::consent::changed(c, county, id).await?))
}

/// What a withdrawal is about to do, for its page.
pub struct Withdrawal {
    /// The record.
    pub resident: ResidentOut,
    /// The consent.
    pub consent: ConsentOut,
    /// What stops.
    pub stops: Vec<ConsentScope>,
    /// What the law bears on.
    pub stays: Vec<ConsentScope>,
}

/// A consent that may be withdrawn, and what that does.
pub async fn withdrawal(ctx: &Ctx, county: DivisionId, id: ConsentId) -> Result<Withdrawal> {
    let permit = ctx.permit::<Resident>(policy::WITHDRAW)?;
    let mut c = ctx.read().await?;
    let (r, was) = answer(ctx, &mut c, &permit, county, id).await?;
    let all = store::consent::of_one(&mut c, county, r.id).await?;
    may_withdraw(&was, &all, &r, ctx.today())?;
    drop(c);
    let page = super::resident::open(ctx, county, r.id).await?;
    let consent = page.consents.items.into_iter().find(|k| k.id == id).ok_or(Error::NotFound)?;
    let (stops, stays) = consent::effect(r.legal_basis, &consent.scopes);
    Ok(Withdrawal { resident: page.resident, consent, stops, stays })
}

/// Writes down that the form of a resident is printed: a name leaves on paper (AUD-1).
pub async fn printed(ctx: &Ctx, county: DivisionId, id: ResidentId) -> Result<()> {
    let permit = ctx.permit::<Resident>(policy::CONSENT_FORM)?;
    let mut tx = ctx.write().await?;
    let r = on_file(ctx, &mut tx, &permit, Key { county, id }).await?;
    tx.commit(permit.change(Some(county), r.id).fields(&["print", "name"]).subject(r.id)).await
}

/// How a standing is said of one matter.
fn matter(basis: LegalBasis, scope: ConsentScope, s: Standing) -> MatterOut {
    let (state, day) = match s {
        Standing::Given(until) => (Some(ConsentState::Standing), until),
        Standing::Unasked => (None, None),
        Standing::Refused(on) => (Some(ConsentState::Refused), Some(on)),
        Standing::Withdrawn(on) => (Some(ConsentState::Withdrawn), Some(on)),
        Standing::Expired(until) => (Some(ConsentState::Expired), Some(until)),
        Standing::NotGuardian => (Some(ConsentState::NotGuardian), None),
    };
    MatterOut { scope, state, day, borne: consent::borne(basis, scope) }
}

/// All answers of a resident as the reader may see them: matters and states whoever sees the record, who signed with what is
/// of class P2, grounds and reasons with what is of class P3; of a child everything is of that class.
pub(crate) async fn of(ctx: &Ctx, c: &mut Conn, sight: &Sight, r: &Resident) -> Result<ConsentsOut> {
    let (today, mask, detail, basics) = (ctx.today(), sight.mask(r), sight.detail(r), sight.basics(r));
    let all = store::consent::of_one(c, r.county_id, r.id).await?;
    let no_basis = consent::lacks(r.legal_basis, &all, ConsentScope::Filing, r.birth_day, today).is_some();
    if r.is_child(today) && !detail {
        return Ok(ConsentsOut { withheld: true, no_basis, ..ConsentsOut::default() });
    }
    let matters = ConsentScope::ALL
        .iter()
        .map(|s| matter(r.legal_basis, *s, consent::standing(&all, *s, r.birth_day, today)))
        .collect();
    let mut items = vec![];
    for k in all.iter().rev() {
        let signer = open(ctx, sealed::CONSENT_SIGNER, k.county_id, &k.id, k.signer.as_ref())?;
        let witness = open(ctx, sealed::CONSENT_WITNESS, k.county_id, &k.id, k.witness.as_ref())?;
        let shown = |name: Option<zw_access::Pii<String>>| name.map(|n| mask.name(&n));
        let text = |t: &str| if basics { t.to_owned() } else { String::new() };
        items.push(ConsentOut {
            id: k.id,
            merged: k.resident_id != r.id,
            scopes: k.scopes(),
            answer: k.answer,
            state: state(k, &all, r.birth_day, today),
            form: k.form,
            signer: shown(signer),
            relation: k.relation.clone(),
            ground: k.ground.filter(|_| detail),
            witness: shown(witness),
            purpose: text(&k.purpose),
            recipients: text(&k.recipients),
            field_groups: k.field_groups(),
            notice_version: k.notice_version.clone(),
            signed_on: k.signed_on,
            until: k.until_on,
            withdrawn_on: k.withdrawn_on,
            withdraw_reason: k.withdraw_reason.clone().filter(|_| detail),
            evidence: text(&k.evidence),
            recorded_at: k.recorded_at.minute_cn(),
            version: k.version,
        });
    }
    Ok(ConsentsOut { matters, items, withheld: false, no_basis })
}
