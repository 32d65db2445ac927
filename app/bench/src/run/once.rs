//! What happens once, not under load: starting, memory, importing.
#![expect(clippy::disallowed_methods, reason = "the benchmark measures time")]

use super::{Options, stage};
use crate::ceiling;
use crate::http::{Call, Wire};
use crate::place::Place;
use crate::report::Row;
use crate::server::Server;
use std::time::{Duration, Instant};
use zw_core::{Error, Result};

/// Seconds that something took.
pub fn timed(work: impl FnOnce() -> Result<()>) -> Result<f64> {
    let from = Instant::now();
    work()?;
    Ok(from.elapsed().as_secs_f64())
}

/// Something that was awaited, and the seconds it took.
pub async fn awaited<T>(work: impl Future<Output = Result<T>>) -> Result<(T, f64)> {
    let from = Instant::now();
    let got = work.await?;
    Ok((got, from.elapsed().as_secs_f64()))
}

/// Starts with an empty page cache of the process, not of the system: the third start of the same file.
const STARTS: usize = 5;
/// Resident memory that an idle server may have, in MiB.
const MEMORY: f64 = 100.0;

/// Start to the first answer, and memory when idle.
pub async fn starts(o: &Options, demo: &Place) -> Result<Vec<Row>> {
    println!("starts");
    let place = demo.copy(&o.root, "start").await?;
    let (mut ours, mut bare) = (vec![], vec![]);
    for _ in 0..STARTS {
        let mut s = Server::zhanwang(&o.program, &place).await?;
        ours.push(s.started_in.as_secs_f64());
        s.kill()?;
        let mut s = Server::ceiling(&place).await?;
        bare.push(s.started_in.as_secs_f64());
        s.kill()?;
    }
    let worst = |list: &[f64]| list.iter().copied().fold(0.0, f64::max);
    let mut rows = vec![Row {
        what: format!("start to the first answer on the demo (slowest of {STARTS})"),
        bound: "≤ 1 s".into(),
        measured: format!("{:.2} s", worst(&ours)),
        bare: format!("{:.3} s", worst(&bare)),
        raw: "–".into(),
        kept: Some(worst(&ours) <= 1.0),
    }];
    // One look at the sign-in page, then ten seconds of nothing but its own jobs.
    let server = Server::zhanwang(&o.program, &place).await?;
    Wire::new(server.addr).call(&Call::get("/login")).await?.expect(200)?;
    let beside = Server::ceiling(&place).await?;
    tokio::time::sleep(Duration::from_secs(10)).await;
    let (mine, bare) = (server.resident_mib()?, beside.resident_mib()?);
    println!("  idle memory {mine:.1} MiB, ceiling {bare:.1} MiB");
    rows.push(Row {
        what: "resident memory, idle on the demo 10 s after the start".into(),
        bound: "≤ 100 MB".into(),
        measured: format!("{mine:.0} MiB"),
        bare: format!("{bare:.0} MiB"),
        raw: "–".into(),
        // 100 MB = 95.4 MiB.
        kept: Some(mine * 1.048_576 <= MEMORY),
    });
    drop((server, beside));
    place.remove().await?;
    Ok(rows)
}

/// The Fujian file, by the command: process start, check of every row and audit included.
pub async fn import(o: &Options) -> Result<Vec<Row>> {
    println!("import");
    let file = std::fs::canonicalize("data/divisions-fujian-2023.csv").map_err(|e| {
        Error::Unavailable(format!("data/divisions-fujian-2023.csv: {e}: run from the repository's root"))
    })?;
    let path = file.display().to_string();
    let (mut ours, mut raw, mut lines) = (0.0f64, 0.0f64, 0);
    for _ in 0..3 {
        let place = Place::fresh(&o.root, "import", o.server.as_deref()).await?;
        place.run(&o.program, &["migrate"])?;
        ours = ours.max(timed(|| place.run(&o.program, &["divisions", "import", &path]).map(|_| ()))?);
        println!("  {}", stage::counts(&place).await?);
        place.remove().await?;
        let place = Place::fresh(&o.root, "import-ceiling", o.server.as_deref()).await?;
        place.run(&o.program, &["migrate"])?;
        let from = Instant::now();
        lines = ceiling::import(&place, &file).await?;
        raw = raw.max(from.elapsed().as_secs_f64());
        place.remove().await?;
    }
    Ok(vec![Row {
        what: format!("import of the Fujian divisions, {lines} rows, one command (slowest of 3)"),
        bound: "≤ 2 s".into(),
        measured: format!("{ours:.2} s"),
        bare: "–".into(),
        raw: format!("{raw:.2} s"),
        kept: Some(ours <= 2.0),
    }])
}
