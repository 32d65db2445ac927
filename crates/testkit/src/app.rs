//! The app under test.

use crate::{Keys, jobs, pg, world};
use std::collections::HashMap;
use std::future::Future;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::sync::OnceCell;
use zw_access::{Actor, App, AppParts, Ctx, Policy, Settings, Vault};
use zw_core::calendar::WorkCalendar;
use zw_core::{AccountId, Clock, Day, Error, Result, Rng, Stamp};
use zw_db::{Db, LiteOptions};
use zw_indicators::{Measures, Source};
use zw_web::{Auth, Authenticator, Confirmed, LiveHub, Module, SessionInfo, Site, WebConfig};

pub use zw_db::Engine;

/// What a module under test brings.
#[derive(Default)]
pub struct TestParts {
    /// Modules whose routes, policy and words are joined.
    pub modules: Vec<Module>,
    /// Their measures.
    pub sources: Vec<Arc<dyn Source>>,
    /// Other shared parts.
    pub ext: Vec<Arc<dyn std::any::Any + Send + Sync>>,
    /// Rows of a holiday file over the shipped one, without its header.
    pub holidays: &'static str,
}

/// An app on one engine: fixed clock at 2021-07-08 09:00 Beijing time, seeded ids.
pub struct TestApp {
    /// The app.
    pub app: Arc<App>,
    /// The real router.
    pub router: axum::Router,
    /// PostgreSQL URL, or the SQLite file.
    pub place: String,
    /// Its keys: tests rotate them.
    pub keys: Keys,
    sessions: Arc<Sessions>,
    /// Not another process on the database of one.
    first: bool,
    _dir: Option<Dir>,
}

struct Dir(PathBuf);
impl Drop for Dir {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// What was ordered must have been run: a test that leaves it has not seen what it does. Another process on the same
/// database may be dropped in the middle of anything.
// A type with Drop is captured whole: an `async move` block that names only `t.app` must not drop the folder early.
impl Drop for TestApp {
    fn drop(&mut self) {
        if self.first && !std::thread::panicking() {
            let unrun = jobs::unrun(self.app.db.engine(), &self.place);
            assert!(unrun == 0, "{unrun} ordered jobs were never run: TestApp::run_jobs");
        }
    }
}

/// Token hashes with their actors, and whether the password was given lately; and which took the place of which.
#[derive(Default)]
struct Sessions(Mutex<Vec<(Vec<u8>, Actor, bool)>>, Mutex<HashMap<Vec<u8>, Vec<u8>>>);
struct TestAuth(Arc<Sessions>);
impl Authenticator for TestAuth {
    fn session<'a>(
        &'a self,
        _: &'a Arc<App>,
        hash: &'a [u8],
    ) -> Pin<Box<dyn Future<Output = Result<Option<SessionInfo>>> + Send + 'a>> {
        let found = self.0.0.lock().unwrap().iter().find(|(h, ..)| h == hash).map(|(_, a, fresh)| SessionInfo {
            actor: a.clone(),
            fresh_until: fresh.then(|| Stamp::from_ms(i64::MAX)),
            role_words: a.grants.iter().map(|g| g.role.to_string()).collect::<Vec<_>>().join(","),
            unit_words: String::new(),
        });
        Box::pin(async move { Ok(found) })
    }
    fn still<'a>(
        &'a self,
        app: &'a Arc<App>,
        hash: &'a [u8],
    ) -> Pin<Box<dyn Future<Output = Result<Option<SessionInfo>>> + Send + 'a>> {
        self.session(app, hash)
    }
    fn replaced<'a>(
        &'a self,
        app: &'a Arc<App>,
        hash: &'a [u8],
    ) -> Pin<Box<dyn Future<Output = Result<Option<SessionInfo>>> + Send + 'a>> {
        let by = self.0.1.lock().unwrap().get(hash).cloned();
        Box::pin(async move {
            match by {
                Some(by) => self.session(app, &by).await,
                None => Ok(None),
            }
        })
    }
    fn actor<'a>(
        &'a self,
        _: &'a Arc<App>,
        account: AccountId,
    ) -> Pin<Box<dyn Future<Output = Result<Option<Actor>>> + Send + 'a>> {
        let list = self.0.0.lock().unwrap();
        let found = list.iter().map(|(_, a, _)| a).find(|a| a.account() == Some(account)).cloned();
        Box::pin(async move { Ok(found) })
    }
    fn confirm<'a>(
        &'a self,
        ctx: &'a Ctx,
        password: &'a str,
        _: &'a str,
    ) -> Pin<Box<dyn Future<Output = Result<Confirmed>> + Send + 'a>> {
        Box::pin(async move {
            if password != TestApp::PASSWORD {
                return Err(Error::rule("confirm-refused"));
            }
            let token = {
                let (mut list, mut by) = (self.0.0.lock().unwrap(), self.0.1.lock().unwrap());
                let old = ctx.session_hash.clone().unwrap();
                list.retain(|(h, ..)| *h != old && by.get(&old) != Some(h));
                // Never a number that was used: a session may have ended.
                let token = format!("test-token-again-{}", ctx.uuid());
                list.push((ctx.app.vault.token_hash(&token), ctx.actor.clone(), true));
                by.insert(old, ctx.app.vault.token_hash(&token));
                token
            };
            let info = self.session(&ctx.app, &ctx.app.vault.token_hash(&token)).await?.unwrap();
            Ok(Confirmed { token, info, cookie_s: 60 })
        })
    }
}

static LITE: OnceCell<PathBuf> = OnceCell::const_new();
static NEXT: AtomicU64 = AtomicU64::new(0);

/// A new folder of this process. Its number alone is not enough: one that was killed leaves its folders to whoever gets the
/// same number later.
fn temp(kind: &str) -> PathBuf {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_nanos();
    let n = NEXT.fetch_add(1, Ordering::Relaxed);
    std::env::temp_dir().join(format!("zw-{kind}-{}-{now}-{n}", std::process::id()))
}

async fn lite_template() -> PathBuf {
    let dir = temp("tpl");
    std::fs::create_dir_all(&dir).unwrap();
    let file = dir.join("template.db");
    let db = Db::open_lite(&dir.join("make.db"), LiteOptions::Fast).await.unwrap();
    db.migrate().await.unwrap();
    world::load(&db).await;
    db.copy_lite_to(&file).await.unwrap();
    db.close().await;
    file
}

impl TestApp {
    /// The password of everybody who is signed in here.
    pub const PASSWORD: &str = "right";

    /// An app on one engine.
    pub async fn new(engine: Engine, parts: TestParts) -> Self {
        Self::reached_by("http://127.0.0.1", engine, parts, false).await
    }

    /// An app that people reach by https.
    pub async fn https(engine: Engine, parts: TestParts) -> Self {
        Self::reached_by("https://zw.example", engine, parts, false).await
    }

    /// Name of the session's cookie.
    pub fn cookie_name(&self) -> &'static str {
        self.app.ext::<Site>().unwrap().config.cookie_name()
    }

    /// An app whose data pretend to be the demo's.
    pub async fn demo(engine: Engine, parts: TestParts) -> Self {
        Self::reached_by("http://127.0.0.1", engine, parts, true).await
    }

    async fn reached_by(url: &str, engine: Engine, parts: TestParts, demo: bool) -> Self {
        let (db, place, dir) = match engine {
            Engine::Sqlite => {
                let template = LITE.get_or_init(lite_template).await;
                let dir = temp("t");
                std::fs::create_dir_all(&dir).unwrap();
                let file = dir.join("zhanwang.db");
                std::fs::copy(template, &file).unwrap();
                (Db::open_lite(&file, LiteOptions::Fast).await.unwrap(), file.display().to_string(), Some(Dir(dir)))
            }
            Engine::Postgres => {
                let (db, url) = pg::fresh().await;
                (db, url, None)
            }
        };
        Self::over(url, db, (place, dir), 42, parts, demo).await
    }

    /// Another process on the same database, with its own memory.
    pub async fn twin(&self, parts: TestParts) -> Self {
        let db = match self.app.db.engine() {
            Engine::Sqlite => Db::open_lite(self.place.as_ref(), LiteOptions::Fast).await.unwrap(),
            Engine::Postgres => Db::open_pg(&self.place, 4).await.unwrap(),
        };
        let url = self.app.ext::<Site>().unwrap().config.public_url.clone();
        let mut twin = Self::over(&url, db, (self.place.clone(), None), 43, parts, self.app.demo).await;
        twin.first = false;
        twin
    }

    async fn over(
        url: &str,
        db: Db,
        (place, dir): (String, Option<Dir>),
        seed: u64,
        parts: TestParts,
        demo: bool,
    ) -> Self {
        let policies: Vec<_> = parts.modules.iter().map(|m| m.policy).collect();
        let policy = Policy::join(&policies);
        let config = WebConfig { public_url: url.into(), trusted_proxies: vec![] };
        let (site, routes) = Site::join(config, parts.modules);
        let sessions = Arc::new(Sessions::default());
        let mut ext: Vec<Arc<dyn std::any::Any + Send + Sync>> = vec![
            Arc::new(site),
            Arc::new(Auth(Box::new(TestAuth(sessions.clone())))),
            Arc::new(LiveHub::default()),
            Arc::new(Measures::join(parts.sources)),
        ];
        ext.extend(parts.ext);
        let mut c = db.read().await.unwrap();
        let tree = crate::world::tree(&mut c).await;
        let settings = Settings::load(&mut c).await.unwrap();
        drop(c);
        let at = Stamp::from_cn(Day::new(2021, 7, 8).unwrap(), 9, 0);
        let keys = Keys::default();
        let app = App::new(
            AppParts {
                db,
                clock: Clock::fixed(at),
                rng: Rng::seeded(seed),
                vault: Arc::new(Vault::of_file(keys.clone()).unwrap()),
                policy,
                calendar: WorkCalendar::parse(include_str!("../../../data/holidays-cn.csv")).unwrap().extended_by(
                    WorkCalendar::parse(&format!("date,kind,name,source,provisional\n{}", parts.holidays)).unwrap(),
                ),
                demo,
            },
            tree,
            settings,
            ext,
        );
        app.ext::<Measures>().unwrap().attach(&app);
        let router = zw_web::router(app.clone(), routes);
        Self { app, router, place, keys, sessions, first: true, _dir: dir }
    }

    /// A context for an actor, as services take it.
    pub fn ctx(&self, actor: Actor) -> Ctx {
        Ctx::new(self.app.clone(), actor, "test-request".into())
    }
    /// A context of a system actor.
    pub fn system(&self, name: &'static str, actions: &'static [&'static str]) -> Ctx {
        Ctx::system(self.app.clone(), name, actions)
    }
    /// Signs an actor in; the cookie's token.
    pub fn sign_in(&self, actor: Actor) -> String {
        let mut list = self.sessions.0.lock().unwrap();
        let token = format!("test-token-{}", list.len());
        list.push((self.app.vault.token_hash(&token), actor, true));
        token
    }
    /// Makes a session one whose password was given long ago.
    pub fn grow_stale(&self, token: &str) {
        let hash = self.app.vault.token_hash(token);
        for session in self.sessions.0.lock().unwrap().iter_mut().filter(|(h, ..)| *h == hash) {
            session.2 = false;
        }
    }
    /// Ends a session, as signing out does.
    pub fn sign_out(&self, token: &str) {
        let hash = self.app.vault.token_hash(token);
        self.sessions.0.lock().unwrap().retain(|(h, ..)| *h != hash);
    }
    /// Sets the clock to a Beijing time.
    pub fn at(&self, y: i64, m: i64, d: i64, hour: i64) {
        self.app.clock.set(Stamp::from_cn(Day::new(y, m, d).unwrap(), hour, 0));
    }
}

/// Runs a test on both engines: `on_both(parts, |app| async move { … }).await`.
pub async fn on_both<F, Fut>(parts: impl Fn() -> TestParts, test: F)
where
    F: Fn(TestApp) -> Fut,
    Fut: Future<Output = ()>,
{
    for engine in [Engine::Sqlite, Engine::Postgres] {
        test(TestApp::new(engine, parts()).await).await;
    }
}
