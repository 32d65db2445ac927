//! Circulars edited beyond their words: paragraphs that come and go, addressees, annexes; and the record corrected.

use crate::files::{docx_part, docx_text};
use crate::support::{city, code, county, officer, parts, world};
use zw_core::{CircularId, Error};
use zw_publishing::model::circular::{CheckInput, CorrectInput, DraftInput, EditInput, EditKind, SendInput};
use zw_publishing::model::snapshot::FlashInput;
use zw_publishing::service::files::{self, Format};
use zw_publishing::service::{circulars as service, snapshots};
use zw_testkit::{TestApp, on_both};
use zw_web::Idem;

/// A draft on a flash snapshot, by officer 1.
pub async fn drafted(t: &TestApp) -> CircularId {
    let input = FlashInput { as_of: "2021-07-08".into(), ..FlashInput::default() };
    let snapshot = snapshots::flash(&t.ctx(officer(1)), &input, &Idem::none()).await.unwrap().to_string();
    let input = DraftInput { snapshot, ..DraftInput::default() };
    service::draft(&t.ctx(officer(1)), &input, &Idem::none()).await.unwrap()
}

/// Recorded as sent under a wrong number; its version.
pub async fn sent(t: &TestApp, id: CircularId) -> i64 {
    let version = service::get(&t.ctx(officer(1)), id).await.unwrap().head.version;
    let check = CheckInput { version, although_blank: "1".into() };
    service::check(&t.ctx(officer(2)), id, &check, &Idem::none()).await.unwrap();
    let send = SendInput { doc_no: "示例〔2021〕21号".into(), sent_on: "2021-07-08".into(), version: version + 1 };
    service::send(&t.ctx(officer(2)), id, &send, &Idem::none()).await.unwrap();
    version + 2
}

/// The form without script: a paragraph after another one, one taken out, addressees and a name of an annex; the checker is
/// told of each, page and paper read alike.
#[tokio::test]
async fn paragraphs_addressees_and_annexes_by_the_form() {
    on_both(parts, |t| async move {
        world(&t).await;
        let id = drafted(&t).await;
        let (a, b) = (t.client(officer(1)), t.client(officer(2)));
        let path = format!("/circulars/{id}/edit");
        let page = a.get(&path).await.text();
        for name in ["p2-new", "p2-new-lead", "p2-new-level", "p2-remove", "addressee", "copy_to", "annex-counties"] {
            assert!(page.contains(&format!("name=\"{name}\"")), "{name}: {page}");
        }
        let before = service::get(&t.ctx(officer(1)), id).await.unwrap();
        let last = before.paragraphs.last().unwrap().paragraph.id.clone();
        let gone = format!("{last}-remove");
        let fields = [
            ("version", "1"),
            ("title", before.head.title.as_str()),
            ("p2-new-level", "1"),
            ("p2-new-lead", "典型做法"),
            ("p2-new", "建成{{fig:stations_built}}个。\n另有4家试点。"),
            (gone.as_str(), "1"),
            ("addressee", "各市民政局"),
            ("copy_to", "省财政厅"),
            ("annex-counties", "县级进度表"),
        ];
        // A heading without its level is told at its field, with everything that was typed.
        let mut wrong = fields.to_vec();
        wrong[2].1 = "0";
        let refused = a.post(&path, &wrong).await;
        assert_eq!(refused.status.as_u16(), 422);
        let text = refused.text();
        assert!(text.contains("有标题词的段落要选标题层次") && text.contains("另有4家试点"), "{text}");
        let saved = a.post(&path, &fields).await;
        assert_eq!(saved.status.as_u16(), 303, "{}", saved.text());
        let c = service::get(&t.ctx(officer(2)), id).await.unwrap();
        let leads: Vec<&str> =
            c.paragraphs.iter().map(|p| p.paragraph.lead.as_str()).filter(|l| l.contains('、')).collect();
        assert_eq!(leads[..3], ["一、总体进展。", "二、典型做法。", "三、工作成效。"], "{leads:?}");
        assert!(c.paragraphs.iter().all(|p| p.paragraph.id != last));
        let kinds: Vec<EditKind> = c.edits.iter().map(|e| e.kind).collect();
        let want = [EditKind::Addressee, EditKind::CopyTo, EditKind::Annex, EditKind::Added, EditKind::Removed];
        assert_eq!(kinds, want);
        assert_eq!(c.typed, ["4"]);
        let page = b.get(&format!("/circulars/{id}")).await.text();
        for part in [
            "插入 1 段，删去 1 段，其他改动 3 处",
            "各市民政局：",
            "<strong>二、典型做法。</strong>",
            "<p>另有4家试点。</p>",
            "<li>县级进度表</li>",
            "抄送：省财政厅。",
        ] {
            assert!(page.contains(part), "{part}: {page}");
        }
        // What the page sends of a place where nothing was added changes nothing.
        let same = [("version", "2"), ("title", before.head.title.as_str()), ("n1-new", ""), ("n1-new-lead", "")];
        assert_eq!(a.post(&path, &same).await.status.as_u16(), 303);
        let again = service::get(&t.ctx(officer(2)), id).await.unwrap();
        assert_eq!(again.paragraphs.len(), c.paragraphs.len());
    })
    .await;
}

/// Number or date recorded wrong: corrected by who may send, the record before kept with its reason; what was sent is not
/// touched by settings that change later.
#[tokio::test]
async fn a_wrong_record_is_corrected_and_what_it_said_is_kept() {
    on_both(parts, |t| async move {
        world(&t).await;
        let id = drafted(&t).await;
        let ctx = t.ctx(officer(3));
        let input = |no: &str, version: i64| CorrectInput {
            doc_no: no.into(),
            sent_on: "2021-07-08".into(),
            reason: "序号登记错".into(),
            version,
        };
        let early = service::correct(&ctx, id, &input("示例〔2021〕12号", 1), &Idem::none()).await.unwrap_err();
        assert_eq!(code(&early), "circular-not-sent");
        let version = sent(&t, id).await;
        let before = files::file(&ctx, id, Format::Docx).await.unwrap().bytes;
        for actor in [county(), city()] {
            let refused = service::correct(&t.ctx(actor), id, &input("示例〔2021〕12号", version), &Idem::none()).await;
            assert!(matches!(refused, Err(Error::Forbidden | Error::NotFound)));
        }
        assert!(!service::get(&t.ctx(county()), id).await.unwrap().may_correct);
        assert_eq!(
            code(&service::correct(&ctx, id, &input("示例〔2021〕21号", version), &Idem::none()).await.unwrap_err()),
            "circular-same-record"
        );
        let c = t.client(officer(3));
        let path = format!("/circulars/{id}/correct");
        let stand = version.to_string();
        let fields = |no: &'static str, reason: &'static str| {
            vec![
                ("version", stand.clone()),
                ("doc_no", no.to_owned()),
                ("sent_on", "2021-07-08".to_owned()),
                ("reason", reason.to_owned()),
                ("idempotency_key", "once".to_owned()),
            ]
        };
        let posted = async |no, reason| {
            let list = fields(no, reason);
            let list: Vec<(&str, &str)> = list.iter().map(|(k, v)| (*k, v.as_str())).collect();
            c.post(&path, &list).await
        };
        let refused = posted("示例〔2021〕12号", "").await;
        assert_eq!(refused.status.as_u16(), 422);
        assert!(refused.text().contains("示例〔2021〕12号"));
        for _ in 0..2 {
            assert_eq!(posted("示例〔2021〕12号", "序号登记错").await.status.as_u16(), 303, "sent twice, one effect");
        }
        let api = t.client(county()).get(&format!("/api/v1/circulars/{id}")).await.json();
        assert_eq!(api["doc_no"], "示例〔2021〕12号");
        let kept = api["corrections"].as_array().unwrap();
        assert_eq!(kept.len(), 1);
        assert_eq!(
            (kept[0]["doc_no"].as_str(), kept[0]["reason"].as_str()),
            (Some("示例〔2021〕21号"), Some("序号登记错"))
        );
        let page = c.get(&format!("/circulars/{id}")).await.text();
        assert!(page.contains("示例〔2021〕21号　2021-07-08 → 示例〔2021〕12号　2021-07-08。序号登记错"), "{page}");
        assert!(page.contains("之前下载的文件载有更正前的文号"), "{page}");
        // Files made since are other files, and say so; both downloads stand in the log with digests of their own.
        let after = files::file(&ctx, id, Format::Docx).await.unwrap().bytes;
        let (was, now) = (docx_text(&before), docx_text(&after));
        assert!(was.contains("示例〔2021〕21号"), "{was}");
        assert!(now.contains("示例〔2021〕12号") && !now.contains("示例〔2021〕21号"), "{now}");
        let foot = |bytes: &[u8]| docx_part(bytes, "word/footer1.xml");
        assert!(!foot(&before).contains("更正登记") && foot(&after).contains("更正登记"), "{}", foot(&after));
        let mut conn = t.app.db.read().await.unwrap();
        let q = "SELECT COUNT(*) FROM audit_event WHERE action='circular.correct' AND purpose='序号登记错'";
        assert_eq!(conn.scalar::<i64>(zw_db::sql(q)).await.unwrap(), 1);
        // The files that bear the wrong number are kept with those that bear the right one.
        let q = "SELECT version,kind FROM circular_file ORDER BY version,kind";
        let kept: Vec<(i64, String)> = conn.all(zw_db::sql(q)).await.unwrap();
        let of = |v: i64| ["docx", "pdf", "xlsx"].map(|k| (v, k.to_owned()));
        assert_eq!(kept, [of(version), of(version + 1)].concat());
        let q = "SELECT COUNT(*) FROM circular_correction";
        assert_eq!(conn.scalar::<i64>(zw_db::sql(q)).await.unwrap(), 1);
    })
    .await;
}

/// The API inserts at the top and says what stands in the way.
#[tokio::test]
async fn the_api_edits_what_the_page_edits() {
    on_both(parts, |t| async move {
        world(&t).await;
        let id = drafted(&t).await;
        let c = t.client(officer(1));
        let body = serde_json::json!({
            "title": "关于示例的通报",
            "version": 1,
            "paragraphs": [{"id": "x", "after": "", "text": "开头一段。"}],
        });
        let out = c
            .send(
                axum::http::Method::PUT,
                &format!("/api/v1/circulars/{id}"),
                "application/json",
                body.to_string().into_bytes(),
            )
            .await
            .json();
        assert_eq!(out["paragraphs"][0]["id"], "n1");
        assert_eq!(out["frame"]["issuer"], "");
        let input = EditInput { title: "x".into(), version: 2, ..EditInput::default() };
        assert!(service::edit(&t.ctx(officer(1)), id, &input, &Idem::none()).await.is_ok());
    })
    .await;
}
