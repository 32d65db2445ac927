//! The audit chain under attack: every kind of tampering by somebody who can write the database is found.

use zw_access::{Action, Anchored, audit};
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

/// What is anchored outside the database by now, as the server would have written it.
async fn anchor(t: &TestApp, file: &mut String) {
    let mut c = t.app.db.read().await.unwrap();
    let lines = Anchored::read(&t.app.vault, file).missing(&mut c).await.unwrap();
    file.push_str(&lines);
}

async fn anchored_verdict(t: &TestApp, file: Option<&str>) -> i32 {
    let mut c = t.app.db.read().await.unwrap();
    let mut report = audit::verify(&mut c, &t.app.vault).await.unwrap();
    let anchored = file.map(|f| Anchored::read(&t.app.vault, f));
    let mut beside = audit::verify(&mut c, &t.app.vault).await.unwrap();
    Anchored::verify(anchored.as_ref(), true, &mut c, &mut report).await.unwrap();
    // Where no anchors were promised a file may be missing or end early, but what it holds must be there all the same.
    Anchored::verify(anchored.as_ref(), false, &mut c, &mut beside).await.unwrap();
    let missing = report.problems.iter().all(|p| p.1.contains("no anchors") || p.1.contains("not anchored"));
    assert_eq!(beside.exit_code(), if report.exit_code() == 3 && missing { 0 } else { report.exit_code() });
    report.exit_code()
}

/// The heads as they stood at a checkpoint, and no later checkpoint: what the chain alone takes for whole.
const CUT_BACK: [&str; 3] = [
    "DELETE FROM audit_event WHERE seq>12",
    "DELETE FROM audit_checkpoint WHERE seq>1",
    "UPDATE audit_head SET seq=12, hash=(SELECT hash FROM audit_event WHERE seq=12)",
];

#[tokio::test]
async fn a_log_cut_back_to_a_checkpoint_is_found_by_its_anchors() {
    on_both(TestParts::default, |t| async move {
        let mut file = String::new();
        assert_eq!(anchored_verdict(&t, None).await, 0, "nothing to anchor yet");
        events(&t, 12).await;
        checkpoint(&t).await;
        assert_eq!(anchored_verdict(&t, None).await, 3, "no anchors");
        assert_eq!(anchored_verdict(&t, Some("")).await, 3, "old anchors");
        anchor(&t, &mut file).await;
        assert_eq!(anchored_verdict(&t, Some(&file)).await, 0);
        events(&t, 5).await;
        checkpoint(&t).await;
        assert_eq!(anchored_verdict(&t, Some(&file)).await, 3, "a checkpoint behind");
        let before = file.clone();
        anchor(&t, &mut file).await;
        assert_eq!(anchored_verdict(&t, Some(&file)).await, 0);

        // The file itself: a line changed, a line cut out, another installation's line, half a line at the end.
        let lines: Vec<&str> = file.lines().collect();
        assert_eq!(anchored_verdict(&t, Some(&file.replacen(":12:", ":11:", 1))).await, 3);
        assert_eq!(anchored_verdict(&t, Some(&format!("{}\n", lines[1]))).await, 3);
        assert_eq!(anchored_verdict(&t, Some(&format!("{file}nonsense\n"))).await, 3);
        let other = zw_access::Vault::new(&[1; 32]).unwrap();
        assert!(Anchored::read(&other, &file).missing(&mut t.app.db.read().await.unwrap()).await.is_err());
        assert_eq!(anchored_verdict(&t, Some(&format!("{file}{}", &lines[0][..40]))).await, 0, "written again later");

        attack(&t, CUT_BACK.iter().map(|s| sql(s)).collect()).await;
        assert_eq!(verdict(&t).await, 0, "the chain alone does not see it");
        assert_eq!(anchored_verdict(&t, Some(&file)).await, 2);
        // Going on as if nothing had happened does not bury it, and the server notices.
        events(&t, 5).await;
        checkpoint(&t).await;
        assert_eq!(anchored_verdict(&t, Some(&file)).await, 2);
        let mut c = t.app.db.read().await.unwrap();
        assert!(Anchored::read(&t.app.vault, &file).missing(&mut c).await.is_err());

        // A restore by whoever holds the key says so, at this place in the file and at no other.
        let restored =
            Anchored::read(&t.app.vault, &file).restored(&mut c, &t.app.vault, t.app.clock.now()).await.unwrap();
        let elsewhere = Anchored::read(&t.app.vault, &format!("{before}{restored}")).missing(&mut c).await;
        assert!(elsewhere.unwrap_err().to_string().contains("does not follow"));
    })
    .await;
}

#[tokio::test]
async fn a_restore_is_told_from_an_old_database_put_back() {
    on_both(TestParts::default, |t| async move {
        let mut file = String::new();
        for _ in 0..2 {
            events(&t, 12).await;
            checkpoint(&t).await;
            anchor(&t, &mut file).await;
        }
        attack(&t, CUT_BACK.iter().map(|s| sql(s)).collect()).await;
        assert_eq!(anchored_verdict(&t, Some(&file)).await, 2, "an old database put back");
        let mut c = t.app.db.read().await.unwrap();
        file.push_str(
            &Anchored::read(&t.app.vault, &file).restored(&mut c, &t.app.vault, t.app.clock.now()).await.unwrap(),
        );
        drop(c);
        assert_eq!(anchored_verdict(&t, Some(&file)).await, 0, "a restore says so");
        events(&t, 3).await;
        checkpoint(&t).await;
        anchor(&t, &mut file).await;
        assert_eq!(anchored_verdict(&t, Some(&file)).await, 0, "and the log goes on");
    })
    .await;
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
