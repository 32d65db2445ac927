//! Residents whose worker left the station: shown as such, and given to another by its head (decision 0042).

use crate::support::*;
use zw_core::Key;
use zw_core::ResidentId;
use zw_db::sql;
use zw_practice::model::ResidentInput;
use zw_practice::service::assign::{self, AssignInput, NOBODY};
use zw_practice::service::resident::{self, FindResidents};
use zw_practice::service::today;
use zw_testkit::{TestApp, actor_of, on_both};
use zw_web::Idem;

async fn post_ends(app: &TestApp, n: u128, day: i64) {
    let mut tx = app.app.db.write(app.app.clock.now()).await.unwrap();
    let q = sql("UPDATE posting SET to_day=").bind(day).lit(" WHERE worker_id=").bind(worker(n));
    tx.run(q).await.unwrap();
    quietly(tx).await;
}

fn to(from: &str, to: u128) -> AssignInput {
    AssignInput { unit: String::new(), from: from.into(), to: worker(to).to_string() }
}

async fn waiting(ctx: &zw_access::Ctx) -> Vec<ResidentId> {
    let ask = FindResidents { waiting: "1".into(), ..FindResidents::default() };
    let found = resident::find(ctx, &ask).await.unwrap();
    assert!(found.items.iter().all(|p| p.waiting));
    let mut ids: Vec<ResidentId> = found.items.iter().map(|p| p.id).collect();
    assert_eq!(i64::try_from(ids.len()).unwrap(), found.total);
    ids.sort_unstable();
    ids
}

#[tokio::test]
async fn residents_of_a_worker_who_left_wait_and_are_given_to_another() {
    on_both(parts, |app| async move {
        world(&app).await;
        let (lin, wu, boss) = (app.ctx(social_worker(1)), app.ctx(colleague(1)), app.ctx(head(1)));
        let with = |w: u128, p: ResidentInput| ResidentInput { worker: worker(w).to_string(), ..p };
        let a = registered(&lin, with(10, person("陈一一", 1))).await;
        let b = registered(&lin, with(10, person("林二二", 2))).await;
        let c = registered(&wu, with(11, person("吴三三", 3))).await;
        let all = FindResidents::default();
        assert!(waiting(&boss).await.is_empty());
        assert_eq!(today::today(&boss).await.unwrap().unwrap().waiting, 0);

        post_ends(&app, 10, 20_210_702).await;
        let mut left: Vec<ResidentId> = vec![a.id, b.id];
        left.sort_unstable();
        assert_eq!(waiting(&boss).await, left);
        let list = resident::find(&wu, &all).await.unwrap();
        assert_eq!(list.items.iter().filter(|p| p.waiting).count(), 2, "everybody of the station sees it");
        assert!(resident::open(&boss, a.county, a.id).await.unwrap().resident.waiting);
        assert!(!resident::open(&boss, c.county, c.id).await.unwrap().resident.waiting);
        assert_eq!(today::today(&boss).await.unwrap().unwrap().waiting, 2);
        assert_eq!(today::today(&wu).await.unwrap().unwrap().waiting, 0, "who gives nobody away is not asked");
        let groups = assign::waiting(&boss).await.unwrap();
        assert_eq!((groups.len(), groups[0].worker, groups[0].persons), (1, Some(worker(10)), 2));
        assert_eq!(groups[0].posted.iter().map(|p| p.0).collect::<Vec<_>>(), [worker(11)]);

        let ten = worker(10).to_string();
        let give = async |ctx: &zw_access::Ctx, input: &AssignInput| assign::assign(ctx, input, &Idem::none()).await;
        assert_eq!(problems(give(&wu, &to(&ten, 11)).await), "forbidden");
        assert_eq!(problems(give(&boss, &to(&ten, 10)).await), "to:visit-worker-not-posted");
        assert_eq!(problems(give(&boss, &AssignInput::default()).await), "from:required to:required");
        let there = AssignInput { unit: unit(2).to_string(), ..to(&ten, 20) };
        assert_eq!(problems(give(&boss, &there).await), "unit:practice-unit-outside");
        assert_eq!(give(&app.ctx(head(2)), &to(&ten, 20)).await.unwrap().persons, 0, "the other station's head");
        let still = give(&boss, &to(&worker(11).to_string(), 11)).await.unwrap();
        assert_eq!(still.persons, 0, "of a worker on post nobody waits");

        let key = Idem::new(Some("give-once".into()), &"body");
        let first = assign::assign(&boss, &to(&ten, 11), &key).await.unwrap();
        let again = assign::assign(&boss, &to(&ten, 11), &key).await.unwrap();
        assert_eq!((first.persons, again.persons), (2, 2), "one effect, one answer");
        assert!(waiting(&boss).await.is_empty());
        let now = resident::open(&boss, a.county, a.id).await.unwrap().resident;
        assert_eq!((now.worker, now.version, now.waiting), (Some(worker(11)), 2, false));
        let mut conn = app.app.db.read().await.unwrap();
        let q =
            sql("SELECT COUNT(*) FROM audit_event WHERE action='resident.assign' AND decision='allow' AND purpose='2'");
        let events: i64 = conn.scalar(q).await.unwrap();
        assert_eq!(events, 2, "one for each person, once");
    })
    .await;
}

#[tokio::test]
async fn who_was_never_given_to_anybody_waits_as_well_and_who_is_closed_does_not() {
    on_both(parts, |app| async move {
        world(&app).await;
        let boss = app.ctx(head(1));
        let Key { county, id } = registered(&boss, person("陈一一", 1)).await;
        assert_eq!(waiting(&boss).await, [id]);
        assert_eq!(assign::waiting(&boss).await.unwrap()[0].worker, None);
        let none = assign::assign(&boss, &to(NOBODY, 11), &Idem::none()).await.unwrap();
        assert_eq!(none.persons, 1);
        let mut conn = app.app.db.read().await.unwrap();
        let q = sql("SELECT COUNT(*) FROM resident WHERE vacancy IS NOT NULL");
        assert_eq!(conn.scalar::<i64>(q).await.unwrap(), 0, "a named worker is no vacancy");
        drop(conn);
        post_ends(&app, 11, 20_210_708).await;
        assert_eq!(waiting(&boss).await, [id]);
        let close = resident::CloseInput { reason: "not_needed".into(), version: 2, ..resident::CloseInput::default() };
        resident::close(&boss, county, id, close, &Idem::none()).await.unwrap();
        assert!(waiting(&boss).await.is_empty());
        assert!(!resident::open(&boss, county, id).await.unwrap().resident.waiting);
        assert_eq!(today::today(&boss).await.unwrap().unwrap().waiting, 0);
    })
    .await;
}

#[tokio::test]
async fn a_grant_whose_posting_is_over_opens_no_resident() {
    on_both(parts, |app| async move {
        world(&app).await;
        let kept = registered(&app.ctx(social_worker(1)), person("陈一一", 1)).await;
        let mut gone = social_worker(1);
        gone.grants[0].off_post = true;
        let c = app.client(gone.clone());
        for path in ["/people".to_owned(), "/visits".into(), format!("/people/{}/{}", kept.county, kept.id)] {
            assert_eq!(c.get(&path).await.status, 403, "{path}");
        }
        let body = [("field", "id_no"), ("purpose", "verify")];
        let reveal = format!("/people/{}/{}/reveal", kept.county, kept.id);
        assert_eq!(c.post(&reveal, &body).await.status, 403);
        assert!(today::today(&app.ctx(gone)).await.unwrap().is_none(), "no list of the day");
        // Posted elsewhere as well: that station's people, and of this one not even the own.
        let mut moved =
            actor_of(zw_access::Role::Worker, None, Some((zw_testkit::World::COUNTY, unit(2))), Some(worker(10)));
        moved.grants.extend(social_worker(1).grants.into_iter().map(|g| zw_access::Grant { off_post: true, ..g }));
        let ctx = app.ctx(moved);
        assert!(resident::find(&ctx, &FindResidents::default()).await.unwrap().items.is_empty());
        assert_eq!(problems(resident::open(&ctx, kept.county, kept.id).await), "not found");
    })
    .await;
}

#[tokio::test]
async fn the_head_gives_them_from_the_page() {
    on_both(parts, |app| async move {
        world(&app).await;
        let with = ResidentInput { worker: worker(10).to_string(), ..person("陈一一", 1) };
        registered(&app.ctx(social_worker(1)), with).await;
        post_ends(&app, 10, 20_210_702).await;
        let c = app.client(head(1));
        let page = c.get("/people?waiting=1").await.text();
        for word in ["社工10 负责的 1 人（已离岗）", "全部改派", "待派"] {
            assert!(page.contains(word), "{word}: {page}");
        }
        assert!(!app.client(colleague(1)).get("/people?waiting=1").await.text().contains("全部改派"));
        let station = unit(1).to_string();
        let (ten, eleven) = (worker(10).to_string(), worker(11).to_string());
        let nobody = c.post("/people/assign", &[("unit", station.as_str()), ("from", ten.as_str())]).await;
        assert_eq!(nobody.status, 422);
        assert!(nobody.text().contains("f-to-error"), "{}", nobody.text());
        let fields = [("unit", station.as_str()), ("from", ten.as_str()), ("to", eleven.as_str())];
        let done = c.post("/people/assign", &fields).await;
        assert_eq!(done.status, 303);
        assert!(!c.get("/people?waiting=1").await.text().contains("已离岗"));
    })
    .await;
}
