//! Correcting what was typed wrong about a posting or certificate, and taking back what was entered by mistake. Figures
//! are stocks over the rows, so they follow by themselves; frozen reports stay and show the difference (补录差额).

use super::{by, settle};
use crate::model::certificate::Certificate;
use crate::model::correction::{
    CancelInput, CertificateCorrection, Corrected, CorrectionAct, CorrectionOut, PostingCorrection, Was,
};
use crate::model::posting::{Posting, overload};
use crate::policy;
use crate::store::{corrections, postings, workers as store};
use zw_access::Ctx;
use zw_core::{CertificateId, Day, Error, FieldErrors, PostingId, Result, Uuid, WorkerId};
use zw_db::{Mark, Tx};
use zw_network::model::history;
use zw_network::store::units;
use zw_web::Idem;

fn note(ctx: &Ctx, (what, id): (Corrected, Uuid), act: CorrectionAct, reason: String, was: Was) -> CorrectionOut {
    CorrectionOut { what, id, act, at: ctx.now(), by: by(ctx), reason, was }
}

/// What stands, for the person who was overtaken.
fn conflict(version: i64, by: &str, at: Option<String>) -> Error {
    let mut current = vec![("version".to_owned(), version.to_string()), ("updated_by".to_owned(), by.to_owned())];
    current.extend(at.map(|at| ("updated_at".to_owned(), at)));
    Error::Conflict { current }
}

fn stale(p: &Posting) -> Error {
    conflict(p.version, &p.updated_by, Some(p.updated_at.minute_cn()))
}

/// The days on which figures may be others now: where the posting begins and ends, before and after.
fn touched(was: &Posting, next: &Posting, today: Day) -> Vec<Mark> {
    let mut days: Vec<Day> =
        [Some(was.from_day), was.to_day, Some(next.from_day), next.to_day].into_iter().flatten().collect();
    days.retain(|d| *d <= today);
    days.sort_unstable();
    days.dedup();
    days.into_iter().map(|day| Mark { county: was.county_id, unit: Some(was.unit_id), day }).collect()
}

/// The posting an edit form begins with.
pub async fn posting_for_edit(ctx: &Ctx, id: PostingId) -> Result<(Posting, String)> {
    let permit = ctx.permit::<Posting>(policy::POSTING_CORRECT)?;
    let mut c = ctx.read().await?;
    let p = postings::get(&mut c, &permit, id).await?;
    let unit = units::names_of(&mut c, &[p.unit_id]).await?.pop().map(|(_, name)| name).unwrap_or_default();
    Ok((p, unit))
}

/// The certificate an edit form begins with.
pub async fn certificate_for_edit(ctx: &Ctx, id: CertificateId) -> Result<Certificate> {
    let permit = ctx.permit::<Certificate>(policy::CERTIFICATE_CORRECT)?;
    Ok(store::certificate(&mut ctx.read().await?, &permit, id).await?.0)
}

async fn unit_name(tx: &mut Tx, p: &Posting) -> Result<String> {
    Ok(units::names_of(tx, &[p.unit_id]).await?.pop().map(|(_, name)| name).unwrap_or_default())
}

/// Corrects a posting: its post, first and last day and share. Somebody else's change since is a conflict.
pub async fn posting(ctx: &Ctx, id: PostingId, input: &PostingCorrection, idem: &Idem) -> Result<WorkerId> {
    let permit = ctx.permit::<Posting>(policy::POSTING_CORRECT)?;
    let mut tx = ctx.write().await?;
    let was = postings::get(&mut tx, &permit, id).await?;
    if idem.seen(ctx, &mut tx).await?.is_some() {
        return Ok(was.worker_id);
    }
    if was.is_cancelled() {
        return Err(Error::rule("posting-cancelled"));
    }
    store::hold(&mut tx, was.worker_id).await?;
    let mut e = FieldErrors::default();
    let since = store::since(&mut tx, was.worker_id).await?;
    let c = input.check(&was, ctx.today(), since, &mut e);
    let past = units::history(&mut tx, was.unit_id).await?;
    match history::on(&past, c.from) {
        None if e.of("from").is_none() => e.add("from", "unit-not-yet"),
        Some(s) if s.is_final() && e.of("from").is_none() => e.add("from", "unit-closed-on-day"),
        _ => {}
    }
    // Nobody is on post at a unit that is over.
    let last = c.to.map_or(ctx.today(), |t| t.add_days(-1));
    if history::on(&past, last).is_some_and(|s| s.is_final()) && e.of("last_day").is_none() {
        e.add("last_day", "unit-closed-on-day");
    }
    let others = postings::of_worker(&mut tx, was.worker_id).await?;
    let mut shares: Vec<_> =
        others.iter().filter(|p| p.id != id).map(|p| (p.from_day, p.to_day, p.fte_permille)).collect();
    shares.push((c.from, c.to, c.fte));
    if let Some(day) = overload(&shares)
        && ["fte", "from", "last_day"].iter().all(|f| e.of(f).is_none())
    {
        e.add_with("fte", "fte-overload", &[("day", &day.to_string())]);
    }
    e.check()?;
    if was.version != input.version {
        return Err(stale(&was));
    }
    let next = Posting {
        post: c.post,
        from_day: c.from,
        to_day: c.to,
        fte_permille: c.fte,
        leave_reason: was.leave_reason.clone().filter(|_| c.to.is_some()),
        version: was.version + 1,
        updated_at: ctx.now(),
        updated_by: by(ctx),
        ..was.clone()
    };
    written(ctx, &mut tx, &was, &next, CorrectionAct::Correct, c.reason).await?;
    idem.save(ctx, &mut tx, "").await?;
    let change = permit.change(Some(was.county_id), id).fields(&["post", "from_day", "to_day", "fte_permille"]);
    tx.commit(change.subject(was.worker_id).purpose("correct").digest_of(&next)).await?;
    Ok(was.worker_id)
}

/// Takes back a posting that was entered by mistake: it holds no day any more and stays readable in the file.
pub async fn cancel_posting(ctx: &Ctx, id: PostingId, input: &CancelInput, idem: &Idem) -> Result<WorkerId> {
    let permit = ctx.permit::<Posting>(policy::POSTING_CORRECT)?;
    let mut tx = ctx.write().await?;
    let was = postings::get(&mut tx, &permit, id).await?;
    if idem.seen(ctx, &mut tx).await?.is_some() {
        return Ok(was.worker_id);
    }
    if was.is_cancelled() {
        return Err(Error::rule("posting-cancelled"));
    }
    let reason = input.check()?;
    if was.version != input.version {
        return Err(stale(&was));
    }
    let next = Posting {
        to_day: Some(was.from_day),
        leave_reason: None,
        version: was.version + 1,
        updated_at: ctx.now(),
        updated_by: by(ctx),
        ..was.clone()
    };
    written(ctx, &mut tx, &was, &next, CorrectionAct::Cancel, reason).await?;
    idem.save(ctx, &mut tx, "").await?;
    let change = permit.change(Some(was.county_id), id).fields(&["cancelled"]).subject(was.worker_id);
    tx.commit(change.purpose("cancel").digest_of(&next)).await?;
    Ok(was.worker_id)
}

async fn written(
    ctx: &Ctx,
    tx: &mut Tx,
    was: &Posting,
    next: &Posting,
    act: CorrectionAct,
    reason: String,
) -> Result<()> {
    postings::save(tx, next).await?;
    let before = Was::posting(was, unit_name(tx, was).await?);
    let line = note(ctx, (Corrected::Posting, was.id.0), act, reason, before);
    corrections::add(tx, ctx.uuid(), was.worker_id, &line).await?;
    settle(tx, was.worker_id, ctx.today()).await?;
    tx.mark(touched(was, next, ctx.today()));
    tx.live("wall", Some(was.county_id));
    Ok(())
}

/// Corrects a certificate: level, number, day of issue.
pub async fn certificate(ctx: &Ctx, id: CertificateId, input: &CertificateCorrection, idem: &Idem) -> Result<WorkerId> {
    let permit = ctx.permit::<Certificate>(policy::CERTIFICATE_CORRECT)?;
    let mut tx = ctx.write().await?;
    let (was, who) = store::certificate(&mut tx, &permit, id).await?;
    if idem.seen(ctx, &mut tx).await?.is_some() {
        return Ok(was.worker_id);
    }
    let (level, number, issued_on, reason) = input.check(ctx.today())?;
    let next = Certificate { level, number, issued_on, version: input.version, ..was.clone() };
    if was.version != input.version || store::save_certificate(&mut tx, &next, &by(ctx)).await? == 0 {
        return Err(conflict(was.version, &who.unwrap_or_default(), None));
    }
    let line = note(ctx, (Corrected::Certificate, id.0), CorrectionAct::Correct, reason, Was::certificate(&was));
    corrections::add(&mut tx, ctx.uuid(), was.worker_id, &line).await?;
    let county = store::home_county(&mut tx, was.worker_id).await?;
    tx.live("wall", Some(county));
    idem.save(ctx, &mut tx, "").await?;
    let change = permit.change(Some(county), id).fields(&["level", "number", "issued_on"]).subject(was.worker_id);
    tx.commit(change.purpose("correct").digest_of(&next)).await?;
    Ok(was.worker_id)
}

/// Takes back a certificate that was entered by mistake; its number is free again.
pub async fn cancel_certificate(
    ctx: &Ctx,
    worker: WorkerId,
    id: CertificateId,
    input: &CancelInput,
    idem: &Idem,
) -> Result<WorkerId> {
    let permit = ctx.permit::<Certificate>(policy::CERTIFICATE_CORRECT)?;
    let mut tx = ctx.write().await?;
    // The row is gone after the first time: the repeat is told by its key alone.
    if idem.seen(ctx, &mut tx).await?.is_some() {
        return Ok(worker);
    }
    let (was, who) = store::certificate(&mut tx, &permit, id).await?;
    if was.worker_id != worker {
        return Err(Error::NotFound);
    }
    let reason = input.check()?;
    let next = Certificate { version: input.version, ..was.clone() };
    if was.version != input.version || store::drop_certificate(&mut tx, &next).await? == 0 {
        return Err(conflict(was.version, &who.unwrap_or_default(), None));
    }
    let line = note(ctx, (Corrected::Certificate, id.0), CorrectionAct::Cancel, reason, Was::certificate(&was));
    corrections::add(&mut tx, ctx.uuid(), worker, &line).await?;
    let county = store::home_county(&mut tx, worker).await?;
    tx.live("wall", Some(county));
    idem.save(ctx, &mut tx, "").await?;
    let change = permit.change(Some(county), id).fields(&["cancelled"]).subject(worker);
    tx.commit(change.purpose("cancel").digest_of(&was)).await?;
    Ok(worker)
}
