//! `zhanwang-bench`: the benchmarks, the nation, the kill campaigns. `scripts/bench` and `scripts/campaign` run it.

use clap::{Parser, Subcommand};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use zhanwang_bench::place::{EngineArg, Place};
use zhanwang_bench::{ceiling, kill, nation, rotate, run};
use zw_core::{Error, Result, Rng};

/// Benchmarks of Zhanwang, and the kill campaigns.
#[derive(Parser)]
#[command(name = "zhanwang-bench", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Measure every line of docs/benchmarks.md beside its ceilings.
    Run(Common),
    /// Make a nation of 41,352 townships and time the board on it.
    Nation(Common),
    /// Kill the server in the middle of submissions and prove that nothing acknowledged is lost.
    Kill {
        #[command(flatten)]
        common: Common,
        /// Kills.
        #[arg(long, default_value_t = 50)]
        runs: usize,
        /// Seed of the random times (default: a new one, printed).
        #[arg(long)]
        seed: Option<u64>,
    },
    /// Kill `key rotate` in the middle, beside a server that writes, and prove that every sealed value stays readable.
    Rotate {
        #[command(flatten)]
        common: Common,
        /// Kills.
        #[arg(long, default_value_t = 50)]
        runs: usize,
        /// Seed of the random times (default: a new one, printed).
        #[arg(long)]
        seed: Option<u64>,
    },
    /// The ceiling server of a run (started by `run`).
    #[command(hide = true)]
    Ceiling {
        /// Address.
        #[arg(long)]
        listen: SocketAddr,
        /// Folder of the place.
        #[arg(long)]
        data: PathBuf,
        /// Database on a server.
        #[arg(long, env = "DATABASE_URL", default_value = "")]
        database_url: String,
    },
}

/// What every measurement needs to know.
#[derive(clap::Args, Clone)]
struct Common {
    /// Engine.
    #[arg(long, value_enum, default_value = "sqlite")]
    engine: EngineArg,
    /// URL of a durable PostgreSQL server, without a database (`scripts/pg durable`).
    #[arg(long, default_value = "postgres://zw@127.0.0.1:54330")]
    server: String,
    /// The program under test (default: beside this one).
    #[arg(long)]
    program: Option<PathBuf>,
    /// Folder for data, on a real disk; emptied.
    #[arg(long, value_name = "DIR", default_value = "target/bench")]
    data: PathBuf,
    /// File whose figures are rewritten.
    #[arg(long, value_name = "FILE")]
    docs: Option<PathBuf>,
    /// Seconds of each load.
    #[arg(long, default_value_t = 10)]
    seconds: u32,
}

impl Common {
    fn campaign(&self, runs: usize, seed: Option<u64>, submissions: usize) -> Result<kill::Options> {
        let o = self.options()?;
        let seed = seed.unwrap_or_else(|| Rng::system().below(1 << 32));
        println!("seed {seed}, {}", self.engine.name());
        Ok(kill::Options { program: o.program, server: o.server, runs, submissions, seed, root: o.root })
    }
    /// Prints what a campaign found; whether it was nothing.
    fn told(&self, violations: &[String], words: &str) -> bool {
        for v in violations {
            println!("VIOLATION {v}");
        }
        println!("{}: {words}", self.engine.name());
        violations.is_empty()
    }
    fn options(&self) -> Result<run::Options> {
        let here = std::env::current_exe().map_err(Error::internal)?;
        let program = match &self.program {
            Some(p) => p.clone(),
            None => kill::program_beside(&here)?,
        };
        std::fs::create_dir_all(&self.data).map_err(Error::internal)?;
        Ok(run::Options {
            engine: self.engine,
            server: (self.engine == EngineArg::Postgres).then(|| self.server.clone()),
            program,
            root: std::fs::canonicalize(&self.data).map_err(Error::internal)?,
            docs: self.docs.clone(),
            seconds: self.seconds.clamp(1, 120),
        })
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    match go(Cli::parse().command).await {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(e) => {
            eprintln!("zhanwang-bench: {e}");
            ExitCode::from(2)
        }
    }
}

/// Whether every bound was kept and nothing was violated.
async fn go(command: Command) -> Result<bool> {
    match command {
        Command::Run(c) => run::all(&c.options()?).await,
        Command::Nation(c) => nation::measure(&c.options()?).await.map(|()| true),
        Command::Kill { common, runs, seed } => {
            let sum = kill::campaign(&common.campaign(runs, seed, 100)?, |line| println!("{line}")).await?;
            Ok(common.told(&sum.violations, &sum.words()) && sum.acknowledged > 0)
        }
        Command::Rotate { common, runs, seed } => {
            // As many households and forms, so that a rotation takes a while.
            let sum = rotate::campaign(&common.campaign(runs, seed, 10_000)?, |line| println!("{line}")).await?;
            Ok(common.told(&sum.violations, &sum.words()) && sum.mid_flight > 0)
        }
        Command::Ceiling { listen, data, database_url } => {
            let url = Some(database_url).filter(|u| !u.is_empty());
            ceiling::serve(&Place { dir: data, url }, listen).await.map(|()| true)
        }
    }
}
