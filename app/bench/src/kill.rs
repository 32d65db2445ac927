//! The kill test (security.md section 4): SIGKILL in the middle of concurrent submissions, restart, and proof that
//! everything that was acknowledged is there exactly once and nothing is half there.
//!
//! The driver writes every acknowledged submission to its own ledger and syncs it before it counts. After the restart
//! the checker reads the ledger and the database: (i) an acknowledged key left its whole effect once, (ii) any other
//! key left its whole effect or none, (iii) sending all of them again changes nothing that was there and completes the
//! rest, (iv) the engine's own checks and `zhanwang audit verify` find nothing. Timings decide nothing.
#![expect(clippy::disallowed_methods, reason = "the kill comes after a random time; restarts are timed for the record")]

use crate::http::{Call, Visitor, Wire};
use crate::place::Place;
use crate::server::Server;
use crate::store::{self, Traces};
use crate::{prepare, site, world};
use std::collections::HashSet;
use std::io::Write as _;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use zw_core::period::Period;
use zw_core::{DivisionId, Error, Result, Rng};

/// What to do.
#[derive(Clone, Debug)]
pub struct Options {
    /// The program.
    pub program: PathBuf,
    /// A server's URL without a database, or `None` for the embedded file.
    pub server: Option<String>,
    /// Kills.
    pub runs: usize,
    /// Submissions in flight at each kill; for a rotation: households and forms with sealed values.
    pub submissions: usize,
    /// Seed of the random times; printed, so that a run can be had again.
    pub seed: u64,
    /// Folder for databases and the ledger.
    pub root: PathBuf,
}

/// What came of it.
#[derive(Clone, Debug, Default)]
pub struct Summary {
    /// Kills.
    pub runs: usize,
    /// Kills while submissions were still unanswered.
    pub mid_flight: usize,
    /// Submissions acknowledged before a kill.
    pub acknowledged: usize,
    /// Not acknowledged and found whole.
    pub whole: usize,
    /// Not acknowledged and found absent.
    pub absent: usize,
    /// Longest restart to the first answer.
    pub slowest_restart: Duration,
    /// Every violation, in words. Empty is the only pass.
    pub violations: Vec<String>,
}

impl Summary {
    /// One line.
    pub fn words(&self) -> String {
        format!(
            "{} kills ({} mid-flight), {} acknowledged, unacknowledged: {} whole, {} absent; slowest restart {:.2} s; {} violations",
            self.runs,
            self.mid_flight,
            self.acknowledged,
            self.whole,
            self.absent,
            self.slowest_restart.as_secs_f64(),
            self.violations.len(),
        )
    }
}

/// One submission.
#[derive(Clone, Debug)]
struct Op {
    key: String,
    /// Which county administrator sends it.
    seat: usize,
    county: DivisionId,
    period: String,
}

/// The ledger of acknowledged submissions: a line is counted only once it is on the disk.
struct Ledger(Mutex<std::fs::File>);

impl Ledger {
    fn open(file: &Path) -> Result<Self> {
        std::fs::File::create(file).map(|f| Self(Mutex::new(f))).map_err(Error::internal)
    }
    fn note(&self, key: &str) -> Result<()> {
        let mut f = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        writeln!(f, "{key}").and_then(|()| f.sync_data()).map_err(Error::internal)
    }
}

/// Every county with every week from January 2020 on that had ended by the demo's day.
fn owed(counties: &[DivisionId]) -> Vec<(usize, DivisionId, String)> {
    let (first, last) = (Period::week(2020, 2), Period::week(2021, 26));
    let (Some(mut week), Some(last)) = (first, last) else { return vec![] };
    let mut out = vec![];
    while week.last_day() <= last.last_day() {
        out.extend(counties.iter().enumerate().map(|(seat, c)| (seat, *c, week.to_string())));
        week = week.next();
    }
    out
}

/// Runs the campaign. An error means that it could not be carried out; violations are in the summary.
pub async fn campaign(o: &Options, say: impl Fn(&str)) -> Result<Summary> {
    let rng = Rng::seeded(o.seed);
    let template = Place::fresh(&o.root, "kill-template", o.server.as_deref()).await?;
    let world = world::make(&o.program, &template, world::Scale::SMALL, 8).await?;
    let mut sum = Summary::default();
    let mut left: Vec<(usize, DivisionId, String)> = vec![];
    let mut ground: Option<(Place, Vec<(String, String)>)> = None;
    for run in 0..o.runs {
        if left.len() < o.submissions {
            if let Some((old, _)) = ground.take() {
                old.remove().await?;
            }
            left = owed(&world.counties);
            let place = template.copy(&o.root, "kill-work").await?;
            let sessions = sign_in(o, &place, world.counties.len()).await?;
            ground = Some((place, sessions));
        }
        let Some((place, sessions)) = &ground else { return Err(Error::Internal("no ground".into())) };
        let ops: Vec<Op> = left
            .split_off(left.len().saturating_sub(o.submissions))
            .into_iter()
            .enumerate()
            .map(|(i, (seat, county, period))| Op { key: format!("kill-{}-{run}-{i}", o.seed), seat, county, period })
            .collect();
        let before = sum.violations.len();
        one(o, place, sessions, &ops, &rng, &mut sum).await?;
        let found = sum.violations.len() - before;
        say(&format!("run {}: {}{}", run + 1, sum.words(), if found > 0 { "  <-- VIOLATED" } else { "" }));
    }
    if let Some((place, _)) = ground {
        place.remove().await?;
    }
    template.remove().await?;
    Ok(sum)
}

/// Cookie and form token of every county administrator; the sessions outlive the kills.
async fn sign_in(o: &Options, place: &Place, seats: usize) -> Result<Vec<(String, String)>> {
    let server = Server::zhanwang(&o.program, place).await?;
    let mut out = vec![];
    for n in 0..seats {
        let v = Visitor::sign_in(server.addr, &world::county_login(n), prepare::PASSWORD).await?;
        out.push((v.cookie, v.csrf));
    }
    Ok(out)
}

fn call(to: SocketAddr, op: &Op, sessions: &[(String, String)]) -> Result<Call> {
    let (cookie, csrf) = sessions.get(op.seat).ok_or_else(|| Error::Internal("no seat".into()))?;
    Ok(site::submit_week(to, op.county, &op.period, &op.key, cookie, csrf))
}

/// Sends one submission; the report's id if it was acknowledged, and what stood in the way otherwise.
async fn send(to: SocketAddr, call: Call) -> Result<String> {
    let reply = tokio::time::timeout(Duration::from_secs(30), Wire::new(to).call(&call))
        .await
        .map_err(|_| Error::Unavailable("no answer".into()))??;
    if !(200..300).contains(&reply.status) {
        return Err(Error::Internal(format!("refused: {} {}", reply.status, reply.start())));
    }
    site::report_id(&reply)
}

async fn one(
    o: &Options,
    place: &Place,
    sessions: &[(String, String)],
    ops: &[Op],
    rng: &Rng,
    sum: &mut Summary,
) -> Result<()> {
    sum.runs += 1;
    let file = place.dir.join("ledger");
    let ledger = Arc::new(Ledger::open(&file)?);
    let mut server = Server::zhanwang(&o.program, place).await?;
    let to = server.addr;
    let answered = Arc::new(AtomicUsize::new(0));
    let mut tasks = vec![];
    for op in ops {
        let (c, key) = (call(to, op, sessions)?, op.key.clone());
        let (ledger, answered) = (ledger.clone(), answered.clone());
        tasks.push(tokio::spawn(async move {
            let got = send(to, c).await;
            let got = match got {
                Ok(id) => tokio::task::spawn_blocking(move || ledger.note(&key).map(|()| id))
                    .await
                    .map_err(Error::internal)?,
                Err(e) => Err(e),
            };
            answered.fetch_add(1, Ordering::SeqCst);
            got
        }));
    }
    // At a random time within half a second, or when a random number of answers came: a fast machine must be hit in
    // the middle too. In every other run the time counts from the first answer, so that a slow one is hit late enough.
    let wait = Duration::from_millis(rng.below(500));
    let enough = usize::try_from(rng.below(ops.len() as u64)).unwrap_or(0);
    while sum.runs.is_multiple_of(2) && answered.load(Ordering::SeqCst) == 0 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    let from = Instant::now();
    while from.elapsed() < wait && answered.load(Ordering::SeqCst) <= enough {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    sum.mid_flight += usize::from(answered.load(Ordering::SeqCst) < ops.len());
    server.kill()?;
    let mut ids = vec![];
    for t in tasks {
        let got = t.await.map_err(Error::internal)?;
        if let Err(Error::Internal(what)) = &got {
            sum.violations.push(format!("run {}: {what}", sum.runs));
        }
        ids.push(got.ok());
    }

    let noted = std::fs::read_to_string(&file).map_err(Error::internal)?;
    let acknowledged: HashSet<&str> = noted.lines().collect();
    sum.acknowledged += acknowledged.len();
    let mut server = Server::zhanwang(&o.program, place).await?;
    sum.slowest_restart = sum.slowest_restart.max(server.started_in);
    check(place, ops, |op| acknowledged.contains(op.key.as_str()), sum).await?;

    // The same keys again: what is there answers as before, what is not is done now.
    for (op, id) in ops.iter().zip(&ids) {
        match send(server.addr, call(server.addr, op, sessions)?).await {
            Ok(again) if id.as_ref().is_none_or(|id| *id == again) => {}
            Ok(again) => sum.violations.push(format!("{}: acknowledged as {id:?}, now {again}", op.key)),
            Err(e) => sum.violations.push(format!("{}: sent again: {e}", op.key)),
        }
    }
    let (whole, absent) = (sum.whole, sum.absent);
    check(place, ops, |_| true, sum).await?;
    (sum.whole, sum.absent) = (whole, absent);

    server.kill()?;
    sum.violations.extend(place.integrity().await?);
    if let Err(e) = place.run(&o.program, &["audit", "verify"]) {
        sum.violations.push(format!("audit verify: {e}"));
    }
    Ok(())
}

/// Compares what each key left behind with what it must have left.
async fn check(place: &Place, ops: &[Op], must: impl Fn(&Op) -> bool, sum: &mut Summary) -> Result<()> {
    let db = place.db(false).await?;
    let mut c = db.read().await?;
    for op in ops {
        let t = store::traces(&mut c, &op.key, op.county, &op.period).await?;
        match (must(op), &t) {
            (true, t) if *t == Traces::WHOLE => {}
            (true, t) => sum.violations.push(format!("run {}: {} must be there once: {t:?}", sum.runs, op.key)),
            (false, t) if *t == Traces::WHOLE => sum.whole += 1,
            (false, t) if *t == Traces::ABSENT => sum.absent += 1,
            (false, t) => sum.violations.push(format!("run {}: {} is half there: {t:?}", sum.runs, op.key)),
        }
    }
    drop(c);
    db.close().await;
    Ok(())
}

/// The program beside a test or benchmark executable: `target/PROFILE/zhanwang`.
pub fn program_beside(executable: &Path) -> Result<PathBuf> {
    let folders = executable.ancestors().skip(1).take(3);
    let found = folders.map(|d| d.join("zhanwang")).find(|f| f.is_file());
    found.ok_or_else(|| {
        Error::Unavailable(format!(
            "there is no program `zhanwang` beside {}: build it first (cargo build -p zhanwang, with the same profile)",
            executable.display()
        ))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_enough_to_submit_and_nothing_twice() {
        let counties: Vec<_> = (1..=8).map(DivisionId).collect();
        let all = owed(&counties);
        assert!(all.len() > 600, "{}", all.len());
        let keys: HashSet<_> = all.iter().map(|(_, c, p)| (*c, p.clone())).collect();
        assert_eq!(keys.len(), all.len());
    }

    #[test]
    fn the_ledger_is_on_disk_when_it_says_so() {
        let file = std::env::temp_dir().join(format!("zw-ledger-{}", std::process::id()));
        let l = Ledger::open(&file).unwrap();
        l.note("a").unwrap();
        l.note("b").unwrap();
        assert_eq!(std::fs::read_to_string(&file).unwrap(), "a\nb\n");
        std::fs::remove_file(file).unwrap();
    }

    /// The checker must bite: a lost, a half-written and an unexpected effect are each found.
    #[tokio::test]
    async fn the_checker_finds_what_is_lost_or_half_there() {
        let root = std::env::temp_dir().join(format!("zw-check-{}", std::process::id()));
        let place = Place::fresh(&root, "check", None).await.unwrap();
        let db = place.db(true).await.unwrap();
        db.migrate().await.unwrap();
        let op = |n: i64| Op { key: format!("k{n}"), seat: 0, county: DivisionId(n), period: "2021-W20".into() };
        let ops: Vec<Op> = (1..=3).map(op).collect();
        let mut tx = db.write(prepare::now()).await.unwrap();
        store::put_key(&mut tx, "k2").await.unwrap();
        tx.commit(Nothing).await.unwrap();
        db.close().await;
        let mut sum = Summary::default();
        check(&place, &ops, |o| o.key == "k1", &mut sum).await.unwrap();
        assert_eq!((sum.violations.len(), sum.absent, sum.whole), (2, 1, 0), "{:?}", sum.violations);
        assert!(sum.violations[0].contains("k1 must be there once"));
        assert!(sum.violations[1].contains("k2 is half there"));
        std::fs::remove_dir_all(root).unwrap();
    }

    struct Nothing;
    impl zw_db::Change for Nothing {
        async fn write(self, _: &mut zw_db::Conn) -> zw_db::Result<()> {
            Ok(())
        }
    }
}
