//! Snapshots as jobs: ordered, run once whatever happens, refused in words.

use crate::support::{code, foreign, officer, parts, pass, quietly, world, write};
use zw_core::{JobId, SnapshotId};
use zw_db::sql;
use zw_jobs::Queue;
use zw_publishing::model::snapshot::{FlashInput, FreezeInput};
use zw_publishing::service::{orders, snapshots};
use zw_testkit::{TestApp, World, on_both};
use zw_web::Idem;

fn june() -> FreezeInput {
    FreezeInput { period: "2021-06".into(), early: "1".into(), ..FreezeInput::default() }
}
async fn snapshots_taken(t: &TestApp) -> i64 {
    t.app.db.read().await.unwrap().scalar(sql("SELECT COUNT(*) FROM snapshot")).await.unwrap()
}
async fn job(t: &TestApp, id: JobId) -> (String, i64, Option<String>) {
    let mut c = t.app.db.read().await.unwrap();
    c.one(sql("SELECT state,tries,result FROM job WHERE id=").bind(id)).await.unwrap().unwrap()
}
/// As a process leaves it that died in the middle: held, and the time of that is over.
async fn died(t: &TestApp, id: JobId) {
    let now = t.app.clock.now();
    let mut tx = write(t).await;
    let q = sql("UPDATE job SET state='running',tries=1,result=NULL,ended_at=NULL,locked_until=").bind(now.plus_ms(-1));
    tx.run(q.lit(" WHERE id=").bind(id)).await.unwrap();
    quietly(tx).await;
}

#[tokio::test]
async fn a_freeze_is_ordered_followed_and_leads_to_its_snapshot() {
    on_both(parts, |t| async move {
        world(&t).await;
        pass(&t, &[World::COUNTY, World::COUNTY3]).await;
        let c = t.client(officer(1));
        // What is known at once is said at the form, and nothing is ordered.
        for (fields, want) in
            [(vec![("period", "2021-06")], "2021-07-12"), (vec![("period", "2021-07"), ("early", "1")], "还没有结束")]
        {
            let refused = c.post("/snapshots/freeze", &fields).await;
            assert_eq!(refused.status.as_u16(), 422);
            assert!(refused.text().contains(want), "{want}: {}", refused.text());
        }
        let form = [("period", "2021-06"), ("early", "1"), ("idempotency_key", "k")];
        let ordered = c.post("/snapshots/freeze", &form).await;
        assert_eq!(ordered.status.as_u16(), 303, "{}", ordered.text());
        let (place, home) = (ordered.location(), c.get("/snapshots").await.text());
        assert!(home.contains("后台办理") && home.contains(&place) && home.contains("冻结2021年6月 · 甲省"), "{home}");
        assert!(c.get(&place).await.text().contains("可以离开本页"));
        // A colleague sees that it is at work, and by whom; another province does not.
        let colleague = t.client(officer(2));
        let home = colleague.get("/snapshots").await.text();
        assert!(home.contains("冻结2021年6月 · 甲省") && !home.contains(&place), "{home}");
        assert!(!t.client(foreign()).get("/snapshots").await.text().contains("甲省"));
        let twice = colleague.post("/snapshots/freeze", &form).await;
        assert_eq!(twice.status.as_u16(), 422);
        assert!(twice.text().contains("不必再提交"), "{}", twice.text());

        t.run_jobs().await;
        let snapshot = c.get(&place).await.location();
        assert!(c.get(&snapshot).await.text().contains("已核对"), "{snapshot}");
        assert!(!c.get("/snapshots").await.text().contains("后台办理"));
        // The same form once more leads to the same job; another one is told at its field.
        assert_eq!(c.post("/snapshots/freeze", &form).await.location(), place);
        let again = colleague.post("/snapshots/freeze", &[("period", "2021-06"), ("early", "1")]).await;
        assert_eq!(again.status.as_u16(), 422);
        assert!(again.text().contains("这个月已经冻结"), "{}", again.text());
        // It is the act of whoever ordered it, and names the job.
        let id: JobId = place.trim_start_matches("/jobs/").parse().unwrap();
        let mut db = t.app.db.read().await.unwrap();
        let acts: Vec<(String, String)> = db
            .all(
                sql("SELECT action,actor_name FROM audit_event WHERE request_id=")
                    .bind(id.to_string())
                    .lit(" ORDER BY seq"),
            )
            .await
            .unwrap();
        assert_eq!(acts, [("snapshot.freeze".to_owned(), officer(1).name)]);
    })
    .await;
}

#[tokio::test]
async fn a_process_that_dies_leaves_one_snapshot() {
    on_both(parts, |t| async move {
        world(&t).await;
        t.sign_in(officer(1));
        let ctx = t.ctx(officer(1));
        let id = orders::freeze(&ctx, &june(), &Idem::none()).await.unwrap();
        // Before it wrote anything.
        died(&t, id).await;
        t.run_jobs().await;
        let (state, tries, made) = job(&t, id).await;
        assert_eq!((state.as_str(), tries, snapshots_taken(&t).await), ("done", 2, 1));
        // Between the snapshot and the mark that the job is done.
        died(&t, id).await;
        t.run_jobs().await;
        assert_eq!(job(&t, id).await, ("done".into(), 2, made));
        assert_eq!(snapshots_taken(&t).await, 1);
    })
    .await;
}

#[tokio::test]
async fn rights_and_rules_are_asked_again_when_it_runs() {
    on_both(parts, |t| async move {
        world(&t).await;
        let ctx = t.ctx(officer(1));
        let lost = orders::freeze(&ctx, &june(), &Idem::none()).await.unwrap();
        // Nobody of that account may sign in any more.
        t.run_jobs().await;
        assert_eq!((job(&t, lost).await.0.as_str(), snapshots_taken(&t).await), ("refused", 0));
        let c = t.client(officer(1));
        assert!(c.get(&format!("/jobs/{lost}")).await.text().contains("没有这项权限"));
        // The command line freezes the month while the order waits.
        let late = orders::freeze(&ctx, &june(), &Idem::none()).await.unwrap();
        snapshots::freeze(&ctx, &june(), &Idem::none()).await.unwrap();
        t.run_jobs().await;
        let page = c.get(&format!("/jobs/{late}")).await.text();
        assert!(page.contains("这个月已经冻结") && page.contains("没有办成"), "{page}");
        assert_eq!((job(&t, late).await.0.as_str(), snapshots_taken(&t).await), ("refused", 1));
        // Whoever left the page finds what came to nothing, and nobody else does.
        let home = c.get("/snapshots").await.text();
        assert!(home.contains(&format!("/jobs/{late}")) && home.contains("没有办成"), "{home}");
        assert!(!t.client(officer(2)).get("/snapshots").await.text().contains("没有办成"));
        let e = orders::freeze(&ctx, &june(), &Idem::none()).await.unwrap_err();
        assert_eq!(code(&e), "period:month-frozen");
        // The database is away for a moment: later it goes on by itself.
        let flash = orders::flash(&ctx, &FlashInput::default(), &Idem::none()).await.unwrap();
        let queue = t.app.ext::<Queue>().unwrap();
        t.without_database(async { queue.run_due(&t.app, 1).await }).await.unwrap_err();
        t.run_jobs().await;
        assert_eq!((job(&t, flash).await.0.as_str(), snapshots_taken(&t).await), ("done", 2));
    })
    .await;
}

#[tokio::test]
async fn two_processes_run_no_order_twice() {
    on_both(parts, |t| async move {
        world(&t).await;
        let twin = t.twin(parts()).await;
        t.sign_in(officer(1));
        twin.sign_in(officer(1));
        let ctx = t.ctx(officer(1));
        let mut all = vec![orders::freeze(&ctx, &june(), &Idem::none()).await.unwrap()];
        for _ in 0..5 {
            all.push(orders::flash(&ctx, &FlashInput::default(), &Idem::none()).await.unwrap());
        }
        let queue = |t: &TestApp| t.app.ext::<Queue>().unwrap();
        let (a, b) = (queue(&t), queue(&twin));
        let (a, b) = tokio::join!(a.run_due(&t.app, 10), b.run_due(&twin.app, 10));
        assert_eq!((a.unwrap() + b.unwrap(), snapshots_taken(&t).await), (6, 6));
        for id in all {
            let (state, tries, _) = job(&t, id).await;
            assert_eq!((state.as_str(), tries), ("done", 1));
        }
        // One that was taken for dead and was not: both write, and one has the effect.
        let other = twin.ctx(officer(1));
        let may = FreezeInput { period: "2021-05".into(), ..june() };
        let (one, two) = (Idem::new(Some("job-x".into()), &""), Idem::new(Some("job-x".into()), &""));
        let (one, two): (zw_core::Result<SnapshotId>, _) =
            tokio::join!(snapshots::freeze(&ctx, &may, &one), snapshots::freeze(&other, &may, &two));
        assert_eq!((one.unwrap(), snapshots_taken(&t).await), (two.unwrap(), 7));
        assert_eq!(snapshots_taken(&twin).await, 7);
    })
    .await;
}
