//! Sealed values: all of them are where the one list of sealed columns says, and a rotation reaches every one
//! (security.md CRY-1, CRY-3). The killing is in `app/bench/tests/rotate.rs`.

use crate::doors::parts;
use crate::process::{Place, Serving, mode};
use crate::relations::{Rows, local, plant};
use axum::http::StatusCode;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;
use std::collections::BTreeSet;
use zw_access::{Role, crypto, reseal, sealed};
use zw_core::Uuid;
use zw_db::sql;
use zw_field::model::aad;
use zw_field::service::device::{self, BindInput};
use zw_field::service::send::{self, SealedItem, SendInput};
use zw_field::service::shift;
use zw_testkit::{Engine, TestApp, World, on_both};
use zw_ui::Lang;

/// A child to be registered, with a guardian's consent.
fn newcomer(home: &Rows) -> serde_json::Value {
    json!({
        "unit": home.unit.to_string(), "name": "新来儿童", "id_missing_reason": "not_at_hand", "sex": "2",
        "birth": "2016-03-02", "village": home.village.to_string(), "categories": ["01"],
        "category_basis": "civil_affairs", "legal_basis": "guardian_consent", "consent_on": "2021-07-01",
        "consent_by": "监护人某", "consent_relation": "5", "risk": "3", "worker": home.worker.to_string(), "filed_on": "2021-07-01",
    })
}

/// A value in every sealed column, each written by the use case that writes it.
async fn fill(t: &TestApp) -> Rows {
    let home = plant(t, 1, World::COUNTY, World::TOWN, "本地").await;
    let worker = t.client(local(Role::Worker, &home));
    let child = newcomer(&home);
    let visit = json!({
        "unit": home.unit.to_string(), "kind": "consult", "day": "2021-07-07", "mode": "talk", "topic": "health",
        "minutes": "30", "persons": [{"name": "路人某", "met": true}], "workers": [home.worker.to_string()],
        "action": "答复", "state_note": "精神好",
    });
    for (path, body) in [("/api/v1/residents", child), ("/api/v1/encounters", visit)] {
        let a = worker.post_json(path, &body).await;
        assert_eq!(a.status, StatusCode::CREATED, "{path}: {}", a.text());
    }
    let two = [home.residents[0], home.residents[1]].map(|r| r.to_string());
    let merge = format!("/api/v1/residents/{}/{}/merge/{}", home.county, two[0], two[1]);
    let body = json!({"reason": "twice", "take": ["phone"], "version": 1, "other_version": 1});
    let merged = t.client(local(Role::StationHead, &home)).post_json(&merge, &body).await;
    assert_eq!(merged.status, StatusCode::OK, "{}", merged.text());
    let saved = worker.post("/drafts/consult-new", &[("action", "写了一半")]).await;
    assert_eq!(saved.status, StatusCode::OK);
    assert_eq!(worker.post("/people/find", &[("q", "找谁")]).await.status, StatusCode::SEE_OTHER);
    refused(t, &home).await;
    home
}

/// A record from a phone that cannot go in as it is, and is kept until somebody decides.
async fn refused(t: &TestApp, home: &Rows) {
    let ctx = t.ctx(local(Role::Worker, home));
    let input = BindInput { name: "手机".into(), unit: String::new() };
    let token = device::bind(&ctx, &input, None).await.unwrap();
    let phone = device::of_token(&ctx, Some(&token)).await.unwrap();
    shift::open(&ctx, phone.clone()).await.unwrap();
    let pack = shift::take(&ctx, phone.clone()).await.unwrap();
    let key: [u8; 32] = STANDARD.decode(&pack.key).unwrap().try_into().unwrap();
    let (client, nonce) = (Uuid::from_u128(1), [7u8; 12]);
    let body = json!({"kind": "visit", "at": ctx.now().ms(), "shown": ctx.today().to_string(), "visit": {
        "kind": "visit", "mode": "home", "day": "2031-01-01", "persons": [], "action": "走访",
    }});
    let place = aad(pack.shift, client);
    let text = crypto::provider().seal(&key, &nonce, place.as_bytes(), body.to_string().as_bytes()).unwrap();
    let sealed = STANDARD.encode([&nonce[..], &text].concat());
    let items = vec![SealedItem { client, shift: pack.shift, sealed }];
    let sent = send::send(&ctx, Lang::ZhCn, phone, &SendInput { device_ms: ctx.now().ms(), items }).await.unwrap();
    assert_eq!(sent.iter().map(|a| a.state.as_str()).collect::<Vec<_>>(), ["refused"]);
}

/// Statements take literals only; those of this test depend on the table.
fn keep(s: String) -> &'static str {
    Box::leak(s.into_boxed_str())
}

/// Every column of every table that holds a value of the sealed form under some key of the ring.
async fn found(t: &TestApp) -> BTreeSet<(String, String)> {
    let mut c = t.app.db.read().await.unwrap();
    let mut out = BTreeSet::new();
    let prefixes: Vec<Vec<u8>> = t
        .keys
        .ring()
        .kids()
        .iter()
        .map(|k| {
            std::iter::once(2).chain((0..4).map(|i| u8::from_str_radix(&k[i * 2..i * 2 + 2], 16).unwrap())).collect()
        })
        .collect();
    for (table, _) in zw_db::tables() {
        let columns = match c.engine() {
            Engine::Sqlite => format!("SELECT name FROM pragma_table_info('{table}') WHERE type='BLOB'"),
            Engine::Postgres => format!(
                "SELECT CAST(column_name AS TEXT) FROM information_schema.columns WHERE table_schema='public' AND table_name='{table}' AND data_type='bytea'"
            ),
        };
        let columns: Vec<(String,)> = c.all(sql("").lit(keep(columns))).await.unwrap();
        for (column,) in columns {
            for prefix in &prefixes {
                let q = sql("").lit(keep(format!("SELECT COUNT(*) FROM {table} WHERE substr({column},1,5)=")));
                let n: i64 = c.scalar(q.bind(prefix.clone())).await.unwrap();
                if n > 0 {
                    out.insert((table.clone(), column.clone()));
                }
            }
        }
    }
    out
}

#[tokio::test]
async fn every_sealed_value_is_in_a_column_of_the_list() {
    on_both(parts, |t| async move {
        fill(&t).await;
        let listed: BTreeSet<_> = sealed::ALL.iter().map(|c| (c.table.to_owned(), c.column.to_owned())).collect();
        // Both ways: nothing is sealed that a rotation would leave behind, and nothing is listed that this does not try.
        assert_eq!(found(&t).await, listed);
    })
    .await;
}

#[tokio::test]
async fn a_rotation_reaches_every_value_and_can_be_run_again() {
    on_both(parts, |t| async move {
        let home = fill(&t).await;
        let read = async || {
            let mut c = t.app.db.read().await.unwrap();
            (reseal::open_all(&mut c, &t.app.vault).await.unwrap(), reseal::census(&mut c).await.unwrap())
        };
        let (before, _) = read().await;
        assert!(before.values().all(Result::is_ok), "{before:?}");
        let old = t.keys.ring().kids()[0].clone();
        t.keys.put(t.keys.ring().with_new_key(&t.app.rng));
        let new = t.keys.ring().kids()[0].clone();
        let all = async || {
            let mut all = reseal::Done::default();
            for column in sealed::ALL {
                all += reseal::column(&t.app, *column).await.unwrap();
            }
            all
        };
        // A value of the older format, which names no key, and one that somebody damaged.
        let mut tx = t.app.db.write(t.app.clock.now()).await.unwrap();
        let phone: Vec<u8> = tx.scalar(sql("SELECT phone FROM worker WHERE id=").bind(home.worker)).await.unwrap();
        let older = [&[1], &phone[5..]].concat();
        tx.run(sql("UPDATE worker SET phone=").bind(older).lit(" WHERE id=").bind(home.worker)).await.unwrap();
        let note: Vec<u8> =
            tx.scalar(sql("SELECT state_note FROM encounter WHERE state_note IS NOT NULL")).await.unwrap();
        let mut damaged = note.clone();
        *damaged.last_mut().unwrap() ^= 1;
        tx.run(sql("UPDATE encounter SET state_note=").bind(damaged).lit(" WHERE state_note IS NOT NULL"))
            .await
            .unwrap();
        tx.commit(t.system("test", &[]).event(zw_access::Action("test.damage"))).await.unwrap();

        let done = all().await;
        assert_eq!((done.sealed, done.broken), (before.len() as u64 - 1, 1));
        let (_, census) = read().await;
        assert_eq!(census.get(&Some(old.clone())), Some(&1), "what does not open is left as it is");
        let mut tx = t.app.db.write(t.app.clock.now()).await.unwrap();
        tx.run(sql("UPDATE encounter SET state_note=").bind(note).lit(" WHERE state_note IS NOT NULL")).await.unwrap();
        tx.commit(t.system("test", &[]).event(zw_access::Action("test.mend"))).await.unwrap();
        assert_eq!((all().await.sealed, all().await), (1, reseal::Done::default()), "and once more there is nothing");
        let (after, census) = read().await;
        assert_eq!(after, before);
        assert_eq!(census.into_iter().collect::<Vec<_>>(), [(Some(new), after.len() as i64)]);
        // Without the old key everything is there: pages, the search by number, the sessions.
        t.keys.put(t.keys.ring().without(&old).unwrap());
        let head = t.client(local(Role::StationHead, &home));
        let shown = head
            .post(
                &format!("/people/{}/{}/reveal", home.county, home.residents[0]),
                &[("field", "id_no"), ("purpose", "verify")],
            )
            .await;
        assert!(shown.text().contains(&home.digits[0]), "{}", shown.text());
        let mut again = newcomer(&home);
        again["id_no"] = json!(home.digits[0]);
        again["id_missing_reason"] = json!("");
        let born = &home.digits[0][6..14];
        again["birth"] = json!(format!("{}-{}-{}", &born[..4], &born[4..6], &born[6..]));
        again["legal_basis"] = json!("statutory");
        for field in ["consent_on", "consent_by", "consent_relation"] {
            again[field] = json!("");
        }
        let refused = head.post_json("/api/v1/residents", &again).await;
        assert!(
            refused.status.is_client_error() && refused.text().contains(r#""field":"id_no""#),
            "{}",
            refused.text()
        );
    })
    .await;
}

#[test]
fn keys_rotate_while_the_program_serves() {
    for place in [Place::sqlite("rotate"), Place::postgres("rotate")] {
        place.run(&["migrate"]).ok();
        place.run(&["account", "create-admin", "--login", "keeper"]).ok();
        let (early, first) = (place.dir.join("early.zwb"), place.dir.join("first.key"));
        let (early, first) = (early.to_str().unwrap(), first.to_str().unwrap());
        place.run(&["backup", "--out", early]).ok();
        place.run(&["key", "export", first]).ok();
        let serving = Serving::start(&place, &["serve"]);
        let told = place.run(&["key", "rotate"]).ok().out;
        let old = told.split("key retire ").nth(1).unwrap().split(' ').next().unwrap().to_owned();
        assert_eq!(mode(&place.dir.join("secrets/master.key")), 0o400);
        assert_eq!(serving.send("GET", "/login", "").0, 200);
        let doctor = place.run(&["doctor"]).out;
        assert!(doctor.contains(&format!("{old} sealed 0 values")), "{doctor}");
        // An old key goes only when a copy of it is kept; the newest never.
        assert_eq!(place.run(&["key", "retire", &old, "--saved", "/nonexistent"]).code, 3);
        let own = place.dir.join("secrets/master.key");
        assert_eq!(place.run(&["key", "retire", &old, "--saved", own.to_str().unwrap()]).code, 3);
        let new = told.split("key ").nth(1).unwrap().split(' ').next().unwrap().to_owned();
        assert_eq!(place.run(&["key", "retire", &new, "--saved", first]).code, 3);
        place.run(&["restore", "--from", early, "--verify"]).ok();
        place.run(&["key", "retire", &old, "--saved", first]).ok();
        // The backup of before is refused now, and opens with the copy in place.
        let refused = place.run(&["restore", "--from", early, "--verify"]);
        assert!(refused.code == 3 && refused.err.contains(&old), "{}", refused.err);
        let kept = std::fs::read(&own).unwrap();
        std::fs::remove_file(&own).unwrap();
        std::fs::copy(first, &own).unwrap();
        place.run(&["restore", "--from", early, "--verify"]).ok();
        std::fs::remove_file(&own).unwrap();
        std::fs::write(&own, kept).unwrap();
        std::fs::set_permissions(&own, std::os::unix::fs::PermissionsExt::from_mode(0o400)).unwrap();
        serving.stop();
        place.run(&["audit", "verify"]).ok();
    }
}
