//! Circulars: drafted from a snapshot, figures kept, four eyes, sent, seen by those it is for.

use crate::support::{city, code, county, foreign, officer, parts, worker, world};
use zw_core::{CircularId, Error, PageReq, SnapshotId};
use zw_publishing::model::circular::{
    CheckInput, CircularState, DraftInput, EditInput, EditKind, ParagraphInput, SendInput, VoidInput,
};
use zw_publishing::model::snapshot::FlashInput;
use zw_publishing::service::{circulars as service, snapshots};
use zw_testkit::{TestApp, on_both};
use zw_web::Idem;

async fn flash(t: &TestApp, as_of: &str) -> SnapshotId {
    let input = FlashInput { as_of: as_of.into(), ..FlashInput::default() };
    snapshots::flash(&t.ctx(officer(1)), &input, &Idem::none()).await.unwrap()
}

async fn drafted(t: &TestApp) -> CircularId {
    flash(t, "2021-06-09").await;
    let snapshot = flash(t, "2021-07-08").await.to_string();
    let input = DraftInput { snapshot, ..DraftInput::default() };
    service::draft(&t.ctx(officer(1)), &input, &Idem::none()).await.unwrap()
}

/// Checked although the proposed requests leave open who and by when.
fn seen(version: i64) -> CheckInput {
    CheckInput { version, although_blank: "1".into() }
}

fn edit(id: &str, text: &str, version: i64) -> EditInput {
    EditInput {
        title: "关于示例的通报".into(),
        paragraphs: vec![ParagraphInput { id: id.into(), text: text.into(), ..ParagraphInput::default() }],
        version,
        ..EditInput::default()
    }
}

#[tokio::test]
async fn the_draft_compares_with_the_dated_point_before() {
    on_both(parts, |t| async move {
        world(&t).await;
        let id = drafted(&t).await;
        let c = service::get(&t.ctx(officer(1)), id).await.unwrap();
        let text: Vec<&str> = c.paragraphs.iter().map(|p| p.rendered.as_str()).collect();
        assert!(text[0].contains("数据截至7月8日（快报），未经县级确认部分见附件3"), "{text:?}");
        // 3 of 8 against 2 of 8: in points, with the date.
        assert!(
            text[1].contains("应建站8个，建成运营3个，比6月9日增加1个；覆盖率37.5%，比6月9日提高12.5个百分点。"),
            "{}",
            text[1]
        );
        assert!(text.iter().all(|t| !t.contains("上月") && !t.contains("〔？〕")), "{text:?}");
        assert!(c.may_edit && !c.may_check && !c.may_send);
        // One circular per snapshot.
        let again = DraftInput { snapshot: c.head.snapshot.to_string(), ..DraftInput::default() };
        assert_eq!(
            code(&service::draft(&t.ctx(officer(2)), &again, &Idem::none()).await.unwrap_err()),
            "snapshot:circular-once"
        );
        let compared =
            DraftInput { snapshot: flash(&t, "2021-07-01").await.to_string(), previous: c.head.snapshot.to_string() };
        assert_eq!(
            code(&service::draft(&t.ctx(officer(1)), &compared, &Idem::none()).await.unwrap_err()),
            "previous:snapshot-not-earlier"
        );
    })
    .await;
}

#[tokio::test]
async fn edited_checked_by_another_and_sent() {
    on_both(parts, |t| async move {
        world(&t).await;
        let id = drafted(&t).await;
        let (a, b) = (t.ctx(officer(1)), t.ctx(officer(2)));
        let kept = service::get(&a, id).await.unwrap().paragraphs[1].paragraph.text.clone();
        for (text, want) in
            [("全省建成运营720个。", "p2:figure-missing"), ("{{fig:stations_built}", "p2:figure-syntax")]
        {
            let e = service::edit(&a, id, &edit("p2", text, 1), &Idem::none()).await.unwrap_err();
            assert!(code(&e).starts_with(want), "{}", code(&e));
        }
        let e = service::edit(&a, id, &edit("p2", &format!("{kept}另见{{{{fig:oops}}}}"), 1), &Idem::none())
            .await
            .unwrap_err();
        assert_eq!(code(&e), "p2:figure-unknown");
        service::edit(&a, id, &edit("p2", &format!("{kept}另有2个站待验收。"), 1), &Idem::none()).await.unwrap();
        // What somebody typed is told to whoever checks: the number that no snapshot holds, and both wordings.
        let seen_by_checker = service::get(&b, id).await.unwrap();
        assert_eq!(seen_by_checker.typed, ["2"]);
        let changed = seen_by_checker.edits.iter().filter(|e| e.kind == EditKind::Changed);
        let said: Vec<_> = changed.map(|e| (e.was.ends_with("待验收。"), e.now.ends_with("待验收。"))).collect();
        assert_eq!(said, [(false, true)]);
        let page = t.client(officer(2)).get(&format!("/circulars/{id}")).await.text();
        assert!(page.contains("手工输入的数字：2") && page.contains("与系统起草稿不同之处（2）"), "{page}");
        // Somebody who saw the old version is told what stands.
        let Err(Error::Conflict { current }) = service::edit(&b, id, &edit("p2", "x", 1), &Idem::none()).await else {
            panic!("no conflict")
        };
        assert!(current.iter().any(|(k, v)| k == "p2" && v.contains("另有2个站待验收")));
        // Four eyes.
        assert_eq!(code(&service::check(&a, id, &seen(2), &Idem::none()).await.unwrap_err()), "circular-four-eyes");
        let before = service::get(&b, id).await.unwrap();
        assert!(before.may_check && !before.blanks.is_empty());
        // Blanks are told before it passes.
        let blind = CheckInput { version: 2, ..CheckInput::default() };
        assert_eq!(code(&service::check(&b, id, &blind, &Idem::none()).await.unwrap_err()), "circular-blanks");
        service::check(&b, id, &seen(2), &Idem::none()).await.unwrap();
        // An edit takes the check back; the editor cannot check either.
        service::edit(&b, id, &edit("p2", &kept, 3), &Idem::none()).await.unwrap();
        assert_eq!(service::get(&a, id).await.unwrap().head.state, CircularState::Draft);
        assert_eq!(code(&service::check(&b, id, &seen(4), &Idem::none()).await.unwrap_err()), "circular-four-eyes");
        let send = SendInput { doc_no: "示例〔2021〕1号".into(), sent_on: "2021-07-08".into(), version: 4 };
        assert_eq!(code(&service::send(&a, id, &send, &Idem::none()).await.unwrap_err()), "circular-not-checked");
        service::check(&t.ctx(officer(3)), id, &seen(4), &Idem::none()).await.unwrap();
        service::send(&a, id, &SendInput { version: 5, ..send }, &Idem::none()).await.unwrap();
        let sent = service::get(&a, id).await.unwrap();
        assert_eq!((sent.head.state, sent.head.doc_no.as_deref()), (CircularState::Sent, Some("示例〔2021〕1号")));
        assert_eq!(
            code(&service::edit(&a, id, &edit("p2", &kept, 6), &Idem::none()).await.unwrap_err()),
            "circular-closed"
        );
        let void = VoidInput { reason: "x".into(), version: 6 };
        assert_eq!(code(&service::void(&a, id, &void, &Idem::none()).await.unwrap_err()), "circular-closed");
        // Every step left an audit row and the chain verifies.
        let mut c = t.app.db.read().await.unwrap();
        let n: i64 = c.scalar(zw_db::sql("SELECT COUNT(*) FROM audit_event WHERE resource='circular'")).await.unwrap();
        assert_eq!(n, 6);
        assert_eq!(zw_access::audit::verify(&mut c, &t.app.vault).await.unwrap().exit_code(), 0);
    })
    .await;
}

#[tokio::test]
async fn a_draft_is_seen_by_its_writers_and_what_was_sent_by_everybody_below() {
    on_both(parts, |t| async move {
        world(&t).await;
        let id = drafted(&t).await;
        for actor in [county(), city(), worker(), foreign()] {
            let name = actor.name.clone();
            assert!(matches!(service::get(&t.ctx(actor.clone()), id).await, Err(Error::NotFound)), "{name}");
            assert!(service::list(&t.ctx(actor), PageReq::new(None, None)).await.unwrap().items.is_empty(), "{name}");
        }
        assert!(matches!(
            service::edit(&t.ctx(city()), id, &edit("p1", "x", 1), &Idem::none()).await,
            Err(Error::NotFound)
        ));
        assert!(matches!(
            service::edit(&t.ctx(county()), id, &edit("p1", "x", 1), &Idem::none()).await,
            Err(Error::Forbidden)
        ));
        service::check(&t.ctx(officer(2)), id, &seen(1), &Idem::none()).await.unwrap();
        let send = SendInput { doc_no: "示例〔2021〕1号".into(), sent_on: "2021-07-08".into(), version: 2 };
        service::send(&t.ctx(officer(2)), id, &send, &Idem::none()).await.unwrap();
        for actor in [county(), city(), worker()] {
            let c = service::get(&t.ctx(actor.clone()), id).await.unwrap();
            assert!(!c.may_edit && !c.may_check && !c.may_send);
            assert_eq!(service::list(&t.ctx(actor), PageReq::new(None, None)).await.unwrap().total, 1);
        }
        assert!(matches!(service::get(&t.ctx(foreign()), id).await, Err(Error::NotFound)));
    })
    .await;
}

#[tokio::test]
async fn pages_keep_what_was_typed() {
    on_both(parts, |t| async move {
        world(&t).await;
        let id = drafted(&t).await;
        let (a, b) = (t.client(officer(1)), t.client(officer(2)));
        let page = a.get(&format!("/circulars/{id}/edit")).await.text();
        assert!(page.contains("{{fig:stations_built}}"), "{page}");
        let post = |text: &'static str| [("version", "1"), ("title", "关于示例的通报"), ("p2", text)];
        let refused = a.post(&format!("/circulars/{id}/edit"), &post("全省建成运营720个。")).await;
        assert_eq!(refused.status.as_u16(), 422);
        let text = refused.text();
        assert!(text.contains("全省建成运营720个。") && text.contains("系统填入的数不能删改"), "{text}");
        // An emptied paragraph is gone, and is not mistaken for one that was not sent.
        let saved = a.post(&format!("/circulars/{id}/edit"), &post("")).await;
        assert_eq!(saved.status.as_u16(), 303, "{}", saved.text());
        let own = a.post(&format!("/circulars/{id}/check"), &[("version", "2")]).await;
        assert_eq!(own.status.as_u16(), 403);
        assert!(own.text().contains("请另一人核稿"));
        let blind = b.post(&format!("/circulars/{id}/check"), &[("version", "2")]).await;
        assert_eq!(blind.status.as_u16(), 422);
        assert!(blind.text().contains("待填"), "{}", blind.text());
        let passed = b.post(&format!("/circulars/{id}/check"), &[("version", "2"), ("although_blank", "1")]).await;
        assert_eq!(passed.status.as_u16(), 303);
        let bad = b
            .post(&format!("/circulars/{id}/send"), &[("version", "3"), ("doc_no", ""), ("sent_on", "2021-07-20")])
            .await;
        assert_eq!(bad.status.as_u16(), 422);
        assert!(bad.text().contains("发文日期不能晚于今天") && bad.text().contains("2021-07-20"));
        let api = b.get(&format!("/api/v1/circulars/{id}")).await.json();
        assert_eq!(api["state"], "checked");
        assert!(api["paragraphs"].as_array().unwrap().iter().all(|p| p["id"] != "p2"));
        let en = a.get("/circulars").await;
        assert_eq!(en.status.as_u16(), 200);
    })
    .await;
}

#[tokio::test]
async fn an_old_draft_of_a_circular_meets_the_newer_version() {
    on_both(parts, |t| async move {
        world(&t).await;
        let id = drafted(&t).await;
        let (a, b) = (t.client(officer(1)), t.client(officer(2)));
        let path = format!("/circulars/{id}/edit");
        let draft = format!("circular-{id}");
        a.post(&format!("/drafts/{draft}"), &[("version", "1"), ("title", "甲的标题")]).await;
        let saved = [("version", "1"), ("title", "乙的标题"), ("co_author", "1"), ("idempotency_key", "k1")];
        assert_eq!(b.post(&path, &saved).await.status.as_u16(), 303);
        assert_eq!(b.post(&path, &saved).await.status.as_u16(), 303, "sent twice, one effect");
        let back = a.get(&path).await.text();
        assert!(back.contains("甲的标题") && back.contains("已恢复您上次没有提交的内容"), "{back}");
        assert!(back.contains(r#"<input type="text" name="version" value="1" hidden>"#), "{back}");
        let mine = |version: &'static str| [("version", version), ("title", "甲的标题"), ("_draft", draft.as_str())];
        let clash = a.post(&path, &mine("1")).await;
        assert_eq!(clash.status.as_u16(), 422);
        let text = clash.text();
        assert!(text.contains("乙的标题") && text.contains("甲的标题"), "{text}");
        assert!(text.contains(r#"name="version" value="2" hidden"#), "now on top of the newer one: {text}");
        assert_eq!(a.post(&path, &mine("2")).await.status.as_u16(), 303);
        assert!(!a.get(&path).await.text().contains("已恢复您上次没有提交的内容"), "the draft became the text");
    })
    .await;
}

/// Whoever wrote any of the text checks none of it, however many wrote after them.
#[tokio::test]
async fn an_earlier_editor_does_not_check() {
    on_both(parts, |t| async move {
        world(&t).await;
        let id = drafted(&t).await;
        let kept = service::get(&t.ctx(officer(1)), id).await.unwrap().paragraphs[1].paragraph.text.clone();
        for (n, version) in [(2, 1), (3, 2)] {
            let input = edit("p2", &format!("{kept}{n}"), version);
            service::edit(&t.ctx(officer(n)), id, &input, &Idem::none()).await.unwrap();
        }
        for n in 1..=3 {
            assert!(!service::get(&t.ctx(officer(n)), id).await.unwrap().may_check, "{n}");
            let e = service::check(&t.ctx(officer(n)), id, &seen(3), &Idem::none()).await.unwrap_err();
            assert_eq!(code(&e), "circular-four-eyes", "{n}");
        }
        service::check(&t.ctx(officer(4)), id, &seen(3), &Idem::none()).await.unwrap();
    })
    .await;
}

/// A double tap has one effect and the same answer.
#[tokio::test]
async fn every_step_posted_twice_has_one_effect() {
    on_both(parts, |t| async move {
        world(&t).await;
        let id = drafted(&t).await;
        let (a, b) = (t.client(officer(1)), t.client(officer(2)));
        let twice = async |c: &zw_testkit::Client<'_>, step: &str, fields: &[(&str, &str)]| {
            for _ in 0..2 {
                let answer = c.post(&format!("/circulars/{id}/{step}"), fields).await;
                assert_eq!(answer.status.as_u16(), 303, "{step}: {}", answer.text());
            }
        };
        let text = "建成{{fig:stations_built}}个。";
        let kept = service::get(&t.ctx(officer(1)), id).await.unwrap();
        let own = kept.paragraphs.iter().find(|p| p.paragraph.figures.is_empty()).unwrap().paragraph.id.clone();
        let edit = [("version", "1"), ("title", "关于示例的通报"), (own.as_str(), text), ("idempotency_key", "e")];
        twice(&a, "edit", &edit).await;
        let check = [("version", "2"), ("although_blank", "1"), ("idempotency_key", "c")];
        twice(&b, "check", &check).await;
        let send =
            [("version", "3"), ("doc_no", "示例〔2021〕1号"), ("sent_on", "2021-07-08"), ("idempotency_key", "s")];
        twice(&b, "send", &send).await;
        let mut c = t.app.db.read().await.unwrap();
        let q = "SELECT COUNT(*) FROM audit_event WHERE action IN('circular.edit','circular.check','circular.send')";
        let n: i64 = c.scalar(zw_db::sql(q)).await.unwrap();
        assert_eq!(n, 4, "drafted, edited, checked, sent: once each");
        drop(c);
        let page = b.get(&format!("/circulars/{id}")).await.text();
        assert!(page.contains("示例〔2021〕1号"), "{page}");
        assert!(
            a.get(&format!("/circulars/{}", drafted_again(&t).await)).await.text().contains("name=\"idempotency_key\"")
        );
    })
    .await;
}

async fn drafted_again(t: &TestApp) -> CircularId {
    let snapshot = flash(t, "2021-07-01").await.to_string();
    let input = DraftInput { snapshot, ..DraftInput::default() };
    service::draft(&t.ctx(officer(1)), &input, &Idem::none()).await.unwrap()
}

#[tokio::test]
async fn the_list_has_pages_and_counts_what_the_reader_sees() {
    on_both(parts, |t| async move {
        world(&t).await;
        drafted(&t).await;
        drafted_again(&t).await;
        let page = |n| PageReq::new(Some(n), Some(1));
        let (one, two) = (
            service::list(&t.ctx(officer(1)), page(1)).await.unwrap(),
            service::list(&t.ctx(officer(1)), page(2)).await.unwrap(),
        );
        assert_eq!((one.total, one.items.len(), two.items.len()), (2, 1, 1));
        assert_ne!(one.items[0].id, two.items[0].id);
        assert_eq!(service::list(&t.ctx(county()), page(1)).await.unwrap().total, 0);
        let api = t.client(officer(1)).get("/api/v1/circulars?page=2&size=1").await.json();
        assert_eq!((api["total"].as_i64(), api["items"].as_array().map(Vec::len)), (Some(2), Some(1)));
    })
    .await;
}

/// The search finds by title and number, within what the reader may see.
#[tokio::test]
async fn a_search_finds_what_the_reader_may_see() {
    on_both(parts, |t| async move {
        world(&t).await;
        let id = drafted(&t).await;
        let found = async |actor: zw_access::Actor, text: &str| {
            let words = zw_core::names::Wanted::all(text);
            let list = service::search(&t.ctx(actor), &words, 5).await.unwrap();
            list.into_iter().map(|c| c.id).collect::<Vec<_>>()
        };
        for text in ["社工站建设", "乡镇(街道)", "2021年7月 进展", "guanyu", "gy"] {
            assert_eq!(found(officer(1), text).await, [id], "{text}");
        }
        for text in ["没有这样的", "%", "_", "进展 没有"] {
            let words = zw_core::names::Wanted::all(text);
            assert!(words.is_empty() || found(officer(1), text).await.is_empty(), "{text}");
        }
        assert!(found(county(), "社工站建设").await.is_empty(), "a draft is its writers'");
        service::check(&t.ctx(officer(2)), id, &seen(1), &Idem::none()).await.unwrap();
        let send = SendInput { doc_no: "示例〔2021〕1号".into(), sent_on: "2021-07-08".into(), version: 2 };
        service::send(&t.ctx(officer(2)), id, &send, &Idem::none()).await.unwrap();
        assert_eq!(found(county(), "示例〔2021〕").await, [id]);
        assert!(found(foreign(), "社工站建设").await.is_empty());
    })
    .await;
}
