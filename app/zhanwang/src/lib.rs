//! Zhanwang (站网): runs a province's three-tier social-work service network. This binary is the command line,
//! the configuration and the wiring of modules; it decides nothing.

/// Prints a line; what cannot be printed is an error, unless nobody reads any more.
macro_rules! say {
    ($($arg:tt)*) => { crate::say::line(format_args!($($arg)*)) };
}

mod anchors;
pub mod backup;
pub mod commands;
pub mod config;
pub mod demo;
pub mod doctor;
pub mod exit;
mod home;
pub mod keys;
mod listen;
mod lock;
pub mod official_list;
mod pg_tools;
mod private;
mod rotate;
mod safekeeping;
mod say;
pub mod settings;
mod store;
pub mod wire;

use clap::{Parser, Subcommand};
use std::path::PathBuf;
use std::process::ExitCode;

/// Zhanwang (站网): the software of a province's social-work station network.
#[derive(Parser)]
#[command(name = "zhanwang", version, about, long_about = None, after_help = exit::HELP)]
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
    /// Official lists of persons (官方名册).
    #[command(subcommand)]
    OfficialList(official_list::OfficialList),
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
    /// Settings: deadlines, visit rhythm, the circular's signature and the like (docs/settings.md).
    #[command(subcommand)]
    Settings(settings::Settings),
    /// The keys: save, rotate, retire.
    #[command(subcommand)]
    Key(commands::Key),
    /// Check configuration, database, keys and durability; exit code 1 if something is wrong.
    Doctor,
    /// Generated files that CI compares: OpenAPI, permission table, routes, settings.
    #[command(subcommand)]
    Print(commands::Print),
}

/// Runs the command line.
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(c) => c,
        Err(e) => {
            // `--help` and `--version` come this way too. There is nobody to tell when the terminal is gone.
            let _ = e.print();
            return ExitCode::from(if e.use_stderr() { exit::FAILED } else { exit::OK });
        }
    };
    let failed = |words: String| {
        say::aside(format_args!("zhanwang: {words}"));
        ExitCode::from(exit::FAILED)
    };
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(r) => r,
        Err(e) => return failed(e.to_string()),
    };
    match runtime.block_on(run(cli)) {
        Ok(code) => ExitCode::from(code),
        Err(e) => failed(commands::explain(&e)),
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
        Command::Serve => commands::serve(&config).await?,
        Command::Demo(args) => demo::run(&config, args).await?,
        Command::Migrate => commands::migrate(&config).await?,
        Command::Account(c) => commands::account(&config, c).await?,
        Command::Figures(a) => commands::figures(&config, a).await?,
        Command::Circular(a) => commands::circular(&config, a).await?,
        Command::Backup(a) => safekeeping::backup(&config, a).await?,
        Command::Restore(a) => safekeeping::restore(&config, a).await?,
        Command::Key(commands::Key::Export { file }) => safekeeping::key_export(&config, &file).await?,
        Command::Key(commands::Key::Rotate) => return rotate::rotate(&config).await,
        Command::Key(commands::Key::Retire { kid, saved }) => rotate::retire(&config, &kid, &saved).await?,
        Command::Print(p) => commands::print(&config, p)?,
        Command::Settings(c) => say!("{}", settings::settings(&config, c).await?)?,
        Command::Divisions(c) => return commands::divisions(&config, c).await,
        Command::OfficialList(c) => return official_list::run(&config, c).await,
        Command::Audit(commands::Audit::Verify { anchors }) => return commands::audit_verify(&config, anchors).await,
        Command::Cells(commands::Cells::Rebuild) => return commands::cells_rebuild(&config).await,
        Command::Doctor => return doctor::doctor(&config).await,
    }
    Ok(exit::OK)
}
