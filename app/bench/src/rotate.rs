//! The rotation test (security.md CRY-3): SIGKILL at random times in `zhanwang key rotate`, while a server goes on writing
//! and reading sealed values, and proof after every kill that each value that was there opens with the keys on the disk and
//! says what it said. At the end the last rotation is run to its end: only the newest key is in use, the audit chain
//! verifies, and the old keys can be retired.
#![expect(clippy::disallowed_methods, reason = "the kill comes after a random time")]

use crate::http::Visitor;
use crate::kill::Options;
use crate::place::Place;
use crate::server::Server;
use crate::{prepare, store, world};
use std::collections::BTreeMap;
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use zw_access::sealed::{DRAFT_BODY, HOUSEHOLD_ADDRESS, Place as Spot, WORKER_ID_NO};
use zw_access::{Ring, reseal};
use zw_core::{Error, Result, Rng};

/// What came of it.
#[derive(Clone, Debug, Default)]
pub struct Summary {
    /// Kills.
    pub runs: usize,
    /// Kills that left a rotation under way.
    pub mid_flight: usize,
    /// Values that opened after the last rotation.
    pub values: usize,
    /// Values that the server wrote meanwhile, and read again.
    pub written: usize,
    /// Every violation, in words. Empty is the only pass.
    pub violations: Vec<String>,
}

impl Summary {
    /// One line.
    pub fn words(&self) -> String {
        format!(
            "{} kills of key rotate ({} mid-flight), {} values readable, {} written and read meanwhile; {} violations",
            self.runs,
            self.mid_flight,
            self.values,
            self.written,
            self.violations.len(),
        )
    }
}

/// Sealed values of every kind of table: workers, households, drafts. `o.submissions` of each of the last two.
async fn fill(o: &Options, place: &Place) -> Result<()> {
    let ctx = prepare::open(place).await?;
    let (vault, rng) = (&ctx.app.vault, &ctx.app.rng);
    let mut tx = ctx.write().await?;
    for id in store::workers(&mut tx).await? {
        let sealed = vault.seal(rng, &WORKER_ID_NO.at(id, id), format!("number of {id}").as_bytes())?;
        store::put_number(&mut tx, id, sealed).await?;
    }
    let (county, village, unit) = store::somewhere(&mut tx).await?;
    let (mut households, mut drafts) = (vec![], vec![]);
    for n in 0..o.submissions {
        let (id, key) = (ctx.uuid(), format!("old-{n}"));
        let address = vault.seal(rng, &HOUSEHOLD_ADDRESS.at(county, id), format!("address {n}").as_bytes())?;
        households.push((id, address));
        drafts.push((
            id,
            key.clone(),
            vault.seal(rng, &DRAFT_BODY.at(id, &key), format!("[[\"n\",\"{n}\"]]").as_bytes())?,
        ));
    }
    store::put_households(&mut tx, county, village, unit, &households).await?;
    store::put_drafts(&mut tx, &drafts).await?;
    tx.commit(ctx.event(prepare::GENERATE).record(None, "sealed values")).await?;
    prepare::close(ctx).await;
    Ok(())
}

/// Every value by its place, as the keys on the disk open it; the ring.
async fn opened(place: &Place) -> Result<(BTreeMap<Spot, std::result::Result<String, String>>, Ring)> {
    let (vault, ring) = (place.vault()?, place.ring()?);
    let db = place.db(false).await?;
    let mut c = db.read().await?;
    let all = reseal::open_all(&mut c, &vault).await?;
    drop(c);
    db.close().await;
    Ok((all, ring))
}

/// Saves forms and reads them back until told to stop; how many, and what went wrong.
async fn write(v: Visitor, run: usize, stop: Arc<AtomicBool>) -> (usize, Vec<String>) {
    let (mut n, mut wrong) = (0, vec![]);
    while !stop.load(Ordering::SeqCst) {
        let (path, text) = (format!("/drafts/new-{}", n % 20), format!("{run}-{n}"));
        let there = async {
            v.post_form(&path, &[("text", &text)]).await?.expect(200)?;
            let reply = v.get(&path).await?.expect(200)?.text();
            if reply.contains(&text) { Ok(()) } else { Err(Error::Internal(format!("{path} says {reply}"))) }
        };
        if let Err(e) = there.await {
            wrong.push(format!("run {run}: while rotating: {e}"));
        }
        n += 1;
    }
    (n, wrong)
}

/// Runs the campaign. An error means that it could not be carried out; violations are in the summary.
pub async fn campaign(o: &Options, say: impl Fn(&str)) -> Result<Summary> {
    let rng = Rng::seeded(o.seed);
    let place = Place::fresh(&o.root, "rotate-work", o.server.as_deref()).await?;
    world::make(&o.program, &place, world::Scale::SMALL, 1).await?;
    fill(o, &place).await?;
    let (before, _) = opened(&place).await?;
    let server = Server::zhanwang(&o.program, &place).await?;
    let visitor = async || Visitor::sign_in(server.addr, &world::county_login(0), prepare::PASSWORD).await;
    let mut sum = Summary::default();
    // How long a whole rotation takes here, so that the kills fall into it.
    let from = Instant::now();
    place.run(&o.program, &["key", "rotate"])?;
    let whole = from.elapsed();
    for run in 1..=o.runs {
        let stop = Arc::new(AtomicBool::new(false));
        let writer = tokio::spawn(write(visitor().await?, run, stop.clone()));
        let mut rotation = place.command(&o.program, &["key", "rotate"]);
        rotation.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let mut rotation = rotation.spawn().map_err(Error::internal)?;
        let millis = u64::try_from(whole.as_millis()).unwrap_or(u64::MAX).max(1);
        tokio::time::sleep(Duration::from_millis(rng.below(millis))).await;
        rotation.kill().and_then(|()| rotation.wait()).map_err(Error::internal)?;
        stop.store(true, Ordering::SeqCst);
        let (written, wrong) = writer.await.map_err(Error::internal)?;
        sum.runs += 1;
        sum.written += written;
        sum.violations.extend(wrong);
        let (now, ring) = opened(&place).await?;
        sum.mid_flight += usize::from(ring.is_rotating());
        compare(&before, &now, &format!("run {run}"), &mut sum);
        say(&format!("run {run}: {}", sum.words()));
    }
    finish(o, &place, &before, &mut sum).await?;
    drop(server);
    sum.violations.extend(place.integrity().await?);
    place.remove().await?;
    Ok(sum)
}

/// Everything that was there is there and says the same, and whatever else there is opens.
fn compare(
    before: &BTreeMap<Spot, std::result::Result<String, String>>,
    now: &BTreeMap<Spot, std::result::Result<String, String>>,
    when: &str,
    sum: &mut Summary,
) {
    let lost = before.iter().filter(|(spot, said)| now.get(spot) != Some(said)).map(|(spot, _)| spot);
    sum.violations.extend(lost.map(|spot| format!("{when}: {spot} does not say what it said")));
    let shut = now.iter().filter_map(|(spot, said)| said.as_ref().err().map(|e| (spot, e)));
    sum.violations.extend(shut.map(|(spot, e)| format!("{when}: {spot}: {e}")));
    sum.values = now.len();
}

/// The last rotation to its end, then the old keys away.
async fn finish(
    o: &Options,
    place: &Place,
    before: &BTreeMap<Spot, std::result::Result<String, String>>,
    sum: &mut Summary,
) -> Result<()> {
    place.run(&o.program, &["key", "rotate"])?;
    let saved = place.dir.join("saved.key");
    let _ = std::fs::remove_file(&saved);
    let file = saved.display().to_string();
    place.run(&o.program, &["key", "export", &file])?;
    for old in place.ring()?.kids().into_iter().skip(1) {
        if let Err(e) = place.run(&o.program, &["key", "retire", &old, "--saved", &file]) {
            sum.violations.push(e.to_string());
        }
    }
    let (now, ring) = opened(place).await?;
    if ring.is_rotating() || ring.kids().len() != 1 {
        sum.violations.push(format!("the ring at the end: {ring:?}"));
    }
    compare(before, &now, "at the end", sum);
    if let Err(e) = place.run(&o.program, &["audit", "verify"]) {
        sum.violations.push(format!("audit verify: {e}"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The comparison must bite: what is lost, says something else, or does not open is found.
    #[test]
    fn what_is_lost_or_shut_is_found() {
        let at = |n: i32| WORKER_ID_NO.at(n, n);
        let said = |words: &str| Ok::<String, String>(words.to_owned());
        let before: BTreeMap<_, _> = [(at(1), said("a")), (at(2), said("b")), (at(3), said("c"))].into();
        let now = [(at(1), said("a")), (at(2), said("x")), (at(4), Err("needs key 1".to_owned()))].into();
        let mut sum = Summary::default();
        compare(&before, &now, "now", &mut sum);
        assert_eq!(sum.violations.len(), 3, "{:?}", sum.violations);
        let mut clean = Summary::default();
        compare(&before, &before, "now", &mut clean);
        assert!(clean.violations.is_empty() && clean.values == 3);
    }
}
