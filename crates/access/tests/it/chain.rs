//! The audit chain under attack: every kind of tampering by somebody who can write the database is found.

use zw_access::{Action, audit};
use zw_core::Stamp;
use zw_db::{Change, Conn, Result, Sql, sql};
use zw_testkit::{Engine, TestApp, TestParts, on_both};

struct Unaudited;
impl Change for Unaudited {
    async fn write(self, _: &mut Conn) -> Result<()> {
        Ok(())
    }
}

async fn attack(t: &TestApp, statements: Vec<Sql>) {
    let mut tx = t.app.db.write(Stamp::from_ms(0)).await.unwrap();
    for s in statements {
        tx.run(s).await.unwrap();
    }
    tx.commit(Unaudited).await.unwrap();
}

async fn events(t: &TestApp, n: i64) {
    for i in 0..n {
        let ctx = t.system("test", &[]);
        let tx = ctx.write().await.unwrap();
        let change = ctx.event(Action("thing.write")).record(None, i).fields(&["a", "b"]).purpose("line\nbreak");
        tx.commit(change).await.unwrap();
    }
}

async fn verdict(t: &TestApp) -> i32 {
    let mut c = t.app.db.read().await.unwrap();
    audit::verify(&mut c, &t.app.vault).await.unwrap().exit_code()
}

async fn checkpoint(t: &TestApp) -> bool {
    let mut tx = t.app.db.write(t.app.clock.now()).await.unwrap();
    let made = audit::checkpoint(&mut tx, &t.app.vault, t.app.clock.now()).await.unwrap();
    tx.commit(Unaudited).await.unwrap();
    made
}

#[tokio::test]
async fn an_untouched_chain_verifies() {
    on_both(TestParts::default, |t| async move {
        assert_eq!(verdict(&t).await, 0);
        events(&t, 12).await;
        assert!(checkpoint(&t).await);
        assert!(!checkpoint(&t).await, "nothing new, no checkpoint");
        events(&t, 3).await;
        assert!(checkpoint(&t).await);
        assert_eq!(verdict(&t).await, 0);
        let mut c = t.app.db.read().await.unwrap();
        let purposes: i64 =
            c.scalar(sql("SELECT COUNT(*) FROM audit_event WHERE purpose LIKE '%").lit("\n").lit("%'")).await.unwrap();
        assert_eq!(purposes, 0, "no raw line break reaches the log");
    })
    .await;
}

#[tokio::test]
async fn every_tampering_is_found() {
    let edits: Vec<(&str, Vec<&'static str>)> = vec![
        ("edit action", vec!["UPDATE audit_event SET action='thing.read' WHERE seq=5"]),
        ("edit actor", vec!["UPDATE audit_event SET actor_name='somebody else' WHERE seq=5"]),
        ("edit time", vec!["UPDATE audit_event SET ts_us=ts_us+1 WHERE seq=5"]),
        ("edit decision", vec!["UPDATE audit_event SET decision='deny' WHERE seq=5"]),
        ("edit fields", vec!["UPDATE audit_event SET fields='a' WHERE seq=5"]),
        ("downgrade algorithm", vec!["UPDATE audit_event SET alg='none' WHERE seq=5"]),
        ("delete middle", vec!["DELETE FROM audit_event WHERE seq=5"]),
        ("delete first", vec!["DELETE FROM audit_event WHERE seq=1"]),
        ("delete tail", vec!["DELETE FROM audit_event WHERE seq=12"]),
        (
            "delete tail and head",
            vec![
                "DELETE FROM audit_event WHERE seq=12",
                "UPDATE audit_head SET seq=11, hash=(SELECT hash FROM audit_event WHERE seq=11)",
            ],
        ),
        (
            "reorder",
            vec![
                "UPDATE audit_event SET seq=100 WHERE seq=5",
                "UPDATE audit_event SET seq=5 WHERE seq=6",
                "UPDATE audit_event SET seq=6 WHERE seq=100",
            ],
        ),
        ("swap MACs", vec!["UPDATE audit_event SET mac=(SELECT mac FROM audit_event WHERE seq=4) WHERE seq=5"]),
        ("drop the head", vec!["DELETE FROM audit_head"]),
        ("move the head back", vec!["UPDATE audit_head SET seq=5"]),
        ("edit a checkpoint", vec!["UPDATE audit_checkpoint SET ts_us=0"]),
        ("empty everything but the checkpoint", vec!["DELETE FROM audit_event", "DELETE FROM audit_head"]),
    ];
    for engine in [Engine::Sqlite, Engine::Postgres] {
        for (name, statements) in &edits {
            let t = TestApp::new(engine, TestParts::default()).await;
            events(&t, 12).await;
            checkpoint(&t).await;
            assert_eq!(verdict(&t).await, 0);
            attack(&t, statements.iter().map(|s| sql(s)).collect()).await;
            assert_ne!(verdict(&t).await, 0, "{name} on {engine:?}");
        }
    }
}

#[tokio::test]
async fn concurrent_writers_make_one_chain_without_gaps() {
    on_both(TestParts::default, |t| async move {
        let tasks: Vec<_> = (0..8)
            .map(|_| {
                let app = t.app.clone();
                tokio::spawn(async move {
                    for i in 0..10 {
                        let ctx = zw_access::Ctx::system(app.clone(), "test", &[]);
                        let tx = ctx.write().await.unwrap();
                        tx.commit(ctx.event(Action("thing.write")).record(None, i)).await.unwrap();
                    }
                })
            })
            .collect();
        for task in tasks {
            task.await.unwrap();
        }
        let mut c = t.app.db.read().await.unwrap();
        let report = audit::verify(&mut c, &t.app.vault).await.unwrap();
        assert_eq!((report.exit_code(), report.events), (0, 80));
    })
    .await;
}
