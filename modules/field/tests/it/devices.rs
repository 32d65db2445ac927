//! Binding, ending, losing a device.

use crate::support::*;
use zw_field::service::device::{self, BindInput, EndInput, Standing};
use zw_field::service::{item, shift};
use zw_testkit::{World, actor, actor_of, on_both};

fn named(name: &str) -> BindInput {
    BindInput { name: name.into(), unit: String::new() }
}
fn ended(how: &str) -> EndInput {
    EndInput { how: how.into(), reason: "掉在路上".into() }
}

#[tokio::test]
async fn two_devices_of_one_account_and_one_account_of_a_browser() {
    on_both(parts, |app| async move {
        world(&app).await;
        in_office(&app, &social_worker(1)).await;
        let (me, other) = (app.ctx(social_worker(1)), app.ctx(colleague(1)));
        let bind = async |ctx: &zw_access::Ctx, name: &str, here| device::bind(ctx, &named(name), here).await;
        let first = bind(&me, "工作手机", None).await.unwrap();
        let here = device::of_token(&me, Some(&first)).await.unwrap();
        assert_eq!(problems(bind(&me, "又一次", here.clone()).await), "field-bound");
        assert_eq!(problems(bind(&other, "同一部", here).await), "field-bound-other");
        assert_eq!(problems(bind(&me, "", None).await), "name:required");
        assert_eq!(problems(bind(&me, &"长".repeat(41), None).await), "name:too-long");
        bind(&me, "平板", None).await.unwrap();
        assert_eq!(problems(bind(&me, "第三部", None).await), "name:field-two-devices");
        bind(&other, "自己的", None).await.unwrap();
        // One that ended makes room.
        let d = device::own(&me, None).await.unwrap().into_iter().find(|d| d.name == "平板").unwrap();
        device::end(&me, d.id, &ended("unused")).await.unwrap();
        assert_eq!(problems(device::end(&me, d.id, &ended("unused")).await), "field-device-ended");
        bind(&me, "第三部", None).await.unwrap();
        // The token is stored as a hash alone.
        let mut c = app.app.db.read().await.unwrap();
        let hashes: Vec<(Vec<u8>,)> = c.all(zw_db::sql("SELECT token_hash FROM field_device")).await.unwrap();
        assert!(hashes.iter().all(|h| h.0 != first.as_bytes() && h.0.len() == 32) && hashes.len() == 4);
        drop(c);
        // Who has no file of a worker visits nobody.
        let nobody = actor_of(zw_access::Role::Worker, None, Some((World::COUNTY, unit(1))), None);
        assert_eq!(problems(bind(&app.ctx(nobody), "手机", None).await), "field-no-worker");
        let office = app.ctx(actor(zw_access::Role::CountyAdmin, World::COUNTY));
        assert_eq!(problems(bind(&office, "手机", None).await), "forbidden");
    })
    .await;
}

#[tokio::test]
async fn a_lost_device_is_wiped_by_whoever_answers_for_it() {
    on_both(parts, |app| async move {
        world(&app).await;
        let me = app.ctx(social_worker(1));
        let p = phone(&me, "工作手机").await;
        let id = p.device.id;
        // Neither a colleague nor the next station's head.
        for stranger in [colleague(1), head(2), head(4)] {
            assert_eq!(problems(device::end(&app.ctx(stranger), id, &ended("lost")).await), "not found");
        }
        let boss = app.ctx(head(1));
        assert_eq!(device::list(&boss, None).await.unwrap().len(), 1);
        assert!(device::list(&app.ctx(head(2)), None).await.unwrap().is_empty());
        let wrong = EndInput { how: String::new(), reason: String::new() };
        assert_eq!(problems(device::end(&boss, id, &wrong).await), "how:required reason:required");
        device::end(&boss, id, &ended("lost")).await.unwrap();
        assert_eq!(count(&app, "SELECT COUNT(*) FROM field_shift WHERE data_key IS NOT NULL").await, 0);
        let d = device::of_token(&me, Some(&p.token)).await.unwrap().unwrap();
        assert_eq!(device::standing(&me, &d).await.unwrap(), Standing::Lost);
        assert_eq!(problems(shift::open(&me, Some(d)).await), "field-no-device");
        assert_eq!(count(&app, "SELECT COUNT(*) FROM audit_event WHERE action='field.end'").await, 1);

        // At the next contact, signed out: everything of ours goes, and it is noted once.
        let nobody = app.anonymous();
        let cookie = format!("zw_device={}", p.token);
        for path in ["/api/v1/field/contact", "/field/kit", "/api/v1/field/contact"] {
            let a = nobody.send_with(axum::http::Method::GET, path, &[("cookie", &cookie)], vec![]).await;
            assert_eq!(a.status, axum::http::StatusCode::GONE, "{path}");
            assert_eq!(a.headers["clear-site-data"], "\"cache\", \"cookies\", \"storage\"", "{path}");
        }
        assert_eq!(count(&app, "SELECT COUNT(*) FROM audit_event WHERE action='field.wipe'").await, 1);
        let shown = device::list(&boss, None).await.unwrap().remove(0);
        assert!(shown.lost && shown.wiped_at.is_some() && shown.reason.as_deref() == Some("掉在路上"));

        // The security administrator sees every device and no item.
        let guard = app.ctx(actor_of(zw_access::Role::SecurityAdmin, None, None, None));
        assert_eq!(device::list(&guard, None).await.unwrap().len(), 1);
        let items = item::list(&guard, zw_ui::Lang::ZhCn, &item::FindItems::default()).await;
        assert_eq!(problems(items), "forbidden");
    })
    .await;
}

#[tokio::test]
async fn who_left_the_station_has_no_device_there() {
    on_both(parts, |app| async move {
        world(&app).await;
        let me = app.ctx(social_worker(1));
        let p = phone(&me, "工作手机").await;
        let mut gone = social_worker(1);
        gone.grants[0].to = zw_core::Day::new(2021, 7, 7);
        let gone = app.ctx(gone);
        assert_eq!(device::standing(&gone, &p.device).await.unwrap(), Standing::Ended);
        assert_eq!(problems(shift::take(&gone, Some(p.device.clone())).await), "forbidden");
        let mut off_post = social_worker(1);
        off_post.grants[0].off_post = true;
        let off_post = app.ctx(off_post);
        assert_eq!(device::standing(&off_post, &p.device).await.unwrap(), Standing::Ended);
        assert_eq!(problems(shift::open(&off_post, Some(p.device.clone())).await), "forbidden");
        // Signed out, the rows of the account decide: here it has none.
        assert_eq!(
            device::standing(&app.ctx(zw_access::Actor::anonymous()), &p.device).await.unwrap(),
            Standing::Ended
        );
    })
    .await;
}

#[tokio::test]
async fn signed_out_the_posting_and_a_confirmation_that_waits_decide_as_well() {
    on_both(parts, |app| async move {
        world(&app).await;
        let p = phone(&app.ctx(social_worker(1)), "工作手机").await;
        in_office(&app, &social_worker(1)).await;
        let nobody = app.ctx(zw_access::Actor::anonymous());
        let standing = async || device::standing(&nobody, &p.device).await.unwrap();
        let write = async |q: &'static str| {
            let mut tx = app.app.db.write(app.app.clock.now()).await.unwrap();
            tx.run(zw_db::sql(q)).await.unwrap();
            quietly(tx).await;
        };
        assert_eq!(standing().await, Standing::Live);
        write("UPDATE posting SET to_day=20210708").await;
        assert_eq!(standing().await, Standing::Ended);
        write("UPDATE posting SET to_day=20210709").await;
        assert_eq!(standing().await, Standing::Live);
        write("UPDATE account SET held_at=1,held_by='sys',held_for='code'").await;
        assert_eq!(standing().await, Standing::Ended);
    })
    .await;
}
