//! Postings: never more than full time, never at a unit that is closed, never before the worker.

use crate::support::{NUMBERS, at, county_admin, day, fields, parts, posting, register, unit_id, world};
use zw_access::Role;
use zw_core::Error;
use zw_network::model::unit::StateInput;
use zw_network::service::units;
use zw_people::model::posting::EndInput;
use zw_people::model::worker::WorkerState;
use zw_people::{on_post, posted_on, service, units_of};
use zw_testkit::{World, actor, on_both};
use zw_web::Idem;

#[tokio::test]
async fn a_person_has_one_working_day() {
    on_both(parts, |app| async move {
        world(&app).await;
        let id = register(&app, "张三丰", NUMBERS[0]).await;
        let ctx = app.ctx(county_admin());
        let post = |n, from: &'static str, fte: &'static str| {
            let ctx = ctx.clone();
            async move { service::post(&ctx, id, &posting(n, from, fte), &Idem::none()).await }
        };
        assert_eq!(fields(post(1, "2020-12-31", "").await), [at("from", "before-worker")]);
        assert_eq!(fields(post(1, "2021-07-09", "").await), [at("from", "date-future")]);
        assert_eq!(fields(post(1, "2021-02-01", "5").await), [at("fte", "fte-range")]);
        assert_eq!(fields(post(2, "2021-07-02", "").await), [at("unit", "unit-closed-on-day")]);
        assert_eq!(
            fields(post(4, "2021-02-01", "").await),
            [at("unit", "unit-unknown")],
            "another county's unit is none"
        );
        let first = post(1, "2021-02-01", "60").await.unwrap();
        assert_eq!(fields(post(3, "2021-03-01", "50").await), [at("fte", "fte-overload")]);
        post(3, "2021-03-01", "40").await.unwrap();
        assert_eq!(fields(post(2, "2021-04-01", "10").await), [at("fte", "fte-overload")]);
        // Ending one makes room from the day after.
        let end =
            |last: &str, reason: &str, version| EndInput { last_day: last.into(), reason: reason.into(), version };
        let wrong = service::end(&ctx, first, &end("2021-01-31", "", 1), &Idem::none()).await;
        assert_eq!(fields(wrong), [at("last_day", "before-posting"), at("reason", "required")]);
        let stale = service::end(&ctx, first, &end("2021-06-30", "pay", 9), &Idem::none()).await;
        assert!(matches!(stale, Err(Error::Conflict { .. })), "{stale:?}");
        service::end(&ctx, first, &end("2021-06-30", "pay", 1), &Idem::none()).await.unwrap();
        let twice = service::end(&ctx, first, &end("2021-06-30", "pay", 2), &Idem::none()).await;
        assert!(matches!(twice, Err(Error::Rule { code: "posting-ended", .. })), "{twice:?}");
        assert_eq!(fields(post(1, "2021-06-30", "60").await), [at("fte", "fte-overload")]);
        post(1, "2021-07-01", "60").await.unwrap();
        let file = service::get(&ctx, id).await.unwrap();
        assert_eq!((file.postings.len(), file.worker.state), (3, WorkerState::OnPost));
        assert_eq!(file.postings.iter().filter_map(|p| p.last_day).collect::<Vec<_>>(), [day(20210630)]);
        // What other modules ask.
        let mut c = app.app.db.read().await.unwrap();
        for (on, here) in [(20210131, false), (20210201, true), (20210630, true), (20210701, true)] {
            assert_eq!(posted_on(&mut c, id, unit_id(1), day(on)).await.unwrap(), here, "{on}");
        }
        assert_eq!(units_of(&mut c, id, day(20210501)).await.unwrap(), [unit_id(1), unit_id(3)]);
        assert_eq!(on_post(&mut c, unit_id(3), day(20210501)).await.unwrap().len(), 1);
    })
    .await;
}

/// A station with people on post neither closes nor merges; where they are ended is said.
#[tokio::test]
async fn a_unit_with_postings_does_not_end() {
    on_both(parts, |app| async move {
        world(&app).await;
        let id = register(&app, "张三丰", NUMBERS[0]).await;
        let ctx = app.ctx(county_admin());
        let p = service::post(&ctx, id, &posting(1, "2021-02-01", ""), &Idem::none()).await.unwrap();
        let close = || {
            let ctx = ctx.clone();
            async move {
                let input = StateInput {
                    state: "closed".into(),
                    on: "2021-07-01".into(),
                    reason: "县里决定".into(),
                    version: units::get(&ctx, unit_id(1)).await?.unit.version,
                    ..StateInput::default()
                };
                units::move_to(&ctx, unit_id(1), &input, &Idem::none()).await
            }
        };
        match close().await {
            Err(Error::Rule { code: "unit-has-postings", args }) => assert_eq!(args[0], ("n".into(), "1".into())),
            other => panic!("{other:?}"),
        }
        let open = units::get(&ctx, unit_id(1)).await.unwrap().open;
        assert_eq!((open.len(), open[0].n, open[0].stops), (1, 1, true), "{open:?}");
        assert_eq!(open[0].href, format!("/workers?unit={}", unit_id(1)));
        let end = EndInput { last_day: "2021-06-30".into(), reason: "project_end".into(), version: 1 };
        service::end(&ctx, p, &end, &Idem::none()).await.unwrap();
        close().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn the_last_posting_ends_the_work() {
    on_both(parts, |app| async move {
        world(&app).await;
        let id = register(&app, "张三丰", NUMBERS[0]).await;
        let ctx = app.ctx(county_admin());
        assert_eq!(service::get(&ctx, id).await.unwrap().worker.state, WorkerState::Due);
        let p = service::post(&ctx, id, &posting(1, "2021-02-01", ""), &Idem::none()).await.unwrap();
        let other = app.ctx(actor(Role::CountyAdmin, World::COUNTY2));
        let end = EndInput { reason: "retired".into(), version: 1, ..EndInput::default() };
        assert!(matches!(service::end(&other, p, &end, &Idem::none()).await, Err(Error::NotFound)));
        service::end(&ctx, p, &end, &Idem::none()).await.unwrap();
        assert_eq!(service::get(&ctx, id).await.unwrap().worker.state, WorkerState::Left);
    })
    .await;
}
