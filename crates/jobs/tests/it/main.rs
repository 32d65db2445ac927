//! The queue on both engines.
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests: a failure here is a failed test")]

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use zw_access::{Actor, Role};
use zw_core::{Error, JobId, Result};
use zw_db::{Change, Conn, sql};
use zw_jobs::{FTL, JobDef, JobState, Queue, Scheduler, standard_ticks};
use zw_testkit::{TestApp, TestParts, World, actor, on_both};
use zw_ui::Lang;

struct Nothing;
impl Change for Nothing {
    async fn write(self, _: &mut Conn) -> Result<()> {
        Ok(())
    }
}

static RUNS: AtomicI64 = AtomicI64::new(0);

/// A kind without steps; its words are those of the pages.
const DEF: JobDef = JobDef {
    kind: "test.count",
    title: "jobs-running",
    steps: &["jobs-waiting", "jobs-running"],
    from: ("jobs-running", "/"),
    makes: "/made/",
    max_tries: 3,
    run: |_, job| {
        Box::pin(async move {
            RUNS.fetch_add(job.input::<i64>()?, Ordering::SeqCst);
            Ok(job.arg)
        })
    },
};

fn parts() -> TestParts {
    let fail = JobDef {
        kind: "test.fail",
        max_tries: 2,
        run: |_, _| Box::pin(async { Err(Error::Unavailable("the disk".into())) }),
        ..DEF
    };
    let refuse =
        JobDef { kind: "test.refuse", run: |_, _| Box::pin(async { Err(Error::field("n", "required")) }), ..DEF };
    let panic = JobDef { kind: "test.panic", max_tries: 1, run: |_, _| Box::pin(async { panic!("in a job") }), ..DEF };
    let rights = JobDef {
        kind: "test.rights",
        run: |ctx, _| {
            Box::pin(async move {
                if ctx.actor.has_role(Role::ProvAdmin, ctx.today()) { Ok("7".into()) } else { Err(Error::Forbidden) }
            })
        },
        ..DEF
    };
    let steps = JobDef {
        kind: "test.steps",
        run: |ctx, job| {
            Box::pin(async move {
                job.progress.done(1).await?;
                // Another process takes it: this one must stop at its next step.
                let mut tx = ctx.write().await?;
                tx.run(sql("UPDATE job SET tries=tries+1 WHERE id=").bind(job.id)).await?;
                tx.commit(Nothing).await?;
                job.progress.done(2).await?;
                Ok("never".into())
            })
        },
        ..DEF
    };
    let queue = Queue::join([DEF, fail, refuse, panic, rights, steps]);
    TestParts { modules: vec![zw_jobs::module()], ext: vec![Arc::new(queue)], ..TestParts::default() }
}

fn officer() -> Actor {
    actor(Role::ProvAdmin, World::PROVINCE)
}

/// Orders a job as the officer.
async fn order(t: &TestApp, kind: &'static str, arg: i64) -> JobId {
    let ctx = t.ctx(officer());
    let mut tx = ctx.write().await.unwrap();
    let id = zw_jobs::order(&ctx, &mut tx, kind, &arg).unwrap();
    tx.commit(Queue::ordered(&ctx, kind, id)).await.unwrap();
    id
}

async fn counts(t: &TestApp) -> (i64, i64, i64) {
    Queue::counts(&mut t.app.db.read().await.unwrap()).await.unwrap()
}

async fn state(t: &TestApp, id: JobId) -> (JobState, i64) {
    let mut c = t.app.db.read().await.unwrap();
    c.one(sql("SELECT state,step FROM job WHERE id=").bind(id)).await.unwrap().unwrap()
}

/// Claimed by a process that is gone: so many tries, held until so many minutes from now.
async fn held(t: &TestApp, tries: i64, minutes: i64) {
    let now = t.app.clock.now();
    let mut tx = t.app.db.write(now).await.unwrap();
    let q =
        sql("UPDATE job SET state='running',tries=").bind(tries).lit(",locked_until=").bind(now.plus_minutes(minutes));
    assert_eq!(tx.run(q).await.unwrap(), 1);
    tx.commit(Nothing).await.unwrap();
}

#[test]
fn words_are_complete_and_the_view_draws() {
    assert_eq!(zw_ui::i18n::assert_complete(env!("CARGO_MANIFEST_DIR")), Vec::<String>::new());
    zw_ui::I18n::install(&FTL);
    for lang in Lang::ALL {
        let html = zw_jobs::views::sample(lang).into_string();
        zw_ui::gallery::lint(&html).unwrap_or_else(|e| panic!("{lang:?}: {e}"));
        assert_eq!(html.matches("hx-trigger=\"every 1s\"").count(), 1, "only what is not over asks again");
    }
}

#[tokio::test]
async fn jobs_run_once_fail_with_pauses_and_are_given_up() {
    on_both(parts, |t| async move {
        t.sign_in(officer());
        RUNS.store(0, Ordering::SeqCst);
        let q = t.app.ext::<Queue>().unwrap();
        let three = order(&t, "test.count", 3).await;
        order(&t, "test.count", 4).await;
        assert_eq!(q.drain(&t.app).await.unwrap(), 2);
        assert_eq!((RUNS.load(Ordering::SeqCst), state(&t, three).await.0), (7, JobState::Done));
        assert_eq!(q.drain(&t.app).await.unwrap(), 0);

        let fails = order(&t, "test.fail", 0).await;
        order(&t, "test.nobody", 0).await;
        let panics = order(&t, "test.panic", 0).await;
        assert_eq!(q.run_due(&t.app, 10).await.unwrap(), 3);
        // The unknown kind and the one that panics are given up at once, the other waits for its second try.
        assert_eq!(counts(&t).await, (1, 0, 2));
        assert_eq!(state(&t, panics).await.0, JobState::Failed);
        let told = q.get(&t.ctx(officer()), Lang::ZhCn, fails).await.unwrap();
        assert_eq!((told.again_at, told.tries), (Some(t.app.clock.now().plus_ms(2_000)), 1));
        assert_eq!(q.run_due(&t.app, 10).await.unwrap(), 0);
        t.app.clock.advance(2_000);
        assert_eq!(q.run_due(&t.app, 10).await.unwrap(), 1);
        assert_eq!(counts(&t).await, (0, 0, 3));
        let told = q.get(&t.ctx(officer()), Lang::ZhCn, fails).await.unwrap();
        assert!(told.problems[0].contains("系统管理员"), "{told:?}");
        // What was given up is told to whoever looks after the program, and not to whoever ordered it.
        let stuck = Queue::stuck(&mut t.app.db.read().await.unwrap(), t.app.clock.now()).await.unwrap();
        assert!(
            stuck.len() == 3 && stuck.iter().any(|l| l.contains("test.fail") && l.contains("the disk")),
            "{stuck:?}"
        );
    })
    .await;
}

#[tokio::test]
async fn what_is_refused_is_told_and_not_tried_again() {
    on_both(parts, |t| async move {
        let c = t.client(officer());
        let q = t.app.ext::<Queue>().unwrap();
        let id = order(&t, "test.refuse", 0).await;
        t.run_jobs().await;
        assert_eq!(state(&t, id).await.0, JobState::Refused);
        t.app.clock.advance(3_600_000);
        assert_eq!(q.run_due(&t.app, 10).await.unwrap(), 0);
        let page = c.get(&format!("/jobs/{id}")).await.text();
        assert!(page.contains("此项必填") && !page.contains("every 1s"), "{page}");
        let api = c.get(&format!("/api/v1/jobs/{id}")).await.json();
        assert_eq!((&api["state"], &api["code"]), (&"refused".into(), &"invalid".into()));
        let english = c.get_in("en", &format!("/jobs/{id}")).await.text();
        assert!(english.contains("It was refused") && !english.contains("此项必填"), "{english}");
    })
    .await;
}

#[tokio::test]
async fn the_page_tells_how_far_it_is_and_leads_to_what_was_made() {
    on_both(parts, |t| async move {
        let c = t.client(officer());
        let id = order(&t, "test.rights", 0).await;
        let (page, fragment) = (format!("/jobs/{id}"), [("hx-request", "true")]);
        let waits = c.get(&page).await.text();
        assert!(waits.contains("已受理") && waits.contains("every 1s") && waits.contains("<html"), "{waits}");
        let part = c.send_with(axum::http::Method::GET, &page, &fragment, vec![]).await;
        assert!(part.text().starts_with("<div id=\"job-") && !part.text().contains("<html"));
        // Nobody else learns of it.
        let other = t.client(actor(Role::CityAdmin, World::CITY));
        assert_eq!(other.get(&page).await.status, 404);
        assert_eq!(other.get(&format!("/api/v1{page}")).await.status, 404);
        t.run_jobs().await;
        let done = c.get(&page).await;
        assert_eq!((done.status.as_u16(), done.location().as_str()), (303, "/made/7"));
        let part = c.send_with(axum::http::Method::GET, &page, &fragment, vec![]).await;
        assert_eq!(part.headers["hx-redirect"], "/made/7");
        let api = c.get(&format!("/api/v1{page}")).await.json();
        assert_eq!((&api["result"], &api["location"]), (&"7".into(), &"/api/v1/made/7".into()));
        assert_eq!((&api["steps_done"], &api["state"]), (&2.into(), &"done".into()));
    })
    .await;
}

#[tokio::test]
async fn a_job_has_the_rights_its_orderer_has_when_it_runs() {
    on_both(parts, |t| async move {
        let token = t.sign_in(officer());
        let first = order(&t, "test.rights", 0).await;
        t.run_jobs().await;
        let second = order(&t, "test.rights", 0).await;
        // The account is closed in between.
        t.sign_out(&token);
        t.run_jobs().await;
        assert_eq!((state(&t, first).await.0, state(&t, second).await.0), (JobState::Done, JobState::Refused));
        let mut c = t.app.db.read().await.unwrap();
        let log: Vec<(String, String, String)> = c
            .all(sql("SELECT action,decision,record_id FROM audit_event WHERE resource='job' ORDER BY seq"))
            .await
            .unwrap();
        let log: Vec<_> = log.iter().map(|(a, d, r)| (a.as_str(), d.as_str(), r.clone())).collect();
        let want = [
            ("job.order", "allow", first.to_string()),
            ("job.order", "allow", second.to_string()),
            ("job.run", "deny", second.to_string()),
        ];
        assert_eq!(log, want);
    })
    .await;
}

#[tokio::test]
async fn who_lost_a_job_stops_at_the_next_step_and_writes_nothing() {
    on_both(parts, |t| async move {
        t.sign_in(officer());
        let id = order(&t, "test.steps", 0).await;
        let q = t.app.ext::<Queue>().unwrap();
        assert_eq!(q.run_due(&t.app, 1).await.unwrap(), 1);
        assert_eq!(state(&t, id).await, (JobState::Running, 1), "as the other process has it");
        // That one dies too, once too often.
        held(&t, 3, -1).await;
        t.run_jobs().await;
        assert_eq!(state(&t, id).await.0, JobState::Failed);
    })
    .await;
}

#[tokio::test]
async fn a_job_whose_holder_died_is_taken_again() {
    on_both(parts, |t| async move {
        t.sign_in(officer());
        order(&t, "test.count", 0).await;
        held(&t, 1, 1).await;
        let q = t.app.ext::<Queue>().unwrap();
        assert_eq!(q.run_due(&t.app, 10).await.unwrap(), 0);
        let stuck = async || Queue::stuck(&mut t.app.db.read().await.unwrap(), t.app.clock.now()).await.unwrap();
        assert!(stuck().await.is_empty());
        t.app.clock.advance(12 * 60_000);
        assert!(stuck().await[0].contains("no process runs it"), "{:?}", stuck().await);
        assert_eq!(q.run_due(&t.app, 10).await.unwrap(), 1);
        assert_eq!(counts(&t).await, (0, 0, 0));
        assert!(stuck().await.is_empty());
        assert_eq!(Queue::sweep(&t.app, 30).await.unwrap(), 0);
        t.app.clock.advance(31 * 24 * 3_600_000);
        assert_eq!(Queue::sweep(&t.app, 30).await.unwrap(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_job_that_takes_its_process_down_is_given_up() {
    on_both(parts, |t| async move {
        t.sign_in(officer());
        let id = order(&t, "test.steps", 0).await;
        // Three times claimed, three times the process was gone before it could say anything.
        held(&t, 3, -1).await;
        let q = t.app.ext::<Queue>().unwrap();
        assert_eq!(q.run_due(&t.app, 10).await.unwrap(), 1);
        assert_eq!((state(&t, id).await, counts(&t).await), ((JobState::Failed, 0), (0, 0, 1)));
    })
    .await;
}

#[tokio::test]
#[should_panic(expected = "1 ordered jobs were never run")]
async fn a_test_that_leaves_what_it_ordered_fails() {
    let t = TestApp::new(zw_testkit::Engine::Sqlite, parts()).await;
    order(&t, "test.count", 1).await;
}

#[tokio::test]
async fn the_standard_ticks_run_on_an_idle_system() {
    on_both(parts, |t| async move {
        Scheduler::new(standard_ticks()).once(&t.app).await.unwrap();
    })
    .await;
}
