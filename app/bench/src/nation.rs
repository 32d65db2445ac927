//! The board of a nation of 41,352 townships: one figure, written down, without a bound.

use crate::driver::{self, Load, Script};
use crate::http::{Visitor, Wire};
use crate::place::Place;
use crate::report::{self, Row};
use crate::run::{Options, conditions, once_timed};
use crate::server::Server;
use crate::world::{self, NATION_LOGIN, Scale};
use crate::{prepare, site};
use std::time::Duration;
use zw_core::Result;

/// Makes the nation, opens the board of each province once and times it.
pub async fn measure(o: &Options) -> Result<()> {
    let mut conditions = conditions(o);
    println!("making a nation of {} townships", Scale::NATION.townships);
    let place = Place::fresh(&o.root, "nation", o.server.as_deref()).await?;
    let (world, took) = once_timed(world::make(&o.program, &place, Scale::NATION, 0)).await?;
    let rows: Vec<String> = world.rows.iter().map(|(t, n)| format!("{t} {n}")).collect();
    conditions.add("rows", rows.join(", "));
    conditions.add("made in", format!("{took:.0} s, {} MB on disk", place.size() / 1_000_000));

    let server = Server::zhanwang(&o.program, &place).await?;
    let visitor = Visitor::sign_in(server.addr, NATION_LOGIN, prepare::PASSWORD).await?;
    let mut lines = vec![];
    let mut line = |what: &str, measured: String| {
        println!("  {what}: {measured}");
        lines.push(Row {
            what: what.into(),
            bound: "none".into(),
            measured,
            bare: "–".into(),
            raw: "–".into(),
            kept: None,
        });
    };
    line("start to the first answer", format!("{:.2} s", server.started_in.as_secs_f64()));
    // Every province's board once, one after the other: the first views of a fresh process.
    let boards: Vec<_> =
        world.provinces.iter().map(|p| visitor.signed(crate::http::Call::get(site::board_of(*p)))).collect();
    let first = visitor.signed(crate::http::Call::get(site::board_of(world.provinces[0])));
    let (reply, cold) = once_timed(async { Wire::new(server.addr).call(&first).await?.expect(200) }).await?;
    line("board of one province, first request", format!("{:.0} ms, {} kB", cold * 1000.0, reply.body.len() / 1000));
    let n = boards.len();
    let load = Load { rate: 5, count: n * 3, connections: 2, limit: Duration::from_secs(300) };
    let script = Script { call: std::sync::Arc::new(move |i| boards[i % n].clone()), good: |r| r.status == 200 };
    let out = driver::run(server.addr, load, script).await?;
    line(
        "boards of all provinces in turn, 5/s offered",
        format!("p50 {:.0} ms, p95 {:.0} ms, {} errors", out.quantile_ms(0.5), out.p95_ms(), out.failed()),
    );
    let (_, figures) =
        once_timed(async { place.run(&o.program, &["figures", "--as-of", "2021-07-08", "--json"]) }).await?;
    line("national figures by the command line, process start included", format!("{figures:.2} s"));
    let reply = visitor.get(site::WALL).await?;
    line("wall chart over the whole nation", format!("answer {}, {} kB", reply.status, reply.body.len() / 1000));
    line("resident memory after this", format!("{:.0} MiB", server.resident_mib()?));
    drop(server);
    let block = report::markdown(
        &format!("A nation of {} townships, {}", Scale::NATION.townships, o.engine.name()),
        &conditions,
        &lines,
    );
    println!("\n{block}");
    if let Some(docs) = &o.docs {
        report::rewrite(docs, &format!("nation-{}", o.engine.name().to_lowercase()), &block)?;
    }
    place.remove().await
}
