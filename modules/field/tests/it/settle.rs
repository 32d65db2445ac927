//! Two versions, and the ways out: mine, theirs, the ordinary form.

use crate::support::*;
use serde_json::{Value, json};
use zw_access::Ctx;
use zw_core::{Key, ResidentId};
use zw_field::out::Answer;
use zw_field::service::item::{self, SettleInput};
use zw_practice::model::ResidentInput;
use zw_practice::service::{contact, register};
use zw_testkit::on_both;
use zw_ui::Lang;
use zw_web::Idem;

fn fix(ctx: &Ctx, key: Key<ResidentId>, phone: (&str, &str)) -> Value {
    json!({"kind": "contact", "at": ctx.now().ms(), "shown": ctx.today().to_string(), "county": key.county.0, "resident": key.id,
        "contact": {"phone": {"seen": phone.0, "now": phone.1}}})
}

async fn settle(ctx: &Ctx, a: &Answer, how: &str, reason: &str, version: i64) -> String {
    let input = SettleInput { how: how.into(), reason: reason.into(), version };
    problems(item::settle(ctx, a.county.unwrap(), a.item.unwrap(), &input, &Idem::none()).await)
}

#[tokio::test]
async fn a_telephone_that_somebody_changed_keeps_both_versions() {
    on_both(parts, |app| async move {
        world(&app).await;
        let me = app.ctx(social_worker(1));
        let who = registered(&me, person("陈一一", 1)).await;
        let p = phone(&me, "工作手机").await;
        let had = p.pack.pack.rows[0].phone.clone();
        let told = p.send(&me, vec![p.sealed(1, &fix(&me, who, (&had, "13900000001")))]).await;
        assert_eq!(states(&told), ["sent"]);
        assert_eq!(contact::now(&me, who.county, who.id).await.unwrap().phone, "13900000001");
        // Somebody else corrects the record; the phone still has what it had.
        let record = zw_practice::service::resident::open(&me, who.county, who.id).await.unwrap().resident;
        let edit = ResidentInput { phone: "13900000009".into(), version: record.version, ..person("陈一一", 1) };
        register::correct(&app.ctx(head(1)), who.county, who.id, edit, &Idem::none()).await.unwrap();
        let told = p.send(&me, vec![p.sealed(2, &fix(&me, who, ("13900000001", "13900000002")))]).await;
        assert_eq!(states(&told), ["waiting"]);
        assert_eq!(
            contact::now(&me, who.county, who.id).await.unwrap().phone,
            "13900000009",
            "nothing was overwritten"
        );
        let page = item::open(&me, Lang::ZhCn, told[0].county.unwrap(), told[0].item.unwrap()).await.unwrap();
        assert_eq!(page.stands.unwrap().phone, "13900000009");
        assert_eq!(page.typed.unwrap().contact.unwrap().phone.unwrap().now, "13900000002");
        // A stranger decides nothing; the owner does, once.
        assert_eq!(settle(&app.ctx(colleague(1)), &told[0], "mine", "", 1).await, "not found");
        assert_eq!(settle(&app.ctx(head(2)), &told[0], "mine", "", 1).await, "not found");
        assert_eq!(settle(&me, &told[0], "mine", "", 7).await, "field-settled");
        assert_eq!(settle(&me, &told[0], "mine", "", 1).await, "ok");
        assert_eq!(settle(&me, &told[0], "away", "晚了", 1).await, "field-settled");
        assert_eq!(contact::now(&me, who.county, who.id).await.unwrap().phone, "13900000002");
        assert_eq!(count(&app, "SELECT COUNT(*) FROM field_item WHERE body IS NOT NULL").await, 0);
        // The same value is no change; a wrong one is refused by the record's own rule.
        let told = p
            .send(
                &me,
                vec![p.sealed(3, &fix(&me, who, ("x", "13900000002"))), p.sealed(4, &fix(&me, who, ("x", "12")))],
            )
            .await;
        assert_eq!(states(&told), ["merged", "refused"]);
        // Of somebody a colleague answers for: not mine to change.
        let theirs = registered(&app.ctx(colleague(1)), person("同事的", 2)).await;
        let told = p.send(&me, vec![p.sealed(5, &fix(&me, theirs, ("", "13900000003")))]).await;
        assert_eq!(states(&told), ["refused"]);
        assert_eq!(settle(&app.ctx(head(1)), &told[0], "away", "", 1).await, "reason:required");
        assert_eq!(settle(&app.ctx(head(1)), &told[0], "away", "已电话核实", 1).await, "ok");
    })
    .await;
}

#[tokio::test]
async fn a_visit_that_says_something_else_waits_for_a_decision() {
    on_both(parts, |app| async move {
        world(&app).await;
        let (me, other) = (app.ctx(social_worker(1)), app.ctx(colleague(1)));
        let who = registered(&me, person("陈一一", 1)).await;
        let (mine, theirs) = (phone(&me, "甲").await, phone(&other, "乙").await);
        theirs.send(&other, vec![theirs.sealed(1, &visit(&other, &[(who.id, false)], "上午没人"))]).await;
        let told = mine.send(&me, vec![mine.sealed(1, &visit(&me, &[(who.id, true)], "下午见到了"))]).await;
        assert_eq!(states(&told), ["waiting"]);
        let page = item::open(&me, Lang::ZhCn, told[0].county.unwrap(), told[0].item.unwrap()).await.unwrap();
        assert!(page.theirs.is_some() && page.item.why.len() >= 2, "{:?}", page.item.why);
        assert_eq!(count(&app, "SELECT COUNT(*) FROM encounter").await, 1);
        // It was another one.
        assert_eq!(settle(&me, &told[0], "mine", "", 1).await, "ok");
        assert_eq!(count(&app, "SELECT COUNT(*) FROM encounter").await, 2);
        let now = item::open(&me, Lang::ZhCn, told[0].county.unwrap(), told[0].item.unwrap()).await.unwrap().item;
        assert!(now.href.is_some() && now.settled.is_some());
        // Replayed afterwards: the phone learns what became of it.
        let again = mine.send(&me, vec![mine.sealed(1, &visit(&me, &[(who.id, true)], "下午见到了"))]).await;
        assert_eq!((states(&again), again[0].item), (vec!["sent"], told[0].item));
    })
    .await;
}

#[tokio::test]
async fn a_refused_visit_is_put_right_in_the_ordinary_form() {
    on_both(parts, |app| async move {
        world(&app).await;
        let me = app.ctx(social_worker(1));
        let who = registered(&me, person("陈一一", 1)).await;
        let p = phone(&me, "工作手机").await;
        let mut body = visit(&me, &[(who.id, true)], "写得很长的一段话");
        body["visit"]["day"] = "2021-07-20".into();
        let told = p.send(&me, vec![p.sealed(1, &body)]).await;
        assert_eq!(states(&told), ["refused"]);
        assert_eq!(settle(&me, &told[0], "mine", "", 1).await, "how:unknown-code", "it would be refused again");
        let (county, id) = (told[0].county.unwrap(), told[0].item.unwrap());
        let href = item::correct(&me, county, id, 1, &Idem::none()).await.unwrap();
        let c = app.client(social_worker(1));
        let page = c.get(&href).await.text();
        assert!(page.contains("写得很长的一段话") && page.contains("2021-07-20"), "{page}");
        assert_eq!(problems(item::correct(&me, county, id, 1, &Idem::none()).await), "field-settled");
        let open = item::open(&me, Lang::ZhCn, county, id).await.unwrap();
        assert!(open.item.settled.is_some() && open.typed.is_some(), "what was typed is still kept here");
    })
    .await;
}
