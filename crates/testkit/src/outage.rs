//! A database that stops answering in the middle of something, and comes back.

use crate::app::TestApp;
use crate::pg::admin;
use zw_db::Db;

impl TestApp {
    /// Runs `act` while the database cannot be reached. PostgreSQL ends every connection and lets nobody in; of the
    /// embedded database every connection is taken. The runtime's clock jumps over the waiting: no test waits for it.
    pub async fn without_database<T>(&self, act: impl Future<Output = T>) -> T {
        match &self.app.db {
            Db::Lite { w, r, .. } => {
                let _taken = (w.occupy().await.unwrap(), r.occupy().await.unwrap());
                tokio::time::pause();
                let done = act.await;
                tokio::time::resume();
                done
            }
            Db::Pg(_) => {
                let name = self.place.rsplit('/').next().unwrap_or_default();
                admin(format!("ALTER DATABASE {name} ALLOW_CONNECTIONS false")).await;
                admin(format!("SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname='{name}'"))
                    .await;
                let done = act.await;
                admin(format!("ALTER DATABASE {name} ALLOW_CONNECTIONS true")).await;
                done
            }
        }
    }
}
