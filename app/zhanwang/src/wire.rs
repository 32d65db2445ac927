//! Wiring: database, keys, clock, modules.

use crate::anchors::AnchorFile;
use crate::config::Config;
use crate::{home, keys, private};
use std::any::Any;
use std::sync::Arc;
use std::time::Duration;
use zw_access::{App, AppParts, Policy, Settings, Vault};
use zw_core::calendar::WorkCalendar;
use zw_core::{Clock, Error, Result, Rng, Stamp};
use zw_db::{Db, LiteOptions};
use zw_indicators::{Measures, Source};
use zw_jobs::Tick;
use zw_web::{LiveHub, Module, Routes, Site, WebConfig};

/// The process, ready to serve or to run a command.
pub struct Wired {
    /// What everything shares.
    pub app: Arc<App>,
    /// The joined routes, for the router.
    pub routes: Routes,
}

/// All modules, in the order of their pages.
pub fn modules() -> Vec<Module> {
    vec![
        home::module(),
        zw_jobs::module(),
        zw_accounts::module(),
        zw_network::module(),
        zw_people::module(),
        zw_practice::module(),
        zw_field::module(),
        zw_reporting::module(),
        zw_publishing::module(),
        zw_settings::module(),
    ]
}

/// What the scheduler calls: the program's own ticks, the audit anchors, the sweep of forms, the modules'.
pub fn ticks() -> Vec<Tick> {
    let forms = Tick {
        name: "forms",
        every: Duration::from_secs(3600),
        run: |app| Box::pin(async move { zw_web::sweep(&app).await.map(|_| ()) }),
    };
    let mut all = zw_jobs::standard_ticks();
    all.extend([forms, crate::anchors::tick()]);
    for module in [
        zw_network::ticks::ticks(),
        zw_people::ticks::ticks(),
        zw_practice::ticks::ticks(),
        zw_reporting::ticks::ticks(),
        zw_settings::ticks::ticks(),
    ] {
        all.extend(module);
    }
    all
}

/// All modules' measures.
pub fn sources() -> Vec<Arc<dyn Source>> {
    vec![
        zw_accounts::source(),
        zw_network::source(),
        zw_people::source(),
        zw_practice::source(),
        zw_reporting::source(),
    ]
}

/// All modules' rules.
pub fn policy() -> Policy {
    Policy::join(&modules().iter().map(|m| m.policy).collect::<Vec<_>>())
}

/// Where the demo's clock starts the first time; the mark beside the settings also marks the data as the demo's for ever.
#[derive(Clone, Debug, Default, serde::Serialize, serde::Deserialize)]
pub struct DemoSetting {
    /// UTC milliseconds; `None`: not a demo.
    pub clock_from: Option<i64>,
}

impl DemoSetting {
    /// The mark of a database. One that cannot be read is an error: data of a demo must never pass for real ones.
    pub fn of(settings: &Settings) -> Result<Self> {
        settings.mark("demo").map_or(Ok(Self::default()), |json| {
            serde_json::from_str(json).map_err(|e| Error::internal(format!("mark of the demo: {e}")))
        })
    }
}

/// Opens the database the configuration names.
pub async fn open_db(config: &Config) -> Result<Db> {
    if config.database_url.is_empty() {
        private_place(config)?;
        Db::open_lite(&config.lite_file(), LiteOptions::Durable).await
    } else {
        Db::open_pg(&config.database_url, config.pg_connections).await
    }
}

/// The folder and the file of the embedded database, for the owner alone, before the engine opens them.
pub fn private_place(config: &Config) -> Result<()> {
    private::folder(&config.data)?;
    let files = private::database_files(&config.lite_file());
    private::file(&files[0])?;
    for f in files.iter().filter(|f| f.exists()) {
        private::file(f)?;
    }
    Ok(())
}

/// Opens the keys; they may be made only while there is no data that another key wrote, and must be the ones that wrote
/// what is there.
pub async fn open_vault(config: &Config, db: &Db) -> Result<Vault> {
    let mut c = db.read().await?;
    let fresh = crate::store::audit_heads(&mut c).await?.is_empty();
    let vault = keys::open(&config.data, &Rng::system(), fresh)?;
    if let Some(other) = crate::store::foreign_key(&mut c, vault.kid()).await? {
        return Err(Error::Unavailable(format!(
            "these data were written with key {other}, {} holds key {}: put back the key that `key export` saved",
            keys::secrets(&config.data).display(),
            vault.kid()
        )));
    }
    Ok(vault)
}

/// The working-day calendar: what ships with the program, and over it the installation's own file if there is one, so
/// that a new year's notice needs no new program.
pub fn calendar(config: &Config) -> Result<WorkCalendar> {
    let shipped = WorkCalendar::parse(include_str!("../../../data/holidays-cn.csv"))
        .map_err(|e| Error::Internal(format!("calendar: {e}")))?;
    let Some(file) = config.holidays_file() else { return Ok(shipped) };
    let bad = |e: &dyn std::fmt::Display| Error::Unavailable(format!("{}: {e}", file.display()));
    let text = std::fs::read_to_string(&file).map_err(|e| bad(&e))?;
    Ok(shipped.extended_by(WorkCalendar::parse(&text).map_err(|e| bad(&e))?))
}

/// Puts everything together over an open, migrated database.
pub async fn wire(config: &Config, db: Db, vault: Vault) -> Result<Wired> {
    let mut c = db.read().await?;
    let demo = DemoSetting::of(&Settings::load(&mut c).await?)?;
    let clock = match demo.clock_from {
        None => Clock::system(),
        // It goes on from the last act, never back and never by the hours in which nobody was there: the visitor of the
        // next week finds the day as alive as it was left, and no record lies in the future.
        Some(ms) => Clock::running_from(Stamp::from_ms(ms).max(crate::store::last_act(&mut c).await?)),
    };
    drop(c);
    wire_with(config, db, vault, clock, demo.clock_from.is_some()).await
}

/// The same with a clock of the caller's (the demo while it is made).
pub async fn wire_with(config: &Config, db: Db, vault: Vault, clock: Clock, demo: bool) -> Result<Wired> {
    let mut c = db.read().await?;
    let web = WebConfig { public_url: config.public_url(), trusted_proxies: config.trusted_proxies.clone() };
    let (site, routes) = Site::join(web, modules());
    let settings = site.settings.load(&mut c).await?;
    let tree = zw_network::load_tree(&mut c).await?;
    drop(c);
    let typesetter: Arc<dyn zw_documents::Typesetter> = Arc::new(zw_typeset::TypstTypesetter::new());
    let ext: Vec<Arc<dyn Any + Send + Sync>> = vec![
        Arc::new(site),
        Arc::new(zw_accounts::authenticator()),
        Arc::new(LiveHub::default()),
        Arc::new(Measures::join(sources())),
        Arc::new(zw_jobs::Queue::join(zw_publishing::jobs())),
        Arc::new(zw_publishing::Typeset(typesetter)),
        Arc::new(AnchorFile::new(config.anchor_file())),
    ];
    let app = App::new(
        AppParts {
            db,
            clock,
            rng: Rng::system(),
            vault: Arc::new(vault),
            policy: policy(),
            calendar: calendar(config)?,
            demo,
        },
        tree,
        settings,
        ext,
    );
    app.ext::<Measures>()?.attach(&app);
    zw_reporting::direct::name_apart(&app);
    Ok(Wired { app, routes })
}

/// Opens, migrates and wires in one go: what every command does first.
pub async fn ready(config: &Config) -> Result<Wired> {
    let db = open_db(config).await?;
    db.migrate().await?;
    let vault = open_vault(config, &db).await?;
    wire(config, db, vault).await
}

/// The same for commands that only look: an embedded database must be there already, so that a mistyped folder is told.
pub async fn existing(config: &Config) -> Result<Wired> {
    if config.database_url.is_empty() && !config.lite_file().exists() {
        return Err(Error::Unavailable(format!("there is no database at {}", config.lite_file().display())));
    }
    ready(config).await
}
