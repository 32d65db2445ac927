//! The queue on both engines.
#![expect(clippy::unwrap_used, reason = "tests: a failure here is a failed test")]

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use zw_core::{Error, Result, Stamp};
use zw_db::{Change, Conn};
use zw_jobs::{JobDef, Queue, Scheduler, standard_ticks};
use zw_testkit::{TestApp, TestParts, on_both};

struct Nothing;
impl Change for Nothing {
    async fn write(self, _: &mut Conn) -> Result<()> {
        Ok(())
    }
}

static RUNS: AtomicI64 = AtomicI64::new(0);

fn queue() -> Queue {
    Queue::join([
        JobDef {
            kind: "test.count",
            actor: "test-job",
            actions: &[],
            max_tries: 3,
            run: |_, arg| {
                Box::pin(async move {
                    RUNS.fetch_add(arg.parse::<i64>().unwrap(), Ordering::SeqCst);
                    Ok(())
                })
            },
        },
        JobDef {
            kind: "test.fail",
            actor: "test-job",
            actions: &[],
            max_tries: 2,
            run: |_, _| Box::pin(async { Err(Error::rule("x")) }),
        },
    ])
}

async fn enqueue(t: &TestApp, kind: &'static str, arg: &str) {
    let now = t.app.clock.now();
    let mut tx = t.app.db.write(now).await.unwrap();
    tx.enqueue(kind, arg.to_owned(), t.app.rng.uuid(now));
    tx.commit(Nothing).await.unwrap();
}

async fn counts(t: &TestApp) -> (i64, i64, i64) {
    Queue::counts(&mut t.app.db.read().await.unwrap()).await.unwrap()
}

#[tokio::test]
async fn jobs_run_once_fail_with_pauses_and_are_given_up() {
    let parts = || TestParts { ext: vec![Arc::new(queue())], ..TestParts::default() };
    on_both(parts, |t| async move {
        RUNS.store(0, Ordering::SeqCst);
        let q = t.app.ext::<Queue>().unwrap();
        enqueue(&t, "test.count", "3").await;
        enqueue(&t, "test.count", "4").await;
        assert_eq!(q.drain(&t.app).await.unwrap(), 2);
        assert_eq!(RUNS.load(Ordering::SeqCst), 7);
        assert_eq!(q.drain(&t.app).await.unwrap(), 0);

        enqueue(&t, "test.fail", "").await;
        enqueue(&t, "test.nobody", "").await;
        assert_eq!(q.run_due(&t.app, 10).await.unwrap(), 2);
        // The unknown kind is given up at once, the other waits for its second try.
        assert_eq!(counts(&t).await, (1, 0, 1));
        assert_eq!(q.run_due(&t.app, 10).await.unwrap(), 0);
        t.app.clock.advance(2_000);
        assert_eq!(q.run_due(&t.app, 10).await.unwrap(), 1);
        assert_eq!(counts(&t).await, (0, 0, 2));
    })
    .await;
}

#[tokio::test]
async fn a_job_whose_holder_died_is_taken_again() {
    let parts = || TestParts { ext: vec![Arc::new(queue())], ..TestParts::default() };
    on_both(parts, |t| async move {
        enqueue(&t, "test.count", "0").await;
        let now = t.app.clock.now();
        let mut tx = t.app.db.write(now).await.unwrap();
        let held = zw_db::sql("UPDATE job SET state='running',tries=1,locked_until=").bind(now.plus_minutes(10));
        assert_eq!(tx.run(held).await.unwrap(), 1);
        tx.commit(Nothing).await.unwrap();
        let q = t.app.ext::<Queue>().unwrap();
        assert_eq!(q.run_due(&t.app, 10).await.unwrap(), 0);
        t.app.clock.set(Stamp::from_ms(now.ms() + 11 * 60_000));
        assert_eq!(q.run_due(&t.app, 10).await.unwrap(), 1);
        assert_eq!(counts(&t).await, (0, 0, 0));
    })
    .await;
}

#[tokio::test]
async fn a_job_that_takes_its_process_down_is_given_up() {
    static POISON: AtomicI64 = AtomicI64::new(0);
    let parts = || {
        let poison = JobDef {
            kind: "test.poison",
            actor: "test-job",
            actions: &[],
            max_tries: 3,
            run: |_, _| {
                Box::pin(async {
                    POISON.fetch_add(1, Ordering::SeqCst);
                    Ok(())
                })
            },
        };
        TestParts { ext: vec![Arc::new(Queue::join([poison]))], ..TestParts::default() }
    };
    on_both(parts, |t| async move {
        POISON.store(0, Ordering::SeqCst);
        enqueue(&t, "test.poison", "").await;
        let now = t.app.clock.now();
        let mut tx = t.app.db.write(now).await.unwrap();
        // Three times claimed, three times the process was gone before it could say anything.
        let held = zw_db::sql("UPDATE job SET state='running',tries=3,locked_until=").bind(now.plus_minutes(-1));
        assert_eq!(tx.run(held).await.unwrap(), 1);
        tx.commit(Nothing).await.unwrap();
        let q = t.app.ext::<Queue>().unwrap();
        assert_eq!(q.run_due(&t.app, 10).await.unwrap(), 1);
        assert_eq!((POISON.load(Ordering::SeqCst), counts(&t).await), (0, (0, 0, 1)));
    })
    .await;
}

#[tokio::test]
async fn the_standard_ticks_run_on_an_idle_system() {
    let parts = || TestParts { ext: vec![Arc::new(queue())], ..TestParts::default() };
    on_both(parts, |t| async move {
        Scheduler::new(standard_ticks()).once(&t.app).await.unwrap();
    })
    .await;
}
