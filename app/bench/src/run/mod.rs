//! `zhanwang-bench run`: every line of the table, each beside its ceilings from the same run.

mod field;
mod once;
mod paper;
mod scenes;
mod stage;

use crate::place::{EngineArg, Place};
use crate::report::{self, Conditions, Row};
use crate::transfer;
use std::path::PathBuf;
use zw_core::{Clock, Result};

/// What to run, and where.
#[derive(Clone, Debug)]
pub struct Options {
    /// Engine.
    pub engine: EngineArg,
    /// The PostgreSQL server's URL, when it is the engine.
    pub server: Option<String>,
    /// The program under test.
    pub program: PathBuf,
    /// Folder for data.
    pub root: PathBuf,
    /// File whose figures are rewritten.
    pub docs: Option<PathBuf>,
    /// Seconds of each load.
    pub seconds: u32,
}

/// Something that was awaited, and the seconds it took.
pub async fn once_timed<T>(work: impl Future<Output = Result<T>>) -> Result<(T, f64)> {
    once::awaited(work).await
}

/// Processors, memory and the file system under the data, as the system tells them.
pub fn conditions(o: &Options) -> Conditions {
    let mut c = Conditions::default();
    let read = |f: &str| std::fs::read_to_string(f).unwrap_or_default();
    let after = |text: &str, head: &str| {
        let found = text.lines().find_map(|l| l.strip_prefix(head));
        found.map_or_else(|| "unknown".to_owned(), |v| v.trim_start_matches([' ', '\t', ':']).to_owned())
    };
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    c.add("date", Clock::system().today().to_string());
    c.add(
        "processor",
        format!(
            "{cores} cores, {}; shared by server, driver and database",
            after(&read("/proc/cpuinfo"), "model name")
        ),
    );
    c.add("memory", after(&read("/proc/meminfo"), "MemTotal"));
    c.add("load before the run", read("/proc/loadavg").split(' ').take(3).collect::<Vec<_>>().join(" "));
    let mounts = read("/proc/mounts");
    let under = mounts
        .lines()
        .filter_map(|l| {
            let f: Vec<&str> = l.split(' ').collect();
            (f.len() > 2 && o.root.starts_with(f[1])).then(|| (f[1].len(), f[2].to_owned()))
        })
        .max_by_key(|(depth, _)| *depth);
    c.add("file system of the data", under.map_or_else(|| "unknown".into(), |(_, kind)| kind));
    c.add("build", if cfg!(debug_assertions) { "DEV BUILD OF THE DRIVER: figures mean nothing" } else { "release" });
    c
}

/// Runs everything; whether every bound was kept.
pub async fn all(o: &Options) -> Result<bool> {
    let mut conditions = conditions(o);
    println!("preparing the demo");
    let demo = Place::fresh(&o.root, "demo-made", None).await?;
    let credentials = demo.dir.join("credentials.json");
    let file = credentials.display().to_string();
    let made = once::timed(|| demo.run(&o.program, &["demo", "--no-serve", "--credentials-file", &file]).map(|_| ()))?;
    println!("  demo prepared in {made:.1} s");
    let place = match &o.server {
        None => demo.copy(&o.root, "demo").await?,
        Some(server) => {
            let place = Place::fresh(&o.root, "demo", Some(server)).await?;
            let rows = transfer::to_server(&o.program, &demo, &place).await?;
            println!("  {rows} rows copied to the server");
            place
        }
    };
    let counts = stage::counts(&place).await?;
    conditions.add("rows of the demo", counts);
    conditions.add("demo prepared in (not bounded here)", format!("{made:.1} s"));

    let mut rows: Vec<Row> = vec![];
    rows.extend(scenes::pages(o, &place, &credentials).await?);
    rows.extend(paper::circular(o, &place, &credentials).await?);
    rows.extend(field::merge(o, &place, &credentials).await?);
    rows.extend(scenes::submissions(o, &place).await?);
    rows.extend(once::starts(o, &place).await?);
    rows.extend(once::import(o).await?);
    place.remove().await?;
    demo.remove().await?;

    let title = format!("{}, {} s of load each", o.engine.name(), o.seconds);
    let block = report::markdown(&title, &conditions, &rows);
    println!("\n{block}");
    if let Some(docs) = &o.docs {
        report::rewrite(docs, &o.engine.name().to_lowercase(), &block)?;
        println!("written to {}", docs.display());
    }
    Ok(rows.iter().all(|r| r.kept != Some(false)))
}
