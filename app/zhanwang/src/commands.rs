//! The commands. Each acts as a named system actor with a list of actions, and is audited.

use crate::config::Config;
use crate::lock::Lock;
use crate::wire::{self, Wired};
use crate::{anchors, doctor, exit};
use clap::{Args, Subcommand};
use std::path::PathBuf;
use std::sync::Arc;
use tokio::net::TcpListener;
use zw_access::{Action, Anchored, App, Ctx, audit};
use zw_core::{Day, Error, Result};

/// `divisions …`
#[derive(Subcommand)]
pub enum Divisions {
    /// Import a file with the columns code,name,level,parent_code. All rows are checked; none is taken if one is wrong.
    Import {
        /// CSV file, UTF-8.
        file: PathBuf,
        /// First day the imported versions are valid (default: 2000-01-01 for the first import, today for a later one).
        #[arg(long, value_name = "DATE")]
        from: Option<String>,
        /// Correct the past: change what stood on days before today, and with it what their records say.
        #[arg(long)]
        correct: bool,
    },
}

/// `account …`
#[derive(Subcommand)]
pub enum AccountCommand {
    /// Create the first administrator and print a one-time token, valid for 15 minutes.
    CreateAdmin {
        /// Login name.
        #[arg(long)]
        login: String,
        /// sys_admin, security_admin or audit_admin.
        #[arg(long, default_value = "sys_admin")]
        role: String,
    },
}

/// `figures`
#[derive(Args)]
pub struct FiguresArgs {
    /// The date, e.g. 2021-07-08 (default: today).
    #[arg(long, value_name = "DATE")]
    pub as_of: Option<String>,
    /// Code of the division to count in (default: everything in the database).
    #[arg(long, value_name = "CODE")]
    pub division: Option<String>,
    /// Print JSON.
    #[arg(long)]
    pub json: bool,
}

/// `circular`
#[derive(Args)]
pub struct CircularArgs {
    /// Month, e.g. 2021-06.
    #[arg(long, value_name = "YYYY-MM")]
    pub month: String,
    /// Folder for the three files.
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
}

/// `audit …`
#[derive(Subcommand)]
pub enum Audit {
    /// Prove the chain: exit code 0 whole, 1 altered, 2 gap, truncated or put back, 3 not proven, or not anchored.
    Verify {
        /// File of anchors to compare with (default: the configured one).
        #[arg(long, value_name = "FILE")]
        anchors: Option<PathBuf>,
    },
}

/// `backup`
#[derive(Args)]
pub struct BackupArgs {
    /// File to write; must not exist.
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
}

/// `restore`
#[derive(Args)]
pub struct RestoreArgs {
    /// The backup.
    #[arg(long, value_name = "FILE")]
    pub from: PathBuf,
    /// Only prove that the backup is whole and opens with this folder's key.
    #[arg(long)]
    pub verify: bool,
    /// Why (goes into the audit log).
    #[arg(long, default_value = "restore")]
    pub reason: String,
}

/// `cells …`
#[derive(Subcommand)]
pub enum Cells {
    /// Count every cell again from the records; exit code 1 if any differed.
    Rebuild,
}

/// `key …`
#[derive(Subcommand)]
pub enum Key {
    /// Copy the keys to a file (mode 0400), to be kept apart from the backups.
    Export {
        /// File to write; must not exist.
        file: PathBuf,
    },
    /// Make a new key and seal every encrypted value with it, while the program serves. A run that was killed goes on
    /// where it was when the command is given again. Afterwards save the keys anew with `key export`; the old key stays
    /// in the key file until `key retire`.
    Rotate,
    /// Take an old key out of the key file once nothing is sealed with it. Backups made while it sealed can then be read
    /// with a saved copy only.
    Retire {
        /// Id of the key, as `key rotate` and `doctor` say it.
        kid: String,
        /// A copy that `key export` wrote and that holds the key, kept outside the data folder's secrets.
        #[arg(long, value_name = "FILE")]
        saved: PathBuf,
    },
}

/// `print …`
#[derive(Subcommand)]
pub enum Print {
    /// OpenAPI 3.1 as JSON.
    Openapi,
    /// The permission table as Markdown.
    Permissions,
    /// Every route with its access.
    Routes,
    /// Every setting with its fields and defaults, as Markdown.
    Settings,
    /// SQL for PostgreSQL: what the role that serves may do; run it as the owner after every `migrate`.
    PgRoles {
        /// Name of the role that serves: small letters, digits, underscores.
        #[arg(long, default_value = "zhanwang_app")]
        app: String,
    },
}

/// Rights of the serving role: everything but the schema, and of the audit log only adding and reading. The heads are
/// moved on with every row; what they say is proven by the rows.
const PG_ROLES: &str = "\\set ON_ERROR_STOP on
BEGIN;
GRANT USAGE ON SCHEMA public TO @app;
REVOKE ALL ON ALL TABLES IN SCHEMA public FROM @app;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO @app;
REVOKE UPDATE, DELETE ON audit_event, audit_checkpoint FROM @app;
REVOKE DELETE ON audit_head FROM @app;
REVOKE INSERT, UPDATE, DELETE ON _sqlx_migrations FROM @app;
COMMIT;";

/// An error in words for the terminal, in its language; codes get theirs from the modules, as on the pages.
pub fn explain(e: &Error) -> String {
    explained(crate::config::lang(), e)
}

fn explained(lang: zw_ui::Lang, e: &Error) -> String {
    match e {
        Error::Invalid(list) => {
            let words = list.0.iter().map(|f| format!("{}{}{}", f.field, lang.colon(), zw_web::field_words(lang, f)));
            words.collect::<Vec<_>>().join(if lang == zw_ui::Lang::En { "; " } else { "；" })
        }
        // Whoever made it wrote it for a person at the terminal.
        Error::Unavailable(words) => words.clone(),
        Error::Internal(_) => e.to_string(),
        other => zw_web::words(lang, other),
    }
}

pub(crate) fn day(text: &str) -> Result<Day> {
    Day::parse(text).ok_or_else(|| Error::Unavailable(format!("\"{text}\" is no date; write it as 2021-07-08")))
}

pub(crate) async fn note(app: &Arc<App>, action: Action, detail: &str) -> Result<()> {
    let ctx = Ctx::system(app.clone(), "cli", &[]);
    let tx = ctx.write().await?;
    tx.commit(ctx.event(action).record(None, detail)).await
}

/// The listening socket. It comes first: whoever cannot have the port must not touch the data.
pub async fn bind(config: &Config) -> Result<TcpListener> {
    TcpListener::bind(config.listen).await.map_err(|e| Error::Unavailable(format!("{}: {e}", config.listen)))
}

/// Starts everything and serves until SIGTERM or Ctrl-C.
pub async fn serve(config: &Config) -> Result<()> {
    config.check_transport()?;
    let listener = bind(config).await?;
    let wired = wire::ready(config).await?;
    listen(config, listener, wired, |url| say!("Zhanwang: {url}")).await
}

/// Serves a wired process. `ready` is told the address once it answers.
pub async fn listen(
    config: &Config,
    listener: TcpListener,
    wired: Wired,
    ready: impl FnOnce(&str) -> Result<()>,
) -> Result<()> {
    let Wired { app, routes } = wired;
    let _in_use = config.database_url.is_empty().then(|| Lock::shared(&config.data)).transpose()?;
    doctor::refuse_if_unsafe(&app.db).await?;
    note(&app, Action("process.start"), env!("CARGO_PKG_VERSION")).await?;
    let hub = app.ext::<zw_web::LiveHub>()?;
    let background =
        [tokio::spawn(hub.run(app.clone())), tokio::spawn(zw_jobs::Scheduler::new(wire::ticks()).run(app.clone()))];
    let router = zw_web::router(app.clone(), routes);
    // Listened for before anybody is told that the program runs: a stop that comes at once is orderly too.
    let stop = shutdown();
    // It serves all the same when nobody can be told.
    if let Err(e) = ready(&config.public_url()) {
        tracing::warn!("{}", explain(&e));
    }
    let peers = crate::listen::Peers::new(config.listen.ip(), &config.trusted_proxies);
    crate::listen::serve(listener, peers, router, stop).await;
    // Before the pool closes under them; what they left is taken up at the next start.
    for task in background {
        task.abort();
        let _ = task.await;
    }
    note(&app, Action("process.stop"), env!("CARGO_PKG_VERSION")).await?;
    // What was done until here is anchored, however long the program stays down.
    zw_jobs::checkpoint(&app).await?;
    if let Err(e) = app.ext::<anchors::AnchorFile>()?.follow(&app).await {
        tracing::error!("{}", explain(&e));
    }
    app.db.close().await;
    Ok(())
}

/// Ends with SIGTERM or Ctrl-C; both are listened for from this call on.
fn shutdown() -> impl Future<Output = ()> {
    use tokio::signal::unix::{SignalKind, signal};
    let (term, int) = (signal(SignalKind::terminate()), signal(SignalKind::interrupt()));
    let heard = async |s: std::io::Result<tokio::signal::unix::Signal>| match s {
        Ok(mut s) => {
            s.recv().await;
        }
        Err(_) => std::future::pending().await,
    };
    async move {
        tokio::select! {
            () = heard(term) => {}
            () = heard(int) => {}
        }
    }
}

/// `migrate`
pub async fn migrate(config: &Config) -> Result<()> {
    let wired = wire::ready(config).await?;
    note(&wired.app, Action("schema.migrate"), env!("CARGO_PKG_VERSION")).await?;
    say!("schema is up to date")?;
    Ok(())
}

/// `divisions import`
pub async fn divisions(config: &Config, c: Divisions) -> Result<u8> {
    let Divisions::Import { file, from, correct } = c;
    let wired = wire::ready(config).await?;
    let bytes = std::fs::read(&file).map_err(|e| Error::Unavailable(format!("{}: {e}", file.display())))?;
    let ctx = Ctx::system(wired.app.clone(), "cli.divisions", zw_network::CLI_ACTIONS);
    let valid_from = from.as_deref().map(day).transpose()?;
    let how = zw_network::Import { valid_from, correct, ..zw_network::Import::default() };
    let report = zw_network::import_divisions_with(&ctx, &bytes, how).await?;
    say!("{}", zw_network::views::divisions::import_words(crate::config::lang(), &report))?;
    Ok(if report.refused() { exit::FOUND } else { exit::OK })
}

/// `account create-admin`
pub async fn account(config: &Config, c: AccountCommand) -> Result<()> {
    let AccountCommand::CreateAdmin { login, role } = c;
    let wired = wire::ready(config).await?;
    let ctx = Ctx::system(wired.app.clone(), "cli.account", zw_accounts::CLI_ACTIONS);
    let role = <zw_access::Role as zw_core::code::Code>::from_code(&role)
        .filter(|r| r.is_operator())
        .ok_or_else(|| Error::Unavailable("role: sys_admin, security_admin or audit_admin".into()))?;
    let token = zw_accounts::create_admin(&ctx, &login, role).await?;
    say!("{}/activate?token={token}", config.public_url())?;
    say!("valid once, for 15 minutes")?;
    Ok(())
}

/// The chain, and the anchors that a file holds: the one named, else the configured one, else the one in the data folder.
pub async fn proven(app: &App, config: &Config, named: Option<&std::path::Path>) -> Result<audit::VerifyReport> {
    let promised = named.is_some() || !config.audit_anchor.as_os_str().is_empty();
    let text = anchors::read(named.unwrap_or(&config.anchor_file()))?;
    let anchored = text.map(|t| Anchored::read(&app.vault, &t));
    let mut c = app.db.read().await?;
    let mut report = audit::verify(&mut c, &app.vault).await?;
    Anchored::verify(anchored.as_ref(), promised, &mut c, &mut report).await?;
    Ok(report)
}

/// `audit verify`
pub async fn audit_verify(config: &Config, file: Option<PathBuf>) -> Result<u8> {
    let wired = wire::existing(config).await?;
    let report = proven(&wired.app, config, file.as_deref()).await?;
    let file = file.unwrap_or_else(|| config.anchor_file());
    say!("{}", report.words())?;
    say!("anchors: {}", file.display())?;
    note(&wired.app, Action("audit.verify"), &report.exit_code().to_string()).await?;
    Ok(u8::try_from(report.exit_code()).unwrap_or(exit::FOUND))
}

/// `cells rebuild`
pub async fn cells_rebuild(config: &Config) -> Result<u8> {
    let wired = wire::existing(config).await?;
    let measures = wired.app.ext::<zw_indicators::Measures>()?;
    let mut c = wired.app.db.read().await?;
    let extent = zw_indicators::cells::extent(&mut c, &measures).await?;
    drop(c);
    let Some(span) = extent else {
        say!("no cells and no records that make any")?;
        return Ok(exit::OK);
    };
    let report = zw_indicators::cells::rebuild(&wired.app, &measures, span, true).await?;
    note(&wired.app, Action("cells.rebuild"), &report.different.to_string()).await?;
    say!("{} cells from {} to {}, {} differed and were put right", report.cells, span.from, span.to, report.different)?;
    for d in &report.first {
        say!("  {} county {} on {}: cell {}, records {}", d.measure, d.county, d.day, d.cell, d.records)?;
    }
    Ok(if report.different > 0 { exit::FOUND } else { exit::OK })
}

/// `print …`
pub fn print(config: &Config, p: Print) -> Result<()> {
    let web = zw_web::WebConfig { public_url: config.public_url(), trusted_proxies: vec![] };
    let (site, _) = zw_web::Site::join(web, wire::modules());
    match p {
        Print::Openapi => say!("{}", serde_json::to_string_pretty(&site.openapi(false)).map_err(Error::internal)?)?,
        Print::Permissions => {
            say!(
                "# Permissions\n\nGenerated by `zhanwang print permissions`; CI compares. What is not listed is denied.\n"
            )?;
            say!("| action | role | reach |\n|---|---|---|")?;
            for (action, role, reach) in wire::policy().all() {
                say!("| {} | {role} | {reach:?} |", action.0)?;
            }
        }
        Print::Routes => {
            say!(
                "# Routes\n\nGenerated by `zhanwang print routes`; CI compares.\n\n| method | path | access |\n|---|---|---|"
            )?;
            let mut lines: Vec<String> =
                site.registry.iter().map(|(m, p, a)| format!("| {m} | {p} | {} |", who(*a))).collect();
            lines.sort();
            say!("{}", lines.join("\n"))?;
        }
        Print::Settings => say!("{}", zw_settings::describe::markdown(&site.settings).trim_end())?,
        Print::PgRoles { app } => {
            let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
            if app.is_empty() || !app.bytes().all(plain) {
                return Err(Error::Unavailable(format!(
                    "\"{app}\": a role here has small letters, digits, underscores"
                )));
            }
            say!("{}", PG_ROLES.replace("@app", &app))?;
        }
    }
    Ok(())
}

/// Who may use a route, as the API's description says it; why, where everybody may.
fn who(access: zw_web::Access) -> String {
    match access {
        zw_web::Access::Public(why) => format!("{access}: {why}"),
        _ => access.to_string(),
    }
}

/// The headline figures of a date, as `figures --json` prints them.
#[derive(serde::Serialize)]
struct Figures {
    #[serde(flatten)]
    network: zw_network::NetworkFigures,
    posted_workers: i64,
    certified_workers: i64,
    division: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    data_notice: Option<&'static str>,
}

/// `figures`
pub async fn figures(config: &Config, a: FiguresArgs) -> Result<()> {
    let wired = wire::existing(config).await?;
    let app = &wired.app;
    let ctx = Ctx::system(app.clone(), "cli.figures", zw_network::CLI_ACTIONS);
    let on = match &a.as_of {
        Some(t) => day(t)?,
        None => ctx.today(),
    };
    if on > ctx.today() {
        return Err(Error::Unavailable(format!(
            "{on} has not come yet: figures are those of a day up to {}",
            ctx.today()
        )));
    }
    let tree = ctx.tree();
    let view = tree.as_of(on);
    let division = match &a.division {
        Some(code) => {
            let found = view.by_code(code).map(|v| (v.id, v.name.clone()));
            Some(found.ok_or_else(|| Error::Unavailable(format!("no division has the code {code} on {on}")))?)
        }
        None => None,
    };
    let network = zw_network::figures(&ctx, on, division.as_ref().map(|d| d.0)).await?;
    let counties = match &division {
        Some((id, _)) => view.counties_under(*id).to_vec(),
        None => view.roots().iter().flat_map(|r| view.counties_under(*r).to_vec()).collect(),
    };
    let measures = app.ext::<zw_indicators::Measures>()?;
    let area = zw_indicators::Area::Counties(counties);
    let keys = ["posted_workers", "certified_workers"];
    let mut c = ctx.read().await?;
    let people = measures.count(&mut c, &tree, &keys, &area, zw_indicators::Span::on(on)).await?;
    drop(c);
    note(app, Action("figures.print"), &on.to_string()).await?;
    let get = |k: &str| people.get(k).copied().unwrap_or(0);
    let f = Figures {
        network,
        posted_workers: get("posted_workers"),
        certified_workers: get("certified_workers"),
        division: division.map(|d| d.1),
        data_notice: app.demo.then_some("演示数据·非官方"),
    };
    if a.json {
        say!("{}", serde_json::to_string_pretty(&f).map_err(Error::internal)?)?;
    } else {
        if let Some(n) = f.data_notice {
            say!("{n}")?;
        }
        let n = &f.network;
        say!("as of            {on}")?;
        say!("stations built   {}", n.stations_built)?;
        say!(
            "coverage         {} % ({} of {} townships)",
            n.coverage_percent.map_or_else(|| "—".to_owned(), |p| format!("{p:.1}")),
            n.townships_covered,
            n.townships_counted
        )?;
        say!("posted workers   {} ({} certified)", f.posted_workers, f.certified_workers)?;
        say!("county centres   {} of {}", n.county_centres, n.counties_counted)?;
        say!("village rooms    {}", n.village_rooms)?;
    }
    Ok(())
}

/// `circular`
pub async fn circular(config: &Config, a: CircularArgs) -> Result<()> {
    let wired = wire::existing(config).await?;
    let ctx = Ctx::system(wired.app.clone(), "cli.circular", zw_publishing::CLI_ACTIONS);
    let month = zw_core::period::Period::parse(&a.month)
        .ok_or_else(|| Error::Unavailable(format!("\"{}\" is no month; write it as 2021-06", a.month)))?;
    for file in zw_publishing::write_month(&ctx, month, &a.out).await? {
        say!("{}", file.display())?;
    }
    note(&wired.app, Action("circular.write"), &a.month).await
}
