//! What a phone sends: each item answered for itself, repeats with one effect, nothing lost.

use crate::support::*;
use serde_json::json;
use zw_core::{Day, Key, ResidentId};
use zw_db::sql;
use zw_field::service::item::{self, FindItems};
use zw_practice::model::ResidentInput;
use zw_practice::service::encounter;
use zw_testkit::{Engine, TestApp, on_both};
use zw_ui::Lang;

async fn visits(app: &TestApp) -> i64 {
    count(app, "SELECT COUNT(*) FROM encounter WHERE voided_at IS NULL").await
}

#[tokio::test]
async fn a_queue_is_in_once_however_often_and_in_whatever_order_it_comes() {
    on_both(parts, |app| async move {
        world(&app).await;
        let me = app.ctx(social_worker(1));
        let mut who: Vec<Key<ResidentId>> = vec![];
        for (name, n) in [("陈一一", 1), ("陈二二", 2), ("陈三三", 3)] {
            who.push(registered(&me, person(name, n)).await);
        }
        let p = phone(&me, "工作手机").await;
        let item = |n: usize| p.sealed(n as u128 + 1, &visit(&me, &[(who[n].id, true)], "看望"));
        let first = p.send(&me, vec![item(0), item(1), item(2)]).await;
        assert_eq!(states(&first), ["sent", "sent", "sent"]);
        // Replayed, out of order, in pieces, and twice within one sending.
        let mut again = p.send(&me, vec![item(2), item(0), item(2)]).await;
        again.push(p.send(&me, vec![item(1)]).await.remove(0));
        for a in &again {
            assert!(first.contains(a), "{a:?}");
        }
        assert_eq!((visits(&app).await, count(&app, "SELECT COUNT(*) FROM field_item").await), (3, 3));
        assert_eq!(count(&app, "SELECT COUNT(*) FROM field_item WHERE body IS NOT NULL").await, 0);
        // Two sendings at the same moment.
        let r = registered(&me, person("陈四四", 4)).await;
        let one = || vec![p.sealed(9, &visit(&me, &[(r.id, true)], "看望"))];
        let (a, b) = tokio::join!(p.send(&me, one()), p.send(&me, one()));
        assert_eq!(a, b);
        assert_eq!((states(&a), visits(&app).await), (vec!["sent"], 4));
        // The same number with other content is not taken for a repeat.
        let other = p.sealed(9, &visit(&me, &[(r.id, true)], "改过的"));
        let told = p.send(&me, vec![other]).await;
        assert_eq!((states(&told), told[0].item), (vec!["refused"], None));
        // Under the key of another shift, or broken: said, and left on the phone.
        let mut torn = p.sealed(10, &visit(&me, &[(r.id, true)], "看望"));
        torn.client = zw_core::Uuid::from_u128(11);
        assert_eq!(states(&p.send(&me, vec![torn]).await), ["unread"]);
        let odd = p.sealed(12, &json!({"kind": "visit", "surprise": 1}));
        let told = p.send(&me, vec![odd]).await;
        assert!(told[0].state == "refused" && told[0].item.is_some(), "kept as it came: {told:?}");
    })
    .await;
}

#[tokio::test]
async fn the_same_visit_of_two_becomes_one() {
    on_both(parts, |app| async move {
        world(&app).await;
        let (me, other) = (app.ctx(social_worker(1)), app.ctx(colleague(1)));
        let who = registered(&me, person("陈一一", 1)).await;
        let (mine, theirs) = (phone(&me, "甲").await, phone(&other, "乙").await);
        let a = mine.send(&me, vec![mine.sealed(1, &visit(&me, &[(who.id, true)], "送药"))]).await;
        let b = theirs.send(&other, vec![theirs.sealed(1, &visit(&other, &[(who.id, true)], "量血压"))]).await;
        assert_eq!((states(&a), states(&b)), (vec!["sent"], vec!["merged"]));
        assert_eq!(visits(&app).await, 1, "counted once");
        let found = encounter::list(&other, &encounter::FindEncounters::default()).await.unwrap();
        let open = encounter::open(&other, found.items[0].county, found.items[0].id).await.unwrap();
        assert_eq!(open.action.as_deref(), Some("送药\n量血压"));
        assert_eq!(open.workers.len(), 2);
        // The same again by the first one, typed at the office with a time that would overlap with itself.
        let mut body = visit(&me, &[(who.id, true)], "送药");
        body["visit"]["start"] = "08:00".into();
        body["visit"]["minutes"] = "30".into();
        assert_eq!(states(&mine.send(&me, vec![mine.sealed(2, &body)]).await), ["merged"]);
        assert_eq!(states(&mine.send(&me, vec![mine.sealed(3, &body)]).await), ["merged"]);
        let open = encounter::open(&me, found.items[0].county, found.items[0].id).await.unwrap();
        assert_eq!((open.action.as_deref(), open.start.as_deref()), (Some("送药\n量血压"), Some("08:00")));
        assert_eq!(visits(&app).await, 1);
    })
    .await;
}

#[tokio::test]
async fn a_clock_that_is_wrong_dates_nothing_wrongly() {
    on_both(parts, |app| async move {
        world(&app).await;
        let me = app.ctx(social_worker(1));
        let who = [registered(&me, person("陈一一", 1)).await, registered(&me, person("陈二二", 2)).await];
        let typed = registered(&me, person("陈三三", 3)).await;
        let p = phone(&me, "工作手机").await;
        app.at(2021, 7, 8, 11);
        let now = app.ctx(social_worker(1));
        // A year behind, and shown so on the form; recorded an hour ago by that clock.
        let off = 365 * 86_400_000i64;
        let mut body = visit(&now, &[(who[0].id, true)], "看望");
        body["at"] = (now.now().ms() - off - 3_600_000).into();
        body["shown"] = "2020-07-08".into();
        let told = p.send_at(&now, now.now().ms() - off, vec![p.sealed(1, &body)]).await;
        assert_eq!(states(&told), ["sent"]);
        assert!(told[0].why.iter().any(|w| w.contains("2020-07-08") && w.contains("2021-07-08")), "{told:?}");
        // The clock was turned back in between: the shift is all that is known, and it is said.
        let mut body = visit(&now, &[(who[1].id, true)], "看望");
        body["at"] = (now.now().ms() + off).into();
        let told = p.send(&now, vec![p.sealed(2, &body)]).await;
        assert_eq!(states(&told), ["sent"]);
        assert!(!told[0].why.is_empty());
        // A day that was typed stands as it was typed and is judged as ever.
        let mut body = visit(&now, &[(typed.id, true)], "看望");
        body["visit"]["day"] = "2021-07-05".into();
        assert_eq!(states(&p.send(&now, vec![p.sealed(3, &body)]).await), ["sent"]);
        body["visit"]["day"] = "2021-07-09".into();
        let told = p.send(&now, vec![p.sealed(4, &body)]).await;
        assert_eq!(states(&told), ["refused"]);
        let mut c = app.app.db.read().await.unwrap();
        let days: Vec<(Day,)> = c.all(sql("SELECT day FROM encounter ORDER BY day")).await.unwrap();
        let want = [(7, 5), (7, 8), (7, 8)].map(|(m, d)| (Day::new(2021, m, d).unwrap(),));
        assert_eq!(days, want);
    })
    .await;
}

#[tokio::test]
async fn what_is_refused_is_kept_with_its_reason() {
    on_both(parts, |app| async move {
        world(&app).await;
        let me = app.ctx(social_worker(1));
        let who = registered(&me, person("陈一一", 1)).await;
        let foreign = ResidentInput { village: village(&app, 2), ..person("外站人", 2) };
        let foreign = registered(&app.ctx(social_worker(2)), foreign).await;
        let p = phone(&me, "工作手机").await;
        let long = "长".repeat(100_000);
        let told = p
            .send(
                &me,
                vec![
                    p.sealed(1, &visit(&me, &[(who.id, true)], &long)),
                    p.sealed(2, &visit(&me, &[(foreign.id, true)], "看望")),
                    p.sealed(3, &visit(&me, &[(who.id, true)], "")),
                    p.sealed(4, &visit(&me, &[(who.id, true)], "看望")),
                ],
            )
            .await;
        assert_eq!(states(&told), ["refused", "refused", "refused", "sent"]);
        assert!(told[0].why[0].contains("100000") || told[0].why[0].contains("100,000"), "{:?}", told[0].why);
        let open = item::open(&me, Lang::ZhCn, told[0].county.unwrap(), told[0].item.unwrap()).await.unwrap();
        assert_eq!(open.typed.unwrap().visit.unwrap().action, long, "not a letter is lost");
        // No name of the other station stands anywhere on it.
        let open = item::open(&me, Lang::ZhCn, told[1].county.unwrap(), told[1].item.unwrap()).await.unwrap();
        assert!(open.people.is_empty() && open.item.person.is_empty());
        // The posting ended: the rule says so. The office ended too: it waits for the head.
        let mut tx = app.app.db.write(app.app.clock.now()).await.unwrap();
        tx.run(sql("UPDATE posting SET to_day=20210701 WHERE worker_id=").bind(worker(10))).await.unwrap();
        quietly(tx).await;
        let next = registered(&app.ctx(colleague(1)), person("陈五五", 5)).await;
        let told = p.send(&me, vec![p.sealed(5, &visit(&me, &[(next.id, true)], "看望"))]).await;
        assert_eq!(states(&told), ["refused"]);
        let mut gone = social_worker(1);
        gone.grants[0].to = Day::new(2021, 7, 7);
        let gone = app.ctx(gone);
        let told = p.send(&gone, vec![p.sealed(6, &visit(&gone, &[(who.id, true)], "最后一次"))]).await;
        assert_eq!(states(&told), ["refused"]);
        let ask = FindItems { open: "1".into(), ..FindItems::default() };
        assert_eq!(problems(item::list(&gone, Lang::ZhCn, &ask).await), "forbidden");
        let boss = app.ctx(head(1));
        let seen = item::list(&boss, Lang::ZhCn, &ask).await.unwrap();
        assert_eq!(seen.total, 5);
        assert_eq!(item::list(&app.ctx(head(2)), Lang::ZhCn, &ask).await.unwrap().total, 0);
        assert_eq!(item::list(&app.ctx(colleague(1)), Lang::ZhCn, &ask).await.unwrap().total, 0);
        let last = item::open(&boss, Lang::ZhCn, told[0].county.unwrap(), told[0].item.unwrap()).await.unwrap();
        assert_eq!(last.typed.unwrap().visit.unwrap().action, "最后一次");
    })
    .await;
}

#[tokio::test]
async fn two_hundred_at_once_and_not_one_more() {
    let app = TestApp::new(Engine::Sqlite, parts()).await;
    world(&app).await;
    let me = app.ctx(social_worker(1));
    let who = registered(&me, person("陈一一", 1)).await;
    let p = phone(&me, "工作手机").await;
    let day = |n: usize| Day::new(2021, 6, 1).unwrap().add_days(n as i64 % 37).to_string();
    let item = |n: usize| {
        let mut body = visit(&me, &[(who.id, true)], "看望");
        body["visit"]["day"] = day(n).into();
        p.sealed(n as u128 + 1, &body)
    };
    let told = p.send(&me, (0..200).map(item).collect()).await;
    let (sent, merged) = (states(&told).iter().filter(|s| **s == "sent").count(), visits(&app).await);
    assert_eq!((sent, merged), (37, 37), "one visit a day of one person; the others joined it");
    let input = zw_field::service::send::SendInput { device_ms: 0, items: (0..201).map(item).collect() };
    let many = zw_field::service::send::send(&me, Lang::ZhCn, Some(p.device.clone()), &input).await;
    assert_eq!(problems(many), "field-many");
}
