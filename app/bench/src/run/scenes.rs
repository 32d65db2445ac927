//! The scenes under load: pages, and submissions.

use super::Options;
use super::stage::{Credential, Measured, Session, Stage, credential, measure, measure_cold};
use crate::driver::{Load, Script};
use crate::http::{Call, Reply, Visitor, Wire};
use crate::place::Place;
use crate::prepare::{self, Seat};
use crate::report::Row;
use crate::server::Server;
use crate::{site, store};
use std::collections::HashSet;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use zw_access::Role;
use zw_core::period::{Period, PeriodKind};
use zw_core::{Day, DivisionId, Error, Result, UnitId};

/// Connections of every load.
const CONNECTIONS: usize = 16;

fn p95(m: &Measured) -> String {
    let errors = if m.out.failed() > 0 { format!(", {} errors", m.out.failed()) } else { String::new() };
    format!(
        "p95 {:.1} ms (p50 {:.1}, p99 {:.1}){errors}",
        m.out.p95_ms(),
        m.out.quantile_ms(0.5),
        m.out.quantile_ms(0.99)
    )
}

fn p95_short(m: &Measured) -> String {
    format!("p95 {:.2} ms", m.out.p95_ms())
}

/// A page and its ceilings under the same offered load.
struct Beside {
    ours: Measured,
    bare: Measured,
    raw: Measured,
}

async fn beside(stage: &Stage, load: Load, ours: Script, raw: Script, what: &str) -> Result<Beside> {
    println!("{what}");
    Ok(Beside {
        ours: measure(&stage.zhanwang, load, &ours, "zhanwang").await?,
        bare: measure(&stage.ceiling, load, &Script::same(Call::get("/text")), "bare endpoint").await?,
        raw: measure(&stage.ceiling, load, &raw, "raw SQL").await?,
    })
}

impl Beside {
    fn row(&self, what: &str, bound: &str, most_ms: f64) -> Row {
        Row {
            what: what.into(),
            bound: bound.into(),
            measured: format!("{}; {:.1} ms cpu each", p95(&self.ours), self.ours.cpu_ms),
            bare: p95_short(&self.bare),
            raw: format!("{}; {:.1} ms cpu each", p95_short(&self.raw), self.raw.cpu_ms),
            kept: Some(self.ours.out.p95_ms() <= most_ms && self.ours.out.failed() == 0),
        }
    }
}

/// The county with the most reports: the demo's own has fewer than a page.
async fn busiest(place: &Place) -> Result<DivisionId> {
    let db = place.db(false).await?;
    let mut c = db.read().await?;
    let found = store::busiest_county(&mut c).await?;
    drop(c);
    db.close().await;
    let (county, reports) = found.ok_or_else(|| Error::Internal("there are no reports".into()))?;
    println!("list page: county {county} with {reports} reports");
    Ok(county)
}

/// The pages: list, board, coverage, wall, and how fast the wall hears of a change.
pub async fn pages(o: &Options, demo: &Place, credentials: &Path) -> Result<Vec<Row>> {
    let id = busiest(demo).await?;
    let seat = Seat { login: "bench-list".into(), role: Role::CountyAdmin, areas: vec![id], unit: None };
    let list = Credential { login: seat.login.clone(), password: prepare::PASSWORD.into() };
    let who = [list, credential(credentials, "prov")?];
    let (stage, sessions) = Stage::open(o, demo, "pages", &who, &[seat]).await?;
    let [county, prov] = &sessions[..] else { return Err(Error::Internal("two sign-ins".into())) };
    let mut rows = vec![];

    let page = Wire::new(stage.zhanwang.addr).call(&county.get(site::LIST)).await?.expect(200)?.text();
    let lines = page.matches("<tr").count();
    if lines < 51 {
        return Err(Error::Internal(format!("the list shows {lines} lines, not 50 and a head")));
    }
    let ours = Script::same(county.get(site::LIST));
    let raw = Script::same(county.get(&format!("/list?county={id}")));
    let b = beside(&stage, Load::offered(200, o.seconds, CONNECTIONS), ours.clone(), raw.clone(), "list page").await?;
    let full = Load::saturation(o.seconds.min(10), CONNECTIONS);
    let (most, top) = (
        measure_cold(&stage.zhanwang, full, &ours, "zhanwang, saturated").await?,
        measure_cold(&stage.ceiling, full, &raw, "raw SQL, saturated").await?,
    );
    let share = most.out.per_second() / top.out.per_second().max(1.0);
    let mut row = b.row(
        "list page of 50 reports for a county, signed in, 200/s offered",
        "p95 ≤ 15 ms, ≥ 0.6 of its ceiling",
        15.0,
    );
    row.measured = format!("{}; {:.0}/s at most = {share:.2} of raw SQL", row.measured, most.out.per_second(),);
    row.raw = format!("{}; {:.0}/s at most", row.raw, top.out.per_second());
    row.kept = row.kept.map(|k| k && share >= 0.6);
    rows.push(row);

    let few = Load::offered(20, o.seconds, CONNECTIONS);
    let ours = Script::same(prov.get(site::BOARD));
    let b =
        beside(&stage, few, ours, Script::same(prov.get(&format!("/board?period={}", site::WEEK))), "province board")
            .await?;
    rows.push(b.row("province board for a week, 20/s offered", "p95 ≤ 30 ms", 30.0));

    let ours = Script::same(prov.get(site::COVERAGE));
    let b = beside(&stage, few, ours, Script::same(prov.get("/coverage")), "coverage over 52 weeks").await?;
    rows.push(b.row("coverage of the province over 52 weeks, 20/s offered", "p95 ≤ 30 ms", 30.0));

    let day = prepare::today().yyyymmdd();
    let ours = Script::same(prov.get(site::WALL));
    let b = beside(&stage, few, ours, Script::same(prov.get(&format!("/wall?day={day}"))), "wall chart").await?;
    rows.push(b.row("wall chart page of the province, uncached, 20/s offered", "p95 ≤ 50 ms", 50.0));
    rows.push(heard(&stage, county, prov, id).await?);
    stage.close().await?;
    Ok(rows)
}

/// How often a change is followed to the wall.
const CHANGES: u32 = 20;

/// From sending a change until the wall's page that shows it was fetched: a listener on the event stream, a report
/// submitted by the county, the notice, the page.
async fn heard(stage: &Stage, county: &Session, prov: &Session, id: DivisionId) -> Result<Row> {
    println!("change to wall");
    let to = stage.zhanwang.addr;
    let (mut worst, mut sum) = (0.0f64, 0.0);
    let (mut reader, mut writer) = (Wire::new(to), Wire::new(to));
    for n in 0..CHANGES {
        let mut events = Wire::new(to).open(&prov.get("/live?topics=wall")).await?;
        while !events.line().await?.contains("hello") {}
        let week = format!("2020-W{:02}", n + 3);
        let call = site::submit_week(to, id, &week, &format!("heard-{n}"), &county.cookie, &county.csrf);
        let follow = async {
            writer.call(&call).await?.expect(200)?;
            while !events.line().await?.contains("wall") {}
            reader.call(&prov.get(site::WALL)).await?.expect(200).map(|_| ())
        };
        let (answer, took) =
            super::once_timed(async { Ok(tokio::time::timeout(Duration::from_secs(10), follow).await) }).await?;
        answer.map_err(|_| Error::Unavailable("the wall did not hear of a change within 10 s".into()))??;
        worst = worst.max(took);
        sum += took;
    }
    Ok(Row {
        what: format!(
            "change to wall: submission sent, notice on the stream, page fetched again (slowest of {CHANGES})"
        ),
        bound: "≤ 1 s".into(),
        measured: format!("{worst:.2} s (mean {:.2} s)", sum / f64::from(CHANGES)),
        bare: "–".into(),
        raw: "the outbox is polled every 0.25 s".into(),
        kept: Some(worst <= 1.0),
    })
}

/// Somebody who may submit, and what they owe.
struct Owed {
    seats: Vec<Seat>,
    /// (seat, county, station, period).
    ops: Vec<(usize, DivisionId, Option<UnitId>, String)>,
}

/// Weeks of all counties from January 2020 on that nobody reported.
async fn weeks(place: &Place) -> Result<Owed> {
    let ctx = prepare::open(place).await?;
    let view = ctx.tree().as_of(prepare::today());
    let counties: Vec<DivisionId> = view
        .roots()
        .iter()
        .flat_map(|p| view.counties_under(*p))
        .copied()
        .filter(|c| view.get(*c).is_some_and(|v| v.in_denominator))
        .collect();
    let mut c = ctx.read().await?;
    let done: HashSet<(DivisionId, String)> =
        store::reported(&mut c, "week").await?.into_iter().map(|(county, _, period)| (county, period)).collect();
    drop(c);
    prepare::close(ctx).await;
    let mut ops = vec![];
    let mut week = Period::containing(PeriodKind::Week, Day::from_stored(20200108));
    let last = Period::containing(PeriodKind::Week, prepare::today()).prev();
    while week.last_day() <= last.last_day() {
        for (seat, county) in counties.iter().enumerate() {
            if !done.contains(&(*county, week.to_string())) {
                ops.push((seat, *county, None, week.to_string()));
            }
        }
        week = week.next();
    }
    let seats = counties
        .iter()
        .enumerate()
        .map(|(n, c)| Seat { login: format!("bench-x{n:03}"), role: Role::CountyAdmin, areas: vec![*c], unit: None })
        .collect();
    Ok(Owed { seats, ops })
}

/// Months of all built stations up to June 2021; what the demo had of them is taken away.
async fn months(place: &Place) -> Result<Owed> {
    let ctx = prepare::open(place).await?;
    let mut tx = ctx.write().await?;
    store::forget_months(&mut tx).await?;
    tx.commit(ctx.event(prepare::GENERATE).record(None, "months are owed again")).await?;
    let mut c = ctx.read().await?;
    let stations = store::built_stations(&mut c).await?;
    drop(c);
    prepare::close(ctx).await;
    let (mut seats, mut ops) = (vec![], vec![]);
    for (n, (county, unit, from)) in stations.into_iter().enumerate() {
        seats.push(Seat {
            login: format!("bench-h{n:04}"),
            role: Role::StationHead,
            areas: vec![],
            unit: Some((county, unit)),
        });
        let mut month = Period::containing(PeriodKind::Month, from);
        while month.last_day() < prepare::today() {
            ops.push((n, county, Some(unit), month.to_string()));
            month = month.next();
        }
    }
    // By month, so that one after the other comes from different stations.
    ops.sort_by(|a, b| (&a.3, a.0).cmp(&(&b.3, b.0)));
    Ok(Owed { seats, ops })
}

/// Submitting reports: weeks of counties, and months of stations.
pub async fn submissions(o: &Options, demo: &Place) -> Result<Vec<Row>> {
    let mut rows = vec![];
    for (kind, words) in [("week", "the week of a county"), ("month", "the month of a station")] {
        println!("submitting {words}");
        let place = demo.copy(&o.root, "submit").await?;
        let owed = if kind == "week" { weeks(&place).await? } else { months(&place).await? };
        let ctx = prepare::open(&place).await?;
        prepare::accept_old_periods(&ctx).await?;
        let cookies = prepare::seats_with_sessions(&ctx, &owed.seats).await?;
        prepare::close(ctx).await;

        let beside = place.copy(&o.root, "submit-ceiling").await?;
        let server = Server::zhanwang(&o.program, &place).await?;
        let ceiling = Server::ceiling(&beside).await?;
        let mut tokens = vec![];
        for cookie in &cookies {
            tokens.push(Visitor::resume(server.addr, cookie).await?.csrf);
        }
        let calls: Vec<Call> = owed
            .ops
            .iter()
            .enumerate()
            .map(|(i, (seat, county, unit, period))| {
                let key = format!("bench-{kind}-{i}");
                let (cookie, csrf) = (&cookies[*seat], &tokens[*seat]);
                match unit {
                    Some(u) => site::submit_month(server.addr, (*county, *u), period, &key, cookie, csrf),
                    None => site::submit_week(server.addr, *county, period, &key, cookie, csrf),
                }
            })
            .collect();
        let raw: Vec<Call> = calls.iter().map(|c| Call { path: "/submit".into(), ..c.clone() }).collect();
        let warm = 100.min(calls.len() / 10);
        let load = Load::offered(300, o.seconds, CONNECTIONS);
        let load = Load { count: load.count.min(calls.len() - warm), ..load };
        println!("  {} are owed, {} are sent", calls.len(), load.count);
        measure_cold(&server, Load { count: warm, ..load }, &each(&calls, 0), "warming up").await?;
        let ours = measure_cold(&server, load, &each(&calls, warm), "zhanwang").await?;
        measure_cold(&ceiling, Load { count: warm, ..load }, &each(&raw, 0), "warming up").await?;
        let top = measure_cold(&ceiling, load, &each(&raw, warm), "raw SQL").await?;
        let echo: Vec<Call> = calls.iter().map(|c| Call { path: "/text".into(), ..c.clone() }).collect();
        let bare = measure_cold(&ceiling, load, &each(&echo, warm), "bare endpoint").await?;
        rows.push(Row {
            what: format!(
                "submit {words}, audit and marks included, 300/s offered over 16 connections ({} sent)",
                load.count
            ),
            bound: "p95 ≤ 20 ms, no errors".into(),
            measured: format!("{}; {:.1} ms cpu each", p95(&ours), ours.cpu_ms),
            bare: p95_short(&bare),
            raw: format!("{}; {:.1} ms cpu each", p95_short(&top), top.cpu_ms),
            kept: Some(ours.out.p95_ms() <= 20.0 && ours.out.failed() == 0),
        });
        drop((server, ceiling));
        place.remove().await?;
        beside.remove().await?;
    }
    Ok(rows)
}

/// The calls one after another, from the n-th on.
fn each(calls: &[Call], from: usize) -> Script {
    let calls: Arc<Vec<Call>> = Arc::new(calls[from.min(calls.len())..].to_vec());
    Script { call: Arc::new(move |i| calls[i % calls.len().max(1)].clone()), good: |r: &Reply| r.status == 200 }
}
