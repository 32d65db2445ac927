//! Use cases of the workforce: permit, load, decide, write, commit.

pub mod correct;
pub mod own;
pub(crate) mod told;

use crate::model::certificate::{Certificate, CertificateInput};
use crate::model::posting::{EndInput, Posting, PostingInput, PostingOut, overload};
use crate::model::worker::{Edited, Worker, WorkerFile, WorkerInput, WorkerOut, WorkerQuery, WorkerState};
use crate::policy;
use crate::store::{corrections, postings, workers as store};
use std::collections::HashMap;
use zw_access::reveal::{RevealField, RevealInput, Revealed, written};
use zw_access::sealed::{self, Column};
use zw_access::{Ctx, Limit, MaskPlan, Permit, Pii, Vault};
use zw_core::{
    CertificateId, Day, DivisionId, Error, FieldErrors, PageReq, Paged, PostingId, Result, Rng, UnitId, WorkerId,
};
use zw_db::{Conn, Tx};
use zw_network::model::history;
use zw_network::store::units;
use zw_web::Idem;

pub(crate) fn seal(vault: &Vault, rng: &Rng, column: Column, id: WorkerId, clear: &str) -> Result<Vec<u8>> {
    vault.seal(rng, &column.at(id, id), clear.as_bytes())
}

fn open(vault: &Vault, column: Column, w: &Worker, sealed: Option<&Vec<u8>>) -> Result<Option<Pii<String>>> {
    sealed.map(|s| vault.open_text(&column.at(w.id, w.id), s).map(Pii::new)).transpose()
}

pub(crate) fn by(ctx: &Ctx) -> String {
    let name = if ctx.actor.display.is_empty() { &ctx.actor.name } else { &ctx.actor.display };
    name.chars().take(60).collect()
}

/// One page of the workers the reader may see.
pub async fn list(ctx: &Ctx, q: &WorkerQuery) -> Result<Paged<WorkerOut>> {
    listed(ctx, q, PageReq::new(q.page, q.size)).await
}

/// The same with another page than the query's, for exports.
pub async fn listed(ctx: &Ctx, q: &WorkerQuery, req: PageReq) -> Result<Paged<WorkerOut>> {
    let permit = ctx.permit::<Worker>(policy::WORKER_READ)?;
    let mut c = ctx.read().await?;
    let (rows, total) = store::page(&mut c, &permit, q, ctx.today(), req).await?;
    let items = outs(ctx, &mut c, rows).await?;
    Ok(Paged::of(req, items, total))
}

/// The first few workers whose name fits a text, and how many there are, for a search over everything; none for who may
/// not see workers. By name only: a number or a telephone is never looked for.
pub async fn suggest(ctx: &Ctx, text: &str, n: i64) -> Result<Paged<WorkerOut>> {
    if text.trim().is_empty() || !ctx.can(policy::WORKER_READ) {
        return Ok(Paged::of(PageReq::new(None, Some(n)), vec![], 0));
    }
    list(ctx, &WorkerQuery { q: Some(text.to_owned()), size: Some(n), ..WorkerQuery::default() }).await
}

async fn outs(ctx: &Ctx, c: &mut Conn, rows: Vec<Worker>) -> Result<Vec<WorkerOut>> {
    let ids: Vec<WorkerId> = rows.iter().map(|w| w.id).collect();
    let levels = store::levels(c, &ids).await?;
    let mut main: HashMap<WorkerId, (String, String)> = HashMap::new();
    for (worker, _, unit, post) in postings::main_of(c, &ids, ctx.today()).await? {
        main.entry(worker).or_insert((unit, post.to_string()));
    }
    let view = ctx.tree().as_of(ctx.today());
    Ok(rows
        .into_iter()
        .map(|w| {
            let at = main.remove(&w.id);
            WorkerOut {
                name: crate::STAFF.name(&w.name),
                county: view.get(w.home_county).map(|d| d.name.clone()).unwrap_or_default(),
                level: levels.get(&w.id).copied(),
                unit: at.as_ref().map(|a| a.0.clone()),
                post: at.map(|a| a.1),
                id: w.id,
                sex: w.sex,
                employ: w.employ,
                is_sw: w.is_sw,
                state: w.state,
                county_id: w.home_county,
                version: w.version,
            }
        })
        .collect())
}

/// A worker with certificates and postings; number and telephone masked.
pub async fn get(ctx: &Ctx, id: WorkerId) -> Result<WorkerFile> {
    let permit = ctx.permit::<Worker>(policy::WORKER_READ)?;
    let mut c = ctx.read().await?;
    let w = store::get(&mut c, &permit, id, ctx.today()).await?;
    let mask = crate::STAFF;
    let id_no = open(&ctx.app.vault, sealed::WORKER_ID_NO, &w, w.id_no.as_ref())?;
    let phone = open(&ctx.app.vault, sealed::WORKER_PHONE, &w, w.phone.as_ref())?;
    let certificates = store::certificates(&mut c, id).await?;
    let list = postings::of_worker(&mut c, id).await?;
    let ids: Vec<UnitId> = list.iter().map(|p| p.unit_id).collect();
    let names: HashMap<UnitId, String> = units::names_of(&mut c, &ids).await?.into_iter().collect();
    let since = w.since_day;
    let worker = outs(ctx, &mut c, vec![w]).await?.pop().ok_or(Error::NotFound)?;
    Ok(WorkerFile {
        worker,
        id_no: id_no.map(|v| mask.id_no(&v, ctx.today(), false)).unwrap_or_default(),
        phone: phone.map(|v| mask.phone(&v)).unwrap_or_default(),
        since,
        corrections: corrections::of_worker(&mut c, id).await?,
        certificates,
        postings: list
            .into_iter()
            .map(|p| PostingOut {
                unit: names.get(&p.unit_id).cloned().unwrap_or_default(),
                id: p.id,
                unit_id: p.unit_id,
                post: p.post,
                from: p.from_day,
                last_day: p.to_day.filter(|_| !p.is_cancelled()).map(|d| d.add_days(-1)),
                fte_permille: p.fte_permille,
                cancelled: p.is_cancelled(),
                leave_reason: p.leave_reason,
                version: p.version,
            })
            .collect(),
    })
}

/// The worker an edit form begins with.
pub async fn for_edit(ctx: &Ctx, id: WorkerId) -> Result<Worker> {
    let permit = ctx.permit::<Worker>(policy::WORKER_WRITE)?;
    store::get(&mut ctx.read().await?, &permit, id, ctx.today()).await
}

/// The fields of a worker that can be shown.
pub const REVEALABLE: [RevealField; 2] = [RevealField::IdNo, RevealField::Phone];

/// Shows one field of one worker (`zw_access::reveal`).
pub async fn reveal(ctx: &Ctx, id: WorkerId, input: &RevealInput) -> Result<Revealed> {
    let permit = ctx.permit::<Worker>(policy::WORKER_REVEAL)?;
    let (field, purpose) = input.check(&REVEALABLE)?;
    let w = store::get(&mut ctx.read().await?, &permit, id, ctx.today()).await?;
    let (column, value) = match field {
        RevealField::Phone => (sealed::WORKER_PHONE, w.phone.as_ref()),
        _ => (sealed::WORKER_ID_NO, w.id_no.as_ref()),
    };
    let plain = open(&ctx.app.vault, column, &w, value)?;
    written(ctx, ctx.write().await?, field, purpose, permit.change(Some(w.home_county), id).subject(id)).await?;
    let mask = MaskPlan::REVEALED;
    let value = plain.map(|v| match field {
        RevealField::Phone => mask.phone(&v),
        _ => mask.id_no(&v, ctx.today(), false),
    });
    Ok(Revealed { field, value: value.unwrap_or_default() })
}

/// Registers a worker in the reader's county. A number already registered anywhere is refused at its field.
pub async fn register(ctx: &Ctx, input: &WorkerInput, idem: &Idem) -> Result<WorkerId> {
    let permit = ctx.permit::<Worker>(policy::WORKER_WRITE)?;
    let mut tx = ctx.write().await?;
    if let Some(r) = idem.seen(ctx, &mut tx).await? {
        return r.parse().map_err(Error::internal);
    }
    let checked = input.check(ctx.today());
    let own = permit.counties().unwrap_or_default();
    let county = match input.county.trim() {
        "" if own.len() == 1 => own.first().copied(),
        typed => typed.parse().ok().filter(|c| permit.covers_county(*c)),
    };
    let Some(county) = county else {
        let mut e = match checked {
            Err(Error::Invalid(e)) => e,
            _ => FieldErrors::default(),
        };
        e.add("county", if input.county.trim().is_empty() { "required" } else { "division-unknown" });
        return Err(Error::Invalid(e));
    };
    let c = checked?;
    let id = WorkerId(ctx.uuid());
    let (vault, rng) = (&ctx.app.vault, &ctx.app.rng);
    let worker = Worker {
        id,
        name: c.name,
        id_type: c.id_type.to_owned(),
        id_no: Some(seal(vault, rng, sealed::WORKER_ID_NO, id, c.id_no.for_rules())?),
        phone: c.phone.map(|p| seal(vault, rng, sealed::WORKER_PHONE, id, p.for_rules())).transpose()?,
        sex: c.sex.to_owned(),
        birth_day: c.birth,
        since_day: c.since,
        employ: c.employ,
        is_sw: c.is_sw,
        state: WorkerState::Due,
        home_county: county,
        version: 1,
        updated_at: ctx.now(),
        updated_by: by(ctx),
    };
    if !store::reserve(&mut tx, vault.blind("worker_id", c.id_no.for_rules()), &worker).await? {
        drop(tx);
        return Err(taken(ctx, &permit, county).await?);
    }
    store::insert(&mut tx, &worker, ctx.now()).await?;
    idem.save(ctx, &mut tx, &id.to_string()).await?;
    tx.commit(permit.change(Some(county), id).fields(&["created"]).subject(id)).await?;
    Ok(id)
}

/// The answer for a number that is registered already. It tells that somebody exists: counted and written down like a
/// resident's (security.md PRIV-12).
async fn taken(ctx: &Ctx, permit: &Permit<Worker>, county: DivisionId) -> Result<Error> {
    let mut tx = ctx.write().await?;
    let change = permit.change(Some(county), "duplicate").purpose("duplicate");
    if let Some(retry_after_s) = Limit::DUPLICATE.take(ctx, &mut tx).await? {
        tx.commit(change.denied()).await?;
        return Ok(Error::TooMany { retry_after_s });
    }
    tx.commit(change).await?;
    Ok(Error::field("id_no", "already-registered"))
}

/// Changes name, telephone, employment and degree. Name and telephone left empty stay as they are, because the form
/// shows them masked.
pub async fn edit(ctx: &Ctx, id: WorkerId, input: &WorkerInput, idem: &Idem) -> Result<()> {
    let permit = ctx.permit::<Worker>(policy::WORKER_WRITE)?;
    let mut tx = ctx.write().await?;
    if idem.seen(ctx, &mut tx).await?.is_some() {
        return Ok(());
    }
    let old = store::get(&mut tx, &permit, id, ctx.today()).await?;
    let mut typed = input.clone();
    if typed.name.trim().is_empty() {
        typed.name = old.name.for_rules().clone();
    }
    let Edited { name, phone, employ, is_sw } = typed.check_edit()?;
    if old.version != input.version {
        let current = vec![
            ("version".into(), old.version.to_string()),
            ("updated_by".into(), old.updated_by.clone()),
            ("updated_at".into(), old.updated_at.minute_cn()),
            ("name".into(), crate::STAFF.name(&old.name)),
            ("employ".into(), old.employ.clone()),
        ];
        return Err(Error::Conflict { current });
    }
    let sealed =
        phone.map(|p| seal(&ctx.app.vault, &ctx.app.rng, sealed::WORKER_PHONE, id, p.for_rules())).transpose()?;
    let mut fields = vec![];
    for (field, differs) in [
        ("name", name != old.name),
        ("phone", sealed.is_some()),
        ("employ", employ != old.employ),
        ("is_sw", is_sw != old.is_sw),
    ] {
        if differs {
            fields.push(field);
        }
    }
    let county = old.home_county;
    let next = Worker {
        name,
        phone: sealed.or(old.phone),
        employ,
        is_sw,
        version: old.version + 1,
        updated_at: ctx.now(),
        updated_by: by(ctx),
        ..old
    };
    store::save(&mut tx, &next).await?;
    idem.save(ctx, &mut tx, "").await?;
    tx.live("wall", Some(county));
    tx.commit(permit.change(Some(county), id).fields(&fields).subject(id)).await
}

/// Notes a certificate.
pub async fn certify(ctx: &Ctx, id: WorkerId, input: &CertificateInput, idem: &Idem) -> Result<()> {
    let permit = ctx.permit::<Worker>(policy::WORKER_WRITE)?;
    let mut tx = ctx.write().await?;
    if idem.seen(ctx, &mut tx).await?.is_some() {
        return Ok(());
    }
    let w = store::get(&mut tx, &permit, id, ctx.today()).await?;
    let (level, number, issued_on) = input.check(ctx.today())?;
    let k = Certificate { id: CertificateId(ctx.uuid()), worker_id: id, level, number, issued_on, version: 1 };
    store::add_certificate(&mut tx, &k, ctx.now()).await?;
    idem.save(ctx, &mut tx, "").await?;
    tx.live("wall", Some(w.home_county));
    tx.commit(permit.change(Some(w.home_county), id).fields(&["certificate"]).subject(id).digest_of(&k)).await
}

/// Posts a worker to a unit of the county from a day on.
pub async fn post(ctx: &Ctx, id: WorkerId, input: &PostingInput, idem: &Idem) -> Result<PostingId> {
    let permit = ctx.permit::<Posting>(policy::POSTING_WRITE)?;
    let workers = ctx.permit::<Worker>(policy::WORKER_WRITE)?;
    let mut tx = ctx.write().await?;
    if let Some(r) = idem.seen(ctx, &mut tx).await? {
        return r.parse().map_err(Error::internal);
    }
    let w = store::get(&mut tx, &workers, id, ctx.today()).await?;
    store::hold(&mut tx, id).await?;
    let mut e = FieldErrors::default();
    let new = input.check(ctx.today(), w.since_day, &mut e);
    let unit = match new.unit {
        Some(u) => units::find(&mut tx, u).await?.filter(|u| permit.covers_county(u.county_id)),
        None => None,
    };
    if unit.is_none() && new.unit.is_some() {
        e.add("unit", "unit-unknown");
    }
    if let Some(u) = &unit {
        let past = units::history(&mut tx, u.id).await?;
        match history::on(&past, new.from) {
            None if e.of("from").is_none() => e.add("from", "unit-not-yet"),
            None => {}
            Some(s) if s.is_final() => e.add("unit", "unit-closed-on-day"),
            Some(_) => {}
        }
    }
    let mut shares: Vec<_> =
        postings::of_worker(&mut tx, id).await?.iter().map(|p| (p.from_day, p.to_day, p.fte_permille)).collect();
    shares.push((new.from, None, new.fte));
    if let Some(day) = overload(&shares)
        && e.of("fte").is_none()
        && e.of("from").is_none()
    {
        e.add_with("fte", "fte-overload", &[("day", &day.to_string())]);
    }
    e.check()?;
    let unit = unit.ok_or_else(|| Error::field("unit", "required"))?;
    let posting = Posting {
        id: PostingId(ctx.uuid()),
        worker_id: id,
        unit_id: unit.id,
        county_id: unit.county_id,
        post: new.post,
        from_day: new.from,
        to_day: None,
        fte_permille: new.fte,
        leave_reason: None,
        version: 1,
        updated_at: ctx.now(),
        updated_by: by(ctx),
    };
    postings::insert(&mut tx, &posting).await?;
    store::set_state(&mut tx, id, WorkerState::OnPost).await?;
    idem.save(ctx, &mut tx, &posting.id.to_string()).await?;
    tx.live("wall", Some(posting.county_id));
    tx.commit(permit.change(Some(posting.county_id), posting.id).fields(&["created"]).subject(id).digest_of(&posting))
        .await?;
    Ok(posting.id)
}

/// Ends a posting after its last day, with a reason.
pub async fn end(ctx: &Ctx, id: PostingId, input: &EndInput, idem: &Idem) -> Result<WorkerId> {
    let permit = ctx.permit::<Posting>(policy::POSTING_WRITE)?;
    let mut tx = ctx.write().await?;
    let old = postings::get(&mut tx, &permit, id).await?;
    if idem.seen(ctx, &mut tx).await?.is_some() {
        return Ok(old.worker_id);
    }
    let (to, reason) = input.check(&old, ctx.today())?;
    if old.version != input.version {
        return Err(Error::Conflict { current: vec![("updated_by".into(), old.updated_by.clone())] });
    }
    let next = Posting {
        to_day: Some(to),
        leave_reason: Some(reason),
        version: old.version + 1,
        updated_at: ctx.now(),
        updated_by: by(ctx),
        ..old.clone()
    };
    postings::save(&mut tx, &next).await?;
    settle(&mut tx, old.worker_id, ctx.today()).await?;
    idem.save(ctx, &mut tx, "").await?;
    tx.live("wall", Some(next.county_id));
    tx.commit(
        permit
            .change(Some(next.county_id), id)
            .fields(&["to_day", "leave_reason"])
            .subject(old.worker_id)
            .digest_of(&next),
    )
    .await?;
    Ok(old.worker_id)
}

/// Somebody without a posting that goes on has left; who never had one is still expected.
async fn settle(tx: &mut Tx, worker: WorkerId, today: Day) -> Result<()> {
    let mut all = postings::of_worker(tx, worker).await?;
    all.retain(|p| !p.is_cancelled());
    let goes_on = all.iter().any(|p| p.to_day.is_none_or(|t| t > today.add_days(1)));
    let state = match (goes_on, all.is_empty()) {
        (true, _) => WorkerState::OnPost,
        (false, true) => WorkerState::Due,
        (false, false) => WorkerState::Left,
    };
    store::set_state(tx, worker, state).await
}

/// The units a worker can be posted to: those of the reader's counties that are not merged or closed.
pub async fn unit_choices(ctx: &Ctx) -> Result<Vec<(UnitId, String)>> {
    let permit = ctx.permit::<Posting>(policy::POSTING_WRITE)?;
    let mut c = ctx.read().await?;
    let mut out = vec![];
    for county in permit.counties().unwrap_or_default() {
        let names = units::names(&mut c, county).await?;
        out.extend(names.into_iter().filter(|(_, _, _, s)| !s.is_final()).map(|(id, _, name, _)| (id, name)));
    }
    Ok(out)
}
