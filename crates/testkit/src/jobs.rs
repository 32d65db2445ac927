//! Ordered work: running it, and finding what a test left.

use crate::app::TestApp;
use sqlx::Connection as _;
use zw_db::Engine;

const UNRUN: &str = "SELECT COUNT(*) FROM job WHERE state IN ('waiting','running')";

impl TestApp {
    /// Runs what was ordered and is due, and recounts what was marked.
    pub async fn run_jobs(&self) {
        self.app.ext::<zw_jobs::Queue>().unwrap().drain(&self.app).await.unwrap();
    }
}

/// Jobs that were ordered and never run to an end; none where the database is gone already. It is asked from a thread of
/// its own: whoever drops a value cannot wait.
pub(crate) fn unrun(engine: Engine, place: &str) -> i64 {
    let place = place.to_owned();
    let asked = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            match engine {
                Engine::Sqlite => {
                    let mut c = sqlx::SqliteConnection::connect(&format!("sqlite:{place}?mode=ro")).await.ok()?;
                    sqlx::query_scalar::<_, i64>(UNRUN).fetch_one(&mut c).await.ok()
                }
                Engine::Postgres => {
                    let mut c = sqlx::PgConnection::connect(&place).await.ok()?;
                    sqlx::query_scalar::<_, i64>(UNRUN).fetch_one(&mut c).await.ok()
                }
            }
        })
    });
    asked.join().unwrap().unwrap_or_default()
}
