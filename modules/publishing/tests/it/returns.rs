//! A circular goes back to its writers, an edit makes its editor one of them, and two editors meet.

use crate::support::{city, code, county, officer, parts, world};
use axum::http::Method;
use zw_core::{CircularId, Error, PageReq};
use zw_publishing::model::circular::{
    CheckInput, CircularState, DraftInput, EditInput, ParagraphInput, ReturnInput, SendInput,
};
use zw_publishing::model::snapshot::FlashInput;
use zw_publishing::service::{circulars as service, snapshots, today};
use zw_testkit::{TestApp, on_both};
use zw_web::Idem;

async fn drafted(t: &TestApp) -> CircularId {
    let input = FlashInput { as_of: "2021-07-08".into(), ..FlashInput::default() };
    let snapshot = snapshots::flash(&t.ctx(officer(1)), &input, &Idem::none()).await.unwrap().to_string();
    let input = DraftInput { snapshot, ..DraftInput::default() };
    service::draft(&t.ctx(officer(1)), &input, &Idem::none()).await.unwrap()
}

fn back(remarks: &str, version: i64) -> ReturnInput {
    ReturnInput { remarks: remarks.into(), version }
}

fn seen(version: i64) -> CheckInput {
    CheckInput { version, although_blank: "1".into() }
}

/// The second paragraph, with words behind its figures.
async fn second(t: &TestApp, id: CircularId, more: &str, version: i64) -> EditInput {
    let c = service::get(&t.ctx(officer(1)), id).await.unwrap();
    let p = &c.paragraphs[1].paragraph;
    EditInput {
        title: c.head.title.clone(),
        paragraphs: vec![ParagraphInput {
            id: p.id.clone(),
            text: format!("{}{more}", p.text),
            ..ParagraphInput::default()
        }],
        version,
        ..EditInput::default()
    }
}

#[tokio::test]
async fn a_draft_is_returned_mended_and_checked_by_who_returned_it() {
    on_both(parts, |t| async move {
        world(&t).await;
        let id = drafted(&t).await;
        let (a, b) = (t.ctx(officer(1)), t.ctx(officer(2)));
        let refused = service::send_back(&a, id, &back("写明时限", 1), &Idem::none()).await.unwrap_err();
        assert_eq!(code(&refused), "circular-return-own", "who wrote it changes it");
        for (remarks, want) in [(" ", "remarks:required"), ("问138 0000 1234", "remarks:number-of-person")] {
            let e = service::send_back(&b, id, &back(remarks, 1), &Idem::none()).await.unwrap_err();
            assert_eq!(code(&e), want);
        }
        for actor in [county(), city()] {
            let e = service::send_back(&t.ctx(actor), id, &back("写明时限", 1), &Idem::none()).await;
            assert!(matches!(e, Err(Error::Forbidden | Error::NotFound)), "{e:?}");
        }
        assert!(service::get(&b, id).await.unwrap().may_return && !service::get(&a, id).await.unwrap().may_return);
        service::send_back(&b, id, &back("第二部分写明时限", 1), &Idem::none()).await.unwrap();
        let stale = service::send_back(&b, id, &back("再改", 1), &Idem::none()).await;
        assert!(matches!(stale, Err(Error::Conflict { .. })), "{stale:?}");

        // The drafter is told on the page, in the list and on the first page.
        let c = service::get(&a, id).await.unwrap();
        assert_eq!((c.head.state, c.head.version), (CircularState::Draft, 2));
        assert_eq!(c.head.returned.as_ref().unwrap().remarks, "第二部分写明时限");
        let page = t.client(officer(1)).get(&format!("/circulars/{id}")).await.text();
        assert!(page.find("退回修改：").unwrap() < page.find("zw-letter").unwrap(), "before the paper: {page}");
        assert!(page.contains("第二部分写明时限"), "{page}");
        assert!(t.client(officer(1)).get("/circulars").await.text().contains("退回修改"));
        let papers = today::papers(&a).await.unwrap().unwrap();
        assert_eq!(papers.open[0].returned, c.head.returned);

        // A change answers it; the checker still reads what was asked for, and may check.
        service::edit(&a, id, &second(&t, id, "7月底前完成。", 2).await, &Idem::none()).await.unwrap();
        let c = service::get(&b, id).await.unwrap();
        assert!(c.head.returned.is_none() && c.may_check && c.returns.len() == 1);
        let page = t.client(officer(2)).get(&format!("/circulars/{id}")).await.text();
        assert!(page.contains("之后已改过") && page.contains("第二部分写明时限"), "{page}");
        assert!(service::list(&a, PageReq::new(None, None)).await.unwrap().items[0].returned.is_none());
        service::check(&b, id, &seen(3), &Idem::none()).await.unwrap();
        let mut conn = t.app.db.read().await.unwrap();
        let q = "SELECT COUNT(*) FROM audit_event WHERE action='circular.return' AND purpose='第二部分写明时限'";
        assert_eq!(conn.scalar::<i64>(zw_db::sql(q)).await.unwrap(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_checked_circular_goes_back_and_the_history_keeps_every_return() {
    on_both(parts, |t| async move {
        world(&t).await;
        let id = drafted(&t).await;
        let (a, b) = (t.client(officer(1)), t.client(officer(2)));
        service::check(&t.ctx(officer(2)), id, &seen(1), &Idem::none()).await.unwrap();
        let path = format!("/circulars/{id}/return");
        // The page keeps what was typed; sent twice it has one effect.
        let wrong = b.post(&path, &[("version", "2"), ("remarks", "请问138 0000 1234")]).await;
        assert_eq!(wrong.status.as_u16(), 422);
        assert!(wrong.text().contains("请问138 0000 1234"), "{}", wrong.text());
        for _ in 0..2 {
            let fields = [("version", "2"), ("remarks", "附件二\n合计有误"), ("idempotency_key", "r")];
            assert_eq!(b.post(&path, &fields).await.status.as_u16(), 303);
        }
        let c = service::get(&t.ctx(officer(1)), id).await.unwrap();
        assert_eq!((c.head.state, c.head.checked.is_none(), c.returns.len()), (CircularState::Draft, true, 1));
        assert!(c.returns[0].checked.is_some(), "who had checked it is kept");
        // The sibling of the API, and a second return.
        let body = serde_json::json!({"version": 3, "remarks": "标题写错"}).to_string().into_bytes();
        let api = format!("/api/v1{path}");
        let out = b.send(Method::POST, &api, "application/json", body.clone()).await.json();
        assert_eq!(out["returned"]["remarks"], "标题写错", "{out}");
        assert_eq!(out["returns"].as_array().map(Vec::len), Some(2));
        let refused = t.client(county()).send(Method::POST, &api, "application/json", body).await;
        assert_eq!(refused.status.as_u16(), 403);
        let page = a.get(&format!("/circulars/{id}")).await.text();
        let history = page.split_once("zw-timeline").unwrap().1;
        for said in ["附件二\n合计有误", "标题写错", "已核稿"] {
            assert!(history.contains(said), "{said}: {history}");
        }
        // Sent after all: readers below get the paper, not what its writers were told.
        service::check(&t.ctx(officer(2)), id, &seen(4), &Idem::none()).await.unwrap();
        let send = SendInput { doc_no: "示例〔2021〕1号".into(), sent_on: "2021-07-08".into(), version: 5 };
        service::send(&t.ctx(officer(2)), id, &send, &Idem::none()).await.unwrap();
        let late = service::send_back(&t.ctx(officer(2)), id, &back("晚了", 6), &Idem::none()).await.unwrap_err();
        assert_eq!(code(&late), "circular-closed");
        let below = service::get(&t.ctx(county()), id).await.unwrap();
        assert!(below.returns.is_empty() && !below.may_return);
        assert!(!t.client(county()).get(&format!("/circulars/{id}")).await.text().contains("标题写错"));
        assert_eq!(service::get(&t.ctx(officer(1)), id).await.unwrap().returns.len(), 2);
    })
    .await;
}

#[tokio::test]
async fn the_first_change_by_a_colleague_says_what_it_costs() {
    on_both(parts, |t| async move {
        world(&t).await;
        let id = drafted(&t).await;
        let (a, b) = (t.client(officer(1)), t.client(officer(2)));
        let path = format!("/circulars/{id}/edit");
        assert!(!a.get(&path).await.text().contains("co_author"), "who drafted it is no checker anyway");
        let page = b.get(&path).await.text();
        assert!(page.contains("不能再核稿") && page.contains("name=\"co_author\""), "{page}");
        let bare = [("version", "1"), ("title", "乙的标题")];
        let refused = b.post(&path, &bare).await;
        assert_eq!(refused.status.as_u16(), 422);
        assert!(refused.text().contains("确要修改，请勾选") && refused.text().contains("乙的标题"));
        assert!(service::get(&t.ctx(officer(2)), id).await.unwrap().may_check, "nothing happened yet");
        let told = [("version", "1"), ("title", "乙的标题"), ("co_author", "1")];
        assert_eq!(b.post(&path, &told).await.status.as_u16(), 303);
        let c = service::get(&t.ctx(officer(2)), id).await.unwrap();
        assert!(!c.may_check && !c.joins_writers);
        // From now on it costs nothing more.
        let again = [("version", "2"), ("title", "乙的第二个标题")];
        assert_eq!(b.post(&path, &again).await.status.as_u16(), 303);
        // The API says it (joins_writers) and does not ask.
        let third = t.client(officer(3));
        let file = third.get(&format!("/api/v1/circulars/{id}")).await.json();
        assert_eq!(file["joins_writers"], true);
        let body = serde_json::json!({"title": "丙的标题", "version": 3}).to_string().into_bytes();
        let put = third.send(Method::PUT, &format!("/api/v1/circulars/{id}"), "application/json", body).await;
        assert_eq!(put.status.as_u16(), 200);
    })
    .await;
}

/// What an editor's page sends: every field as it stands, with some typed over.
fn form<'a>(page: &'a str, typed: &[(&'a str, &'a str)]) -> Vec<(&'a str, String)> {
    let value = |tag: &str| tag.split_once("value=\"").map(|(_, v)| v.split('"').next().unwrap_or_default().to_owned());
    let mut out = vec![];
    for name in ["version", "base", "title", "addressee", "copy_to"] {
        let at = page.find(&format!("name=\"{name}\"")).unwrap();
        let tag = page[at..].split_once('>').unwrap().0;
        out.push((name, value(tag).unwrap_or_default()));
    }
    for part in page.split("<textarea").skip(1) {
        let name = part.split_once("name=\"").unwrap().1.split('"').next().unwrap();
        let text = part.split_once('>').unwrap().1.split("</textarea>").next().unwrap();
        out.push((name, text.trim_start_matches('\n').to_owned()));
    }
    for (name, text) in typed {
        match out.iter_mut().find(|(n, _)| n == name) {
            Some(o) => (*text).clone_into(&mut o.1),
            None => out.push((name, (*text).to_owned())),
        }
    }
    out
}

#[tokio::test]
async fn two_editors_meet_and_neither_loses_a_word() {
    on_both(parts, |t| async move {
        world(&t).await;
        let id = drafted(&t).await;
        let (a, b) = (t.client(officer(1)), t.client(officer(2)));
        let path = format!("/circulars/{id}/edit");
        let paragraphs = service::get(&t.ctx(officer(1)), id).await.unwrap().paragraphs;
        let text = |i: usize| paragraphs[i].paragraph.text.clone();
        let last = paragraphs.last().unwrap().paragraph.id.clone();
        let opened = a.get(&path).await.text();
        // The other changes the second and the third paragraph and takes out the last.
        let other = b.get(&path).await.text();
        let (second, third) = (format!("{}乙加的话。", text(1)), format!("{}乙改第三段。", text(2)));
        let (two, three) = (paragraphs[1].paragraph.id.as_str(), paragraphs[2].paragraph.id.as_str());
        let gone = format!("{last}-remove");
        let sent = form(&other, &[(two, &second), (three, &third), (&gone, "1"), ("co_author", "1")]);
        let sent: Vec<(&str, &str)> = sent.iter().map(|(k, v)| (*k, v.as_str())).collect();
        assert_eq!(b.post(&path, &sent).await.status.as_u16(), 303);
        // This one has changed the second, and what is the last for them.
        let mine = format!("{}甲加的话。", text(1));
        let sent = form(&opened, &[(two, &mine), (&last, "甲写的结尾。")]);
        let sent: Vec<(&str, &str)> = sent.iter().map(|(k, v)| (*k, v.as_str())).collect();
        let clash = a.post(&path, &sent).await;
        assert_eq!(clash.status.as_u16(), 422);
        let page = clash.text();
        let told = page.split_once("zw-fold").unwrap().1.split_once("<form").unwrap().0;
        // As the paper reads, and only what differs is marked.
        assert!(!told.contains("{{fig:"), "{told}");
        assert!(told.contains("<del>乙</del>加的话") && told.contains("<ins>甲</ins>加的话"), "{told}");
        assert!(told.contains("<ins>乙改第三段。</ins>") && told.contains("甲写的结尾。"), "{told}");
        // The form: the second as typed here, the third as the other saved it, the end as a new paragraph.
        let held = form(&page, &[]);
        let of = |name: &str| held.iter().find(|(n, _)| *n == name).map(|(_, v)| v.clone()).unwrap_or_default();
        assert_eq!((of("version").as_str(), of(two), of(three)), ("2", mine.clone(), third.clone()));
        let place = held.iter().find(|(n, v)| n.ends_with("-new") && v == "甲写的结尾。").map(|(n, _)| *n);
        assert!(place.is_some(), "{held:?}");
        let sent: Vec<(&str, &str)> = held.iter().map(|(k, v)| (*k, v.as_str())).collect();
        let saved = a.post(&path, &sent).await;
        assert_eq!(saved.status.as_u16(), 303, "{}", saved.text());
        let c = service::get(&t.ctx(officer(1)), id).await.unwrap();
        let all: String = c.paragraphs.iter().map(|p| p.paragraph.text.as_str()).collect();
        assert!(["甲加的话。", "乙改第三段。", "甲写的结尾。"].iter().all(|s| all.contains(s)), "{all}");
    })
    .await;
}
