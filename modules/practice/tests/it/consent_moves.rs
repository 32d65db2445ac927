//! Migration 0360: what stood in the columns of a resident becomes a row, and a sealed guardian still opens.

use crate::support::*;
use zw_access::sealed;
use zw_core::{Day, Key, ResidentId};
use zw_db::sql;
use zw_practice::model::{ConsentForm, ConsentScope, ConsentState, EncounterInput, MergeInput, ResidentInput};
use zw_practice::service::merge::{self, UnmergeInput};
use zw_practice::service::{encounter, resident};
use zw_testkit::{TestApp, on_both};
use zw_web::Idem;

/// Takes the database back to before the migration, as a program of that time would have left it.
async fn before(app: &TestApp) {
    let mut tx = app.app.db.write(app.app.clock.now()).await.unwrap();
    for table in ["DROP TABLE filing_refusal_category", "DROP TABLE filing_refusal", "DROP TABLE consent"] {
        tx.run(sql(table)).await.unwrap();
    }
    tx.run(sql("ALTER TABLE resident ADD COLUMN consent_on BIGINT")).await.unwrap();
    tx.run(sql("ALTER TABLE resident ADD COLUMN consent_until BIGINT")).await.unwrap();
    match app.app.db.engine() {
        zw_testkit::Engine::Sqlite => tx.run(sql("ALTER TABLE resident ADD COLUMN consent_by BLOB")).await.unwrap(),
        zw_testkit::Engine::Postgres => tx.run(sql("ALTER TABLE resident ADD COLUMN consent_by BYTEA")).await.unwrap(),
    };
    tx.run(sql("DELETE FROM _sqlx_migrations WHERE version=360")).await.unwrap();
    quietly(tx).await;
}

type Old = (&'static str, Option<Day>, Option<Day>, Option<&'static str>);

async fn stood(app: &TestApp, key: Key<ResidentId>, (basis, on, until, by): Old) {
    // The place of that time; `zw_access::sealed` says in a test of its own that it is this one.
    let place = sealed::CONSENT_SIGNER.at(key.county, key.id);
    assert_eq!(place.to_string(), format!("resident|consent_by|{}|{}", key.county, key.id));
    let by = by.map(|b| app.app.vault.seal(&app.app.rng, &place, b.as_bytes()).unwrap());
    let mut tx = app.app.db.write(app.app.clock.now()).await.unwrap();
    let q = sql("UPDATE resident SET legal_basis=")
        .bind(basis)
        .lit(",consent_on=")
        .bind(on)
        .lit(",consent_until=")
        .bind(until);
    tx.run(q.lit(",consent_by=").bind(by).lit(" WHERE id=").bind(key.id)).await.unwrap();
    quietly(tx).await;
}

#[tokio::test]
async fn what_stood_in_columns_is_a_row_and_opens() {
    on_both(parts, |app| async move {
        world(&app).await;
        let (ctx, boss) = (app.ctx(social_worker(1)), app.ctx(head(1)));
        let mut keys = vec![];
        for n in 1..=5 {
            let i = ResidentInput {
                filed_on: "2021-06-01".into(),
                ..person(["甲一", "乙二", "丙三", "丁四", "戊五"][n - 1], n as i64)
            };
            keys.push(registered(&ctx, i).await);
        }
        before(&app).await;
        stood(&app, keys[0], ("guardian_consent", Some(day(6, 2)), None, Some("陈大明"))).await;
        stood(&app, keys[1], ("consent", Some(day(6, 3)), Some(day(7, 1)), None)).await;
        stood(&app, keys[2], ("statutory", None, Some(day(7, 31)), None)).await;
        stood(&app, keys[4], ("separate_consent", Some(day(6, 4)), None, None)).await;
        app.app.db.migrate().await.unwrap();

        assert_eq!(count(&app, "SELECT COUNT(*) FROM consent").await, 4, "who had none has none");
        let mut all = vec![];
        for key in &keys {
            all.push(resident::open(&ctx, key.county, key.id).await.unwrap().consents);
        }
        let first = &all[0].items[0];
        assert_eq!((first.signer.as_deref(), first.form), (Some("陈大明"), Some(ConsentForm::Guardian)));
        assert_eq!((first.signed_on, first.state), (day(6, 2), ConsentState::Standing));
        assert_eq!(first.scopes, [ConsentScope::Filing, ConsentScope::Sensitive]);
        let second = &all[1].items[0];
        assert_eq!((second.until, second.state, second.form), (Some(day(7, 1)), ConsentState::Expired, None));
        assert_eq!(all[2].items[0].signed_on, day(6, 1), "without a day of its own the day of filing");
        assert!(all[3].items.is_empty());
        // The same words as before, from the same rule.
        let visit = |key: Key<ResidentId>, on: &str| EncounterInput { day: on.into(), ..visit_to(&[key.id]) };
        let done = encounter::record(&ctx, visit(keys[1], "2021-07-02"), &Idem::none()).await;
        assert_eq!(problems(done), "persons:visit-consent-ended");
        assert_eq!(problems(encounter::record(&ctx, visit(keys[1], "2021-07-01"), &Idem::none()).await), "ok");
        // The key rotates over the moved value like over any.
        let digest = |c: &zw_practice::out::ConsentsOut| c.items[0].signer.clone();
        let done = zw_access::reseal::column(&app.app, sealed::CONSENT_SIGNER).await.unwrap();
        assert_eq!(done.broken, 0);
        let again = resident::open(&ctx, keys[0].county, keys[0].id).await.unwrap().consents;
        assert_eq!(digest(&again), digest(&all[0]));

        // A merge of that time wrote the other's consent over this one's: undone, each has its own again.
        let open = async |k: Key<ResidentId>| resident::open(&boss, k.county, k.id).await.unwrap();
        let (a, b) = (keys[0], keys[4]);
        let (va, vb) = (open(a).await.resident.version, open(b).await.resident.version);
        let input = MergeInput { reason: "twice".into(), take: vec!["legal".into()], version: va, other_version: vb };
        merge::merge(&boss, a.county, (a.id, b.id), input, &Idem::none()).await.unwrap();
        as_of_that_time(&app, a).await;
        let undo = UnmergeInput { version: open(a).await.resident.version };
        merge::unmerge(&boss, a.county, (a.id, b.id), undo, &Idem::none()).await.unwrap();
        let back = open(a).await;
        assert_eq!(back.resident.legal_basis, zw_practice::model::LegalBasis::GuardianConsent);
        assert_eq!((back.consents.items.len(), back.consents.items[0].signer.as_deref()), (1, Some("陈大明")));
        assert_eq!(back.consents.items[0].signed_on, day(6, 2));
        assert_eq!(open(b).await.consents.items[0].signed_on, day(6, 4));
    })
    .await;
}

/// Makes the merge of a record one of before the migration: what it kept holds basis and consent together, and the row that was
/// moved from the columns is the other's consent.
async fn as_of_that_time(app: &TestApp, stays: Key<ResidentId>) {
    let mut tx = app.app.db.write(app.app.clock.now()).await.unwrap();
    let q = sql("SELECT id,kept FROM resident_merge WHERE survivor_id=").bind(stays.id);
    let (id, kept): (zw_core::Uuid, Vec<u8>) = tx.one(q).await.unwrap().unwrap();
    let place = sealed::RESIDENT_MERGE_KEPT.at(stays.county, id);
    let mut kept: serde_json::Value = serde_json::from_str(&app.app.vault.open_text(&place, &kept).unwrap()).unwrap();
    kept["before"]["legal"] = serde_json::json!(["guardian_consent", 20_210_602, null, "陈大明"]);
    kept["after"]["legal"] = serde_json::json!(["separate_consent", 20_210_604, null, null]);
    let kept = app.app.vault.seal(&app.app.rng, &place, kept.to_string().as_bytes()).unwrap();
    tx.run(sql("UPDATE resident_merge SET kept=").bind(kept).lit(" WHERE id=").bind(id)).await.unwrap();
    let q = sql("UPDATE consent SET signed_on=20210604,signer=NULL WHERE id=").bind(stays.id);
    tx.run(q).await.unwrap();
    quietly(tx).await;
}
