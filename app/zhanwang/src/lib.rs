//! Zhanwang (站网): runs a province's three-tier social-work service network. This binary is the command line,
//! the configuration and the wiring of modules; it decides nothing.

pub mod backup;
pub mod commands;
pub mod config;
pub mod demo;
mod home;
pub mod keys;
mod listen;
mod safekeeping;
mod store;
pub mod wire;

use clap::{Parser, Subcommand};
use std::path::PathBuf;
use std::process::ExitCode;

/// Zhanwang (站网): the software of a province's social-work station network.
#[derive(Parser)]
#[command(name = "zhanwang", version, about, long_about = None)]
struct Cli {
    /// Configuration file (TOML); every key is in README.md.
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Folder of the embedded database (DIR/zhanwang.db) and of the keys (DIR/secrets/master.key).
    #[arg(long, global = true, value_name = "DIR")]
    data: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Start the web server and the jobs.
    Serve,
    /// Prepare the demo (演示数据·非官方) and serve it on this machine.
    Demo(demo::DemoArgs),
    /// Bring the database schema up to date.
    Migrate,
    /// Divisions of the country.
    #[command(subcommand)]
    Divisions(commands::Divisions),
    /// Accounts.
    #[command(subcommand)]
    Account(commands::AccountCommand),
    /// The network's figures on a date.
    Figures(commands::FiguresArgs),
    /// Write the monthly circular: DOCX, PDF and XLSX.
    Circular(commands::CircularArgs),
    /// The audit log.
    #[command(subcommand)]
    Audit(commands::Audit),
    /// Write a sealed backup.
    Backup(commands::BackupArgs),
    /// Put a backup into an empty folder or database.
    Restore(commands::RestoreArgs),
    /// Cells kept beside the records.
    #[command(subcommand)]
    Cells(commands::Cells),
    /// The master key.
    #[command(subcommand)]
    Key(commands::Key),
    /// Check configuration, database, keys and durability; exit code 1 if something is wrong.
    Doctor,
    /// Generated files that CI compares: OpenAPI, permission table, routes.
    #[command(subcommand)]
    Print(commands::Print),
}

/// Runs the command line.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(r) => r,
        Err(e) => {
            eprintln!("zhanwang: {e}");
            return ExitCode::FAILURE;
        }
    };
    match runtime.block_on(run(cli)) {
        Ok(code) => ExitCode::from(code),
        Err(e) => {
            eprintln!("zhanwang: {}", commands::explain(&e));
            ExitCode::FAILURE
        }
    }
}

async fn run(cli: Cli) -> zw_core::Result<u8> {
    let mut config = config::Config::load(cli.config.as_deref())?;
    if let Some(d) = cli.data {
        config.data = d;
    }
    let filter = tracing_subscriber::EnvFilter::try_new(&config.log)
        .map_err(|e| zw_core::Error::Unavailable(format!("log filter: {e}")))?;
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_ansi(false).init();
    match cli.command {
        Command::Serve => commands::serve(&config).await.map(|()| 0),
        Command::Demo(args) => demo::run(&config, args).await.map(|()| 0),
        Command::Migrate => commands::migrate(&config).await.map(|()| 0),
        Command::Divisions(c) => commands::divisions(&config, c).await.map(|()| 0),
        Command::Account(c) => commands::account(&config, c).await.map(|()| 0),
        Command::Figures(a) => commands::figures(&config, a).await.map(|()| 0),
        Command::Circular(a) => commands::circular(&config, a).await.map(|()| 0),
        Command::Audit(commands::Audit::Verify) => commands::audit_verify(&config).await,
        Command::Backup(a) => safekeeping::backup(&config, a).await.map(|()| 0),
        Command::Restore(a) => safekeeping::restore(&config, a).await.map(|()| 0),
        Command::Cells(commands::Cells::Rebuild) => commands::cells_rebuild(&config).await,
        Command::Key(commands::Key::Export { file }) => keys::export(&config.data, &file).map(|()| 0),
        Command::Doctor => commands::doctor(&config).await,
        Command::Print(p) => commands::print(&config, p).map(|()| 0),
    }
}
