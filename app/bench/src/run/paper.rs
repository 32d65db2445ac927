//! The circular: freeze the month, draft from it, write DOCX, PDF and XLSX: what a province does once a month.

use super::Options;
use super::stage::{Stage, credential};
use crate::driver::{Load, Script};
use crate::http::{Call, Visitor};
use crate::place::Place;
use crate::report::Row;
use crate::{driver, prepare, site};
use std::path::Path;
use zw_core::{Error, Result};

/// Times the whole is done, each on its own copy, because a month is frozen once and for ever.
const TIMES: usize = 3;
/// Pause between two looks at a job.
const LOOK: std::time::Duration = std::time::Duration::from_millis(50);

fn id(j: &serde_json::Value) -> Result<String> {
    let id = j.get("id").and_then(serde_json::Value::as_str);
    id.map(str::to_owned).ok_or_else(|| Error::Internal("an answer without an id".into()))
}

/// Orders the freeze and looks after its job until it is done, as the page does but more often: the whole of it counts.
async fn freeze(v: &Visitor) -> Result<String> {
    let job = v.post_json(site::FREEZE, &site::freeze()).await?.expect(202)?.json()?;
    let job = site::job(&id(&job)?);
    loop {
        let told = v.get(&job).await?.expect(200)?.json()?;
        let text = |k: &str| told.get(k).and_then(serde_json::Value::as_str).unwrap_or_default().to_owned();
        match text("state").as_str() {
            "done" => return Ok(text("result")),
            "waiting" | "running" => tokio::time::sleep(LOOK).await,
            _ => return Err(Error::Internal(format!("the freeze was not done: {told}"))),
        }
    }
}

/// The steps and their seconds: freeze, draft, DOCX, PDF, XLSX.
async fn once(v: &Visitor) -> Result<(Vec<(&'static str, f64)>, usize)> {
    let mut steps = vec![];
    let mut bytes = 0;
    let (snapshot, took) = super::once_timed(freeze(v)).await?;
    steps.push(("freeze", took));
    let body = serde_json::json!({ "snapshot": snapshot });
    let (reply, took) = super::once_timed(v.post_json(site::CIRCULARS, &body)).await?;
    steps.push(("draft", took));
    let circular = id(&reply.expect(201)?.json()?)?;
    for format in ["docx", "pdf", "xlsx"] {
        let (reply, took) = super::once_timed(v.get(&site::circular_file(&circular, format))).await?;
        let reply = reply.expect(200)?;
        let magic: &[u8] = if format == "pdf" { b"%PDF" } else { b"PK" };
        if !reply.body.starts_with(magic) {
            return Err(Error::Internal(format!("{format} does not look like one")));
        }
        bytes += reply.body.len();
        steps.push((format, took));
    }
    Ok((steps, bytes))
}

/// Freezing a month and writing DOCX, PDF and XLSX, over HTTP, by a process that never rendered before.
pub async fn circular(o: &Options, demo: &Place, credentials: &Path) -> Result<Vec<Row>> {
    println!("circular");
    let (mut worst, mut of_worst, mut raw) = (0.0f64, String::new(), String::new());
    for _ in 0..TIMES {
        let who = [credential(credentials, "prov")?];
        let (stage, sessions) = Stage::open(o, demo, "circular", &who, &[]).await?;
        let [prov] = &sessions[..] else { return Err(Error::Internal("one sign-in".into())) };
        let v = Visitor::resume(stage.zhanwang.addr, &prov.cookie).await?;
        let (steps, bytes) = once(&v).await?;
        let total: f64 = steps.iter().map(|s| s.1).sum();
        let words: Vec<String> = steps.iter().map(|(what, s)| format!("{what} {s:.2}")).collect();
        println!("  {total:.2} s ({}), {} kB", words.join(", "), bytes / 1000);
        if total > worst {
            (worst, of_worst) = (total, words.join(", "));
        }
        // The same rows, read once by raw SQL.
        let day = prepare::today().month_start().add_days(-1).yyyymmdd();
        let call = Call::get(format!("/circular?period=2021-06&day={day}")).with("Cookie", prov.cookie.clone());
        let load = Load { rate: 5, count: 10, connections: 1, limit: std::time::Duration::from_secs(20) };
        let out = driver::run(stage.ceiling.addr, load, Script::same(call)).await?;
        raw = format!("reading alone {:.3} s", out.p95_ms() / 1000.0);
        stage.close().await?;
    }
    Ok(vec![Row {
        what: format!(
            "circular: freeze the month, draft, DOCX, PDF, XLSX, one after another in a fresh process (slowest of {TIMES})"
        ),
        bound: "≤ 3 s".into(),
        measured: format!("{worst:.2} s ({of_worst})"),
        bare: "–".into(),
        raw,
        kept: Some(worst <= 3.0),
    }])
}
