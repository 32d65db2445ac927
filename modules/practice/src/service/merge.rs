//! Merging two records of one person, and undoing it (decision 0035). Nothing moves: what was recorded under the record that
//! is merged stays there and is read with the one that stays. Undoing gives both back as they were, except what was
//! corrected since, and what was recorded since stays where it was recorded.

use super::duplicate::{self, Who};
use super::schedule::reschedule;
use super::show;
use super::sight::Sight;
use super::{open, seal, seal_opt};
use crate::model::{
    Kept, LegalBasis, MergeField, MergeInput, MoveKind, Presence, Resident, ResidentState, Values, may_merge,
};
use crate::out::{Duplicates, MergedOut, ResidentOut};
use crate::policy;
use crate::store::{self, merge::Fields, row};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{Value, json};
use zw_access::{Ctx, Permit, sealed};
use zw_core::code::Code as _;
use zw_core::person_id::IdKind;
use zw_core::{Day, DivisionId, Error, Key, ResidentId, Result, WorkerId};
use zw_db::{Conn, Mark, Tx};
use zw_web::Idem;

/// Two records side by side.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct MergePreview {
    /// The record that stays.
    pub stays: ResidentOut,
    /// The record that is merged into it.
    pub goes: ResidentOut,
    /// Fields in which they differ, of those that can be taken over.
    pub differ: Vec<MergeField>,
    /// Of these, fields that the record that stays has nothing in.
    pub missing: Vec<MergeField>,
}

/// Both records, of which the actor may merge either.
async fn both(
    ctx: &Ctx,
    c: &mut Conn,
    permit: &Permit<Resident>,
    county: DivisionId,
    ids: (ResidentId, ResidentId),
) -> Result<(Resident, Resident)> {
    let stays = store::resident::get(c, permit, ctx.today(), county, ids.0).await?.ok_or(Error::NotFound)?;
    let goes = store::resident::get(c, permit, ctx.today(), county, ids.1).await?.ok_or(Error::NotFound)?;
    let merged = !store::merge::into(c, county, goes.id).await?.is_empty();
    may_merge((stays.id, stays.state), (goes.id, goes.state), merged)?;
    Ok((stays, goes))
}

/// What can be taken over of a record, in clear.
fn values(ctx: &Ctx, r: &Resident) -> Result<Values> {
    let text = |column, value: Option<&Vec<u8>>| -> Result<Option<String>> {
        Ok(open(ctx, column, r.county_id, &r.id, value)?.map(|t| t.for_rules().clone()))
    };
    let all = [
        (MergeField::Name, json!(r.name.for_rules())),
        (
            MergeField::Document,
            json!([r.id_type, text(sealed::RESIDENT_ID_NO, r.id_no.as_ref())?, r.id_missing_reason.map(|m| m.code())]),
        ),
        (MergeField::Sex, json!(r.sex)),
        (MergeField::Birth, json!(r.birth_day.yyyymmdd())),
        (MergeField::Phone, json!(text(sealed::RESIDENT_PHONE, r.phone.as_ref())?)),
        (MergeField::Address, json!(text(sealed::RESIDENT_ADDRESS, r.address.as_ref())?)),
        (MergeField::Presence, json!(r.presence.code())),
        (MergeField::Legal, json!(r.legal_basis.code())),
        (MergeField::Worker, json!(r.worker_id)),
    ];
    Ok(all.into_iter().map(|(f, v)| (f.code().to_owned(), v)).collect())
}

fn read<T: DeserializeOwned>(v: &Value) -> Result<T> {
    serde_json::from_value(v.clone()).map_err(Error::internal)
}

/// Values for a record, sealed for it.
fn fields(ctx: &Ctx, r: &Resident, values: &Values) -> Result<Fields> {
    let (county, id) = (r.county_id, &r.id);
    let sealed_opt = |column, text: Option<String>| seal_opt(ctx, column, county, id, text.as_deref());
    let code = |c: &str| Error::Internal(format!("{c} is no code of a merge"));
    let mut f = Fields::default();
    for (name, v) in values {
        match MergeField::from_code(name).ok_or_else(|| code(name))? {
            MergeField::Name => f.name = Some(read(v)?),
            MergeField::Document => {
                let (kind, number, missing): (String, Option<String>, Option<String>) = read(v)?;
                f.document = Some((kind, sealed_opt(sealed::RESIDENT_ID_NO, number)?, missing));
            }
            MergeField::Sex => f.sex = Some(read(v)?),
            MergeField::Birth => f.birth = Some(Day::from_stored(read(v)?)),
            MergeField::Phone => {
                let phone: Option<String> = read(v)?;
                let hash = phone.as_deref().map(|p| super::blind_phone(&ctx.app.vault, p));
                f.phone = Some((sealed_opt(sealed::RESIDENT_PHONE, phone)?, hash));
            }
            MergeField::Address => f.address = Some(sealed_opt(sealed::RESIDENT_ADDRESS, read(v)?)?),
            MergeField::Presence => {
                let text: String = read(v)?;
                f.presence = Some(Presence::from_code(&text).ok_or_else(|| code(&text))?);
            }
            MergeField::Legal => {
                let basis: String = read(v)?;
                f.legal = Some(LegalBasis::from_code(&basis).ok_or_else(|| code(&basis))?);
            }
            MergeField::Worker => f.worker = Some(read::<Option<WorkerId>>(v)?),
        }
    }
    Ok(f)
}

/// The blind index of the number of a record, if it has one.
fn number_of(ctx: &Ctx, r: &Resident) -> Result<Option<Vec<u8>>> {
    let number = open(ctx, sealed::RESIDENT_ID_NO, r.county_id, &r.id, r.id_no.as_ref())?;
    let kind = IdKind::from_code(&r.id_type).unwrap_or(IdKind::ResidentId);
    Ok(number.map(|n| super::register::blind(&ctx.app.vault, kind, n.for_rules())))
}

/// Whether the record is one that the actor may merge; else it does not exist.
pub async fn may_look(ctx: &Ctx, county: DivisionId, id: ResidentId) -> Result<()> {
    let permit = ctx.permit::<Resident>(policy::MERGE)?;
    let found = store::resident::get(&mut ctx.read().await?, &permit, ctx.today(), county, id).await?;
    found.map(|_| ()).ok_or(Error::NotFound)
}

/// Whom a record may be a second file of: those that resemble it, where the reader sees names.
pub async fn choices(ctx: &Ctx, county: DivisionId, id: ResidentId) -> Result<Duplicates> {
    let permit = ctx.permit::<Resident>(policy::MERGE)?;
    let mut c = ctx.read().await?;
    let r = store::resident::get(&mut c, &permit, ctx.today(), county, id).await?.ok_or(Error::NotFound)?;
    let who = Who::of_record(&r);
    let found = duplicate::find(ctx, &mut c, (county, r.unit_id), &who).await?.own_only();
    drop(c);
    duplicate::tell(ctx, &permit, county, found).await
}

/// Both records side by side; who looked is written down first.
pub async fn preview(ctx: &Ctx, county: DivisionId, stays: ResidentId, goes: ResidentId) -> Result<MergePreview> {
    let permit = ctx.permit::<Resident>(policy::MERGE)?;
    let mut c = ctx.read().await?;
    let (a, b) = both(ctx, &mut c, &permit, county, (stays, goes)).await?;
    let sight = Sight::of(ctx, &mut c, &permit, &[a.clone(), b.clone()]).await?;
    let (va, vb) = (values(ctx, &a)?, values(ctx, &b)?);
    let differ: Vec<MergeField> =
        MergeField::ALL.iter().copied().filter(|f| va.get(f.code()) != vb.get(f.code())).collect();
    let empty = |f: &MergeField| match f {
        MergeField::Document => a.id_no.is_none(),
        f => va.get(f.code()).is_none_or(Value::is_null),
    };
    let missing = differ.iter().copied().filter(empty).collect();
    let out = MergePreview {
        stays: show::resident(ctx, &mut c, &sight, &a).await?,
        goes: show::resident(ctx, &mut c, &sight, &b).await?,
        differ,
        missing,
    };
    drop(c);
    let tx = ctx.write().await?;
    let seen = permit.change(Some(county), stays).fields(&["name", "birth_day", "categories"]).subjects([stays, goes]);
    tx.commit(seen.purpose("merge-preview")).await?;
    Ok(out)
}

/// Merges the second record into the first.
pub async fn merge(
    ctx: &Ctx,
    county: DivisionId,
    (stays, goes): (ResidentId, ResidentId),
    input: MergeInput,
    idem: &Idem,
) -> Result<Key<ResidentId>> {
    let permit = ctx.permit::<Resident>(policy::MERGE)?;
    let key = Key { county, id: stays };
    let mut tx = ctx.write().await?;
    if idem.seen(ctx, &mut tx).await?.is_some() {
        return Ok(key);
    }
    store::resident::hold(&mut tx, county, &[stays, goes]).await?;
    let (a, b) = both(ctx, &mut tx, &permit, county, (stays, goes)).await?;
    let (reason, take) = input.check()?;
    for (r, version) in [(&a, input.version), (&b, input.other_version)] {
        if version != r.version {
            return Err(super::register::conflict(&mut tx, county, r.id.0).await?);
        }
    }
    let (va, vb) = (values(ctx, &a)?, values(ctx, &b)?);
    let picked = |from: &Values| -> Values {
        let differs = |f: &&MergeField| va.get(f.code()) != vb.get(f.code());
        take.iter().filter(differs).filter_map(|f| Some((f.code().to_owned(), from.get(f.code())?.clone()))).collect()
    };
    let kept = Kept {
        before: picked(&va),
        after: picked(&vb),
        state: b.state.code().to_owned(),
        categories: bring_categories(ctx, &mut tx, &a, &b).await?,
    };
    let by = &ctx.actor.name;
    let set = store::merge::set(&mut tx, &permit, &a, fields(ctx, &a, &kept.after)?, by).await?;
    let reason_of_close = crate::model::CloseReason::Merged;
    let closed = store::resident::close(&mut tx, &permit, &b, reason_of_close, ctx.today(), by).await?;
    if set == 0 || closed == 0 {
        return Err(super::register::conflict(&mut tx, county, stays.0).await?);
    }
    store::merge::lead_numbers(&mut tx, county, goes, stays).await?;
    match_both(ctx, &mut tx, &a, &b).await?;
    let id = ctx.uuid();
    let text = serde_json::to_string(&kept).map_err(Error::internal)?;
    let new = store::merge::New {
        county,
        id,
        loser: goes,
        survivor: stays,
        reason,
        kept: seal(ctx, sealed::RESIDENT_MERGE_KEPT, county, &id, &text)?,
        on: ctx.today(),
        at: tx.at(),
        by: by.clone(),
    };
    store::merge::add(&mut tx, new).await?;
    line(ctx, &mut tx, &b, -1).await?;
    reschedule(ctx, &mut tx, county, &[stays]).await?;
    idem.save(ctx, &mut tx, "done").await?;
    let change = permit.change(Some(county), stays).fields(&names_of(&take)).subjects([stays, goes]);
    tx.commit(change.purpose(format!("merge-{reason}")).digest_of(&input)).await?;
    Ok(key)
}

fn names_of(take: &[MergeField]) -> Vec<&'static str> {
    std::iter::once("merged").chain(take.iter().map(|f| f.code())).collect()
}

/// The ledger's line of a merge (−1) or of undoing it (+1), on the day of the act: past days stay as they were.
async fn line(ctx: &Ctx, tx: &mut Tx, r: &Resident, delta: i64) -> Result<()> {
    let row = row::MoveRow {
        county: r.county_id,
        id: ctx.uuid(),
        resident: r.id,
        unit: r.unit_id,
        township: r.township_id,
        day: ctx.today(),
        kind: MoveKind::Merged,
        delta,
        at: tx.at(),
    };
    row::insert(tx, [row]).await?;
    tx.mark([Mark { county: r.county_id, unit: Some(r.unit_id), day: ctx.today() }]);
    Ok(())
}

/// The categories of the one that the other lacks, with their recognition: from today on, in rows of their own. What a list
/// says of the one is another fact than what was typed of the other.
async fn bring_categories(ctx: &Ctx, tx: &mut Tx, to: &Resident, from: &Resident) -> Result<Vec<zw_core::Uuid>> {
    let all = store::category::in_force(tx, to.county_id, &[to.id, from.id]).await?;
    let fact = |k: &store::category::CategoryIn| (k.category.clone(), k.list_id.is_some());
    let had: Vec<_> = all.iter().filter(|k| k.resident_id == to.id).map(fact).collect();
    let rows: Vec<row::CategoryRow> = all
        .iter()
        .filter(|k| k.resident_id == from.id && !had.contains(&fact(k)))
        .map(|k| row::CategoryRow {
            county: to.county_id,
            id: ctx.uuid(),
            resident: to.id,
            category: k.category.clone(),
            basis: k.basis,
            from: ctx.today(),
            to: None,
            list: k.list_id,
            document: k.document.clone(),
        })
        .collect();
    let ids = rows.iter().map(|r| r.id).collect();
    row::insert(tx, rows).await?;
    Ok(ids)
}

/// Lets the lists follow the numbers of two records.
async fn match_both(ctx: &Ctx, tx: &mut Tx, a: &Resident, b: &Resident) -> Result<()> {
    let hashes: Vec<Vec<u8>> = [number_of(ctx, a)?, number_of(ctx, b)?].into_iter().flatten().collect();
    super::official_match::residents(ctx, tx, a.county_id, &[a.id, b.id], &hashes).await
}

/// Undoing a merge, as sent.
#[derive(Clone, Default, Deserialize, Serialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct UnmergeInput {
    /// Version of the record that stayed, as read.
    pub version: i64,
}

/// Undoes a merge: `goes` is a record of its own again.
pub async fn unmerge(
    ctx: &Ctx,
    county: DivisionId,
    (stays, goes): (ResidentId, ResidentId),
    input: UnmergeInput,
    idem: &Idem,
) -> Result<Key<ResidentId>> {
    let permit = ctx.permit::<Resident>(policy::UNMERGE)?;
    let key = Key { county, id: goes };
    let mut tx = ctx.write().await?;
    if idem.seen(ctx, &mut tx).await?.is_some() {
        return Ok(key);
    }
    store::resident::hold(&mut tx, county, &[stays, goes]).await?;
    let a = store::resident::get(&mut tx, &permit, ctx.today(), county, stays).await?.ok_or(Error::NotFound)?;
    let b = store::resident::get(&mut tx, &permit, ctx.today(), county, goes).await?.ok_or(Error::NotFound)?;
    let m = store::merge::of(&mut tx, county, goes).await?.filter(|m| m.survivor_id == stays);
    let m = m.ok_or_else(|| Error::rule("resident-not-merged"))?;
    if input.version != a.version {
        return Err(super::register::conflict(&mut tx, county, stays.0).await?);
    }
    let text = open(ctx, sealed::RESIDENT_MERGE_KEPT, county, &m.id, Some(&m.kept))?;
    let text = text.ok_or_else(|| Error::Internal("a merge kept nothing".into()))?;
    let mut kept: Kept = serde_json::from_str(text.for_rules()).map_err(Error::internal)?;
    let old = kept.old_legal();
    let state = ResidentState::from_code(&kept.state).unwrap_or(ResidentState::Active);
    let by = &ctx.actor.name;
    let back = kept.back(&values(ctx, &a)?);
    let set = store::merge::set(&mut tx, &permit, &a, fields(ctx, &a, &back)?, by).await?;
    let opened = store::merge::reopen(&mut tx, &permit, &b, state, by).await?;
    if set == 0 || opened == 0 || store::merge::undo(&mut tx, county, m.id, ctx.today(), by).await? == 0 {
        return Err(super::register::conflict(&mut tx, county, stays.0).await?);
    }
    store::merge::drop_categories(&mut tx, county, &kept.categories).await?;
    if let Some((on, until, by)) = old.filter(|_| back.contains_key(MergeField::Legal.code())) {
        let day = |d: Option<i64>| d.map(Day::from_stored);
        let signer = seal_opt(ctx, sealed::CONSENT_SIGNER, county, &stays, by.as_deref())?;
        let stood = day(on).map(|on| (on, day(until), signer));
        store::consent::give_back(&mut tx, county, stays, stood).await?;
    }
    // The number of the one that comes back, then the number the other has now: neither may be a third person's meanwhile.
    let now = store::resident::get(&mut tx, &permit, ctx.today(), county, stays).await?.ok_or(Error::NotFound)?;
    for (r, other) in [(&b, stays), (&now, goes)] {
        if let Some(hash) = number_of(ctx, r)?
            && !store::merge::lead_number(&mut tx, &hash, county, r.id, other).await?
        {
            return Err(Error::rule("resident-unmerge-number"));
        }
    }
    match_both(ctx, &mut tx, &now, &b).await?;
    line(ctx, &mut tx, &b, 1).await?;
    reschedule(ctx, &mut tx, county, &[stays, goes]).await?;
    idem.save(ctx, &mut tx, "done").await?;
    let change = permit.change(Some(county), stays).fields(&["merged"]).subjects([stays, goes]);
    tx.commit(change.digest_of(&input)).await?;
    Ok(key)
}

/// Where a merged record is read now, as far as the reader may go there.
pub async fn leads_to(ctx: &Ctx, county: DivisionId, id: ResidentId) -> Result<Option<ResidentId>> {
    let see = ctx.permit::<Resident>(policy::READ)?;
    let mut c = ctx.read().await?;
    if store::resident::get(&mut c, &see, ctx.today(), county, id).await?.is_none() {
        return Ok(None);
    }
    let Some(m) = store::merge::of(&mut c, county, id).await? else { return Ok(None) };
    let seen = store::resident::get(&mut c, &see, ctx.today(), county, m.survivor_id).await?;
    Ok(seen.map(|r| r.id))
}

/// What was merged into a record, for its page.
pub(crate) async fn merged(
    ctx: &Ctx,
    c: &mut Conn,
    see: &Permit<Resident>,
    r: &Resident,
) -> Result<(Vec<MergedOut>, Vec<ResidentId>)> {
    let all = store::merge::into(c, r.county_id, r.id).await?;
    let ids: Vec<ResidentId> = all.iter().map(|m| m.loser_id).collect();
    let rows = store::resident::by_ids(c, see, ctx.today(), &ids).await?;
    let out = all.iter().filter_map(|m| {
        let other = rows.iter().find(|o| o.id == m.loser_id)?;
        Some(MergedOut {
            id: m.loser_id,
            name: see.mask_for(&other.spot()).name(&other.name),
            filed_on: other.filed_on,
            merged_on: m.merged_on,
            reason: m.reason,
        })
    });
    Ok((out.collect(), ids))
}
