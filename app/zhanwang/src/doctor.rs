//! `doctor`: configuration, files, database, keys and durability, one line each.

use crate::commands::{self, explain};
use crate::config::Config;
use crate::{anchors, exit, private, rotate, wire};
use zw_core::{Error, Result};
use zw_db::{Db, Verdict};

struct Sheet(u8);

impl Sheet {
    fn say(&mut self, what: &str, r: Result<String>) -> Result<()> {
        match r {
            Ok(v) => say!("ok    {what}: {v}"),
            Err(e) => {
                self.0 = exit::FOUND;
                say!("WRONG {what}: {}", explain(&e))
            }
        }
    }
    /// Good, or what is wrong.
    fn list(&mut self, what: &str, good: &str, bad: Vec<String>) -> Result<()> {
        let r = if bad.is_empty() { Ok(good.to_owned()) } else { Err(Error::Unavailable(bad.join("; "))) };
        self.say(what, r)
    }
    fn advise(what: &str, words: &str) -> Result<()> {
        say!("NOTE  {what}: {words}")
    }
}

/// What keeps the program from serving on this database: durability settings that are not in force, and damage.
pub async fn refuse_if_unsafe(db: &Db) -> Result<()> {
    let wrong: Vec<String> =
        db.durability().await?.iter().filter(|s| s.verdict == Verdict::Wrong).map(ToString::to_string).collect();
    if !wrong.is_empty() {
        return Err(Error::Unavailable(format!("acknowledged changes could be lost: {}", wrong.join("; "))));
    }
    let bad = db.integrity().await?;
    if !bad.is_empty() {
        return Err(Error::Unavailable(format!("the database is damaged: {}", bad.join("; "))));
    }
    Ok(())
}

/// `doctor`
pub async fn doctor(config: &Config) -> Result<u8> {
    say!("data            {}", config.data.display())?;
    say!("listen          {}", config.listen)?;
    say!("public_url      {}", config.public_url())?;
    let mut sheet = Sheet(exit::OK);
    sheet.say("transport", config.check_transport().map(|()| "plain http only where allowed".into()))?;
    // Before anything is opened, because opening tightens what is too loose.
    let loose = private::audit(&config.data, &config.lite_file())?;
    sheet.list("files", "only the owner may look into them", loose)?;
    let wired = wire::existing(config).await?;
    let app = &wired.app;
    sheet.say("engine", Ok(format!("{:?}", app.db.engine())))?;
    sheet.say("keys", Ok(format!("key {} answers its self-tests", app.vault.kid())))?;
    let (ring, wrong, advice) = rotate::examine(app, config).await?;
    sheet.list("sealed values", &ring, wrong)?;
    if let Some(words) = advice {
        Sheet::advise("keys", &words)?;
    }
    for s in app.db.durability().await? {
        match s.verdict {
            Verdict::Good => sheet.say("durability", Ok(s.to_string()))?,
            Verdict::Advice => Sheet::advise("durability", &s.to_string())?,
            Verdict::Wrong => sheet.say("durability", Err(Error::Unavailable(s.to_string())))?,
        }
    }
    let bad = app.db.integrity().await?;
    sheet.list("integrity", "clean", bad)?;
    match app.db.audit_is_append_only().await? {
        None => {}
        Some(true) => {
            sheet.say("audit rights", Ok("this role can add audit rows and read them, nothing else".into()))?
        }
        Some(false) => Sheet::advise(
            "audit rights",
            "this role may change and delete audit rows: serve as a role of its own, see 'zhanwang print pg-roles'",
        )?,
    }
    let report = commands::proven(app, config, None).await?;
    let problems = report.problems.iter().map(|p| p.1.clone()).collect();
    sheet.list("audit chain", &report.words(), problems)?;
    if anchors::beside_the_data(config) {
        let file = config.anchor_file();
        let words = format!("{} is on the disk of the data; set audit_anchor to a file elsewhere", file.display());
        Sheet::advise("audit anchors", &words)?;
    }
    let year = app.clock.today().year();
    let covered = app.calendar.years().any(|y| y == year);
    let file = config.holidays_file().map_or_else(|| "as shipped".to_owned(), |f| f.display().to_string());
    let missing = format!(
        "no calendar for {year} ({file}): deadlines of that year are unknown until its rows are in {}",
        config.data.join("holidays-cn.csv").display()
    );
    let missing = if covered { vec![] } else { vec![missing] };
    sheet.list("holidays", &format!("calendar covers {year} ({file})"), missing)?;
    for ahead in app.calendar.missing_ahead(app.clock.today()).into_iter().filter(|y| *y != year) {
        let words = format!(
            "no calendar for {ahead}, which the next 12 months reach: deadlines there are shown as unknown (期限未知) until its rows are in {}",
            config.data.join("holidays-cn.csv").display()
        );
        Sheet::advise("holidays", &words)?;
    }
    let broken = app.ext::<zw_web::Site>()?.settings.problems(&app.settings());
    let broken = broken
        .into_iter()
        .map(|(key, e)| format!("{key} cannot be read, its default holds ({})", explain(&Error::Invalid(e))));
    sheet.list("settings", "all can be read", broken.collect())?;
    let mut c = app.db.read().await?;
    let marks = zw_indicators::cells::pending(&mut c).await?;
    sheet.say("cells", Ok(format!("{marks} marks waiting")))?;
    let (waiting, running, _) = zw_jobs::Queue::counts(&mut c).await?;
    let stuck = zw_jobs::Queue::stuck(&mut c, app.clock.now()).await?;
    sheet.list("jobs", &format!("{waiting} waiting, {running} running"), stuck)?;
    Ok(sheet.0)
}
