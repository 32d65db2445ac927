//! The demo: a whole province, deterministic, on the embedded database. Provincial totals of two dates are the
//! source's; all else is invented, and every page, document and answer says so.

mod accounts;
mod answers;
mod network;
mod official;
mod papers;
mod people;
mod plan;
mod reports;
mod service;
mod workers;

use crate::config::Config;
use crate::lock::Lock;
use crate::wire::{self, DemoSetting, Wired};
use accounts::{Seat, SignIn};
use clap::Args;
use std::path::PathBuf;
use zw_access::{Action, Ctx};
use zw_core::tree::DivisionKind;
use zw_core::{Clock, Day, DivisionId, Error, Result, Rng, Stamp};
use zw_db::{Db, LiteOptions};

/// `demo`
#[derive(Args)]
pub struct DemoArgs {
    /// Make the demo anew, at 09:00 on 2021-07-08. Without it a demo that is there goes on where it stopped.
    #[arg(long)]
    fresh: bool,
    /// Only prepare the database.
    #[arg(long)]
    no_serve: bool,
    /// Port on this machine (default: the configured one).
    #[arg(long)]
    port: Option<u16>,
    /// Write the sign-ins as JSON to this file (mode 0600) as well.
    #[arg(long, value_name = "FILE")]
    credentials_file: Option<PathBuf>,
    /// Listen beyond this machine all the same. The demo's passwords protect nothing real.
    #[arg(long)]
    allow_remote: bool,
}

/// County whose people sign in (code), with its city and province above it.
const COUNTY: &str = "350121000000";
const FILE: &[u8] = include_bytes!("../../../../data/divisions-fujian-2023.csv");
/// The demo leaves six townships out of the count, because the source's percentages rest on 1,100.
const COUNTED: usize = 1100;

/// Setting with everybody who signs in.
const SEATS: &str = "demo-sign-ins";

/// The demo's clock starts on the morning of the second dated point.
fn start() -> Stamp {
    Stamp::from_cn(Day::from_stored(plan::POINTS[1].0), 9, 0)
}

/// Prepares the demo and serves it.
pub async fn run(config: &Config, args: DemoArgs) -> Result<()> {
    let mut config = config.clone();
    config.database_url = String::new();
    // The anchors of a demo live and go with its folder.
    config.audit_anchor = PathBuf::new();
    if let Some(p) = args.port {
        config.listen.set_port(p);
    }
    if !config.listen.ip().is_loopback() && !args.allow_remote {
        return Err(Error::Unavailable("the demo listens on this machine only; --allow-remote overrides".into()));
    }
    // Whoever cannot have the port, or shares the folder with a running server, must not touch the data.
    let listener = if args.no_serve { None } else { Some(crate::commands::bind(&config).await?) };
    let found = look(&config).await?;
    let (sign_ins, since) = if found == Found::Demo && !args.fresh {
        go_on(&config).await?
    } else {
        let _alone = Lock::alone(&config.data)?;
        clear(&config)?;
        (prepare(&config).await?, None)
    };
    if let Some(f) = &args.credentials_file {
        write_private(f, &serde_json::to_vec_pretty(&sign_ins).map_err(Error::internal)?)?;
    }
    let Some(listener) = listener else {
        say!("{}", config.lite_file().display())?;
        return Ok(());
    };
    let wired = wire::ready(&config).await?;
    crate::commands::listen(&config, listener, wired, |url| announce(url, since, &sign_ins)).await
}

fn announce(url: &str, since: Option<Stamp>, sign_ins: &[SignIn]) -> Result<()> {
    say!("站网 演示数据·非官方 / Zhanwang, demo data, unofficial")?;
    say!("{url}")?;
    if let Some(at) = since {
        say!("接着上次演示的 {} 继续，密码已换新；--fresh 重新生成演示", at.minute_cn())?;
        say!("goes on where it stopped, with new passwords; --fresh makes the demo anew")?;
    }
    say!("")?;
    for s in sign_ins {
        say!("{:<10} {:<22} {}", s.login, s.password, s.label)?;
    }
    Ok(())
}

fn write_private(file: &std::path::Path, bytes: &[u8]) -> Result<()> {
    use std::io::Write as _;
    use std::os::unix::fs::OpenOptionsExt as _;
    let io = |e: std::io::Error| Error::Unavailable(format!("{}: {e}", file.display()));
    if file.exists() {
        std::fs::remove_file(file).map_err(io)?;
    }
    let mut f = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(file).map_err(io)?;
    f.write_all(bytes).map_err(io)
}

/// What is in the folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Found {
    Nothing,
    /// A demo that was cut off while it was made.
    Torso,
    Demo,
}

/// Looks without changing anything; a database that is not a demo's is never touched.
async fn look(config: &Config) -> Result<Found> {
    let file = config.lite_file();
    if std::fs::metadata(&file).map_or(0, |m| m.len()) == 0 {
        return Ok(Found::Nothing);
    }
    let db = Db::open_lite(&file, LiteOptions::Durable).await?;
    let mut c = db.read().await?;
    let found = if crate::store::has_settings(&mut c).await? {
        let settings = zw_access::Settings::load(&mut c).await?;
        let whole = !seats(&settings)?.is_empty();
        DemoSetting::of(&settings)?.clock_from.map(|_| if whole { Found::Demo } else { Found::Torso })
    } else {
        None
    };
    drop(c);
    db.close().await;
    found.ok_or_else(|| Error::Unavailable(format!("{} holds data that are not a demo's", file.display())))
}

/// Everybody who signs in; nobody while the demo is being made.
fn seats(settings: &zw_access::Settings) -> Result<Vec<Seat>> {
    settings.mark(SEATS).map_or(Ok(vec![]), |json| {
        serde_json::from_str(json).map_err(|e| Error::internal(format!("sign-ins of the demo: {e}")))
    })
}

fn clear(config: &Config) -> Result<()> {
    let files = crate::private::database_files(&config.lite_file());
    for f in files.iter().chain([&config.anchor_file()]).filter(|f| f.exists()) {
        std::fs::remove_file(f).map_err(|e| Error::Unavailable(e.to_string()))?;
    }
    Ok(())
}

/// A demo that is there goes on: its records stay, its clock stands where the last act left it, and everybody gets a
/// new password, because the old ones were printed once and are kept nowhere.
async fn go_on(config: &Config) -> Result<(Vec<SignIn>, Option<Stamp>)> {
    let Wired { app, .. } = wire::ready(config).await?;
    let ctx = Ctx::system(app.clone(), "demo", &[]);
    let seats = seats(&app.settings())?;
    let mut tx = ctx.write().await?;
    let sign_ins = accounts::reissue(&ctx, &mut tx, &seats).await?;
    tx.commit(ctx.event(Action("demo.passwords")).record(None, sign_ins.len())).await?;
    app.db.close().await;
    Ok((sign_ins, Some(ctx.now())))
}

/// Makes the database. Nothing is synced to disk before the end: a demo that is cut off is made again.
async fn prepare(config: &Config) -> Result<Vec<SignIn>> {
    wire::private_place(config)?;
    let db = Db::open_lite(&config.lite_file(), LiteOptions::Fast).await?;
    db.migrate().await?;
    let vault = crate::keys::open(&config.data, &Rng::system(), true)?;
    let mark = DemoSetting { clock_from: Some(start().ms()) };
    let Wired { app, .. } = wire::wire_with(config, db, vault, Clock::fixed(start()), true).await?;
    let ctx = Ctx::system(app.clone(), "demo", zw_network::CLI_ACTIONS);
    let rng = Rng::seeded(20_210_708);

    let mut tx = ctx.write().await?;
    crate::store::put_setting(&mut tx, "demo", &serde_json::to_string(&mark).map_err(Error::internal)?).await?;
    tx.commit(ctx.event(Action("demo.mark")).record(None, "demo")).await?;

    let exclusions = exclusions()?;
    let how = zw_network::Import { exclusions: &exclusions, ..zw_network::Import::default() };
    zw_network::import_divisions_with(&ctx, FILE, how).await?;
    let mut c = ctx.read().await?;
    app.set_tree(zw_network::load_tree(&mut c).await?);
    drop(c);
    let view = app.tree().as_of(ctx.today());
    let county = view.by_code(COUNTY).map(|v| v.id).ok_or(Error::NotFound)?;
    let province = view.province_of(county).ok_or(Error::NotFound)?;
    let city = view.city_of(county).ok_or(Error::NotFound)?;

    let towns: Vec<(DivisionId, DivisionId, DivisionId)> = view
        .counted(DivisionKind::Township, province)
        .iter()
        .filter_map(|t| Some((view.city_of(*t)?, view.county_of(*t)?, *t)))
        .collect();
    if towns.len() != COUNTED {
        return Err(Error::Internal(format!("demo: {} townships are counted, not {COUNTED}", towns.len())));
    }
    let mut plan = plan::make(&plan::Input { towns }, &app.calendar, &rng);
    let officer = plan::in_the_middle(&mut plan, county, &app.calendar, &rng)
        .ok_or_else(|| Error::Internal("demo: the demo county has no township under way".into()))?;
    plan::without_staff(&mut plan, county)
        .ok_or_else(|| Error::Internal("demo: the demo county has no station whose people could leave".into()))?;

    let mut tx = ctx.write().await?;
    let net = network::load(&mut tx, &view, plan, &rng, ctx.now()).await?;
    let mut numbers = people::Numbers::default();
    let on_post = workers::load(&mut tx, &app.vault, &net.stations, &mut numbers, &rng, ctx.now()).await?;
    let (own, people) = net
        .stations
        .iter()
        .zip(&on_post)
        .filter(|(s, p)| {
            let old = s.town.built_on(Day::from_stored(20210510)) && s.town.suspended.is_none();
            s.town.county == county && old && p.iter().filter(|w| w.to.is_none()).count() >= 3
        })
        .max_by_key(|(_, p)| p.len())
        .ok_or_else(|| Error::Internal("demo: the demo county has no station old enough".into()))?;
    let places = accounts::Places { province, city, county, officer, station: own, people };
    let (seats, sign_ins) = accounts::load(&ctx, &mut tx, &view, &places).await?;
    tx.commit(ctx.event(Action("demo.load")).record(None, "network, people, accounts")).await?;

    let mut tx = ctx.write().await?;
    let who = service::Who { stations: &net.stations, on_post: &on_post, own };
    let residents = service::load(&mut tx, &app, &view, &who, &mut numbers, &rng).await?;
    tx.commit(ctx.event(Action("demo.load")).record(None, "residents, encounters")).await?;

    let mut tx = ctx.write().await?;
    official::load(&mut tx, &app, &view, county, &residents, &mut numbers).await?;
    tx.commit(ctx.event(Action("demo.load")).record(None, "official lists")).await?;

    reports::load(&app, province, county, own.unit).await?;
    let account = |login: &str| {
        let found = seats.iter().find(|s| s.login == login);
        found.map(|s| (s.account, s.label.clone())).ok_or_else(|| Error::Internal(format!("demo: no account {login}")))
    };
    papers::load(&app, province, [account("prov")?, account("prov2")?]).await?;
    // Last of all: a database without it was cut off and is made again.
    let mut tx = ctx.write().await?;
    crate::store::put_setting(&mut tx, SEATS, &serde_json::to_string(&seats).map_err(Error::internal)?).await?;
    tx.commit(ctx.event(Action("demo.load")).record(None, "sign-ins")).await?;
    app.db.close().await;
    // Reopened durable: what the fast pages wrote goes to disk with the checkpoint.
    let db = Db::open_lite(&config.lite_file(), LiteOptions::Durable).await?;
    db.close().await;
    Ok(sign_ins)
}

/// The shipped exclusions and the demo's own assumption: six townships, one of each of six counties.
fn exclusions() -> Result<String> {
    let mut out = include_str!("../../../../data/denominator-exclusions.csv").trim_end().to_owned();
    let text = std::str::from_utf8(FILE).map_err(Error::internal)?;
    let mut seen: Vec<&str> = vec![];
    for line in text.lines().rev() {
        let mut f = line.split(',');
        let (Some(code), Some(name), Some(level)) = (f.next(), f.next(), f.next()) else { continue };
        let county = &code[..6];
        // Ordinary townships of counties other than the demo's own.
        if level == "township"
            && name.ends_with('乡')
            && !code.starts_with("350121")
            && !seen.contains(&county)
            && !out.contains(code)
        {
            seen.push(county);
            out.push_str(&format!("\n{code},demo_assumption"));
            if seen.len() == 6 {
                break;
            }
        }
    }
    out.push('\n');
    Ok(out)
}
