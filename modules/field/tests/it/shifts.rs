//! What is on a phone, for how long, and that nothing else is.

use crate::support::*;
use zw_db::sql;
use zw_field::service::{device, shift};
use zw_practice::model::ResidentInput;
use zw_practice::service::resident;
use zw_testkit::{Engine, TestApp, on_both};

#[tokio::test]
async fn the_pack_holds_the_own_people_of_the_own_station() {
    on_both(parts, |app| async move {
        world(&app).await;
        let (me, other) = (app.ctx(social_worker(1)), app.ctx(colleague(1)));
        let p = registered(&me, person("陈一一", 1)).await;
        let house = resident::open(&me, p.county, p.id).await.unwrap().resident.household.to_string();
        let mate = ResidentInput { household: house.clone(), worker: worker(11).to_string(), ..person("陈家人", 2) };
        registered(&me, mate).await;
        registered(&me, ResidentInput { household: house, ..born("陈小儿", "20150101", 3) }).await;
        registered(&other, person("同事的", 4)).await;
        // Other stations of the county and of another province: not a letter of them may be on the phone.
        for n in [2u128, 4] {
            let there = app.ctx(social_worker(n));
            let serial = i64::try_from(5 + n).unwrap();
            let foreign =
                ResidentInput { village: village(&app, n), address: "密址".into(), ..person("密外人", serial) };
            registered(&there, foreign).await;
        }
        let found = phone(&me, "工作手机").await.pack;
        let names: Vec<&str> = found.pack.rows.iter().map(|r| r.name.as_str()).collect();
        assert_eq!(names, ["陈一一"]);
        let row = &found.pack.rows[0];
        assert_eq!((row.phone.as_str(), row.address.as_str(), row.edit), ("13810000001", "1号", true));
        assert!(row.keys.contains("|cyy") && row.due_on.is_some(), "{}", row.keys);
        assert_eq!(row.mates.iter().map(|m| m.name.as_str()).collect::<Vec<_>>(), ["陈家人"]);
        assert_eq!(found.pack.children, 1);
        assert_eq!(found.pack.me, Some(worker(10)));
        let text = serde_json::to_string(&found.pack).unwrap();
        for secret in ["密", "35990019", "同事的", "陈小儿", "categor"] {
            assert!(!text.contains(secret), "{secret}: {text}");
        }
        // Each person on it is an event, before it left.
        let mut c = app.app.db.read().await.unwrap();
        let q = "SELECT COUNT(DISTINCT subject_ref) FROM audit_event WHERE record_id='pack'";
        assert_eq!(c.scalar::<i64>(sql(q)).await.unwrap(), 2);
        let q = "SELECT purpose FROM audit_event WHERE action='field.pack'";
        assert_eq!(c.scalar::<String>(sql(q)).await.unwrap(), "1");
    })
    .await;
}

#[tokio::test]
async fn a_head_takes_all_who_are_due() {
    on_both(parts, |app| async move {
        world(&app).await;
        let me = app.ctx(social_worker(1));
        registered(&me, person("陈一一", 1)).await;
        registered(&app.ctx(colleague(1)), person("陈二二", 2)).await;
        app.at(2021, 9, 1, 9);
        let found = phone(&app.ctx(head(1)), "站长").await.pack.pack;
        assert_eq!((found.rows.len(), found.me, found.workers.len()), (2, None, 2));
        assert!(found.rows.iter().all(|r| r.phone.starts_with("138")), "the head answers for all of them");
    })
    .await;
}

#[tokio::test]
async fn a_shift_ends_and_its_pack_is_given_out_at_its_beginning() {
    let app = TestApp::new(Engine::Sqlite, parts()).await;
    world(&app).await;
    let ctx = || app.ctx(social_worker(1));
    let p = phone(&ctx(), "工作手机").await;
    let s = shift::current(&ctx(), &p.device).await.unwrap().unwrap();
    assert_eq!(s.ends_at, s.opened_at.plus_minutes(600));
    assert_eq!((p.pack.ends_ms, p.pack.idle_minutes), (s.ends_at.ms(), 5));
    // The answer got lost on the way: it is fetched again, within ten minutes.
    shift::take(&ctx(), Some(p.device.clone())).await.unwrap();
    app.app.clock.advance(10 * 60_000);
    assert_eq!(problems(shift::take(&ctx(), Some(p.device.clone())).await), "field-open-first");
    app.app.clock.set(s.ends_at);
    assert!(shift::current(&ctx(), &p.device).await.unwrap().is_none());
    // Somebody else's phone gives nothing, and none gives nothing.
    let other = app.ctx(colleague(1));
    assert_eq!(problems(shift::open(&other, Some(p.device.clone())).await), "field-no-device");
    assert_eq!(problems(shift::take(&other, None).await), "field-no-device");
    assert!(device::of_token(&other, Some("nothing")).await.unwrap().is_none());
}
