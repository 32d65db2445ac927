//! A circular stays as it was drafted and sent, whatever becomes of settings and program.

use crate::editing::{drafted, sent};
use crate::files::sheet;
use crate::support::{code, county, officer, parts, pass, quietly, world, write};
use calamine::Data;
use zw_core::CircularId;
use zw_core::period::Period;
use zw_documents::xlsx;
use zw_indicators::Measures;
use zw_publishing::model::body::Frame;
use zw_publishing::model::circular::DraftInput;
use zw_publishing::model::figures::Figures;
use zw_publishing::model::sample;
use zw_publishing::model::settings::CircularSettings;
use zw_publishing::model::snapshot::{FreezeInput, Snapshot};
use zw_publishing::paper::Paper;
use zw_publishing::service::files::{self, Format};
use zw_publishing::service::{circulars as service, draft, snapshots};
use zw_testkit::{TestApp, World, on_both};
use zw_web::Idem;

const ALL: [Format; 3] = [Format::Docx, Format::Pdf, Format::Xlsx];

fn set(t: &TestApp, json: &str) {
    t.app.set_settings((*t.app.settings()).clone().with("publishing.circular", json.to_owned()));
}

async fn taken(t: &TestApp, id: CircularId, format: Format) -> Vec<u8> {
    files::file(&t.ctx(officer(1)), id, format).await.unwrap().bytes
}

/// Rows of the progress of cities and of counties.
async fn progress(t: &TestApp, id: CircularId) -> Vec<Vec<Data>> {
    let bytes = taken(t, id, Format::Xlsx).await;
    [sheet(&bytes, "附件1"), sheet(&bytes, "附件2")].concat()
}

fn ranked(rows: &[Vec<Data>]) -> bool {
    rows.iter().flatten().any(|c| c.to_string().contains("位次"))
}

#[tokio::test]
async fn a_draft_ranks_as_it_was_set_when_it_was_drafted() {
    on_both(parts, |t| async move {
        world(&t).await;
        let id = drafted(&t).await;
        let before = progress(&t, id).await;
        set(&t, r#"{"ranking":true,"praise_from":1,"names":1}"#);
        assert!(!ranked(&before));
        assert_eq!(progress(&t, id).await, before);
        sent(&t, id).await;
        assert_eq!(progress(&t, id).await, before);
    })
    .await;
}

#[tokio::test]
async fn a_draft_that_ranks_goes_on_ranking() {
    on_both(parts, |t| async move {
        world(&t).await;
        set(&t, r#"{"ranking":true}"#);
        let id = drafted(&t).await;
        let before = progress(&t, id).await;
        assert!(ranked(&before));
        set(&t, r#"{"ranking":false}"#);
        assert_eq!(progress(&t, id).await, before);
    })
    .await;
}

#[test]
fn a_frame_of_before_does_not_rank() {
    let old: Frame = serde_json::from_str(r#"{"addressee":"各设区市"}"#).unwrap();
    assert!(!old.ranking);
}

/// Page, API and command line give out what is kept, and nothing that was written past the program.
#[tokio::test]
async fn what_was_sent_is_given_out_byte_for_byte() {
    on_both(parts, |t| async move {
        world(&t).await;
        pass(&t, &[World::COUNTY, World::COUNTY3]).await;
        let (a, none) = (t.ctx(officer(1)), Idem::none());
        let input = FreezeInput { period: "2021-06".into(), early: "1".into(), ..FreezeInput::default() };
        let snapshot = snapshots::freeze(&a, &input, &none).await.unwrap().to_string();
        let id = service::draft(&a, &DraftInput { snapshot, ..DraftInput::default() }, &none).await.unwrap();
        let count = async || {
            let mut c = t.app.db.read().await.unwrap();
            c.scalar::<i64>(zw_db::sql("SELECT COUNT(*) FROM circular_file")).await.unwrap()
        };
        assert_eq!(count().await, 0);
        sent(&t, id).await;
        assert_eq!(count().await, 3);
        let before = [taken(&t, id, ALL[0]).await, taken(&t, id, ALL[1]).await, taken(&t, id, ALL[2]).await];
        set(&t, r#"{"ranking":true,"issuer":"另一单位","red_head":"另一单位文件","copy_to":"某厅"}"#);
        let dir = std::env::temp_dir().join(format!("zw-sent-{}-{:?}", std::process::id(), t.app.db.engine()));
        let cli = t.system("cli.circular", zw_publishing::CLI_ACTIONS);
        let written = zw_publishing::write_month(&cli, Period::month(2021, 6).unwrap(), &dir).await.unwrap();
        let reader = t.client(county());
        for (i, format) in ALL.into_iter().enumerate() {
            assert_eq!(taken(&t, id, format).await, before[i], "{format}");
            assert_eq!(std::fs::read(&written[i]).unwrap(), before[i], "{format}");
            for path in [format!("/circulars/{id}/file/{format}"), format!("/api/v1/circulars/{id}/files/{format}")] {
                let answer = reader.get(&path).await;
                assert_eq!((answer.status.as_u16(), answer.body.as_ref()), (200, before[i].as_slice()), "{path}");
            }
        }
        std::fs::remove_dir_all(dir).unwrap();
        // Kept bytes are given out, not made again: others with their own hash are what the reader gets.
        let put = async |bytes: &[u8], hash: &str| {
            let mut tx = write(&t).await;
            let q = zw_db::sql("UPDATE circular_file SET bytes=").bind(bytes).lit(",sha256=").bind(hash);
            tx.run(q.lit(" WHERE kind='pdf'")).await.unwrap();
            quietly(tx).await;
        };
        let hash = zw_access::hex(&zw_access::crypto::digest(&[b"%PDF-kept"]));
        put(b"%PDF-kept", &hash).await;
        assert_eq!(taken(&t, id, Format::Pdf).await, b"%PDF-kept");
        put(b"%PDF-altered", &hash).await;
        let refused = files::file(&a, id, Format::Pdf).await.unwrap_err();
        assert_eq!(code(&refused), "circular-file-altered");
        // One that was sent before files were kept is made as ever.
        let mut tx = write(&t).await;
        tx.run(zw_db::sql("DELETE FROM circular_file")).await.unwrap();
        quietly(tx).await;
        assert!(taken(&t, id, Format::Pdf).await.starts_with(b"%PDF-1"));
    })
    .await;
}

/// The row of the coverage in the annex of definitions.
fn coverage(now: &Snapshot) -> Vec<String> {
    let (settings, measures) = (CircularSettings::default(), Measures::default());
    let figures = Figures { now, before: None };
    let body = draft::framed(draft::body(&figures, &settings), now, &settings, false);
    let paper = Paper {
        title: "t",
        body: &body,
        figures,
        state: None,
        doc_no: None,
        date: now.row.as_of,
        corrected: None,
        unfrozen: false,
        demo: false,
        measures: &measures,
        range_note: None,
    };
    let rows = sheet(&xlsx(&paper.workbook()).unwrap(), "附件4");
    let label = zw_ui::Lang::ZhCn.t(zw_indicators::indicator::COVERAGE_TOWNSHIP.label);
    let row = rows.iter().find(|r| r.iter().any(|c| c.to_string() == label)).unwrap();
    row.iter().map(ToString::to_string).collect()
}

/// The paper says by which version its figures were counted, also where the program runs another one.
#[test]
fn definitions_are_of_the_versions_in_the_snapshot() {
    zw_ui::I18n::install(&zw_publishing::FTL);
    let mut now = sample::july();
    let running = coverage(&now);
    assert_eq!(running[4], "I1-1");
    assert!(!running[3].contains("口径版本"), "{running:?}");
    now.rules.insert("coverage_township".into(), "I1-0".into());
    let older = coverage(&now);
    assert_eq!(older[4], "I1-0");
    assert!(older[3].contains("施行的口径版本") && older[3].contains("I1-0"), "{older:?}");
    now.rules.clear();
    assert_eq!(coverage(&now)[4], zw_core::percent::NO_VALUE);
}
