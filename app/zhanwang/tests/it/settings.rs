//! Settings of the whole program: every field explained, and the command line's own path.

use clap::Parser as _;
use std::path::PathBuf;
use zhanwang::config::Config;
use zhanwang::settings::{Settings, settings};
use zhanwang::{doctor, wire};
use zw_access::Action;
use zw_db::sql;
use zw_settings::describe::{at, fields, markdown};
use zw_settings::fields::{Shape, read, written};
use zw_ui::Lang;
use zw_web::{Site, WebConfig};

fn site() -> Site {
    Site::join(WebConfig { public_url: "http://127.0.0.1".into(), trusted_proxies: vec![] }, wire::modules()).0
}

#[test]
fn every_field_of_every_setting_is_explained_in_both_languages() {
    let site = site();
    let mut keys = vec![];
    for (_, def) in site.settings.all() {
        keys.push(def.key);
        let default = (def.default)();
        assert_eq!(def.read(&default).unwrap(), default, "{}: the default keeps its own bounds", def.key);
        // Its form has an input for everything, takes the default as it is, and has words for units and codes.
        let shape = Shape::of(&(def.schema)());
        assert!(!format!("{shape:?}").contains("Other"), "{}: {shape:?}", def.key);
        assert_eq!(read(&shape, &written(&shape, &default), &serde_json::Value::Null).unwrap(), default, "{}", def.key);
        for words in shape.words() {
            assert!(Lang::ALL.iter().all(|l| l.has(&words)), "{}: no words for {words}", def.key);
        }
        assert_eq!(shape.unnamed(def.meaning), Vec::<String>::new(), "{}: items without a name", def.key);
        let does = format!("{}-does", def.meaning);
        assert!(Lang::ALL.iter().all(|l| l.has(&does)), "{}: nothing says what it decides ({does})", def.key);
        for f in fields(def.meaning, &(def.schema)()) {
            assert!(at(&default, &f.path).is_some(), "{} {}", def.key, f.path);
            assert!(!f.kind.is_empty(), "{} {}", def.key, f.path);
            for lang in Lang::ALL {
                assert!(lang.has(&f.meaning) && lang.has(def.meaning), "{}: no words for {}", lang.code(), f.meaning);
            }
        }
    }
    let mut once = keys.clone();
    once.sort_unstable();
    once.dedup();
    assert_eq!(once.len(), keys.len(), "a key is declared once");
    for key in ["reporting.cycle", "practice.rhythm", "people.required_per_station", "publishing.circular"] {
        assert!(keys.contains(&key), "{key}");
    }
    let page = markdown(&site.settings);
    assert!(page.contains("| `deadlines.grace_working_days` | integer | `2` | Working days of grace"), "{page}");
}

/// A folder of a test of the command line; gone with it.
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new(name: &str) -> Self {
        let dir = std::env::temp_dir().join(format!("zw-cli-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&dir).unwrap();
        Self(dir)
    }
    pub(crate) fn file(&self, name: &str, text: &str) -> PathBuf {
        let file = self.0.join(name);
        std::fs::write(&file, text).unwrap();
        file
    }
    pub(crate) fn config(&self) -> Config {
        Config { data: self.0.clone(), ..Config::default() }
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[derive(clap::Parser)]
struct Line {
    #[command(subcommand)]
    settings: Settings,
}

async fn run(config: &Config, words: &[&str]) -> Result<String, String> {
    let line = Line::try_parse_from(std::iter::once(&"settings").chain(words)).unwrap();
    settings(config, line.settings).await.map_err(|e| zhanwang::commands::explain(&e))
}

#[tokio::test]
async fn the_command_line_sets_what_the_page_sets() {
    let dir = Folder::new("settings");
    let config = dir.config();
    zhanwang::commands::migrate(&config).await.unwrap();
    let set = run(&config, &["set", "reporting.cycle", r#"{"accept_days":120}"#]).await.unwrap();
    assert!(set.contains("\"accept_days\": 120") && set.contains("\"grace_working_days\": 2"), "{set}");
    assert_eq!(run(&config, &["get", "reporting.cycle"]).await.unwrap(), set);
    let refused = run(&config, &["set", "reporting.cycle", r#"{"accept_day":120}"#]).await.unwrap_err();
    assert!(refused.starts_with("value.accept_day: "), "{refused}");
    assert!(run(&config, &["set", "reporting.cycle", "{"]).await.unwrap_err().contains("no JSON"));
    assert!(run(&config, &["get", "no.such"]).await.unwrap_err().contains("no setting no.such"));
    assert_eq!(doctor::doctor(&with_year(&dir, &config)).await.unwrap(), 0);

    // Written past the use case, as an older version might have: told by list and doctor.
    let wired = wire::existing(&config).await.unwrap();
    let ctx = zw_access::Ctx::system(wired.app.clone(), "test", &[]);
    let mut tx = ctx.write().await.unwrap();
    tx.run(sql("UPDATE setting SET value='{\"accept_day\":1}',version=version+1 WHERE key='reporting.cycle'"))
        .await
        .unwrap();
    tx.commit(ctx.event(Action("test.plant")).record(None, "x")).await.unwrap();
    wired.app.db.close().await;
    let list = run(&config, &["list"]).await.unwrap();
    assert!(list.lines().any(|l| l.starts_with("! reporting.cycle")), "{list}");
    assert_eq!(doctor::doctor(&with_year(&dir, &config)).await.unwrap(), 1);
}

/// The configuration with holidays for the year of the test, whenever it runs.
fn with_year(dir: &Folder, config: &Config) -> Config {
    let year = zw_core::Clock::system().today().year();
    let text =
        format!("date,kind,name,source,provisional\n{year}-01-01,off,元旦,试,no\n{year}-10-01,off,国庆节,试,no\n");
    let file = dir.0.join("own.csv");
    std::fs::write(&file, text).unwrap();
    Config { holidays: Some(file), ..config.clone() }
}

/// A file in the data folder extends the calendar; one that is named and missing or broken stops the start.
#[test]
fn holidays_come_from_the_data_folder_too() {
    let dir = Folder::new("holidays");
    let config = dir.config();
    let years = |c: &Config| wire::calendar(c).map(|c| c.years().collect::<Vec<_>>());
    assert!(!years(&config).unwrap().contains(&2031));
    let own = "date,kind,name,source,provisional\n2031-01-01,off,元旦,试,no\n2031-10-01,off,国庆节,试,no\n";
    std::fs::write(dir.0.join("holidays-cn.csv"), own).unwrap();
    assert!(years(&config).unwrap().contains(&2031));
    std::fs::write(dir.0.join("holidays-cn.csv"), "date,kind\n").unwrap();
    assert!(years(&config).unwrap_err().to_string().contains("line 1"));
    let missing = Config { holidays: Some(dir.0.join("none.csv")), ..config };
    assert!(years(&missing).is_err());
}
