//! Open-loop load: every request has an instant at which it is due, whatever happened to the ones before it, and its
//! latency is counted from that instant. A server that stalls is thus charged for everybody who would have waited.
//!
//! One thread sleeps from due instant to due instant and hands out tokens; a fixed number of connections take them in
//! order. The run is bounded by a number of requests and by time.
#![expect(clippy::disallowed_methods, reason = "a load driver measures time")]

use crate::http::{Call, Reply, Wire};
use hdrhistogram::Histogram;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use tokio::sync::Semaphore;
use zw_core::{Error, Result};

/// Longest that a request is waited for; then it counts as an error and the connection is given up.
const PATIENCE: Duration = Duration::from_secs(10);

/// How much load.
#[derive(Clone, Copy, Debug)]
pub struct Load {
    /// Requests offered per second; 0: all are due at once (saturation).
    pub rate: u32,
    /// Requests.
    pub count: usize,
    /// Connections.
    pub connections: usize,
    /// The run ends here even if not all were sent; those left count as errors unless the load is a saturation.
    pub limit: Duration,
}

impl Load {
    /// `rate` per second for `seconds`.
    pub fn offered(rate: u32, seconds: u32, connections: usize) -> Self {
        let count = usize::try_from(rate * seconds).unwrap_or(0);
        Self { rate, count, connections, limit: Duration::from_secs(u64::from(seconds) * 2 + 10) }
    }
    /// As much as is served in `seconds`: what the server's capacity is.
    pub fn saturation(seconds: u32, connections: usize) -> Self {
        Self { rate: 0, count: 1_000_000, connections, limit: Duration::from_secs(u64::from(seconds)) }
    }
    fn due(&self, start: Instant, i: usize) -> Instant {
        if self.rate == 0 {
            return start;
        }
        let ns = u64::try_from(i).unwrap_or(0) * 1_000_000_000 / u64::from(self.rate);
        start + Duration::from_nanos(ns)
    }
}

/// What is sent, and what counts as a good answer.
#[derive(Clone)]
pub struct Script {
    /// The i-th request.
    pub call: Arc<dyn Fn(usize) -> Call + Send + Sync>,
    /// Whether the answer is the right one.
    pub good: fn(&Reply) -> bool,
}

impl Script {
    /// The same request each time, answered by 200.
    pub fn same(call: Call) -> Self {
        Self { call: Arc::new(move |_| call.clone()), good: |r| r.status == 200 }
    }
}

/// What came of it.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// Good answers.
    pub ok: u64,
    /// Problems by kind.
    pub errors: BTreeMap<String, u64>,
    /// From the start to the last answer.
    pub seconds: f64,
    /// Bytes of the last good answer's body.
    pub bytes: usize,
    micros: Histogram<u64>,
}

impl Outcome {
    fn new() -> Result<Self> {
        // One microsecond to one minute, three digits.
        let micros = Histogram::new_with_bounds(1, 60_000_000, 3).map_err(Error::internal)?;
        Ok(Self { ok: 0, errors: BTreeMap::new(), seconds: 0.0, bytes: 0, micros })
    }
    /// Latency in milliseconds below which a share of the requests stayed (0.95: p95); errors are in it too, with the
    /// time until they were known.
    pub fn quantile_ms(&self, q: f64) -> f64 {
        u32::try_from(self.micros.value_at_quantile(q)).map_or(f64::MAX, f64::from) / 1000.0
    }
    /// 95 of 100 requests were faster.
    pub fn p95_ms(&self) -> f64 {
        self.quantile_ms(0.95)
    }
    /// Good answers per second.
    pub fn per_second(&self) -> f64 {
        if self.seconds > 0.0 { u32::try_from(self.ok).map_or(f64::MAX, f64::from) / self.seconds } else { 0.0 }
    }
    /// Number of requests without a good answer.
    pub fn failed(&self) -> u64 {
        self.errors.values().sum()
    }
    /// One line.
    pub fn words(&self) -> String {
        let mut s = format!(
            "{} ok in {:.1} s ({:.0}/s), p50 {:.2} ms, p95 {:.2} ms, p99 {:.2} ms, max {:.1} ms, {} bytes",
            self.ok,
            self.seconds,
            self.per_second(),
            self.quantile_ms(0.5),
            self.p95_ms(),
            self.quantile_ms(0.99),
            self.quantile_ms(1.0),
            self.bytes,
        );
        for (what, n) in self.errors.iter().take(5) {
            s.push_str(&format!("; {n} x {what}"));
        }
        s
    }
    fn error(&mut self, what: String, n: u64) {
        *self.errors.entry(what).or_default() += n;
    }
    fn add(&mut self, other: &Self) -> Result<()> {
        self.ok += other.ok;
        self.bytes = self.bytes.max(other.bytes);
        for (what, n) in &other.errors {
            self.error(what.clone(), *n);
        }
        self.micros.add(&other.micros).map_err(Error::internal)
    }
}

struct Run {
    to: SocketAddr,
    load: Load,
    script: Script,
    start: Instant,
    tokens: Semaphore,
    next: AtomicUsize,
}

/// Runs the load against a server on this machine.
pub async fn run(to: SocketAddr, load: Load, script: Script) -> Result<Outcome> {
    let mut wires = vec![];
    for _ in 0..load.connections {
        let mut w = Wire::new(to);
        w.connect().await?;
        wires.push(w);
    }
    // A moment ahead, so that nobody is late for the first request.
    let start = Instant::now() + Duration::from_millis(20);
    let run = Arc::new(Run { to, load, script, start, tokens: Semaphore::new(0), next: AtomicUsize::new(0) });
    let clock = {
        let run = run.clone();
        std::thread::spawn(move || hand_out(&run))
    };
    let workers: Vec<_> = wires.into_iter().map(|w| tokio::spawn(work(run.clone(), w))).collect();
    let mut all = Outcome::new()?;
    let mut last = start;
    for w in workers {
        let (part, ended) = w.await.map_err(Error::internal)??;
        all.add(&part)?;
        last = last.max(ended);
    }
    // The workers are gone, so nobody takes tokens any more; the thread ends with its list.
    clock.join().map_err(|_| Error::Internal("the clock of the load stopped".into()))?;
    all.seconds = last.saturating_duration_since(start).as_secs_f64();
    if load.rate > 0 {
        let sent = run.next.load(Ordering::SeqCst).min(load.count);
        let never = u64::try_from(load.count - sent).unwrap_or(0);
        if never > 0 {
            all.error("never sent: no time left".into(), never);
        }
    }
    Ok(all)
}

/// Releases one token at each due instant. The last tokens let the workers find out that nothing is left.
fn hand_out(run: &Run) {
    if run.load.rate == 0 {
        run.tokens.add_permits(run.load.count);
    } else {
        for i in 0..run.load.count {
            let wait = run.load.due(run.start, i).saturating_duration_since(Instant::now());
            if !wait.is_zero() {
                std::thread::sleep(wait);
            }
            run.tokens.add_permits(1);
        }
    }
    run.tokens.add_permits(run.load.connections);
}

async fn work(run: Arc<Run>, mut wire: Wire) -> Result<(Outcome, Instant)> {
    let mut out = Outcome::new()?;
    let mut ended = run.start;
    let limit = run.start + run.load.limit;
    loop {
        run.tokens.acquire().await.map_err(Error::internal)?.forget();
        let i = run.next.fetch_add(1, Ordering::SeqCst);
        let now = Instant::now();
        if i >= run.load.count {
            return Ok((out, ended));
        }
        if now > limit {
            // This one was taken but not sent.
            if run.load.rate > 0 {
                out.error("never sent: no time left".into(), 1);
            }
            return Ok((out, ended));
        }
        let from = if run.load.rate == 0 { now } else { run.load.due(run.start, i) };
        let call = (run.script.call)(i);
        let answer = tokio::time::timeout(PATIENCE, wire.call(&call)).await;
        ended = Instant::now();
        let waited = u64::try_from(ended.saturating_duration_since(from).as_micros()).unwrap_or(u64::MAX);
        out.micros.saturating_record(waited.max(1));
        match answer {
            Ok(Ok(r)) if (run.script.good)(&r) => {
                out.ok += 1;
                out.bytes = r.body.len();
            }
            Ok(Ok(r)) => out.error(format!("answer {} {}", r.status, problem(&r)), 1),
            Ok(Err(e)) => out.error(e.to_string(), 1),
            Err(_) => {
                out.error("no answer in time".into(), 1);
                wire = Wire::new(run.to);
            }
        }
    }
}

/// The code of a problem+json answer, so that errors can be counted by kind.
fn problem(r: &Reply) -> String {
    let found = r.json().ok().and_then(|j| j.get("code").and_then(|c| c.as_str().map(str::to_owned)));
    found.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    /// Answers each request after `pause`; every tenth with 500 if asked.
    async fn server(pause: Duration, fail: bool) -> SocketAddr {
        let l = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let to = l.local_addr().unwrap();
        tokio::spawn(async move {
            let n = Arc::new(AtomicUsize::new(0));
            loop {
                let (mut s, _) = l.accept().await.unwrap();
                let n = n.clone();
                tokio::spawn(async move {
                    let mut b = [0; 2048];
                    while s.read(&mut b).await.is_ok_and(|k| k > 0) {
                        tokio::time::sleep(pause).await;
                        let bad = fail && n.fetch_add(1, Ordering::SeqCst).is_multiple_of(10);
                        let head = if bad { "HTTP/1.1 500 No" } else { "HTTP/1.1 200 OK" };
                        s.write_all(format!("{head}\r\nContent-Length: 2\r\n\r\nok").as_bytes()).await.unwrap();
                    }
                });
            }
        });
        to
    }

    #[tokio::test]
    async fn every_request_is_sent_once_and_errors_are_counted() {
        let to = server(Duration::ZERO, true).await;
        let out = run(to, Load::offered(200, 1, 4), Script::same(Call::get("/"))).await.unwrap();
        assert_eq!((out.ok, out.failed()), (180, 20), "{}", out.words());
    }

    #[tokio::test]
    async fn waiting_behind_a_slow_answer_is_charged() {
        // One connection, 20 ms each, 100 offered per second: the queue grows by a second for each second.
        let to = server(Duration::from_millis(20), false).await;
        let load = Load { rate: 100, count: 50, connections: 1, limit: Duration::from_secs(20) };
        let out = run(to, load, Script::same(Call::get("/"))).await.unwrap();
        assert_eq!(out.ok, 50);
        assert!(out.quantile_ms(1.0) > 400.0, "a closed loop would have said 20 ms: {}", out.words());
    }

    #[tokio::test]
    async fn a_run_is_bounded_in_time() {
        let to = server(Duration::from_millis(50), false).await;
        let load = Load { rate: 100, count: 100, connections: 1, limit: Duration::from_millis(300) };
        let out = run(to, load, Script::same(Call::get("/"))).await.unwrap();
        assert_eq!(out.ok + out.failed(), 100, "{}", out.words());
        assert!(out.failed() > 80);
        let out = run(to, Load::saturation(1, 2), Script::same(Call::get("/"))).await.unwrap();
        assert!(out.ok > 0 && out.failed() == 0, "{}", out.words());
    }
}
